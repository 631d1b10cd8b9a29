//! What the kernel tells of a process.

use std::fs;
use std::time::Duration;

use crate::shell::Failure;

/// The kernel counts processor time to others in this unit, on every architecture (`USER_HZ`).
const TICK: Duration = Duration::from_millis(10);

/// Memory that the process has in RAM, its program included, in MiB.
pub(crate) fn memory(pid: u32) -> Result<f64, Failure> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    resident(&status).ok_or_else(|| format!("/proc/{pid}/status tells no VmRSS").into())
}

/// Processor time that the process has used so far.
pub(crate) fn processor_time(pid: u32) -> Result<Duration, Failure> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let ticks = ticks(&stat).ok_or_else(|| format!("/proc/{pid}/stat has another form"))?;
    Ok(TICK.saturating_mul(ticks))
}

fn resident(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u32 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(f64::from(kibibytes) / 1024.0)
}

/// User and system time.
fn ticks(stat: &str) -> Option<u32> {
    // The second field is the name in parentheses, and may hold anything, spaces and parentheses included.
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut times = after_name.split_whitespace().skip(11).map(str::parse::<u32>);
    Some(times.next()?.ok()? + times.next()?.ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_in_mebibytes() {
        assert_eq!(resident("Name:\thttp-api\nVmHWM:\t  99999 kB\nVmRSS:\t   21504 kB\n"), Some(21.0));
        assert_eq!(resident("Name:\tkthreadd\n"), None);
    }

    #[test]
    fn the_name_of_a_process_may_look_like_fields() {
        let stat = "42 (a) b 1 2) S 1 42 42 0 -1 4194304 900 0 3 0 17 5 0 0 20 0 4 0 1000";
        assert_eq!(ticks(stat), Some(22));
        assert_eq!(ticks("42 (a) S 1"), None);
    }
}
