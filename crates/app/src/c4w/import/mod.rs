//! `c4w import`: customers from CSV or lines of JSON.
//!
//! The file is read as a stream, so its size does not matter. A row is settled when its answer is there, in the order of the
//! file; how far that has come is in a small file beside it, from which `--resume` goes on. A row that was carried out but
//! not settled goes again then: Guestbook knows it by its number and the key of the import, or finds its customer.

mod batch;
mod checkpoint;
mod fields;
mod input;
mod mapping;
mod options;
mod record;
mod rehearsed;
mod rejects;
mod run;
mod scan;
mod single;
mod tally;

use c4w_client::RealClient;

use crate::failure::Failure;
use crate::login;
use crate::output::Output;
use input::Input;
pub(crate) use options::Import;
use run::Run;

/// Records that are read ahead.
const AHEAD: usize = 512;

pub(crate) async fn run(client: RealClient, mut options: Import, output: Output) -> Result<(), Failure> {
    let organization = match &options.organization {
        Some(organization) => organization.clone(),
        None => login::organization(&client).await?,
    };
    options.organization = Some(organization.clone());
    let input = Input::open(&options, organization)?;
    let mut run = Run::begin(&options, &input)?;
    let skipped = run.settled();
    let (sender, records) = tokio::sync::mpsc::channel(AHEAD);
    // Not one of the runtime's threads: it would wait at the end for a standard input that nobody closes.
    let reading = std::thread::spawn(move || input.read(skipped, &sender));
    let mut carried_out = batch::carry_out(client, &options, records, &mut run).await;
    if carried_out.is_ok() {
        // Nobody sends rows any more, so it has ended.
        carried_out =
            reading.join().unwrap_or_else(|_| Err(Failure::Local("the reading of the file failed".to_owned())));
    }
    run.end(carried_out, output)
}
