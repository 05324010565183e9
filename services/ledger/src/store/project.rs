//! Events into rows. Every write is an upsert of the newest snapshot, many aggregates at a time.

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_contracts::casework::{
    CaseSnapshot, DeadlineSnapshot, DeadlineState, ObjectionState, SupervisionSnapshot, TransferSnapshot,
};
use huiyin_contracts::directory::{DistrictSnapshot, StaffSnapshot, UnitSnapshot};
use huiyin_contracts::intake::PetitionSnapshot;
use huiyin_contracts::notification::{MessageSnapshot, Recipient};
use huiyin_contracts::scheduling::{SessionSnapshot, VisitOutcome, VisitSnapshot};
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

/// The name a value has on the wire, which is the name it has in the ledger.
pub(crate) fn wire<T: Serialize>(value: T) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// One column of many rows.
macro_rules! column {
    ($rows:expr, $row:ident => $value:expr) => {
        $rows.iter().map(|$row| $value).collect::<Vec<_>>()
    };
}

pub(crate) async fn petitions(conn: &mut PgConnection, rows: &[PetitionSnapshot]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into ledger.matter (petition_id, number, channel, class, topic, district, kind, people_count, received_at,
             registered_at, petition_state, concerned_unit)
         select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[],
             $9::timestamptz[], $10::timestamptz[], $11::text[], $12::text[])
         on conflict (petition_id) do update set number = excluded.number, channel = excluded.channel,
             class = excluded.class, topic = excluded.topic, district = excluded.district, kind = excluded.kind,
             people_count = excluded.people_count, received_at = excluded.received_at,
             registered_at = excluded.registered_at, petition_state = excluded.petition_state,
             concerned_unit = excluded.concerned_unit",
        &column!(rows, r => r.petition_id.uuid()),
        &column!(rows, r => r.number.to_string()),
        &column!(rows, r => wire(r.channel)),
        &column!(rows, r => wire(r.class)),
        &column!(rows, r => r.topic.clone()),
        &column!(rows, r => r.district.to_string()),
        &column!(rows, r => wire(r.kind)),
        &column!(rows, r => r.people_count as i32),
        &column!(rows, r => r.received_at),
        &column!(rows, r => r.registered_at),
        &column!(rows, r => wire(r.state)),
        &column!(rows, r => r.concerned_unit.as_ref().map(ToString::to_string)) as &[Option<String>],
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The deadlines of the matter itself. What offices owe each other (督办) makes no matter late.
fn deadlines(case: &CaseSnapshot) -> impl Iterator<Item = &DeadlineSnapshot> {
    case.deadlines.iter().filter(|deadline| !deadline.kind.is_between_offices())
}

/// The deadline a reader asks for first: the nearest that is still owed.
fn owed(case: &CaseSnapshot) -> Option<(DateTime<Utc>, NaiveDate)> {
    let open = |state| matches!(state, DeadlineState::Running | DeadlineState::Overdue);
    deadlines(case).filter(|d| open(d.state)).map(|d| (d.due_at, d.last_day)).min()
}

pub(crate) async fn cases(conn: &mut PgConnection, rows: &[CaseSnapshot]) -> Result<(), sqlx::Error> {
    let has = |case: &CaseSnapshot, wanted: &[DeadlineState]| deadlines(case).any(|d| wanted.contains(&d.state));
    sqlx::query!(
        "insert into ledger.matter (petition_id, number, channel, class, topic, district, registered_at, case_id, state,
             grade, responsible_unit, officer, leader, taken_by_leader, session_id, cause_found, opinion_summary,
             result_summary, outcome, relief_referral, promise_number, extended_days, due_at, last_day, overdue, missed,
             replied_at, delivered_at, closed_at, case_version, sent_on, orders, advice_given, advice_adopted, measures)
         select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
             $8::uuid[], $9::text[], $10::text[], $11::text[], $12::uuid[], $13::uuid[], $14::bool[], $15::uuid[],
             $16::text[], $17::text[], $18::text[], $19::text[], $20::bool[], $21::text[], $22::int[], $23::timestamptz[],
             $24::date[], $25::bool[], $26::bool[], $27::timestamptz[], $28::timestamptz[], $29::timestamptz[], $30::bigint[],
             $31::text[], $32::int[], $33::int[], $34::int[], $35::int[])
         on conflict (petition_id) do update set case_id = excluded.case_id, state = excluded.state,
             grade = excluded.grade, responsible_unit = excluded.responsible_unit, officer = excluded.officer,
             leader = excluded.leader, taken_by_leader = excluded.taken_by_leader, session_id = excluded.session_id,
             cause_found = excluded.cause_found, opinion_summary = excluded.opinion_summary,
             result_summary = excluded.result_summary, outcome = excluded.outcome,
             relief_referral = excluded.relief_referral, promise_number = excluded.promise_number,
             extended_days = excluded.extended_days, due_at = excluded.due_at, last_day = excluded.last_day,
             overdue = excluded.overdue, missed = excluded.missed, replied_at = excluded.replied_at,
             delivered_at = excluded.delivered_at, closed_at = excluded.closed_at, case_version = excluded.case_version,
             sent_on = excluded.sent_on, orders = excluded.orders, advice_given = excluded.advice_given,
             advice_adopted = excluded.advice_adopted, measures = excluded.measures",
        &column!(rows, r => r.petition_id.uuid()),
        &column!(rows, r => r.number.to_string()),
        &column!(rows, r => wire(r.channel)),
        &column!(rows, r => wire(r.class)),
        &column!(rows, r => r.topic.clone()),
        &column!(rows, r => r.district.to_string()),
        &column!(rows, r => r.registered_at),
        &column!(rows, r => r.case_id.uuid()),
        &column!(rows, r => wire(r.state)),
        &column!(rows, r => wire(r.grade)),
        &column!(rows, r => r.responsible_unit.to_string()),
        &column!(rows, r => r.officer.map(Uuid::from)) as &[Option<Uuid>],
        &column!(rows, r => r.leader.map(Uuid::from)) as &[Option<Uuid>],
        &column!(rows, r => r.taken_by_leader),
        &column!(rows, r => r.session_id.map(Uuid::from)) as &[Option<Uuid>],
        &column!(rows, r => r.cause_found.clone()) as &[Option<String>],
        &column!(rows, r => r.opinion_summary.clone()) as &[Option<String>],
        &column!(rows, r => r.result_summary.clone()) as &[Option<String>],
        &column!(rows, r => r.outcome.map(wire)) as &[Option<String>],
        &column!(rows, r => r.relief_referral),
        &column!(rows, r => r.promise_number.clone()) as &[Option<String>],
        &column!(rows, r => r.extended_days as i32),
        &column!(rows, r => owed(r).map(|d| d.0)) as &[Option<DateTime<Utc>>],
        &column!(rows, r => owed(r).map(|d| d.1)) as &[Option<NaiveDate>],
        &column!(rows, r => has(r, &[DeadlineState::Overdue])),
        &column!(rows, r => has(r, &[DeadlineState::Overdue, DeadlineState::MetLate])),
        &column!(rows, r => r.replied_at) as &[Option<DateTime<Utc>>],
        &column!(rows, r => r.delivered_at) as &[Option<DateTime<Utc>>],
        &column!(rows, r => r.closed_at) as &[Option<DateTime<Utc>>],
        &column!(rows, r => r.version),
        &column!(rows, r => sent_on(r).map(str::to_owned)) as &[Option<String>],
        &column!(rows, r => supervised(r, |order| order.orders)),
        &column!(rows, r => supervised(r, |order| order.advice_given)),
        &column!(rows, r => supervised(r, |order| order.advice_adopted)),
        &column!(rows, r => supervised(r, |order| u32::try_from(order.measures.len()).unwrap_or(u32::MAX))),
    )
    .execute(&mut *conn)
    .await?;
    reviews(conn, rows).await
}

/// 转送 or 交办, by the newest that was not handed back.
fn sent_on(case: &CaseSnapshot) -> Option<&'static str> {
    let stands = |sent: &&TransferSnapshot| sent.objection != Some(ObjectionState::Agreed);
    let sent = case.transfer.as_ref().filter(stands)?;
    Some(if sent.handed_down { "handed_down" } else { "transferred" })
}

fn supervised(case: &CaseSnapshot, count: fn(&SupervisionSnapshot) -> u32) -> i32 {
    case.supervision.as_ref().map_or(0, |order| i32::try_from(count(order)).unwrap_or(i32::MAX))
}

/// Every review that was ever asked for: what a matter's newest snapshot tells is the whole list.
async fn reviews(conn: &mut PgConnection, cases: &[CaseSnapshot]) -> Result<(), sqlx::Error> {
    let all = || cases.iter().flat_map(|case| case.reviews.iter().zip(1_i32..).map(move |(one, nth)| (case, nth, one)));
    let ids: Vec<Uuid> = all().map(|(case, ..)| case.petition_id.uuid()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into ledger.review (petition_id, nth, level, state, result)
         select * from unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[])
         on conflict (petition_id, nth) do update set level = excluded.level, state = excluded.state, result = excluded.result",
        &ids,
        &all().map(|(_, nth, _)| nth).collect::<Vec<_>>(),
        &all().map(|(_, _, one)| wire(one.level)).collect::<Vec<_>>(),
        &all().map(|(_, _, one)| wire(one.state)).collect::<Vec<_>>(),
        &all().map(|(_, _, one)| one.result.map(wire)).collect::<Vec<_>>() as &[Option<String>],
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn districts(conn: &mut PgConnection, rows: &[DistrictSnapshot]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into ledger.district (code, name) select * from unnest($1::text[], $2::text[])
         on conflict (code) do update set name = excluded.name",
        &column!(rows, r => r.code.to_string()),
        &column!(rows, r => r.name.clone()),
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn units(conn: &mut PgConnection, rows: &[UnitSnapshot]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into ledger.unit (code, name, kind, district)
         select * from unnest($1::text[], $2::text[], $3::text[], $4::text[])
         on conflict (code) do update set name = excluded.name, kind = excluded.kind, district = excluded.district",
        &column!(rows, r => r.code.to_string()),
        &column!(rows, r => r.name.clone()),
        &column!(rows, r => wire(r.kind)),
        &column!(rows, r => r.district.to_string()),
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn staff(conn: &mut PgConnection, rows: &[StaffSnapshot]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into ledger.staff (staff_id, name, post) select * from unnest($1::uuid[], $2::text[], $3::text[])
         on conflict (staff_id) do update set name = excluded.name, post = excluded.post",
        &column!(rows, r => r.staff_id.uuid()),
        &column!(rows, r => r.name.clone()),
        &column!(rows, r => r.post.clone()) as &[Option<String>],
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn sessions(conn: &mut PgConnection, rows: &[SessionSnapshot]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into ledger.session (session_id, district, state, kind, leader, venue_name, starts_at)
         select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::timestamptz[])
         on conflict (session_id) do update set state = excluded.state, kind = excluded.kind, leader = excluded.leader,
             venue_name = excluded.venue_name, starts_at = excluded.starts_at",
        &column!(rows, r => r.session_id.uuid()),
        &column!(rows, r => r.district.to_string()),
        &column!(rows, r => wire(r.state)),
        &column!(rows, r => wire(r.kind)),
        &column!(rows, r => r.leader.uuid()),
        &column!(rows, r => r.venue_name.clone()),
        &column!(rows, r => r.starts_at),
    )
    .execute(conn)
    .await?;
    Ok(())
}

const fn visit_outcome(outcome: &VisitOutcome) -> &'static str {
    match outcome {
        VisitOutcome::SettledOnSpot { .. } => "settled_on_spot",
        VisitOutcome::Promised { .. } => "promised",
        VisitOutcome::Assigned { .. } => "assigned",
        VisitOutcome::Explained { .. } => "explained",
        VisitOutcome::Aided { .. } => "aided",
    }
}

pub(crate) async fn visits(conn: &mut PgConnection, rows: &[VisitSnapshot]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into ledger.visit (visit_id, session_id, petition_id, leader, state, outcome, at)
         select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::timestamptz[])
         on conflict (visit_id) do update set leader = excluded.leader, state = excluded.state,
             outcome = excluded.outcome, at = excluded.at",
        &column!(rows, r => r.visit_id.uuid()),
        &column!(rows, r => r.session_id.uuid()),
        &column!(rows, r => r.petition_id.uuid()),
        &column!(rows, r => r.leader.uuid()),
        &column!(rows, r => wire(r.state)),
        &column!(rows, r => r.outcome.as_ref().map(|o| visit_outcome(o).to_owned())) as &[Option<String>],
        &column!(rows, r => r.at),
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn messages(conn: &mut PgConnection, rows: &[MessageSnapshot]) -> Result<(), sqlx::Error> {
    let recipient = |r: &Recipient| match r {
        Recipient::Petitioner { .. } => "petitioner".to_owned(),
        Recipient::Staff { .. } => "staff".to_owned(),
    };
    sqlx::query!(
        "insert into ledger.message (message_id, petition_id, template, recipient, channel, state, about_event, at)
         select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[],
             $8::timestamptz[])
         on conflict (message_id) do update set state = excluded.state, at = excluded.at",
        &column!(rows, r => r.message_id.uuid()),
        &column!(rows, r => r.petition_id.map(Uuid::from)) as &[Option<Uuid>],
        &column!(rows, r => r.template.clone()),
        &column!(rows, r => recipient(&r.recipient)),
        &column!(rows, r => wire(r.channel)),
        &column!(rows, r => wire(r.state)),
        &column!(rows, r => r.about_event),
        &column!(rows, r => r.at),
    )
    .execute(conn)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C5, REG-50: what an office owes a supervisor is no date of the matter, and makes none late.
    #[test]
    fn supervision_makes_no_matter_late() {
        let golden = include_str!("../../../../shared/contracts/tests/golden/CaseSnapshot.v1.supervised.json");
        let mut case: CaseSnapshot = serde_json::from_str(golden).expect("the golden body decodes");
        case.deadlines[1].state = DeadlineState::Overdue;
        assert!(case.deadlines[1].due_at < case.deadlines[0].due_at, "the office's date comes first");
        assert_eq!(owed(&case).map(|(_, day)| day), NaiveDate::from_ymd_opt(2026, 7, 6));
        assert!(deadlines(&case).all(|deadline| deadline.state == DeadlineState::Running));
    }
}
