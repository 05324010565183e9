use chrono::{DateTime, Utc};
use huiyin_contracts::intake::{PetitionEvaluation, PetitionSnapshot};
use huiyin_journal::DbError;
use huiyin_kernel::{DistrictCode, PetitionId, PetitionNumber, SessionId, UnitCode};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::word::{read_code, read_word, word};
use crate::{domain::Petition, vault::SealedText};

/// A petition as it is stored: its values, its sealed text, and the wrapped key that opens it.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its values.
    pub petition: Petition,
    /// The policy pack in force there when it was registered.
    pub policy_pack: String,
    /// The data key's id.
    pub key_id: Uuid,
    /// The wrapped data key; absent once destroyed.
    pub wrapped_key: Option<Vec<u8>>,
    /// HMAC of the query code.
    pub code_hash: Vec<u8>,
    /// Sealed text.
    pub text: SealedText,
}

struct Row {
    petition_id: Uuid,
    number: String,
    version: i64,
    state: String,
    channel: String,
    class: String,
    topic: String,
    district: String,
    kind: String,
    people_count: i32,
    concerned_unit: Option<String>,
    registered_by: Option<String>,
    session_id: Option<Uuid>,
    can_be_told: bool,
    received_at: DateTime<Utc>,
    registered_at: DateTime<Utc>,
    restorable_until: Option<DateTime<Utc>>,
    evaluation: Option<Json<PetitionEvaluation>>,
    policy_pack: String,
    key_id: Uuid,
    code_hash: Vec<u8>,
    title: Vec<u8>,
    request: Vec<u8>,
    facts: Option<Vec<u8>>,
    place: Option<Vec<u8>>,
    assistance: Option<Vec<u8>>,
    external_ref: Option<Vec<u8>>,
    representatives: Option<Vec<u8>>,
    companions: Option<Vec<u8>>,
    accused_unit: Option<Vec<u8>>,
    wrapped: Option<Vec<u8>>,
}

/// The id that bears a number, if any; whether it may be seen is asked when it is read.
pub async fn find_id(conn: &mut PgConnection, number: &str) -> Result<Option<PetitionId>, DbError> {
    let id = sqlx::query_scalar!(r#"select petition_id as "id!" from intake.petition_of_number($1)"#, number);
    Ok(id.fetch_optional(conn).await?.map(PetitionId::from))
}

/// The petition of a number and what its query code must fit. As much is read for a number that exists as for one that does
/// not: an id and a hash, or nothing.
pub async fn find_code(conn: &mut PgConnection, number: &str) -> Result<Option<(PetitionId, Vec<u8>)>, DbError> {
    let row = sqlx::query!(
        r#"select petition_id as "petition_id!", code_hash as "code_hash!" from intake.petition_of_number($1)"#,
        number
    );
    Ok(row.fetch_optional(conn).await?.map(|row| (PetitionId::from(row.petition_id), row.code_hash)))
}

/// Locks a petition for a change.
pub async fn lock(conn: &mut PgConnection, id: PetitionId) -> Result<bool, DbError> {
    let found = sqlx::query_scalar!(
        r#"select 1 as "one!" from intake.petition where petition_id = $1 for no key update"#,
        id.uuid()
    );
    Ok(found.fetch_optional(conn).await?.is_some())
}

/// Locks petitions in the order of their ids; those that exist.
pub async fn lock_all(conn: &mut PgConnection, ids: &[PetitionId]) -> Result<Vec<PetitionId>, DbError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let found = sqlx::query_scalar!(
        "select petition_id from intake.petition where petition_id = any($1) order by petition_id for no key update",
        &ids,
    );
    Ok(found.fetch_all(conn).await?.into_iter().map(PetitionId::from).collect())
}

/// Locks those of these petitions that a timer of `kind` still watches: it fires before what follows, and is seen to have fired, or after.
pub async fn lock_watched(conn: &mut PgConnection, ids: &[Uuid], kind: &str) -> Result<(), DbError> {
    sqlx::query!(
        "select from intake.petition p where petition_id = any($1)
             and exists (select from intake.timer t where t.aggregate_id = p.petition_id and t.kind = $2 and t.state = 'armed')
         order by petition_id for no key update of p",
        ids,
        kind,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Loads petitions, in the order of their ids.
pub async fn load(conn: &mut PgConnection, ids: &[PetitionId]) -> Result<Vec<Stored>, DbError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"select p.petition_id, p.number, p.version, p.state, p.channel, p.class, p.topic, p.district, p.kind, p.people_count,
             p.concerned_unit, p.registered_by, p.session_id, p.can_be_told, p.received_at, p.registered_at,
             p.restorable_until, p.evaluation as "evaluation: Json<PetitionEvaluation>", p.policy_pack, p.key_id, p.code_hash, p.title, p.request, p.facts, p.place, p.assistance,
             p.external_ref, p.representatives, p.companions, p.accused_unit, k.wrapped
         from intake.petition p join intake.data_key k on k.key_id = p.key_id
         where p.petition_id = any($1) order by p.petition_id"#,
        &ids,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Stored::try_from).collect()
}

/// Loads one petition.
pub async fn find(conn: &mut PgConnection, id: PetitionId) -> Result<Option<Stored>, DbError> {
    Ok(load(conn, &[id]).await?.pop())
}

/// Saves what changes of a petition; false when it no longer stands at `from`.
pub async fn save(conn: &mut PgConnection, from: i64, petition: &Petition) -> Result<bool, DbError> {
    let saved = sqlx::query!(
        "update intake.petition set version = $3, state = $4, can_be_told = $5, restorable_until = $6, evaluation = $7
         where petition_id = $1 and version = $2",
        petition.snapshot.petition_id.uuid(),
        from,
        petition.version,
        word(petition.snapshot.state),
        petition.snapshot.can_be_told,
        petition.snapshot.restorable_until,
        petition.snapshot.evaluation.as_ref().map(Json) as Option<Json<&PetitionEvaluation>>,
    )
    .execute(conn)
    .await?;
    Ok(saved.rows_affected() == 1)
}

/// Saves that nobody can be told any more; false when it no longer stands at `from`.
pub async fn save_erased(conn: &mut PgConnection, from: i64, petition: &Petition) -> Result<bool, DbError> {
    let saved = sqlx::query!(
        "update intake.petition set version = $3, can_be_told = $4 where petition_id = $1 and version = $2",
        petition.snapshot.petition_id.uuid(),
        from,
        petition.version,
        petition.snapshot.can_be_told,
    )
    .execute(conn)
    .await?;
    Ok(saved.rows_affected() == 1)
}

/// Moves only the versions on, for what leaves the values as they are; false when one no longer stands where it did.
pub async fn save_versions(conn: &mut PgConnection, petitions: &[&Petition]) -> Result<bool, DbError> {
    let ids: Vec<Uuid> = petitions.iter().map(|petition| petition.snapshot.petition_id.uuid()).collect();
    let from: Vec<i64> = petitions.iter().map(|petition| petition.version).collect();
    let saved = sqlx::query!(
        "update intake.petition p set version = p.version + 1
         from unnest($1::uuid[], $2::bigint[]) r(petition_id, version)
         where p.petition_id = r.petition_id and p.version = r.version",
        &ids,
        &from,
    )
    .execute(conn)
    .await?;
    Ok(saved.rows_affected() == petitions.len() as u64)
}

/// Keeps the sealed reason of a withdrawal.
pub async fn save_withdrawal(conn: &mut PgConnection, id: PetitionId, reason: Option<&[u8]>) -> Result<(), DbError> {
    sqlx::query!("update intake.petition set withdrawal = $2 where petition_id = $1", id.uuid(), reason)
        .execute(conn)
        .await?;
    Ok(())
}

impl TryFrom<Row> for Stored {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        let unit =
            |code: Option<String>| code.map(|code| read_code(&code, |code| UnitCode::parse(&code).ok())).transpose();
        let snapshot = PetitionSnapshot {
            petition_id: PetitionId::from(row.petition_id),
            number: read_code(&row.number, |number| PetitionNumber::parse(&number).ok())?,
            state: read_word(&row.state)?,
            channel: read_word(&row.channel)?,
            received_at: row.received_at,
            registered_at: row.registered_at,
            class: read_word(&row.class)?,
            topic: row.topic,
            district: read_code(&row.district, |code| DistrictCode::parse(&code).ok())?,
            kind: read_word(&row.kind)?,
            people_count: u32::try_from(row.people_count).unwrap_or(1),
            concerned_unit: unit(row.concerned_unit)?,
            registered_by: unit(row.registered_by)?,
            session_id: row.session_id.map(SessionId::from),
            can_be_told: row.can_be_told,
            restorable_until: row.restorable_until,
            evaluation: row.evaluation.map(|evaluation| evaluation.0),
        };
        let text = SealedText {
            title: row.title,
            request: row.request,
            facts: row.facts,
            place: row.place,
            assistance: row.assistance,
            external_ref: row.external_ref,
            representatives: row.representatives,
            companions: row.companions,
            accused_unit: row.accused_unit,
        };
        Ok(Self {
            petition: Petition { snapshot, version: row.version },
            policy_pack: row.policy_pack,
            key_id: row.key_id,
            wrapped_key: row.wrapped,
            code_hash: row.code_hash,
            text,
        })
    }
}
