//! Rows on their way from the reading of the file to whoever sends them.

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::record::Record;
use super::rows::Row;

/// Rows that are read ahead of those that wait for their answers.
const ROWS: usize = 512;
/// Bytes, about, of all rows that are read and not settled. They are once more in what is being sent, and another row may be
/// in the making.
const BYTES: usize = 12 * 1024 * 1024;

/// Takes rows, and no more of them than there is room for.
pub(super) struct Ahead {
    records: Sender<Record>,
    room: Arc<Semaphore>,
    runtime: Handle,
}

impl Ahead {
    /// Both ends, in the runtime of the one who takes the rows.
    pub(super) fn new() -> (Self, Receiver<Record>) {
        let (records, taken) = channel(ROWS);
        (Self { records, room: Arc::new(Semaphore::new(BYTES)), runtime: Handle::current() }, taken)
    }

    /// Waits until there is room. `false`: nobody takes rows any more.
    pub(super) fn hand_on(
        &self,
        row: Row,
        number: u64,
        customer: Result<Vec<u8>, String>,
        locked: bool,
        assumed_consent: bool,
    ) -> bool {
        let Row { line, end, raw, .. } = row;
        let size = raw.size() + customer.as_ref().map_or(0, Vec::len);
        // One that is larger than all of it gets all of it.
        let size = u32::try_from(size.min(BYTES)).unwrap_or(u32::MAX);
        let Ok(room) = self.runtime.block_on(self.room.clone().acquire_many_owned(size)) else { return false };
        let record = Record { line, end, number, raw, customer, locked, assumed_consent, _room: room };
        self.records.blocking_send(record).is_ok()
    }
}
