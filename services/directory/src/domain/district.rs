//! Districts.

use huiyin_kernel::{DistrictCode, UnitCode};
use serde::{Deserialize, Serialize};

use super::{Outcome, Refusal, is_code, is_named};

/// A district (行政区划) with its petition unit and the policy pack in force for new petitions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct District {
    /// The code.
    pub code: DistrictCode,
    /// The name.
    pub name: String,
    /// The policy pack.
    pub policy_pack: String,
    /// The unit that takes in petitions here and answers for them until another does. It may be added after the district.
    pub petition_unit: UnitCode,
    /// False once the code is no longer used.
    pub active: bool,
}

impl District {
    /// Compares with what is there. `has_units`: whether active units stand in it.
    pub fn put(&self, current: Option<&Self>, has_units: bool) -> Result<Outcome, Refusal> {
        if !is_named(&self.name, 64) {
            return Err(Refusal::Field {
                field: "name",
                rule_zh: "名称应为1至64个字",
                rule: "a name has 1 to 64 characters",
                example: "澄浦区",
            });
        }
        if !is_code(&self.policy_pack) {
            return Err(Refusal::Field {
                field: "policy_pack",
                rule_zh: "规则包代码为小写字母、数字、- 或 _",
                rule: "a policy pack's code has lower-case letters, digits, - or _",
                example: "national-2022",
            });
        }
        if !self.active && has_units {
            return Err(Refusal::DistrictInUse(self.code.clone()));
        }
        Ok(Outcome::of(current, self))
    }
}
