//! Every change is in the journal and told to others, and nothing else is.

use anyhow::Result;
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::{Value, json};
use sqlx::Row as _;

use crate::world::{CITY, World};

#[expect(clippy::disallowed_methods, reason = "a look from outside at tables that every service has")]
async fn rows(world: &World, sql: &'static str) -> Result<Vec<sqlx::postgres::PgRow>> {
    Ok(sqlx::query(sql).fetch_all(&world.db.admin_pool().await?).await?)
}

async fn journal_size(world: &World) -> Result<i64> {
    let rows = rows(world, "select count(*) from directory.journal").await?;
    Ok(rows[0].try_get(0)?)
}

async fn load(world: &World, token: &str, city: &str) -> Result<crate::world::Answer> {
    let request = Request::post("/city")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/toml");
    world.send(request.body(Body::from(city.to_owned()))?).await
}

#[tokio::test]
async fn every_change_is_journaled_and_its_snapshot_told() -> Result<()> {
    let world = World::new().await?;
    let token = world.token("city.admin").await?;
    let id = world.staff_id("cp.officer").await?;
    let unit = json!({ "name": "澄浦区信访局", "short_name": "区局", "kind": "bureau", "district": "990101", "topics": ["education"] });
    world.call("PUT", "/units/cp-xfj", &token, unit).await?;
    world
        .call("PATCH", &format!("/staff/{id}"), &token, json!({ "post": "科长", "office_email": "cp@example.gov.cn" }))
        .await?;
    world.call("POST", &format!("/staff/{id}/disable"), &token, Value::Null).await?;
    // Each aggregate's version is the number of its journal rows.
    let unequal = rows(
        &world,
        "select a.id from (select district_id id, version from directory.district union all select unit_id, version from directory.unit
            union all select staff_id, version from directory.staff) a
         left join lateral (select count(*) n from directory.journal j where j.aggregate_id = a.id) j on true where j.n <> a.version",
    )
    .await?;
    assert!(unequal.is_empty());
    // The last snapshot told of each aggregate says what stands in the table.
    let told = rows(
        &world,
        "select distinct on (aggregate_id) aggregate_kind, event_type, district, body from directory.publication order by aggregate_id, sequence desc",
    )
    .await?;
    assert_eq!(told.len(), 2 + 2 + 3);
    let officer = told
        .iter()
        .map(|row| Ok(serde_json::from_slice::<Value>(&row.try_get::<Vec<u8>, _>("body")?)?))
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .find(|body| body["staff_id"] == json!(id));
    let expected = json!({
        "staff_id": id, "name": "沈怀谷", "unit": "cp-xfj", "district": "990101", "roles": ["officer"], "post": "科长",
        "portfolio": [], "areas": [], "office_email": "cp@example.gov.cn", "active": false,
    });
    assert_eq!(officer, Some(expected));
    Ok(())
}

#[tokio::test]
async fn passwords_and_sign_ins_are_journaled_and_told_to_nobody() -> Result<()> {
    let world = World::new().await?;
    world.give_password("cp.officer").await?;
    world.sign_in("cp.officer").await?;
    let journal = rows(
        &world,
        "select event_type, body from directory.journal where event_type in ('password_set', 'signed_in')",
    )
    .await?;
    assert_eq!(journal.len(), 2 + 2, "two passwords set, two people signed in");
    for row in journal {
        let body = String::from_utf8(row.try_get("body")?)?;
        assert!(!body.contains("argon2") && !body.contains(crate::world::PASSWORD), "{body}");
    }
    let told = rows(&world, "select body from directory.publication").await?;
    assert_eq!(told.len(), 2 + 2 + 3, "only the city itself");
    Ok(())
}

#[tokio::test]
async fn loading_the_same_city_again_changes_nothing() -> Result<()> {
    let world = World::new().await?;
    let token = world.token("city.admin").await?;
    let before = journal_size(&world).await?;
    let again = load(&world, &token, CITY).await?;
    assert_eq!((again.status, again.body), (StatusCode::OK, json!({ "districts": 0, "units": 0, "staff": 0 })));
    assert_eq!(journal_size(&world).await?, before);
    let renamed = CITY.replace("澄浦区信访局", "澄浦区信访和群众工作局").replace("科员", "副科长");
    let changed = load(&world, &token, &renamed).await?;
    assert_eq!(changed.body, json!({ "districts": 0, "units": 1, "staff": 1 }));
    assert_eq!(journal_size(&world).await?, before + 2);
    Ok(())
}

#[tokio::test]
async fn a_city_file_with_one_mistake_changes_nothing_and_says_where() -> Result<()> {
    let world = World::new().await?;
    let token = world.token("city.admin").await?;
    let before = journal_size(&world).await?;
    let moved = CITY.replacen("district = \"990101\"", "district = \"990100\"", 1).replace("和安市\"", "和安新市\"");
    let broken = [
        CITY.replace("roles = [\"officer\"]", "roles = [\"king\"]"),
        CITY.replace("cp.officer", "cp officer"),
        CITY.replace("name = \"沈怀谷\"", "name = \"\""),
        CITY.replace("policy =", "policies ="),
        "[city".to_owned(),
        String::new(),
        moved,
    ];
    for file in broken {
        let answer = load(&world, &token, &file).await?;
        assert!(matches!(answer.status, StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY), "{answer:?}");
        assert_eq!(answer.media, "application/problem+json");
    }
    assert_eq!(journal_size(&world).await?, before);
    Ok(())
}

#[tokio::test]
async fn lists_page_through_everything_once() -> Result<()> {
    let world = World::new().await?;
    let mut seen = Vec::new();
    let mut path = "/staff?limit=2".to_owned();
    loop {
        let page = world.call_as_portal_owned("GET", path.clone()).await?;
        assert_eq!(page.status, StatusCode::OK, "{page:?}");
        seen.extend(page.body["items"].as_array().into_iter().flatten().map(|staff| staff["login"].clone()));
        match page.body["next"].as_str() {
            Some(next) => path = format!("/staff?limit=2&after={next}"),
            None => break,
        }
    }
    assert_eq!(json!(seen), json!(["city.admin", "cp.admin", "cp.officer"]));
    let filtered =
        world.call_as_portal_owned("GET", "/staff?within=990101&role=officer&unit=cp-xfj".to_owned()).await?;
    assert_eq!(filtered.body["items"].as_array().map(Vec::len), Some(1));
    let units = world.call_as_portal_owned("GET", "/units?within=990100&topic=education".to_owned()).await?;
    assert_eq!(units.body["items"][0]["code"], "cp-xfj");
    let districts = world.call_as_portal_owned("GET", "/districts?within=990101".to_owned()).await?;
    assert_eq!(districts.body["items"].as_array().map(Vec::len), Some(1));
    Ok(())
}

/// REG-16: a unit goes with its successor named, and others are told; without one, or while a district's petitions come to it, it stays.
#[tokio::test]
async fn reg_16_a_unit_is_abolished_with_its_successor_named() -> Result<()> {
    let world = World::new().await?;
    let token = world.token("city.admin").await?;
    let unit = |code: &str, more: Value| {
        let mut body = json!({ "name": format!("和安市{code}局"), "short_name": code, "kind": "department", "district": "990100" });
        if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
            body.extend(more);
        }
        body
    };
    for code in ["housing", "construction"] {
        assert_eq!(
            world.call("PUT", &format!("/units/{code}"), &token, unit(code, json!({}))).await?.status,
            StatusCode::OK
        );
    }
    let put = async |more: Value| world.call("PUT", "/units/housing", &token, unit("housing", more)).await;
    let refused = put(json!({ "active": false })).await?;
    assert_eq!(
        (refused.status, &refused.body["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("successor_missing"))
    );
    assert!(refused.body["next"].to_string().contains("报请本级党委、政府指定"), "{}", refused.body);
    let nobody = put(json!({ "active": false, "succession": { "unit": "nobody" } })).await?;
    assert_eq!(nobody.body["code"], "no_unit");
    let designation = json!({ "decided_on": "2026-03-01", "reason": "职责分别划入两个部门，经市政府指定" });
    let succession = json!({ "unit": "construction", "designation": designation });
    let done = put(json!({ "active": false, "succession": succession })).await?;
    assert_eq!(done.body, json!({ "outcome": "changed" }), "{done:?}");
    let again = put(json!({ "active": false, "succession": succession })).await?;
    assert_eq!(again.body, json!({ "outcome": "unchanged" }));
    let told = rows(&world, "select convert_from(body, 'utf8') from directory.publication where convert_from(body, 'utf8') like '%2026-03-01%'").await?;
    assert_eq!(told.len(), 1);
    let told: Value = serde_json::from_str(&told[0].try_get::<String, _>(0)?)?;
    let expected = json!({ "unit": "construction", "accusations_to": null, "designated_on": "2026-03-01" });
    assert_eq!((&told["active"], &told["succession"]), (&json!(false), &expected), "and not why");
    let home = json!({ "name": "和安市信访局", "short_name": "市信访局", "kind": "bureau", "district": "990101", "active": false,
        "succession": { "unit": "construction" } });
    let staffed = world.call("PUT", "/units/cp-xfj", &token, home).await?;
    assert_eq!(staffed.body["code"], "unit_in_use");
    Ok(())
}
