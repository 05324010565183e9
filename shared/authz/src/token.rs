//! Staff tokens: EdDSA-signed by directory, verified by everybody with its published keys (JWKS).

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use ed25519_dalek::SigningKey;
use huiyin_kernel::{Actor, DistrictCode, Redacted, Role, StaffId, UnitCode};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How long a staff token lives. Short, because a token outlives the account by at most this long.
pub const STAFF_TOKEN_SECONDS: i64 = 300;
/// Clocks of two machines may differ by this much.
const LEEWAY_SECONDS: i64 = 5;
/// What stands before the 32 bytes of an Ed25519 private key in its PKCS#8 form (RFC 8410, section 7).
const PKCS8_ED25519: &[u8] = &[48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];
const ISSUER: &str = "huiyin-directory";

/// What a staff token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffClaims {
    iss: String,
    /// The member of staff.
    pub sub: StaffId,
    /// On behalf of which unit.
    pub unit: UnitCode,
    /// The unit's district.
    pub district: DistrictCode,
    /// In which roles.
    pub roles: Vec<Role>,
    /// The session at directory, which can be ended there.
    pub sid: Uuid,
    /// Issued, in seconds since 1970.
    pub iat: i64,
    /// Ends, in seconds since 1970.
    pub exp: i64,
}

impl StaffClaims {
    /// The claims of a token issued `now`.
    pub fn new(
        staff: StaffId,
        unit: UnitCode,
        district: DistrictCode,
        roles: Vec<Role>,
        session: Uuid,
        now: DateTime<Utc>,
    ) -> Self {
        let exp = (now + TimeDelta::seconds(STAFF_TOKEN_SECONDS)).timestamp();
        Self { iss: ISSUER.to_owned(), sub: staff, unit, district, roles, sid: session, iat: now.timestamp(), exp }
    }

    /// The member of staff as an actor.
    pub fn actor(&self) -> Actor {
        Actor::Staff {
            staff_id: self.sub,
            unit: self.unit.clone(),
            district: self.district.clone(),
            roles: self.roles.clone(),
        }
    }
}

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not one of ours, or changed.
    #[error("the token is not valid")]
    Invalid,
    /// Its time is over, or has not begun.
    #[error("the token has expired")]
    Expired,
    /// Signed with a key not known here (yet): fetch the key set again.
    #[error("the token was signed with an unknown key")]
    UnknownKey,
}

/// A public key as published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Jwk {
    /// Always `OKP`.
    pub kty: String,
    /// Always `Ed25519`.
    pub crv: String,
    /// Always `EdDSA`.
    pub alg: String,
    /// Always `sig`.
    #[serde(rename = "use")]
    pub usage: String,
    /// The key's name, derived from the key.
    pub kid: String,
    /// The key, base64url without padding.
    pub x: String,
}

/// A set of public keys: during a change of keys the old one stands beside the new one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Jwks {
    /// The keys.
    pub keys: Vec<Jwk>,
}

/// Directory's private key.
#[derive(Clone)]
pub struct StaffSigner {
    key: EncodingKey,
    public: Jwk,
}

impl StaffSigner {
    /// The key that a 32-byte seed stands for.
    pub fn from_seed(seed: &Redacted<[u8; 32]>) -> Self {
        let signing = SigningKey::from_bytes(seed.expose());
        let public = signing.verifying_key().to_bytes();
        let x = URL_SAFE_NO_PAD.encode(public);
        let document = [PKCS8_ED25519, seed.expose().as_slice()].concat();
        let kid = x[..16].to_owned();
        let [kty, crv, alg, usage] = ["OKP", "Ed25519", "EdDSA", "sig"].map(str::to_owned);
        Self { key: EncodingKey::from_ed_der(&document), public: Jwk { kty, crv, alg, usage, kid, x } }
    }

    /// The public half.
    pub const fn public(&self) -> &Jwk {
        &self.public
    }

    /// Signs claims.
    pub fn sign(&self, claims: &StaffClaims) -> String {
        let header = Header { kid: Some(self.public.kid.clone()), ..Header::new(Algorithm::EdDSA) };
        jsonwebtoken::encode(&header, claims, &self.key).expect("a key made from a seed signs any claims")
    }
}

impl fmt::Debug for StaffSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaffSigner").field("kid", &self.public.kid).finish_non_exhaustive()
    }
}

/// The public keys known here. Clones share them.
#[derive(Clone, Default)]
pub struct StaffKeys(Arc<RwLock<HashMap<String, DecodingKey>>>);

impl StaffKeys {
    /// Takes the place of all keys known. Keys of another kind or a wrong length are left out.
    pub fn replace(&self, jwks: &Jwks) {
        let usable = jwks.keys.iter().filter(|jwk| {
            let bytes = URL_SAFE_NO_PAD.decode(&jwk.x).unwrap_or_default();
            jwk.kty == "OKP" && jwk.crv == "Ed25519" && bytes.len() == 32
        });
        let keys = usable.filter_map(|jwk| Some((jwk.kid.clone(), DecodingKey::from_ed_components(&jwk.x).ok()?)));
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = keys.collect();
    }

    /// Checks signature, issuer and times.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<StaffClaims, TokenError> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Invalid)?;
        if header.alg != Algorithm::EdDSA {
            return Err(TokenError::Invalid);
        }
        let kid = header.kid.ok_or(TokenError::Invalid)?;
        let keys = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let key = keys.get(&kid).ok_or(TokenError::UnknownKey)?;
        // Times are checked below against the clock that was handed in, not by the library against the machine's.
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.set_issuer(&[ISSUER]);
        let claims =
            jsonwebtoken::decode::<StaffClaims>(token, key, &validation).map_err(|_| TokenError::Invalid)?.claims;
        let (now, life) = (now.timestamp(), claims.exp.saturating_sub(claims.iat));
        if !(0..=STAFF_TOKEN_SECONDS).contains(&life) {
            return Err(TokenError::Invalid);
        }
        let begun = claims.iat.saturating_sub(LEEWAY_SECONDS) <= now;
        if begun && now < claims.exp.saturating_add(LEEWAY_SECONDS) { Ok(claims) } else { Err(TokenError::Expired) }
    }
}

impl fmt::Debug for StaffKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.0.read().unwrap_or_else(PoisonError::into_inner);
        f.debug_tuple("StaffKeys").field(&keys.keys().collect::<Vec<_>>()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000, 0).expect("in range")
    }

    fn claims() -> StaffClaims {
        let unit = UnitCode::parse("city-hr").expect("a code");
        let district = DistrictCode::parse("990100").expect("a code");
        StaffClaims::new(
            StaffId::from(Uuid::from_u128(1)),
            unit,
            district,
            vec![Role::Officer],
            Uuid::from_u128(2),
            now(),
        )
    }

    fn signer(seed: u8) -> StaffSigner {
        StaffSigner::from_seed(&Redacted::new([seed; 32]))
    }

    fn keys(signers: &[&StaffSigner]) -> StaffKeys {
        let keys = StaffKeys::default();
        keys.replace(&Jwks { keys: signers.iter().map(|signer| signer.public().clone()).collect() });
        keys
    }

    #[test]
    fn a_token_tells_who_acts_until_it_expires() {
        let signer = signer(1);
        let token = signer.sign(&claims());
        let keys = keys(&[&signer]);
        assert_eq!(keys.verify(&token, now()), Ok(claims()));
        let last = now() + TimeDelta::seconds(STAFF_TOKEN_SECONDS + LEEWAY_SECONDS - 1);
        assert!(keys.verify(&token, last).is_ok());
        assert_eq!(keys.verify(&token, last + TimeDelta::seconds(1)), Err(TokenError::Expired));
        assert_eq!(keys.verify(&token, now() - TimeDelta::seconds(60)), Err(TokenError::Expired));
    }

    #[test]
    fn every_changed_character_makes_a_token_invalid() {
        let signer = signer(1);
        let token = signer.sign(&claims());
        let keys = keys(&[&signer]);
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ascii");
            assert!(keys.verify(&changed, now()).is_err(), "position {at}");
        }
    }

    #[test]
    fn keys_can_be_changed_with_both_valid_for_a_while() {
        let (old, new) = (signer(1), signer(2));
        let token = old.sign(&claims());
        assert_eq!(keys(&[&new]).verify(&token, now()), Err(TokenError::UnknownKey));
        assert!(keys(&[&new, &old]).verify(&token, now()).is_ok());
    }

    #[test]
    fn a_token_signed_with_the_public_key_as_a_shared_secret_or_not_signed_at_all_is_invalid() {
        let signer = signer(1);
        let keys = keys(&[&signer]);
        let header = Header { kid: Some(signer.public().kid.clone()), ..Header::new(Algorithm::HS256) };
        let forged = jsonwebtoken::encode(&header, &claims(), &EncodingKey::from_secret(signer.public().x.as_bytes()));
        assert_eq!(keys.verify(&forged.expect("encodes"), now()), Err(TokenError::Invalid));
        let unsigned = format!("{}.e30.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#));
        assert_eq!(keys.verify(&unsigned, now()), Err(TokenError::Invalid));
    }

    #[test]
    fn a_token_that_would_live_longer_than_allowed_is_invalid() {
        let signer = signer(1);
        let long = StaffClaims { exp: now().timestamp() + 86_400, ..claims() };
        assert_eq!(keys(&[&signer]).verify(&signer.sign(&long), now()), Err(TokenError::Invalid));
    }

    #[test]
    fn a_published_key_of_the_wrong_length_is_left_out() {
        let signer = signer(1);
        let keys = StaffKeys::default();
        keys.replace(&Jwks { keys: vec![Jwk { x: URL_SAFE_NO_PAD.encode([1; 5]), ..signer.public().clone() }] });
        assert_eq!(keys.verify(&signer.sign(&claims()), now()), Err(TokenError::UnknownKey));
    }
}
