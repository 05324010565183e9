//! Log lines and the road traces leave by.

use std::fs::OpenOptions;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use huiyin_settings::{LogFormat, Telemetry};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::Context;
use tracing_subscriber::{
    EnvFilter, Layer, fmt, fmt::writer::BoxMakeWriter, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

/// Why logging could not begin.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// `[telemetry] log` is not a filter.
    #[error("[telemetry] log: {0:?} is not a log filter; write for example info or info,huiyin_journal=debug")]
    Filter(String),
    /// The log file cannot be written.
    #[error("[telemetry] file: {} cannot be written", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The trace exporter cannot be built.
    #[error("[telemetry] otlp_endpoint: traces cannot be sent to this address")]
    Exporter(#[source] opentelemetry_otlp::ExporterBuildError),
}

/// Keeps telemetry going; [`Guard::stop`] sends what is still held.
#[derive(Debug)]
#[must_use = "spans still held are lost unless `stop` is called"]
pub struct Guard {
    provider: SdkTracerProvider,
}

impl Guard {
    /// Sends the spans still held and ends. Waits at most five seconds: a dead collector must not hold up a stop.
    pub fn stop(self) {
        if let Err(error) = self.provider.shutdown_with_timeout(Duration::from_secs(5)) {
            tracing::warn!(%error, "the last spans could not be sent");
        }
    }
}

/// Begins logging, tracing and counting for this process. A process that logs already keeps its own subscriber.
pub fn start(settings: &Telemetry, name: &str) -> Result<Guard, TelemetryError> {
    let filter = EnvFilter::try_new(&settings.log).map_err(|_| TelemetryError::Filter(settings.log.clone()))?;
    let provider = tracer_provider(settings, name)?;
    let spans = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("huiyin"))
        .with_location(false)
        .with_threads(false)
        .with_filter(LevelFilter::INFO);
    let writer = writer(settings)?;
    let lines = match settings.format {
        LogFormat::Json => fmt::layer()
            .with_writer(writer)
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .boxed(),
        LogFormat::Text => fmt::layer().with_writer(writer).compact().with_ansi(false).boxed(),
    };
    let subscriber = tracing_subscriber::registry()
        .with(lines.with_filter(filter))
        .with(spans)
        .with(AlarmLines.with_filter(LevelFilter::WARN));
    if subscriber.try_init().is_err() {
        tracing::debug!("a subscriber was there already");
    }
    crate::install_metrics();
    Ok(Guard { provider })
}

/// Counts the lines marked `alarm = true`, so that none depends on somebody reading the log.
struct AlarmLines;

impl<S: Subscriber> Layer<S> for AlarmLines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut seen = Alarmed(false);
        event.record(&mut seen);
        if seen.0 {
            let part = event.metadata().target().split("::").next().unwrap_or_default().to_owned();
            metrics::counter!("huiyin_alarm_lines_total", "part" => part).increment(1);
        }
    }
}

struct Alarmed(bool);

impl Visit for Alarmed {
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.0 |= value && field.name() == "alarm";
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

/// Standard output, or a file that lines are added to.
fn writer(settings: &Telemetry) -> Result<BoxMakeWriter, TelemetryError> {
    let Some(path) = &settings.file else {
        return Ok(BoxMakeWriter::new(std::io::stdout));
    };
    let opened = OpenOptions::new().create(true).append(true).open(path);
    let file = opened.map_err(|source| TelemetryError::File { path: path.clone(), source })?;
    Ok(BoxMakeWriter::new(Mutex::new(file)))
}

/// Without an endpoint spans are still made, so that the trace id in log lines joins what belongs together.
fn tracer_provider(settings: &Telemetry, name: &str) -> Result<SdkTracerProvider, TelemetryError> {
    let resource = Resource::builder().with_service_name(name.to_owned()).build();
    let builder = SdkTracerProvider::builder().with_resource(resource);
    let Some(endpoint) = &settings.otlp_endpoint else {
        return Ok(builder.build());
    };
    let traces = format!("{}/v1/traces", endpoint.as_str().trim_end_matches('/'));
    let exporter = SpanExporter::builder()
        .with_http()
        .with_endpoint(traces)
        .with_timeout(Duration::from_secs(5))
        .build()
        .map_err(TelemetryError::Exporter)?;
    Ok(builder.with_batch_exporter(exporter).build())
}
