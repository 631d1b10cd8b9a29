//! Running another program to its end.

use std::path::Path;
use std::process::Command;

use crate::Error;

/// The program, with only the search path in its environment: variables such as `PGOPTIONS` affect PostgreSQL's
/// programs.
pub(crate) fn bare(program: impl AsRef<Path>) -> Command {
    let mut command = Command::new(program.as_ref());
    command.env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    command
}

/// The output of the program.
///
/// # Errors
/// It cannot be started, or fails: then with its messages. Its arguments are not included, since they may contain a
/// password.
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
