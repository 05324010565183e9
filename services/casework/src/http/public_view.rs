//! The case as its petitioner sees it: for intake, which has checked number and query code.

use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use huiyin_authz::Sight;
use huiyin_kernel::{PetitionId, Service};
use huiyin_web::{Json, Path, Problem, ServiceCaller};
use serde::Serialize;
use utoipa::ToSchema;

use super::documents::DocumentView;
use super::evaluation_view::{EvaluationView, evaluation};
use super::parts_view::{DeferralView, deferred};
use super::review_view::{RemedyView, ReviewView, reviews};
use super::settlement_view::{AgreedView, agreed};
use super::view::{DeadlineView, deadline};
use crate::app::context::Context;
use crate::app::documents;
use crate::app::read::{is_told, life, naming};
use crate::domain::{Event, Reply, SupervisionEvent, words};
use crate::store;

/// One step of progress.
#[derive(Debug, Serialize, ToSchema)]
struct Progress {
    at: DateTime<Utc>,
    what_zh: String,
    what_en: String,
}

/// The written reply.
#[derive(Debug, Serialize, ToSchema)]
struct ReplyView {
    /// What stands before the petitioner's request: intake, which keeps that, puts it in between.
    before_request: &'static str,
    /// What stands after it.
    after_request: String,
    issued_at: DateTime<Utc>,
    unit: String,
    delivered_at: Option<DateTime<Utc>>,
    review_until: Option<NaiveDate>,
}

/// What a petitioner sees.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublicView {
    /// What happened, without names and without words of officials.
    progress: Vec<Progress>,
    /// The deadlines with their explanations.
    deadlines: Vec<DeadlineView>,
    /// Once issued.
    reply: Option<ReplyView>,
    /// The agreement that stands in place of an opinion (REG-27).
    agreed: Option<AgreedView>,
    /// What is settled later, with the day on which it is looked at again (XT-21).
    deferred: Option<DeferralView>,
    /// The documents addressed to the petitioner (文书).
    documents: Vec<DocumentView>,
    /// How the handling can be rated, and was (REG-07).
    evaluation: Option<EvaluationView>,
    /// The opinions of reviewing bodies, in order.
    reviews: Vec<ReviewView>,
    /// What can still be asked for.
    remedy: Option<RemedyView>,
}

/// The case as its petitioner sees it. Internal.
#[utoipa::path(get, path = "/internal/cases/by-petition/{petition_id}/public-view", tag = "internal",
    params(("petition_id" = Uuid, Path)), responses((status = 200, body = PublicView)))]
pub(crate) async fn show(
    State(ctx): State<Context>,
    ServiceCaller(caller): ServiceCaller,
    Path(petition_id): Path<PetitionId>,
) -> Result<Json<PublicView>, Problem> {
    if !matches!(caller, Service::Intake | Service::Portal) {
        return Err(Problem::not_found());
    }
    let mut tx = ctx.api.look_up_as(&Sight::everything()).await?;
    let case = store::cases::find_by_petition(&mut tx, petition_id).await?.ok_or_else(Problem::not_found)?;
    // Of an accusation only what intake says itself: how it is looked into is the discipline body's affair (REG-22).
    if case.is_accusation() {
        return Err(Problem::not_found());
    }
    let life = life(&mut tx, case.facts.case_id).await?;
    let naming = naming(&ctx, &mut tx, &life).await?;
    let policy = ctx.packs.of_case(&mut tx, &case.facts.policy.hash).await?;
    let mut progress: Vec<Progress> = Vec::new();
    let mut is_supervised = false;
    for moment in &life {
        let at = moment.row.occurred_at;
        if is_told(moment) {
            let (what_zh, what_en) = words(&moment.event, &naming);
            progress.push(Progress { at, what_zh, what_en });
        } else if let (false, Event::Supervision(SupervisionEvent::Answered { .. })) = (is_supervised, &moment.event) {
            // Once, and in these words: what offices write to each other is theirs.
            is_supervised = true;
            let (what_zh, what_en) =
                ("已督办，办理单位已作出反馈".to_owned(), "Supervised; the office has answered".to_owned());
            progress.push(Progress { at, what_zh, what_en });
        }
    }
    let reply = case.state.reply().map(|(reply, delivery)| ReplyView {
        before_request: Reply::BEFORE_REQUEST,
        after_request: reply.after_request(),
        issued_at: reply.issued_at,
        unit: naming.known(reply.unit.as_str()).unwrap_or(reply.unit.as_str()).to_owned(),
        delivered_at: delivery.map(|delivery| delivery.delivered_at),
        review_until: delivery.map(|delivery| delivery.review_until),
    });
    let owed_to_petitioner = case.clocks.iter().filter(|clock| !clock.kind.is_between_offices());
    Ok(Json(PublicView {
        progress,
        deadlines: owed_to_petitioner.map(deadline).collect(),
        reply,
        agreed: agreed(&case),
        deferred: deferred(&case),
        evaluation: evaluation(&case, case.evaluation_told(&policy)),
        documents: documents::for_petitioner(&life).map(|document| DocumentView::from(&document)).collect(),
        reviews: reviews(&case),
        remedy: RemedyView::of(&case),
    }))
}
