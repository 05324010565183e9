//! The file of a closed matter (案卷归档; WH-15, XY-02, A11).

use chrono::NaiveDate;
use huiyin_contracts::casework::{Dispute, ReviewLevel, ReviewResult, VisitFinding};
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::Actor;
use huiyin_policy::rules::Term;

use super::commands::{answer_command, order_command};
use super::world::{REVIEWER, World, date, main_leader, officer, supervisor};
use crate::domain::{
    ArchiveRefusal, Command, CommandKind, Evaluate, Event, Missing, Refusal, StateKind, Supervise, VisitMeans, permit,
    snapshot, words,
};

fn closed(pack: &str) -> World {
    World::reach(pack, PetitionClass::Request, StateKind::Closed)
}

fn archive(receipt: Option<&str>) -> Command {
    Command::Archive { is_petition_office: true, receipt: receipt.map(str::to_owned) }
}

fn missing(world: &mut World, receipt: Option<&str>) -> Vec<Missing> {
    match world.give(&officer(), &archive(receipt)) {
        Err(Refusal::Archive(ArchiveRefusal::Incomplete { missing })) => missing,
        other => panic!("archived, or refused for another reason: {other:?}"),
    }
}

/// Archived on a day on which nothing can be asked for any more.
fn archived(world: &mut World) -> Vec<Event> {
    world.at("2026-06-01");
    world.must(&officer(), &archive(Some("SD-1")))
}

/// WH-15, XY-02: everything that is missing is named at once; each in words that say what to do; complete, it is archived.
#[test]
fn wh_15_a_file_is_complete_or_refused_with_everything_that_is_missing() {
    let mut world = closed("township");
    let dispute = Evaluate { dispute: Some(Dispute::NotCarriedOut), ..Evaluate::default() };
    world.must(&Actor::Petitioner, &Command::Evaluate(dispute));
    let order = world.case.open_order().expect("ordered by rule").number.clone();
    let last = date("2026-04-01");
    let expected = [
        Missing::Receipt,
        Missing::Supervision(order.clone()),
        Missing::ReturnVisit,
        Missing::Evaluation(last),
        Missing::Review(ReviewLevel::Review, last),
    ];
    assert_eq!(missing(&mut world, None), expected);
    let told = ArchiveRefusal::Incomplete { missing: expected.to_vec() }.told();
    for word in ["送达回证", order.as_str(), "尚未回访", "2026年4月1日", "申请复查"] {
        assert!(told.zh.contains(word), "{word}: {}", told.zh);
    }
    // One by one: XY-02, the order is answered and concluded, the visit made, the time over.
    let answer = answer_command(&world);
    world.must(&main_leader(), &answer);
    world.must(&supervisor(), &Command::Supervise(Supervise::Conclude { note: None }));
    let (means, finding) = (VisitMeans::Phone, VisitFinding::CarriedOut);
    world.must(&officer(), &Command::RecordReturnVisit { means, visited_on: date("2026-03-02"), finding });
    assert_eq!(missing(&mut world, Some("SD-1")), expected[3..]);
    world.at("2026-04-02");
    let events = world.must(&officer(), &archive(Some("SD-1")));
    assert_eq!(events.iter().map(Event::name).collect::<Vec<_>>(), ["archived"]);
    let file = world.case.file().expect("archived");
    assert_eq!(
        (file.number.as_str(), file.receipt.as_deref()),
        (&*format!("DA-{}", world.case.facts.number), Some("SD-1"))
    );
    assert_eq!(world.state(), StateKind::Closed);
    assert!(words(&events[0], &crate::domain::Naming::default()).0.contains("保管期限30年，保管至2056年12月31日"));
}

/// WH-15, XT-21: what was put off is settled before the file is closed over it.
#[test]
fn xt_21_a_file_waits_for_what_was_put_off() {
    let mut world = closed("national-2022");
    world.at("2026-06-01");
    let defer = super::commands::defer_command(&world);
    world.must(&officer(), &defer);
    assert_eq!(missing(&mut world, Some("SD-1")), [Missing::Deferral(date("2026-07-01"))]);
    let settled = Command::SettleDeferred { done_on: date("2026-06-01"), note: "管网改造已完成".to_owned() };
    world.must(&officer(), &settled);
    world.must(&officer(), &archive(Some("SD-1")));
}

/// WH-15: by the petition office alone, and once.
#[test]
fn wh_15_the_petition_office_archives_and_once() {
    let mut world = closed("national-2022");
    world.at("2026-06-01");
    let by_other = Command::Archive { is_petition_office: false, receipt: Some("SD-1".to_owned()) };
    assert_eq!(world.give(&officer(), &by_other), Err(ArchiveRefusal::NotPetitionOffice.into()));
    archived(&mut world);
    let again = world.give(&officer(), &archive(None));
    assert!(matches!(again, Err(Refusal::Archive(ArchiveRefusal::Already { .. }))), "{again:?}");
    for refusal in [ArchiveRefusal::NotPetitionOffice, ArchiveRefusal::ReadOnly { number: "DA-1".to_owned() }] {
        assert!(!refusal.told().zh.is_empty() && !refusal.told().en.is_empty());
    }
}

/// A11: for ever with a leader's instruction and a result, thirty years with a result, ten without; for ever where the pack is silent.
#[test]
fn wh_15_how_long_a_file_is_kept_follows_from_instruction_and_result() {
    let kept = |mut world: World| -> (Term, Option<NaiveDate>) {
        archived(&mut world);
        let file = world.case.file().expect("archived");
        let told = snapshot(&world.case, &Event::Approved).archive.expect("told");
        assert_eq!((told.keep_until, told.keep_years.is_none()), (file.keep_until, file.term == Term::Permanent));
        (file.term, file.keep_until)
    };
    assert_eq!(kept(closed("national-2022")), (Term::Years(30), Some(date("2056-12-31"))));
    let mut led = World::reach("national-2022", PetitionClass::Request, StateKind::Assigned);
    led.must(&main_leader(), &Command::Take);
    assert_eq!(kept(led.finished()), (Term::Permanent, None));
    let mut pointed = World::new("national-2022", PetitionClass::Request);
    let point =
        Command::Point { to_body: "人民法院".to_owned(), text: "请向法院提出".to_owned(), road: None };
    pointed.must(&officer(), &point);
    assert_eq!(kept(pointed), (Term::Years(10), Some(date("2036-12-31"))));
    let mut silent = closed("national-2022");
    std::sync::Arc::make_mut(&mut silent.policy).retention = None;
    assert_eq!(kept(silent), (Term::Permanent, None));
}

/// WH-15: archived, the matter is read only but for a review and links; a review takes the file out, and it is archived again after it.
#[test]
fn wh_15_an_archived_matter_is_read_only_but_for_review_and_links() {
    let mut world = closed("national-2022");
    archived(&mut world);
    for kind in CommandKind::ALL {
        use CommandKind::{AppraiseFile, AskReview, LinkMatters, Mark, Note, Reckon, UnlinkMatters};
        if !StateKind::Closed.takes(*kind) {
            continue;
        }
        let refused = permit(&world.case, *kind, &world.policy, &officer());
        let read_only = matches!(refused, Err(Refusal::Archive(_)));
        let goes_on = matches!(kind, AppraiseFile | AskReview | LinkMatters | UnlinkMatters | Mark | Note | Reckon);
        assert_eq!(read_only, !goes_on, "{kind}: {refused:?}");
    }
    let ordered = world.give(&supervisor(), &order_command("other"));
    assert!(matches!(ordered, Err(Refusal::Archive(ArchiveRefusal::ReadOnly { .. }))), "{ordered:?}");
    world.ask_review(REVIEWER);
    assert!(world.case.file().is_none() && world.case.archive.is_some(), "taken out");
    world.answer_review(REVIEWER, ReviewResult::Upheld);
    world.deliver_review(REVIEWER);
    assert_eq!(world.state(), StateKind::Closed);
    assert!(
        missing(&mut world, Some("SD-1")).contains(&Missing::Review(ReviewLevel::Reexamination, date("2026-07-01")))
    );
    world.at("2026-08-01");
    world.must(&officer(), &archive(Some("SD-1")));
    assert!(world.case.file().is_some(), "archived again, under the same number");
}
