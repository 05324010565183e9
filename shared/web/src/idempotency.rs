//! The key by which a request sent twice is known to be one (D2).

use axum::{extract::FromRequestParts, http::request::Parts};
use huiyin_kernel::CommandId;
use sha2::{Digest as _, Sha256};
use uuid::Builder;

use crate::Problem;

const HEADER: &str = "idempotency-key";

/// The `Idempotency-Key` header, required where something is created.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Reads a key: 1 to 128 visible ASCII characters.
    pub fn parse(text: &str) -> Option<Self> {
        let shaped = (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        shaped.then(|| Self(text.to_owned()))
    }

    /// The key as sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A hash of the key within a scope (the endpoint and the caller), under which the answer is kept.
    pub fn hash(&self, scope: &str) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update((scope.len() as u64).to_be_bytes());
        hasher.update(scope.as_bytes());
        hasher.update(self.0.as_bytes());
        hasher.finalize().into()
    }

    /// The id of the command: the same key in the same scope is the same command.
    pub fn command_id(&self, scope: &str) -> CommandId {
        let mut bytes = [0_u8; 16];
        bytes.copy_from_slice(&self.hash(scope)[..16]);
        CommandId::from(Builder::from_custom_bytes(bytes).into_uuid())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut given = parts.headers.get_all(HEADER).iter();
        let key = match (given.next(), given.next()) {
            (Some(key), None) => key.to_str().ok().and_then(Self::parse),
            _ => None,
        };
        key.ok_or_else(|| {
            Problem::field(
                "Idempotency-Key",
                "必须有一个 Idempotency-Key 请求头，1至128个可见ASCII字符",
                "exactly one header Idempotency-Key of 1 to 128 visible ASCII characters is required",
                "0190a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b",
            )
        })
    }
}
