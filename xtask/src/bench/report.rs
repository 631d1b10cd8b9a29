//! The report, in Markdown.

mod aims;
mod import;
mod loads;
mod method;
mod neighbours;
mod time;

use super::artifact::Artifact;
use super::figures::Figures;
use super::import::ImportRound;
use super::machine::Facts;
use super::neighbours::NeighboursRound;
use super::options::Options;
use super::series::{Series, number};

/// The circumstances of a measurement.
pub(crate) struct Setting {
    pub(crate) options: Options,
    pub(crate) artifact: Artifact,
    pub(crate) machine: Facts,
}

/// The whole report.
pub(crate) fn markdown(setting: &Setting, figures: &Figures) -> String {
    let title =
        if setting.options.wifi { ("Benchmarks of the way onto the Wi-Fi", " --wifi") } else { ("Benchmarks", "") };
    let common = [head(setting, title, &figures.others()), method::section(&setting.options), aims::section(figures)];
    let (time, loads) = (time::section(figures), loads::section(figures));
    // For the way onto the Wi-Fi there is no analysis of where the time goes, and no separate size.
    let rest = if setting.options.wifi { vec![loads] } else { vec![time, loads, size(&setting.artifact)] };
    common.into_iter().chain(rest).collect::<Vec<_>>().join("\n")
}

/// The report on imports.
pub(crate) fn import(setting: &Setting, rounds: &[ImportRound]) -> String {
    let head = head(setting, ("Benchmarks of imports", " --import"), &import::others(rounds));
    [head, import::method(&setting.options), import::aims(rounds), import::figures(rounds)].join("\n")
}

/// The report on neighbours.
pub(crate) fn neighbours(setting: &Setting, rounds: &[NeighboursRound]) -> String {
    let head = head(setting, ("Benchmarks of neighbours", " --neighbours"), &neighbours::others(rounds));
    [head, neighbours::method(&setting.options), neighbours::aims(rounds), neighbours::figures(rounds)].join("\n")
}

fn head(setting: &Setting, (title, option): (&str, &str), others: &Series) -> String {
    let facts: String = setting.machine.iter().map(|(name, value)| format!("- {name}: {value}\n")).collect();
    let others = format!("{:.0}", 100.0 * others.median());
    format!(
        "# {title}\n\n\
         Measured and written by `cargo xtask bench{option}`, as it came out. Another machine has other figures: run it there.\n\n\
         {facts}\
         - used by other programs: {others} % of the machine, in the median of the loads\n",
    )
}

fn size(artifact: &Artifact) -> String {
    let mebibytes = number(artifact.size as f64 / 1024.0 / 1024.0);
    format!(
        "## Size\n\n\
         - The program has {mebibytes} MiB.\n\
         - Its dependency tree has {} packages, those of the workspace and procedural macros included \
         (`cargo tree -p app -e normal`).\n",
        artifact.packages
    )
}

/// The head of a table. The first column is a label, and figures are aligned right.
fn table(columns: &[&str]) -> String {
    let lines: Vec<_> = (0..columns.len()).map(|column| if column == 0 { "---" } else { "---:" }).collect();
    row(columns) + &row(&lines)
}

fn row(cells: &[&str]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// The series, or an empty cell if it is empty.
fn shown(series: &Series) -> String {
    if series.is_empty() { String::new() } else { series.to_string() }
}

#[cfg(test)]
mod tests;
