//! The record of a visit as a form of fourteen fields (领导接访登记表; C3).

use std::sync::Arc;

use axum::extract::State;
use chrono::{DateTime, Utc};
use huiyin_authz::{Permission, Sight};
use huiyin_kernel::{Actor, PetitionId, Service, VisitId};
use huiyin_web::{CallError, Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Api;
use crate::app::{AppError, Request};
use crate::store;

/// The fourteen fields. What identifies the petitioner comes from intake at this moment, as far as the reader may see it;
/// companions stay sealed there.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Form {
    visit_id: Uuid,
    /// 接访领导
    leader: Option<String>,
    /// 接访日期
    date: DateTime<Utc>,
    /// 接访地点
    place: Option<String>,
    /// 信访人姓名
    petitioner_name: Option<String>,
    /// 性别
    gender: Option<String>,
    /// 年龄
    age: Option<u32>,
    /// 联系方式
    contact: Option<String>,
    /// 随访人姓名
    companions: Vec<String>,
    /// 户籍（居住）地址
    address: Option<String>,
    /// 陪同接待单位或人员
    attended_by: Vec<String>,
    /// 反映的主要问题和诉求
    main_problem: Option<String>,
    /// 接访领导意见
    leader_opinion: Option<String>,
    /// 办理结果
    result: Option<String>,
    /// 信访人意见
    petitioner_opinion: Option<String>,
    /// False when intake did not answer: the identity fields are then empty for that reason alone.
    identity_resolved: bool,
}

#[derive(Serialize)]
struct Resolve<'a> {
    petition_ids: [PetitionId; 1],
    actor: &'a Actor,
}

/// What intake answers, as far as the form needs it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Identity {
    name: Option<String>,
    gender: Option<String>,
    age: Option<u32>,
    phone: Option<String>,
    address: Option<String>,
    companions: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Resolved {
    petitions: Vec<Identity>,
}

/// The form of a visit.
#[utoipa::path(get, path = "/visits/{visit_id}/form", params(("visit_id" = Uuid, Path)), security(("staff" = [])),
    responses((status = 200, body = Form), (status = 404, body = Problem)))]
pub(crate) async fn show(
    State(api): State<Arc<Api>>,
    staff: StaffActor,
    Path(id): Path<VisitId>,
) -> Result<Json<Form>, Problem> {
    staff.require(Permission::RecordReception)?;
    let (session, visit) = {
        let mut tx = api.app.db.read_as(&Sight::of(&staff.0)).await.map_err(AppError::from)?;
        let visit = store::visits::read(&mut tx, id).await.map_err(AppError::from)?.ok_or_else(Problem::not_found)?;
        let session = store::sessions::read(&mut tx, &[visit.session_id]).await.map_err(AppError::from)?.pop();
        let session = session.ok_or_else(Problem::not_found)?;
        Request::on(staff.0.clone(), "read form", id).may_work_at(&mut tx, &session.plan).await?;
        (session, visit)
    };
    let asked = Resolve { petition_ids: [visit.petition_id], actor: &staff.0 };
    let answer = api.client.post::<Resolved>(Service::Intake, "/internal/petitions/resolve", &asked).await;
    let (identity, identity_resolved) = match answer {
        Ok(mut answer) => (answer.petitions.pop().unwrap_or_default(), true),
        // A form without names is still a form; refusing it would stop the reception.
        Err(CallError::Down { .. } | CallError::Unreadable { .. }) => (Identity::default(), false),
        Err(CallError::NotFound { .. } | CallError::Refused { .. }) => (Identity::default(), true),
    };
    let told = session.announced;
    let record = visit.record;
    Ok(Json(Form {
        visit_id: id.uuid(),
        leader: told.as_ref().map(|a| a.leader_name.clone()),
        date: visit.concluded_at.or(visit.arrived_at).unwrap_or(visit.expected_at),
        place: told.map(|a| a.venue.name),
        petitioner_name: identity.name,
        gender: identity.gender,
        age: identity.age,
        contact: identity.phone,
        companions: identity.companions,
        address: identity.address,
        attended_by: record.as_ref().map(|r| r.attended_by.clone()).unwrap_or_default(),
        main_problem: record.as_ref().map(|r| r.main_problem.clone()),
        leader_opinion: record.as_ref().map(|r| r.leader_opinion.clone()),
        result: record.as_ref().map(|r| r.result.clone()),
        petitioner_opinion: record.and_then(|r| r.petitioner_opinion),
        identity_resolved,
    }))
}
