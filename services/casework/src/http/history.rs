//! The history of a case, which is its journal.

use axum::extract::State;
use chrono::{DateTime, Utc};
use huiyin_authz::{Permission, Sight, role_name};
use huiyin_kernel::{Actor, CaseId};
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::context::Context;
use crate::app::read::{life, naming};
use crate::domain::{Naming, words};
use crate::store;

/// Who did it, as the journal keeps it.
#[derive(Debug, Serialize, ToSchema)]
struct Who {
    /// `staff`, `petitioner` or `system`.
    kind: &'static str,
    staff_id: Option<Uuid>,
    name: Option<String>,
    unit: Option<String>,
    unit_name: Option<String>,
    /// In which roles, in Chinese.
    roles_zh: Vec<&'static str>,
    /// The service, when it acted by rule.
    service: Option<String>,
}

/// One entry.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Entry {
    version: i64,
    event_id: Uuid,
    at: DateTime<Utc>,
    event: &'static str,
    what_zh: String,
    what_en: String,
    who: Who,
    /// The entry's whole content.
    #[schema(value_type = Object)]
    detail: serde_json::Value,
}

fn who(actor: &Actor, naming: &Naming) -> Who {
    let nobody = Who {
        kind: "petitioner",
        staff_id: None,
        name: None,
        unit: None,
        unit_name: None,
        roles_zh: Vec::new(),
        service: None,
    };
    match actor {
        Actor::Petitioner => nobody,
        Actor::System { service } => Who { kind: "system", service: Some(service.to_string()), ..nobody },
        Actor::Staff { staff_id, unit, roles, .. } => Who {
            kind: "staff",
            staff_id: Some(staff_id.uuid()),
            name: naming.known(&staff_id.to_string()).map(str::to_owned),
            unit: Some(unit.to_string()),
            unit_name: naming.known(unit.as_str()).map(str::to_owned),
            roles_zh: roles.iter().map(|role| role_name(*role).0).collect(),
            service: None,
        },
    }
}

/// What happened, who did it, and when; oldest first.
#[utoipa::path(get, path = "/cases/{case_id}/history", params(("case_id" = Uuid, Path)), security(("staff" = [])),
    responses((status = 200, body = Vec<Entry>)))]
pub(crate) async fn list(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
) -> Result<Json<Vec<Entry>>, Problem> {
    staff.require(Permission::ReadCase)?;
    let mut tx = ctx.api.look_up_as(&Sight::of(&staff.0)).await?;
    if !store::worklist::is_visible(&mut tx, case_id, &staff.0).await? {
        return Err(Problem::not_found());
    }
    let life = life(&mut tx, case_id).await?;
    let naming = naming(&ctx, &mut tx, &life).await?;
    let entries = life.iter().map(|moment| {
        let (what_zh, what_en) = words(&moment.event, &naming);
        Entry {
            version: moment.row.version,
            event_id: moment.row.event_id,
            at: moment.row.occurred_at,
            event: moment.event.name(),
            what_zh,
            what_en,
            who: who(&moment.row.actor.0, &naming),
            detail: serde_json::to_value(&moment.event).unwrap_or_default(),
        }
    });
    Ok(Json(entries.collect()))
}
