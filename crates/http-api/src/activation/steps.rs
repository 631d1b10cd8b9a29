//! What a person does on the device, step by step.

use domain::value::FileKind;

use super::messages::{Messages, fill};

/// One step: what to do, and with what.
pub(crate) struct Step {
    pub(crate) text: String,
    pub(crate) action: Action,
}

/// What a step has to be pressed, copied or typed.
pub(crate) enum Action {
    None,
    /// Something to press.
    Link {
        address: String,
        label: String,
    },
    /// Something to copy.
    Lines(Vec<&'static str>),
    /// Names of things and the things, to be typed.
    Login([(String, String); 2]),
}

/// How this device is set up, and what belongs to its grant.
pub(crate) struct Ways<'a> {
    pub(crate) kind: FileKind,
    /// Where the files are, relative to the page.
    pub(crate) base: &'a str,
    /// The same for programs that do not know the page.
    pub(crate) absolute: String,
    pub(crate) signed: bool,
    /// Windows takes the login from a link.
    pub(crate) by_link: bool,
    /// Devices have to be told an authority that they do not know.
    pub(crate) has_authority: bool,
    pub(crate) username: &'a str,
    pub(crate) password: &'a str,
    /// What the network is called.
    pub(crate) network: &'a str,
}

/// Where Windows' programs put what they load, and the programs that take it from there.
const TRUST: &str = r#"certutil -user -addstore Root "%USERPROFILE%\Downloads\authority.crt""#;
const ADD: &str = r#"netsh wlan add profile filename="%USERPROFILE%\Downloads\wifi.xml" user=current"#;

/// The steps in their order.
pub(crate) fn steps(messages: &Messages, ways: &Ways<'_>) -> Vec<Step> {
    let mut steps = match ways.kind {
        FileKind::Apple => apple(messages, ways),
        FileKind::Android => {
            vec![download(messages, &messages.android.download, ways), plain(&messages.android.save)]
        }
        FileKind::Windows if ways.by_link => windows(messages, ways),
        FileKind::Windows => by_hand(messages, ways),
        FileKind::EapConfig => {
            let texts = &messages.eap_config;
            vec![plain(&texts.app), download(messages, &texts.download, ways), plain(&texts.confirm)]
        }
    };
    steps.push(plain(&fill(&messages.finish.joins, "network", ways.network)));
    steps
}

fn apple(messages: &Messages, ways: &Ways<'_>) -> Vec<Step> {
    let texts = &messages.apple;
    let unsigned = if ways.signed { String::new() } else { format!(" {}", texts.unsigned) };
    let install = format!("{}{unsigned}", texts.install);
    vec![download(messages, &texts.download, ways), plain(&texts.open), plain(&install)]
}

fn windows(messages: &Messages, ways: &Ways<'_>) -> Vec<Step> {
    let texts = &messages.windows;
    let address = format!("ms-settings:wifi-provisioning?uri={}/profile", ways.absolute);
    vec![link(&texts.open, address, &texts.open_button), plain(&texts.install)]
}

/// The file holds no login, and Windows has to know the authority before.
fn by_hand(messages: &Messages, ways: &Ways<'_>) -> Vec<Step> {
    let texts = &messages.by_hand;
    let mut steps = vec![download(messages, &texts.download, ways)];
    let mut lines = vec![ADD];
    if ways.has_authority {
        steps.push(link(&texts.trust, format!("{}/authority.crt", ways.base), &texts.trust_button));
        lines.insert(0, TRUST);
    }
    let login =
        [(texts.username.clone(), ways.username.to_owned()), (texts.password.clone(), ways.password.to_owned())];
    steps.push(Step { text: texts.terminal.clone(), action: Action::Lines(lines) });
    steps.push(Step { text: texts.login.clone(), action: Action::Login(login) });
    steps
}

fn plain(text: &str) -> Step {
    Step { text: text.to_owned(), action: Action::None }
}

fn download(messages: &Messages, text: &str, ways: &Ways<'_>) -> Step {
    link(text, format!("{}/profile", ways.base), &messages.finish.download_button)
}

fn link(text: &str, address: String, label: &str) -> Step {
    Step { text: text.to_owned(), action: Action::Link { address, label: label.to_owned() } }
}
