//! What a pack may not do to the packs above it: raise a number, lengthen a clock of the law, drop a published field.

use huiyin_calendar::Period;
use serde_json::Value;

use crate::{
    Bound, Problem,
    entry::{Entry, May},
};

/// The reason `below` may not replace `above`, if there is one.
pub(crate) fn breach(path: &str, above: &Entry, below: &Entry) -> Option<Problem> {
    let may = above.may?;
    let kept = match may {
        May::OnlyLower => only_lower(above, below),
        May::OnlyShorten => only_shorten(above, below),
        May::OnlyAdd => every_list(above, below, |above, below| above.iter().all(|item| below.contains(item))),
        May::OnlyNarrow => every_list(above, below, |above, below| below.iter().all(|item| above.contains(item))),
        May::NotChange => above.values == below.values,
    };
    // A duty may be tightened to a strict one below, never loosened to one that can be waived.
    let not_loosened = above.in_principle || !below.in_principle;
    if kept && not_loosened {
        return None;
    }
    let (may_zh, may_en) = may.words();
    Some(Problem::BeyondBound(Box::new(Bound {
        path: path.to_owned(),
        above: above.pack.clone(),
        limit: above.shown(),
        source_above: above.source.clone(),
        may_zh,
        may_en,
    })))
}

// A value of the wrong type counts as kept: its own fault is told when it is given its type.

fn only_lower(above: &Entry, below: &Entry) -> bool {
    above.values.iter().all(|(key, value)| match (value.as_u64(), below.values.get(key).and_then(Value::as_u64)) {
        (Some(above), Some(below)) => below <= above,
        (Some(_), None) => true,
        (None, _) => below.values.get(key) == Some(value),
    })
}

/// A shorter period of the same unit, or one that is shorter whatever the months; and everything else as it was, except
/// that an end which rolled may stay.
fn only_shorten(above: &Entry, below: &Entry) -> bool {
    above.values.iter().all(|(key, value)| {
        let other = below.values.get(key);
        match (period(Some(value)), period(other)) {
            (Some(above), Some(below)) => is_no_longer(below, above),
            (Some(_), None) => true,
            (None, _) if key == "roll" => other == Some(value) || other == Some(&Value::from("none")),
            (None, _) => other == Some(value),
        }
    })
}

fn period(value: Option<&Value>) -> Option<Period> {
    value?.as_str()?.parse().ok()
}

/// True only when `period` can never end later than `limit`. Working days have no fixed length, so they are compared with
/// working days alone.
fn is_no_longer(period: Period, limit: Period) -> bool {
    match (period, limit) {
        (Period::WorkingDays(n), Period::WorkingDays(max))
        | (Period::CalendarMonths(n), Period::CalendarMonths(max)) => n <= max,
        (Period::WorkingDays(_), _) | (_, Period::WorkingDays(_)) => false,
        (period, limit) => longest_minutes(period) <= shortest_minutes(limit),
    }
}

const DAY: u64 = 24 * 60;

fn longest_minutes(period: Period) -> u64 {
    match period {
        Period::Minutes(n) => n.into(),
        Period::CalendarDays(n) | Period::WorkingDays(n) => u64::from(n) * DAY,
        Period::CalendarMonths(n) => u64::from(n) * 31 * DAY,
    }
}

fn shortest_minutes(period: Period) -> u64 {
    match period {
        Period::CalendarMonths(n) => u64::from(n) * 28 * DAY,
        Period::Minutes(_) | Period::CalendarDays(_) | Period::WorkingDays(_) => longest_minutes(period),
    }
}

fn every_list(above: &Entry, below: &Entry, holds: impl Fn(&[Value], &[Value]) -> bool) -> bool {
    above.values.iter().all(|(key, value)| match (value, below.values.get(key)) {
        (Value::Array(above), Some(Value::Array(below))) => holds(above, below),
        (_, other) => other == Some(value),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_compare_only_when_the_answer_holds_in_every_month() {
        let no_longer = |a: &str, b: &str| is_no_longer(a.parse().expect("period"), b.parse().expect("period"));
        assert!(no_longer("30 calendar days", "60 calendar days"));
        assert!(no_longer("1 calendar month", "31 calendar days"));
        assert!(!no_longer("1 calendar month", "30 calendar days"), "January has 31 days");
        assert!(!no_longer("30 calendar days", "1 calendar month"), "February has 28 days");
        assert!(no_longer("5 working days", "5 working days"));
        assert!(!no_longer("1 working day", "15 calendar days"), "a working day has no fixed length");
        assert!(!no_longer("61 calendar days", "60 calendar days"));
    }
}
