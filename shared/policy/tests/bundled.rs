//! The packs of this project: what they say, and that they say it with the article beside it.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_calendar::{Calendar, EndRoll, Period};
use huiyin_contracts::{
    casework::Grade,
    scheduling::{OnSpotConditions, SessionKind},
};
use huiyin_kernel::Role;
use huiyin_policy::{
    PackLibrary, Policy, Rule,
    rules::{
        Clock, ClockStart, DeclineKind, DeclineReason, HandOversInARow, PublishedField, ShiftPolicy, SupervisionGround,
        WarningMark,
    },
};

fn pack(id: &str) -> Arc<Policy> {
    PackLibrary::bundled().resolve(id).expect("bundled")
}

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

#[test]
fn every_bundled_pack_resolves_and_names_its_chain_and_its_version() {
    let library = PackLibrary::bundled();
    let ids: Vec<_> = library.ids().collect();
    assert_eq!(
        ids,
        [
            "dazhou-dpf",
            "dongwu-banner",
            "hubei-justice",
            "jiaxing",
            "national-2022",
            "qidong",
            "qunli",
            "shenzhen",
            "street-office",
            "tianjin",
            "township",
            "township-anniversary",
            "wuhan",
            "xiyingmen"
        ]
    );
    assert!(pack("national-2022").extends().is_empty());
    assert_eq!(pack("wuhan").extends(), ["national-2022"]);
    let hashes: BTreeSet<_> = ids.iter().map(|id| pack(id).version_hash().to_owned()).collect();
    assert_eq!(hashes.len(), ids.len());
    assert!(hashes.iter().all(|hash| hash.len() == 64));
    for id in ids {
        let policy = pack(id);
        assert!(policy.rule_names().all(|rule| policy.source_of(rule).is_some_and(|s| !s.is_empty())));
        assert!(!policy.is_in_force_on(date("2022-04-30")) && policy.is_in_force_on(date("2022-05-01")));
    }
}

fn clock(rule: &Rule<Clock>) -> (Period, ClockStart, EndRoll) {
    (rule.period, rule.from, rule.roll)
}

/// REG-10, REG-13, REG-14, REG-24, REG-32, REG-40, REG-41
#[test]
fn the_law_s_clocks_are_the_law_s() {
    let clocks = pack("national-2022").clocks.clone();
    let days = |n, from| (Period::CalendarDays(n), from, EndRoll::Forward);
    let workdays = |n, from| (Period::WorkingDays(n), from, EndRoll::Forward);
    assert_eq!(clock(&clocks.notice), days(15, ClockStart::Registered));
    assert_eq!(clock(&clocks.objection), workdays(5, ClockStart::Received));
    assert_eq!(clock(&clocks.handling), days(60, ClockStart::Accepted));
    assert_eq!(clock(&clocks.simple), workdays(10, ClockStart::Accepted));
    let decision = clocks.simple_decision.as_ref().map(clock);
    assert_eq!(decision, Some(workdays(3, ClockStart::Received)), "REG-33, a reminder");
    assert_eq!(clock(&clocks.review_request), days(30, ClockStart::AnswerReceived));
    assert_eq!(clock(&clocks.review), days(30, ClockStart::RequestReceived));
    assert_eq!(clock(&clocks.reexamination_request), days(30, ClockStart::AnswerReceived));
    assert_eq!(clock(&clocks.reexamination), days(30, ClockStart::RequestReceived));
    assert!(clocks.local.is_empty());
    assert!(clocks.handling.source().contains("第34条"));
    assert_eq!(clocks.handling.to_calendar().code, "clocks.handling");
}

/// REG-05
#[test]
fn a_group_sends_at_most_five_representatives() {
    for id in PackLibrary::bundled().ids() {
        assert_eq!(pack(id).petition.max_representatives.value, 5);
    }
}

/// REG-04: written in principle, so it can be waived with a reason.
#[test]
fn what_holds_in_principle_can_be_waived_and_nothing_else() {
    let law = pack("national-2022");
    assert!(law.petition.in_writing.value && law.petition.in_writing.is_in_principle());
    let waivable: Vec<_> = law.rule_names().filter(|rule| law.is_waivable(rule)).collect();
    assert_eq!(waivable, ["petition.in_writing", "scheduling.nonworkday_allowed"]);
}

/// REG-24, JD-10
#[test]
fn who_may_extend_what_differs_between_law_and_street() {
    let (law, street) = (pack("national-2022"), pack("street-office"));
    assert_eq!(law.extension.approver.role, Role::UnitHead);
    assert_eq!(street.extension.approver.role, Role::MainLeader);
    assert_eq!(law.extension.kinds.grades, [Grade::Complex, Grade::Wide]);
    assert_eq!(street.extension.kinds.grades, [Grade::Wide]);
    for policy in [law, street] {
        assert_eq!(policy.extension.total.days(), 30);
        assert!(policy.extension.reason_told.value);
        assert_eq!((policy.extension_days_left(0), policy.extension_days_left(30)), (30, 0));
        assert_eq!((policy.extension_days_left(12), policy.extension_days_left(31)), (18, 0));
    }
}

/// JD-10, REG-24: ordinary 30, complex 60, wide 60 and up to 30 more; beside the law's 60 and 30 the earlier binds.
#[test]
fn of_the_street_s_limit_and_the_law_s_the_earlier_binds() {
    let calendar = Calendar::bundled();
    let street = pack("street-office");
    let accepted = at("2026-01-05T02:00:00Z");
    let last_day = |grade, simple, extensions: &[u32]| {
        street.handling_deadline(accepted, grade, simple, extensions, &calendar).expect("a date").last_day
    };
    assert_eq!(last_day(Grade::Ordinary, false, &[]), date("2026-02-04"));
    assert_eq!(last_day(Grade::Complex, false, &[]), date("2026-03-06"));
    assert_eq!(last_day(Grade::Wide, false, &[30]), date("2026-04-07"), "04-05 rolls over 清明");
    assert_eq!(last_day(Grade::Wide, false, &[10, 20]), date("2026-04-07"), "two extensions are their sum");
    assert_eq!(last_day(Grade::Ordinary, true, &[]), date("2026-01-19"), "the simple procedure ends first");

    let bound = street.handling_deadline(accepted, Grade::Ordinary, false, &[], &calendar).expect("a date");
    assert_eq!(bound.explanation.rule.code, "clocks.local.ordinary");
    assert!(bound.to_zh().contains("以先到者为准"), "{}", bound.to_zh());
    // Day 31 is late, day 30 is not.
    assert!(!bound.is_late(at("2026-02-04T15:59:59.999Z")) && bound.is_late(at("2026-02-04T16:00:00Z")));

    let law = pack("national-2022").handling_deadline(accepted, Grade::Ordinary, false, &[], &calendar);
    assert_eq!(law.expect("a date").last_day, date("2026-03-06"));
}

/// D-4: a duty that ends in a year without data gets a date all the same, marked provisional.
#[test]
fn a_handling_deadline_in_the_next_year_is_provisional() {
    let street = pack("street-office");
    let accepted = at("2026-12-10T02:00:00Z");
    let due = street.handling_deadline(accepted, Grade::Complex, false, &[], &Calendar::bundled()).expect("a date");
    assert!(due.provisional);
    assert_eq!(due.last_day, date("2027-02-08"));
}

/// JD-09: eight steps; evidence and visits in either order.
#[test]
fn the_eight_steps_stand_in_order_and_two_of_them_in_either() {
    let street = pack("street-office");
    let steps = &street.gates.steps;
    let codes: Vec<_> = steps.all().map(|step| step.code.as_str()).collect();
    assert_eq!(
        codes,
        [
            "earlier_handling",
            "hear_petitioner",
            "assess_evidence",
            "visit_units",
            "opinion",
            "written_reply",
            "carry_out",
            "report_closed"
        ]
    );
    let missing = |code: &str, done: &[&str]| -> Vec<String> {
        let done = done.iter().map(|s| (*s).to_owned()).collect();
        let missing = steps.missing_before(code, &done).expect("a step of the list");
        missing.into_iter().map(|step| step.code.clone()).collect()
    };
    assert_eq!(missing("visit_units", &["earlier_handling", "hear_petitioner"]), Vec::<String>::new());
    assert_eq!(missing("assess_evidence", &["earlier_handling", "hear_petitioner"]), Vec::<String>::new());
    assert_eq!(missing("assess_evidence", &["earlier_handling"]), ["hear_petitioner"]);
    let done: BTreeSet<String> =
        codes[..4].iter().filter(|c| **c != "hear_petitioner").map(|c| (*c).to_owned()).collect();
    let codes_of =
        |steps: Vec<&huiyin_policy::rules::Step>| -> Vec<String> { steps.iter().map(|s| s.code.clone()).collect() };
    assert_eq!(codes_of(steps.missing_before_propose(&done)), ["hear_petitioner"], "hearing cannot be left out");
    assert_eq!(
        codes_of(steps.missing_before_reply(&done)),
        ["hear_petitioner", "opinion"],
        "no reply before the opinion"
    );
    assert_eq!(steps.missing_before_close(&done).len(), 5);
    assert_eq!(steps.missing_before("nonsense", &done), None);
    assert_eq!(steps.step("carry_out").map(|s| s.zh.as_str()), Some("落实处理意见"));
}

/// WH-04, WH-05, WH-07
#[test]
fn settling_on_the_spot_needs_five_conditions_and_else_a_promise_in_duplicate() {
    let wuhan = pack("wuhan");
    let none = OnSpotConditions {
        reasonable: false,
        facts_clear: false,
        lawful_basis: false,
        evidence_sufficient: false,
        solvable_here: false,
    };
    let codes: Vec<_> = wuhan.gates.settle_on_spot.conditions.iter().map(|c| c.code.as_str()).collect();
    assert_eq!(codes, none.missing());
    assert!(wuhan.gates.promise_letter.required);
    assert_eq!(wuhan.gates.promise_letter.copies, 2);
    assert_eq!(wuhan.gates.promise_letter.cites, "信访工作条例", "not the repealed 信访条例");
    assert!(!pack("national-2022").gates.promise_letter.required);
}

/// WH-09, WH-10, JD-11
#[test]
fn who_receives_first_owns_and_takes_what_is_overdue() {
    for id in ["wuhan", "street-office"] {
        let ownership = &pack(id).ownership;
        assert!(ownership.first_receiver_owns.value && ownership.first_receiver_takes_overdue.value);
        assert!(ownership.change_needs_reason.value);
    }
    assert!(!pack("national-2022").ownership.first_receiver_owns.value);
}

/// DW-10, JD-07, WH-14, REG-02
#[test]
fn what_an_announcement_must_say() {
    use PublishedField::{Form, Name, Place, Portfolio, Post, Time};
    assert_eq!(pack("street-office").scheduling.publication.fields, [Name, Post, Portfolio, Time, Place, Form]);
    assert_eq!(pack("wuhan").scheduling.publication.fields, [Time, Place]);
    assert_eq!(pack("national-2022").scheduling.publication.fields, [Time, Place]);
}

/// WH-01, WH-03, WH-13, JD-05, JD-06
#[test]
fn how_reception_days_are_planned() {
    let (wuhan, street) = (pack("wuhan"), pack("street-office"));
    assert!(wuhan.scheduling.round_covers_every_street.value && !street.scheduling.round_covers_every_street.value);
    assert_eq!(wuhan.scheduling.shift.shift, ShiftPolicy::Free);
    assert!(wuhan.scheduling.nonworkday_allowed.value, "the first round was held on a Sunday");
    assert_eq!(wuhan.scheduling.kinds.allowed, [SessionKind::Regular, SessionKind::Appointment]);
    assert!(street.scheduling.field_visit_away_from_hall.value && street.scheduling.substitute_required.value);
    assert!(!street.scheduling.nonworkday_allowed.value && street.is_waivable("scheduling.nonworkday_allowed"));
}

/// DOMAIN A6: a closed list, each with its article and where to go; a pointer is no refusal.
#[test]
fn every_ground_for_not_taking_a_matter_up_says_where_to_go() {
    let law = pack("national-2022");
    for (reason, code) in DeclineReason::ALL {
        let rule = law.decline.reason(reason);
        assert_eq!((reason.code(), DeclineReason::with_code(code)), (code, Some(reason)));
        assert!(!rule.where_zh.is_empty() && rule.article.contains("信访工作条例"), "{code}");
    }
    assert_eq!(law.decline.reason(DeclineReason::OtherBody).kind, DeclineKind::Pointed);
    assert_eq!(law.decline.reason(DeclineReason::OtherProcedure).kind, DeclineKind::Routed);
    assert_eq!(law.decline.reason(DeclineReason::FinallyReviewed).kind, DeclineKind::Ended);
    assert_eq!(DeclineReason::with_code("litigation_exists"), None, "the ground of 2005 is gone");
}

/// D-4: half time, seven days, one day.
#[test]
fn warnings_come_at_half_time_seven_days_and_one_day_and_never_outside() {
    let warnings = pack("national-2022").clocks.warnings.clone();
    let (start, due) = (at("2026-01-05T16:00:00Z"), at("2026-03-06T16:00:00Z"));
    let found = warnings.instants(start, due);
    assert_eq!(
        found.iter().map(|(at, _)| *at).collect::<Vec<_>>(),
        [at("2026-02-04T16:00:00Z"), at("2026-02-27T16:00:00Z"), at("2026-03-05T16:00:00Z")]
    );
    assert_eq!(found[0].1, WarningMark::HalfTime);
    // Of a duty of two days, seven days before lies before its start, and half time falls on one day before: said once.
    let short = warnings.instants(start, at("2026-01-07T16:00:00Z"));
    assert_eq!(short.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [at("2026-01-06T16:00:00Z")]);
    assert!(warnings.instants(due, start).is_empty());
}

/// REG-50, REG-51
#[test]
fn a_missed_deadline_opens_a_supervision_order() {
    let supervision = &pack("street-office").supervision;
    assert!(supervision.order_when_overdue.value);
    assert_eq!(supervision.answer.period, Period::CalendarDays(30));
}

/// REG-50, REG-51, DOMAIN OOS-14: a closed list of failings of an office, each with its article.
#[test]
fn every_ground_of_supervision_is_about_an_office_and_names_its_article() {
    let law = pack("national-2022");
    for (ground, code) in SupervisionGround::ALL {
        let rule = law.supervision.ground(ground);
        assert_eq!((ground.code(), SupervisionGround::with_code(code)), (code, Some(ground)));
        assert!(!rule.zh.is_empty() && rule.article.contains("信访工作条例"), "{code}");
        assert!(!rule.zh.contains("信访人") && !rule.en.contains("petitioner"), "{code} speaks of a person");
    }
    assert_eq!(SupervisionGround::with_code("repeat_petitioner"), None, "nobody is supervised for petitioning");
}

/// DW-19: two hand-overs in a row; a place may ask for more, or for none.
#[test]
fn so_many_hand_overs_in_a_row_call_for_supervision() {
    let rule = &pack("national-2022").supervision.order_after_hand_overs;
    assert_eq!([1, 2, 3].map(|count| rule.reached_by(count)), [false, true, true]);
    let off = HandOversInARow { value: 0 };
    assert!(!off.reached_by(0) && !off.reached_by(9));
}

/// DOMAIN A9: opinions on wide matters are approved by the main leader too.
#[test]
fn every_grade_has_its_chain_of_approvals() {
    let chain = |grade| pack("street-office").approvals.opinion[&grade].roles.clone();
    assert_eq!(chain(Grade::Ordinary), [Role::UnitHead]);
    assert_eq!(chain(Grade::Wide), [Role::UnitHead, Role::MainLeader]);
}

#[test]
fn explanations_name_value_source_place_and_what_they_replace() {
    let library = PackLibrary::bundled();
    let explained: Vec<_> = [
        ("street-office", "extension.approver"),
        ("street-office", "clocks.handling"),
        ("street-office", "clocks.local.ordinary"),
        ("national-2022", "petition.in_writing"),
        ("wuhan", "gates.promise_letter"),
        ("wuhan", "gates.settle_on_spot"),
    ]
    .into_iter()
    .map(|(pack, rule)| library.explain(pack, rule).expect("a rule"))
    .collect();
    insta::assert_snapshot!(explained.join("\n"));
    let unknown = library.explain("wuhan", "clocks.handing").expect_err("no such rule").to_string();
    assert!(unknown.contains("clocks.handling"), "{unknown}");
    let unknown = library.explain("hubei", "clocks.handling").expect_err("no such pack").to_string();
    assert!(unknown.contains("street-office"), "{unknown}");
}

/// SZ-12, JX-18, XT-16: a step says who records it, for which matters it is asked, and whether it can be left out.
#[test]
fn a_step_says_who_for_which_matters_and_whether_it_can_be_left_out() {
    use huiyin_policy::rules::{MatterIs, StepBy};
    let shenzhen = pack("shenzhen");
    let chain: Vec<_> = shenzhen.gates.steps.all().skip_while(|step| step.code != "carry_out").skip(1).collect();
    let by: Vec<StepBy> = chain.iter().map(|step| step.by).collect();
    assert_eq!(by, [StepBy::MainLeader, StepBy::Supervisor, StepBy::Supervisor, StepBy::CaseLeader]);
    assert!(chain.iter().all(|step| step.when == [MatterIs::Taken] && !step.in_principle));
    let jiaxing = pack("jiaxing");
    let panel = jiaxing.gates.steps.step("panel_opinion").expect("a step");
    assert!(panel.in_principle && panel.when == [MatterIs::Wide]);
    let township = pack("township");
    let decision = township.gates.steps.step("collective_decision").expect("a step");
    assert_eq!((decision.by, decision.when.as_slice()), (StepBy::MainLeader, [MatterIs::Joint].as_slice()));
    assert!(township.ownership.wide_needs_main_leader.value);
}

/// HB-14, HB-15, DZ-12: limits for what is taken up while a leader goes down; who approves a joint matter besides.
#[test]
fn going_down_has_limits_of_its_own_and_joint_matters_one_approval_more() {
    let hubei = pack("hubei-justice");
    let period = |grade| hubei.clocks.field_visit[&grade].period;
    assert_eq!(period(Grade::Ordinary), Period::WorkingDays(5));
    assert_eq!((period(Grade::Complex), period(Grade::Wide)), (Period::CalendarMonths(1), Period::CalendarMonths(2)));
    for id in ["hubei-justice", "dazhou-dpf"] {
        assert_eq!(pack(id).approvals.special.roles, [Role::MainLeader], "{id}");
    }
    assert!(pack("national-2022").clocks.field_visit.is_empty() && pack("wuhan").approvals.special.when.is_empty());
}

/// SZ-13: from the second quarter on each platform of the petition office calls for matters, where the place says so; the reminder lies before
/// the day.
#[test]
fn sz_13_a_place_says_when_and_through_whom_it_calls_for_matters() {
    let policy = pack("shenzhen");
    let rule = policy.ownership.case_calls.as_ref().expect("the place has the rule");
    assert_eq!((1..=4).filter(|nth| rule.due_in(*nth)).collect::<Vec<_>>(), [2, 3, 4]);
    let platforms: Vec<&str> = rule.platforms.iter().map(|platform| platform.code.as_str()).collect();
    assert_eq!(platforms, ["net", "letters", "visits", "phone"]);
    assert!(rule.reminder_days < rule.reply_days && rule.platform("pigeons").is_none());
    assert!(pack("wuhan").ownership.case_calls.is_none());
}

/// HB-04, HB-05, SZ-02: what leaders owe is one table of each place, by level and post.
#[test]
fn hb_04_what_leaders_owe_is_a_table_of_the_place() {
    let rows = |id: &str| -> Vec<(String, u32, u32)> {
        pack(id).quotas.iter().map(|(code, quota)| (code.clone(), quota.per.months(), quota.least)).collect()
    };
    let row = |code: &str, months, least| (code.to_owned(), months, least);
    assert_eq!(
        rows("hubei-justice"),
        [
            row("city_going_down", 3, 1),
            row("city_resolved", 12, 2),
            row("provincial_going_down", 6, 1),
            row("provincial_resolved", 12, 1)
        ]
    );
    assert_eq!(rows("shenzhen"), [row("city_reception", 3, 1), row("city_resolved", 12, 3)]);
    assert_eq!(rows("national-2022"), []);
}

/// REG-03: by law leaders receive at fixed times and go down; whatever a place makes of it, its leaders receive.
#[test]
fn reg_03_leaders_receive_under_every_pack_and_go_down_by_law() {
    use SessionKind as Kind;
    let receives = [Kind::Regular, Kind::Appointment, Kind::Immediate];
    for id in PackLibrary::bundled().ids() {
        let kinds = &pack(id).scheduling.kinds;
        assert!(kinds.allowed.iter().any(|kind| receives.contains(kind)), "{id}: leaders receive");
    }
    let kinds = &pack("national-2022").scheduling.kinds;
    assert!(kinds.source().contains("第18条第2款"));
    assert!([Kind::Regular, Kind::FieldVisit, Kind::CaseVisit].iter().all(|kind| kinds.allowed.contains(kind)));
}
