//! The fields of a customer that the domain's list has, by their paths.

use std::sync::LazyLock;

use domain::customer_fields;

/// A field of the list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listed {
    /// Where it is in a customer: `document.number`.
    pub(crate) path: &'static str,
    /// Its type, a name in `domain::value`.
    pub(crate) kind: &'static str,
}

macro_rules! listed {
    ($(
        $(#[$section_doc:meta])* $section:ident: $Section:ident, $Changes:ident, $prefix:literal {
            $($(#[$doc:meta])* $field:ident: $type:ident, $name:literal, $history:tt;)*
        }
    )*) => {
        &[$($(Listed { path: concat!($prefix, $name), kind: stringify!($type) },)*)*]
    };
}

/// Every field of the list, in its order.
pub(crate) const LISTED: &[Listed] = customer_fields!(listed);

/// The type of a field, if it is one of the list.
pub(crate) fn kind(path: &str) -> Option<&'static str> {
    LISTED.iter().find(|field| field.path == path).map(|field| field.kind)
}

/// Whether it is a field of the list that is yes or no.
pub(crate) fn is_flag(path: &str) -> bool {
    static FLAGS: LazyLock<Vec<&str>> =
        LazyLock::new(|| LISTED.iter().filter(|field| field.kind == "Flag").map(|field| field.path).collect());
    FLAGS.contains(&path)
}

/// The paths of all of them.
pub(crate) fn paths() -> impl Iterator<Item = &'static str> {
    LISTED.iter().map(|field| field.path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_known_by_paths() {
        assert_eq!(kind("country"), Some("Country"));
        assert_eq!(kind("device.bundle"), Some("ShortText"));
        assert_eq!(kind("processingData.profiling"), Some("Flag"));
        assert_eq!((kind("bundle"), kind("document.kind"), kind("lock")), (None, None, None));
    }
}
