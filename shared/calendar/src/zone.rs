//! Instants and dates in the city's zone. Never fails on a daylight-saving gap (1940–49, 1986–91) or at the edge of time.

use chrono::{DateTime, Datelike, Days, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Asia::Shanghai;

/// The years in which instants and dates are converted; chrono itself fails near the ends of its range.
pub(crate) const YEARS: std::ops::RangeInclusive<i32> = 1..=9999;

/// The date on the wall in Asia/Shanghai; `None` outside the years 1 to 9999.
pub fn local_date(instant: DateTime<Utc>) -> Option<NaiveDate> {
    let date = wall_clock(instant)?.date();
    YEARS.contains(&date.year()).then_some(date)
}

/// The date and time on the wall in Asia/Shanghai.
pub(crate) fn wall_clock(instant: DateTime<Utc>) -> Option<NaiveDateTime> {
    let in_range = YEARS.contains(&instant.year());
    in_range.then(|| Shanghai.from_utc_datetime(&instant.naive_utc()).naive_local())
}

/// The first instant of `date` in Asia/Shanghai, which is also 24:00 of the day before.
///
/// Where clocks were set forward over midnight, the first instant is the one after the gap.
pub fn start_of_day(date: NaiveDate) -> Option<DateTime<Utc>> {
    if !YEARS.contains(&date.year()) {
        return None;
    }
    // The longest gap ever was an hour; two hours in quarter steps leave no case open.
    (0..8).find_map(|quarter| {
        let time = NaiveTime::from_hms_opt(quarter / 4, quarter % 4 * 15, 0)?;
        match Shanghai.from_local_datetime(&date.and_time(time)) {
            MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => Some(at.with_timezone(&Utc)),
            MappedLocalTime::None => None,
        }
    })
}

/// 24:00 of `date`: the first instant that no longer belongs to it.
pub(crate) fn end_of_day(date: NaiveDate) -> Option<DateTime<Utc>> {
    start_of_day(date.checked_add_days(Days::new(1))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_day_ends_at_sixteen_hundred_utc() {
        let end = end_of_day(date("2026-03-02")).expect("in range");
        assert_eq!(end.to_rfc3339(), "2026-03-02T16:00:00+00:00");
    }

    /// DOMAIN A12: the last day ends 24:00, and not a millisecond before.
    #[test]
    fn the_last_millisecond_belongs_to_its_day_and_midnight_to_the_next() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("an instant");
        assert_eq!(local_date(at("2026-03-02T15:59:59.999Z")), Some(date("2026-03-02")));
        assert_eq!(local_date(at("2026-03-02T16:00:00Z")), Some(date("2026-03-03")));
    }

    #[test]
    fn every_midnight_from_1900_to_2100_exists_and_they_follow_one_another() {
        let mut day = date("1900-01-01");
        let mut before = start_of_day(day).expect("in range");
        while day < date("2100-01-01") {
            day = day.succ_opt().expect("in range");
            let start = start_of_day(day).expect("in range");
            let hours = (start - before).num_minutes();
            assert!((22 * 60..=26 * 60).contains(&hours), "{day} began {hours} minutes after the day before");
            assert_eq!(local_date(start), Some(day), "{day}");
            before = start;
        }
    }

    #[test]
    fn the_ends_of_time_are_outside_and_do_not_panic() {
        assert_eq!(local_date(DateTime::<Utc>::MAX_UTC), None);
        assert_eq!(local_date(DateTime::<Utc>::MIN_UTC), None);
        assert_eq!(start_of_day(NaiveDate::MAX), None);
        assert_eq!(end_of_day(NaiveDate::MAX), None);
        assert_eq!(start_of_day(NaiveDate::MIN), None);
    }
}
