//! Matters sent on before they are taken up: the receiver objects and is given right, or handles them (REG-10, REG-14).

use chrono::{DateTime, Utc};
use huiyin_kernel::Role;
use serde::Deserialize;
use serde_json::json;

use super::agenda::day_of;
use super::data::Matter;
use super::life::Life;
use super::officer::{File, Next, with_role};

/// The transfer that brought a matter to its unit, as the case page shows it.
#[derive(Debug, Deserialize)]
pub(super) struct Sent {
    pub(super) from: String,
    to: String,
    at: DateTime<Utc>,
    objection: Option<String>,
}

/// What is next for the transfer; none when nothing stands against taking the matter up.
pub(super) fn next(
    life: &Life,
    matter: &Matter,
    file: &File,
    unit: &str,
    sent: Option<&Sent>,
) -> anyhow::Result<Option<Next>> {
    let Some(transfer) = &matter.turn.transfer else { return Ok(None) };
    let officer = |unit: &str| with_role(life, unit, Role::Officer);
    let Some(sent) = sent else {
        // Reported a month later; without a demand there is nothing to report.
        let report_by = transfer.demand.as_ref().map(|_| life.hours.after(day_of(file.plan.decide), 20));
        let body = json!({ "unit": transfer.to, "demand": transfer.demand, "report_by": report_by });
        return Ok(Some(Next::when(life, file.plan.decide, "transfer", officer(unit)?, body)));
    };
    let after = |days| life.hours.hour(life.hours.after(day_of(sent.at), days), 1);
    Ok(match (&transfer.objection, sent.objection.as_deref()) {
        (Some(objection), None) => {
            Some(Next::when(life, after(3), "object", officer(&sent.to)?, json!({ "reason": objection.reason })))
        }
        (Some(objection), Some("raised")) => {
            let body = json!({ "agree": true, "reason": objection.answer });
            Some(Next::when(life, after(4), "answer-objection", officer(&sent.from)?, body))
        }
        (None, _) => Some(after(2)).filter(|at| *at > life.now()).map(Next::At),
        (Some(_), Some(_)) => None,
    })
}
