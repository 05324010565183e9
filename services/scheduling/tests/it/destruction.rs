//! The file of a matter was destroyed (销毁; A11): what was written down at its visits goes with it.

use anyhow::Result;
use bytes::Bytes;
use huiyin_contracts::casework::{self, ArchiveSnapshot, CaseSnapshot, DestructionSnapshot};
use huiyin_contracts::scheduling::{VisitOutcome, VisitState};
use huiyin_contracts::{AggregateKind, Audience, Envelope};
use huiyin_journal::{Handler, Received, verify_chains};
use huiyin_kernel::Service;
use huiyin_scheduling::app::book::book;
use huiyin_scheduling::app::conclude_visit::conclude_visit;
use huiyin_scheduling::app::register_visit::walk_in;
use huiyin_scheduling::domain::Record;
use huiyin_scheduling::events::incoming::FromCasework;
use huiyin_scheduling::store;
use sqlx::Row as _;
use uuid::Uuid;

use crate::harness::{City, at, leader, petition};
use crate::matters::case;

/// Words that stand nowhere else.
const SAID: &str = "三号楼的墙裂了";

fn destroyed(n: u128) -> Result<Received> {
    let end = DestructionSnapshot { at: at("2057-01-02T01:00:00Z"), appraised_by: leader(1), approved_by: leader(2) };
    let file =
        ArchiveSnapshot { number: "DA-1".to_owned(), keep_years: Some(30), keep_until: None, destroyed: Some(end) };
    let case = CaseSnapshot { archive: Some(file), ..case(n, "closed", "990102001-office", None) };
    Ok(Received {
        envelope: Envelope {
            event_id: Uuid::from_u128(0xD0).into(),
            type_name: casework::DESTROYED.type_name(),
            owner: Service::Casework,
            audience: Audience::Public,
            aggregate_kind: AggregateKind::Case,
            aggregate_id: case.case_id.uuid(),
            sequence: 9,
            incarnation: 1,
            district: case.district.clone(),
            occurred_at: at("2057-01-02T01:00:00Z"),
            cause: None,
            traceparent: None,
            body: Bytes::from(serde_json::to_vec(&case)?),
        },
    })
}

async fn hear(city: &City, event: &Received) -> Result<()> {
    let handler = FromCasework { clock: city.app.clock.clone(), ids: city.app.ids.clone() };
    let mut tx = city.worker.begin().await?;
    handler.handle(&mut tx, event).await.map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(tx.commit().await?)
}

/// A11: its records are emptied here, too, once however often it is told; that the visits were stays, and the chain holds; another matter's
/// record is untouched.
#[tokio::test]
async fn a11_the_records_of_its_visits_go_with_a_destroyed_file() -> Result<()> {
    let city = City::new().await?;
    city.petitions(0..2).await?;
    let id = city.published(city.plan(leader(0), "2026-03-02T01:00:00Z")).await?;
    let later = city.published(city.plan(leader(0), "2026-03-09T01:00:00Z")).await?;
    city.go_to("2026-03-02T01:10:00Z");
    let mut visits = Vec::new();
    for n in 0..2 {
        let visit = walk_in(&city.app, &city.on("walk", Uuid::from_u128(n)), id, petition(n)).await?.visit_id.into();
        let record = Record {
            attended_by: Vec::new(),
            main_problem: SAID.to_owned(),
            leader_opinion: SAID.to_owned(),
            result: SAID.to_owned(),
            petitioner_opinion: None,
        };
        let outcome = VisitOutcome::Assigned { grade: casework::Grade::Ordinary };
        conclude_visit(&city.app, &city.on("record", visit), visit, record, outcome).await?;
        visits.push(visit);
    }
    let booked = book(&city.app, &city.on("book", later), later, petition(0), None).await?.visit_id.into();
    for _ in 0..2 {
        hear(&city, &destroyed(0)?).await?;
    }
    let mut tx = city.app.db.read_as(&huiyin_authz::Sight::everything()).await?;
    let gone = store::visits::read(&mut tx, visits[0]).await?.expect("it was");
    assert_eq!((gone.state, &gone.record), (VisitState::Concluded, &None));
    assert!(store::visits::read(&mut tx, booked).await?.is_some());
    let kept = store::visits::read(&mut tx, visits[1]).await?.expect("it was");
    assert!(kept.record.is_some_and(|record| record.main_problem == SAID));
    drop(tx);
    let pool = city.db.admin_pool().await?;
    let count = async |from: &str| -> Result<i64> {
        let statement = sqlx::AssertSqlSafe(format!("select count(*) from scheduling.{from}"));
        Ok(sqlx::raw_sql(statement).fetch_one(&pool).await?.try_get(0)?)
    };
    let said = format!("journal where position(convert_to('{SAID}', 'utf8') in body) > 0");
    assert_eq!(count(&said).await?, 1, "the other matter's alone");
    assert_eq!(count("journal where event_type = 'record_destroyed'").await?, 2, "once for each of its turns");
    let mut admin = pool.acquire().await?;
    let report = verify_chains(&mut admin, Service::Scheduling, None).await?;
    assert!(report.broken.is_empty(), "{report:?}");
    // Emptied without that, it is named.
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
        "alter table scheduling.journal disable trigger append_only;
         update scheduling.journal set body = '' where aggregate_id = '{}' and version = 1",
        visits[1]
    )))
    .execute(&mut *admin)
    .await?;
    let report = verify_chains(&mut admin, Service::Scheduling, None).await?;
    assert!(!report.broken.is_empty(), "tampering is found");
    Ok(())
}
