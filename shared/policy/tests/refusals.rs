//! Packs that are wrong are refused, and the refusal says where.

use std::{fs, path::Path, sync::LazyLock};

use huiyin_policy::{PackErrors, PackLibrary, Policy, PolicyError};
use proptest::prelude::*;

static LIBRARY: LazyLock<PackLibrary> = LazyLock::new(PackLibrary::bundled);

const HEAD: &str = "id = \"river\"\ntitle = { zh = \"河沿街道\", en = \"River\" }\nextends = \"street-office\"\nin_force = { from = \"2024-01-01\" }\n\n";

/// Lines of the body begin at line 6.
fn check(body: &str) -> Result<std::sync::Arc<Policy>, PackErrors> {
    LIBRARY.check("river.toml", &format!("{HEAD}{body}"))
}

#[track_caller]
fn refused(body: &str, place: &str, says: &str) {
    let message = check(body).expect_err(body).to_string();
    let first = message.lines().next().unwrap_or_default();
    assert!(first.starts_with(&format!("river.toml:{place}: ")) && first.contains(says), "{body}\n→ {message}");
}

/// REG-05: a pack can only lower the number.
#[test]
fn more_than_five_representatives_are_refused_with_file_and_line() {
    refused("[petition]\nmax_representatives = { value = 6, source = \"x\" }\n", "7:1", "only lower it");
    let lower =
        check("[petition]\nmax_representatives = { value = 3, source = \"河沿街道办法 第4条\" }\n").expect("lower");
    assert_eq!(lower.petition.max_representatives.value, 3);
    assert_eq!(lower.petition.max_representatives.source(), "河沿街道办法 第4条");
    assert_eq!(lower.petition.max_representatives.pack(), "river");
}

/// REG-13, REG-14, REG-24, REG-40: a clock of the law can be shortened, not lengthened.
#[test]
fn a_longer_statutory_clock_is_refused_with_file_and_line() {
    let clock = |rule: &str, period: &str, from: &str, roll: &str| {
        format!(
            "[clocks]\n{rule} = {{ period = \"{period}\", from = \"{from}\", roll = \"{roll}\", source = \"x\" }}\n"
        )
    };
    for (rule, period, from, roll) in [
        ("handling", "61 calendar days", "accepted", "forward"),
        ("handling", "2 calendar months", "accepted", "forward"),
        ("handling", "5 working days", "accepted", "forward"),
        ("handling", "60 calendar days", "received", "forward"),
        ("notice", "16 calendar days", "registered", "forward"),
        ("objection", "6 working days", "received", "forward"),
        ("objection", "5 calendar days", "received", "forward"),
        ("review_request", "29 calendar days", "answer_received", "forward"),
    ] {
        refused(&clock(rule, period, from, roll), "7:1", "goes too far");
    }
    for (rule, period, from, roll) in [
        ("handling", "1 calendar month", "accepted", "forward"),
        ("handling", "60 calendar days", "accepted", "none"),
        ("notice", "10 calendar days", "registered", "forward"),
        ("objection", "3 working days", "received", "forward"),
    ] {
        check(&clock(rule, period, from, roll)).expect(period);
    }
    refused("[extension]\ntotal = { period = \"31 calendar days\", source = \"x\" }\n", "7:1", "only shorten it");
}

#[test]
fn lists_of_the_law_cannot_be_cut_or_widened() {
    refused(
        "[scheduling]\npublication = { fields = [\"name\", \"place\"], source = \"x\" }\n",
        "7:1",
        "only add to it",
    );
    refused("[extension]\nkinds = { grades = [\"ordinary\"], source = \"x\" }\n", "7:1", "only narrow it");
    refused("[extension]\nreason_told = { value = false, source = \"x\" }\n", "7:1", "not change it");
}

/// A bound set at the top holds however far below.
#[test]
fn a_grandchild_cannot_overstep_what_its_parent_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let low = HEAD.to_owned() + "[petition]\nmax_representatives = { value = 3, source = \"x\" }\n";
    fs::write(folder.path().join("river.toml"), low).expect("written");
    let library = PackLibrary::load(folder.path()).expect("good");
    let below = HEAD.replace("\"river\"", "\"bank\"").replace("street-office", "river");
    let four = below + "[petition]\nmax_representatives = { value = 4, source = \"x\" }\n";
    let message = library.check("bank.toml", &four).expect_err("4 > 3").to_string();
    assert!(message.starts_with("bank.toml:7:1: ") && message.contains("river"), "{message}");
}

#[test]
fn a_strict_duty_of_the_law_cannot_become_one_in_principle() {
    refused(
        "[clocks]\nhandling = { period = \"60 calendar days\", from = \"accepted\", roll = \"forward\", in_principle = true, source = \"x\" }\n",
        "7:1",
        "goes too far",
    );
}

#[test]
fn unknown_keys_are_refused_with_file_line_and_column() {
    for (body, place, says) in [
        ("[petition]\nmax_representatives = { value = 5, sauce = \"y\", source = \"x\" }\n", "7:36", "sauce"),
        ("[petition]\nmax_reps = { value = 5, source = \"x\" }\n", "7:1", "petition.max_representatives"),
        ("[petitions]\nmax_representatives = { value = 5, source = \"x\" }\n", "7:1", "petition"),
        (
            "[clocks.local]\nsimple = { period = \"5 working days\", from = \"accepted\", roll = \"forward\", source = \"x\" }\n",
            "7:1",
            "clocks.local.simple",
        ),
        ("[decline.litigation_exists]\nkind = \"refused\"\nsource = \"x\"\n", "6:10", "litigation_exists"),
        (
            "[supervision.grounds.repeat_petitioner]\nzh = \"a\"\nen = \"b\"\narticle = \"c\"\nsource = \"x\"\n",
            "6:22",
            "supervision.grounds.repeat_petitioner",
        ),
        ("[supervision]\norder_after_hand_overs = { value = -2, source = \"x\" }\n", "7:36", "-2"),
        ("[approvals.opinion]\nordinary = { roles = [\"unit_head\", \"mayor\"], source = \"x\" }\n", "7:36", "mayor"),
        (
            "[clocks]\nsimple = { period = \"10 days\", from = \"accepted\", roll = \"forward\", source = \"x\" }\n",
            "7:21",
            "10 days",
        ),
        ("[clocks]\nwarnings = { marks = [\"half time\", \"half\"], source = \"x\" }\n", "7:22", "no warning mark"),
        ("[petition]\nmax_representatives = { value = \"five\", source = \"x\" }\n", "7:33", "invalid type"),
        ("[petition]\nmax_representatives = { value = -1, source = \"x\" }\n", "7:33", "-1"),
        ("[petition]\nmax_representatives = { value = 5, may = \"anything\", source = \"x\" }\n", "7:42", "anything"),
        ("[petition]\nmax_representatives = { value = 4.5, source = \"x\" }\n", "7:25", "whole numbers"),
        ("[petition]\nmax_representatives = { source = \"x\" }\n", "7:1", "missing field"),
        (
            "[gates.settle_on_spot]\nconditions = [{ code = \"quiet\", zh = \"a\", en = \"b\" }]\nsource = \"x\"\n",
            "6:8",
            "quiet",
        ),
        ("[petition]\nmax_representatives = { value = 5, source = \"x\" \n", "7:48", "not readable"),
    ] {
        refused(body, place, says);
    }
}

#[test]
fn a_value_without_its_source_is_refused_with_file_line_and_column() {
    refused("[petition]\nmax_representatives = 3\n", "7:1", "no source");
    refused("[petition]\nmax_representatives = { value = 3 }\n", "7:25", "no source");
    refused("[petition]\nmax_representatives = { value = 3, source = \" \" }\n", "7:1", "no source");
    refused("[clocks.local.ordinary]\nperiod = \"5 working days\"\n", "7:1", "clocks.local.ordinary.period");
}

/// A rule may be well written and still make no sense.
#[test]
fn nonsense_is_refused_with_file_and_line() {
    let step = |code: &str| format!("[{{ code = \"{code}\", zh = \"甲\", en = \"a\" }}]");
    let steps = |codes: &[&str], opinion: &str, reply: &str| {
        let stages: Vec<_> = codes.iter().map(|code| step(code)).collect();
        let stages = stages.join(", ");
        format!("[gates.steps]\nstages = [{stages}]\nopinion = \"{opinion}\"\nreply = \"{reply}\"\nsource = \"x\"\n")
    };
    refused(&steps(&["a", "b"], "b", "a"), "6:8", "earlier stage");
    refused(&steps(&["a", "b"], "a", "a"), "6:8", "earlier stage");
    refused(&steps(&["a", "b"], "a", "c"), "6:8", "earlier stage");
    refused(&steps(&["a", "b", "a"], "a", "b"), "6:8", "twice");
    check(&steps(&["a", "b"], "a", "b")).expect("in order");
    for (body, says) in [
        ("[extension]\ntotal = { period = \"5 working days\", source = \"x\" }\n", "calendar days"),
        ("[approvals.opinion]\nwide = { roles = [], source = \"x\" }\n", "at least one"),
        ("[gates]\npromise_letter = { required = true, copies = 0, cites = \"y\", source = \"x\" }\n", "at least one"),
        ("[petition]\nmax_representatives = { value = 0, source = \"x\" }\n", "at least 1"),
        (
            "[decline]\nreview_too_late = { kind = \"refused\", zh = \"\", en = \"e\", article = \"a\", where_zh = \"w\", where_en = \"w\", names_body = false, source = \"x\" }\n",
            "must not be empty",
        ),
        (
            "[supervision.grounds]\nevasion = { zh = \"推诿\", en = \"e\", article = \" \", source = \"x\" }\n",
            "must not be empty",
        ),
        ("[supervision]\norder_after_hand_overs = { value = 1, source = \"x\" }\n", "one hand-over is ordinary"),
    ] {
        refused(body, "7:1", says);
    }
}

#[test]
fn everything_wrong_is_told_at_once_in_order() {
    let body = "[petition]\nmax_representatives = { value = 6, source = \"x\" }\nodd = { value = 1, source = \"x\" }\n[clocks]\nnotice = { period = \"15 days\", from = \"registered\", roll = \"forward\", source = \"x\" }\n";
    let message = check(body).expect_err("three faults").to_string();
    let places: Vec<_> = message.lines().filter_map(|line| line.split(": ").next()).collect();
    assert!(places.contains(&"river.toml:7:1") && places.contains(&"river.toml:8:1"), "{message}");
    assert!(places.contains(&"river.toml:10:21"), "{message}");
    assert!(places.is_sorted_by_key(|p| p.split(':').nth(1).and_then(|n| n.parse::<u32>().ok())), "{message}");
}

#[test]
fn a_wrong_head_is_refused_with_its_place() {
    let library = PackLibrary::bundled();
    for (from, to, place, says) in [
        ("extends = \"street-office\"\n", "", "1:1", "extends"),
        ("street-office", "hubei", "3:1", "hubei"),
        ("extends = \"street-office\"", "extends = \"river\"", "3:1", "circle"),
        ("\"river\"", "\"national-2022\"", "1:1", "national-2022"),
        ("\"river\"", "\"River Street\"", "1:1", "lower-case"),
        ("from = \"2024-01-01\"", "from = \"2024-13-01\"", "4:", "not readable"),
        ("from = \"2024-01-01\"", "from = \"2024-01-01\", until = \"2023-01-01\"", "4:1", "before it begins"),
        ("from = \"2024-01-01\"", "from = \"2022-01-01\"", "4:1", "on which it rests"),
        ("in_force", "inforce", "1:1", "in_force"),
        ("id = \"river\"\n", "id = \"river\"\nid = \"brook\"\n", "2:1", "duplicate"),
    ] {
        assert!(HEAD.contains(from));
        let message = library.check("river.toml", &HEAD.replacen(from, to, 1)).expect_err(to).to_string();
        assert!(message.starts_with(&format!("river.toml:{place}")) && message.contains(says), "{to}\n→ {message}");
    }
}

#[test]
fn a_circle_of_two_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    for (own, parent) in [("bank", "river"), ("river", "bank")] {
        let text = HEAD.replace("\"river\"", &format!("\"{own}\"")).replace("street-office", parent);
        fs::write(folder.path().join(format!("{own}.toml")), text).expect("written");
    }
    let message = PackLibrary::load(folder.path()).expect_err("a circle").to_string();
    assert!(message.contains("circle"), "{message}");
}

#[test]
fn the_project_s_own_folder_loads_and_gives_the_bundled_versions() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    let (loaded, bundled) = (PackLibrary::load(&folder).expect("good"), PackLibrary::bundled());
    for id in bundled.ids() {
        let hash = |library: &PackLibrary| library.resolve(id).expect("there").version_hash().to_owned();
        assert_eq!(hash(&loaded), hash(&bundled), "{id}");
    }
}

#[test]
fn a_folder_s_pack_replaces_a_bundled_one_but_never_the_law() {
    let folder = tempfile::tempdir().expect("a folder");
    let own =
        HEAD.replace("\"river\"", "\"wuhan\"").replace("extends = \"street-office\"", "extends = \"national-2022\"");
    fs::write(folder.path().join("own.toml"), own).expect("written");
    let library = PackLibrary::load(folder.path()).expect("good");
    assert!(!library.resolve("wuhan").expect("there").gates.promise_letter.required);

    let law = include_str!("../../../policies/national-2022.toml").replace("value = 5", "value = 50");
    fs::write(folder.path().join("law.toml"), law).expect("written");
    let message = PackLibrary::load(folder.path()).expect_err("another law").to_string();
    assert!(message.starts_with("law.toml:2:1: ") && message.contains("cannot be altered"), "{message}");
}

#[test]
fn a_missing_folder_and_a_missing_pack_are_told() {
    let missing = PackLibrary::load(Path::new("no-such-folder")).expect_err("missing");
    assert!(matches!(missing, PolicyError::Unreadable { .. }));
    let unknown = PackLibrary::bundled().resolve("hubei").expect_err("unknown").to_string();
    assert!(unknown.contains("hubei-justice, jiaxing, national-2022"), "{unknown}");
}

#[test]
fn check_file_says_good_with_the_version_or_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("river.toml");
    fs::write(&path, HEAD).expect("written");
    let library = PackLibrary::bundled();
    let good = library.check_file(&path).expect("good");
    assert!(good.starts_with("合格 / good\nriver 河沿街道 (River)\n") && good.contains("clocks.handling"), "{good}");
    fs::write(&path, format!("{HEAD}[petition]\nodd = 1\n")).expect("written");
    let wrong = library.check_file(&path).expect_err("wrong").to_string();
    assert!(wrong.contains("river.toml:7:1: "), "{wrong}");
}

/// D-5: a case keeps the version it began with.
#[test]
fn a_version_is_restored_from_its_canonical_form_and_keeps_its_name() {
    let library = PackLibrary::bundled();
    for id in library.ids() {
        let policy = library.resolve(id).expect("there");
        let restored = Policy::from_canonical(policy.canonical()).expect("its own form");
        assert_eq!(restored.version_hash(), policy.version_hash());
        assert_eq!((restored.id(), restored.title()), (policy.id(), policy.title()));
        assert_eq!(restored.clocks, policy.clocks);
        assert_eq!(restored.gates, policy.gates);
        assert_eq!(restored.decline, policy.decline);
        assert_eq!(restored.supervision, policy.supervision);
        assert_eq!(restored.scheduling, policy.scheduling);
    }
    assert!(Policy::from_canonical(b"{}").is_err());
    let other = String::from_utf8(library.resolve("wuhan").expect("there").canonical().to_vec()).expect("JSON");
    assert!(Policy::from_canonical(other.replace("\"format\":1", "\"format\":2").as_bytes()).is_err());
    assert!(Policy::from_canonical(other.replace("clocks.handling", "clocks.handing").as_bytes()).is_err());
}

proptest! {
    /// REG-05, REG-24, JD-10: exactly what is within the law passes.
    #[test]
    fn a_pack_passes_exactly_when_it_stays_within_the_law(people in 0_u32..12, days in 1_u32..120, more in 1_u32..60) {
        let body = format!(
            "[petition]\nmax_representatives = {{ value = {people}, source = \"x\" }}\n\
             [clocks]\nhandling = {{ period = \"{days} calendar days\", from = \"accepted\", roll = \"forward\", source = \"x\" }}\n\
             [extension]\ntotal = {{ period = \"{more} calendar days\", source = \"x\" }}\n"
        );
        let within = (1..=5).contains(&people) && days <= 60 && more <= 30;
        prop_assert_eq!(check(&body).is_ok(), within);
    }

    /// D-5: comments, blank lines and order do not name another version; a value or a source does.
    #[test]
    fn the_version_follows_content_alone(people in 1_u32..=5, other in 1_u32..=5, source in "[a-z]{1,8}", note in "[a-z ]{0,20}") {
        let body = |people: u32, source: &str| format!(
            "[petition]\nmax_representatives = {{ value = {people}, source = \"{source}\" }}\n[supervision]\norder_when_overdue = {{ value = true, source = \"s\" }}\n"
        );
        let commented = format!(
            "# {note}\n[supervision]\norder_when_overdue = {{ source = \"s\", value = true }} # {note}\n\n[petition.max_representatives]\nsource = \"{source}\"\nvalue = {people}\n"
        );
        let hash = |body: &str| check(body).expect("good").version_hash().to_owned();
        let first = hash(&body(people, &source));
        prop_assert_eq!(&hash(&commented), &first);
        prop_assert_eq!(hash(&body(other, &source)) == first, other == people);
        prop_assert_ne!(&hash(&body(people, &format!("{source}!"))), &first);
    }

    /// RELIABILITY §4: whatever the file holds, reading it answers.
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}", cut in 0_usize..20_000) {
        let _ = LIBRARY.check("odd.toml", &text);
        let law = include_str!("../../../policies/street-office.toml");
        let end = law.char_indices().map(|(i, _)| i).take_while(|i| *i <= cut).last().unwrap_or(0);
        let _ = LIBRARY.check("cut.toml", &law[..end]);
    }
}

/// SZ-13: quarters, platforms and days that make no sense are refused.
#[test]
fn calls_without_quarter_platform_or_reminder_in_between_are_refused() {
    let rule = |quarters: &str, platforms: &str, days: &str| {
        format!(
            "[ownership]\ncase_calls = {{ quarters = {quarters}, platforms = {platforms}, {days}, source = \"x\" }}\n"
        )
    };
    let (one, days) = ("[{ code = \"net\", zh = \"网上\", en = \"net\" }]", "reply_days = 20, reminder_days = 5");
    assert!(check(&rule("[2]", one, days)).is_ok());
    for quarters in ["[]", "[0]", "[5]"] {
        refused(&rule(quarters, one, days), "7:1", "at least one quarter");
    }
    let twice =
        "[{ code = \"net\", zh = \"网上\", en = \"net\" }, { code = \"net\", zh = \"来信\", en = \"letters\" }]";
    for platforms in [
        "[]",
        "[{ code = \"Net 1\", zh = \"网上\", en = \"net\" }]",
        "[{ code = \"net\", zh = \" \", en = \"net\" }]",
        twice,
    ] {
        refused(&rule("[2]", platforms, days), "7:1", "at least one platform");
    }
    for days in ["reply_days = 20, reminder_days = 0", "reply_days = 5, reminder_days = 5"] {
        refused(&rule("[2]", one, days), "7:1", "before the last day");
    }
}

/// HB-04: a quota of nobody, of nothing, or without its source is refused.
#[test]
fn a_quota_of_nobody_or_of_nothing_is_refused_with_file_and_line() {
    let quota = |more: &str| {
        format!(
            "[quotas.x]\nzh = \"领导\"\nen = \"leaders\"\nmeasure = \"sessions\"\nper = \"half_year\"\nsource = \"x\"\n{more}"
        )
    };
    assert!(check(&quota("least = 1\nlevels = [\"province\"]\n")).is_ok());
    refused(&quota("least = 1\n"), "6:9", "name levels or posts");
    refused(&quota("least = 0\nposts = [\"厅长\"]\n"), "6:9", "leave out a quota of 0");
}
