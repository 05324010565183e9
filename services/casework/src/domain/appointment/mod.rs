//! An appointment with a leader (精准约访; QD-02): the petitioner applies, the unit that answers for the matter gives its material, time and place
//! are fixed, those concerned consult together, and within a month of the application there is a plan. The pack says which of these steps
//! there are; none comes before the one before it. Who comes without applying is received as ever (QD-03).

mod event;
mod refusal;

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_contracts::casework::AppointmentSnapshot;
use huiyin_kernel::{Actor, SessionId, StaffId, VisitId};
use huiyin_policy::Policy;
use huiyin_policy::rules::{AppointmentStep, Step, StepCommand};
use serde::{Deserialize, Serialize};

use super::{Case, CommandKind, Refusal, StateKind};

pub use event::AppointmentEvent;
pub(super) use event::words;
pub use refusal::AppointmentRefusal;

/// An application and what followed on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// What the petitioner wishes, as told at the counter.
    pub wish: Option<String>,
    /// What the unit prepared, the newest.
    pub material: Option<Material>,
    /// Time and place.
    pub fixed: Option<Fixed>,
}

/// The material of the unit that answers for the matter. Its words are those of officials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Material {
    /// The matter, how it was handled before, the unit's view.
    pub text: String,
    /// When.
    pub given_at: DateTime<Utc>,
    /// By whom.
    pub by: StaffId,
}

/// When and where the petitioner is expected, as scheduling told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fixed {
    /// The turn.
    pub visit_id: VisitId,
    /// Its session.
    pub session_id: SessionId,
    /// When.
    pub at: DateTime<Utc>,
    /// Where.
    pub place: String,
}

/// Those concerned consulted together (协商会办). Its words are those of officials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consultation {
    /// On which day.
    pub held_on: NaiveDate,
    /// Which units and persons of offices took part.
    pub present: String,
    /// What they agreed on.
    pub agreed: String,
    /// When that was recorded.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub by: StaffId,
}

impl Case {
    /// The application under way: no plan was laid down since.
    pub fn open_appointment(&self) -> Option<&Appointment> {
        let planned = |asked: &&Appointment| self.plan.as_deref().is_some_and(|plan| plan.set_at >= asked.asked_at);
        self.appointment.as_deref().filter(|asked| !planned(asked))
    }

    fn appointment_step_done(&self, asked: &Appointment, step: AppointmentStep) -> bool {
        match step {
            AppointmentStep::Material => asked.material.is_some(),
            AppointmentStep::TimeAndPlace => asked.fixed.is_some(),
            AppointmentStep::Consultation => {
                self.consultation.as_deref().is_some_and(|held| held.recorded_at >= asked.asked_at)
            }
            AppointmentStep::Plan => self.plan.as_deref().is_some_and(|plan| plan.set_at >= asked.asked_at),
        }
    }

    /// The steps of the application under way, each with whether it is done; none where nobody applied.
    pub fn appointment_steps(&self, policy: &Policy) -> Vec<(AppointmentStep, bool)> {
        let (Some(asked), Some(rule)) = (self.appointment.as_deref(), &policy.scheduling.appointment_steps) else {
            return Vec::new();
        };
        rule.order.iter().map(|step| (*step, self.appointment_step_done(asked, *step))).collect()
    }

    /// May the petitioner ask for an appointment now?
    pub fn may_ask_appointment(&self, policy: &Policy) -> bool {
        super::permit(self, CommandKind::AskAppointment, policy, &Actor::Petitioner).is_ok()
    }

    /// As others are told.
    pub(super) fn appointment_told(&self) -> Option<AppointmentSnapshot> {
        self.appointment.as_deref().map(|asked| AppointmentSnapshot {
            asked_at: asked.asked_at,
            open: self.open_appointment().is_some() && self.state.kind().takes(CommandKind::GiveMaterial),
            has_material: asked.material.is_some(),
            fixed_for: asked.fixed.as_ref().map(|fixed| fixed.at),
        })
    }

    /// Is the step, which has a command of its own, done?
    pub(super) fn done_by_command(&self, step: &Step) -> bool {
        match step.command {
            None => false,
            Some(StepCommand::Consultation) => self.consultation.is_some(),
            Some(StepCommand::Plan) => self.plan.is_some(),
        }
    }

    /// Do the steps of handling ask for a consultation that was not held yet?
    pub fn asks_for_consultation(&self, policy: &Policy) -> bool {
        let consults = |step: &&Step| step.command == Some(StepCommand::Consultation) && self.is_asked(step);
        self.consultation.is_none() && policy.gates.steps.all().any(|step| consults(&step))
    }

    /// Refuses what no data could make right: no such rule here, nobody applied, a step that comes too early, somebody else's to do.
    pub(super) fn appointment_allows(
        &self,
        command: CommandKind,
        policy: &Policy,
        actor: &Actor,
    ) -> Result<(), Refusal> {
        use AppointmentRefusal as No;
        let rule = policy.scheduling.appointment_steps.as_ref();
        let of_unit = || {
            let leads = actor.staff_id().is_some() && actor.staff_id() == self.leader;
            let may = leads || actor.unit() == Some(&self.responsible_unit);
            may.then_some(()).ok_or_else(|| Refusal::NotResponsible { unit: self.responsible_unit.clone() })
        };
        match command {
            CommandKind::AskAppointment => {
                let registered = actor.unit().is_some() && actor.unit() == self.facts.registered_by.as_ref();
                if !registered && *actor != Actor::Petitioner {
                    of_unit()?;
                }
                rule.ok_or(No::NoneHere)?;
                if self.open_appointment().is_some() { Err(No::AskedAlready.into()) } else { Ok(()) }
            }
            CommandKind::GiveMaterial => {
                of_unit()?;
                self.open_appointment().map(drop).ok_or_else(|| No::NotAsked.into())
            }
            CommandKind::FixAppointment | CommandKind::ReleaseAppointment => {
                if matches!(actor, Actor::Staff { .. }) {
                    return Err(Refusal::ByRuleOnly { command });
                }
                self.open_appointment().map(drop).ok_or_else(|| No::NotAsked.into())
            }
            CommandKind::RecordConsultation => {
                of_unit()?;
                self.in_turn(AppointmentStep::Consultation, StepCommand::Consultation, policy)?
                    .ok_or_else(|| No::NotAsked.into())
            }
            CommandKind::SetPlan => self.in_turn(AppointmentStep::Plan, StepCommand::Plan, policy).map(drop),
            _ => Ok(()),
        }
    }

    /// With an application under way its steps before are done; without one the steps of handling before, where handling asks for it (JD-09).
    /// None when neither asks for it.
    fn in_turn(&self, step: AppointmentStep, command: StepCommand, policy: &Policy) -> Result<Option<()>, Refusal> {
        let rule = policy.scheduling.appointment_steps.as_ref();
        if let (Some(asked), Some(rule)) = (self.open_appointment(), rule) {
            let before = rule.before(step).iter().copied();
            let missing: Vec<_> = before.filter(|step| !self.appointment_step_done(asked, *step)).collect();
            let none_missing = missing.is_empty();
            return none_missing.then_some(Some(())).ok_or_else(|| AppointmentRefusal::Missing { missing }.into());
        }
        let of_handling = policy.gates.steps.all().find(|known| known.command == Some(command) && self.is_asked(known));
        of_handling.map(|known| self.steps_before(known, policy)).transpose()
    }
}

impl StateKind {
    /// An appointment is asked for, prepared and held until the matter is answered.
    pub(super) const fn takes_of_appointment(self) -> bool {
        matches!(
            self,
            Self::Received | Self::Accepted | Self::Assigned | Self::Investigating | Self::Proposed | Self::Approved
        )
    }
}

impl CommandKind {
    /// Of an appointment: beside the road.
    pub const fn is_appointment(self) -> bool {
        matches!(
            self,
            Self::AskAppointment
                | Self::GiveMaterial
                | Self::FixAppointment
                | Self::ReleaseAppointment
                | Self::RecordConsultation
        )
    }
}
