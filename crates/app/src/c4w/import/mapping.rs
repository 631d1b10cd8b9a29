//! The mapping of columns and JSON members to fields.

use std::collections::BTreeMap;
use std::fs;

use super::fields;
use super::options::Import;
use crate::failure::Failure;

/// The maximum number of names in a message, and of characters per name.
const LISTED: usize = 30;
const NAME_LISTED: usize = 60;

/// The target of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// The path of its field.
    Field(Vec<String>),
    Ignored,
    /// A column without a name, which must be empty.
    Nameless,
}

/// The target of each column, in order.
pub(super) type Mapping = Vec<Target>;

/// The mappings by `--map`, `--mapping` and `--preset`.
#[derive(Debug, Default)]
pub(super) struct Told {
    columns: BTreeMap<String, String>,
    preset: &'static [(&'static str, &'static str)],
    pub(super) ignore_unmapped: bool,
}

impl Told {
    /// The command line takes precedence over the file.
    pub(super) fn read(options: &Import) -> Result<Self, Failure> {
        let mut columns = BTreeMap::new();
        if let Some(file) = &options.mapping {
            let failed = |error: &dyn std::error::Error| Failure::usage(format!("reading {}: {error}", file.display()));
            let text = fs::read_to_string(file).map_err(|error| failed(&error))?;
            columns = toml::from_str(&text).map_err(|error| failed(&error))?;
        }
        columns.extend(options.columns.iter().map(|(column, field)| (column.trim().to_owned(), field.clone())));
        if let Some(field) = columns.values().find(|field| !field.is_empty() && !fields::is_field(field)) {
            return Err(Failure::usage(format!("there is no field {field:?}")));
        }
        let preset = options.preset.map_or(&[][..], |preset| preset.columns());
        Ok(Self { columns, preset, ignore_unmapped: options.ignore_unmapped || options.preset.is_some() })
    }

    /// The field of a JSON member, by its path: empty if it is ignored, `None` if it is not mapped.
    pub(super) fn member(&self, path: &str) -> Option<String> {
        let preset = || self.preset.iter().find(|(column, _)| *column == path).map(|(_, field)| (*field).to_owned());
        let group = || fields::GROUPS.contains(&path).then(|| path.to_owned());
        self.columns.get(path).cloned().or_else(preset).or_else(group).or_else(|| fields::named(path))
    }

    /// The mapping of a file's columns, with remarks on those that are not read.
    pub(super) fn mapping(&self, columns: &[String], remarks: &mut Vec<String>) -> Result<Mapping, Failure> {
        let explicit = self.explicit(columns)?;
        let (mut mapping, mut unmapped, mut unread) = (Mapping::new(), Vec::new(), Vec::new());
        for (place, name) in columns.iter().enumerate() {
            let explicit = explicit[place].as_ref();
            let field = explicit.cloned().or_else(|| self.preset_field(columns, place)).or_else(|| fields::named(name));
            mapping.push(match field {
                Some(field) if field.is_empty() => {
                    if explicit.is_none() && !name.starts_with("c4w:") {
                        unread.push(name.as_str());
                    }
                    Target::Ignored
                }
                Some(field) => Target::Field(field.split('.').map(str::to_owned).collect()),
                None if name.is_empty() && !self.ignore_unmapped => Target::Nameless,
                None => {
                    let list = if self.ignore_unmapped { &mut unread } else { &mut unmapped };
                    list.push(name.as_str());
                    Target::Ignored
                }
            });
        }
        if !unmapped.is_empty() {
            return Err(Failure::usage(format!(
                "no field has the name of: {}. Say --map COLUMN=FIELD, or --map COLUMN= to ignore one, or --ignore-unmapped",
                listed(&unmapped)
            )));
        }
        one_column_a_field(columns, &explicit, &mut mapping, &mut unread)?;
        unread.retain(|name| !name.is_empty());
        if !unread.is_empty() {
            remarks.push(format!("columns that are not read: {}", listed(&unread)));
        }
        Ok(mapping)
    }

    /// The field of each column that the user named.
    fn explicit(&self, columns: &[String]) -> Result<Vec<Option<String>>, Failure> {
        let mut explicit = vec![None; columns.len()];
        for (key, field) in &self.columns {
            let named: Vec<_> = (0..columns.len()).filter(|place| columns[*place] == *key).collect();
            let places = if named.is_empty() { Vec::from_iter(numbered(key, columns)) } else { named };
            if places.is_empty() {
                return Err(Failure::usage(format!("there is no column {key:?}; there are {}", listed(columns))));
            }
            if places.len() > 1 && !field.is_empty() {
                let last = places.len();
                return Err(Failure::usage(format!(
                    "{last} columns have the name {key:?}; say which one is {field}, such as --map '{key}#{last}={field}'"
                )));
            }
            for place in places {
                explicit[place] = Some(field.clone());
            }
        }
        Ok(explicit)
    }

    /// The preset's field for a column, unless another column matches better.
    fn preset_field(&self, columns: &[String], place: usize) -> Option<String> {
        let (_, field) = self.preset.iter().find(|(column, _)| column.eq_ignore_ascii_case(&columns[place]))?;
        let mut rather = self.preset.iter().filter(|(_, it)| it == field);
        let first = rather.find_map(|(name, _)| columns.iter().position(|column| name.eq_ignore_ascii_case(column)));
        Some(if first == Some(place) { (*field).to_owned() } else { String::new() })
    }
}

/// The column that `NAME#2` or `#5` refers to.
fn numbered(key: &str, columns: &[String]) -> Option<usize> {
    let (name, number) = key.rsplit_once('#')?;
    let number = number.trim().parse::<usize>().ok()?.checked_sub(1)?;
    match name.trim() {
        "" => (number < columns.len()).then_some(number),
        name => (0..columns.len()).filter(|place| columns[*place] == name).nth(number),
    }
}

/// The column's address on the command line, if its name alone is ambiguous.
fn address(columns: &[String], place: usize) -> String {
    let alike = |places: &[String]| places.iter().filter(|name| **name == columns[place]).count();
    if alike(columns) < 2 {
        columns[place].clone()
    } else {
        format!("{}#{}", columns[place], alike(&columns[..=place]))
    }
}

/// If two columns map to one field, the one that the user named is used. Otherwise the user has to decide.
fn one_column_a_field<'a>(
    columns: &'a [String],
    explicit: &[Option<String>],
    mapping: &mut Mapping,
    unread: &mut Vec<&'a str>,
) -> Result<(), Failure> {
    for place in 0..mapping.len() {
        let Target::Field(field) = &mapping[place] else { continue };
        let Some(before) = mapping[..place].iter().position(|it| *it == mapping[place]) else { continue };
        let loser = match (explicit[before].is_some(), explicit[place].is_some()) {
            (true, false) => place,
            (false, true) => before,
            (true, true) | (false, false) => {
                let (field, first, second) = (field.join("."), address(columns, before), address(columns, place));
                return Err(Failure::usage(format!(
                    "columns {} ({first}) and {} ({second}) are both {field}; ignore one of them: --map '{first}=' or --map '{second}='",
                    before + 1,
                    place + 1
                )));
            }
        };
        mapping[loser] = Target::Ignored;
        unread.push(&columns[loser]);
    }
    Ok(())
}

/// Names for a message, truncated to a readable length.
pub(super) fn listed(names: &[impl AsRef<str>]) -> String {
    let short = |name: &str| match name.char_indices().nth(NAME_LISTED) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    };
    let list: Vec<_> = names.iter().take(LISTED).map(|name| short(name.as_ref())).collect();
    let more = names.len().saturating_sub(LISTED);
    if more == 0 { list.join(", ") } else { format!("{} and {more} more", list.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(columns: &[(&str, &str)]) -> Told {
        let columns = columns.iter().map(|(column, field)| ((*column).to_owned(), (*field).to_owned())).collect();
        Told { columns, ..Told::default() }
    }

    fn mapped(told: &Told, columns: &[&str]) -> Result<Vec<String>, String> {
        let columns: Vec<_> = columns.iter().map(|name| (*name).to_owned()).collect();
        let mapping = told.mapping(&columns, &mut Vec::new()).map_err(|failure| failure.to_string())?;
        let shown = |target| match target {
            Target::Field(path) => path.join("."),
            Target::Ignored => "-".to_owned(),
            Target::Nameless => "?".to_owned(),
        };
        Ok(mapping.into_iter().map(shown).collect())
    }

    #[test]
    fn a_column_of_many_names_is_found_by_its_number() {
        let columns = ["Email", "Email", "Notes"];
        let refused = mapped(&told(&[("Notes", "")]), &columns).unwrap_err();
        assert!(refused.contains("columns 1 (Email#1) and 2 (Email#2) are both email"), "{refused}");
        for key in ["Email#2", "#2"] {
            assert_eq!(mapped(&told(&[(key, "email"), ("Notes", "")]), &columns).unwrap(), ["-", "email", "-"]);
        }
        assert_eq!(mapped(&told(&[("Email#2", ""), ("Notes", "")]), &columns).unwrap(), ["email", "-", "-"]);
        let refused = mapped(&told(&[("Email", "custom.a"), ("Notes", "")]), &columns).unwrap_err();
        assert!(refused.contains("--map 'Email#2=custom.a'"), "{refused}");
        assert!(mapped(&told(&[("#4", "email")]), &columns).is_err());
    }

    #[test]
    fn what_the_user_names_wins() {
        assert_eq!(mapped(&told(&[("mobile", "phoneNumber")]), &["phone", "mobile"]).unwrap(), ["-", "phoneNumber"]);
        let refused = mapped(&told(&[]), &["phone", "mobile"]).unwrap_err();
        assert!(refused.contains("--map 'mobile='"), "{refused}");
        assert_eq!(mapped(&told(&[]), &["email", ""]).unwrap(), ["email", "?"]);
    }

    #[test]
    fn a_preset_takes_the_better_of_two_columns() {
        let preset = &[("Mobile", "phoneNumber"), ("Phone", "phoneNumber")];
        let told = Told { preset, ignore_unmapped: true, ..Told::default() };
        assert_eq!(mapped(&told, &["Phone", "Mobile", "Fax"]).unwrap(), ["-", "phoneNumber", "-"]);
        assert_eq!(mapped(&told, &["Phone", "Fax"]).unwrap(), ["phoneNumber", "-"]);
    }

    #[test]
    fn no_message_is_endless() {
        let names: Vec<_> = (0..100).map(|number| format!("{number}-{}", "x".repeat(100))).collect();
        assert!(listed(&names).ends_with(" and 70 more") && listed(&names).len() < 3000);
    }
}
