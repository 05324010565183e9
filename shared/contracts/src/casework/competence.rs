//! Who is competent when offices do not agree, and reports upwards, as others are told.

use huiyin_kernel::UnitCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The newest question of competence (管辖; REG-15).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CompetenceSnapshot {
    /// The petition office above all units concerned; it decides.
    pub decider: UnitCode,
    /// The units concerned.
    pub parties: Vec<UnitCode>,
    /// Who answers for the matter, once decided (主办).
    pub unit: Option<UnitCode>,
    /// Who assists it (协办).
    pub assisting: Vec<UnitCode>,
}

/// To whom a major or urgent matter is reported (REG-17; Art. 25).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportLevel {
    /// 本级党委、政府
    Own,
    /// 上一级信访部门
    Next,
    /// 国家信访局
    State,
}
