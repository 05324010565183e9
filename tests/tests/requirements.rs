//! `docs/REQUIREMENTS.md` maps every rule to the tests that show it, and this test keeps the map true. The pairs stand
//! in `docs/requirements.tsv`; the page is generated from them (`HUIYIN_WRITE_DOCS=1`, or `script/docs`). A rule that does not
//! apply stands there with `-` for the file, and why.

#![expect(clippy::panic, reason = "a test ends by panicking; this says of what")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

struct Rule {
    id: String,
    owner: String,
    text: String,
}

struct Shown {
    rule: String,
    file: String,
    test: String,
}

impl Shown {
    /// Instead of a test there is the reason why the rule does not apply.
    fn is_reason(&self) -> bool {
        self.file == "-"
    }
}

/// The rows of `docs/RULES.md`, in its order.
fn rules() -> Vec<Rule> {
    let cells = |line: &str| line.trim_matches('|').split(" | ").map(|c| c.trim().to_owned()).collect::<Vec<_>>();
    read("docs/RULES.md")
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| id"))
        .map(|line| match <[String; 3]>::try_from(cells(line)) {
            Ok([id, owner, text]) => Rule { id, owner, text },
            Err(other) => panic!("docs/RULES.md: a row needs three cells: {other:?}"),
        })
        .collect()
}

fn shown() -> Vec<Shown> {
    read("docs/requirements.tsv")
        .lines()
        .enumerate()
        .map(|(at, line)| match line.split('\t').collect::<Vec<_>>()[..] {
            [rule, file, test] => Shown { rule: rule.to_owned(), file: file.to_owned(), test: test.to_owned() },
            _ => panic!("docs/requirements.tsv:{}: expected rule, file and test, separated by tabs", at + 1),
        })
        .collect()
}

/// True when `source` defines `name` under a test attribute (or inside `proptest!`).
fn defines_test(source: &str, name: &str) -> bool {
    let definition = format!("fn {name}(");
    source.find(&definition).is_some_and(|at| {
        let before = source[..at].trim_end();
        let head = before.rfind("\n\n").map_or(before, |blank| &before[blank..]);
        head.contains("test]") || head.contains("test(") || head.contains("proptest!")
    })
}

#[test]
fn every_pair_names_a_known_rule_and_a_real_test() {
    let known: BTreeSet<String> = rules().into_iter().map(|rule| rule.id).collect();
    let mut sources = BTreeMap::<String, String>::new();
    let mut wrong = Vec::new();
    for pair in shown() {
        if !known.contains(&pair.rule) {
            wrong.push(format!("{}: not a rule of docs/RULES.md", pair.rule));
        }
        if pair.is_reason() {
            continue;
        }
        let source = sources
            .entry(pair.file.clone())
            .or_insert_with(|| fs::read_to_string(root().join(&pair.file)).unwrap_or_default());
        if !defines_test(source, &pair.test) {
            wrong.push(format!("{}: no test {} in {}", pair.rule, pair.test, pair.file));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_page_is_up_to_date() {
    let mut tests = BTreeMap::<String, Vec<String>>::new();
    let (reasons, pairs): (Vec<_>, Vec<_>) = shown().into_iter().partition(Shown::is_reason);
    for pair in pairs {
        tests.entry(pair.rule).or_default().push(format!("[`{}`](../{})", pair.test, pair.file));
    }
    let rules = rules();
    let (done, others): (Vec<_>, Vec<_>) = rules.iter().partition(|rule| tests.contains_key(&rule.id));
    let (moot, open): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|rule| reasons.iter().any(|reason| reason.rule == rule.id));
    let mut page = format!(
        "<!-- generated from docs/requirements.tsv and docs/RULES.md by tests/tests/requirements.rs; run script/docs -->\n\
         # Requirements and the tests that show them\n\n\
         {} of {} rules are shown by a test. What a rule asks stands in [RULES.md](RULES.md).\n\n\
         | rule | tests |\n|---|---|\n",
        done.len(),
        rules.len(),
    );
    for rule in &done {
        let _ = writeln!(page, "| {} | {} |", rule.id, tests[&rule.id].join(", "));
    }
    page.push_str("\n## Does not apply\n\n| rule | what it asks | why it does not apply |\n|---|---|---|\n");
    for rule in &moot {
        let why: Vec<&str> = reasons.iter().filter(|reason| reason.rule == rule.id).map(|r| r.test.as_str()).collect();
        let _ = writeln!(page, "| {} | {} | {} |", rule.id, rule.text, why.join(" "));
    }
    page.push_str("\n## Not shown yet\n\n| rule | owner | what it asks |\n|---|---|---|\n");
    for rule in &open {
        let _ = writeln!(page, "| {} | {} | {} |", rule.id, rule.owner, rule.text);
    }
    let path = root().join("docs/REQUIREMENTS.md");
    if std::env::var_os("HUIYIN_WRITE_DOCS").is_some() {
        fs::write(&path, &page).expect("a writable file");
    }
    assert!(
        fs::read_to_string(path).unwrap_or_default() == page,
        "docs/REQUIREMENTS.md is out of date: run script/docs"
    );
}
