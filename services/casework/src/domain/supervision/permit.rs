//! May this actor do this in supervision, whatever the data?

use huiyin_kernel::{Actor, Role};

use super::SupervisionRefusal as No;
use crate::domain::{Case, CommandKind};

/// Refuses what no data could make right: who asks, and how the newest order stands. Accusations are refused before (REG-22).
pub(in crate::domain) fn permit(case: &Case, command: CommandKind, actor: &Actor) -> Result<(), No> {
    if command == CommandKind::AnswerSupervision {
        let order = case.open_order().ok_or(No::NoOpenOrder)?;
        is_target(actor, &order.target_unit)?;
        return if order.answer().is_some() { Err(No::AlreadyAnswered) } else { Ok(()) };
    }
    if command == CommandKind::AnswerAdvice {
        let advised = case.advised_order().ok_or(No::NoOpenAdvice)?;
        return is_target(actor, &advised.target_unit);
    }
    if command == CommandKind::ReportRectification {
        let measure = case.open_rectification().ok_or(No::NothingToRectify)?;
        return is_target(actor, &measure.unit);
    }
    is_supervisor(case, actor)?;
    if command == CommandKind::OrderSupervision {
        return case.open_order().map_or(Ok(()), |order| Err(No::OrderOpen { number: order.number.clone() }));
    }
    case.newest_order().ok_or(No::NoOrder)?;
    if matches!(command, CommandKind::ReturnSupervision | CommandKind::ConcludeSupervision) {
        let answer = case.open_order().ok_or(No::NoOpenOrder)?.answer().ok_or(No::NotAnswered)?;
        return if Some(answer.by) == actor.staff_id() { Err(No::OwnAnswer) } else { Ok(()) };
    }
    if command == CommandKind::Advise && case.advised_order().is_some() {
        return Err(No::AdviceOpen);
    }
    Ok(())
}

/// REG-50: by a supervisor or main leader whose district is the matter's or lies above it. Not of the responsible unit, as a rule.
fn is_supervisor(case: &Case, actor: &Actor) -> Result<(), No> {
    let Actor::Staff { district, .. } = actor else { return Err(No::NotSupervisor) };
    if ![Role::Supervisor, Role::MainLeader].iter().any(|role| actor.has_role(*role)) {
        return Err(No::NotSupervisor);
    }
    if district.contains(&case.facts.district) {
        Ok(())
    } else {
        Err(No::OtherDistrict { district: case.facts.district.clone() })
    }
}

fn is_target(actor: &Actor, target: &huiyin_kernel::UnitCode) -> Result<(), No> {
    if actor.unit() == Some(target) { Ok(()) } else { Err(No::NotAddressed { unit: target.clone() }) }
}
