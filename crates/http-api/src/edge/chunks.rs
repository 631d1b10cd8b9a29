//! Finds the end of a chunked body (RFC 9112, 7.1). hyper interprets the body itself.

/// A position in such a body. An invalid body is `Broken`, and hyper refuses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chunks {
    /// In the digits of a chunk's size, with the value and number of digits so far.
    Size(u64, u8),
    /// In an extension, which is ignored; then at the end of the size's line.
    Extension(u64),
    SizeEnd(u64),
    /// In a chunk's data, with this many bytes left; then at the end of its line.
    Data(u64),
    DataLineEnd,
    /// At the start of a trailer line, within one, and at its end.
    TrailerStart,
    Trailer,
    TrailerEnd,
    LastEnd,
    /// After the body.
    Over,
    Broken,
}

/// The maximum number of digits of a size: no body has more than 2^60 bytes.
const DIGITS: u8 = 15;

impl Chunks {
    pub(super) const START: Self = Self::Size(0, 0);

    /// Advances over these bytes, and returns how many of them belong to the body.
    pub(super) fn advance(&mut self, bytes: &[u8]) -> usize {
        let mut at = 0;
        while at < bytes.len() && !matches!(self, Self::Over | Self::Broken) {
            if let Self::Data(left @ 1..) = self {
                let length = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len() - at);
                *left -= length as u64;
                at += length;
            } else {
                *self = self.after(bytes[at]);
                at += 1;
            }
        }
        // No byte after an invalid body belongs to another request.
        if *self == Self::Broken { bytes.len() } else { at }
    }

    fn after(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::Size(size, digits @ 0..DIGITS), _) if byte.is_ascii_hexdigit() => {
                let digit = char::from(byte).to_digit(16).unwrap_or_default();
                Self::Size(size * 16 + u64::from(digit), digits + 1)
            }
            (Self::Size(size, 1..), b'\r') | (Self::Extension(size), b'\r') => Self::SizeEnd(size),
            (Self::Size(size, 1..), b';' | b' ' | b'\t') => Self::Extension(size),
            (Self::Extension(_), b'\n') => Self::Broken,
            (Self::Extension(size), _) => Self::Extension(size),
            (Self::SizeEnd(0), b'\n') => Self::TrailerStart,
            (Self::SizeEnd(size), b'\n') => Self::Data(size),
            (Self::Data(_), b'\r') => Self::DataLineEnd,
            (Self::DataLineEnd, b'\n') => Self::START,
            (Self::TrailerStart, b'\r') => Self::LastEnd,
            (Self::TrailerStart | Self::Trailer, b'\n') => Self::Broken,
            (Self::Trailer, b'\r') => Self::TrailerEnd,
            (Self::TrailerStart | Self::Trailer, _) => Self::Trailer,
            (Self::TrailerEnd, b'\n') => Self::TrailerStart,
            (Self::LastEnd, b'\n') => Self::Over,
            _ => Self::Broken,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns where the body at the start of this text ends, and the position after it.
    fn ends(text: &str, step: usize) -> (usize, Chunks) {
        let (mut chunks, mut length) = (Chunks::START, 0);
        for piece in text.as_bytes().chunks(step) {
            length += chunks.advance(piece);
        }
        (length, chunks)
    }

    #[test]
    fn a_body_ends_behind_its_last_chunk_and_trailers() {
        for body in [
            "0\r\n\r\n",
            "5\r\nhello\r\n0\r\n\r\n",
            "5;a=b\r\nhello\r\nA \r\n0123456789\r\n000\r\n\r\n",
            "1\r\n\r\r\n0\r\nX: y\r\nZ: \r\n\r\n",
        ] {
            let text = format!("{body}GET / HTTP/1.1\r\n\r\n");
            for step in [1, 2, 3, 1000] {
                assert_eq!(ends(&text, step), (body.len(), Chunks::Over), "{body:?} by {step}");
            }
        }
    }

    #[test]
    fn what_is_no_body_in_chunks_is_none() {
        for text in [
            "\r\n",
            "x\r\n",
            "5\nhello",
            "5\r\nhello!",
            "5;a\n",
            "0\r\n\n",
            "0\r\nX: y\n",
            "-1\r\n",
            "1000000000000000\r\n",
        ] {
            assert_eq!(ends(text, 1).1, Chunks::Broken, "{text:?}");
        }
    }
}
