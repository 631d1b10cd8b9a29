//! The display of an import on a terminal.

mod gate;
mod tmux;

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write;
use std::process::Command;

use serde_json::json;

use self::gate::Gate;
use self::tmux::{PROMPT, Tmux};
use super::command::C4w;
use super::import::{listed, write};
use crate::fixture::Home;

const ROWS: usize = 3000;
/// The number of answered rows after which the import is stopped.
const HALF: usize = 1500;
const IMPORT: &str = "c4w import guests.ndjson --accept-policies --deduplicate extId";

const LOCKED: &str = "c4w: locked customers cannot log in; --set lock=false, or a column lock, creates them unlocked";

/// Rows, the third of which is invalid.
fn rows(range: std::ops::Range<usize>) -> String {
    range.fold(String::new(), |mut text, number| {
        let email = if number == 2 { "odd".to_owned() } else { format!("guest{number}@example.org") };
        let _ = writeln!(text, "{}", json!({"extId": format!("crm-{number}"), "email": email}));
        text
    })
}

fn has(lines: &[String], text: &str) -> bool {
    lines.iter().any(|line| line.contains(text))
}

/// The number before this word.
fn number(lines: &[String], word: &str) -> Option<usize> {
    let text = lines.iter().find_map(|line| line.split_once(word))?.0;
    let digits = text.rsplit([' ', '/']).next()?.replace(',', "");
    digits.parse().ok()
}

/// Waits until the import has stopped in the middle.
async fn middle(tmux: &Tmux<'_>) -> Vec<String> {
    let mut before = tmux.until(|lines| number(lines, " rows:").is_some_and(|rows| rows > 1000)).await;
    loop {
        let now = tmux.until(|lines| has(lines, " left") && *lines != before).await;
        if number(&now, " rows:") == number(&before, " rows:") {
            return now;
        }
        before = now;
    }
}

#[tokio::test]
async fn a_bar_tells_how_far_it_is_and_a_summary_what_became_of_the_rows() {
    for (width, before, bar, coloured) in [
        (100, "", "━━━", true),
        (60, "", "━━━", true),
        (100, "NO_COLOR=1 ", "━━━", false),
        (60, "LC_ALL=C ", "###", true),
    ] {
        let home = Home::new();
        let server = home.start();
        let gate = Gate::open(server.address(), HALF);
        let c4w = C4w::with(&home, &gate.url, server.demonstration());
        write(&home, "guests.ndjson", rows(0..ROWS));
        let tmux = Tmux::start(&home, &c4w, width).await;
        tmux.enter(&format!("{before}{IMPORT}"));
        let lines = middle(&tmux).await;
        tmux.keep(&format!("{}middle", before.replace(' ', "-")));
        assert!(has(&lines, bar) && has(&lines, " rows/s, ") && has(&lines, " left"), "{lines:#?}");
        let percent = number(&lines, "% of ").unwrap();
        assert!((20..70).contains(&percent), "{lines:#?}");
        assert!(has(&lines, " created, 1 rejected"), "{lines:#?}");
        assert_eq!(tmux.colours().contains("\u{1b}[36m"), coloured, "{:?}", tmux.colours());

        gate.admit_all();
        let (code, said) = tmux.end().await;
        tmux.keep(&format!("{}end", before.replace(' ', "-")));
        let expected = [
            "3,000 rows: 2,999 created (2,999 of them locked), 1 rejected (1 refused)",
            LOCKED,
            "c4w: 1 row was rejected; it is in guests.ndjson.rejects, with every reason",
        ];
        // A space at a line break is not on the screen.
        let without_spaces = |text: String| text.replace(' ', "");
        let said_behind = without_spaces(after(&said, before));
        assert_eq!((code, said_behind), (1, without_spaces(expected.concat())), "{said:#?}");
        assert!(tmux.shows_cursor());
        server.stop();
    }
}

/// The text on the screen after the command, without line breaks, which depend on the width.
fn after(said: &[String], before: &str) -> String {
    let screen = said.concat();
    let behind = screen.strip_prefix(&format!("{PROMPT} {before}{IMPORT}")).map(str::to_owned);
    behind.unwrap_or_else(|| panic!("{said:#?}"))
}

#[tokio::test]
async fn a_terminal_that_cannot_move_its_cursor_shows_the_summary_alone() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    write(&home, "guests.ndjson", rows(10..50));
    let tmux = Tmux::start(&home, &c4w, 100).await;
    tmux.enter(&format!("TERM=dumb {IMPORT}"));
    let (code, said) = tmux.end().await;
    tmux.keep("dumb");
    assert_eq!(
        (code, after(&said, "TERM=dumb ").as_str()),
        (0, format!("40 rows: 40 created (40 of them locked){LOCKED}").as_str())
    );
    server.stop();
}

#[tokio::test]
async fn an_interruption_says_how_to_go_on() {
    let home = Home::new();
    let server = home.start();
    let gate = Gate::open(server.address(), HALF);
    let c4w = C4w::with(&home, &gate.url, server.demonstration());
    write(&home, "guests.ndjson", rows(0..ROWS));
    let tmux = Tmux::start(&home, &c4w, 100).await;
    tmux.enter(IMPORT);
    let rows = number(&middle(&tmux).await, " rows:").unwrap();
    tmux.press("C-c");
    let (code, said) = tmux.end().await;
    tmux.keep("interrupted");
    assert!(code == 130 && number(&said, " rows:").is_some_and(|so_far| (rows..ROWS).contains(&so_far)), "{said:#?}");
    assert!(has(&said, " so far; continue with the same command and --resume"), "{said:#?}");
    // The key is shown on a separate line, so the first line of the bar remains and shows the progress.
    assert!(said.len() == 4 && said[1].contains("% of ") && said[3] == "c4w: interrupted", "{said:#?}");
    assert!(tmux.shows_cursor());

    gate.admit_all();
    tmux.enter(&format!("clear; {IMPORT} --resume"));
    let lines = tmux.until(|lines| has(lines, "c4w: 1 row was rejected")).await;
    tmux.keep("resumed");
    assert!(has(&lines, "3,000 rows: ") && has(&lines, ", 1 rejected"), "{lines:#?}");
    server.stop();
    let server = home.start();
    assert_eq!(listed(&C4w::with(&home, &server.url, c4w.keys.clone())).len(), ROWS - 1);
    server.stop();
}

/// From a pipe, whose length is unknown.
#[tokio::test]
async fn a_server_that_is_away_is_waited_for() {
    for width in [100, 60] {
        let home = Home::new();
        let mut server = home.start();
        let c4w = C4w::at(&server, &home);
        let tmux = Tmux::start(&home, &c4w, width).await;
        let pipe = tmux.path("guests.ndjson");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        // Opened for both, so that opening does not block.
        let mut input = OpenOptions::new().read(true).write(true).open(&pipe).unwrap();
        tmux.enter(IMPORT);
        input.write_all(rows(0..2000).as_bytes()).unwrap();
        let lines = tmux.until(|lines| number(lines, " rows:") == Some(2000)).await;
        tmux.keep("pipe");
        assert!(has(&lines, " read, ") && has(&lines, " rows/s, ") && !has(&lines, " left"), "{lines:#?}");

        let address = server.address().to_owned();
        server.kill();
        input.write_all(rows(2000..2500).as_bytes()).unwrap();
        let lines = tmux.until(|lines| has(lines, "waiting for the server: ")).await;
        tmux.keep("waiting");
        assert_eq!(lines.len(), if width == 100 { 4 } else { 5 }, "{lines:#?}");

        server = home.start_with(home.command(&["--listen", &address]));
        tmux.until(|lines| number(lines, " rows:").is_some_and(|rows| rows > 2000) && !has(lines, "waiting")).await;
        tmux.keep("back");
        input.write_all(rows(2500..ROWS).as_bytes()).unwrap();
        drop(input);
        let (code, said) = tmux.end().await;
        tmux.keep("end");
        assert_eq!(code, 1, "{said:#?}");
        assert!(
            after(&said, "").starts_with("3,000 rows: 2,999 created (2,999 of them locked), 1 rejected"),
            "{said:#?}"
        );
        server.stop();
    }
}
