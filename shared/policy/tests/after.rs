//! What holds after the end: evaluation, return visits, archive.

use huiyin_calendar::{EndRoll, Period};
use huiyin_contracts::casework::{Outcome, Rating};
use huiyin_policy::rules::{ClockStart, Term};
use huiyin_policy::{PackLibrary, Policy};
use serde_json::Value;

/// REG-07: the three ratings, changed within thirty days; what another procedure answers for is not asked about.
#[test]
fn reg_07_the_law_s_pack_rates_two_bodies_within_its_time() {
    let policy = PackLibrary::bundled().resolve("national-2022").expect("bundled");
    let rules = policy.evaluation.as_ref().expect("named");
    assert_eq!((rules.within.value, rules.may_change.value, rules.order_when_disputed.value), (30, true, true));
    assert_eq!(rules.scale.ratings, [Rating::Satisfied, Rating::BasicallySatisfied, Rating::Dissatisfied]);
    for outcome in [Outcome::Pointed, Outcome::Forwarded, Outcome::Withdrawn] {
        assert!(rules.not_asked.outcomes.contains(&outcome));
    }
    assert!(rules.within.source().contains("REG-07"));
}

/// XT-10, QD-08: the law asks for no return visit; the packs that do, from the end of the matter.
#[test]
fn xt_10_return_visits_are_asked_for_by_the_packs_that_name_them() {
    let library = PackLibrary::bundled();
    let asks: Vec<&str> =
        library.ids().filter(|id| library.resolve(id).expect("bundled").clocks.return_visit.is_some()).collect();
    assert_eq!(asks, ["qidong", "qunli", "township", "township-anniversary"]);
    let township = library.resolve("township").expect("bundled");
    let rule = township.clocks.return_visit.as_ref().expect("named");
    assert_eq!((rule.period, rule.from, rule.roll), (Period::CalendarDays(30), ClockStart::Closed, EndRoll::Forward));
}

/// A11: three classes.
#[test]
fn wh_15_a_file_is_kept_for_ever_thirty_years_or_ten() {
    let policy = PackLibrary::bundled().resolve("national-2022").expect("bundled");
    let rule = policy.retention.as_ref().expect("named");
    let terms = [rule.instructed, rule.with_result, rule.without_result];
    assert_eq!(terms, [Term::Permanent, Term::Years(30), Term::Years(10)]);
}

fn refused(rule: &str, says: &str) {
    let head = "id = \"x\"\ntitle = { zh = \"甲\", en = \"X\" }\nextends = \"national-2022\"\nin_force = { from = \"2024-01-01\" }\n";
    let message = PackLibrary::bundled().check("x.toml", &format!("{head}{rule}")).expect_err(rule).to_string();
    assert!(message.contains(says), "{rule}\n→ {message}");
}

#[test]
fn a_wrong_rule_about_what_comes_after_is_refused_in_words() {
    refused("[evaluation]\nwithin = { value = 0, source = \"x\" }\n", "天数至少为1");
    refused("[evaluation]\nscale = { ratings = [\"satisfied\"], source = \"x\" }\n", "评价等次至少两个");
    refused("[evaluation]\nscale = { ratings = [\"satisfied\", \"satisfied\"], source = \"x\" }\n", "不得重复");
    let forty = "instructed = \"permanent\", with_result = \"forty\", without_result = \"10 years\", source = \"x\"";
    refused(&format!("[archive]\nretention = {{ {forty} }}\n"), "不是保管期限");
}

/// A case keeps the pack it began with, also one kept before these rules were known: nobody is asked, visited, and its file is kept for ever.
#[test]
fn a_pack_kept_before_these_rules_were_known_is_still_read() {
    let township = PackLibrary::bundled().resolve("township").expect("bundled");
    let mut kept: Value = serde_json::from_slice(township.canonical()).expect("JSON");
    let rules = kept["rules"].as_object_mut().expect("rules");
    rules.retain(|path, _| {
        !path.starts_with("evaluation.") && path != "archive.retention" && path != "clocks.return_visit"
    });
    let older = Policy::from_canonical(&serde_json::to_vec(&kept).expect("serialises")).expect("still read");
    assert!(older.evaluation.is_none() && older.retention.is_none() && older.clocks.return_visit.is_none());
    let rules = kept["rules"].as_object_mut().expect("rules");
    let within = serde_json::json!({ "set_by": "national-2022", "values": { "value": 30 }, "source": "x" });
    rules.insert("evaluation.within".to_owned(), within);
    let half = Policy::from_canonical(&serde_json::to_vec(&kept).expect("serialises"));
    assert!(half.is_err(), "half a group is no older pack");
}
