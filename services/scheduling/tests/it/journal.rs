use huiyin_contracts::casework::Grade;
use huiyin_contracts::scheduling::{SessionKind, VisitOutcome};
use huiyin_scheduling::app::book::book;
use huiyin_scheduling::app::conclude_visit::conclude_visit;
use huiyin_scheduling::app::matters::{name_matter, take_matter_off};
use huiyin_scheduling::app::substitute::substitute;
use huiyin_scheduling::domain::{Plan, Record, Session, SessionEvent, Visit, VisitEvent};
use huiyin_scheduling::store;
use sqlx::Row as _;

use crate::harness::{leader, petition};
use crate::matters::{case, city};

/// The current rows are what the journal says, change by change (D-1).
#[tokio::test]
async fn applying_the_journal_again_gives_the_current_state() -> anyhow::Result<()> {
    let city = city(&[case(0, "accepted", "street-1", None)]).await?;
    city.directory("township").await?;
    let plan = Plan { kind: Some(SessionKind::Appointment), ..city.plan(leader(0), "2026-03-02T01:00:00Z") };
    let id = city.published(plan).await?;
    for n in 0..3 {
        name_matter(&city.app, &city.on("name", petition(n)), id, petition(n)).await?;
    }
    take_matter_off(&city.app, &city.on("take off", id), id, petition(1)).await?;
    let waiver = Some("情况紧急".to_owned());
    let visit = book(&city.app, &city.request(), id, petition(0), waiver.clone()).await?.visit_id.into();
    substitute(&city.app, &city.on("substitute", id), id, leader(3), "出差".to_owned()).await?;
    city.go_to("2026-03-02T01:30:00Z");
    let record = Record {
        attended_by: vec![],
        main_problem: "𠮷".to_owned(),
        leader_opinion: "核查".to_owned(),
        result: "交办".to_owned(),
        petitioner_opinion: Some("同意".to_owned()),
    };
    let outcome = VisitOutcome::Assigned { grade: Grade::Complex };
    conclude_visit(&city.app, &city.on("record", visit), visit, record, outcome).await?;

    let pool = city.db.admin_pool().await?;
    let rows = sqlx::raw_sql(
        "select aggregate_kind, body, occurred_at from scheduling.journal
         where aggregate_kind in ('session', 'visit') order by aggregate_kind, version",
    )
    .fetch_all(&pool)
    .await?;
    let (mut session, mut turn): (Option<Session>, Option<Visit>) = (None, None);
    for row in rows {
        let (body, happened): (Vec<u8>, _) = (row.get("body"), row.get("occurred_at"));
        if row.get::<String, _>("aggregate_kind") == "session" {
            let event: SessionEvent = serde_json::from_slice(&body)?;
            session = Some(match (session, &event) {
                (None, SessionEvent::Drafted { plan }) => Session::drafted(id, plan.clone()).0,
                (Some(session), event) => session.apply(event),
                (None, other) => panic!("a journal begins with {other:?}"),
            });
        } else {
            let event: VisitEvent = serde_json::from_slice(&body)?;
            turn = match turn {
                None => Visit::begun(visit, &event, happened),
                Some(turn) => Some(turn.apply(&event, happened)),
            };
        }
    }
    let mut tx = city.app.db.read_as(&huiyin_authz::Sight::everything()).await?;
    assert_eq!(store::sessions::read(&mut tx, &[id]).await?.pop(), session);
    assert_eq!(session.map(|session| session.plan.matters), Some(vec![petition(0), petition(2)]));
    let current = store::visits::read(&mut tx, visit).await?;
    assert_eq!(
        current.as_ref().and_then(|v| v.received_by),
        Some(leader(3)),
        "who receives is who was announced (WH-09)"
    );
    assert_eq!(current.as_ref().map(|v| &v.waived), Some(&waiver));
    assert_eq!(current, turn);
    Ok(())
}
