//! One matter's life under each pack, written down so that a clerk can read it: `tests/scenarios/<pack>.md`.
//!
//! Every line is what the domain answered; the files are compared with it, and written anew with `HUIYIN_WRITE_DOCS=1`.

mod local_packs;
mod national;
mod town_packs;
mod transcript;

use std::collections::BTreeSet;
use std::path::Path;

use huiyin_policy::PackLibrary;
use transcript::Transcript;

/// Every bundled pack has its scenario, and each says what the system answers today.
#[test]
fn every_pack_has_a_scenario_a_clerk_can_read_and_it_is_what_the_system_answers() {
    let scenarios: [fn() -> Transcript; 14] = [
        national::whole_road,
        national::street_office,
        national::one_street_office,
        local_packs::wuhan,
        local_packs::shenzhen,
        local_packs::jiaxing,
        local_packs::tianjin,
        local_packs::qidong,
        local_packs::hubei_justice,
        local_packs::dazhou_dpf,
        town_packs::dongwu_banner,
        town_packs::township,
        town_packs::township_anniversary,
        town_packs::qunli,
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/scenarios");
    let write = std::env::var_os("HUIYIN_WRITE_DOCS").is_some();
    let mut told = BTreeSet::new();
    let mut stale = Vec::new();
    for scenario in scenarios {
        let transcript = scenario();
        let file = folder.join(format!("{}.md", transcript.pack()));
        assert!(told.insert(transcript.pack().to_owned()), "{} is told twice", transcript.pack());
        let text = transcript.finish();
        if write {
            std::fs::create_dir_all(&folder).expect("a folder");
            std::fs::write(&file, &text).expect("written");
        } else if std::fs::read_to_string(&file).ok().as_deref() != Some(text.as_str()) {
            stale.push(file.display().to_string());
        }
    }
    assert!(stale.is_empty(), "write them anew with HUIYIN_WRITE_DOCS=1 and read the difference: {stale:?}");
    let packs: BTreeSet<String> = PackLibrary::bundled().ids().map(str::to_owned).collect();
    assert_eq!(told, packs, "a pack without a scenario, or a scenario without a pack");
}
