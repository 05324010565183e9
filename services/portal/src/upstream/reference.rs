//! Names of districts, units and topics: asked for once a minute, and remembered when the owner is away, so that a form can still be
//! filled in while directory restarts.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::try_join;
use huiyin_kernel::{DistrictCode, DistrictLevel};
use huiyin_web::{CallError, Client};
use tokio::sync::RwLock;
use tokio::time::Instant;

use super::directory::{self, District, Unit};
use super::intake::{self, Topic};

const FRESH_FOR: Duration = Duration::from_mins(1);

/// Districts, units and topics.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    pub(crate) districts: Vec<District>,
    pub(crate) topics: Vec<Topic>,
    pub(crate) units: Vec<Unit>,
    by_code: BTreeMap<String, String>,
    topic_names: BTreeMap<String, String>,
    unit_names: BTreeMap<String, String>,
}

/// The remembered names. Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reference(Arc<RwLock<Option<Remembered>>>);

/// When it was asked for, and what was said.
type Remembered = (Instant, Arc<Known>);

impl Reference {
    /// The names, not older than a minute if the owners answer.
    pub(crate) async fn known(&self, http: &Client) -> Result<Arc<Known>, CallError> {
        let remembered = self.0.read().await.clone();
        if let Some((at, known)) = &remembered
            && at.elapsed() < FRESH_FOR
        {
            return Ok(Arc::clone(known));
        }
        match try_join!(directory::districts(http), directory::units(http), intake::topics(http)) {
            Ok((districts, units, topics)) => {
                let known = Arc::new(Known::new(districts, units, topics));
                *self.0.write().await = Some((Instant::now(), Arc::clone(&known)));
                Ok(known)
            }
            Err(error) => match remembered {
                Some((_, known)) => Ok(known),
                None => Err(error),
            },
        }
    }

    /// The same for pages that do without rather than not be shown.
    pub(crate) async fn or_empty(&self, http: &Client) -> Arc<Known> {
        self.known(http).await.unwrap_or_default()
    }
}

impl Known {
    pub(crate) fn new(mut districts: Vec<District>, units: Vec<Unit>, topics: Vec<Topic>) -> Self {
        districts.retain(|district| district.active);
        districts.sort_by(|a, b| a.code.as_str().cmp(b.code.as_str()));
        let by_code = districts.iter().map(|d| (d.code.as_str().to_owned(), d.name.clone())).collect();
        let topic_names = topics.iter().map(|t| (t.code.clone(), t.name_zh.clone())).collect();
        let unit_names = units.iter().map(|u| (u.code.as_str().to_owned(), u.name.clone())).collect();
        Self { districts, topics, units, by_code, topic_names, unit_names }
    }

    /// `澄浦区 望桥街道`; the code when it is not known.
    pub(crate) fn place(&self, code: &str) -> String {
        let Some(name) = self.by_code.get(code) else { return code.to_owned() };
        let parent =
            DistrictCode::parse(code).ok().filter(|c| c.level() > DistrictLevel::County).and_then(|c| c.parent());
        match parent.and_then(|parent| self.by_code.get(parent.as_str())) {
            Some(parent) => format!("{parent} {name}"),
            None => name.clone(),
        }
    }

    /// The unit's name; the code when it is not known.
    pub(crate) fn unit<'a>(&'a self, code: &'a str) -> &'a str {
        self.unit_names.get(code).map_or(code, String::as_str)
    }

    /// The topic's name; the code when it is not known.
    pub(crate) fn topic<'a>(&'a self, code: &'a str) -> &'a str {
        self.topic_names.get(code).map_or(code, String::as_str)
    }
}
