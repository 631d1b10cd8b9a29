//! Every address of the service.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get, post};
use tower::ServiceBuilder;
use tower::util::MapRequestLayer;
use tower_http::catch_panic::CatchPanicLayer;

use super::{activate, docs, health, metrics, radius, v1, v2, v3, v4, wifiprofile};
use crate::edge::runtimes::run_on;
use crate::edge::{envelope, slashes};
use crate::{Api, ApiError, Runtimes};

/// A HEAD would issue a token that nobody sees.
async fn no_head() -> ApiError {
    ApiError::MethodNotAllowed
}

/// The whole HTTP interface.
pub fn router(api: Arc<Api>) -> Router {
    let (usual, urgent) = (usual(&api), urgent(&api));
    finish(usual.merge(urgent), api)
}

/// The same, with every request on the runtime that it belongs to.
pub fn router_on(api: Arc<Api>, runtimes: &Runtimes) -> Router {
    let usual = usual(&api).layer(from_fn_with_state(runtimes.usual.clone(), run_on));
    let urgent = urgent(&api).route_layer(from_fn_with_state(runtimes.urgent.clone(), run_on));
    finish(usual.merge(urgent), api)
}

/// What RADIUS servers and those who watch the service need, and nothing else: for a listener of their own.
pub fn radius_router(api: Arc<Api>) -> Router {
    let nothing = Router::new()
        .fallback(nothing_here)
        .layer(CatchPanicLayer::custom(envelope::panicked))
        .layer(from_fn_with_state(api.clone(), envelope::wrap));
    finish(nothing.merge(urgent(&api)), api)
}

async fn nothing_here() -> ApiError {
    ApiError::NotFound("There is nothing at this address.")
}

/// Routing looks at the path, so the path is mended before it: outside the router, not in a layer of it.
fn finish(routes: Router<Arc<Api>>, api: Arc<Api>) -> Router {
    let routes = routes.with_state(api);
    Router::new().fallback_service(ServiceBuilder::new().layer(MapRequestLayer::new(slashes::collapse)).service(routes))
}

/// Requests that must not wait for others.
fn urgent(api: &Arc<Api>) -> Router<Arc<Api>> {
    // Those of RADIUS servers have less time than others, and whoever asks whether the service is ready has no more.
    let in_time = Router::new()
        .route("/radius/authorize", post(radius::authorize::authorize))
        .route("/radius/accounting", post(radius::accounting::account))
        .route("/health/ready", get(health::ready))
        .route_layer(from_fn_with_state(api.clone(), radius::in_time));
    Router::new()
        .route("/health/live", get(health::live))
        .route("/metrics", get(metrics::tell))
        .merge(in_time)
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .layer(CatchPanicLayer::custom(envelope::panicked))
        .layer(from_fn_with_state(api.clone(), envelope::wrap))
}

/// All others.
fn usual(api: &Arc<Api>) -> Router<Arc<Api>> {
    Router::new()
        .route("/v1/sts/login/services", post(v1::sts::login::login))
        .route("/v1/sts/logout", post(v1::sts::logout::logout))
        .route("/v1/sts/services/{serviceId}", get(v1::sts::services::get))
        .route("/v1/organizations/{org}/policies", get(v1::organizations::policies::get))
        .route(
            "/v1/organizations/{org}/settings",
            get(v1::organizations::settings::get::get).put(v1::organizations::settings::put::put),
        )
        .route(
            "/v1/organizations/{org}/locations",
            get(v1::organizations::locations::get::get).post(v1::organizations::locations::post::post),
        )
        .route("/v1/locations/{lid}", get(v1::locations::get::get))
        .route("/v2/customers/organizations/{org}/exist", get(v2::customers::organizations::exist::exist))
        .route("/v2/customers/organizations/{org}", get(v2::customers::organizations::list::list))
        .route("/v2/customers/{cid}/token", get(v2::customers::token::issue).head(no_head))
        .route("/v2/customers/tokens/{token}", get(v2::customers::tokens::look_up))
        .route("/v3/customers", post(v3::customers::post::create))
        .route("/v3/customers/batch", post(v3::customers::batch::post::create_all))
        .route("/v3/customers/credential/check", post(v3::customers::credential::check::check))
        .route(
            "/v3/customers/{cid}",
            get(v3::customers::get::read).put(v3::customers::put::update).delete(v3::customers::delete::erase),
        )
        .route("/v3/customers/{cid}/devices", post(v3::customers::devices::report))
        .route("/v3/customers/{cid}/history", get(v3::customers::history::read))
        .route("/v3/customers/{cid}/sessions", get(v3::customers::sessions::list))
        .route("/v4/organizations/{org}/devices/{device}/settings", get(v4::organizations::device_settings::get))
        .route("/activate", get(activate::mistyped::without_token))
        .route("/activate/", get(activate::mistyped::without_token))
        .route("/activate/{token}/", any(activate::mistyped::with_slash))
        .route("/activate/profiles/{grant}/", any(activate::mistyped::with_slash))
        .route("/activate/{token}", get(activate::start::show).post(activate::post::ask))
        .route("/activate/profiles/{grant}", get(activate::finish::show))
        .route("/activate/profiles/{grant}/profile", get(activate::profile::fetch))
        .route("/activate/profiles/{grant}/wifi.config", get(activate::profile::fetch))
        .route("/activate/profiles/{grant}/wifi.cmd", get(activate::script::fetch))
        .route("/activate/profiles/{grant}/authority.crt", get(activate::authority::fetch))
        .route("/wifiprofile", get(wifiprofile::get))
        .route("/", get(docs::root))
        .route("/openapi.json", get(docs::openapi))
        .route("/docs", get(docs::index))
        .route("/docs/", get(docs::index))
        .route("/docs/{*file}", get(docs::file))
        .fallback(nothing_here)
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .layer(CatchPanicLayer::custom(envelope::panicked))
        .layer(from_fn_with_state(api.clone(), envelope::wrap))
}
