//! The files as devices read them: each is read by a parser that knows the system's rules, or by the program that
//! people check such files with.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failure must end the test")]

mod sequence;
mod signers;
mod support;

mod android;
mod apple;
mod eap_config;
mod inputs;
mod linux;
mod qr;
mod round_trip;
mod signing;
mod throwaway;
mod windows;
