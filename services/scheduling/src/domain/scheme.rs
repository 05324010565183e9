//! What a place has decided about its reception days (D-5): data from its policy pack, no place names here.

use chrono::NaiveDate;
use huiyin_calendar::{Calendar, NonWorkday, Recurrence, Repeats, Shift};
use huiyin_contracts::scheduling::SessionKind;

use super::plan::Field;
use super::refusal::Refusal;

/// The reception scheme in force for a district.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme {
    /// A session may be on a day that is not worked (WH-13).
    pub nonworkday_allowed: bool,
    /// Where a day goes that may not stand; suggested when such a day is refused (TJ-01).
    pub shift: Shift,
    /// Which days count as not worked.
    pub nonworkday: NonWorkday,
    /// What the announcement must say (DW-10), and whatever the place asks for beyond it.
    pub fields: Vec<Field>,
    /// The kinds of session held here (SZ-03).
    pub kinds: Vec<SessionKind>,
    /// A field visit is held away from the hall and says why (JD-06).
    pub field_visit_away_from_hall: bool,
    /// A round covers every street (WH-01).
    pub round_covers_every_street: bool,
    /// The kinds not announced without a matter they are for (DW-15, TJ-05).
    pub names_matters: Vec<SessionKind>,
    /// Whether the level below speaks first (XT-06).
    pub lower_opinion: LowerOpinion,
    /// When an appointment is booked (QD-02).
    pub appointments: Appointments,
}

/// Whether a leader of a higher level receives by appointment only what the level below has given its opinion on (下一级处理意见; XT-06).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LowerOpinion {
    /// The place has no such rule.
    NotAsked,
    /// It is asked for; going without it needs a reason, which is kept (原则上).
    AskedInPrinciple,
    /// It is asked for, always.
    Asked,
}

/// When time and place of an appointment are fixed (约访; QD-02).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appointments {
    /// Whenever somebody books.
    AtOnce,
    /// After it was asked for and the unit that answers for the matter gave its material.
    AfterMaterial,
}

impl Scheme {
    /// Whether a session may be held on `day`; the refusal names the working day it would move to. A year without holiday
    /// data is read as Monday to Friday.
    pub fn admit(&self, day: NaiveDate, calendar: &Calendar) -> Result<(), Refusal> {
        if self.nonworkday_allowed {
            return Ok(());
        }
        let shift = if self.shift == Shift::None { Shift::Forward } else { self.shift };
        let rule =
            Recurrence { repeats: Repeats::EveryDays { from: day, days: 1 }, shift, nonworkday: self.nonworkday };
        match rule.expand_or_provisional(day, day, calendar).as_deref() {
            Ok([moved]) if moved.date != day => Err(Refusal::NotAWorkday { day, next: moved.date }),
            Ok(_) | Err(_) => Ok(()),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn scheme() -> Scheme {
        Scheme {
            nonworkday_allowed: false,
            shift: Shift::Forward,
            nonworkday: NonWorkday::NonWorkday,
            fields: Field::SIX.to_vec(),
            kinds: vec![
                SessionKind::Regular,
                SessionKind::Appointment,
                SessionKind::Immediate,
                SessionKind::FieldVisit,
                SessionKind::CaseVisit,
            ],
            field_visit_away_from_hall: true,
            round_covers_every_street: true,
            names_matters: vec![],
            lower_opinion: LowerOpinion::NotAsked,
            appointments: Appointments::AtOnce,
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_sunday_stands_where_the_scheme_receives_on_it_wh_13() {
        let scheme = Scheme { nonworkday_allowed: true, ..scheme() };
        assert_eq!(scheme.admit(day("2018-02-04"), &Calendar::bundled()), Ok(()));
    }

    #[test]
    fn elsewhere_the_working_day_it_would_move_to_is_suggested_tj_01() {
        let calendar = Calendar::bundled();
        for shift in [Shift::None, Shift::Forward] {
            let scheme = Scheme { shift, ..scheme() };
            for (asked, next) in
                [("2026-02-20", "2026-02-24"), ("2026-06-20", "2026-06-22"), ("2026-12-20", "2026-12-21")]
            {
                assert_eq!(
                    scheme.admit(day(asked), &calendar),
                    Err(Refusal::NotAWorkday { day: day(asked), next: day(next) })
                );
            }
            assert_eq!(scheme.admit(day("2026-09-20"), &calendar), Ok(()), "a Sunday made up for is worked");
        }
    }

    #[test]
    fn a_year_without_holiday_data_is_read_as_monday_to_friday() {
        assert_eq!(scheme().admit(day("2031-01-06"), &Calendar::bundled()), Ok(()));
        assert!(scheme().admit(day("2031-01-05"), &Calendar::bundled()).is_err());
    }
}
