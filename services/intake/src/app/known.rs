use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use huiyin_contracts::directory::{DistrictSnapshot, UnitKind};
use huiyin_journal::{Db, DbError};
use huiyin_kernel::{DistrictCode, UnitCode};
use tokio::sync::Mutex;

use crate::{domain::Topics, store};

/// How old the picture may be, so that a registration costs no reading.
const FRESH: Duration = Duration::from_secs(2);

/// What registration must know of the city, as the tables said a moment ago.
#[derive(Debug)]
pub struct Known {
    /// The taxonomy.
    pub topics: Topics,
    /// The districts served.
    pub districts: BTreeMap<DistrictCode, DistrictSnapshot>,
    /// What each unit is for.
    pub units: BTreeMap<UnitCode, UnitKind>,
    /// Who carries on for the units that were abolished (REG-16).
    pub successors: BTreeMap<UnitCode, UnitCode>,
}

impl Known {
    /// Who carries on for a unit, and for those in their turn.
    pub fn carried_on_by<'a>(&'a self, unit: &UnitCode) -> Vec<&'a UnitCode> {
        let mut line = Vec::new();
        let mut next = self.successors.get(unit);
        while let Some(successor) = next.filter(|successor| !line.contains(successor)) {
            line.push(successor);
            next = self.successors.get(successor);
        }
        line
    }
}

/// The picture and when it was taken. One request at a time takes it anew; a crowd goes on with the last one meanwhile, rather than ask
/// the database for the same things all at once.
#[derive(Debug, Default)]
pub(crate) struct KnownCache {
    picture: RwLock<Option<(Instant, Arc<Known>)>>,
    taking: Mutex<()>,
}

impl KnownCache {
    /// The present picture; a stale one is taken anew.
    pub(crate) async fn get(&self, db: &Db) -> Result<Arc<Known>, DbError> {
        match self.last() {
            Some((at, known)) if at.elapsed() < FRESH => Ok(known),
            Some((_, stale)) => match self.taking.try_lock() {
                Ok(_alone) => self.reload(db).await,
                Err(_) => Ok(stale),
            },
            None => {
                let _alone = self.taking.lock().await;
                match self.last() {
                    Some((_, known)) => Ok(known),
                    None => self.reload(db).await,
                }
            }
        }
    }

    fn last(&self) -> Option<(Instant, Arc<Known>)> {
        self.picture.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes the picture anew: something was not in the last one.
    pub(crate) async fn reload(&self, db: &Db) -> Result<Arc<Known>, DbError> {
        let mut tx = db.read().await?;
        let known = Arc::new(Known {
            topics: store::known::topics(&mut tx).await?,
            districts: store::known::districts(&mut tx).await?,
            units: store::known::unit_kinds(&mut tx).await?,
            successors: store::known::successors(&mut tx).await?,
        });
        *self.picture.write().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), known.clone()));
        Ok(known)
    }
}
