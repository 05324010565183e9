//! What every command needs.

use std::sync::Arc;

use huiyin_authz::{Jwks, Permission, StaffSigner, require};
use huiyin_journal::Db;
use huiyin_kernel::{Actor, BusinessClock, DistrictCode, IdSequence, Ids, InfraClock, Redacted};
use huiyin_settings::Limits;
use sha2::{Digest as _, Sha256};
use uuid::{Builder, Uuid};

use super::{Error, Passwords};
use crate::domain::Refusal;
use crate::events::outgoing::Act;

/// What every command needs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Context {
    /// The store.
    pub db: Db,
    /// Business time, for the journal.
    pub clock: BusinessClock,
    /// Infrastructure time, for sessions and tokens.
    pub infra: InfraClock,
    /// Identifiers.
    pub ids: Ids,
    /// Signs staff tokens.
    pub signer: Arc<StaffSigner>,
    /// Its public key, and those of older signers whose tokens still live.
    pub keys: Jwks,
    /// Hashes passwords.
    pub passwords: Passwords,
    /// Keys the digests of logins and addresses.
    pub digest_key: Redacted<[u8; 32]>,
    /// Limits.
    pub limits: Limits,
}

impl Context {
    /// An act of `actor` now. Its cause derives from what is changed and from which version: no two acts share it.
    pub(super) fn act(&self, actor: &Actor, what: &str, key: &str, version: i64) -> Act {
        Act { actor: actor.clone(), cause: cause(&[what, key, &version.to_string()]), at: self.clock.now() }
    }

    /// The ids that an act may spend.
    pub(super) fn ids_of(&self, act: &Act) -> IdSequence {
        self.ids.for_cause(act.cause)
    }

    /// A digest that tells nothing without the key.
    pub(super) fn digest(&self, what: &str, value: &str) -> Vec<u8> {
        let mut hasher = Sha256::new();
        hasher.update(self.digest_key.expose());
        hasher.update(what.as_bytes());
        hasher.update([0]);
        hasher.update(value.as_bytes());
        // Hashed twice, so that a digest cannot be continued into another one's.
        Sha256::digest(hasher.finalize()).to_vec()
    }
}

/// An id that stands for these words.
pub(super) fn cause(parts: &[&str]) -> Uuid {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&hasher.finalize()[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

/// Lets pass who holds the permission and whose district contains `district`.
pub(super) fn authorise(actor: &Actor, permission: Permission, district: &DistrictCode) -> Result<(), Error> {
    require(actor, permission)?;
    match actor {
        Actor::Staff { district: own, .. } if !own.contains(district) => Err(Refusal::OutsideDistrict.into()),
        Actor::Staff { .. } | Actor::Petitioner | Actor::System { .. } => Ok(()),
    }
}
