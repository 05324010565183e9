//! What the checker is asked.

use stateright::{Checker, HasDiscoveries, Model};

use super::duty::{Duties, Flaw};

const WHOLE: Duties = Duties { runners: 2, faults: 1, commands: 2, flaw: None };

const ONCE: &str = "no consequence comes twice";
const RIGHT: &str = "no consequence is stale or early";
const FIRED: &str = "what is owed is fired";

/// The checker finds how the flaw breaks `property`.
fn breaks(flaw: Flaw, property: &'static str) {
    let model = Duties { flaw: Some(flaw), ..WHOLE };
    let checker = model.checker().threads(2).finish_when(HasDiscoveries::AnyOf([property].into())).spawn_bfs().join();
    assert!(checker.discovery(property).is_some(), "{flaw:?} does not break “{property}”: the model cannot see it");
}

/// T1–T5, T8: whatever two runners, two commands and a fault do at whatever step.
#[test]
fn model_every_timer_fires_once_for_the_present_date_and_none_is_lost() {
    let checker = WHOLE.checker().threads(2).spawn_bfs().join();
    eprintln!("{WHOLE:?}: {} states", checker.unique_state_count());
    checker.assert_properties();
}

#[test]
fn model_without_the_generation_an_extended_deadline_is_called_overdue() {
    breaks(Flaw::NoGenerationCheck, RIGHT);
}

#[test]
fn model_without_the_second_look_a_consequence_comes_twice() {
    breaks(Flaw::NoSecondLook, ONCE);
}

#[test]
fn model_a_mark_outside_the_transaction_doubles_a_consequence() {
    breaks(Flaw::MarkedLater, ONCE);
}

#[test]
fn model_a_watermark_misses_a_timer_armed_in_the_past() {
    breaks(Flaw::Watermark, FIRED);
}

#[test]
fn model_without_the_auditor_a_removed_timer_never_fires() {
    breaks(Flaw::NoAudit, FIRED);
}
