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
const TEXTS: [(&str, &str); 15] = [
    ("<!doctype html", "an HTML page, as some programs save under the name of a spreadsheet"),
    ("<html", "an HTML page, as some programs save under the name of a spreadsheet"),
    ("<table", "an HTML page, as some programs save under the name of a spreadsheet"),
    ("<?xml", "XML"),
    ("begin:vcard", "a vCard file"),
    ("dn: ", "an LDIF file"),
    ("-- ", "SQL"),
    ("--\n", "SQL"),
    ("--\r\n", "SQL"),
    ("/*!", "SQL"),
    ("insert into ", "SQL"),
    ("create table ", "SQL"),
    ("%yaml", "YAML"),
    ("return-path: ", MAIL),
    ("received: ", MAIL),
];
const MAIL: &str = "an e-mail message";
/// Names of header fields with which a message begins, and perhaps a table too.
const MAIL_HEADERS: [&[u8]; 6] = [b"from: ", b"to: ", b"subject: ", b"date: ", b"mime-version: ", b"message-id: "];

/// The output of psql for people.
const PSQL: &str = "psql's aligned output: use \\copy \u{2026} CSV HEADER or psql --csv";

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
    if let Some(what) = drawn(text) {
        return Some(what.to_owned());
    }
    let looked_at = text.get(..LOOKED_AT).unwrap_or(text);
    // Escape sequences of terminals count as text.
    let is_control = |byte: &&u8| byte.is_ascii_control() && !byte.is_ascii_whitespace() && **byte != b'\x1B';
    let controls = looked_at.iter().filter(is_control).count();
    (controls > 1 && controls * CONTROLS_OF > looked_at.len())
        .then(|| "a binary file and not text: export the customers as CSV".to_owned())
}

/// A table that is drawn for people, or a text whose second line says what it is.
fn drawn(text: &[u8]) -> Option<&'static str> {
    let lines = text.split(|byte| matches!(byte, b'\n' | b'\r')).map(<[u8]>::trim_ascii);
    let mut lines = lines.filter(|line| !line.is_empty());
    let (first, second) = (lines.next()?, lines.next().unwrap_or_default());
    let begins = |line: &[u8], word: &[u8]| line.get(..word.len()).is_some_and(|it| it.eq_ignore_ascii_case(word));
    let is_rule = |line: &[u8], signs: &[u8]| {
        line.windows(3).any(|part| part == b"---") && line.iter().all(|byte| signs.contains(byte))
    };
    let is_member = |line: &[u8]| {
        let name = line.iter().position(|byte| *byte == b':').map_or(&[][..], |end| &line[..end]);
        !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
    };
    match () {
        () if begins(first, b"-[ RECORD ") => {
            Some("psql's expanded output: use \\copy \u{2026} CSV HEADER or psql --csv")
        }
        () if begins(first, b"*****") => Some("mysql's vertical output: use mysql --batch"),
        () if first.starts_with(b"+") && is_rule(first, b"+-=") => Some(
            "a table with a border, as mysql and psql draw it: use mysql --batch, or in psql \\copy \u{2026} CSV HEADER or --csv",
        ),
        () if ["\u{250c}", "\u{256d}", "\u{2554}"].iter().any(|it| first.starts_with(it.as_bytes())) => {
            Some("a table with a border: export it as CSV")
        }
        () if is_rule(second, b"-+") && (second.contains(&b'+') || second.len() >= first.len()) => Some(PSQL),
        () if is_rule(second, b"|-: ") && second.contains(&b'|') && first.contains(&b'|') => {
            Some("a Markdown table: save it as CSV")
        }
        () if is_rule(second, b"- ") && second.len() >= first.len() => {
            Some("a table in aligned columns: export it as CSV")
        }
        () if MAIL_HEADERS.iter().any(|name| begins(first, name)) && is_member(second) => {
            Some("an e-mail message: export the customers as CSV or as lines of JSON")
        }
        () if begins(first, b"copy ") && first.ends_with(b"FROM stdin;") => {
            Some("SQL: export the table with \\copy \u{2026} CSV HEADER")
        }
        () if first == b"---" && (is_member(second) || second.starts_with(b"- ")) => Some(YAML),
        () if first.strip_prefix(b"- ").is_some_and(is_member) => Some(YAML),
        () if first.ends_with(b":") && is_member(first) && second.starts_with(b"- ") => Some(YAML),
        () if first.starts_with(b"[[") && first.get(2).is_some_and(u8::is_ascii_alphabetic) => {
            Some("TOML: export the customers as CSV or as lines of JSON")
        }
        () => None,
    }
}

const YAML: &str = "YAML: export the customers as CSV or as lines of JSON";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_for_people_are_known() {
        for (text, word) in [
            (" extId | firstName \n-------+-----------\n 1     | Ada\n(1 row)\n", "psql's aligned output"),
            (" email \n---------------\n a@example.org\n", "psql's aligned output"),
            ("+-------+------+\n| extId | a    |\n+-------+------+\n", "mysql --batch"),
            ("-[ RECORD 1 ]----\nextId     | 1\n", "psql's expanded output"),
            ("*************************** 1. row ***\nextId: 1\n", "mysql's vertical"),
            ("| extId | firstName |\n|-------|:---------:|\n| 1 | Ada |\n", "Markdown"),
            ("extId | firstName\n--- | ---\n1 | Ada\n", "Markdown"),
            ("extId  firstName\n-----  ---------\n1      Ada\n", "aligned columns"),
            ("\u{250c}\u{2500}\u{2500}\u{2510}\n", "with a border"),
            ("INSERT INTO guests VALUES (1,'Ada');\n", "SQL"),
            ("--\n-- PostgreSQL database dump\n--\n", "SQL"),
            ("COPY public.guests (a) FROM stdin;\n", "SQL"),
            ("- email: a@example.org\n  firstName: Ada\n", "YAML"),
            ("guests:\n  - email: a@example.org\n", "YAML"),
            ("---\nemail: a@example.org\n", "YAML"),
            ("From: a@example.org\nTo: b@example.org\n\nHi\n", "mail"),
            ("[[guest]]\nemail = 1\n", "TOML"),
        ] {
            let what = not_a_table(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
            assert!(what.contains(word), "{what}");
        }
    }

    #[test]
    fn rows_of_dashes_are_rows() {
        for text in [
            "extId|firstName\n--|--\n",
            "email\n---\na@example.org\n",
            "email,phone\n---,---\n",
            "From,To\n2024-01-01,2024-01-02\n",
            "- email -\na@example.org\n",
            "extId;note:\n1;- x\n",
        ] {
            assert_eq!(not_a_table(text.as_bytes()), None, "{text}");
        }
    }

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
