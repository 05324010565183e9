//! The agreement (调解、和解协议), as staff and as the petitioner see it.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Case, settlement_words};

/// The agreement on the case page.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SettlementView {
    /// 调解 or 和解.
    kind_zh: &'static str,
    agreed_on: NaiveDate,
    /// Who signed for the unit.
    signed_by_name: Option<String>,
    duties: Vec<DutyView>,
}

/// A duty of the agreement.
#[derive(Debug, Serialize, ToSchema)]
struct DutyView {
    /// To name it by, counted from 1.
    nth: usize,
    text: String,
    due_on: NaiveDate,
    done_on: Option<NaiveDate>,
    note: Option<String>,
}

pub(super) fn settlement(case: &Case, names: &HashMap<String, String>) -> Option<SettlementView> {
    let settlement = case.settlement.as_deref()?;
    let duties = settlement.duties.iter().enumerate().map(|(n, duty)| DutyView {
        nth: n + 1,
        text: duty.text.clone(),
        due_on: duty.due_on,
        done_on: duty.done.as_ref().map(|done| done.done_on),
        note: duty.done.as_ref().map(|done| done.note.clone()),
    });
    Some(SettlementView {
        kind_zh: settlement_words(settlement.kind).0,
        agreed_on: settlement.agreed_on,
        signed_by_name: names.get(&settlement.signed_by.to_string()).cloned(),
        duties: duties.collect(),
    })
}

/// The agreement on the petitioner's page: its days. What it says they hold in their hands.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AgreedView {
    /// 调解 or 和解.
    kind_zh: &'static str,
    agreed_on: NaiveDate,
    duties: Vec<AgreedDuty>,
}

/// The days of a duty.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AgreedDuty {
    due_on: NaiveDate,
    done_on: Option<NaiveDate>,
}

pub(super) fn agreed(case: &Case) -> Option<AgreedView> {
    let settlement = case.settlement.as_deref()?;
    let duties = settlement.duties.iter();
    let days = |duty: &crate::domain::Duty| AgreedDuty {
        due_on: duty.due_on,
        done_on: duty.done.as_ref().map(|done| done.done_on),
    };
    Some(AgreedView {
        kind_zh: settlement_words(settlement.kind).0,
        agreed_on: settlement.agreed_on,
        duties: duties.map(days).collect(),
    })
}
