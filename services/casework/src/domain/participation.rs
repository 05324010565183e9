//! Who takes part in a matter, and where it is therefore listed (D-6, REG-22).

use huiyin_kernel::UnitCode;
use serde::{Deserialize, Serialize};

use super::{Answer, Case};

/// In which role a unit takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Answers for the matter.
    Responsible,
    /// Registered the petition.
    Registered,
    /// Is called to account for how it handled the matter (督办), whoever is responsible now.
    Supervised,
    /// Received an accusation (纪检监察机关).
    ForwardedTo,
    /// Sent it on, and hears of an objection (转送机关).
    Sender,
    /// Reviews or re-examines (复查、复核机关), or did.
    Reviewing,
    /// Decides which unit is competent, or did (REG-15).
    Deciding,
    /// Assists the responsible unit, or does a part of the matter (协办; REG-15, JX-09).
    Assisting,
}

impl Part {
    /// Its name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Responsible => "responsible",
            Self::Registered => "registered",
            Self::Supervised => "supervised",
            Self::ForwardedTo => "forwarded_to",
            Self::Sender => "sender",
            Self::Reviewing => "reviewing",
            Self::Deciding => "deciding",
            Self::Assisting => "assisting",
        }
    }
}

impl Case {
    /// The units that take part at present. Of an accusation, only the office that forwards it and the discipline body: who
    /// registered it may be the very unit accused.
    pub fn units(&self) -> Vec<(&UnitCode, Part)> {
        let mut units = vec![(&self.responsible_unit, Part::Responsible)];
        if let Some(registered) = self.facts.registered_by.as_ref().filter(|_| !self.is_accusation()) {
            units.push((registered, Part::Registered));
        }
        units.extend(self.supervised_units().into_iter().map(|unit| (unit, Part::Supervised)));
        if let Some(Answer::Forwarded { unit }) = self.state.closing().map(|closing| &closing.answer) {
            units.push((unit, Part::ForwardedTo));
        }
        if let Some(transfer) = self.transfer.as_ref().filter(|transfer| transfer.from != self.responsible_unit) {
            units.push((&transfer.from, Part::Sender));
        }
        if let Some(question) = &self.competence {
            units.push((&question.decider, Part::Deciding));
        }
        for unit in
            self.assisting().iter().chain(self.parts.iter().filter(|part| part.takes_part()).map(|part| &part.unit))
        {
            if !units.contains(&(unit, Part::Assisting)) {
                units.push((unit, Part::Assisting));
            }
        }
        let reviewing = self.open_review().map(|review| &review.unit);
        for unit in self.reviews.iter().filter_map(|review| review.unit.as_ref()).chain(reviewing) {
            if !units.contains(&(unit, Part::Reviewing)) {
                units.push((unit, Part::Reviewing));
            }
        }
        units
    }

    /// The lists on which the case stands: of its units, of its officer and leader, and of the supervisors of its district
    /// and those above. Supervisors do not see accusations.
    pub fn scopes(&self) -> Vec<String> {
        let units = self.units().into_iter().map(|(unit, _)| format!("unit:{unit}"));
        let persons = [self.state.officer(), self.leader, self.asked_leader()]
            .into_iter()
            .flatten()
            .map(|id| format!("staff:{id}"));
        let districts = std::iter::successors(Some(self.facts.district.clone()), huiyin_kernel::DistrictCode::parent);
        let areas = districts.filter(|_| !self.is_accusation()).map(|district| format!("area:{}", district.prefix()));
        let mut scopes: Vec<String> = units.chain(persons).chain(areas).collect();
        scopes.sort();
        scopes.dedup();
        scopes
    }
}
