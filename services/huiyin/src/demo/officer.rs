//! Officers at work on a case: look at where it stands, do what is next by plan, and say when to look again. Whatever happened
//! in between (a reception, a withdrawal, a leader taking the case) is simply found.

use anyhow::{Context, bail};
use chrono::{DateTime, TimeDelta, Utc};
use huiyin_contracts::casework::Outcome;
use huiyin_kernel::{Role, Service};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::agenda::day_of;
use super::data::{Matter, Road};
use super::life::Life;
use super::office::text;
use super::reviewed::{self, Asked, Fixed};
use super::road::Plan;
use super::supervised::{self, Supervision};
use super::transferred::{self, Sent};

/// What the officers remember of a matter.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) petition_id: Uuid,
    pub(crate) number: String,
    pub(crate) code: String,
    pub(crate) plan: Plan,
    unit: String,
    acts: u32,
    accepted_at: Option<DateTime<Utc>>,
    stage_since: Option<(String, DateTime<Utc>)>,
    is_extended: bool,
    was_returned: bool,
    /// When the last written answer reached the petitioner.
    pub(super) delivered_at: Option<DateTime<Utc>>,
    /// How often a review or re-examination was asked for.
    pub(super) asked: usize,
}

impl File {
    pub(crate) fn new(petition_id: Uuid, number: String, code: String, plan: Plan, unit: String) -> Self {
        Self {
            petition_id,
            number,
            code,
            plan,
            unit,
            acts: 0,
            accepted_at: None,
            stage_since: None,
            is_extended: false,
            was_returned: false,
            delivered_at: None,
            asked: 0,
        }
    }

    /// Since when the matter stands where it does.
    pub(super) fn since(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.stage_since.as_ref().map_or(now, |(_, since)| *since)
    }

    /// Takes down where the page shows the matter to stand.
    fn notes(&mut self, page: &CasePage, now: DateTime<Utc>) {
        self.unit.clone_from(&page.responsible_unit);
        if self.stage_since.as_ref().is_none_or(|(stage, _)| *stage != page.stage) {
            let before = self.stage_since.replace((page.stage.clone(), now));
            if before.is_some_and(|(stage, _)| stage == "review_answered") && page.stage == "accepted" {
                // Ordered anew: everything is planned from today.
                self.accepted_at = None;
            }
        }
        if page.stage != "received" && self.accepted_at.is_none() {
            self.accepted_at = Some(now);
        }
    }
}

/// A case as its page shows it.
#[derive(Debug, Deserialize)]
pub(super) struct CasePage {
    pub(super) case_id: Uuid,
    pub(super) stage: String,
    pub(super) responsible_unit: String,
    taken_by_leader: bool,
    steps: Vec<Step>,
    deadlines: Vec<Owed>,
    supervision: Option<Supervision>,
    transfer: Option<Sent>,
    pub(super) review: Option<Asked>,
    pub(super) hearing: Option<Fixed>,
}

#[derive(Debug, Deserialize)]
struct Step {
    code: String,
    stands: String,
}

impl Step {
    fn is_done(&self) -> bool {
        self.stands == "done"
    }
}

/// A duty with its date.
#[derive(Debug, Deserialize)]
struct Owed {
    kind: String,
    state: String,
}

/// What is next.
pub(super) enum Next {
    /// Nothing more, or not by the officers.
    Rest,
    /// Not before then.
    At(DateTime<Utc>),
    /// This command, by that login.
    Act { login: String, command: &'static str, body: Value },
}

impl Next {
    /// A command at its instant, and until then nothing.
    pub(super) fn when(life: &Life, at: DateTime<Utc>, command: &'static str, login: String, body: Value) -> Self {
        if at > life.now() { Self::At(at) } else { Self::Act { login, command, body } }
    }
}

/// Does what is due on a matter; gives the instant at which to look again.
pub(crate) async fn work(life: &Life, index: usize) -> anyhow::Result<Option<DateTime<Utc>>> {
    let matter = &life.matters[index];
    let mut slot = life.files[index].lock().await;
    let file = slot.as_mut().with_context(|| format!("{} is not registered", matter.petition.reference))?;
    loop {
        let page = page(life, file).await?;
        let now = life.now();
        file.notes(&page, now);
        match next(life, matter, file, &page)? {
            Next::Rest => return Ok(None),
            Next::At(at) if at > now => return Ok(Some(at)),
            Next::At(_) => bail!("{} waits for an instant that is past", matter.petition.reference),
            Next::Act { login, command, body } => {
                file.acts += 1;
                let key = format!("{}/{}/{command}", matter.petition.reference, file.acts);
                let path = format!("/cases/{}/{command}", page.case_id);
                life.office.post(&login, Service::Casework, &path, &key, &body).await?;
                match command {
                    "extend" => {
                        file.is_extended = true;
                        let pack = life.city.policy(&matter.petition.district);
                        life.story.lock().await.extended(pack, life.approver(matter)?);
                    }
                    "return" => file.was_returned = true,
                    "deliver" => file.delivered_at = Some(now),
                    "assign" | "hand-over" | "transfer" => file.unit = text(&body, "unit")?,
                    // Whoever received it and objected takes no part any more.
                    "answer-objection" => file.unit = page.transfer.context("an objection to no transfer")?.from,
                    _ => {}
                }
            }
        }
    }
}

pub(super) async fn page(life: &Life, file: &File) -> anyhow::Result<CasePage> {
    let officer = officer(life, &file.unit)?;
    let path = format!("/cases/by-petition/{}", file.petition_id);
    let value = life.office.get(&officer, Service::Casework, &path).await?;
    serde_json::from_value(value).context("a case page")
}

pub(super) fn with_role(life: &Life, unit: &str, role: Role) -> anyhow::Result<String> {
    let login = life.city.with_role(unit, role);
    Ok(login.with_context(|| format!("{unit} has nobody who is {role:?}"))?.to_owned())
}

fn officer(life: &Life, unit: &str) -> anyhow::Result<String> {
    with_role(life, unit, Role::Officer)
}

fn next(life: &Life, matter: &Matter, file: &File, page: &CasePage) -> anyhow::Result<Next> {
    if let Some(order) = page.supervision.as_ref().filter(|_| page.stage != "withdrawn")
        && let Some((login, command, body)) = supervised::next(life, matter, order)?
    {
        return Ok(Next::Act { login, command, body });
    }
    let (plan, hours, now) = (&file.plan, &life.hours, life.now());
    let handling = &matter.handling;
    let unit = &page.responsible_unit;
    let officer = officer(life, unit)?;
    let accepted_at = file.accepted_at.unwrap_or(now);
    let since = file.since(now);
    let when = |at, command, login, body| Next::when(life, at, command, login, body);
    if page.stage == "received"
        && let Some(next) = transferred::next(life, matter, file, unit, page.transfer.as_ref())?
    {
        return Ok(next);
    }
    let taking = ["assigned", "investigating"].contains(&page.stage.as_str());
    if let Some(leader) = taker(matter, page).filter(|_| taking) {
        let at = hours.hour(hours.after(day_of(accepted_at), 1), 2);
        return Ok(when(at, "take", leader.to_owned(), json!({})));
    }
    Ok(match page.stage.as_str() {
        "received" => when(plan.decide, decision(handling.road), officer, decision_body(life, matter)?),
        "accepted" => match elsewhere(life, matter, unit) {
            Some(other) if plan.hands_over => {
                let body = json!({ "unit": other, "reason": "该事项属该单位职责，移交其负责办理" });
                when(Plan::assign(accepted_at, hours), "hand-over", officer, body)
            }
            other => {
                let to = other.unwrap_or(unit.as_str());
                let body = json!({ "officer": life.office.staff_id(&self::officer(life, to)?)?, "unit": to });
                when(Plan::assign(accepted_at, hours), "assign", officer, body)
            }
        },
        "assigned" | "investigating" if wants_extension(matter, file) => {
            let at = plan.extend(accepted_at, hours).min(plan.propose(accepted_at, hours));
            // The steps before that day are done first.
            let before = step(life, matter, file, page, &officer).filter(|(first, ..)| *first < at);
            if let Some((first, by, body)) = before {
                when(first, "steps", by, body)
            } else {
                let reason = "涉及面广、影响较大，需会同多个部门核查，一时难以处理";
                let body = json!({ "days": handling.extension_days, "kind": handling.grade, "reason": reason });
                when(at, "extend", with_role(life, unit, life.approver(matter)?)?, body)
            }
        }
        "assigned" | "investigating" => match step(life, matter, file, page, &officer) {
            Some((at, by, body)) => when(at, "steps", by, body),
            None => when(plan.propose(accepted_at, hours), "propose", officer, proposal(&reviewed::anew(matter, file))),
        },
        "proposed" if plan.is_returned && !file.was_returned => {
            let body = json!({ "reason": "请补充依据的具体条款后再报" });
            when(hours.hour_from(since + TimeDelta::minutes(1)), "return", with_role(life, unit, Role::UnitHead)?, body)
        }
        "proposed" => {
            let at = plan.approve(accepted_at, hours).max(hours.hour_from(since + TimeDelta::minutes(1)));
            when(at, "approve", with_role(life, unit, Role::UnitHead)?, json!({}))
        }
        "approved" => {
            let at = plan.reply(accepted_at, hours).max(hours.hour_from(since + TimeDelta::minutes(1)));
            when(at, "reply", officer, json!({}))
        }
        "replied" => {
            let body = json!({
                "means": delivered_by(&matter.petition.channel),
                "delivered_at": now,
                "receipt": receipt(matter, file),
            });
            when(Plan::deliver(day_of(since), hours), "deliver", officer, body)
        }
        "delivered" => {
            let at = Plan::close(day_of(since), hours);
            let open =
                |owed: &&Owed| owed.kind == "demanded_report" && matches!(owed.state.as_str(), "running" | "overdue");
            if page.deadlines.iter().any(|owed| open(&owed)) {
                let body = json!({ "found": "经现场核查，反映情况属实", "done": "已按处理意见落实，并书面答复信访人" });
                return Ok(when(at, "report-result", officer, body));
            }
            match page.steps.iter().find(|step| !step.is_done()) {
                Some(step) if matter.petition.class == "request" => {
                    when(at, "steps", officer, json!({ "step": step.code, "note": "已按处理意见落实，并已记录在卷" }))
                }
                _ => when(at, "close", officer, json!({})),
            }
        }
        "under_review" | "review_proposed" | "review_answered" => reviewed::next(life, matter, file, page)?,
        "withdrawn" | "closed" => Next::Rest,
        other => bail!("a case stands at {other}, which no officer knows"),
    })
}

const fn decision(road: Road) -> &'static str {
    match road {
        Road::Point => "point",
        Road::Decline => "decline",
        Road::ForwardDiscipline => "forward",
        Road::OnTheSpot | Road::Handle | Road::Adopt | Road::PartlyAdopt | Road::NotAdopt => "accept",
    }
}

fn decision_body(life: &Life, matter: &Matter) -> anyhow::Result<Value> {
    let handling = &matter.handling;
    Ok(match handling.road {
        Road::Point => json!({ "to_body": handling.pointer_to, "text": handling.result }),
        Road::Decline => json!({ "code": handling.decline_code, "text": handling.result }),
        Road::ForwardDiscipline => {
            let unit = life.city.discipline(&matter.petition.district);
            json!({ "unit": unit.context("a district without a discipline body")? })
        }
        Road::OnTheSpot | Road::Handle | Road::Adopt | Road::PartlyAdopt | Road::NotAdopt => {
            json!({ "grade": handling.grade })
        }
    })
}

/// The department the matter is about, when that is not the unit that has it already.
fn elsewhere<'a>(life: &'a Life, matter: &'a Matter, unit: &str) -> Option<&'a str> {
    let concerned = matter.petition.concerned_unit.as_str();
    let other = life.city.unit(concerned).filter(|other| other.kind != "discipline" && other.code != unit)?;
    life.city.with_role(&other.code, Role::Officer).map(|_| concerned)
}

const fn wants_extension(matter: &Matter, file: &File) -> bool {
    matter.handling.extension_days.is_some() && !file.is_extended
}

/// The leader who is to take the matter and has not yet.
fn taker<'a>(matter: &'a Matter, page: &CasePage) -> Option<&'a str> {
    matter.turn.taken_by.as_deref().filter(|_| !page.taken_by_leader)
}

/// The number of the receipt of delivery; a reply given anew has one of its own.
fn receipt(matter: &Matter, file: &File) -> String {
    let reference = &matter.petition.reference;
    if file.asked == 0 { format!("SD-{reference}") } else { format!("SD-{reference}-{}A", file.asked) }
}

/// The next step before the opinion: when, by whom, with what; none when they are done or the matter is a suggestion. A leader who
/// took the matter does the last one.
fn step(
    life: &Life,
    matter: &Matter,
    file: &File,
    page: &CasePage,
    officer: &str,
) -> Option<(DateTime<Utc>, String, Value)> {
    if matter.petition.class != "request" {
        return None;
    }
    let opinion = page.steps.iter().position(|step| step.code == "opinion").unwrap_or(page.steps.len());
    let before = &page.steps[..opinion];
    let nth = before.iter().position(|step| !step.is_done())?;
    let at = file.plan.step(file.accepted_at.unwrap_or_else(|| life.now()), nth, before.len(), &life.hours);
    let leader = matter.turn.taken_by.as_deref().filter(|_| nth + 1 == before.len());
    Some((
        at,
        leader.unwrap_or(officer).to_owned(),
        json!({ "step": before[nth].code, "note": note(&before[nth].code) }),
    ))
}

/// What an officer writes about a step.
pub(crate) fn note(step: &str) -> &'static str {
    match step {
        "earlier_handling" => "查阅前期办理材料，核对当时的依据",
        "hear_petitioner" => "当面或电话听取信访人陈述事实和理由，并请其核对记录",
        "assess_evidence" => "核实信访人提供的材料，必要时送有资质的机构鉴定",
        "visit_units" => "走访有关单位和人员，逐项核对",
        _ => "调查核实，形成记录",
    }
}

/// The opinion an officer drafts.
pub(crate) fn proposal(matter: &Matter) -> Value {
    let (petition, handling) = (&matter.petition, &matter.handling);
    // Brought to the round to be settled there: where that did not come about, the request is met in writing.
    let was_to_be_settled = handling.outcome == Outcome::SettledOnSpot;
    let outcome = if was_to_be_settled { Outcome::Supported } else { handling.outcome };
    let basis = match petition.class.as_str() {
        "suggestion" => "《信访工作条例》第三十条",
        _ => "《信访工作条例》第三十一条、第三十二条及有关行业法规",
    };
    json!({
        "outcome": outcome,
        "opinion": handling.result,
        "legal_basis": basis,
        "facts_found": format!("反映事项“{}”。经听取陈述、查阅材料和实地核实，情况已查清。", petition.title),
        "cause_found": "有关事项办理不够及时，政策解释不够到位",
        "opinion_summary": opinion_summary(outcome),
        "result_summary": handling.result,
        "hardship": handling.hardship,
    })
}

const fn opinion_summary(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Supported => "诉求合法合理，予以支持",
        Outcome::Explained => "诉求有其合理之处，依据尚不充分，已解释说明",
        Outcome::NotSupported => "诉求缺乏事实或法律依据，不予支持，已说明理由",
        Outcome::Adopted => "建议有益，予以采纳",
        Outcome::PartlyAdopted => "建议部分采纳",
        Outcome::NotAdopted => "建议暂不采纳，已说明理由",
        Outcome::SettledOnSpot
        | Outcome::Settled
        | Outcome::Pointed
        | Outcome::Declined
        | Outcome::Forwarded
        | Outcome::Withdrawn => "已答复",
    }
}

/// How a reply is delivered, by the channel the petition came in.
pub(crate) fn delivered_by(channel: &str) -> &'static str {
    match channel {
        "net" => "网上送达",
        "letter" | "fax" => "邮寄送达（挂号信）",
        "phone" => "直接送达",
        _ => "当面送达",
    }
}
