//! What the disk can do without us.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::shell::Failure;

/// A page of the database.
const BLOCK: [u8; 4096] = [0x47; 4096];

/// How often a second 4 KiB can be appended to a file and made durable.
pub(crate) fn fsyncs_per_second(directory: &Path, time: Duration) -> Result<f64, Failure> {
    let path = directory.join("fsync");
    let mut file = File::create(&path)?;
    let (started, mut count) = (Instant::now(), 0.0);
    while started.elapsed() < time {
        file.write_all(&BLOCK)?;
        file.sync_data()?;
        count += 1.0;
    }
    let rate = count / started.elapsed().as_secs_f64();
    std::fs::remove_file(&path)?;
    Ok(rate)
}
