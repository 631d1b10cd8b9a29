//! `c4w import`: customers from CSV or JSON.
//!
//! `source` opens the file as text, `input` finds its form and looks at its first rows, `rows` takes it apart, and `record` makes
//! customers of rows by `mapping` and `values`. Nothing of a file is lost without a word: what is not read is reported before a
//! row is sent, or rejects the row.
//!
//! The file is read as a stream, so its size does not matter. A row is settled when its answer is there, in the order of the
//! file; how far that has come is in a small file beside it, from which `--resume` goes on. A row that was carried out but
//! not settled goes again then: Guestbook knows it by its number and the key of the import, or finds its customer.

mod ahead;
mod batch;
mod charset;
mod checkpoint;
mod contacts;
mod dates;
mod fields;
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
    run.end(carried_out, &options, output)
}
