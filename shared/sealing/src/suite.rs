//! The one suite in use: algorithm byte 1 = AES-256-GCM, 12-byte random nonce, 16-byte tag at the end.

use aes_gcm::{
    Aes256Gcm, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use zeroize::Zeroizing;

use crate::SealingError;

pub(crate) const AES_256_GCM: u8 = 1;
const NONCE: usize = 12;
const TAG: usize = 16;

/// `algorithm ‖ nonce ‖ ciphertext`.
pub(crate) fn seal(key: &[u8; 32], aad: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealingError> {
    let mut nonce = [0_u8; NONCE];
    getrandom::fill(&mut nonce).map_err(|_| SealingError::NoRandomness)?;
    let sealed = Aes256Gcm::new(key.into())
        .encrypt(&Nonce::from(nonce), Payload { msg: plain, aad })
        .map_err(|_| SealingError::Refused)?;
    let mut blob = Vec::with_capacity(1 + NONCE + sealed.len());
    blob.push(AES_256_GCM);
    blob.extend_from_slice(&nonce);
    blob.extend_from_slice(&sealed);
    Ok(blob)
}

pub(crate) fn open(key: &[u8; 32], aad: &[u8], blob: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealingError> {
    let (&algorithm, rest) = blob.split_first().ok_or(SealingError::Shape)?;
    if algorithm != AES_256_GCM {
        return Err(SealingError::Algorithm(algorithm));
    }
    let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or(SealingError::Shape)?;
    if sealed.len() < TAG {
        return Err(SealingError::Shape);
    }
    Aes256Gcm::new(key.into())
        .decrypt(&Nonce::from(*nonce), Payload { msg: sealed, aad })
        .map(Zeroizing::new)
        .map_err(|_| SealingError::Refused)
}
