//! The activation page in a real browser, driven as a person would.

mod driver;
mod keyboard;
mod looks;
mod outside;
mod probes;
mod venue;
