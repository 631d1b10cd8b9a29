//! The end of a process that owns a server, whatever the cause.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use crate::quick;

/// Makes a run of these tests the process that owns a server.
const HOLDER: &str = "POSTGRES_CLUSTER_HOLDER";
/// An unprivileged user that exists on every system.
const NOBODY: u32 = 65534;
const PATIENCE: Duration = Duration::from_secs(60);

/// Another process with a server.
struct Holder {
    process: Child,
    /// Kept open: the process would fail if it could not print.
    _output: ChildStdout,
    port: u16,
    directory: PathBuf,
}

impl Holder {
    /// Runs this program, or a copy of it.
    fn start(program: &Path, change: impl FnOnce(&mut Command)) -> Self {
        let mut command = Command::new(program);
        command.args(["--exact", "disappearance::holder", "--ignored", "--nocapture"]).env(HOLDER, "yes");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        change(&mut command);
        let mut process = command.spawn().unwrap();
        let mut output = process.stdout.take().unwrap();
        let mut lines = BufReader::new(&mut output).lines().map(Result::unwrap);
        let told = lines.find_map(|line| line.split_once("holds ").map(|(_, told)| told.to_owned())).unwrap();
        let (port, directory) = told.split_once(' ').unwrap();
        Self { process, _output: output, port: port.parse().unwrap(), directory: directory.into() }
    }
}

#[test]
#[ignore = "the other process of these tests"]
fn holder() {
    if std::env::var_os(HOLDER).is_some() {
        let cluster = quick();
        println!("holds {} {}", cluster.port(), cluster.directory().display());
        std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
    }
}

#[test]
fn the_server_goes_with_a_process_that_is_killed() {
    let mut holder = Holder::start(&std::env::current_exe().unwrap(), |_| {});
    assert!(is_served(holder.port) && has_files(&holder.directory));
    holder.process.kill().unwrap();
    holder.process.wait().unwrap();
    until("the server is gone", || !is_served(holder.port));
    until("its files are gone", || !has_files(&holder.directory));
}

#[test]
fn a_person_without_rights_has_a_server_of_their_own() {
    let place = tempfile::tempdir().unwrap();
    let user = fs::metadata(place.path()).unwrap().uid();
    // Root drops its privileges. The build directory may be accessible only to root.
    let person = if user == 0 { NOBODY } else { user };
    fs::set_permissions(place.path(), Permissions::from_mode(0o755)).unwrap();
    let copy = place.path().join("tests");
    fs::copy(std::env::current_exe().unwrap(), &copy).unwrap();
    let mut holder = Holder::start(&copy, |command| {
        command.current_dir(place.path());
        if person != user {
            command.uid(person).gid(person);
        }
    });
    assert!(is_served(holder.port));
    assert_eq!(fs::metadata(&holder.directory).unwrap().uid(), person);
    // Closes its input, which ends it.
    assert!(holder.process.wait().unwrap().success());
    assert!(!is_served(holder.port) && !holder.directory.exists());
}

fn is_served(port: u16) -> bool {
    std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
}

/// The directory itself remains where only root may remove it.
fn has_files(directory: &Path) -> bool {
    directory.read_dir().is_ok_and(|mut files| files.next().is_some())
}

#[expect(clippy::disallowed_methods, reason = "a process that is not a child provides no event to wait for")]
fn until(what: &str, look: impl Fn() -> bool) {
    let started = Instant::now();
    while !look() {
        assert!(started.elapsed() < PATIENCE, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}
