//! No case is left out of the list.

use std::collections::BTreeSet;
use std::path::Path;

use store_suite::case_names;

/// Every public function of `cases` is in the list of [`store_suite::conformance!`].
#[test]
fn the_list_has_every_case() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cases");
    let mut written = BTreeSet::new();
    for entry in std::fs::read_dir(cases).unwrap() {
        let path = entry.unwrap().path();
        let module = path.file_stem().unwrap().to_str().unwrap().to_owned();
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            if let Some((name, _)) = line.strip_prefix("pub async fn ").and_then(|line| line.split_once('(')) {
                written.insert(format!("{module}::{name}"));
            }
        }
    }
    let listed: BTreeSet<_> = case_names().iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(listed.len(), case_names().len(), "listed twice");
    assert_eq!(written, listed);
}
