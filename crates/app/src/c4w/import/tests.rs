//! Files, and the customers that an import makes of them.

mod json;
mod presets;
mod tables;

use clap::Parser;
use serde_json::Value;
use tempfile::TempDir;

use super::input::Input;
use super::options::Import;
use super::rows::Broken;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    import: Import,
}

/// What became of a file.
#[derive(Debug)]
struct Imported {
    /// The customer of each row, or why it is rejected.
    rows: Vec<Result<Value, String>>,
    /// Why the rest was not read.
    broken: Option<String>,
    /// What the user is told before a row is sent, and after the last one.
    told: Vec<String>,
}

/// Reads a file with this name.
///
/// # Errors
/// Why it is refused before a row is sent.
fn import(name: &str, text: impl AsRef<[u8]>, options: &[&str]) -> Result<Imported, String> {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join(name);
    std::fs::write(&file, text).unwrap();
    let arguments = [&["c4w", file.to_str().unwrap()], options].concat();
    let options = Line::parse_from(arguments).import;
    let mut input = Input::open(&options, "organization".to_owned()).map_err(|failure| failure.to_string())?;
    let (mut rows, mut broken) = (Vec::new(), None);
    loop {
        match input.next() {
            Ok(Some((_, customer))) => rows.push(customer.map(customer_of)),
            Ok(None) => break,
            Err(Broken::Row { line, .. }) => broken = Some(format!("line {line}")),
            Err(Broken::Unreadable(error) | Broken::Cut(error)) => broken = Some(error.to_string()),
        }
        if broken.is_some() {
            break;
        }
    }
    let told = [input.remarks.clone(), input.notes().to_text(&[])].concat();
    Ok(Imported { rows, broken, told })
}

/// The customer, without what every customer has.
fn customer_of(mut customer: serde_json::Map<String, Value>) -> Value {
    ["organizationId", "source"].iter().for_each(|name| drop(customer.remove(*name)));
    Value::Object(customer)
}

/// The customers of a file in which every row is one.
fn customers(name: &str, text: impl AsRef<[u8]>, options: &[&str]) -> Vec<Value> {
    let imported = import(name, text, options).unwrap();
    assert_eq!(imported.broken, None);
    imported.rows.into_iter().map(|row| row.unwrap()).collect()
}

/// Whether one of the texts has this word.
fn has(told: &[String], word: &str) -> bool {
    told.iter().any(|text| text.contains(word))
}
