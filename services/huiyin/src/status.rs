//! `huiyin status`: a running city on one page, from what its services show over HTTP.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use futures::future::join_all;
use huiyin_kernel::Service;
use huiyin_settings::Settings;
use huiyin_telemetry::{ALARMS, Alarm, Sample, Severity, When, samples};
use huiyin_web::HealthReport;

const DEADLINE: Duration = Duration::from_secs(3);

/// A service, if it answers.
#[derive(Debug)]
struct Looked {
    service: Service,
    ready: Option<HealthReport>,
    samples: Vec<Sample>,
}

/// An alarm that holds now.
#[derive(Debug)]
pub struct Holding {
    /// Which.
    pub alarm: &'static Alarm,
    /// For which series, and the value that makes it true.
    pub series: Vec<String>,
}

/// A city at one moment.
#[derive(Debug)]
pub struct Status {
    looked: Vec<Looked>,
    numbers: Vec<Sample>,
    /// The alarms that hold.
    pub alarms: Vec<Holding>,
}

impl Status {
    /// Looks twice, `between` apart: what was counted meanwhile is what happens now.
    pub async fn of(settings: &Settings, between: Duration) -> Self {
        let before = numbers(&look(settings, true).await);
        pause(between).await;
        let looked = look(settings, false).await;
        let numbers = numbers(&looked);
        let down: Vec<String> =
            looked.iter().filter(|one| one.ready.is_none()).map(|one| one.service.name().to_owned()).collect();
        let alarms = ALARMS
            .iter()
            .filter_map(|alarm| match alarm.when {
                When::Down => (!down.is_empty()).then(|| Holding { alarm, series: down.clone() }),
                When::Above(..) | When::Zero(_) | When::Grew { .. } | When::Slow(..) => {
                    holding(alarm, &before, &numbers)
                }
            })
            .collect();
        Self { looked, numbers, alarms }
    }

    /// Whether every service is ready and nobody has to be woken.
    pub fn is_well(&self) -> bool {
        let ready = self.looked.iter().all(|one| one.ready.as_ref().is_some_and(|report| report.ready));
        ready && !self.alarms.iter().any(|holding| holding.alarm.severity == Severity::Page)
    }

    fn sum(&self, name: &str, service: Service) -> f64 {
        let of = |sample: &&Sample| {
            sample.name == name && sample.labels.get("service").is_some_and(|label| label == service.name())
        };
        self.numbers.iter().filter(of).fold(0.0, |sum, sample| sum + sample.value)
    }
}

fn holding(alarm: &'static Alarm, before: &[Sample], now: &[Sample]) -> Option<Holding> {
    let series: Vec<String> = alarm
        .when
        .holds(before, now)
        .into_iter()
        .map(|(labels, value)| {
            let labels: Vec<String> = labels.into_values().collect();
            format!("{} {value}", labels.join(" "))
        })
        .collect();
    (!series.is_empty()).then_some(Holding { alarm, series })
}

/// Services of one process show the same numbers: each series counts once.
fn numbers(looked: &[Looked]) -> Vec<Sample> {
    let mut all: BTreeMap<(String, BTreeMap<String, String>), f64> = BTreeMap::new();
    for sample in looked.iter().flat_map(|one| &one.samples) {
        let value = all.entry((sample.name.clone(), sample.labels.clone())).or_insert(f64::MIN);
        *value = value.max(sample.value);
    }
    all.into_iter().map(|((name, labels), value)| Sample { name, labels, value }).collect()
}

#[expect(clippy::disallowed_methods, reason = "the time between two looks; nothing is waited for")]
async fn pause(between: Duration) {
    tokio::time::sleep(between).await;
}

async fn look(settings: &Settings, numbers_only: bool) -> Vec<Looked> {
    #[expect(clippy::disallowed_methods, reason = "an operator's look from outside, without a credential")]
    let Ok(http) = reqwest::Client::builder().no_proxy().timeout(DEADLINE).build() else { return Vec::new() };
    let urls = settings.service_urls();
    let one = |service: Service| {
        let (http, base) = (http.clone(), urls.of(service).map(|url| url.as_str().trim_end_matches('/').to_owned()));
        async move {
            let text = |path: &'static str| {
                let request = base.as_ref().map(|base| http.get(format!("{base}{path}")));
                async move { request?.send().await.ok()?.text().await.ok() }
            };
            let ready = if numbers_only { None } else { text("/health/ready").await };
            let shown = text("/metrics").await.unwrap_or_default();
            let ready = ready.and_then(|text| serde_json::from_str(&text).ok());
            Looked { service, ready, samples: samples(&shown) }
        }
    };
    join_all(Service::ALL.into_iter().map(one)).await
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<14}{:<12}{:>8}{:>10}{:>9}{:>8}{:>9}",
            "service", "ready", "unsent", "oldest s", "waiting", "parked", "overdue"
        )?;
        writeln!(f, "{:<12}{:<10}{:>6}{:>7}{:>8}{:>6}{:>7}", "服务", "就绪", "待送", "最久秒", "等待", "搁置", "超时")?;
        for one in &self.looked {
            let ready = match &one.ready {
                None => "down 无应答",
                Some(report) if report.ready => "ok",
                Some(_) => "no 未就绪",
            };
            let number = |name| self.sum(name, one.service);
            writeln!(
                f,
                "{:<14}{ready:<12}{:>8}{:>10.0}{:>9}{:>8}{:>9}",
                one.service.name(),
                number("huiyin_relay_pending_rows"),
                number("huiyin_relay_oldest_pending_seconds"),
                number("huiyin_inbox_waiting_events"),
                number("huiyin_inbox_parked_events"),
                number("huiyin_timer_overdue"),
            )?;
            for (name, check) in one.ready.iter().flat_map(|report| &report.checks).filter(|(_, check)| !check.ok) {
                writeln!(f, "  {name}: {} {}", check.zh, check.en)?;
            }
        }
        let behind = self.numbers.iter().filter(|s| s.name == "huiyin_consumer_lag_messages" && s.value > 0.0);
        for sample in behind {
            let consumer = sample.labels.get("consumer").map_or("", String::as_str);
            writeln!(f, "积压 behind: {consumer} {}", sample.value)?;
        }
        if self.alarms.is_empty() {
            return writeln!(f, "告警 alarms: 无 none");
        }
        for Holding { alarm, series } in &self.alarms {
            writeln!(f, "告警 alarm: {} {} {}", alarm.name, alarm.zh, alarm.en)?;
            for one in series {
                writeln!(f, "  {one}")?;
            }
        }
        writeln!(
            f,
            "处置见 docs/RUNBOOK.md，每个告警一节。 What to do stands in docs/RUNBOOK.md, a section for each alarm."
        )
    }
}
