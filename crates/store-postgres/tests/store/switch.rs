//! A way to whichever server is the primary, as a virtual address or a proxy is.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Passes connections on to one port of loopback at a time. Those that are there are cut when it turns.
pub(crate) struct Switch {
    address: SocketAddr,
    target: watch::Sender<Option<u16>>,
    accepting: JoinHandle<()>,
}

impl Switch {
    pub(crate) async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (target, turned) = watch::channel(Some(port));
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, turned.clone()));
            }
        });
        Self { address, target, accepting }
    }

    /// Cuts everybody off, and lets nobody in.
    pub(crate) fn close(&self) {
        self.target.send_replace(None);
    }

    /// Cuts everybody off, and lets them in there.
    pub(crate) fn turn(&self, port: u16) {
        self.target.send_replace(Some(port));
    }

    /// The URL of the server, by way of this.
    pub(crate) fn url(&self, server: &str) -> String {
        let from = server.rfind('@').unwrap() + 1;
        let end = from + server[from..].find('/').unwrap();
        format!("{}{}{}?sslmode=disable", &server[..from], self.address, &server[end..])
    }
}

impl Drop for Switch {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn pass(mut client: TcpStream, mut turned: watch::Receiver<Option<u16>>) {
    let Some(port) = *turned.borrow_and_update() else { return };
    let Ok(mut server) = TcpStream::connect(("127.0.0.1", port)).await else { return };
    tokio::select! {
        _ = copy_bidirectional(&mut client, &mut server) => {}
        _ = turned.changed() => {}
    }
}
