//! The file as Android reads it.

mod accepted;
mod refused;
