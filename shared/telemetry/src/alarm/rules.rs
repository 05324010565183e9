//! The alarms as Prometheus rules.

use std::fmt::Write as _;

use super::{ALARMS, Alarm, Severity, When};
use crate::metric;

/// `deploy/alarms/huiyin.rules.yml`.
pub fn rules() -> String {
    let mut text = "# Written from shared/telemetry/src/alarm/table.rs; run script/docs. Each alarm has its section in docs/RUNBOOK.md.\n\
                    groups:\n  - name: huiyin\n    interval: 30s\n    rules:\n"
        .to_owned();
    for alarm in ALARMS {
        let Alarm { name, severity, when, minutes, zh, en } = alarm;
        let severity = match severity {
            Severity::Page => "page",
            Severity::Ticket => "ticket",
        };
        let anchor = name.to_lowercase();
        let _ = write!(
            text,
            "      - alert: {name}\n        expr: '{}'\n        for: {minutes}m\n        labels:\n          severity: {severity}\n        \
             annotations:\n          summary: \"{zh} {en}\"\n          runbook: docs/RUNBOOK.md#{anchor}\n",
            expression(when),
        );
    }
    text
}

fn expression(when: &When) -> String {
    let by = when.metric().and_then(metric).map(|metric| metric.labels.join(", ")).unwrap_or_default();
    match *when {
        When::Down => "up{job=~\"huiyin.*\"} == 0".to_owned(),
        When::Above(name, bound) => format!("max by ({by}) ({name}) > {bound}"),
        When::Zero(name) => format!("min by ({by}) ({name}) == 0"),
        When::Grew { counter, only, more, minutes } => {
            let counter = only.map_or_else(|| counter.to_owned(), |(l, v)| format!("{counter}{{{l}=\"{v}\"}}"));
            // A series that begins with 1 has not increased yet in Prometheus' eyes.
            format!(
                "sum by ({by}) (({counter} unless {counter} offset {minutes}m) or increase({counter}[{minutes}m])) > {more}"
            )
        }
        When::Slow(name, bound) => {
            let by = if by.is_empty() { by } else { format!(", {by}") };
            format!("histogram_quantile(0.99, sum by (le{by}) (rate({name}_bucket[10m]))) > {bound}")
        }
    }
}
