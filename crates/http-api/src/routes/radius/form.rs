//! Fields of a form. FreeRADIUS sends an attribute that is absent as an empty one.

use std::str::FromStr;

use domain::{InvalidValue, ViolationCode};

use crate::wire::{FormBody, Reader};

/// A field that may be empty.
pub(super) fn optional<T>(
    reader: &mut Reader,
    form: &FormBody,
    name: &str,
    parse: impl FnOnce(&str) -> Result<T, InvalidValue>,
) -> Option<T> {
    form.get(name).and_then(|text| reader.accept(name, parse(text)).into_value())
}

/// Notes that a field has no value that needs one.
pub(super) fn require<T>(reader: &mut Reader, name: &str, value: Option<&T>) {
    if value.is_none() {
        reader.note(InvalidValue::new(ViolationCode::Required, "is required").at(name));
    }
}

/// A number, zero where it is empty.
pub(super) fn counter(reader: &mut Reader, form: &FormBody, name: &str) -> u32 {
    optional(reader, form, name, |text| number(text, "must be a whole number of 32 bits")).unwrap_or_default()
}

/// A number or an address, in its usual form.
pub(super) fn number<T: FromStr>(text: &str, wanted: &str) -> Result<T, InvalidValue> {
    text.parse().map_err(|_| InvalidValue::invalid(wanted))
}
