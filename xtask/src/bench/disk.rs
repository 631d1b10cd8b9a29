//! What the disk can do without us.

use std::fs::File;
use std::io::{Seek, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::shell::Failure;

/// A page of the database.
const BLOCK: [u8; 4096] = [0x47; 4096];

/// Where the next block goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Behind the last one, so that the size has to become durable too.
    End,
    /// Over the last one, as in a journal that is used again.
    Same,
}

/// How often a second 4 KiB can be written to a file and made durable.
pub(crate) fn fsyncs_per_second(directory: &Path, place: Place, time: Duration) -> Result<f64, Failure> {
    let path = directory.join("fsync");
    let mut file = File::create(&path)?;
    let (started, mut count) = (Instant::now(), 0.0);
    while started.elapsed() < time {
        if place == Place::Same {
            file.rewind()?;
        }
        file.write_all(&BLOCK)?;
        file.sync_data()?;
        count += 1.0;
    }
    let rate = count / started.elapsed().as_secs_f64();
    std::fs::remove_file(&path)?;
    Ok(rate)
}
