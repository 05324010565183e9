use huiyin_contracts::intake::PetitionSnapshot;
use huiyin_journal::DbError;
use huiyin_kernel::SessionId;
use sqlx::PgConnection;
use uuid::Uuid;

use super::word::word;
use crate::vault::SealedPetition;

/// One new petition as it is stored.
#[derive(Clone, Debug)]
pub struct NewRow<'a> {
    /// Its values.
    pub snapshot: PetitionSnapshot,
    /// What is sealed.
    pub sealed: &'a SealedPetition,
    /// HMAC of the query code.
    pub code_hash: [u8; 32],
    /// The policy pack in force there.
    pub policy_pack: &'a str,
}

/// Inserts petitions with their keys and petitioners: one statement, however many.
pub async fn insert(conn: &mut PgConnection, rows: &[&NewRow<'_>]) -> Result<(), DbError> {
    sqlx::query!(
        "with keys as (
             insert into intake.data_key (key_id, petition_id, wrapped)
             select * from unnest($16::uuid[], $1::uuid[], $27::bytea[])),
         petitioners as (
             insert into intake.petitioner (petition_id, name, gender, document_kind, document_number, phone, email, address,
                 document_index)
             select * from unnest($1::uuid[], $28::bytea[], $29::bytea[], $30::bytea[], $31::bytea[], $32::bytea[], $33::bytea[],
                 $34::bytea[], $35::bytea[]))
         insert into intake.petition (petition_id, number, version, state, channel, class, topic, district, kind, people_count,
             concerned_unit, registered_by, session_id, can_be_told, received_at, registered_at, policy_pack, key_id,
             code_hash, title, request, facts, place, assistance, external_ref, representatives, companions, accused_unit)
         select petition_id, number, 1, 'registered', channel, class, topic, district, kind, people_count, concerned_unit,
             registered_by, session_id, can_be_told, received_at, registered_at, policy_pack, key_id, code_hash, title,
             request, facts, place, assistance, external_ref, representatives, companions, accused_unit
         from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[],
             $9::text[], $10::text[], $11::uuid[], $12::bool[], $13::timestamptz[], $14::timestamptz[], $15::text[],
             $16::uuid[], $17::bytea[], $18::bytea[], $19::bytea[], $20::bytea[], $21::bytea[], $22::bytea[], $23::bytea[],
             $24::bytea[], $25::bytea[], $26::bytea[])
             r(petition_id, number, channel, class, topic, district, kind, people_count, concerned_unit, registered_by,
             session_id, can_be_told, received_at, registered_at, policy_pack, key_id, code_hash, title, request, facts,
             place, assistance, external_ref, representatives, companions, accused_unit)",
        &column(rows, |r| r.snapshot.petition_id.uuid()),
        &column(rows, |r| r.snapshot.number.to_string()),
        &column(rows, |r| word(r.snapshot.channel)),
        &column(rows, |r| word(r.snapshot.class)),
        &column(rows, |r| r.snapshot.topic.as_str()) as &[&str],
        &column(rows, |r| r.snapshot.district.as_str()) as &[&str],
        &column(rows, |r| word(r.snapshot.kind)),
        &column(rows, |r| i32::try_from(r.snapshot.people_count).unwrap_or(i32::MAX)),
        &column(rows, |r| r.snapshot.concerned_unit.as_ref().map(ToString::to_string)) as &[Option<String>],
        &column(rows, |r| r.snapshot.registered_by.as_ref().map(ToString::to_string)) as &[Option<String>],
        &column(rows, |r| r.snapshot.session_id.map(SessionId::uuid)) as &[Option<Uuid>],
        &column(rows, |r| r.snapshot.can_be_told),
        &column(rows, |r| r.snapshot.received_at),
        &column(rows, |r| r.snapshot.registered_at),
        &column(rows, |r| r.policy_pack) as &[&str],
        &column(rows, |r| r.sealed.key_id),
        &column(rows, |r| r.code_hash.as_slice()) as &[&[u8]],
        &column(rows, |r| r.sealed.text.title.as_slice()) as &[&[u8]],
        &column(rows, |r| r.sealed.text.request.as_slice()) as &[&[u8]],
        &column(rows, |r| r.sealed.text.facts.as_deref()) as &[Option<&[u8]>],
        &column(rows, |r| r.sealed.text.place.as_deref()) as &[Option<&[u8]>],
        &column(rows, |r| r.sealed.text.assistance.as_deref()) as &[Option<&[u8]>],
        &column(rows, |r| r.sealed.text.external_ref.as_deref()) as &[Option<&[u8]>],
        &column(rows, |r| r.sealed.text.representatives.as_deref()) as &[Option<&[u8]>],
        &column(rows, |r| r.sealed.text.companions.as_deref()) as &[Option<&[u8]>],
        &column(rows, |r| r.sealed.text.accused_unit.as_deref()) as &[Option<&[u8]>],
        &column(rows, |r| r.sealed.wrapped_key.as_slice()) as &[&[u8]],
        &column(rows, |r| r.sealed.identity.name.as_slice()) as &[&[u8]],
        &column(rows, |r| r.sealed.identity.gender.as_deref()) as &[Option<&[u8]>],
        &column(rows, |r| r.sealed.identity.document_kind.as_slice()) as &[&[u8]],
        &column(rows, |r| r.sealed.identity.document_number.as_deref()) as &[Option<&[u8]>],
        &column(rows, |r| r.sealed.identity.phone.as_deref()) as &[Option<&[u8]>],
        &column(rows, |r| r.sealed.identity.email.as_deref()) as &[Option<&[u8]>],
        &column(rows, |r| r.sealed.identity.address.as_deref()) as &[Option<&[u8]>],
        &column(rows, |r| r.sealed.identity.document_index.as_deref()) as &[Option<&[u8]>],
    )
    .execute(conn)
    .await?;
    Ok(())
}

fn column<'a, T>(rows: &[&'a NewRow<'a>], value: impl Fn(&'a NewRow<'a>) -> T) -> Vec<T> {
    rows.iter().map(|row| value(row)).collect()
}
