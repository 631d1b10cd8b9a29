//! `c4w import`: customers from CSV or lines of JSON.
//!
//! The file is read as a stream, so its size does not matter. A row is settled when its answer is there, in the order of the
//! file; how far that has come is in a small file beside it, from which `--resume` goes on. A row that was carried out but
//! not settled goes again then: Guestbook knows it by its number and the key of the import, or finds its customer.

mod ahead;
mod batch;
mod checkpoint;
mod exported;
mod fields;
mod input;
mod mapping;
mod options;
mod progress;
mod record;
mod rehearsed;
mod rejects;
mod rows;
mod run;
mod scan;
mod single;
mod tally;

use c4w_client::RealClient;

use crate::failure::Failure;
use crate::login;
use crate::output::Output;
use ahead::Ahead;
use input::Input;
pub(crate) use options::Import;
use run::Run;

pub(crate) async fn run(client: RealClient, mut options: Import, output: Output) -> Result<(), Failure> {
    let organization = match &options.organization {
        Some(organization) => organization.clone(),
        None => login::organization(&client).await?,
    };
    options.organization = Some(organization.clone());
    let input = Input::open(&options, organization)?;
    let mut run = Run::begin(&options, &input)?;
    let skipped = run.settled();
    let (ahead, records) = Ahead::new();
    // Not one of the runtime's threads: it would wait at the end for a standard input that nobody closes.
    let reading = std::thread::spawn(move || input.read(skipped, &ahead));
    let mut carried_out = tokio::select! {
        carried_out = batch::carry_out(client, &options, records, &mut run) => carried_out,
        Ok(()) = tokio::signal::ctrl_c() => Err(Failure::Interrupted),
    };
    if carried_out.is_ok() {
        // Nobody sends rows any more, so it has ended.
        carried_out = match reading.join() {
            Ok(read) => read.map_err(|broken| run.break_off(broken)),
            Err(_) => Err(Failure::Local("the reading of the file failed".to_owned())),
        };
    }
    run.end(carried_out, output)
}
