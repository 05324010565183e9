//! D-8: Huiyin keeps matters, sessions, deadlines and documents. No schema, API, event or page has a place for a score,
//! a list, a label, a count or a movement record of a person. The words below have no innocent use here; a file that
//! must name them in order to refuse them is listed with its reason.

use std::fs;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

/// Words for the control of persons, in the languages the project is written in.
const FORBIDDEN: &[&str] = &[
    "稳控",
    "劝返",
    "息访",
    "罢访",
    "缠访",
    "闹访",
    "非访",
    "越级访",
    "上访老户",
    "老上访",
    "重点人员",
    "重点群体",
    "黑名单",
    "风险评分",
    "信用扣分",
    "截访",
    "吸附",
    "挑头",
    "person_score",
    "risk_score",
    "person_risk",
    "watch_list",
    "watchlist",
    "blacklist",
    "block_list_person",
    "petitioner_count",
    "visits_per_person",
    "petition_history_of_person",
    "troublemaker",
];

/// Files whose task is to name what is forbidden.
const MAY_NAME: &[(&str, &str)] = &[
    ("tests/tests/matters_not_people.rs", "this list"),
    ("docs/RULES.md", "quotes what the source documents ask, also where Huiyin leaves it out"),
    ("docs/REQUIREMENTS.md", "repeats rules from docs/RULES.md"),
    ("services/portal/tests/it/pages.rs", "checks that no page shows such a word"),
];

const READ: &[&str] = &["rs", "sql", "toml", "html", "css", "js", "json", "csv", "txt", "yml", "yaml", "tsv"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the project's folder")
}

fn files() -> impl Iterator<Item = (String, String)> {
    let root = root();
    WalkDir::new(&root)
        .into_iter()
        .filter_entry(|entry| {
            let name = entry.file_name().to_string_lossy();
            !matches!(&*name, "target" | "var" | ".git" | "node_modules")
        })
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|e| READ.iter().any(|r| e == *r)))
        .filter_map(move |entry| {
            let name = entry.path().strip_prefix(&root).ok()?.to_string_lossy().into_owned();
            Some((name, fs::read_to_string(entry.path()).ok()?))
        })
}

/// DOMAIN part D.
#[test]
fn nothing_in_the_house_has_a_word_for_the_control_of_persons() {
    let mut found = Vec::new();
    for (name, text) in files().filter(|(name, _)| !MAY_NAME.iter().any(|(file, _)| file == name)) {
        for (at, line) in text.lines().enumerate() {
            found.extend(
                FORBIDDEN.iter().filter(|word| line.contains(**word)).map(|word| format!("{name}:{}: {word}", at + 1)),
            );
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// DOMAIN part D, S4: the only index over identity is keyed, and nothing groups or counts by it.
#[test]
fn no_query_counts_or_ranks_by_an_identity_index() {
    let mut found = Vec::new();
    for (name, text) in files().filter(|(name, _)| name.contains("/.sqlx/") || name.starts_with("migrations/")) {
        let sql = text.to_lowercase();
        let groups = sql.split("group by").skip(1).any(|rest| {
            let clause = rest.split(&[';', ')'][..]).next().unwrap_or_default();
            ["blind", "document_number", "phone", "name_index", "petitioner_id"]
                .iter()
                .any(|word| clause.contains(word))
        });
        if groups {
            found.push(name);
        }
    }
    assert!(found.is_empty(), "these queries group by identity: {found:?}");
}

/// DOMAIN part D: no event carries a field that tells who somebody is.
#[test]
fn no_public_event_has_a_field_for_identity() {
    let identity =
        ["petitioner_name", "id_number", "document_number", "phone", "address_of_petitioner", "email", "gender", "age"];
    for entry in huiyin_contracts::CATALOGUE.iter().filter(|e| e.event.audience == huiyin_contracts::Audience::Public) {
        let schema = serde_json::to_value((entry.schema)()).expect("serialises");
        let fields = schema["properties"].as_object().expect("an object");
        for field in fields.keys() {
            assert!(!identity.contains(&field.as_str()), "{}.{field}", entry.body);
        }
    }
}
