//! Members of JSON, and the forms in which programs write it.

use serde_json::json;

use super::{customers, has, import};

#[test]
fn two_members_of_one_field_are_rejected_unless_one_is_named() {
    for (line, reason) in [
        (r#"{"phone":"+393331234567","mobile":"+393331234568"}"#, "are both phoneNumber"),
        (r#"{"email":"a@example.org","mail":"b@example.org"}"#, "email and mail are both email"),
        (r#"{"document":{"personalId":"7"},"personalId":"8"}"#, "are both document.personalId"),
        (r#"{"policies":{"privacy":true},"privacy":false}"#, "are both policies.privacy"),
    ] {
        let imported = import("guests.ndjson", line, &[]).unwrap();
        let reason_of = imported.rows[0].as_ref().unwrap_err();
        assert!(reason_of.contains(reason), "{reason_of}");
    }
    let line = r#"{"email":"a@example.org","work":"b@example.org"}"#;
    let imported = import("guests.ndjson", line, &["--map", "work=email"]).unwrap();
    assert_eq!(imported.rows, [Ok(json!({"email": "b@example.org"}))]);
    assert!(has(&imported.told, "not imported, since another one is their field: email (1)"), "{:?}", imported.told);
    let line = r#"{"work":"b@example.org","zmail":"a@example.org"}"#;
    let both = import("guests.ndjson", line, &["--map", "work=email", "--map", "zmail=email"]).unwrap();
    assert!(both.rows[0].is_err());
}

#[test]
fn a_second_member_without_another_value_is_no_conflict() {
    for line in [
        r#"{"email":"a@example.org","mail":"a@example.org"}"#,
        r#"{"email":"a@example.org","mail":null}"#,
        r#"{"email":"","mail":"a@example.org"}"#,
    ] {
        assert_eq!(customers("guests.ndjson", line, &[]), [json!({"email": "a@example.org"})], "{line}");
    }
    let line = r#"{"custom.b":2,"custom":{"a":1}}"#;
    assert_eq!(customers("guests.ndjson", line, &[]), [json!({"custom": {"a": 1, "b": 2}})]);
}

#[test]
fn a_cell_of_json_and_a_column_do_not_overwrite_each_other() {
    for text in [
        "email,policies,privacy\na@example.org,\"{\"\"privacy\"\":\"\"yes\"\"}\",no\n",
        "email,privacy,policies\na@example.org,no,\"{\"\"privacy\"\":\"\"yes\"\"}\"\n",
    ] {
        let imported = import("guests.csv", text, &[]).unwrap();
        assert!(imported.rows[0].as_ref().unwrap_err().contains("two values"), "{:?}", imported.rows);
    }
}
