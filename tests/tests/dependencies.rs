//! Third-party code: its licences, its source, and what is kept out, as `deny.toml` says. `cargo deny` reads the same file
//! and looks deeper; this runs everywhere.

use std::{collections::BTreeSet, fs, path::Path};

use cargo_metadata::{Metadata, MetadataCommand, Package};
use serde::Deserialize;

#[derive(Deserialize)]
struct Policy {
    licenses: Licenses,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licenses {
    allow: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Banned>,
}

#[derive(Deserialize)]
struct Banned {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

fn policy() -> Policy {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deny.toml");
    toml::from_str(&fs::read_to_string(file).expect("deny.toml")).expect("deny.toml says what is allowed")
}

/// Every package that is built on this kind of machine, our own left out.
fn third_party() -> Vec<Package> {
    let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let options = ["--filter-platform".to_owned(), host, "--locked".to_owned()];
    let metadata: Metadata = MetadataCommand::new().other_options(options).exec().expect("cargo metadata");
    let Metadata { packages, workspace_members, .. } = metadata;
    packages.into_iter().filter(|package| !workspace_members.contains(&package.id)).collect()
}

/// An SPDX expression: `OR` needs one side, `AND` both; `A WITH exception` and `A/B` (old crates) are understood.
fn is_satisfied(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let tokens: Vec<&str> = spaced.split_whitespace().collect();
    let (satisfied, rest) = either(&tokens, allowed);
    satisfied && rest.is_empty()
}

fn either<'t>(tokens: &'t [&'t str], allowed: &BTreeSet<String>) -> (bool, &'t [&'t str]) {
    let (mut satisfied, mut rest) = both(tokens, allowed);
    while let ["OR", further @ ..] = rest {
        let (other, after) = both(further, allowed);
        (satisfied, rest) = (satisfied || other, after);
    }
    (satisfied, rest)
}

fn both<'t>(tokens: &'t [&'t str], allowed: &BTreeSet<String>) -> (bool, &'t [&'t str]) {
    let (mut satisfied, mut rest) = one(tokens, allowed);
    while let ["AND", further @ ..] = rest {
        let (other, after) = one(further, allowed);
        (satisfied, rest) = (satisfied && other, after);
    }
    (satisfied, rest)
}

fn one<'t>(tokens: &'t [&'t str], allowed: &BTreeSet<String>) -> (bool, &'t [&'t str]) {
    match tokens {
        ["(", inner @ ..] => match either(inner, allowed) {
            (satisfied, [")", rest @ ..]) => (satisfied, rest),
            (_, rest) => (false, rest),
        },
        [licence, "WITH", exception, rest @ ..] => (allowed.contains(&format!("{licence} WITH {exception}")), rest),
        [licence, rest @ ..] => (allowed.contains(*licence), rest),
        [] => (false, &[]),
    }
}

#[test]
fn every_licence_is_one_we_accept() {
    let allowed = policy().licenses.allow;
    let packages = third_party();
    let refused =
        packages.iter().filter(|package| !package.license.as_deref().is_some_and(|text| is_satisfied(text, &allowed)));
    let refused: Vec<_> =
        refused.map(|package| format!("{} {}: {:?}", package.name, package.version, package.license)).collect();
    assert!(refused.is_empty(), "not among the licences of deny.toml:\n  {}", refused.join("\n  "));
}

#[test]
fn everything_comes_from_the_public_registry() {
    let packages = third_party();
    let others =
        packages.iter().filter(|package| !package.source.as_ref().is_some_and(cargo_metadata::Source::is_crates_io));
    let others: Vec<_> = others.map(|package| format!("{}: {:?}", package.name, package.source)).collect();
    assert!(others.is_empty(), "not from crates.io:\n  {}", others.join("\n  "));
}

#[test]
fn what_is_banned_is_not_built() {
    let packages = third_party();
    let built = |name: &str| packages.iter().any(|package| package.name.as_str() == name);
    let banned = policy().bans.deny.into_iter().filter(|banned| built(&banned.name));
    let banned: Vec<_> = banned.map(|Banned { name, reason }| format!("{name}: {reason}")).collect();
    assert!(banned.is_empty(), "kept out by deny.toml:\n  {}", banned.join("\n  "));
}

#[test]
fn licence_expressions_are_read_as_they_are_meant() {
    let allowed: BTreeSet<String> = ["MIT", "Apache-2.0 WITH LLVM-exception", "Zlib"].map(str::to_owned).into();
    for accepted in
        ["MIT", "MIT/GPL-3.0", "GPL-3.0 OR MIT", "(GPL-3.0 OR MIT) AND Zlib", "Apache-2.0 WITH LLVM-exception"]
    {
        assert!(is_satisfied(accepted, &allowed), "{accepted}");
    }
    for refused in ["", "GPL-3.0", "MIT AND GPL-3.0", "Apache-2.0", "(MIT", "GPL-3.0 OR (MIT AND GPL-2.0)"] {
        assert!(!is_satisfied(refused, &allowed), "{refused}");
    }
}
