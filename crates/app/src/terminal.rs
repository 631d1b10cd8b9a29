//! Text for a terminal. Both programs of this crate print text from files and servers.

/// The text on one line, without characters that control a terminal.
///
/// An error message can quote a file or a server. Escape sequences in it would move the cursor, change the window's
/// title or hide lines, and bidirectional marks would reorder them. Line breaks and tabs become spaces, and every other
/// control character becomes U+FFFD.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .map(|it| match it {
            '\n' | '\r' | '\t' => ' ',
            it if controls(it) => char::REPLACEMENT_CHARACTER,
            it => it,
        })
        .collect()
}

/// JSON on one line, without characters that control a terminal: in strings they are escaped.
pub(crate) fn printable_json(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for it in json.chars() {
        // All of them are in the basic multilingual plane, where a character is one escape.
        if controls(it) { text += &format!("\\u{:04x}", u32::from(it)) } else { text.push(it) }
    }
    text
}

/// C0 and C1 controls, line and paragraph separators, and marks that set the direction of text.
fn controls(it: char) -> bool {
    it.is_control()
        || matches!(it, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_controls_the_terminal() {
        assert_eq!(printable("A\u{1b}[2Jda\u{9b}31m\u{7f}"), "A\u{FFFD}[2Jda\u{FFFD}31m\u{FFFD}");
        assert_eq!(printable("one\r\n\ttwo\u{2028}"), "one   two\u{FFFD}");
        assert_eq!(printable("\u{202E}txt\u{2066}"), "\u{FFFD}txt\u{FFFD}");
    }

    #[test]
    fn json_means_the_same() {
        let value = serde_json::json!({"na\u{9b}me": "A\u{1b}[2Jda\u{9b}31m\u{7f}\u{202E}\u{2028} 山\n"});
        let text = printable_json(&value.to_string());
        assert!(!text.contains(controls), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }

    #[test]
    fn letters_of_all_scripts_stay() {
        let text = "Zoë, 山田, שלום, ‘x’ – 10 €";
        assert_eq!(printable_json(text), text);
        assert_eq!(printable(text), text);
    }
}
