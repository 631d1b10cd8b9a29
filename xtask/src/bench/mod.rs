//! `cargo xtask bench`: how fast and how small the built program is, measured from outside.
//!
//! Everything is asked over HTTP of the release build, started on loopback with a data directory of its own. A round
//! measures every figure once; the report shows median and spread of the rounds.

mod artifact;
mod client;
mod disk;
mod figures;
mod guests;
mod load;
mod machine;
mod options;
mod process;
mod registry;
mod report;
mod round;
mod series;
mod server;
mod wait;

use std::fs;
use std::path::Path;

use figures::Figures;
use options::Options;
use registry::Registry;
use report::Setting;

use crate::shell::{Failure, Workspace};

const REPORT: &str = "docs/benchmarks.md";

/// Builds, measures, and writes the report.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<(), Failure> {
    let options = Options::parse(arguments)?;
    let binary = artifact::build(workspace)?;
    // Beside the build and not where temporary files usually go: those may be kept in memory, where durable costs nothing.
    let directory = tempfile::Builder::new().prefix("bench-").tempdir_in(&workspace.target)?;
    let setting = Setting {
        options,
        artifact: artifact::describe(workspace, &binary)?,
        machine: machine::describe(workspace, directory.path())?,
    };
    // One thread: the load generator must not take more of the machine than it needs.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let figures = runtime.block_on(measure(&binary, directory.path(), options))?;
    let file = workspace.root.join(REPORT);
    fs::write(&file, report::markdown(&setting, &figures))?;
    println!("wrote {REPORT}");
    Ok(())
}

async fn measure(binary: &Path, directory: &Path, options: Options) -> Result<Figures, Failure> {
    let mut figures = Figures::default();
    println!("creating {} customers", options.customers);
    let registry = Registry::fill(binary, &directory.join("filled"), options.customers, &mut figures).await?;
    for number in 1..=options.rounds {
        println!("round {number} of {}", options.rounds);
        let place = directory.join("round");
        fs::create_dir(&place)?;
        round::measure(binary, &place, &registry, options, &mut figures).await?;
        fs::remove_dir_all(&place)?;
    }
    Ok(figures)
}
