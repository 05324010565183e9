//! 登记调解、和解协议 (REG-27).

use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use huiyin_contracts::casework::SettlementKind;
use huiyin_kernel::{CaseId, StaffId};
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::fields::{DOCUMENT, Fields, PARAGRAPH};
use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::Done;
use crate::app::context::Context;
use crate::app::settle as app;
use crate::domain::CommandKind;

/// The most duties one agreement is recorded with.
const MOST_DUTIES: usize = 20;

/// Records an agreement by mediation (调解) or settlement (和解), in place of an opinion.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettlementBody {
    /// `mediation` or `settlement`.
    #[schema(value_type = String, example = "mediation")]
    kind: SettlementKind,
    /// The day of the agreement; not in the future.
    agreed_on: NaiveDate,
    /// What the dispute was, as found.
    facts_found: String,
    /// What was agreed on, in the words of the office.
    terms: String,
    /// What offices and the other party have to do until when; nothing of the petitioner's.
    #[serde(default)]
    duties: Vec<DutyBody>,
    /// Who signed for the responsible unit: its head or main leader.
    #[schema(value_type = Uuid)]
    signed_by: StaffId,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// A duty of the agreement.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DutyBody {
    /// What is to be done.
    text: String,
    /// Until when, that day included.
    due_on: NaiveDate,
}

/// Records an agreement by mediation (调解) or settlement (和解); the case can then be answered with it.
#[utoipa::path(post, path = "/cases/{case_id}/settlement", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = SettlementBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn settlement(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<SettlementBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::RecordSettlement, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let facts_found = fields.text("facts_found", &body.facts_found, DOCUMENT);
    let terms = fields.text("terms", &body.terms, DOCUMENT);
    fields.at_most("duties", body.duties.len(), MOST_DUTIES);
    let duties = body.duties.iter().enumerate().take(MOST_DUTIES);
    let duties = duties.map(|(n, duty)| (fields.text(&format!("duties.{n}.text"), &duty.text, PARAGRAPH), duty.due_on));
    let duties = duties.collect();
    fields.done()?;
    let settle = app::Agreed { kind: body.kind, agreed_on: body.agreed_on, facts_found, terms, duties };
    Ok(answer(Box::pin(app::settle(&ctx, &request, settle, body.signed_by)).await?))
}
