//! When the acts of a case are due by the plan of its officers. Pure: the same matter and seed give the same plan.

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_contracts::casework::Grade;
use sha2::{Digest as _, Sha256};

use super::agenda::{OfficeHours, day_of};
use super::data::{Matter, Reception, Road};

/// A number from seed, reference and purpose: chance that is the same each time.
pub(crate) fn draw(seed: u64, reference: &str, purpose: &str, below: u32) -> u32 {
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    hash.update((reference.len() as u64).to_be_bytes());
    hash.update(reference);
    hash.update(purpose);
    let bytes: [u8; 32] = hash.finalize().into();
    u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) % below.max(1)
}

/// The plan of a matter.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// Whether it is taken up is decided then.
    pub(crate) decide: DateTime<Utc>,
    /// Handed to the unit the matter is about by hand-over instead of by naming its officer.
    pub(crate) hands_over: bool,
    /// The first draft goes back once.
    pub(crate) is_returned: bool,
    reply_after: u32,
}

impl Plan {
    /// The plan at registration.
    pub(crate) fn of(matter: &Matter, registered_at: DateTime<Utc>, seed: u64, hours: &OfficeHours) -> Self {
        let reference = &matter.petition.reference;
        let wait = 1 + draw(seed, reference, "decide", 4);
        let day = hours.after(day_of(registered_at), wait);
        let ordinary = matter.handling.grade == Grade::Ordinary
            && matter.handling.road == Road::Handle
            && !matter.turn.is_told_of();
        Self {
            decide: hours.hour(day, draw(seed, reference, "hour", 3) as usize),
            hands_over: ordinary && draw(seed, reference, "hand over", 9) == 0,
            is_returned: ordinary && draw(seed, reference, "return", 14) == 0,
            reply_after: matter.handling.handling_days.unwrap_or(10),
        }
    }

    /// The officer is named then.
    pub(crate) fn assign(accepted_at: DateTime<Utc>, hours: &OfficeHours) -> DateTime<Utc> {
        hours.hour_from(accepted_at)
    }

    /// The nth of so many steps before the opinion, spread over the time there is.
    pub(crate) fn step(&self, accepted_at: DateTime<Utc>, nth: usize, of: usize, hours: &OfficeHours) -> DateTime<Utc> {
        let days = self.opinion_after() as usize * (nth + 1) / (of + 1);
        hours.hour(hours.after(day_of(accepted_at), days as u32), nth)
    }

    /// The opinion is drafted then.
    pub(crate) fn propose(&self, accepted_at: DateTime<Utc>, hours: &OfficeHours) -> DateTime<Utc> {
        hours.hour(hours.after(day_of(accepted_at), self.opinion_after()), 1)
    }

    /// It is approved then.
    pub(crate) fn approve(&self, accepted_at: DateTime<Utc>, hours: &OfficeHours) -> DateTime<Utc> {
        hours.hour(hours.after(day_of(accepted_at), self.reply_after), 0)
    }

    /// The written reply is issued then.
    pub(crate) fn reply(&self, accepted_at: DateTime<Utc>, hours: &OfficeHours) -> DateTime<Utc> {
        hours.hour(hours.after(day_of(accepted_at), self.reply_after), 2)
    }

    /// It is delivered then.
    pub(crate) fn deliver(replied_on: NaiveDate, hours: &OfficeHours) -> DateTime<Utc> {
        hours.hour(hours.after(replied_on, 1), 1)
    }

    /// What was decided is carried out, and the case closed, then.
    pub(crate) fn close(delivered_on: NaiveDate, hours: &OfficeHours) -> DateTime<Utc> {
        hours.hour(hours.after(delivered_on, 1), 2)
    }

    /// An extension is asked for then: while the period still runs.
    pub(crate) fn extend(&self, accepted_at: DateTime<Utc>, hours: &OfficeHours) -> DateTime<Utc> {
        hours.hour(hours.after(day_of(accepted_at), (self.reply_after * 3 / 5).min(34)), 1)
    }

    const fn opinion_after(&self) -> u32 {
        self.reply_after.saturating_sub(1)
    }
}

/// A petitioner's own later acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Later {
    /// Withdraws, and lets it rest.
    Withdraws,
    /// Withdraws, and takes it back some days later.
    WithdrawsAndRestores,
    /// Adds to the petition.
    Amends,
}

/// Which petitioners act again: a few with an ordinary request of their own, handed in over the net.
pub(crate) fn later(matter: &Matter, seed: u64) -> Option<Later> {
    let petition = &matter.petition;
    let own = petition.channel == "net" && petition.kind == "individual";
    let plain = matter.handling.road == Road::Handle
        && matter.handling.grade == Grade::Ordinary
        && matter.handling.session.is_none()
        && matter.handling.handling_days.is_some_and(|days| (8..=20).contains(&days));
    if !(own && plain) || matter.turn.is_told_of() {
        return None;
    }
    match draw(seed, &petition.reference, "later", 12) {
        0 => Some(Later::Withdraws),
        1 | 2 => Some(Later::WithdrawsAndRestores),
        3..=5 => Some(Later::Amends),
        _ => None,
    }
}

/// True for what is brought to the round.
pub(crate) fn comes_to_round(matter: &Matter) -> bool {
    matter.handling.session == Some(Reception::Round)
}
