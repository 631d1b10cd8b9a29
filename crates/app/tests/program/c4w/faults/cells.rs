//! Rows of CSV.

use super::file::Form;
use super::row::{Fields, good};

pub(super) struct Cells;

const COLUMNS: [&str; 26] = [
    "extId",
    "email",
    "firstName",
    "lastName",
    "phoneNumber",
    "username",
    "password",
    "gender",
    "birthDate",
    "language",
    "country",
    "zipCode",
    "companyName",
    "civilStatus",
    "doubleOptin",
    "picture",
    "source",
    "locationId",
    "organizationId",
    "lock",
    "emailVerified",
    "custom",
    "document.type",
    "device.guid",
    "policies.privacy",
    "policies.termsOfUse",
];
const QUOTES: &str =
    "a value within quotes does not end where its quote is closed; rows that follow may stand within it";

fn line(cells: &[Vec<u8>]) -> Vec<u8> {
    let mut csv = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    csv.write_record(cells).unwrap();
    csv.into_inner().unwrap()
}

fn cells(fields: &Fields) -> Vec<Vec<u8>> {
    COLUMNS.iter().map(|column| fields.get(column).cloned().unwrap_or_default().into_bytes()).collect()
}

fn without_end(mut line: Vec<u8>) -> Vec<u8> {
    line.pop();
    line
}

/// The cells of a row in a file.
fn read(row: &[u8]) -> Vec<Vec<u8>> {
    let mut csv = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(row);
    let record = csv.byte_records().next().unwrap().unwrap();
    record.iter().map(<[u8]>::to_vec).collect()
}

impl Form for Cells {
    fn head(&self) -> Vec<u8> {
        [b"\xEF\xBB\xBF".to_vec(), line(&COLUMNS.map(|name| name.as_bytes().to_vec()))].concat()
    }

    fn write(&self, fields: &Fields) -> Vec<u8> {
        without_end(line(&cells(fields)))
    }

    fn reject(&self, row: &[u8], number: u64, reasons: &[String]) -> Vec<u8> {
        line(&[read(row), vec![number.to_string().into_bytes(), reasons.join("; ").into_bytes()]].concat())
    }

    fn reject_head(&self) -> Vec<u8> {
        let more = ["c4w:line", "c4w:reasons"];
        line(&[COLUMNS.as_slice(), &more].concat().iter().map(|name| name.as_bytes().to_vec()).collect::<Vec<_>>())
    }

    fn own_faults(&self, number: usize) -> Vec<(Vec<u8>, String)> {
        let (good, columns) = (cells(&good(number)), COLUMNS.len());
        let with = |cell: &[u8]| without_end(line(&[&good[..1], &[cell.to_vec()], &good[2..]].concat()));
        let mut custom = good.clone();
        custom[COLUMNS.iter().position(|name| *name == "custom").unwrap()] = b"[1]".to_vec();
        let custom = without_end(line(&custom));
        let raw = |text: &str| format!("crm-{number},{text}").into_bytes();
        let count = |count: usize| format!("it has {count} values, and the first line {columns}");
        vec![
            (raw("one@example.org"), count(2)),
            (without_end(line(&good[1..])), count(columns - 1)),
            ([without_end(line(&good)), b",\"one\nmore\"".to_vec()].concat(), count(columns + 1)),
            (with(b"\xff@example.org"), "it is not UTF-8".to_owned()),
            (custom, "custom: must be an object".to_owned()),
            (raw(&format!("\"x\"y@example.org{}", ",".repeat(columns - 2))), QUOTES.to_owned()),
            (raw("\"open,\ncrm-lost,\"x\"\r\n"), QUOTES.to_owned()),
            (raw("{\"extId\":1}"), count(2)),
        ]
    }

    fn blanks(&self) -> Vec<&'static [u8]> {
        vec![b"\n", b"\r\n\r\n", b",,,\n", b"  \n", b"\"\",\" \n\"\r\n", b",,,,,,,,,,,,,,,,,,,,,,,,,\n"]
    }

    fn last(&self) -> Option<(Vec<u8>, String)> {
        Some((b"crm-last,\"never closed\nand so on".to_vec(), QUOTES.to_owned()))
    }
}
