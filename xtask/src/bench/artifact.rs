//! What is built.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::shell::{self, Failure, Workspace};

/// The size of what is shipped, and of what it is made of.
pub(crate) struct Artifact {
    /// Of the program, in bytes.
    pub(crate) size: u64,
    /// Packages that are compiled for it, its own and procedural macros included.
    pub(crate) packages: usize,
}

/// Builds the programs as they are shipped, and returns the path of the service.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf, Failure> {
    // By package: the tools' own features of the shared dependencies must not get into the program.
    shell::run(&mut workspace.cargo(["build", "--release", "--package=app", "--bins"]))?;
    Ok(workspace.target.join("release").join("http-api"))
}

/// Looks at what was built.
pub(crate) fn describe(workspace: &Workspace, binary: &Path) -> Result<Artifact, Failure> {
    let tree = ["tree", "--package=app", "--edges=normal", "--prefix=none", "--format={p}"];
    let tree = shell::output(&mut workspace.cargo(tree))?;
    Ok(Artifact { size: fs::metadata(binary)?.len(), packages: packages(&tree) })
}

/// How many different packages a tree names.
fn packages(tree: &str) -> usize {
    let name_and_version = |line: &'_ str| line.split_whitespace().take(2).map(str::to_owned).collect::<Vec<_>>();
    tree.lines().map(name_and_version).filter(|words| !words.is_empty()).collect::<BTreeSet<_>>().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_counts_once_and_each_version_of_it() {
        let tree = "app v0.1.0 (/a/app)\nserde v1.0.1\nsyn v2.0.0 (proc-macro)\nsyn v3.0.0\nserde v1.0.1 (*)\n\n";
        assert_eq!(packages(tree), 4);
    }
}
