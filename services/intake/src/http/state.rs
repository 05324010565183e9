use std::sync::Arc;

use super::access::LookupLimits;
use crate::{app::Context, config::Config};

/// What the endpoints share. Cheap to clone.
#[derive(Clone, Debug)]
pub struct HttpState {
    pub(super) context: Arc<Context>,
    pub(super) lookups: Arc<LookupLimits>,
    pub(super) config: Config,
}

impl HttpState {
    /// Puts the parts together.
    pub fn new(context: Arc<Context>, config: Config) -> Self {
        Self { context, lookups: Arc::new(LookupLimits::new(config)), config }
    }
}
