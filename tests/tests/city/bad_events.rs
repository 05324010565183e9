//! RELIABILITY §4, events: whatever a stolen NATS password can put on the bus is set aside with an alarm, and the events of
//! everybody else go on.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use huiyin_kernel::Service;
use huiyin_settings::NatsIdentity;
use huiyin_testkit::{eventually_within, not_yet, seed};
use serde_json::Value;

use crate::harness::{Citizens, Dice, Oracle, TestCity, TestCityOptions, petition};

const PATIENCE: Duration = Duration::from_secs(60);

/// A message as it may be sent: a real one, bent.
#[derive(Clone)]
struct Message {
    what: &'static str,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Message {
    fn bent(&self, what: &'static str, bend: impl FnOnce(&mut Self)) -> Self {
        let mut bent = Self { what, ..self.clone() };
        bend(&mut bent);
        bent
    }

    fn set(&mut self, header: &str, value: &str) {
        self.headers.insert(header.to_owned(), value.to_owned());
    }
}

/// Rule ids: O10, I1, I4.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_event_or_a_forged_one_is_set_aside_and_the_others_go_on_o10() -> Result<()> {
    let city = TestCity::start(TestCityOptions::default()).await?;
    let oracle = Oracle::new(city.servers.admin_url());
    let citizens = Citizens::of(&city)?;
    let mut dice = Dice::new(seed());
    let first = citizens.hand_in("first", petition(&mut dice), &mut dice).await?;
    whole(&oracle, &city, std::slice::from_ref(&first)).await?;

    // The owner's own password, as a thief would have it.
    let settings = &city.servers.settings;
    let (user, password) = settings.nats_user(NatsIdentity::Service(Service::Casework))?;
    let options = async_nats::ConnectOptions::with_user_and_password(user, password.expose().clone());
    let nats = options.connect(&settings.nats.url).await?;
    let (subject, real) = real_message(&oracle).await?;
    let messages = bent(&real, &mut dice);
    for message in &messages {
        let mut headers = async_nats::HeaderMap::new();
        for (name, value) in &message.headers {
            headers.insert(name.as_str(), value.as_str());
        }
        headers.insert("Nats-Msg-Id", dice.uuid().to_string().as_str());
        #[expect(clippy::disallowed_methods, reason = "the thief does not ask the relay")]
        let sent = nats.publish_with_headers(subject.clone(), headers, message.body.clone().into()).await;
        sent.with_context(|| message.what)?;
    }
    // Longer than the server takes: it never reaches the stream, nor anybody.
    #[expect(clippy::disallowed_methods, reason = "the thief does not ask the relay")]
    let too_long = nats.publish(subject.clone(), vec![b' '; (1 << 20) + 1].into()).await;
    ensure!(too_long.is_err(), "more than a megabyte was sent");
    nats.flush().await?;

    // Every one of them is written down by both services that listen, and none takes effect.
    for service in ["ledger", "notification"] {
        let aside = format!("select reason from {service}.inbox_parked where resolved_at is null");
        let all = eventually_within(PATIENCE, || async {
            let rows = oracle.rows(&aside).await?;
            if rows.len() >= messages.len() {
                Ok(rows)
            } else {
                Err(not_yet(format!("{service} has set aside {} of {}: {rows:?}", rows.len(), messages.len())))
            }
        });
        let rows = all.await.with_context(|| city.last_words())?;
        ensure!(rows.iter().all(|row| row["reason"].as_str().is_some_and(|reason| !reason.is_empty())), "{rows:?}");
    }
    let second = citizens.hand_in("second", petition(&mut dice), &mut dice).await?;
    whole(&oracle, &city, &[first, second]).await
}

async fn whole(oracle: &Oracle, city: &TestCity, petitions: &[crate::harness::Petition]) -> Result<()> {
    let whole = eventually_within(PATIENCE, || async {
        let missing = oracle.missing(petitions).await?;
        if missing.is_empty() { Ok(()) } else { Err(not_yet(missing.join(", "))) }
    });
    whole.await.with_context(|| city.last_words())
}

/// The first event casework told the public, with its subject.
async fn real_message(oracle: &Oracle) -> Result<(String, Message)> {
    let rows = oracle
        .rows("select * from casework.publication where audience = 'public' order by sequence desc limit 1")
        .await?;
    let row = rows.first().context("an event")?;
    let text = |name: &str| row[name].as_str().map_or_else(|| row[name].to_string(), str::to_owned);
    let headers = [
        ("ce-specversion", "1.0".to_owned()),
        ("ce-id", text("event_id")),
        ("ce-source", "/huiyin/casework".to_owned()),
        ("ce-type", text("event_type")),
        ("ce-time", "2026-03-02T01:00:00.000000Z".to_owned()),
        ("ce-subject", text("aggregate_id")),
        ("ce-datacontenttype", "application/json".to_owned()),
        ("ce-aggregate", text("aggregate_kind")),
        ("ce-audience", "public".to_owned()),
        ("ce-sequence", text("sequence")),
        ("ce-incarnation", text("incarnation")),
        ("ce-district", text("district")),
    ];
    let subject = text("subject");
    let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Ok((
        subject,
        Message { what: "as it was", headers, body: Value::from("the same id, other words").to_string().into() },
    ))
}

/// Messages that must be set aside by whoever hears them.
fn bent(real: &Message, dice: &mut Dice) -> Vec<Message> {
    let other = dice.uuid().to_string();
    let fresh = real.bent("another aggregate", |message| {
        message.set("ce-subject", &other);
        message.set("ce-id", &other);
        message.set("ce-sequence", "1");
    });
    let mut all = vec![
        real.bent("an id used again with another body", |_| {}),
        real.bent("no headers at all", |message| message.headers.clear()),
        real.bent("another version of CloudEvents", |message| message.set("ce-specversion", "9.9")),
        real.bent("no id", |message| {
            message.headers.remove("ce-id");
        }),
        real.bent("a sequence that is none", |message| message.set("ce-sequence", "-1")),
        real.bent("a sequence beyond 64 bits", |message| message.set("ce-sequence", "9223372036854775808")),
        real.bent("a district that is none", |message| message.set("ce-district", "../etc")),
        real.bent("a time that is none", |message| message.set("ce-time", "2026-02-30T24:00:60Z")),
        real.bent("an audience nobody knows", |message| message.set("ce-audience", "everybody")),
        real.bent("an aggregate nobody knows", |message| message.set("ce-aggregate", "citizen")),
        fresh.bent("a forged producer", |message| message.set("ce-source", "/huiyin/intake")),
        real.bent("a producer that does not exist", |message| message.set("ce-source", "/huiyin/police")),
    ];
    for message in &mut all {
        message.body = Value::from(message.what).to_string().into();
    }
    for (what, body) in [
        ("not JSON", &b"\x00\xff\xfe{"[..]),
        ("JSON of another shape", br#"{"state":7,"is_admin":true}"#),
        ("nothing", b""),
        ("deep", &[b'['; 10_000]),
    ] {
        let own = dice.uuid().to_string();
        all.push(fresh.bent(what, |message| {
            message.set("ce-subject", &own);
            message.set("ce-id", &own);
            message.body = body.to_vec();
        }));
    }
    all
}
