//! W5: ten times more than the city can take. What is accepted is answered soon and kept; the rest is told to come back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use huiyin_kernel::Service;
use huiyin_testkit::{eventually_within, is_long_run, not_yet, seed};
use reqwest::{StatusCode, header};
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::harness::{Citizens, Dice, Oracle, Petition, TestCity, TestCityOptions, browser, pause, petition};

/// Requests intake works on at once in this test: as many as a machine of two cores answers in a fraction of a second.
const IN_FLIGHT: usize = 64;
/// With so few at work, whoever is let in is answered within this: the bound that is promised.
const BOUND: Duration = Duration::from_secs(3);
/// More open requests than the city has places, so that it is the city that turns them away.
const MOST_OPEN: usize = 1_500;
const SETTLED: Duration = Duration::from_secs(180);

/// What became of one request.
enum Fate {
    Accepted(Box<Petition>, Duration),
    ToldToComeBack,
    /// Nobody can say; asked again afterwards with the same key.
    Unanswered(String, Value),
}

/// Ten seconds, in a long run sixty.
#[tokio::test(flavor = "multi_thread")]
async fn ten_times_too_many_are_answered_soon_or_told_to_come_back_and_nothing_accepted_is_lost_w5() -> Result<()> {
    let settings = format!("[limits]\nrequests_in_flight = {IN_FLIGHT}\n");
    let city = TestCity::start(TestCityOptions { settings, ..TestCityOptions::default() }).await?;
    let dice = Dice::new(seed());
    let capacity = capacity(&city, &dice.of(1)).await?;
    let span = Duration::from_secs(if is_long_run() { 60 } else { 10 });
    let wanted = capacity * 10.0;
    let (fates, offered) = storm(&city, &dice.of(2), wanted, span).await?;

    let (mut accepted, mut times, mut turned_away, mut unanswered) = (Vec::new(), Vec::new(), 0, Vec::new());
    for fate in fates {
        match fate {
            Fate::Accepted(petition, time) => {
                accepted.push(*petition);
                times.push(time);
            }
            Fate::ToldToComeBack => turned_away += 1,
            Fate::Unanswered(key, body) => unanswered.push((key, body)),
        }
    }
    times.sort_unstable();
    let p99 = times.get(times.len() * 99 / 100).copied().context("nothing was accepted")?;
    eprintln!(
        "capacity {capacity:.0}/s, offered {:.0}/s for {} s: {} accepted (p99 {} ms), {turned_away} told to come back, {} unanswered",
        offered as f64 / span.as_secs_f64(),
        span.as_secs(),
        accepted.len(),
        p99.as_millis(),
        unanswered.len()
    );
    ensure!(p99 < BOUND, "of the accepted, one in a hundred waited {p99:?} or longer");
    ensure!(turned_away > accepted.len(), "there was no overload: only {turned_away} were turned away");
    ensure!(accepted.len() as f64 > capacity, "only {} were accepted in {span:?}", accepted.len());

    let (citizens, mut again) = (Citizens::of(&city)?, dice.of(3));
    for (key, body) in unanswered {
        accepted.push(citizens.hand_in(&key, body, &mut again).await.context("once the storm is over")?);
    }
    let oracle = Oracle::new(city.servers.admin_url());
    let whole = eventually_within(SETTLED, || async {
        let missing = oracle.missing(&accepted).await?;
        missing.first().map_or(Ok(()), |first| Err(not_yet(format!("{first} ({} in all)", missing.len()))))
    });
    whole.await.with_context(|| city.last_words())?;
    Ok(())
}

/// Petitions a second that four dozen people get through, each beginning anew when answered. They are of the city too.
async fn capacity(city: &TestCity, dice: &Dice) -> Result<f64> {
    let span = Duration::from_secs(4);
    let begun = Instant::now();
    let mut people = JoinSet::new();
    for person in 0..48 {
        let (citizens, mut dice) = (Citizens::of(city)?, dice.of(person));
        people.spawn(async move {
            let mut answered = 0_u32;
            while begun.elapsed() < span {
                let key = dice.uuid().to_string();
                citizens.hand_in(&key, petition(&mut dice), &mut dice).await?;
                answered += 1;
            }
            Ok::<_, anyhow::Error>(answered)
        });
    }
    let mut answered = 0;
    while let Some(person) = people.join_next().await {
        answered += person.context("a person fell over")??;
    }
    Ok(f64::from(answered) / begun.elapsed().as_secs_f64())
}

/// Sends `rate` requests a second whatever becomes of them.
async fn storm(city: &TestCity, dice: &Dice, rate: f64, span: Duration) -> Result<(Vec<Fate>, usize)> {
    let (http, url) = (browser()?, city.url(Service::Intake, "/petitions"));
    let open = Arc::new(Semaphore::new(MOST_OPEN));
    let begun = Instant::now();
    let (mut under_way, mut dice, mut offered) = (JoinSet::new(), dice.clone(), 0_usize);
    while begun.elapsed() < span {
        let due = (begun.elapsed().as_secs_f64() * rate) as usize;
        while offered < due {
            offered += 1;
            let (key, body) = (dice.uuid().to_string(), petition(&mut dice));
            let (http, url, open) = (http.clone(), url.clone(), Arc::clone(&open));
            under_way.spawn(async move {
                let _place = open.acquire_owned().await?;
                hand_in(&http, &url, key, body).await
            });
        }
        pause(Duration::from_millis(5)).await;
    }
    let mut fates = Vec::new();
    while let Some(fate) = under_way.join_next().await {
        fates.push(fate.context("a request fell over")??);
    }
    Ok((fates, offered))
}

async fn hand_in(http: &reqwest::Client, url: &str, key: String, body: Value) -> Result<Fate> {
    let begun = Instant::now();
    let Ok(response) = http.post(url).header("idempotency-key", &key).json(&body).send().await else {
        return Ok(Fate::Unanswered(key, body));
    };
    let (status, retry) = (response.status(), response.headers().get(header::RETRY_AFTER).cloned());
    let Ok(text) = response.text().await else { return Ok(Fate::Unanswered(key, body)) };
    let took = begun.elapsed();
    if status == StatusCode::SERVICE_UNAVAILABLE && retry.is_some() {
        return Ok(Fate::ToldToComeBack);
    }
    if status != StatusCode::CREATED {
        bail!("answered {status}, Retry-After {retry:?}: {text}");
    }
    let answer: Value = serde_json::from_str(&text)?;
    let field = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
    let petition = Petition {
        key,
        body,
        petition_id: field("petition_id").parse()?,
        number: field("number"),
        code: field("query_code"),
        unanswered: 0,
    };
    Ok(Fate::Accepted(Box::new(petition), took))
}
