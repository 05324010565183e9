use std::sync::Arc;

use anyhow::Result;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use huiyin_contracts::{
    Audience, Envelope, EventType,
    casework::{self, CaseSnapshot, CaseState, Grade},
    directory::{self, DistrictSnapshot},
    intake::{Channel, PetitionClass},
};
use huiyin_intake::app::{HAND_OVER, HandOverWatchdog, HearCases, HearDirectory, Rewrap, WatchAgain, open_alarms};
use huiyin_intake::vault::Vault;
use huiyin_journal::{Handler, Received};
use huiyin_kernel::{CaseId, EventId, PetitionId, PetitionNumber, Redacted};
use huiyin_runtime::Reconciler;
use huiyin_settings::Secret::{BlindIndex, FieldKey, QueryCode};
use huiyin_testkit::{eventually, not_yet};
use huiyin_timers::{Due, Fired, TimerHandler};
use serde::Serialize;
use serde_json::json;
use sqlx::{AssertSqlSafe, Executor, Row};
use uuid::Uuid;

use crate::world::{Answer, World, access, district, id_of, petition, unit};

pub(crate) fn heard(event: EventType, id: Uuid, sequence: i64, body: &impl Serialize) -> Result<Received> {
    let envelope = Envelope {
        event_id: EventId::from(Uuid::from_u128(sequence.unsigned_abs().into())),
        type_name: event.type_name(),
        owner: event.owner,
        audience: Audience::Public,
        aggregate_kind: event.aggregate,
        aggregate_id: id,
        sequence,
        incarnation: 1,
        district: district("990101001"),
        occurred_at: DateTime::UNIX_EPOCH,
        cause: None,
        traceparent: None,
        body: Bytes::from(serde_json::to_vec(body)?),
    };
    Ok(Received { envelope })
}

pub(crate) fn case(petition: PetitionId, number: &str, version: i64, state: CaseState) -> Result<CaseSnapshot> {
    Ok(CaseSnapshot {
        case_id: CaseId::from(Uuid::from_u128(5)),
        petition_id: petition,
        number: PetitionNumber::parse(number)?,
        state,
        channel: Channel::Net,
        class: PetitionClass::Request,
        topic: "house_demolition".to_owned(),
        district: district("990101001"),
        procedure: huiyin_contracts::casework::Procedure::Ordinary,
        settlement: None,
        parts: Vec::new(),
        deferral: None,
        library: None,
        about_unit: None,
        competence: None,
        grade: Grade::Ordinary,
        registered_at: DateTime::UNIX_EPOCH,
        policy_pack: "street-office".to_owned(),
        policy_hash: "0".to_owned(),
        responsible_unit: unit("d1-other"),
        officer: None,
        leader: None,
        taken_by_leader: false,
        session_id: None,
        deadlines: Vec::new(),
        extended_days: 0,
        about: None,
        reason_code: None,
        cause_found: None,
        opinion_summary: None,
        result_summary: None,
        outcome: None,
        relief_referral: false,
        promise_number: None,
        replied_at: None,
        delivered_at: None,
        closed_at: None,
        transfer: None,
        review: None,
        reviews: Vec::new(),
        supervision: None,
        evaluation: None,
        return_visit: None,
        appointment: None,
        may_ask_appointment: false,
        archive: None,
        version,
    })
}

pub(crate) async fn hear(world: &World, events: &[Received]) -> Result<()> {
    let mut tx = world.context.worker.begin().await?;
    HearCases(Arc::clone(&world.context))
        .handle_batch(&mut tx, events)
        .await
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(tx.commit().await?)
}

async fn timer(world: &World) -> Result<Due> {
    let pool = world.db.admin_pool().await?;
    let row =
        pool.fetch_one(AssertSqlSafe("select timer_id, aggregate_id, due_at from intake.timer".to_owned())).await?;
    let due_at: DateTime<Utc> = row.try_get(2)?;
    Ok(Due {
        timer_id: row.try_get(0)?,
        aggregate_id: row.try_get(1)?,
        kind: HAND_OVER.to_owned(),
        generation: 0,
        due_at,
    })
}

async fn fire(world: &World, due: &Due) -> Result<Fired> {
    let mut tx = world.context.worker.begin().await?;
    let fired = HandOverWatchdog(Arc::clone(&world.context)).fire(&mut tx, due, due.due_at).await?;
    tx.commit().await?;
    Ok(fired)
}

/// The case is heard of while the watchdog fires: whichever commits first, the alarm does not outlive it.
#[tokio::test]
async fn an_alarm_raised_while_the_case_is_being_heard_of_is_over_too() -> Result<()> {
    let world = World::new().await?;
    let receipt = world.hand_in("k1", &petition()).await?;
    let due = timer(&world).await?;
    let opened = case(id_of(&receipt)?, &receipt.text("number"), 1, CaseState::Received)?;
    let event = heard(casework::OPENED, opened.case_id.uuid(), 1, &opened)?;
    let mut firing = world.context.worker.begin().await?;
    let fired = HandOverWatchdog(Arc::clone(&world.context)).fire(&mut firing, &due, due.due_at).await?;
    assert_eq!(fired, Fired::Effect);
    let pool = world.db.admin_pool().await?;
    let commit = async {
        eventually(|| async {
            let waits =
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
            let waiting: i64 = pool.fetch_one(AssertSqlSafe(waits.to_owned())).await?.try_get(0)?;
            if waiting > 0 { Ok(()) } else { Err(not_yet("nobody waits for the watchdog")) }
        })
        .await?;
        anyhow::Ok(firing.commit().await?)
    };
    futures::future::try_join(hear(&world, &[event]), commit).await?;
    assert_eq!(open_alarms(&world.context).await?.not_handed_over, 0);
    Ok(())
}

/// DESIGN §2: when no case is opened in time, journal and alarm say so; once there is a case, the alarm is over.
#[tokio::test]
async fn a_petition_without_a_case_raises_the_alarm_until_a_case_is_opened() -> Result<()> {
    let world = World::new().await?;
    let receipt = world.hand_in("k1", &petition()).await?;
    let due = timer(&world).await?;
    assert!(due.due_at > "2026-03-02T01:00:00Z".parse::<DateTime<Utc>>()?);
    assert_eq!(fire(&world, &due).await?, Fired::Effect);
    assert_eq!(open_alarms(&world.context).await?.not_handed_over, 1);
    assert_eq!(world.count("select count(*) from intake.journal where event_type = 'not_handed_over'").await?, 1);
    let id = id_of(&receipt)?;
    let opened = case(id, &receipt.text("number"), 1, CaseState::Received)?;
    hear(&world, &[heard(casework::OPENED, opened.case_id.uuid(), 1, &opened)?]).await?;
    assert_eq!(open_alarms(&world.context).await?.not_handed_over, 0);
    assert_eq!(fire(&world, &due).await?, Fired::Stale);
    Ok(())
}

/// T8: a watchdog deleted by hand is found within minutes, from the petition, and watches until the same instant as before.
#[tokio::test]
async fn t8_a_lost_watchdog_is_found_and_armed_again() -> Result<()> {
    let world = World::new().await?;
    let receipt = world.hand_in("k1", &petition()).await?;
    let before = timer(&world).await?;
    let audit = WatchAgain(Arc::clone(&world.context));
    let run = async || audit.run().await.map_err(|error| anyhow::anyhow!("{error}"));
    assert_eq!(run().await?, 0, "nothing is lost");
    world.db.admin_pool().await?.execute("delete from intake.timer").await?;
    assert_eq!(run().await?, 1);
    let again = timer(&world).await?;
    assert_eq!((again.aggregate_id, again.due_at), (before.aggregate_id, before.due_at));
    assert_eq!(run().await?, 0);
    // With a case there is nothing to watch.
    let opened = case(id_of(&receipt)?, &receipt.text("number"), 1, CaseState::Received)?;
    hear(&world, &[heard(casework::OPENED, opened.case_id.uuid(), 1, &opened)?]).await?;
    world.db.admin_pool().await?.execute("delete from intake.timer").await?;
    assert_eq!(run().await?, 0);
    Ok(())
}

#[tokio::test]
async fn an_opened_case_calls_the_watchdog_off_and_the_newest_snapshot_counts() -> Result<()> {
    let world = World::new().await?;
    let receipt = world.hand_in("k1", &petition()).await?;
    let id = id_of(&receipt)?;
    let at = |version, state| case(id, &receipt.text("number"), version, state);
    let (old, new) = (at(1, CaseState::Received)?, at(3, CaseState::Investigating)?);
    let case_id = old.case_id.uuid();
    hear(&world, &[heard(casework::OPENED, case_id, 1, &old)?, heard(casework::STEP_DONE, case_id, 3, &new)?]).await?;
    hear(&world, &[heard(casework::ACCEPTED, case_id, 2, &at(2, CaseState::Accepted)?)?]).await?;
    assert_eq!(world.count("select count(*) from intake.timer where state = 'cancelled'").await?, 1);
    assert_eq!(world.count("select version from intake.case_status").await?, 3);
    let seen: Answer = world.post("/petitions/query", &access(&receipt)).await?;
    // Casework is not there in this test: the answer says so and gives what is known.
    assert_eq!((seen.text("state"), seen.text("state_zh")), ("investigating".to_owned(), "调查核实中".to_owned()));
    assert_eq!(seen.body["missing_zh"].as_array().map(Vec::len), Some(2), "{seen:?}");

    let closed = CaseSnapshot { closed_at: Some(DateTime::UNIX_EPOCH), ..at(9, CaseState::Closed)? };
    hear(&world, &[heard(casework::CLOSED, case_id, 9, &closed)?]).await?;
    let mut amend = access(&receipt);
    amend["text"] = json!("再补充");
    assert_eq!(world.post("/petitions/amend", &amend).await?.text("code"), "case_closed");
    assert_eq!(world.post("/petitions/withdraw", &access(&receipt)).await?.text("code"), "case_closed");
    Ok(())
}

/// D-6: sight follows the case: the responsible unit sees the petition as soon as the case names it.
#[tokio::test]
async fn the_responsible_unit_sees_the_petition_once_the_case_names_it() -> Result<()> {
    let world = World::new().await?;
    let receipt = world.hand_in("k1", &petition()).await?;
    let path = format!("/petitions/{}", receipt.text("petition_id"));
    let officer = world.token("d1-other", "990101", &[huiyin_kernel::Role::Officer]);
    assert_eq!(world.staff("GET", &path, &officer, &serde_json::Value::Null).await?.status, 404);
    let opened = case(id_of(&receipt)?, &receipt.text("number"), 1, CaseState::Received)?;
    hear(&world, &[heard(casework::OPENED, opened.case_id.uuid(), 1, &opened)?]).await?;
    assert_eq!(world.staff("GET", &path, &officer, &serde_json::Value::Null).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_district_directory_tells_of_is_served() -> Result<()> {
    let world = World::new().await?;
    let body = crate::world::petition_with(&json!({ "district": "990102" }));
    assert_eq!(world.hand_in("k1", &body).await?.status, 400);
    let told = DistrictSnapshot {
        code: district("990102"),
        name: "云汀区".to_owned(),
        policy_pack: "a-pack-nobody-knows".to_owned(),
        petition_unit: unit("d2-xfj"),
        active: true,
    };
    let mut tx = world.context.worker.begin().await?;
    let event = heard(directory::DISTRICT_CHANGED, Uuid::from_u128(9), 1, &told)?;
    HearDirectory.handle(&mut tx, &event).await.map_err(|error| anyhow::anyhow!("{error}"))?;
    tx.commit().await?;
    // An unknown pack is the operator's mistake, not the petitioner's: the law itself applies.
    assert_eq!(world.hand_in("k1", &body).await?.status, 201);
    assert_eq!(world.count("select count(*) from intake.petition where policy_pack = 'national-2022'").await?, 1);
    Ok(())
}

/// D-7: rotation wraps keys anew and seals nothing anew.
#[tokio::test]
async fn after_rotation_every_key_is_under_the_new_one_and_every_petition_still_opens() -> Result<()> {
    let world = World::new().await?;
    let receipt = world.hand_in("k1", &petition()).await?;
    let settings =
        huiyin_settings::Settings::from_toml("[secrets]\nmaster = \"for-tests-only-0123456789abcdef-0123\"")?;
    let key = |secret| settings.secrets.key(secret);
    let rotated = || {
        Ok::<_, anyhow::Error>(Vault::new(Redacted::new([9; 32]), [key(FieldKey)?], key(BlindIndex)?, key(QueryCode)?))
    };
    let mut context = (*world.context).clone();
    context.vault = Arc::new(rotated()?);
    let context = Arc::new(context);
    assert_eq!(Rewrap(Arc::clone(&context)).run().await.map_err(|e| anyhow::anyhow!(e))?, 1);
    assert_eq!(Rewrap(Arc::clone(&context)).run().await.map_err(|e| anyhow::anyhow!(e))?, 0);
    let mut only_new = (*context).clone();
    only_new.vault = Arc::new(Vault::new(Redacted::new([9; 32]), [], key(BlindIndex)?, key(QueryCode)?));
    let number_and_code =
        huiyin_intake::app::Access { number: receipt.text("number"), code: receipt.text("query_code") };
    let seen = huiyin_intake::app::overview(&only_new, &number_and_code).await?;
    assert_eq!(seen.title, "拆迁补偿款一直未付");
    Ok(())
}
