//! The signer of the files for devices.

use std::fs;
use std::path::Path;

use passpoint::{Field, SigningIdentity};

use crate::config::Signing;
use crate::failure::Failure;

/// Reads certificate and key. No error shows the contents of a file.
pub(crate) fn read(files: &Signing) -> Result<SigningIdentity, Failure> {
    let Signing { certificate, key } = files;
    SigningIdentity::parse(&text(certificate)?, &text(key)?).map_err(|error| {
        let file = if error.field() == Field::SigningKey { key } else { certificate };
        Failure::new(format!("reading {}", file.display()), &error)
    })
}

fn text(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::new(format!("reading {}", path.display()), &error))
}
