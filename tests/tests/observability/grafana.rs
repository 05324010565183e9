//! A dashboard as Grafana reads it.

use serde_json::{Value, json};

/// What a panel's numbers are, in Grafana's words.
#[derive(Clone, Copy)]
pub(crate) enum Unit {
    Short,
    Seconds,
    PerSecond,
}

impl Unit {
    const fn name(self) -> &'static str {
        match self {
            Self::Short => "short",
            Self::Seconds => "s",
            Self::PerSecond => "ops",
        }
    }
}

/// Title, unit, and the lines: expression and legend.
pub(crate) type Panel = (&'static str, Unit, &'static [(&'static str, &'static str)]);

pub(crate) struct Dashboard {
    pub(crate) file: &'static str,
    pub(crate) uid: &'static str,
    pub(crate) title: &'static str,
    /// Single numbers on top, red from 1 on.
    pub(crate) stats: &'static [Panel],
    pub(crate) panels: &'static [Panel],
}

/// The JSON of a dashboard.
pub(crate) fn render(dashboard: &Dashboard) -> Value {
    let width = 24 / dashboard.stats.len();
    let stats = dashboard.stats.iter().enumerate().map(|(at, one)| {
        let place = json!({ "x": at * width, "y": 0, "w": width, "h": 4 });
        let steps = json!([{ "color": "green", "value": null }, { "color": "red", "value": 1 }]);
        panel("stat", one, at + 1, &place, &json!({ "mode": "absolute", "steps": steps }))
    });
    let panels = dashboard.panels.iter().enumerate().map(|(at, one)| {
        let place = json!({ "x": (at % 2) * 12, "y": 4 + (at / 2) * 8, "w": 12, "h": 8 });
        let steps = json!([{ "color": "green", "value": null }]);
        panel("timeseries", one, at + 101, &place, &json!({ "mode": "absolute", "steps": steps }))
    });
    json!({
        "uid": dashboard.uid,
        "title": dashboard.title,
        "tags": ["huiyin"],
        "timezone": "browser",
        "schemaVersion": 39,
        "refresh": "30s",
        "time": { "from": "now-6h", "to": "now" },
        "templating": { "list": [{ "name": "source", "label": "数据源 Data source", "type": "datasource", "query": "prometheus" }] },
        "panels": stats.chain(panels).collect::<Vec<_>>(),
    })
}

fn panel(kind: &str, (title, unit, lines): &Panel, id: usize, place: &Value, thresholds: &Value) -> Value {
    let source = json!({ "type": "prometheus", "uid": "${source}" });
    let targets: Vec<Value> = lines
        .iter()
        .zip('A'..='Z')
        .map(|((expr, legend), letter)| {
            json!({ "refId": letter.to_string(), "datasource": source, "expr": expr, "legendFormat": legend })
        })
        .collect();
    json!({
        "id": id,
        "type": kind,
        "title": title,
        "datasource": source,
        "gridPos": place,
        "fieldConfig": { "defaults": { "unit": unit.name(), "min": 0, "thresholds": thresholds }, "overrides": [] },
        "targets": targets,
    })
}
