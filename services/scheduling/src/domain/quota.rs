//! What leaders owe in a period and how far they are: one reckoning for every row of the kind subject × measure × period × least (SZ-02, HB-04,
//! HB-05). A duty of leaders; nobody who petitions is counted (DOMAIN part D).

use std::collections::BTreeSet;

use chrono::{Datelike as _, Months, NaiveDate};
use huiyin_contracts::scheduling::SessionKind;
use huiyin_kernel::{DistrictLevel, StaffId};
use huiyin_policy::rules::{Measure, Quota, QuotaPeriod};

/// A leader as far as a quota asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub staff_id: StaffId,
    /// Name.
    pub name: String,
    /// 职务
    pub post: Option<String>,
    /// The level of the district that the leader's unit serves.
    pub level: DistrictLevel,
}

/// Something that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deed {
    /// Whose.
    pub leader: StaffId,
    /// On which day in the city.
    pub on: NaiveDate,
    /// What.
    pub what: Done,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// A session was held; by video it counts as any other.
    Session(SessionKind),
    /// A matter that the leader took was closed by an answer to it.
    Resolved,
}

/// A period by the calendar, both days included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first day.
    pub first: NaiveDate,
    /// The last day.
    pub last: NaiveDate,
}

impl Span {
    /// The period of a quota in which `day` lies; none beyond what the calendar can say.
    pub fn of(per: QuotaPeriod, day: NaiveDate) -> Option<Self> {
        let months = per.months();
        let first = NaiveDate::from_ymd_opt(day.year(), day.month0() / months * months + 1, 1)?;
        let last = first.checked_add_months(Months::new(months))?.pred_opt()?;
        Some(Self { first, last })
    }

    fn holds(self, day: NaiveDate) -> bool {
        self.first <= day && day <= self.last
    }
}

/// How far a leader is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The leader.
    pub member: Member,
    /// Done in the period.
    pub done: usize,
    /// Still owed.
    pub owes: usize,
}

/// How far each leader of the group is, in the order given. Deeds of another kind, another period or another person do not count.
pub fn standings(quota: &Quota, span: Span, members: &[Member], deeds: &[Deed]) -> Vec<Standing> {
    let least = usize::try_from(quota.least).unwrap_or(usize::MAX);
    let bound = members.iter().filter(|member| quota.binds(member.level, member.post.as_deref()));
    bound
        .map(|member| {
            let own = deeds.iter().filter(|deed| deed.leader == member.staff_id && span.holds(deed.on));
            let counted = own.filter(|deed| counts(quota, deed.what));
            let done = match quota.measure {
                Measure::Sessions | Measure::Resolved => counted.count(),
                Measure::Days => counted.map(|deed| deed.on).collect::<BTreeSet<_>>().len(),
            };
            Standing { member: member.clone(), done, owes: least.saturating_sub(done) }
        })
        .collect()
}

fn counts(quota: &Quota, what: Done) -> bool {
    match (quota.measure, what) {
        (Measure::Sessions | Measure::Days, Done::Session(kind)) => {
            quota.kinds.is_empty() || quota.kinds.contains(&kind)
        }
        (Measure::Resolved, Done::Resolved) => true,
        (Measure::Sessions | Measure::Days, Done::Resolved) | (Measure::Resolved, Done::Session(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use huiyin_policy::PackLibrary;
    use uuid::Uuid;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn member(n: u128, level: DistrictLevel, post: Option<&str>) -> Member {
        let staff_id = StaffId::from(Uuid::from_u128(n));
        Member { staff_id, name: format!("领导{n}"), post: post.map(str::to_owned), level }
    }

    /// A provincial leader, a cadre of bureau rank in a city, a city leader, and one of a county.
    fn members() -> Vec<Member> {
        vec![
            member(1, DistrictLevel::Province, Some("副厅长")),
            member(2, DistrictLevel::City, Some("监狱管理局局长")),
            member(3, DistrictLevel::City, Some("局长")),
            member(4, DistrictLevel::County, Some("局长")),
        ]
    }

    fn quota(pack: &str, code: &str) -> Quota {
        let policy = PackLibrary::bundled().resolve(pack).expect("the pack");
        (**policy.quotas.get(code).expect("the quota")).clone()
    }

    fn deed(n: u128, on: &str, what: Done) -> Deed {
        Deed { leader: Uuid::from_u128(n).into(), on: day(on), what }
    }

    fn owed(quota: &Quota, on: &str, deeds: &[Deed]) -> Vec<(String, usize, usize)> {
        let span = Span::of(quota.per, day(on)).expect("a period");
        let standings = standings(quota, span, &members(), deeds);
        standings.into_iter().map(|one| (one.member.name, one.done, one.owes)).collect()
    }

    fn row(n: u128, done: usize, owes: usize) -> (String, usize, usize) {
        (format!("领导{n}"), done, owes)
    }

    const WENT: Done = Done::Session(SessionKind::FieldVisit);

    #[test]
    fn a_period_is_the_calendar_s() {
        for (per, on, first, last) in [
            (QuotaPeriod::Month, "2026-02-28", "2026-02-01", "2026-02-28"),
            (QuotaPeriod::Quarter, "2026-05-01", "2026-04-01", "2026-06-30"),
            (QuotaPeriod::HalfYear, "2026-06-30", "2026-01-01", "2026-06-30"),
            (QuotaPeriod::HalfYear, "2026-07-01", "2026-07-01", "2026-12-31"),
            (QuotaPeriod::Year, "2028-02-29", "2028-01-01", "2028-12-31"),
        ] {
            assert_eq!(Span::of(per, day(on)), Some(Span { first: day(first), last: day(last) }), "{on}");
        }
    }

    /// HB-04: leaders of the province and every cadre of bureau rank, wherever; nobody else.
    #[test]
    fn hb_04_provincial_leaders_and_cadres_of_the_rank_go_down_each_half_year() {
        let quota = quota("hubei-justice", "provincial_going_down");
        assert_eq!(owed(&quota, "2026-06-30", &[]), [row(1, 0, 1), row(2, 0, 1)], "minimum − 1 is owed");
        let deeds = [deed(1, "2026-06-30", WENT), deed(2, "2026-07-01", WENT), deed(3, "2026-03-03", WENT)];
        assert_eq!(
            owed(&quota, "2026-03-31", &deeds),
            [row(1, 1, 0), row(2, 0, 1)],
            "another half-year does not count"
        );
        assert_eq!(owed(&quota, "2026-12-31", &deeds), [row(1, 0, 1), row(2, 1, 0)]);
        let resolved = [deed(1, "2026-03-03", Done::Resolved)];
        assert_eq!(owed(&quota, "2026-06-30", &resolved), [row(1, 0, 1), row(2, 0, 1)], "nor does another kind");
    }

    /// HB-04, HB-05: matters resolved in the year, one for the rank and two for the city; a session resolves nothing.
    #[test]
    fn hb_04_a_matter_resolved_each_year_and_two_in_the_city() {
        let quota_of_rank = quota("hubei-justice", "provincial_resolved");
        let deeds =
            [deed(1, "2026-12-31", Done::Resolved), deed(2, "2025-12-31", Done::Resolved), deed(2, "2026-02-02", WENT)];
        assert_eq!(owed(&quota_of_rank, "2026-12-31", &deeds), [row(1, 1, 0), row(2, 0, 1)]);
        let quota_of_city = quota("hubei-justice", "city_resolved");
        let one = [deed(3, "2026-05-05", Done::Resolved)];
        assert_eq!(owed(&quota_of_city, "2026-12-31", &one), [row(2, 0, 2), row(3, 1, 1)], "one of two: still owed");
    }

    /// SZ-02: days are counted, not sessions: two on one day are one.
    #[test]
    fn sz_02_a_day_a_quarter_and_three_resolved_a_year() {
        let days = quota("shenzhen", "city_reception");
        assert_eq!((days.measure, days.per, days.least), (Measure::Days, QuotaPeriod::Quarter, 1));
        let twice = [deed(3, "2026-02-02", WENT), deed(3, "2026-02-02", Done::Session(SessionKind::Regular))];
        assert_eq!(owed(&days, "2026-03-31", &twice), [row(2, 0, 1), row(3, 1, 0)]);
        let resolved = quota("shenzhen", "city_resolved");
        let two = [deed(3, "2026-02-02", Done::Resolved), deed(3, "2026-12-31", Done::Resolved)];
        assert_eq!(owed(&resolved, "2026-12-31", &two), [row(2, 0, 3), row(3, 2, 1)], "two of three: still owed");
    }

    #[test]
    fn a_quota_of_certain_kinds_counts_no_other() {
        let going_down = Quota { kinds: vec![SessionKind::FieldVisit], ..quota("hubei-justice", "city_going_down") };
        let at_home = [deed(3, "2026-02-02", Done::Session(SessionKind::Regular))];
        assert_eq!(owed(&going_down, "2026-02-02", &at_home), [row(2, 0, 1), row(3, 0, 1)]);
        assert_eq!(owed(&going_down, "2026-02-02", &[deed(3, "2026-02-02", WENT)]), [row(2, 0, 1), row(3, 1, 0)]);
    }
}
