//! One trace from the petitioner's request through NATS to every effect.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use huiyin_kernel::Service;
use huiyin_testkit::{eventually_within, not_yet};

use crate::harness::{Dice, TestCity, TestCityOptions, TraceCollector, browser, petition};

/// The trace a caller began goes on through the relay and the consumers of other services (D-11).
#[tokio::test(flavor = "multi_thread")]
async fn one_trace_leads_from_the_request_through_nats_to_every_consumer() -> Result<()> {
    let collector = TraceCollector::start().await?;
    let city = TestCity::start(TestCityOptions { settings: collector.settings() }).await?;
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let request = browser()?
        .post(city.url(Service::Intake, "/petitions"))
        .header("idempotency-key", "traced")
        .header("traceparent", format!("00-{trace}-00f067aa0ba902b7-01"))
        .json(&petition(&mut Dice::new(7)));
    TestCity::answer(request.send().await?).await?;
    let wanted = BTreeSet::from(["intake", "casework", "notification", "ledger"]);
    let spans = eventually_within(Duration::from_secs(60), || async {
        let spans = collector.of(trace);
        let seen: BTreeSet<&str> = spans.iter().map(|span| span.service.as_str()).collect();
        let missing: Vec<_> =
            wanted.iter().filter(|service| !seen.iter().any(|name| name.ends_with(*service))).collect();
        if missing.is_empty() {
            Ok(spans.clone())
        } else {
            Err(not_yet(format!("no span of {missing:?} among {spans:?}")))
        }
    })
    .await
    .with_context(|| city.last_words())?;
    ensure!(spans.iter().all(|span| !span.parent.is_empty()), "a span began a trace of its own: {spans:?}");
    Ok(())
}
