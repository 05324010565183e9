use std::collections::BTreeSet;

use futures::future::join_all;
use huiyin_contracts::intake::PetitionClass;
use huiyin_scheduling::app::book::book;
use huiyin_scheduling::app::give_back::give_back;
use huiyin_scheduling::app::{AppError, Request};
use huiyin_scheduling::domain::{Plan, Refusal};
use huiyin_scheduling::store;
use huiyin_web::IdempotencyKey;

use crate::harness::{City, leader, petition, snapshot};

/// Nobody else books safely: 64 people rush for 10 slots, five rounds, and some give theirs back in between.
#[tokio::test]
async fn of_64_who_rush_for_10_slots_10_get_one_each_and_never_the_same() -> anyhow::Result<()> {
    let city = City::new().await?;
    city.petitions(0..64).await?;
    for round in 0..5 {
        let plan = city.plan(leader(round), &format!("2026-03-{:02}T01:00:00Z", 2 + round));
        let id = city.published(Plan { capacity: 10, slot_minutes: 18, ..plan }).await?;
        let answers = join_all((0..64).map(|n| {
            let (app, request) = (city.app.clone(), city.request());
            async move { book(&app, &request, id, petition(n), None).await }
        }))
        .await;
        let mut slots = BTreeSet::new();
        for answer in answers {
            match answer {
                Ok(booked) => assert!(slots.insert(booked.slot), "slot {} was given twice", booked.slot),
                Err(AppError::Refused(Refusal::Full)) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(slots, (1..=10).collect(), "round {round}");
    }
    Ok(())
}

#[tokio::test]
async fn one_petition_has_one_live_turn_in_a_session_however_many_hands_book_it() -> anyhow::Result<()> {
    let city = City::new().await?;
    city.petitions(0..1).await?;
    let id = city.published(city.plan(leader(0), "2026-03-02T01:00:00Z")).await?;
    let answers = join_all((0..16).map(|_| {
        let (app, request) = (city.app.clone(), city.request());
        async move { book(&app, &request, id, petition(0), None).await }
    }))
    .await;
    assert_eq!(answers.iter().filter(|a| a.is_ok()).count(), 1);
    let mut tx = city.app.db.read_as(&huiyin_authz::Sight::everything()).await?;
    assert_eq!(store::slots::booked(&mut tx, id).await?.0, 1, "a loser kept a slot");
    Ok(())
}

#[tokio::test]
async fn a_slot_given_back_is_free_for_the_next() -> anyhow::Result<()> {
    let city = City::new().await?;
    city.petitions(0..3).await?;
    let plan = Plan { capacity: 1, ..city.plan(leader(0), "2026-03-02T01:00:00Z") };
    let id = city.published(plan).await?;
    let first = book(&city.app, &city.request(), id, petition(0), None).await?;
    assert!(matches!(
        book(&city.app, &city.request(), id, petition(1), None).await,
        Err(AppError::Refused(Refusal::Full))
    ));
    give_back(&city.app, &city.on("give back", first.visit_id), first.visit_id.into()).await?;
    let second = book(&city.app, &city.request(), id, petition(1), None).await?;
    assert_eq!(second.slot, first.slot);
    assert!(give_back(&city.app, &city.on("give back", first.visit_id), first.visit_id.into()).await.is_err());
    Ok(())
}

#[tokio::test]
async fn the_same_key_gets_the_same_slot_and_another_body_is_refused() -> anyhow::Result<()> {
    let city = City::new().await?;
    city.petitions(0..2).await?;
    let id = city.published(city.plan(leader(0), "2026-03-02T01:00:00Z")).await?;
    let key = IdempotencyKey::parse("once").expect("a key");
    let asked = |n: u32| Request::keyed(City::actor(), &key, "book", &n);
    let first = book(&city.app, &asked(0), id, petition(0), None).await?;
    assert_eq!(book(&city.app, &asked(0), id, petition(0), None).await?, first);
    assert!(matches!(book(&city.app, &asked(1), id, petition(1), None).await, Err(AppError::KeyReused)));
    Ok(())
}

#[tokio::test]
async fn an_accusation_is_booked_with_a_discipline_body_only_reg_22() -> anyhow::Result<()> {
    let city = City::new().await?;
    let mut tx = city.worker.begin().await?;
    store::petitions::put(&mut tx, &[snapshot(1, PetitionClass::Accusation)]).await?;
    tx.commit().await?;
    let ordinary = city.published(city.plan(leader(0), "2026-03-02T01:00:00Z")).await?;
    let discipline = city.published(city.plan(leader(19), "2026-03-02T01:00:00Z")).await?;
    assert!(matches!(
        book(&city.app, &city.request(), ordinary, petition(1), None).await,
        Err(AppError::Refused(Refusal::AccusationElsewhere))
    ));
    book(&city.app, &city.request(), discipline, petition(1), None).await?;
    Ok(())
}

#[tokio::test]
async fn drafts_and_begun_sessions_are_not_booked() -> anyhow::Result<()> {
    let city = City::new().await?;
    city.petitions(0..1).await?;
    let draft = city.drafted(city.plan(leader(0), "2026-03-02T01:00:00Z")).await?;
    assert!(matches!(
        book(&city.app, &city.request(), draft, petition(0), None).await,
        Err(AppError::Refused(Refusal::NotPublished))
    ));
    let published = city.published(city.plan(leader(1), "2026-03-02T01:00:00Z")).await?;
    city.go_to("2026-03-02T01:00:00Z");
    assert!(matches!(
        book(&city.app, &city.request(), published, petition(0), None).await,
        Err(AppError::Refused(Refusal::AlreadyBegun { .. }))
    ));
    Ok(())
}
