//! Finds the texts of the activation page: one file per language, named by its tag.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=messages");
    let mut files: Vec<PathBuf> = fs::read_dir("messages")?.map(|file| Ok(file?.path())).collect::<io::Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let mut list = String::from("&[");
    for file in &files {
        let tag = file.file_stem().and_then(|stem| stem.to_str()).ok_or(io::ErrorKind::InvalidData)?;
        let text = Path::new(&env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?).join(file);
        write!(list, "({tag:?}, include_str!({text:?})),").map_err(io::Error::other)?;
    }
    list.push(']');
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join("messages.rs"), list)
}
