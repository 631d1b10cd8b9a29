//! The pages in a real browser, used as a person would.

mod docs;
mod driver;
mod keyboard;
mod looks;
mod outside;
mod probes;
mod venue;
