//! The library of matters fit for leaders, leaders and what they owe, and the public notice, as casework tells them.

use axum::http::Method;
use chrono::{DateTime, NaiveDate, Utc};
use huiyin_kernel::{DistrictCode, Service};
use huiyin_web::{CallError, Client};
use serde::Deserialize;
use uuid::Uuid;

use super::Items;
use super::casework::Line;

/// A part that another unit does.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Part {
    pub(crate) nth: usize,
    pub(crate) unit: String,
    #[serde(default)]
    pub(crate) unit_name: Option<String>,
    pub(crate) text: String,
    pub(crate) due_on: NaiveDate,
    pub(crate) open: bool,
    #[serde(default)]
    pub(crate) done_on: Option<NaiveDate>,
    #[serde(default)]
    pub(crate) note: Option<String>,
}

impl Part {
    /// Who does it, in words.
    pub(crate) fn who(&self) -> &str {
        self.unit_name.as_deref().unwrap_or(&self.unit)
    }
}

/// A matter's place in the library.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Entry {
    pub(crate) listed: bool,
    pub(crate) field: String,
    pub(crate) reason: String,
    #[serde(default)]
    pub(crate) selections: Vec<Selection>,
}

/// The leader whom the rule finds for it (QD-01).
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ByRule {
    pub(crate) staff_id: Uuid,
    #[serde(default)]
    pub(crate) name: Option<String>,
    pub(crate) why_zh: String,
}

/// A leader asked to take it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Selection {
    #[serde(default)]
    pub(crate) leader_name: Option<String>,
    pub(crate) quarter: String,
    pub(crate) state: String,
    #[serde(default)]
    pub(crate) reason: Option<String>,
    #[serde(default)]
    pub(crate) summary: Option<String>,
}

/// A matter in the library, as a line of a list.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Told {
    pub(crate) field: String,
    pub(crate) has_plan: bool,
    #[serde(default)]
    pub(crate) selection: Option<ToldSelection>,
}

/// The newest asking of a leader, as a line of a list.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ToldSelection {
    pub(crate) quarter: String,
    pub(crate) state: String,
}

/// What a leader wrote on reading a matter.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Instruction {
    #[serde(default)]
    pub(crate) leader_name: Option<String>,
    pub(crate) text: String,
    pub(crate) at: DateTime<Utc>,
}

/// An application for an appointment, with what followed on it (QD-02).
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Appointment {
    pub(crate) asked_at: DateTime<Utc>,
    #[serde(default)]
    pub(crate) wish: Option<String>,
    #[serde(default)]
    pub(crate) steps: Vec<AppointmentStep>,
    #[serde(default)]
    pub(crate) material: Option<String>,
    #[serde(default)]
    pub(crate) material_by_name: Option<String>,
    #[serde(default)]
    pub(crate) fixed_for: Option<DateTime<Utc>>,
    #[serde(default)]
    pub(crate) place: Option<String>,
}

/// A step of it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct AppointmentStep {
    pub(crate) zh: String,
    pub(crate) done: bool,
}

/// Those concerned consulted together.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Consultation {
    pub(crate) held_on: NaiveDate,
    pub(crate) present: String,
    pub(crate) agreed: String,
    #[serde(default)]
    pub(crate) by_name: Option<String>,
}

/// The plan of a matter.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Plan {
    pub(crate) text: String,
    pub(crate) until: NaiveDate,
}

/// Leaders and what they owe.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Leaders {
    #[serde(default)]
    pub(crate) quarter: String,
    /// The quarters for which leaders are asked now.
    #[serde(default)]
    pub(crate) asked_for: Vec<String>,
    #[serde(default)]
    pub(crate) per_quarter: u32,
    #[serde(default)]
    pub(crate) source: Option<String>,
    #[serde(default)]
    pub(crate) leaders: Vec<Leader>,
}

/// A leader.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Leader {
    pub(crate) staff_id: Uuid,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) post: Option<String>,
    pub(crate) asked: i64,
    pub(crate) taken: i64,
    pub(crate) owes_in_quarter: i64,
}

/// What was published for a quarter.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Published {
    pub(crate) quarter: String,
    pub(crate) cases: Vec<LedCase>,
}

/// A case that a leader took, as everybody reads it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct LedCase {
    #[serde(default)]
    pub(crate) leader_name: Option<String>,
    #[serde(default)]
    pub(crate) leader_post: Option<String>,
    #[serde(default)]
    pub(crate) unit_name: Option<String>,
    pub(crate) field: String,
    pub(crate) summary: String,
}

/// Which part of the library.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    /// `mine`, `unit` or `district`.
    pub(crate) scope: &'a str,
    pub(crate) without_leader: bool,
    pub(crate) without_plan: bool,
    pub(crate) after: Option<&'a str>,
}

/// The matters in the library, oldest first.
pub(crate) async fn library(http: &Client, wanted: Wanted<'_>, staff: &str) -> Result<Items<Line>, CallError> {
    let mut query = vec![("scope", wanted.scope), ("limit", "100")];
    if wanted.without_leader {
        query.push(("without_leader", "true"));
    }
    if wanted.without_plan {
        query.push(("without_plan", "true"));
    }
    if let Some(after) = wanted.after {
        query.push(("after", after));
    }
    http.call(Method::GET, Service::Casework, "/library").query(&query).staff(staff).read().await
}

/// The leaders of the reader's district for a quarter; the present one when none is given.
pub(crate) async fn leaders(http: &Client, quarter: Option<&str>, staff: &str) -> Result<Leaders, CallError> {
    let mut call = http.call(Method::GET, Service::Casework, "/library/leaders").staff(staff);
    if let Some(quarter) = quarter {
        call = call.query(&[("quarter", quarter)]);
    }
    call.read().await
}

/// The public notice.
pub(crate) async fn published(
    http: &Client,
    district: Option<&DistrictCode>,
    quarter: Option<&str>,
) -> Result<Published, CallError> {
    let mut call = http.call(Method::GET, Service::Casework, "/library/published");
    if let Some(district) = district {
        call = call.query(&[("district", district.as_str())]);
    }
    if let Some(quarter) = quarter {
        call = call.query(&[("quarter", quarter)]);
    }
    call.read().await
}
