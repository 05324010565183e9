//! Appending to the journal and to what others are told, in the transaction of the change itself (D-1, D3).
//!
//! However many changes a call brings, it runs the same few statements. Two writers of one aggregate meet at the primary
//! keys: the later one gets [`RecordError::Conflict`] and must decide again on what the earlier one left.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use huiyin_contracts::{AggregateKind, Audience, EventType};
use huiyin_kernel::{Actor, DistrictCode, EventId};
use serde_json::Value;
use sqlx::Row as _;
use uuid::Uuid;

use crate::chain::{self, Hash};
use crate::{
    RecordError, Tx,
    sql::{query, query_as},
};

/// What is changed.
#[derive(Clone, Debug)]
pub struct Aggregate {
    /// Its kind.
    pub kind: AggregateKind,
    /// Its id.
    pub id: Uuid,
    /// Whose matter it is.
    pub district: DistrictCode,
    /// Its version before this change; 0 when it is new.
    pub version: i64,
}

/// One journal row: what happened, for the service itself. Personal data is sealed by the caller.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The event.
    pub event_id: EventId,
    /// Its name within the service.
    pub event_type: &'static str,
    /// JSON, stored verbatim.
    pub body: Vec<u8>,
}

/// What others are told of an entry.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Which of the change's entries it tells of.
    pub entry: usize,
    /// Its type; the owner must be the writing service.
    pub event: EventType,
    /// JSON, stored and sent verbatim.
    pub body: Vec<u8>,
}

/// One change of one aggregate.
#[derive(Clone, Debug)]
pub struct Change {
    /// Of what.
    pub aggregate: Aggregate,
    /// By whom.
    pub actor: Actor,
    /// The command, event or timer that led to it.
    pub cause: Uuid,
    /// Business time.
    pub at: DateTime<Utc>,
    /// What happened, in order; each takes the next version.
    pub entries: Vec<Entry>,
    /// What others are told, in order; each takes the next sequence of its audience.
    pub outgoing: Vec<Outgoing>,
}

/// Records changes. One aggregate may appear more than once, in order of its versions.
///
/// # Errors
/// [`RecordError::Conflict`] when an aggregate is no longer at the version the change was decided on. After any error the
/// transaction must be rolled back.
pub async fn record(tx: &mut Tx, changes: Vec<Change>) -> Result<(), RecordError> {
    let trace = huiyin_telemetry::traceparent();
    record_traced(tx, changes.into_iter().map(|change| (change, trace.clone())).collect()).await
}

/// [`record`] for changes that came by different requests: each with the `traceparent` of its own, so that its publications
/// continue its trace and not another one's.
pub async fn record_traced(tx: &mut Tx, changes: Vec<(Change, Option<String>)>) -> Result<(), RecordError> {
    let (changes, traces): (Vec<Change>, Vec<Option<String>>) = changes.into_iter().unzip();
    let aggregates: BTreeSet<Uuid> = changes.iter().map(|change| change.aggregate.id).collect();
    tx.admit(&aggregates.into_iter().collect::<Vec<_>>()).await?;
    let mut tips = Tip::load(tx, &changes).await?;
    let mut rows = JournalRows::default();
    let mut told = PublicationRows::default();
    for (change, trace) in changes.iter().zip(traces) {
        let tip = tips.entry(change.aggregate.id).or_default();
        rows.add(change, tip)?;
        told.add(change, tip, tx.service(), trace.as_deref())?;
    }
    if !told.aggregate_id.is_empty() {
        tx.note_published();
    }
    write(tx, rows, told).await
}

/// Where one aggregate stands.
const TIP: &str = "select j.aggregate_id, j.version, j.hash,
        coalesce((select max(sequence) from {s}.publication where aggregate_id = $1 and audience = 'public'), 0),
        coalesce((select max(sequence) from {s}.publication where aggregate_id = $1 and audience = 'private'), 0)
    from {s}.journal j where j.aggregate_id = $1 order by j.version desc limit 1";
/// Where each of many stands.
const TIPS: &str = "select a.id, j.version, j.hash,
        coalesce((select max(sequence) from {s}.publication where aggregate_id = a.id and audience = 'public'), 0),
        coalesce((select max(sequence) from {s}.publication where aggregate_id = a.id and audience = 'private'), 0)
    from unnest($1::uuid[]) a(id)
    cross join lateral (select version, hash from {s}.journal where aggregate_id = a.id order by version desc limit 1) j";

/// Where an aggregate stands before its next entry.
#[derive(Debug, Default)]
struct Tip {
    version: i64,
    hash: Option<Vec<u8>>,
    public: i64,
    private: i64,
}

impl Tip {
    async fn load(tx: &mut Tx, changes: &[Change]) -> Result<BTreeMap<Uuid, Self>, RecordError> {
        let known: BTreeSet<Uuid> =
            changes.iter().filter(|c| c.aggregate.version > 0).map(|c| c.aggregate.id).collect();
        let created: BTreeSet<Uuid> =
            changes.iter().filter(|c| c.aggregate.version == 0).map(|c| c.aggregate.id).collect();
        let known: Vec<Uuid> = known.difference(&created).copied().collect();
        if known.is_empty() {
            return Ok(BTreeMap::new());
        }
        let rows = if let [id] = known.as_slice() {
            // Nearly always it is one: then only the partitions it lies in are opened, not all of them.
            query(tx.schema(), TIP).bind(id).fetch_all(&mut **tx).await?
        } else {
            query(tx.schema(), TIPS).bind(&known).fetch_all(&mut **tx).await?
        };
        rows.iter()
            .map(|row| {
                let tip = Self {
                    version: row.try_get(1)?,
                    hash: Some(row.try_get(2)?),
                    public: row.try_get(3)?,
                    private: row.try_get(4)?,
                };
                Ok((row.try_get(0)?, tip))
            })
            .collect()
    }
}

#[derive(Default)]
struct JournalRows {
    aggregate_id: Vec<Uuid>,
    version: Vec<i64>,
    event_id: Vec<Uuid>,
    aggregate_kind: Vec<&'static str>,
    event_type: Vec<&'static str>,
    district: Vec<String>,
    actor: Vec<Value>,
    cause: Vec<Uuid>,
    occurred_at: Vec<DateTime<Utc>>,
    body: Vec<Vec<u8>>,
    previous_hash: Vec<Option<Vec<u8>>>,
    hash: Vec<Vec<u8>>,
}

impl JournalRows {
    fn add(&mut self, change: &Change, tip: &mut Tip) -> Result<(), RecordError> {
        let Aggregate { kind, id, district, version } = &change.aggregate;
        if tip.version != *version {
            return Err(RecordError::Conflict { aggregate_id: *id });
        }
        if change.entries.is_empty() {
            return Err(RecordError::Malformed { aggregate_id: *id, what: "it has no entry" });
        }
        let actor = serde_json::to_value(&change.actor)
            .map_err(|_| RecordError::Malformed { aggregate_id: *id, what: "its actor cannot be written" })?;
        for entry in &change.entries {
            let hash: Hash = chain::Row {
                previous: tip.hash.as_deref(),
                aggregate_id: *id,
                version: tip.version + 1,
                event_id: entry.event_id.uuid(),
                aggregate_kind: kind.name(),
                event_type: entry.event_type,
                district: district.as_str(),
                actor: &actor,
                cause: change.cause,
                occurred_at: change.at,
                body: &entry.body,
            }
            .hash();
            self.aggregate_id.push(*id);
            self.version.push(tip.version + 1);
            self.event_id.push(entry.event_id.uuid());
            self.aggregate_kind.push(kind.name());
            self.event_type.push(entry.event_type);
            self.district.push(district.to_string());
            self.actor.push(actor.clone());
            self.cause.push(change.cause);
            self.occurred_at.push(change.at);
            self.body.push(entry.body.clone());
            self.previous_hash.push(tip.hash.take());
            self.hash.push(hash.to_vec());
            tip.version += 1;
            tip.hash = Some(hash.to_vec());
        }
        Ok(())
    }
}

#[derive(Default)]
struct PublicationRows {
    aggregate_id: Vec<Uuid>,
    audience: Vec<&'static str>,
    sequence: Vec<i64>,
    event_id: Vec<Uuid>,
    event_type: Vec<String>,
    version: Vec<i32>,
    aggregate_kind: Vec<&'static str>,
    subject: Vec<String>,
    district: Vec<String>,
    occurred_at: Vec<DateTime<Utc>>,
    cause: Vec<Uuid>,
    body: Vec<Vec<u8>>,
    traceparent: Vec<Option<String>>,
}

impl PublicationRows {
    fn add(
        &mut self,
        change: &Change,
        tip: &mut Tip,
        writer: huiyin_kernel::Service,
        trace: Option<&str>,
    ) -> Result<(), RecordError> {
        let malformed = |what| RecordError::Malformed { aggregate_id: change.aggregate.id, what };
        for outgoing in &change.outgoing {
            let entry =
                change.entries.get(outgoing.entry).ok_or_else(|| malformed("it tells of an entry it has not"))?;
            if outgoing.event.owner != writer {
                return Err(malformed("it publishes an event of another service"));
            }
            let sequence = match outgoing.event.audience {
                Audience::Public => &mut tip.public,
                Audience::Private => &mut tip.private,
            };
            *sequence += 1;
            self.aggregate_id.push(change.aggregate.id);
            self.audience.push(outgoing.event.audience.name());
            self.sequence.push(*sequence);
            self.event_id.push(entry.event_id.uuid());
            self.event_type.push(outgoing.event.type_name());
            self.version.push(i32::from(outgoing.event.version));
            self.aggregate_kind.push(outgoing.event.aggregate.name());
            self.subject.push(outgoing.event.subject(&change.aggregate.district));
            self.district.push(change.aggregate.district.to_string());
            self.occurred_at.push(change.at);
            self.cause.push(change.cause);
            self.body.push(outgoing.body.clone());
            self.traceparent.push(trace.map(str::to_owned));
        }
        Ok(())
    }
}

/// Journal, seal list, publications and their waiting line in one statement: one round trip, whatever is written. Sorted, so that two batches
/// that share aggregates wait for each other instead of deadlocking.
const WRITE: &str = "with written as (
        insert into {s}.journal (aggregate_id, version, event_id, aggregate_kind, event_type, district, actor, cause, occurred_at, body,
            previous_hash, hash)
        select * from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::uuid[],
            $9::timestamptz[], $10::bytea[], $11::bytea[], $12::bytea[]) r(aggregate_id, version)
        order by aggregate_id, version
        on conflict (aggregate_id, version) do nothing
        returning aggregate_id, version, hash),
    unsealed as (insert into {s}.journal_unsealed (aggregate_id, version, hash) select * from written),
    told as (
        insert into {s}.publication (aggregate_id, audience, sequence, event_id, event_type, version, aggregate_kind, subject, district,
            occurred_at, cause, body, traceparent, incarnation)
        select r.*, (select max(number) from {s}.incarnation)
        from unnest($13::uuid[], $14::text[], $15::bigint[], $16::uuid[], $17::text[], $18::int[], $19::text[], $20::text[],
            $21::text[], $22::timestamptz[], $23::uuid[], $24::bytea[], $25::text[]) r(aggregate_id, audience, sequence)
        order by aggregate_id, audience, sequence
        on conflict (aggregate_id, audience, sequence) do nothing
        returning aggregate_id, audience, sequence),
    waiting as (
        insert into {s}.pending (aggregate_id, audience, sequence)
        select aggregate_id, audience, sequence from told order by aggregate_id, audience, sequence)
    select true, aggregate_id, version from written union all select false, aggregate_id, sequence from told";

async fn write(tx: &mut Tx, rows: JournalRows, told: PublicationRows) -> Result<(), RecordError> {
    let places = |ids: &[Uuid], numbers: &[i64]| ids.iter().copied().zip(numbers.iter().copied()).collect::<Vec<_>>();
    let wanted = (places(&rows.aggregate_id, &rows.version), places(&told.aggregate_id, &told.sequence));
    let done: Vec<(bool, Uuid, i64)> = query_as(tx.schema(), WRITE)
        .bind(rows.aggregate_id)
        .bind(rows.version)
        .bind(rows.event_id)
        .bind(rows.aggregate_kind)
        .bind(rows.event_type)
        .bind(rows.district)
        .bind(rows.actor)
        .bind(rows.cause)
        .bind(rows.occurred_at)
        .bind(rows.body)
        .bind(rows.previous_hash)
        .bind(rows.hash)
        .bind(told.aggregate_id)
        .bind(told.audience)
        .bind(told.sequence)
        .bind(told.event_id)
        .bind(told.event_type)
        .bind(told.version)
        .bind(told.aggregate_kind)
        .bind(told.subject)
        .bind(told.district)
        .bind(told.occurred_at)
        .bind(told.cause)
        .bind(told.body)
        .bind(told.traceparent)
        .fetch_all(&mut **tx)
        .await?;
    let (entries, told): (Vec<_>, Vec<_>) = done.into_iter().partition(|(is_entry, ..)| *is_entry);
    let place = |(_, id, number)| (id, number);
    refuse_missing(&wanted.0, entries.into_iter().map(place))?;
    refuse_missing(&wanted.1, told.into_iter().map(place))
}

fn refuse_missing(
    wanted: &[(Uuid, i64)],
    written: impl ExactSizeIterator<Item = (Uuid, i64)>,
) -> Result<(), RecordError> {
    if written.len() == wanted.len() {
        return Ok(());
    }
    let written: BTreeSet<(Uuid, i64)> = written.collect();
    match wanted.iter().find(|row| !written.contains(row)) {
        Some((aggregate_id, _)) => Err(RecordError::Conflict { aggregate_id: *aggregate_id }),
        None => Ok(()),
    }
}
