use std::fs;
use std::os::unix::fs::symlink;

use tempfile::TempDir;

use super::*;

/// Creates an empty file, and its directory.
fn touch(root: &TempDir, name: &str) -> PathBuf {
    let file = root.path().canonicalize().unwrap().join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, "").unwrap();
    file
}

fn find_beneath(root: &TempDir) -> Option<PathBuf> {
    find("psql", root.path().join("bin").as_os_str(), &root.path().join("versions"))
}

#[test]
fn the_search_path_comes_first() {
    let root = tempfile::tempdir().unwrap();
    touch(&root, "versions/17/bin/psql");
    let on_path = touch(&root, "bin/psql");
    assert_eq!(find_beneath(&root), Some(on_path));
}

#[test]
fn a_wrapper_is_not_the_program() {
    let root = tempfile::tempdir().unwrap();
    let wrapper = touch(&root, "share/pg_wrapper");
    fs::create_dir(root.path().join("bin")).unwrap();
    symlink(wrapper, root.path().join("bin/psql")).unwrap();
    assert_eq!(find_beneath(&root), None);
    let real = touch(&root, "versions/15/bin/psql");
    assert_eq!(find_beneath(&root), Some(real));
}

#[test]
fn the_newest_version_wins_and_old_ones_do_not_count() {
    let root = tempfile::tempdir().unwrap();
    for old in ["9.6", "14", "lib"] {
        touch(&root, &format!("versions/{old}/bin/psql"));
    }
    assert_eq!(find_beneath(&root), None);
    touch(&root, "versions/16/bin/initdb");
    let newest = [15, 100, 17].map(|version| touch(&root, &format!("versions/{version}/bin/psql")))[1].clone();
    assert_eq!(find_beneath(&root), Some(newest));
}

#[test]
fn a_link_leads_to_what_lies_beside_the_program() {
    let root = tempfile::tempdir().unwrap();
    let real = touch(&root, "elsewhere/psql");
    fs::create_dir(root.path().join("bin")).unwrap();
    symlink(&real, root.path().join("bin/psql")).unwrap();
    assert_eq!(find_beneath(&root), Some(real));
}

#[test]
fn a_missing_program_says_what_to_install() {
    let text = find_program("no-such-program").unwrap_err().to_string();
    assert!(text.contains("sudo apt-get install --yes --no-install-recommends postgresql\n"), "{text}");
}

#[test]
fn versions_start_with_a_number() {
    assert_eq!(["15.18 (Debian 15.18-0)", "18beta1", "17", "beta"].map(major), [Some(15), Some(18), Some(17), None]);
}
