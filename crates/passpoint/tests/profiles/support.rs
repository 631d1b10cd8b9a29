//! A provider, a customer, certificates, and the programs that check files.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::OnceLock;

use passpoint::{Credentials, Provider, ProviderDescription};
use tempfile::TempDir;

/// A description without a certificate, with only the required settings.
pub(crate) fn description() -> ProviderDescription {
    ProviderDescription {
        realm: "example.test".to_owned(),
        friendly_name: "Café <Sole> & \"Mare\"".to_owned(),
        domain: "wifi.example.test".to_owned(),
        server_names: vec!["radius.wifi.example.test".to_owned()],
        ..ProviderDescription::default()
    }
}

/// A description with every setting.
pub(crate) fn full_description() -> ProviderDescription {
    ProviderDescription {
        roaming_consortiums: vec!["5a03ba0000".to_owned(), "004096".to_owned()],
        ca_certificate: Some(authority().pem.clone()),
        roaming: true,
        ..description()
    }
}

pub(crate) fn provider(change: impl FnOnce(&mut ProviderDescription)) -> Provider {
    let mut description = full_description();
    change(&mut description);
    Provider::parse(&description).unwrap()
}

pub(crate) fn credentials() -> Credentials {
    Credentials::parse("anna@example.test", "wonder land!1", "customer-1").unwrap()
}

/// A certificate in both forms.
pub(crate) struct Certificate {
    pub(crate) pem: String,
    pub(crate) der: Vec<u8>,
}

/// The certificate of an authority that signs RADIUS servers' certificates.
pub(crate) fn authority() -> &'static Certificate {
    static AUTHORITY: OnceLock<Certificate> = OnceLock::new();
    AUTHORITY.get_or_init(|| self_signed("critical,CA:TRUE"))
}

/// A self-signed certificate with these basic constraints.
pub(crate) fn self_signed(constraints: &str) -> Certificate {
    let place = TempDir::new().unwrap();
    let extension = format!("basicConstraints={constraints}");
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "key.pem"];
    let mut request = vec!["req", "-x509", "-subj", "/CN=Test authority", "-addext", &extension, "-days", "30"];
    request.extend(key.iter().chain(&["-out", "certificate.pem"]));
    run(place.path(), "openssl", &request);
    let pem = fs::read_to_string(place.path().join("certificate.pem")).unwrap();
    let der = run(place.path(), "openssl", &["x509", "-in", "certificate.pem", "-outform", "DER"]);
    Certificate { pem, der }
}

/// The output of the program, which has to be installed and to succeed.
pub(crate) fn run(directory: &Path, program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = output(directory, program, arguments);
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Whether the program, which has to be installed, succeeds.
pub(crate) fn succeeds(directory: &Path, program: &str, arguments: &[&str]) -> bool {
    output(directory, program, arguments).status.success()
}

fn output(directory: &Path, program: &str, arguments: &[&str]) -> Output {
    let output = Command::new(program).args(arguments).current_dir(directory).output();
    output.unwrap_or_else(|error| panic!("cannot start {program}: {error}; `cargo xtask test` installs it"))
}
