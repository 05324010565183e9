//! The cookie's token and what depends on it. The token is the only thing the browser holds; neither the token nor anything that
//! could stand in for it is stored.

use std::fmt;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use hmac::{Hmac, Mac};
use huiyin_kernel::Redacted;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

const NONCE: usize = 12;

/// 256 random bits, as 64 hex digits in the cookie.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct BrowserToken(Zeroizing<[u8; 32]>);

/// The sealed part of a session cannot be opened: another key, or changed bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the session cannot be opened")]
pub(crate) struct Unopened;

impl BrowserToken {
    /// A new one, from the operating system's randomness whatever the seed of ids: a session must never be guessable.
    pub(crate) fn generate() -> Self {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        getrandom::fill(bytes.as_mut_slice()).expect("the operating system gives random bytes");
        Self(bytes)
    }

    /// Reads a cookie's value.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        hex::decode_to_slice(text, bytes.as_mut_slice()).ok()?;
        Some(Self(bytes))
    }

    /// The cookie's value.
    pub(crate) fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(self.0.as_slice()))
    }

    /// What is stored instead of it.
    pub(crate) fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_slice()).into()
    }
}

impl fmt::Debug for BrowserToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BrowserToken([redacted])")
    }
}

/// The portal's key (`portal_session`).
#[derive(Clone, Debug)]
pub(crate) struct SessionKey(Redacted<[u8; 32]>);

impl SessionKey {
    pub(crate) const fn new(key: Redacted<[u8; 32]>) -> Self {
        Self(key)
    }

    fn derive(&self, label: &str, token: &BrowserToken) -> Zeroizing<[u8; 32]> {
        let mut mac = <Hmac<Sha256>>::new_from_slice(self.0.expose()).expect("an HMAC takes any key length");
        mac.update(label.as_bytes());
        mac.update(token.0.as_slice());
        Zeroizing::new(mac.finalize().into_bytes().into())
    }

    /// What a form carries so that we know it is from this very session.
    pub(crate) fn form_token(&self, token: &BrowserToken) -> String {
        hex::encode(self.derive("huiyin.portal.form.v1", token).as_slice())
    }

    /// What a batch of documents is sealed with: it is made again from the session each time and stands nowhere.
    pub(crate) fn batch_key(&self, token: &BrowserToken) -> Zeroizing<String> {
        Zeroizing::new(BASE64_STANDARD.encode(self.derive("huiyin.portal.batch.v1", token).as_slice()))
    }

    /// Was the form made for this session? In constant time.
    pub(crate) fn is_form_token(&self, token: &BrowserToken, given: &str) -> bool {
        self.form_token(token).as_bytes().ct_eq(given.as_bytes()).into()
    }

    /// Seals what a session holds: opening it takes this key *and* the browser's token.
    pub(crate) fn seal(&self, token: &BrowserToken, plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0_u8; NONCE];
        getrandom::fill(&mut nonce).expect("the operating system gives random bytes");
        let aad = token.hash();
        let payload = Payload { msg: plain, aad: &aad };
        let sealed = self
            .cipher(token)
            .encrypt(&Nonce::from(nonce), payload)
            .expect("a session is far below the cipher's limit");
        [nonce.as_slice(), &sealed].concat()
    }

    /// Opens it again.
    pub(crate) fn open(&self, token: &BrowserToken, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or(Unopened)?;
        let aad = token.hash();
        let payload = Payload { msg: sealed, aad: &aad };
        self.cipher(token).decrypt(&Nonce::from(*nonce), payload).map(Zeroizing::new).map_err(|_| Unopened)
    }

    fn cipher(&self, token: &BrowserToken) -> Aes256Gcm {
        let key = self.derive("huiyin.portal.seal.v1", token);
        Aes256Gcm::new((&*key).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_opens_with_its_own_token_and_key_alone() {
        let key = SessionKey::new(Redacted::new([7; 32]));
        let (mine, other) = (BrowserToken::generate(), BrowserToken::generate());
        let mut sealed = key.seal(&mine, b"who and with which token");
        assert_eq!(key.open(&mine, &sealed).expect("opens").as_slice(), b"who and with which token");
        assert_eq!(key.open(&other, &sealed), Err(Unopened));
        assert_eq!(SessionKey::new(Redacted::new([8; 32])).open(&mine, &sealed), Err(Unopened));
        *sealed.last_mut().expect("bytes") ^= 1;
        assert_eq!(key.open(&mine, &sealed), Err(Unopened));
    }

    #[test]
    fn a_form_token_fits_its_session_alone() {
        let key = SessionKey::new(Redacted::new([7; 32]));
        let (mine, other) = (BrowserToken::generate(), BrowserToken::generate());
        assert!(key.is_form_token(&mine, &key.form_token(&mine)));
        assert!(!key.is_form_token(&mine, &key.form_token(&other)));
        assert!(!key.is_form_token(&mine, ""));
        assert_ne!(key.batch_key(&mine), key.batch_key(&other));
        assert_eq!(BASE64_STANDARD.decode(key.batch_key(&mine).as_bytes()).expect("base64").len(), 32);
    }

    #[test]
    fn a_cookie_reads_back_and_nothing_else_does() {
        let token = BrowserToken::generate();
        assert_eq!(BrowserToken::parse(&token.to_text()), Some(token));
        assert_eq!(BrowserToken::parse("00"), None);
        assert_eq!(BrowserToken::parse(&"g".repeat(64)), None);
    }
}
