//! How the SQLite was built that this crate brings along.

use std::path::Path;
use std::process::Command;

/// The flags come from `.cargo/config.toml`, so that any way of building has them.
#[cfg(target_os = "linux")]
#[test]
fn sqlite_notices_an_overflown_stack_and_copies_into_too_small_a_place() {
    let library = Path::new(env!("SQLITE_LIBRARY_DIRECTORY")).join("libsqlite3.a");
    let output = Command::new("nm").arg("--undefined-only").arg(&library).output().unwrap();
    assert!(output.status.success(), "{}: {output:?}", library.display());
    let symbols = String::from_utf8(output.stdout).unwrap();
    for symbol in ["__stack_chk_fail", "__memcpy_chk", "__memset_chk"] {
        assert!(symbols.lines().any(|line| line.ends_with(&format!(" {symbol}"))), "{symbol} is not called");
    }
}
