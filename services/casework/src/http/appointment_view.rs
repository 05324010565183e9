//! The appointment under way or held (QD-02), for the case page.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_policy::Policy;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::Case;

/// The newest application for an appointment, with what followed on it (QD-02).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AppointmentView {
    asked_at: DateTime<Utc>,
    /// What the petitioner wishes, as told at the counter.
    wish: Option<String>,
    /// Asked for, and no plan laid down yet.
    open: bool,
    steps: Vec<AppointmentStepView>,
    /// What the unit prepared.
    material: Option<String>,
    material_by_name: Option<String>,
    /// When the petitioner is expected, or was received.
    fixed_for: Option<DateTime<Utc>>,
    place: Option<String>,
}

/// A step of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AppointmentStepView {
    zh: &'static str,
    done: bool,
}

/// The newest consultation (协商会办; QD-02).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConsultationView {
    held_on: NaiveDate,
    present: String,
    agreed: String,
    by_name: Option<String>,
}

pub(super) fn appointment(case: &Case, policy: &Policy, names: &HashMap<String, String>) -> Option<AppointmentView> {
    let asked = case.appointment.as_deref()?;
    let steps = case.appointment_steps(policy).into_iter();
    let material = asked.material.as_ref();
    Some(AppointmentView {
        asked_at: asked.asked_at,
        wish: asked.wish.clone(),
        open: case.open_appointment().is_some(),
        steps: steps.map(|(step, done)| AppointmentStepView { zh: step.words().0, done }).collect(),
        material: material.map(|material| material.text.clone()),
        material_by_name: material.and_then(|material| names.get(&material.by.to_string()).cloned()),
        fixed_for: asked.fixed.as_ref().map(|fixed| fixed.at),
        place: asked.fixed.as_ref().map(|fixed| fixed.place.clone()),
    })
}

pub(super) fn consultation(case: &Case, names: &HashMap<String, String>) -> Option<ConsultationView> {
    let held = case.consultation.as_deref()?;
    Some(ConsultationView {
        held_on: held.held_on,
        present: held.present.clone(),
        agreed: held.agreed.clone(),
        by_name: names.get(&held.by.to_string()).cloned(),
    })
}
