//! `cargo xtask bench`: the speed and the size of the built program, measured from outside.
//!
//! All requests go over HTTP to the release build, started on loopback. It is compared with the same program with one
//! transaction per write, and with PostgreSQL's own load generator. A round measures every figure once; the report
//! shows median and spread of the rounds.

mod artifact;
pub(crate) mod client;
mod disk;
mod figures;
mod freeradius;
mod guests;
mod head;
mod import;
mod lists;
mod load;
mod machine;
mod meter;
mod neighbours;
mod options;
mod pgbench;
mod phones;
mod postgres;
mod process;
mod registry;
mod report;
mod run;
mod scale;
mod series;
pub(crate) mod server;
mod sqlite;
mod versus;
mod wait;
mod wifi;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use figures::{Figures, Round};
use lists::SqliteLists;
use options::Options;
use postgres::Filled;
use report::Setting;
use scale::Scale;
use sqlite::Template;
use versus::Versus;
use wifi::Wifi;

use crate::shell::{Failure, Workspace};

const REPORT: &str = "docs/benchmarks.md";
/// The report of the Wi-Fi benchmarks.
const WIFI_REPORT: &str = "docs/benchmarks-wifi.md";

/// The report of the import benchmarks.
const IMPORT_REPORT: &str = "docs/benchmarks-import.md";

/// The report of the neighbours benchmarks.
const NEIGHBOURS_REPORT: &str = "docs/benchmarks-neighbours.md";

/// The programs under measurement.
pub(crate) struct Programs {
    pub(crate) service: PathBuf,
    /// Started with one transaction per write.
    pub(crate) plain: PathBuf,
}

/// Builds the programs, measures them, and writes the report.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<(), Failure> {
    let options = Options::parse(arguments)?;
    let service = options.binary.clone().map_or_else(|| artifact::build(workspace), Ok)?;
    let plain = options.plain_binary.clone().unwrap_or_else(|| service.clone());
    // In the target directory, not in that for temporary files, which may be in memory, where durable writes cost
    // nothing.
    let directory = tempfile::Builder::new().prefix("bench-").tempdir_in(&workspace.target)?;
    let setting = Setting {
        artifact: artifact::describe(workspace, &service)?,
        machine: machine::describe(workspace, directory.path())?,
        options,
    };
    // A single thread, so that the load generator takes no more of the machine than it needs.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let programs = Programs { service, plain };
    let (report, text) = if setting.options.import {
        let measuring = import::measure(&programs.service, &workspace.target, directory.path(), &setting.options);
        (IMPORT_REPORT, report::import(&setting, &runtime.block_on(measuring)?))
    } else if setting.options.neighbours {
        let measuring = neighbours::measure(&programs.service, workspace, directory.path(), &setting.options);
        (NEIGHBOURS_REPORT, report::neighbours(&setting, &runtime.block_on(measuring)?))
    } else {
        let figures = runtime.block_on(measure(&programs, workspace, directory.path(), &setting.options))?;
        (if setting.options.wifi { WIFI_REPORT } else { REPORT }, report::markdown(&setting, &figures))
    };
    if setting.options.quick {
        println!("\n{text}");
    } else {
        fs::write(workspace.root.join(report), text)?;
        println!("wrote {report}");
    }
    Ok(())
}

async fn measure(
    programs: &Programs,
    workspace: &Workspace,
    directory: &Path,
    options: &Options,
) -> Result<Figures, Failure> {
    let cluster = postgres::start(&workspace.target)?;
    let time = Duration::from_secs(options.seconds);
    println!("filling PostgreSQL");
    let usual = Filled::make(&cluster, &programs.service, &directory.join("usual"), options.customers).await?;
    let large = match options.scale {
        Some(customers) => Some(Filled::make(&cluster, &programs.service, &directory.join("large"), customers).await?),
        None => None,
    };
    println!("filling SQLite");
    let template = Template::make(&programs.service, directory.join("sqlite"), options.customers).await?;
    let lists = match options.scale {
        Some(customers) => Some(SqliteLists::make(&programs.service, directory, customers).await?),
        None => None,
    };
    let mut versus = Versus::new(programs, &cluster, &usual, directory, time);
    let mut scale = large.as_ref().map(|large| Scale::new(programs, &cluster, large, time));
    let wifi = Wifi::new(programs, &cluster, &usual, &template, workspace, time);
    let mut figures = Figures::default();
    for number in 1..=options.rounds {
        println!("round {number} of {}", options.rounds);
        let (backwards, mut round) = (number.is_multiple_of(2), Round::default());
        let place = directory.join("round");
        fs::create_dir(&place)?;
        if options.wifi {
            wifi.round(&place, backwards, &mut round).await?;
        } else {
            versus.round(backwards, &mut round).await?;
            if let Some(scale) = &mut scale {
                scale.round(&place.join("small"), backwards, &mut round).await?;
            }
            if let Some(lists) = &lists {
                lists.round(programs, time, backwards, &mut round).await?;
            }
            template.round(programs, &place, time, backwards, &mut figures, &mut round).await?;
        }
        fs::remove_dir_all(&place)?;
        figures.rounds.push(round);
    }
    Ok(figures)
}
