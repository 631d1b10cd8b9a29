//! `c4w import` of files written by spreadsheets, databases and other systems: they are read correctly, or the program
//! says in one line what is wrong, before a row is sent.

use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::command::C4w;
use super::import::{import, listed, summary, write};
use crate::fixture::{Ended, Home};

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(text).unwrap();
    packed.finish().unwrap()
}

fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(order).collect()
}

/// The single error line for a file, printed before a row was sent.
fn refused(ended: &Ended) -> &str {
    assert_eq!(ended.code, Some(2), "{ended:?}");
    let lines: Vec<_> = ended.stderr.lines().collect();
    assert_eq!(lines.len(), 1, "{ended:?}");
    assert!(!lines[0].chars().any(char::is_control), "{ended:?}");
    lines[0]
}

fn rejects(ended: &Ended) -> (PathBuf, String) {
    let path = PathBuf::from(summary(ended)["rejects"].as_str().unwrap_or_else(|| panic!("{ended:?}")));
    let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
    (path, text)
}

/// The consent of the customer with this id in the external system.
fn consent(customers: &std::collections::BTreeMap<String, Value>, id: &str) -> Option<bool> {
    let policies = customers.get(id)?["policies"].as_array()?;
    policies.iter().find(|it| it["name"] == "mktgCommunications")?["accepted"].as_bool()
}

#[tokio::test]
async fn a_consent_is_what_the_word_says_and_nothing_else() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let words = [
        ("yes", Some(true)),
        ("WAHR", Some(true)),
        ("S\u{ec}", Some(true)),
        ("t", Some(true)),
        ("1.0", Some(true)),
        ("x", Some(true)),
        ("on", Some(true)),
        ("tak", Some(true)),
        ("no", Some(false)),
        ("FALSCH", Some(false)),
        ("0", Some(false)),
        ("nee", Some(false)),
        ("NA", None),
        ("NULL", None),
        ("\\N", None),
        ("#N/A", None),
        ("", None),
    ];
    let rows = words.iter().enumerate().map(|(number, (word, _))| format!("n{number},{word}\n")).collect::<String>();
    let file = write(&home, "guests.csv", format!("extId,mktgCommunications\n{rows}odd,maybe\n"));
    let ended = import(&c4w, &file, &["--deduplicate", "extId"]);
    assert_eq!((ended.code, &summary(&ended)["created"]), (Some(1), &json!(words.len())), "{ended:?}");
    assert_eq!(summary(&ended)["missing"], json!({"NA": 1, "NULL": 1, "\\N": 1, "#N/A": 1}));
    assert!(ended.stderr.contains("\"NA\", \"NULL\""), "it is told before: {ended:?}");
    let (_, text) = rejects(&ended);
    assert!(text.contains("odd,maybe") && text.contains("neither clearly yes nor clearly no"), "{text}");
    let customers = listed(&c4w);
    for (number, (word, answer)) in words.iter().enumerate() {
        assert_eq!(consent(&customers, &format!("n{number}")), *answer, "{word}");
    }

    // A given consent is not withdrawn by another word for yes, or by a missing value.
    for (word, options) in
        [("ja", &[][..]), ("NA", &[]), ("angemeldet", &["--yes", "Angemeldet"]), ("-", &["--null", "-"])]
    {
        let again = write(&home, "again.csv", format!("extId,mktgCommunications\nn0,{word}\n"));
        assert_eq!(import(&c4w, &again, &[options, &["--deduplicate", "extId"]].concat()).code, Some(0), "{word}");
        assert_eq!(consent(&listed(&c4w), "n0"), Some(true), "{word}");
    }
    let lines = "{\"extId\":\"n1\",\"policies\":{\"mktgCommunications\":\"nein\"}}\n{\"extId\":\"n2\",\"policies\":{\"mktgCommunications\":2}}\n";
    let ended = import(&c4w, &write(&home, "lines.ndjson", lines), &["--deduplicate", "extId"]);
    assert_eq!((&summary(&ended)["updated"], &summary(&ended)["refused"]), (&json!(1), &json!(1)), "{ended:?}");
    assert_eq!((consent(&listed(&c4w), "n1"), consent(&listed(&c4w), "n2")), (Some(false), Some(true)));
    server.stop();
}

#[tokio::test]
async fn what_is_no_identifier_makes_nobody_one() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let text = "extId,firstName,lastName\nNA,Anna,Rossi\nNA,Ben,Null\n\\N,Carla,NA\n3.93E+11,Dora,Verdi\n3.93E+11,Emil,Bianchi\n1E5,Fay,Neri\n";
    let ended = import(&c4w, &write(&home, "guests.csv", text), &["--deduplicate", "extId"]);
    let told = summary(&ended);
    assert_eq!(
        (&told["created"], &told["refused"], &told["unidentified"]),
        (&json!(4), &json!(2), &json!(3)),
        "{ended:?}"
    );
    let (_, text) = rejects(&ended);
    assert!(text.contains("3.93E+11 is a number that a spreadsheet has shortened"), "{text}");
    let exported = c4w.run(&["export"]).stdout;
    assert!(exported.contains("\"lastName\":\"Null\"") && !exported.contains("\"NA\""), "{exported}");

    let rows = |id: &str| (0..20).map(|n| format!("{id},Guest{n},guest{n}@example.org\n")).collect::<String>();
    for (id, reason) in [
        ("0", "of different people"),
        ("unknown", "is a placeholder"),
        ("1", "of different people"),
        ("A-1", "of different people"),
    ] {
        let file = write(&home, "shared.csv", format!("extId,firstName,email\n{}own,Ada,ada@example.org\n", rows(id)));
        let ended = import(&c4w, &file, &["--deduplicate", "extId"]);
        assert_eq!((&summary(&ended)["refused"], ended.code), (&json!(20), Some(1)), "{id}: {ended:?}");
        assert!(rejects(&ended).1.contains(reason), "{ended:?}");
    }
    for name in ["Ada", "Ben"] {
        let file = write(&home, "day.csv", format!("extId,firstName\nunknown,{name}\n"));
        let ended = import(&c4w, &file, &["--deduplicate", "extId"]);
        assert_eq!(summary(&ended)["refused"], 1, "another day is another file: {ended:?}");
    }
    let text = "extId,firstName\ncrm-7,Ada\n\"crm-7 \",Ada\n\" crm-7\",Ada\n\"\tcrm-7\",Ada\ncrm-7     ,Ada\n";
    let ended = import(&c4w, &write(&home, "padded.csv", text), &["--deduplicate", "extId"]);
    assert_eq!((&summary(&ended)["created"], &summary(&ended)["updated"]), (&json!(1), &json!(4)), "{ended:?}");
    // Nothing in the file says that NA is a missing value: it is Namibia.
    let file = write(&home, "namibia.csv", "extId,country\nna-1,NA\n");
    assert_eq!(import(&c4w, &file, &["--deduplicate", "extId"]).code, Some(0));
    assert!(c4w.run(&["export"]).stdout.contains("\"country\":\"NA\""));
    server.stop();
}

#[tokio::test]
async fn a_file_without_what_identifies_is_refused() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let file = write(&home, "guests.csv", "E-Mail 1,firstName\nada@example.org,Ada\n");
    for options in [
        &["--deduplicate", "email", "--ignore-unmapped"][..],
        &["--deduplicate", "email", "--map", "E-Mail 1=custom.mail"],
    ] {
        assert!(refused(&import(&c4w, &file, options)).contains("--deduplicate email"));
    }
    let lines = write(&home, "guests.ndjson", "{\"firstName\":\"Ada\"}\n");
    assert!(refused(&import(&c4w, &lines, &["--deduplicate", "extId,email"])).contains("--deduplicate extId, email"));
    assert_eq!(listed(&c4w).len(), 0);
    assert_eq!(import(&c4w, &file, &["--deduplicate", "guid,email", "--map", "E-Mail 1=email"]).code, Some(0));
    let constant = ["--deduplicate", "extId", "--map", "E-Mail 1=email", "--set", "extId=crm-1"];
    assert_eq!(import(&c4w, &file, &constant).code, Some(0));

    let email = |text: &str| write(&home, "names.csv", text);
    for text in ["Kunde;Wert\n1;2\n", "Guest report\nGenerated today\nemail,firstName\nada@example.org,Ada\n"] {
        let ended = import(&c4w, &email(text), &["--ignore-unmapped"]);
        let line = refused(&ended);
        assert!(line.contains("no column is a field"), "{line}");
        assert_eq!(line.contains("line 3 looks like the line of names"), text.contains("report"), "{line}");
    }
    let ended = import(&c4w, &email("email,Note\n,remark\nbob@example.org,\n"), &["--map", "Note="]);
    assert_eq!((&summary(&ended)["created"], &summary(&ended)["refused"]), (&json!(1), &json!(1)), "{ended:?}");
    server.stop();
}

#[tokio::test]
async fn files_of_spreadsheets_are_read_as_they_are_meant() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let (head, name) = ("extId,firstName\r\n", "Zo\u{eb}");
    let rows = format!("{head}1,{name}\r\n");
    let blocks =
        (0..20).map(|n| if n < 16 { format!("{n},Ada,,\r\n") } else { format!("{n},Ada\r\n") }).collect::<String>();
    let with_mark = |order: fn(u16) -> [u8; 2]| [utf16("\u{feff}", order), utf16(&rows, order)].concat();
    let files: Vec<(&str, Vec<u8>, usize)> = vec![
        ("sep.csv", b"sep=;\r\nextId;firstName\r\n1;Ada\r\n".to_vec(), 1),
        ("sep-quoted.csv", b"\xEF\xBB\xBF\"sep=^\"\nextId^firstName\n1^Ada\n".to_vec(), 1),
        ("pipe.csv", b"extId|firstName\n1|Ada\n".to_vec(), 1),
        ("trailing.csv", b"extId;firstName;;;\n1;Ada;;;\n".to_vec(), 1),
        ("longer.csv", b"extId,firstName\n1,Ada,,\n".to_vec(), 1),
        ("blocks.csv", format!("extId,firstName,lastName,zipCode\r\n{blocks}").into_bytes(), 20),
        ("dos.csv", b"extId,firstName\r\n1,Ada\r\n\x1a".to_vec(), 1),
        ("mac.csv", b"extId,firstName\r1,Ada\r2,Ben\r".to_vec(), 2),
        ("index.csv", b",extId,firstName\n0,1,Ada\n1,2,Ben\n".to_vec(), 2),
        ("utf16le.csv", with_mark(u16::to_le_bytes), 1),
        ("utf16be.txt", with_mark(u16::to_be_bytes), 1),
        ("utf16.csv", utf16(&rows, u16::to_le_bytes), 1),
        ("mac.ndjson", b"{\"extId\":\"1\"}\r{\"extId\":\"2\"}\r".to_vec(), 2),
        ("utf16.ndjson", utf16("{\"extId\":\"1\"}\n", u16::to_be_bytes), 1),
        ("guests.csv.gz", gzip(rows.as_bytes()), 1),
        ("renamed.csv", gzip(&with_mark(u16::to_le_bytes)), 1),
        ("renamed.ndjson", gzip(rows.as_bytes()), 1),
        ("latin2.csv", b"extId,firstName\n1,\xa3ukasz\n".to_vec(), 1),
    ];
    for (name, bytes, rows) in files {
        let encoding = if name == "latin2.csv" { &["--encoding", "iso-8859-2"][..] } else { &[] };
        let ended = import(&c4w, &write(&home, name, bytes), &[encoding, &["--deduplicate", "extId"]].concat());
        assert_eq!((ended.code, &summary(&ended)["rows"]), (Some(0), &json!(rows)), "{name}: {ended:?}");
    }
    let text = "extId,zipCode,phone\n\"=\"\"00184\"\"\",\"=\"\"00184\"\"\",393331234567.0\n=\"7\",39100.0,\n";
    let ended =
        import(&c4w, &write(&home, "protected.csv", text), &["--deduplicate", "extId", "--default-region", "IT"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let customers = listed(&c4w);
    assert_eq!(customers["1"]["firstName"], "\u{141}ukasz");
    assert_eq!((&customers["00184"]["zipCode"], &customers["7"]["zipCode"]), (&json!("00184"), &json!("39100")));
    server.stop();
}

#[tokio::test]
async fn rows_that_are_not_whole_are_rejected() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let text = "extId,firstName,lastName\n1,Ada,Byron\n2,Ada,Byron,x\n3,Be\nn,Rossi\n4,Ada,Byron\nextId,firstName,lastName\n5,#REF!,Byron\n6,#WERT!,x\n";
    let ended = import(&c4w, &write(&home, "guests.csv", text), &["--deduplicate", "extId"]);
    assert_eq!((&summary(&ended)["created"], &summary(&ended)["refused"]), (&json!(2), &json!(6)), "{ended:?}");
    let (_, text) = rejects(&ended);
    for reason in
        ["it has 4 values", "it has 2 values", "it repeats the line of names", "#REF! is an error of a spreadsheet"]
    {
        assert!(text.contains(reason), "{reason}: {text}");
    }

    let good = (0..9).map(|n| format!("{n},Jos\u{e9},M\u{fc}ller\n")).collect::<String>();
    let mixed = [b"extId,firstName,lastName\nbad,Ren\xe9,x\n".to_vec(), good.into_bytes()].concat();
    let ended = import(&c4w, &write(&home, "mixed.csv", &mixed), &["--deduplicate", "extId"]);
    assert_eq!((ended.code, &summary(&ended)["refused"]), (Some(1), &json!(1)), "{ended:?}");
    assert_eq!(listed(&c4w)["8"]["firstName"], "Jos\u{e9}");
    let (file, _) = rejects(&ended);
    // The rest is in a single other encoding.
    assert_eq!(import(&c4w, &file, &["--deduplicate", "extId"]).code, Some(0));
    assert_eq!(listed(&c4w)["bad"]["firstName"], "Ren\u{e9}");
    let begins = [&b"extId,firstName\n1,Ren\xe9\n2,"[..], "Zo\u{eb}\n".as_bytes()].concat();
    let late = [b"extId,firstName\n0,\xe9\xe8\xe9\n".to_vec(), begins[16..].to_vec()].concat();
    let ended = import(&c4w, &write(&home, "late.csv", late), &["--deduplicate", "extId"]);
    assert_eq!(summary(&ended)["refused"], 1, "{ended:?}");
    assert!(ended.stderr.contains("it is read as windows-1252"), "{ended:?}");
    assert!(rejects(&ended).1.contains("it looks like UTF-8"), "{ended:?}");
    server.stop();
}

#[tokio::test]
async fn what_is_not_text_is_named() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    for (name, bytes, word) in [
        ("guests.xlsx", &b"PK\x03\x04\x14\0\x06\0"[..], "xlsx"),
        ("guests.csv", b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", "PDF"),
        ("guests.xls", b"<html><table>", "HTML"),
        ("guests.db", b"SQLite format 3\0\x10", "SQLite"),
        ("guests.dat", b"\x01\x02\x03\x04ab\x05", "binary"),
        ("escapes.csv", b"extId,\x1b]0;title\x07\x1b[31mred\n", "red"),
        ("names.json", b"Kunde,Wert\n1,Ada\n", "--format csv"),
        ("r.csv", b"extId,firstName\n\"1\",crm-1,Ada\n\"2\",crm-2,Ben\n", "write.table"),
        ("nameless.csv", b"extId,\n1,Ada\n2,Ben\n", "#2"),
    ] {
        let ended = import(&c4w, &write(&home, name, bytes), &[]);
        assert!(refused(&ended).contains(word), "{name}: {ended:?}");
    }
    assert_eq!(listed(&c4w).len(), 0);
    server.stop();
}

#[tokio::test]
async fn json_is_read_whole_or_not_at_all() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    for (name, text, rows) in [
        ("lines.json", "[\n  {\"extId\":\"1\"},\n  {\"extId\":\"2\"}\n]\n", 2),
        ("line.json", "[{\"extId\":\"3\"},{\"extId\":\"4\"}]", 2),
        ("pretty.json", "[\n  {\n    \"extId\": \"5\"\n  },\n  {\n    \"extId\": \"6\"\n  }\n]", 2),
        ("object.json", "{\n  \"extId\": \"7\",\n  \"firstName\": \"Ada\"\n}\n", 1),
    ] {
        let ended = import(&c4w, &write(&home, name, text), &["--deduplicate", "extId"]);
        assert_eq!((ended.code, &summary(&ended)["created"]), (Some(0), &json!(rows)), "{name}: {ended:?}");
    }
    let ended = c4w.run_on(
        &["--json", "import", "-", "--accept-policies", "--state", home.path("s").to_str().unwrap()],
        "[\n{\"extId\":\"8\"},\n{\"extId\":\"9\"}]\n",
    );
    assert_eq!(summary(&ended)["created"], 2, "{ended:?}");
    let cut = write(&home, "cut.json", "[{\"extId\":\"10\"},\n");
    let ended = import(&c4w, &cut, &["--deduplicate", "extId", "--dry-run"]);
    assert!(ended.code == Some(1) && ended.stderr.contains("cut off"), "{ended:?}");

    let text = "{\"Email\":\"ada@example.org\",\"mobile\":\"+390669812345\",\"given name\":\"Ada\"}\n{\"email\":\"bob@example.org\",\"shoe\":9,\"nested\":{\"zip\":\"1\"}}\n";
    let file = write(&home, "members.ndjson", text);
    let line = import(&c4w, &file, &["--deduplicate", "email"]);
    assert!(refused(&line).contains("JSON members: nested.zip, shoe"), "{line:?}");
    assert!(refused(&import(&c4w, &file, &["--mapping", "nowhere.toml"])).contains("nowhere.toml"));
    let list = write(&home, "list.json", "{\"status\":\"OK\",\"customers\":[{\"email\":\"c@example.org\"}]}\n");
    let ended = import(&c4w, &list, &["--deduplicate", "email"]);
    assert_eq!((ended.code, &summary(&ended)["created"]), (Some(0), &json!(1)), "{ended:?}");
    assert!(ended.stderr.contains("the member \"customers\""), "{ended:?}");
    let mapped = ["--deduplicate", "email", "--map", "shoe=custom.shoe", "--map", "nested.zip=zipCode"];
    let ended = import(&c4w, &file, &mapped);
    assert_eq!((ended.code, &summary(&ended)["created"]), (Some(0), &json!(2)), "{ended:?}");
    let exported = c4w.run(&["export"]).stdout;
    assert!(exported.contains("+390669812345") && exported.contains("\"zipCode\":\"1\""), "{exported}");
    // A member that first appears later is not lost either.
    let late = (0..9000)
        .map(|n| format!("{{\"extId\":\"late-{n}\",\"firstName\":\"Adalberta Elisabetta\"}}\n"))
        .collect::<String>();
    let late = write(&home, "late.ndjson", late + "{\"extId\":\"late\",\"shoe\":9}\n");
    let ended = import(&c4w, &late, &["--deduplicate", "extId", "--dry-run"]);
    assert_eq!(summary(&ended)["refused"], 1, "{ended:?}");
    // A line of the program's own export.
    let own = write(&home, "own.ndjson", exported.lines().last().unwrap());
    assert_eq!(import(&c4w, &own, &["--deduplicate", "extId,email", "--dry-run"]).code, Some(0));
    let ended = import(&c4w, &own, &["--dry-run"]);
    assert!(ended.code == Some(1) && ended.stderr.contains("an export of customers"), "{ended:?}");
    server.stop();
}

#[tokio::test]
async fn nobodys_file_is_overwritten_or_removed() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let text = "extId,email\n1,a@example.org\n2,broken\n";
    let file = write(&home, "guests.csv", text);
    let notes = write(&home, "notes.txt", "precious");
    let [link, hard] = ["link.csv", "hard.csv"].map(|name| home.path(name));
    std::os::unix::fs::symlink(&file, &link).unwrap();
    std::fs::hard_link(&file, &hard).unwrap();
    let spelled = home.path("./guests.csv");
    let unchanged = || {
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
        assert_eq!(std::fs::read_to_string(&notes).unwrap(), "precious");
    };
    for path in [&file, &link, &hard, &spelled, &notes] {
        let path = path.to_str().unwrap();
        for options in [&["--rejects", path][..], &["--rejects", path, "--dry-run"], &["--state", path]] {
            assert_eq!(
                import(&c4w, &file, &[options, &["--deduplicate", "extId"]].concat()).code,
                Some(2),
                "{options:?}"
            );
            unchanged();
        }
    }
    let same = home.path("same");
    let same = same.to_str().unwrap();
    assert_eq!(import(&c4w, &file, &["--rejects", same, "--state", same]).code, Some(2));
    assert_eq!(import(&c4w, &file, &["--rejects", "-"]).code, Some(2));
    let nowhere = home.path("nowhere/rejects");
    assert_eq!(import(&c4w, &file, &["--rejects", nowhere.to_str().unwrap()]).code, Some(2));
    assert_eq!(listed(&c4w).len(), 0, "no row was sent");
    assert!(!home.path("guests.csv.rejects").exists() && !home.path("guests.csv.c4w-import").exists());

    let (first, _) = rejects(&import(&c4w, &file, &["--deduplicate", "extId"]));
    assert_eq!(first, home.path("guests.csv.rejects"));
    let again = rejects(&import(&c4w, &file, &["--deduplicate", "extId"])).0;
    assert_eq!(again, first, "the same rejects once more");
    std::fs::write(&first, "mended by hand").unwrap();
    for options in
        [&["--map", "email="][..], &["--map", "email=", "--dry-run"], &["--dry-run"], &[], &["--map", "nothing="]]
    {
        import(&c4w, &file, &[options, &["--deduplicate", "extId"]].concat());
        assert_eq!(std::fs::read_to_string(&first).unwrap(), "mended by hand", "{options:?}");
    }
    assert_eq!(rejects(&import(&c4w, &file, &["--deduplicate", "extId"])).0, home.path("guests.csv.rejects.2"));
    assert_eq!(import(&c4w, &file, &["--deduplicate", "extId", "--rejects", "/dev/null"]).code, Some(1));
    assert!(Path::new("/dev/null").metadata().is_ok_and(|it| !it.is_file()));

    // The checkpoint may be kept where the rejects would go.
    let other = write(&home, "other.csv", text);
    let state = home.path("other.csv.rejects");
    let ended = import(&c4w, &other, &["--deduplicate", "extId", "--state", state.to_str().unwrap()]);
    assert_eq!(rejects(&ended).0, home.path("other.csv.rejects.2"));
    assert!(!state.exists(), "it goes when the import has ended");
    server.stop();
}

/// There are no files beside a pipe, and none are needed.
#[tokio::test]
async fn a_pipe_is_imported_without_a_file_beside_it() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let mut shell = std::process::Command::new("bash");
    let command = format!(
        "exec '{}' import <(printf 'extId,firstName\\n1,Ada\\n') --accept-policies --deduplicate extId",
        env!("CARGO_BIN_EXE_c4w")
    );
    let own = c4w.command(&[]);
    shell.envs(own.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.args(["-c", &command]).current_dir(home.path("."));
    let ended = Ended::of(&mut shell);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(!home.path("stdin.rejects").exists() && !home.path("stdin.c4w-import").exists());
    server.stop();
}

#[tokio::test]
async fn values_are_read_as_other_systems_write_them() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let text = "extId,email,phone,birthDate\n1,ada@example.org,333 1234567,16.03.1975\n2,odd,+39,99.99.1975\n3,bob@example.org,+442079460958,\n";
    let file = write(&home, "guests.csv", text);
    let options = ["--deduplicate", "extId", "--date-format", "DD.MM.YYYY", "--default-region", "IT"];
    let ended = import(&c4w, &file, &[&options[..], &["--dry-run"]].concat());
    assert_eq!((&summary(&ended)["created"], &summary(&ended)["refused"]), (&json!(2), &json!(1)), "{ended:?}");
    let ended = import(&c4w, &file, &[&options[..], &["--drop-bad-values"]].concat());
    let told = summary(&ended);
    assert_eq!((ended.code, &told["created"]), (Some(0), &json!(3)), "{ended:?}");
    assert_eq!(told["dropped"], json!({"birthDate": 1, "email": 1, "phoneNumber": 1}));
    assert_eq!(told["changed"], json!({"birthDate": 1, "phoneNumber": 1}));
    let customers = listed(&c4w);
    assert_eq!(
        (&customers["1"]["phone"], &customers["1"]["birthDate"]),
        (&json!("+393331234567"), &json!("1975-03-16"))
    );
    assert!(customers["2"].get("email").is_none());
    let named = write(&home, "named.csv", "extId,country,gender,title\n1,Deutschland,weiblich,Frau\n");
    let ended = import(&c4w, &named, &["--deduplicate", "extId", "--dry-run"]);
    assert!(ended.stderr.contains("may read the rejected values: --names"), "{ended:?}");
    let ended = import(&c4w, &named, &["--deduplicate", "extId", "--names"]);
    assert_eq!(summary(&ended)["changed"], json!({"civilStatus": 1, "country": 1, "gender": 1}), "{ended:?}");
    assert_eq!(listed(&c4w)["1"]["country"], "DE");

    for (preset, head, row) in [
        (
            "google-contacts",
            "First Name,Middle Name,Last Name,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value",
            "Ada,,Byron,* myContacts,* Home,google@example.org,Mobile,+393331234567",
        ),
        (
            "outlook",
            "Title,First Name,Middle Name,Last Name,E-mail Address,E-mail 2 Address,Mobile Phone,Home Phone,Notes",
            "Mr,Ada,,Byron,outlook@example.org,,+393331234567,,x",
        ),
        (
            "hubspot",
            "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Lead Status",
            "101,Ada,Byron,hubspot@example.org,+393331234567,,New",
        ),
        (
            "mailchimp",
            "Email Address,First Name,Last Name,Address,Phone Number,Birthday,MEMBER_RATING,OPTIN_TIME,LEID,EUID",
            "mailchimp@example.org,Ada,Byron,,+393331234567,03/16,2,2024-01-01 10:00:00,7,abc",
        ),
        (
            "unifi",
            "Name,Email,Guest MAC,Authorized By,Start,Expires",
            "Ada Byron,unifi@example.org,aa:bb:cc:dd:ee:ff,portal,1,2",
        ),
        (
            "openwisp-radius",
            "username,password,email,first_name,last_name,is_staff",
            "ada-ow,x,openwisp-radius@example.org,Ada,Byron,False",
        ),
    ] {
        let file = write(&home, &format!("{preset}.csv"), format!("{head}\n{row}\n"));
        let ended = import(&c4w, &file, &["--preset", preset, "--deduplicate", "email"]);
        assert_eq!((ended.code, &summary(&ended)["created"]), (Some(0), &json!(1)), "{preset}: {ended:?}");
        assert!(ended.stderr.contains("columns that are not read"), "{ended:?}");
        let address = format!("{}@example.org", preset.trim_end_matches("-contacts"));
        assert_eq!(c4w.run(&["customer", "exists", "--email", &address]).code, Some(0), "{preset}");
    }
    server.stop();
}

#[tokio::test]
async fn the_summary_tells_conflicts_and_locked_customers() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let text = "extId,email,lock\nc-1,a@example.org,no\nc-2,b@example.org,\nc-1,b@example.org,\nc-3,broken,\n";
    let file = write(&home, "guests.csv", text);
    for options in [&["--dry-run"][..], &[]] {
        let ended = import(&c4w, &file, &[options, &["--deduplicate", "extId,email"]].concat());
        let told = summary(&ended);
        assert_eq!(
            (&told["created"], &told["updated"], &told["locked"]),
            (&json!(2), &json!(0), &json!(1)),
            "{ended:?}"
        );
        assert_eq!((&told["rejected"], &told["conflicts"], &told["refused"]), (&json!(2), &json!(1), &json!(1)));
    }
    let again = c4w.run(&["import", file.to_str().unwrap(), "--accept-policies", "--deduplicate", "extId,email"]);
    assert!(again.stdout.starts_with("4 rows: 2 updated, 2 rejected (1 in conflict, 1 refused)"), "{again:?}");
    let ended = c4w.run(&["customer", "create", "--accept-policies", "--set", "emial=x@example.org"]);
    assert!(ended.code == Some(2) && ended.stderr.contains("emial"), "{ended:?}");
    server.stop();
}
