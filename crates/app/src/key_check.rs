//! Checks that the keys of the key file are those of the registry. The stores compare one sealing key themselves when
//! they are opened; this checks the others, and the key that signs logins.

use domain::ports::{PasswordSealer, SealOwner, SealingKey};
use domain::value::{CustomerId, OrganizationId, Password};

use crate::admin::store_failed;
use crate::failure::Failure;
use crate::wiring::{Purpose, Wired};

/// The text that is sealed to recognize a key.
const KNOWN: &str = "guestbook";
/// The owner of that seal, who does not exist.
const NOBODY: SealOwner =
    SealOwner { organization_id: OrganizationId::from_bits(0), customer_id: CustomerId::from_bits(0) };

/// Checks every key that the registry depends on, and records the current ones the first time.
///
/// A signing key that differs from the registry's is refused, or accepted as the registry's new one, depending on the
/// purpose.
pub(crate) async fn check(wired: &Wired, purpose: Purpose) -> Result<(), Failure> {
    let known = wired.keys.sealing_keys().await.map_err(store_failed)?;
    for (number, key) in &known {
        if !wired.sealer.has_key(*number) {
            return Err(Failure::because(format!(
                "sealing key {number} is not in the key file, and values may still be sealed with it: put it back, then \
                 run http-api keys reseal"
            )));
        }
        let opens = |check| wired.sealer.open(check, NOBODY).is_ok_and(|text| text.reveal() == KNOWN);
        if !key.check.as_deref().is_none_or(opens) {
            return Err(Failure::because(format!(
                "sealing key {number} in the key file is not the one of this database; restore the key file"
            )));
        }
    }
    let current = known.get(&wired.sealer.current_key());
    if current.is_none_or(|key| key.check.is_none()) {
        add(wired, false).await?;
    }
    let public = wired.jwt_key.public();
    let recorded = wired.keys.signing_key(public, purpose == Purpose::AcceptSigningKey).await.map_err(store_failed)?;
    if recorded == public {
        return Ok(());
    }
    Err(Failure::because(
        "the signing key in the key file is not the one of this database; restore the key file, or accept the new key \
         with http-api keys accept-signing-key",
    ))
}

/// Records that a server is running with the current sealing key.
pub(crate) async fn note_serving(wired: &Wired) -> Result<(), Failure> {
    add(wired, true).await
}

async fn add(wired: &Wired, served: bool) -> Result<(), Failure> {
    let known = Password::parse(KNOWN).map_err(|error| Failure::new("sealing a known text", &error))?;
    let key = SealingKey { check: Some(wired.sealer.seal(&known, NOBODY)), served };
    wired.keys.add_sealing_key(wired.sealer.current_key(), key).await.map_err(store_failed)
}
