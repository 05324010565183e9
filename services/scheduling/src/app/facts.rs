//! What the gate looks at beside the plan: place, leader, policy pack. Fetched for all sessions of a command at once.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_kernel::{StaffId, VenueId};
use sqlx::PgConnection;

use super::AppError;
use crate::domain::{Leader, Plan, Venue};
use crate::store;

#[derive(Debug)]
pub(crate) struct Facts {
    venues: BTreeMap<VenueId, Venue>,
    leaders: BTreeMap<StaffId, Leader>,
    packs: BTreeMap<String, String>,
}

impl Facts {
    pub(crate) async fn load(conn: &mut PgConnection, plans: &[&Plan]) -> Result<Self, AppError> {
        let venues: BTreeSet<VenueId> = plans.iter().filter_map(|p| p.venue_id).collect();
        let leaders: BTreeSet<StaffId> = plans.iter().filter_map(|p| p.leader).collect();
        let districts: BTreeSet<_> = plans.iter().map(|p| p.district.clone()).collect();
        let venues = store::venues::find(&mut *conn, &venues.into_iter().collect::<Vec<_>>()).await?;
        let leaders = store::directory::leaders(&mut *conn, &leaders.into_iter().collect::<Vec<_>>()).await?;
        let packs = store::directory::packs(conn, &districts.into_iter().collect::<Vec<_>>()).await?;
        Ok(Self {
            venues: venues.into_iter().map(|v| (v.venue_id, v)).collect(),
            leaders: leaders.into_iter().map(|l| (l.staff_id, l)).collect(),
            packs: packs.into_iter().collect(),
        })
    }

    pub(crate) fn venue(&self, plan: &Plan) -> Option<&Venue> {
        self.venues.get(&plan.venue_id?)
    }

    pub(crate) fn leader(&self, plan: &Plan) -> Option<&Leader> {
        self.leaders.get(&plan.leader?)
    }

    pub(crate) fn pack(&self, plan: &Plan) -> Option<&str> {
        self.packs.get(plan.district.as_str()).map(String::as_str)
    }
}
