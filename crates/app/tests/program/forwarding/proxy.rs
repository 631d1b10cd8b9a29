//! A proxy in front of a registry, which fails in every way that a network and an upstream can fail.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

use super::faults::Fault;
use super::way::Way;

/// The proxy.
pub(super) struct Proxy {
    pub(super) url: String,
    address: SocketAddr,
    way: Arc<Way>,
    /// `None` while it is not listening.
    serving: Option<JoinHandle<()>>,
}

impl Proxy {
    pub(super) async fn start(far: &str, seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut proxy =
            Self { url: format!("http://{address}"), address, way: Arc::new(Way::new(far, seed)), serving: None };
        proxy.listen(listener);
        proxy
    }

    fn listen(&mut self, listener: TcpListener) {
        let way = self.way.clone();
        self.serving = Some(tokio::spawn(async move {
            // They end with this task.
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(way.clone().serve(stream));
                while connections.try_join_next().is_some() {}
            }
        }));
    }

    /// Stops listening, and breaks existing connections.
    pub(super) async fn leave(&mut self) {
        let serving = self.serving.take().unwrap();
        serving.abort();
        let _ = serving.await;
    }

    pub(super) async fn come_back(&mut self) {
        self.listen(TcpListener::bind(self.address).await.unwrap());
    }

    /// Holds every request; on release, the held ones are dropped without an answer.
    pub(super) fn hold(&self, holding: bool) {
        self.way.holding.send_replace(holding);
    }

    /// The number of held requests.
    pub(super) fn held(&self) -> usize {
        self.way.held.load(Ordering::SeqCst)
    }

    /// The number of requests that were not held.
    pub(super) fn passed(&self) -> usize {
        self.way.passed.load(Ordering::SeqCst)
    }

    /// Lets this many further requests stall.
    pub(super) fn stall(&self, requests: usize) {
        let mut deck = self.way.deck.lock().unwrap();
        (0..requests).for_each(|_| deck.put_on_top(Fault::Stalled));
    }

    /// The faults that did not occur.
    pub(super) fn missing(&self) -> Vec<Fault> {
        self.way.deck.lock().unwrap().missing()
    }
}
