//! Whether a journal fits the database that it lies beside, as far as its own form tells
//! (<https://www.sqlite.org/fileformat.html#the_write_ahead_log>).
//!
//! A database says in its header how many pages it has, and so does each commit in a journal. Whenever that number changes,
//! the header is part of the commit. So a journal without a header was written for a database of just its size.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

const HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;
/// What a journal begins with, by the order of the bytes that its checksums take.
const LITTLE_ENDIAN: u32 = 0x377f_0682;
const BIG_ENDIAN: u32 = 0x377f_0683;

/// What the commits in a journal say of their database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Commits {
    /// Its pages after the last one.
    pub(crate) pages: u32,
    /// One of them has the header.
    pub(crate) have_header: bool,
}

/// Reads a journal as far as it is valid. None: there is no commit in it.
pub(crate) fn commits(journal: &Path) -> io::Result<Option<Commits>> {
    let mut reader = BufReader::new(File::open(journal)?);
    let mut header = [0; HEADER_BYTES];
    if !filled(&mut reader, &mut header)? {
        return Ok(None);
    }
    let big_endian = match word(&header, 0) {
        LITTLE_ENDIAN => false,
        BIG_ENDIAN => true,
        _ => return Ok(None),
    };
    let page_bytes = word(&header, 8) as usize;
    let mut sum = Sum { big_endian, halves: (0, 0) };
    sum.add(&header[..24]);
    if !(512..=65536).contains(&page_bytes) || sum.halves != (word(&header, 24), word(&header, 28)) {
        return Ok(None);
    }
    let (mut frame, mut page) = ([0; FRAME_HEADER_BYTES], vec![0; page_bytes]);
    let (mut last, mut has_header) = (None, false);
    while filled(&mut reader, &mut frame)? && filled(&mut reader, &mut page)? {
        sum.add(&frame[..8]);
        sum.add(&page);
        let whole = frame[8..16] == header[16..24] && sum.halves == (word(&frame, 16), word(&frame, 20));
        if !whole {
            break;
        }
        has_header |= word(&frame, 0) == 1;
        match word(&frame, 4) {
            0 => {}
            pages => last = Some(Commits { pages, have_header: has_header }),
        }
    }
    Ok(last)
}

/// How many pages a database has by its header, if that says so.
pub(crate) fn pages(header: &[u8; 100]) -> Option<u32> {
    // The number is valid when it was written by the last change.
    (word(header, 24) == word(header, 92)).then(|| word(header, 28))
}

/// A checksum over pairs of words.
struct Sum {
    big_endian: bool,
    halves: (u32, u32),
}

impl Sum {
    fn add(&mut self, bytes: &[u8]) {
        let number = if self.big_endian { u32::from_be_bytes } else { u32::from_le_bytes };
        for [a, b, c, d, e, f, g, h] in bytes.as_chunks().0.iter().copied() {
            self.halves.0 = self.halves.0.wrapping_add(number([a, b, c, d])).wrapping_add(self.halves.1);
            self.halves.1 = self.halves.1.wrapping_add(number([e, f, g, h])).wrapping_add(self.halves.0);
        }
    }
}

/// The number at this place. All that are not summed up have their most significant byte first.
fn word(bytes: &[u8], at: usize) -> u32 {
    bytes[at..].first_chunk().map_or(0, |word| u32::from_be_bytes(*word))
}

/// Whether there was as much to read.
fn filled(reader: &mut impl Read, bytes: &mut [u8]) -> io::Result<bool> {
    match reader.read_exact(bytes) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}
