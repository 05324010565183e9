//! One trace from the petitioner's browser through NATS to the letter sent.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use huiyin_kernel::Service;
use huiyin_testkit::{eventually_within, not_yet};

use crate::harness::{MailServer, Span, TestCity, TestCityOptions, TraceCollector, browser};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
/// The span of the browser, or of the city's gate before the portal.
const BROWSER: &str = "00f067aa0ba902b7";
const ADDRESS: &str = "traced@petitioner.example";

/// The trace that began at the petitioner's form goes on through portal, intake, relay, NATS, the consumers of the other services and
/// the sender to the mail server: from the letter's span one gets to the browser's by going from parent to parent (D-11).
#[tokio::test(flavor = "multi_thread")]
async fn one_trace_leads_from_the_browser_through_nats_to_the_letter_sent() -> Result<()> {
    let (collector, mail) = (TraceCollector::start().await?, MailServer::start().await?);
    let settings = format!("{}{}", collector.settings(), mail.settings());
    let mut city = TestCity::start(TestCityOptions { settings, ..TestCityOptions::default() }).await?;
    city.open_portal().await?;
    hand_in(&city).await?;
    let wanted = BTreeSet::from(["portal", "intake", "casework", "notification", "ledger"]);
    let spans = eventually_within(Duration::from_secs(60), || async {
        let spans = collector.of(TRACE);
        let lacks: Vec<_> = wanted.iter().filter(|s| !spans.iter().any(|span| span.service.ends_with(**s))).collect();
        let sent = spans.iter().any(|span| span.name == "smtp");
        let whole = spans.iter().find(|span| span.name == "smtp").is_some_and(|span| road(span, &spans).len() > 4);
        if lacks.is_empty() && sent && whole {
            Ok(spans.clone())
        } else {
            Err(not_yet(format!("no span of {lacks:?}, or no letter, or not the whole road: {spans:?}")))
        }
    })
    .await
    .with_context(|| city.last_words())?;
    ensure!(spans.iter().all(|span| !span.parent.is_empty()), "a span began a trace of its own: {spans:?}");
    ensure!(!mail.delivered_to(ADDRESS).is_empty(), "the letter came");
    let letter = spans.iter().find(|span| span.name == "smtp").context("the letter's span")?;
    let road = road(letter, &spans);
    ensure!(
        road.last().map(String::as_str) == Some(BROWSER),
        "the letter does not lead to the browser: {road:?} {spans:?}"
    );
    Ok(())
}

/// As a browser does: the page for reading once more, then its form.
async fn hand_in(city: &TestCity) -> Result<()> {
    let petition = [
        ("key", "traced-0123456789abcdef"),
        ("class", "request"),
        ("topic", "environment"),
        ("district", "990101001"),
        ("kind", "individual"),
        ("title", "楼下烧烤店深夜排烟扰民"),
        ("request", "请有关部门尽快处理并答复"),
        ("petitioner.name", "禾清"),
        ("petitioner.document_kind", "none"),
        ("petitioner.email", ADDRESS),
    ];
    let origin = city.servers.settings.server.public_origin.as_str().trim_end_matches('/').to_owned();
    let request = browser()?
        .post(city.url(Service::Portal, "/receipt"))
        .header("origin", &origin)
        .header("sec-fetch-site", "same-origin")
        .header("traceparent", format!("00-{TRACE}-{BROWSER}-01"))
        .form(&petition);
    let response = request.send().await?;
    let (status, page) = (response.status(), response.text().await?);
    ensure!(status.is_success() && page.contains("查询码"), "{status}: {page}");
    Ok(())
}

/// The spans from one to the first, by their ids; the last is the parent nobody sent.
fn road(from: &Span, spans: &[Span]) -> Vec<String> {
    let by_id: BTreeMap<&str, &Span> = spans.iter().map(|span| (span.id.as_str(), span)).collect();
    let mut road = vec![from.id.clone(), from.parent.clone()];
    while let Some(next) = road.last().and_then(|id| by_id.get(id.as_str())) {
        road.push(next.parent.clone());
    }
    road
}
