//! What a person does on the device, step by step.

use domain::value::FileKind;
use passpoint::LinuxCommands;

use super::messages::{Messages, fill};
use crate::files::address_name;

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
    Lines(String),
    /// The same, and what to copy instead in other cases, under what they are called.
    Choice {
        lines: String,
        others: Vec<(String, String)>,
    },
    /// Names of things and the things, to be typed.
    Login([(String, String); 2]),
}

/// How this device is set up, and what belongs to its grant.
pub(crate) struct Ways<'a> {
    pub(crate) kind: FileKind,
    /// Where the files are, relative to the page.
    pub(crate) base: &'a str,
    /// Follows the address of a file, so that its page leads back when the time is over. Empty, or begins with `?`.
    pub(crate) query: String,
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
    /// For Linux alone.
    pub(crate) commands: Option<LinuxCommands>,
}

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
        FileKind::Linux => ways.commands.iter().map(|commands| linux(messages, commands)).collect(),
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

/// What is run holds no login, and Windows asks before it trusts an authority.
fn by_hand(messages: &Messages, ways: &Ways<'_>) -> Vec<Step> {
    let texts = &messages.by_hand;
    // curl comes with Windows. Nothing in the address means something to cmd.exe.
    let run = format!(r#"curl -fsS "{}/wifi.cmd" -o "%TEMP%\wifi.cmd" && "%TEMP%\wifi.cmd""#, ways.absolute);
    let trust = if ways.has_authority { format!("{} ", texts.trust) } else { String::new() };
    let login =
        [(texts.username.clone(), ways.username.to_owned()), (texts.password.clone(), ways.password.to_owned())];
    vec![
        Step { text: texts.terminal.clone(), action: Action::Lines(run) },
        Step { text: format!("{trust}{}", texts.login), action: Action::Login(login) },
    ]
}

/// The text is for the program that most people have.
fn linux(messages: &Messages, commands: &LinuxCommands) -> Step {
    let texts = &messages.linux;
    let others = [("wpa_supplicant", &commands.wpa_supplicant), ("iwd", &commands.iwd)];
    let others = others.map(|(program, lines)| (fill(&texts.instead, "program", program), lines.clone()));
    let action = Action::Choice { lines: commands.network_manager.clone(), others: others.into() };
    Step { text: texts.terminal.clone(), action }
}

fn plain(text: &str) -> Step {
    Step { text: text.to_owned(), action: Action::None }
}

fn download(messages: &Messages, text: &str, ways: &Ways<'_>) -> Step {
    link(text, format!("{}/{}{}", ways.base, address_name(ways.kind), ways.query), &messages.finish.download_button)
}

fn link(text: &str, address: String, label: &str) -> Step {
    Step { text: text.to_owned(), action: Action::Link { address, label: label.to_owned() } }
}
