//! From a change to its journal entries and its snapshot for others. The only place that constructs directory's events.

use chrono::{DateTime, Utc};
use huiyin_contracts::directory::{
    DISTRICT_CHANGED, DistrictSnapshot, STAFF_CHANGED, StaffSnapshot, Succession, UNIT_CHANGED, UnitSnapshot,
};
use huiyin_contracts::{AggregateKind, EventType};
use huiyin_journal::{Aggregate, Change, Entry, Outgoing};
use huiyin_kernel::{Actor, DistrictCode, IdSequence};
use serde::Serialize;
use uuid::Uuid;

use crate::domain::{District, Staff, Unit};

/// Who changes what, when, and why.
#[derive(Clone, Debug)]
pub struct Act {
    /// By whom.
    pub actor: Actor,
    /// The command.
    pub cause: Uuid,
    /// Business time.
    pub at: DateTime<Utc>,
}

/// A thing's identity in the journal.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Its id.
    pub id: Uuid,
    /// Its version before the change.
    pub version: i64,
}

fn body(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("texts, numbers and lists always serialise")
}

fn change(
    act: &Act,
    kind: AggregateKind,
    place: Place,
    district: &DistrictCode,
    ids: &mut IdSequence,
    entry: (&'static str, Vec<u8>),
    told: Option<(EventType, Vec<u8>)>,
) -> Change {
    let aggregate = Aggregate { kind, id: place.id, district: district.clone(), version: place.version };
    let entries = vec![Entry { event_id: ids.next(act.at), event_type: entry.0, body: entry.1 }];
    let outgoing = told.into_iter().map(|(event, body)| Outgoing { entry: 0, event, body }).collect();
    Change { aggregate, actor: act.actor.clone(), cause: act.cause, at: act.at, entries, outgoing }
}

/// A district was added or changed.
pub fn district_changed(act: &Act, place: Place, district: &District, ids: &mut IdSequence) -> Change {
    let District { code, name, policy_pack, petition_unit, active } = district.clone();
    let snapshot = DistrictSnapshot { code, name, policy_pack, petition_unit, active };
    let told = Some((DISTRICT_CHANGED, body(&snapshot)));
    change(act, AggregateKind::District, place, &district.code, ids, ("district_changed", body(district)), told)
}

/// A unit was added or changed.
pub fn unit_changed(act: &Act, place: Place, unit: &Unit, ids: &mut IdSequence) -> Change {
    let Unit { code, name, short_name: _, kind, district, topics, active, succession } = unit.clone();
    // Why a unit was designated is the office's; who carries on, and since which decision, is everybody's.
    let succession = succession.map(|succession| Succession {
        unit: succession.unit,
        accusations_to: succession.accusations_to,
        designated_on: succession.designation.map(|designation| designation.decided_on),
    });
    let snapshot = UnitSnapshot { code, name, kind, district, topics, active, succession };
    let told = Some((UNIT_CHANGED, body(&snapshot)));
    change(act, AggregateKind::Unit, place, &unit.district, ids, ("unit_changed", body(unit)), told)
}

/// A member of staff was added, changed, disabled or enabled.
pub fn staff_changed(act: &Act, version: i64, staff: &Staff, district: &DistrictCode, ids: &mut IdSequence) -> Change {
    let Staff { staff_id, login: _, name, unit, roles, post, portfolio, areas, office_email, active } = staff.clone();
    let district = district.clone();
    let snapshot = StaffSnapshot {
        staff_id,
        name,
        unit,
        district: district.clone(),
        roles,
        post,
        portfolio,
        areas,
        office_email,
        active,
    };
    let told = Some((STAFF_CHANGED, body(&snapshot)));
    let place = Place { id: staff.staff_id.uuid(), version };
    change(act, AggregateKind::Staff, place, &district, ids, ("staff_changed", body(staff)), told)
}

/// Something about an account that is nobody else's business: `password_set`, `signed_in`, `signed_out`.
pub fn account_event(
    act: &Act,
    version: i64,
    staff: &Staff,
    district: &DistrictCode,
    ids: &mut IdSequence,
    event_type: &'static str,
    session: Option<Uuid>,
) -> Change {
    let place = Place { id: staff.staff_id.uuid(), version };
    let body = body(&serde_json::json!({ "session_id": session }));
    change(act, AggregateKind::Staff, place, district, ids, (event_type, body), None)
}
