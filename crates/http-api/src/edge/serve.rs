//! The accept loop.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{Instant, interval_at, sleep, timeout};

use super::answering::Answering;
use super::connections::{
    Admission, ConnectionBounds, ConnectionHandle, ConnectionMetrics, End, Places, Seat, Watched,
};
use super::head::HEAD_BYTES;
use super::heads::Heads;
use super::runtimes::{Runtimes, register};

/// The maximum read buffer of a body and write buffer of a streamed response, which bounds the memory of a connection.
/// A head has to fit into it.
const BUFFER: usize = HEAD_BYTES;
/// The socket's send buffer in bytes; Linux uses twice as much. With the megabytes that it would use by default, a slow
/// reader would show no progress for longer than the stall time, and a client that reads nothing would hold as much
/// memory. A client that is 50 ms away still gets 5 MB a second.
const SEND_BUFFER: usize = 128 * 1024;
/// The pause after a failed accept, mostly for lack of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How long a stop waits for clients to send the rest of a request or to read a response. The server accepts no
/// connections meanwhile, and anyone can begin a request and not finish it.
const CLIENT_GRACE: Duration = Duration::from_secs(3);
/// The interval at which a stop then closes connections that wait for their client.
const CLIENT_CHECK: Duration = Duration::from_millis(100);
/// Minimum time between two log lines about failed accepts.
const ACCEPT_WARNINGS: Duration = Duration::from_secs(10);

/// Serves a router on a listener. There may be several servers, each with its own bounds.
pub struct Server {
    listener: TcpListener,
    router: Router,
    places: Arc<Places>,
    /// `None` if everything runs on the accepting runtime.
    runtimes: Option<Runtimes>,
}

impl Server {
    /// Creates a server. `name` identifies it in metrics and in the log.
    pub fn new(
        name: &'static str,
        listener: TcpListener,
        router: Router,
        bounds: ConnectionBounds,
        metrics: &ConnectionMetrics,
    ) -> Self {
        // Connections inherit the option from their listener.
        if let Err(error) = SockRef::from(&listener).set_send_buffer_size(SEND_BUFFER) {
            tracing::warn!(%error, "SO_SNDBUF was not set");
        }
        Self { listener, router, places: Places::new(name, bounds, metrics), runtimes: None }
    }

    /// Serves each connection on the runtime for its first request. The listener must be registered with the runtime
    /// that runs this, which should be the urgent one.
    #[must_use]
    pub fn on(self, runtimes: Runtimes) -> Self {
        Self { runtimes: Some(runtimes), ..self }
    }

    /// Serves until `stop` is ready. Then accepts no more connections, closes those without a request in progress, and
    /// lets the others finish within `drain`, or within a few seconds if they wait for their client. Returns `false` if
    /// a request was still being answered at the end.
    pub async fn run(self, stop: impl Future<Output = ()>, drain: Duration) -> bool {
        let Self { listener, router, places, runtimes } = self;
        let connections = GracefulShutdown::new();
        let mut stop = std::pin::pin!(stop);
        let mut failures = Failures::default();
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = &mut stop => break,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let seated = tokio::select! {
                        seated = seat(&places, peer) => seated,
                        () = &mut stop => break,
                    };
                    if let Some(seat) = seated {
                        let connection = Connection {
                            service: Routed {
                                router: TowerToHyperService::new(router.clone()),
                                connection: seat.connection().clone(),
                            },
                            bounds: places.bounds().clone(),
                            watcher: connections.watcher(),
                        };
                        spawn(stream, seat, connection, runtimes.clone());
                    }
                }
                // The client disconnected before the accept.
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                Err(error) => {
                    failures.log(&error);
                    places.accept_failed();
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
        drop(listener);
        places.close_idle();
        let mut ended = std::pin::pin!(timeout(drain, connections.shutdown()));
        let mut checks = interval_at(Instant::now() + CLIENT_GRACE, CLIENT_CHECK);
        loop {
            tokio::select! {
                ended = &mut ended => return ended.is_ok(),
                _ = checks.tick() => places.close_waiting(),
            }
        }
    }
}

/// Waits for a place for a connection; `None` if it is refused.
async fn seat(places: &Arc<Places>, peer: SocketAddr) -> Option<Seat> {
    loop {
        match places.enter(peer.ip()) {
            Admission::Seated(seat) => return Some(seat),
            Admission::Refused => return None,
            Admission::Full => places.freed().await,
        }
    }
}

fn spawn(stream: TcpStream, seat: Seat, connection: Connection, runtimes: Option<Runtimes>) {
    // Responses are small and complete: waiting to fill a packet only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY was not set");
    }
    tokio::spawn(async move {
        let serving = async {
            match runtimes {
                Some(runtimes) => connection.serve_on(stream, &runtimes).await,
                None => connection.serve(stream).await,
            }
        };
        tokio::select! {
            // A connection that was asked to close takes no further request.
            biased;
            () = seat.connection().closing() => {}
            ended = serving => if let Err(error) = ended {
                tracing::debug!(error, "a connection broke");
            },
        }
    });
}

/// A connection without its stream.
struct Connection {
    service: Routed,
    bounds: ConnectionBounds,
    watcher: Watcher,
}

impl Connection {
    /// Serves the connection on the runtime that its first bytes select, and stops serving it when this is dropped.
    async fn serve_on(self, stream: TcpStream, runtimes: &Runtimes) -> Result<(), String> {
        let Ok(runtime) = timeout(self.bounds.head_time, runtimes.of(&stream)).await else {
            self.service.connection.note_end(End::NoHead);
            return Ok(());
        };
        let runtime = runtime.map_err(|error| error.to_string())?;
        let stream = register(stream, runtime).map_err(|error| error.to_string())?;
        let mut serving = JoinSet::new();
        serving.spawn_on(self.serve(stream), runtime);
        match serving.join_next().await {
            Some(Ok(ended)) => ended,
            Some(Err(error)) => Err(error.to_string()),
            None => Ok(()),
        }
    }

    async fn serve(self, stream: TcpStream) -> Result<(), String> {
        let stream = Watched::new(stream, self.service.connection.clone(), &self.bounds);
        let stream = Heads::new(stream, self.service.connection.clone());
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            // The stream enforces the time for a head, which differs between the first one and others.
            .header_read_timeout(None)
            .max_buf_size(BUFFER)
            .serve_connection(TokioIo::new(stream), self.service);
        self.watcher.watch(connection).await.map_err(|error| error.to_string())
    }
}

/// The router as one connection sees it.
struct Routed {
    router: TowerToHyperService<Router>,
    connection: Arc<ConnectionHandle>,
}

impl Service<Request<Incoming>> for Routed {
    type Response = Response<Answering>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        let turn = self.connection.begin();
        if let Some(fault) = self.connection.count_request() {
            request.extensions_mut().insert(fault);
        }
        request.extensions_mut().insert(self.connection.clone());
        let answering = turn.is_some().then(|| self.router.call(request));
        Box::pin(async move {
            match answering {
                Some(answering) => {
                    let response: Response<Body> = answering.await?;
                    Ok(response.map(|body| Answering::new(body, turn)))
                }
                // The connection was asked to close, and ends as soon as its task notices.
                None => std::future::pending().await,
            }
        })
    }
}

/// Logs failed accepts, at intervals.
#[derive(Default)]
struct Failures {
    /// The number since the last line.
    count: u64,
    logged: Option<Instant>,
}

impl Failures {
    fn log(&mut self, error: &io::Error) {
        self.count += 1;
        if self.logged.is_none_or(|logged| logged.elapsed() >= ACCEPT_WARNINGS) {
            tracing::warn!(%error, times = self.count, "connections cannot be accepted");
            *self = Self { count: 0, logged: Some(Instant::now()) };
        }
    }
}
