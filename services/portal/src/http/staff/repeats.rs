//! Matters that may be the same one put again (重复), beside a case and after a registration at the counter. The page proposes; whoever works on
//! the matter looks, and links or does not.

use askama::Template;
use uuid::Uuid;

use crate::domain::{when, words};
use crate::http::form::Sheet;
use crate::upstream::casework::Case;
use crate::upstream::likely_same::LikelySame;

/// The matters offered.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "parts/repeats.html")]
pub(in crate::http) struct Repeats {
    items: Vec<LikelySame>,
    /// The case they can be linked with.
    link_with: Option<Uuid>,
    /// After a registration: what was registered, to be opened in a moment.
    registered: Option<Registered>,
}

#[derive(Clone, Debug)]
struct Registered {
    number: String,
    form_token: String,
}

impl Repeats {
    /// Beside a case; what is linked with it already is not offered again.
    pub(super) fn beside(case: &Case, mut items: Vec<LikelySame>) -> Self {
        items.retain(|item| case.links.iter().all(|link| link.number != item.number));
        let may_link = case.actions.iter().any(|action| action.command == "link" && action.allowed);
        Self { items, link_with: may_link.then_some(case.line.case_id), registered: None }
    }

    /// On the counter's screen beside the receipt.
    pub(super) fn after_registering(number: &str, form_token: &str, items: Vec<LikelySame>) -> Self {
        let registered = Registered { number: number.to_owned(), form_token: form_token.to_owned() };
        Self { items, link_with: None, registered: Some(registered) }
    }

    pub(in crate::http) const fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The form of a link filled in for one of them; everything in it can be changed before it is sent.
    pub(super) fn proposed(&self, petition_id: &str, link: Sheet) -> Sheet {
        match self.items.iter().find(|item| item.petition_id.to_string() == petition_id) {
            Some(item) => {
                link.put("number", &item.number).put("kind", "same_matter").put("reason", &item.proposed_reason)
            }
            None => link,
        }
    }

    fn day(item: &LikelySame) -> String {
        when::date(when::city_date(item.registered_at))
    }

    fn state(item: &LikelySame) -> &str {
        words::case_state(&item.state)
    }
}
