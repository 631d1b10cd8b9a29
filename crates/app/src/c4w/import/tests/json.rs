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

#[test]
fn whole_numbers_are_texts() {
    for (line, expected) in [
        (r#"{"extId":17,"zipCode":10115}"#, json!({"extId": "17", "zipCode": "10115"})),
        (r#"{"extId":17.0,"document":{"number":7}}"#, json!({"extId": "17", "document": {"number": "7"}})),
        (r#"{"custom":{"a":17,"b":1.5},"firstName":1.5}"#, json!({"custom": {"a": 17, "b": 1.5}, "firstName": 1.5})),
        (r#"{"custom.a":17}"#, json!({"custom": {"a": 17}})),
        (r#"{"policies":{"privacy":1},"lock":0}"#, json!({"policies": {"privacy": true}, "lock": false})),
    ] {
        assert_eq!(customers("guests.ndjson", line, &[]), [expected], "{line}");
    }
    let found = import("guests.ndjson", "{\"extId\":17}\n{\"extId\":18}\n", &["--deduplicate", "extId"]).unwrap();
    assert_eq!(found.rows.len(), 2);
}

#[test]
fn nan_is_a_missing_value() {
    let text = "{\"extId\":\"1\",\"firstName\":NaN,\"lastName\":\"\\\"NaN\"}\n";
    let imported = import("guests.ndjson", text, &[]).unwrap();
    assert_eq!(imported.rows, [Ok(json!({"extId": "1", "lastName": "\"NaN"}))]);
    assert!(has(&imported.told, "\"NaN\" (1)"), "{:?}", imported.told);
}

#[test]
fn values_may_follow_each_other_without_lines() {
    for text in [
        "{\"extId\":\"1\"}{\"extId\":\"2\"}",
        "{\"extId\":\"1\"},\n{\"extId\":\"2\"},\n",
        "{\"extId\":\"1\"},{\"extId\":\"2\"}\n",
        "[{\"extId\":\"1\"}]\n[{\"extId\":\"2\"}]\n",
        "[{\"extId\":\"1\"}][{\"extId\":\"2\"}]",
    ] {
        assert_eq!(customers("guests.json", text, &[]), [json!({"extId": "1"}), json!({"extId": "2"})], "{text}");
    }
}

#[test]
fn data_frames_are_named() {
    for text in [
        r#"{"email":{"0":"a@example.org","1":"b@example.org"},"firstName":{"0":"Ada"}}"#,
        r#"{ "17": {"email":"a@example.org"} }"#,
        r#"{"columns":["email"],"index":[0],"data":[["a@example.org"]]}"#,
        r#"{"schema":{"fields":[]},"data":[{"email":"a@example.org"}]}"#,
    ] {
        assert!(import("guests.json", text, &[]).unwrap_err().contains("orient=\"records\""), "{text}");
    }
    let text = r#"[["email","firstName"],["a@example.org","Ada"]]"#;
    assert!(import("guests.json", text, &[]).unwrap_err().contains("without the names"));
    let custom = r#"{"custom":{"1":"a"}}"#;
    assert_eq!(customers("guests.json", custom, &[]), [json!({"custom": {"1": "a"}})]);
}

#[test]
fn a_mapped_member_that_nobody_has_is_told() {
    let refused = import("guests.ndjson", "{\"email\":\"a@example.org\"}\n", &["--map", "Nope=custom.x"]).unwrap_err();
    assert_eq!(refused, "no customer has the member Nope; there are email");
    let nested = "{\"email\":\"a@example.org\",\"address\":{\"zip\":\"1\"}}\n";
    assert_eq!(import("guests.ndjson", nested, &["--map", "address.zip=zipCode"]).unwrap().rows.len(), 1);
    let many = "{\"email\":\"a@example.org\"}\n".repeat(20_000);
    let imported = import("guests.ndjson", many, &["--map", "Nope=custom.x"]).unwrap();
    assert!(has(&imported.told, "at the beginning of the file has the member Nope"), "{:?}", imported.told);
}
