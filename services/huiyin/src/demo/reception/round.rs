//! The round (大接访; B1): every street on one Sunday, announced only when none is missing, every visitor recorded.

use std::collections::BTreeMap;

use anyhow::{Context, ensure};
use chrono::NaiveDate;
use huiyin_kernel::{Role, Service};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{conclude, concluded, editor, record, settled};
use crate::demo::agenda::at;
use crate::demo::data::Road;
use crate::demo::life::Life;
use crate::demo::office::{Posted, id};
use huiyin_contracts::casework::Outcome;

/// A round that is announced.
#[derive(Clone, Debug)]
pub(crate) struct Round {
    /// By street: session and the leader who receives.
    pub(crate) sessions: BTreeMap<String, (Uuid, String)>,
}

fn session(life: &Life, street: &str, venue: Uuid, leader: &str, day: NaiveDate) -> anyhow::Result<Value> {
    Ok(json!({
        "district": street,
        "venue_id": venue,
        "kind": "regular",
        "form": "开门接访",
        "leader": life.office.staff_id(leader)?,
        "starts_at": at(day, 8, 0),
        "ends_at": at(day, 18, 0),
        "capacity": 0,
        "slot_minutes": 30,
        "reason": "大接访第一轮，街道（乡镇）全覆盖",
    }))
}

/// Who receives in which street: the city's leaders first, then those of the districts.
fn leaders(life: &Life) -> Vec<String> {
    let receives = |unit: &str| {
        let of = life.city.staff.iter().filter(|p| p.unit == unit && p.roles.contains(&Role::Leader));
        of.map(|p| p.login.clone()).collect::<Vec<_>>()
    };
    let mut leaders = receives("city-gov");
    for district in &life.city.district {
        leaders.extend(receives(&format!("{}-gov", district.code)).into_iter().take(2));
    }
    leaders
}

/// Plans the round, first without its last street, and announces it once it is whole (WH-01).
pub(crate) async fn plan_round(life: &Life, venues: &[(String, Uuid)], day: NaiveDate) -> anyhow::Result<Round> {
    let editor = editor(life, "city-xfj")?;
    let leaders = leaders(life);
    ensure!(leaders.len() >= life.city.street.len(), "there are fewer leaders than streets");
    let mut places = Vec::new();
    for (street, leader) in life.city.street.iter().zip(leaders) {
        let venue = venues.iter().find(|(district, _)| *district == street.code);
        let (_, venue) = venue.with_context(|| format!("{} has no reception place", street.name))?;
        places.push((street, *venue, leader));
    }
    let (last, first) = places.split_last().context("a city without streets")?;
    let bodies = first.iter().map(|(street, venue, leader)| session(life, &street.code, *venue, leader, day));
    let bodies = bodies.collect::<anyhow::Result<Vec<_>>>()?;
    let body = json!({ "title": "大接访第一轮", "district": life.city.city.code, "on": day, "sessions": bodies });
    let drafted = life.office.post(&editor, Service::Scheduling, "/rounds", "round-1", &body).await?;
    let round = id(&drafted, "round_id")?;
    let ids: Vec<Uuid> = serde_json::from_value(drafted.get("sessions").cloned().unwrap_or_default())?;
    let publish = format!("/rounds/{round}/publish");
    match life.office.try_post(&editor, Service::Scheduling, &publish, "publish-gap", &Value::Null).await? {
        Posted::Refused { code, problem } => {
            ensure!(
                problem.contains(&last.0.code) || problem.contains(&last.0.name),
                "the refusal names the gap: {problem}"
            );
            life.story.lock().await.refused(
                "缺一个街道的轮次不予公示",
                "a round that lacks a street is not announced",
                &code,
            );
        }
        Posted::Done(_) => anyhow::bail!("a round that lacks a street was announced"),
    }
    let (street, venue, leader) = last;
    let mut body = session(life, &street.code, *venue, leader, day)?;
    body["round_id"] = json!(round);
    let added = life.office.post(&editor, Service::Scheduling, "/sessions", "round-1-last", &body).await?;
    life.office.post(&editor, Service::Scheduling, &publish, "publish-round", &Value::Null).await?;
    let ids = ids.into_iter().chain([id(&added, "session_id")?]);
    let sessions = places.iter().zip(ids).map(|((street, _, leader), id)| (street.code.clone(), (id, leader.clone())));
    Ok(Round { sessions: sessions.collect() })
}

/// Where a matter of the round is received.
fn place<'a>(life: &Life, round: &'a Round, index: usize) -> anyhow::Result<&'a (Uuid, String)> {
    let district = &life.matters[index].petition.district;
    let session = round
        .sessions
        .get(district)
        .or_else(|| round.sessions.iter().find(|(s, _)| s.starts_with(district)).map(|(_, s)| s));
    session.with_context(|| format!("no street of the round serves {district}"))
}

/// Calls the visitors of the last hour in: each gets a number. What belongs to another body is pointed there at once.
pub(crate) async fn take_walk_ins(life: &Life, round: &Round, indices: &[usize]) -> anyhow::Result<Vec<(usize, Uuid)>> {
    let mut visits = Vec::new();
    for &index in indices {
        let matter = &life.matters[index];
        if matter.handling.road == Road::Point {
            life.decide_now(index).await;
            crate::demo::officer::work(life, index).await?;
        }
        let (session, _) = place(life, round, index)?;
        let clerk = life.clerk(&matter.petition.district)?;
        let key = format!("walk-in/{}", matter.petition.reference);
        let body = json!({ "petition_id": life.petition_id(index).await? });
        let path = format!("/sessions/{session}/walk-ins");
        let registered = life.office.post(&clerk, Service::Scheduling, &path, &key, &body).await?;
        visits.push((index, id(&registered, "visit_id")?));
    }
    Ok(visits)
}

/// Leaders receive, and write the records. The first promise is tried as a settlement that lacks its evidence (WH-04, WH-05).
pub(crate) async fn hold(life: &Life, round: &Round, visits: &[(usize, Uuid)]) -> anyhow::Result<()> {
    for (index, visit) in visits {
        let matter = &life.matters[*index];
        let (_, leader) = place(life, round, *index)?;
        let body = record(life, matter);
        let is_promise = body["outcome"]["kind"] == "promised";
        if is_promise && matter.handling.outcome == Outcome::Supported && life.story.lock().await.try_first_settlement()
        {
            let mut hasty = body.clone();
            hasty["outcome"] = settled(false, &matter.handling.result);
            match conclude(life, leader, *visit, &hasty).await? {
                Posted::Refused { code, .. } => life.story.lock().await.refused(
                    "证据不充分的，不得现场办结，改为出具承诺书",
                    "without evidence nothing is settled on the spot; a promise letter is issued",
                    &code,
                ),
                Posted::Done(_) => anyhow::bail!("a matter without evidence was settled on the spot"),
            }
        }
        concluded(life, leader, *visit, &body).await?;
    }
    Ok(())
}

/// Closes the round's sessions. One of them is first tried while its last visitor has no record yet (WH-02).
pub(crate) async fn close_round(life: &Life, round: &Round, last: Option<(usize, Uuid)>) -> anyhow::Result<()> {
    let editor = editor(life, "city-xfj")?;
    let close = |session: Uuid, key: &'static str| {
        let (path, editor) = (format!("/sessions/{session}/close"), editor.clone());
        let key = format!("{key}/{session}");
        async move { life.office.try_post(&editor, Service::Scheduling, &path, &key, &Value::Null).await }
    };
    if let Some((index, visit)) = last {
        let (session, leader) = place(life, round, index)?;
        match close(*session, "early").await? {
            Posted::Refused { code, .. } => life.story.lock().await.refused(
                "还有来访人没有登记表，场次不得结束",
                "a session does not end while a visitor has no record",
                &code,
            ),
            Posted::Done(_) => anyhow::bail!("a session was closed while a visitor had no record"),
        }
        concluded(life, leader, visit, &record(life, &life.matters[index])).await?;
    }
    for (session, _) in round.sessions.values() {
        match close(*session, "close").await? {
            Posted::Done(_) => {}
            Posted::Refused { problem, .. } => anyhow::bail!("a session of the round cannot be closed: {problem}"),
        }
    }
    Ok(())
}
