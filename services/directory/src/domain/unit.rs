//! Units.

use huiyin_contracts::directory::UnitKind;
use huiyin_kernel::{DistrictCode, UnitCode};
use serde::{Deserialize, Serialize};

use super::{Outcome, Refusal, Succession, Surroundings, is_code, is_named};

/// A unit (单位).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// The code.
    pub code: UnitCode,
    /// The full name.
    pub name: String,
    /// The name people use.
    pub short_name: String,
    /// What it is for.
    pub kind: UnitKind,
    /// Whose matters it handles.
    pub district: DistrictCode,
    /// Topics it is competent for.
    pub topics: Vec<String>,
    /// False once abolished.
    pub active: bool,
    /// Who carries on for it, once abolished (REG-16).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub succession: Option<Succession>,
}

impl Unit {
    /// Compares with what is there.
    pub fn put(&self, current: Option<&Self>, around: &Surroundings) -> Result<Outcome, Refusal> {
        let (rule_zh, rule) = ("名称应为1至64个字", "a name has 1 to 64 characters");
        if !is_named(&self.name, 64) {
            return Err(Refusal::Field {
                field: "name", rule_zh, rule, example: "和安市人力资源和社会保障局"
            });
        }
        if !is_named(&self.short_name, 64) {
            return Err(Refusal::Field { field: "short_name", rule_zh, rule, example: "市人社局" });
        }
        if self.topics.len() > 64 || !self.topics.iter().all(|topic| is_code(topic)) {
            return Err(Refusal::Field {
                field: "topics",
                rule_zh: "最多64个内容分类代码，小写字母、数字、- 或 _",
                rule: "at most 64 topic codes of lower-case letters, digits, - or _",
                example: "labour_social_security",
            });
        }
        if current.is_some_and(|current| current.district != self.district) {
            return Err(Refusal::UnitMoves(self.code.clone()));
        }
        self.may_end(current, around)?;
        Ok(Outcome::of(current, self))
    }
}
