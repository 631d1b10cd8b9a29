//! Rows of JSON.

use serde_json::{Value, json};

use super::file::{Form, json};
use super::row::{Fields, body, good};

pub(super) struct Lines;

/// Members of a wrong type, and the reasons.
fn wrong_types() -> Vec<(&'static str, Value, &'static str)> {
    vec![
        ("email", json!(5.5), "a string"),
        ("firstName", json!(["Ada"]), "a string"),
        ("birthDate", json!({}), "a string"),
        ("extId", json!(17.5), "a string"),
        ("lock", json!({}), "a boolean"),
        ("policies", json!("yes"), "an object"),
        ("device", json!(7), "an object"),
        ("document", json!([]), "an object"),
        ("custom", json!([1]), "an object"),
        ("custom", json!("[1]"), "an object, or a text that holds one"),
    ]
}

fn no_json(column: usize) -> String {
    format!("it is no JSON, or has a member twice or an integer beyond 64 bits, at column {column}")
}

impl Form for Lines {
    fn head(&self) -> Vec<u8> {
        b"\xEF\xBB\xBF".to_vec()
    }

    fn write(&self, fields: &Fields) -> Vec<u8> {
        json(fields)
    }

    fn reject(&self, row: &[u8], line: u64, reasons: &[String]) -> Vec<u8> {
        let row = match std::str::from_utf8(row) {
            Ok(text) if serde_json::from_str::<Value>(text).is_ok() => text.to_owned(),
            Ok(text) => json!(text).to_string(),
            // No character of these rows differs in Windows-1252.
            Err(_) => json!(row.iter().map(|byte| char::from(*byte)).collect::<String>()).to_string(),
        };
        format!("{{\"line\":{line},\"reasons\":{},\"row\":{row}}}\n", json!(reasons)).into_bytes()
    }

    fn reject_head(&self) -> Vec<u8> {
        Vec::new()
    }

    fn own_faults(&self, number: usize) -> Vec<(Vec<u8>, String)> {
        let of_type = |(field, value, wanted): (&str, Value, &str)| {
            let mut body = body(&good(number));
            body[field] = value;
            (body.to_string().into_bytes(), format!("{field}: must be {wanted}"))
        };
        let text = |text: &str, reason: String| (text.as_bytes().to_vec(), reason);
        let no_object = || "it is no JSON object".to_owned();
        let deep = format!("{{\"custom\":{}{}}}", "[".repeat(200), "]".repeat(200));
        let mut own: Vec<_> = wrong_types().into_iter().map(of_type).collect();
        own.extend([
            text("crm-1;Ada", no_json(1)),
            text("{\"extId\":\"crm-1\"", no_json(16)),
            text("{\"extId\":\"crm-1\",\"extId\":\"crm-2\"}", no_json(33)),
            text("{\"extId\":\"crm-1\",\"custom\":{\"no\":18446744073709551616}}", no_json(52)),
            text("{\"firstName\":\"\\ud800\"}", no_json(21)),
            text("{\"firstName\":\"a\tb\"}", no_json(16)),
            text("{'extId':1}", no_json(2)),
            text("{\"extId\":\"a\"} {\"extId\":\"b\"}", no_json(15)),
            text(&deep, no_json(137)),
            text("[{\"extId\":\"crm-1\"}]", no_object()),
            text("\"crm-1\"", no_object()),
            text("17", no_object()),
            text("null", no_object()),
            (b"{\"firstName\":\"J\xfcrgen\"}".to_vec(), "it is not UTF-8".to_owned()),
        ]);
        own
    }

    fn blanks(&self) -> Vec<&'static [u8]> {
        vec![b"\n", b"\r\n\r\n", b"  \t\n"]
    }

    fn last(&self) -> Option<(Vec<u8>, String)> {
        None
    }
}
