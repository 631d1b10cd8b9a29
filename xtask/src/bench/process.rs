//! Data of the kernel about a process and about the machine.

use std::fs;
use std::time::Duration;

use crate::shell::Failure;

/// The unit of processor times in `/proc`, on every architecture (`USER_HZ`).
const TICK: Duration = Duration::from_millis(10);

/// The times in `/proc/PID/stat`, in ticks.
#[derive(Debug, PartialEq, Eq)]
struct Stat {
    parent: u32,
    /// User and system time of the process itself.
    own: u64,
    /// The same of its children that have ended, including their own children.
    children: u64,
}

/// The resident memory of the process, including its program, in MiB.
pub(crate) fn memory(pid: u32) -> Result<f64, Failure> {
    status(pid, "VmRSS:")
}

/// The maximum resident memory so far.
pub(crate) fn memory_peak(pid: u32) -> Result<f64, Failure> {
    status(pid, "VmHWM:")
}

/// The number of files that this process may open, after raising the limit.
pub(crate) fn open_files_limit() -> Result<usize, Failure> {
    let text = fs::read_to_string("/proc/self/limits")?;
    hard_limit(&text, "Max open files").ok_or_else(|| "/proc/self/limits tells no limit of open files".into())
}

/// Processor time that the process has used so far.
pub(crate) fn processor_time(pid: u32) -> Result<Duration, Failure> {
    Ok(time(stat(pid)?.own))
}

/// The processor time of its children that have ended.
pub(crate) fn processor_time_of_ended_children(pid: u32) -> Result<Duration, Failure> {
    Ok(time(stat(pid)?.children))
}

/// The processor time of the process and all its children so far.
pub(crate) fn processor_time_of_family(pid: u32) -> Result<Duration, Failure> {
    let mut ticks = 0;
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(other) = name.to_str().and_then(|name| name.parse().ok()) else { continue };
        // A child that has just ended counts with its parent.
        if let Ok(stat) = stat(other)
            && stat.parent == pid
        {
            ticks += stat.own;
        }
    }
    let parent = stat(pid)?;
    Ok(time(ticks + parent.own + parent.children))
}

/// The unused processor time of all cores so far.
pub(crate) fn idle_time() -> Result<Duration, Failure> {
    let text = fs::read_to_string("/proc/stat")?;
    idle(&text).map(time).ok_or_else(|| "/proc/stat has another form".into())
}

fn time(ticks: u64) -> Duration {
    TICK.saturating_mul(u32::try_from(ticks).unwrap_or(u32::MAX))
}

fn stat(pid: u32) -> Result<Stat, Failure> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    parse(&text).ok_or_else(|| format!("/proc/{pid}/stat has another form").into())
}

fn status(pid: u32, name: &str) -> Result<f64, Failure> {
    let text = fs::read_to_string(format!("/proc/{pid}/status"))?;
    mebibytes(&text, name).ok_or_else(|| format!("/proc/{pid}/status tells no {name}").into())
}

fn mebibytes(status: &str, name: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: u32 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(f64::from(kibibytes) / 1024.0)
}

/// `unlimited` becomes more than any program opens.
fn hard_limit(limits: &str, name: &str) -> Option<usize> {
    let line = limits.lines().find_map(|line| line.strip_prefix(name))?;
    match line.split_whitespace().nth(1)? {
        "unlimited" => Some(usize::MAX),
        number => number.parse().ok(),
    }
}

/// Time in which a core waits for the disk counts as unused.
fn idle(stat: &str) -> Option<u64> {
    let all = stat.lines().next()?.strip_prefix("cpu ")?;
    let mut ticks = all.split_whitespace().skip(3).map(str::parse::<u64>);
    Some(ticks.next()?.ok()? + ticks.next()?.ok()?)
}

fn parse(stat: &str) -> Option<Stat> {
    // The second field is the name in parentheses, which may contain anything, including spaces and parentheses.
    let (_, after_name) = stat.rsplit_once(')')?;
    let fields: Vec<_> = after_name.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<u64>().ok();
    Some(Stat { parent: fields.get(1)?.parse().ok()?, own: ticks(11)? + ticks(12)?, children: ticks(13)? + ticks(14)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_in_mebibytes() {
        let status = "Name:\thttp-api\nVmHWM:\t   32768 kB\nVmRSS:\t   21504 kB\n";
        assert_eq!(mebibytes(status, "VmRSS:"), Some(21.0));
        assert_eq!(mebibytes(status, "VmHWM:"), Some(32.0));
        assert_eq!(mebibytes("Name:\tkthreadd\n", "VmRSS:"), None);
    }

    #[test]
    fn limits_are_those_that_can_be_reached() {
        let limits = "Max cpu time   unlimited   unlimited   seconds\nMax open files   1024   20000   files\n";
        assert_eq!(hard_limit(limits, "Max open files"), Some(20_000));
        assert_eq!(hard_limit(limits, "Max cpu time"), Some(usize::MAX));
        assert_eq!(hard_limit(limits, "Max locks"), None);
    }

    #[test]
    fn the_name_of_a_process_may_look_like_fields() {
        let stat = "42 (a) b 1 2) S 7 42 42 0 -1 4194304 900 0 3 0 17 5 30 2 20 0 4 0 1000";
        assert_eq!(parse(stat), Some(Stat { parent: 7, own: 22, children: 32 }));
        assert_eq!(parse("42 (a) S 1"), None);
    }

    #[test]
    fn unused_time_is_that_of_all_cores() {
        assert_eq!(idle("cpu  248 59 224 909 13 0 8 1 0 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n"), Some(922));
        assert_eq!(idle("intr 1 2 3 4 5"), None);
    }

    #[test]
    fn a_family_has_used_what_its_first_member_has() {
        let own = std::process::id();
        let (alone, family) = (processor_time(own).unwrap(), processor_time_of_family(own).unwrap());
        assert!(family >= alone);
    }
}
