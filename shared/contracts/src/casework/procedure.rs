//! By which procedure a matter is handled, as others are told.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The procedure (办理程序; REG-30…33).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Procedure {
    /// 普通程序
    #[default]
    Ordinary,
    /// 简易办理: answered within the shorter period, in any manner that reaches the petitioner.
    Simple,
}
