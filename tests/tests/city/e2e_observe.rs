//! A city seen from outside: its metrics are those of the catalogue, its alarms hold when their faults are there and only then.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use huiyin::status::Status;
use huiyin_kernel::Service;
use huiyin_settings::NatsIdentity;
use huiyin_telemetry::{Severity, metric, samples};
use huiyin_testkit::{NotYet, eventually_within, not_yet};
use serde_json::Value;
use sqlx::{Connection as _, Executor as _, PgConnection};

use crate::harness::{Citizens, Dice, TestCity, TestCityOptions, browser, petition};

const PATIENCE: Duration = Duration::from_secs(60);

/// Rule ids: O10, O12, T8, S8. What is evaluated are the conditions from which the Prometheus rules are written.
#[tokio::test(flavor = "multi_thread")]
async fn alarms_hold_while_their_faults_last_and_metrics_are_those_of_the_catalogue() -> Result<()> {
    let mut city = TestCity::start(TestCityOptions::default()).await?;
    city.open_portal().await?;
    let mut dice = Dice::new(11);
    let mut body = petition(&mut dice);
    body["district"] = "990101001".into();
    Citizens::of(&city)?.hand_in("observed", body, &mut dice).await?;
    let mut admin = PgConnection::connect(&city.servers.admin_url()).await?;
    eventually_within(PATIENCE, || calm(&city)).await.with_context(|| city.last_words())?;
    every_series_is_in_the_catalogue(&city).await?;

    // A deadline that does not fire (T8).
    eventually_within(PATIENCE, || async {
        let shown = metrics_of(&city, Service::Casework).await?;
        let armed = shown.iter().find(|s| s.name == "huiyin_timer_armed").map_or(0.0, |s| s.value);
        if armed > 0.0 { Ok(()) } else { Err(not_yet("no timer is armed")) }
    })
    .await?;
    admin
        .execute(
            "update casework.timer set due_at = clock_timestamp() - interval '2 minutes',
                 not_before = clock_timestamp() + interval '5 minutes'
             where timer_id = (select timer_id from casework.timer where state = 'armed' order by timer_id limit 1)",
        )
        .await?;
    holds(&city, "HuiyinTimersOverdue", "casework").await?;
    admin.execute("update casework.timer set due_at = clock_timestamp() + interval '9 days'").await?;

    // A message that is no event (O10).
    let (user, password) = city.servers.settings.nats_user(NatsIdentity::Service(Service::Intake))?;
    let options = async_nats::ConnectOptions::with_user_and_password(user, password.expose().clone());
    let forger = options.connect(city.servers.nats.url()).await?;
    #[expect(clippy::disallowed_methods, reason = "a forger does not use the relay")]
    forger.publish("huiyin.intake.petition.registered.v1.990101001", "nonsense".into()).await?;
    forger.flush().await?;
    holds(&city, "HuiyinEventParked", "casework").await?;
    for service in ["casework", "notification", "ledger", "scheduling"] {
        let settle =
            format!("update {service}.inbox_parked set resolved_at = clock_timestamp() where resolved_at is null");
        admin.execute(sqlx::AssertSqlSafe(settle)).await?;
    }

    // A transaction of somebody else that is not ended (O12): its age is seen although its login is another.
    let mut forgotten = PgConnection::connect(&city.servers.admin_url()).await?;
    forgotten.execute("begin isolation level repeatable read").await?;
    forgotten.execute("select count(*) from intake.petition").await?;
    eventually_within(PATIENCE, || async {
        let shown = metrics_of(&city, Service::Intake).await?;
        let age =
            shown.iter().find(|s| s.name == "huiyin_database_oldest_transaction_seconds").map_or(0.0, |s| s.value);
        if age > 5.0 { Ok(()) } else { Err(not_yet(format!("the oldest transaction is {age} s old"))) }
    })
    .await?;
    forgotten.execute("rollback").await?;

    // NATS away: told, and no reason to be unready.
    city.servers.nats.stop().await?;
    holds(&city, "HuiyinBusAway", "intake").await?;
    // The connection tells its metric at once, the report looks at it every few seconds.
    let report = told(&city, Service::Intake, "bus").await?;
    ensure!(report["ready"] == true, "{report}");
    city.servers.nats.restart().await?;
    eventually_within(PATIENCE, || calm(&city)).await.with_context(|| city.last_words())?;

    // Postgres away: unready, and why, in two languages.
    city.servers.postgres.stop().await?;
    holds(&city, "HuiyinNotReady", "intake").await?;
    let report = told(&city, Service::Intake, "database").await?;
    let check = &report["checks"]["database"];
    ensure!(report["ready"] == false && check["zh"].as_str().is_some_and(|zh| zh.contains("数据库")), "{report}");
    city.servers.postgres.restart().await?;
    eventually_within(PATIENCE, || calm(&city)).await.with_context(|| city.last_words())?;
    Ok(())
}

/// Every service is ready and nobody has to be woken.
async fn calm(city: &TestCity) -> Result<(), NotYet> {
    let status = Status::of(&city.servers.settings, Duration::from_millis(300)).await;
    if status.is_well() { Ok(()) } else { Err(not_yet(status.to_string())) }
}

/// Waits until an alarm holds, and for that service.
async fn holds(city: &TestCity, alarm: &str, who: &str) -> Result<()> {
    eventually_within(PATIENCE, || async {
        let status = Status::of(&city.servers.settings, Duration::from_millis(300)).await;
        let found = status.alarms.iter().find(|holding| holding.alarm.name == alarm);
        let ours = found.is_some_and(|holding| holding.series.iter().any(|series| series.contains(who)));
        if ours { Ok(()) } else { Err(not_yet(format!("{alarm} does not hold for {who}:\n{status}"))) }
    })
    .await
    .with_context(|| city.last_words())?;
    let severity = huiyin_telemetry::ALARMS.iter().find(|one| one.name == alarm).map(|one| one.severity);
    ensure!(severity == Some(Severity::Page), "{alarm} wakes somebody");
    Ok(())
}

/// What a service says of its readiness once it says that this part of it is ill.
async fn told(city: &TestCity, service: Service, part: &str) -> Result<Value> {
    let told = eventually_within(PATIENCE, || async {
        let report: Value = browser()?.get(city.url(service, "/health/ready")).send().await?.json().await?;
        if report["checks"][part]["ok"] == false { Ok(report) } else { Err(not_yet(report.to_string())) }
    });
    told.await.with_context(|| format!("{service} does not tell of its {part}"))
}

async fn metrics_of(city: &TestCity, service: Service) -> Result<Vec<huiyin_telemetry::Sample>> {
    Ok(samples(&browser()?.get(city.url(service, "/metrics")).send().await?.text().await?))
}

async fn every_series_is_in_the_catalogue(city: &TestCity) -> Result<()> {
    let mut seen = 0;
    for service in Service::ALL {
        for sample in metrics_of(city, service).await? {
            let base = ["_bucket", "_sum", "_count"].iter().find_map(|end| sample.name.strip_suffix(end));
            let found = metric(&sample.name).or_else(|| base.and_then(metric));
            let found =
                found.with_context(|| format!("{service} shows {}, which is not in the catalogue", sample.name))?;
            for label in sample.labels.keys().filter(|label| *label != "le") {
                ensure!(found.labels.contains(&label.as_str()), "{service}: {} has the label {label}", sample.name);
            }
            seen += 1;
        }
    }
    ensure!(seen > 300, "only {seen} series were seen");
    Ok(())
}
