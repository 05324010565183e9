//! What callers see.

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_kernel::{Role, UnitCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::SignedIn;
use crate::domain::{Designation, District, Outcome, Succession, Unit};
use crate::store::{Kept, staff::StaffRow};

/// A district (行政区划).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DistrictView {
    /// The code.
    #[schema(example = "990101")]
    pub(super) code: String,
    /// The name.
    #[schema(example = "澄浦区")]
    name: String,
    /// The policy pack in force for petitions registered from now on.
    policy_pack: String,
    /// The unit that takes in petitions here.
    petition_unit: String,
    /// False once the code is no longer used.
    active: bool,
}

impl From<Kept<District>> for DistrictView {
    fn from(kept: Kept<District>) -> Self {
        let District { code, name, policy_pack, petition_unit, active } = kept.value;
        Self { code: code.into(), name, policy_pack, petition_unit: petition_unit.into(), active }
    }
}

/// A unit (单位).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UnitView {
    /// The code.
    #[schema(example = "city-hr")]
    pub(super) code: String,
    /// The full name.
    name: String,
    /// The name people use.
    short_name: String,
    /// `bureau`, `department`, `street_office` or `discipline`.
    #[schema(value_type = String, example = "department")]
    kind: huiyin_contracts::directory::UnitKind,
    /// Whose matters it handles.
    district: String,
    /// Topics it is competent for.
    topics: Vec<String>,
    /// False once abolished.
    active: bool,
    /// Who carries on what it answered for, once abolished (REG-16).
    #[serde(skip_serializing_if = "Option::is_none")]
    succession: Option<SuccessionView>,
}

/// Who carries on what an abolished unit answered for (承继单位; REG-16).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SuccessionView {
    /// The unit that carries on its functions, or the one designated.
    #[schema(value_type = String, example = "city-hr")]
    unit: UnitCode,
    /// The discipline body for accusations it still held; without one they wait for a decision (REG-22).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "city-jw")]
    accusations_to: Option<UnitCode>,
    /// The decision of the level's committee or government, where it was unclear who carries on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    designation: Option<DesignationView>,
}

/// A decision that names who carries on.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DesignationView {
    /// On which day; today or before.
    decided_on: NaiveDate,
    /// Why that unit; at most 500 characters.
    reason: String,
}

impl From<SuccessionView> for Succession {
    fn from(view: SuccessionView) -> Self {
        let SuccessionView { unit, accusations_to, designation } = view;
        let designation = designation.map(|DesignationView { decided_on, reason }| Designation { decided_on, reason });
        Self { unit, accusations_to, designation }
    }
}

impl From<Succession> for SuccessionView {
    fn from(succession: Succession) -> Self {
        let Succession { unit, accusations_to, designation } = succession;
        let designation = designation.map(|Designation { decided_on, reason }| DesignationView { decided_on, reason });
        Self { unit, accusations_to, designation }
    }
}

impl From<Kept<Unit>> for UnitView {
    fn from(kept: Kept<Unit>) -> Self {
        let Unit { code, name, short_name, kind, district, topics, active, succession } = kept.value;
        let succession = succession.map(Into::into);
        Self { code: code.into(), name, short_name, kind, district: district.into(), topics, active, succession }
    }
}

/// A member of staff (工作人员).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StaffView {
    staff_id: Uuid,
    /// Give this with a change to be told if someone else was quicker.
    version: i64,
    pub(super) login: String,
    name: String,
    unit: String,
    district: String,
    roles: Vec<Role>,
    post: Option<String>,
    portfolio: Vec<String>,
    /// Districts and streets a leader answers for (包片; QD-01).
    areas: Vec<String>,
    office_email: Option<String>,
    /// False once left or disabled.
    active: bool,
    /// Whether a password was ever set.
    can_sign_in: bool,
}

impl From<StaffRow> for StaffView {
    fn from(row: StaffRow) -> Self {
        let StaffRow { version, staff, district, password_hash } = row;
        Self {
            staff_id: staff.staff_id.uuid(),
            version,
            login: staff.login.as_str().to_owned(),
            name: staff.name,
            unit: staff.unit.into(),
            district: district.into(),
            roles: staff.roles,
            post: staff.post,
            portfolio: staff.portfolio,
            areas: staff.areas.into_iter().map(Into::into).collect(),
            office_email: staff.office_email,
            can_sign_in: staff.active && password_hash.is_some(),
            active: staff.active,
        }
    }
}

/// A session with a fresh token.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionView {
    session_id: Uuid,
    /// Send it as `Authorization: Bearer …`.
    token: String,
    /// When the token ends; the session goes on.
    expires_at: DateTime<Utc>,
    /// Renews the token at `POST /sessions/refresh`. Given once, at sign-in; keep it secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh: Option<String>,
    staff: StaffView,
}

impl From<SignedIn> for SessionView {
    fn from(signed_in: SignedIn) -> Self {
        let SignedIn { session_id, token, expires_at, handle, row } = signed_in;
        Self { session_id, token, expires_at, refresh: handle, staff: row.into() }
    }
}

/// What a wish came to.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OutcomeView {
    /// `added`, `changed` or `unchanged`.
    outcome: &'static str,
}

impl From<Outcome> for OutcomeView {
    fn from(outcome: Outcome) -> Self {
        let outcome = match outcome {
            Outcome::Added => "added",
            Outcome::Changed => "changed",
            Outcome::Unchanged => "unchanged",
        };
        Self { outcome }
    }
}

/// The id of what was added.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct IdView {
    /// The id.
    pub(super) staff_id: Uuid,
}
