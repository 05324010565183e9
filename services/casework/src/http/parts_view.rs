//! Parts that other units do, and what is settled later, as staff and as the petitioner see them.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Case, PartEnd, WorkPart};

/// A part on the case page (JX-09).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PartView {
    /// To name it by, counted from 1.
    nth: usize,
    #[schema(value_type = String)]
    unit: huiyin_kernel::UnitCode,
    unit_name: Option<String>,
    text: String,
    due_on: NaiveDate,
    /// Still to be done.
    open: bool,
    done_on: Option<NaiveDate>,
    /// What came of it, or why it was taken back.
    note: Option<String>,
}

pub(super) fn parts(case: &Case, names: &HashMap<String, String>) -> Vec<PartView> {
    let view = |(n, part): (usize, &WorkPart)| {
        let (done_on, note) = match &part.end {
            Some(PartEnd::Done { done_on, result, .. }) => (Some(*done_on), Some(result.clone())),
            Some(PartEnd::TakenBack { reason }) => (None, Some(reason.clone())),
            Some(PartEnd::Fell) | None => (None, None),
        };
        PartView {
            nth: n + 1,
            unit: part.unit.clone(),
            unit_name: names.get(part.unit.as_str()).cloned(),
            text: part.text.clone(),
            due_on: part.due_on,
            open: part.end.is_none(),
            done_on,
            note,
        }
    };
    case.parts.iter().enumerate().map(view).collect()
}

/// What is settled later (适时解决; XT-21).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeferralView {
    /// Which conditions lack; the petitioner reads it.
    reason: String,
    /// When it is looked at again.
    look_again_on: NaiveDate,
    settled_on: Option<NaiveDate>,
    /// How it was settled.
    note: Option<String>,
}

pub(super) fn deferred(case: &Case) -> Option<DeferralView> {
    let deferral = case.deferral.as_deref()?;
    let settled = deferral.settled.as_ref();
    Some(DeferralView {
        reason: deferral.reason.clone(),
        look_again_on: deferral.look_again_on,
        settled_on: settled.map(|settled| settled.done_on),
        note: settled.map(|settled| settled.note.clone()),
    })
}
