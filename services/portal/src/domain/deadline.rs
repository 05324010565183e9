//! A deadline as a line a person can read: where it began, where we stand, where it ends, and the same in words.

use chrono::{DateTime, NaiveDate, Utc};

use super::{when, words};

/// A running or past deadline, ready to be drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Which duty: 受理告知 or 书面答复.
    pub(crate) duty: String,
    /// How it stands, in words first: colour is for those who see it.
    pub(crate) told: String,
    /// `calm`, `soon`, `late` or `done`; chooses colour and pattern.
    pub(crate) mood: &'static str,
    /// The part of the time that is gone, 0 to 100.
    pub(crate) percent: i64,
    /// The last day in time, for people.
    pub(crate) last_day: String,
    /// May move once the next year's holidays are known.
    pub(crate) provisional: bool,
    /// How it was counted.
    pub(crate) explanation: String,
}

/// What is known about a deadline.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts<'a> {
    pub(crate) kind: &'a str,
    pub(crate) state: &'a str,
    pub(crate) last_day: NaiveDate,
    /// The day the time began; without it the line shows no length.
    pub(crate) began: Option<NaiveDate>,
    pub(crate) provisional: bool,
    pub(crate) explanation: &'a str,
}

/// Days left at which "soon" begins.
const SOON: i64 = 7;

impl Line {
    /// Several duties of one matter: what is still owed first, each part in the order given.
    pub(crate) fn owed_first(lines: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut lines: Vec<Self> = lines.into_iter().collect();
        lines.sort_by_key(|line| line.mood == "done");
        lines
    }

    /// Draws a deadline as it stands `now`.
    pub(crate) fn draw(facts: Facts<'_>, now: DateTime<Utc>) -> Self {
        let today = when::city_date(now);
        let left = (facts.last_day - today).num_days();
        let (mood, told) = match facts.state {
            "met" => ("done", "已按时完成".to_owned()),
            "met_late" => ("done", "已完成，但超过了期限".to_owned()),
            "lifted" => ("done", "不再计算期限".to_owned()),
            // The owner of the clock decides whether it is overdue; this page only counts the days.
            "overdue" => ("late", format!("已超期 {} 天", (-left).max(1))),
            _ if left < 0 => ("late", format!("已超期 {} 天", -left)),
            _ if left == 0 => ("soon", "今天是最后一天".to_owned()),
            _ if left <= SOON => ("soon", format!("还剩 {left} 天")),
            _ => ("calm", format!("还剩 {left} 天")),
        };
        Self {
            duty: words::deadline_kind(facts.kind).to_owned(),
            told,
            mood,
            percent: gone(facts, today, mood),
            last_day: when::date(facts.last_day),
            provisional: facts.provisional,
            explanation: facts.explanation.to_owned(),
        }
    }
}

fn gone(facts: Facts<'_>, today: NaiveDate, mood: &str) -> i64 {
    if matches!(mood, "done" | "late") {
        return 100;
    }
    let Some(began) = facts.began else { return 0 };
    let whole = (facts.last_day - began).num_days().max(1);
    ((today - began).num_days() * 100 / whole).clamp(0, 100)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(offset: i64) -> NaiveDate {
        when::days_later(NaiveDate::from_ymd_opt(2022, 5, 22).expect("a day"), offset)
    }

    proptest! {
        /// Says exactly how many days are left or over, and never draws outside its frame.
        #[test]
        fn a_running_deadline_counts_its_days(length in 1_i64..200, gone in 0_i64..300) {
            let facts = Facts {
                kind: "handling", state: "running", last_day: day(length), began: Some(day(0)), provisional: false, explanation: "",
            };
            let noon = day(gone).and_hms_opt(4, 0, 0).expect("noon in the city").and_utc();
            let line = Line::draw(facts, noon);
            let left = length - gone;
            prop_assert!((0..=100).contains(&line.percent));
            prop_assert_eq!(line.mood == "late", left < 0);
            prop_assert_eq!(line.mood == "calm", left > SOON);
            let shown: String = line.told.chars().filter(char::is_ascii_digit).collect();
            prop_assert_eq!(shown, if left == 0 { String::new() } else { left.abs().to_string() });
        }
    }
}
