//! Unique random values.

use std::fs::File;
use std::io::Read;

use crate::Error;

/// 32 unpredictable digits.
pub(crate) fn text() -> Result<String, Error> {
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes()?)))
}

/// A number below 65536.
pub(crate) fn number() -> Result<u16, Error> {
    Ok(u16::from_ne_bytes(bytes()?))
}

fn bytes<const COUNT: usize>() -> Result<[u8; COUNT], Error> {
    let mut bytes = [0; COUNT];
    let read = File::open("/dev/urandom").and_then(|mut source| source.read_exact(&mut bytes));
    read.map(|()| bytes).map_err(Error::of("/dev/urandom"))
}
