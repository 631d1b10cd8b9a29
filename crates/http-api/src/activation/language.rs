//! Negotiation of the visitor's language (RFC 9110, 12.5.4).

use axum::http::{HeaderMap, header};

use super::messages::Language;

/// The maximum number of languages read from a header; browsers send a handful.
const WISHES: usize = 32;

/// The available language that the visitor prefers. The region is ignored: `de-AT` is German.
pub(crate) fn negotiate(headers: &HeaderMap) -> &'static Language {
    let values = headers.get_all(header::ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
    let mut wishes: Vec<_> = values.flat_map(|value| value.split(',')).take(WISHES).filter_map(wish).collect();
    // The sort is stable: of two with the same weight, the first one wins.
    wishes.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    let liked = wishes.iter().filter(|(_, weight)| *weight > 0);
    liked.filter_map(|(range, _)| find(range)).next().unwrap_or_else(Language::common)
}

/// A language range and its weight in thousandths.
fn wish(text: &str) -> Option<(&str, u16)> {
    let mut parts = text.split(';').map(str::trim);
    let range = parts.next().filter(|range| !range.is_empty())?;
    let weight = match parts.next() {
        None => 1000,
        Some(parameter) => weight(parameter)?,
    };
    Some((range, weight))
}

/// `q=0.8`
fn weight(parameter: &str) -> Option<u16> {
    let (name, number) = parameter.split_once('=')?;
    let number: f32 = number.trim().parse().ok()?;
    let is_weight = name.trim().eq_ignore_ascii_case("q") && (0.0..=1.0).contains(&number);
    is_weight.then_some((number * 1000.0).round() as u16)
}

fn find(range: &str) -> Option<&'static Language> {
    let language = range.split('-').next().unwrap_or_default();
    if language == "*" {
        return Some(Language::common());
    }
    Language::all().iter().find(|known| known.tag.eq_ignore_ascii_case(language))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn negotiated(values: &[&str]) -> &'static str {
        let headers = values.iter().map(|value| (header::ACCEPT_LANGUAGE, value.parse().unwrap()));
        negotiate(&headers.collect()).tag
    }

    #[test]
    fn the_language_that_is_liked_best_is_spoken() {
        for (header, tag) in [
            ("it", "it"),
            ("de-AT", "de"),
            ("FR-ca", "fr"),
            ("zh-Hant-TW, es-419;q=0.5", "es"),
            ("en;q=0.4, it;q=0.8, fr;q=0.6", "it"),
            ("de;q=0.5, it;q=0.5", "de"),
            ("de;q=0, it;q=0.001", "it"),
            ("nl, *;q=0.5, it;q=0.1", "en"),
            ("nl", "en"),
            ("", "en"),
            ("it;q=2, de", "de"),
            ("it;q=x, de;q=0.1", "de"),
            (",,;;q=1,-, it ;q=0.3 , de ; q = 0.2", "it"),
            ("*", "en"),
        ] {
            assert_eq!(negotiated(&[header]), tag, "{header}");
        }
        assert_eq!(negotiated(&[]), "en");
        assert_eq!(negotiated(&["nl;q=0.9", "it;q=0.2, de;q=0.3"]), "de", "several lines are one");
    }

    #[test]
    fn a_long_list_is_read_to_a_bound() {
        assert_eq!(negotiated(&[&format!("{}it", "nl,".repeat(31))]), "it");
        assert_eq!(negotiated(&[&format!("{}it", "nl,".repeat(4000))]), "en");
    }
}
