//! The last step: a file that was downloaded from the page is read as the device would read it, and used to log in.

use std::fs;
use std::process::Command;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use profile_readers::android::android;
use profile_readers::{Authority, InnerMethod, Login, apple, eap_config, windows};
use reqwest::Method;
use serde_json::json;

use super::client::{is_let_in_as, lets_in_by};
use super::output;
use super::venue::{REALM, Venue};
use crate::fixture::{Answer, Home};

/// Names and passwords with characters that are special in XML, a shell, a form, FreeRADIUS or a terminal.
const GUESTS: [(&str, &str); 3] = [
    ("anna", "wonder land!1"),
    ("übel & 'co' <%{User-Name}>", " a%{md5:b}\"\\<&>+=€ "),
    ("日本;ш#é", "пароль 日本 ]]>"),
];
/// The inner methods that Windows accepts from a link, and others.
const DEVICES: [(&str, &[&str]); 2] =
    [("MSCHAPv2", &["apple", "android", "windows", "eap-config"]), ("PAP", &["apple", "android", "eap-config"])];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_profile_of_the_page_logs_in_on_sqlite() {
    every_profile_logs_in(Home::new()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_profile_of_the_page_logs_in_on_postgresql() {
    every_profile_logs_in(Home::on_postgres()).await;
}

async fn every_profile_logs_in(home: Home) {
    let mut openssl = Command::new("openssl");
    openssl.current_dir(home.path("")).args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=signer"]);
    assert!(output(openssl.args(["-keyout", "signer.key", "-out", "signer.pem"])).status.success());
    let signing = ["--profile-signing-certificate", "signer.pem", "--profile-signing-key", "signer.key"];
    let command = home.command(&signing);
    let venue = Venue::open_with(home, command).await;
    for (username, password) in GUESTS {
        let id = venue.guest(username, password, false).await;
        for (method, devices) in DEVICES {
            configure(&venue, method).await;
            for device in devices {
                let login = read(&venue, device, &fetch(&venue, &id, device).await);
                assert_eq!((login.username.as_str(), login.password.as_str()), (username, password), "{device}");
                assert_eq!(login.outer_identity, format!("anonymous@{REALM}"), "{device}");
                assert!(lets_in(&venue, &login), "{device}, {method}: {username}");
            }
        }
    }
}

/// The page's commands for Linux, pasted into a configuration and read by wpa_supplicant's own code.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_lines_for_linux_log_in() {
    let venue = Venue::open(Home::new()).await;
    // Characters that a quoted value would lose, and the end marker of a here-document.
    let guests = [("hash # and \"quote\"", "a\"b#c\\ 'd' $(id) `e`"), ("END", "END END")];
    for (username, password) in GUESTS.into_iter().chain(guests) {
        let id = venue.guest(username, password, false).await;
        for method in ["MSCHAPv2", "PAP"] {
            configure(&venue, method).await;
            let steps = steps(&venue, &id, "linux").await;
            let commands: Vec<_> = steps.text.split("<code>").skip(1).map(unescaped).collect();
            let [network_manager, wpa_supplicant, iwd] = &commands[..] else { panic!("{commands:?}") };
            let file = venue.home.path("wpa_supplicant.conf");
            fs::write(&file, pasted(&venue, wpa_supplicant)).unwrap();
            assert!(lets_in_by(&venue.radius, &file), "{method}: {username}\n{wpa_supplicant}");
            for (command, prefix) in [(network_manager, "password="), (iwd, "EAP-TTLS-Phase2-Password=")] {
                let text = pasted(&venue, command);
                let line = text.lines().find_map(|line| line.strip_prefix(prefix)).unwrap();
                assert_eq!(line.replace("\\s", " ").replace("\\\\", "\\"), password, "{text}");
            }
        }
    }
}

/// The first start creates everything that this needs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demonstrations_page_logs_in_by_its_throw_away_authority() {
    let venue = Venue::of_the_demonstration().await;
    let id = venue.guest("anna", "wonder land!1", false).await;
    for device in ["apple", "android"] {
        let file = fetch(&venue, &id, device).await;
        let login = if device == "apple" { apple(&file) } else { android(&file) }.unwrap();
        assert_eq!(login.outer_identity, "anonymous@demonstration.example", "{device}");
        assert!(lets_in(&venue, &login), "{device}");
    }
}

/// The text of an element of a page.
fn unescaped(html: &str) -> String {
    let text = html.split('<').next().unwrap();
    let text = [("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">")]
        .iter()
        .fold(text.to_owned(), |text, (reference, char)| text.replace(reference, char));
    text.replace("&#38;", "&")
}

/// The output of the first command, run by a shell without sudo.
fn pasted(venue: &Venue, command: &str) -> String {
    let file = venue.home.path("written-by-root");
    let (before, rest) = command.split_once("cat >").unwrap();
    let (target, after) = rest.split_once("' <<").unwrap();
    let target = target.trim_start_matches('>').trim();
    assert!(before.starts_with("sudo sh -c '") && target.starts_with("\"/"), "{command}");
    let end = after.find("\nEND\n").unwrap() + "\nEND\n".len();
    let script = format!("sh -c 'umask 077 && cat > \"{}\"' <<{}", file.display(), &after[..end]);
    assert!(output(Command::new("sh").arg("-c").arg(script)).status.success());
    fs::read_to_string(file).unwrap()
}

async fn configure(venue: &Venue, method: &str) {
    let authority = fs::read_to_string(venue.radius.certificates.authority()).unwrap();
    let passpoint = json!({"realm": REALM, "friendlyName": "Lido Wi-Fi", "domain": REALM, "innerMethod": method,
        "serverNames": ["radius.example.test"], "roamingConsortiums": ["5A03BA0000"], "caCertificate": authority});
    let settings = format!("/v1/organizations/{}/settings", venue.keys.organization);
    venue.manager.put(&settings, &json!({"passpoint": passpoint})).await.ok();
}

/// What a person does: the page, a tap, the steps.
async fn steps(venue: &Venue, id: &str, device: &str) -> Answer {
    let issued = venue.manager.get(&format!("/v2/customers/{id}/token?hits=1")).await.ok();
    let page = format!("/activate/{}", issued["token"].as_str().unwrap());
    let guest = venue.server.anybody();
    let looked = guest.get(&page).await;
    assert!(looked.status == 200 && looked.text.contains(&format!("value=\"{device}\"")), "{device}: {}", looked.text);
    let form = guest.request(Method::POST, &page).header("content-type", "application/x-www-form-urlencoded");
    guest.send(form.body(format!("device={device}"))).await
}

/// The file. On Windows, the Settings app fetches it from the address in the link.
async fn fetch(venue: &Venue, id: &str, device: &str) -> Vec<u8> {
    let steps = steps(venue, id, device).await;
    let guest = venue.server.anybody();
    let address = match device {
        "windows" => {
            let link =
                steps.text.split("ms-settings:wifi-provisioning?uri=").nth(1).unwrap().split('"').next().unwrap();
            link.strip_prefix(&venue.server.url).unwrap().to_owned()
        }
        _ => format!("{}/profile", steps.url.path()),
    };
    let file = guest.request(Method::GET, &address).send().await.unwrap();
    assert_eq!(file.status(), 200, "{device}");
    file.bytes().await.unwrap().to_vec()
}

fn read(venue: &Venue, device: &str, file: &[u8]) -> Login {
    let login = match device {
        "apple" => apple(&content(venue, file)),
        "android" => android(file),
        "windows" => windows(file),
        _ => eap_config(file),
    };
    login.unwrap_or_else(|fault| panic!("{device}: {fault}"))
}

/// The signed content.
fn content(venue: &Venue, signed: &[u8]) -> Vec<u8> {
    let file = venue.home.path("signed.mobileconfig");
    fs::write(&file, signed).unwrap();
    let mut openssl = Command::new("openssl");
    openssl.args(["cms", "-verify", "-inform", "DER", "-purpose", "any", "-CAfile"]).arg(venue.home.path("signer.pem"));
    let verified = output(openssl.arg("-in").arg(file));
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
    verified.stdout
}

/// Whether the login succeeds, with only what the file contains.
fn lets_in(venue: &Venue, login: &Login) -> bool {
    let own = venue.radius.certificates.authority();
    let authority = match login.authority.as_ref().unwrap() {
        Authority::Certificate(der) => {
            let file = venue.home.path("authority-of-the-file.pem");
            // OpenSSL reads lines of 64 characters.
            let lines: String = der.chunks(48).map(|bytes| BASE64_STANDARD.encode(bytes) + "\n").collect();
            fs::write(&file, format!("-----BEGIN CERTIFICATE-----\n{lines}-----END CERTIFICATE-----\n")).unwrap();
            file
        }
        // One that is already on the machine.
        Authority::Fingerprint(sha1) => {
            let told =
                output(Command::new("openssl").args(["x509", "-noout", "-fingerprint", "-sha1", "-in"]).arg(&own));
            let expected = sha1.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":");
            assert_eq!(String::from_utf8(told.stdout).unwrap().trim().split('=').nth(1), Some(expected.as_str()));
            own
        }
    };
    let method = match login.inner_method {
        InnerMethod::MsChapV2 => ("TTLS", "auth=MSCHAPV2"),
        InnerMethod::Pap => ("TTLS", "auth=PAP"),
    };
    let outside = (login.outer_identity.as_str(), authority.as_path(), login.server_names.join(";"));
    is_let_in_as(&venue.radius, method, &login.username, &login.password, outside)
}
