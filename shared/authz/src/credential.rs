//! Calls between services: a signed statement "I am intake, this is for directory", good for a minute.

use std::fmt;

use chrono::{DateTime, Utc};
use huiyin_kernel::{Redacted, Service};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

const LIFE_SECONDS: i64 = 60;
const LEEWAY_SECONDS: i64 = 30;

/// The shared secret of this installation's services, ready to sign and check.
#[derive(Clone)]
pub struct ServiceCredential {
    sign: EncodingKey,
    check: DecodingKey,
}

/// The credential is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// Forged, changed, or meant for another service.
    #[error("the service credential is not valid here")]
    Invalid,
    /// Too old, or from the future; most often two clocks differ.
    #[error("the service credential has expired; check that the machines' clocks agree")]
    Expired,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: Service,
    aud: String,
    iat: i64,
    exp: i64,
}

impl ServiceCredential {
    /// From the installation's internal secret.
    pub fn new(secret: &Redacted<[u8; 32]>) -> Self {
        Self { sign: EncodingKey::from_secret(secret.expose()), check: DecodingKey::from_secret(secret.expose()) }
    }

    /// A credential with which `from` may call `to` during the next minute.
    pub fn sign(&self, from: Service, to: Service, now: DateTime<Utc>) -> String {
        let iat = now.timestamp();
        let claims = Claims { iss: from, aud: to.name().to_owned(), iat, exp: iat + LIFE_SECONDS };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.sign)
            .expect("a shared secret signs any claims")
    }

    /// Which service calls `to`.
    pub fn verify(&self, token: &str, to: Service, now: DateTime<Utc>) -> Result<Service, CredentialError> {
        // Times are checked below against the clock that was handed in, not by the library against the machine's.
        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_exp = false;
        validation.set_audience(&[to.name()]);
        let claims = jsonwebtoken::decode::<Claims>(token, &self.check, &validation)
            .map_err(|_| CredentialError::Invalid)?
            .claims;
        let now = now.timestamp();
        let current = claims.iat - LEEWAY_SECONDS <= now && now < claims.exp.saturating_add(LEEWAY_SECONDS);
        if claims.exp.saturating_sub(claims.iat) > LIFE_SECONDS {
            Err(CredentialError::Invalid)
        } else if current {
            Ok(claims.iss)
        } else {
            Err(CredentialError::Expired)
        }
    }
}

impl fmt::Debug for ServiceCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServiceCredential([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_credential_is_good_for_one_callee_and_one_minute() {
        let credential = ServiceCredential::new(&Redacted::new([7; 32]));
        let now = DateTime::from_timestamp(1_700_000_000, 0).expect("in range");
        let token = credential.sign(Service::Intake, Service::Directory, now);
        assert_eq!(credential.verify(&token, Service::Directory, now), Ok(Service::Intake));
        assert_eq!(credential.verify(&token, Service::Casework, now), Err(CredentialError::Invalid));
        let late = now + TimeDelta::seconds(LIFE_SECONDS + LEEWAY_SECONDS);
        assert_eq!(credential.verify(&token, Service::Directory, late), Err(CredentialError::Expired));
        let other = ServiceCredential::new(&Redacted::new([8; 32]));
        assert_eq!(other.verify(&token, Service::Directory, now), Err(CredentialError::Invalid));
    }
}
