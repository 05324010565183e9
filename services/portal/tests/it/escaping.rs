//! Whatever anybody writes stays text.

use anyhow::Result;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::browser::Portal;
use crate::double::{CASE, CODE, NUMBER};
use crate::pages::{console, petition};

/// The shape of a page: its tags and the names of their attributes, none of their words.
fn shape(page: &str) -> Vec<String> {
    let html = crate::html::Html::read(page);
    html.tags.iter().map(|tag| format!("{} {}", tag.name, tag.names().collect::<Vec<_>>().join(" "))).collect()
}

/// Pieces that break pages which do not escape.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("<script>alert(1)</script>".to_owned()),
        Just("\"><img src=x onerror=alert(1)>".to_owned()),
        Just("' onmouseover='x".to_owned()),
        Just("</textarea></title></dd><h1>".to_owned()),
        Just("{{ 7*7 }}{% include \"x\" %}".to_owned()),
        Just("javascript:alert(1)".to_owned()),
        Just("<!-- ]]> &lt;script&gt; &#60;".to_owned()),
        Just("<svg onload=alert(1)>".to_owned()),
        Just("\u{202e}\u{200b}𠮷".to_owned()),
        "[ -~]{0,12}",
    ];
    proptest::collection::vec(piece, 1..4).prop_map(|pieces| format!("x{}x", pieces.concat()))
}

/// The same page with hostile words has the same tags with the same attributes as with harmless ones: nothing anybody can write, to
/// any field or through any service, becomes markup.
#[test]
fn no_words_ever_become_markup() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let portal = runtime.block_on(Portal::start()).expect("a portal");
    let pages = |words: &str| -> Result<Vec<(String, String)>> {
        portal.double.say(words);
        runtime.block_on(async {
            let mut staff = portal.signed_in().await?;
            let mut seen = Vec::new();
            for path in console()
                .into_iter()
                .chain(["/receptions", "/receptions/board", "/led-cases", "/help/where"].map(str::to_owned))
            {
                seen.push((path.clone(), staff.get(&path).await?.text));
            }
            let token = staff.form_token().await?;
            let mut typed: Vec<(&str, &str)> = petition();
            for field in typed.iter_mut().filter(|(name, _)| {
                matches!(*name, "title" | "request" | "facts" | "petitioner.name" | "petitioner.phone")
            }) {
                field.1 = words;
            }
            typed.push(("place", words));
            seen.push(("check".to_owned(), staff.post("/petition", &typed).await?.text));
            typed.push(("back", "yes"));
            seen.push(("back".to_owned(), staff.post("/petition", &typed).await?.text));
            seen.push(("track".to_owned(), staff.post("/track", &[("number", NUMBER), ("code", CODE)]).await?.text));
            seen.push((
                "track wrong".to_owned(),
                staff.post("/track", &[("number", words), ("code", words)]).await?.text,
            ));
            let identity = [("form_token", token.as_str()), ("reason", words)];
            seen.push((
                "identity".to_owned(),
                staff.post(&format!("/staff/cases/{CASE}/identity"), &identity).await?.text,
            ));
            portal.wait(31);
            let lost = [("form_token", token.as_str()), ("note", words), (words, "a name is a word too")];
            seen.push(("lost".to_owned(), staff.post(&format!("/staff/cases/{CASE}/steps"), &lost).await?.text));
            Ok(seen)
        })
    };
    let harmless = pages("xx").expect("pages");
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&hostile(), |words| {
        for ((path, page), (_, plain)) in pages(&words).expect("pages").iter().zip(&harmless) {
            prop_assert_eq!(shape(page), shape(plain), "{}", path);
            prop_assert!(!page.contains("<script"), "{}", path);
        }
        Ok(())
    });
    outcome.expect("no words become markup");
}
