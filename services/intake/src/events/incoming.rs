use huiyin_contracts::{
    casework::{CASE_EVENTS, CaseSnapshot},
    directory::{DISTRICT_CHANGED, DistrictSnapshot, UNIT_CHANGED, UnitSnapshot},
};
use huiyin_journal::{HandleError, Received};

/// A change of the city.
#[derive(Debug)]
pub enum CityChange {
    /// A district.
    District(DistrictSnapshot),
    /// A unit.
    Unit(UnitSnapshot),
}

/// `huiyin.casework.case.*`: the case's newest values; other aggregates are of no concern here.
pub fn case(event: &Received) -> Result<Option<CaseSnapshot>, HandleError> {
    let known = CASE_EVENTS.iter().any(|case| case.type_name() == event.envelope.type_name);
    if known { event.decode().map(Some) } else { Ok(None) }
}

/// `huiyin.directory.district.changed`, `huiyin.directory.unit.changed`; staff are of no concern here.
pub fn city(event: &Received) -> Result<Option<CityChange>, HandleError> {
    let name = &event.envelope.type_name;
    if *name == DISTRICT_CHANGED.type_name() {
        event.decode().map(|district| Some(CityChange::District(district)))
    } else if *name == UNIT_CHANGED.type_name() {
        event.decode().map(|unit| Some(CityChange::Unit(unit)))
    } else {
        Ok(None)
    }
}
