//! What the pages ask of the other services, in the words of `docs/API.md`. Answers are read leniently (a field more is no
//! mistake, codes stay text), so that a service and the portal need not change in the same minute.

pub(crate) mod archive;
pub(crate) mod batches;
pub(crate) mod calls;
pub(crate) mod casework;
pub(crate) mod directory;
pub(crate) mod intake;
pub(crate) mod leading;
pub(crate) mod ledger;
pub(crate) mod likely_same;
pub(crate) mod notification;
pub(crate) mod planned;
pub(crate) mod quotas;
mod reference;
pub(crate) mod report;
pub(crate) mod routing;
pub(crate) mod scheduling;
pub(crate) mod succession;
pub(crate) mod supervision;

pub(crate) use reference::{Known, Reference};

use std::time::Duration;

use serde::Deserialize;

/// A document may wait for its turn before it is set.
pub(crate) const SETTING: Duration = Duration::from_secs(25);

/// One part of a list.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Items<T> {
    pub(crate) items: Vec<T>,
    /// What to ask for to go on.
    #[serde(default)]
    pub(crate) next: Option<String>,
}
