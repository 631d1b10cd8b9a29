//! The workspace, and programs that run on it.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

/// The failure of a command, for the developer who ran it.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The workspace according to cargo.
pub(crate) struct Workspace {
    /// The directory of its root manifest.
    pub(crate) root: PathBuf,
    /// The target directory, with `CARGO_TARGET_DIR` considered.
    pub(crate) target: PathBuf,
    /// Its packages in `cargo metadata`, without their dependencies.
    pub(crate) packages: Vec<Value>,
}

impl Workspace {
    /// The workspace that the current directory is in.
    pub(crate) fn find() -> Result<Self, Failure> {
        let text = output(cargo().args(["metadata", "--format-version", "1", "--no-deps"]))?;
        let metadata: Value = serde_json::from_str(&text)?;
        let path = |name: &str| metadata[name].as_str().map(PathBuf::from);
        Ok(Self {
            root: path("workspace_root").ok_or("cargo metadata names no workspace_root")?,
            target: path("target_directory").ok_or("cargo metadata names no target_directory")?,
            packages: metadata["packages"].as_array().cloned().unwrap_or_default(),
        })
    }

    /// cargo, at the root.
    pub(crate) fn cargo<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = cargo();
        command.current_dir(&self.root).args(arguments);
        command
    }
}

/// The cargo that runs this.
fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs the command with its output visible.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let status = command.status().map_err(|error| format!("cannot start {}: {error}", shown(command)))?;
    if status.success() { Ok(()) } else { Err(format!("{} ended with {status}", shown(command)).into()) }
}

/// Runs the command and returns its output.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cannot start {}: {error}", shown(command)))?;
    if output.status.success() {
        Ok(String::from_utf8(output.stdout)?)
    } else {
        Err(format!("{} ended with {}", shown(command), output.status).into())
    }
}

/// The command as a person would type it.
fn shown(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program()).file_stem().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
