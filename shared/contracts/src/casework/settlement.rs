//! An agreement that ended a matter, as others are told: that there is one and its dates, never its words.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How it came about (REG-27; Art. 33).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SettlementKind {
    /// 调解: both sides agreed before the office that mediated.
    Mediation,
    /// 和解: both sides agreed by themselves.
    Settlement,
}

/// The agreement (调解协议书, 和解协议书) with what is still to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SettlementSnapshot {
    /// Mediation or settlement.
    pub kind: SettlementKind,
    /// The day of the agreement.
    pub agreed_on: NaiveDate,
    /// How many duties it lays down.
    pub duties: u32,
    /// How many of them are not done yet.
    pub open: u32,
    /// The earliest day of those.
    pub next_due_on: Option<NaiveDate>,
}
