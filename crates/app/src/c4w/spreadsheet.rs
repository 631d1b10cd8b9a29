//! CSV values that spreadsheets and data frames do not change.
//!
//! A program that opens CSV guesses types: it computes formulas (OWASP, CSV injection), removes leading zeros, writes
//! long numbers in scientific notation, and reads words such as `NA` as missing values. An apostrophe before such a
//! value makes it a text. The import removes the apostrophe again.

use domain::value::is_invisible;

/// Words that programs read as missing values, or as true and false, in lower case.
const WORDS: [&str; 27] = [
    // pandas, R, SQL
    "#n/a", "#n/a n/a", "#na", "-1.#ind", "-1.#qnan", "-nan", "1.#ind", "1.#qnan", "<na>", "n/a", "na", "nan", "null",
    "none", "nil", "\\n", "(null)", "inf", "infinity", // spreadsheets
    "true", "false", "wahr", "falsch", "vrai", "faux", "vero", "falso",
];

/// Letters in numbers, dates and times.
const BETWEEN_DIGITS: [&str; 5] = ["e", "t", "z", "am", "pm"];
/// The first letters of months in English, German, Italian, French and Spanish.
const MONTHS: [&str; 28] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", // English
    "mär", "mai", "okt", "dez", // German
    "gen", "mag", "giu", "lug", "ago", "set", "ott", "dic", // Italian
    "fév", "avr", "aoû", "ene", // French, Spanish
];

/// Characters that begin a formula, in ASCII and in the forms that Unicode calls compatible with it.
const FORMULA_STARTS: [char; 14] = [
    '=', '+', '-', '@', // ASCII
    '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}', // full-width
    '\u{FE66}', '\u{FE62}', '\u{FE63}', '\u{FE6B}', // small
    '\u{207A}', '\u{2212}', // superscript plus, minus sign
];

/// Prefixes the text with an apostrophe, if a program would read it as something else.
pub(crate) fn protect(text: String) -> String {
    if is_misread(&text) { format!("'{text}") } else { text }
}

/// The original text of a protected one. Any other text is returned unchanged.
pub(crate) fn unprotect(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| is_misread(rest)).unwrap_or(text)
}

/// A text that looks protected is protected too, so that every text can be restored.
fn is_misread(text: &str) -> bool {
    let protected = text.strip_prefix('\'').is_some_and(is_misread);
    protected || begins_formula(text) || is_number(text) || WORDS.contains(&text.trim().to_lowercase().as_str())
}

/// Some spreadsheets skip white space and invisible characters before a formula, and read its full-width and small
/// forms as the ASCII character (East Asian input methods type them).
fn begins_formula(text: &str) -> bool {
    let first = text.chars().find(|it| !is_skipped(*it));
    first.is_some_and(|it| FORMULA_STARTS.contains(&it)) || text.starts_with(['\t', '\r', '\n'])
}

/// A number, date, time or amount in any notation: digits, and no words other than those of dates.
fn is_number(text: &str) -> bool {
    let of_a_date = |word: &str| {
        let word = word.to_lowercase();
        BETWEEN_DIGITS.contains(&word.as_str()) || MONTHS.iter().any(|month| word.starts_with(month))
    };
    let mut words = text.split(|it: char| !it.is_alphabetic()).filter(|word| !word.is_empty());
    text.contains(char::is_numeric) && words.all(of_a_date)
}

/// Characters that a spreadsheet may skip before a formula.
fn is_skipped(it: char) -> bool {
    it.is_whitespace() || it.is_control() || is_invisible(it)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_are_protected() {
        for cell in ["=1+1", "+39", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(protect(cell.to_owned()), format!("'{cell}"));
        }
        for cell in ["＝1+1", "＋39", "－1", "＠SUM(A1)", "﹦1", " =1", "\u{200B}=1", "\u{FEFF}\u{00A0}＝1", "−1"]
        {
            assert_eq!(protect(cell.to_owned()), format!("'{cell}"));
        }
    }

    #[test]
    fn what_would_become_another_value_is_protected() {
        for cell in [
            "00184",
            "1.0",
            "3.93E+11",
            "1e5",
            "12-345",
            "3/4",
            "10:30",
            "1 000",
            "March 5",
            "5. Mai 2026",
            "NA",
            "null",
            "True",
            "None",
            "\\N",
        ] {
            assert_eq!(protect(cell.to_owned()), format!("'{cell}"));
        }
        for cell in ["'=1", "'NA", "''00184"] {
            assert_eq!(protect(cell.to_owned()), format!("'{cell}"), "it would lose its own apostrophe");
        }
    }

    #[test]
    fn other_texts_are_left_alone() {
        for cell in
            ["a=1", "", " ", "é@example.org", "Ada", "'t Hooft", "12 Main St", "crm-1", "Suite 5", "Nancy", "'", "''"]
        {
            assert_eq!(protect(cell.to_owned()), cell);
            assert_eq!(unprotect(cell), cell);
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "['=+@Na0-9e. \\t-]{0,6}|\\PC{0,8}") {
            let protected = protect(text.clone());
            prop_assert_eq!(unprotect(&protected), text);
        }
    }
}
