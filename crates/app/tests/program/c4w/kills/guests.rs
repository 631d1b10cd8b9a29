//! The file to import.

use serde_json::{Value, json};

pub(super) const ROWS: usize = 7_000;

/// Its format.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    Csv,
    Lines,
}

impl Form {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Csv => "guests.csv",
            Self::Lines => "guests.ndjson",
        }
    }

    /// Some rows repeat an earlier customer, near or far, and some are invalid.
    pub(super) fn text(self) -> String {
        let head = match self {
            Self::Csv => "extId,email,firstName,lastName,username,device.guid,custom.note,language\n",
            Self::Lines => "",
        };
        (0..ROWS).fold(head.to_owned(), |text, number| text + &self.row(number) + "\n")
    }

    fn row(self, number: usize) -> String {
        match (number % 50, self) {
            (23, Self::Csv) => return format!("crm-{number},\"too\nfew\""),
            (23, Self::Lines) => return format!("{{\"extId\":\"crm-{number}\""),
            _ => {}
        }
        let of = about(number);
        let email = if number % 50 == 7 { "odd".to_owned() } else { format!("guest-{of}@example.org") };
        let username = if matches!(number % 50, 31) || number == 0 { "taken" } else { "" };
        let (last_name, note) = (format!("Byron {number}"), format!("{}", number % 17));
        match self {
            Self::Csv => format!("crm-{of},{email},\"Ada\n{of}\",{last_name},{username},device-{of},{note},it"),
            Self::Lines => {
                let custom = json!({"note": note, number.to_string(): Value::Null});
                let device = json!({"guid": format!("device-{of}")});
                let mut row = json!({"extId": format!("crm-{of}"), "email": email, "firstName": format!("Ada\n{of}")});
                row["lastName"] = json!(last_name);
                row["username"] = json!(username);
                (row["device"], row["custom"]) = (device, custom);
                row.to_string()
            }
        }
    }
}

/// The first row of this row's customer.
fn about(number: usize) -> usize {
    let distance = 9 + 1_000 * (number / 10 % 4);
    if number % 10 == 9 && number > distance { number - distance } else { number }
}
