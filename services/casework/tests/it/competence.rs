//! Disputed competence and demanded reports over HTTP: who sees the matter, what the petitioner hears.

use anyhow::Result;
use axum::http::StatusCode;
use chrono::TimeDelta;
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::Service;
use serde_json::json;

use crate::world::{BUREAU, BUREAU_HEAD, CITY_OFFICER, NEIGHBOUR, OFFICE, OFFICER, STREET, World};

const NEXT_OFFICE: &str = "990102002-office";

/// REG-14, REG-15: without the sender's consent the bureau above both offices decides; from then on it sees the matter, and so does the unit
/// that assists; the petitioner hears who has it, and nothing of the dispute.
#[tokio::test]
async fn reg_15_the_bureau_above_both_sees_and_decides_a_dispute() -> Result<()> {
    let world = World::new().await?;
    let petition = world.petition(1, PetitionClass::Request, STREET, Some(OFFICE));
    let case = world.register(&petition).await?;
    let path = format!("/cases/{case}");
    let late = json!({ "unit": NEXT_OFFICE, "demand": "书面报告", "report_by": "2027-01-01" });
    let late = world.post(OFFICER, &format!("{path}/transfer"), &late).await?;
    assert_eq!((late.status, late.code()), (StatusCode::UNPROCESSABLE_ENTITY, "report_day"));
    let handed_down = json!({ "unit": NEXT_OFFICE, "demand": "书面报告", "report_by": "2026-03-20" });
    world.must(OFFICER, case, "transfer", &handed_down).await?;
    world.must(NEIGHBOUR, case, "object", &json!({ "reason": "属该街道辖区" })).await?;
    assert_eq!(world.get(BUREAU, &path).await?.status, StatusCode::NOT_FOUND, "not theirs before it is put to them");
    world.must(OFFICER, case, "answer-objection", &json!({ "agree": false, "reason": "跨街道" })).await?;
    assert_eq!(world.get(CITY_OFFICER, &path).await?.status, StatusCode::NOT_FOUND, "no higher than needed");
    let decided = json!({ "unit": OFFICE, "assisting": [NEXT_OFFICE], "reason": "由属地街道主办" });
    let own = world.post(NEIGHBOUR, &format!("{path}/decide-competence"), &decided).await?;
    assert_eq!(own.code(), "not_yours");
    world.must(BUREAU, case, "decide-competence", &decided).await?;
    let page = world.get(NEIGHBOUR, &path).await?.body;
    assert_eq!(
        (&page["responsible_unit"], &page["routing"]["competence"]["assisting"][0]),
        (&json!(OFFICE), &json!(format!("单位{NEXT_OFFICE}")))
    );
    let accept = world.post(NEIGHBOUR, &format!("{path}/accept"), &json!({ "grade": "ordinary" })).await?;
    assert_eq!(accept.code(), "not_responsible", "it assists and looks on");
    let public = format!("/internal/cases/by-petition/{}/public-view", petition.petition_id);
    let progress = world.internal(Service::Intake, &public).await?.body["progress"].to_string();
    assert!(progress.contains("确定由单位990102001-office主办"), "{progress}");
    for hidden in ["争议", "异议", "办结报告"] {
        assert!(!progress.contains(hidden), "{hidden}: {progress}");
    }
    world.check_invariants().await
}

/// REG-10, REG-17: a report not given is overdue by a timer of its own, which the petitioner never sees; given, nothing is owed; a report
/// upwards is kept with its words in the journal alone.
#[tokio::test]
async fn reg_10_a_demanded_report_falls_due_and_is_met_between_offices() -> Result<()> {
    let world = World::new().await?;
    let petition = world.petition(1, PetitionClass::Request, STREET, Some(OFFICE));
    let case = world.register(&petition).await?;
    let path = format!("/cases/{case}");
    let handed_down = json!({ "unit": NEXT_OFFICE, "demand": "书面报告", "report_by": "2026-03-10" });
    world.must(OFFICER, case, "transfer", &handed_down).await?;
    world.must(NEIGHBOUR, case, "accept", &json!({ "grade": "ordinary" })).await?;
    world.live_until(world.time.now() + TimeDelta::days(9)).await?;
    let told = world.told(case).await?;
    assert_eq!(told.iter().filter(|event| *event == "overdue").count(), 1, "{told:?}");
    let public = format!("/internal/cases/by-petition/{}/public-view", petition.petition_id);
    let view = world.internal(Service::Intake, &public).await?.body;
    assert!(!view["deadlines"].to_string().contains("demanded_report"), "{view}");
    let up = json!({ "level": "next", "reported_on": "2026-03-10", "text": "涉及多栋住宅供水安全" });
    world.must(NEIGHBOUR, case, "report-up", &up).await?;
    world.must(NEIGHBOUR, case, "report-result", &json!({ "found": "管道老化", "done": "已约谈物业" })).await?;
    let page = world.get(OFFICER, &path).await?.body;
    assert_eq!(
        (&page["routing"]["report"]["done"], &page["routing"]["report_by"]),
        (&json!("已约谈物业"), &json!(null))
    );
    assert_eq!(page["routing"]["reported_up"][0]["level"], "next");
    let published = "select count(*) from casework.publication where convert_from(body, 'UTF8') ~ '供水安全|约谈物业'";
    assert_eq!(world.count(published).await?, 0, "what offices report stays inside");
    assert_eq!(world.get(BUREAU_HEAD, &path).await?.status, StatusCode::NOT_FOUND);
    world.check_invariants().await
}
