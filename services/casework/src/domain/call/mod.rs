//! Calls for matters fit for leaders (征集案件通知; SZ-13): each quarter that the pack names, every business platform (业务平台) of the petition office
//! asks units for such matters and says by which day it awaits their reply. A unit replies once, with matters of its own or with none and why;
//! who has not is told once before the day. Replies are tracked, never ranked, and nobody who petitions is counted (DOMAIN part D).

mod event;
mod refusal;

use std::collections::BTreeSet;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use huiyin_calendar::start_of_day;
use huiyin_contracts::casework::{CallReply, CallSnapshot, CalledUnit, Quarter};
use huiyin_kernel::{Actor, CallId, CaseId, DistrictCode, StaffId, UnitCode};
use huiyin_policy::rules::{CaseCalls, Platform};
use serde::{Deserialize, Serialize};

pub use event::CallEvent;
pub use refusal::CallRefusal;

/// The kind of the timer that tells those who have not replied.
pub const CALL_REMINDER: &str = "call_reminder";
/// People are reminded when they come to work.
const MORNING: TimeDelta = TimeDelta::hours(9);

/// A call as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Which.
    pub call_id: CallId,
    /// The journal version.
    pub version: i64,
    /// What was asked.
    pub raised: Raised,
    /// When.
    pub raised_at: DateTime<Utc>,
    /// The replies, in the order in which they came.
    pub replies: Vec<UnitReply>,
    /// When those who had not replied were told.
    pub reminded_at: Option<DateTime<Utc>>,
}

/// What is asked, by whom, of whom and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raised {
    /// Whose library it is for.
    pub district: DistrictCode,
    /// For which quarter.
    pub quarter: Quarter,
    /// The platform's code in the pack.
    pub platform: String,
    /// Its name in Chinese.
    pub platform_name: String,
    /// The petition office.
    pub asked_by: UnitCode,
    /// Who there.
    pub by: StaffId,
    /// The last day for a reply, that day included.
    pub reply_by: NaiveDate,
    /// When who has not replied is told.
    pub remind_at: DateTime<Utc>,
    /// The units asked.
    pub units: BTreeSet<UnitCode>,
}

/// A unit's reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitReply {
    /// The unit.
    pub unit: UnitCode,
    /// What it said.
    pub answer: ReplyAnswer,
    /// Who there.
    pub by: StaffId,
    /// When.
    pub at: DateTime<Utc>,
}

/// What a unit said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "says", rename_all = "snake_case")]
pub enum ReplyAnswer {
    /// These are fit; they stand in the library.
    Matters {
        /// Which.
        cases: Vec<CaseId>,
    },
    /// None.
    Nothing {
        /// Why.
        reason: String,
    },
}

impl ReplyAnswer {
    /// As others are told.
    pub const fn told(&self) -> CallReply {
        match self {
            Self::Matters { .. } => CallReply::Matters,
            Self::Nothing { .. } => CallReply::Nothing,
        }
    }
}

/// The petition office of a district and what its pack says of calls.
#[derive(Clone, Copy, Debug)]
pub struct Office<'a> {
    /// The district.
    pub district: &'a DistrictCode,
    /// Its petition office.
    pub unit: &'a UnitCode,
    /// The rule; none where the place has no such rule.
    pub rule: Option<&'a CaseCalls>,
}

impl<'a> Office<'a> {
    /// The platforms from which a call is due in the quarter of `today` and not raised yet.
    pub fn due(&self, today: NaiveDate, raised: &BTreeSet<String>) -> Vec<&'a Platform> {
        let due = |rule: &&CaseCalls| Quarter::of(today).is_some_and(|quarter| rule.due_in(quarter.nth()));
        let platforms = self.rule.filter(due).map(|rule| rule.platforms.iter()).into_iter().flatten();
        platforms.filter(|platform| !raised.contains(&platform.code)).collect()
    }

    /// Raises the call of a platform for the quarter of `today`. That each platform calls once in a quarter is the store's to keep.
    pub fn raise(
        &self,
        platform: &str,
        units: BTreeSet<UnitCode>,
        actor: &Actor,
        today: NaiveDate,
    ) -> Result<CallEvent, CallRefusal> {
        use CallRefusal as No;
        let rule = self.rule.ok_or(No::NoRule)?;
        let by = actor.staff_id().filter(|_| actor.unit() == Some(self.unit));
        let by = by.ok_or_else(|| No::NotTheOffice { office: self.unit.clone() })?;
        let quarter = Quarter::of(today).filter(|quarter| rule.due_in(quarter.nth()));
        let quarter = quarter.ok_or_else(|| No::NotDue { quarters: rule.quarters.clone() })?;
        let platform = rule.platform(platform).ok_or_else(|| No::UnknownPlatform {
            known: rule.platforms.iter().map(|known| (known.code.clone(), known.zh.clone())).collect(),
        })?;
        if units.is_empty() {
            return Err(No::NobodyAsked);
        }
        let day = |days: u32| today.checked_add_days(Days::new(days.into()));
        let reply_by = day(rule.reply_days).ok_or(No::NoRule)?;
        let remind_on = day(rule.reply_days - rule.reminder_days.min(rule.reply_days)).ok_or(No::NoRule)?;
        let remind_at = start_of_day(remind_on).ok_or(No::NoRule)? + MORNING;
        Ok(CallEvent::Raised(Box::new(Raised {
            district: self.district.clone(),
            quarter,
            platform: platform.code.clone(),
            platform_name: platform.zh.clone(),
            asked_by: self.unit.clone(),
            by,
            reply_by,
            remind_at,
            units,
        })))
    }
}

impl Call {
    /// The call that was raised; none when the event says something else.
    pub fn begun(call_id: CallId, event: &CallEvent, at: DateTime<Utc>) -> Option<Self> {
        let CallEvent::Raised(raised) = event else { return None };
        let raised = (**raised).clone();
        Some(Self { call_id, version: 1, raised, raised_at: at, replies: Vec::new(), reminded_at: None })
    }

    /// The reply of a unit.
    pub fn reply_of(&self, unit: &UnitCode) -> Option<&UnitReply> {
        self.replies.iter().find(|reply| reply.unit == *unit)
    }

    /// Those asked that have not replied, in order of their codes.
    pub fn owing(&self) -> impl Iterator<Item = &UnitCode> {
        self.raised.units.iter().filter(|unit| self.reply_of(unit).is_none())
    }

    /// Takes the reply of the actor's unit, after the day too: late is better than never.
    pub fn reply(&self, answer: ReplyAnswer, actor: &Actor) -> Result<CallEvent, CallRefusal> {
        let asked = |unit: &&UnitCode| self.raised.units.contains(*unit);
        let (Some(unit), Some(by)) = (actor.unit().filter(asked), actor.staff_id()) else {
            return Err(CallRefusal::NotAsked);
        };
        match self.reply_of(unit) {
            Some(_) => Err(CallRefusal::RepliedAlready),
            None => Ok(CallEvent::Replied { unit: unit.clone(), answer, by }),
        }
    }

    /// Tells those who have not replied, once; nothing when nobody is left or they were told.
    pub fn remind(&self) -> Option<CallEvent> {
        let units: Vec<UnitCode> = self.owing().cloned().collect();
        (self.reminded_at.is_none() && !units.is_empty()).then_some(CallEvent::Reminded { units })
    }

    /// The call after `event`.
    #[must_use]
    pub fn apply(mut self, event: &CallEvent, at: DateTime<Utc>) -> Self {
        self.version += 1;
        match event {
            CallEvent::Raised(_) => {}
            CallEvent::Replied { unit, answer, by } => {
                self.replies.push(UnitReply { unit: unit.clone(), answer: answer.clone(), by: *by, at });
            }
            CallEvent::Reminded { .. } => self.reminded_at = Some(at),
        }
        self
    }

    /// As others are told after `event`.
    pub fn told(&self, event: &CallEvent) -> CallSnapshot {
        let about_unit = if let CallEvent::Replied { unit, .. } = event { Some(unit.clone()) } else { None };
        let units = self.raised.units.iter().map(|unit| {
            let reply = self.reply_of(unit);
            CalledUnit {
                unit: unit.clone(),
                reply: reply.map(|reply| reply.answer.told()),
                replied_at: reply.map(|reply| reply.at),
            }
        });
        CallSnapshot {
            call_id: self.call_id,
            district: self.raised.district.clone(),
            quarter: self.raised.quarter,
            platform: self.raised.platform.clone(),
            platform_name: self.raised.platform_name.clone(),
            asked_by: self.raised.asked_by.clone(),
            raised_at: self.raised_at,
            reply_by: self.raised.reply_by,
            units: units.collect(),
            about_unit,
            version: self.version,
        }
    }
}
