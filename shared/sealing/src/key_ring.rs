use std::{collections::BTreeMap, fmt};

use hmac::{Hmac, KeyInit, Mac};
use huiyin_kernel::Redacted;
use sha2::Sha256;
use uuid::Uuid;

use crate::{DataKey, SealingError, suite};

/// Which key-encryption key wrapped a data key: the first eight bytes of an HMAC under it, so it needs no register.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KekId([u8; 8]);

impl KekId {
    fn of(kek: &[u8; 32]) -> Self {
        let mut mac = <Hmac<Sha256>>::new_from_slice(kek).expect("an HMAC takes any key length");
        mac.update(b"huiyin.kek.id.v1");
        let digest: [u8; 32] = mac.finalize().into_bytes().into();
        let mut id = [0; 8];
        id.copy_from_slice(&digest[..8]);
        Self(id)
    }

    /// As stored beside a wrapped key, to find what still has to be rewrapped.
    pub const fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }
}

impl fmt::Debug for KekId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KekId(")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

/// The key-encryption keys at hand: one that wraps, and older ones that still unwrap while keys are being rewrapped.
pub struct KeyRing {
    current: KekId,
    keys: BTreeMap<KekId, Redacted<[u8; 32]>>,
}

impl KeyRing {
    /// A ring whose `current` key wraps; `older` ones only unwrap.
    pub fn new(current: Redacted<[u8; 32]>, older: impl IntoIterator<Item = Redacted<[u8; 32]>>) -> Self {
        let id = KekId::of(current.expose());
        let mut keys: BTreeMap<_, _> = older.into_iter().map(|kek| (KekId::of(kek.expose()), kek)).collect();
        keys.insert(id, current);
        Self { current: id, keys }
    }

    /// The key that wraps.
    pub const fn current(&self) -> KekId {
        self.current
    }

    /// `kek id ‖ algorithm ‖ nonce ‖ ciphertext`, bound to the data key's own id.
    pub fn wrap(&self, key_id: Uuid, key: &DataKey) -> Result<Vec<u8>, SealingError> {
        let kek = self.keys.get(&self.current).ok_or(SealingError::UnknownKek)?;
        let mut wrapped = self.current.0.to_vec();
        wrapped.extend(suite::seal(kek.expose(), &aad(key_id), key.as_bytes())?);
        Ok(wrapped)
    }

    /// Opens a wrapped data key.
    pub fn unwrap(&self, key_id: Uuid, wrapped: &[u8]) -> Result<DataKey, SealingError> {
        let (id, sealed) = wrapped.split_first_chunk::<8>().ok_or(SealingError::Shape)?;
        let kek = self.keys.get(&KekId(*id)).ok_or(SealingError::UnknownKek)?;
        DataKey::from_bytes(&suite::open(kek.expose(), &aad(key_id), sealed)?)
    }

    /// The same data key under the current key; `None` when it already is. Rotation needs no field to be sealed anew.
    pub fn rewrap(&self, key_id: Uuid, wrapped: &[u8]) -> Result<Option<Vec<u8>>, SealingError> {
        if wrapped.starts_with(&self.current.0) {
            return Ok(None);
        }
        self.wrap(key_id, &self.unwrap(key_id, wrapped)?).map(Some)
    }
}

fn aad(key_id: Uuid) -> Vec<u8> {
    let mut aad = b"huiyin.data-key.v1".to_vec();
    aad.extend_from_slice(key_id.as_bytes());
    aad
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing").field("current", &self.current).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn same(a: &DataKey, b: &DataKey) -> bool {
        a.as_bytes() == b.as_bytes()
    }

    proptest! {
        #[test]
        fn a_wrapped_key_opens_for_its_own_id_alone(kek: [u8; 32], id: u128, other: u128) {
            prop_assume!(id != other);
            let ring = KeyRing::new(Redacted::new(kek), []);
            let key = DataKey::generate().expect("random");
            let wrapped = ring.wrap(Uuid::from_u128(id), &key).expect("wraps");
            prop_assert!(same(&ring.unwrap(Uuid::from_u128(id), &wrapped).expect("unwraps"), &key));
            prop_assert_eq!(ring.unwrap(Uuid::from_u128(other), &wrapped).err(), Some(SealingError::Refused));
        }

        #[test]
        fn any_flipped_bit_of_a_wrapped_key_is_found(kek: [u8; 32], at in 0_usize..(8 + 1 + 12 + 32 + 16) * 8) {
            let ring = KeyRing::new(Redacted::new(kek), []);
            let mut wrapped = ring.wrap(Uuid::nil(), &DataKey::generate().expect("random")).expect("wraps");
            wrapped[at / 8] ^= 1 << (at % 8);
            prop_assert!(ring.unwrap(Uuid::nil(), &wrapped).is_err());
        }

        #[test]
        fn rotation_rewraps_and_the_old_key_can_then_go(old: [u8; 32], new: [u8; 32], id: u128) {
            prop_assume!(old != new);
            let id = Uuid::from_u128(id);
            let key = DataKey::generate().expect("random");
            let wrapped = KeyRing::new(Redacted::new(old), []).wrap(id, &key).expect("wraps");
            let both = KeyRing::new(Redacted::new(new), [Redacted::new(old)]);
            let rewrapped = both.rewrap(id, &wrapped).expect("rewraps").expect("was wrapped under the old key");
            prop_assert_eq!(both.rewrap(id, &rewrapped), Ok(None));
            let only_new = KeyRing::new(Redacted::new(new), []);
            prop_assert!(same(&only_new.unwrap(id, &rewrapped).expect("unwraps"), &key));
            prop_assert_eq!(only_new.unwrap(id, &wrapped).err(), Some(SealingError::UnknownKek));
        }
    }
}
