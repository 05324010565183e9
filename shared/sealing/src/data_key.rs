use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD};
use zeroize::Zeroizing;

use crate::{Place, SealingError, suite};

/// The key that seals the fields of one petition. Wiped from memory when dropped, never printed.
#[derive(Clone)]
pub struct DataKey(Zeroizing<[u8; 32]>);

impl DataKey {
    /// A new random key.
    pub fn generate() -> Result<Self, SealingError> {
        let mut key = Zeroizing::new([0_u8; 32]);
        getrandom::fill(key.as_mut_slice()).map_err(|_| SealingError::NoRandomness)?;
        Ok(Self(key))
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, SealingError> {
        let key: [u8; 32] = bytes.try_into().map_err(|_| SealingError::Shape)?;
        Ok(Self(Zeroizing::new(key)))
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key as the base64 text in which intake hands it to a service that may open fields.
    pub fn to_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64_STANDARD.encode(self.0.as_slice()))
    }

    /// Reads a key handed over by intake.
    pub fn from_base64(text: &str) -> Result<Self, SealingError> {
        let bytes = Zeroizing::new(BASE64_STANDARD.decode(text).map_err(|_| SealingError::Shape)?);
        Self::from_bytes(&bytes)
    }

    /// Seals a value for its place: `algorithm ‖ nonce ‖ ciphertext`.
    pub fn seal(&self, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>, SealingError> {
        suite::seal(&self.0, &place.to_bytes(), plain)
    }

    /// Opens a value at its place.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealingError> {
        suite::open(&self.0, &place.to_bytes(), sealed)
    }

    /// [`Self::seal`] as base64, for JSON.
    pub fn seal_base64(&self, place: Place<'_>, plain: &[u8]) -> Result<String, SealingError> {
        self.seal(place, plain).map(|sealed| BASE64_STANDARD.encode(sealed))
    }

    /// Opens what [`Self::seal_base64`] made.
    pub fn open_base64(&self, place: Place<'_>, sealed: &str) -> Result<Zeroizing<Vec<u8>>, SealingError> {
        self.open(place, &BASE64_STANDARD.decode(sealed).map_err(|_| SealingError::Shape)?)
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use huiyin_kernel::DistrictCode;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn district() -> impl Strategy<Value = DistrictCode> {
        "[0-9]{6}([0-9]{3})?".prop_map(|code| DistrictCode::parse(&code).expect("a code"))
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens_at_its_place(plain: Vec<u8>, row: u128, district in district()) {
            let key = DataKey::generate().expect("random");
            let place = Place { table: "intake.petitioner", column: "name", row: Uuid::from_u128(row), district: &district };
            let sealed = key.seal(place, &plain).expect("seals");
            let held = key.open(place, &sealed).expect("opens");
            prop_assert_eq!(held.as_slice(), plain.as_slice());
            let carried = DataKey::from_base64(&key.to_base64()).expect("a key");
            let text = key.seal_base64(place, &plain).expect("seals");
            let held = carried.open_base64(place, &text).expect("opens");
            prop_assert_eq!(held.as_slice(), plain.as_slice());
            prop_assert_ne!(key.seal(place, &plain).expect("seals"), sealed, "the same value never looks the same twice");
        }

        /// S4: two ciphertexts swapped between rows, columns, tables or districts do not open.
        #[test]
        fn swapped_ciphertexts_do_not_open(a: [u8; 9], b: [u8; 9], row: u128, other: u128, home in district(), away in district()) {
            prop_assume!(row != other && home != away);
            let key = DataKey::generate().expect("random");
            let here = Place { table: "intake.petitioner", column: "name", row: Uuid::from_u128(row), district: &home };
            let places = [
                Place { row: Uuid::from_u128(other), ..here },
                Place { column: "phone", ..here },
                Place { table: "intake.petition", ..here },
                Place { district: &away, ..here },
                // The border between two parts cannot be moved either.
                Place { table: "intake.petitionern", column: "ame", ..here },
            ];
            for there in places {
                let (one, two) = (key.seal(here, &a).expect("seals"), key.seal(there, &b).expect("seals"));
                prop_assert_eq!(key.open(there, &one), Err(SealingError::Refused));
                prop_assert_eq!(key.open(here, &two), Err(SealingError::Refused));
            }
        }

        /// S4: no bit of nonce or ciphertext can be changed; a changed algorithm byte is named.
        #[test]
        fn any_flipped_bit_is_found(plain: Vec<u8>, at: prop::sample::Index, district in district()) {
            let key = DataKey::generate().expect("random");
            let place = Place { table: "t", column: "c", row: Uuid::nil(), district: &district };
            let mut sealed = key.seal(place, &plain).expect("seals");
            let bit = at.index(sealed.len() * 8);
            sealed[bit / 8] ^= 1 << (bit % 8);
            let expected = if bit < 8 { SealingError::Algorithm(sealed[0]) } else { SealingError::Refused };
            prop_assert_eq!(key.open(place, &sealed), Err(expected));
        }

        #[test]
        fn a_cut_or_foreign_value_is_refused_without_panic(bytes: Vec<u8>, text in ".{0,40}", district in district()) {
            let key = DataKey::generate().expect("random");
            let place = Place { table: "t", column: "c", row: Uuid::nil(), district: &district };
            prop_assert!(key.open(place, &bytes).is_err());
            prop_assert!(key.open_base64(place, &text).is_err());
            prop_assert!(DataKey::from_base64(&text).is_err());
        }
    }

    #[test]
    fn another_key_does_not_open() {
        let district = DistrictCode::parse("990101").expect("a code");
        let place = Place { table: "t", column: "c", row: Uuid::nil(), district: &district };
        let (one, two) = (DataKey::generate().expect("random"), DataKey::generate().expect("random"));
        assert_eq!(two.open(place, &one.seal(place, b"x").expect("seals")), Err(SealingError::Refused));
    }
}
