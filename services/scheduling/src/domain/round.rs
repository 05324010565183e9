//! A round (一轮大接访) must cover every street of its area (WH-01).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use huiyin_kernel::DistrictCode;
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;

/// A street or township of the directory's list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Street {
    /// Its code.
    pub code: DistrictCode,
    /// Its name.
    pub name: String,
}

/// A session as far as coverage sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covers {
    /// The district it serves.
    pub district: DistrictCode,
    /// The day it is held, once planned.
    pub day: Option<NaiveDate>,
}

/// What happened to a round, as the journal keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RoundEvent {
    /// Planned.
    Drafted {
        /// Title.
        title: String,
        /// Area.
        district: DistrictCode,
        /// First day.
        first_day: NaiveDate,
        /// Last day.
        last_day: NaiveDate,
    },
    /// Announced, covering these streets.
    Published {
        /// The directory's streets on that day.
        streets: Vec<DistrictCode>,
    },
}

/// The streets without a session, in the order of the list. A session of a wider area covers no street: people are to be
/// received where they live.
pub fn uncovered(streets: &[Street], sessions: &[Covers]) -> Vec<Street> {
    let covered: BTreeSet<&str> = sessions.iter().map(|s| s.district.as_str()).collect();
    streets.iter().filter(|street| !covered.contains(street.code.as_str())).cloned().collect()
}

/// The gate of a round.
pub fn admit(
    area: &DistrictCode,
    days: (NaiveDate, NaiveDate),
    streets: &[Street],
    sessions: &[Covers],
) -> Result<(), Refusal> {
    let outside = |s: &Covers| !area.contains(&s.district) || s.day.is_some_and(|day| day < days.0 || day > days.1);
    if sessions.iter().any(outside) {
        return Err(Refusal::OutsideRound);
    }
    let gap = uncovered(streets, sessions);
    if gap.is_empty() { Ok(()) } else { Err(Refusal::StreetsNotCovered(gap)) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn street(n: usize) -> Street {
        Street { code: DistrictCode::parse(&format!("990101{n:03}")).expect("a code"), name: format!("{n}号街道") }
    }

    fn session(n: usize) -> Covers {
        Covers { district: street(n).code, day: NaiveDate::from_ymd_opt(2018, 2, 4) }
    }

    proptest! {
        #[test]
        fn the_round_passes_when_no_street_is_left_and_names_those_that_are_wh_01(
            all in 1_usize..40, held in proptest::collection::vec(0_usize..40, 0..60),
        ) {
            let streets: Vec<Street> = (0..all).map(street).collect();
            let sessions: Vec<Covers> = held.iter().map(|n| session(*n)).collect();
            let area = DistrictCode::parse("990101").expect("a code");
            let day = NaiveDate::from_ymd_opt(2018, 2, 4).expect("a day");
            let expected: Vec<Street> = (0..all).filter(|n| !held.contains(n)).map(street).collect();
            let answer = admit(&area, (day, day), &streets, &sessions);
            if expected.is_empty() { prop_assert_eq!(answer, Ok(())) }
            else { prop_assert_eq!(answer, Err(Refusal::StreetsNotCovered(expected))) }
        }
    }

    #[test]
    fn a_session_for_the_whole_district_covers_no_street() {
        let area = DistrictCode::parse("990101").expect("a code");
        let wide = Covers { district: area, day: None };
        assert_eq!(uncovered(&[street(1)], &[wide]), vec![street(1)]);
    }

    #[test]
    fn sessions_outside_the_days_or_the_area_are_refused() {
        let area = DistrictCode::parse("990102").expect("a code");
        let day = NaiveDate::from_ymd_opt(2018, 2, 4).expect("a day");
        assert_eq!(admit(&area, (day, day), &[], &[session(1)]), Err(Refusal::OutsideRound));
        let area = DistrictCode::parse("990101").expect("a code");
        let later = NaiveDate::from_ymd_opt(2018, 2, 5).expect("a day");
        assert_eq!(admit(&area, (later, later), &[], &[session(1)]), Err(Refusal::OutsideRound));
    }
}
