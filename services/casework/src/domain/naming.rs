//! Names for the codes that a history holds.

use std::collections::HashMap;

use huiyin_kernel::UnitCode;
use huiyin_policy::Policy;

/// Names of units and persons by code or id, and of steps and grounds by code. What is not known is shown by its code.
#[derive(Clone, Debug, Default)]
pub struct Naming {
    names: HashMap<String, String>,
    steps: HashMap<String, (String, String)>,
    grounds: HashMap<String, (String, String)>,
}

impl Naming {
    /// Names as the directory tells them, steps and grounds of supervision as the case's own pack calls them.
    pub fn new(names: impl IntoIterator<Item = (String, String)>, policy: &Policy) -> Self {
        let steps = policy.gates.steps.all();
        let grounds = policy.supervision.grounds.iter();
        Self {
            names: names.into_iter().collect(),
            steps: steps.map(|step| (step.code.clone(), (step.zh.clone(), step.en.clone()))).collect(),
            grounds: grounds.map(|(g, rule)| (g.code().to_owned(), (rule.zh.clone(), rule.en.clone()))).collect(),
        }
    }

    /// The name of a unit or person, if known.
    pub fn known(&self, code: &str) -> Option<&str> {
        self.names.get(code).map(String::as_str)
    }

    pub(super) fn unit<'a>(&'a self, code: &'a UnitCode) -> &'a str {
        self.known(code.as_str()).unwrap_or(code.as_str())
    }

    pub(super) fn step<'a>(&'a self, code: &'a str) -> (&'a str, &'a str) {
        self.steps.get(code).map_or((code, code), |(zh, en)| (zh, en))
    }

    /// The name of a ground of supervision.
    pub fn ground<'a>(&'a self, code: &'a str) -> (&'a str, &'a str) {
        self.grounds.get(code).map_or((code, code), |(zh, en)| (zh, en))
    }
}
