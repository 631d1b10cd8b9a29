//! A server with TLS.

use postgres_cluster::{Cluster, Database, Settings};

use crate::quick;

const ENCRYPTED: &str = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

fn ask(server: &str) -> Result<String, postgres_cluster::Error> {
    Database::create(server)?.psql(ENCRYPTED)
}

#[test]
fn the_certificate_is_for_the_server_and_from_its_authority() {
    let cluster = Cluster::start(Settings::quick().with_tls()).unwrap();
    let verified = format!("postgres?sslmode=verify-full&sslrootcert={}", cluster.authority().unwrap().display());
    assert_eq!(ask(&cluster.url(&verified)).unwrap(), "t");
    assert_eq!(ask(&cluster.url(&verified).replace("127.0.0.1", "localhost")).unwrap(), "t");
    // The same address under a name that is not in the certificate.
    let other_name = ask(&cluster.url(&verified).replace("127.0.0.1", "[::ffff:127.0.0.1]")).unwrap_err().to_string();
    assert!(other_name.contains("does not match host name"), "{other_name}");
    assert_eq!(ask(&cluster.url("postgres?sslmode=disable")).unwrap(), "f");
}

#[test]
fn another_authority_does_not_do() {
    let (cluster, other) = std::thread::scope(|scope| {
        let start = || Cluster::start(Settings::quick().with_tls()).unwrap();
        let other = scope.spawn(start);
        (start(), other.join().unwrap())
    });
    let verified = format!("postgres?sslmode=verify-ca&sslrootcert={}", other.authority().unwrap().display());
    let error = ask(&cluster.url(&verified)).unwrap_err().to_string();
    assert!(error.contains("certificate verify failed"), "{error}");
}

#[test]
fn without_it_nothing_is_encrypted() {
    let cluster = quick();
    assert_eq!(cluster.authority(), None);
    let error = ask(&cluster.url("postgres?sslmode=require")).unwrap_err().to_string();
    assert!(error.contains("does not support SSL"), "{error}");
}
