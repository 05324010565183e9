//! The commands: one file each. Here alone transactions are opened; no rule is decided here.

mod competent;
mod error;
mod facts;
mod publication;
mod request;

pub mod book;
pub mod calendar_import;
pub mod cancel_session;
pub mod close_session;
pub mod conclude_visit;
pub(crate) mod destroy_records;
pub mod documents;
pub mod draft_round;
pub mod draft_session;
pub mod drafts;
pub mod give_back;
pub mod keep_venue;
pub mod matters;
pub mod publish_round;
pub mod publish_sessions;
pub mod quotas;
pub mod register_visit;
pub mod relocate_session;
pub mod replan_session;
pub mod substitute;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use huiyin_calendar::Calendar;
use huiyin_journal::Db;
use huiyin_kernel::{BusinessClock, CommandId, DistrictCode, IdSequence, Ids};
use huiyin_policy::PackLibrary;
use huiyin_policy::rules::{AppointmentStep, PublishedField};

pub use competent::{Guidance, GuidancePlace};
pub use error::AppError;
pub use request::Request;

use crate::domain::plan::Field;
use crate::domain::{Appointments, LowerOpinion, Scheme};

/// What every command needs.
#[derive(Clone, Debug)]
pub struct App {
    /// The API's login.
    pub db: Db,
    /// Business time.
    pub clock: BusinessClock,
    /// Ids.
    pub ids: Ids,
    /// Working days.
    pub calendar: Arc<Calendar>,
    /// Policy packs.
    pub packs: Arc<PackLibrary>,
}

impl App {
    /// The business time and the ids of one command.
    pub(crate) fn begin(&self, command: CommandId) -> (DateTime<Utc>, IdSequence) {
        (self.clock.now(), self.ids.for_cause(command.uuid()))
    }

    /// The scheme of a policy pack.
    pub fn scheme(&self, district: &DistrictCode, pack: Option<&str>) -> Result<Scheme, AppError> {
        let unknown = || AppError::DistrictUnknown(district.clone());
        let policy = self.packs.resolve(pack.ok_or_else(unknown)?).map_err(|_| unknown())?;
        let rules = &policy.scheduling;
        Ok(Scheme {
            nonworkday_allowed: rules.nonworkday_allowed.value,
            shift: rules.shift.to_calendar(),
            nonworkday: rules.shift.nonworkday,
            fields: rules.publication.fields.iter().map(|f| field(*f)).collect(),
            kinds: rules.kinds.allowed.clone(),
            field_visit_away_from_hall: rules.field_visit_away_from_hall.value,
            round_covers_every_street: rules.round_covers_every_street.value,
            names_matters: rules.names_matters.as_ref().map(|rule| rule.kinds.clone()).unwrap_or_default(),
            lower_opinion: match &rules.lower_opinion_first {
                Some(rule) if rule.value && rule.is_in_principle() => LowerOpinion::AskedInPrinciple,
                Some(rule) if rule.value => LowerOpinion::Asked,
                Some(_) | None => LowerOpinion::NotAsked,
            },
            appointments: match &rules.appointment_steps {
                Some(rule) if rule.before(AppointmentStep::TimeAndPlace).contains(&AppointmentStep::Material) => {
                    Appointments::AfterMaterial
                }
                Some(_) | None => Appointments::AtOnce,
            },
        })
    }
}

const fn field(field: PublishedField) -> Field {
    match field {
        PublishedField::Name => Field::Name,
        PublishedField::Post => Field::Post,
        PublishedField::Portfolio => Field::Portfolio,
        PublishedField::Time => Field::Time,
        PublishedField::Place => Field::Place,
        PublishedField::Form => Field::Form,
    }
}
