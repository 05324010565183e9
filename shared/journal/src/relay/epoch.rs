//! Noticing that a stream has lost what it acknowledged, and filling it again (O8).
//!
//! A stream made later than the one last seen, or one whose newest sequence went back behind what it has acknowledged, has lost
//! messages: a wiped or restored store, a power failure. So has one that acknowledges a sequence a second time. Our own consumers
//! heal over HTTP by themselves; for subscribers outside, the publications of the stream's keeping time are put back in line behind what
//! is new. They carry suffixed message ids, because the server may still know the old ones, and the same event ids, by which
//! subscribers know repetitions.

use huiyin_bus::{StreamSpec, streams};

use super::decide::{Reach, has_lost};
use super::{Relay, RelayError, store};
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
        let schema = self.db.schema();
        let session = self.session.as_mut().ok_or(DbError::Stopped)?;
        // The mark first: what another relay sends meanwhile may put the stream ahead of it, never behind.
        let seen = store::mark(session, schema, &spec.name).await?;
        let state = self.bus.stream_state(&spec.name).await?;
        let now = Reach { created_at: state.created_at, last_seq: i64::try_from(state.last_seq).unwrap_or(i64::MAX) };
        let refill = match &seen {
            // Nothing was ever seen of it; an empty one is filled with whatever there is.
            None => state.messages == 0,
            Some(mark) => has_lost(mark.reach(), now),
        };
        if !refill && seen.as_ref().is_some_and(|mark| is_same(mark.reach(), now)) {
            self.reached.insert(spec.name.clone(), now.last_seq);
            return Ok(());
        }
        if refill && seen.is_some() {
            tell_of_loss(&spec.name);
        }
        if refill {
            self.filling = None;
        }
        store::set_mark(session, schema, (&spec.name, spec.audience.name()), now, refill).await?;
        self.reached.insert(spec.name.clone(), now.last_seq);
        Ok(())
    }

    pub(super) async fn refill(&mut self) -> Result<usize, DbError> {
        let (session, schema) = (self.session.as_mut().ok_or(DbError::Stopped)?, self.db.schema());
        self.filling = store::filling(session, schema, self.filling.take()).await?;
        let Some(filling) = &self.filling else { return Ok(0) };
        let queued = store::refill(session, schema, filling, REFILL_DAYS, REFILL_CHUNK).await?;
        Ok(usize::try_from(queued).unwrap_or_default())
    }
}

/// Nothing was added: an idle stream costs no write.
fn is_same(seen: Reach, now: Reach) -> bool {
    !has_lost(seen, now) && seen.last_seq == now.last_seq
}

pub(super) fn tell_of_loss(stream: &str) {
    tracing::error!(alarm = true, stream, "the stream has lost what it acknowledged; it is being filled again");
    metrics::counter!("huiyin_relay_stream_losses_total", "stream" => stream.to_owned()).increment(1);
}
