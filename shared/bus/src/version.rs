//! The oldest nats-server that is safe to use.
//!
//! Older ones ignore settings they do not know (so a consumer hears what it must not), starve a consumer after a
//! roll-back, and miss security fixes (2026-16, 2026-18, CVE-2026-33222).

use std::fmt;

/// A nats-server's version; a pre-release counts as its release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServerVersion(u32, u32, u32);

/// The oldest server the bus talks to.
pub const MIN_SERVER: ServerVersion = ServerVersion(2, 12, 7);

impl ServerVersion {
    /// Reads `2.12.7` or `2.14.0-RC.1`.
    pub fn parse(text: &str) -> Option<Self> {
        let release = text.split(['-', '+']).next()?;
        let mut parts = release.split('.').map(|part| part.parse().ok());
        let version = Self(parts.next()??, parts.next()??, parts.next()??);
        parts.next().is_none().then_some(version)
    }
}

impl fmt::Display for ServerVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number_and_not_by_text() {
        let version = |text| ServerVersion::parse(text).expect("a version");
        assert!(version("2.9.10") < MIN_SERVER);
        assert!(version("2.12.6") < MIN_SERVER);
        assert!(version("2.12.7") >= MIN_SERVER);
        assert!(version("2.14.0-RC.1") > MIN_SERVER);
        assert!(version("2.15.1") > MIN_SERVER);
        for bad in ["", "2.12", "v2.12.7", "2.12.7.1", "2.x.1"] {
            assert_eq!(ServerVersion::parse(bad), None, "{bad}");
        }
    }
}
