//! Reception days.

use huiyin_calendar::{NonWorkday, Shift};
use huiyin_contracts::scheduling::SessionKind;
use serde::{Deserialize, Serialize};

use super::Flag;
use crate::Rule;
use crate::reader::{Reader, RuleValue};

/// How reception days are planned and announced.
#[derive(Clone, Debug, PartialEq)]
pub struct SchedulingRules {
    /// Where a recurring date goes that is not a working day.
    pub shift: Rule<SessionShift>,
    /// A session may be on a day that is not worked (WH-13).
    pub nonworkday_allowed: Rule<Flag>,
    /// The kinds of session.
    pub kinds: Rule<SessionKinds>,
    /// What is announced; a session without it is not published (DW-10, JD-07).
    pub publication: Rule<Publication>,
    /// A round covers every street (WH-01).
    pub round_covers_every_street: Rule<Flag>,
    /// A field visit is held away from the hall and says why the matter was chosen (JD-06, DW-16).
    pub field_visit_away_from_hall: Rule<Flag>,
    /// An absent leader's session is covered by another before it starts (DW-09, JD-05).
    pub substitute_required: Rule<Flag>,
    /// The kinds that are not announced without a matter they are for (DW-15, TJ-05). Absent where the place has no such rule.
    pub names_matters: Option<Rule<NamingKinds>>,
    /// A leader of a higher level receives by appointment what the level below has given its opinion on (XT-06). Absent likewise.
    pub lower_opinion_first: Option<Rule<Flag>>,
    /// What follows on an application for an appointment, one after the other (QD-02). Absent where nobody applies for one.
    pub appointment_steps: Option<Rule<AppointmentSteps>>,
}

impl SchedulingRules {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        // All are read before any is missed, so that every fault is reported at once.
        let shift = reader.take("scheduling.shift");
        let nonworkday_allowed = reader.take("scheduling.nonworkday_allowed");
        let kinds = reader.take("scheduling.kinds");
        let publication = reader.take("scheduling.publication");
        let round_covers_every_street = reader.take("scheduling.round_covers_every_street");
        let field_visit_away_from_hall = reader.take("scheduling.field_visit_away_from_hall");
        let substitute_required = reader.take("scheduling.substitute_required");
        let names_matters = reader.take_if_there("scheduling.names_matters");
        let lower_opinion_first = reader.take_if_there("scheduling.lower_opinion_first");
        let appointment_steps = reader.take_if_there("scheduling.appointment_steps");
        Some(Self {
            shift: shift?,
            nonworkday_allowed: nonworkday_allowed?,
            kinds: kinds?,
            publication: publication?,
            round_covers_every_street: round_covers_every_street?,
            field_visit_away_from_hall: field_visit_away_from_hall?,
            substitute_required: substitute_required?,
            names_matters,
            lower_opinion_first,
            appointment_steps,
        })
    }
}

/// Where a recurring date goes that is not a working day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShiftPolicy {
    /// It stays, holidays too, and may not be moved by hand either (JX-01).
    None,
    /// To the next working day (TJ-01).
    Forward,
    /// To the working day before.
    Back,
    /// It stays unless the planner moves it (WH-13).
    Free,
}

/// Where a recurring date goes, and which dates do not stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionShift {
    /// Where it goes.
    pub shift: ShiftPolicy,
    /// Which dates do not stand.
    #[serde(default)]
    pub nonworkday: NonWorkday,
}

impl SessionShift {
    /// The shift as the calendar applies it: a free date is not moved by rule.
    pub const fn to_calendar(self) -> Shift {
        match self.shift {
            ShiftPolicy::None | ShiftPolicy::Free => Shift::None,
            ShiftPolicy::Forward => Shift::Forward,
            ShiftPolicy::Back => Shift::Back,
        }
    }
}

impl RuleValue for SessionShift {}

/// The kinds of session a place holds.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionKinds {
    /// Allowed kinds.
    pub allowed: Vec<SessionKind>,
}

impl RuleValue for SessionKinds {}

/// The kinds of session that are for certain matters.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamingKinds {
    /// Those not announced without one.
    pub kinds: Vec<SessionKind>,
}

impl RuleValue for NamingKinds {
    fn fault(&self) -> Option<(String, String)> {
        let open = |kind: &SessionKind| matches!(kind, SessionKind::Regular | SessionKind::Immediate);
        (self.kinds.is_empty() || self.kinds.iter().any(open)).then(|| {
            (
                "至少一种，且只能是约访、下访、带案下访。".to_owned(),
                "name at least one of appointment, field_visit and case_visit, and no other.".to_owned(),
            )
        })
    }
}

/// One step of an appointment (约访).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppointmentStep {
    /// The unit that answers for the matter gives its material (属地单位材料准备).
    Material,
    /// Time and place are fixed: the petitioner is booked (确定接访时间地点).
    TimeAndPlace,
    /// Those concerned consult together (协商会办).
    Consultation,
    /// The plan is laid down (形成化解方案).
    Plan,
}

impl AppointmentStep {
    /// In Chinese and in English.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Material => ("属地单位材料准备", "the material of the unit"),
            Self::TimeAndPlace => ("确定接访时间地点", "time and place"),
            Self::Consultation => ("协商会办", "consulting together"),
            Self::Plan => ("形成化解方案", "the plan"),
        }
    }
}

/// The steps of an appointment in their order.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppointmentSteps {
    /// Each once; none comes before the one before it is done.
    pub order: Vec<AppointmentStep>,
}

impl AppointmentSteps {
    /// The steps that come before `step`; none for one that is not asked.
    pub fn before(&self, step: AppointmentStep) -> &[AppointmentStep] {
        self.order.iter().position(|asked| *asked == step).and_then(|at| self.order.get(..at)).unwrap_or_default()
    }
}

impl RuleValue for AppointmentSteps {
    fn fault(&self) -> Option<(String, String)> {
        let in_order = self.order.is_sorted_by(|one, next| one < next);
        (self.order.is_empty() || !in_order).then(|| {
            (
                "order 按 material、time_and_place、consultation、plan 的先后写，每项至多一次，至少一项。".to_owned(),
                "order names material, time_and_place, consultation and plan in this order, each at most once, and at least one.".to_owned(),
            )
        })
    }
}

/// One thing the announcement says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PublishedField {
    /// 姓名
    Name,
    /// 职务
    Post,
    /// 分管工作
    Portfolio,
    /// 时间
    Time,
    /// 地点
    Place,
    /// 形式
    Form,
}

/// What is announced.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// Fields without which a session is not published.
    pub fields: Vec<PublishedField>,
}

impl RuleValue for Publication {}
