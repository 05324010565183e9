//! Calls for matters fit for leaders (SZ-13).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use huiyin_contracts::casework::{CallReply, Quarter};
use huiyin_kernel::{Actor, CaseId, DistrictCode, Role, UnitCode};
use huiyin_policy::PackLibrary;
use huiyin_policy::rules::CaseCalls;
use uuid::Uuid;

use super::world::{date, morning, reviewer, unit};
use crate::domain::{Call, CallEvent, CallRefusal, Office, ReplyAnswer};

const OFFICE: &str = "990101-xfj";

fn rule() -> CaseCalls {
    let pack = PackLibrary::bundled().resolve("shenzhen").expect("the pack");
    (**pack.ownership.case_calls.as_ref().expect("the rule")).clone()
}

fn with_office<T>(rule: Option<&CaseCalls>, act: impl FnOnce(&Office<'_>) -> T) -> T {
    let (district, unit) = (DistrictCode::parse("990101").expect("a code"), unit(OFFICE));
    act(&Office { district: &district, unit: &unit, rule })
}

fn clerk(of: &str) -> Actor {
    reviewer(of, &[Role::Supervisor])
}

fn asked() -> BTreeSet<UnitCode> {
    ["990101-housing", "990101-roads", "990101-water"].map(unit).into()
}

fn raise(platform: &str, day: &str) -> Result<CallEvent, CallRefusal> {
    with_office(Some(&rule()), |office| office.raise(platform, asked(), &clerk(OFFICE), date(day)))
}

fn raised() -> Call {
    let event = raise("letters", "2026-04-07").expect("due");
    Call::begun(Uuid::from_u128(42).into(), &event, morning("2026-04-07")).expect("raised")
}

fn nothing() -> ReplyAnswer {
    ReplyAnswer::Nothing { reason: "近期没有疑难事项".to_owned() }
}

/// From the second quarter on each platform owes one, and is not offered a second time.
#[test]
fn sz_13_each_platform_calls_in_the_quarters_the_pack_names() {
    let rule = rule();
    let due = |day: &str, raised: &[&str]| {
        let raised = raised.iter().map(|code| (*code).to_owned()).collect();
        with_office(Some(&rule), |office| {
            office.due(date(day), &raised).iter().map(|platform| platform.code.clone()).collect::<Vec<_>>()
        })
    };
    assert_eq!(due("2026-03-31", &[]), Vec::<String>::new());
    for day in ["2026-04-01", "2026-07-01", "2026-12-31"] {
        assert_eq!(due(day, &[]), ["net", "letters", "visits", "phone"], "{day}");
    }
    assert_eq!(due("2026-04-01", &["letters", "net"]), ["visits", "phone"]);
    let none: Vec<String> = with_office(None, |office| {
        office.due(date("2026-04-01"), &BTreeSet::new()).iter().map(|platform| platform.code.clone()).collect()
    });
    assert!(none.is_empty(), "a place without the rule owes none");
}

/// A call names platform, quarter, units and day; the reminder lies before the day.
#[test]
fn sz_13_a_call_names_platform_quarter_units_and_day() {
    let call = raised();
    let raised = &call.raised;
    assert_eq!((raised.platform.as_str(), raised.platform_name.as_str()), ("letters", "来信办理平台"));
    assert_eq!(raised.quarter, Quarter::new(2026, 2).expect("a quarter"));
    assert_eq!(raised.reply_by, NaiveDate::from_ymd_opt(2026, 4, 27).expect("a day"));
    assert_eq!(raised.remind_at, morning("2026-04-22"));
    assert_eq!(raised.units, asked());
}

#[test]
fn sz_13_a_call_out_of_season_by_others_or_to_nobody_is_refused() {
    let rule = rule();
    assert_eq!(raise("letters", "2026-02-02"), Err(CallRefusal::NotDue { quarters: vec![2, 3, 4] }));
    assert!(matches!(raise("pigeons", "2026-04-07"), Err(CallRefusal::UnknownPlatform { .. })));
    let refused = |rule, units, actor: &Actor| {
        with_office(rule, |office| office.raise("letters", units, actor, date("2026-04-07"))).expect_err("refused")
    };
    assert_eq!(refused(None, asked(), &clerk(OFFICE)), CallRefusal::NoRule);
    assert_eq!(refused(Some(&rule), BTreeSet::new(), &clerk(OFFICE)), CallRefusal::NobodyAsked);
    let office = unit(OFFICE);
    assert_eq!(refused(Some(&rule), asked(), &clerk("990101-roads")), CallRefusal::NotTheOffice { office });
}

/// A unit replies once, with matters or with none; late is better than never. Who was not asked does not reply.
#[test]
fn sz_13_a_unit_replies_once_and_late_is_better_than_never() {
    let roads = clerk("990101-roads");
    let event = raised().reply(nothing(), &roads).expect("asked");
    let call = raised().apply(&event, morning("2026-05-11"));
    assert_eq!(call.reply(nothing(), &roads), Err(CallRefusal::RepliedAlready));
    assert_eq!(call.reply(nothing(), &clerk(OFFICE)), Err(CallRefusal::NotAsked));
    let cases = vec![CaseId::from(Uuid::from_u128(7))];
    let event = call.reply(ReplyAnswer::Matters { cases }, &clerk("990101-water")).expect("asked");
    let call = call.apply(&event, morning("2026-05-12"));
    let told = call.told(&event);
    assert_eq!(told.about_unit, Some(unit("990101-water")));
    let replies: Vec<_> = told.units.iter().map(|one| one.reply).collect();
    assert_eq!(replies, [None, Some(CallReply::Nothing), Some(CallReply::Matters)], "in order of their codes: no rank");
    let words = serde_json::to_string(&told).expect("serialises");
    assert!(!words.contains("疑难") && !words.contains(&Uuid::from_u128(7).to_string()), "of matters nothing is told");
}

/// Who has not replied is told once; nobody when all did.
#[test]
fn sz_13_who_has_not_replied_is_told_once_before_the_day() {
    let event = raised().reply(nothing(), &clerk("990101-roads")).expect("asked");
    let call = raised().apply(&event, morning("2026-04-10"));
    let reminder = call.remind().expect("two owe a reply");
    assert_eq!(reminder, CallEvent::Reminded { units: vec![unit("990101-housing"), unit("990101-water")] });
    let call = call.apply(&reminder, morning("2026-04-22"));
    assert_eq!(call.remind(), None);
    let all = ["990101-housing", "990101-roads", "990101-water"].iter().fold(raised(), |call, unit| {
        let event = call.reply(nothing(), &clerk(unit)).expect("asked");
        call.apply(&event, morning("2026-04-10"))
    });
    assert_eq!(all.remind(), None);
    assert_eq!(all.owing().count(), 0);
}

#[test]
fn every_refusal_of_a_call_says_what_to_do() {
    use CallRefusal as No;
    let known = vec![("net".to_owned(), "网上信访平台".to_owned())];
    for refusal in [
        No::NoRule,
        No::NotTheOffice { office: unit(OFFICE) },
        No::NotDue { quarters: vec![2] },
        No::UnknownPlatform { known },
        No::NobodyAsked,
        No::RaisedAlready,
        No::NotAsked,
        No::RepliedAlready,
        No::MattersOrReason,
    ] {
        let told = refusal.told();
        assert_eq!(told.rule, "SZ-13");
        assert!(
            told.zh.contains('请') || told.zh.contains("无需") || told.zh.contains("可以") || told.zh.contains("再"),
            "{}",
            told.zh
        );
        assert!(told.zh.ends_with('。') && told.en.ends_with('.'), "{}", told.zh);
    }
}
