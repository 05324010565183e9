//! A whole city in one file: how an installation begins, and how it is brought up to date at one stroke.

use std::collections::BTreeMap;

use huiyin_contracts::directory::UnitKind;
use huiyin_kernel::{DistrictCode, Role, UnitCode};
use serde::Deserialize;

use super::{District, Login, Refusal, Staff, Surroundings, Unit};

/// What a city file says, checked in itself.
#[derive(Clone, Debug, Default)]
pub struct City {
    /// City, districts and streets.
    pub districts: Vec<District>,
    /// Units.
    pub units: Vec<Unit>,
    /// Staff; their ids are given when they are added, so here they are only what the file says.
    pub staff: Vec<CityStaff>,
}

/// A member of staff as the file says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CityStaff {
    /// What they sign in with; the file's key.
    pub login: String,
    name: String,
    unit: UnitCode,
    roles: Vec<Role>,
    #[serde(default)]
    post: Option<String>,
    #[serde(default)]
    portfolio: Vec<String>,
    #[serde(default)]
    areas: Vec<DistrictCode>,
    #[serde(default)]
    email: Option<String>,
}

/// The file cannot be used; nothing of it was.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CityError {
    /// Not TOML, or not of this shape.
    #[error("line {line}: {message}")]
    Shape {
        /// The line.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// One entry is wrong.
    #[error("{entry}: {why}")]
    Entry {
        /// Which, such as `unit city-hr`.
        entry: String,
        /// What is wrong.
        why: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    city: CityRow,
    #[serde(default)]
    district: Vec<Area>,
    #[serde(default)]
    street: Vec<Area>,
    #[serde(default)]
    unit: Vec<UnitRow>,
    #[serde(default)]
    staff: Vec<CityStaff>,
    /// Scheduling's part of the file.
    #[serde(default, rename = "venue")]
    _venue: Vec<toml::Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CityRow {
    code: DistrictCode,
    name: String,
    policy: String,
    /// Scheduling's part of the file.
    #[serde(default, rename = "reception_calendar")]
    _reception_calendar: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Area {
    code: DistrictCode,
    name: String,
    policy: String,
    #[serde(default)]
    district: Option<DistrictCode>,
    #[serde(default)]
    petition_unit: Option<UnitCode>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnitRow {
    code: UnitCode,
    name: String,
    short: String,
    district: DistrictCode,
    kind: UnitKind,
    #[serde(default)]
    topics: Vec<String>,
}

impl City {
    /// Reads a city file. The petition unit of a district is, unless the file says so, its bureau, else its street office.
    pub fn parse(text: &str) -> Result<Self, CityError> {
        let file: File = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let line = text.get(..start).unwrap_or_default().matches('\n').count() + 1;
            CityError::Shape { line, message: error.message().split_whitespace().collect::<Vec<_>>().join(" ") }
        })?;
        let top = Area {
            code: file.city.code,
            name: file.city.name,
            policy: file.city.policy,
            district: None,
            petition_unit: None,
        };
        let units: Vec<Unit> = file.unit.into_iter().map(Unit::from).collect();
        let mut districts = Vec::new();
        for area in std::iter::once(top).chain(file.district).chain(file.street) {
            let entry = || format!("district {}", area.code);
            let fail = |why: &str| CityError::Entry { entry: entry(), why: why.to_owned() };
            if area.district.as_ref().is_some_and(|outer| !outer.contains(&area.code)) {
                return Err(fail("its code does not lie within its district's"));
            }
            let petition_unit = area.petition_unit.clone().or_else(|| petition_unit(&area.code, &units));
            let petition_unit =
                petition_unit.ok_or_else(|| fail("has no bureau and no street office among the units"))?;
            let (code, name, policy_pack) = (area.code.clone(), area.name.clone(), area.policy.clone());
            districts.push(District { code, name, policy_pack, petition_unit, active: true });
        }
        let city = Self { districts, units, staff: file.staff };
        city.check()?;
        Ok(city)
    }

    fn check(&self) -> Result<(), CityError> {
        once("district", self.districts.iter().map(|district| district.code.to_string()))?;
        once("unit", self.units.iter().map(|unit| unit.code.to_string()))?;
        once("staff", self.staff.iter().map(|staff| staff.login.clone()))?;
        let fail = |entry: String, refusal: &Refusal| CityError::Entry { entry, why: refusal.to_string() };
        for district in &self.districts {
            let checked = district.put(None, false);
            checked.map_err(|refusal| fail(format!("district {}", district.code), &refusal))?;
        }
        for unit in &self.units {
            let known = self.districts.iter().any(|district| district.code == unit.district);
            let checked = if known {
                unit.put(None, &Surroundings::default())
            } else {
                Err(Refusal::NoDistrict(unit.district.clone()))
            };
            checked.map_err(|refusal| fail(format!("unit {}", unit.code), &refusal))?;
        }
        let placeholder = uuid::Uuid::nil().into();
        for staff in &self.staff {
            let unit = self.units.iter().find(|unit| unit.code == staff.unit);
            let checked = unit.ok_or_else(|| Refusal::NoUnit(staff.unit.clone())).and_then(|unit| {
                let staff = staff.with_id(placeholder, true)?;
                staff.answers_within(&unit.district)
            });
            checked.map_err(|refusal| fail(format!("staff {}", staff.login), &refusal))?;
        }
        Ok(())
    }
}

impl CityStaff {
    /// The member of staff this entry describes.
    pub fn with_id(&self, staff_id: huiyin_kernel::StaffId, active: bool) -> Result<Staff, Refusal> {
        Staff {
            staff_id,
            login: Login::parse(&self.login)?,
            name: self.name.clone(),
            unit: self.unit.clone(),
            roles: self.roles.clone(),
            post: self.post.clone(),
            portfolio: self.portfolio.clone(),
            areas: self.areas.clone(),
            office_email: self.email.clone(),
            active,
        }
        .checked()
    }
}

impl From<UnitRow> for Unit {
    fn from(row: UnitRow) -> Self {
        let UnitRow { code, name, short, district, kind, topics } = row;
        Self { code, name, short_name: short, kind, district, topics, active: true, succession: None }
    }
}

fn petition_unit(district: &DistrictCode, units: &[Unit]) -> Option<UnitCode> {
    let of = |kind| units.iter().find(|unit| unit.district == *district && unit.kind == kind);
    of(UnitKind::Bureau).or_else(|| of(UnitKind::StreetOffice)).map(|unit| unit.code.clone())
}

fn once(what: &str, keys: impl Iterator<Item = String>) -> Result<(), CityError> {
    let mut seen = BTreeMap::new();
    for key in keys {
        let count = seen.entry(key.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            return Err(CityError::Entry {
                entry: format!("{what} {key}"),
                why: "stands in the file twice".to_owned(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEMO: &str = include_str!("../../../../demo/city.toml");

    #[test]
    fn the_demonstration_city_reads() {
        let city = City::parse(DEMO).expect("reads");
        assert_eq!((city.districts.len(), city.units.len(), city.staff.len()), (20, 85, 280));
        let street = city.districts.iter().find(|district| district.code.as_str() == "990101001").expect("the street");
        let office = city.units.iter().find(|unit| unit.code == street.petition_unit).expect("its unit");
        assert_eq!((office.kind, &office.district), (UnitKind::StreetOffice, &street.code));
    }

    #[test]
    fn what_is_wrong_in_a_file_is_named_with_its_place() {
        let message = |text: &str| City::parse(text).expect_err("refused").to_string();
        assert_eq!(
            message("[city]\ncode = \"99\"\nname = \"x\"\npolicy = \"p\""),
            "line 2: a district code has 6, 9 or 12 digits, for example 420102 or 420102001"
        );
        assert!(
            message("[city]\ncode = \"990100\"\nname = \"x\"\npolicy = \"p\"\nmayor = 1")
                .contains("line 5: unknown field `mayor`")
        );
        assert_eq!(
            message("[city]\ncode = \"990100\"\nname = \"x\"\npolicy = \"p\""),
            "district 990100: has no bureau and no street office among the units"
        );
        let twice = DEMO.replacen("code = \"city-hr\"", "code = \"city-xfj\"", 1);
        assert_eq!(message(&twice), "unit city-xfj: stands in the file twice");
        let nowhere = DEMO.replacen("unit = \"city-gov\"", "unit = \"city-nowhere\"", 1);
        assert_eq!(message(&nowhere), "staff city-gov.leader01: there is no unit city-nowhere");
    }
}
