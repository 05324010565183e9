//! Golden vectors: dates worked out by hand from the holiday notices (DOMAIN A12, HB-14).

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_calendar::{
    Calendar, Deadline, DeadlineError, EndRoll, Period, Rule, Step, UnknownYear, deadline, deadline_or_provisional,
    earlier_of, extend, extend_or_provisional,
};

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

/// Noon in Asia/Shanghai.
fn noon(day: &str) -> DateTime<Utc> {
    at(&format!("{day}T04:00:00Z"))
}

fn rule(period: &str) -> Rule {
    let period = period.parse().expect("a period");
    Rule { code: "test".to_owned(), period, roll: EndRoll::Forward, source: "民法典 第203条".to_owned() }
}

fn reckon(start: &str, period: &str) -> Result<Deadline, DeadlineError> {
    deadline(noon(start), &rule(period), &Calendar::bundled())
}

/// DOMAIN A12, HB-14.
#[test]
fn golden_vectors() {
    for (start, period, last_day) in [
        ("2026-09-30", "5 working days", "2026-10-13"),
        ("2026-02-13", "3 working days", "2026-02-25"),
        ("2026-04-30", "10 working days", "2026-05-18"),
        ("2025-09-26", "5 working days", "2025-10-10"),
        ("2026-01-05", "60 calendar days", "2026-03-06"),
        ("2026-01-05", "90 calendar days", "2026-04-07"),
        ("2026-09-16", "15 calendar days", "2026-10-08"),
        ("2026-03-02", "60 calendar days", "2026-05-06"),
        ("2026-01-31", "1 calendar month", "2026-02-28"),
        ("2026-12-24", "5 working days", "2026-12-31"),
        // HB-14
        ("2026-02-13", "5 working days", "2026-02-27"),
        ("2025-12-31", "2 calendar months", "2026-02-28"),
        // Month ends and leap days. 2024-03-29 is a Friday; 2025-02-28 too; 2025-03-31 a Monday.
        ("2024-01-31", "1 calendar month", "2024-02-29"),
        ("2024-02-29", "1 calendar month", "2024-03-29"),
        ("2024-02-29", "12 calendar months", "2025-02-28"),
        ("2025-01-31", "2 calendar months", "2025-03-31"),
        ("2024-02-28", "1 calendar day", "2024-02-29"),
    ] {
        let found = reckon(start, period).expect("within the known years");
        assert_eq!(found.last_day, date(last_day), "{start} + {period}: {}", found.to_en());
        assert!(!found.provisional);
    }
}

/// DOMAIN A12: a day past the last known one is an error, and provisional only when asked for.
#[test]
fn past_the_known_calendar_the_strict_answer_is_an_error_and_the_other_says_it_guesses() {
    assert_eq!(reckon("2026-12-24", "6 working days"), Err(DeadlineError::UnknownYear(UnknownYear { year: 2027 })));
    assert_eq!(reckon("2026-12-01", "60 calendar days"), Err(DeadlineError::UnknownYear(UnknownYear { year: 2027 })));

    let calendar = Calendar::bundled();
    let guessed = deadline_or_provisional(noon("2026-12-24"), &rule("6 working days"), &calendar).expect("a date");
    assert!(guessed.provisional && guessed.explanation.provisional);
    assert_eq!(guessed.last_day, date("2027-01-01"), "Friday, counted as worked until the notice says otherwise");
    assert!(guessed.explanation.steps.contains(&Step::Assumed { years: vec![2027] }));
    assert!(guessed.to_zh().contains("2027年放假安排尚未公布"), "{}", guessed.to_zh());
    assert!(guessed.to_en().contains("not announced yet"), "{}", guessed.to_en());

    let known = deadline_or_provisional(noon("2026-12-24"), &rule("5 working days"), &calendar).expect("a date");
    assert!(!known.provisional);
    assert_eq!(Ok(known), reckon("2026-12-24", "5 working days"));
}

/// An end that does not roll needs no calendar, in any year.
#[test]
fn calendar_days_that_do_not_roll_need_no_holiday_data() {
    let unrolled = Rule { roll: EndRoll::None, ..rule("60 calendar days") };
    let found = deadline(noon("2031-01-05"), &unrolled, &Calendar::bundled()).expect("no calendar is asked");
    assert_eq!(found.last_day, date("2031-03-06"));
    assert!(!found.provisional);
}

/// DOMAIN A12: the last day ends at 24:00.
#[test]
fn a_duty_is_late_from_midnight_and_not_a_millisecond_before() {
    let found = reckon("2026-01-05", "60 calendar days").expect("known");
    assert_eq!(found.due_at, at("2026-03-06T16:00:00Z"));
    assert!(!found.is_late(at("2026-03-06T15:59:59.999Z")));
    assert!(found.is_late(at("2026-03-06T16:00:00Z")));
}

/// DOMAIN A12: the start is read on the wall in Asia/Shanghai.
#[test]
fn the_last_millisecond_starts_a_period_a_day_earlier_than_midnight() {
    let calendar = Calendar::bundled();
    let last = deadline(at("2026-01-05T15:59:59.999Z"), &rule("15 calendar days"), &calendar).expect("known");
    let midnight = deadline(at("2026-01-05T16:00:00Z"), &rule("15 calendar days"), &calendar).expect("known");
    assert_eq!(last.explanation.start_day, date("2026-01-05"));
    assert_eq!((last.last_day, midnight.last_day), (date("2026-01-20"), date("2026-01-21")));
}

/// DW-11: ten minutes on the clock; the tenth is in time.
#[test]
fn minutes_are_read_on_the_clock() {
    let found = deadline(at("2026-03-02T01:00:00Z"), &rule("10 minutes"), &Calendar::bundled()).expect("known");
    assert_eq!(found.due_at, at("2026-03-02T01:10:00Z"));
    assert!(!found.is_late(at("2026-03-02T01:10:00.999Z")));
    assert!(found.is_late(at("2026-03-02T01:10:01Z")));
    assert_eq!(found.last_day, date("2026-03-02"));
    let across = deadline(at("2026-03-02T15:55:00Z"), &rule("10 minutes"), &Calendar::bundled()).expect("known");
    assert_eq!(across.last_day, date("2026-03-03"));
}

/// REG-24: 60 and 30 days are 90 in one piece, however the first 60 rolled.
#[test]
fn an_extension_is_added_to_the_day_before_rolling() {
    let calendar = Calendar::bundled();
    // 03-02 + 60 = 05-01 (rolls to 05-06); + 30 from 05-01 = 05-31, a Sunday, rolls to 06-01.
    let base = reckon("2026-03-02", "60 calendar days").expect("known");
    assert_eq!((base.unrolled_last_day, base.last_day), (date("2026-05-01"), date("2026-05-06")));
    let extended = extend(&base, Period::CalendarDays(30), "第34条", &calendar).expect("known");
    assert_eq!((extended.unrolled_last_day, extended.last_day), (date("2026-05-31"), date("2026-06-01")));
    assert_eq!(extended.due_at, reckon("2026-03-02", "90 calendar days").expect("known").due_at);
    assert!(extended.to_zh().contains("延长30日"), "{}", extended.to_zh());
    assert_eq!(extended.explanation.steps.iter().filter(|s| matches!(s, Step::Rolled { .. })).count(), 1);
    // Ten and twenty are thirty.
    let ten = extend(&base, Period::CalendarDays(10), "第34条", &calendar).expect("known");
    let thirty = extend(&ten, Period::CalendarDays(20), "第34条", &calendar).expect("known");
    assert_eq!(thirty.due_at, extended.due_at);
}

#[test]
fn an_extension_out_of_a_guessed_rolling_is_no_longer_provisional_when_it_need_not_be() {
    let calendar = Calendar::bundled();
    let base = deadline_or_provisional(noon("2026-12-01"), &rule("60 calendar days"), &calendar).expect("a date");
    assert!(base.provisional);
    let next = "date,kind,festival\n2027-01-01,off,元旦\n2027-10-01,off,国庆\n";
    let source = include_str!("../../../policies/calendars/cn-workdays-2004-2026.csv");
    let with_next = Calendar::from_sources(&[("w", source), ("n", next)]).expect("good");
    let extended = extend_or_provisional(&base, Period::CalendarDays(5), "x", &with_next).expect("a date");
    assert!(!extended.provisional, "{}", extended.to_en());
    let still = extend_or_provisional(&base, Period::CalendarDays(5), "x", &calendar).expect("a date");
    assert!(still.provisional);
    assert_eq!(extend(&base, Period::Minutes(5), "x", &calendar), Err(DeadlineError::MinutesDoNotMix));
}

/// JD-10 beside REG-24: the earlier of the local and the statutory limit binds.
#[test]
fn of_two_limits_the_earlier_binds_and_names_the_other() {
    let law = Rule { source: "信访工作条例 第34条".to_owned(), ..rule("60 calendar days") };
    let local = Rule { source: "街道制度".to_owned(), ..rule("30 calendar days") };
    let calendar = Calendar::bundled();
    let of = |rule: &Rule| deadline(noon("2026-01-05"), rule, &calendar).expect("known");
    for bound in [earlier_of(of(&law), of(&local)), earlier_of(of(&local), of(&law))] {
        assert_eq!(bound.last_day, date("2026-02-04"));
        assert_eq!(bound.explanation.rule, local);
        assert!(bound.to_zh().contains("以先到者为准"), "{}", bound.to_zh());
        assert!(bound.to_en().contains("2026-03-06"), "{}", bound.to_en());
    }
    assert_eq!(earlier_of(of(&law), of(&law)).explanation.rule, law);
}

/// D-4: what is later today may be the earlier one with next year's data, so it is reckoned again as well.
#[test]
fn of_two_limits_one_provisional_makes_the_binding_one_provisional() {
    let calendar = Calendar::bundled();
    let of = |period: &str| deadline_or_provisional(noon("2026-12-01"), &rule(period), &calendar).expect("a date");
    let bound = earlier_of(of("60 calendar days"), of("15 calendar days"));
    assert_eq!(bound.last_day, date("2026-12-16"));
    assert!(bound.provisional && bound.explanation.provisional);
    assert!(!earlier_of(of("16 calendar days"), of("15 calendar days")).provisional);
}

#[test]
fn extreme_starts_and_periods_are_refused_and_never_panic() {
    let calendar = Calendar::bundled();
    for start in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC, at("9999-12-31T00:00:00Z")] {
        for period in ["1 calendar day", "36600 working days", "36600 calendar months", "36600 minutes"] {
            let strict = deadline(start, &rule(period), &calendar);
            assert!(strict.is_err(), "{start} + {period}");
            let _ = deadline_or_provisional(start, &rule(period), &calendar);
        }
    }
    assert_eq!(
        deadline_or_provisional(DateTime::<Utc>::MAX_UTC, &rule("1 calendar day"), &calendar),
        Err(DeadlineError::OutOfRange)
    );
}

/// 1986 to 1991 had summer time; the day still ends at midnight on the wall.
#[test]
fn summer_time_neither_panics_nor_moves_the_date() {
    let calendar = Calendar::bundled();
    let summer =
        deadline_or_provisional(at("1986-08-01T04:00:00Z"), &rule("15 calendar days"), &calendar).expect("a date");
    assert_eq!(summer.last_day, date("1986-08-18"), "08-16 was a Saturday");
    assert_eq!(summer.due_at, at("1986-08-18T15:00:00Z"), "midnight in summer time");
    assert!(summer.provisional);
}

#[test]
fn an_explanation_is_kept_and_read_back_as_it_was() {
    let found = reckon("2026-09-30", "5 working days").expect("known");
    let json = serde_json::to_string(&found).expect("serialises");
    assert_eq!(serde_json::from_str::<Deadline>(&json).expect("reads back"), found);
}

/// D-4: the explanation says what was counted, skipped, extended and rolled, in words people understand.
#[test]
fn explanations_in_words() {
    let calendar = Calendar::bundled();
    let mut lines = Vec::new();
    let mut say = |title: &str, deadline: &Deadline| {
        lines.push(format!("{title}\n  {}\n  {}\n", deadline.to_zh(), deadline.to_en()));
    };
    say("5 WD over National Day", &reckon("2026-09-30", "5 working days").expect("known"));
    say("15 CD rolled", &reckon("2026-09-16", "15 calendar days").expect("known"));
    say("a month from the 31st", &reckon("2026-01-31", "1 calendar month").expect("known"));
    let base = reckon("2026-01-05", "60 calendar days").expect("known");
    say("extended", &extend(&base, Period::CalendarDays(30), "信访工作条例 第34条", &calendar).expect("known"));
    say("minutes", &reckon("2026-03-02", "10 minutes").expect("known"));
    let next_year = deadline_or_provisional(noon("2026-12-01"), &rule("60 calendar days"), &calendar).expect("a date");
    say("into an unknown year", &next_year);
    say("bound by the earlier", &earlier_of(base, reckon("2026-01-05", "30 calendar days").expect("known")));
    insta::assert_snapshot!(lines.join("\n"));
}
