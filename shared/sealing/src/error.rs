/// Why something sealed cannot be opened. Tells nothing about what was inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealingError {
    /// Too short to be a sealed value, or not base64 where base64 was expected.
    #[error("this is not a sealed value")]
    Shape,
    /// Sealed with an algorithm this version does not know.
    #[error("sealed with algorithm {0}, which is not known here")]
    Algorithm(u8),
    /// The key-encryption key is not in the ring.
    #[error("wrapped under a key-encryption key that is not at hand")]
    UnknownKek,
    /// The key is not the right one, the place is another, or a bit was changed.
    #[error("the sealed value does not belong to this key and place")]
    Refused,
    /// The operating system gave no random bytes.
    #[error("no random bytes to be had")]
    NoRandomness,
}
