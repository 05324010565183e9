use chrono::NaiveTime;
use huiyin_scheduling::app::AppError;
use huiyin_scheduling::app::calendar_import::{ImportCalendar, import_calendar};

use crate::harness::{City, district, leader};

const TABLE: &str = include_str!("../data/reception-calendar-2022.csv");

fn command(city: &City) -> ImportCalendar {
    let time = |h| NaiveTime::from_hms_opt(h, 0, 0).expect("a time");
    ImportCalendar {
        text: TABLE.to_owned(),
        year: 2022,
        district: district("990102"),
        venue_id: city.hall,
        leaders: (0..10).map(leader).collect(),
        hours: (time(9), time(12)),
        capacity: 6,
        slot_minutes: 30,
        dry_run: false,
    }
}

async fn drafts(city: &City) -> anyhow::Result<usize> {
    Ok(huiyin_scheduling::app::drafts::list(
        &city.app,
        &huiyin_authz::Sight::everything(),
        &district("990102"),
        None,
        1000,
    )
    .await?
    .len())
}

#[tokio::test]
async fn the_table_of_2022_becomes_143_drafts_once_however_often_it_is_imported_ql_15() -> anyhow::Result<()> {
    let city = City::new().await?;
    let looked =
        import_calendar(&city.app, &city.request(), ImportCalendar { dry_run: true, ..command(&city) }).await?;
    assert_eq!((looked.report.sessions, looked.created, drafts(&city).await?), (143, 0, 0));

    let first = import_calendar(&city.app, &city.request(), command(&city)).await?;
    assert_eq!((first.created, first.already_there, first.session_ids.len()), (143, 0, 143));
    assert_eq!((first.report.non_workdays.len(), first.report.empty.len(), first.report.doubled.len()), (8, 1, 13));
    assert_eq!((first.report.empty[0].row, first.report.empty[0].month), (7, 5));

    let again = import_calendar(&city.app, &city.request(), command(&city)).await?;
    assert_eq!((again.created, again.already_there), (0, 143));
    assert_eq!(drafts(&city).await?, 143);
    Ok(())
}

#[tokio::test]
async fn a_table_with_one_bad_cell_or_an_unknown_leader_leaves_nothing_behind() -> anyhow::Result<()> {
    let city = City::new().await?;
    let bad = ImportCalendar { text: TABLE.replacen(",14,25,", ",14,32,", 1), ..command(&city) };
    let Err(AppError::Table(problems)) = import_calendar(&city.app, &city.request(), bad).await else {
        panic!("a 32nd of January was taken");
    };
    assert_eq!((problems.len(), problems[0].row, problems[0].column), (1, 1, 4));

    let mut unknown = command(&city);
    unknown.leaders[6] = leader(77);
    let Err(AppError::Table(problems)) = import_calendar(&city.app, &city.request(), unknown).await else {
        panic!("an unknown leader was taken");
    };
    assert_eq!((problems.len(), problems[0].row), (1, 7));
    assert_eq!(drafts(&city).await?, 0);
    Ok(())
}
