//! Programs and packages of Python, each in its own environment in the target directory.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{self, Failure};

/// The directory of this environment's programs. The environment is created anew when the requirements change.
pub(crate) fn environment(target: &Path, name: &str, requirements: &str) -> Result<PathBuf, Failure> {
    let environment = target.join(name);
    let (installed, programs) = (environment.join("requirements.txt"), environment.join("bin"));
    if fs::read_to_string(&installed).is_ok_and(|installed| installed == requirements) {
        return Ok(programs);
    }
    println!("installing {name}");
    shell::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
    let wanted = environment.join("wanted.txt");
    fs::write(&wanted, requirements)?;
    let mut pip = Command::new(programs.join("pip"));
    shell::run(pip.args(["install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(&wanted))?;
    fs::rename(wanted, installed)?;
    Ok(programs)
}
