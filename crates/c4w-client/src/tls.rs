//! The cryptography of TLS.

/// Has the process use ring for TLS, unless it has chosen already: it is what the database's connections use, and asks for
/// no further C library. Whoever makes a [`crate::RealClient`] need not call it; whoever makes a client of reqwest has to,
/// once, since its features are those of the whole workspace.
pub fn provide_tls() {
    // It fails when somebody has chosen before; that choice stands.
    drop(rustls::crypto::ring::default_provider().install_default());
}
