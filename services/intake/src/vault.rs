//! What intake seals, how it is found again, and how a query code comes about.

use hmac::{Hmac, KeyInit, Mac};
use huiyin_contracts::intake::{Contact, PetitionClass};
use huiyin_kernel::{DistrictCode, PetitionId, Phone, QueryCode, Redacted, Text, UnitCode};
use huiyin_sealing::{BlindIndex, DataKey, KeyRing, Place, SealingError};
use huiyin_settings::{Secret, Secrets, SettingsError};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::domain::{Document, NewPetition, likeness::LikenessKey};

/// The keys of intake. Printing it shows nothing.
#[derive(Debug)]
pub struct Vault {
    ring: KeyRing,
    index: BlindIndex,
    code: Redacted<[u8; 32]>,
    likeness: LikenessKey,
}

/// The sealed columns of `intake.petition`.
#[derive(Clone, Debug)]
pub struct SealedText {
    pub(crate) title: Vec<u8>,
    pub(crate) request: Vec<u8>,
    pub(crate) facts: Option<Vec<u8>>,
    pub(crate) place: Option<Vec<u8>>,
    pub(crate) assistance: Option<Vec<u8>>,
    pub(crate) external_ref: Option<Vec<u8>>,
    pub(crate) representatives: Option<Vec<u8>>,
    pub(crate) companions: Option<Vec<u8>>,
    pub(crate) accused_unit: Option<Vec<u8>>,
}

/// The sealed columns of `intake.petitioner`.
#[derive(Clone, Debug)]
pub struct SealedIdentity {
    pub(crate) name: Vec<u8>,
    pub(crate) gender: Option<Vec<u8>>,
    pub(crate) document_kind: Vec<u8>,
    pub(crate) document_number: Option<Vec<u8>>,
    pub(crate) phone: Option<Vec<u8>>,
    pub(crate) email: Option<Vec<u8>>,
    pub(crate) address: Option<Vec<u8>>,
    pub(crate) document_index: Option<Vec<u8>>,
}

/// Everything of a new petition that is stored sealed.
#[derive(Clone, Debug)]
pub struct SealedPetition {
    pub(crate) key_id: Uuid,
    pub(crate) wrapped_key: Vec<u8>,
    pub(crate) text: SealedText,
    pub(crate) identity: SealedIdentity,
    /// Base64, as published privately.
    pub(crate) contact: String,
}

/// The fields of one petition, opened or sealed with its data key.
#[derive(Debug)]
pub struct Fields<'a> {
    key: DataKey,
    petition: PetitionId,
    district: &'a DistrictCode,
}

impl Fields<'_> {
    fn place(&self, table: &'static str, column: &'static str) -> Place<'_> {
        Place { table, column, row: self.petition.uuid(), district: self.district }
    }

    /// Seals a value for a column.
    pub fn seal(&self, table: &'static str, column: &'static str, plain: &str) -> Result<Vec<u8>, SealingError> {
        self.key.seal(self.place(table, column), plain.as_bytes())
    }

    fn seal_some(
        &self,
        table: &'static str,
        column: &'static str,
        plain: Option<&str>,
    ) -> Result<Option<Vec<u8>>, SealingError> {
        plain.map(|plain| self.seal(table, column, plain)).transpose()
    }

    /// Opens the value of a column.
    pub fn open(
        &self,
        table: &'static str,
        column: &'static str,
        sealed: &[u8],
    ) -> Result<Zeroizing<String>, SealingError> {
        let plain = self.key.open(self.place(table, column), sealed)?;
        std::str::from_utf8(&plain).map(|text| Zeroizing::new(text.to_owned())).map_err(|_| SealingError::Shape)
    }

    /// Opens a column that may be empty.
    pub fn open_some(
        &self,
        table: &'static str,
        column: &'static str,
        sealed: Option<&[u8]>,
    ) -> Result<Option<String>, SealingError> {
        sealed.map(|sealed| self.open(table, column, sealed).map(|text| text.as_str().to_owned())).transpose()
    }

    /// Seals a contact as it is published: base64 of the JSON.
    pub fn seal_contact(&self, contact: &Contact) -> Result<String, SealingError> {
        let json = Zeroizing::new(serde_json::to_vec(contact).map_err(|_| SealingError::Shape)?);
        self.key.seal_base64(Place::contact(self.petition, self.district), &json)
    }
}

/// The table of text.
pub const PETITION: &str = "intake.petition";
/// The table of identity.
pub const PETITIONER: &str = "intake.petitioner";
/// The table of what was added.
pub const SUPPLEMENT: &str = "intake.supplement";
/// Where reasons for seeing an identity stand.
pub const JOURNAL: &str = "intake.journal";

impl Vault {
    /// The vault under these keys; `older` key-encryption keys only unwrap.
    pub fn new(
        field_key: Redacted<[u8; 32]>,
        older: impl IntoIterator<Item = Redacted<[u8; 32]>>,
        index: Redacted<[u8; 32]>,
        code: Redacted<[u8; 32]>,
    ) -> Self {
        // Like the blind index it stays as it is when the key of fields changes: rewrapping touches no signature.
        let likeness = LikenessKey::new(&index);
        Self { ring: KeyRing::new(field_key, older), index: BlindIndex::new(index), code, likeness }
    }

    /// The vault of these settings.
    pub fn from_secrets(secrets: &Secrets) -> Result<Self, SettingsError> {
        Ok(Self::new(
            secrets.key(Secret::FieldKey)?,
            secrets.retired(Secret::FieldKey),
            secrets.key(Secret::BlindIndex)?,
            secrets.key(Secret::QueryCode)?,
        ))
    }

    /// The fields of a petition under its wrapped key.
    pub fn fields<'a>(
        &self,
        petition: PetitionId,
        district: &'a DistrictCode,
        key_id: Uuid,
        wrapped: &[u8],
    ) -> Result<Fields<'a>, SealingError> {
        Ok(Fields { key: self.ring.unwrap(key_id, wrapped)?, petition, district })
    }

    /// The key itself, for a service that may open fields.
    pub fn unwrap(&self, key_id: Uuid, wrapped: &[u8]) -> Result<DataKey, SealingError> {
        self.ring.unwrap(key_id, wrapped)
    }

    /// The same key under the present key-encryption key; `None` when it is already.
    pub fn rewrap(&self, key_id: Uuid, wrapped: &[u8]) -> Result<Option<Vec<u8>>, SealingError> {
        self.ring.rewrap(key_id, wrapped)
    }

    /// The first bytes of every key wrapped under the present key-encryption key.
    pub fn current_kek(&self) -> Vec<u8> {
        self.ring.current().as_bytes().to_vec()
    }

    /// The blind index of a document number in a district.
    pub fn document_index(&self, district: &DistrictCode, number: &str) -> Vec<u8> {
        self.index.index("document_number", district, number).to_vec()
    }

    /// Signs texts, so that they can be compared without being opened.
    pub const fn likeness(&self) -> &LikenessKey {
        &self.likeness
    }

    /// Seals everything of a new petition under a key of its own.
    pub fn seal(&self, id: PetitionId, key_id: Uuid, new: &NewPetition) -> Result<SealedPetition, SealingError> {
        let key = DataKey::generate()?;
        let wrapped_key = self.ring.wrap(key_id, &key)?;
        let fields = Fields { key, petition: id, district: &new.district };
        let people = |column, names: Option<String>| fields.seal_some(PETITION, column, names.as_deref());
        let accused = match new.class {
            PetitionClass::Accusation => new.concerned_unit.as_ref(),
            PetitionClass::Suggestion | PetitionClass::Request => None,
        };
        let text = SealedText {
            title: fields.seal(PETITION, "title", new.title.as_str())?,
            request: fields.seal(PETITION, "request", new.request.as_str())?,
            facts: fields.seal_some(PETITION, "facts", new.facts.as_ref().map(Text::as_str))?,
            place: fields.seal_some(PETITION, "place", new.place.as_ref().map(Text::as_str))?,
            assistance: fields.seal_some(PETITION, "assistance", new.assistance.as_ref().map(Text::as_str))?,
            external_ref: fields.seal_some(PETITION, "external_ref", new.external_ref.as_ref().map(Text::as_str))?,
            representatives: people("representatives", list(&new.representatives)?)?,
            companions: people("companions", list(&new.companions)?)?,
            accused_unit: fields.seal_some(PETITION, "accused_unit", accused.map(UnitCode::as_str))?,
        };
        let who = &new.petitioner;
        let number = who.document.number.as_deref();
        let identity = SealedIdentity {
            name: fields.seal(PETITIONER, "name", who.name.as_str())?,
            gender: fields.seal_some(PETITIONER, "gender", who.gender)?,
            document_kind: fields.seal(PETITIONER, "document_kind", Document::kind_name(who.document.kind))?,
            document_number: fields.seal_some(PETITIONER, "document_number", number)?,
            phone: fields.seal_some(PETITIONER, "phone", who.phone.as_ref().map(Phone::as_str))?,
            email: fields.seal_some(PETITIONER, "email", who.email.as_deref())?,
            address: fields.seal_some(PETITIONER, "address", who.address.as_ref().map(Text::as_str))?,
            document_index: number
                .filter(|_| new.is_indexed())
                .map(|number| self.document_index(&new.district, number)),
        };
        let contact = Contact {
            name: who.name.as_str().to_owned(),
            phone: who.phone.as_ref().map(|p| p.as_str().to_owned()),
            email: who.email.clone(),
            address: who.address.as_ref().map(|a| a.as_str().to_owned()),
        };
        Ok(SealedPetition { key_id, wrapped_key, text, identity, contact: fields.seal_contact(&contact)? })
    }

    fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = <Hmac<Sha256>>::new_from_slice(self.code.expose()).expect("an HMAC takes any key length");
        mac.update(purpose.as_bytes());
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// The query code of a petition: the same petition and idempotency key always get the same code, so that it can be given
    /// again without being stored.
    pub fn query_code(&self, petition: PetitionId, key_hash: &[u8; 32]) -> QueryCode {
        let digest = self.mac("huiyin.query-code.v1", &[petition.uuid().as_bytes(), key_hash]);
        let mut secret = [0; 16];
        secret.copy_from_slice(&digest[..16]);
        QueryCode::from_secret(secret)
    }

    /// What is stored of a query code.
    pub fn code_hash(&self, code: &QueryCode) -> [u8; 32] {
        self.mac("huiyin.query-code.stored.v1", &[code.as_bytes()])
    }

    /// Compares a given code with a stored one in constant time; a code of wrong shape costs the same.
    pub fn code_fits(&self, given: Option<&QueryCode>, stored: &[u8]) -> bool {
        let nothing = self.mac("huiyin.query-code.none.v1", &[&[0; 17]]);
        let hash = given.map_or(nothing, |code| self.code_hash(code));
        bool::from(hash.as_slice().ct_eq(stored)) && given.is_some()
    }

    /// What is stored of a request's body, to tell whether a repeated key came with the same one.
    pub fn body_mac(&self, body: &[u8]) -> [u8; 32] {
        self.mac("huiyin.body.v1", &[body])
    }
}

/// A list as JSON; an empty one is not stored.
fn list<T: serde::Serialize>(list: &[T]) -> Result<Option<String>, SealingError> {
    if list.is_empty() {
        return Ok(None);
    }
    serde_json::to_string(list).map(Some).map_err(|_| SealingError::Shape)
}
