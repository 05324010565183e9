//! `GET /quotas`: what leaders owe in a period and how far they are.

use std::sync::Arc;

use axum::extract::State;
use chrono::NaiveDate;
use huiyin_authz::{Permission, Sight};
use huiyin_kernel::Actor;
use huiyin_policy::rules::{Measure, QuotaPeriod};
use huiyin_web::{Json, Problem, Query, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::Api;
use crate::app::{self, quotas::Reckoned};

/// In which periods.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct QuotasQuery {
    /// A day of the periods asked for; today when absent.
    #[serde(default)]
    day: Option<NaiveDate>,
}

/// A duty of a group of leaders (接访、下访、化解的最低次数).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuotaView {
    /// Its code in the pack.
    code: String,
    /// Whose, in Chinese.
    group: String,
    /// `sessions`, `days` or `resolved`.
    #[schema(value_type = String)]
    measure: Measure,
    /// `month`, `quarter`, `half_year` or `year`.
    #[schema(value_type = String)]
    per: QuotaPeriod,
    /// What each owes.
    least: u32,
    /// Where that is laid down.
    source: String,
    /// The period.
    first_day: NaiveDate,
    /// Its last day, included.
    last_day: NaiveDate,
    /// Each leader of the group, by name.
    leaders: Vec<StandingView>,
}

/// How far a leader is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StandingView {
    staff_id: Uuid,
    name: String,
    post: Option<String>,
    done: usize,
    /// Still owed in the period.
    owes: usize,
}

/// The quotas of the asker's district (SZ-02, HB-04, HB-05): duties of leaders, of nobody who petitions.
#[utoipa::path(get, path = "/quotas", params(QuotasQuery), security(("staff" = [])), responses((status = 200, body = Vec<QuotaView>)))]
pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    staff: StaffActor,
    Query(query): Query<QuotasQuery>,
) -> Result<Json<Vec<QuotaView>>, Problem> {
    if staff.require(Permission::OrderSupervision).is_err() {
        staff.require(Permission::PlanSessions)?;
    }
    let Actor::Staff { district, .. } = &staff.0 else { return Err(Problem::not_found()) };
    let reckoned = app::quotas::reckon(&api.app, &Sight::of(&staff.0), district, query.day).await?;
    Ok(Json(reckoned.into_iter().map(view).collect()))
}

fn view(quota: Reckoned) -> QuotaView {
    let Reckoned { code, rule, span, standings } = quota;
    let leaders = standings.into_iter().map(|standing| StandingView {
        staff_id: standing.member.staff_id.uuid(),
        name: standing.member.name,
        post: standing.member.post,
        done: standing.done,
        owes: standing.owes,
    });
    QuotaView {
        code,
        group: rule.zh.clone(),
        measure: rule.measure,
        per: rule.per,
        least: rule.least,
        source: rule.source().to_owned(),
        first_day: span.first,
        last_day: span.last,
        leaders: leaders.collect(),
    }
}
