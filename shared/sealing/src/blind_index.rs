use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use huiyin_kernel::{DistrictCode, Redacted};
use sha2::Sha256;

/// Finds a sealed value by equality without opening anything: an HMAC per field and district, truncated to 16 bytes.
///
/// The key is never in the database: phone and identity numbers are few enough to be tried out by whoever has it.
/// Equal values of one field in one district are visible as equal; across districts and fields they are not.
pub struct BlindIndex(Redacted<[u8; 32]>);

impl BlindIndex {
    /// Indexes under `key`.
    pub const fn new(key: Redacted<[u8; 32]>) -> Self {
        Self(key)
    }

    /// The index of an already normalised `value`.
    pub fn index(&self, field: &str, district: &DistrictCode, value: &str) -> [u8; 16] {
        let mut mac = <Hmac<Sha256>>::new_from_slice(self.0.expose()).expect("an HMAC takes any key length");
        for part in ["huiyin.blind-index.v1", field, district.as_str(), value] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        let digest: [u8; 32] = mac.finalize().into_bytes().into();
        let mut index = [0; 16];
        index.copy_from_slice(&digest[..16]);
        index
    }
}

impl fmt::Debug for BlindIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BlindIndex([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn equal_values_meet_only_within_field_and_district(a in "[0-9]{11}", b in "[0-9]{11}", key: [u8; 32]) {
            prop_assume!(a != b);
            let index = BlindIndex::new(Redacted::new(key));
            let [here, there] = ["990101", "990102"].map(|code| DistrictCode::parse(code).expect("a code"));
            let one = index.index("phone", &here, &a);
            prop_assert_eq!(one, index.index("phone", &here, &a));
            prop_assert_ne!(one, index.index("phone", &here, &b));
            prop_assert_ne!(one, index.index("document", &here, &a));
            prop_assert_ne!(one, index.index("phone", &there, &a));
            prop_assert_ne!(one, index.index("phon", &here, &format!("e{a}")));
        }
    }
}
