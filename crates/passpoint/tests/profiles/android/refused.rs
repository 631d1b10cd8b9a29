//! The parser of these tests is as strict as Android, and refuses for the same reasons.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use passpoint::android;
use profile_readers::android::message::{self, Part};
use profile_readers::android::parse;

use crate::support::{credentials, provider};

/// Changes to the message around the parts, and the parser's error for each.
const OF_MESSAGE: &[(&str, &str, &str)] = &[
    ("Content-Type: multipart/mixed", "\u{FEFF}Content-Type: multipart/mixed", "no Content-Type"),
    ("Content-Type: multipart/mixed", "\nContent-Type: multipart/mixed", "no Content-Type"),
    ("Content-Type: multipart/mixed", " Content-Type: multipart/mixed", "blank before a header"),
    ("Content-Type: multipart/mixed", "content-type: multipart/mixed", "no Content-Type"),
    ("multipart/mixed; boundary", "Multipart/Mixed; boundary", "type of the message"),
    ("multipart/mixed; boundary", "multipart/related; boundary", "type of the message"),
    ("; boundary=passpoint", "", "no parameter"),
    ("boundary=passpoint", "boundary=", "no boundary"),
    ("boundary=passpoint", "boundary=other", "no first boundary"),
    ("Content-Transfer-Encoding: base64\n\n--", "\n--", "encoding: None"),
    (
        "Content-Transfer-Encoding: base64\n\n--",
        "Content-Transfer-Encoding: BASE64\n\n--",
        "encoding: Some(\"BASE64\")",
    ),
    ("Content-Transfer-Encoding: base64\n\n--", "Content-Transfer-Encoding: 8bit\n\n--", "encoding: Some(\"8bit\")"),
    ("x-passpoint-profile\nContent-Transfer-Encoding: base64", "x-passpoint-profile", "encoding: None"),
    ("application/x-passpoint-profile", "application/xml", "type of a part"),
    ("application/x-passpoint-profile", "application/X-Passpoint-Profile", "type of a part"),
    ("application/x-passpoint-profile", "application/x-x509-ca-cert", "no certificate"),
    ("application/x-x509-ca-cert", "text/plain", "type of a part"),
    ("--passpoint--\n", "", "ends before its last boundary"),
    ("base64\n\nP", "base64\n\n!P", "base64"),
    ("base64\n\nPD94", "base64\nPD94", "no header"),
];

/// Changes to the tree, and the parser's error for each.
const OF_TREE: &[(&str, &str, &str)] = &[
    ("</MgmtTree>", "", "XML"),
    ("<MgmtTree", "<!DOCTYPE MgmtTree><MgmtTree", "XML"),
    ("MgmtTree", "Tree", "root: Tree"),
    ("<VerDTD>1.2</VerDTD>", "<VerDTD>1.2</VerDTD><VerDTD>1.2</VerDTD>", "one VerDTD too many"),
    ("<VerDTD>1.2</VerDTD>", "<Version>1.2</Version>", "one Version too many"),
    ("perprovidersubscription:1.0", "perprovidersubscription:1.1", "kind of the tree"),
    ("<NodeName>PerProviderSubscription", "<NodeName>Subscription", "the tree is of Subscription"),
    (
        "<Node><NodeName>X1",
        "<Node><NodeName>X0</NodeName><Value>1</Value></Node><Node><NodeName>X1",
        "not one instance",
    ),
    ("<NodeName>X1</NodeName>", "<NodeName>X1</NodeName><Value>1</Value>", "X1 has a value and nodes"),
    ("<NodeName>X1</NodeName>", "<NodeName></NodeName>", "a Node without name"),
    ("<NodeName>X1</NodeName>", "<NodeName>X1</NodeName>text", "text in Node"),
    ("<NodeName>HomeSP", "<NodeName>Home", "the instance does not know Home"),
    ("<NodeName>FQDN", "<NodeName>Fqdn", "HomeSP does not know Fqdn"),
    ("<NodeName>Realm", "<NodeName>Realms", "Credential does not know Realms"),
    ("<NodeName>MachineManaged", "<NodeName>Managed", "UsernamePassword does not know Managed"),
    ("<NodeName>EAPType", "<NodeName>Type", "EAPMethod does not know Type"),
    ("<NodeName>FriendlyName", "<NodeName>FQDN", "FQDN twice in HomeSP"),
    ("<Value>wifi.example.test</Value>", "", "FQDN is empty"),
    ("<Value>wifi.example.test</Value>", "<Value></Value>", "FQDN: 0 bytes"),
    ("<Value>wifi.example.test</Value>", "<Value> \n </Value>", "FQDN: 0 bytes"),
    ("<Value>wifi.example.test</Value>", "<Value>{256}</Value>", "FQDN: 256 bytes"),
    ("<Value>Lido</Value>", "<Value>{256}</Value>", "FriendlyName: 256 bytes"),
    ("<Value>example.test</Value>", "<Value>{254}</Value>", "Realm: 254 bytes"),
    ("<Value>anna@example.test</Value>", "<Value>{64}</Value>", "Username: 64 bytes"),
    ("<Value>anna@example.test</Value>", "<Value/>", "Username: 0 bytes"),
    ("<Value>d29uZGVyIGxhbmQhMQ==</Value>", "<Value>{256}</Value>", "Password: 256 bytes"),
    ("<Value>d29uZGVyIGxhbmQhMQ==</Value>", "<Value>wonder land!</Value>", "base64"),
    ("<Value>d29uZGVyIGxhbmQhMQ==</Value>", "<Value></Value>", "Password: 0 bytes"),
    ("<Value>5A03BA0000,004096</Value>", "<Value>0x5A03BA</Value>", "RoamingConsortiumOI: 0x5A03BA"),
    ("<Value>5A03BA0000,004096</Value>", "<Value>5A03BA0000, 004096</Value>", "RoamingConsortiumOI:  004096"),
    ("<Value>5A03BA0000,004096</Value>", "<Value>5A03BA000000</Value>", "RoamingConsortiumOI: 5A03BA000000"),
    ("<Value>5A03BA0000,004096</Value>", "<Value>5A03BA,</Value>", "RoamingConsortiumOI: "),
    ("<Value>21</Value>", "<Value>25</Value>", "EAPType: 25"),
    ("<Value>MS-CHAP-V2</Value>", "<Value>MSCHAPv2</Value>", "InnerMethod: MSCHAPv2"),
    ("<Value>true</Value>", "<Value>yes</Value>", "MachineManaged: yes"),
    ("<Node><NodeName>Realm", "{sim}<Node><NodeName>Realm", "2 kinds of credential"),
    ("<Node><NodeName>Realm", "{date}<Node><NodeName>Realm", "CreationDate: 2030-01-31T23:59:59.000Z"),
    ("<NodeName>UsernamePassword", "<NodeName>Other", "Credential does not know Other"),
];

fn filled(text: &str) -> String {
    let sim = "<Node><NodeName>SIM</NodeName><Node><NodeName>IMSI</NodeName><Value>1*</Value></Node></Node>";
    let date = "<Node><NodeName>CreationDate</NodeName><Value>2030-01-31T23:59:59.000Z</Value></Node>";
    let lengths = ["{64}", "{254}", "{256}"].map(|it| (it, it[1..it.len() - 1].parse().unwrap()));
    let text = text.replace("{sim}", sim).replace("{date}", date);
    lengths.into_iter().fold(text, |text, (pattern, length)| text.replace(pattern, &"a".repeat(length)))
}

fn body() -> Vec<u8> {
    android(&provider(|it| it.friendly_name = "Lido".to_owned()), &credentials()).body
}

fn of_message(text: &str) -> Vec<u8> {
    BASE64_STANDARD.encode(text).into_bytes()
}

fn message_text() -> String {
    String::from_utf8(message::decode(str::from_utf8(&body()).unwrap()).unwrap()).unwrap()
}

fn of_parts(parts: &[Part]) -> Vec<u8> {
    let mut message = "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n".to_owned();
    for Part { media_type, content } in parts {
        let content = BASE64_STANDARD.encode(content);
        message += &format!("--b\nContent-Type: {media_type}\nContent-Transfer-Encoding: base64\n\n{content}\n");
    }
    of_message(&(message + "--b--\n"))
}

/// The file with this change to the tree.
fn of_tree(change: impl FnOnce(&str) -> String) -> Vec<u8> {
    let mut parts = message::parse(&body()).unwrap();
    parts[0].content = change(str::from_utf8(&parts[0].content).unwrap()).into_bytes();
    of_parts(&parts)
}

fn assert_refused(body: &[u8], change: &(&str, &str, &str)) {
    let verdict = parse(body);
    let expected = change.2;
    assert!(verdict.as_ref().is_err_and(|fault| fault.contains(expected)), "{change:?}: {verdict:?}");
}

#[test]
fn messages_that_android_refuses() {
    for change in OF_MESSAGE {
        let message = message_text();
        assert!(message.contains(change.0), "{change:?} changes nothing");
        assert_refused(&of_message(&message.replacen(change.0, change.1, 1)), change);
    }
}

#[test]
fn trees_that_android_refuses() {
    for change in OF_TREE {
        let body = of_tree(|tree| {
            assert!(tree.contains(change.0), "{change:?} changes nothing");
            tree.replace(change.0, &filled(change.1))
        });
        assert_refused(&body, change);
    }
}

#[test]
fn messages_without_the_right_parts() {
    let parts = message::parse(&body()).unwrap();
    assert_eq!(parts.len(), 2);
    assert_refused(&of_parts(&parts[1..]), &("", "", "no profile in the message"));
    let two = Part { content: [parts[1].content.clone(), parts[1].content.clone()].concat(), ..parts[1].clone() };
    assert_refused(&of_parts(&[parts[0].clone(), two]), &("", "", "more than a certificate"));
    let key = Part { media_type: "application/x-pkcs12".to_owned(), content: vec![0x30] };
    assert_refused(&of_parts(&[parts[0].clone(), key]), &("", "", "no use for application/x-pkcs12"));
}

#[test]
fn harmless_changes_are_taken() {
    let expected = parse(&body()).unwrap();
    let (message, parts) = (message_text(), message::parse(&body()).unwrap());
    for harmless in [
        of_message(&message.replace('\n', "\r\n")),
        of_message(&format!("MIME-Version: 1.0\n{message}")),
        of_message(&message.replace("\n\n--", "\n\nA preamble\n--")),
        of_parts(&parts),
        of_tree(|tree| tree.replace("><", ">\n  <")),
        of_tree(|tree| tree.replace("<Value>anna@example.test<", "<Value>\n anna@example.test \n<")),
    ] {
        assert_eq!(parse(&harmless), Ok(expected.clone()));
    }
}
