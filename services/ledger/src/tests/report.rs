//! The yearly report equals a count by hand over the same history (REG-54).

use std::collections::BTreeMap;

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use huiyin_contracts::casework::{
    CaseSnapshot, DeadlineState, ObjectionState, ReviewLevel, ReviewResult, ReviewSnapshot, ReviewState,
    TransferSnapshot,
};
use huiyin_contracts::intake::{Channel, PetitionClass, PetitionSnapshot};
use huiyin_journal::{Db, PoolOptions};
use huiyin_kernel::{DistrictCode, PetitionNumber, Service, UnitCode};
use huiyin_testkit::TestDb;
use uuid::Uuid;

use crate::MIGRATOR;
use crate::store::project;
use crate::store::report::{Figures, Period, figures, reviews};

const BODIES: [&str; 3] = ["990101-housing", "990101-water", "990101-hr"];
const TOPICS: [&str; 4] = ["environment", "education", "transport", "other"];

/// Numbers that look thrown, the same each time.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    fn of(&mut self, faces: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(faces).unwrap_or(1)).unwrap_or_default()
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.of(100) < percent
    }
}

fn unit(code: &str) -> UnitCode {
    UnitCode::parse(code).expect("a code")
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

/// A matter as both services would tell of it, its newest state.
pub(super) fn matter(dice: &mut Dice, n: u32) -> (PetitionSnapshot, CaseSnapshot) {
    let golden: PetitionSnapshot =
        serde_json::from_str(include_str!("../../../../shared/contracts/tests/golden/PetitionSnapshot.v1.json"))
            .expect("the golden body decodes");
    let case: CaseSnapshot =
        serde_json::from_str(include_str!("../../../../shared/contracts/tests/golden/CaseSnapshot.v1.supervised.json"))
            .expect("the golden body decodes");
    let petition_id = Uuid::from_u128(u128::from(n) + 1).into();
    let class = [PetitionClass::Request, PetitionClass::Suggestion, PetitionClass::Accusation][dice.of(3)];
    let channel = [Channel::Net, Channel::Letter, Channel::Visit][dice.of(3)];
    let district = DistrictCode::parse(["990101001", "990101002", "990102001"][dice.of(3)]).expect("a code");
    // Around both ends of the year: its first and last instants belong to it.
    let edges = ["2025-12-31T15:59:59Z", "2025-12-31T16:00:00Z", "2026-12-31T15:59:59Z", "2026-12-31T16:00:00Z"];
    let day = at("2025-11-01T00:00:00Z") + TimeDelta::hours(i64::try_from(dice.of(24 * 500)).unwrap_or_default());
    let registered_at = if dice.chance(20) { at(edges[dice.of(4)]) } else { day };
    let named = (class != PetitionClass::Accusation && dice.chance(70)).then(|| unit(BODIES[dice.of(3)]));
    let topic = TOPICS[dice.of(4)].to_owned();
    let number = PetitionNumber::new(2026, n);
    let petition = PetitionSnapshot {
        petition_id,
        number: number.clone(),
        channel,
        class,
        district: district.clone(),
        topic: topic.clone(),
        registered_at,
        concerned_unit: named,
        ..golden
    };
    let transfer = dice.chance(40).then(|| TransferSnapshot {
        signed_at: None,
        from: unit("990101-xfj"),
        to: unit("990101-hr"),
        at: registered_at,
        handed_down: dice.chance(50),
        objection_until: registered_at.date_naive(),
        objection: dice.chance(20).then_some(ObjectionState::Agreed),
    });
    let reviewed = |level, result| ReviewSnapshot {
        level,
        unit: Some(unit("990100-xfj")),
        state: ReviewState::Delivered,
        result: Some(result),
        asked_at: registered_at,
        late: false,
        answered_at: Some(registered_at),
        delivered_at: Some(registered_at),
        next_until: None,
    };
    let results = [ReviewResult::Upheld, ReviewResult::Changed, ReviewResult::Redo];
    let levels = [ReviewLevel::Review, ReviewLevel::Reexamination];
    let reviews: Vec<_> =
        levels.into_iter().take(dice.of(3)).map(|level| reviewed(level, results[dice.of(3)])).collect();
    let mut case = CaseSnapshot {
        case_id: Uuid::from_u128(u128::from(n) + 1_000_000).into(),
        petition_id,
        number,
        channel,
        class,
        district,
        topic,
        registered_at,
        closed_at: dice.chance(60).then_some(registered_at),
        transfer,
        review: reviews.last().cloned(),
        reviews,
        ..case
    };
    case.deadlines[0].state =
        [DeadlineState::Met, DeadlineState::Running, DeadlineState::MetLate, DeadlineState::Overdue][dice.of(4)];
    if dice.chance(50) {
        case.supervision = None;
    } else if let Some(order) = &mut case.supervision {
        order.orders = u32::try_from(1 + dice.of(3)).unwrap_or(1);
        order.advice_given = u32::try_from(dice.of(3)).unwrap_or_default();
        order.advice_adopted = order.advice_given.min(1);
    }
    (petition, case)
}

/// What a clerk with the list before them would count, one matter after the other.
fn by_hand(
    history: &[(PetitionSnapshot, CaseSnapshot)],
    inside: &str,
    accusations: bool,
) -> BTreeMap<(String, String), Figures> {
    let mut counted: BTreeMap<(String, String), Figures> = BTreeMap::new();
    let (first, last) = (at("2025-12-31T16:00:00Z"), at("2026-12-31T15:59:59.999999Z"));
    for (petition, case) in history {
        let hidden = petition.class == PetitionClass::Accusation && !accusations;
        let elsewhere = !petition.district.as_str().starts_with(inside);
        if hidden || elsewhere || petition.registered_at < first || petition.registered_at > last {
            continue;
        }
        let wire = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let mut keys = vec![
            ("all", String::new()),
            ("class", wire(serde_json::json!(petition.class))),
            ("channel", wire(serde_json::json!(petition.channel))),
            ("topic", petition.topic.clone()),
        ];
        keys.extend(petition.concerned_unit.as_ref().map(|unit| ("body", unit.to_string())));
        let late = matches!(case.deadlines[0].state, DeadlineState::MetLate | DeadlineState::Overdue);
        let sent = case.transfer.as_ref().filter(|sent| sent.objection.is_none());
        for (dimension, value) in keys {
            let one = counted.entry((dimension.to_owned(), value)).or_default();
            one.matters += 1;
            one.closed += i64::from(case.closed_at.is_some());
            one.in_time += i64::from(case.closed_at.is_some() && !late);
            one.late += i64::from(late);
            one.transferred += i64::from(sent.is_some_and(|sent| !sent.handed_down));
            one.handed_down += i64::from(sent.is_some_and(|sent| sent.handed_down));
            if let Some(order) = &case.supervision {
                one.orders += i64::from(order.orders);
                one.advice_given += i64::from(order.advice_given);
                one.advice_adopted += i64::from(order.advice_adopted);
            }
        }
    }
    counted
}

pub(super) async fn filled(history: &[(PetitionSnapshot, CaseSnapshot)]) -> Result<(TestDb, Db)> {
    let db = TestDb::create(&[("ledger", &MIGRATOR)]).await?;
    let worker = Db::connect(&db.url("ledger_worker"), Service::Ledger, PoolOptions::default()).await?;
    let mut tx = worker.begin().await?;
    // In an order of their own: the two services are heard independently.
    for part in history.chunks(50) {
        let (petitions, cases): (Vec<_>, Vec<_>) = part.iter().cloned().unzip();
        project::cases(&mut tx, &cases).await?;
        project::petitions(&mut tx, &petitions).await?;
    }
    tx.commit().await?;
    Ok((db, worker))
}

fn period(inside: &str, accusations: bool) -> Period {
    let (from, to) = (at("2025-12-31T16:00:00Z"), at("2026-12-31T16:00:00Z"));
    Period { inside: inside.to_owned(), accusations, from, to }
}

/// Every figure of every dimension, for a whole city and for one district of it, with and without sight of accusations.
#[tokio::test]
async fn reg_54_the_yearly_report_equals_a_count_by_hand() -> Result<()> {
    let mut dice = Dice(0x5eed_0123_4567_89ab);
    let history: Vec<_> = (0..600).map(|n| matter(&mut dice, n)).collect();
    let (_db, worker) = filled(&history).await?;
    let mut tx = worker.read().await?;
    for (inside, accusations) in [("9901", true), ("9901", false), ("990101", false), ("990102001", true)] {
        let found = figures(&mut tx, &period(inside, accusations)).await?;
        let found: BTreeMap<_, _> = found
            .into_iter()
            .map(|one| {
                let key = (one.dimension.clone(), one.value.clone().unwrap_or_default());
                (key, Figures { dimension: String::new(), value: None, ..one })
            })
            .collect();
        let expected = by_hand(&history, inside, accusations);
        assert!(expected.len() > 8, "the comparison compares something");
        assert_eq!(found, expected, "{inside} {accusations}");
        let bodies = found.keys().filter(|(dimension, _)| dimension == "body").count();
        assert_eq!(bodies, BODIES.len(), "and no accusation names one");
    }
    Ok(())
}

/// Reviews by level and result, each of them, and not only the newest.
#[tokio::test]
async fn reg_54_every_review_is_counted_with_its_result() -> Result<()> {
    let mut dice = Dice(0x1234_5678_9abc_def1);
    let history: Vec<_> = (0..300).map(|n| matter(&mut dice, n)).collect();
    let (_db, worker) = filled(&history).await?;
    let mut expected: BTreeMap<(String, String), i64> = BTreeMap::new();
    for (petition, case) in &history {
        let in_year = (at("2025-12-31T16:00:00Z")..at("2026-12-31T16:00:00Z")).contains(&petition.registered_at);
        for review in case.reviews.iter().filter(|_| in_year) {
            let wire = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            let key = (wire(serde_json::json!(review.level)), wire(serde_json::json!(review.result)));
            *expected.entry(key).or_default() += 1;
        }
    }
    let found = reviews(&mut *worker.read().await?, &period("9901", true)).await?;
    let found: BTreeMap<_, _> =
        found.into_iter().map(|one| ((one.level, one.result.unwrap_or_default()), one.reviews)).collect();
    assert_eq!(found, expected);
    assert_eq!(found.len(), 6);
    Ok(())
}
