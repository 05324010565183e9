//! Turns planned messages into rows: addressees become people, and an empty role becomes an alarm.

use huiyin_journal::Tx;
use huiyin_kernel::{CaseId, DistrictCode, PetitionId, StaffId, UnitCode};
use uuid::Uuid;

use super::context::Context;
use crate::domain::attempt::GIVE_UP_AFTER;
use crate::domain::message::{Addressee, GATHERING, Planned};
use crate::store::{alarms, gathering, messages, recipients};

/// What the messages are about.
pub(crate) struct About<'a> {
    pub(crate) event: Uuid,
    pub(crate) district: &'a DistrictCode,
    pub(crate) petition: Option<PetitionId>,
    pub(crate) case: Option<CaseId>,
}

/// Writes what was planned, in the transaction of the event. Doing it twice writes it once.
pub(crate) async fn write_messages(
    ctx: &Context,
    tx: &mut Tx,
    about: &About<'_>,
    planned: Vec<Planned>,
) -> Result<(), sqlx::Error> {
    let now = ctx.clock.now();
    let mut ids = ctx.ids.for_cause(about.event);
    let (mut rows, mut gathered) = (Vec::new(), Vec::new());
    for plan in planned {
        for staff_id in people(tx, about, &plan, now).await? {
            let to = if plan.is_gathered { &mut gathered } else { &mut rows };
            to.extend(plan.channels.iter().map(|channel| messages::New {
                message_id: ids.next(now),
                template: plan.template,
                staff_id,
                petition_id: about.petition.filter(|_| !plan.is_gathered),
                channel: *channel,
                district: about.district.clone(),
                about_event: about.event,
                case_id: about.case.filter(|_| !plan.is_gathered),
                data: plan.data.clone(),
            }));
        }
    }
    let trace = huiyin_telemetry::traceparent();
    for message in gathered {
        if !gathering::join(tx, &message, now, ctx.infra.now()).await? {
            let first = ctx.infra.now() + GATHERING;
            messages::write(tx, &[message], now, first, GIVE_UP_AFTER, trace.as_deref()).await?;
        }
    }
    if rows.is_empty() {
        return Ok(());
    }
    messages::write(tx, &rows, now, ctx.infra.now(), GIVE_UP_AFTER, trace.as_deref()).await?;
    tx.wake_after_commit(&ctx.due);
    Ok(())
}

/// The people behind an addressee; `None` stands for the petitioner.
async fn people(
    tx: &mut Tx,
    about: &About<'_>,
    plan: &Planned,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Vec<Option<StaffId>>, sqlx::Error> {
    let (found, role, unit): (_, _, Option<&UnitCode>) = match &plan.addressee {
        Addressee::Petitioner => return Ok(vec![None]),
        Addressee::Staff(id) => return Ok(vec![Some(*id)]),
        Addressee::RoleInUnit(role, unit) => (recipients::with_role_in_unit(tx, *role, unit).await?, role, Some(unit)),
        Addressee::RoleInDistrict(role) => (recipients::with_role_around(tx, *role, about.district).await?, role, None),
    };
    if found.is_empty() {
        let detail = format!("{}: nobody holds the role {role:?}", plan.template.name());
        let alarm = alarms::New {
            kind: alarms::Kind::NobodyInRole,
            district: about.district,
            unit,
            message: None,
            petition: about.petition,
            detail: &detail,
        };
        alarms::raise(tx, alarm, now).await?;
    }
    Ok(found.into_iter().map(Some).collect())
}
