//! Files in TOML: the configuration and the settings of an organization.

use std::path::Path;

use serde::de::DeserializeOwned;

use crate::bounded;
use crate::failure::Failure;

/// A file of options or settings is never longer: style sheet, certificate and logo may stand in it.
const MOST: usize = 1 << 20;

/// Reads the file. A fault is told by its line and not by what stands there, which may hold the password of a database.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    let reading = || format!("reading {}", path.display());
    let text = bounded::read_text(path, MOST).map_err(|error| Failure::new(reading(), &error))?;
    toml::from_str(&text).map_err(|mut error| {
        let line = error.span().and_then(|span| text.get(..span.start)).map(|before| before.split('\n').count());
        let place = line.map_or_else(reading, |line| format!("{}, line {line}", reading()));
        error.set_input(None);
        Failure::new(place, &error)
    })
}
