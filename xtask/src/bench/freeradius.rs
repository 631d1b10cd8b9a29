//! FreeRADIUS with our configuration, and logins through it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::UdpSocket;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::guests::password;
use super::load::Target;
use super::wifi::CONNECTIONS;
use crate::shell::{self, Failure};

/// The secret that it shares with the access point.
const SECRET: &str = "radius secret";
/// No device checks it, so the details that a device would check are omitted.
const CERTIFICATE: &str =
    "req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=bench -keyout server.key -out server.pem";

/// A running FreeRADIUS. Dropping it ends it.
pub(crate) struct FreeRadius {
    process: Child,
    port: u16,
    /// The file of requests.
    file: PathBuf,
}

impl FreeRadius {
    /// Starts FreeRADIUS in front of this service. Its files are written to the directory.
    pub(crate) fn start(configuration: &Path, directory: &Path, service: &Target) -> Result<Self, Failure> {
        shell::output(
            Command::new("openssl").args(CERTIFICATE.split(' ')).current_dir(directory).stdin(Stdio::null()),
        )?;
        let free_port = || Ok::<_, Failure>(UdpSocket::bind(("127.0.0.1", 0))?.local_addr()?.port());
        let port = free_port()?;
        let mut command = Command::new("freeradius");
        command.args(["-f", "-l", "stdout", "-d"]).arg(configuration);
        command
            .env("GUESTBOOK_URL", format!("http://{}", service.address))
            .env("GUESTBOOK_BEARER", &service.bearer)
            .env("RADIUS_ADDRESS", "127.0.0.1")
            .env("RADIUS_AUTH_PORT", port.to_string())
            .env("RADIUS_ACCT_PORT", free_port()?.to_string())
            .env("RADIUS_SECRET", SECRET)
            .env("RADIUS_CERTIFICATES", directory);
        let process = command.stdout(Stdio::piped()).spawn();
        let process =
            process.map_err(|error| format!("cannot start freeradius ({error}): is freeradius-rest installed?"))?;
        let mut started = Self { process, port, file: directory.join("requests") };
        let output = started.process.stdout.take().ok_or("freeradius has no output")?;
        let mut said = BufReader::new(output).lines().map_while(Result::ok);
        if !said.any(|line| line.contains("Ready to process requests")) {
            return Err("freeradius is not ready".into());
        }
        // Keep reading, since it blocks when its output is full.
        thread::spawn(move || said.for_each(drop));
        Ok(started)
    }

    /// Logins per second over about this time, after each resident has logged in once.
    pub(crate) fn logins(&self, residents: u64, time: Duration) -> Result<f64, Failure> {
        let request = |number| {
            let password = password(number);
            format!(
                "User-Name = \"resident{number}\"\nUser-Password = \"{password}\"\nMessage-Authenticator = 0x00\n\n"
            )
        };
        fs::write(&self.file, (0..residents).map(request).collect::<String>())?;
        let once = self.send(residents, 1)?;
        let times = (time.as_secs_f64() / once.as_secs_f64()).ceil().max(1.0);
        let taken = self.send(residents, times as u64)?;
        Ok(residents as f64 * times / taken.as_secs_f64())
    }

    /// Lets each resident log in this many times, and returns how long that took. A rejected login ends the run.
    fn send(&self, residents: u64, times: u64) -> Result<Duration, Failure> {
        let mut command = Command::new("radclient");
        command.args(["-q", "-s", "-p", &CONNECTIONS.to_string(), "-c", &times.to_string(), "-f"]).arg(&self.file);
        command.args([&format!("127.0.0.1:{}", self.port), "auth", SECRET]);
        let started = Instant::now();
        let said = shell::output(&mut command)?;
        let taken = started.elapsed();
        if accepted(&said) == Some(residents * times) {
            Ok(taken)
        } else {
            Err(format!("not all were let in:\n{said}").into())
        }
    }
}

impl Drop for FreeRadius {
    fn drop(&mut self) {
        // Both fail if it has already ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The number of accepted logins in radclient's summary.
fn accepted(summary: &str) -> Option<u64> {
    let line = summary.lines().find_map(|line| line.trim().strip_prefix("Accepted"))?;
    line.trim_start_matches([' ', ':']).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_summary() {
        let summary = "Packet summary:\n\tAccepted      : 12000\n\tRejected      : 0\n\tLost          : 0\n";
        assert_eq!(accepted(summary), Some(12_000));
        assert_eq!(accepted("radclient: Failed to find IP address"), None);
    }
}
