//! Leaders' reception: the year's table, invitations to its sessions, and the round over every street.

mod round;
mod table;

use anyhow::Context as _;
use huiyin_contracts::casework::Outcome;
use huiyin_kernel::{Role, Service};
use serde_json::{Value, json};
use uuid::Uuid;

pub(super) use round::{Round, close_round, hold, plan_round, take_walk_ins};
pub(super) use table::{Sitting, begin_sitting, end_sitting, import_table, invite, publish_table};

use super::data::{Matter, Road};
use super::life::Life;
use super::office::{Posted, id};

/// The login that plans for an area.
pub(super) fn editor(life: &Life, unit: &str) -> anyhow::Result<String> {
    let login = life.city.with_role(unit, Role::ScheduleEditor);
    Ok(login.with_context(|| format!("{unit} has no schedule editor"))?.to_owned())
}

/// Adds the reception places of the city file; their ids by code.
pub(super) async fn add_venues(life: &Life) -> anyhow::Result<Vec<(String, Uuid)>> {
    let editor = editor(life, "city-xfj")?;
    let mut venues = Vec::new();
    for venue in &life.city.venue {
        let body = json!({
            "district": venue.district, "name": venue.name, "address": venue.address, "phone": venue.phone,
            "accessible": venue.accessible, "hours": venue.hours,
        });
        let key = format!("venue/{}", venue.code);
        let added = life.office.post(&editor, Service::Scheduling, "/venues", &key, &body).await?;
        venues.push((venue.district.clone(), id(&added, "venue_id")?));
    }
    Ok(venues)
}

/// The record a leader writes, and how the visit ended.
fn record(life: &Life, matter: &Matter) -> Value {
    let (petition, handling) = (&matter.petition, &matter.handling);
    let promised = if life.city.policy(&petition.district) == "wuhan" { "promised" } else { "assigned" };
    let outcome = match (handling.road, handling.outcome, handling.hardship) {
        (Road::OnTheSpot, ..) => settled(true, &handling.result),
        (_, Outcome::NotSupported, true) => json!({ "kind": "aided", "result_summary": handling.result }),
        (Road::Point, ..) | (_, Outcome::Explained, _) => {
            json!({ "kind": "explained", "result_summary": handling.result })
        }
        _ => json!({ "kind": promised, "grade": handling.grade }),
    };
    let opinion = match handling.road {
        Road::OnTheSpot => "诉求合理、事实清楚、有法可依，现场协调解决",
        Road::Point => "不属本级职权范围，告知其向有权机关提出",
        Road::Handle | Road::Decline | Road::ForwardDiscipline | Road::Adopt | Road::PartlyAdopt | Road::NotAdopt => {
            "由责任单位限期办理，本人跟踪督办"
        }
    };
    json!({
        "main_problem": petition.request,
        "leader_opinion": opinion,
        "result": handling.result,
        "petitioner_opinion": null,
        "attended_by": ["信访工作人员"],
        "outcome": outcome,
    })
}

fn settled(evidence: bool, result: &str) -> Value {
    json!({
        "kind": "settled_on_spot",
        "conditions": {
            "reasonable": true, "facts_clear": true, "lawful_basis": true, "evidence_sufficient": evidence, "solvable_here": true,
        },
        "result_summary": result,
    })
}

/// Writes the record of a visit.
async fn conclude(life: &Life, leader: &str, visit: Uuid, body: &Value) -> anyhow::Result<Posted> {
    life.office
        .try_post(leader, Service::Scheduling, &format!("/visits/{visit}/record"), &format!("record/{visit}"), body)
        .await
}

/// As [`conclude`], where a refusal is a failure.
async fn concluded(life: &Life, leader: &str, visit: Uuid, body: &Value) -> anyhow::Result<()> {
    match conclude(life, leader, visit, body).await? {
        Posted::Done(_) => Ok(()),
        Posted::Refused { problem, .. } => anyhow::bail!("the record of a visit is refused: {problem}"),
    }
}
