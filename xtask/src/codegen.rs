//! `cargo xtask codegen`: files of the repository that are made from the code.

mod wire_types;

use std::fs;
use std::path::Path;

use crate::shell::{Failure, Workspace};

/// Every generated file, by its path from the root, and what belongs in it.
fn documents() -> Result<Vec<(&'static str, String)>, Failure> {
    let openapi = http_api::openapi_json();
    let wire_types = wire_types::module(&openapi)?;
    Ok(vec![("docs/openapi.json", openapi), ("crates/c4w-client/src/wire/generated.rs", wire_types)])
}

/// Writes those that are not up to date.
pub(crate) fn write(workspace: &Workspace) -> Result<(), Failure> {
    let documents = documents()?;
    for (path, content) in stale(&workspace.root, &documents) {
        let file = workspace.root.join(path);
        file.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(file, content)?;
        println!("wrote {path}");
    }
    Ok(())
}

/// Fails when one is not up to date.
pub(crate) fn check(workspace: &Workspace) -> Result<(), Failure> {
    let documents = documents()?;
    let stale: Vec<_> = stale(&workspace.root, &documents).map(|(path, _)| *path).collect();
    if stale.is_empty() {
        return Ok(());
    }
    Err(format!("not up to date: {}. Run: cargo xtask codegen", stale.join(", ")).into())
}

fn stale<'a>(root: &Path, documents: &'a [(&'static str, String)]) -> impl Iterator<Item = &'a (&'static str, String)> {
    documents.iter().filter(move |(path, content)| !fs::read(root.join(path)).is_ok_and(|is| is == content.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_stale_when_it_is_missing_or_differs() {
        let root = tempfile::tempdir().unwrap();
        let documents = [("same", "1\n".to_owned()), ("other", "1\n".to_owned()), ("docs/missing", String::new())];
        fs::write(root.path().join("same"), "1\n").unwrap();
        fs::write(root.path().join("other"), "1").unwrap();
        let stale: Vec<_> = stale(root.path(), &documents).map(|(path, _)| *path).collect();
        assert_eq!(stale, ["other", "docs/missing"]);
    }
}
