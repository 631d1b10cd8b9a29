//! The OpenAPI document, made from the handlers and their types.

use domain::access::Operation;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, Ref, ResponseBuilder, path};

use crate::routes::{health, metrics, radius, v1, v2, v3, v4, wifiprofile};
use crate::wire::{ErrorBody, ErrorField, add_single_values};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Guestbook",
        description = "The customer registry of a guest Wi-Fi, in the wire format of Cloud4Wi's customers API.",
    ),
    servers((url = "/")),
    security(("bearerAuth" = [])),
    paths(
        v1::sts::login::login,
        v1::sts::logout::logout,
        v1::sts::services::get,
        v1::organizations::policies::get,
        v1::organizations::settings::get::get,
        v1::organizations::settings::put::put,
        v1::organizations::locations::get::get,
        v1::organizations::locations::post::post,
        v1::locations::get::get,
        v4::organizations::device_settings::get,
        v3::customers::post::create,
        v3::customers::batch::post::create_all,
        v3::customers::put::update,
        v3::customers::get::read,
        v3::customers::credential::check::check,
        v2::customers::organizations::exist::exist,
        v3::customers::delete::erase,
        v3::customers::devices::report,
        v3::customers::history::read,
        v3::customers::sessions::list,
        v2::customers::organizations::list::list,
        v2::customers::token::issue,
        v2::customers::tokens::look_up,
        radius::authorize::authorize,
        radius::accounting::account,
        wifiprofile::get,
        health::live,
        health::ready,
        metrics::tell,
    ),
    components(schemas(ErrorBody, ErrorField, v3::customers::batch::BatchEnd, v3::customers::batch::BatchRow)),
    tags(
        (name = "sessions", description = "Logging in and out"),
        (name = "organizations", description = "Organizations, their settings and locations"),
        (name = "customers", description = "Customers"),
        (name = "tokens", description = "Temporary tokens of customers"),
        (name = "radius", description = "Requests of RADIUS servers"),
        (name = "profiles", description = "Files that install a customer's Wi-Fi login on a device"),
        (name = "health", description = "The state of the service"),
    ),
)]
struct Document;

/// The possible responses of an operation besides success, and the right that it requires.
struct Terms {
    operation_id: &'static str,
    right: Option<Operation>,
    errors: &'static [(&'static str, &'static str)],
}

const MALFORMED: (&str, &str) = ("400", "`malformed_json` or `malformed_request`: the request cannot be read");
const UNAUTHORIZED: (&str, &str) = ("401", "`unauthorized`: no Authorization header");
const FORBIDDEN: (&str, &str) = (
    "403",
    "`token_invalid`, `token_expired`: log in again. `forbidden`: role, scope or organization do not permit it",
);
const NO_CUSTOMER: (&str, &str) = ("404", "`not_found`: no such customer");
const TIMEOUT: (&str, &str) = ("408", "`request_timeout`: the body did not arrive in time");
const TOO_LARGE: (&str, &str) = ("413", "`payload_too_large`: the body is over 1 MiB");
const MEDIA_TYPE: (&str, &str) = ("415", "`unsupported_media_type`: the body is not application/json");
const QUERY: (&str, &str) = ("409", "`invalid_parameters`: a parameter is given twice, or holds U+0000");
const UNREADABLE: (&str, &str) = (
    "409",
    "`invalid_parameters`: a parameter is given twice, or holds U+0000. `unreadable`: the stored value of the listed field \
     cannot be read",
);
const LIMITED: (&str, &str) =
    ("429", "`rate_limited`: too many requests of this service, or password attempts; see Retry-After and RateLimit");
const MALFORMED_FORM: (&str, &str) = ("400", "`malformed_request`: the form cannot be read");
const NO_BEARER: (&str, &str) = ("401", "`unauthorized`: no bearer secret of a service of the role `radius`");
const FORM_TYPE: (&str, &str) = ("415", "`unsupported_media_type`: the body is not a form");
const WRONG_BEARERS: (&str, &str) = ("429", "`rate_limited`: too many wrong secrets; see Retry-After");
const INTERNAL: (&str, &str) = ("500", "`internal`: an internal error");
const UNAVAILABLE: (&str, &str) = ("503", "`unavailable`: temporarily unavailable; see Retry-After");
/// The errors of a page of a customer's entries.
const OF_A_PAGE: &[(&str, &str)] = &[
    MALFORMED,
    UNAUTHORIZED,
    FORBIDDEN,
    NO_CUSTOMER,
    ("409", "`invalid_parameters`: a parameter is invalid"),
    INTERNAL,
    UNAVAILABLE,
];

const TERMS: &[Terms] = &[
    Terms {
        operation_id: "login",
        right: None,
        errors: &[
            MALFORMED,
            ("401", "`unauthorized`: the client key or secret is wrong"),
            ("409", "`invalid_parameters`: the fields are listed"),
            TIMEOUT,
            TOO_LARGE,
            MEDIA_TYPE,
            ("429", "`rate_limited`: too many wrong secrets; see Retry-After"),
            INTERNAL,
            UNAVAILABLE,
        ],
    },
    Terms {
        operation_id: "logout",
        right: None,
        errors: &[("401", "`unauthorized`: the session has already ended"), INTERNAL, UNAVAILABLE],
    },
    Terms {
        operation_id: "getService",
        right: None,
        errors: &[
            MALFORMED,
            UNAUTHORIZED,
            ("403", "`token_invalid`, `token_expired`: log in again. `forbidden`: it is another service"),
            QUERY,
            LIMITED,
            INTERNAL,
            UNAVAILABLE,
        ],
    },
    Terms {
        operation_id: "listPolicies",
        right: Some(Operation::ReadAppSettings),
        errors: &[MALFORMED, UNAUTHORIZED, FORBIDDEN, QUERY, INTERNAL, UNAVAILABLE],
    },
    Terms {
        operation_id: "getDeviceSettings",
        right: Some(Operation::ReadAppSettings),
        errors: &[MALFORMED, UNAUTHORIZED, FORBIDDEN, QUERY, INTERNAL, UNAVAILABLE],
    },
    Terms {
        operation_id: "getSettings",
        right: Some(Operation::ReadSettings),
        errors: &[MALFORMED, UNAUTHORIZED, FORBIDDEN, QUERY, INTERNAL, UNAVAILABLE],
    },
    Terms {
        operation_id: "updateSettings",
        right: Some(Operation::ChangeSettings),
        errors: &[
            MALFORMED,
            UNAUTHORIZED,
            FORBIDDEN,
            ("409", "`invalid_parameters`: the fields are listed, and nothing was written"),
            TIMEOUT,
            TOO_LARGE,
            MEDIA_TYPE,
            INTERNAL,
            UNAVAILABLE,
        ],
    },
    Terms {
        operation_id: "listLocations",
        right: Some(Operation::ReadLocations),
        errors: &[
            MALFORMED,
            UNAUTHORIZED,
            FORBIDDEN,
            ("409", "`invalid_parameters`: the parameters are listed"),
            INTERNAL,
            UNAVAILABLE,
        ],
    },
    Terms {
        operation_id: "createLocation",
        right: Some(Operation::CreateLocation),
        errors: &[
            MALFORMED,
            UNAUTHORIZED,
            FORBIDDEN,
            ("409", "`invalid_parameters`: the fields are listed, and nothing was written"),
            TIMEOUT,
            TOO_LARGE,
            MEDIA_TYPE,
            INTERNAL,
            UNAVAILABLE,
        ],
    },
    Terms {
        operation_id: "getLocation",
        right: Some(Operation::ReadLocations),
        errors: &[
            MALFORMED,
            UNAUTHORIZED,
            FORBIDDEN,
            ("404", "`not_found`: no such location"),
            QUERY,
            INTERNAL,
            UNAVAILABLE,
        ],
    },
    Terms {
        operation_id: "createCustomer",
        right: Some(Operation::CreateCustomer),
        errors: &[
            MALFORMED,
            UNAUTHORIZED,
            FORBIDDEN,
            ("404", "`not_found`: the request was answered before, and its customer has been erased"),
            (
                "409",
                "`invalid_parameters`, `policy_not_accepted`, `duplicate_conflict`, `username_taken` or \
                 `idempotency_key_reused`: the fields are listed, and nothing was written",
            ),
            TIMEOUT,
            TOO_LARGE,
            MEDIA_TYPE,
            INTERNAL,
            UNAVAILABLE,
        ],
    },
    Terms {
        operation_id: "createCustomers",
        right: Some(Operation::CreateCustomers),
        errors: &[
            MALFORMED,
            UNAUTHORIZED,
            FORBIDDEN,
            ("409", "`invalid_parameters`: a parameter is invalid, and nothing was written"),
            ("415", "`unsupported_media_type`: the body is not application/x-ndjson"),
            INTERNAL,
            UNAVAILABLE,
        ],
    },
    Terms {
        operation_id: "updateCustomer",
        right: Some(Operation::UpdateCustomer),
        errors: &[
            MALFORMED,
            UNAUTHORIZED,
            FORBIDDEN,
            NO_CUSTOMER,
            (
                "409",
                "`invalid_parameters`: the fields are listed, and nothing was written. `unreadable`: the stored \
                 values of the listed fields cannot be read, and were not replaced",
            ),
            TIMEOUT,
            TOO_LARGE,
            MEDIA_TYPE,
            INTERNAL,
            UNAVAILABLE,
        ],
    },
    Terms {
        operation_id: "readCustomer",
        right: Some(Operation::ReadCustomer),
        errors: &[MALFORMED, UNAUTHORIZED, FORBIDDEN, NO_CUSTOMER, UNREADABLE, INTERNAL, UNAVAILABLE],
    },
    Terms {
        operation_id: "checkCredential",
        right: Some(Operation::CheckCredential),
        errors: &[
            MALFORMED,
            UNAUTHORIZED,
            FORBIDDEN,
            ("409", "`invalid_parameters`: the fields are listed"),
            TIMEOUT,
            TOO_LARGE,
            MEDIA_TYPE,
            INTERNAL,
            UNAVAILABLE,
        ],
    },
    Terms {
        operation_id: "customerExists",
        right: Some(Operation::SeekCustomer),
        errors: &[
            MALFORMED,
            UNAUTHORIZED,
            FORBIDDEN,
            ("404", "`not_found`: no customer has all of these values"),
            ("409", "`invalid_parameters`: a parameter is invalid, or none is known"),
            INTERNAL,
            UNAVAILABLE,
        ],
    },
    Terms {
        operation_id: "eraseCustomer",
        right: Some(Operation::EraseCustomer),
        errors: &[MALFORMED, UNAUTHORIZED, FORBIDDEN, NO_CUSTOMER, QUERY, INTERNAL, UNAVAILABLE],
    },
    Terms {
        operation_id: "reportDevice",
        right: Some(Operation::ReportDevice),
        errors: &[
            MALFORMED,
            UNAUTHORIZED,
            FORBIDDEN,
            NO_CUSTOMER,
            ("409", "`invalid_parameters`: the fields are listed, and nothing was written"),
            TIMEOUT,
            TOO_LARGE,
            MEDIA_TYPE,
            INTERNAL,
            UNAVAILABLE,
        ],
    },
    Terms { operation_id: "readHistory", right: Some(Operation::ReadHistory), errors: OF_A_PAGE },
    Terms { operation_id: "listSessions", right: Some(Operation::ReadSessions), errors: OF_A_PAGE },
    Terms {
        operation_id: "authorizeLogin",
        right: None,
        errors: &[
            MALFORMED_FORM,
            NO_BEARER,
            ("403", "`customer_locked`: the customer is locked"),
            ("404", "`not_found`: no customer has this name"),
            ("409", "`invalid_parameters`: the fields are listed"),
            TIMEOUT,
            TOO_LARGE,
            FORM_TYPE,
            WRONG_BEARERS,
            INTERNAL,
            UNAVAILABLE,
        ],
    },
    Terms {
        operation_id: "recordSession",
        right: None,
        errors: &[
            MALFORMED_FORM,
            NO_BEARER,
            ("409", "`invalid_parameters`: the fields are listed, and nothing was written"),
            TIMEOUT,
            TOO_LARGE,
            FORM_TYPE,
            WRONG_BEARERS,
            INTERNAL,
            UNAVAILABLE,
        ],
    },
    Terms {
        operation_id: "listCustomers",
        right: Some(Operation::ListCustomers),
        errors: &[
            MALFORMED,
            UNAUTHORIZED,
            FORBIDDEN,
            ("409", "`invalid_parameters`: the parameters are listed"),
            INTERNAL,
            UNAVAILABLE,
        ],
    },
    Terms {
        operation_id: "issueToken",
        right: Some(Operation::IssueToken),
        errors: &[
            MALFORMED,
            UNAUTHORIZED,
            FORBIDDEN,
            NO_CUSTOMER,
            ("409", "`invalid_parameters`: a parameter is out of range"),
            INTERNAL,
            UNAVAILABLE,
        ],
    },
    Terms {
        operation_id: "lookUpToken",
        right: Some(Operation::LookUpToken),
        errors: &[
            MALFORMED,
            UNAUTHORIZED,
            FORBIDDEN,
            ("404", "`not_found`: the token is unknown, expired or used up"),
            QUERY,
            INTERNAL,
            UNAVAILABLE,
        ],
    },
    Terms {
        operation_id: "getWifiProfile",
        right: None,
        errors: &[
            MALFORMED,
            ("403", "`customer_locked`: the customer is locked"),
            (
                "404",
                "`not_found`: the token is unknown, expired or used up; or the organization has no complete Passpoint \
                 settings; or no device can represent the customer's login",
            ),
            ("409", "`invalid_parameters`: the parameters are listed; `realm` also if it is not the organization's"),
            ("429", "`rate_limited`: too many pages and profiles; see Retry-After"),
            INTERNAL,
            UNAVAILABLE,
        ],
    },
    Terms { operation_id: "live", right: None, errors: &[] },
    Terms { operation_id: "ready", right: None, errors: &[UNAVAILABLE] },
    Terms { operation_id: "metrics", right: None, errors: &[INTERNAL] },
];

/// The OpenAPI document as JSON, indented by two spaces, with a line break at the end.
pub fn openapi_json() -> String {
    let mut document = Document::openapi();
    let components = document.components.get_or_insert_default();
    add_single_values(components);
    let bearer = || HttpBuilder::new().scheme(HttpAuthScheme::Bearer);
    components.add_security_scheme("bearerAuth", SecurityScheme::Http(bearer().bearer_format("JWT").build()));
    let of_radius = "The bearer secret, which is shown once, when a service of the role `radius` is added.";
    components.add_security_scheme("radiusBearer", SecurityScheme::Http(bearer().description(Some(of_radius)).build()));
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.delete];
        operations.into_iter().flatten().for_each(add_terms);
    }
    let mut json = document.to_pretty_json().unwrap_or_default();
    json.push('\n');
    json
}

fn add_terms(operation: &mut path::Operation) {
    let terms = TERMS.iter().find(|terms| Some(terms.operation_id) == operation.operation_id.as_deref());
    let Some(terms) = terms else { return };
    // An operation that requires a right is called by a service, whose requests are rate limited.
    let limited = terms.right.map(|_| LIMITED);
    for (status, description) in terms.errors.iter().chain(&limited) {
        let body = Content::new(Some(Ref::from_schema_name("error")));
        let response = ResponseBuilder::new().description(*description).content("application/json", body).build();
        operation.responses.responses.insert((*status).to_owned(), response.into());
    }
    if let Some(right) = terms.right {
        let roles: Vec<_> = right.roles().iter().map(|role| format!("`{}`", role.as_str())).collect();
        let text = format!("Roles: {}. Scope: `{}`.", roles.join(", "), right.scope().as_str());
        let description = operation.description.get_or_insert_default();
        *description = format!("{description}\n\n{text}");
    }
}
