//! Likely repeats (重复): found by place, topic and text, shown to those who see both, never by who petitioned (DOMAIN part D).

use std::{fs, sync::Arc};

use anyhow::{Context as _, Result, ensure};
use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use huiyin_contracts::casework::CaseState;
use huiyin_intake::{
    app::{SignTexts, register_batch},
    domain::likeness::{Signature, first_id_at},
    store,
};
use huiyin_kernel::Role;
use huiyin_runtime::Reconciler as _;
use huiyin_testkit::scratch_dir;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::watchdog::{case, hear, heard};
use crate::world::{Answer, World, access, id_of, petition, petition_with, unit};
use crate::writer::registration;

const SIGNED: &str = "select count(*) from intake.likeness";
/// What the petition of these tests says, as another person writes it who copied it.
const COPIED: &str = "请求核实，并支付拆迁补偿款！";

/// Signs what there is to sign, as the worker does until there is nothing more.
async fn sign(world: &World) -> Result<usize> {
    let task = SignTexts(Arc::clone(&world.context));
    let mut done = 0;
    loop {
        match task.batch().await.map_err(|error| anyhow::anyhow!(error))? {
            0 => return Ok(done),
            more => done += more,
        }
    }
}

async fn handed_in(world: &World, key: &str, changes: &Value) -> Result<Answer> {
    let receipt = world.hand_in(key, &petition_with(changes)).await?;
    ensure!(receipt.status == StatusCode::CREATED, "{receipt:?}");
    Ok(receipt)
}

/// What a member of staff is offered beside a petition.
async fn offered(world: &World, token: &str, of: &Answer) -> Result<Vec<Value>> {
    let path = format!("/petitions/{}/likely-same", of.text("petition_id"));
    let answer = world.staff("GET", &path, token, &Value::Null).await?;
    ensure!(answer.status == StatusCode::OK, "{answer:?}");
    answer.body["items"].as_array().cloned().context("a list")
}

async fn numbers(world: &World, token: &str, of: &Answer) -> Result<Vec<String>> {
    let offered = offered(world, token, of).await?;
    Ok(offered.iter().map(|one| one["number"].as_str().unwrap_or_default().to_owned()).collect())
}

fn officer(world: &World) -> String {
    world.token("d1-xfj", "990101", &[Role::Officer])
}

/// Somebody else petitions.
fn by_another(changes: &Value) -> Value {
    let mut body = changes.clone();
    body["petitioner"] = petition()["petitioner"].clone();
    body["petitioner"]["name"] = json!("何秀兰");
    body["petitioner"]["document_kind"] = json!("passport");
    body["petitioner"]["document_number"] = json!("E12345678");
    body
}

/// QL-09: the matter put again is offered with number, day, title, state and reason, and with the words for a link, which say nothing of who
/// petitioned; a matter registered a moment ago has its repeats at once.
#[tokio::test]
async fn the_same_matter_put_again_is_offered_with_its_reason_in_words() -> Result<()> {
    let world = World::new().await?;
    let first = handed_in(&world, "k1", &json!({})).await?;
    assert!(offered(&world, &officer(&world), &first).await?.is_empty());
    ensure!(sign(&world).await? == 1 && sign(&world).await? == 0, "each text is signed once");
    let again = handed_in(&world, "k2", &json!({ "request": COPIED })).await?;
    let found = offered(&world, &officer(&world), &again).await?;
    let reason = "同一街道（乡镇）、同一类事项，内容几乎完全相同，地点相同";
    assert_eq!(
        found,
        [json!({
            "petition_id": first.text("petition_id"), "case_id": null, "number": first.text("number"),
            "registered_at": "2026-03-02T01:00:00Z", "title": "拆迁补偿款一直未付", "state": "registered",
            "reason_zh": format!("{reason}，证件号码相同"),
            "reason_en": "The same street or town, the same topic, the text almost entirely the same, the same place, the same document number",
            "proposed_reason": reason,
        })]
    );
    assert!(offered(&world, &officer(&world), &first).await?.is_empty(), "the second one is not signed yet");
    let mut opened = case(id_of(&again)?, &again.text("number"), 2, CaseState::Investigating)?;
    opened.responsible_unit = unit("d1-xfj");
    hear(&world, &[heard(huiyin_contracts::casework::ACCEPTED, Uuid::from_u128(5), 2, &opened)?]).await?;
    sign(&world).await?;
    let found = offered(&world, &officer(&world), &first).await?;
    assert_eq!((&found[0]["number"], &found[0]["state"]), (&again.body["number"], &json!("investigating")));
    assert_eq!(found[0]["case_id"], json!(opened.case_id));
    Ok(())
}

/// DOMAIN part D, OOS-14: the same identity alone never suggests a repeat; place, topic and text must each be the same, and then it is found
/// whoever petitions.
#[tokio::test]
async fn place_topic_and_text_make_a_repeat_and_identity_alone_makes_none() -> Result<()> {
    let world = World::new().await?;
    let own = handed_in(&world, "own", &json!({})).await?;
    let other_text =
        json!({ "title": "过渡费停发", "request": "约定过渡费每月发放，今年三月起停发，请求核实并补发。" });
    for (key, changes) in [
        ("topic", json!({ "topic": "land_title" })),
        ("place", json!({ "district": "990101" })),
        ("text", other_text.clone()),
        ("text by another", by_another(&other_text)),
    ] {
        handed_in(&world, &key.replace(' ', "-"), &changes).await?;
    }
    sign(&world).await?;
    assert_eq!(world.count(SIGNED).await?, 5);
    assert!(offered(&world, &officer(&world), &own).await?.is_empty());
    let repeat = handed_in(&world, "repeat", &by_another(&json!({ "request": COPIED }))).await?;
    sign(&world).await?;
    let found = offered(&world, &officer(&world), &own).await?;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["number"], repeat.body["number"]);
    assert!(!found[0].to_string().contains("证件"), "{found:?}");
    Ok(())
}

/// S1, DOMAIN part D: only matters that the reader sees, and of who petitioned nothing to the unit complained about.
#[tokio::test]
async fn a_matter_is_offered_to_those_alone_who_see_it() -> Result<()> {
    let world = World::new().await?;
    let by_hall = petition_with(&json!({ "channel": "visit" }));
    let first = world.staff_registers(&world.clerk(), "hall-1", &by_hall).await?;
    let by_other = world.token("d1-other", "990101", &[Role::IntakeClerk]);
    let second = world.staff_registers(&by_other, "other-1", &by_hall).await?;
    world.time.advance(TimeDelta::seconds(1));
    let third = world.staff_registers(&world.clerk(), "hall-2", &by_hall).await?;
    sign(&world).await?;
    let (first_number, third_number) = (first.text("number"), third.text("number"));
    assert_eq!(
        numbers(&world, &world.clerk(), &first).await?,
        [third_number.as_str()],
        "the other unit's is not the hall's"
    );
    assert_eq!(numbers(&world, &by_other, &second).await?, Vec::<String>::new());
    assert_eq!(
        numbers(&world, &officer(&world), &second).await?,
        [third_number, first_number],
        "the bureau answers for all, the newest first"
    );
    let path = format!("/petitions/{}/likely-same", first.text("petition_id"));
    for (unit, place, role) in [
        ("d1-other", "990101", Role::IntakeClerk),
        ("d1-housing", "990101", Role::Supervisor),
        ("city-xfj", "990100", Role::Officer),
    ] {
        let token = world.token(unit, place, &[role]);
        assert_eq!(world.staff("GET", &path, &token, &Value::Null).await?.status, StatusCode::NOT_FOUND, "{unit}");
    }
    let administrator = world.token("d1-xfj", "990101", &[Role::Administrator]);
    assert_eq!(world.staff("GET", &path, &administrator, &Value::Null).await?.status, StatusCode::FORBIDDEN);

    // The bureau is complained about itself, and must answer itself: it sees the matters and not whether one person put them.
    for key in ["blind-1", "blind-2"] {
        handed_in(&world, key, &json!({ "concerned_unit": "d1-xfj", "topic": "environment" })).await?;
    }
    sign(&world).await?;
    let blind = handed_in(&world, "blind-3", &json!({ "concerned_unit": "d1-xfj", "topic": "environment" })).await?;
    let found = offered(&world, &officer(&world), &blind).await?;
    assert!(found.len() == 2 && !json!(found).to_string().contains("证件"), "{found:?}");
    let above = world.token("city-xfj", "990100", &[Role::Supervisor]);
    assert!(json!(offered(&world, &above, &blind).await?).to_string().contains("证件"));
    Ok(())
}

/// REG-11, REG-22: accusations are compared with accusations alone, and offered to the discipline body alone.
#[tokio::test]
async fn accusations_are_offered_beside_accusations_to_the_discipline_body_alone() -> Result<()> {
    let world = World::new().await?;
    let accusation = json!({ "class": "accusation", "concerned_unit": "d1-housing" });
    let request = handed_in(&world, "request", &json!({})).await?;
    let one = handed_in(&world, "one", &accusation).await?;
    let two = handed_in(&world, "two", &accusation).await?;
    let of_its_own =
        handed_in(&world, "own", &json!({ "class": "accusation", "concerned_unit": "d1-discipline" })).await?;
    sign(&world).await?;
    let above = world.token("city-xfj", "990100", &[Role::Supervisor]);
    for token in [officer(&world), above.clone()] {
        assert_eq!(numbers(&world, &token, &request).await?, Vec::<String>::new());
        let path = format!("/petitions/{}/likely-same", one.text("petition_id"));
        assert_eq!(world.staff("GET", &path, &token, &Value::Null).await?.status, StatusCode::NOT_FOUND);
    }
    let discipline = world.token("d1-discipline", "990101", &[Role::Officer]);
    assert_eq!(numbers(&world, &discipline, &one).await?, [two.text("number")], "not the one about itself");
    let path = format!("/petitions/{}/likely-same", of_its_own.text("petition_id"));
    assert_eq!(world.staff("GET", &path, &discipline, &Value::Null).await?.status, StatusCode::NOT_FOUND);
    Ok(())
}

#[tokio::test]
async fn a_withdrawn_petition_is_not_offered_until_it_is_restored() -> Result<()> {
    let world = World::new().await?;
    let first = handed_in(&world, "k1", &json!({})).await?;
    let again = handed_in(&world, "k2", &json!({})).await?;
    sign(&world).await?;
    let to_officer = async || numbers(&world, &officer(&world), &again).await;
    assert_eq!(to_officer().await?, [first.text("number")]);
    world.post("/petitions/withdraw", &access(&first)).await?;
    assert!(to_officer().await?.is_empty());
    world.post("/petitions/restore", &access(&first)).await?;
    assert_eq!(to_officer().await?, [first.text("number")]);
    Ok(())
}

async fn erase(world: &World, receipt: &Answer) -> Result<()> {
    world.post("/petitions/withdraw", &access(receipt)).await?;
    let path = format!("/petitions/{}/erasure", receipt.text("petition_id"));
    for (who, role) in [(1, Role::Supervisor), (2, Role::MainLeader)] {
        let token = world.token_of(who, "d1-xfj", "990101", &[role]);
        let answer = world.staff("POST", &path, &token, &json!({ "ground": "petitioner_asks" })).await?;
        ensure!(answer.status == StatusCode::OK, "{answer:?}");
    }
    Ok(())
}

/// S7: the signature goes with the key, and none comes after it.
#[tokio::test]
async fn erasure_destroys_the_signature_with_the_key() -> Result<()> {
    let world = World::new().await?;
    let early = handed_in(&world, "k1", &json!({})).await?;
    sign(&world).await?;
    let late = handed_in(&world, "k2", &json!({})).await?;
    let kept = handed_in(&world, "k3", &json!({})).await?;
    erase(&world, &early).await?;
    assert_eq!(world.count(SIGNED).await?, 0);
    // This one's text was read to be signed, and its key destroyed before the signature was written.
    let scheme = world.context.vault.likeness().scheme();
    let mut tx = world.context.worker.begin().await?;
    let read = store::likeness::unsigned(&mut tx, scheme, Uuid::nil(), 10).await?;
    tx.commit().await?;
    let of_late = read.iter().find(|one| Some(one.petition_id) == id_of(&late).ok()).context("it is read")?;
    erase(&world, &late).await?;
    let mut tx = world.context.worker.begin().await?;
    ensure!(
        !store::likeness::save(&mut tx, scheme, of_late, &Signature { text: None, place: None }).await?,
        "too late"
    );
    tx.commit().await?;
    // This one's is being written while its key is destroyed: whoever destroys waits, and takes it along.
    let of_kept = read.iter().find(|one| Some(one.petition_id) == id_of(&kept).ok()).context("it is read")?;
    let mut tx = world.context.worker.begin().await?;
    ensure!(store::likeness::save(&mut tx, scheme, of_kept, &Signature { text: None, place: None }).await?, "in time");
    let waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%destroy_key%'";
    let commit = async {
        while world.count(waiting).await? == 0 {
            tokio::task::yield_now().await;
        }
        tx.commit().await.map_err(anyhow::Error::from)
    };
    tokio::try_join!(erase(&world, &kept), commit)?;
    assert_eq!((sign(&world).await?, world.count(SIGNED).await?), (0, 0));
    Ok(())
}

/// Restartable in the middle, right with two at once, and a commit later than others of younger ids is not missed.
#[tokio::test]
async fn each_text_is_signed_once_whoever_signs_and_whenever_it_was_committed() -> Result<()> {
    let world = World::new().await?;
    let start = world.context.clock.now();
    let mut late = registration(&world, 1, first_id_at(start).as_u128() + 7).await?;
    late.registered_at = start;
    let mut newest = Vec::new();
    for key in 0..120 {
        world.time.advance(TimeDelta::seconds(5));
        newest.push(handed_in(&world, &format!("k{key}"), &json!({ "title": format!("第{key}件事项") })).await?);
    }
    let first = SignTexts(Arc::clone(&world.context)).batch().await.map_err(|error| anyhow::anyhow!(error))?;
    ensure!(first > 0 && first < 120, "a batch: {first}");
    // The first process stops here. Two others go on together.
    let (one, two) =
        (World::with_secrets(Arc::clone(&world.db), "").await?, World::with_secrets(Arc::clone(&world.db), "").await?);
    for other in [&one, &two] {
        other.time.advance_to(world.context.clock.now());
    }
    let (by_one, by_two) = tokio::try_join!(sign(&one), sign(&two))?;
    let rest = sign(&one).await?;
    assert_eq!(first + by_one + by_two + rest, 120);
    assert_eq!(world.count(SIGNED).await?, 120);
    register_batch(&world.context.inserter, &world.context.vault, &[late]).await?;
    assert_eq!((sign(&two).await?, sign(&one).await?, world.count(SIGNED).await?), (1, 0, 121));
    // Of very many alike a few are offered, the newest of them.
    let own = newest.pop().context("the newest")?;
    let next: Vec<String> = newest.iter().rev().take(10).map(|receipt| receipt.text("number")).collect();
    assert_eq!(numbers(&world, &officer(&world), &own).await?, next);
    Ok(())
}

/// S4: the key of fields may change as it likes; under another key of signatures all are made anew.
#[tokio::test]
async fn signatures_outlive_a_change_of_the_field_key_and_are_made_anew_under_another_of_their_own() -> Result<()> {
    let old = World::new().await?;
    let first = handed_in(&old, "k1", &json!({})).await?;
    ensure!(sign(&old).await? == 1, "signed");
    let dir = scratch_dir()?;
    let file = dir.path().join("key");
    fs::write(&file, "5a".repeat(32))?;
    let retired = "[secrets.retired]\nfield_key = [\"derived\"]\n";
    let rotated =
        World::with_secrets(Arc::clone(&old.db), &format!("[secrets.files]\nfield_key = {file:?}\n{retired}")).await?;
    ensure!(sign(&rotated).await? == 0, "nothing to sign anew");
    let again = handed_in(&rotated, "k2", &json!({})).await?;
    assert_eq!(numbers(&rotated, &officer(&rotated), &again).await?, [first.text("number")]);

    let another = World::with_secrets(Arc::clone(&old.db), &format!("[secrets.files]\nblind_index = {file:?}\n")).await;
    let another = another.context("an intake with another key of signatures")?;
    let third = handed_in(&another, "k3", &json!({})).await;
    // The second petition's field key is not at hand here: signing stops rather than leaving it out for ever.
    ensure!(third.is_ok() && sign(&another).await.is_err(), "a key that is not at hand is an error");
    let both = format!("[secrets.files]\nblind_index = {file:?}\nfield_key = {file:?}\n{retired}");
    let another = World::with_secrets(Arc::clone(&old.db), &both).await?;
    assert_eq!(sign(&another).await?, 3);
    assert_eq!(world_numbers(&another, &third?).await?.len(), 2);
    assert_eq!(another.count(SIGNED).await?, 3);
    Ok(())
}

async fn world_numbers(world: &World, of: &Answer) -> Result<Vec<String>> {
    numbers(world, &officer(world), of).await
}

#[tokio::test]
async fn what_is_older_than_five_years_is_neither_offered_nor_kept() -> Result<()> {
    let world = World::new().await?;
    handed_in(&world, "k1", &json!({})).await?;
    sign(&world).await?;
    let later: DateTime<Utc> = "2031-03-03T01:00:00Z".parse()?;
    world.time.advance_to(later);
    let again = handed_in(&world, "k2", &json!({})).await?;
    assert!(world_numbers(&world, &again).await?.is_empty());
    sign(&world).await?;
    assert_eq!(world.count(SIGNED).await?, 1, "the older one's is gone, and is not made again");
    Ok(())
}

/// S1, D-7: no login of requests reads a signature, and none can be told from a guessed text.
#[tokio::test]
async fn signatures_are_read_by_nobody_but_the_worker_and_nothing_of_them_is_told() -> Result<()> {
    let world = World::new().await?;
    handed_in(&world, "k1", &json!({})).await?;
    sign(&world).await?;
    for login in ["intake_api", "intake_writer"] {
        let pool = world.db.pool(login).await?;
        for attempt in
            ["select * from intake.likeness", "select * from intake.likeness_mark", "delete from intake.likeness"]
        {
            let refused = sqlx::Executor::execute(&pool, attempt).await;
            assert!(refused.is_err(), "{login}: {attempt}");
        }
        pool.close().await;
    }
    assert_eq!(world.count("select count(*) from intake.publication where event_type like '%like%'").await?, 0);
    assert_eq!(world.count("select count(*) from intake.publication").await?, 2, "signing publishes nothing");
    assert_eq!(world.count("select count(*) from intake.journal").await?, 1, "and is no change of the petition");
    Ok(())
}

/// "停水了" is the whole of many a matter: so little is not compared.
#[tokio::test]
async fn a_text_that_says_too_little_is_not_compared() -> Result<()> {
    let world = World::new().await?;
    let little = json!({ "title": "停水", "request": "停水了" });
    handed_in(&world, "k1", &little).await?;
    let again = handed_in(&world, "k2", &little).await?;
    let more = SignTexts(Arc::clone(&world.context)).run().await.map_err(|error| anyhow::anyhow!(error))?;
    assert_eq!((more, world.count(SIGNED).await?, sign(&world).await?), (0, 2, 0), "they are done with");
    assert!(world_numbers(&world, &again).await?.is_empty());
    Ok(())
}
