//! Tables that are not quite CSV.

use serde_json::json;

use super::{customers, import};

#[test]
fn the_count_below_psqls_rows_is_not_a_row() {
    let expected = [json!({"extId": "1", "firstName": "Ada"}), json!({"extId": "2", "firstName": "Ben"})];
    for end in ["(2 rows)\n", "(2 Zeilen)\n", ""] {
        assert_eq!(customers("guests.csv", format!("extId|firstName\n1|Ada\n2|Ben\n{end}"), &[]), expected);
    }
    assert_eq!(customers("guests.csv", "extId\n1\n(1 row)\n", &[]), [json!({"extId": "1"})]);
    // Only below the last row.
    assert_eq!(customers("guests.csv", "extId\n(1 row)\n1\n", &[]).len(), 2);
}

#[test]
fn names_within_other_quotes_are_refused() {
    for (text, word) in [
        ("'extId','firstName'\n'1','Ada'\n", "single quotes"),
        ("\u{201c}extId\u{201d},\u{201c}firstName\u{201d}\n\u{201c}1\u{201d},\u{201c}Ada\u{201d}\n", "typographic"),
        ("`extId`\n1\n", "backticks"),
    ] {
        assert!(import("guests.csv", text, &[]).unwrap_err().contains(word), "{text}");
    }
}

#[test]
fn drawn_tables_are_refused() {
    let text = " extId | firstName \n-------+-----------\n 1     | Ada\n 2     | Ben\n(2 rows)\n\n";
    assert!(import("guests.csv", text, &[]).unwrap_err().contains("psql's aligned output"));
}

#[test]
fn a_nameless_last_column_needs_no_cell() {
    for rows in 1..5 {
        let text = format!("extId,firstName,,\n{}", "1,Ada\n".repeat(rows));
        let customer = json!({"extId": "1", "firstName": "Ada"});
        assert_eq!(customers("guests.csv", text, &[]), vec![customer; rows]);
    }
}

#[test]
fn a_title_above_the_names_is_pointed_out() {
    for (text, line) in [
        ("Guests of Hotel X\nextId,firstName\n1,Ada\n", 2),
        ("Guests of Hotel X,,\n,,\nextId,firstName,email\n1,Ada,\n", 3),
        ("sep=;\nGuests\nextId;firstName\n1;Ada\n", 3),
    ] {
        for options in [&[][..], &["--ignore-unmapped"]] {
            let refused = import("guests.csv", text, options).unwrap_err();
            assert!(refused.contains(&format!("line {line} looks like the line of names")), "{refused}");
        }
    }
    let refused = import("guests.csv", "Kunde,email\n1,a@example.org\n", &[]).unwrap_err();
    assert!(refused.contains("no field has the name of: Kunde"), "{refused}");
}

#[test]
fn an_empty_file_is_refused_unless_it_is_an_export_of_nobody() {
    for name in ["guests.csv", "guests.json", "guests", "guests.csv.gz"] {
        for text in ["", "\n \r\n", "\u{feff}"] {
            assert!(import(name, text, &[]).unwrap_err().contains(" is empty;"), "{name}: {text:?}");
        }
    }
    for (name, options) in [
        ("guests.ndjson", &[][..]),
        ("guests.JSONL", &[]),
        ("guests.ndjson.gz", &[]),
        ("guests", &["--format", "ndjson", "--deduplicate", "extId"]),
    ] {
        assert_eq!(customers(name, "", options), [json!(null); 0], "{name}");
    }
    assert_eq!(customers("guests.csv", "email\n", &[]), [json!(null); 0]);
    assert_eq!(customers("guests.json", "[]", &[]), [json!(null); 0]);
}
