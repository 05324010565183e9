//! Sealed fields: opened once in the pattern, sealed anew for every matter under a key of its own.

use std::fmt;
use std::sync::Arc;

use anyhow::{Context, ensure};
use huiyin_intake::vault::Vault;
use huiyin_kernel::{DistrictCode, PetitionId};
use huiyin_sealing::{DataKey, KeyRing, Place, SealingError};
use huiyin_settings::{Secret, Settings};
use uuid::Uuid;
use zeroize::Zeroizing;

/// What seals.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    ring: Arc<KeyRing>,
    vault: Arc<Vault>,
}

impl Keys {
    pub(super) fn of(settings: &Settings) -> anyhow::Result<Self> {
        let ring = KeyRing::new(settings.secrets.key(Secret::FieldKey)?, []);
        Ok(Self { ring: Arc::new(ring), vault: Arc::new(Vault::from_secrets(&settings.secrets)?) })
    }

    /// The key of a pattern, which opens its fields.
    pub(super) fn unwrap(&self, key_id: Uuid, wrapped: &[u8]) -> anyhow::Result<DataKey> {
        self.ring.unwrap(key_id, wrapped).context("a pattern's key does not open")
    }

    pub(super) fn document_index(&self, district: &DistrictCode, number: &str) -> Vec<u8> {
        self.vault.document_index(district, number)
    }
}

/// A sealed column of a pattern, opened.
#[derive(Clone)]
pub(super) struct Field {
    pub(super) table: String,
    pub(super) column: String,
    plain: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Field({}.{})", self.table, self.column)
    }
}

/// All that is sealed in a pattern.
#[derive(Clone, Debug)]
pub(super) struct Sealed {
    pub(super) petition: Uuid,
    pub(super) district: DistrictCode,
    pub(super) fields: Vec<Field>,
    contact: Option<Zeroizing<Vec<u8>>>,
    /// The petitioner showed a document, by whose number other matters of theirs are found.
    pub(super) is_indexed: bool,
}

/// The same, for a new matter.
#[derive(Clone, Debug, Default)]
pub(super) struct Resealed {
    pub(super) wrapped: Vec<u8>,
    /// In the order of [`Sealed::fields`].
    pub(super) fields: Vec<Vec<u8>>,
    pub(super) contact: Vec<u8>,
    pub(super) document_index: Vec<u8>,
}

impl Sealed {
    pub(super) fn new(petition: Uuid, district: &str, key: &DataKey, contact: Option<&str>) -> anyhow::Result<Self> {
        let district =
            DistrictCode::parse(district).map_err(|_| anyhow::anyhow!("a petition of the district {district}"))?;
        let contact = contact
            .map(|sealed| key.open_base64(Place::contact(PetitionId::from(petition), &district), sealed))
            .transpose()
            .context("a pattern's contact does not open")?;
        Ok(Self { petition, district, fields: Vec::new(), contact, is_indexed: false })
    }

    /// Takes up a value if it is sealed under the pattern's key; gives its ordinal.
    pub(super) fn take_up(&mut self, key: &DataKey, table: &str, column: &str, value: &[u8]) -> Option<usize> {
        let place = Place { table, column, row: self.petition, district: &self.district };
        let plain = key.open(place, value).ok()?;
        self.fields.push(Field { table: table.to_owned(), column: column.to_owned(), plain });
        Some(self.fields.len() - 1)
    }

    /// Seals everything for the petition `id`. `ordinal` makes one person of each.
    pub(super) fn seal(&self, keys: &Keys, id: Uuid, key_id: Uuid, ordinal: u64) -> Result<Resealed, SealingError> {
        let key = DataKey::generate()?;
        let document = format!("E{:08}", ordinal % 100_000_000);
        let mut fields = Vec::with_capacity(self.fields.len());
        for field in &self.fields {
            let place = Place { table: &field.table, column: &field.column, row: id, district: &self.district };
            let plain: &[u8] = match field.column.as_str() {
                "document_kind" if self.is_indexed => b"passport",
                "document_number" if self.is_indexed => document.as_bytes(),
                _ => &field.plain,
            };
            fields.push(key.seal(place, plain)?);
        }
        let contact = match &self.contact {
            Some(plain) => key.seal_base64(Place::contact(PetitionId::from(id), &self.district), plain)?.into_bytes(),
            None => Vec::new(),
        };
        let document_index = keys.document_index(&self.district, &document);
        Ok(Resealed { wrapped: keys.ring.wrap(key_id, &key)?, fields, contact, document_index })
    }
}

/// A pattern without sealed fields would fill a city nobody can read.
pub(super) fn ensure_sealed(sealed: &Sealed) -> anyhow::Result<()> {
    let has = |column: &str| sealed.fields.iter().any(|field| field.column == column);
    ensure!(has("title") && has("name"), "a pattern's title and name do not open");
    Ok(())
}
