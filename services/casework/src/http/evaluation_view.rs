//! What was said and found after the end, on the case page and on the petitioner's.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_contracts::casework::EvaluationSnapshot;
use huiyin_kernel::StaffId;
use serde::Serialize;
use utoipa::ToSchema;

use super::view::word;
use crate::domain::{Case, finding_words, term_zh};

/// What can be, and was, said of how the matter was handled (REG-07). The words are intake's.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EvaluationView {
    /// The last day to rate.
    until: NaiveDate,
    /// `satisfied`, `basically_satisfied`, `dissatisfied`: those there are to choose from.
    scale: Vec<String>,
    /// What was said can be changed until then.
    may_change: bool,
    /// Of the petition office (信访部门).
    office: Option<String>,
    /// Of the body that answered (责任单位).
    unit: Option<String>,
    /// `not_carried_out` or `not_received`: what was disputed last.
    dispute: Option<String>,
    /// The office is being called to account, for that or for something else.
    is_supervised: bool,
}

pub(super) fn evaluation(case: &Case, told: Option<EvaluationSnapshot>) -> Option<EvaluationView> {
    let told = told?;
    Some(EvaluationView {
        until: told.until,
        scale: told.scale.into_iter().map(word).collect(),
        may_change: told.may_change,
        office: told.office.map(word),
        unit: told.unit.map(word),
        dispute: told.dispute.map(word),
        is_supervised: case.open_order().is_some(),
    })
}

/// The archived file (案卷; WH-15).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FileView {
    /// 档号
    number: String,
    /// 永久, 30年, 10年.
    term_zh: String,
    /// The last day on which it is kept; absent when for ever.
    keep_until: Option<NaiveDate>,
    archived_at: DateTime<Utc>,
    /// Who archived it.
    by_name: Option<String>,
    /// Its time is over and somebody proposed to destroy it: a second person decides.
    proposed: Option<ProposedView>,
}

/// A proposal to destroy a file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProposedView {
    /// Why nothing in it is needed any more.
    reason: String,
    at: DateTime<Utc>,
    by_name: Option<String>,
}

pub(super) fn file(case: &Case, names: &HashMap<String, String>) -> Option<FileView> {
    let file = case.file()?;
    Some(FileView {
        number: file.number.clone(),
        term_zh: term_zh(file.term),
        keep_until: file.keep_until,
        archived_at: file.archived_at,
        by_name: names.get(&file.by.to_string()).cloned(),
        proposed: file.appraisal.as_ref().map(|appraisal| ProposedView {
            reason: appraisal.reason.clone(),
            at: appraisal.at,
            by_name: names.get(&appraisal.by.to_string()).cloned(),
        }),
    })
}

/// Who had to do with the file, to be named.
pub(super) fn keepers(case: &Case) -> impl Iterator<Item = StaffId> {
    let file = case.file();
    file.map(|file| file.by).into_iter().chain(file.and_then(|file| Some(file.appraisal.as_ref()?.by)))
}

/// A return visit (回访; XT-10).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReturnVisitView {
    visited_on: NaiveDate,
    /// 电话回访, 上门回访, 书信回访, 网上回访.
    means_zh: &'static str,
    /// What was found of the matter.
    finding_zh: &'static str,
    /// Who recorded it.
    by_name: Option<String>,
}

pub(super) fn return_visits(case: &Case, names: &HashMap<String, String>) -> Vec<ReturnVisitView> {
    let visits = case.return_visits.iter().map(|visit| ReturnVisitView {
        visited_on: visit.visited_on,
        means_zh: visit.means.words().0,
        finding_zh: finding_words(visit.finding).0,
        by_name: names.get(&visit.by.to_string()).cloned(),
    });
    visits.collect()
}
