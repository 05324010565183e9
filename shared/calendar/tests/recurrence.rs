//! Reception days that come again.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate, Weekday};
use huiyin_calendar::{
    Calendar, DayKind, DeadlineError, NonWorkday, Occurrence, Recurrence, RecurrenceError, Repeats, Shift, UnknownYear,
};
use proptest::prelude::*;

static CALENDAR: LazyLock<Calendar> = LazyLock::new(Calendar::bundled);

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn monthly(days: &[u32], shift: Shift, nonworkday: NonWorkday) -> Recurrence {
    Recurrence { repeats: Repeats::DaysOfMonth(days.to_vec()), shift, nonworkday }
}

fn year(recurrence: &Recurrence, year: i32) -> Vec<Occurrence> {
    let (from, to) = (date(&format!("{year}-01-01")), date(&format!("{year}-12-31")));
    recurrence.expand(from, to, &CALENDAR).expect("a known year")
}

fn planned(occurrences: &[Occurrence], day: &str) -> NaiveDate {
    occurrences.iter().find(|o| o.planned == date(day)).expect("planned").date
}

/// TJ-01
#[test]
fn the_twentieth_rolls_to_the_next_working_day() {
    let any = year(&monthly(&[20], Shift::Forward, NonWorkday::NonWorkday), 2026);
    for (day, holds) in [
        ("2026-02-20", "2026-02-24"),
        ("2026-06-20", "2026-06-22"),
        ("2026-12-20", "2026-12-21"),
        ("2026-09-20", "2026-09-20"),
        ("2026-03-20", "2026-03-20"),
    ] {
        assert_eq!(planned(&any, day), date(holds), "{day}");
    }
    assert_eq!(any.len(), 12);
    let february = &any[1];
    assert_eq!(february.over.len(), 4);
    assert_eq!(february.over[0].why, DayKind::Holiday("春节".to_owned()));
}

/// TJ-01: under "statutory only" weekends and shifted days off stay.
#[test]
fn statutory_only_moves_festival_days_alone() {
    let rule = monthly(&[20], Shift::Forward, NonWorkday::StatutoryOnly);
    let found = year(&rule, 2026);
    assert_eq!(planned(&found, "2026-02-20"), date("2026-02-20"), "a day off beside the festival, 初四");
    assert_eq!(planned(&found, "2026-12-20"), date("2026-12-20"), "a plain Sunday");
    // 初二 of 2015 is a festival day: both readings move it.
    assert_eq!(planned(&year(&rule, 2015), "2015-02-20"), date("2015-02-25"));
    let any = monthly(&[20], Shift::Forward, NonWorkday::NonWorkday);
    assert_eq!(planned(&year(&any, 2015), "2015-02-20"), date("2015-02-25"));
}

/// JX-01
#[test]
fn every_fifteenth_stays_holidays_too() {
    let found = year(&monthly(&[15], Shift::None, NonWorkday::NonWorkday), 2026);
    assert!(found.iter().all(|o| o.date == o.planned && o.date.day() == 15 && o.over.is_empty()));
    assert_eq!(planned(&found, "2026-02-15"), date("2026-02-15"), "Spring Festival");
    assert_eq!(found.len(), 12);
}

/// JX-01: what never moves needs no calendar either.
#[test]
fn dates_that_never_move_are_known_in_any_year() {
    let rule = monthly(&[15], Shift::None, NonWorkday::NonWorkday);
    let found = rule.expand(date("2040-01-01"), date("2040-12-31"), &CALENDAR).expect("no data needed");
    assert_eq!(found.len(), 12);
}

/// JX-08
#[test]
fn three_dates_a_month_are_thirty_six_a_year() {
    let stay = year(&monthly(&[10, 15, 20], Shift::None, NonWorkday::NonWorkday), 2026);
    assert_eq!(stay.len(), 36);
    assert_eq!(planned(&stay, "2026-10-10"), date("2026-10-10"));
    assert_eq!(planned(&stay, "2026-02-20"), date("2026-02-20"));

    let forward = year(&monthly(&[10, 15, 20], Shift::Forward, NonWorkday::NonWorkday), 2026);
    assert_eq!(planned(&forward, "2026-10-10"), date("2026-10-10"), "a Saturday that is worked");
    // 02-15 and 02-20 both move over Spring Festival to 02-24: one session, for both.
    let merged = forward.iter().find(|o| o.date == date("2026-02-24")).expect("there");
    assert_eq!((merged.planned, merged.also_for.as_slice()), (date("2026-02-15"), [date("2026-02-20")].as_slice()));

    let back = year(&monthly(&[10, 15, 20], Shift::Back, NonWorkday::NonWorkday), 2026);
    assert!(back.iter().any(|o| o.date == date("2026-02-14") && o.also_for == [date("2026-02-20")]));
}

#[test]
fn a_short_month_gives_its_last_day_once() {
    let found = year(&monthly(&[29, 30, 31], Shift::None, NonWorkday::NonWorkday), 2026);
    let february: Vec<_> = found.iter().filter(|o| o.date.month() == 2).map(|o| o.date).collect();
    assert_eq!(february, [date("2026-02-28")]);
    let april: Vec<_> = found.iter().filter(|o| o.date.month() == 4).map(|o| o.date.day()).collect();
    assert_eq!(april, [29, 30]);
}

#[test]
fn weekdays_and_distances_repeat() {
    let weekly = Recurrence {
        repeats: Repeats::Weekdays(vec![Weekday::Wed]),
        shift: Shift::Forward,
        nonworkday: NonWorkday::NonWorkday,
    };
    let found = weekly.expand(date("2026-02-01"), date("2026-02-28"), &CALENDAR).expect("known");
    let days: Vec<_> = found.iter().map(|o| o.date).collect();
    assert_eq!(days, [date("2026-02-04"), date("2026-02-11"), date("2026-02-24"), date("2026-02-25")]);

    let every = Recurrence {
        repeats: Repeats::EveryDays { from: date("2026-03-02"), days: 14 },
        shift: Shift::None,
        nonworkday: NonWorkday::NonWorkday,
    };
    let found = every.expand(date("2026-01-01"), date("2026-04-01"), &CALENDAR).expect("known");
    let days: Vec<_> = found.iter().map(|o| o.date).collect();
    assert_eq!(days, [date("2026-03-02"), date("2026-03-16"), date("2026-03-30")]);
}

#[test]
fn an_unknown_year_is_an_error_or_provisional_and_nonsense_is_refused() {
    let calendar = &*CALENDAR;
    let rule = monthly(&[20], Shift::Forward, NonWorkday::NonWorkday);
    let (from, to) = (date("2027-01-01"), date("2027-12-31"));
    let unknown = RecurrenceError::Deadline(DeadlineError::UnknownYear(UnknownYear { year: 2027 }));
    assert_eq!(rule.expand(from, to, calendar), Err(unknown));
    let guessed = rule.expand_or_provisional(from, to, calendar).expect("dates");
    assert!(guessed.len() == 12 && guessed.iter().all(|o| o.provisional));

    let nonsense = |repeats| Recurrence { repeats, ..rule.clone() }.expand(from, to, calendar);
    assert_eq!(nonsense(Repeats::DaysOfMonth(vec![0])), Err(RecurrenceError::DayOfMonth(0)));
    assert_eq!(nonsense(Repeats::DaysOfMonth(vec![32])), Err(RecurrenceError::DayOfMonth(32)));
    assert_eq!(nonsense(Repeats::EveryDays { from, days: 0 }), Err(RecurrenceError::EveryZeroDays));
    assert!(rule.expand(NaiveDate::MIN, NaiveDate::MAX, calendar).is_err());
    assert_eq!(rule.expand(to, from, calendar), Ok(Vec::new()));
}

#[test]
fn a_recurrence_is_kept_and_read_back_as_it_was() {
    for repeats in [
        Repeats::DaysOfMonth(vec![10, 20]),
        Repeats::Weekdays(vec![Weekday::Mon]),
        Repeats::EveryDays { from: date("2026-01-01"), days: 7 },
    ] {
        let rule = Recurrence { repeats, shift: Shift::Back, nonworkday: NonWorkday::StatutoryOnly };
        let json = serde_json::to_string(&rule).expect("serialises");
        assert_eq!(serde_json::from_str::<Recurrence>(&json).expect("reads back"), rule, "{json}");
    }
}

proptest! {
    /// Whatever the rule: shifted dates are worked, dates come in order and once, and every planned day is accounted for.
    #[test]
    fn shifted_dates_are_worked_and_none_is_lost(
        days in prop::collection::btree_set(1_u32..=31, 1..5), year in 2005_i32..=2025, back: bool,
    ) {
        let days: Vec<u32> = days.into_iter().collect();
        let shift = if back { Shift::Back } else { Shift::Forward };
        let (from, to) = (date(&format!("{year}-01-01")), date(&format!("{year}-12-31")));
        let expand = |shift| monthly(&days, shift, NonWorkday::NonWorkday).expand(from, to, &CALENDAR).expect("known");
        let shifted = expand(shift);
        prop_assert!(shifted.windows(2).all(|pair| pair[0].date < pair[1].date));
        for occurrence in &shifted {
            prop_assert_eq!(CALENDAR.is_workday(occurrence.date), Ok(true));
            prop_assert_eq!(occurrence.over.is_empty(), occurrence.date == occurrence.planned);
        }
        let mut planned: Vec<_> = shifted.iter().flat_map(|o| o.also_for.iter().chain([&o.planned])).copied().collect();
        planned.sort();
        let plain: Vec<_> = expand(Shift::None).into_iter().map(|o| o.date).collect();
        prop_assert_eq!(planned, plain);
    }
}
