//! Explanations in words: Chinese for the people of the city, English beside it.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::{DayKind, Deadline, Explanation, NonWorkingDay, Step, zone};

impl Explanation {
    /// The reckoning in Chinese, in whole sentences.
    pub fn to_zh(&self) -> String {
        let mut parts = vec![format!("自{}起算，当日不计", zh_day(self.start_day))];
        parts.extend(self.steps.iter().map(zh_step));
        let end =
            if self.is_minutes() { String::new() } else { format!("。到期时间：{}24时", zh_day(self.last_day)) };
        let start = if self.is_minutes() { parts.split_off(1) } else { parts };
        format!("{}{end}。依据：{}。", start.join("；"), self.rule.source)
    }

    /// The reckoning in English, in whole sentences.
    pub fn to_en(&self) -> String {
        let mut parts = vec![format!("Starts on {}, which is not counted", self.start_day)];
        parts.extend(self.steps.iter().map(en_step));
        let parts = if self.is_minutes() { parts.split_off(1) } else { parts };
        let end = if self.is_minutes() {
            String::new()
        } else {
            format!(". Ends on {} at 24:00, Asia/Shanghai", self.last_day)
        };
        format!("{}{end}. Source: {}.", parts.join("; "), self.rule.source)
    }

    fn is_minutes(&self) -> bool {
        matches!(self.rule.period, crate::Period::Minutes(_))
    }
}

impl Deadline {
    /// The reckoning in Chinese.
    pub fn to_zh(&self) -> String {
        self.explanation.to_zh()
    }

    /// The reckoning in English.
    pub fn to_en(&self) -> String {
        self.explanation.to_en()
    }
}

fn zh_step(step: &Step) -> String {
    match step {
        Step::Elapsed { period, until } => format!("计{}，至{}", period.to_zh(), clock(*until)),
        Step::Counted { period, from, to, skipped, made_up } => {
            let mut parts = vec![zh_span(*from, *to)];
            if !skipped.is_empty() {
                parts.push(format!("{}不计", zh_runs(skipped)));
            }
            if !made_up.is_empty() {
                let days: Vec<_> = made_up.iter().map(|d| zh_day(*d)).collect();
                parts.push(format!("{}调休上班计入", days.join("、")));
            }
            format!("计{}（{}）", period.to_zh(), parts.join("，"))
        }
        Step::MonthEnd { wanted, date } => format!("该月没有{wanted}日，以月末{}为准", zh_day(*date)),
        Step::Extended { by, source, from, to } => {
            format!("自{}延长{}至{}（{source}）", zh_day(*from), by.to_zh(), zh_day(*to))
        }
        Step::Rolled { to, over, .. } => {
            format!("最后一日遇{}，顺延至{}", zh_runs(over), zh_day(*to))
        }
        Step::Assumed { years } => {
            let years: Vec<_> = years.iter().map(|y| format!("{y}年")).collect();
            format!("{}放假安排尚未公布，暂按周一至周五为工作日推算，公布后重新计算", years.join("、"))
        }
        Step::Binds { over, last_day } => {
            format!("另有期限至{}（{}），以先到者为准", zh_day(*last_day), over.source)
        }
    }
}

fn en_step(step: &Step) -> String {
    match step {
        Step::Elapsed { period, until } => format!("{period}, until {}", clock(*until)),
        Step::Counted { period, from, to, skipped, made_up } => {
            let mut parts = vec![format!("{period} counted from {from} to {to}")];
            if !skipped.is_empty() {
                parts.push(format!("not counting {}", en_runs(skipped)));
            }
            if !made_up.is_empty() {
                let days: Vec<_> = made_up.iter().map(NaiveDate::to_string).collect();
                parts.push(format!("with the make-up working day {} counted", days.join(", ")));
            }
            parts.join(", ")
        }
        Step::MonthEnd { wanted, date } => {
            format!("the month has no day {wanted}, so its last day {date} is taken")
        }
        Step::Extended { by, source, from, to } => format!("extended from {from} by {by} to {to} ({source})"),
        Step::Rolled { to, over, .. } => {
            format!("the last day falls on {}, so the end moves to {to}", en_runs(over))
        }
        Step::Assumed { years } => {
            let years: Vec<_> = years.iter().map(i32::to_string).collect();
            format!(
                "the holidays of {} are not announced yet, so Monday to Friday is assumed and the date will be reckoned again",
                years.join(", ")
            )
        }
        Step::Binds { over, last_day } => {
            format!("another period ends on {last_day} ({}); the earlier one binds", over.source)
        }
    }
}

/// Neighbouring days with the same reason, said once.
fn runs(days: &[NonWorkingDay]) -> Vec<(NaiveDate, NaiveDate, &DayKind)> {
    let mut runs: Vec<(NaiveDate, NaiveDate, &DayKind)> = Vec::new();
    for day in days {
        match runs.last_mut() {
            Some((_, to, why)) if **why == day.why && to.succ_opt() == Some(day.date) => *to = day.date,
            _ => runs.push((day.date, day.date, &day.why)),
        }
    }
    runs
}

fn zh_runs(days: &[NonWorkingDay]) -> String {
    let texts: Vec<_> = runs(days)
        .into_iter()
        .map(|(from, to, why)| {
            let span = zh_span(from, to);
            match why {
                DayKind::Holiday(name) => format!("{span}（{name}放假）"),
                DayKind::Weekend | DayKind::Workday | DayKind::MakeUpWorkday => format!("{span}（周末）"),
            }
        })
        .collect();
    texts.join("、")
}

fn en_runs(days: &[NonWorkingDay]) -> String {
    let texts: Vec<_> = runs(days)
        .into_iter()
        .map(|(from, to, why)| {
            let span = if from == to { from.to_string() } else { format!("{from} to {to}") };
            match why {
                DayKind::Holiday(name) => format!("{span} (holiday {name})"),
                DayKind::Weekend | DayKind::Workday | DayKind::MakeUpWorkday => format!("{span} (weekend)"),
            }
        })
        .collect();
    texts.join(", ")
}

/// A span said as people say it, without repeating year and month.
fn zh_span(from: NaiveDate, to: NaiveDate) -> String {
    let start = zh_day(from);
    if from == to {
        start
    } else if (from.year(), from.month()) == (to.year(), to.month()) {
        format!("{start}至{}日", to.day())
    } else if from.year() == to.year() {
        format!("{start}至{}月{}日", to.month(), to.day())
    } else {
        format!("{start}至{}", zh_day(to))
    }
}

fn zh_day(date: NaiveDate) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

fn clock(at: DateTime<Utc>) -> String {
    zone::wall_clock(at).map_or_else(|| at.to_rfc3339(), |t| t.format("%Y-%m-%d %H:%M:%S").to_string())
}
