//! What a service says of itself to those who decide whether to send it work, and to the person who asks why not.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use serde::{Deserialize, Serialize};

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Whether it is well.
    pub ok: bool,
    /// Whether the service is unready without it. NATS, for example, is not needed: a service takes requests without it.
    pub needed: bool,
    /// 怎么样，不正常时为什么。
    pub zh: String,
    /// How it is, and if it is not well, why.
    pub en: String,
}

impl Check {
    /// Well.
    pub fn well(needed: bool) -> Self {
        Self { ok: true, needed, zh: "正常".to_owned(), en: "ok".to_owned() }
    }

    /// Not well, in words fit for an operator.
    pub fn ill(needed: bool, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { ok: false, needed, zh: zh.into(), en: en.into() }
    }
}

/// What `/health/ready` answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Whether work may be sent.
    pub ready: bool,
    /// What was looked at, by name.
    pub checks: BTreeMap<String, Check>,
}

/// The things a service looks at, and how each is. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Health(Arc<RwLock<BTreeMap<&'static str, Check>>>);

impl Health {
    /// Says how something is.
    pub fn say(&self, name: &'static str, check: Check) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(name, check);
    }

    /// True when all that is needed is well; a service that has not spoken yet is not ready.
    pub fn is_ready(&self) -> bool {
        let checks = self.0.read().unwrap_or_else(PoisonError::into_inner);
        !checks.is_empty() && checks.values().all(|check| check.ok || !check.needed)
    }

    /// Everything that was looked at.
    pub fn report(&self) -> Report {
        let ready = self.is_ready();
        let checks = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Report { ready, checks: checks.iter().map(|(name, check)| ((*name).to_owned(), check.clone())).collect() }
    }
}
