//! Files in TOML: the configuration and the settings of an organization.

use std::path::Path;

use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// Reads the file. An error reports the line but not its content, which may be the password of a database.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    let reading = || format!("reading {}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| Failure::new(reading(), &error))?;
    toml::from_str(&text).map_err(|mut error| {
        let line = error.span().and_then(|span| text.get(..span.start)).map(|before| before.split('\n').count());
        let place = line.map_or_else(reading, |line| format!("{}, line {line}", reading()));
        error.set_input(None);
        Failure::new(place, &error)
    })
}
