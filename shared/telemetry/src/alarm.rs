//! Every alarm there is, as data: the Prometheus rules of `deploy/alarms`, the sections of `docs/RUNBOOK.md` and `huiyin status`
//! all come from this list.

mod rules;
mod table;

use std::collections::BTreeMap;

pub use rules::rules;
pub use table::ALARMS;

use crate::Sample;

/// How soon somebody has to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Now, at night too: matters stand still or may be lost.
    Page,
    /// The next working day.
    Ticket,
}

/// What makes an alarm true.
#[derive(Clone, Copy, Debug)]
pub enum When {
    /// A process cannot be scraped.
    Down,
    /// A gauge stands above a bound.
    Above(&'static str, f64),
    /// A gauge that is 1 when all is well is 0.
    Zero(&'static str),
    /// A counter grew by more than `more` within `minutes`; `only` picks series by a label.
    Grew {
        /// Which counter.
        counter: &'static str,
        /// A label and its value.
        only: Option<(&'static str, &'static str)>,
        /// More than so many.
        more: f64,
        /// Within so many minutes.
        minutes: u32,
    },
    /// One in a hundred measurements of the last ten minutes was longer than so many seconds.
    Slow(&'static str, f64),
}

/// An alarm.
#[derive(Clone, Copy, Debug)]
pub struct Alarm {
    /// Its name; also the heading of its section in the runbook.
    pub name: &'static str,
    /// How soon somebody has to look.
    pub severity: Severity,
    /// What makes it true.
    pub when: When,
    /// For how many minutes it must have been true.
    pub minutes: u32,
    /// 中文。
    pub zh: &'static str,
    /// The same in English.
    pub en: &'static str,
}

impl When {
    /// The metric it looks at; none for what Prometheus itself knows.
    pub const fn metric(&self) -> Option<&'static str> {
        match *self {
            Self::Down => None,
            Self::Above(metric, _)
            | Self::Zero(metric)
            | Self::Slow(metric, _)
            | Self::Grew { counter: metric, .. } => Some(metric),
        }
    }

    /// The series for which it is true, given what `/metrics` shows and what it showed before. Distributions and the past beyond
    /// `before` are Prometheus' business: `Slow` looks at everything measured between the two.
    pub fn holds(&self, before: &[Sample], now: &[Sample]) -> Vec<(BTreeMap<String, String>, f64)> {
        let series = |name: &str| now.iter().filter(|s| s.name == name).cloned().collect::<Vec<_>>();
        let earlier = |sample: &Sample| {
            let same = before.iter().find(|b| b.name == sample.name && b.labels == sample.labels);
            // A counter that has gone back began again with its process.
            same.map_or(0.0, |b| b.value).min(sample.value)
        };
        let of = |sample: Sample, value| (sample.labels, value);
        match *self {
            Self::Down => Vec::new(),
            Self::Above(name, bound) => series(name)
                .into_iter()
                .filter(|s| s.value > bound)
                .map(|s| {
                    let v = s.value;
                    of(s, v)
                })
                .collect(),
            Self::Zero(name) => series(name).into_iter().filter(|s| s.value == 0.0).map(|s| of(s, 0.0)).collect(),
            Self::Grew { counter, only, more, .. } => series(counter)
                .into_iter()
                .filter(|s| only.is_none_or(|(label, value)| s.labels.get(label).is_some_and(|v| v == value)))
                .map(|s| {
                    let grown = s.value - earlier(&s);
                    of(s, grown)
                })
                .filter(|(_, grown)| *grown > more)
                .collect(),
            Self::Slow(name, bound) => slow(name, bound, &series(&format!("{name}_bucket")), earlier),
        }
    }
}

/// Series of which more than one in a hundred measurements lies above the first bucket that reaches `bound`.
fn slow(
    name: &str,
    bound: f64,
    buckets: &[Sample],
    earlier: impl Fn(&Sample) -> f64,
) -> Vec<(BTreeMap<String, String>, f64)> {
    let mut all: BTreeMap<BTreeMap<String, String>, (f64, f64)> = BTreeMap::new();
    for bucket in buckets {
        let mut labels = bucket.labels.clone();
        let le: f64 = labels.remove("le").and_then(|le| le.parse().ok()).unwrap_or(f64::INFINITY);
        let (within, total) = all.entry(labels).or_default();
        let grown = bucket.value - earlier(bucket);
        if le <= bound {
            *within = within.max(grown);
        }
        *total = total.max(grown);
    }
    let late = |(within, total): (f64, f64)| if total > 0.0 { (total - within) / total } else { 0.0 };
    let found = all.into_iter().map(|(labels, counts)| (labels, late(counts))).filter(|(_, share)| *share > 0.01);
    debug_assert!(!name.is_empty(), "a histogram has a name");
    found.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{Kind, metric, samples};

    #[test]
    fn every_alarm_looks_at_a_metric_of_its_kind_and_each_name_stands_for_one() {
        let mut names = BTreeSet::new();
        for alarm in ALARMS {
            assert!(names.insert(alarm.name), "{} twice", alarm.name);
            assert!(alarm.name.starts_with("Huiyin") && !alarm.zh.is_empty() && !alarm.en.is_empty(), "{}", alarm.name);
            let Some(name) = alarm.when.metric() else { continue };
            let found = metric(name).unwrap_or_else(|| panic!("{}: no metric {name}", alarm.name));
            let wanted = match alarm.when {
                When::Down | When::Above(..) | When::Zero(_) => Kind::Gauge,
                When::Grew { only, .. } => {
                    assert!(only.is_none_or(|(label, _)| found.labels.contains(&label)), "{}", alarm.name);
                    Kind::Counter
                }
                When::Slow(..) => Kind::Histogram,
            };
            assert_eq!(found.kind, wanted, "{}", alarm.name);
        }
    }

    #[test]
    fn an_alarm_holds_where_its_numbers_say_so() {
        let before = samples("forks{consumer=\"a\"} 2\nlate_bucket{le=\"1\"} 10\nlate_bucket{le=\"+Inf\"} 10\n");
        let now = samples(
            "forks{consumer=\"a\"} 2\nforks{consumer=\"b\"} 1\npending{service=\"intake\"} 61\nup{service=\"x\"} 0\n\
             late_bucket{le=\"1\"} 100\nlate_bucket{le=\"+Inf\"} 109\n",
        );
        let grew = When::Grew { counter: "forks", only: None, more: 0.0, minutes: 10 };
        let found = grew.holds(&before, &now);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0["consumer"], "b");
        assert_eq!(When::Above("pending", 60.0).holds(&before, &now).len(), 1);
        assert!(When::Above("pending", 61.0).holds(&before, &now).is_empty());
        assert_eq!(When::Zero("up").holds(&before, &now).len(), 1);
        assert_eq!(When::Slow("late", 1.0).holds(&before, &now).len(), 1, "nine of a hundred are late");
        assert!(When::Slow("late", 1.0).holds(&now, &now).is_empty(), "nothing new");
    }
}
