//! What a running service lets its keepers see: log lines, traces across services, and metrics.
//!
//! One trace follows a petition from the browser's request through the database, NATS and the consumer to the mail: the
//! W3C `traceparent` travels in HTTP headers, in publications and in message headers, and [`traceparent`] and
//! [`continue_from`] are the only two functions that know its form. Traces leave over OTLP when an endpoint is set.
//!
//! Nothing here writes bodies, names or numbers of persons: spans carry ids, codes and counts.

mod alarm;
mod catalogue;
mod exposition;
mod log;
mod metric;
mod trace;

pub use alarm::{ALARMS, Alarm, Severity, When, rules};
pub use catalogue::{Kind, METRICS, Metric, metric};
pub use exposition::{Sample, samples};
pub use log::{Guard, TelemetryError, start};
pub use metric::{install_metrics, metrics_text};
pub use trace::{attribute, continue_from, traceparent};
