//! Files of the repository that are generated from the code: fails if one is out of date, or writes it if
//! `GUESTBOOK_WRITE_GENERATED` is set, as `cargo xtask codegen` does.
//!
//! They need the service's code and a generator. A test has both built already, so the tools do not depend on them.

mod wire_types;

use std::fs;
use std::path::Path;

/// A reason why a file cannot be generated.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// If set, files are written instead.
const WRITE: &str = "GUESTBOOK_WRITE_GENERATED";

/// Every generated file, by its path from the root, and its content.
fn documents() -> Result<Vec<(&'static str, String)>, Failure> {
    let openapi = http_api::openapi_json();
    let wire_types = wire_types::module(&openapi)?;
    Ok(vec![("docs/openapi.json", openapi), ("crates/c4w-client/src/wire/generated.rs", wire_types)])
}

/// Files that are missing or differ.
fn stale<'a>(root: &Path, documents: &'a [(&'static str, String)]) -> Vec<&'a (&'static str, String)> {
    let is_stale = |path, content: &str| !fs::read(root.join(path)).is_ok_and(|is| is == content.as_bytes());
    documents.iter().filter(|(path, content)| is_stale(*path, content)).collect()
}

#[test]
fn generated_files_are_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let documents = documents().unwrap();
    let stale = stale(root, &documents);
    if std::env::var_os(WRITE).is_none() {
        let paths: Vec<_> = stale.iter().map(|(path, _)| *path).collect();
        assert!(paths.is_empty(), "not up to date: {}. Run: cargo xtask codegen", paths.join(", "));
    }
    for (path, content) in stale {
        fs::write(root.join(path), content).unwrap();
        println!("wrote {path}");
    }
}

#[test]
fn a_file_is_stale_when_it_is_missing_or_differs() {
    let root = tempfile::tempdir().unwrap();
    let documents = [("same", "1\n".to_owned()), ("other", "1\n".to_owned()), ("docs/missing", String::new())];
    fs::write(root.path().join("same"), "1\n").unwrap();
    fs::write(root.path().join("other"), "1").unwrap();
    let paths: Vec<_> = stale(root.path(), &documents).into_iter().map(|(path, _)| *path).collect();
    assert_eq!(paths, ["other", "docs/missing"]);
}
