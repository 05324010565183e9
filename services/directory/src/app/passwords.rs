//! Argon2id, off the request threads and a few at a time.

use std::sync::Arc;

use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use huiyin_kernel::Redacted;
use tokio::sync::Semaphore;

use super::Error;

/// Each hash takes 19 MiB and a core for some milliseconds; more at once would only wait for each other.
const AT_ONCE: usize = 4;

/// Hashes and checks passwords.
#[derive(Clone, Debug)]
pub struct Passwords {
    permits: Arc<Semaphore>,
    /// Checked against when there is no account, so that the answer takes as long.
    decoy: Arc<str>,
}

impl Passwords {
    /// Prepares the decoy.
    pub fn new() -> Result<Self, Error> {
        let decoy = hash("no account has this password")?;
        Ok(Self { permits: Arc::new(Semaphore::new(AT_ONCE)), decoy: decoy.into() })
    }

    /// The hash to store.
    pub async fn hash(&self, password: Redacted<String>) -> Result<String, Error> {
        let _permit = self.permits.acquire().await.map_err(|_| Error::Hash)?;
        tokio::task::spawn_blocking(move || hash(password.expose())).await.map_err(|_| Error::Hash)?
    }

    /// True when the password fits. Without a stored hash the same work is done, and the answer is no.
    pub async fn fits(&self, password: Redacted<String>, stored: Option<String>) -> Result<bool, Error> {
        let _permit = self.permits.acquire().await.map_err(|_| Error::Hash)?;
        let exists = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.decoy.to_string());
        let fits = tokio::task::spawn_blocking(move || verify(password.expose(), &stored));
        Ok(fits.await.map_err(|_| Error::Hash)? && exists)
    }
}

fn hash(password: &str) -> Result<String, Error> {
    Ok(Argon2::default().hash_password(password.as_bytes()).map_err(|_| Error::Hash)?.to_string())
}

fn verify(password: &str, stored: &str) -> bool {
    PasswordHash::new(stored)
        .is_ok_and(|stored| Argon2::default().verify_password(password.as_bytes(), &stored).is_ok())
}
