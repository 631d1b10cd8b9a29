//! What stands on the pages. Values are escaped by the templates.

use askama::Template;
use domain::value::FileKind;

use super::destination::Destination;
use super::look::{Look, STYLE};
use super::messages::{FinishTexts, Language, Messages, Notice, StartTexts};
use super::steps::{Action, Step};

/// What every page has.
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

/// A device that can be set up, and what it is called.
pub(crate) struct Choice {
    pub(crate) kind: FileKind,
    pub(crate) name: String,
}

/// The page's address, for another device.
pub(crate) struct QrCode(pub(crate) String);

/// The page that a link leads to.
#[derive(Template)]
#[template(path = "activate/start.html")]
pub(crate) struct Start<'a> {
    pub(crate) frame: Frame<'a>,
    pub(crate) title: String,
    /// What the visitor looks at it on, and that this was recognised.
    pub(crate) first: Option<(Choice, String)>,
    /// The rest, behind a tap unless there is nothing before them.
    pub(crate) others: Vec<Choice>,
    pub(crate) qr_code: Option<QrCode>,
}

/// The page with the steps.
#[derive(Template)]
#[template(path = "activate/finish.html")]
pub(crate) struct Finish<'a> {
    pub(crate) frame: Frame<'a>,
    pub(crate) title: String,
    /// There is nothing to fetch any more.
    pub(crate) expired: bool,
    /// For how long there is, or that there is not.
    pub(crate) time: String,
    /// Where to begin again.
    pub(crate) back: Option<String>,
    pub(crate) steps: Vec<Step>,
    /// Where to go on, and how that is said.
    pub(crate) destination: Option<(Destination, String)>,
}

/// A page that has nothing to offer.
#[derive(Template)]
#[template(path = "activate/notice.html")]
pub(crate) struct NoticePage<'a> {
    pub(crate) frame: Frame<'a>,
    pub(crate) title: &'a str,
    pub(crate) text: String,
    /// Where to begin again.
    pub(crate) back: Option<String>,
}

impl<'a> NoticePage<'a> {
    pub(crate) fn new(frame: Frame<'a>, notice: &'a Notice, text: String, back: Option<String>) -> Self {
        Self { frame, title: &notice.title, text, back }
    }
}
