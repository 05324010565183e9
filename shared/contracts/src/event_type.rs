//! What an event is called, who owns it and on which subject it travels (D-3).

use std::fmt;

use huiyin_kernel::{DistrictCode, Service};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who may read a publication. Each audience of an aggregate has its own gapless sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Any system the city lets in; no personal data.
    Public,
    /// Notification and casework alone; personal data only as ciphertext.
    Private,
}

impl Audience {
    /// The name used in tables and headers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
        }
    }

    /// The audience of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Public, Self::Private].into_iter().find(|a| a.name() == name)
    }
}

/// The kind of thing an event speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AggregateKind {
    /// A petition (信访件).
    Petition,
    /// A case (办理).
    Case,
    /// A call for matters fit for leaders (征集案件通知).
    Call,
    /// A reception session (接访场次).
    Session,
    /// A round of sessions (一轮接访).
    Round,
    /// A visitor's turn (接访登记).
    Visit,
    /// A reception place (接访场所).
    Venue,
    /// A unit (单位).
    Unit,
    /// A member of staff (工作人员).
    Staff,
    /// A district (行政区划).
    District,
    /// A message (通知).
    Message,
}

impl AggregateKind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::Petition,
        Self::Case,
        Self::Call,
        Self::Session,
        Self::Round,
        Self::Visit,
        Self::Venue,
        Self::Unit,
        Self::Staff,
        Self::District,
        Self::Message,
    ];

    /// The name used in tables, subjects and headers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Petition => "petition",
            Self::Case => "case",
            Self::Call => "call",
            Self::Session => "session",
            Self::Round => "round",
            Self::Visit => "visit",
            Self::Venue => "venue",
            Self::Unit => "unit",
            Self::Staff => "staff",
            Self::District => "district",
            Self::Message => "message",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// One type of event in one version for one audience.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EventType {
    /// The only service that may publish it.
    pub owner: Service,
    /// What it speaks of.
    pub aggregate: AggregateKind,
    /// What happened, in the past tense.
    pub name: &'static str,
    /// The major version of the body.
    pub version: u16,
    /// Who may read it.
    pub audience: Audience,
}

impl EventType {
    pub(crate) const fn public(owner: Service, aggregate: AggregateKind, name: &'static str) -> Self {
        Self { owner, aggregate, name, version: 1, audience: Audience::Public }
    }

    pub(crate) const fn private(owner: Service, aggregate: AggregateKind, name: &'static str) -> Self {
        Self { owner, aggregate, name, version: 1, audience: Audience::Private }
    }

    /// The CloudEvents type, such as `huiyin.intake.petition.registered.v1`.
    pub fn type_name(&self) -> String {
        format!("huiyin.{}.{}.{}.v{}", self.owner, self.aggregate.name(), self.name, self.version)
    }

    /// The subject for one district, such as `huiyin.intake.petition.registered.v1.420102001`.
    pub fn subject(&self, district: &DistrictCode) -> String {
        let lane = match self.audience {
            Audience::Public => "",
            Audience::Private => "private.",
        };
        format!("huiyin.{lane}{}.{}.{}.v{}.{district}", self.owner, self.aggregate.name(), self.name, self.version)
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.type_name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::CATALOGUE;

    /// N6: whatever number a thing has within its district, what is told of it cannot be taken for what another district or
    /// another service tells.
    #[test]
    fn a_subject_names_owner_and_district_and_belongs_to_one_type_n6() {
        let districts = ["990101", "990102"].map(|code| DistrictCode::parse(code).expect("a code"));
        let mut seen = BTreeSet::new();
        for entry in CATALOGUE {
            for district in &districts {
                let subject = entry.event.subject(district);
                assert!(subject.ends_with(&format!(".{district}")), "{subject}");
                assert!(subject.split('.').any(|part| part == entry.event.owner.name()), "{subject}");
                assert!(seen.insert(subject.clone()), "{subject} is said by two");
            }
        }
        assert!(seen.len() > 40, "the catalogue is read");
    }
}
