//! What casework hears: petitions step by step, visits step by step, the directory's newest snapshots.

use std::sync::Arc;

use async_trait::async_trait;
use huiyin_contracts::directory::{DISTRICT_CHANGED, STAFF_CHANGED, UNIT_CHANGED};
use huiyin_contracts::intake::{AMENDED, APPOINTMENT_ASKED, EVALUATED, REGISTERED, RESTORED, REVIEW_ASKED, WITHDRAWN};
use huiyin_contracts::scheduling::{VISIT_BOOKED, VISIT_CANCELLED, VISIT_CONCLUDED};
use huiyin_contracts::{Audience, EventType};
use huiyin_journal::{Consumer, HandleError, Handler, Mode, Received, Tx, traceparent};
use huiyin_kernel::Service;
use tracing::Instrument as _;

use crate::app::context::Context;
use crate::app::open_case::{Registered, open_cases};
use crate::app::petition_changed::{PetitionersAct, petition_changed};
use crate::app::receive::receive;
use crate::app::turn::turn_changed;
use crate::store::directory;
use crate::store::early_visits::EarlyVisit;

/// What this service listens to.
pub(crate) fn consumers(ctx: &Context) -> Vec<Consumer> {
    let consumer = |name, owner, mode, handler| Consumer { name, owner, audience: Audience::Public, mode, handler };
    vec![
        consumer(
            "casework__directory",
            Service::Directory,
            Mode::Snapshot,
            Arc::new(FromDirectory) as Arc<dyn Handler>,
        ),
        consumer("casework__intake", Service::Intake, Mode::Stepwise, Arc::new(FromIntake(ctx.clone()))),
        consumer("casework__scheduling", Service::Scheduling, Mode::Stepwise, Arc::new(FromScheduling(ctx.clone()))),
    ]
}

fn is(event: &Received, wanted: EventType) -> bool {
    event.envelope.type_name == wanted.type_name()
}

/// Districts, units and staff.
#[derive(Debug)]
pub(crate) struct FromDirectory;

#[async_trait]
impl Handler for FromDirectory {
    async fn handle(&self, tx: &mut Tx, event: &Received) -> Result<(), HandleError> {
        if is(event, DISTRICT_CHANGED) {
            directory::keep_district(tx, &event.decode()?).await?;
        } else if is(event, UNIT_CHANGED) {
            directory::keep_unit(tx, &event.decode()?).await?;
        } else if is(event, STAFF_CHANGED) {
            directory::keep_staff(tx, &event.decode()?).await?;
        }
        Ok(())
    }
}

/// Petitions.
#[derive(Debug)]
pub(crate) struct FromIntake(pub(crate) Context);

#[async_trait]
impl Handler for FromIntake {
    async fn handle(&self, tx: &mut Tx, event: &Received) -> Result<(), HandleError> {
        self.handle_batch(tx, std::slice::from_ref(event)).await
    }

    /// New cases together: a petition's registration comes before anything else that is told of it.
    async fn handle_batch(&self, tx: &mut Tx, events: &[Received]) -> Result<(), HandleError> {
        let (registered, others): (Vec<_>, Vec<_>) = events.iter().partition(|event| is(event, REGISTERED));
        let mut opening = Vec::with_capacity(registered.len());
        // Open for as long as the batch takes: every event's trace shows when it took effect here.
        let mut spans = Vec::with_capacity(registered.len());
        for event in registered {
            let span = event.span();
            let trace = span.in_scope(traceparent);
            opening.push(Registered { petition: event.decode()?, cause: event.envelope.event_id.uuid(), trace });
            spans.push(span);
        }
        if !opening.is_empty() {
            open_cases(&self.0, tx, &opening).await?;
        }
        drop(spans);
        for event in others {
            self.changed(tx, event).instrument(event.span()).await?;
        }
        Ok(())
    }
}

impl FromIntake {
    async fn changed(&self, tx: &mut Tx, event: &Received) -> Result<(), HandleError> {
        let act = if is(event, AMENDED) {
            PetitionersAct::Amended
        } else if is(event, WITHDRAWN) {
            PetitionersAct::Withdrew
        } else if is(event, RESTORED) {
            PetitionersAct::Restored
        } else if is(event, REVIEW_ASKED) {
            PetitionersAct::AskedReview
        } else if is(event, APPOINTMENT_ASKED) {
            PetitionersAct::AskedAppointment
        } else if is(event, EVALUATED) {
            PetitionersAct::Evaluated
        } else {
            return Ok(());
        };
        let (at, cause) = (event.envelope.occurred_at, event.envelope.event_id.uuid());
        petition_changed(&self.0, tx, &event.decode()?, act, at, cause).await
    }
}

/// Visits.
#[derive(Debug)]
pub(crate) struct FromScheduling(pub(crate) Context);

#[async_trait]
impl Handler for FromScheduling {
    async fn handle(&self, tx: &mut Tx, event: &Received) -> Result<(), HandleError> {
        if is(event, VISIT_BOOKED) || is(event, VISIT_CANCELLED) {
            let (at, cause) = (event.envelope.occurred_at, event.envelope.event_id.uuid());
            return turn_changed(&self.0, tx, &event.decode()?, at, cause).await;
        }
        if !is(event, VISIT_CONCLUDED) {
            return Ok(());
        }
        let early = EarlyVisit {
            visit: event.decode()?,
            occurred_at: event.envelope.occurred_at,
            cause: event.envelope.event_id.uuid(),
        };
        receive(&self.0, tx, &early).await
    }
}
