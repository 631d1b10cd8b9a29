//! A terminal of a given size, with a shell in it.

use std::cell::Cell;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use super::super::command::C4w;
use crate::fixture::{Ended, Home, PATIENCE};

/// The shell's prompt.
pub(super) const PROMPT: &str = "guest$";

/// A tmux server with one window. Dropping it ends both.
pub(super) struct Tmux<'a> {
    home: &'a Home,
    socket: PathBuf,
    width: usize,
    pictures: Cell<u32>,
}

impl<'a> Tmux<'a> {
    /// A shell in which `c4w` has the settings of [`C4w`].
    pub(super) async fn start(home: &'a Home, c4w: &C4w<'_>, width: usize) -> Self {
        let tmux = Self { home, socket: home.path("tmux"), width, pictures: Cell::new(0) };
        let mut command = c4w.command(&[]);
        let programs = PathBuf::from(command.get_program());
        let path = std::env::join_paths([programs.parent().unwrap(), "/usr/bin".as_ref(), "/bin".as_ref()]).unwrap();
        let environment: Vec<_> =
            command.get_envs().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))).collect();
        command = tmux.command(&["-f", "/dev/null", "-u", "new-session", "-d", "-y", "24"]);
        command.args(["-x", &width.to_string(), "sh"]).current_dir(home.path(""));
        command.env("LC_ALL", "C.UTF-8").env("PATH", path).env_remove("ENV").env_remove("NO_COLOR");
        command.envs(environment);
        let ended = Ended::of(&mut command);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        tmux.say(&["set", "-g", "status", "off"]);
        // Each shell starts with its own prompt.
        tmux.until(|lines| !lines.is_empty()).await;
        tmux.enter(&format!("PS1='{PROMPT} '; clear"));
        tmux.until(|lines| lines == [PROMPT]).await;
        tmux
    }

    /// tmux, with this server and no other.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("tmux");
        command.arg("-S").arg(&self.socket).args(arguments).env_remove("TMUX");
        command
    }

    fn say(&self, arguments: &[&str]) -> String {
        let ended = Ended::of(&mut self.command(arguments));
        assert_eq!(ended.code, Some(0), "{arguments:?}: {ended:?}");
        ended.stdout
    }

    /// Types a line.
    pub(super) fn enter(&self, line: &str) {
        self.say(&["send-keys", "-l", line]);
        self.press("Enter");
    }

    /// Presses a key, by its name.
    pub(super) fn press(&self, key: &str) {
        self.say(&["send-keys", key]);
    }

    /// The lines that are on the screen.
    pub(super) fn lines(&self) -> Vec<String> {
        let screen = self.say(&["capture-pane", "-p"]);
        screen.trim_end().lines().map(str::to_owned).collect()
    }

    /// The screen with its colours.
    pub(super) fn colours(&self) -> String {
        self.say(&["capture-pane", "-p", "-e"])
    }

    pub(super) fn shows_cursor(&self) -> bool {
        self.say(&["display-message", "-p", "#{cursor_flag}"]).trim() == "1"
    }

    /// Waits for such a screen.
    pub(super) async fn until(&self, wanted: impl Fn(&[String]) -> bool) -> Vec<String> {
        let waiting = async {
            loop {
                let lines = self.lines();
                if wanted(&lines) {
                    return lines;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let found = tokio::time::timeout(PATIENCE, waiting).await;
        found.unwrap_or_else(|_| panic!("nothing like that is on the screen: {:#?}", self.lines()))
    }

    /// Waits until the shell is ready again, and returns the exit code and the output since the command.
    pub(super) async fn end(&self) -> (i32, Vec<String>) {
        let lines = self.until(|lines| lines.len() > 1 && lines.last().is_some_and(|line| line == PROMPT)).await;
        let said = lines[..lines.len() - 1].to_vec();
        self.enter("echo code=$?=");
        let code = |line: &String| line.strip_prefix("code=")?.strip_suffix('=')?.parse().ok();
        let lines = self.until(|lines| lines.iter().any(|line| code(line).is_some())).await;
        (lines.iter().find_map(code).unwrap(), said)
    }

    /// Saves the screen for a person to look at, as text and with its colours.
    pub(super) fn keep(&self, name: &str) {
        let number = self.pictures.replace(self.pictures.get() + 1);
        let name = format!("terminal-{}-{number}-{name}", self.width);
        crate::fixture::keep(&format!("{name}.txt"), self.lines().join("\n") + "\n");
        crate::fixture::keep(&format!("{name}.ansi"), self.colours());
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.home.path(name)
    }
}

impl Drop for Tmux<'_> {
    fn drop(&mut self) {
        let _ = self.command(&["kill-server"]).output();
    }
}
