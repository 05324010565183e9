//! Matters that belong together: linked, undone, closed together.

use chrono::TimeDelta;
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::{PetitionNumber, Role};
use uuid::Uuid;

use super::commands::{accept_simply, link_command};
use super::world::{OTHER, World, officer, reviewer};
use crate::domain::{
    Command, Event, Hindrance, LinkKind, LinkRefusal, MOST_LINKS, Other, Refusal, SimpleRefusal, public_type,
};

fn world() -> World {
    World::new("national-2022", PetitionClass::Request)
}

fn unlink(world: &World) -> Command {
    Command::UnlinkMatters { other: world.case.links[0].case_id, reason: "地点不同".to_owned() }
}

/// Once, with a reason, by a unit that takes part; as freely undone; nothing of it is published.
#[test]
fn a_link_is_made_once_by_a_unit_that_takes_part_and_undone() {
    let mut world = world();
    let link = link_command(&world, 1, LinkKind::Related);
    let stranger = reviewer(OTHER, &[Role::Officer]);
    let no_part = LinkRefusal::TakesNoPart { number: world.case.facts.number.clone() };
    assert_eq!(world.give(&stranger, &link), Err(no_part.into()));
    let itself =
        Command::LinkMatters {
            other: world.case.as_other(), kind: LinkKind::Related, reason: "同一小区".to_owned()
        };
    assert_eq!(world.give(&officer(), &itself), Err(LinkRefusal::Itself.into()));
    let before = (world.case.state.clone(), world.case.clocks.clone());
    let events = world.must(&officer(), &link);
    assert_eq!((&world.case.state, &world.case.clocks), (&before.0, &before.1), "a link changes nothing else");
    assert!(events.iter().all(|event| public_type(event).is_none()));
    let again = world.give(&officer(), &link);
    assert!(matches!(again, Err(Refusal::Link(LinkRefusal::LinkedAlready { .. }))), "{again:?}");
    world.must(&officer(), &unlink(&world));
    assert!(world.case.links.is_empty());
    world.must(&officer(), &link);
    for n in 2..=MOST_LINKS {
        world.must(&officer(), &link_command(&world, u128::try_from(n).expect("small"), LinkKind::Related));
    }
    let one_more = link_command(&world, 999, LinkKind::Related);
    assert_eq!(world.give(&officer(), &one_more), Err(LinkRefusal::TooMany.into()));
    let mut accusation = World::new("national-2022", PetitionClass::Accusation);
    assert_eq!(accusation.give(&officer(), &link), Err(Refusal::AccusationOnlyForwarded));
}

/// REG-30, QL-09: what is linked as the same matter with an earlier one is not put for the first time; with a later one, or merely related, it is.
#[test]
fn reg_30_a_repeat_of_an_earlier_matter_is_not_simple() {
    let other = |world: &World, days: i64| Other {
        case_id: Uuid::from_u128(77).into(),
        number: PetitionNumber::new(2026, 1),
        registered_at: world.case.facts.registered_at + TimeDelta::days(days),
    };
    for (days, kind, is_simple) in
        [(-1, LinkKind::SameMatter, false), (1, LinkKind::SameMatter, true), (-1, LinkKind::Related, true)]
    {
        let mut world = world();
        let link = Command::LinkMatters { other: other(&world, days), kind, reason: "同一处漏水".to_owned() };
        let events = world.must(&officer(), &link);
        assert!(matches!(events[..], [Event::Link(_)]));
        let accepted = world.give(&officer(), &accept_simply()).map(drop);
        let repeat = SimpleRefusal::Unfit { hindrances: vec![Hindrance::Repeat] };
        assert_eq!(accepted, if is_simple { Ok(()) } else { Err(repeat.into()) }, "{days} {kind:?}");
    }
}
