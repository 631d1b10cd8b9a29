//! `c4w import`: customers from CSV or JSON.
//!
//! `source` opens the file as text, `input` finds its format and examines its first rows, `rows` splits it, and
//! `record` turns rows into customers with `mapping` and `values`. No part of a file is dropped silently: unread parts
//! are reported before a row is sent, or the row is rejected.
//!
//! The file is read as a stream, so its size does not matter. A row is settled when its answer has arrived, in the
//! order of the file. A small checkpoint file beside it records the progress, from which `--resume` continues. A row
//! that was carried out but not settled is then sent again: Guestbook recognizes it by its number and the import's key,
//! or finds its customer.

mod ahead;
mod batch;
mod charset;
mod checkpoint;
mod contacts;
mod dates;
mod fields;
mod hints;
mod input;
mod kind;
mod mapping;
mod names;
mod notes;
mod options;
mod place;
mod presets;
mod progress;
mod record;
mod rehearsed;
mod rejects;
mod rows;
mod run;
mod scan;
mod shared;
mod single;
mod source;
mod tally;
mod values;
mod words;

#[cfg(test)]
mod tests;

use c4w_client::RealClient;

use crate::failure::Failure;
use crate::login;
use crate::output::Output;
use ahead::Ahead;
pub(crate) use fields::is_path;
use input::Input;
pub(crate) use options::Import;
use run::Run;
pub(crate) use words::Answers;

pub(crate) async fn run(client: RealClient, mut options: Import, output: Output) -> Result<(), Failure> {
    let organization = match &options.organization {
        Some(organization) => organization.clone(),
        None => login::organization(&client).await?,
    };
    options.organization = Some(organization.clone());
    let mut input = Input::open(&options, organization)?;
    let mut run = Run::begin(&options, &input)?;
    let remarks = std::mem::take(&mut input.remarks).into_iter().chain(run.remarks(&options));
    remarks.for_each(|remark| output.remark(&remark));
    let skipped = run.settled();
    let (ahead, records) = Ahead::new();
    // Not a thread of the runtime, which would wait at the end for a standard input that stays open.
    let reading = std::thread::spawn(move || input.read(skipped, &ahead));
    let mut carried_out = tokio::select! {
        carried_out = batch::carry_out(client, &options, records, &mut run) => carried_out,
        Ok(()) = tokio::signal::ctrl_c() => Err(Failure::Interrupted),
    };
    if carried_out.is_ok() {
        // The sender is gone, so the thread has ended.
        carried_out = match reading.join() {
            Ok(read) => read.map_err(|broken| run.break_off(broken)),
            Err(_) => Err(Failure::Local("the reading of the file failed".to_owned())),
        };
    }
    run.end(carried_out, &options, output)
}
