//! Files with rows of any size, and the memory of their import.

use std::io::{Read, Write, repeat};
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use super::command::C4w;
use super::import::{import, listed, summary, write};
use crate::fixture::{Ended, Home};

const MEBIBYTE: u64 = 1024 * 1024;
/// The maximum memory of an import, in KiB.
const MEMORY: u64 = 60 * 1024;

/// The maximum memory of the process so far, in KiB; `None` if it has ended.
fn memory(process: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).ok()?;
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    most.trim().strip_suffix(" kB").unwrap().parse().ok()
}

/// An import of this text on standard input, and its maximum memory, sampled after every piece.
fn feed(home: &Home, c4w: &C4w<'_>, mut text: impl Read, options: &[&str]) -> (Ended, u64) {
    let (state, rejects) = (home.path("state"), home.path("rejects"));
    let files = ["--state", state.to_str().unwrap(), "--rejects", rejects.to_str().unwrap()];
    let arguments = [&["--json", "import", "-", "--accept-policies"], &files[..], options].concat();
    let mut command = c4w.command(&arguments);
    let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = process.stdin.take().unwrap();
    let (mut most, mut piece) = (0, vec![0; 64 * 1024]);
    loop {
        let length = text.read(&mut piece).unwrap();
        // It may have stopped reading.
        if length == 0 || input.write_all(&piece[..length]).is_err() {
            break;
        }
        most = most.max(memory(&process).unwrap_or_default());
    }
    drop(input);
    let output = process.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (Ended { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }, most)
}

/// This many equal bytes.
fn bytes(byte: u8, mebibytes: u64) -> impl Read {
    repeat(byte).take(mebibytes * MEBIBYTE)
}

#[tokio::test]
async fn a_line_of_any_size_is_rejected_and_the_others_are_not() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let text =
        (&b"{\"extId\":\"1\"}\n{\"extId\":\""[..]).chain(bytes(b'x', 200)).chain(&b"\"}\n{\"extId\":\"3\"}\n"[..]);
    let (ended, memory) = feed(&home, &c4w, text, &[]);
    assert_eq!((ended.code, &summary(&ended)["rejected"]), (Some(1), &json!(1)), "{ended:?}");
    assert!(memory < MEMORY, "{memory} KiB");
    let rejected: Value = serde_json::from_str(&std::fs::read_to_string(home.path("rejects")).unwrap()).unwrap();
    assert_eq!((&rejected["line"], rejected["row"].as_str().unwrap().len()), (&json!(2), 1024));
    assert_eq!(rejected["reasons"], json!(["it is longer than 1 MiB; this is its beginning"]));
    assert_eq!(listed(&c4w).into_keys().collect::<Vec<_>>(), ["1", "3"]);
    server.stop();
}

#[tokio::test]
async fn a_row_of_csv_of_any_size_ends_the_import_with_its_line() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let begin: &[u8] = b"extId,firstName\n1,Ada\n2,\"Ada\nB.\"\n3,\"";
    for options in [
        &["--deduplicate", "extId", "--dry-run"][..],
        &["--deduplicate", "extId"],
        &["--deduplicate", "extId", "--resume"],
    ] {
        for encoding in ["utf-8", "windows-1252"] {
            let options = [options, &["--encoding", encoding]].concat();
            let (ended, memory) = feed(&home, &c4w, begin.chain(bytes(b'\n', 200)), &options);
            assert_eq!(ended.code, Some(1), "{ended:?}");
            assert!(ended.stderr.contains("the row on line 5 is longer than 1 MiB"), "{ended:?}");
            assert!(ended.stderr.contains("2 rows: 2 created so far"), "{ended:?}");
            assert!(memory < MEMORY, "{memory} KiB");
            if !options.contains(&"--dry-run") && encoding == "utf-8" {
                break;
            }
        }
    }
    assert_eq!(listed(&c4w).len(), 2);
    server.stop();
}

/// Each is within the bounds, and there are many.
#[tokio::test]
async fn many_large_rows_are_not_in_memory_together() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let large = format!("{{\"firstName\":\"Ada\",\"odd\":[{}1]}}\n", "[],".repeat(330_000));
    let rows: String = (0..100).map(|number| format!("{{\"extId\":\"{number}\"}}\n{large}")).collect();
    let (ended, memory) = feed(&home, &c4w, rows.as_bytes(), &["--map", "odd="]);
    assert_eq!((ended.code, &summary(&ended)["created"]), (Some(0), &json!(200)), "{ended:?}");
    assert!(memory < MEMORY, "{memory} KiB");
    server.stop();
}

#[tokio::test]
async fn a_mended_file_goes_on_where_its_rows_broke_off() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let long = "x\n".repeat(1024 * 1024);
    let file = write(&home, "guests.csv", format!("extId,firstName\n1,Ada\n2,\"Ada\n3,Ada\n{long}"));
    let ended = import(&c4w, &file, &[]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("the row on line 3 is longer"), "{ended:?}");
    write(&home, "guests.csv", "extId,firstName\n9,Ada\n2,Ada\n3,Ada\n");
    assert_eq!(import(&c4w, &file, &["--resume"]).code, Some(2), "a row that is settled is another one");
    write(&home, "guests.csv", "extId,firstName\n1,Ada\n2,\"Ada\"\n3,Ada\n");
    let ended = import(&c4w, &file, &["--resume"]);
    assert_eq!((ended.code, &summary(&ended)["created"]), (Some(0), &json!(3)), "{ended:?}");
    assert_eq!(listed(&c4w).into_keys().collect::<Vec<_>>(), ["1", "2", "3"]);
    server.stop();
}

#[tokio::test]
async fn an_array_that_was_cut_off_goes_on_when_it_is_whole() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let whole = "[{\"extId\":\"1\"},{\"extId\":\"2\"},{\"extId\":\"3\"}]";
    let file = write(&home, "guests.json", &whole[..22]);
    let ended = import(&c4w, &file, &[]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("cut off"), "{ended:?}");
    assert_eq!(import(&c4w, &file, &["--resume"]).code, Some(1), "it is still cut off");
    write(&home, "guests.json", whole);
    let ended = import(&c4w, &file, &["--resume"]);
    assert_eq!((ended.code, &summary(&ended)["created"]), (Some(0), &json!(3)), "{ended:?}");
    assert_eq!(listed(&c4w).into_keys().collect::<Vec<_>>(), ["1", "2", "3"]);
    server.stop();
}
