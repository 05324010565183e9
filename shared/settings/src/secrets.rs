//! Secrets: each derived from the master secret by an HMAC over its label, unless it has a file of its own.

use std::{collections::BTreeMap, fmt, fs, path::Path};

use hmac::{Hmac, KeyInit, Mac};
use huiyin_kernel::Redacted;
use sha2::Sha256;

use crate::{Login, NatsIdentity, SettingsError, sections::SecretsSection};

const SHORTEST_MASTER: usize = 32;
const SHORTEST_PASSWORD: usize = 8;
/// What the labels of other systems' passwords begin with.
const OUTSIDE: &str = "nats_outside_";
/// In the place of a file: the key that the master secret gives.
const DERIVED: &str = "derived";

/// The name of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Secret {
    /// The password of a database login.
    Database(Login),
    /// The password of a NATS user.
    Nats(NatsIdentity),
    /// Signs calls between services (HS256).
    InternalToken,
    /// Directory's Ed25519 seed for staff tokens.
    StaffSigning,
    /// Wraps the data keys of petitions (intake).
    FieldKey,
    /// Keys the blind indexes (intake).
    BlindIndex,
    /// Derives query codes (intake).
    QueryCode,
    /// Seals browser sessions (portal).
    PortalSession,
    /// The password of the mail account; never derived.
    SmtpPassword,
}

impl Secret {
    /// Every secret there is.
    pub fn all() -> impl Iterator<Item = Self> {
        Login::all().map(Self::Database).chain(NatsIdentity::all().map(Self::Nats)).chain([
            Self::InternalToken,
            Self::StaffSigning,
            Self::FieldKey,
            Self::BlindIndex,
            Self::QueryCode,
            Self::PortalSession,
            Self::SmtpPassword,
        ])
    }

    /// Keys of this purpose can be changed while what an older one sealed or signed is still about.
    const fn can_be_retired(self) -> bool {
        matches!(self, Self::FieldKey | Self::StaffSigning)
    }

    const fn is_password(self) -> bool {
        matches!(self, Self::Database(_) | Self::Nats(_) | Self::SmtpPassword)
    }
}

/// The label it is derived under, and its key in `[secrets.files]`.
impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(login) => write!(f, "database_{login}"),
            Self::Nats(identity) => write!(f, "nats_{identity}"),
            Self::InternalToken => f.write_str("internal_token"),
            Self::StaffSigning => f.write_str("staff_signing"),
            Self::FieldKey => f.write_str("field_key"),
            Self::BlindIndex => f.write_str("blind_index"),
            Self::QueryCode => f.write_str("query_code"),
            Self::PortalSession => f.write_str("portal_session"),
            Self::SmtpPassword => f.write_str("smtp_password"),
        }
    }
}

/// The secrets of a running process. Printing it shows nothing.
#[derive(Clone, Debug)]
pub struct Secrets {
    master: Option<Redacted<String>>,
    passwords: BTreeMap<String, Redacted<String>>,
    keys: BTreeMap<String, Redacted<[u8; 32]>>,
    retired: BTreeMap<String, Vec<Redacted<[u8; 32]>>>,
}

impl Secrets {
    pub(crate) fn read(section: SecretsSection) -> Result<Self, SettingsError> {
        let master = match (section.master, section.master_file) {
            (Some(master), _) => Some(("[secrets] master".to_owned(), master)),
            (None, Some(path)) => Some((path.display().to_string(), read_file(&path)?)),
            (None, None) => None,
        };
        if let Some((place, master)) = &master
            && master.expose().trim().chars().count() < SHORTEST_MASTER
        {
            let message = format!(
                "the master secret has fewer than {SHORTEST_MASTER} characters; openssl rand -hex 32 makes one"
            );
            return Err(SettingsError::BadSecret { place: place.clone(), message });
        }
        let mut secrets = Self {
            master: master.map(|(_, master)| master),
            passwords: BTreeMap::new(),
            keys: BTreeMap::new(),
            retired: BTreeMap::new(),
        };
        for (label, path) in section.files {
            secrets.add(&label, &path)?;
        }
        for (label, paths) in section.retired {
            let secret = Secret::all().find(|secret| secret.can_be_retired() && secret.to_string() == label);
            let message = format!("[secrets.retired] takes field_key and staff_signing, not {label}");
            let secret = secret.ok_or(SettingsError::BadSecret { place: "[secrets.retired]".to_owned(), message })?;
            let keys = paths.iter().map(|path| match path.to_str() {
                Some(DERIVED) => secrets.derived(secret.to_string()),
                Some(_) | None => read_key(&label, path),
            });
            let keys = keys.collect::<Result<_, _>>()?;
            secrets.retired.insert(label, keys);
        }
        Ok(secrets)
    }

    fn add(&mut self, label: &str, path: &Path) -> Result<(), SettingsError> {
        let place = path.display().to_string();
        let bad = |message: &str| SettingsError::BadSecret { place: place.clone(), message: message.to_owned() };
        if let Some(name) = label.strip_prefix(OUTSIDE) {
            let text = read_file(path)?;
            if text.expose().chars().count() < SHORTEST_PASSWORD {
                return Err(bad(&format!("the password of {name} has fewer than {SHORTEST_PASSWORD} characters")));
            }
            self.passwords.insert(label.to_owned(), text);
            return Ok(());
        }
        let secret = Secret::all()
            .find(|secret| secret.to_string() == label)
            .ok_or_else(|| bad(&format!("[secrets.files] knows no secret named {label}")))?;
        let text = read_file(path)?;
        if secret.is_password() {
            if secret != Secret::SmtpPassword && text.expose().chars().count() < SHORTEST_PASSWORD {
                return Err(bad("the password has fewer than 8 characters"));
            }
            self.passwords.insert(label.to_owned(), text);
        } else {
            self.keys.insert(label.to_owned(), read_key(label, path)?);
        }
        Ok(())
    }

    /// The 32 bytes of a key.
    pub fn key(&self, secret: Secret) -> Result<Redacted<[u8; 32]>, SettingsError> {
        let label = secret.to_string();
        match self.keys.get(&label) {
            Some(key) => Ok(key.clone()),
            None => self.derived(label),
        }
    }

    /// Older keys of the same purpose, which still open what they sealed.
    pub fn retired(&self, secret: Secret) -> Vec<Redacted<[u8; 32]>> {
        self.retired.get(&secret.to_string()).cloned().unwrap_or_default()
    }

    fn derived(&self, label: String) -> Result<Redacted<[u8; 32]>, SettingsError> {
        let Some(master) = &self.master else {
            return Err(SettingsError::NoSecret { wanted: label });
        };
        let mut mac =
            <Hmac<Sha256>>::new_from_slice(master.expose().trim().as_bytes()).expect("an HMAC takes any key length");
        mac.update(b"huiyin:");
        mac.update(label.as_bytes());
        Ok(Redacted::new(mac.finalize().into_bytes().into()))
    }

    /// A password as text: what its file says, else 64 hex digits derived from the master secret.
    pub fn password(&self, secret: Secret) -> Result<Redacted<String>, SettingsError> {
        match self.passwords.get(&secret.to_string()) {
            Some(password) => Ok(password.clone()),
            None if secret == Secret::SmtpPassword => Err(SettingsError::NoSecret { wanted: secret.to_string() }),
            None => Ok(Redacted::new(hex::encode(self.key(secret)?.expose()))),
        }
    }

    /// The NATS password of a system of others: what its file says, else derived.
    pub(crate) fn outside_password(&self, name: &str) -> Result<Redacted<String>, SettingsError> {
        let label = format!("{OUTSIDE}{name}");
        match self.passwords.get(&label) {
            Some(password) => Ok(password.clone()),
            None => Ok(Redacted::new(hex::encode(self.derived(label)?.expose()))),
        }
    }
}

fn read_key(label: &str, path: &Path) -> Result<Redacted<[u8; 32]>, SettingsError> {
    let mut key = [0_u8; 32];
    hex::decode_to_slice(read_file(path)?.expose(), &mut key).map_err(|_| SettingsError::BadSecret {
        place: path.display().to_string(),
        message: format!("{label} must be exactly 64 hex digits (32 bytes); openssl rand -hex 32 makes one"),
    })?;
    Ok(Redacted::new(key))
}

fn read_file(path: &Path) -> Result<Redacted<String>, SettingsError> {
    let text = fs::read_to_string(path).map(Redacted::new).map_err(|error| SettingsError::BadSecret {
        place: path.display().to_string(),
        message: format!("cannot read this secret file ({}); check the path and its permissions", error.kind()),
    })?;
    Ok(Redacted::new(text.expose().trim().to_owned()))
}
