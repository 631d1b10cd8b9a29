//! The encoding of a file: as declared, as its byte order mark says, or as detected.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// An encoding of the WHATWG standard.
pub(super) type Charset = &'static encoding_rs::Encoding;

/// The encoding of a file and its origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Guess {
    pub(super) charset: Charset,
    /// The length of the byte order mark.
    pub(super) mark: usize,
    /// Whether the encoding was only inferred from the text, so that the user should confirm it.
    pub(super) guessed: bool,
}

/// Text is UTF-16 if one in this many bytes at even or at odd positions is NUL: each ASCII letter has one.
const NULS_OF: usize = 3;

/// Finds the encoding. A byte order mark takes precedence over the declared encoding, since it is unambiguous.
pub(super) fn guess(beginning: &[u8], declared: Option<Charset>) -> Guess {
    let known = |charset, mark| Guess { charset, mark, guessed: false };
    if let Some((charset, mark)) = encoding_rs::Encoding::for_bom(beginning) {
        return known(charset, mark);
    }
    if let Some(declared) = declared {
        return known(declared, 0);
    }
    let nuls = |parity| beginning.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, pairs) = (nuls(0), nuls(1), beginning.len() / 2);
    let guessed = |charset| Guess { charset, mark: 0, guessed: true };
    match () {
        () if pairs > 1 && odd * NULS_OF > pairs && even * NULS_OF < odd => guessed(UTF_16LE),
        () if pairs > 1 && even * NULS_OF > pairs && odd * NULS_OF < even => guessed(UTF_16BE),
        () if is_other_than_utf8(beginning) => guessed(WINDOWS_1252),
        () => known(UTF_8, 0),
    }
}

/// Whether the text has more bytes that are invalid in UTF-8 than valid multi-byte characters. The latter hardly ever
/// occur by chance, so a file with many of them is damaged UTF-8.
fn is_other_than_utf8(beginning: &[u8]) -> bool {
    let (mut letters, mut odd) = (0, 0);
    let mut chunks = beginning.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        letters += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        // The last character may be truncated.
        let cut =
            chunks.peek().is_none() && std::str::from_utf8(chunk.invalid()).is_err_and(|it| it.error_len().is_none());
        odd += usize::from(!chunk.invalid().is_empty() && !cut);
    }
    odd > letters
}

/// Whether the text has multi-byte UTF-8 characters, and no other bytes beyond ASCII.
pub(super) fn looks_like_utf8(text: &[u8]) -> bool {
    !text.is_ascii() && std::str::from_utf8(text).is_ok()
}

/// Decodes a reader of another encoding to UTF-8. Invalid bytes become U+FFFD.
pub(super) struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    /// Bytes that were read and not decoded.
    raw: Vec<u8>,
    /// Decoded text that was not returned yet, from this byte on.
    text: Vec<u8>,
    given: usize,
    at_end: bool,
}

/// The number of bytes read at once.
const PIECE: usize = 16 * 1024;

impl<R: Read> Decoded<R> {
    pub(super) fn new(inner: R, charset: Charset) -> Self {
        let decoder = charset.new_decoder_without_bom_handling();
        Self { inner, decoder, raw: Vec::new(), text: Vec::new(), given: 0, at_end: false }
    }

    fn fill(&mut self) -> io::Result<()> {
        let mut piece = vec![0; PIECE];
        let read = self.inner.read(&mut piece)?;
        self.raw.extend_from_slice(&piece[..read]);
        self.at_end = read == 0;
        let room = self.decoder.max_utf8_buffer_length(self.raw.len()).unwrap_or(PIECE);
        self.text.resize(room, 0);
        let (_, taken, written, _) = self.decoder.decode_to_utf8(&self.raw, &mut self.text, self.at_end);
        self.raw.drain(..taken);
        self.text.truncate(written);
        self.given = 0;
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() && !self.at_end {
            self.fill()?;
        }
        let length = buffer.len().min(self.text.len() - self.given);
        buffer[..length].copy_from_slice(&self.text[self.given..self.given + length]);
        self.given += length;
        Ok(length)
    }
}

/// Decodes these bytes, if every one is valid.
pub(super) fn decode(bytes: &[u8], charset: Charset) -> Option<String> {
    let mut text =
        String::with_capacity(charset.new_decoder_without_bom_handling().max_utf8_buffer_length(bytes.len())?);
    let mut decoder = charset.new_decoder_without_bom_handling();
    match decoder.decode_to_string_without_replacement(bytes, &mut text, true) {
        (DecoderResult::InputEmpty, _) => Some(text),
        (DecoderResult::OutputFull | DecoderResult::Malformed(..), _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &[u8]) -> (&'static str, bool) {
        let guess = guess(text, None);
        (guess.charset.name(), guess.guessed)
    }

    #[test]
    fn the_encoding_is_found() {
        let wide = |text: &str, order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<_>>();
        let mixed = [&"Jos\u{e9} \u{141}ukasz\n".repeat(9).into_bytes()[..], b"Ren\xe9\n"].concat();
        for (text, name) in [
            (&b"plain"[..], ("UTF-8", false)),
            (b"", ("UTF-8", false)),
            (&mixed, ("UTF-8", false)),
            ("Zo\u{eb}".as_bytes(), ("UTF-8", false)),
            (b"Jos\xe9;M\xfcller", ("windows-1252", true)),
            (b"cut off \xc3", ("UTF-8", false)),
            (b"\xEF\xBB\xBFRen\xe9", ("UTF-8", false)),
            (b"\xFF\xFEa\0", ("UTF-16LE", false)),
            (b"\xFE\xFF\0a", ("UTF-16BE", false)),
            (&wide("extId,firstName\n1,Zo\u{eb}", u16::to_le_bytes), ("UTF-16LE", true)),
            (&wide("extId,firstName\n1,Zo\u{eb}", u16::to_be_bytes), ("UTF-16BE", true)),
            (b"extId,firstName\n1,An\0na", ("UTF-8", false)),
        ] {
            assert_eq!(of(text), name, "{text:?}");
        }
        assert_eq!(guess(b"Ren\xe9", Some(UTF_8)).charset, UTF_8);
    }

    #[test]
    fn what_is_decoded_is_whole_whatever_the_pieces() {
        let text = format!("{}\u{1F600}{}", "a\u{e9}".repeat(PIECE / 3), "\u{4e2d}".repeat(PIECE / 2));
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut read = String::new();
        // A reader whose pieces have odd lengths.
        let halves = wide[..PIECE + 1].chain(&wide[PIECE + 1..]);
        Decoded::new(halves, UTF_16LE).read_to_string(&mut read).unwrap();
        assert_eq!(read, text);
        let mut half = String::new();
        Decoded::new(&b"a\0b"[..], UTF_16LE).read_to_string(&mut half).unwrap();
        assert_eq!(half, "a\u{FFFD}");
    }

    #[test]
    fn letters_of_other_encodings_are_known() {
        assert_eq!(decode(b"\xa3", encoding_rs::ISO_8859_2).as_deref(), Some("\u{141}"));
        assert_eq!(decode(b"Ren\xe9", UTF_8), None);
        assert!(looks_like_utf8("é".as_bytes()) && !looks_like_utf8(b"e") && !looks_like_utf8(b"\xe9"));
    }
}
