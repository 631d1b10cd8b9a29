//! The cryptography provider of TLS.

/// Selects ring for TLS in this process, unless a provider is already selected: the database's connections use ring
/// too, and it needs no further C library. A [`crate::RealClient`] calls this itself; before creating a reqwest client,
/// the program has to call it once, since reqwest's features are those of the whole workspace.
pub fn provide_tls() {
    // It fails if a provider is already selected, which then stays.
    drop(rustls::crypto::ring::default_provider().install_default());
}
