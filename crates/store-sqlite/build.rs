//! Migrations are embedded at compile time; cargo has to notice a new file among them. And a test looks at how the SQLite
//! was built that this crate is linked with: it is told where that lies.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-env-changed=DEP_SQLITE3_LIB_DIR");
    let library = std::env::var("DEP_SQLITE3_LIB_DIR").unwrap_or_default();
    println!("cargo::rustc-env=SQLITE_LIBRARY_DIRECTORY={library}");
}
