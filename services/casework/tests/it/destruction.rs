//! The end of a file (鉴定、销毁; A11): what it held leaves the tables, and that it was there stays.

use anyhow::Result;
use axum::http::StatusCode;
use chrono::TimeDelta;
use huiyin_contracts::intake::{AMENDED, PetitionClass, PetitionSnapshot};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{BOSS, COLLEAGUE, DEPUTY, NEIGHBOUR, OFFICE, OFFICER, STREET, SUPERVISOR, World, morning};

/// Archived.
async fn archived(world: &World, n: u32) -> Result<(PetitionSnapshot, Uuid)> {
    let petition = world.petition(n, PetitionClass::Request, STREET, Some(OFFICE));
    let case = world.register(&petition).await?;
    world.whole_road(case, "ordinary").await?;
    world.time.advance(TimeDelta::days(40));
    world.must(OFFICER, case, "archive", &json!({})).await?;
    Ok((petition, case))
}

/// Archived, and its time over.
async fn expired(world: &World, n: u32) -> Result<(PetitionSnapshot, Uuid)> {
    let file = archived(world, n).await?;
    world.time.advance_to(morning("2057-01-02"));
    Ok(file)
}

fn destroy() -> Value {
    json!({ "finding": "destroy", "reason": "保管期满，已无查考价值" })
}

/// A11: listed when its time is over, proposed by one, agreed to by another; then nobody reads it any more, its words are in no table, and the
/// register says who, when and why.
#[tokio::test]
async fn a11_two_persons_destroy_a_file_whose_time_is_over_and_the_register_keeps_that() -> Result<()> {
    let world = World::new().await?;
    let (petition, case) = expired(&world, 1).await?;
    let other = world.street_request(2).await?;
    let due = world.get(OFFICER, "/archive/due?scope=unit").await?.body;
    assert_eq!((&due["items"][0]["case_id"], due["items"].as_array().map(Vec::len)), (&json!(case), Some(1)), "{due}");
    let (appraise, agree) = (format!("/cases/{case}/appraise-file"), format!("/cases/{case}/destroy-file"));
    assert_eq!(world.post(NEIGHBOUR, &appraise, &destroy()).await?.status, StatusCode::NOT_FOUND);
    assert_eq!(world.post(BOSS, &agree, &json!({})).await?.code(), "not_appraised");
    let wrong = world.post(OFFICER, &appraise, &json!({ "finding": "destroy", "reason": "无", "years": 3 })).await?;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert_eq!(world.post(OFFICER, &appraise, &destroy()).await?.status, StatusCode::OK);
    let proposed = world.get(BOSS, "/archive/due?scope=unit").await?.body["items"][0]["file"]["proposed"].clone();
    assert_eq!(proposed["reason"], json!("保管期满，已无查考价值"));
    let papers = world.get(OFFICER, &format!("/cases/{case}/documents")).await?.body.to_string();
    assert_eq!(papers.matches("file_catalogue").count(), 1, "a proposal is no paper: {papers}");
    assert_eq!(world.post(OFFICER, &agree, &json!({})).await?.status, StatusCode::FORBIDDEN);
    let key = "destroy-0190a1b2";
    let done = world.post_with_key(BOSS, &agree, key, &json!({})).await?;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    assert_eq!(world.post_with_key(BOSS, &agree, key, &json!({})).await?, done, "a double click destroys once");
    assert_eq!(world.told(case).await?.last().map(String::as_str), Some("destroyed"));
    for person in [OFFICER, BOSS, SUPERVISOR] {
        for path in [format!("/cases/{case}"), format!("/cases/{case}/history"), format!("/cases/{case}/documents")] {
            assert_eq!(world.get(person, &path).await?.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
    assert_eq!(world.post(OFFICER, &appraise, &destroy()).await?.status, StatusCode::NOT_FOUND);
    assert_eq!(world.get(BOSS, "/archive/due?scope=unit").await?.body["items"], json!([]));
    let register = world.get(BOSS, "/archive/destroyed?scope=unit").await?.body;
    let line = &register["items"][0];
    assert_eq!(
        (&line["number"], &line["appraised_by"], &line["approved_by"], &line["keep_until"]),
        (&json!(petition.number), &json!(OFFICER.id()), &json!(BOSS.id()), &json!("2056-12-31")),
        "{register}"
    );
    assert_eq!(world.get(NEIGHBOUR, "/archive/destroyed?scope=unit").await?.body["items"], json!([]));
    let left = format!("from casework.journal where aggregate_id = '{case}' and body <> ''");
    assert_eq!(world.count(&format!("select count(*) {left}")).await?, 1);
    assert_eq!(world.count(&format!("select count(*) {left} and event_type = 'file_destroyed'")).await?, 1);
    let words = "select count(*) from casework.case where body is null and calendar_version is null";
    assert_eq!(world.count(words).await?, 1);
    let untouched = format!("select count(*) from casework.journal where aggregate_id = '{other}' and body = ''");
    assert_eq!(world.count(&untouched).await?, 0);
    // What is told late of the petition has nothing to be carried over to.
    world.hear(AMENDED, petition.petition_id.uuid(), &petition).await?;
    world.check_invariants().await
}

/// A11: the database itself lets nobody destroy what two persons have not agreed to, and nothing of the rest is changed by it.
#[tokio::test]
async fn a11_the_database_refuses_to_empty_what_was_not_destroyed() -> Result<()> {
    let world = World::new().await?;
    let (_, case) = expired(&world, 1).await?;
    world.must(OFFICER, case, "appraise-file", &destroy()).await?;
    let two = "'0190a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b', now(), 'r', '0190a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1c', now()";
    let empty = format!("update casework.journal set body = '' where aggregate_id = '{case}'");
    for refused in [
        format!("select casework.destroy_file('{case}', 'DA-1', '2020-12-31', {two})"),
        empty.clone(),
        format!("delete from casework.journal where aggregate_id = '{case}'"),
    ] {
        assert!(world.execute(&refused).await.is_err(), "{refused}");
    }
    world.must(BOSS, case, "destroy-file", &json!({})).await?;
    for refused in [
        empty,
        format!(
            "update casework.journal set event_type = 'x', body = '' where aggregate_id = '{case}' and version = 1"
        ),
        format!("update casework.emptied set before_version = 99 where aggregate_id = '{case}'"),
        format!("delete from casework.destroyed_file where case_id = '{case}'"),
    ] {
        assert!(world.execute(&refused).await.is_err(), "{refused}");
    }
    Ok(())
}

/// A11: two who agree at once destroy it once; one who keeps it on meanwhile wins or loses whole.
#[tokio::test]
async fn a11_two_who_decide_at_once_about_a_file_decide_once() -> Result<()> {
    let world = World::new().await?;
    let mut files = Vec::new();
    for n in 1..=3 {
        files.push(archived(&world, n).await?.1);
    }
    world.time.advance_to(morning("2057-01-02"));
    for case in files {
        world.must(OFFICER, case, "appraise-file", &destroy()).await?;
        let agree = format!("/cases/{case}/destroy-file");
        let (appraise, keep) = (
            format!("/cases/{case}/appraise-file"),
            json!({ "finding": "keep_on", "years": 10, "reason": "仍须查考" }),
        );
        let (none, one) = (json!({}), json!({}));
        let (first, second, kept) = tokio::join!(
            world.post(BOSS, &agree, &none),
            world.post(DEPUTY, &agree, &one),
            world.post(COLLEAGUE, &appraise, &keep)
        );
        let (first, second, kept) = (first?.status, second?.status, kept?.status);
        let destroyed = [first, second].iter().filter(|status| **status == StatusCode::OK).count();
        let gone = format!("select count(*) from casework.destroyed_file where case_id = '{case}'");
        assert_eq!(world.count(&gone).await?, destroyed as i64);
        assert_eq!(destroyed + usize::from(kept == StatusCode::OK), 1, "{first} {second} {kept}");
    }
    world.check_invariants().await
}
