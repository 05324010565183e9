//! 归档、鉴定、销毁 (WH-15, A11).

use axum::extract::State;
use axum::response::Response;
use huiyin_kernel::CaseId;
use huiyin_policy::rules::Term;
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::fields::{Fields, LINE, PARAGRAPH};
use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::Done;
use crate::app::archive::{appraise as appraised, archive as archived, destroy as destroyed};
use crate::app::context::Context;
use crate::domain::{CommandKind, Finding, MOST_YEARS};

/// Archives the file of a closed matter; refused with everything that is missing.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ArchiveBody {
    /// The number of the receipt of delivery (送达回证), where it was not recorded with the delivery.
    receipt: Option<String>,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Archives the file of a closed matter, by the petition office; refused with everything that is missing.
#[utoipa::path(post, path = "/cases/{case_id}/archive", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = ArchiveBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn archive(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<ArchiveBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::Archive, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let receipt = fields.maybe("receipt", body.receipt.as_deref(), LINE);
    fields.done()?;
    Ok(answer(archived(&ctx, &request, receipt).await?))
}

/// Looks once more at a file whose time is over: its destruction is proposed, or it is kept on.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AppraiseFileBody {
    /// What the appraisal found.
    finding: FindingWord,
    /// For how many years from the end of its time it is kept on; absent when for ever, and with `destroy`.
    #[schema(minimum = 1, maximum = 100)]
    years: Option<u32>,
    /// Why.
    reason: String,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// What an appraisal found (鉴定意见).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FindingWord {
    /// Nothing in it is needed any more: a second person decides.
    Destroy,
    /// It is kept on.
    KeepOn,
}

/// Looks once more at a file whose time is over (鉴定): its destruction is proposed to a second person, or it is kept on.
#[utoipa::path(post, path = "/cases/{case_id}/appraise-file", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)),
    security(("staff" = [])), request_body = AppraiseFileBody,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn appraise_file(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<AppraiseFileBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::AppraiseFile, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let reason = fields.text("reason", &body.reason, PARAGRAPH);
    fields.done()?;
    let finding = match (body.finding, body.years) {
        (FindingWord::Destroy, None) => Finding::Destroy,
        (FindingWord::KeepOn, None) => Finding::KeepOn(Term::Permanent),
        (FindingWord::KeepOn, Some(years)) if (1..=MOST_YEARS).contains(&years) => Finding::KeepOn(Term::Years(years)),
        (_, Some(_)) => {
            let zh = format!("继续保管的年数应为1至{MOST_YEARS}；建议销毁的不填");
            let en = format!("is 1 to {MOST_YEARS} years for a file that is kept on, and nothing else");
            return Err(Problem::field("years", zh, en, "10"));
        }
    };
    Ok(answer(appraised(&ctx, &request, finding, reason).await?))
}

/// Agrees that a file be destroyed.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DestroyFileBody {
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Agrees to the destruction that another person proposed (批准销毁): what the file held is taken out of the tables with this answer, and the
/// petition's personal data and the records of its visits follow.
#[utoipa::path(post, path = "/cases/{case_id}/destroy-file", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)),
    security(("staff" = [])), request_body = DestroyFileBody,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn destroy_file(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<DestroyFileBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::DestroyFile, case_id, key, body.expected_version, &body)?;
    Ok(answer(destroyed(&ctx, &request).await?))
}
