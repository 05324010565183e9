//! The demonstration city's files (`demo/`), read once and held together.

use std::collections::BTreeMap;

use anyhow::{Context, ensure};
use chrono::{DateTime, Utc};
use huiyin_contracts::casework::{Grade, Outcome};
use huiyin_kernel::Role;
use serde::Deserialize;

use super::turns::{Turn, turns};

/// `demo/city.toml`.
pub(crate) const CITY: &str = include_str!("../../../../demo/city.toml");
/// `demo/petitions.csv`.
const PETITIONS: &str = include_str!("../../../../demo/petitions.csv");
/// `demo/handling.csv`.
const HANDLING: &str = include_str!("../../../../demo/handling.csv");
/// `demo/reception-calendar-2022.csv`.
pub(crate) const CALENDAR: &str = include_str!("../../../../demo/reception-calendar-2022.csv");

/// The city as its file says; only what the demonstration acts upon.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct City {
    pub(crate) city: Area,
    pub(crate) district: Vec<Area>,
    pub(crate) street: Vec<Area>,
    pub(crate) unit: Vec<Unit>,
    pub(crate) staff: Vec<Person>,
    pub(crate) venue: Vec<Venue>,
}

/// City, district or street.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Area {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) policy: String,
}

/// A unit.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Unit {
    pub(crate) code: String,
    pub(crate) district: String,
    pub(crate) kind: String,
}

/// A member of staff.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Person {
    pub(crate) login: String,
    pub(crate) unit: String,
    pub(crate) roles: Vec<Role>,
}

/// A reception place.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Venue {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) district: String,
    pub(crate) address: String,
    pub(crate) phone: Option<String>,
    pub(crate) accessible: bool,
    pub(crate) hours: Option<String>,
}

impl City {
    /// Reads the file.
    pub(crate) fn read() -> anyhow::Result<Self> {
        toml::from_str(CITY).context("demo/city.toml")
    }

    /// The first of `unit` who holds `role`, in the order of the file.
    pub(crate) fn with_role(&self, unit: &str, role: Role) -> Option<&str> {
        self.staff.iter().find(|p| p.unit == unit && p.roles.contains(&role)).map(|p| p.login.as_str())
    }

    /// The unit that takes in petitions of an area: its own bureau or office, or that of the area above.
    pub(crate) fn petition_unit(&self, district: &str) -> Option<&str> {
        let own = |code: &str| {
            let is = |u: &&Unit| u.district == code && matches!(u.kind.as_str(), "bureau" | "street_office");
            self.unit.iter().find(is).map(|u| u.code.as_str())
        };
        own(district).or_else(|| district.get(..9).and_then(own)).or_else(|| district.get(..6).and_then(own))
    }

    /// The unit that answers for a new petition: of an accusation the bureau of the district, because the street office may be the one
    /// accused.
    pub(crate) fn first_unit(&self, petition: &Petition) -> Option<&str> {
        let district = petition.district.as_str();
        self.petition_unit(if petition.class == "accusation" { district.get(..6)? } else { district })
    }

    /// The discipline body of the district an area lies in.
    pub(crate) fn discipline(&self, district: &str) -> Option<&str> {
        let code = district.get(..6)?;
        self.unit.iter().find(|u| u.district == code && u.kind == "discipline").map(|u| u.code.as_str())
    }

    /// The unit of that code.
    pub(crate) fn unit(&self, code: &str) -> Option<&Unit> {
        self.unit.iter().find(|u| u.code == code)
    }

    /// The policy pack of an area.
    pub(crate) fn policy(&self, district: &str) -> &str {
        let all = self.street.iter().chain(&self.district).chain([&self.city]);
        all.filter(|area| district.starts_with(&area.code))
            .max_by_key(|area| area.code.len())
            .map_or(self.city.policy.as_str(), |area| area.policy.as_str())
    }
}

/// One row of `petitions.csv`. Empty cells are empty texts.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Petition {
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    pub(crate) channel: String,
    pub(crate) received_at: String,
    pub(crate) class: String,
    pub(crate) topic: String,
    pub(crate) district: String,
    pub(crate) place: String,
    pub(crate) title: String,
    pub(crate) request: String,
    pub(crate) facts: String,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) gender: String,
    pub(crate) document_kind: String,
    pub(crate) document_number: String,
    pub(crate) phone: String,
    pub(crate) email: String,
    pub(crate) address: String,
    pub(crate) people_count: String,
    pub(crate) representatives: String,
    pub(crate) assistance: String,
    pub(crate) concerned_unit: String,
}

/// How the officers treat a petition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Road {
    /// Settled in front of the petitioner.
    OnTheSpot,
    /// The whole way to a written reply.
    Handle,
    /// Another body is competent.
    Point,
    /// Not taken up.
    Decline,
    /// To the discipline body.
    ForwardDiscipline,
    /// A suggestion taken up,
    Adopt,
    /// in part,
    PartlyAdopt,
    /// or not.
    NotAdopt,
}

/// To which reception a petition is brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reception {
    /// The round over every street.
    Round,
    /// A session of the year's table, by invitation.
    Table,
}

/// One row of `handling.csv`.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Handling {
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    pub(crate) road: Road,
    pub(crate) grade: Grade,
    pub(crate) outcome: Outcome,
    /// Working days from acceptance to the written reply.
    pub(crate) handling_days: Option<u32>,
    pub(crate) extension_days: Option<u32>,
    pub(crate) hardship: bool,
    pub(crate) session: Option<Reception>,
    pub(crate) decline_code: String,
    pub(crate) pointer_to: String,
    pub(crate) result: String,
}

/// A petition with its treatment.
#[derive(Clone, Debug)]
pub(crate) struct Matter {
    pub(crate) petition: Petition,
    pub(crate) handling: Handling,
    pub(crate) received_at: DateTime<Utc>,
    /// What it goes through beside the plain road.
    pub(crate) turn: Turn,
}

/// Every `every`th petition and those that take a turn, each with its treatment, in the order of arrival.
pub(crate) fn matters(every: usize) -> anyhow::Result<Vec<Matter>> {
    let read = csv::Reader::from_reader(HANDLING.as_bytes()).into_deserialize();
    let handling: BTreeMap<String, Handling> = read
        .map(|row| row.map(|row: Handling| (row.reference.clone(), row)))
        .collect::<Result<_, _>>()
        .context("demo/handling.csv")?;
    let petitions = csv::Reader::from_reader(PETITIONS.as_bytes()).into_deserialize();
    let mut turns = turns()?;
    let mut matters = Vec::new();
    for (nth, petition) in petitions.enumerate() {
        let petition: Petition = petition.context("demo/petitions.csv")?;
        let turn = turns.remove(&petition.reference).unwrap_or_default();
        if !nth.is_multiple_of(every.max(1)) && !turn.is_told_of() {
            continue;
        }
        let handling = handling.get(&petition.reference).cloned();
        let handling = handling.with_context(|| format!("demo/handling.csv has no row for {}", petition.reference))?;
        let received_at = DateTime::parse_from_str(&petition.received_at, "%Y-%m-%dT%H:%M%:z")
            .with_context(|| format!("demo/petitions.csv {}: received_at", petition.reference))?
            .to_utc();
        matters.push(Matter { petition, handling, received_at, turn });
    }
    ensure!(turns.is_empty(), "demo/turns.toml tells of petitions there are not: {:?}", turns.keys());
    ensure!(
        matters.windows(2).all(|two| two[0].received_at <= two[1].received_at),
        "demo/petitions.csv is sorted by arrival"
    );
    Ok(matters)
}

/// The header of `petitions.csv` and the rows of these petitions: an import file.
pub(crate) fn import_file<'a>(references: impl IntoIterator<Item = &'a str>) -> anyhow::Result<Vec<u8>> {
    let wanted: Vec<&str> = references.into_iter().collect();
    let mut reader = csv::Reader::from_reader(PETITIONS.as_bytes());
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record(reader.headers()?)?;
    for row in reader.records() {
        let row = row?;
        if row.get(0).is_some_and(|reference| wanted.contains(&reference)) {
            file.write_record(&row)?;
        }
    }
    file.into_inner().map_err(|error| anyhow::anyhow!("an import file cannot be written: {error}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_petition_finds_its_unit_and_its_treatment() {
        let city = City::read().expect("a city");
        let matters = matters(1).expect("matters");
        assert!(matters.len() >= 300);
        for matter in &matters {
            let petition = &matter.petition;
            let unit = city.petition_unit(&petition.district).expect(&petition.reference);
            assert!(city.with_role(unit, Role::Officer).is_some(), "{unit} has an officer");
            assert!(city.discipline(&petition.district).is_some());
            assert!(petition.concerned_unit.is_empty() || city.unit(&petition.concerned_unit).is_some());
        }
    }

    #[test]
    fn the_petitions_show_every_channel_class_kind_and_topic() {
        let matters = matters(1).expect("matters");
        let distinct = |of: fn(&Petition) -> &String| {
            matters.iter().map(|m| of(&m.petition).clone()).collect::<BTreeSet<_>>().len()
        };
        assert_eq!((distinct(|p| &p.channel), distinct(|p| &p.class), distinct(|p| &p.kind)), (5, 3, 4));
        assert_eq!(distinct(|p| &p.topic), 18);
        assert!(matters.iter().any(|m| m.handling.hardship));
        assert!(
            matters.iter().any(|m| m.petition.name.chars().any(|c| u32::from(c) > 0xFFFF)),
            "a name beyond the BMP"
        );
    }

    #[test]
    fn an_import_file_holds_the_rows_asked_for() {
        let file = import_file(["D0002", "D0009"]).expect("a file");
        let rows = csv::Reader::from_reader(file.as_slice()).into_records().count();
        assert_eq!(rows, 2);
    }
}
