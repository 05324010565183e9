//! Adds a member of staff.

use huiyin_authz::{Permission, Sight};
use huiyin_journal::{Idempotency, IdempotencyHit, record};
use huiyin_kernel::{Actor, CommandId, DistrictCode, Role, StaffId, UnitCode};

use super::{Context, Error, context::authorise};
use crate::domain::{Login, Refusal, Staff};
use crate::events::outgoing::{Act, staff_changed};
use crate::store;

/// Whom to add.
#[derive(Clone, Debug)]
pub struct NewStaff {
    /// What they sign in with, once a password is set.
    pub login: Login,
    /// Name.
    pub name: String,
    /// Unit.
    pub unit: UnitCode,
    /// Roles.
    pub roles: Vec<Role>,
    /// 职务
    pub post: Option<String>,
    /// 分管工作
    pub portfolio: Vec<String>,
    /// 包片
    pub areas: Vec<DistrictCode>,
    /// Office e-mail address.
    pub office_email: Option<String>,
}

/// Adds a member of staff. The same command again gives the same id.
pub async fn add_staff(
    context: &Context,
    actor: &Actor,
    command: CommandId,
    idempotency: &Idempotency,
    new: NewStaff,
) -> Result<StaffId, Error> {
    let act = Act { actor: actor.clone(), cause: command.uuid(), at: context.clock.now() };
    let mut ids = context.ids_of(&act);
    let NewStaff { login, name, unit, roles, post, portfolio, areas, office_email } = new;
    let (staff_id, active) = (ids.next(act.at), true);
    let staff = Staff { staff_id, login, name, unit, roles, post, portfolio, areas, office_email, active };
    let staff = staff.checked()?;
    let mut tx = context.db.begin_as(&Sight::of(actor)).await?;
    match idempotency.lookup(&mut tx).await? {
        IdempotencyHit::Fresh => {}
        IdempotencyHit::Replay { body, .. } => {
            let id = std::str::from_utf8(&body).ok().and_then(|text| text.parse().ok());
            return id.ok_or(Error::KeyReused);
        }
        IdempotencyHit::Conflict => return Err(Error::KeyReused),
    }
    let unit = store::units::lock(&mut tx, &staff.unit).await?.filter(|kept| kept.value.active);
    let unit = unit.ok_or_else(|| Refusal::NoUnit(staff.unit.clone()))?.value;
    authorise(actor, Permission::ManageStaff, &unit.district)?;
    staff.answers_within(&unit.district)?;
    if store::staff::save(&mut tx, &[(1, staff.clone())]).await? == 0 {
        return Err(Refusal::LoginTaken.into());
    }
    record(&mut tx, vec![staff_changed(&act, 0, &staff, &unit.district, &mut ids)]).await?;
    idempotency.store(&mut tx, 201, staff.staff_id.to_string().as_bytes()).await?;
    tx.commit().await?;
    Ok(staff.staff_id)
}
