//! Languages by the names of CLDR's locales, which phones and browsers use.
//!
//! `data/locales.txt` has the names of the locales in the Python package `babel` 2.x.

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
        // Every two-letter language has its code; of the three-letter ones, those that ISO 639-1 has too.
        assert!(primary.len() == 3 || language.code() == Some(primary), "{tag}: {language:?}");
        // The rest of the tag beyond the code is kept.
        let expected = (language.code() != Some(tag.as_str())).then(|| tag.to_lowercase());
        assert_eq!(language.tag().map(str::to_lowercase), expected, "{tag}");
    }
    assert!(LOCALES.lines().count() > 1000);
}
