//! Which kind of image a file is, and whether all of it is there.

/// The kinds of images that a page can hold, as media types name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Png,
    Jpeg,
    Webp,
    Svg,
}

impl Kind {
    /// By how the file begins.
    pub(crate) fn of(image: &[u8]) -> Option<Self> {
        match image {
            [0x89, b'P', b'N', b'G', ..] => Some(Self::Png),
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            text if contains(text, b"<svg") => Some(Self::Svg),
            _ => None,
        }
    }

    /// The subtype of its media type.
    pub(crate) const fn subtype(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Webp => "webp",
            Self::Svg => "svg+xml",
        }
    }

    /// Whether the image has its end. What is between is not looked at.
    pub(crate) fn is_whole(self, image: &[u8]) -> bool {
        match self {
            Self::Png => png_is_whole(image),
            // Some programs put zeros behind the mark of the end.
            Self::Jpeg => {
                image.iter().rposition(|byte| *byte != 0).is_some_and(|last| image[..=last].ends_with(&[0xFF, 0xD9]))
            }
            Self::Webp => webp_is_whole(image),
            Self::Svg => contains(image, b"</svg") || image.trim_ascii_end().ends_with(b"/>"),
        }
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|it| it == part)
}

/// Chunks up to IEND: length, type, data and checksum (PNG specification, 5.3).
fn png_is_whole(image: &[u8]) -> bool {
    let mut rest = image.get(8..).unwrap_or_default();
    while let Some((length, after)) = rest.split_first_chunk() {
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        let is_last = after.starts_with(b"IEND");
        let Some(next) = after.get(length.saturating_add(8)..) else { return false };
        if is_last {
            return true;
        }
        rest = next;
    }
    false
}

/// The length of everything behind it (RFC 9649, 2.4).
fn webp_is_whole(image: &[u8]) -> bool {
    let length = image.get(4..8).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
    length.is_some_and(|length| image.len() - 8 >= usize::try_from(length).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_that_is_cut_off_is_not_whole() {
        let png = [
            &b"\x89PNG\r\n\x1a\n"[..],
            b"\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55",
            b"\0\0\0\x02IDAT\0\0\0\0\0\0",
            b"\0\0\0\0IEND\xae\x42\x60\x82",
        ]
        .concat();
        let webp = b"RIFF\x08\0\0\0WEBPVP8 ";
        for (kind, image) in [
            (Kind::Png, png.as_slice()),
            (Kind::Jpeg, b"\xff\xd8\xff\xe0\0\x10JFIF\xff\xd9"),
            (Kind::Webp, webp),
            (Kind::Svg, b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><path/></svg>"),
        ] {
            assert_eq!(Kind::of(image), Some(kind));
            assert!(kind.is_whole(image), "{kind:?}");
            for length in [image.len() - 1, image.len() - 3].into_iter().filter(|_| kind != Kind::Svg) {
                assert!(!kind.is_whole(&image[..length]), "{kind:?}, {length} bytes");
            }
            assert!(!kind.is_whole(&image[..image.len() / 2]), "half of {kind:?}");
        }
        assert!(Kind::Svg.is_whole(b"<svg xmlns='http://www.w3.org/2000/svg'/>\n"));
        assert_eq!(Kind::of(b"GIF89a"), None);
    }
}
