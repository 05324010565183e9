//! Against an independent oracle: a walk day by day over the raw rows, sharing no code with the crate.

use std::{collections::HashMap, sync::LazyLock};

use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc, Weekday};
use huiyin_calendar::{Calendar, EndRoll, Period, Rule, deadline, extend};
use proptest::prelude::*;

static CALENDAR: LazyLock<Calendar> = LazyLock::new(Calendar::bundled);

static ROWS: LazyLock<HashMap<NaiveDate, bool>> = LazyLock::new(|| {
    let text = include_str!("../../../policies/calendars/cn-workdays-2004-2026.csv");
    let row = |line: &str| {
        let mut cells = line.split(',');
        Some((cells.next()?.parse().ok()?, cells.next()? == "work"))
    };
    text.lines().skip(1).filter_map(row).collect()
});

fn worked(day: NaiveDate) -> bool {
    let weekend = day.weekday() == Weekday::Sat || day.weekday() == Weekday::Sun;
    ROWS.get(&day).copied().unwrap_or(!weekend)
}

/// Counts on the fingers.
fn oracle(start: NaiveDate, period: Period, rolls: bool) -> NaiveDate {
    let mut day = start;
    match period {
        Period::Minutes(_) => {}
        Period::CalendarDays(n) => day += Duration::days(i64::from(n)),
        Period::WorkingDays(n) => {
            let mut left = n;
            while left > 0 {
                day += Duration::days(1);
                left -= u32::from(worked(day));
            }
        }
        Period::CalendarMonths(n) => {
            let months = day.year() * 12 + day.month0() as i32 + n as i32;
            let (year, month) = (months.div_euclid(12), months.rem_euclid(12) as u32 + 1);
            let number = (1..=day.day()).rev().find(|number| NaiveDate::from_ymd_opt(year, month, *number).is_some());
            day = NaiveDate::from_ymd_opt(year, month, number.expect("day 1")).expect("a date");
        }
    }
    while rolls && !worked(day) {
        day += Duration::days(1);
    }
    day
}

fn starts() -> impl Strategy<Value = DateTime<Utc>> {
    // 2004-01-02 to 2025-06-30, to the millisecond; every period below ends in a known year.
    (1_072_972_800_000_i64..1_751_241_600_000).prop_map(|ms| DateTime::from_timestamp_millis(ms).expect("in range"))
}

fn periods() -> impl Strategy<Value = Period> {
    prop_oneof![
        (1_u32..400).prop_map(Period::CalendarDays),
        (1_u32..250).prop_map(Period::WorkingDays),
        (1_u32..16).prop_map(Period::CalendarMonths),
    ]
}

fn rule(period: Period, roll: EndRoll) -> Rule {
    Rule { code: "test".to_owned(), period, roll, source: "test".to_owned() }
}

proptest! {
    #[test]
    fn every_deadline_is_where_the_slow_walk_ends(start in starts(), period in periods(), rolls: bool) {
        let roll = if rolls { EndRoll::Forward } else { EndRoll::None };
        let found = deadline(start, &rule(period, roll), &CALENDAR).expect("known years");
        // Shanghai is eight hours ahead all through these years.
        let start_day = (start + Duration::hours(8)).date_naive();
        let expected = oracle(start_day, period, rolls);
        prop_assert_eq!(found.last_day, expected);
        let midnight = (expected + Duration::days(1)).and_hms_opt(0, 0, 0).expect("midnight").and_utc() - Duration::hours(8);
        prop_assert_eq!(found.due_at, midnight);
        prop_assert!(!found.provisional);
    }

    #[test]
    fn working_days_counted_are_working_days_between(start in starts(), n in 1_u32..250) {
        let found = deadline(start, &rule(Period::WorkingDays(n), EndRoll::None), &CALENDAR).expect("known years");
        let between = CALENDAR.workdays_between(found.explanation.start_day, found.last_day);
        prop_assert_eq!(between, Ok(n));
    }

    #[test]
    fn a_later_start_never_ends_earlier(start in starts(), later in 0_i64..20_000, period in periods()) {
        let rule = rule(period, EndRoll::Forward);
        let first = deadline(start, &rule, &CALENDAR).expect("known years");
        let second = deadline(start + Duration::minutes(later), &rule, &CALENDAR).expect("known years");
        prop_assert!(second.due_at >= first.due_at);
    }

    /// REG-24: extensions of days add up, whatever rolls between.
    #[test]
    fn days_and_extensions_are_one_sum(start in starts(), days in 1_u32..100, first in 1_u32..30, second in 1_u32..30) {
        let of = |n| deadline(start, &rule(Period::CalendarDays(n), EndRoll::Forward), &CALENDAR).expect("known years");
        let once = extend(&of(days), Period::CalendarDays(first), "test", &CALENDAR).expect("known years");
        let twice = extend(&once, Period::CalendarDays(second), "test", &CALENDAR).expect("known years");
        prop_assert_eq!(twice.due_at, of(days + first + second).due_at);
    }
}
