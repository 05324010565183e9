//! The staff console.

pub(super) mod act;
mod act_groups;
pub(super) mod after;
mod appointment;
pub(super) mod batch_actions;
pub(super) mod batches;
pub(super) mod calls;
pub(super) mod case;
pub(super) mod commands;
mod competence;
pub(super) mod document;
pub(super) mod filing;
pub(super) mod find;
pub(super) mod inbox;
mod leading;
pub(super) mod ledger;
pub(super) mod library;
mod links;
mod parting;
pub(super) mod planned;
mod procedure;
pub(super) mod quotas;
mod recusal;
pub(super) mod register;
pub(super) mod repeats;
pub(super) mod report;
pub(super) mod session;
pub(super) mod sessions;
mod settlement;
pub(super) mod sign_in;
mod supervise;
mod supervised;
pub(super) mod visit;
pub(super) mod work_list;

use axum::http::Uri;

use super::form::Posted;
use crate::secret::BrowserToken;

/// The query of an address as fields.
fn query_of(uri: &Uri) -> Posted {
    Posted::read(uri.query().unwrap_or_default().as_bytes()).unwrap_or_default()
}

/// A key for a form: sending it twice does it once.
fn new_key() -> String {
    BrowserToken::generate().to_text().to_string()
}
