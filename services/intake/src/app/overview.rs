use std::time::Duration;

use axum::http::Method;
use chrono::{DateTime, NaiveDate, Utc};
use huiyin_contracts::{casework::CaseSnapshot, intake::PetitionClass};
use huiyin_kernel::{PetitionId, Service};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Access, Context, Failure, admit};
use crate::{
    domain::{CaseStanding, ProgressLine, Refusal, progress},
    store,
    vault::{PETITION, SUPPLEMENT},
};

/// How long another service may take before the answer goes out without it.
const PATIENCE: Duration = Duration::from_secs(2);

/// A deadline of the matter, as the petitioner sees it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DeadlineLine {
    /// `acceptance`, `handling`, `review` or `reexamination`.
    pub kind: String,
    /// When the time began.
    #[serde(default)]
    pub started_at: Option<DateTime<Utc>>,
    /// The last day on which it is met in time.
    pub last_day: NaiveDate,
    /// `running`, `met`, `met_late`, `overdue`, `lifted`.
    pub state: String,
    /// The day may move when the next year's calendar is published.
    #[serde(default)]
    pub provisional: bool,
    /// How the day was counted, in Chinese.
    pub explanation_zh: String,
    /// How the day was counted, in English.
    #[serde(default)]
    pub explanation_en: String,
}

/// A document that the petitioner can have (文书).
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DocumentLine {
    /// What to ask for.
    pub kind: String,
    /// Its title in Chinese.
    pub title_zh: String,
    /// Its title in English.
    pub title_en: String,
    /// 文号
    pub number: String,
    /// The day it bears.
    pub issued_on: NaiveDate,
}

/// What the petitioner added.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Added {
    /// When.
    pub at: DateTime<Utc>,
    /// `addition`, `review` (why a review was asked for), `evaluation` or `appointment` (what is wished of one).
    pub purpose: &'static str,
    /// What.
    pub text: String,
}

/// What a petitioner sees of the petition.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Overview {
    /// 信访编号
    pub number: String,
    /// One of the three classes.
    pub class: String,
    /// Topic code.
    pub topic: String,
    /// 热点类别
    pub topic_zh: String,
    /// 标题
    pub title: String,
    /// Where the matter is.
    pub district: String,
    /// `registered` or `withdrawn`.
    pub petition_state: String,
    /// Where the matter stands, a word for programs: the case's state, or `registered` before there is a case.
    pub state: String,
    /// The same in Chinese.
    pub state_zh: String,
    /// The same in English.
    pub state_en: String,
    /// When it was registered.
    pub registered_at: DateTime<Utc>,
    /// What has happened.
    pub progress: Vec<ProgressLine>,
    /// What must happen by when.
    pub deadlines: Vec<DeadlineLine>,
    /// The written reply, once issued.
    pub reply: Option<IssuedReply>,
    /// The agreement that stands in place of an opinion (REG-27).
    pub agreed: Option<Agreed>,
    /// What is settled later, and when it is looked at again (XT-21).
    pub deferred: Option<Deferred>,
    /// The written reply and the notices, as they can be had as PDF.
    pub documents: Vec<DocumentLine>,
    /// The opinions of reviewing bodies (复查意见书, 复核意见书), in order.
    pub reviews: Vec<IssuedReview>,
    /// What can still be asked for; absent while nothing can.
    pub remedy: Option<RemedyLine>,
    /// What the petitioner added.
    pub supplements: Vec<Added>,
    /// How the handling can be rated, and was; absent while there is nothing to rate.
    pub evaluation: Option<EvaluationLine>,
    /// A review or re-examination can be asked for.
    pub may_ask_review: bool,
    /// An appointment with a leader (QD-02): `may_be_asked`, `asked`, or `none` where there is no such thing, or not now.
    pub appointment: &'static str,
    /// It can be withdrawn.
    pub may_withdraw: bool,
    /// It can be added to.
    pub may_amend: bool,
    /// A withdrawal can be taken back until then.
    pub may_restore_until: Option<DateTime<Utc>>,
    /// Messages to the petitioner.
    #[schema(value_type = Vec<Object>)]
    pub inbox: Vec<serde_json::Value>,
    /// Parts that could not be fetched just now, in Chinese; empty when all is here.
    pub missing_zh: Vec<String>,
    /// The same in English.
    pub missing_en: Vec<String>,
}

/// The written reply (信访处理意见书), whole.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct IssuedReply {
    /// The document.
    pub text: String,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// The unit whose seal it bears.
    pub unit: String,
    /// When it reached the petitioner.
    pub delivered_at: Option<DateTime<Utc>>,
    /// The last day on which a review can be asked for.
    pub review_until: Option<NaiveDate>,
}

/// The opinion of a reviewing body, whole.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct IssuedReview {
    /// 复查 or 复核.
    pub level_zh: String,
    /// Its conclusion.
    pub result_zh: String,
    /// The document.
    pub text: String,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// When it reached the petitioner.
    pub delivered_at: Option<DateTime<Utc>>,
    /// The last day on which a re-examination can be asked for.
    pub next_until: Option<NaiveDate>,
}

/// What is settled later (适时解决), and when it is looked at again.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Deferred {
    /// Which conditions lack.
    pub reason: String,
    /// When it is looked at again.
    pub look_again_on: NaiveDate,
    /// When it was settled.
    pub settled_on: Option<NaiveDate>,
    /// How.
    pub note: Option<String>,
}

/// An agreement by mediation or settlement (调解、和解协议): its days.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Agreed {
    /// 调解 or 和解.
    pub kind_zh: String,
    /// The day of the agreement.
    pub agreed_on: NaiveDate,
    /// What it lays down, by its days.
    pub duties: Vec<AgreedDuty>,
}

/// The days of a duty.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AgreedDuty {
    /// Until when.
    pub due_on: NaiveDate,
    /// When it was done.
    pub done_on: Option<NaiveDate>,
}

/// How the handling can be rated, and was (满意度评价; REG-07).
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct EvaluationLine {
    /// The last day to rate.
    pub until: NaiveDate,
    /// `satisfied`, `basically_satisfied`, `dissatisfied`: those there are to choose from.
    pub scale: Vec<String>,
    /// A rating can be changed until then.
    pub may_change: bool,
    /// Of the petition office (信访部门), once rated.
    pub office: Option<String>,
    /// Of the body that answered (责任单位), once rated.
    pub unit: Option<String>,
    /// `not_carried_out` or `not_received`: what was disputed last.
    pub dispute: Option<String>,
    /// The office is being called to account (督办).
    pub is_supervised: bool,
}

/// The remedy that is open.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RemedyLine {
    /// `review`, `reexamination`, or `none` once the matter has been re-examined (REG-43).
    pub level: String,
    /// 复查 or 复核; empty with `none`.
    pub level_zh: String,
    /// The last day; later only for good cause.
    pub until: Option<NaiveDate>,
}

/// The same as casework tells it: without the petitioner's own words, which intake alone keeps.
#[derive(Debug, Deserialize)]
struct ReplyParts {
    before_request: String,
    after_request: String,
    issued_at: DateTime<Utc>,
    unit: String,
    delivered_at: Option<DateTime<Utc>>,
    review_until: Option<NaiveDate>,
}

impl ReplyParts {
    fn whole(self, request: &str) -> IssuedReply {
        let Self { before_request, after_request, issued_at, unit, delivered_at, review_until } = self;
        IssuedReply {
            text: format!("{before_request}{request}{after_request}"),
            issued_at,
            unit,
            delivered_at,
            review_until,
        }
    }
}

/// What casework tells a petitioner.
#[derive(Debug, Default, Deserialize)]
struct PublicView {
    #[serde(default)]
    progress: Vec<ProgressLine>,
    #[serde(default)]
    deadlines: Vec<DeadlineLine>,
    #[serde(default)]
    reply: Option<ReplyParts>,
    #[serde(default)]
    agreed: Option<Agreed>,
    #[serde(default)]
    deferred: Option<Deferred>,
    #[serde(default)]
    documents: Vec<DocumentLine>,
    #[serde(default)]
    evaluation: Option<EvaluationLine>,
    #[serde(default)]
    reviews: Vec<IssuedReview>,
    #[serde(default)]
    remedy: Option<RemedyLine>,
}

/// What notification keeps for a petitioner.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Inbox {
    Items { items: Vec<serde_json::Value> },
    Plain(Vec<serde_json::Value>),
}

/// The petition as its petitioner sees it. What other services know is fetched while they answer; when one does not, the
/// answer says so and gives what is known here.
pub async fn overview(context: &Context, access: &Access) -> Result<Overview, Failure> {
    let known = context.known().await?;
    let mut tx = context.api.look_up().await?;
    let stored = admit(context, &mut tx, access).await?;
    let snapshot = &stored.petition.snapshot;
    let id = snapshot.petition_id;
    let case = store::case_status::find(&mut tx, id).await?;
    let supplements = store::supplement::list(&mut tx, id).await?;
    drop(tx);
    let wrapped = stored.wrapped_key.as_deref().ok_or(Failure::Unknown)?;
    let fields = context.vault.fields(id, &snapshot.district, stored.key_id, wrapped)?;
    let title = fields.open(PETITION, "title", &stored.text.title)?.as_str().to_owned();
    let added: Result<Vec<Added>, Failure> = supplements
        .into_iter()
        .map(|one| {
            Ok(Added {
                at: one.added_at,
                purpose: one.purpose.name(),
                text: fields.open(SUPPLEMENT, "text", &one.text)?.as_str().to_owned(),
            })
        })
        .collect();
    let (state_zh, state_en, own_progress) = progress(snapshot, case.as_ref());
    // Of an accusation only the standing is told: how it is looked into is the discipline body's affair (REG-22).
    let shown = case.as_ref().filter(|_| snapshot.class != PetitionClass::Accusation);
    let (view, inbox) = tokio::join!(public_view(context, shown), inbox(context, id));
    let standing = CaseStanding::of(case.as_ref());
    let (mut missing_zh, mut missing_en) = (Vec::new(), Vec::new());
    if view.is_none() && shown.is_some() {
        missing_zh.push("办理进度的详细内容暂时无法读取，以下为已知情况，请稍后再查。".to_owned());
        missing_en.push(
            "Details of handling cannot be read just now; this is what is known. Please look again later.".to_owned(),
        );
    }
    if inbox.is_none() {
        missing_zh.push("通知暂时无法读取，请稍后再查。".to_owned());
        missing_en.push("Messages cannot be read just now. Please look again later.".to_owned());
    }
    let topic_zh = known.topics.iter().find(|topic| topic.code.as_str() == snapshot.topic).map(|t| t.name_zh.clone());
    let (progress, reply, view) = if let Some(mut view) = view {
        // What happened before there was a case is intake's to tell.
        let before = own_progress.into_iter().filter(|line| line.at <= snapshot.registered_at);
        let request = fields.open(PETITION, "request", &stored.text.request)?;
        let reply = view.reply.take().map(|reply| reply.whole(&request));
        (before.chain(std::mem::take(&mut view.progress)).collect(), reply, view)
    } else {
        let deadlines = shown.into_iter().flat_map(known_deadlines).collect();
        (own_progress, None, PublicView { deadlines, ..PublicView::default() })
    };
    let state = case.as_ref().map_or_else(|| word(snapshot.state), |case| word(case.state));
    Ok(Overview {
        number: snapshot.number.to_string(),
        class: word(snapshot.class),
        topic: snapshot.topic.clone(),
        topic_zh: topic_zh.unwrap_or_else(|| snapshot.topic.clone()),
        title,
        district: snapshot.district.to_string(),
        petition_state: word(snapshot.state),
        state: if snapshot.restorable_until.is_some() { word(snapshot.state) } else { state },
        state_zh: state_zh.to_owned(),
        state_en: state_en.to_owned(),
        registered_at: snapshot.registered_at,
        progress,
        deadlines: view.deadlines,
        reply,
        documents: view.documents,
        may_ask_review: stored.petition.ask_review(case.as_ref()).is_ok()
            && view.remedy.as_ref().is_none_or(|remedy| remedy.level != "none"),
        appointment: match stored.petition.ask_appointment(case.as_ref()) {
            Ok(()) => "may_be_asked",
            Err(Refusal::AppointmentAsked) => "asked",
            Err(_) => "none",
        },
        evaluation: view.evaluation,
        agreed: view.agreed,
        deferred: view.deferred,
        reviews: view.reviews,
        remedy: view.remedy,
        supplements: added?,
        may_withdraw: snapshot.restorable_until.is_none() && stored.petition.withdraw(standing).is_ok(),
        may_amend: stored.petition.amend(standing).is_ok(),
        may_restore_until: snapshot.restorable_until.filter(|_| stored.petition.restore(context.clock.now()).is_ok()),
        inbox: inbox.unwrap_or_default(),
        missing_zh,
        missing_en,
    })
}

fn word<T: Serialize>(value: T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

async fn public_view(context: &Context, case: Option<&CaseSnapshot>) -> Option<PublicView> {
    let case = case?;
    let path = format!("/internal/cases/by-petition/{}/public-view", case.petition_id);
    context
        .http
        .call(Method::GET, Service::Casework, &path)
        .deadline(PATIENCE)
        .read()
        .await
        .inspect_err(|error| tracing::warn!(%error, "a petitioner is answered without casework"))
        .ok()
}

async fn inbox(context: &Context, id: PetitionId) -> Option<Vec<serde_json::Value>> {
    let path = format!("/internal/inbox/petition/{id}");
    let read = context.http.call(Method::GET, Service::Notification, &path).deadline(PATIENCE).read::<Inbox>().await;
    match read {
        Ok(Inbox::Items { items } | Inbox::Plain(items)) => Some(items),
        Err(error) => {
            tracing::warn!(%error, "a petitioner is answered without notification");
            None
        }
    }
}

/// What the office owes the petitioner; what offices owe each other (督办) is theirs.
fn known_deadlines(case: &CaseSnapshot) -> Vec<DeadlineLine> {
    let to_petitioner = case.deadlines.iter().filter(|deadline| !deadline.kind.is_between_offices());
    let lines = to_petitioner.map(|deadline| DeadlineLine {
        kind: word(deadline.kind),
        started_at: None,
        last_day: deadline.last_day,
        state: word(deadline.state),
        provisional: deadline.provisional,
        explanation_zh: "计算说明暂时无法读取".to_owned(),
        explanation_en: "the reckoning cannot be read just now".to_owned(),
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// REG-50: with casework away, too, the petitioner sees no date of supervision.
    #[test]
    fn dates_between_offices_are_not_the_petitioners() {
        let golden = include_str!("../../../../shared/contracts/tests/golden/CaseSnapshot.v1.supervised.json");
        let case: CaseSnapshot = serde_json::from_str(golden).expect("the golden body decodes");
        assert_eq!(case.deadlines.len(), 2);
        let shown: Vec<String> = known_deadlines(&case).into_iter().map(|line| line.kind).collect();
        assert_eq!(shown, ["handling"]);
    }
}
