use tempfile::TempDir;

use super::*;

fn directory(files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(directory.path().join(name), text).unwrap();
    }
    directory
}

/// The result of the check of these files.
fn said(files: &[(&str, &str)]) -> Result<Clean, String> {
    check(directory(files).path()).map_err(|failure| failure.to_string())
}

const SECRETS: (&str, &str) = ("a.secrets", "hunter2hunter2\n\npass \"w\\rd\"\n");

#[test]
fn clean_logs_pass_with_a_count() {
    let clean = said(&[SECRETS, ("a.log", "one\ntwo"), ("b.log", "hunter2\n"), ("c.txt", "hunter2hunter2")]).unwrap();
    assert_eq!(clean, Clean { secrets: 3, logs: 2, lines: 3 });
    assert_eq!(clean.to_string(), "none of 3 secrets is in the 3 lines of 2 logs");
}

#[test]
fn finds_a_secret_of_any_test_in_any_log_and_does_not_repeat_it() {
    let files =
        [SECRETS, ("b.secrets", "other-secret"), ("a.log", "fine\nx=hunter2hunter2!\n"), ("b.log", "other-secret")];
    let failure = said(&files).unwrap_err();
    assert!(failure.starts_with("2 lines of logs show a secret:"), "{failure}");
    assert!(failure.contains("a.log:2 shows a secret of a test"), "{failure}");
    assert!(failure.contains("b.log:1 shows a secret of a test"), "{failure}");
    assert!(!failure.contains("hunter2") && !failure.contains("other-secret"), "{failure}");
}

#[test]
fn finds_a_secret_that_is_quoted() {
    for log in [r#"{"password":"pass \"w\\rd\""}"#, r#"pass "w\rd""#] {
        assert!(said(&[SECRETS, ("a.log", log)]).is_err(), "{log}");
    }
}

#[test]
fn finds_a_jwt_that_nobody_noted() {
    for (log, leaks) in [
        ("bearer eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl end", true),
        ("token=eyJh.eyJp.c2ln\"", true),
        ("xeyJh.eyJp.a-b_c", true),
        ("eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJ4In0.", false),
        ("eyJhbGciOiJFZERTQSJ9 eyJpc3MiOiJ4In0.a.b", true),
        ("eyJhbGciOiJFZERTQSJ9..b", false),
        ("www.example.org eyJ", false),
    ] {
        let said = said(&[SECRETS, ("a.log", log)]);
        assert_eq!(said.is_err_and(|failure| failure.contains("a.log:1 shows what looks like a JWT")), leaks, "{log}");
    }
}

#[test]
fn finds_long_secrets_by_their_end() {
    let (long, other) = ("p".repeat(100) + "1", "p".repeat(100) + "2");
    assert!(said(&[("a.secrets", &long), ("a.log", &format!("x {long} y"))]).is_err());
    assert!(said(&[("a.secrets", &long), ("a.log", &other)]).is_ok());
}

#[test]
fn a_log_that_is_not_utf8_is_searched() {
    let directory = directory(&[SECRETS]);
    fs::write(directory.path().join("a.log"), b"\xFF\xFE hunter2hunter2").unwrap();
    assert!(check(directory.path()).is_err());
}

#[test]
fn nothing_to_check_fails() {
    for files in [&[][..], &[SECRETS], &[("a.log", "text")], &[("a.secrets", "\n"), ("a.log", "text")]] {
        assert!(said(files).unwrap_err().contains("nothing was checked"), "{files:?}");
    }
    assert!(said(&[SECRETS, ("a.log", "")]).unwrap_err().contains("every log"));
    assert!(check(Path::new("/nonexistent")).is_err());
}

#[test]
fn a_secret_that_is_too_short_is_told_by_its_place() {
    let failure = said(&[("a.secrets", "hunter2hunter2\nabc\n"), ("a.log", "text")]).unwrap_err();
    assert!(failure.contains("a.secrets:2 is too short") && !failure.contains("abc"), "{failure}");
}

#[test]
fn a_hundred_thousand_secrets_are_one_pass() {
    let secrets: String = (0..100_000).map(|number| format!("secret-{number:08}-suffix\n")).collect();
    let log = "an ordinary line of a log, secret-000 and all\n".repeat(20_000);
    assert_eq!(said(&[("a.secrets", &secrets), ("a.log", &log)]).unwrap().lines, 20_000);
    assert!(said(&[("a.secrets", &secrets), ("a.log", &format!("{log}secret-00099999-suffix"))]).is_err());
}
