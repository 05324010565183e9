//! What other services tell, one handler per owner and audience.

use std::sync::Arc;

use async_trait::async_trait;
use huiyin_calendar::deadline_or_provisional;
use huiyin_contracts::casework::{CallSnapshot, CaseSnapshot};
use huiyin_contracts::directory::{DISTRICT_CHANGED, STAFF_CHANGED, UNIT_CHANGED};
use huiyin_contracts::intake::{CONTACT, ContactSealed, ERASED, PetitionSnapshot, REGISTERED, WITHDRAWN};
use huiyin_contracts::scheduling::{
    SESSION_CANCELLED, SESSION_CHANGED, SESSION_PUBLISHED, SessionSnapshot, VISIT_BOOKED, VisitSnapshot,
};
use huiyin_contracts::{AggregateKind, Audience};
use huiyin_journal::{Consumer, HandleError, Handler, Mode, Received, Tx};
use huiyin_kernel::Service;
use serde_json::json;

use crate::app::context::Context;
use crate::app::write_messages::{About, write_messages};
use crate::domain::message::Planned;
use crate::domain::template::Template;
use crate::domain::{calling, plan, supervising, wording};
use crate::store::{erasure, names, projections};

/// The consumers of this service.
pub(crate) fn consumers(ctx: &Context) -> Vec<Consumer> {
    let consumer = |name, owner, audience, mode, handler| Consumer { name, owner, audience, mode, handler };
    let ctx = || ctx.clone();
    vec![
        consumer(
            "notification__directory",
            Service::Directory,
            Audience::Public,
            Mode::Snapshot,
            Arc::new(FromDirectory) as Arc<dyn Handler>,
        ),
        consumer(
            "notification__intake",
            Service::Intake,
            Audience::Public,
            Mode::Stepwise,
            Arc::new(FromIntake(ctx())),
        ),
        consumer(
            "notification__intake_private",
            Service::Intake,
            Audience::Private,
            Mode::Snapshot,
            Arc::new(FromContacts(ctx())),
        ),
        consumer(
            "notification__casework",
            Service::Casework,
            Audience::Public,
            Mode::Stepwise,
            Arc::new(FromCasework(ctx())),
        ),
        consumer(
            "notification__scheduling",
            Service::Scheduling,
            Audience::Public,
            Mode::Stepwise,
            Arc::new(FromScheduling(ctx())),
        ),
    ]
}

/// Who is who.
struct FromDirectory;

#[async_trait]
impl Handler for FromDirectory {
    async fn handle(&self, tx: &mut Tx, event: &Received) -> Result<(), HandleError> {
        let name = &event.envelope.type_name;
        if *name == STAFF_CHANGED.type_name() {
            projections::save_staff(tx, &event.decode()?).await?;
        } else if *name == UNIT_CHANGED.type_name() {
            projections::save_unit(tx, &event.decode()?).await?;
        } else if *name == DISTRICT_CHANGED.type_name() {
            projections::save_district(tx, &event.decode()?).await?;
        }
        Ok(())
    }
}

/// Petitions.
struct FromIntake(Context);

#[async_trait]
impl Handler for FromIntake {
    async fn handle(&self, tx: &mut Tx, event: &Received) -> Result<(), HandleError> {
        if event.envelope.aggregate_kind != AggregateKind::Petition {
            return Ok(());
        }
        let petition: PetitionSnapshot = event.decode()?;
        projections::save_petition(tx, &petition).await?;
        tx.wake_after_commit(&self.0.due);
        let name = &event.envelope.type_name;
        if *name == ERASED.type_name() {
            erasure::heard(tx, petition.petition_id, self.0.infra.now()).await?;
            tx.wake_after_commit(&self.0.erased);
            return Ok(());
        }
        let planned = if *name == REGISTERED.type_name() {
            let notice = deadline_or_provisional(petition.registered_at, &self.0.notice, &self.0.calendar)
                .map_err(|error| HandleError::Park { reason: error.to_string() })?;
            plan::petition_registered(&petition, notice.last_day)
        } else if *name == WITHDRAWN.type_name() {
            let until = petition
                .restorable_until
                .map(|at| wording::day(at.with_timezone(&huiyin_kernel::CITY_ZONE).date_naive()));
            vec![Planned::petitioner(
                Template::CaseWithdrawn,
                json!({ "number": petition.number, "reopen_until": until }),
            )]
        } else {
            return Ok(());
        };
        let about = About {
            event: event.envelope.event_id.uuid(),
            district: &petition.district,
            petition: Some(petition.petition_id),
            case: None,
        };
        Ok(write_messages(&self.0, tx, &about, planned).await?)
    }
}

/// How petitioners can be reached, sealed.
struct FromContacts(Context);

#[async_trait]
impl Handler for FromContacts {
    async fn handle(&self, tx: &mut Tx, event: &Received) -> Result<(), HandleError> {
        if event.envelope.type_name == CONTACT.type_name() {
            let contact: ContactSealed = event.decode()?;
            let district = &event.envelope.district;
            projections::save_contact(tx, contact.petition_id, contact.key_id, district, &contact.sealed).await?;
            // What waited for it is due.
            tx.wake_after_commit(&self.0.due);
        }
        Ok(())
    }
}

/// Cases, and calls for matters fit for leaders.
struct FromCasework(Context);

impl FromCasework {
    async fn call(&self, tx: &mut Tx, event: &Received) -> Result<(), HandleError> {
        let call: CallSnapshot = event.decode()?;
        let names = names::load(tx, &[&call.asked_by], &[], &[]).await?;
        let about =
            About { event: event.envelope.event_id.uuid(), district: &call.district, petition: None, case: None };
        let planned = calling::call_event(&event.envelope.type_name, &call, &names);
        Ok(write_messages(&self.0, tx, &about, planned).await?)
    }
}

#[async_trait]
impl Handler for FromCasework {
    async fn handle(&self, tx: &mut Tx, event: &Received) -> Result<(), HandleError> {
        if event.envelope.aggregate_kind == AggregateKind::Call {
            return self.call(tx, event).await;
        }
        if event.envelope.aggregate_kind != AggregateKind::Case {
            return Ok(());
        }
        let case: CaseSnapshot = event.decode()?;
        let staff: Vec<_> = case.leader.into_iter().collect();
        let reviewing = case.review.as_ref().and_then(|review| review.unit.as_ref());
        let sent = case.transfer.iter().flat_map(|sent| [&sent.from, &sent.to]);
        let others = reviewing.into_iter().chain(supervising::addressed(&case)).chain(sent);
        let units: Vec<_> = others.chain([&case.responsible_unit]).collect();
        let names = names::load(tx, &units, &[&case.district], &staff).await?;
        let about = About {
            event: event.envelope.event_id.uuid(),
            district: &case.district,
            petition: Some(case.petition_id),
            case: Some(case.case_id),
        };
        let planned = plan::case_event(&event.envelope.type_name, &case, &names);
        Ok(write_messages(&self.0, tx, &about, planned).await?)
    }
}

/// Receptions.
struct FromScheduling(Context);

impl FromScheduling {
    async fn visit(&self, tx: &mut Tx, event: &Received) -> Result<(), HandleError> {
        let visit: VisitSnapshot = event.decode()?;
        projections::save_visit(tx, &visit).await?;
        if event.envelope.type_name != VISIT_BOOKED.type_name() {
            return Ok(());
        }
        let number = projections::number(tx, visit.petition_id).await?;
        // Nothing is promised across aggregates: the registration may still be under way.
        let number = number.ok_or_else(|| HandleError::Retry("the petition is not known yet".into()))?;
        let competent: Vec<_> = visit.competent.iter().map(|competent| &competent.unit).collect();
        let names = names::load(tx, &competent, &[], &[visit.leader]).await?;
        let about = About {
            event: event.envelope.event_id.uuid(),
            district: &visit.district,
            petition: Some(visit.petition_id),
            case: None,
        };
        Ok(write_messages(&self.0, tx, &about, plan::visit_booked(&visit, &number, &names)).await?)
    }

    async fn session(&self, tx: &mut Tx, event: &Received) -> Result<(), HandleError> {
        let session: SessionSnapshot = event.decode()?;
        let event_id = event.envelope.event_id.uuid();
        let name = &event.envelope.type_name;
        let to_leader = About { event: event_id, district: &session.district, petition: None, case: None };
        if *name == SESSION_PUBLISHED.type_name() {
            return Ok(write_messages(&self.0, tx, &to_leader, plan::session_published(&session)).await?);
        }
        let template = if *name == SESSION_CHANGED.type_name() {
            write_messages(&self.0, tx, &to_leader, plan::session_published(&session)).await?;
            Template::SessionChanged
        } else if *name == SESSION_CANCELLED.type_name() {
            Template::SessionCancelled
        } else {
            return Ok(());
        };
        for expected in projections::expected_at(tx, session.session_id).await? {
            let number = expected.number.unwrap_or_default();
            let about = About { petition: Some(expected.petition_id), ..to_leader };
            write_messages(&self.0, tx, &about, vec![plan::session_told(template, &session, &number)]).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Handler for FromScheduling {
    async fn handle(&self, tx: &mut Tx, event: &Received) -> Result<(), HandleError> {
        let kind = event.envelope.aggregate_kind;
        if kind == AggregateKind::Visit {
            self.visit(tx, event).await
        } else if kind == AggregateKind::Session {
            self.session(tx, event).await
        } else {
            Ok(())
        }
    }
}
