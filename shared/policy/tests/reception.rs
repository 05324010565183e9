//! Which matters a session is for, and what comes from below first.

use huiyin_contracts::scheduling::SessionKind;
use huiyin_policy::{PackLibrary, Policy};
use serde_json::Value;

/// DW-15, TJ-05: the packs whose systems say so, by kind; the law's pack has no such rule.
#[test]
fn a_case_visit_is_for_a_matter_where_the_pack_says_so_dw_15_tj_05() {
    let library = PackLibrary::bundled();
    let named: Vec<(&str, Vec<SessionKind>)> = library
        .ids()
        .filter_map(|id| {
            Some((id, library.resolve(id).expect("bundled").scheduling.names_matters.as_ref()?.kinds.clone()))
        })
        .collect();
    let banner = vec![SessionKind::Appointment, SessionKind::CaseVisit];
    assert_eq!(named, [("dongwu-banner", banner), ("tianjin", vec![SessionKind::CaseVisit])]);
}

/// XT-06: in principle (一般应), so a reason can stand in its place; in the township's pack and those that extend it.
#[test]
fn the_level_below_speaks_first_in_principle_xt_06() {
    let library = PackLibrary::bundled();
    let asks: Vec<&str> = library
        .ids()
        .filter(|id| {
            let policy = library.resolve(id).expect("bundled");
            policy.scheduling.lower_opinion_first.as_ref().is_some_and(|rule| rule.value && rule.is_in_principle())
        })
        .collect();
    assert_eq!(asks, ["qunli", "township", "township-anniversary"]);
}

#[test]
fn what_is_open_to_all_is_for_no_matter_and_the_pack_that_says_so_is_refused() {
    let head = "id = \"x\"\ntitle = { zh = \"甲\", en = \"X\" }\nextends = \"national-2022\"\nin_force = { from = \"2024-01-01\" }\n";
    for kinds in ["\"regular\"", "\"case_visit\", \"immediate\"", ""] {
        let rule = format!("{head}[scheduling]\nnames_matters = {{ kinds = [{kinds}], source = \"x\" }}\n");
        let message = PackLibrary::bundled().check("x.toml", &rule).expect_err(kinds).to_string();
        assert!(message.contains("只能是约访、下访、带案下访"), "{kinds}\n→ {message}");
    }
}

/// A case keeps the pack it began with, also one kept before these rules were known.
#[test]
fn a_pack_kept_before_these_rules_were_known_is_still_read() {
    let township = PackLibrary::bundled().resolve("township").expect("bundled");
    let mut kept: Value = serde_json::from_slice(township.canonical()).expect("JSON");
    let rules = kept["rules"].as_object_mut().expect("rules");
    assert!(rules.remove("scheduling.lower_opinion_first").is_some());
    let older = Policy::from_canonical(&serde_json::to_vec(&kept).expect("serialises")).expect("still read");
    assert!(older.scheduling.lower_opinion_first.is_none() && older.scheduling.names_matters.is_none());
}
