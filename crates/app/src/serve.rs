//! The server.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use c4w_client::is_unencrypted;
use domain::value::{PhoneNumber, install_numbering_plans};
use http_api::{Api, ConnectionBounds, ConnectionMetrics, Limits, Runtimes, Server, Site};
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::{JoinError, JoinHandle};

use crate::config::Config;
use crate::failure::Failure;
use crate::wiring::Wired;
use crate::{housekeeping, key_check, open_files, output, runtime, signing, welcome};

/// How long requests may take to finish after a stop: a little longer than the time limit of a request that has
/// arrived.
const DRAIN: Duration = Duration::from_secs(11);

/// Serves until SIGTERM or SIGINT.
pub(crate) async fn serve(config: &Config) -> Result<(), Failure> {
    let urgent = runtime::urgent()?;
    let served = serve_with(config, urgent.handle()).await;
    // No remaining task on it is awaited.
    urgent.shutdown_background();
    served
}

async fn serve_with(config: &Config, urgent: &Handle) -> Result<(), Failure> {
    let stop = {
        // On the runtime that is never too busy to receive it.
        let _entered = urgent.enter();
        stop_signal()?
    };
    let open = open_files::fit(config.connections.open, config.database_connections)
        .ok_or_else(|| Failure::because("the limit of open files is too low: raise it (ulimit -n, LimitNOFILE=)"))?;
    let bounds = ConnectionBounds { open, ..config.connections.clone() };
    let signer = config.signing.as_ref().map(signing::read).transpose()?;
    if let Some(file) = &config.numbering_plans {
        numbering_plans(file)?;
    }
    let wired = Wired::open(config).await?;
    key_check::note_serving(&wired).await?;
    carried_out(urgent.spawn(wired.open_radius()).await)??;
    let (listener, address) = listen(config.listen, urgent).await?;
    let radius = match config.radius_listen {
        Some(address) => Some(listen(address, urgent).await?),
        None => None,
    };
    tokio::task::spawn_blocking(PhoneNumber::warm_up);
    let housekeeping = tokio::spawn(housekeeping::run(wired.ports.clone(), wired.housekeeping.clone()));
    let forwarding = wired.forwarding.clone().start();

    if config.public_url.as_deref().is_some_and(is_unencrypted) {
        tracing::warn!("the public URL is not https: links to activation pages cross the network unencrypted");
    }
    let url = config.public_url.clone().unwrap_or_else(|| format!("http://{}", reachable(address)));
    tracing::info!(%address, version = env!("CARGO_PKG_VERSION"), "listening");
    output::say(&format!("# Guestbook listens on http://{address}"));
    if let Some((_, address)) = &radius {
        tracing::info!(%address, "listening for RADIUS servers, health checks and metrics");
        output::say(&format!("# RADIUS servers, health checks and metrics: http://{address}"));
    }
    welcome::greet(config, &wired.ports, &url).await?;

    let limits = Limits { rates: config.rates, ..Limits::default() };
    let site = Site { public_url: url, signer };
    let mut registry = Registry::default();
    wired.forwarding.metrics.register(&mut registry);
    wired.register(&mut registry);
    let connections = ConnectionMetrics::default();
    connections.register(&mut registry);
    let api = Api::new(wired.ports.clone(), wired.jwt_key.clone(), limits, site, registry);
    let stopping = api.clone();
    let stopping = urgent.spawn(async move {
        stop.await;
        stopping.stop();
    });
    let runtimes = Runtimes { urgent: urgent.clone(), usual: Handle::current() };
    let router = http_api::router_on(api.clone(), &runtimes);
    let main = run(Server::new("api", listener, router, bounds, &connections).on(runtimes), &api, urgent);
    let apart = radius.map(|(listener, _)| {
        let bounds = ConnectionBounds { open: open_files::RADIUS, ..ConnectionBounds::default() };
        let router = http_api::radius_router(api.clone());
        run(Server::new("radius", listener, router, bounds, &connections), &api, urgent)
    });
    let mut drained = carried_out(main.await)?;
    if let Some(apart) = apart {
        drained &= carried_out(apart.await)?;
    }
    stopping.abort();
    housekeeping.abort();
    let _ = housekeeping.await;
    forwarding.stop().await;
    if drained {
        tracing::info!("stopped");
    } else {
        tracing::warn!("stopped with connections still open");
    }
    wired.close().await
}

/// Validates telephone numbers by the plans in this file from now on.
fn numbering_plans(file: &Path) -> Result<(), Failure> {
    let reading = || format!("reading {}", file.display());
    let plans = std::fs::read(file).map_err(|error| Failure::new(reading(), &error))?;
    install_numbering_plans(&plans).map_err(|error| Failure::new(reading(), &error))
}

/// Runs a server until the interface is stopped.
fn run(server: Server, api: &Arc<Api>, urgent: &Handle) -> JoinHandle<bool> {
    let api = api.clone();
    urgent.spawn(async move { server.run(api.stopped(), DRAIN).await })
}

/// Binds the address, on the runtime that accepts the connections.
async fn listen(address: SocketAddr, urgent: &Handle) -> Result<(TcpListener, SocketAddr), Failure> {
    let failed = |error| Failure::new(format!("listening on {address}"), &error);
    let listener = carried_out(urgent.spawn(TcpListener::bind(address)).await)?.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

/// The result of a task.
fn carried_out<T>(task: Result<T, JoinError>) -> Result<T, Failure> {
    task.map_err(|error| Failure::new("serving", &error))
}

/// Waits until the process is asked to stop.
pub(crate) fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    let listen = |kind| signal(kind).map_err(|error| Failure::new("listening for signals", &error));
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
    })
}

/// An address to which a client on this machine can connect: "any address" is not one.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}
