//! Who may change accounts, and what stays possible.

use anyhow::Result;
use axum::http::StatusCode;
use huiyin_directory::{
    app::{Error, FirstAdministrator, bootstrap},
    domain::{City, Refusal},
};
use huiyin_kernel::Redacted;
use serde_json::{Value, json};

use crate::world::{CITY, PASSWORD, World};

fn new_staff(login: &str) -> Value {
    json!({ "login": login, "name": "新人", "unit": "cp-xfj", "roles": ["officer"] })
}

#[tokio::test]
async fn the_same_key_adds_one_person_and_another_body_under_it_is_refused() -> Result<()> {
    let world = World::new().await?;
    let token = world.token("city.admin").await?;
    let first = world.call_with_key("POST", "/staff", &token, "k", new_staff("cp.new")).await?;
    let again = world.call_with_key("POST", "/staff", &token, "k", new_staff("cp.new")).await?;
    assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::CREATED));
    assert_eq!(first.body, again.body);
    let other = world.call_with_key("POST", "/staff", &token, "k", new_staff("cp.other")).await?;
    assert_eq!((other.status, &other.body["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("key_reused")));
    let taken = world.call_with_key("POST", "/staff", &token, "k2", new_staff("cp.new")).await?;
    assert_eq!((taken.status, &taken.body["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("login_taken")));
    Ok(())
}

#[tokio::test]
async fn only_administrators_change_accounts_and_only_in_their_district() -> Result<()> {
    let world = World::new().await?;
    world.give_password("cp.officer").await?;
    world.give_password("cp.admin").await?;
    let (officer, district_admin) = (world.token("cp.officer").await?, world.token("cp.admin").await?);
    let city_admin_id = world.staff_id("city.admin").await?;
    let refused = world.call("POST", "/staff", &officer, new_staff("cp.x")).await?;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(refused.body["next"], "请由以下角色办理：系统管理员。");
    assert_eq!(world.call("POST", "/staff", &district_admin, new_staff("cp.x")).await?.status, StatusCode::CREATED);
    let outside = world.call("POST", &format!("/staff/{city_admin_id}/disable"), &district_admin, Value::Null).await?;
    assert_eq!(outside.status, StatusCode::NOT_FOUND);
    let district = json!({ "name": "和安市", "policy_pack": "other", "petition_unit": "city-xfj" });
    assert_eq!(world.call("PUT", "/districts/990100", &district_admin, district).await?.status, StatusCode::NOT_FOUND);
    Ok(())
}

#[tokio::test]
async fn everybody_may_change_their_own_password_and_nobody_elses() -> Result<()> {
    let world = World::new().await?;
    world.give_password("cp.officer").await?;
    let token = world.token("cp.officer").await?;
    let body = json!({ "password": "一个新的很长的密码十二三" });
    let other = format!("/staff/{}/password", world.staff_id("cp.admin").await?);
    assert_eq!(world.call("POST", &other, &token, body.clone()).await?.status, StatusCode::FORBIDDEN);
    let own = format!("/staff/{}/password", world.staff_id("cp.officer").await?);
    assert_eq!(world.call("POST", &own, &token, body).await?.status, StatusCode::NO_CONTENT);
    assert_eq!(world.try_sign_in("cp.officer", PASSWORD, "10.0.0.2").await?.status, StatusCode::UNAUTHORIZED);
    let new = world.try_sign_in("cp.officer", "一个新的很长的密码十二三", "10.0.0.2").await?;
    assert_eq!(new.status, StatusCode::CREATED);
    Ok(())
}

#[tokio::test]
async fn the_last_administrator_who_can_sign_in_cannot_be_lost() -> Result<()> {
    let world = World::new().await?;
    let token = world.token("city.admin").await?;
    let id = world.staff_id("city.admin").await?;
    let refused = world.call("POST", &format!("/staff/{id}/disable"), &token, Value::Null).await?;
    assert_eq!(
        (refused.status, &refused.body["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("last_administrator"))
    );
    let patch = world.call("PATCH", &format!("/staff/{id}"), &token, json!({ "roles": ["officer"] })).await?;
    assert_eq!(patch.body["code"], "last_administrator");
    world.give_password("cp.admin").await?;
    let allowed = world.call("POST", &format!("/staff/{id}/disable"), &token, Value::Null).await?;
    assert_eq!(allowed.status, StatusCode::NO_CONTENT);
    Ok(())
}

#[tokio::test]
async fn the_operator_makes_the_first_administrator_once() -> Result<()> {
    let world = World::new().await?;
    let first = FirstAdministrator { login: "cp.admin".to_owned(), password: Redacted::new(PASSWORD.to_owned()) };
    let again = bootstrap(&world.context, &City::parse(CITY)?, first).await;
    assert!(matches!(again, Err(Error::Refused(Refusal::AdministratorExists))), "{again:?}");
    Ok(())
}

#[tokio::test]
async fn a_unit_or_district_in_use_stays_and_an_edit_on_an_old_version_is_refused() -> Result<()> {
    let world = World::new().await?;
    let token = world.token("city.admin").await?;
    let unit = |district: &str, active: bool| json!({ "name": "澄浦区信访局", "short_name": "区信访局", "kind": "bureau", "district": district, "active": active });
    let code = |answer: crate::world::Answer| answer.body["code"].clone();
    assert_eq!(code(world.call("PUT", "/units/cp-xfj", &token, unit("990101", false)).await?), "unit_in_use");
    assert_eq!(code(world.call("PUT", "/units/cp-xfj", &token, unit("990100", true)).await?), "unit_moves");
    assert_eq!(code(world.call("PUT", "/units/cp-new", &token, unit("990199", true)).await?), "no_district");
    let district = json!({ "name": "澄浦区", "policy_pack": "p", "petition_unit": "cp-xfj", "active": false });
    assert_eq!(code(world.call("PUT", "/districts/990101", &token, district).await?), "district_in_use");
    let id = world.staff_id("cp.officer").await?;
    let edit = |version: i64| json!({ "version": version, "post": "科长" });
    assert_eq!(world.call("PATCH", &format!("/staff/{id}"), &token, edit(1)).await?.status, StatusCode::NO_CONTENT);
    assert_eq!(world.call("PATCH", &format!("/staff/{id}"), &token, edit(1)).await?.status, StatusCode::CONFLICT);
    Ok(())
}
