//! Languages.

use std::borrow::Cow;

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
    /// Takes a tag of BCP 47 in any case, such as `it`, `en-US` or `zh-Hant-TW`. Takes also the forms of POSIX, Java and
    /// Android, `en_US.UTF-8`, `zh_TW_#Hant` and `zh-rTW`. Codes that were withdrawn from ISO 639-1 count as those that came
    /// instead.
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

/// A tag in the form of BCP 47, from one of POSIX, Java or Android. The encoding behind a dot says nothing of the language.
fn hyphened(text: &str) -> Cow<'_, str> {
    let end = text.find(['.', '@']).unwrap_or(text.len());
    let text = &text[..end];
    // Android: b+sr+Latn and zh-rTW.
    if let Some(rest) = text.strip_prefix("b+") {
        return Cow::Owned(rest.replace('+', "-"));
    }
    if let Some((language, region)) = text.split_once("-r").filter(|(_, region)| is_region(region)) {
        return Cow::Owned(format!("{language}-{region}"));
    }
    if text.contains(['_', '#']) { Cow::Owned(of_java(text)) } else { Cow::Borrowed(text) }
}

/// Java's `Locale` as text: language, region and variant, and behind a number sign the script and extensions. POSIX has no more
/// than the first of these.
fn of_java(text: &str) -> String {
    let (names, more) = text.split_once('#').unwrap_or((text, ""));
    let (mut parts, mut has_region) = (Vec::new(), false);
    let (mut names, mut variant) = (names.split(['_', '-']).enumerate(), "");
    for (place, name) in names.by_ref() {
        let may_be_missing = place > 0 && name.is_empty();
        if has_region && name.len() < SHORTEST_VARIANT && !name.starts_with(|it: char| it.is_ascii_digit()) {
            // BCP 47 has no such variants. A single letter begins an extension.
            if name.len() == 1 {
                parts.push(name);
                break;
            }
            variant = if name.is_empty() { variant } else { name };
        } else if !may_be_missing {
            has_region |= place > 0 && is_region(name);
            parts.push(name);
        }
    }
    parts.extend(names.map(|(_, name)| name));
    let (scripts, extensions): (Vec<_>, Vec<_>) = more
        .split('_')
        .filter(|it| !it.is_empty())
        .partition(|it| it.len() == 4 && it.bytes().all(|b| b.is_ascii_alphabetic()));
    for script in scripts {
        parts.insert(1, script);
    }
    // What Java's own variants mean, as it says itself.
    match (parts.as_slice(), variant) {
        (["no", "NO"], "NY") => parts[0] = "nn",
        (["ja", "JP"], "JP") if extensions.is_empty() => parts.push("u-ca-japanese"),
        (["th", "TH"], "TH") if extensions.is_empty() => parts.push("u-nu-thai"),
        _ => {}
    }
    parts.extend(extensions);
    parts.join("-")
}

/// Letters of the shortest variant that does not begin with a digit.
const SHORTEST_VARIANT: usize = 5;

/// Whether this is the code of a region: two letters or three digits.
fn is_region(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 2 && bytes.iter().all(u8::is_ascii_alphabetic)
        || bytes.len() == 3 && bytes.iter().all(u8::is_ascii_digit)
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
            ("en_US_#u-mu-celsius", Some("en"), Some("en-US-u-mu-celsius")),
            ("de_DE_#u-fw-mon-mu-celsius", Some("de"), Some("de-DE-u-fw-mon-mu-celsius")),
            ("zh_TW_#Hant_u-nu-latn", Some("zh"), Some("zh-Hant-TW-u-nu-latn")),
            ("th_TH_TH_#u-nu-thai", Some("th"), Some("th-TH-u-nu-thai")),
            ("th_TH_TH", Some("th"), Some("th-TH-u-nu-thai")),
            ("ja_JP_JP", Some("ja"), Some("ja-JP-u-ca-japanese")),
            ("ja_JP_JP_#u-ca-japanese", Some("ja"), Some("ja-JP-u-ca-japanese")),
            ("no_NO_NY", Some("nn"), Some("nn-NO")),
            ("en_US_", Some("en"), Some("en-US")),
            ("en__POSIX", Some("en"), Some("en-posix")),
            ("sr_Latn_RS", Some("sr"), Some("sr-Latn-RS")),
            ("en_US_u_ca_gregory", Some("en"), Some("en-US-u-ca-gregory")),
            ("zh-rTW", Some("zh"), Some("zh-TW")),
            ("b+sr+Latn", Some("sr"), Some("sr-Latn")),
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
            "_US",
            "C.UTF-8",
        ] {
            assert!(Language::parse(text).is_err(), "{text:?}");
        }
        assert!(Language::parse(&format!("en{}", "-abcde".repeat(60))).is_err());
    }
}
