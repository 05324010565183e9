//! By what a matter finds its leader, and the steps of an appointment (QD-01, QD-02).

use huiyin_policy::rules::LeaderKey::{Area, Line};
use huiyin_policy::{PackLibrary, Policy};
use serde_json::Value;

const HEAD: &str = "id = \"x\"\ntitle = { zh = \"甲\", en = \"X\" }\nextends = \"national-2022\"\nin_force = { from = \"2024-01-01\" }\n";

fn refused(rule: &str) -> String {
    PackLibrary::bundled().check("x.toml", &format!("{HEAD}{rule}\n")).expect_err(rule).to_string()
}

/// The keys in the pack's order; of a topic that belongs to a place above all the area goes first.
#[test]
fn qd_01_the_pack_says_which_key_goes_first() {
    let library = PackLibrary::bundled();
    let asks: Vec<&str> =
        library.ids().filter(|id| library.resolve(id).expect("bundled").ownership.found_by.is_some()).collect();
    assert_eq!(asks, ["qidong"]);
    let qidong = library.resolve("qidong").expect("bundled");
    let keys = qidong.ownership.found_by.as_ref().expect("named");
    assert_eq!(keys.of_topic("environment").collect::<Vec<_>>(), [Line, Area]);
    assert_eq!(keys.of_topic("house_demolition").collect::<Vec<_>>(), [Area, Line]);
    assert!(keys.source().contains("常委包片、市长包线"));
}

#[test]
fn qd_01_keys_named_twice_or_not_at_all_are_refused() {
    for keys in ["order = []", "order = [\"line\", \"line\"]", "order = [\"line\"], area_first = [\"environment\"]"] {
        let message = refused(&format!("[ownership]\nfound_by = {{ {keys}, source = \"x\" }}"));
        assert!(message.contains("order 写 area、line"), "{keys}\n→ {message}");
    }
}

/// A case keeps the pack it began with, also one kept before these rules were known.
#[test]
fn qd_01_a_pack_kept_before_these_rules_were_known_is_still_read() {
    let qidong = PackLibrary::bundled().resolve("qidong").expect("bundled");
    let mut kept: Value = serde_json::from_slice(qidong.canonical()).expect("JSON");
    let rules = kept["rules"].as_object_mut().expect("rules");
    for rule in ["ownership.found_by", "scheduling.appointment_steps", "clocks.plan"] {
        assert!(rules.remove(rule).is_some(), "{rule}");
    }
    let older = Policy::from_canonical(&serde_json::to_vec(&kept).expect("serialises")).expect("still read");
    assert!(older.ownership.found_by.is_none() && older.clocks.plan.is_none());
    assert!(older.scheduling.appointment_steps.is_none());
}

/// QD-02: application, material, time and place, consultation, and a plan within one calendar month of the application.
#[test]
fn qd_02_the_pack_names_the_steps_and_the_month() {
    use huiyin_policy::rules::AppointmentStep::{Consultation, Material, Plan, TimeAndPlace};
    use huiyin_policy::rules::{ClockStart, StepCommand};
    let library = PackLibrary::bundled();
    let asks: Vec<&str> = library
        .ids()
        .filter(|id| library.resolve(id).expect("bundled").scheduling.appointment_steps.is_some())
        .collect();
    assert_eq!(asks, ["qidong"]);
    let qidong = library.resolve("qidong").expect("bundled");
    let steps = qidong.scheduling.appointment_steps.as_ref().expect("named");
    assert_eq!(steps.order, [Material, TimeAndPlace, Consultation, Plan]);
    assert_eq!(steps.before(Consultation), [Material, TimeAndPlace]);
    let clock = qidong.clocks.plan.as_ref().expect("named");
    assert_eq!((clock.period.to_string().as_str(), clock.from), ("1 calendar month", ClockStart::AppointmentAsked));
    let own: Vec<_> = qidong.gates.steps.all().filter_map(|step| step.command).collect();
    assert_eq!(own, [StepCommand::Consultation, StepCommand::Plan]);
}

#[test]
fn qd_02_steps_out_of_order_are_refused() {
    for order in ["", "\"plan\", \"material\"", "\"material\", \"material\""] {
        let message = refused(&format!("[scheduling]\nappointment_steps = {{ order = [{order}], source = \"x\" }}"));
        assert!(message.contains("每项至多一次"), "{order}\n→ {message}");
    }
}
