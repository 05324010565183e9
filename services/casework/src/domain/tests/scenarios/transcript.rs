//! Writes down what was asked and what was answered.

use std::fmt::Write as _;

use chrono::{Datelike as _, NaiveDate};
use huiyin_contracts::casework::{DeadlineKind, DeadlineState};
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::{Actor, Role};

use super::super::world::{OTHER, REEXAMINER, REVIEWER, UNIT, World, main_is, rule};
use crate::domain::wording::clock_words;
use crate::domain::{Candidates, Command, Event, Mark, Naming, Refusal, Told, words};

/// The scenario of one pack: the world it happens in, and what was written down of it.
pub(super) struct Transcript {
    pack: &'static str,
    pub(super) world: World,
    text: String,
    day: Option<NaiveDate>,
    naming: Naming,
}

const WEEKDAYS: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];

impl Transcript {
    /// A visitor's matter, registered on 2 March 2026. `about` says in a sentence what is to be seen.
    pub(super) fn begin(pack: &'static str, about: &str) -> Self {
        Self::of(World::new(pack, PetitionClass::Request), pack, about)
    }

    /// The same with a matter of one's own.
    pub(super) fn of(world: World, pack: &'static str, about: &str) -> Self {
        let names = [
            (UNIT, "桥头街道办事处"),
            (OTHER, "槐荫街道办事处"),
            (REVIEWER, "区信访局"),
            (REEXAMINER, "市信访局"),
            ("990102-discipline", "区纪检监察机关"),
        ];
        let naming = Naming::new(names.map(|(code, name)| (code.to_owned(), name.to_owned())), &world.policy);
        let title = world.policy.title();
        let text = format!("# {}（`{pack}`）\n\n{}\n\n{about}\n", title.zh, title.en);
        let opened = world.journal[0].0.clone();
        let mut transcript = Self { pack, world, text, day: None, naming };
        transcript.head();
        transcript.line("登记窗口", "登记");
        transcript.effects(&[opened]);
        transcript
    }

    pub(super) const fn pack(&self) -> &'static str {
        self.pack
    }

    /// From now on it is that day, nine in the morning.
    pub(super) fn on(&mut self, day: &str) -> &mut Self {
        self.world.at(day);
        self
    }

    /// From now on it is the morning after the last day of a duty: it is late.
    pub(super) fn late(&mut self, kind: DeadlineKind) -> &mut Self {
        let due = self.world.case.clock(kind).expect("a running clock").deadline.last_day;
        self.on(&due.succ_opt().expect("in range").to_string())
    }

    /// Somebody does something, and it is done.
    pub(super) fn act(&mut self, actor: &Actor, command: &Command) -> &mut Self {
        let events = match self.world.give(actor, command) {
            Ok(events) => events,
            Err(refusal) => panic!("{command:?} is refused: {refusal}\n{}", self.text),
        };
        self.head();
        let (who, what) = (self.who(actor), self.what(command));
        self.line(&who, &what);
        self.effects(&events);
        self
    }

    /// Somebody tries something, and is told why not and what to do.
    pub(super) fn refused(&mut self, actor: &Actor, command: &Command) -> &mut Self {
        let refusal: Refusal = match self.world.give(actor, command) {
            Err(refusal) => refusal,
            Ok(events) => panic!("{command:?} is not refused: {events:?}\n{}", self.text),
        };
        let told = refusal.told();
        self.head();
        let (who, what) = (self.who(actor), self.what(command));
        self.line(&who, &what);
        let _ = writeln!(self.text, "  - ✗ {}（{}）", told.zh, told.rule);
        self
    }

    /// What happens beside the matter's own road: what was asked, and what came of it or why not.
    pub(super) fn beside(&mut self, who: &str, what: &str, answer: Result<String, Told>) -> &mut Self {
        self.head();
        self.line(who, what);
        let _ = match answer {
            Ok(came) => writeln!(self.text, "  - → {came}"),
            Err(told) => writeln!(self.text, "  - ✗ {}（{}）", told.zh, told.rule),
        };
        self
    }

    /// The clock of a duty reaches a mark.
    pub(super) fn mark(&mut self, kind: DeadlineKind, mark: Mark) -> &mut Self {
        self.mark_for(kind, mark, main_is(3))
    }

    /// The same, with those who could lead the matter now.
    pub(super) fn mark_for(&mut self, kind: DeadlineKind, mark: Mark, leaders: Candidates) -> &mut Self {
        let generation = self.world.case.clock(kind).expect("a running clock").generation;
        self.act(&rule(), &Command::Mark { kind, mark, generation, leaders })
    }

    /// The text, with the clocks as they stand at the end.
    pub(super) fn finish(mut self) -> String {
        let state = self.world.case.state.kind();
        let _ = write!(self.text, "\n## 结果\n\n状态：{}\n\n| 期限 | 最后一日 | 结果 |\n|---|---|---|\n", state.zh());
        for clock in &self.world.case.clocks {
            let (kind, last) = (clock_words(clock.kind).0, clock.deadline.last_day.format("%Y年%-m月%-d日"));
            let _ = writeln!(self.text, "| {kind} | {last} | {} |", standing(clock.state));
        }
        self.text
    }

    fn head(&mut self) {
        let today = huiyin_calendar::local_date(self.world.now).expect("in range");
        if self.day != Some(today) {
            self.day = Some(today);
            let weekday = WEEKDAYS[today.weekday().num_days_from_monday() as usize];
            let _ = write!(self.text, "\n## {}（周{weekday}）\n\n", today.format("%Y年%-m月%-d日"));
        }
    }

    fn line(&mut self, who: &str, what: &str) {
        let _ = writeln!(self.text, "- **{who}** {what}");
    }

    /// What came of it, and how each new or moved date was counted.
    fn effects(&mut self, events: &[Event]) {
        for event in events {
            let _ = writeln!(self.text, "  - → {}", words(event, &self.naming).0);
        }
        let dates: Vec<(DeadlineKind, String)> = self
            .world
            .case
            .clocks
            .iter()
            .filter(|clock| events.iter().any(|event| sets(event, clock.kind)))
            .map(|clock| (clock.kind, clock.deadline.to_zh()))
            .collect();
        for (kind, why) in dates {
            let _ = writeln!(self.text, "    - {}：{why}", clock_words(kind).0);
        }
    }

    fn who(&self, actor: &Actor) -> String {
        match actor {
            Actor::Petitioner => "信访人".to_owned(),
            Actor::System { .. } => "系统按规则".to_owned(),
            Actor::Staff { unit, roles, .. } => {
                let role = roles.iter().rev().find_map(|role| post(*role)).unwrap_or("工作人员");
                self.naming.known(unit.as_str()).map_or_else(|| role.to_owned(), |unit| format!("{unit}{role}"))
            }
        }
    }

    fn what(&self, command: &Command) -> String {
        match command {
            Command::DoStep { step, .. } => format!("登记：{}", self.naming.step(step).0),
            Command::Waive { step, .. } => format!("说明理由，免除：{}", self.naming.step(step).0),
            Command::Mark { kind, mark: Mark::Due, .. } => format!("{}期限届满", clock_words(*kind).0),
            Command::Mark { kind, .. } => format!("{}期限提醒", clock_words(*kind).0),
            Command::Extend { days, .. } => format!("申请延长{days}日"),
            other => other.kind().zh().to_owned(),
        }
    }
}

/// An event that begins or moves that clock.
fn sets(event: &Event, kind: DeadlineKind) -> bool {
    let value = match event {
        Event::Opened(opened) => return opened.acceptance.kind == kind,
        Event::Delivered { .. } | Event::DueSoon { .. } | Event::Overdue { .. } => return false,
        other => serde_json::to_value(other).expect("an event can be written"),
    };
    holds_clock(&value, &serde_json::to_value(kind).expect("a word"))
}

fn holds_clock(value: &serde_json::Value, kind: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Object(fields) => {
            (fields.get("kind") == Some(kind) && fields.contains_key("deadline"))
                || fields.values().any(|value| holds_clock(value, kind))
        }
        serde_json::Value::Array(items) => items.iter().any(|value| holds_clock(value, kind)),
        _ => false,
    }
}

const fn post(role: Role) -> Option<&'static str> {
    Some(match role {
        Role::Officer => "承办人",
        Role::UnitHead => "负责人",
        Role::MainLeader => "主要领导",
        Role::Leader => "接访领导",
        Role::Supervisor => "督查员",
        _ => return None,
    })
}

const fn standing(state: DeadlineState) -> &'static str {
    match state {
        DeadlineState::Running => "计算中",
        DeadlineState::Overdue => "已超期",
        DeadlineState::Met => "按期完成",
        DeadlineState::MetLate => "超期完成",
        DeadlineState::Lifted => "不再计算",
    }
}
