//! The files as each system requires them to be served, and their steps.

use std::process::Command;

use passpoint::SigningIdentity;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Place, configure, header_of, passpoint};
use crate::fixture::{Answer, PUBLIC_URL, Registry};

/// The page with the steps, and the file.
async fn both(place: &Place, device: &str) -> (String, Answer) {
    let finish = place.granted(device).await;
    let page = place.look(&finish, &[]).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let file = place.look(&format!("{finish}/profile"), &[]).await;
    assert_eq!(file.status, 200, "{}", file.text);
    (page.text, file)
}

fn headers(answer: &Answer) -> [&str; 3] {
    ["content-type", "content-disposition", "content-transfer-encoding"].map(|name| header_of(answer, name))
}

/// Writes a key and a certificate of the kind that these openssl options create.
fn files(kind: &[&str], extension: &str) -> (TempDir, String, String) {
    let place = TempDir::new().unwrap();
    let mut command = Command::new("openssl");
    command.current_dir(place.path()).args(["req", "-x509", "-nodes", "-days", "30", "-subj", "/CN=test"]);
    command.args(["-keyout", "key.pem", "-out", "certificate.pem", "-addext", extension, "-newkey"]).args(kind);
    assert!(command.output().unwrap().status.success());
    let read = |name| std::fs::read_to_string(place.path().join(name)).unwrap();
    let (certificate, key) = (read("certificate.pem"), read("key.pem"));
    (place, certificate, key)
}

fn signer(kind: &[&str]) -> SigningIdentity {
    let (_place, certificate, key) = files(kind, "keyUsage=digitalSignature");
    SigningIdentity::parse(&certificate, &key).unwrap()
}

const RSA: &[&str] = &["rsa:2048"];
const P256: &[&str] = &["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];

#[tokio::test]
async fn apple_gets_a_profile() {
    let place = Place::open().await;
    let (page, file) = both(&place, "apple").await;
    assert_eq!(headers(&file), ["application/x-apple-aspen-config", "attachment; filename=\"wifi.mobileconfig\"", ""]);
    assert!(file.text.contains("<string>correct &lt;horse&gt;</string>"), "{}", file.text);
    assert!(page.contains("Profile Downloaded") && page.contains("Not Signed"), "{page}");
}

/// Android only opens a file without a name, and only when a person has tapped a link.
#[tokio::test]
async fn android_gets_a_message_without_a_name() {
    let place = Place::open().await;
    let (page, file) = both(&place, "android").await;
    assert_eq!(headers(&file), ["application/x-wifi-config", "", "base64"]);
    assert!(page.contains("<a class=\"main\" href=\"") && !page.contains("http-equiv"), "{page}");
}

/// A browser that saves the file names it after its address, since the headers contain no name.
#[tokio::test]
async fn androids_file_has_a_name_and_an_ending_in_its_address() {
    let place = Place::open().await;
    let finish = place.granted("android").await;
    let page = place.look(&finish, &[]).await.text;
    let address = page.split("<a class=\"main\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(address.ends_with("/wifi.config"), "{address}");
    let file = place.look(&format!("/activate/profiles/{address}"), &[]).await;
    assert_eq!(headers(&file), ["application/x-wifi-config", "", "base64"]);
}

/// The line to paste, without the script that it fetches.
fn pasted(page: &str) -> (&str, &str) {
    let line = page.split("<code>").nth(1).unwrap().split("</code>").next().unwrap();
    let address = line.split("&#34;").nth(1).unwrap();
    (line, address)
}

#[tokio::test]
async fn without_a_signer_windows_gets_a_line_to_paste_and_the_login_to_type() {
    let place = Place::open().await;
    let (page, file) = both(&place, "windows").await;
    assert_eq!(headers(&file), ["text/xml", "attachment; filename=\"wifi.xml\"", ""]);
    assert!(!file.text.contains("horse"), "Windows takes no login from this one");
    assert_eq!(page.matches("<li>").count(), 3, "the line, the login, and that it is done: {page}");
    let (line, address) = pasted(&page);
    assert!(line.starts_with("curl -fsS ") && line.ends_with("&#38;&#38; &#34;%TEMP%\\wifi.cmd&#34;"), "{line}");
    let script = place.look(address.strip_prefix(PUBLIC_URL).unwrap(), &[]).await;
    assert_eq!(headers(&script), ["text/plain; charset=us-ascii", "attachment; filename=\"wifi.cmd\"", ""]);
    assert!(
        script.text.contains("\r\nnetsh wlan add profile ") && !script.text.contains("certutil"),
        "{}",
        script.text
    );
    assert!(!script.text.contains("horse"), "{}", script.text);
    assert!(page.contains("<code>ada</code>") && page.contains("<code>correct &#60;horse&#62;</code>"), "{page}");
    assert!(!page.contains("certificate") && !page.contains("ms-settings:"), "{page}");
    place.registry.clock.forward(std::time::Duration::from_secs(15 * 60));
    assert_eq!(place.look(address.strip_prefix(PUBLIC_URL).unwrap(), &[]).await.status, 404);
}

#[tokio::test]
async fn an_authority_of_its_own_is_brought_to_windows_by_the_same_line() {
    let place = Place::open().await;
    let (_place, certificate, _) = files(P256, "keyUsage=keyCertSign");
    let mut settings = passpoint();
    settings["caCertificate"] = json!(certificate);
    configure(&place.manager, json!({"passpoint": settings})).await;
    let finish = place.granted("windows").await;
    let page = place.look(&finish, &[]).await.text;
    assert!(page.contains("answer “Yes”") && page.matches("<li>").count() == 3, "{page}");
    let script = place.look(pasted(&page).1.strip_prefix(PUBLIC_URL).unwrap(), &[]).await.text;
    assert!(script.contains("certutil -user -addstore Root \"%place%\\authority.crt\""), "{script}");
    let inside: Vec<_> = certificate.trim().lines().map(|line| format!("echo {line}\r\n")).collect();
    assert!(script.contains(&inside.concat()), "{script}");
    let file = place.look(&format!("{finish}/authority.crt"), &[]).await;
    assert_eq!(headers(&file), ["application/x-x509-ca-cert", "attachment; filename=\"authority.crt\"", ""]);
    assert_eq!(file.text.trim(), certificate.trim());
    configure(&place.manager, json!({"passpoint": {"caCertificate": null}})).await;
    assert_eq!(place.look(&format!("{finish}/authority.crt"), &[]).await.status, 404);
}

#[tokio::test]
async fn with_a_signer_windows_is_sent_to_its_settings() {
    let place = Place::of(Registry::start_signing(signer(RSA)).await).await;
    let (page, file) = both(&place, "windows").await;
    assert_eq!(headers(&file)[0], "text/xml");
    assert!(file.text.contains("<SignatureValue>") && file.text.contains("correct &lt;horse&gt;"), "{}", file.text);
    let link = format!("href=\"ms-settings:wifi-provisioning?uri={PUBLIC_URL}/activate/profiles/");
    let address = page.split(&link).nth(1).unwrap().split('"').next().unwrap();
    let fetched = place.look(&format!("/activate/profiles/{address}"), &[]).await;
    assert_eq!(fetched.status, 200, "what Windows fetches by itself");
    assert!(!page.contains("horse") && !page.contains("wifi.cmd"), "{page}");
    configure(&place.manager, json!({"passpoint": {"innerMethod": "PAP"}})).await;
    let (page, file) = both(&place, "windows").await;
    assert!(page.contains("wifi.cmd") && !file.text.contains("Signature"), "Windows takes no PAP from a link");
}

#[tokio::test]
async fn a_signer_signs_for_apple_with_any_key_and_for_windows_with_rsa() {
    let place = Place::of(Registry::start_signing(signer(P256)).await).await;
    let (page, file) = both(&place, "apple").await;
    assert_eq!(headers(&file)[0], "application/x-apple-aspen-config");
    assert_eq!((file.bytes[0], file.bytes.starts_with(b"<?xml")), (0x30, false), "a CMS message");
    assert!(!page.contains("Not Signed"), "{page}");
    let (page, file) = both(&place, "windows").await;
    assert!(page.contains("wifi.cmd") && !file.text.contains("Signature"));
}

#[tokio::test]
async fn the_app_gets_its_file() {
    let place = Place::open().await;
    let mut settings: Value = passpoint();
    settings["roamingConsortiums"] = json!(["5A03BA0000"]);
    configure(&place.manager, json!({"passpoint": settings})).await;
    let (page, file) = both(&place, "eap-config").await;
    assert_eq!(headers(&file)[..2], ["application/eap-config", "attachment; filename=\"wifi.eap-config\""]);
    assert!(page.contains("geteduroam"), "{page}");
}

/// The app for Linux requires an SSID.
#[tokio::test]
async fn the_app_is_told_the_name_of_the_network() {
    let place = Place::open().await;
    let mut settings: Value = passpoint();
    settings["roamingConsortiums"] = json!(["5A03BA0000"]);
    configure(&place.manager, json!({"passpoint": settings})).await;
    let first = async || {
        let (_, file) = both(&place, "eap-config").await;
        file.text.split("<IEEE80211>").nth(1).unwrap().split("</IEEE80211>").next().unwrap().to_owned()
    };
    assert_eq!(first().await, "<SSID>Lido Wi-Fi</SSID><MinRSNProto>CCMP</MinRSNProto>");
    configure(&place.manager, json!({"wpa2": {"ssid": "Lido & Co"}})).await;
    assert_eq!(first().await, "<SSID>Lido &amp; Co</SSID><MinRSNProto>CCMP</MinRSNProto>");
}

#[tokio::test]
async fn linux_gets_lines_for_each_of_its_programs() {
    let place = Place::open().await;
    configure(&place.manager, json!({"wpa2": {"ssid": "Lido", "ssidHidden": true}})).await;
    let (page, file) = both(&place, "linux").await;
    assert_eq!(headers(&file), ["text/plain; charset=utf-8", "attachment; filename=\"wifi.nmconnection\"", ""]);
    assert!(
        file.text.contains("\npassword=correct <horse>\n") && file.text.contains("\nhidden=true\n"),
        "{}",
        file.text
    );
    for line in ["sudo nmcli connection reload\n", "sudo wpa_cli reconfigure\n", "/var/lib/iwd/Lido.8021x&#34;"] {
        assert!(page.contains(line), "{line}: {page}");
    }
    assert!(page.contains("With wpa_supplicant instead") && page.contains("With iwd instead"), "{page}");
}
