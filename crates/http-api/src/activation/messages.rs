//! What the page says, in each language that there is a file for.

use std::sync::LazyLock;

use domain::value::FileKind;
use serde::Deserialize;

/// Tag and text of each file.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/messages.rs"));
/// What is spoken with those who speak none of the others.
const COMMON: &str = "en";

static LANGUAGES: LazyLock<Vec<Language>> = LazyLock::new(|| {
    let languages = FILES.iter().map(|&(tag, text)| {
        // A test reads each of them.
        let messages = toml::from_str(text).unwrap_or_else(|error| unreachable!("messages/{tag}.toml: {error}"));
        Language { tag, messages }
    });
    languages.collect()
});

/// A language, and all that is said in it.
pub(crate) struct Language {
    /// As HTML and HTTP call it.
    pub(crate) tag: &'static str,
    pub(crate) messages: Messages,
}

impl Language {
    /// All that there are.
    pub(crate) fn all() -> &'static [Self] {
        &LANGUAGES
    }

    /// The one that most people understand.
    pub(crate) fn common() -> &'static Self {
        let common = Self::all().iter().find(|language| language.tag == COMMON);
        common.unwrap_or_else(|| unreachable!("messages/{COMMON}.toml is one of the files"))
    }
}

/// In which direction the lines run.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Direction {
    Ltr,
    Rtl,
}

impl Direction {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident { $($text:ident),+ $(,)? })+) => {
        $($(#[$doc])*
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields, rename_all = "kebab-case")]
        pub(crate) struct $name { $(pub(crate) $text: String,)+ }

        impl $name {
            /// Each text with its name.
            #[cfg(test)]
            fn texts(&self) -> Vec<(&'static str, &str)> {
                vec![$((concat!(stringify!($name), ".", stringify!($text)), self.$text.as_str())),+]
            }
        })+
    };
}

texts! {
    /// What devices, and the ways to set them up, are called.
    Devices { apple, android, windows, linux, eap_config }
    /// The page that a link leads to.
    StartTexts { title, lead, recognised, set_up, choose, others, scan, scan_how, qr_code, private }
    /// How an iPhone, iPad or Mac is set up.
    AppleTexts { download, open, install, unsigned }
    /// How Android is set up.
    AndroidTexts { download, save }
    /// How Windows is set up from a link.
    WindowsTexts { open, open_button, install }
    /// How Windows is set up without one.
    ByHandTexts { terminal, trust, login, username, password }
    /// How Linux is set up.
    LinuxTexts { terminal, instead }
    /// How the app is used.
    EapConfigTexts { app, download, confirm }
    /// The page with the steps.
    FinishTexts { title, download_button, joins, connect, time_left, time_left_last, expired, expired_last, back }
    /// A page that has nothing to offer.
    Notice { title, text }
}

/// All that is said. A message that a file lacks, or has beyond these, is a fault.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Messages {
    pub(crate) direction: Direction,
    pub(crate) devices: Devices,
    pub(crate) start: StartTexts,
    pub(crate) apple: AppleTexts,
    pub(crate) android: AndroidTexts,
    pub(crate) windows: WindowsTexts,
    pub(crate) by_hand: ByHandTexts,
    pub(crate) linux: LinuxTexts,
    pub(crate) eap_config: EapConfigTexts,
    pub(crate) finish: FinishTexts,
    pub(crate) dead: Notice,
    pub(crate) expired: Notice,
    pub(crate) locked: Notice,
    pub(crate) not_set_up: Notice,
    pub(crate) unfit: Notice,
    pub(crate) busy: Notice,
}

impl Messages {
    /// What the device is called.
    pub(crate) fn device(&self, kind: FileKind) -> &str {
        match kind {
            FileKind::Apple => &self.devices.apple,
            FileKind::Android => &self.devices.android,
            FileKind::Windows => &self.devices.windows,
            FileKind::EapConfig => &self.devices.eap_config,
            FileKind::Linux => &self.devices.linux,
        }
    }
}

/// The text with a value in the place of its name: of `place` for `{place}`.
pub(crate) fn fill(text: &str, name: &str, value: &str) -> String {
    text.replace(&format!("{{{name}}}"), value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(messages: &Messages) -> Vec<(&'static str, &str)> {
        let Messages { dead, expired, locked, not_set_up, unfit, busy, .. } = messages;
        let notices = [dead, expired, locked, not_set_up, unfit, busy];
        let mut texts = messages.devices.texts();
        texts.extend(messages.start.texts());
        texts.extend(messages.apple.texts());
        texts.extend(messages.android.texts());
        texts.extend(messages.windows.texts());
        texts.extend(messages.by_hand.texts());
        texts.extend(messages.linux.texts());
        texts.extend(messages.eap_config.texts());
        texts.extend(messages.finish.texts());
        texts.extend(notices.into_iter().flat_map(Notice::texts));
        texts
    }

    /// The names in braces, in their order.
    fn places(text: &str) -> Vec<&str> {
        let mut places: Vec<_> = text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()).collect();
        places.sort_unstable();
        places
    }

    #[test]
    fn every_file_has_every_message_with_the_same_places() {
        let tags: Vec<_> = Language::all().iter().map(|language| language.tag).collect();
        assert_eq!(tags, ["de", "en", "es", "fr", "it"]);
        let english = texts(&Language::common().messages);
        for language in Language::all() {
            for ((name, text), (_, ours)) in texts(&language.messages).into_iter().zip(&english) {
                assert!(!text.trim().is_empty(), "{} {name}", language.tag);
                assert_eq!(places(text), places(ours), "{} {name}", language.tag);
            }
        }
    }

    #[test]
    fn a_message_too_few_or_too_many_is_a_fault() {
        let (_, text) = FILES.iter().find(|(tag, _)| *tag == COMMON).unwrap();
        let fault = |from, to| toml::from_str::<Messages>(&text.replacen(from, to, 1)).err();
        assert!(fault("connect =", "conect =").is_some());
        assert!(fault("connect =", "more = \"x\"\nconnect =").is_some());
        assert!(fault("[busy]", "[bussy]").is_some());
        assert!(fault("\"ltr\"", "\"ttb\"").is_some());
        assert!(fault("\"ltr\"", "\"rtl\"").is_none());
    }
}
