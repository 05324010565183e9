use huiyin_scheduling::store::listing::PublicSession;
use huiyin_web::Page;
use reqwest::Method;
use sqlx::Row as _;

use crate::harness::{City, STREETS, district, leader};
use huiyin_scheduling::domain::Plan;

#[tokio::test]
async fn the_public_pages_through_the_schedule_without_a_gap_or_a_repeat() -> anyhow::Result<()> {
    let city = City::new().await?;
    let mut expected = Vec::new();
    for n in 0..7 {
        let plan = city.plan(leader(n), "2026-03-02T01:00:00Z");
        expected.push(city.published(Plan { district: district(STREETS[0]), ..plan }).await?.uuid());
    }
    city.drafted(city.plan(leader(8), "2026-03-02T01:00:00Z")).await?;
    expected.sort_unstable();
    let served = city.serve().await?;
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let path = format!("/sessions?district=990102&from=2026-03-02&to=2026-03-02&limit=3{after}");
        // No token: anyone may look.
        let page: Page<PublicSession> = served.http.get(format!("{}{path}", served.base)).send().await?.json().await?;
        seen.extend(page.items.iter().map(|s| s.session_id));
        match page.next {
            Some(next) => after = format!("&after={}", next.replace('+', "%2B")),
            None => break,
        }
    }
    assert_eq!(seen, expected);
    let none: Page<PublicSession> =
        served.http.get(format!("{}/sessions?from=2026-03-03", served.base)).send().await?.json().await?;
    assert!(none.items.is_empty());
    Ok(())
}

#[tokio::test]
async fn the_schedule_is_read_by_index_however_long_it_grows() -> anyhow::Result<()> {
    let city = City::new().await?;
    let pool = city.db.admin_pool().await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
        "insert into scheduling.session (session_id, version, district, state, kind, form, venue_id, leader, starts_at, ends_at,
             capacity, slot_minutes, venue_name, venue_address, leader_name, leader_post, leader_portfolio, published_at)
         select gen_random_uuid(), 1, '990102' || lpad((n % 300)::text, 3, '0'), 'published', 'regular', '定期接访', '{}',
             gen_random_uuid(), timestamptz '2020-01-01' + n * interval '1 hour', timestamptz '2020-01-01 02:00' + n * interval '1 hour',
             0, 30, 'x', 'x', 'x', 'x', '{{x}}', now() from generate_series(1, 20000) n;
         analyze scheduling.session",
        city.hall
    )))
    .execute(&pool)
    .await?;
    for (what, filter) in [
        ("from a day on", "s.starts_at >= '2021-01-01' and s.starts_at < '9999-01-01'"),
        (
            "a later page",
            "s.starts_at >= '1970-01-01' and (s.starts_at, s.session_id) > ('2021-06-01', '00000000-0000-0000-0000-000000000000')",
        ),
    ] {
        let rows = sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
            "explain select * from scheduling.session s where s.state <> 'draft' and {filter} order by s.starts_at, s.session_id limit 51"
        )))
        .fetch_all(&pool)
        .await?;
        let plan: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        assert!(plan.iter().any(|line| line.contains("session_announced")), "{what}: {plan:#?}");
        assert!(!plan.iter().any(|line| line.contains("Seq Scan") || line.contains("Sort")), "{what}: {plan:#?}");
    }
    Ok(())
}

#[tokio::test]
async fn what_a_refused_publication_misses_stands_in_the_answer_field_by_field() -> anyhow::Result<()> {
    let city = City::new().await?;
    let served = city.serve().await?;
    let body = serde_json::json!({ "district": "990102" });
    let drafted: serde_json::Value =
        served.call(Method::POST, "/sessions").json(&body).send().await?.error_for_status()?.json().await?;
    let publish = serde_json::json!({ "session_ids": [drafted["session_id"]] });
    let answer = served.call(Method::POST, "/sessions/publish").json(&publish).send().await?;
    assert_eq!(answer.status(), 422);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let problem: serde_json::Value = answer.json().await?;
    assert_eq!((problem["code"].as_str(), problem["rule"].as_str()), (Some("announcement_incomplete"), Some("DW-10")));
    assert_eq!(problem["fields"].as_array().map(Vec::len), Some(6));
    assert!(
        problem["title"].as_str().is_some_and(|t| t.contains("姓名、职务、分管工作、时间、地点、形式")),
        "{problem}"
    );
    let drafts: serde_json::Value = served.call(Method::GET, "/drafts").send().await?.json().await?;
    assert_eq!(drafts["items"][0]["missing"].as_array().map(Vec::len), Some(6));
    Ok(())
}
