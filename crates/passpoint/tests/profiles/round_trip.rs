//! Every accepted name and password can be read back unchanged from every file.

use passpoint::Credentials;
use profile_readers::{Login, android::android, apple, eap_config, windows};
use proptest::prelude::proptest;

use crate::signers::rsa;
use crate::support::provider;

/// Text that a format interprets or folds.
const SPECIAL: &[&str] = &[
    "<a href=\"x\">&amp;'</a>",
    "]]><![CDATA[",
    "%{md5:x} 100% $HOME `id`",
    "a;b,c:d|e\\f/g?h#i",
    "übel ß € 日本 😀",
    "a  b   c\u{A0}d\u{2028}e",
    "\u{FEFF}bom, e\u{301}",
    "--passpoint--",
    "{{name}} ${x} <%= y %>",
    "=?utf-8?Q?x?=",
];

fn check(username: &str, password: &str) {
    let credentials = Credentials::parse(username, password, "customer-1").unwrap();
    let provider = provider(|_| ());
    let expect = |login: Result<Login, String>| {
        let login = login.unwrap();
        assert_eq!((login.username.as_str(), login.password.as_str()), (username, password));
        assert_eq!(login.outer_identity, "anonymous@example.test");
    };
    expect(apple(&passpoint::apple(&provider, &credentials).body));
    expect(android(&passpoint::android(&provider, &credentials).body));
    expect(eap_config(&passpoint::eap_config(&provider, &credentials).unwrap().body));
    expect(windows(&passpoint::windows_provisioning(&provider, &credentials, &rsa().identity()).unwrap().body));
}

#[test]
fn of_special_characters() {
    for special in SPECIAL {
        check(special, special);
        check(special, &format!("  {special}  "));
    }
}

#[test]
fn of_the_greatest_length() {
    check(&"<".repeat(63), &"&".repeat(189));
    check(&"ü".repeat(31), &"日".repeat(63));
}

proptest! {
    #[test]
    fn of_any_text(username in "\\PC{1,15}", password in "\\PC{1,47}") {
        check(&format!("u{username}u"), &password);
    }
}
