//! The programs that are built.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::shell::{self, Failure, Workspace};

/// The size of the program, and of its dependencies.
pub(crate) struct Artifact {
    /// The size of the program in bytes.
    pub(crate) size: u64,
    /// The number of packages that are compiled for it, including its own and procedural macros.
    pub(crate) packages: usize,
}

/// Builds the programs as they ship, and returns the path of the service.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf, Failure> {
    // By package, so that the program does not get the features that the tools enable in shared dependencies.
    shell::run(&mut workspace.cargo(["build", "--release", "--package=app", "--bins"]))?;
    Ok(workspace.target.join("release").join("http-api"))
}

/// Measures the build.
pub(crate) fn describe(workspace: &Workspace, binary: &Path) -> Result<Artifact, Failure> {
    let tree = ["tree", "--package=app", "--edges=normal", "--prefix=none", "--format={p}"];
    let tree = shell::output(&mut workspace.cargo(tree))?;
    Ok(Artifact { size: fs::metadata(binary)?.len(), packages: packages(&tree) })
}

/// The number of different packages in a tree.
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
