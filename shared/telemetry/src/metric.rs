//! Prometheus metrics of the whole process.

use std::{sync::OnceLock, time::Duration};

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Seconds, from a cached answer to the request limit.
const BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

/// Things taken together.
const SIZES: &[f64] = &[1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0];

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// Installs the process-wide recorder; a second call changes nothing.
pub fn install_metrics() {
    HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), BUCKETS)
            .and_then(|builder| builder.set_buckets_for_metric(Matcher::Suffix("_size".to_owned()), SIZES))
            .unwrap_or_else(|_| PrometheusBuilder::new())
            .upkeep_timeout(Duration::from_secs(5));
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        // Refused only when a program that embeds this one brought its own recorder; then that one keeps the numbers.
        let _ = metrics::set_global_recorder(recorder);
        crate::catalogue::describe();
        handle
    });
}

/// The metrics in Prometheus' text form; also does the recorder's upkeep, so scraping is all that is needed.
pub fn metrics_text() -> String {
    install_metrics();
    let Some(handle) = HANDLE.get() else {
        return String::new();
    };
    handle.run_upkeep();
    handle.render()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_and_timed_is_shown() {
        install_metrics();
        install_metrics();
        metrics::counter!("huiyin_test_total", "service" => "intake").increment(2);
        metrics::histogram!("huiyin_test_seconds").record(0.003);
        let text = metrics_text();
        assert!(text.contains("huiyin_test_total{service=\"intake\"} 2"), "{text}");
        assert!(text.contains("huiyin_test_seconds_bucket{le=\"0.005\"} 1"), "{text}");
    }
}
