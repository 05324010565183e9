//! Dates and times as people in the city read them.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Timelike, Utc, Weekday};
use huiyin_kernel::CITY_ZONE;

/// The date in the city; `None` where the calendar ends.
pub(crate) fn city_date(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&CITY_ZONE).date_naive()
}

/// `2026年11月23日`
pub(crate) fn date(day: NaiveDate) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// `2026年11月23日 星期一`
pub(crate) fn date_with_weekday(day: NaiveDate) -> String {
    format!("{} {}", date(day), weekday(day))
}

/// `星期一`
pub(crate) const fn weekday_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "星期一",
        Weekday::Tue => "星期二",
        Weekday::Wed => "星期三",
        Weekday::Thu => "星期四",
        Weekday::Fri => "星期五",
        Weekday::Sat => "星期六",
        Weekday::Sun => "星期日",
    }
}

fn weekday(day: NaiveDate) -> &'static str {
    weekday_name(day.weekday())
}

/// `2026年11月23日 09:30`
pub(crate) fn moment(at: DateTime<Utc>) -> String {
    let local = at.with_timezone(&CITY_ZONE);
    format!("{} {:02}:{:02}", date(local.date_naive()), local.hour(), local.minute())
}

/// `09:30`
pub(crate) fn clock(at: DateTime<Utc>) -> String {
    let local = at.with_timezone(&CITY_ZONE);
    format!("{:02}:{:02}", local.hour(), local.minute())
}

/// For the `datetime` attribute: with the city's offset.
pub(crate) fn machine(at: DateTime<Utc>) -> String {
    at.with_timezone(&CITY_ZONE).format("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// `今天`, `昨天`, or the date: for lists where the day matters more than the year.
pub(crate) fn near(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let (day, today) = (city_date(at), city_date(now));
    match (today - day).num_days() {
        0 => format!("今天 {}", clock(at)),
        1 => format!("昨天 {}", clock(at)),
        _ => moment(at),
    }
}

/// An instant typed into `<input type="datetime-local">`, in the city's zone, as RFC 3339; `None` when it is no such instant.
pub(crate) fn typed(text: &str) -> Option<String> {
    let text = text.trim();
    let local = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M"]
        .iter()
        .find_map(|format| chrono::NaiveDateTime::parse_from_str(text, format).ok())?;
    let at = local.and_local_timezone(CITY_ZONE).earliest()?;
    Some(at.to_rfc3339())
}

/// The same; what is no instant goes on as it is, so that whoever reads it names the field.
pub(crate) fn typed_or_as_it_is(text: &str) -> String {
    typed(text).unwrap_or_else(|| text.to_owned())
}

/// For the `value` of `<input type="datetime-local">`.
pub(crate) fn to_type(at: DateTime<Utc>) -> String {
    at.with_timezone(&CITY_ZONE).format("%Y-%m-%dT%H:%M").to_string()
}

/// Some days on.
pub(crate) fn days_later(day: NaiveDate, days: i64) -> NaiveDate {
    day.checked_add_signed(TimeDelta::days(days)).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    #[test]
    fn an_evening_in_greenwich_is_the_next_morning_in_the_city() {
        assert_eq!(moment(at("2026-11-22T17:05:00Z")), "2026年11月23日 01:05");
        assert_eq!(date_with_weekday(city_date(at("2026-11-22T17:05:00Z"))), "2026年11月23日 星期一");
        assert_eq!(machine(at("2026-11-22T17:05:00Z")), "2026-11-23T01:05:00+08:00");
    }

    #[test]
    fn what_a_browser_types_is_read_in_the_city_s_zone() {
        assert_eq!(typed("2022-05-22T09:30").as_deref(), Some("2022-05-22T09:30:00+08:00"));
        assert_eq!(typed("1986-05-04T02:30"), None, "an hour that summer time skipped");
        assert_eq!(typed("tomorrow"), None);
        assert_eq!(to_type(at("2022-05-22T01:30:00Z")), "2022-05-22T09:30");
    }

    #[test]
    fn days_near_by_are_named() {
        let now = at("2026-11-23T02:00:00Z");
        assert_eq!(near(at("2026-11-22T16:30:00Z"), now), "今天 00:30");
        assert_eq!(near(at("2026-11-22T15:30:00Z"), now), "昨天 23:30");
        assert_eq!(near(at("2026-11-01T01:00:00Z"), now), "2026年11月1日 09:00");
    }
}
