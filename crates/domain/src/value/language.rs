//! Languages.

use oxilangtag::LanguageTag;

use super::visible::visible;
use crate::{InvalidValue, limits};

/// Withdrawn codes of ISO 639-1 that devices still send, with their successors.
const WITHDRAWN: [(&str, &str); 6] =
    [("in", "id"), ("iw", "he"), ("ji", "yi"), ("jw", "jv"), ("mo", "ro"), ("sh", "sr")];
/// Bibliographic codes of ISO 639-2, with the terminological ones, which ISO 639-3 shares.
const BIBLIOGRAPHIC: [(&str, &str); 20] = [
    ("alb", "sqi"),
    ("arm", "hye"),
    ("baq", "eus"),
    ("bur", "mya"),
    ("chi", "zho"),
    ("cze", "ces"),
    ("dut", "nld"),
    ("fre", "fra"),
    ("geo", "kat"),
    ("ger", "deu"),
    ("gre", "ell"),
    ("ice", "isl"),
    ("mac", "mkd"),
    ("mao", "mri"),
    ("may", "msa"),
    ("per", "fas"),
    ("rum", "ron"),
    ("slo", "slk"),
    ("tib", "bod"),
    ("wel", "cym"),
];

/// A language as devices send it: a BCP 47 tag, and its ISO 639-1 code if it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Language {
    /// The code if the tag says no more, otherwise the tag.
    text: String,
    code: Option<&'static str>,
}

impl Language {
    /// Parses a BCP 47 tag in any case, such as `it`, `en-US` or `zh-Hant-TW`, or the forms of POSIX and Java,
    /// `en_US.UTF-8` and `zh_TW_#Hant`. Codes that were withdrawn from ISO 639-1 are replaced by their successors.
    ///
    /// # Errors
    /// Not such a tag, two letters that are not a language, or too long.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let text = visible(text);
        if text.len() > limits::LANGUAGE_TAG_BYTES {
            return Err(InvalidValue::too_long(limits::LANGUAGE_TAG_BYTES, "bytes"));
        }
        let refused = || InvalidValue::invalid("must be a language, such as en or en-US");
        let tag = LanguageTag::parse_and_normalize(&hyphened(&text)).map_err(|_| refused())?;
        let primary = tag.primary_language();
        let code = code(primary);
        // Every two-letter language is known, and BCP 47 has registered none of more than three letters.
        let is_language = code.is_some() || primary.len() == 3 || primary.contains('-');
        if !is_language {
            return Err(refused());
        }
        let text = code.filter(|_| primary == tag.as_str()).map_or_else(|| tag.as_str().to_owned(), str::to_owned);
        Ok(Self { text, code })
    }

    /// The stored form: the ISO 639-1 code, or the tag if it says more. [`Language::parse`] reads it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The ISO 639-1 code in lower case, if the language has one.
    pub fn code(&self) -> Option<&'static str> {
        self.code
    }

    /// The tag in the form that BCP 47 recommends, if it says more than the code.
    pub fn tag(&self) -> Option<&str> {
        (self.code != Some(self.text.as_str())).then_some(self.text.as_str())
    }
}

/// The form with hyphens of a POSIX or Java locale, without the encoding after a dot, which does not affect the
/// language.
fn hyphened(text: &str) -> String {
    let end = text.find(['.', '@']).unwrap_or(text.len());
    let hyphened = text[..end].replace('_', "-");
    // Java writes the script last, after a number sign.
    let Some((rest, script)) = hyphened.split_once("-#") else { return hyphened };
    let (language, region) = rest.trim_end_matches('-').split_once('-').unwrap_or((rest.trim_end_matches('-'), ""));
    [language, script, region].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

fn code(primary: &str) -> Option<&'static str> {
    let instead = |known: &[(&'static str, &'static str)]| {
        known.iter().find(|(old, _)| *old == primary).map(|(_, instead)| *instead)
    };
    let primary = instead(&WITHDRAWN).or_else(|| instead(&BIBLIOGRAPHIC)).unwrap_or(primary);
    isolang::Language::from_639_1(primary).or_else(|| isolang::Language::from_639_3(primary))?.to_639_1()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_a_code_and_what_the_tag_says_beyond() {
        for (text, code, tag) in [
            ("IT", Some("it"), None),
            (" en ", Some("en"), None),
            ("eng", Some("en"), None),
            ("ger", Some("de"), None),
            ("en-US", Some("en"), Some("en-US")),
            ("en_us", Some("en"), Some("en-US")),
            ("de_DE.UTF-8", Some("de"), Some("de-DE")),
            ("sr_RS@latin", Some("sr"), Some("sr-RS")),
            ("zh-Hant-TW", Some("zh"), Some("zh-Hant-TW")),
            ("zh_TW_#Hant", Some("zh"), Some("zh-Hant-TW")),
            ("zh__#Hans", Some("zh"), Some("zh-Hans")),
            ("iw", Some("he"), None),
            ("iw-IL", Some("he"), Some("iw-IL")),
            ("in_ID", Some("id"), Some("in-ID")),
            ("ji", Some("yi"), None),
            ("jw", Some("jv"), None),
            ("mo", Some("ro"), None),
            ("sh", Some("sr"), None),
            ("tl", Some("tl"), None),
            ("fil", None, Some("fil")),
            ("fil-PH", None, Some("fil-PH")),
            ("gsw_CH", None, Some("gsw-CH")),
            ("zh-yue-HK", Some("zh"), Some("zh-yue-HK")),
            ("ca-ES-valencia", Some("ca"), Some("ca-ES-valencia")),
            ("en-US-u-ca-gregory", Some("en"), Some("en-US-u-ca-gregory")),
            ("en_US_POSIX", Some("en"), Some("en-US-posix")),
            ("es-419", Some("es"), Some("es-419")),
            ("i-klingon", None, Some("i-klingon")),
            ("\u{200E}fr-CA\u{200B}", Some("fr"), Some("fr-CA")),
        ] {
            let language = Language::parse(text).unwrap();
            assert_eq!(language.code(), code, "{text:?}");
            assert_eq!(language.tag(), tag, "{text:?}");
            assert_eq!(Language::parse(language.as_str()).unwrap(), language, "{text:?}");
        }
    }

    #[test]
    fn refuses_what_is_no_language() {
        for text in [
            "",
            "e",
            "xx",
            "english",
            "en-",
            "en--US",
            "en US",
            "en-US;q=0.9",
            "日本語",
            "xx-US",
            "-en",
            "_",
            "C.UTF-8",
        ] {
            assert!(Language::parse(text).is_err(), "{text:?}");
        }
        assert!(Language::parse(&format!("en{}", "-abcde".repeat(60))).is_err());
    }
}
