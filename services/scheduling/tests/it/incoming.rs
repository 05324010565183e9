use bytes::Bytes;
use huiyin_contracts::intake::{PetitionClass, PetitionSnapshot, PetitionState, REGISTERED, WITHDRAWN};
use huiyin_contracts::{AggregateKind, Audience, Envelope, EventType};
use huiyin_journal::{Handler, Received};
use huiyin_kernel::Service;
use huiyin_scheduling::app::AppError;
use huiyin_scheduling::app::book::book;
use huiyin_scheduling::app::register_visit::walk_in;
use huiyin_scheduling::domain::Refusal;
use huiyin_scheduling::events::incoming::FromIntake;
use huiyin_scheduling::store;
use uuid::Uuid;

use crate::harness::{City, at, leader, petition, snapshot};

fn received(event: EventType, sequence: i64, body: &PetitionSnapshot) -> Received {
    Received {
        envelope: Envelope {
            event_id: Uuid::from_u128(0xE0 + u128::from(sequence.unsigned_abs())).into(),
            type_name: event.type_name(),
            owner: Service::Intake,
            audience: Audience::Public,
            aggregate_kind: AggregateKind::Petition,
            aggregate_id: body.petition_id.uuid(),
            sequence,
            incarnation: 1,
            district: body.district.clone(),
            occurred_at: at("2026-02-02T01:00:00Z"),
            cause: None,
            traceparent: None,
            body: Bytes::from(serde_json::to_vec(body).expect("serialises")),
        },
    }
}

#[tokio::test]
async fn a_withdrawn_petition_gives_its_booking_back_and_is_not_booked_again() -> anyhow::Result<()> {
    let city = City::new().await?;
    let handler = FromIntake { clock: city.app.clock.clone(), ids: city.app.ids.clone() };
    let registered = snapshot(1, PetitionClass::Request);
    let hear = async |event, sequence, body: &PetitionSnapshot| -> anyhow::Result<()> {
        let mut tx = city.worker.begin().await?;
        handler.handle(&mut tx, &received(event, sequence, body)).await.map_err(|e| anyhow::anyhow!("{e}"))?;
        Ok(tx.commit().await?)
    };
    hear(REGISTERED, 1, &registered).await?;
    let id = city.published(city.plan(leader(0), "2026-03-02T01:00:00Z")).await?;
    book(&city.app, &city.request(), id, petition(1), None).await?;

    let withdrawn = PetitionSnapshot { state: PetitionState::Withdrawn, ..registered.clone() };
    hear(WITHDRAWN, 2, &withdrawn).await?;
    let mut tx = city.app.db.read_as(&huiyin_authz::Sight::everything()).await?;
    assert_eq!(store::slots::booked(&mut tx, id).await?.0, 0, "the slot is free again");
    drop(tx);
    assert_eq!(city.told().await?.iter().filter(|t| t.contains("visit.cancelled")).count(), 1);
    assert!(matches!(
        book(&city.app, &city.request(), id, petition(1), None).await,
        Err(AppError::Refused(Refusal::Withdrawn))
    ));
    hear(huiyin_contracts::intake::RESTORED, 3, &registered).await?;
    city.go_to("2026-03-02T01:00:00Z");
    walk_in(&city.app, &city.request(), id, petition(1)).await?;
    Ok(())
}
