//! A file of rows, with the expected result of each.

use std::collections::BTreeMap;

use serde_json::Value;

use super::kinds::{faults, with};
use super::row::{Fields, Role, again, body, good, listed, role};

/// The format of the rows.
pub(super) trait Form {
    /// The bytes before the first row.
    fn head(&self) -> Vec<u8>;
    /// A row without its end.
    fn write(&self, fields: &Fields) -> Vec<u8>;
    /// The row in the rejects file, with its line and the reasons.
    fn reject(&self, row: &[u8], line: u64, reasons: &[String]) -> Vec<u8>;
    /// The bytes before the first reject.
    fn reject_head(&self) -> Vec<u8>;
    /// The errors specific to this format: the bytes of such a row, and the reason.
    fn own_faults(&self, number: usize) -> Vec<(Vec<u8>, String)>;
    /// Lines that are skipped.
    fn blanks(&self) -> Vec<&'static [u8]>;
    /// A row that can only be the last one, and the reason of its rejection.
    fn last(&self) -> Option<(Vec<u8>, String)>;
}

pub(super) struct File<'a> {
    form: &'a dyn Form,
    pub(super) text: Vec<u8>,
    /// The line on which the next row begins.
    line: u64,
    pub(super) rejects: Vec<Reject>,
    /// By their ids in an external system, as in the list.
    pub(super) customers: BTreeMap<String, Value>,
    pub(super) created: usize,
    pub(super) updated: usize,
}

/// A row that must be rejected.
pub(super) struct Reject {
    number: usize,
    row: Vec<u8>,
    line: u64,
    reasons: Vec<String>,
}

impl<'a> File<'a> {
    /// A file with this many rows.
    pub(super) fn new(form: &'a dyn Form, rows: usize) -> Self {
        let customers = BTreeMap::new();
        let mut file = Self { form, text: Vec::new(), line: 1, rejects: Vec::new(), customers, created: 0, updated: 0 };
        file.write(&form.head());
        (0..rows).for_each(|number| file.add(number));
        if let Some((row, reason)) = form.last() {
            file.expect(rows, &row, vec![reason]);
            file.write(&row);
        }
        file
    }

    fn add(&mut self, number: usize) {
        match role(number) {
            Role::Good => {
                self.customers.insert(format!("crm-{number}"), listed(&good(number)));
                self.created += 1;
                self.row(number, &self.form.write(&good(number)));
            }
            Role::Again(of) => {
                let fields = again(number, of);
                self.customers.get_mut(&fields["extId"]).unwrap()["lastName"] = fields["lastName"].clone().into();
                self.updated += 1;
                self.row(number, &self.form.write(&fields));
            }
            Role::Faulty(fault) => self.add_faulty(number, fault),
        }
    }

    fn add_faulty(&mut self, number: usize, fault: usize) {
        let (mut faults, mut own) = (faults(number), self.form.own_faults(number));
        let fault = fault % (faults.len() + own.len());
        if fault < own.len() {
            let (row, reason) = own.swap_remove(fault);
            self.reject(number, &row, vec![reason]);
        } else {
            let fault = faults.swap_remove(fault - own.len());
            self.reject(number, &self.form.write(&with(number, &fault)), fault.reasons);
        }
    }

    fn reject(&mut self, number: usize, row: &[u8], reasons: Vec<String>) {
        self.expect(number, row, reasons);
        self.row(number, row);
    }

    /// Records that the next row is rejected.
    fn expect(&mut self, number: usize, row: &[u8], reasons: Vec<String>) {
        self.rejects.push(Reject { number, row: row.to_vec(), line: self.line, reasons });
    }

    fn row(&mut self, number: usize, row: &[u8]) {
        self.write(row);
        self.write(if number.is_multiple_of(4) { b"\r\n" } else { b"\n" });
        if number.is_multiple_of(23) {
            let blanks = self.form.blanks();
            self.write(blanks[number / 23 % blanks.len()]);
        }
    }

    fn write(&mut self, bytes: &[u8]) {
        self.text.extend_from_slice(bytes);
        self.line += bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
    }

    /// The expected rejects file, given the ids of the rows' customers.
    pub(super) fn rejected(&self, ids: &BTreeMap<String, String>) -> Vec<u8> {
        let mut text = self.form.reject_head();
        for Reject { row, line, reasons, .. } in &self.rejects {
            let reasons: Vec<_> = reasons.iter().map(|reason| filled(reason, ids)).collect();
            text.extend(self.form.reject(row, *line, &reasons));
        }
        text
    }

    /// The same file with corrected rows, and their customers.
    pub(super) fn mended(&self) -> (Vec<u8>, BTreeMap<String, Value>) {
        let (mut text, mut customers) = (self.form.reject_head(), BTreeMap::new());
        for Reject { number, line, reasons, .. } in &self.rejects {
            text.extend(self.form.reject(&self.form.write(&good(*number)), *line, reasons));
            customers.insert(format!("crm-{number}"), listed(&good(*number)));
        }
        (text, customers)
    }
}

/// The reason with the id of the customer that it refers to.
fn filled(reason: &str, ids: &BTreeMap<String, String>) -> String {
    let named = reason.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)));
    match named {
        Some((before, (number, behind))) => format!("{before}{}{behind}", ids[&format!("crm-{number}")]),
        None => reason.to_owned(),
    }
}

/// The row as a line of JSON.
pub(super) fn json(fields: &Fields) -> Vec<u8> {
    body(fields).to_string().into_bytes()
}
