//! The end of a file (鉴定、销毁; A11).

use chrono::NaiveDate;
use huiyin_contracts::casework::DestructionSnapshot;
use huiyin_contracts::intake::PetitionClass;
use huiyin_policy::rules::Term;
use proptest::prelude::*;

use super::commands::appraise_command;
use super::world::{REVIEWER, World, date, main_leader, officer, person, supervisor};
use crate::domain::{
    ArchiveRefusal, Command, CommandKind, Event, Finding, MOST_YEARS, Naming, Refusal, StateKind, permit, public_type,
    snapshot, words,
};

/// Archived; to be kept until the end of 2056.
fn archived() -> World {
    let mut world = World::reach("national-2022", PetitionClass::Request, StateKind::Closed);
    world.at("2026-06-01");
    world.must(&officer(), &Command::Archive { is_petition_office: true, receipt: Some("SD-1".to_owned()) });
    world
}

fn destroy() -> Command {
    Command::DestroyFile { is_petition_office: true }
}

fn refused(world: &mut World, command: &Command) -> ArchiveRefusal {
    match world.give(&officer(), command) {
        Err(Refusal::Archive(refusal)) => refusal,
        other => panic!("not refused, or not for this: {other:?}"),
    }
}

/// A11: not before its last day is over, and never what is kept for ever; each refusal says what to do.
#[test]
fn a11_a_file_is_appraised_only_when_its_time_is_over() {
    let mut world = archived();
    let until = Some(date("2056-12-31"));
    for (now, is_due) in [("2056-12-31", false), ("2057-01-01", true)] {
        world.at(now);
        let proposed = world.give(&officer(), &appraise_command(Finding::Destroy));
        assert_eq!(proposed.is_ok(), is_due, "{now}: {proposed:?}");
    }
    let mut early = archived();
    for finding in [Finding::Destroy, Finding::KeepOn(Term::Permanent)] {
        assert_eq!(refused(&mut early, &appraise_command(finding)), ArchiveRefusal::NotDue { until });
    }
    let mut for_ever = World::reach("national-2022", PetitionClass::Request, StateKind::Assigned);
    for_ever.must(&main_leader(), &Command::Take);
    let mut for_ever = for_ever.finished();
    for_ever.at("2026-06-01");
    for_ever.must(&officer(), &Command::Archive { is_petition_office: true, receipt: Some("SD-1".to_owned()) });
    for_ever.at("2999-01-01");
    let refusal = refused(&mut for_ever, &appraise_command(Finding::Destroy));
    assert_eq!(refusal, ArchiveRefusal::NotDue { until: None });
    assert!(refusal.told().zh.contains("永久保管"), "{}", refusal.told().zh);
}

/// A11: one proposes, another one agrees; both of the petition office; who did what is told, and that nothing can be done any more.
#[test]
fn a11_destruction_takes_two_persons_of_the_petition_office() {
    let mut world = archived();
    world.at("2057-01-01");
    assert_eq!(refused(&mut world, &destroy()), ArchiveRefusal::NotAppraised);
    let by_other = Command::AppraiseFile {
        is_petition_office: false,
        finding: Finding::Destroy,
        reason: "已无查考价值".to_owned(),
    };
    assert_eq!(refused(&mut world, &by_other), ArchiveRefusal::NotPetitionOffice);
    let proposed = world.must(&officer(), &appraise_command(Finding::Destroy));
    assert_eq!(public_type(&proposed[0]), None, "a proposal is nobody else's");
    assert_eq!(refused(&mut world, &destroy()), ArchiveRefusal::SamePerson);
    let by_other = world.give(&supervisor(), &Command::DestroyFile { is_petition_office: false });
    assert_eq!(by_other, Err(ArchiveRefusal::NotPetitionOffice.into()));
    let events = world.must(&supervisor(), &destroy());
    assert_eq!(events.iter().map(Event::name).collect::<Vec<_>>(), ["file_destroyed"]);
    let told = snapshot(&world.case, &events[0]).archive.and_then(|file| file.destroyed);
    let expected = DestructionSnapshot { at: world.now, appraised_by: person(1), approved_by: person(20) };
    assert_eq!(told, Some(expected));
    assert!(words(&events[0], &Naming::default()).0.contains("销毁"));
    for kind in CommandKind::ALL.iter().filter(|kind| StateKind::Closed.takes(**kind)) {
        let refused = permit(&world.case, *kind, &world.policy, &supervisor());
        assert!(matches!(refused, Err(Refusal::Archive(ArchiveRefusal::Destroyed { .. }))), "{kind}: {refused:?}");
    }
}

/// A11: kept on instead, and what was proposed falls; a review takes the file out, and a proposal falls with that, too.
#[test]
fn a11_a_file_kept_on_or_taken_out_is_not_destroyed() {
    let mut world = archived();
    world.at("2057-01-01");
    world.must(&officer(), &appraise_command(Finding::Destroy));
    let events = world.must(&supervisor(), &appraise_command(Finding::KeepOn(Term::Years(10))));
    assert!(words(&events[0], &Naming::default()).0.contains("保管至2066年12月31日"));
    assert!(matches!(world.give(&main_leader(), &destroy()), Err(Refusal::Archive(ArchiveRefusal::NotAppraised))));
    world.at("2067-01-01");
    world.must(&officer(), &appraise_command(Finding::Destroy));
    world.ask_review(REVIEWER);
    assert!(world.case.archive.as_ref().is_some_and(|file| file.appraisal.is_none()), "taken out");
}

proptest! {
    /// Kept on is counted in whole years from the end of its time, and ends in the future; else it is refused.
    #[test]
    fn a11_a_file_is_kept_on_from_the_end_of_its_time(late in 0_i32..300, years in 0_u32..300) {
        let mut world = archived();
        let today = NaiveDate::from_ymd_opt(2057 + late, 1, 1).expect("a day");
        world.at(&today.to_string());
        let to = 2056 + years as i32;
        let fits = (1..=MOST_YEARS).contains(&years) && to > 2056 + late;
        let done = world.give(&officer(), &appraise_command(Finding::KeepOn(Term::Years(years))));
        if fits {
            prop_assert!(done.is_ok());
            let last = NaiveDate::from_ymd_opt(to, 12, 31);
            prop_assert_eq!(world.case.file().expect("archived").keep_until, last);
        } else {
            prop_assert_eq!(done, Err(ArchiveRefusal::TooShort.into()));
        }
    }
}
