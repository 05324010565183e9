//! `GET /successions`: abolished units that still hold matters, for the supervisors of their district (REG-16).

use axum::extract::State;
use huiyin_authz::{Permission, Scope, Sight};
use huiyin_web::{Json, Problem, StaffActor};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::context::Context;
use crate::store::succession::{Left, left_over};

/// An abolished unit that still holds matters (撤并单位待处理事项).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LeftView {
    /// The unit's code.
    #[schema(example = "990101-hr")]
    unit: String,
    /// Its name.
    name: String,
    /// The name of whoever carries on, once directory says who.
    successor: Option<String>,
    /// Matters that are going over, or wait for a successor to be named.
    matters: i64,
    /// Accusations that wait for a discipline body to be named (REG-22): how many, and nothing of them.
    accusations: i64,
    /// A decision is needed; without one they stay.
    needs_decision: bool,
    /// What to do, in Chinese.
    next_zh: String,
    /// What to do, in English.
    next_en: String,
}

impl From<Left> for LeftView {
    fn from(left: Left) -> Self {
        let Left { unit, name, successor, matters, accusations } = left;
        let (next_zh, next_en) = if successor.is_none() {
            (
                "请系统管理员填写承继单位；不明确的，报请本级党委、政府指定。",
                "Have the administrator name the successor, or whom the level's committee or government designates.",
            )
        } else if accusations > 0 {
            (
                "检举控告只转纪检监察机关，请系统管理员为该单位填写承接的纪检监察机关。",
                "Accusations go to discipline bodies alone; have the administrator name the one that receives them.",
            )
        } else {
            ("正在移交承继单位，无需操作。", "They are going over to the successor; nothing to do.")
        };
        let needs_decision = successor.is_none() || accusations > 0;
        let (next_zh, next_en) = (next_zh.to_owned(), next_en.to_owned());
        Self { unit, name, successor, matters, accusations, needs_decision, next_zh, next_en }
    }
}

/// Abolished units of the reader's district that still hold matters.
#[utoipa::path(get, path = "/successions", security(("staff" = [])), responses((status = 200, body = Vec<LeftView>)))]
pub(crate) async fn list(State(ctx): State<Context>, staff: StaffActor) -> Result<Json<Vec<LeftView>>, Problem> {
    staff.require(Permission::OrderSupervision)?;
    let sight = Scope::of(&staff.0);
    let Scope::District { district, .. } = &sight else { return Ok(Json(Vec::new())) };
    // Counts alone, of matters no list of the reader's shows: accusations among them.
    let mut tx = ctx.api.look_up_as(&Sight::everything()).await?;
    let left = left_over(&mut tx, district).await?;
    Ok(Json(left.into_iter().map(LeftView::from).collect()))
}
