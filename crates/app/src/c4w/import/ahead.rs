//! A bounded queue of rows from the reader to the sender.

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::record::Record;
use super::rows::Row;

/// The maximum number of rows that are read ahead.
const ROWS: usize = 512;
/// The approximate maximum of bytes of all rows that are read and not settled. Rows are held a second time while they
/// are sent, and one more row may be in progress.
const BYTES: usize = 12 * 1024 * 1024;

/// The sending end of the queue, which enforces both bounds.
pub(super) struct Ahead {
    records: Sender<Record>,
    room: Arc<Semaphore>,
    runtime: Handle,
}

impl Ahead {
    /// Both ends, in the runtime of the receiver.
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
        // A row that is larger than the whole budget gets all of it.
        let size = u32::try_from(size.min(BYTES)).unwrap_or(u32::MAX);
        let Ok(room) = self.runtime.block_on(self.room.clone().acquire_many_owned(size)) else { return false };
        let record = Record { line, end, number, raw, customer, locked, assumed_consent, _room: room };
        self.records.blocking_send(record).is_ok()
    }
}
