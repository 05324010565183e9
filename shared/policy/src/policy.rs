//! A resolved pack: typed, immutable, named by its content.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_calendar::{
    Calendar, Deadline, DeadlineError, Period, deadline_or_provisional, earlier_of, extend_or_provisional,
};
use huiyin_contracts::casework::Grade;
use serde::{Deserialize, Serialize};

use crate::{
    PackErrors, Rule, canonical,
    entry::Entry,
    pack::PackFile,
    reader::Reader,
    rules::{
        ApprovalRules, Clock, ClockRules, DeclineRules, EvaluationRules, ExtensionRules, GateRules, OwnershipRules,
        PetitionRules, Quota, Retention, SchedulingRules, SupervisionRules,
    },
};

/// A title in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// When a pack is in force, both days included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InForce {
    /// The first day.
    pub from: NaiveDate,
    /// The last day, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

/// A resolved pack. A case keeps the one it began with.
#[derive(Clone, Debug)]
pub struct Policy {
    pub(crate) head: Resolved,
    pub(crate) entries: BTreeMap<String, Entry>,
    canonical: Vec<u8>,
    version_hash: String,
    /// What holds for a petition as it is handed in.
    pub petition: PetitionRules,
    /// How long each duty may take.
    pub clocks: ClockRules,
    /// Under which conditions handling may be extended.
    pub extension: ExtensionRules,
    /// What must be done before the next thing.
    pub gates: GateRules,
    /// Who approves an opinion.
    pub approvals: ApprovalRules,
    /// Why a matter is not taken up.
    pub decline: DeclineRules,
    /// Whose matter it is.
    pub ownership: OwnershipRules,
    /// When an office is called to account.
    pub supervision: SupervisionRules,
    /// How the petitioner rates how a matter was handled. Absent from packs kept before it was known.
    pub evaluation: Option<EvaluationRules>,
    /// How long the file of a matter is kept. Absent from packs kept before it was known.
    pub retention: Option<Rule<Retention>>,
    /// Reception days.
    pub scheduling: SchedulingRules,
    /// What leaders owe in a period, by the code of the duty. Empty where the place has no such rule.
    pub quotas: BTreeMap<String, Rule<Quota>>,
}

/// The head of a resolved pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resolved {
    pub(crate) id: String,
    pub(crate) title: Title,
    /// The packs it extends, nearest first.
    pub(crate) extends: Vec<String>,
    pub(crate) in_force: InForce,
}

impl Policy {
    pub(crate) fn build(
        head: Resolved,
        entries: BTreeMap<String, Entry>,
        file: Option<&PackFile>,
    ) -> Result<Self, PackErrors> {
        let mut reader = Reader::new(&entries, file);
        let petition = PetitionRules::read(&mut reader);
        let clocks = ClockRules::read(&mut reader);
        let extension = ExtensionRules::read(&mut reader);
        let gates = GateRules::read(&mut reader);
        let approvals = ApprovalRules::read(&mut reader);
        let decline = DeclineRules::read(&mut reader);
        let ownership = OwnershipRules::read(&mut reader);
        let supervision = SupervisionRules::read(&mut reader);
        let evaluation = EvaluationRules::read_if_there(&mut reader);
        let retention = reader.take_if_there("archive.retention");
        let scheduling = SchedulingRules::read(&mut reader);
        let quotas = reader.take_any("quotas");
        let errors = reader.finish();
        let canonical = canonical::bytes(&head, &entries);
        let version_hash = canonical::hash(&canonical);
        let build = || {
            Some(Self {
                petition: petition?,
                clocks: clocks?,
                extension: extension?,
                gates: gates?,
                approvals: approvals?,
                decline: decline?,
                ownership: ownership?,
                supervision: supervision?,
                evaluation,
                retention,
                scheduling: scheduling?,
                quotas: quotas?,
                head,
                entries,
                canonical,
                version_hash,
            })
        };
        match build() {
            Some(policy) if errors.is_empty() => Ok(policy),
            _ => Err(PackErrors(errors)),
        }
    }

    /// The pack's id, for example `street-office`.
    pub fn id(&self) -> &str {
        &self.head.id
    }

    /// The pack's title.
    pub const fn title(&self) -> &Title {
        &self.head.title
    }

    /// When the pack is in force.
    pub const fn in_force(&self) -> InForce {
        self.head.in_force
    }

    /// True when the pack is in force on `day`.
    pub fn is_in_force_on(&self, day: NaiveDate) -> bool {
        let InForce { from, until } = self.head.in_force;
        from <= day && until.is_none_or(|until| day <= until)
    }

    /// The packs it extends, nearest first.
    pub fn extends(&self) -> &[String] {
        &self.head.extends
    }

    /// SHA-256 of the resolved content in hexadecimal, rules of the packs above included. Comments, order and places in
    /// the file do not change it; a value, a source or the head does.
    pub fn version_hash(&self) -> &str {
        &self.version_hash
    }

    /// The bytes that are hashed. Kept, they give the policy back: [`Policy::from_canonical`].
    pub fn canonical(&self) -> &[u8] {
        &self.canonical
    }

    /// All rule names, in order.
    pub fn rule_names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// The clock a rule sets, by the rule's name, as the calendar reckons with it; none when there is no such rule or it sets no clock.
    pub fn clock(&self, rule: &str) -> Option<huiyin_calendar::Rule> {
        let entry = self.entries.get(rule)?;
        let clock = Clock::deserialize(serde_json::Value::Object(entry.values.clone())).ok()?;
        Some(Rule::new(rule, entry, clock).to_calendar())
    }

    /// Where a rule comes from.
    pub fn source_of(&self, rule: &str) -> Option<&str> {
        self.entries.get(rule).map(|entry| entry.source.as_str())
    }

    /// True when the rule holds in principle (原则上) and may be waived with a reason.
    pub fn is_waivable(&self, rule: &str) -> bool {
        self.entries.get(rule).is_some_and(|entry| entry.in_principle)
    }

    /// When the written reply is due: the earlier of the law's limit and the place's own for this grade, each extended by
    /// `extensions` (in calendar days; the caller keeps their sum within [`ExtensionRules::total`]).
    ///
    /// `simple` takes the limit of the simple procedure for the law's. A year without holiday data is counted Monday to
    /// Friday and the result marked provisional.
    pub fn handling_deadline(
        &self,
        accepted_at: DateTime<Utc>,
        grade: Grade,
        simple: bool,
        extensions: &[u32],
        calendar: &Calendar,
    ) -> Result<Deadline, DeadlineError> {
        let reckon = |clock: &Rule<Clock>| {
            let start = deadline_or_provisional(accepted_at, &clock.to_calendar(), calendar)?;
            extensions.iter().try_fold(start, |deadline, days| {
                let by = Period::CalendarDays(*days);
                extend_or_provisional(&deadline, by, self.extension.total.source(), calendar)
            })
        };
        let statutory = reckon(if simple { &self.clocks.simple } else { &self.clocks.handling })?;
        match self.clocks.local.get(&grade) {
            Some(local) => Ok(earlier_of(statutory, reckon(local)?)),
            None => Ok(statutory),
        }
    }

    /// Calendar days an extension may still add after `granted` days were given.
    pub fn extension_days_left(&self, granted: u32) -> u32 {
        self.extension.total.days().saturating_sub(granted)
    }
}
