//! Paging by key: "what comes after this one", which stays right while rows come and go.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

const USUAL: u16 = 50;
const MOST: u16 = 200;

/// The paging parameters of a list. Use it as a [`crate::Query`] of its own, beside one for the filters, or flatten it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct Pages {
    /// Show what comes after this; the `next` of the page before.
    pub after: Option<String>,
    /// How many, 1 to 200; 50 when left out.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Option<PageLimit>,
}

/// How many rows a page may have: 1 to 200.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u16")]
pub struct PageLimit(u16);

/// Not 1 to 200.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid value, expected 1 to {MOST}")]
pub struct PageLimitError;

impl TryFrom<u16> for PageLimit {
    type Error = PageLimitError;

    fn try_from(rows: u16) -> Result<Self, PageLimitError> {
        (1..=MOST).contains(&rows).then_some(Self(rows)).ok_or(PageLimitError)
    }
}

impl Pages {
    /// How many rows a page may have.
    pub fn limit(&self) -> i64 {
        i64::from(self.limit.map_or(USUAL, |limit| limit.0))
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Give this as `after` for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Makes a page of rows fetched with one more than `pages.limit()`, so that "is there more" needs no second query.
    pub fn of(mut rows: Vec<T>, pages: &Pages, key: impl Fn(&T) -> String) -> Self {
        let limit = usize::try_from(pages.limit()).unwrap_or(usize::from(MOST));
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(key) } else { None };
        Self { items: rows, next }
    }
}
