//! Running another program to its end.

use std::path::Path;
use std::process::Command;

use crate::Error;

/// The program, with nothing of the environment but where programs are: variables such as `PGOPTIONS` change what
/// PostgreSQL's programs do.
pub(crate) fn bare(program: impl AsRef<Path>) -> Command {
    let mut command = Command::new(program.as_ref());
    command.env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    command
}

/// What it prints.
///
/// # Errors
/// It cannot be started, or fails: then with what it says. Its arguments are not told, for they may hold a password.
pub(crate) fn output(command: &mut Command) -> Result<String, Error> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(Error::of(format!("cannot start {name}")))?;
    if output.status.success() {
        String::from_utf8(output.stdout).map_err(Error::of(format!("the output of {name} is no text")))
    } else {
        let said = String::from_utf8_lossy(&output.stderr);
        Err(Error::new(format!("{name} ended with {}: {}", output.status, said.trim())))
    }
}
