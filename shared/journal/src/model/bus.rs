//! The stream, as bad as it is allowed to be: it stores or does not, answers or does not, remembers ids of messages that it has lost,
//! and gives out sequences a second time after losing its tail.

use std::collections::BTreeSet;

use chrono::DateTime;
use huiyin_bus::Outcome;

use crate::relay::decide::Reach;

/// A message in the stream.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Message {
    pub(super) seq: u8,
    pub(super) publication: usize,
    /// Acknowledged by our consumer.
    pub(super) acknowledged: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Stream {
    /// Which making of the stream this is.
    made: u8,
    pub(super) last_seq: u8,
    pub(super) messages: Vec<Message>,
    /// Message ids seen: publication and attempt.
    ids: BTreeSet<(usize, i32)>,
}

/// What happens to a message and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Fate {
    Fine,
    AnswerLost,
    MessageLost,
    /// The server remembers the id and has lost the message.
    Swallowed,
}

impl Stream {
    pub(super) fn publish(&mut self, publication: usize, attempt: i32, fate: Fate) -> Outcome {
        if fate == Fate::MessageLost {
            return Outcome::Unknown;
        }
        let known = !self.ids.insert((publication, attempt));
        if !known && fate != Fate::Swallowed {
            self.last_seq += 1;
            self.messages.push(Message { seq: self.last_seq, publication, acknowledged: false });
        }
        match (fate, known) {
            (Fate::Fine, true) => Outcome::Duplicate,
            (Fate::Fine, false) => Outcome::Stored { sequence: u64::from(self.last_seq) },
            (Fate::AnswerLost | Fate::MessageLost | Fate::Swallowed, _) => Outcome::Unknown,
        }
    }

    /// A power failure: what came after `keep` was not yet on the disk.
    pub(super) fn roll_back(&mut self, keep: u8, remembers_ids: bool) {
        let lost: BTreeSet<usize> = self.messages.iter().filter(|m| m.seq > keep).map(|m| m.publication).collect();
        self.messages.retain(|message| message.seq <= keep);
        self.last_seq = keep;
        if !remembers_ids {
            self.ids.retain(|(publication, _)| !lost.contains(publication));
        }
    }

    /// The store is gone; the stream is made again.
    pub(super) fn wipe(&mut self) {
        *self = Self { made: self.made + 1, ..Self::default() };
    }

    pub(super) fn reach(&self) -> Reach {
        Reach {
            created_at: DateTime::from_timestamp(i64::from(self.made), 0).unwrap_or_default(),
            last_seq: i64::from(self.last_seq),
        }
    }

    /// A subscriber outside, however slow, hears every publication from it.
    pub(super) fn holds_all(&self, publications: usize) -> bool {
        (0..publications).all(|p| self.messages.iter().any(|message| message.publication == p))
    }
}
