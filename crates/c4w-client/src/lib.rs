//! A client of the Cloud4Wi API: Cloud4Wi's own, and Guestbook's, which is compatible.
//!
//! [`Client`] is the trait that callers use and tests replace; [`RealClient`] implements it over HTTP. It logs in by
//! itself, and again when the session has ended; it repeats requests that cannot take effect twice, and limits its own
//! rate. Failures are reported by meaning ([`Error`]), and responses are read leniently ([`wire`]). [`Forwarder`] sends
//! Guestbook's customers to an upstream account.

mod batch;
mod client;
mod credentials;
mod error;
mod exchange;
mod forwarding;
mod identity;
mod lenient;
mod pace;
mod pauses;
mod real;
mod repeat;
mod request;
mod secret;
mod session;
mod tls;
pub mod wire;

pub use batch::{BatchAnswer, BatchAnswers, BatchTerms};
#[cfg(feature = "mock")]
pub use client::MockClient;
pub use client::{Body, Client, Creation, Page, TokenTerms};
pub use credentials::Credentials;
pub use error::{Error, Field, Problem};
pub use forwarding::Forwarder;
pub use pauses::{Pauses, RealPauses};
pub use real::{RealClient, Settings, is_unencrypted};
pub use secret::Secret;
pub use tls::provide_tls;
