//! Where leaders stand with what they owe, over HTTP (SZ-02, HB-04, HB-05).

use anyhow::Result;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use huiyin_contracts::casework::{CaseSnapshot, Outcome};
use huiyin_contracts::directory::{DistrictSnapshot, StaffSnapshot, UnitKind, UnitSnapshot};
use huiyin_kernel::{Role, StaffId};
use huiyin_scheduling::store;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{City, at, district, leader, unit};
use crate::matters::case;

const PROVINCE: &str = "990000";
const DEPUTY: u128 = 0x51;
const WARDEN: u128 = 0x52;
const CITY_LEADER: u128 = 0x53;

fn who(n: u128) -> StaffId {
    Uuid::from_u128(n).into()
}

fn staff(n: u128, place: &str, post: &str, active: bool) -> StaffSnapshot {
    StaffSnapshot {
        areas: Vec::new(),
        staff_id: who(n),
        name: format!("干部{n:x}"),
        unit: unit(&format!("{place}-justice")),
        district: district(place),
        roles: vec![Role::Leader],
        post: Some(post.to_owned()),
        portfolio: vec![],
        office_email: None,
        active,
    }
}

/// A justice system: the provincial department, a city's bureau, and a cadre of the rank who works in the city.
async fn system() -> Result<City> {
    let city = City::new().await?;
    let known = |code: &str| DistrictSnapshot {
        code: district(code),
        name: code.to_owned(),
        policy_pack: "hubei-justice".to_owned(),
        petition_unit: unit("d2-xfj"),
        active: true,
    };
    let units = [PROVINCE, "990100"].map(|place| UnitSnapshot {
        code: unit(&format!("{place}-justice")),
        name: place.to_owned(),
        kind: UnitKind::Department,
        district: district(place),
        topics: vec![],
        active: true,
        succession: None,
    });
    let mut tx = city.worker.begin().await?;
    store::directory::put_districts(&mut tx, &[known(PROVINCE), known("990100")]).await?;
    store::directory::put_units(&mut tx, &units).await?;
    let people = [
        staff(DEPUTY, PROVINCE, "副厅长", true),
        staff(WARDEN, "990100", "监狱管理局局长", true),
        staff(CITY_LEADER, "990100", "副局长", true),
        staff(0x54, PROVINCE, "厅长", false),
    ];
    store::directory::put_staff(&mut tx, &people).await?;
    tx.commit().await?;
    Ok(city)
}

async fn hear(city: &City, cases: &[CaseSnapshot]) -> Result<()> {
    let mut tx = city.worker.begin().await?;
    store::petitions::put_case_states(&mut tx, cases).await?;
    Ok(tx.commit().await?)
}

fn resolved(n: u128, by: u128, closed_at: &str) -> CaseSnapshot {
    let closed_at: Option<DateTime<Utc>> = Some(at(closed_at));
    CaseSnapshot { outcome: Some(Outcome::Supported), closed_at, ..case(n, "closed", "d2-gov", Some(who(by))) }
}

/// (name, done, owes) of a quota.
async fn stands(served: &crate::harness::Served, code: &str, day: &str) -> Result<Vec<(String, u64, u64)>> {
    let answer = served.call(Method::GET, &format!("/quotas?day={day}")).send().await?;
    assert_eq!(answer.status(), StatusCode::OK);
    let quotas: Value = answer.json().await?;
    let quota =
        quotas.as_array().into_iter().flatten().find(|quota| quota["code"] == code).cloned().unwrap_or_default();
    let leaders = quota["leaders"].as_array().cloned().unwrap_or_default();
    let number = |value: &Value| value.as_u64().unwrap_or(u64::MAX);
    let row =
        |one: &Value| (one["name"].as_str().unwrap_or_default().to_owned(), number(&one["done"]), number(&one["owes"]));
    Ok(leaders.iter().map(row).collect())
}

fn row(n: u128, done: u64, owes: u64) -> (String, u64, u64) {
    (format!("干部{n:x}"), done, owes)
}

/// HB-04: what casework tells of a closed matter that the leader took counts in the year in which it was closed, once however often it is
/// told; what is taken and open, or ended without an answer, resolves nothing.
#[tokio::test]
async fn hb_04_a_matter_is_resolved_when_casework_tells_so_and_once() -> Result<()> {
    let city = system().await?;
    let mut served = city.serve().await?;
    served.token = served.token_of(leader(7), "990000-justice", PROVINCE, &[Role::Supervisor]);
    let code = "provincial_resolved";
    assert_eq!(
        stands(&served, code, "2026-12-31").await?,
        [row(DEPUTY, 0, 1), row(WARDEN, 0, 1)],
        "who left owes nothing"
    );
    let withdrawn = CaseSnapshot { outcome: Some(Outcome::Withdrawn), ..resolved(3, WARDEN, "2026-05-05T01:00:00Z") };
    let open = case(2, "investigating", "d2-gov", Some(who(DEPUTY)));
    hear(&city, &[open.clone(), withdrawn]).await?;
    assert_eq!(stands(&served, code, "2026-12-31").await?, [row(DEPUTY, 0, 1), row(WARDEN, 0, 1)]);
    // The last minutes of the year in the city; and the first of the next.
    let last = resolved(2, DEPUTY, "2026-12-31T15:59:00Z");
    hear(&city, &[last.clone(), resolved(4, WARDEN, "2026-12-31T16:01:00Z")]).await?;
    hear(&city, &[last]).await?;
    assert_eq!(stands(&served, code, "2026-12-31").await?, [row(DEPUTY, 1, 0), row(WARDEN, 0, 1)]);
    assert_eq!(stands(&served, code, "2027-01-01").await?, [row(DEPUTY, 0, 1), row(WARDEN, 1, 0)]);
    // Set aside in a review: it is open again, and owed again.
    hear(&city, &[open]).await?;
    assert_eq!(stands(&served, code, "2026-12-31").await?, [row(DEPUTY, 0, 1), row(WARDEN, 0, 1)]);
    Ok(())
}

/// HB-04, HB-05: a session counts when it was held, for whoever held it, in the half-year or quarter of its day.
#[tokio::test]
async fn hb_04_a_session_counts_when_it_was_held() -> Result<()> {
    let city = system().await?;
    let pool = city.db.admin_pool().await?;
    let mut served = city.serve().await?;
    served.token = served.token_of(leader(7), "990000-justice", PROVINCE, &[Role::Supervisor]);
    let id = city.published(city.plan(leader(0), "2026-06-30T01:00:00Z")).await?;
    let held_by = async |n: u128, state: &str| {
        let sql =
            format!("update scheduling.session set leader = '{}', state = '{state}' where session_id = '{id}'", who(n));
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&pool).await
    };
    held_by(DEPUTY, "published").await?;
    assert_eq!(stands(&served, "provincial_going_down", "2026-06-30").await?, [row(DEPUTY, 0, 1), row(WARDEN, 0, 1)]);
    held_by(DEPUTY, "held").await?;
    assert_eq!(stands(&served, "provincial_going_down", "2026-01-01").await?, [row(DEPUTY, 1, 0), row(WARDEN, 0, 1)]);
    assert_eq!(stands(&served, "provincial_going_down", "2026-07-01").await?, [row(DEPUTY, 0, 1), row(WARDEN, 0, 1)]);
    held_by(CITY_LEADER, "held").await?;
    let city_row = |done, owes| [row(WARDEN, 0, 1), row(CITY_LEADER, done, owes)];
    assert_eq!(stands(&served, "city_going_down", "2026-05-05").await?, city_row(1, 0));
    assert_eq!(stands(&served, "city_going_down", "2026-03-31").await?, city_row(0, 1));
    Ok(())
}

/// D-6: the office reads its own district and what lies inside it; who neither supervises nor plans reads none; a place without the rule
/// owes nothing.
#[tokio::test]
async fn quotas_are_read_by_who_supervises_or_plans_in_the_district() -> Result<()> {
    let city = system().await?;
    let mut served = city.serve().await?;
    served.token = served.token_of(leader(7), "990100-justice", "990100", &[Role::ScheduleEditor]);
    assert_eq!(
        stands(&served, "provincial_resolved", "2026-12-31").await?,
        [row(WARDEN, 0, 1)],
        "the province's own are not theirs"
    );
    served.token = served.token_of(leader(7), "d2-gov", "990102", &[Role::Supervisor]);
    let answer: Value = served.call(Method::GET, "/quotas").send().await?.json().await?;
    assert_eq!(answer, json!([]), "the street office's pack has no such rule");
    for bad in ["/quotas?day=2026-02-30", "/quotas?day=", "/quotas?who=1"] {
        assert_eq!(served.call(Method::GET, bad).send().await?.status(), StatusCode::BAD_REQUEST, "{bad}");
    }
    served.token = served.token_of(leader(7), "990100-justice", "990100", &[Role::Officer]);
    assert_eq!(served.call(Method::GET, "/quotas").send().await?.status(), StatusCode::FORBIDDEN);
    Ok(())
}
