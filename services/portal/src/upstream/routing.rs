//! Competence and reports between offices, as the case page of casework gives them.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

/// What offices owe and tell each other of a matter.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Routing {
    /// The transfer that brought the matter here, while it stands.
    #[serde(default)]
    pub(crate) sent: Option<Sent>,
    /// The result demanded with a hand-over.
    #[serde(default)]
    pub(crate) demand: Option<String>,
    #[serde(default)]
    pub(crate) demanded_by: Option<String>,
    /// The last day of the report, while it is owed.
    #[serde(default)]
    pub(crate) report_by: Option<NaiveDate>,
    #[serde(default)]
    pub(crate) report: Option<Report>,
    #[serde(default)]
    pub(crate) competence: Option<Competence>,
    #[serde(default)]
    pub(crate) reported_up: Vec<ReportedUp>,
}

impl Routing {
    /// Nothing to show.
    pub(crate) const fn is_empty(&self) -> bool {
        self.sent.is_none() && self.demand.is_none() && self.competence.is_none() && self.reported_up.is_empty()
    }
}

/// A transfer, units by name.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Sent {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) at: DateTime<Utc>,
    #[serde(default)]
    pub(crate) signed_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub(crate) signed_by_name: Option<String>,
}

/// 办结报告
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Report {
    pub(crate) found: String,
    pub(crate) done: String,
    pub(crate) reported_at: DateTime<Utc>,
    #[serde(default)]
    pub(crate) by_name: Option<String>,
}

/// A question of competence, units by name.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Competence {
    pub(crate) decider: String,
    #[serde(default)]
    pub(crate) parties: Vec<String>,
    pub(crate) reason: String,
    pub(crate) referred_at: DateTime<Utc>,
    /// Who handles it, once decided.
    #[serde(default)]
    pub(crate) unit: Option<String>,
    #[serde(default)]
    pub(crate) assisting: Vec<String>,
    #[serde(default)]
    pub(crate) decision: Option<String>,
}

/// A report upwards.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ReportedUp {
    pub(crate) level: String,
    pub(crate) reported_on: NaiveDate,
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) by_name: Option<String>,
}
