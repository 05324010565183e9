//! A collector for traces: takes OTLP over HTTP and keeps the bytes. Trace ids and span names stand in them as they are (protobuf
//! writes bytes and texts verbatim), so what belongs together is found without decoding.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// A span, as far as this test looks at it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    /// Sixteen bytes in hexadecimal digits.
    pub(crate) trace: String,
    pub(crate) id: String,
    /// Empty for the first of a trace.
    pub(crate) parent: String,
    pub(crate) name: String,
    /// `service.name` of the sender.
    pub(crate) service: String,
}

/// Accepts traces until it is dropped.
#[derive(Debug)]
pub(crate) struct TraceCollector {
    port: u16,
    spans: Arc<Mutex<BTreeSet<Span>>>,
    bytes: Arc<Mutex<Vec<u8>>>,
    _listening: JoinSet<()>,
}

impl TraceCollector {
    pub(crate) async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("a port for traces")?;
        let port = listener.local_addr()?.port();
        let spans = Arc::new(Mutex::new(BTreeSet::new()));
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let mut listening = JoinSet::new();
        let kept = (Arc::clone(&spans), Arc::clone(&bytes));
        listening.spawn(async move {
            let mut talks = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                talks.spawn(talk(stream, kept.clone()));
            }
        });
        Ok(Self { port, spans, bytes, _listening: listening })
    }

    /// Settings that send traces here.
    pub(crate) fn settings(&self) -> String {
        format!("[telemetry]\notlp_endpoint = \"http://127.0.0.1:{}\"\n", self.port)
    }

    /// Everything that was sent here, as it came.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The spans of one trace.
    pub(crate) fn of(&self, trace: &str) -> Vec<Span> {
        let spans = self.spans.lock().unwrap_or_else(PoisonError::into_inner);
        spans.iter().filter(|span| span.trace == trace).cloned().collect()
    }
}

type Kept = (Arc<Mutex<BTreeSet<Span>>>, Arc<Mutex<Vec<u8>>>);

async fn talk(stream: TcpStream, (spans, bytes): Kept) {
    let _ = converse(stream, &spans, &bytes).await;
}

/// Requests one after the other on one connection.
async fn converse(mut stream: TcpStream, spans: &Mutex<BTreeSet<Span>>, bytes: &Mutex<Vec<u8>>) -> Result<()> {
    let mut buffer = Vec::new();
    loop {
        let end = loop {
            if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        };
        let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:")).context("a length")?;
        let length: usize = length.trim().parse()?;
        while buffer.len() < end + length {
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        }
        let found = decode(&buffer[end..end + length]);
        bytes.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&buffer[end..end + length]);
        spans.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
        buffer.drain(..end + length);
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n")
            .await?;
    }
}

/// `ExportTraceServiceRequest { 1: ResourceSpans { 1: Resource { 1: KeyValue }, 2: ScopeSpans { 2: Span } } }`.
fn decode(request: &[u8]) -> Vec<Span> {
    let mut found = Vec::new();
    for resource_spans in messages(request, 1) {
        let attributes = messages(resource_spans, 1).into_iter().flat_map(|resource| messages(resource, 1));
        let service = attributes
            .filter(|pair| messages(pair, 1).first().is_some_and(|key| *key == b"service.name"))
            .find_map(|pair| messages(messages(pair, 2).first()?, 1).first().map(|value| text(value)))
            .unwrap_or_default();
        for span in messages(resource_spans, 2).into_iter().flat_map(|scope| messages(scope, 2)) {
            let field = |number| messages(span, number).first().copied().unwrap_or_default();
            let (trace, id, parent) = (hex(field(1)), hex(field(2)), hex(field(4)));
            found.push(Span { trace, id, parent, name: text(field(5)), service: service.clone() });
        }
    }
    found
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).map(char::from).collect()
}

/// The length-delimited fields of that number; what is not understood ends the reading.
fn messages(mut bytes: &[u8], wanted: u64) -> Vec<&[u8]> {
    let mut found = Vec::new();
    while let Some(tag) = varint(&mut bytes) {
        let skipped = match tag & 7 {
            0 => varint(&mut bytes).map(|_| ()),
            1 => bytes.split_off(..8).map(|_| ()),
            5 => bytes.split_off(..4).map(|_| ()),
            2 => varint(&mut bytes).and_then(|length| bytes.split_off(..usize::try_from(length).ok()?)).map(|value| {
                if tag >> 3 == wanted {
                    found.push(value);
                }
            }),
            _ => None,
        };
        if skipped.is_none() {
            break;
        }
    }
    found
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
