//! Words in cells: yes and no in the languages of spreadsheets, markers of missing values, and the errors that
//! spreadsheets write in place of a lost value.

use std::collections::HashMap;
use std::sync::LazyLock;

use domain::value::visible;

/// Clear answers: booleans of spreadsheets, databases and programming languages, and words for yes and no. A word with
/// different meanings in two languages, such as "o", is in neither list.
const YES: &str = "true t yes y 1 on x \u{2713} \u{2714} \u{2611} \u{2705} b'1' checked accepted agreed granted ok okay optin \
     opt-in opted-in subscribed enabled consented \
     ja j wahr si s vero oui vrai verdadero cierto sim verdadeiro waar tak t prawda sann sand sant kylla tosi ano pravda \
     igen igaz da adevarat istina tocno tacno res taip tiesa ja jah toene evet dogru cert veritat bai egia \
     jes \u{434}\u{430} \u{438}\u{441}\u{442}\u{438}\u{43d}\u{430} \u{442}\u{430}\u{43a} \u{43f}\u{440}\u{430}\u{432}\u{434}\u{430} \
     \u{43d}\u{430}\u{438} \u{3bd}\u{3b1}\u{3b9} \u{3b1}\u{3bb}\u{3b7}\u{3b8}\u{3b5}\u{3c2} \u{3b1}\u{3bb}\u{3b7}\u{3b8}\u{3ad}\u{3c2} \
     \u{306f}\u{3044} \u{771f} \u{662f} \u{c608} \u{b124} \u{cc38} \u{5db}\u{5df} \u{5d0}\u{5de}\u{5ea} \u{646}\u{639}\u{645} ya benar \
     satt jau patiess";
const NO: &str = "false f no n 0 off \u{2717} \u{2718} \u{2610} \u{274c} b'0' unchecked declined denied refused optout opt-out \
     opted-out unsubscribed disabled rejected withdrawn revoked \
     nein falsch falso non faux nao nee onwaar nie falsz nej falskt falsk nei usann ei epatosi ne nepravda nem hamis nu fals \
     neistina netocno netacno neresnica netiesa ne aplams vaar hayir hay\u{131}r yanlis yanl\u{131}\u{15f} ez gezurra \
     \u{43d}\u{435}\u{442} \u{43d}\u{435} \u{43d}\u{456} \u{43b}\u{43e}\u{436}\u{44c} \u{43b}\u{436}\u{430} \u{445}\u{438}\u{431}\u{43d}\u{456}\u{441}\u{442}\u{44c} \
     \u{3cc}\u{3c7}\u{3b9} \u{3bf}\u{3c7}\u{3b9} \u{3c8}\u{3b5}\u{3c5}\u{3b4}\u{3b5}\u{3c2} \u{3c8}\u{3b5}\u{3c5}\u{3b4}\u{3ad}\u{3c2} \
     \u{3044}\u{3044}\u{3048} \u{507d} \u{5426} \u{5047} \u{c544}\u{b2c8}\u{c694} \u{c544}\u{b2c8}\u{c624} \u{ac70}\u{c9d3} \u{5dc}\u{5d0} \
     \u{5e9}\u{5e7}\u{5e8} \u{644}\u{627} tidak salah osatt ne";

/// Markers of a missing value in any column: no person has such a name, and no field such a value.
const MISSING: [&str; 28] = [
    "\\N",
    "<NA>",
    "<null>",
    "(null)",
    "[NULL]",
    "#N/A",
    "#N/A N/A",
    "#NA",
    "#NV",
    "#N/D",
    "#N/D!",
    "#N/B",
    "#SAKNAS!",
    "#PUUTTUU!",
    "#I/T",
    "#HI\u{c1}NYZIK",
    "#YOK",
    "#\u{41d}/\u{414}",
    "-NaN",
    "-nan",
    "1.#QNAN",
    "-1.#QNAN",
    "1.#IND",
    "-1.#IND",
    "NaT",
    "<NULL>",
    "<nil>",
    "(NULL)",
];
/// Markers of a missing value in some programs that are names or codes elsewhere: people are called Null and Nan, and
/// NA is Namibia.
const PERHAPS_MISSING: [&str; 12] =
    ["NA", "N/A", "n/a", "NULL", "null", "Null", "NaN", "nan", "None", "none", "nil", "undefined"];

/// The errors of spreadsheets, in their languages.
const ERRORS: [&str; 24] = [
    "#REF!",
    "#VALUE!",
    "#DIV/0!",
    "#NAME?",
    "#NUM!",
    "#NULL!",
    "#SPILL!",
    "#CALC!",
    "#BEZUG!",
    "#WERT!",
    "#ZAHL!",
    "#VALORE!",
    "#RIF!",
    "#NOME?",
    "#VALEUR!",
    "#NOM?",
    "#NOMBRE!",
    "#\u{a1}VALOR!",
    "#\u{a1}REF!",
    "#\u{bf}NOMBRE?",
    "#VALOR!",
    "#WAARDE!",
    "#ARG!",
    "########",
];

/// Words for yes and no, including those of the user.
#[derive(Debug, Default, Clone)]
pub(crate) struct Answers {
    yes: Vec<String>,
    no: Vec<String>,
}

impl Answers {
    /// Adds the user's own words to the known ones.
    pub(super) fn with(yes: &[String], no: &[String]) -> Self {
        let plain = |words: &[String]| words.iter().map(|word| folded(word)).collect();
        Self { yes: plain(yes), no: plain(no) }
    }

    /// The answer of a text, if it is clear.
    pub(crate) fn read(&self, text: &str) -> Option<bool> {
        let word = folded(text);
        if self.yes.contains(&word) {
            return Some(true);
        }
        if self.no.contains(&word) {
            return Some(false);
        }
        if let Some(number) = number(&word) {
            return number;
        }
        KNOWN.get(&word).copied()
    }
}

static KNOWN: LazyLock<HashMap<String, bool>> = LazyLock::new(|| {
    let words = |words: &'static str, answer| words.split_whitespace().map(move |word| (folded(word), answer));
    words(YES, true).chain(words(NO, false)).collect()
});

/// The answer of a number: 1 and 0, also with zero decimals, and -1, which Access writes for yes.
#[expect(clippy::option_option, reason = "no number, a number that is not clear, a clear one")]
fn number(word: &str) -> Option<Option<bool>> {
    let whole = match word.split_once(['.', ',']) {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|it| it == b'0') => whole,
        Some(_) => return None,
        None => word,
    };
    whole.parse::<i64>().is_ok().then_some(match whole {
        "1" | "-1" => Some(true),
        "0" => Some(false),
        _ => None,
    })
}

/// A word for comparison: in small letters, without accents, quotes, and marks that nobody sees.
pub(super) fn folded(text: &str) -> String {
    let text = visible(text);
    let text = text.trim_matches(['\'', '"', '.', '!']);
    let plain = text.chars().map(narrow).flat_map(char::to_lowercase).map(unaccented);
    let word: String = plain.filter(|it| !is_accent(*it)).collect();
    let is_space = |it: char| it.is_whitespace() || it == '_';
    if word.contains(is_space) {
        word.split(is_space).filter(|it| !it.is_empty()).collect::<Vec<_>>().join("-")
    } else {
        word
    }
}

/// The character of ASCII that a full-width one stands for.
pub(super) fn narrow(it: char) -> char {
    match it {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(it) - 0xfee0).unwrap_or(it),
        it => it,
    }
}

const fn is_accent(it: char) -> bool {
    matches!(it, '\u{300}'..='\u{36F}' | '\u{FE0F}')
}

/// The Latin letter without its accent, as far as the words need it.
const fn unaccented(it: char) -> char {
    match it {
        '\u{e0}'..='\u{e5}' | '\u{103}' | '\u{105}' => 'a',
        '\u{e7}' | '\u{10d}' | '\u{107}' => 'c',
        '\u{e8}'..='\u{eb}' | '\u{113}' | '\u{119}' | '\u{11b}' => 'e',
        '\u{ec}'..='\u{ef}' | '\u{131}' => 'i',
        '\u{f1}' | '\u{144}' => 'n',
        '\u{f2}'..='\u{f6}' | '\u{f8}' | '\u{151}' => 'o',
        '\u{159}' => 'r',
        '\u{f9}'..='\u{fc}' | '\u{16f}' | '\u{171}' => 'u',
        '\u{fd}' => 'y',
        '\u{11f}' => 'g',
        '\u{142}' => 'l',
        '\u{15b}' | '\u{15f}' | '\u{161}' | '\u{219}' => 's',
        '\u{17a}' | '\u{17c}' | '\u{17e}' => 'z',
        // The form that the letter has at the end of a word.
        '\u{3c2}' => '\u{3c3}',
        it => it,
    }
}

/// Whether a text is a marker of a missing value in any field.
pub(super) fn is_missing(text: &str) -> bool {
    MISSING.contains(&text)
}

/// Whether a text is a marker of a missing value in fields where it cannot be a value.
pub(super) fn is_perhaps_missing(text: &str) -> bool {
    PERHAPS_MISSING.contains(&text)
}

/// Whether a spreadsheet wrote an error in place of the value.
pub(super) fn is_error(text: &str) -> bool {
    ERRORS.contains(&text) || text.len() > 3 && text.bytes().all(|byte| byte == b'#')
}

/// Whether a number has lost digits, as spreadsheets write long ones: `3.93E+11`, `3,93331E+11`.
pub(super) fn is_scientific(text: &str) -> bool {
    let text = text.trim_start_matches(['+', '-', '\'']);
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
    let signed = exponent.strip_prefix(['+', '-']);
    whole.len() == 1
        && digits(whole)
        && (fraction.is_empty() || digits(fraction))
        && digits(signed.unwrap_or(exponent))
        && (signed.is_some() || !fraction.is_empty())
}

/// The digits of a number that a program wrote with decimals: `39100.0`.
pub(super) fn without_decimals(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, zeros))
            if !zeros.is_empty()
                && zeros.bytes().all(|it| it == b'0')
                && whole.trim_start_matches('+').bytes().all(|it| it.is_ascii_digit())
                && !whole.is_empty() =>
        {
            whole
        }
        _ => text,
    }
}

/// Digits of a number with which a spreadsheet computes. Those behind them become zeros.
const SPREADSHEET_DIGITS: usize = 15;

/// Whether a number has more digits than a spreadsheet computes with.
pub(super) fn is_long_number(text: &str) -> bool {
    text.len() > SPREADSHEET_DIGITS && text.bytes().all(|it| it.is_ascii_digit())
}

/// Whether a long number has only zeros where a spreadsheet writes nothing else.
pub(super) fn is_rounded(text: &str) -> bool {
    is_long_number(text) && text.bytes().skip(SPREADSHEET_DIGITS).all(|it| it == b'0')
}

/// The text without white space and invisible marks around it.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches(|it: char| visible(it.encode_utf8(&mut [0; 4])).is_empty())
}

/// The text of a formula that only protects it from a spreadsheet: `="00184"`.
pub(super) fn unprotected(text: &str) -> Option<String> {
    let text = text.trim().strip_prefix("=\"")?.strip_suffix('"')?;
    let inner = text.replace("\"\"", "");
    (!inner.contains('"')).then(|| text.replace("\"\"", "\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<bool> {
        Answers::default().read(text)
    }

    #[test]
    fn answers_of_many_languages_are_clear() {
        for yes in [
            "true",
            "TRUE",
            "yes",
            "Yes",
            "Y",
            "t",
            "1",
            "1.0",
            "1,00",
            "-1",
            "on",
            "x",
            "X",
            " \u{2713} ",
            "\u{2714}\u{fe0f}",
            "ja",
            "JA",
            "j",
            "WAHR",
            "VERO",
            "S\u{ec}",
            "Si\u{300}",
            "s\u{ed}",
            "oui",
            "VRAI",
            "VERDADERO",
            "Sim",
            "VERDADEIRO",
            "WAAR",
            "tak",
            "PRAWDA",
            "SANT",
            "SAND",
            "SANN",
            "kyll\u{e4}",
            "TOSI",
            "ano",
            "PRAVDA",
            "igen",
            "IGAZ",
            "da",
            "ADEV\u{102}RAT",
            "evet",
            "DO\u{11e}RU",
            "\u{414}\u{430}",
            "\u{418}\u{421}\u{422}\u{418}\u{41d}\u{410}",
            "\u{39d}\u{391}\u{399}",
            "\u{306f}\u{3044}",
            "\u{662f}",
            "Opt-In",
            "opted in",
            "opted_in",
            "consented",
            "\u{ff39}",
            "\u{ff11}",
            "subscribed",
            "\u{200b}yes\u{a0}",
            "'true",
            ".T.",
        ] {
            assert_eq!(read(yes), Some(true), "{yes}");
        }
        for no in [
            "false",
            "FALSE",
            "no",
            "No",
            "n",
            "f",
            "0",
            "0.0",
            "0,0",
            "off",
            "nein",
            "FALSCH",
            "falso",
            "FAUX",
            "non",
            "n\u{e3}o",
            "nee",
            "ONWAAR",
            "nie",
            "FA\u{141}SZ",
            "nej",
            "FALSKT",
            "FALSK",
            "nei",
            "USANN",
            "ei",
            "EP\u{c4}TOSI",
            "ne",
            "NEPRAVDA",
            "nem",
            "HAMIS",
            "nu",
            "FALS",
            "HAYIR",
            "hay\u{131}r",
            "YANLI\u{15e}",
            "\u{43d}\u{435}\u{442}",
            "\u{41b}\u{41e}\u{416}\u{42c}",
            "\u{3bf}\u{3c7}\u{3b9}",
            "\u{3044}\u{3044}\u{3048}",
            "\u{5426}",
            "unsubscribed",
            "opted out",
            "opted_out",
            "rejected",
            "withdrawn",
            "revoked",
            ".F.",
        ] {
            assert_eq!(read(no), Some(false), "{no}");
        }
    }

    #[test]
    fn what_is_not_clear_is_no_answer() {
        for odd in
            ["maybe", "2", "1.5", "o", "v", "pending", "2024-01-01", "yes and no", "", "?", "10", "-", "not asked"]
        {
            assert_eq!(read(odd), None, "{odd}");
        }
        let own = Answers::with(&["Angemeldet".into(), "2".into()], &["pending".into(), "x".into()]);
        let answers = ["angemeldet", "2", "Pending", "x", "yes"].map(|word| own.read(word));
        assert_eq!(answers, [Some(true), Some(true), Some(false), Some(false), Some(true)]);
    }

    #[test]
    fn no_word_says_yes_and_no() {
        for word in YES.split_whitespace() {
            assert_eq!(read(word), Some(true), "{word}");
        }
        for word in NO.split_whitespace() {
            assert_eq!(read(word), Some(false), "{word}");
        }
    }

    #[test]
    fn numbers_that_lost_their_digits_are_seen() {
        for lost in ["3.93E+11", "3,93331E+11", "4E+12", "1e+21", "3.93e11", "+3.9E+11", "1.5E-05"] {
            assert!(is_scientific(lost), "{lost}");
        }
        for id in ["1E5", "3E10", "12E+3", "E+1", "1e", "crm-1E+5", "393331234567", "1.5", "", "2E"] {
            assert!(!is_scientific(id), "{id}");
        }
    }

    #[test]
    fn numbers_that_a_spreadsheet_has_rounded_are_seen() {
        for (number, rounded) in [
            ("1234567890123450000", true),
            ("1234567890123450", true),
            ("1234567890123456", false),
            ("123456789012340", false),
            ("A234567890123450000", false),
        ] {
            assert_eq!(is_rounded(number), rounded, "{number}");
        }
    }

    #[test]
    fn texts_are_freed_of_what_is_around_them() {
        for text in ["crm 1", " crm 1", "crm 1\t", "\t crm 1   ", "\u{feff} crm 1\u{200b}\u{a0}"] {
            assert_eq!(trimmed(text), "crm 1", "{text:?}");
        }
        assert_eq!(trimmed("\u{2764}\u{fe0f}"), "\u{2764}\u{fe0f}");
    }

    #[test]
    fn texts_are_freed_of_what_protects_them() {
        assert_eq!(unprotected("=\"00184\"").as_deref(), Some("00184"));
        assert_eq!(unprotected("=\"a \"\"b\"\"\"").as_deref(), Some("a \"b\""));
        assert_eq!(unprotected("=\"\"").as_deref(), Some(""));
        for other in ["=A1", "=\"a\"&\"b\"", "00184", "\"00184\"", "="] {
            assert_eq!(unprotected(other), None, "{other}");
        }
        let plain = ["39100.0", "+39333.00", "1.5", "1.0.0", ".0", "39100"].map(without_decimals);
        assert_eq!(plain, ["39100", "+39333", "1.5", "1.0.0", ".0", "39100"]);
    }
}
