//! RADIUS attributes in the JSON of rlm_rest, and the service's own Class.

use domain::value::CustomerId;
use serde::Serialize;
use utoipa::ToSchema;

/// The value of an attribute.
#[derive(Serialize, ToSchema)]
#[schema(as = radiusAttribute)]
pub(super) struct Attribute {
    /// `:=`: replaces any existing value.
    #[schema(example = ":=")]
    op: &'static str,
    /// false: otherwise rlm_rest expands the value like a text of its configuration, and a password with a percent sign
    /// would run commands.
    #[schema(example = false)]
    do_xlat: bool,
    /// The value, with each backslash doubled.
    value: String,
}

impl Attribute {
    /// FreeRADIUS interprets a value like a double-quoted string in its configuration, where a backslash and its next
    /// character may stand for another character, and two backslashes for one.
    pub(super) fn new(value: &str) -> Self {
        Self { op: ":=", do_xlat: false, value: value.replace('\\', "\\\\") }
    }
}

/// The Class of a login, which identifies its session: access points return it with every record.
pub(super) fn class_of(customer_id: CustomerId) -> Attribute {
    Attribute::new(&customer_id.to_string())
}

/// The customer of a Class, which arrives as the hexadecimal digits of its octets. `None` if it is another server's.
pub(super) fn customer_of(class: &str) -> Option<CustomerId> {
    let octets = octets_of_digits(class.strip_prefix("0x")?)?;
    CustomerId::parse(std::str::from_utf8(&octets).ok()?).ok()
}

/// The octets whose hexadecimal digits these are, if there are any.
pub(super) fn octets_of_digits(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks_exact(2);
    if digits.is_empty() || !pairs.remainder().is_empty() {
        return None;
    }
    let digit = |digit: u8| char::from(digit).to_digit(16);
    pairs.map(|pair| u8::try_from(digit(pair[0])? << 4 | digit(pair[1])?).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> String {
        text.bytes().fold("0x".to_owned(), |hex, octet| format!("{hex}{octet:02x}"))
    }

    #[test]
    fn a_class_leads_back_to_its_customer() {
        let id = CustomerId::from_bits(0x0197_f2c8_d0a0_7c53_b0d1_f1f4_b0c7_a004);
        let class = hex(&class_of(id).value);
        assert_eq!((customer_of(&class), customer_of(&class.to_uppercase().replace("0X", "0x"))), (Some(id), Some(id)));
    }

    #[test]
    fn backslashes_are_doubled() {
        assert_eq!(Attribute::new(r#"a\"n\\'%"#).value, r#"a\\"n\\\\'%"#);
    }

    #[test]
    fn another_servers_class_leads_to_nobody() {
        let id = CustomerId::from_bits(1).to_string();
        for class in ["", "0x", "0x0", "0xzz", &id, &hex("cust-42"), &hex(&id[1..]), &hex("%41"), "0x€€", "0xff"] {
            assert_eq!(customer_of(class), None, "{class}");
        }
    }
}
