//! Turns that a few matters take beside the plain road (`demo/turns.toml`): transfer, a leader's taking charge, review and
//! re-examination.

use std::collections::BTreeMap;

use anyhow::{Context, ensure};
use huiyin_contracts::casework::Outcome;
use serde::{Deserialize, Serialize};

/// `demo/turns.toml`.
const TURNS: &str = include_str!("../../../../demo/turns.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Turns {
    turn: Vec<Turn>,
}

/// What a matter goes through beside its plain road.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Turn {
    #[serde(rename = "ref")]
    reference: String,
    /// Sent on before it is taken up (转送, 交办; REG-10).
    pub(crate) transfer: Option<Transfer>,
    /// The login of the leader who takes it (包案; WH-10).
    pub(crate) taken_by: Option<String>,
    /// Requests for review and re-examination, one after the other (REG-40, REG-41).
    #[serde(default, rename = "review")]
    pub(crate) reviews: Vec<Review>,
}

/// A transfer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Transfer {
    /// Code of the receiver.
    pub(crate) to: String,
    /// The demanded result, when it is handed down (交办).
    pub(crate) demand: Option<String>,
    /// The receiver objects, and is given right (REG-14).
    pub(crate) objection: Option<Objection>,
}

/// An objection with the sender's answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Objection {
    pub(crate) reason: String,
    pub(crate) answer: String,
}

/// How a request for review or re-examination ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum End {
    /// 维持
    Upheld,
    /// 变更
    Changed,
    /// 责令重新办理
    Redo,
    /// Asked for after the thirty days without good cause (A6-5).
    TooLate,
    /// Asked for after a re-examination: answered at once, by rule (三级终结; REG-43).
    Final,
}

/// A request for review or re-examination.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Review {
    /// Calendar days from the delivery of the answer before it.
    pub(crate) after_days: u64,
    /// Why, in the petitioner's words.
    pub(crate) reason: String,
    pub(crate) end: End,
    /// How the matter is decided, when changed.
    pub(crate) outcome: Option<Outcome>,
    #[serde(default)]
    pub(crate) facts_found: String,
    /// The opinion, or what is written of a late request.
    #[serde(default)]
    pub(crate) opinion: String,
    #[serde(default)]
    pub(crate) legal_basis: String,
    pub(crate) hearing: Option<Hearing>,
    /// The opinion the unit reaches when it is ordered to handle the matter anew.
    pub(crate) anew: Option<Anew>,
}

/// A hearing (听证; REG-42).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hearing {
    /// Working days it lasts.
    pub(crate) days: u32,
    pub(crate) about: String,
    pub(crate) record: String,
}

/// An opinion reached anew.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Anew {
    pub(crate) outcome: Outcome,
    pub(crate) result: String,
}

impl Turn {
    /// True for a matter that takes some turn.
    pub(crate) const fn is_told_of(&self) -> bool {
        self.transfer.is_some() || self.taken_by.is_some() || !self.reviews.is_empty()
    }
}

/// The turns by the reference of their matter.
pub(crate) fn turns() -> anyhow::Result<BTreeMap<String, Turn>> {
    let Turns { turn } = toml::from_str(TURNS).context("demo/turns.toml")?;
    for turn in &turn {
        ensure!(turn.is_told_of(), "demo/turns.toml: {} takes no turn", turn.reference);
        let is_whole = |review: &Review| {
            (review.end == End::Changed) == review.outcome.is_some()
                && (review.end == End::Redo) == review.anew.is_some()
        };
        ensure!(
            turn.reviews.iter().all(is_whole),
            "demo/turns.toml: {} has a review that is not whole",
            turn.reference
        );
    }
    Ok(turn.into_iter().map(|turn| (turn.reference.clone(), turn)).collect())
}
