//! What others may ask of the publications: the owner's side of the repair road, and of rebuilding a read model.
//!
//! Bodies are given verbatim, as committed. Nothing here is ever deleted, so any subscriber can be brought up to date at any time.

mod http;
mod source;
mod store;

pub use http::internal_router;
pub use source::{
    Changed, ChangedAsk, FetchAsk, HttpSource, OwnSource, PageAsk, Publication, PublicationPage, Range, Source,
    SourceError, Told, XidMark,
};
pub(crate) use store::{ENVELOPE_COLUMNS, EnvelopeRow};
