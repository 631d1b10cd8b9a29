//! Numbers and addresses in a form. FreeRADIUS sends an attribute that is absent as an empty one.

use std::str::FromStr;

use domain::InvalidValue;

use crate::wire::{FormBody, Reader};

/// A number, zero where it is empty.
pub(super) fn counter(reader: &mut Reader, form: &FormBody, name: &str) -> u32 {
    form.read(reader, name, |text| number(text, "must be a whole number of 32 bits")).unwrap_or_default()
}

/// A number or an address, in its usual form.
pub(super) fn number<T: FromStr>(text: &str, wanted: &str) -> Result<T, InvalidValue> {
    text.parse().map_err(|_| InvalidValue::invalid(wanted))
}
