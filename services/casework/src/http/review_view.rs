//! Reviews and re-examinations (复查、复核) as staff and petitioners read them.

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_contracts::casework::ReviewLevel;
use serde::Serialize;
use utoipa::ToSchema;

use super::view::word;
use crate::domain::{Case, Remedy, ReviewOpinion, State, level_words, result_zh};

/// The written opinion of a reviewing body (复查意见书, 复核意见书).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReviewView {
    /// `review` or `reexamination`.
    level: String,
    /// 复查 or 复核.
    level_zh: &'static str,
    /// Its conclusion, in Chinese.
    result_zh: &'static str,
    /// The document, part by part.
    text: String,
    /// Code of the reviewing body.
    unit: Option<String>,
    issued_at: DateTime<Utc>,
    delivered_at: Option<DateTime<Utc>>,
    /// The last day to ask for a re-examination.
    next_until: Option<NaiveDate>,
}

/// What can still be asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RemedyView {
    /// `review`, `reexamination` or `none`.
    level: String,
    /// 复查 or 复核; empty when nothing can be asked for any more.
    level_zh: &'static str,
    /// The last day; a later request needs good cause.
    until: Option<NaiveDate>,
}

impl RemedyView {
    /// None while there is no answer, or while a review is under way.
    pub(super) fn of(case: &Case) -> Option<Self> {
        if case.open_review().is_some() {
            return None;
        }
        let remedy = match case.remedy() {
            // Issued, and not yet recorded as delivered: whoever reads it has received it.
            None => case.state.reply().map(|_| Self::open(ReviewLevel::Review, None)),
            Some(Remedy::Open(level, until)) => Some(Self::open(level, Some(until))),
            Some(Remedy::Ended) => Some(Self { level: "none".to_owned(), level_zh: "", until: None }),
        };
        remedy.filter(|_| !matches!(case.state, State::Withdrawn(_)))
    }

    fn open(level: ReviewLevel, until: Option<NaiveDate>) -> Self {
        Self { level: word(level), level_zh: level_words(level).0, until }
    }
}

fn document(level: ReviewLevel, opinion: &ReviewOpinion, issued_at: DateTime<Utc>) -> ReviewView {
    ReviewView {
        level: word(level),
        level_zh: level_words(level).0,
        result_zh: result_zh(opinion.result),
        text: opinion.text(level),
        unit: None,
        issued_at,
        delivered_at: None,
        next_until: None,
    }
}

/// The opinions issued, in order; one issued and not yet delivered is the last.
pub(super) fn reviews(case: &Case) -> Vec<ReviewView> {
    let ended = case.reviews.iter().filter_map(|review| {
        let (opinion, issued_at, delivery) = review.answered()?;
        Some(ReviewView {
            unit: review.unit.as_ref().map(ToString::to_string),
            delivered_at: Some(delivery.delivered_at),
            next_until: delivery.next_until,
            ..document(review.level, opinion, issued_at)
        })
    });
    let issued = match &case.state {
        State::ReviewAnswered { review, opinion, issued_at } => {
            Some(ReviewView { unit: Some(review.unit.to_string()), ..document(review.level, opinion, *issued_at) })
        }
        _ => None,
    };
    ended.chain(issued).collect()
}

/// The draft that awaits approval.
pub(super) fn draft(case: &Case) -> Option<String> {
    match &case.state {
        State::ReviewProposed { review, opinion, .. } => Some(opinion.text(review.level)),
        _ => None,
    }
}
