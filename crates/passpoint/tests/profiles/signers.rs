//! Keys and chains that sign files, made by the program openssl.

use std::fs;
use std::sync::OnceLock;

use passpoint::SigningIdentity;
use tempfile::TempDir;

use crate::support::run;

/// A signer with the two authorities above it, all in PEM.
pub(crate) struct Signer {
    /// The signer's certificate, then that of its issuer.
    pub(crate) chain: String,
    /// The key in PKCS#8.
    pub(crate) key: String,
    /// The key in the older form of its kind.
    pub(crate) old_key: String,
    /// The root that devices trust.
    pub(crate) root: String,
}

impl Signer {
    pub(crate) fn identity(&self) -> SigningIdentity {
        SigningIdentity::parse(&self.chain, &self.key).unwrap()
    }

    /// A signer whose keys `genpkey` makes with these options and this program converts to their older form.
    fn make(kind: &str, old_form: &str) -> Self {
        let place = TempDir::new().unwrap();
        let openssl = |line: &str| run(place.path(), "openssl", &line.split(' ').collect::<Vec<_>>());
        fs::write(place.path().join("authority"), "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\n").unwrap();
        let usage = "basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage=emailProtection\n";
        fs::write(place.path().join("leaf"), usage).unwrap();
        for (name, by, extensions) in
            [("root", "", "authority"), ("middle", "root", "authority"), ("signer", "middle", "leaf")]
        {
            openssl(&format!("genpkey {kind} -out {name}.key"));
            openssl(&format!("req -new -key {name}.key -subj /CN={name} -out {name}.csr"));
            let by = if by.is_empty() { "-key root.key".to_owned() } else { format!("-CA {by}.pem -CAkey {by}.key") };
            let form = format!("-days 30 -sha256 -set_serial 7 -extfile {extensions}");
            openssl(&format!("x509 -req -in {name}.csr {by} {form} -out {name}.pem"));
        }
        openssl(&format!("{old_form} -in signer.key -out old.key"));
        let read = |name: &str| fs::read_to_string(place.path().join(name)).unwrap();
        let chain = read("signer.pem") + &read("middle.pem");
        Self { chain, key: read("signer.key"), old_key: read("old.key"), root: read("root.pem") }
    }
}

/// A signer with RSA keys.
pub(crate) fn rsa() -> &'static Signer {
    static SIGNER: OnceLock<Signer> = OnceLock::new();
    SIGNER.get_or_init(|| Signer::make("-algorithm RSA -pkeyopt rsa_keygen_bits:2048", "rsa -traditional"))
}

/// A signer with keys on the curve P-256.
pub(crate) fn p256() -> &'static Signer {
    static SIGNER: OnceLock<Signer> = OnceLock::new();
    SIGNER.get_or_init(|| Signer::make("-algorithm EC -pkeyopt ec_paramgen_curve:P-256", "ec"))
}
