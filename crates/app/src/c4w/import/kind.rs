//! Detection of binary and other unsuitable files by their first bytes, to tell the user what the file is.

/// A file type: its first bytes, its name, and the advice to the user.
struct Kind {
    begins: &'static [u8],
    name: &'static str,
    advice: &'static str,
}

const SPREADSHEET: &str = "save it as CSV in UTF-8";
const UNPACK: &str = "unpack it first";

const KINDS: [Kind; 19] = [
    Kind {
        begins: b"PK\x03\x04",
        name: "a ZIP archive, as an Excel or LibreOffice workbook (xlsx, ods) is",
        advice: SPREADSHEET,
    },
    Kind { begins: b"PK\x05\x06", name: "an empty ZIP archive", advice: UNPACK },
    Kind {
        begins: b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        name: "an old Microsoft Office file, such as an Excel workbook (xls)",
        advice: SPREADSHEET,
    },
    Kind { begins: b"%PDF-", name: "a PDF document", advice: "export the data as CSV instead" },
    Kind { begins: b"{\\rtf", name: "an RTF document", advice: SPREADSHEET },
    Kind { begins: b"SQLite format 3\0", name: "an SQLite database", advice: "export the table as CSV" },
    Kind {
        begins: b"PGDMP",
        name: "a PostgreSQL archive of pg_dump",
        advice: "export the table with \\copy … CSV HEADER",
    },
    Kind { begins: b"PAR1", name: "a Parquet file", advice: "export it as CSV or lines of JSON" },
    Kind { begins: b"ARROW1", name: "an Arrow file", advice: "export it as CSV or lines of JSON" },
    Kind { begins: b"Obj\x01", name: "an Avro file", advice: "export it as CSV or lines of JSON" },
    Kind { begins: b"\x28\xB5\x2F\xFD", name: "compressed by Zstandard", advice: UNPACK },
    Kind { begins: b"BZh", name: "compressed by bzip2", advice: UNPACK },
    Kind { begins: b"\xFD7zXZ\0", name: "compressed by xz", advice: UNPACK },
    Kind { begins: b"7z\xBC\xAF\x27\x1C", name: "a 7-Zip archive", advice: UNPACK },
    Kind { begins: b"Rar!\x1A\x07", name: "a RAR archive", advice: UNPACK },
    Kind { begins: b"\x89PNG\r\n\x1A\n", name: "a picture", advice: SPREADSHEET },
    Kind { begins: b"\xFF\xD8\xFF", name: "a picture", advice: SPREADSHEET },
    Kind { begins: b"\xFF\xFE\0\0", name: "text in UTF-32", advice: "save it in UTF-8" },
    Kind { begins: b"\0\0\xFE\xFF", name: "text in UTF-32", advice: "save it in UTF-8" },
];

/// Text that is neither CSV nor JSON, by its beginning; case is ignored.
const TEXTS: [(&str, &str); 7] = [
    ("<!doctype html", "an HTML page, as some programs save under the name of a spreadsheet"),
    ("<html", "an HTML page, as some programs save under the name of a spreadsheet"),
    ("<table", "an HTML page, as some programs save under the name of a spreadsheet"),
    ("<?xml", "XML"),
    ("begin:vcard", "a vCard file"),
    ("dn: ", "an LDIF file"),
    ("-- mysql dump", "an SQL dump"),
];

/// A file is not text if one in this many characters is a control character.
const CONTROLS_OF: usize = 10;
/// How many bytes are searched for control characters.
const LOOKED_AT: usize = 4096;

/// The type of a file that its first bytes show to be unsuitable.
pub(super) fn not_text(beginning: &[u8]) -> Option<String> {
    let kind = KINDS.iter().find(|kind| beginning.starts_with(kind.begins))?;
    Some(format!("{}: {}", kind.name, kind.advice))
}

/// The type of a file whose text, in UTF-8 or a similar encoding, is neither CSV nor JSON.
pub(super) fn not_a_table(text: &[u8]) -> Option<String> {
    let text = text.trim_ascii_start();
    let begins = |word: &str| text.get(..word.len()).is_some_and(|it| it.eq_ignore_ascii_case(word.as_bytes()));
    if let Some((_, name)) = TEXTS.iter().find(|(word, _)| begins(word)) {
        return Some(format!("{name}: export the customers as CSV or as lines of JSON"));
    }
    let looked_at = text.get(..LOOKED_AT).unwrap_or(text);
    // Escape sequences of terminals count as text.
    let is_control = |byte: &&u8| byte.is_ascii_control() && !byte.is_ascii_whitespace() && **byte != b'\x1B';
    let controls = looked_at.iter().filter(is_control).count();
    (controls > 1 && controls * CONTROLS_OF > looked_at.len())
        .then(|| "a binary file and not text: export the customers as CSV".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_first_bytes() {
        for (bytes, word) in [
            (&b"PK\x03\x04\x14"[..], "xlsx"),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "xls"),
            (b"%PDF-1.4\n%\xe2", "PDF"),
            (b"BZh91AY", "bzip2"),
            (b"\xFF\xFE\0\0e\0\0\0", "UTF-32"),
        ] {
            assert!(not_text(bytes).is_some_and(|it| it.contains(word)), "{word}");
        }
        for (text, word) in
            [(&b"\r\n <TABLE border=1>"[..], "HTML"), (b"BEGIN:VCARD\r\n", "vCard"), (b"\x01\x02a\x03", "binary")]
        {
            assert!(not_a_table(text).is_some_and(|it| it.contains(word)), "{word}");
        }
    }

    #[test]
    fn text_is_text() {
        for text in [&b"extId,firstName\n1,An\0na\n"[..], b"{\"extId\":1}", b"", b"a\tb\r\n\x1a", b"J\xfcrgen;\x1b"] {
            assert_eq!((not_text(text), not_a_table(text)), (None, None), "{text:?}");
        }
    }
}
