//! One body of every event version, as it was first published, must decode for ever.

#![expect(clippy::panic, reason = "a test ends by panicking; this says of what")]

use std::fs;
use std::path::Path;

use huiyin_contracts::CATALOGUE;
use huiyin_contracts::casework::{CallSnapshot, CaseSnapshot};
use huiyin_contracts::directory::{DistrictSnapshot, StaffSnapshot, UnitSnapshot};
use huiyin_contracts::intake::{ContactSealed, PetitionSnapshot};
use huiyin_contracts::notification::MessageSnapshot;
use huiyin_contracts::scheduling::{RoundSnapshot, SessionSnapshot, VisitSnapshot};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Decodes the golden body and checks that nothing of it is lost on the way back.
fn holds<T: DeserializeOwned + Serialize>(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}.json"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let golden: Value = serde_json::from_str(&text).expect("JSON");
    let body: T = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name} no longer decodes: {error}"));
    let again = serde_json::to_value(body).expect("serialises");
    kept(name, &golden, &again);
}

/// Every value of `golden` stands in `again`; a part may have gained fields since, as the whole may.
fn kept(name: &str, golden: &Value, again: &Value) {
    match (golden, again) {
        (Value::Object(golden), Value::Object(again)) => {
            for (field, value) in golden {
                let path = format!("{name}.{field}");
                kept(&path, value, again.get(field).unwrap_or_else(|| panic!("{path} is lost")));
            }
        }
        (Value::Array(golden), Value::Array(again)) if golden.len() == again.len() => {
            for (nth, (golden, again)) in golden.iter().zip(again).enumerate() {
                kept(&format!("{name}[{nth}]"), golden, again);
            }
        }
        (golden, again) => assert_eq!(again, golden, "{name}"),
    }
}

#[test]
fn every_golden_body_still_decodes() {
    holds::<DistrictSnapshot>("DistrictSnapshot.v1");
    holds::<UnitSnapshot>("UnitSnapshot.v1");
    holds::<StaffSnapshot>("StaffSnapshot.v1");
    holds::<PetitionSnapshot>("PetitionSnapshot.v1");
    holds::<ContactSealed>("ContactSealed.v1");
    holds::<CaseSnapshot>("CaseSnapshot.v1");
    holds::<CaseSnapshot>("CaseSnapshot.v1.supervised");
    holds::<CallSnapshot>("CallSnapshot.v1");
    holds::<SessionSnapshot>("SessionSnapshot.v1");
    holds::<RoundSnapshot>("RoundSnapshot.v1");
    holds::<VisitSnapshot>("VisitSnapshot.v1");
    holds::<MessageSnapshot>("MessageSnapshot.v1");
}

#[test]
fn every_body_has_a_golden_file() {
    for entry in CATALOGUE {
        let body = entry.body.rsplit("::").next().expect("a name");
        let file = format!("tests/golden/{body}.v{}.json", entry.event.version);
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(&file).exists(), "{file} is missing");
    }
}
