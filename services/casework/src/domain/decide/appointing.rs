//! An appointment asked for, prepared, fixed and consulted on (QD-02).

use chrono::NaiveDate;
use huiyin_calendar::local_date;
use huiyin_contracts::casework::DeadlineKind;
use huiyin_kernel::VisitId;

use super::{Decision, Given};
use crate::domain::{AppointmentEvent, AppointmentRefusal, Clock, Consultation, Event, Fixed, Material, Refusal};

impl Given<'_> {
    /// The plan's month begins.
    pub(super) fn ask_appointment(self, wish: Option<&str>) -> Result<Decision, Refusal> {
        let rule = self.policy.clocks.plan.as_ref();
        let clock = rule
            .map(|rule| Clock::start(DeadlineKind::Plan, vec![rule.to_calendar()], self.now, self.calendar))
            .transpose()?
            .map(|clock| Box::new(clock.after(self.case.clock(DeadlineKind::Plan))));
        Ok(vec![Event::Appointment(AppointmentEvent::Asked { wish: wish.map(str::to_owned), clock })])
    }

    pub(super) fn give_material(self, text: &str) -> Result<Decision, Refusal> {
        let material = Material { text: text.to_owned(), given_at: self.now, by: self.acting_staff()? };
        Ok(vec![Event::Appointment(AppointmentEvent::MaterialGiven { material })])
    }

    /// As scheduling tells it: that it happened is not refused.
    pub(super) fn fix_appointment(self, fixed: &Fixed) -> Result<Decision, Refusal> {
        let known = self.case.appointment.as_deref().and_then(|asked| asked.fixed.as_ref());
        if known == Some(fixed) {
            return Err(Refusal::NothingChanges);
        }
        Ok(vec![Event::Appointment(AppointmentEvent::Fixed { fixed: fixed.clone() })])
    }

    pub(super) fn release_appointment(self, visit_id: VisitId) -> Result<Decision, Refusal> {
        let known = self.case.appointment.as_deref().and_then(|asked| asked.fixed.as_ref());
        if known.is_none_or(|fixed| fixed.visit_id != visit_id) {
            return Err(Refusal::NothingChanges);
        }
        Ok(vec![Event::Appointment(AppointmentEvent::Released { visit_id })])
    }

    pub(super) fn record_consultation(
        self,
        held_on: NaiveDate,
        present: &str,
        agreed: &str,
    ) -> Result<Decision, Refusal> {
        let (first, today) = (local_date(self.case.facts.registered_at), local_date(self.now));
        if first.is_some_and(|first| held_on < first) || today.is_some_and(|today| held_on > today) {
            return Err(AppointmentRefusal::HeldOn.into());
        }
        let (present, agreed) = (present.to_owned(), agreed.to_owned());
        let consultation = Consultation { held_on, present, agreed, recorded_at: self.now, by: self.acting_staff()? };
        Ok(vec![Event::Appointment(AppointmentEvent::Consulted { consultation })])
    }
}
