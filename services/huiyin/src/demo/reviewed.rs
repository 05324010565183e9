//! Review and re-examination (复查、复核; REG-40…44): the petitioner asks, the body above answers.

use anyhow::Context;
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use huiyin_kernel::Role;
use serde::Deserialize;
use serde_json::json;

use super::agenda::{at, day_of};
use super::data::Matter;
use super::life::Life;
use super::officer::{CasePage, File, Next, with_role};
use super::turns::{End, Review};

/// The newest review, as the case page shows it.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    unit: Option<String>,
}

/// The hearing fixed in the review under way.
#[derive(Debug, Deserialize)]
pub(super) struct Fixed {
    from: NaiveDate,
    to: NaiveDate,
    note: String,
}

/// When the petitioner next asks, in the evening of some day after the last answer was delivered.
pub(super) async fn asks_at(life: &Life, index: usize) -> Option<DateTime<Utc>> {
    let file = life.files[index].lock().await;
    let file = file.as_ref()?;
    let review = life.matters[index].turn.reviews.get(file.asked)?;
    Some(at(day_of(file.delivered_at?) + Days::new(review.after_days), 19, 30))
}

/// The request under way, and how the body above will end it.
fn under_way<'a>(matter: &'a Matter, file: &File) -> Option<&'a Review> {
    matter.turn.reviews.get(file.asked.checked_sub(1)?)
}

/// The matter with the outcome and the result it has when it was ordered to be handled anew.
pub(super) fn anew(matter: &Matter, file: &File) -> Matter {
    let mut matter = matter.clone();
    let last = under_way(&matter, file).and_then(|review| review.anew.clone());
    if let Some(anew) = last {
        matter.handling.outcome = anew.outcome;
        matter.handling.result = anew.result;
    }
    matter
}

/// What is next for the review under way: always by the reviewing body.
pub(super) fn next(life: &Life, matter: &Matter, file: &File, page: &CasePage) -> anyhow::Result<Next> {
    let review = under_way(matter, file).context("a review nobody asked for")?;
    let unit = page.review.as_ref().and_then(|asked| asked.unit.as_deref()).context("a review without a body")?;
    let officer = with_role(life, unit, Role::Officer)?;
    let hours = &life.hours;
    let since = file.since(life.now());
    let after = |day: NaiveDate, days, nth| hours.hour(hours.after(day, days), nth);
    let asked_on = day_of(since);
    Ok(match (page.stage.as_str(), &review.hearing, &page.hearing) {
        ("under_review", ..) if review.end == End::TooLate => {
            let body = json!({ "code": "review_too_late", "text": review.opinion });
            Next::when(life, after(asked_on, 2, 1), "decline-review", officer, body)
        }
        ("under_review", Some(hearing), None) => {
            let from = hours.after(asked_on, 7);
            let body = json!({ "from": from, "to": hours.after(from, hearing.days - 1), "note": hearing.about });
            Next::when(life, after(asked_on, 2, 0), "hearing", officer, body)
        }
        ("under_review", Some(hearing), Some(fixed)) if fixed.note != hearing.record => {
            let body = json!({ "from": fixed.from, "to": fixed.to, "note": hearing.record });
            Next::when(life, hours.hour(fixed.to, 2), "hearing", officer, body)
        }
        ("under_review", _, held) => {
            let at = held.as_ref().map_or_else(|| after(asked_on, 7, 1), |hearing| after(hearing.to, 2, 1));
            let body = json!({
                "result": review.end, "outcome": review.outcome, "facts_found": review.facts_found,
                "opinion": review.opinion, "legal_basis": review.legal_basis,
            });
            Next::when(life, at, "propose-review", officer, body)
        }
        ("review_proposed", ..) => {
            let at = hours.hour_from(since + TimeDelta::minutes(1));
            Next::when(life, at, "approve", with_role(life, unit, Role::UnitHead)?, json!({}))
        }
        _ => {
            let at = after(day_of(since), 1, 1);
            let body = json!({
                "means": "当面送达", "delivered_at": life.now(),
                "receipt": format!("SD-{}-{}", matter.petition.reference, file.asked),
            });
            Next::when(life, at, "deliver", officer, body)
        }
    })
}
