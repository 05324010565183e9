//! What happened to an appointment, and what it changes.

use chrono::{DateTime, Utc};
use huiyin_contracts::EventType;
use huiyin_contracts::casework::{self, DeadlineKind};
use huiyin_kernel::VisitId;
use serde::{Deserialize, Serialize};

use super::{Appointment, Consultation, Fixed, Material};
use crate::domain::wording::{day, plain};
use crate::domain::{Case, Clock};

/// One journal entry of an appointment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum AppointmentEvent {
    /// Asked for.
    Asked {
        /// What the petitioner wishes, as told at the counter.
        wish: Option<String>,
        /// The clock of the plan, where the pack has one.
        clock: Option<Box<Clock>>,
    },
    /// The unit gave its material, for the first time or anew.
    MaterialGiven {
        /// What.
        material: Material,
    },
    /// Time and place are fixed.
    Fixed {
        /// When and where.
        fixed: Fixed,
    },
    /// The turn was given back; time and place are open again.
    Released {
        /// Which turn.
        visit_id: VisitId,
    },
    /// Those concerned consulted together.
    Consulted {
        /// What came of it.
        consultation: Consultation,
    },
}

impl AppointmentEvent {
    /// Its name in the journal.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Asked { .. } => "appointment_asked",
            Self::MaterialGiven { .. } => "material_given",
            Self::Fixed { .. } => "appointment_fixed",
            Self::Released { .. } => "appointment_released",
            Self::Consulted { .. } => "consulted",
        }
    }

    /// The published type.
    pub const fn public_type(&self) -> EventType {
        match self {
            Self::Asked { .. } => casework::APPOINTMENT_ASKED,
            Self::MaterialGiven { .. } => casework::MATERIAL_GIVEN,
            Self::Fixed { .. } | Self::Released { .. } => casework::APPOINTMENT_FIXED,
            Self::Consulted { .. } => casework::CONSULTED,
        }
    }
}

impl Case {
    /// Carries it out; total, as [`Case::apply`] is.
    pub(in crate::domain) fn appoint(&mut self, event: &AppointmentEvent, at: DateTime<Utc>) {
        match event {
            AppointmentEvent::Asked { wish, clock } => {
                let wish = wish.clone();
                self.appointment = Some(Box::new(Appointment { asked_at: at, wish, material: None, fixed: None }));
                if let Some(clock) = clock {
                    self.set_clock(clock);
                }
            }
            AppointmentEvent::MaterialGiven { material } => {
                if let Some(asked) = &mut self.appointment {
                    asked.material = Some(material.clone());
                }
            }
            AppointmentEvent::Fixed { fixed } => {
                if let Some(asked) = &mut self.appointment {
                    asked.fixed = Some(fixed.clone());
                }
            }
            AppointmentEvent::Released { visit_id } => {
                if let Some(asked) = &mut self.appointment {
                    asked.fixed.take_if(|fixed| fixed.visit_id == *visit_id);
                }
            }
            AppointmentEvent::Consulted { consultation } => self.consultation = Some(Box::new(consultation.clone())),
        }
    }

    /// With the answer to the matter there is nothing left to plan.
    pub(in crate::domain) fn drop_plan(&mut self) {
        use crate::domain::StateKind::{Closed, Delivered, Replied};
        if matches!(self.state.kind(), Replied | Delivered | Closed) {
            self.lift(DeadlineKind::Plan);
        }
    }
}

/// What happened, in Chinese and in English, without its words.
pub(in crate::domain) fn words(event: &AppointmentEvent) -> (String, String) {
    match event {
        AppointmentEvent::Asked { clock, .. } => clock.as_ref().map_or_else(
            || plain("已申请约访", "An appointment was asked for"),
            |clock| {
                let last = clock.deadline.last_day;
                (
                    format!("已申请约访，最迟{}形成化解方案", day(last)),
                    format!("An appointment was asked for; a plan by {last}"),
                )
            },
        ),
        AppointmentEvent::MaterialGiven { .. } => plain("属地单位已准备材料", "The unit has given its material"),
        AppointmentEvent::Fixed { fixed } => {
            let on = crate::domain::wording::local_day(fixed.at);
            (
                format!("约访时间地点已确定：{}，{}", day(on), fixed.place),
                format!("Time and place are fixed: {on}, {}", fixed.place),
            )
        }
        AppointmentEvent::Released { .. } => plain("约访时间地点已取消，另行确定", "Time and place are open again"),
        AppointmentEvent::Consulted { consultation } => (
            format!("已于{}协商会办", day(consultation.held_on)),
            format!("Consulted together on {}", consultation.held_on),
        ),
    }
}
