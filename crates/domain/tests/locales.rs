//! Languages as the locales of CLDR name them, which are those that phones and browsers have.
//!
//! `data/locales.txt` has the names of the locales that the Python package `babel` 2.x ships.

use domain::value::Language;

const LOCALES: &str = include_str!("data/locales.txt");

#[test]
fn every_locale_is_a_language() {
    for locale in LOCALES.lines() {
        let tag = locale.replace('_', "-");
        let language = Language::parse(locale).unwrap_or_else(|error| panic!("{locale}: {error}"));
        assert_eq!(Language::parse(&tag).as_ref(), Ok(&language), "{tag}");
        assert_eq!(Language::parse(&tag.to_lowercase()).as_ref(), Ok(&language), "{tag}");
        let primary = tag.split('-').next().unwrap();
        // Every language of two letters has its code; of those of three, the ones that ISO 639-1 has too.
        assert!(primary.len() == 3 || language.code() == Some(primary), "{tag}: {language:?}");
        // Whatever the tag says beyond the code is kept.
        let expected = (language.code() != Some(tag.as_str())).then(|| tag.to_lowercase());
        assert_eq!(language.tag().map(str::to_lowercase), expected, "{tag}");
    }
    assert!(LOCALES.lines().count() > 1000);
}
