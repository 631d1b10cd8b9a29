//! The data of the pages. The templates escape all values.

use askama::Template;
use domain::value::FileKind;

use super::destination::Destination;
use super::look::{Look, STYLE};
use super::messages::{FinishTexts, Language, Messages, Notice, StartTexts};
use super::steps::{Action, Step};

/// The parts that every page has.
pub(crate) struct Frame<'a> {
    pub(crate) language: &'static Language,
    pub(crate) look: &'a Look,
}

impl Frame<'_> {
    fn messages(&self) -> &'static Messages {
        &self.language.messages
    }

    fn start(&self) -> &'static StartTexts {
        &self.messages().start
    }

    fn finish(&self) -> &'static FinishTexts {
        &self.messages().finish
    }

    fn style(&self) -> &'static str {
        STYLE
    }
}

/// A device that can be set up, with its name.
pub(crate) struct Choice {
    pub(crate) kind: FileKind,
    pub(crate) name: String,
}

/// A QR code of the page's address, for another device.
pub(crate) struct QrCode(pub(crate) String);

/// The page that a link opens.
#[derive(Template)]
#[template(path = "activate/start.html")]
pub(crate) struct Start<'a> {
    pub(crate) frame: Frame<'a>,
    pub(crate) title: String,
    /// The device that the visitor uses, and the sentence that it was recognized.
    pub(crate) first: Option<(Choice, String)>,
    /// The other devices, hidden behind a tap unless this is the only list.
    pub(crate) others: Vec<Choice>,
    pub(crate) qr_code: Option<QrCode>,
}

/// The page with the steps.
#[derive(Template)]
#[template(path = "activate/finish.html")]
pub(crate) struct Finish<'a> {
    pub(crate) frame: Frame<'a>,
    pub(crate) title: String,
    /// Whether the files can no longer be fetched.
    pub(crate) expired: bool,
    /// The sentence for how long the files can be fetched, or that they cannot.
    pub(crate) time: String,
    /// The address to start again.
    pub(crate) back: Option<String>,
    pub(crate) steps: Vec<Step>,
    /// The address to continue to, with the text of its link.
    pub(crate) destination: Option<(Destination, String)>,
}

/// A page without a file.
#[derive(Template)]
#[template(path = "activate/notice.html")]
pub(crate) struct NoticePage<'a> {
    pub(crate) frame: Frame<'a>,
    pub(crate) title: &'a str,
    pub(crate) text: String,
    /// The address to start again.
    pub(crate) back: Option<String>,
}

impl<'a> NoticePage<'a> {
    pub(crate) fn new(frame: Frame<'a>, notice: &'a Notice, text: String, back: Option<String>) -> Self {
        Self { frame, title: &notice.title, text, back }
    }
}
