//! Who asks, under which command id, and whether the same was asked before.

use huiyin_authz::{Permission, Sight, allowed};
use huiyin_journal::{Idempotency, IdempotencyHit, Tx};
use huiyin_kernel::{Actor, CommandId, DistrictCode};
use huiyin_web::IdempotencyKey;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::PgConnection;
use uuid::Uuid;

use super::AppError;
use crate::domain::Plan;
use crate::store;

/// A request to change something.
#[derive(Clone, Debug)]
pub struct Request {
    /// Who asks.
    pub actor: Actor,
    /// The command; cause of everything it brings about.
    pub command: CommandId,
    idempotency: Option<Idempotency>,
}

impl Request {
    /// A creating request: the same key and body get the same answer (D2).
    pub fn keyed(actor: Actor, key: &IdempotencyKey, endpoint: &str, body: &impl Serialize) -> Self {
        let scope = match actor.staff_id() {
            Some(staff) => format!("{endpoint}:{staff}"),
            None => endpoint.to_owned(),
        };
        let command = key.command_id(&scope);
        let body = serde_json::to_vec(body).unwrap_or_default();
        let idempotency = Some(Idempotency::new(scope, &command.to_string(), &body));
        Self { actor, command, idempotency }
    }

    /// A request that changes something in a given version: asked twice it is the same command, and the second time the
    /// state refuses it.
    pub fn on(actor: Actor, act: &str, id: impl Into<Uuid>) -> Self {
        let id: Uuid = id.into();
        let key = IdempotencyKey::parse(&id.to_string()).expect("a uuid is visible ASCII of 36 characters");
        Self { actor, command: key.command_id(act), idempotency: None }
    }

    /// The answer given before, if the request was carried out already.
    pub async fn replay<T: DeserializeOwned>(&self, tx: &mut Tx) -> Result<Option<T>, AppError> {
        let Some(idempotency) = &self.idempotency else { return Ok(None) };
        match idempotency.lookup(tx).await? {
            IdempotencyHit::Fresh => Ok(None),
            IdempotencyHit::Conflict => Err(AppError::KeyReused),
            IdempotencyHit::Replay { body, .. } => Ok(serde_json::from_slice(&body).ok()),
        }
    }

    /// Keeps the answer.
    pub async fn keep(&self, tx: &mut Tx, answer: &impl Serialize) -> Result<(), AppError> {
        let Some(idempotency) = &self.idempotency else { return Ok(()) };
        let body = serde_json::to_vec(answer).unwrap_or_default();
        Ok(idempotency.store(tx, 201, &body).await?)
    }

    /// What the actor may touch, for row-level security.
    pub fn sight(&self) -> Sight {
        Sight::of(&self.actor)
    }

    /// The district whose matters the actor's unit handles.
    const fn district(&self) -> Option<&DistrictCode> {
        match &self.actor {
            Actor::Staff { district, .. } => Some(district),
            Actor::Petitioner | Actor::System { .. } => None,
        }
    }

    /// Planning is for the district's own offices and those above.
    pub fn may_plan(&self, district: &DistrictCode) -> Result<(), AppError> {
        match self.district() {
            Some(own) if own.contains(district) => Ok(()),
            _ => Err(AppError::OutsideDistrict(district.clone())),
        }
    }

    /// The same for what exists already: what is not theirs does not exist for them.
    pub fn may_change(&self, district: &DistrictCode) -> Result<(), AppError> {
        self.may_plan(district).map_err(|_| AppError::NotFound)
    }

    /// Whether the actor plans the receptions of a district.
    pub fn may_plan_here(&self, district: &DistrictCode) -> bool {
        allowed(&self.actor, Permission::PlanSessions) && self.may_plan(district).is_ok()
    }

    /// Working at a session, and reading who comes to it: its leader and the leader's unit; the office that takes petitions in
    /// in its district, or in one above, which keeps the hall; and whoever plans the receptions of its district (S1, D-6). For
    /// the other units of the district there is no such session: who goes to see whom is none of their business.
    pub async fn may_work_at(&self, conn: &mut PgConnection, plan: &Plan) -> Result<(), AppError> {
        let Actor::Staff { staff_id, unit, .. } = &self.actor else { return Err(AppError::NotFound) };
        if plan.leader == Some(*staff_id) {
            return Ok(());
        }
        if self.may_plan_here(&plan.district) {
            return Ok(());
        }
        let receives = store::directory::receives(conn, unit, plan.leader, &plan.district).await?;
        if receives { Ok(()) } else { Err(AppError::NotFound) }
    }

    /// Booking: any office on the way up from or down to the session's district.
    pub fn may_book(&self, district: &DistrictCode) -> Result<(), AppError> {
        match self.district() {
            Some(own) if own.contains(district) || district.contains(own) => Ok(()),
            _ => Err(AppError::NotFound),
        }
    }
}
