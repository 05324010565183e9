//! What the rules of directory refuse.

use huiyin_kernel::{DistrictCode, UnitCode};

/// Why a change is refused. All of it may be read by the administrator who asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A value breaks a rule of form.
    #[error("{field}: {rule}")]
    Field {
        /// Which value.
        field: &'static str,
        /// The rule, in Chinese.
        rule_zh: &'static str,
        /// The rule, in English.
        rule: &'static str,
        /// What would be right.
        example: &'static str,
    },
    /// There is no such district, or it is no longer used.
    #[error("there is no district {0}")]
    NoDistrict(DistrictCode),
    /// There is no such unit, or it was abolished.
    #[error("there is no unit {0}")]
    NoUnit(UnitCode),
    /// A unit stays in its district; what moves is founded anew there.
    #[error("the unit {0} cannot move to another district")]
    UnitMoves(UnitCode),
    /// A district in use cannot be given up.
    #[error("the district {0} still has units")]
    DistrictInUse(DistrictCode),
    /// A unit in use cannot be abolished.
    #[error("the unit {0} still has staff")]
    UnitInUse(UnitCode),
    /// What it answers for would be nobody's (REG-16, WH-11).
    #[error("the unit {0} cannot be abolished without a successor")]
    SuccessorMissing(UnitCode),
    /// A unit does not carry on for itself.
    #[error("the unit {0} cannot succeed itself")]
    SucceedsItself(UnitCode),
    /// Only an abolished unit has a successor.
    #[error("the unit {0} is not abolished and has no successor")]
    StillThere(UnitCode),
    /// Discipline bodies handle accusations alone (REG-22).
    #[error("the discipline body {0} cannot carry on ordinary matters")]
    SuccessorIsDiscipline(UnitCode),
    /// Accusations go to discipline bodies alone (REG-22).
    #[error("{0} is not a discipline body")]
    NotDiscipline(UnitCode),
    /// New petitions of the district would come to nobody.
    #[error("the unit {unit} takes in the petitions of {district}")]
    TakesPetitions {
        /// The unit.
        unit: UnitCode,
        /// The district.
        district: DistrictCode,
    },
    /// Two people cannot have one login.
    #[error("the login is taken")]
    LoginTaken,
    /// Without an administrator nobody could ever change anything again.
    #[error("this is the last administrator")]
    LastAdministrator,
    /// An administrator exists already.
    #[error("there is an administrator already")]
    AdministratorExists,
    /// Outside the district that the actor administers.
    #[error("this is outside your district")]
    OutsideDistrict,
}
