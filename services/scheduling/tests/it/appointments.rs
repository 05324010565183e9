//! Time and place of an appointment are fixed after it was asked for and the unit gave its material (QD-02).

use huiyin_contracts::casework::{AppointmentSnapshot, CaseSnapshot};
use huiyin_contracts::scheduling::SessionKind;
use huiyin_kernel::{Role, SessionId};
use huiyin_scheduling::app::AppError;
use huiyin_scheduling::app::book::book;
use huiyin_scheduling::app::register_visit::walk_in;
use huiyin_scheduling::domain::{Plan, Refusal};
use huiyin_scheduling::store;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::harness::{City, at, leader, petition};
use crate::matters::{case, city};

/// As casework tells it once the petitioner applied, with or without the unit's material.
fn applied(n: u128, has_material: bool) -> CaseSnapshot {
    let asked_at = at("2026-02-01T01:00:00Z");
    let appointment = AppointmentSnapshot { asked_at, open: true, has_material, fixed_for: None };
    CaseSnapshot { appointment: Some(appointment), ..case(n, "investigating", "street-1", None) }
}

async fn session(city: &City, kind: SessionKind, starts: &str) -> anyhow::Result<SessionId> {
    city.published(Plan { kind: Some(kind), ..city.plan(leader(0), starts) }).await
}

#[tokio::test]
async fn an_appointment_is_booked_once_the_unit_has_given_its_material_qd_02() -> anyhow::Result<()> {
    let city = city(&[applied(0, false), applied(1, true), case(2, "investigating", "street-1", None)]).await?;
    city.directory("qidong").await?;
    let id = session(&city, SessionKind::Appointment, "2026-03-02T01:00:00Z").await?;
    let refused = |was_asked: bool, told: Result<_, AppError>| match told {
        Err(AppError::Refused(refusal)) => assert_eq!(refusal, Refusal::AppointmentNotReady { was_asked }),
        other => panic!("{other:?}"),
    };
    refused(true, book(&city.app, &city.request(), id, petition(0), None).await.map(drop));
    refused(false, book(&city.app, &city.request(), id, petition(2), None).await.map(drop));
    book(&city.app, &city.request(), id, petition(1), None).await?;
    let mut tx = city.worker.begin().await?;
    store::petitions::put_case_states(&mut tx, &[applied(0, true)]).await?;
    tx.commit().await?;
    book(&city.app, &city.request(), id, petition(0), None).await?;
    // Open to all is open to all, booked or not (QD-03).
    let open = session(&city, SessionKind::Regular, "2026-03-03T01:00:00Z").await?;
    book(&city.app, &city.request(), open, petition(2), None).await?;
    city.go_to("2026-03-02T01:00:00Z");
    walk_in(&city.app, &city.request(), id, petition(2)).await?;
    Ok(())
}

/// Where the place knows no applications an appointment is booked as ever; the refusal names what comes first and what to do.
#[tokio::test]
async fn the_refusal_names_the_steps_that_come_first_qd_02() -> anyhow::Result<()> {
    let city = city(&[case(0, "investigating", "street-1", None)]).await?;
    let free = session(&city, SessionKind::Appointment, "2026-03-03T01:00:00Z").await?;
    book(&city.app, &city.request(), free, petition(0), None).await?;
    city.directory("qidong").await?;
    let id = session(&city, SessionKind::Appointment, "2026-03-02T01:00:00Z").await?;
    let mut served = city.serve().await?;
    served.token = served.token_of(leader(2), "d2-xfj", "990102", &[Role::IntakeClerk]);
    let path = format!("/sessions/{id}/bookings");
    let refused = served.call(Method::POST, &path).json(&json!({ "petition_id": petition(0) })).send().await?;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let told = refused.text().await?;
    for part in ["申请约访、属地单位材料准备", "请先在信访事项页面登记约访申请", "QD-02", "appointment_not_ready"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    Ok(())
}
