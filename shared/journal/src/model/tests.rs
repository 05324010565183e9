//! What the checker is asked.

use stateright::{Checker, HasDiscoveries, Model};

use super::reader::Reading;
use super::road::{Flaw, Road};

const WHOLE: Road = Road { told: 3, relays: 1, faults: 1, repair: false, reading: Reading::Stepwise, flaw: None };

const ONCE: &str = "every effect comes once and in its turn";
const OURS: &str = "every effect comes";
const OUTSIDE: &str = "at rest the stream holds everything";

/// Every state that can be reached holds what is asked.
fn holds(road: Road) {
    let checker = road.checker().threads(2).spawn_bfs().join();
    eprintln!("{road:?}: {} states", checker.unique_state_count());
    checker.assert_properties();
}

/// The checker finds how `road` breaks `property`.
fn breaks(road: Road, property: &'static str) {
    let wanted = HasDiscoveries::AnyOf([property].into());
    let checker = road.checker().threads(2).finish_when(wanted).spawn_bfs().join();
    assert!(checker.discovery(property).is_some(), "{road:?} does not break “{property}”: the model cannot see it");
}

/// More of everything, for the long run.
fn more() -> u8 {
    u8::from(std::env::var_os("HUIYIN_TEST_LONG").is_some())
}

/// O1–O5, O8, I1: over the stream alone, whatever fault strikes at whatever step; two of them in the long run.
#[test]
fn model_over_the_stream_alone_every_effect_comes_once_and_in_order() {
    holds(Road { faults: 1 + more(), ..WHOLE });
}

/// O7: the same with the repair road open.
#[test]
fn model_with_the_repair_road_too_every_effect_comes_once_and_in_order() {
    holds(Road { repair: true, ..WHOLE });
}

/// O11: two relays at work at once; with a fault in the long run.
#[test]
fn model_two_relays_at_once_double_and_lose_nothing() {
    let checker = Road { told: 2, relays: 2, faults: more(), ..WHOLE }.checker().threads(2).spawn_bfs().join();
    for property in [ONCE, OURS, OUTSIDE] {
        checker.assert_no_discovery(property);
    }
}

#[test]
fn model_a_cursor_relay_loses_a_late_commit() {
    breaks(Road { faults: 0, flaw: Some(Flaw::CursorRelay), ..WHOLE }, OURS);
}

#[test]
fn model_no_answer_taken_for_storage_loses_an_event() {
    breaks(Road { flaw: Some(Flaw::UnknownIsStored), ..WHOLE }, OURS);
}

#[test]
fn model_a_duplicate_acknowledgement_taken_for_storage_loses_an_event() {
    breaks(Road { flaw: Some(Flaw::DuplicateIsStored), ..WHOLE }, OUTSIDE);
}

#[test]
fn model_a_reach_noted_only_when_looking_misses_a_lost_tail() {
    breaks(Road { flaw: Some(Flaw::MarkWhenLooking), ..WHOLE }, OUTSIDE);
}

#[test]
fn model_a_stream_not_filled_again_loses_events_for_subscribers_outside() {
    breaks(Road { repair: true, flaw: Some(Flaw::NoRefill), ..WHOLE }, OUTSIDE);
}

#[test]
fn model_a_consumer_without_a_head_has_effects_twice() {
    breaks(Road { reading: Reading::WithoutHead, ..WHOLE }, ONCE);
}

#[test]
fn model_a_consumer_that_does_not_wait_for_its_turn_skips_an_effect() {
    breaks(Road { faults: 0, reading: Reading::WithoutOrder, ..WHOLE }, ONCE);
}
