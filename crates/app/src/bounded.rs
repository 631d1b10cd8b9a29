//! Files that an administrator names, read up to a bound: a device such as /dev/zero never ends.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The bytes of a file.
///
/// # Errors
/// The file cannot be read, or has more bytes than that.
pub(crate) fn read(file: &Path, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // One more tells that there are more.
    let bound = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    File::open(file)?.take(bound).read_to_end(&mut bytes)?;
    if bytes.len() > most {
        return Err(io::Error::other(format!("it has more than {most} bytes")));
    }
    Ok(bytes)
}

/// The text of a file, without a byte order mark before it.
///
/// # Errors
/// As [`read`], and when it is not UTF-8.
pub(crate) fn read_text(file: &Path, most: usize) -> io::Result<String> {
    let text = String::from_utf8(read(file, most)?).map_err(|_| io::Error::other("it is not a text in UTF-8"))?;
    Ok(match text.strip_prefix('\u{FEFF}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}
