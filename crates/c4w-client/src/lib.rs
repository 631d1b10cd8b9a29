//! A client of the Cloud4Wi API: theirs, and Guestbook's, which speaks the same.
//!
//! [`Client`] is what callers see and tests replace; [`RealClient`] is it over HTTP. It logs in by itself, and again when
//! the session is dead; it repeats what can be repeated without doing it twice, and keeps to a rate of its own. What comes
//! back is told by its meaning ([`Error`]), and what is read is read leniently ([`wire`]). [`Forwarder`] sends customers of
//! Guestbook to an account elsewhere.

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
