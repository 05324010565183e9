//! Reading cases and their history.

use huiyin_authz::Sight;
use huiyin_journal::{DbError, HistoryRow, history};
use huiyin_kernel::{Actor, CaseId, Service};
use sqlx::PgConnection;

use super::context::Context;
use super::error::Failure;
use crate::domain::{Case, Event, Naming, RoutingEvent, public_type, words};
use crate::store;

/// A case the actor may see.
pub(crate) async fn visible(ctx: &Context, actor: &Actor, case_id: CaseId) -> Result<Case, Failure> {
    let mut tx = ctx.api.look_up_as(&Sight::of(actor)).await?;
    if !store::worklist::is_visible(&mut tx, case_id, actor).await? {
        return Err(Failure::NotFound);
    }
    store::cases::find(&mut tx, case_id).await?.ok_or(Failure::NotFound)
}

/// What happened to a case after a version, in Chinese and in English.
pub(crate) async fn since(
    conn: &mut PgConnection,
    case_id: CaseId,
    version: i64,
) -> Result<Vec<(String, String)>, Failure> {
    let rows = history(conn, Service::Casework, case_id.uuid()).await?;
    let later = rows.iter().filter(|row| row.version > version);
    Ok(later
        .filter_map(|row| serde_json::from_slice::<Event>(&row.body).ok())
        .map(|event| words(&event, &Naming::default()))
        .collect())
}

/// A journal entry of a case, with the case as it stood right after it.
pub(crate) struct Moment {
    /// The journal row.
    pub(crate) row: HistoryRow,
    /// What happened.
    pub(crate) event: Event,
    /// The case right after it.
    pub(crate) case: Case,
}

/// The whole life of a case, read back from its journal.
pub(crate) async fn life(conn: &mut PgConnection, case_id: CaseId) -> Result<Vec<Moment>, Failure> {
    let rows = history(conn, Service::Casework, case_id.uuid()).await?;
    let mut life: Vec<Moment> = Vec::with_capacity(rows.len());
    for row in rows {
        let event: Event = serde_json::from_slice(&row.body)
            .map_err(|error| DbError::Unreadable(format!("journal entry {}: {error}", row.version)))?;
        let case = match (life.last(), &event) {
            (Some(before), event) => before.case.clone().apply(event, row.occurred_at),
            (None, Event::Opened(opened)) => Case::opened(opened),
            (None, _) => return Err(DbError::Unreadable("a journal that begins in the middle".to_owned()).into()),
        };
        life.push(Moment { row, event, case });
    }
    Ok(life)
}

/// Is this told to the petitioner? What goes on inside the office (drafts, approvals, reminders) or between offices is not, nor how an accusation is
/// looked into.
pub(crate) fn is_told(moment: &Moment) -> bool {
    use Event::{
        Approved, DueSoon, Objected, ObjectionAnswered, Proposed, Recused, Returned, ReviewProposed, ReviewReturned,
        StepWaived,
    };
    let event = &moment.event;
    public_type(event).is_some()
        && !matches!(
            event,
            Proposed { .. }
                | Returned { .. }
                | Approved
                | DueSoon { .. }
                | ReviewProposed { .. }
                | ReviewReturned { .. }
                | Objected { .. }
                | ObjectionAnswered { agreed: false, .. }
                | StepWaived { .. }
                | Recused { .. }
        )
        && !is_between_offices(event)
        && !moment.case.is_accusation()
}

/// Supervision, and the deadlines that go with it.
fn is_between_offices(event: &Event) -> bool {
    if let Event::Overdue { kind } = event {
        kind.is_between_offices()
    } else if let Event::DeadlineMoved { clock, .. } = event {
        clock.kind.is_between_offices()
    } else {
        // Who handles the matter in the end, the petitioner hears (REG-12).
        let is_routing = match event {
            Event::Routing(RoutingEvent::CompetenceDecided { .. }) => false,
            Event::Routing(RoutingEvent::Succeeded { succeeded }) => !succeeded.is_for_petitioner(),
            event => matches!(event, Event::Routing(_)),
        };
        is_routing || matches!(event, Event::Supervision(_) | Event::Part(_) | Event::Library(_))
    }
}

/// Names for the codes of a life: units and persons as the directory tells them, steps as the case's pack calls them.
pub(crate) async fn naming(ctx: &Context, conn: &mut PgConnection, life: &[Moment]) -> Result<Naming, Failure> {
    let Some(newest) = life.last() else { return Ok(Naming::default()) };
    let actors = || life.iter().map(|moment| &moment.row.actor.0);
    let mut units: Vec<String> = actors().filter_map(|actor| actor.unit().map(ToString::to_string)).collect();
    // Units through whose hands the case went, whether or not their people acted, and leaders who were given it by rule.
    let hands = life.iter().flat_map(|moment| {
        let units = moment.case.units().into_iter().map(|(unit, _)| unit);
        units.chain([moment.case.acting_unit()])
    });
    units.extend(hands.map(ToString::to_string));
    units.sort();
    units.dedup();
    let leaders = life.iter().filter_map(|moment| moment.case.leader);
    let persons = actors().filter_map(Actor::staff_id).chain(leaders);
    let persons: Vec<uuid::Uuid> = persons.map(uuid::Uuid::from).collect();
    let policy = ctx.packs.of_case(conn, &newest.case.facts.policy.hash).await?;
    let names = store::directory::names(conn, &units, &persons).await?;
    Ok(Naming::new(names, &policy))
}
