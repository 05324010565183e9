//! Clocks: how long each duty may take, and when the office is warned.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use huiyin_calendar::{EndRoll, Period};
use huiyin_contracts::casework::Grade;
use serde::Deserialize;

use crate::{
    Rule,
    reader::{Reader, RuleValue},
};

/// What a clock runs from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockStart {
    /// The petition's registration (登记).
    Registered,
    /// The unit's own receipt of a transferred matter (收到转送、交办).
    Received,
    /// Acceptance (受理).
    Accepted,
    /// The petitioner's receipt of a written answer.
    AnswerReceived,
    /// The office's receipt of a request for review.
    RequestReceived,
    /// The petitioner's withdrawal.
    Withdrawn,
    /// A supervision order (督办).
    OrderReceived,
    /// The end of the matter (办结).
    Closed,
    /// The application for an appointment (申请约访).
    AppointmentAsked,
}

/// How long, from what, and what happens when the last day is not worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// How long.
    pub period: Period,
    /// From what.
    pub from: ClockStart,
    /// What happens when the last day is not worked.
    pub roll: EndRoll,
}

impl RuleValue for Clock {}

impl Rule<Clock> {
    /// The rule as the calendar reckons with it.
    pub fn to_calendar(&self) -> huiyin_calendar::Rule {
        huiyin_calendar::Rule {
            code: self.path().to_owned(),
            period: self.period,
            roll: self.roll,
            source: self.source().to_owned(),
        }
    }
}

/// When an office is warned that a deadline comes near.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Warnings {
    /// The marks, in no particular order.
    pub marks: Vec<WarningMark>,
}

/// One mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub enum WarningMark {
    /// Half of the time has passed.
    HalfTime,
    /// This long before the end.
    Before(TimeDelta),
}

impl TryFrom<String> for WarningMark {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text == "half time" {
            return Ok(Self::HalfTime);
        }
        match text.parse() {
            Ok(Period::CalendarDays(n)) => Ok(Self::Before(TimeDelta::days(n.into()))),
            Ok(Period::Minutes(n)) => Ok(Self::Before(TimeDelta::minutes(n.into()))),
            _ => Err(format!(
                "“{text}”不是预警时点，请写“half time”或到期前的天数、分钟数 / \
                 \"{text}\" is no warning mark; write \"half time\", or calendar days or minutes before the end"
            )),
        }
    }
}

impl RuleValue for Warnings {}

impl Warnings {
    /// When to warn for a duty that runs from `start` to `due_at`: the marks between the two, in order, each instant once.
    pub fn instants(&self, start: DateTime<Utc>, due_at: DateTime<Utc>) -> Vec<(DateTime<Utc>, WarningMark)> {
        let at = |mark: &WarningMark| match mark {
            WarningMark::HalfTime => start.checked_add_signed((due_at - start) / 2),
            WarningMark::Before(distance) => due_at.checked_sub_signed(*distance),
        };
        let mut instants: Vec<_> = self.marks.iter().filter_map(|mark| Some((at(mark)?, *mark))).collect();
        instants.retain(|(at, _)| *at > start && *at < due_at);
        instants.sort_by_key(|(at, _)| *at);
        instants.dedup_by_key(|(at, _)| *at);
        instants
    }
}

/// The clocks of handling.
#[derive(Clone, Debug, PartialEq)]
pub struct ClockRules {
    /// Decide and tell in writing whether the matter is taken up (REG-10, REG-13).
    pub notice: Rule<Clock>,
    /// The place's own limit for the same, where it has one, in whatever unit (REG-18, REG-19). Together with the law's, the earlier one
    /// binds.
    pub notice_local: Option<Rule<Clock>>,
    /// Object to a transfer that belongs elsewhere (异议; REG-14).
    pub objection: Rule<Clock>,
    /// The law's limit for the written reply (REG-24).
    pub handling: Rule<Clock>,
    /// The limit of the simple procedure (简易办理; REG-32).
    pub simple: Rule<Clock>,
    /// How soon the competent body decides whether it takes a matter up, where it means to handle it simply (REG-33). A reminder: the
    /// law's own limit is [`Self::notice`]. Absent from packs kept before it was known.
    pub simple_decision: Option<Rule<Clock>>,
    /// Ask for a review (申请复查; REG-40).
    pub review_request: Rule<Clock>,
    /// Answer the review (复查; REG-40).
    pub review: Rule<Clock>,
    /// Ask for a re-examination (申请复核; REG-41).
    pub reexamination_request: Rule<Clock>,
    /// Answer the re-examination (复核; REG-41).
    pub reexamination: Rule<Clock>,
    /// Ask after the end whether the opinion was carried out (定期回访; XT-10), where the place does so.
    pub return_visit: Option<Rule<Clock>>,
    /// Lay down the plan of a matter after an appointment was asked for (一个月内形成化解方案; QD-02), where the place has such a rule.
    pub plan: Option<Rule<Clock>>,
    /// When offices are warned.
    pub warnings: Rule<Warnings>,
    /// The place's own limits by grade, where it has any (JD-10). Together with the law's, the earlier one binds.
    pub local: BTreeMap<Grade, Rule<Clock>>,
    /// The place's own limits, by grade, for matters taken up while a leader goes down (下访过程中受理; HB-14). They bind beside the
    /// others.
    pub field_visit: BTreeMap<Grade, Rule<Clock>>,
}

impl ClockRules {
    /// The limits of the notice: the law's, and the place's own.
    pub fn notice_rules(&self) -> Vec<huiyin_calendar::Rule> {
        std::iter::once(&self.notice).chain(&self.notice_local).map(Rule::to_calendar).collect()
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let notice = reader.take("clocks.notice");
        let notice_local = reader.take_if_there("clocks.notice_local");
        let objection = reader.take("clocks.objection");
        let handling = reader.take("clocks.handling");
        let simple = reader.take("clocks.simple");
        let simple_decision = reader.take_if_there("clocks.simple_decision");
        let review_request = reader.take("clocks.review_request");
        let review = reader.take("clocks.review");
        let reexamination_request = reader.take("clocks.reexamination_request");
        let reexamination = reader.take("clocks.reexamination");
        let return_visit = reader.take_if_there("clocks.return_visit");
        let plan = reader.take_if_there("clocks.plan");
        let warnings = reader.take("clocks.warnings");
        let local = reader.take_any("clocks.local");
        let field_visit = reader.take_any("clocks.field_visit");
        Some(Self {
            notice: notice?,
            notice_local,
            objection: objection?,
            handling: handling?,
            simple: simple?,
            simple_decision,
            review_request: review_request?,
            review: review?,
            reexamination_request: reexamination_request?,
            reexamination: reexamination?,
            return_visit,
            plan,
            warnings: warnings?,
            local: local?,
            field_visit: field_visit?,
        })
    }
}
