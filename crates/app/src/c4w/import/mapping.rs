//! The mapping of columns and JSON members to fields.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs;

use super::fields;
use super::options::Import;
use super::presets::Preset;
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

/// Why a column or a member holds a field. A greater claim wins; of two columns of a preset the first one with a value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Claim {
    /// It has a name of the field.
    Name,
    /// The preset has it, in this place.
    Preset(Reverse<usize>),
    /// The user names it.
    User,
}

/// What the user says of columns and members, by `--map`, `--mapping` and `--preset`.
#[derive(Debug, Default)]
pub(super) struct Told {
    columns: BTreeMap<String, String>,
    preset: &'static [(&'static str, &'static str)],
    /// The system whose export it is.
    pub(super) system: Option<Preset>,
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
        let ignore_unmapped = options.ignore_unmapped || options.preset.is_some();
        Ok(Self { columns, preset, system: options.preset, ignore_unmapped })
    }

    /// The field of a JSON member, by its path, and why: an empty field is ignored. None if no field has the name.
    pub(super) fn member(&self, path: &str) -> Option<(String, Claim)> {
        let user = || self.columns.get(path).map(|field| (field.clone(), Claim::User));
        let group = || fields::GROUPS.contains(&path).then(|| path.to_owned());
        let name = || group().or_else(|| fields::named(path)).map(|field| (field, Claim::Name));
        user().or_else(|| self.of_preset(path)).or_else(name)
    }

    /// The names of the members that the user maps to a field.
    pub(super) fn members(&self) -> impl Iterator<Item = &str> {
        // To ignore a member that is absent changes nothing.
        self.columns.iter().filter(|(_, field)| !field.is_empty()).map(|(member, _)| member.as_str())
    }

    /// Columns in the order in which they are read: of those of one field, the preset's first choice first.
    pub(super) fn order(&self, columns: &[String]) -> Vec<usize> {
        let mut order: Vec<_> = (0..columns.len()).collect();
        order.sort_by_key(|place| Reverse(self.of_preset(&columns[*place]).map(|(_, claim)| claim)));
        order
    }

    /// The mapping of a file's columns, with remarks on those that are not read.
    pub(super) fn mapping(&self, columns: &[String], remarks: &mut Vec<String>) -> Result<Mapping, Failure> {
        let explicit = self.explicit(columns)?;
        let (mut mapping, mut unmapped, mut unread) = (Mapping::new(), Vec::new(), Vec::new());
        let mut claims = Vec::new();
        for (place, name) in columns.iter().enumerate() {
            let user = explicit[place].clone().map(|field| (field, Claim::User));
            let by_name = || fields::named(name).map(|field| (field, Claim::Name));
            let (field, claim) = user.or_else(|| self.of_preset(name)).or_else(by_name).unzip();
            claims.push(claim);
            mapping.push(match field {
                Some(field) if field.is_empty() => {
                    if claim != Some(Claim::User) && !name.starts_with("c4w:") {
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
        one_column_a_field(columns, &claims, &mut mapping, &mut unread)?;
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

    /// The field that the preset has for a name.
    fn of_preset(&self, name: &str) -> Option<(String, Claim)> {
        let place = self.preset.iter().position(|(column, _)| column.eq_ignore_ascii_case(name))?;
        Some((self.preset[place].1.to_owned(), Claim::Preset(Reverse(place))))
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

/// Of two columns of one field the one with the greater claim is taken, and of a preset both. Otherwise the user has to decide.
fn one_column_a_field<'a>(
    columns: &'a [String],
    claims: &[Option<Claim>],
    mapping: &mut Mapping,
    unread: &mut Vec<&'a str>,
) -> Result<(), Failure> {
    for place in 0..mapping.len() {
        for before in 0..place {
            let Target::Field(field) = &mapping[place] else { break };
            if mapping[before] != mapping[place] {
                continue;
            }
            let loser = match (claims[before], claims[place]) {
                (Some(Claim::Preset(_)), Some(Claim::Preset(_))) => continue,
                (one, other) if one == other => {
                    let (field, first, second) = (field.join("."), address(columns, before), address(columns, place));
                    return Err(Failure::usage(format!(
                        "columns {} ({first}) and {} ({second}) are both {field}; ignore one of them: --map '{first}=' or --map '{second}='",
                        before + 1,
                        place + 1
                    )));
                }
                (one, other) if one > other => place,
                (_, _) => before,
            };
            mapping[loser] = Target::Ignored;
            unread.push(&columns[loser]);
        }
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
    fn a_preset_may_have_several_columns_of_a_field() {
        let preset = &[("Mobile", "phoneNumber"), ("Phone", "phoneNumber")];
        let columns = [("Work", "phoneNumber")].map(|(column, field)| (column.to_owned(), field.to_owned()));
        let mut told = Told { preset, ignore_unmapped: true, ..Told::default() };
        let names = ["Telephone", "Phone", "Mobile", "Fax", "Work"];
        assert_eq!(mapped(&told, &names).unwrap(), ["-", "phoneNumber", "phoneNumber", "-", "-"]);
        assert_eq!(told.order(&names.map(str::to_owned)), [2, 1, 0, 3, 4]);
        told.columns = columns.into();
        assert_eq!(mapped(&told, &names).unwrap(), ["-", "-", "-", "-", "phoneNumber"]);
    }

    #[test]
    fn no_message_is_endless() {
        let names: Vec<_> = (0..100).map(|number| format!("{number}-{}", "x".repeat(100))).collect();
        assert!(listed(&names).ends_with(" and 70 more") && listed(&names).len() < 3000);
    }
}
