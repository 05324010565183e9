//! From sealed columns and decisions to journal rows.

use base64::{Engine, prelude::BASE64_STANDARD};
use huiyin_contracts::AggregateKind;
use huiyin_journal::{Aggregate, Change, Entry, Outgoing};
use huiyin_kernel::{Actor, EventId};
use uuid::Uuid;

use super::Failure;
use crate::{
    domain::{Petition, PetitionEvent, SealedField},
    vault::SealedPetition,
};

/// A sealed column for the journal.
pub(super) fn sealed_field(column: &str, sealed: &[u8]) -> SealedField {
    (column.to_owned(), BASE64_STANDARD.encode(sealed))
}

/// Every sealed column of a new petition that holds something.
pub(super) fn sealed_fields(sealed: &SealedPetition) -> Vec<SealedField> {
    let (text, who) = (&sealed.text, &sealed.identity);
    let columns: [(&str, Option<&Vec<u8>>); 16] = [
        ("title", Some(&text.title)),
        ("request", Some(&text.request)),
        ("facts", text.facts.as_ref()),
        ("place", text.place.as_ref()),
        ("assistance", text.assistance.as_ref()),
        ("external_ref", text.external_ref.as_ref()),
        ("representatives", text.representatives.as_ref()),
        ("companions", text.companions.as_ref()),
        ("accused_unit", text.accused_unit.as_ref()),
        ("name", Some(&who.name)),
        ("gender", who.gender.as_ref()),
        ("document_kind", Some(&who.document_kind)),
        ("document_number", who.document_number.as_ref()),
        ("phone", who.phone.as_ref()),
        ("email", who.email.as_ref()),
        ("address", who.address.as_ref()),
    ];
    columns.iter().filter_map(|(column, value)| value.map(|value| sealed_field(column, value))).collect()
}

/// One event of a petition that exists.
pub(super) struct Happening<'a> {
    /// The petition before it.
    pub(super) before: &'a Petition,
    /// What happened.
    pub(super) event: &'a PetitionEvent,
    /// Its id.
    pub(super) event_id: EventId,
    /// By whom.
    pub(super) actor: Actor,
    /// Why.
    pub(super) cause: Uuid,
    /// Business time.
    pub(super) at: chrono::DateTime<chrono::Utc>,
    /// What others are told.
    pub(super) outgoing: Vec<Outgoing>,
}

impl Happening<'_> {
    /// The journal's form of it.
    pub(super) fn change(self) -> Result<Change, Failure> {
        let snapshot = &self.before.snapshot;
        Ok(Change {
            aggregate: Aggregate {
                kind: AggregateKind::Petition,
                id: snapshot.petition_id.uuid(),
                district: snapshot.district.clone(),
                version: self.before.version,
            },
            actor: self.actor,
            cause: self.cause,
            at: self.at,
            entries: vec![Entry {
                event_id: self.event_id,
                event_type: self.event.name(),
                body: serde_json::to_vec(self.event)?,
            }],
            outgoing: self.outgoing,
        })
    }
}
