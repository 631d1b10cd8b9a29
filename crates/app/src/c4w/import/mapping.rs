//! Which column is which field.

use std::collections::BTreeMap;
use std::fs;

use super::fields;
use super::options::Import;
use crate::failure::Failure;

/// The path of each column's field, in the order of the columns; none where the column is ignored.
pub(super) type Mapping = Vec<Option<Vec<String>>>;

/// The mapping of a file with these columns.
pub(super) fn of(columns: &[String], options: &Import) -> Result<Mapping, Failure> {
    let told = told(options)?;
    if let Some(unknown) = told.keys().find(|column| !columns.contains(column)) {
        return Err(Failure::usage(format!("there is no column {unknown:?}; there are {}", columns.join(", "))));
    }
    let (mut mapping, mut unmapped) = (Mapping::new(), Vec::new());
    for column in columns {
        let field = told.get(column).cloned().or_else(|| fields::named(column));
        if field.is_none() && !options.ignore_unmapped {
            unmapped.push(column.as_str());
        }
        mapping
            .push(field.filter(|field| !field.is_empty()).map(|field| field.split('.').map(str::to_owned).collect()));
    }
    if !unmapped.is_empty() {
        let unmapped = unmapped.join(", ");
        return Err(Failure::usage(format!(
            "no field has the name of: {unmapped}. Say --map COLUMN=FIELD, or --map COLUMN= to ignore one, or --ignore-unmapped"
        )));
    }
    no_field_twice(&mapping)?;
    Ok(mapping)
}

/// What the user says of columns: the command line wins over the file.
fn told(options: &Import) -> Result<BTreeMap<String, String>, Failure> {
    let mut told = BTreeMap::new();
    if let Some(file) = &options.mapping {
        let failed = |error: &dyn std::error::Error| Failure::local(format!("reading {}", file.display()), error);
        let text = fs::read_to_string(file).map_err(|error| failed(&error))?;
        told = toml::from_str(&text).map_err(|error| failed(&error))?;
    }
    told.extend(options.columns.iter().cloned());
    match told.values().find(|field| !field.is_empty() && !fields::is_field(field)) {
        Some(field) => Err(Failure::usage(format!("there is no field {field:?}"))),
        None => Ok(told),
    }
}

fn no_field_twice(mapping: &Mapping) -> Result<(), Failure> {
    let mut seen = Vec::new();
    for field in mapping.iter().flatten() {
        if seen.contains(&field) {
            let field = field.join(".");
            return Err(Failure::usage(format!("two columns are {field}; say with --map which one is")));
        }
        seen.push(field);
    }
    Ok(())
}
