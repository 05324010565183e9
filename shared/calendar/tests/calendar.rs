//! The data, and what happens when they are wrong.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, Weekday};
use huiyin_calendar::{Calendar, CalendarError, DayKind, UnknownYear};

const WORKDAYS: &str = include_str!("../../../policies/calendars/cn-workdays-2004-2026.csv");
const STATUTORY: &str = include_str!("../../../policies/calendars/cn-statutory-2004-2026.csv");

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// DOMAIN A12: working days of the three years whose notices were compared.
#[test]
fn the_working_days_of_a_year_are_those_of_the_notice() {
    let calendar = Calendar::bundled();
    for (year, workdays) in [(2024, 251), (2025, 248), (2026, 248)] {
        assert_eq!(calendar.workdays_in_year(year), Ok(workdays), "{year}");
    }
}

/// DOMAIN A12: make-up days of the seeds' years.
#[test]
fn make_up_days_are_worked_and_days_off_are_not() {
    let calendar = Calendar::bundled();
    for make_up in [
        "2018-02-11",
        "2018-02-24",
        "2018-04-08",
        "2018-04-28",
        "2018-09-29",
        "2018-09-30",
        "2018-12-29",
        "2019-02-02",
        "2019-02-03",
        "2019-04-28",
        "2019-05-05",
        "2019-09-29",
        "2019-10-12",
        "2022-01-29",
        "2022-01-30",
        "2022-04-02",
        "2022-04-24",
        "2022-05-07",
        "2022-10-08",
        "2022-10-09",
        "2026-01-04",
        "2026-02-14",
        "2026-02-28",
        "2026-05-09",
        "2026-09-20",
        "2026-10-10",
    ] {
        assert_eq!(calendar.day(date(make_up)), Ok(DayKind::MakeUpWorkday), "{make_up}");
        assert_eq!(calendar.is_workday(date(make_up)), Ok(true), "{make_up}");
    }
    assert_eq!(calendar.day(date("2026-02-20")), Ok(DayKind::Holiday("春节".to_owned())));
    assert_eq!(calendar.day(date("2026-03-07")), Ok(DayKind::Weekend));
    assert_eq!(calendar.day(date("2026-03-09")), Ok(DayKind::Workday));
}

/// DOMAIN A12: an unknown year is an explicit error, never "weekday".
#[test]
fn a_year_without_data_is_an_error_on_both_sides() {
    let calendar = Calendar::bundled();
    assert_eq!(calendar.is_workday(date("2027-03-01")), Err(UnknownYear { year: 2027 }));
    assert_eq!(calendar.day(date("2003-12-31")), Err(UnknownYear { year: 2003 }));
    assert_eq!(calendar.is_statutory_holiday(date("2027-10-01")), Err(UnknownYear { year: 2027 }));
    assert_eq!(calendar.workdays_in_year(2027), Err(UnknownYear { year: 2027 }));
    assert_eq!(calendar.workdays_in_year(i32::MAX), Err(UnknownYear { year: i32::MAX }));
    assert_eq!(calendar.workdays_between(date("2026-12-31"), date("2027-01-01")), Err(UnknownYear { year: 2027 }));
    assert!(UnknownYear { year: 2027 }.to_string().contains("2027"));
    assert_eq!(calendar.years().collect::<Vec<_>>(), (2004..=2026).collect::<Vec<_>>());
}

#[test]
fn statutory_days_follow_the_law_of_their_year() {
    let calendar = Calendar::bundled();
    let mut per_year: BTreeMap<i32, usize> = BTreeMap::new();
    for day in date("2004-01-01").iter_days().take_while(|day| *day <= date("2026-12-31")) {
        if calendar.is_statutory_holiday(day) == Ok(true) {
            assert_eq!(calendar.is_workday(day), Ok(false), "{day}");
            *per_year.entry(day.year()).or_default() += 1;
        }
    }
    // 10 days by the law of 1999, 11 by that of 2007, 13 by that of 2024; 中秋 fell into 国庆 in 2009 and 2020, and 2015
    // had one more by single decision.
    let expected = |year| match year {
        2004..=2007 | 2009 | 2020 => 10,
        2015 => 12,
        2025.. => 13,
        _ => 11,
    };
    for (year, count) in per_year {
        assert_eq!(count, expected(year), "{year}");
    }
}

#[test]
fn the_version_names_the_years_and_changes_with_a_single_day_but_not_with_order() {
    let version = |sources: &[(&str, &str)]| Calendar::from_sources(sources).expect("good").version().to_owned();
    let bundled = Calendar::bundled().version().to_owned();
    assert!(bundled.starts_with("cn-2004-2026-"), "{bundled}");
    assert_eq!(bundled.len(), "cn-2004-2026-".len() + 8);
    assert_eq!(version(&[("s", STATUTORY), ("w", WORKDAYS)]), bundled);
    let less = WORKDAYS.replace("2026-10-10,work,国庆\n", "");
    assert_ne!(version(&[("w", &less), ("s", STATUTORY)]), bundled);
}

#[test]
fn the_project_s_own_folder_says_what_is_compiled_in() {
    let policies = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    assert_eq!(Calendar::of_policies(&policies).expect("good"), Calendar::bundled());
}

#[test]
fn a_next_year_is_added_from_a_folder_and_the_old_dates_stay() {
    let policies = tempfile::tempdir().expect("a folder");
    assert_eq!(Calendar::of_policies(policies.path()).expect("good"), Calendar::bundled(), "no part of its own");
    let folder = policies.path().join(huiyin_calendar::FOLDER);
    std::fs::create_dir(&folder).expect("a folder");
    let rows = "date,kind,festival\n2027-01-01,off,元旦\n2027-01-01,statutory,元旦\n2027-10-01,off,国庆\n";
    std::fs::write(folder.join("2027.csv"), rows).expect("written");
    std::fs::write(folder.join("README.md"), "not a calendar").expect("written");
    let calendar = Calendar::of_policies(policies.path()).expect("good");
    assert!(calendar.knows(2027) && calendar.knows(2026));
    assert_eq!(calendar.is_workday(date("2027-01-04")), Ok(true));
    assert!(calendar.version().starts_with("cn-2004-2027-"));
    let missing = Calendar::with_file(policies.path(), &folder.join("2028.csv")).expect_err("no such file");
    assert!(matches!(missing, CalendarError::Unreadable { .. }));
}

#[test]
fn a_year_listed_again_takes_the_place_of_what_was_compiled_in_and_of_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("2026.csv");
    let year: Vec<&str> = WORKDAYS.lines().filter(|line| line.starts_with("2026-")).collect();
    let moved = year.join("\n").replace("2026-10-10,work", "2026-10-17,work");
    std::fs::write(&file, format!("date,kind,festival\n{moved}")).expect("written");
    let calendar = Calendar::with_file(folder.path(), &file).expect("good");
    assert_eq!(
        (calendar.is_workday(date("2026-10-17")), calendar.is_workday(date("2026-10-10"))),
        (Ok(true), Ok(false))
    );
    assert_eq!(calendar.is_statutory_holiday(date("2026-10-01")), Ok(true), "the festivals were not listed again");
    assert_eq!(calendar.workdays_in_year(2025), Calendar::bundled().workdays_in_year(2025));
    std::fs::write(&file, "date,kind,festival\n2026-05-06,off,劳动节\n").expect("written");
    let part = Calendar::with_file(folder.path(), &file).expect_err("a year in part").to_string();
    assert!(part.contains("2026"), "{part}");
}

#[test]
fn wrong_data_are_refused_with_file_and_line() {
    let refused = |rows: &str| {
        let text = format!("date,kind,festival\n2027-01-01,off,元旦\n2027-10-01,off,国庆\n{rows}");
        Calendar::from_sources(&[("next.csv", &text)]).expect_err(rows).to_string()
    };
    for rows in ["2027-13-01,off,x\n", "2027-05-01,holiday,x\n", "2027-05-01,off\n", "2027-05-01,off,x,y\n"] {
        let message = refused(rows);
        assert!(message.starts_with("next.csv:4:"), "{message}");
    }
    let contradiction = refused("2027-05-01,off,x\n2027-05-01,work,x\n");
    assert!(contradiction.starts_with("next.csv:5:") && contradiction.contains("2027-05-01"), "{contradiction}");
    let weekday = refused("2027-05-05,work,x\n");
    assert!(weekday.starts_with("next.csv:4:") && weekday.contains("weekday"), "{weekday}");
    let worked = refused("2027-05-03,statutory,劳动节\n");
    assert!(worked.starts_with("next.csv:4:") && worked.contains("2027-05-03"), "{worked}");
    // A notice's few days of the following year do not make that year known.
    let incomplete = refused("2028-01-01,off,元旦\n");
    assert!(incomplete.contains("2028"), "{incomplete}");
}

#[test]
fn working_days_between_two_dates_leave_out_the_first_and_keep_the_last() {
    let calendar = Calendar::bundled();
    assert_eq!(calendar.workdays_between(date("2026-09-30"), date("2026-10-13")), Ok(5));
    assert_eq!(calendar.workdays_between(date("2026-10-13"), date("2026-10-13")), Ok(0));
    assert_eq!(calendar.workdays_between(date("2026-10-13"), date("2026-09-30")), Ok(0));
    assert_eq!(date("2026-10-10").weekday(), Weekday::Sat);
    assert_eq!(calendar.workdays_between(date("2026-10-09"), date("2026-10-10")), Ok(1));
}
