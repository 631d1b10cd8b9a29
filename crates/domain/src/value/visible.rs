//! The visible part of a text: programs add marks around and within values that no person typed.

use std::borrow::Cow;

/// An invisible character that contacts, chats and web pages add around or within a value: zero-width spaces, byte
/// order marks, soft hyphens, and directional marks. Joiners (U+200C, U+200D) and variation selectors are not among
/// them: words of several languages, and emoji, contain them.
const fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}

/// A space that prevents a line break.
const fn is_no_break_space(c: char) -> bool {
    matches!(c, '\u{A0}' | '\u{2007}' | '\u{202F}')
}

/// Whether a character is invisible, changes the display of its neighbours (Unicode, `Default_Ignorable_Code_Point`),
/// or is a blank other than a space.
pub const fn is_invisible(c: char) -> bool {
    is_mark(c)
        || matches!(c,
            '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{200C}'
            | '\u{200D}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}'
            | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// A value of one word or number, such as an address or a code, without surrounding white space, and without invisible
/// marks and no-break spaces around or within it. A text without anything else is blank.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text.trim());
    }
    let kept = |c: &char| !is_mark(*c) && !is_no_break_space(*c);
    if text.chars().all(|c| kept(&c)) {
        return Cow::Borrowed(text.trim());
    }
    let seen: String = text.chars().filter(kept).collect();
    Cow::Owned(seen.trim().to_owned())
}

/// A free text without invisible marks, and without surrounding no-break spaces. White space that people can type
/// stays.
pub(super) fn without_marks(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    if !text.contains(is_mark) {
        return Cow::Borrowed(text.trim_matches(is_no_break_space));
    }
    let seen: String = text.chars().filter(|c| !is_mark(*c)).collect();
    Cow::Owned(seen.trim_matches(is_no_break_space).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_no_part_of_a_word() {
        for text in ["it", " it\t", "\u{FEFF}it", "i\u{200B}t", "\u{202A}it\u{202C}", "i\u{AD}t", "\u{A0}it\u{202F}"] {
            assert_eq!(visible(text), "it", "{text:?}");
        }
        assert_eq!(visible("\u{200B} \u{2060}"), "");
        assert_eq!(visible("bücher"), "bücher");
    }

    #[test]
    fn free_text_keeps_what_can_be_typed() {
        assert_eq!(without_marks(" Ada "), " Ada ");
        assert_eq!(without_marks("\u{200F}\u{A0}Donau\u{AD}dampf\u{FEFF}"), "Donaudampf");
        // A no-break space between words, a joiner in a Persian word, an emoji of several characters.
        for text in ["10\u{A0}Downing", "می\u{200C}خواهم", "\u{2764}\u{FE0F}", "👩\u{200D}🚀"] {
            assert_eq!(without_marks(text), text);
        }
    }
}
