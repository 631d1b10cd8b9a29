//! Measures decisions about telephone numbers: `cargo xtask telephone-numbers` runs it on numbers that another library
//! generated.
//!
//! Arguments: the file of numbers (`valid` or `longer`, region, type, number in E.164 form, separated by commas), and
//! optionally a file of newer numbering plans. Prints the rows of a Markdown table.
#![expect(clippy::print_stdout, reason = "prints the measurements for the developer")]

use std::collections::BTreeMap;
use std::error::Error;
use std::time::{Duration, Instant};

use domain::value::{PhoneNumber, PhoneNumberRule, install_numbering_plans};

/// The other library takes milliseconds for each number.
const SLOW_SAMPLE: usize = 1_000;
/// A prime, so that consecutive numbers are of different regions.
const STRIDE: usize = 7_919;
const ONE_COUNTRY: &str = "IT";

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let text = std::fs::read_to_string(arguments.next().ok_or("the file of numbers is missing")?)?;
    let before = resident_kib();
    let started = Instant::now();
    if let Some(plans) = arguments.next() {
        install_numbering_plans(&std::fs::read(plans)?)?;
    }
    PhoneNumber::warm_up();
    row("plans loaded", format!("{:.1} ms", started.elapsed().as_secs_f64() * 1e3));

    let lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let lines: Vec<_> = lines.filter(|line| line.len() == 4).collect();
    let of = |kind: &str| lines.iter().filter(|line| line[0] == kind).collect::<Vec<_>>();
    let (valid, longer) = (of("valid"), of("longer"));

    let (mut refused, mut other) = (BTreeMap::new(), 0);
    for line in &valid {
        match PhoneNumber::parse(line[3]) {
            Ok(number) if number.as_str() == line[3] => {}
            Ok(_) => other += 1,
            Err(_) => *refused.entry(format!("{} {}", line[1], line[2])).or_insert(0) += 1,
        }
    }
    row("valid numbers", valid.len());
    row("of these refused", refused.values().sum::<i32>());
    row("of these stored in another form", other);
    for (what, count) in refused {
        row(&format!("refused: {what}"), count);
    }
    let taken = |rule| longer.iter().filter(|line| PhoneNumber::parse_by(line[3], rule).is_ok()).count();
    row("numbers with a digit too many", longer.len());
    row("of these taken", taken(PhoneNumberRule::Valid));
    row("of these taken where possible ones are", taken(PhoneNumberRule::Possible));

    // All patterns have been compiled by now.
    row("memory for plans and patterns", format!("{:.1} MiB", (resident_kib() - before) as f64 / 1024.0));
    let mixed: Vec<_> = (0..valid.len()).map(|place| valid[place * STRIDE % valid.len()][3]).collect();
    let one: Vec<_> = valid.iter().filter(|line| line[1] == ONE_COUNTRY).map(|line| line[3]).collect();
    let one: Vec<_> = one.iter().copied().cycle().take(mixed.len()).collect();
    let decides = |number: &str| PhoneNumber::parse(number).is_ok();
    let crate_phonenumber = |number: &str| phonenumber::parse(None, number).is_ok_and(|number| number.is_valid());
    let new = (each(&mixed, decides), each(&one, decides));
    let old = (each(&mixed[..SLOW_SAMPLE], crate_phonenumber), each(&one, crate_phonenumber));
    row("a number, all regions mixed", micros(new.0));
    row("a number, one country", micros(new.1));
    row("the same by the crate phonenumber, all regions mixed", micros(old.0));
    row("the same by the crate phonenumber, one country", micros(old.1));
    row("times as fast, mixed", format!("{:.0}", old.0.as_secs_f64() / new.0.as_secs_f64()));
    Ok(())
}

fn row(what: &str, value: impl std::fmt::Display) {
    println!("| {what} | {value} |");
}

/// The time per number: the fastest of three passes over all numbers.
fn each(numbers: &[&str], decide: impl Fn(&str) -> bool) -> Duration {
    let once = || {
        let started = Instant::now();
        std::hint::black_box(numbers.iter().filter(|number| decide(number)).count());
        started.elapsed()
    };
    let quickest = (0..3).map(|_| once()).min().unwrap_or_default();
    quickest / u32::try_from(numbers.len().max(1)).unwrap_or(u32::MAX)
}

fn micros(time: Duration) -> String {
    format!("{:.1} µs", time.as_secs_f64() * 1e6)
}

/// The resident memory of the process, on Linux.
fn resident_kib() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
