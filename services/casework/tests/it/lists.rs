//! The work lists.

use anyhow::Result;
use axum::http::StatusCode;
use huiyin_contracts::intake::PetitionClass;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Executor, Row};

use crate::world::{BOSS, NEIGHBOUR, OFFICE, OFFICER, STREET, SUPERVISOR, World};

fn numbers(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().cloned().unwrap_or_default();
    items.iter().map(|item| item["number"].as_str().unwrap_or_default().to_owned()).collect()
}

/// Nearest deadline first, page by page without gap or repeat, for the officer, the unit and the district.
#[tokio::test]
async fn lists_are_in_the_order_of_the_nearest_deadline_page_by_page() -> Result<()> {
    let world = World::new().await?;
    let mut cases = Vec::new();
    for n in 1..=7 {
        cases.push(world.street_request(n).await?);
    }
    for case in &cases[..3] {
        world.must(OFFICER, *case, "accept", &json!({ "grade": "ordinary" })).await?;
        world.must(BOSS, *case, "assign", &json!({ "officer": OFFICER.id() })).await?;
    }
    let all = world.get(SUPERVISOR, "/cases?scope=district").await?.body;
    let due: Vec<_> =
        all["items"].as_array().expect("items").iter().map(|item| item["next_due_at"].to_string()).collect();
    assert!(due.is_sorted() && due.len() == 7, "{due:?}");
    let mut paged = Vec::new();
    let mut after = String::new();
    loop {
        let page = world.get(SUPERVISOR, &format!("/cases?scope=district&limit=2{after}")).await?.body;
        paged.extend(numbers(&page));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(paged, numbers(&all));
    assert_eq!(numbers(&world.get(OFFICER, "/cases").await?.body).len(), 3, "mine");
    assert_eq!(numbers(&world.get(OFFICER, "/cases?scope=unit&state=received").await?.body).len(), 4);
    assert_eq!(numbers(&world.get(OFFICER, "/cases?scope=unit&overdue=true").await?.body).len(), 0);
    world.live_until(crate::world::morning("2026-03-18")).await?;
    assert_eq!(numbers(&world.get(OFFICER, "/cases?scope=unit&overdue=true").await?.body).len(), 4);
    Ok(())
}

/// With two hundred thousand lines every list is read from an index in its order: nothing is sorted, nothing read through.
#[tokio::test]
async fn lists_are_index_scans_however_many_cases_there_are() -> Result<()> {
    let world = World::new().await?;
    let case = world.street_request(1).await?;
    world
        .admin
        .execute(AssertSqlSafe(format!(
            "alter table casework.worklist drop constraint worklist_case_id_fkey;
             insert into casework.worklist (scope, due_order, case_id, state, is_overdue, supervision)
             select 'unit:u' || n % 200, '2026-01-01'::timestamptz + n * interval '1 minute', gen_random_uuid(),
                    case when n % 10 = 0 then 'received' else 'closed' end, n % 50 = 0,
                    case when n % 1000 = 7 then 'answered' end
             from generate_series(1, 200000) n;
             update casework.worklist set scope = scope where case_id = '{case}';
             analyze casework.worklist; analyze casework.case"
        )))
        .await?;
    for filter in ["", "and w.is_overdue", "and w.state = 'received'", "and w.supervision = 'answered'"] {
        let sql = format!(
            "explain select w.due_order, c.body from casework.worklist w join casework.case c using (case_id)
             where w.scope = 'unit:u7' {filter} and (w.due_order, w.case_id) > ('2026-01-02', '{case}')
             order by w.due_order, w.case_id limit 51"
        );
        let rows = world.admin.fetch_all(AssertSqlSafe(sql)).await?;
        let lines: Vec<String> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
        let plan = lines.join("\n");
        assert!(plan.contains("worklist_"), "{plan}");
        assert!(!plan.contains("Seq Scan on worklist"), "{plan}");
    }
    Ok(())
}

/// D-6: a number leads everybody who takes part to the matter, however it was typed, and nobody else: what is not theirs to see is answered as
/// what does not exist.
#[tokio::test]
async fn a_number_leads_whoever_takes_part_to_its_matter_and_nobody_else() -> Result<()> {
    let world = World::new().await?;
    let petition = world.petition(1, PetitionClass::Request, STREET, Some(OFFICE));
    let case = world.register(&petition).await?;
    let number = petition.number.to_string();
    let typed = [number.clone(), number.to_lowercase(), number.replace('-', "%20")];
    for text in &typed {
        let found = world.get(OFFICER, &format!("/cases/by-number?number={text}")).await?;
        assert_eq!(found.body["case_id"], case.to_string(), "{text}: {}", found.body);
    }
    for (person, text) in [(NEIGHBOUR, number.as_str()), (OFFICER, "HY-2026-0000-0002-X"), (OFFICER, "")] {
        let answer = world.get(person, &format!("/cases/by-number?number={text}")).await?;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{text}: {}", answer.body);
    }
    let nul = world.get(OFFICER, "/cases/by-number?number=%00").await?;
    assert!(nul.status.is_client_error(), "{}", nul.body);
    Ok(())
}
