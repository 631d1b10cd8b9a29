//! The way to the server: who starts the program reads one line, soon, when there is none.

use std::time::{Duration, Instant};

use domain::ports::Readiness;
use postgres_cluster::{Cluster, Database, Settings, test_server};
use store_postgres::OpenError;

use crate::support::open;

/// The line, when the store was refused in time.
async fn refusal(url: &str, within: Duration) -> String {
    let started = Instant::now();
    let refused = open(url).await.unwrap_err();
    assert!(started.elapsed() < within, "{refused:?} after {:?}", started.elapsed());
    assert!(matches!(refused, OpenError::Unreachable { .. }), "{refused:?}");
    let told = format!("{refused}: {}", std::error::Error::source(&refused).unwrap());
    assert!(!told.contains('\n') && !told.contains("secret"), "{told}");
    told
}

/// The line, when the server that answered was refused at once.
async fn wrong_server(url: &str) -> String {
    let started = Instant::now();
    let refused = open(url).await.unwrap_err();
    assert!(started.elapsed() < AT_ONCE, "{refused:?} after {:?}", started.elapsed());
    let told = refused.to_string();
    assert!(!told.contains('\n') && !told.contains("secret"), "{told}");
    told
}

const AT_ONCE: Duration = Duration::from_secs(3);
const SOON: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_told() {
    // The port of nobody: it is ours, but nothing listens on it.
    let bound = std::net::UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let told = refusal(&format!("postgres://guest:secret@{bound}/registry"), SOON).await;
    assert!(told.starts_with(&format!("registry on {bound} cannot be reached: ")), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_says_nothing_is_told() {
    let mute = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    refusal(&format!("postgres://guest:secret@{}/registry", mute.local_addr().unwrap()), SOON).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_not_there_is_told() {
    let database = Database::create(&test_server()).unwrap();
    let (url, name) = (database.url(), database.name().to_owned());
    drop(database);
    let told = wrong_server(&url).await;
    assert!(told.starts_with(&name) && told.ends_with("does not exist; create it first"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_told() {
    let cluster = Cluster::start(Settings::quick()).unwrap();
    let (_, rest) =
        cluster.url("postgres").split_once('@').map(|(user, rest)| (user.to_owned(), rest.to_owned())).unwrap();
    let told = wrong_server(&format!("postgres://postgres:secret@{rest}")).await;
    assert!(told.ends_with("refuses the user or the password of the database URL"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_known_by_its_certificate() {
    let (cluster, other) = std::thread::scope(|scope| {
        let start = || Cluster::start(Settings::quick().with_tls()).unwrap();
        let other = scope.spawn(start);
        (start(), other.join().unwrap())
    });
    let database = Database::create(&cluster.url("postgres")).unwrap();
    let with = |mode: &str, authority: &Cluster| {
        format!("{}?sslmode={mode}&sslrootcert={}", database.url(), authority.authority().unwrap().display())
    };
    for url in
        [with("verify-full", &cluster), with("verify-ca", &cluster), format!("{}?sslmode=require", database.url())]
    {
        let store = open(&url).await.unwrap();
        store.check().await.unwrap();
        let plain = "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
                     WHERE application_name = 'guestbook' AND NOT ssl";
        assert_eq!(database.psql(plain).unwrap(), "0", "{url}");
        store.close().await;
    }
    // Another authority's, and one that only the machine's own authorities could vouch for.
    for url in
        [with("verify-full", &other), with("verify-ca", &other), format!("{}?sslmode=verify-full", database.url())]
    {
        let told = refusal(&url, SOON).await;
        assert!(told.contains("certificate"), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn encryption_that_the_server_does_not_have_is_told() {
    let cluster = Cluster::start(Settings::quick()).unwrap();
    let told = refusal(&cluster.url("postgres?sslmode=require"), SOON).await;
    assert!(told.contains("TLS"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_kind_of_server_is_told() {
    for answer in ["HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2p1\r\n", "J\0\0\0\n8.0.36\0"] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let answering = tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                tokio::io::AsyncWriteExt::write_all(&mut client, answer.as_bytes()).await.unwrap();
                // Until the other side has read it.
                drop(tokio::io::AsyncReadExt::read_to_end(&mut client, &mut Vec::new()).await);
            }
        });
        let told = wrong_server(&format!("postgres://guest:secret@{address}/registry")).await;
        assert!(told.contains("does not answer as PostgreSQL does"), "{told}");
        answering.abort();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_takes_no_writes_is_told() {
    let cluster = Cluster::start(Settings::quick()).unwrap();
    let standby = cluster.standby().unwrap();
    let told = wrong_server(&standby.url("postgres")).await;
    assert!(told.ends_with("takes no writes: it is a standby; name the primary in the database URL"), "{told}");
    let database = Database::create(&cluster.url("postgres")).unwrap();
    database.psql(&format!("ALTER DATABASE {} SET default_transaction_read_only = on", database.name())).unwrap();
    let told = wrong_server(&database.url()).await;
    assert!(told.contains("default_transaction_read_only is on"), "{told}");
}
