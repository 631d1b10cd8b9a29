//! The performance of the disk itself.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use super::series::number;
use crate::shell::Failure;

/// A database page.
const BLOCK: [u8; 4096] = [0x47; 4096];
const TIME: Duration = Duration::from_secs(2);

/// How often per second 4 KiB can be appended to a file and made durable.
pub(crate) fn fsyncs(directory: &Path) -> Result<String, Failure> {
    let path = directory.join("fsync");
    let mut file = File::create(&path)?;
    let (started, mut count) = (Instant::now(), 0.0);
    while started.elapsed() < TIME {
        file.write_all(&BLOCK)?;
        file.sync_data()?;
        count += 1.0;
    }
    let rate = count / started.elapsed().as_secs_f64();
    std::fs::remove_file(&path)?;
    Ok(number(rate))
}
