//! Many registrations in one transaction (D-10): a fixed number of statements, however many petitions.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Utc};
use huiyin_contracts::AggregateKind;
use huiyin_contracts::intake::{ContactSealed, PetitionSnapshot, PetitionState};
use huiyin_journal::{Aggregate, Change, Db, Entry, record_traced};
use huiyin_kernel::{Actor, CITY_ZONE, EventId, PetitionId, PetitionNumber, QueryCode, TimerId};
use huiyin_timers::Arm;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Failure, HAND_OVER, story};
use crate::{
    domain::{NewPetition, PetitionEvent},
    events::outgoing,
    store::{
        self,
        idempotency::{Kept, Key},
        registration::NewRow,
    },
    vault::{SealedPetition, Vault},
};

/// A petition that was checked and sealed and now only needs a number and a commit.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The request it came by.
    pub key: Key,
    /// MAC of what was sent.
    pub body_mac: [u8; 32],
    /// Who handed it in.
    pub actor: Actor,
    /// The command.
    pub cause: Uuid,
    /// Its id, if it is new.
    pub petition_id: PetitionId,
    /// The id of its first event.
    pub event_id: EventId,
    /// The id of its watchdog.
    pub timer_id: TimerId,
    /// Business time.
    pub registered_at: DateTime<Utc>,
    /// When a case must have been opened.
    pub hand_over_by: DateTime<Utc>,
    /// The calendar that date was derived from.
    pub calendar_version: Option<String>,
    /// The policy pack in force.
    pub policy_pack: String,
    /// What was handed in.
    pub petition: NewPetition,
    /// The same, sealed.
    pub sealed: SealedPetition,
    /// The trace of the request it came by; the batch it is written in has none.
    pub trace: Option<String>,
}

/// The answer to a registration: the same for the same key, for ever.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// The petition.
    pub petition_id: PetitionId,
    /// Its number.
    pub number: PetitionNumber,
    /// The code that only the petitioner holds.
    pub query_code: QueryCode,
    /// When it was registered.
    pub registered_at: DateTime<Utc>,
}

/// What is kept of an answer. The code is not: it is derived again.
#[derive(Serialize, Deserialize)]
struct Answer {
    petition_id: PetitionId,
    number: PetitionNumber,
    registered_at: DateTime<Utc>,
}

impl Answer {
    fn receipt(self, vault: &Vault, key: &Key) -> Receipt {
        let query_code = vault.query_code(self.petition_id, &key.1);
        Receipt { petition_id: self.petition_id, number: self.number, query_code, registered_at: self.registered_at }
    }
}

/// Registers all of them, or none. The answers stand in the order of the registrations; a key that came before with another
/// body is the only thing refused one by one.
///
/// # Errors
/// Nothing was stored, or (when the connection broke during the commit) it is unknown: the same keys may be sent again.
pub async fn register_batch(
    db: &Db,
    vault: &Vault,
    batch: &[Registration],
) -> Result<Vec<Result<Receipt, Failure>>, Failure> {
    // Equal keys within the batch are one request; the first speaks for them. Sorted, so that batches never deadlock.
    let mut leaders: BTreeMap<&Key, &Registration> = BTreeMap::new();
    for registration in batch {
        leaders.entry(&registration.key).or_insert(registration);
    }
    let mut tx = db.begin().await?;
    let mut rows = number(&mut tx, vault, &leaders).await?;
    let kept: Vec<Kept> = rows.values().map(|(_, kept)| kept.clone()).collect();
    let winners = store::idempotency::insert(&mut tx, &kept).await?;
    let losers: Vec<Key> = rows.keys().filter(|key| !winners.contains(*key)).map(|key| (*key).clone()).collect();
    let mut settled: BTreeMap<Key, Kept> = kept.into_iter().map(|kept| (kept.key.clone(), kept)).collect();
    if !losers.is_empty() {
        // A new statement sees what the other transaction has committed meanwhile.
        for known in store::idempotency::find(&mut tx, &losers).await? {
            settled.insert(known.key.clone(), known);
        }
    }
    rows.retain(|key, _| winners.contains(*key));
    if !rows.is_empty() {
        let new: Vec<&NewRow<'_>> = rows.values().map(|(row, _)| row).collect();
        store::registration::insert(&mut tx, &new).await?;
        let changes: Result<Vec<_>, Failure> =
            rows.iter().map(|(key, (row, _))| Ok((change(leaders[*key], row)?, leaders[*key].trace.clone()))).collect();
        record_traced(&mut tx, changes?).await?;
        let timers: Vec<Arm> = rows.keys().map(|key| watchdog(leaders[*key])).collect();
        huiyin_timers::arm(&mut tx, &timers).await?;
    }
    tx.commit().await?;
    metrics::counter!("huiyin_intake_registered_total").increment(winners.len() as u64);
    Ok(batch.iter().map(|registration| answer(vault, registration, settled.get(&registration.key))).collect())
}

type Numbered<'a> = BTreeMap<&'a Key, (NewRow<'a>, Kept)>;

/// Gives numbers. Those of repeated requests are spent for nothing: gaps mean nothing.
async fn number<'a>(
    tx: &mut huiyin_journal::Tx,
    vault: &Vault,
    leaders: &BTreeMap<&'a Key, &'a Registration>,
) -> Result<Numbered<'a>, Failure> {
    let mut by_year: BTreeMap<i32, Vec<&'a Registration>> = BTreeMap::new();
    for registration in leaders.values() {
        by_year.entry(registration.registered_at.with_timezone(&CITY_ZONE).year()).or_default().push(registration);
    }
    let mut rows = BTreeMap::new();
    for (year, registrations) in by_year {
        let wanted = i32::try_from(registrations.len()).unwrap_or(i32::MAX);
        let serials = store::serial::take(&mut *tx, year, wanted).await?;
        for (registration, serial) in registrations.into_iter().zip(serials) {
            let snapshot = registration.snapshot(PetitionNumber::new(year, serial));
            let answer = Answer {
                petition_id: snapshot.petition_id,
                number: snapshot.number.clone(),
                registered_at: snapshot.registered_at,
            };
            let kept = Kept {
                key: registration.key.clone(),
                body_mac: registration.body_mac.to_vec(),
                response: serde_json::to_vec(&answer)?,
            };
            let code = vault.query_code(snapshot.petition_id, &registration.key.1);
            let row = NewRow {
                snapshot,
                sealed: &registration.sealed,
                code_hash: vault.code_hash(&code),
                policy_pack: &registration.policy_pack,
            };
            rows.insert(&registration.key, (row, kept));
        }
    }
    Ok(rows)
}

impl Registration {
    fn snapshot(&self, number: PetitionNumber) -> PetitionSnapshot {
        let new = &self.petition;
        PetitionSnapshot {
            petition_id: self.petition_id,
            number,
            state: PetitionState::Registered,
            channel: new.channel,
            received_at: new.received_at,
            registered_at: self.registered_at,
            class: new.class,
            topic: new.topic.as_str().to_owned(),
            district: new.district.clone(),
            kind: new.kind,
            people_count: new.people_count,
            concerned_unit: new.published_concerned_unit(),
            registered_by: new.registered_by.clone(),
            session_id: new.session_id,
            can_be_told: new.can_be_told(),
            restorable_until: None,
            evaluation: None,
        }
    }
}

fn change(registration: &Registration, row: &NewRow<'_>) -> Result<Change, Failure> {
    let snapshot = &row.snapshot;
    let event = PetitionEvent::Registered {
        petition: Box::new(snapshot.clone()),
        key_id: row.sealed.key_id,
        sealed: story::sealed_fields(row.sealed),
    };
    let contact = ContactSealed {
        petition_id: snapshot.petition_id,
        number: snapshot.number.clone(),
        key_id: row.sealed.key_id,
        sealed: row.sealed.contact.clone(),
    };
    let entry = Entry { event_id: registration.event_id, event_type: event.name(), body: serde_json::to_vec(&event)? };
    Ok(Change {
        aggregate: Aggregate {
            kind: AggregateKind::Petition,
            id: snapshot.petition_id.uuid(),
            district: snapshot.district.clone(),
            version: 0,
        },
        actor: registration.actor.clone(),
        cause: registration.cause,
        at: registration.registered_at,
        entries: vec![entry],
        outgoing: outgoing::registered(snapshot, &contact)?,
    })
}

fn watchdog(registration: &Registration) -> Arm {
    Arm {
        timer_id: registration.timer_id.uuid(),
        aggregate_id: registration.petition_id.uuid(),
        kind: HAND_OVER,
        generation: 0,
        due_at: registration.hand_over_by,
        calendar_version: registration.calendar_version.clone(),
    }
}

fn answer(vault: &Vault, registration: &Registration, kept: Option<&Kept>) -> Result<Receipt, Failure> {
    // A key that was neither inserted nor found was rolled back by the other transaction in between: try again.
    let kept = kept.ok_or(Failure::Busy)?;
    if kept.body_mac != registration.body_mac {
        return Err(Failure::KeyReused);
    }
    let answer: Answer = serde_json::from_slice(&kept.response)?;
    Ok(answer.receipt(vault, &registration.key))
}
