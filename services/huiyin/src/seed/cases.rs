//! Petitions of the first days, and how far their cases have come.

use anyhow::Context;
use chrono::TimeDelta;
use huiyin_kernel::{Role, Service};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Seed;
use crate::demo::data::{Matter, Road};
use crate::demo::intake::body;
use crate::demo::office::{id, text};
use crate::demo::officer::{delivered_by, note, proposal};

const CLERK: &str = "city-xfj.clerk1";

/// A registered petition.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) index: usize,
    pub(super) petition_id: Uuid,
}

/// How far a case is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    Registered,
    Accepted,
    Assigned,
    Investigated,
    Proposed,
    Approved,
    Closed,
}

const REACHES: [Reach; 7] = [
    Reach::Registered,
    Reach::Assigned,
    Reach::Investigated,
    Reach::Accepted,
    Reach::Proposed,
    Reach::Closed,
    Reach::Approved,
];

/// Registers the petitions: citizens hand in over the net, a clerk enters the rest as received over the last days.
pub(super) async fn register(seed: &Seed) -> anyhow::Result<Vec<Known>> {
    let mut known = Vec::with_capacity(seed.matters.len());
    for (index, matter) in seed.matters.iter().enumerate() {
        let petition = &matter.petition;
        let key = format!("seed/{}", petition.reference);
        let mut body = body(petition);
        let receipt = if petition.channel == "net" {
            seed.office.citizen_post(Service::Intake, "/petitions", &key, &body).await?
        } else {
            let hours = index as i64 * 5 % 72 + 1;
            body["received_at"] = json!(seed.now - TimeDelta::hours(hours));
            seed.office.post(CLERK, Service::Intake, "/petitions", &key, &body).await?
        };
        known.push(Known { index, petition_id: id(&receipt, "petition_id")? });
    }
    Ok(known)
}

/// Takes the cases as far as each shall go.
pub(super) async fn work(seed: &Seed, petitions: &[Known]) -> anyhow::Result<()> {
    for petition in petitions {
        let matter = &seed.matters[petition.index];
        let reach = REACHES[petition.index % REACHES.len()];
        let desk = Desk::open(seed, matter, petition.petition_id).await?;
        if desk.stage != "received" {
            continue; // an interrupted loading had begun with it
        }
        match matter.handling.road {
            Road::ForwardDiscipline | Road::Decline | Road::Point if reach == Reach::Registered => {}
            Road::ForwardDiscipline => {
                let unit = seed.city.discipline(&matter.petition.district).context("no discipline body")?;
                desk.act(&desk.officer, "forward", json!({ "unit": unit })).await?;
            }
            Road::Decline => {
                let body = json!({ "code": matter.handling.decline_code, "text": matter.handling.result });
                desk.act(&desk.officer, "decline", body).await?;
            }
            Road::Point => {
                let body = json!({ "to_body": matter.handling.pointer_to, "text": matter.handling.result });
                desk.act(&desk.officer, "point", body).await?;
            }
            Road::OnTheSpot | Road::Handle | Road::Adopt | Road::PartlyAdopt | Road::NotAdopt => {
                desk.handle(reach).await?;
            }
        }
    }
    Ok(())
}

/// The files of one case.
struct Desk<'a> {
    seed: &'a Seed,
    matter: &'a Matter,
    case_id: Uuid,
    stage: String,
    officer: String,
    head: String,
    steps: Vec<String>,
}

impl<'a> Desk<'a> {
    async fn open(seed: &'a Seed, matter: &'a Matter, petition_id: Uuid) -> anyhow::Result<Self> {
        let unit = seed.city.first_unit(&matter.petition).context("nobody takes petitions here")?;
        let with =
            |unit: &str, role| seed.city.with_role(unit, role).map(str::to_owned).context("an office without staff");
        let first = with(unit, Role::Officer)?;
        let path = format!("/cases/by-petition/{petition_id}");
        let page = seed.office.get(&first, Service::Casework, &path).await?;
        let steps = page.get("steps").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        Ok(Self {
            seed,
            matter,
            case_id: id(&page, "case_id")?,
            stage: text(&page, "stage")?,
            head: with(unit, Role::UnitHead)?,
            officer: first,
            steps: steps.iter().map(|step| text(step, "code")).collect::<Result<_, _>>()?,
        })
    }

    async fn act(&self, login: &str, command: &str, body: Value) -> anyhow::Result<()> {
        let step = body.get("step").and_then(Value::as_str).unwrap_or_default();
        let key = format!("seed/{}/{command}/{step}", self.matter.petition.reference);
        let path = format!("/cases/{}/{command}", self.case_id);
        self.seed.office.post(login, Service::Casework, &path, &key, &body).await?;
        Ok(())
    }

    async fn handle(&self, reach: Reach) -> anyhow::Result<()> {
        if reach == Reach::Registered {
            return Ok(());
        }
        let (officer, head) = (self.officer.as_str(), self.head.as_str());
        self.act(officer, "accept", json!({ "grade": self.matter.handling.grade })).await?;
        if reach == Reach::Accepted {
            return Ok(());
        }
        self.act(officer, "assign", json!({ "officer": self.seed.office.staff_id(officer)? })).await?;
        if reach == Reach::Assigned {
            return Ok(());
        }
        let is_request = self.matter.petition.class == "request";
        let opinion = self.steps.iter().position(|step| step == "opinion").unwrap_or(self.steps.len());
        if is_request {
            for step in &self.steps[..opinion] {
                self.act(officer, "steps", json!({ "step": step, "note": note(step) })).await?;
            }
        }
        if reach == Reach::Investigated {
            return Ok(());
        }
        self.act(officer, "propose", proposal(self.matter)).await?;
        if reach == Reach::Proposed {
            return Ok(());
        }
        self.act(head, "approve", json!({})).await?;
        if reach == Reach::Approved {
            return Ok(());
        }
        self.act(officer, "reply", json!({})).await?;
        let delivery = json!({
            "means": delivered_by(&self.matter.petition.channel),
            "delivered_at": huiyin_kernel::BusinessClock::System.now(),
            "receipt": format!("SD-{}", self.matter.petition.reference),
        });
        self.act(officer, "deliver", delivery).await?;
        if is_request {
            for step in
                self.steps[opinion..].iter().filter(|step| !matches!(step.as_str(), "opinion" | "written_reply"))
            {
                self.act(officer, "steps", json!({ "step": step, "note": note(step) })).await?;
            }
        }
        self.act(officer, "close", json!({})).await
    }
}
