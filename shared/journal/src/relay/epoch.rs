//! Noticing that a stream has lost what it acknowledged, and filling it again (O8).
//!
//! A stream made later than the one last seen, or one whose newest sequence went back, has lost messages: a wiped or restored
//! store, a power failure. Our own consumers heal over HTTP by themselves; for subscribers outside, the publications of the stream's
//! keeping time are put back in line behind what is new. They carry suffixed message ids, because the server may still know the old
//! ones, and the same event ids, by which subscribers know repetitions.

use huiyin_bus::{StreamSpec, streams};

use super::store::{self, StreamMark};
use super::{Relay, RelayError};
use crate::DbError;

/// As long as streams keep a message.
const REFILL_DAYS: i32 = 14;
const REFILL_CHUNK: i64 = 1000;

impl Relay {
    pub(super) async fn look_at_streams(&mut self) -> Result<(), RelayError> {
        let owner = self.db.service();
        for spec in streams().iter().filter(|spec| spec.owner == owner) {
            self.topology.ensure_stream(spec).await?;
            self.topology.ensure_outside(spec).await;
            self.look_at(spec).await?;
        }
        Ok(())
    }

    async fn look_at(&mut self, spec: &StreamSpec) -> Result<(), RelayError> {
        let state = self.bus.stream_state(&spec.name).await?;
        let schema = self.db.schema();
        let session = self.session.as_mut().ok_or(DbError::Stopped)?;
        let seen = store::mark(session, schema, &spec.name).await?;
        let now = StreamMark {
            created_at: state.created_at,
            last_seq: i64::try_from(state.last_seq).unwrap_or(i64::MAX),
            epoch: seen.as_ref().map_or(0, |mark| mark.epoch),
        };
        let refill = match &seen {
            // Nothing was ever seen of it; an empty one is filled with whatever there is.
            None => state.messages == 0,
            Some(mark) => is_other_epoch(mark, &now),
        };
        let mark = StreamMark { epoch: now.epoch + i32::from(refill), ..now };
        if refill && seen.is_some() {
            tracing::error!(
                alarm = true,
                stream = spec.name,
                "the stream has lost what it acknowledged; it is being filled again"
            );
            metrics::counter!("huiyin_relay_stream_losses_total", "stream" => spec.name.clone()).increment(1);
        }
        store::set_mark(session, schema, (&spec.name, spec.audience.name()), &mark, refill).await?;
        Ok(())
    }

    pub(super) async fn refill(&mut self) -> Result<usize, DbError> {
        let session = self.session.as_mut().ok_or(DbError::Stopped)?;
        let queued = store::refill(session, self.db.schema(), REFILL_DAYS, REFILL_CHUNK).await?;
        Ok(usize::try_from(queued).unwrap_or_default())
    }
}

/// The database keeps microseconds, the server nanoseconds.
fn is_other_epoch(seen: &StreamMark, now: &StreamMark) -> bool {
    seen.created_at.timestamp_micros() != now.created_at.timestamp_micros() || now.last_seq < seen.last_seq
}
