//! A customer as a row of CSV.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::fields;
use crate::spreadsheet::protect;

/// Marks a file whose values are exact: none of them is protected from spreadsheets, and the import removes no apostrophe. The
/// column is empty.
pub(crate) const EXACT: &str = "c4w:exact";

/// Columns of a customer in a list, each with the path of its value. `c4w import` knows them.
const LISTED: [&str; 28] = [
    "cid",
    "organizationCid",
    "locationCid",
    "created",
    "modified",
    "signupMethod",
    "username",
    "locked",
    "title",
    "firstName",
    "lastName",
    "gender",
    "birthDate",
    "email",
    "emailVerified",
    "phone",
    "phoneVerified",
    "country",
    "zipCode",
    "personalId",
    "extId.id",
    "extId.prop1",
    "extId.prop2",
    // The import puts the members below into this object.
    "policies",
    "policies.privacy",
    "policies.termsOfUse",
    "policies.mktgCommunications",
    "policies.ageVerification",
];

/// Columns of everything that is stored of a customer: these, those of the list of fields, and [`STORED_LAST`].
const STORED_FIRST: [&str; 10] = [
    "id",
    "organizationCid",
    "locationId",
    "created",
    "modified",
    "source",
    "username",
    "lock",
    "c4w:phoneNumberValid",
    "languageTag",
];

const STORED_LAST: [&str; 8] = [
    "custom",
    "policies",
    "policies.privacy",
    "policies.termsOfUse",
    "policies.mktgCommunications",
    "policies.minimumAgeVerification",
    "c4w:devices",
    "c4w:history",
];

static STORED: LazyLock<Vec<&str>> =
    LazyLock::new(|| STORED_FIRST.into_iter().chain(fields::paths()).chain(STORED_LAST).collect());

/// What the names of columns begin with that the import ignores.
const IGNORED: &str = "c4w:";

/// Columns beside the list of fields whose values are times, yes or no, or JSON, and not texts. Nothing takes them for something
/// else.
const TYPED: [&str; 6] = ["created", "custom", "lock", "locked", "modified", "policies"];
/// What the names of other such columns begin with.
const TYPED_GROUPS: [&str; 2] = [IGNORED, "policies."];

/// The columns of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns {
    names: &'static [&'static str],
    exact: bool,
}

impl Columns {
    /// Of a list, or of everything that is stored; with exact values or with protected ones.
    pub(super) fn new(complete: bool, exact: bool) -> Self {
        let names: &[_] = if complete { &STORED } else { &LISTED };
        Self { names, exact }
    }

    /// The first row.
    pub(super) fn names(self) -> impl Iterator<Item = &'static str> {
        self.names.iter().copied().chain(self.exact.then_some(EXACT))
    }

    /// The values of a customer.
    pub(super) fn cells(self, customer: &Value) -> Vec<String> {
        let mut policies = policies(customer);
        let named = self.names.iter().filter_map(|column| column.strip_prefix("policies."));
        let mut known: Map<_, _> = named.filter_map(|name| policies.remove_entry(name)).collect();
        let others = if policies.is_empty() { Value::Null } else { Value::Object(policies) };
        let cell = |column: &&str| {
            let cell = match column.split_once('.') {
                Some(("policies", name)) => text(&known.remove(name).unwrap_or_default()),
                Some((group, name)) => text(&customer[group][name]),
                None if *column == "policies" => text(&others),
                None => text(&customer[column.strip_prefix(IGNORED).unwrap_or(column)]),
            };
            if self.exact || is_typed(column) { cell } else { protect(cell) }
        };
        let mut cells: Vec<_> = self.names.iter().map(cell).collect();
        cells.extend(self.exact.then(String::new));
        cells
    }
}

fn is_typed(column: &str) -> bool {
    matches!(fields::kind(column), Some("Flag" | "BirthDate"))
        || TYPED.contains(&column)
        || TYPED_GROUPS.iter().any(|group| column.starts_with(group))
}

/// What the person said to policies: a list of names and answers in a list of customers, and else an object.
fn policies(customer: &Value) -> Map<String, Value> {
    match &customer["policies"] {
        Value::Object(policies) => policies.clone(),
        policies => {
            let policies = policies.as_array().into_iter().flatten();
            let named = |policy: &Value| Some((policy["name"].as_str()?.to_owned(), policy["accepted"].clone()));
            policies.filter_map(named).collect()
        }
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The value of each column that has one.
    fn row(columns: Columns, customer: &Value) -> Map<String, Value> {
        let cells = columns.names().zip(columns.cells(customer)).filter(|(_, cell)| !cell.is_empty());
        cells.map(|(name, cell)| (name.to_owned(), cell.into())).collect()
    }

    #[test]
    fn each_value_is_in_its_column() {
        let contact = json!({
            "cid": "1", "locked": true, "phone": "+39", "zipCode": "007", "extId": {"id": "crm", "prop2": "x"},
            "policies": [{"name": "privacy", "accepted": true}, {"name": "customs.club", "accepted": false}],
        });
        let exact = json!({
            "cid": "1", "locked": "true", "phone": "+39", "zipCode": "007", "extId.id": "crm", "extId.prop2": "x",
            "policies.privacy": "true", "policies": r#"{"customs.club":false}"#,
        });
        assert_eq!(Value::Object(row(Columns::new(false, true), &contact)), exact);
        let mut safe = exact;
        safe["cid"] = json!("'1");
        safe["phone"] = json!("'+39");
        safe["zipCode"] = json!("'007");
        assert_eq!(Value::Object(row(Columns::new(false, false), &contact)), safe);
    }

    #[test]
    fn everything_that_is_stored_has_a_column() {
        let stored = json!({
            "id": "a", "language": "it", "custom": {"size": 9}, "document": {"type": "passport"},
            "device": {"guid": "g"}, "processingData": {"profiling": false}, "devices": [{"installId": "i"}],
            "policies": {"privacy": true, "customs.club": true},
        });
        let expected = json!({
            "id": "a", "language": "it", "custom": r#"{"size":9}"#, "document.type": "passport", "device.guid": "g",
            "processingData.profiling": "false", "c4w:devices": r#"[{"installId":"i"}]"#, "policies.privacy": "true",
            "policies": r#"{"customs.club":true}"#,
        });
        assert_eq!(Value::Object(row(Columns::new(true, false), &stored)), expected);
    }
}
