//! W3C trace context in and out.

use std::collections::HashMap;

use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{TraceContextExt as _, TraceId};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

const HEADER: &str = "traceparent";

/// The present span as a `traceparent`, to hand on to a callee, a publication or a message.
/// `None` where no trace is kept.
pub fn traceparent() -> Option<String> {
    let context = Span::current().context();
    if !context.span().span_context().is_valid() {
        return None;
    }
    let mut carrier = HashMap::new();
    TraceContextPropagator::new().inject_context(&context, &mut carrier);
    carrier.remove(HEADER)
}

/// Makes `span` a child of the trace that a `traceparent` names. One that cannot be read is ignored: a broken header
/// of a caller must not cost the request. A span with a field `trace.id` is given the trace's, for its log lines.
pub fn continue_from(span: &Span, traceparent: Option<&str>) {
    if let Some(traceparent) = traceparent {
        join(span, traceparent);
    }
    let context = span.context();
    let trace = context.span().span_context().trace_id();
    if trace != TraceId::INVALID {
        span.record("trace.id", tracing::field::display(trace));
    }
}

/// Adds to a span what is known only at its end. It goes into the trace alone: a field of the span would be written anew for log lines
/// that do not come any more.
pub fn attribute(span: &Span, name: &'static str, value: i64) {
    span.set_attribute(name, value);
}

fn join(span: &Span, traceparent: &str) {
    let carrier = HashMap::from([(HEADER.to_owned(), traceparent.to_owned())]);
    let parent = TraceContextPropagator::new().extract(&carrier);
    if parent.span().span_context().is_valid() {
        // Refused only for a span that has begun already or where no trace is kept.
        let _ = span.set_parent(parent);
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::TracerProvider as _;
    use opentelemetry_sdk::trace::SdkTracerProvider;
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn traced<T>(f: impl FnOnce() -> T) -> T {
        let provider = SdkTracerProvider::builder().build();
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), f)
    }

    #[test]
    fn a_trace_goes_on_from_one_process_to_the_next() {
        let handed_on = traced(|| {
            let span = tracing::info_span!("consume");
            continue_from(&span, Some(PARENT));
            let _entered = span.enter();
            traceparent()
        });
        let handed_on = handed_on.expect("a trace is kept");
        assert_eq!(handed_on.get(3..35), PARENT.get(3..35), "the same trace");
        assert_ne!(handed_on.get(36..52), PARENT.get(36..52), "another span");
    }

    #[test]
    fn a_broken_header_begins_a_new_trace() {
        for broken in ["", "00-0-0-01", "00-00000000000000000000000000000000-b7ad6b7169203331-01", "路", "\0"] {
            let handed_on = traced(|| {
                let span = tracing::info_span!("consume");
                continue_from(&span, Some(broken));
                let _entered = span.enter();
                traceparent()
            });
            assert!(handed_on.is_some(), "{broken:?}");
        }
    }

    #[test]
    fn where_no_trace_is_kept_none_is_handed_on() {
        assert_eq!(traceparent(), None);
    }

    /// Keeps what is written.
    #[derive(Clone, Default)]
    struct Kept(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

    impl std::io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("nobody panicked").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_log_line_names_its_trace() {
        let kept = Kept::default();
        let (provider, writer) = (SdkTracerProvider::builder().build(), kept.clone());
        let lines = tracing_subscriber::fmt::layer().json().with_current_span(true).with_writer(move || writer.clone());
        let spans = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(lines).with(spans), || {
            let span = tracing::info_span!("consume", trace.id = tracing::field::Empty);
            continue_from(&span, Some(PARENT));
            span.in_scope(|| tracing::info!("heard"));
        });
        let text = String::from_utf8(kept.0.lock().expect("nobody panicked").clone()).expect("UTF-8");
        assert!(text.contains("\"trace.id\":\"0af7651916cd43dd8448eb211c80319c\""), "{text}");
    }
}
