//! Random lives of orders against an independent model.

use chrono::TimeDelta;
use huiyin_contracts::casework::{DeadlineKind, SupervisionState};
use proptest::prelude::*;

use super::commands::{answer_command, order_command};
use super::supervision::{accepted, advise, conclude, due, give_back};
use super::world::{officer, rule, supervisor};
use crate::domain::{Command, StateKind, Supervise};

/// What the model remembers of supervision: plain words, counted apart from the domain's own types.
#[expect(clippy::struct_excessive_bools, reason = "the model remembers plain facts")]
#[derive(Default)]
struct Model {
    orders: usize,
    open: bool,
    answered: bool,
    advised: bool,
    late: bool,
    /// Seconds after which an answer is late, from the last time one was asked for.
    asked_at: i64,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// REG-50, REG-51, DZ-10: whatever is tried in whatever order, an independent model says what is taken up; there is one open order at
    /// most, the road of the matter is untouched, and the journal read back gives the case (checked by `World::give`).
    #[test]
    fn any_life_of_an_order_is_as_the_model_says(moves in prop::collection::vec((0_u8..8, 0_i64..20), 1..50)) {
        let mut world = accepted("national-2022");
        let mut model = Model::default();
        for (chosen, days) in moves {
            world.now += TimeDelta::days(days);
            let now = world.now.timestamp();
            // Thirty days, the asking day not counted, and on over a holiday: never more than nine more.
            let surely_late = model.open && !model.answered && now > model.asked_at + 40 * 86_400;
            let (actor, command) = match chosen {
                0 => (supervisor(), order_command("evasion")),
                1 => (officer(), answer_command(&world)),
                2 => (supervisor(), give_back()),
                3 => (supervisor(), conclude()),
                4 => (supervisor(), advise()),
                5 => (officer(), Command::Supervise(Supervise::AnswerAdvice { is_adopted: true, text: None })),
                6 if surely_late => (rule(), due(&world, DeadlineKind::Supervision)),
                _ => continue,
            };
            let may = match chosen {
                0 => !model.open,
                1 => model.open && !model.answered,
                2 | 3 => model.open && model.answered,
                4 => model.orders > 0 && !model.advised,
                5 => model.advised,
                _ => !model.late,
            };
            let given = world.give(&actor, &command);
            prop_assert_eq!(given.is_ok(), may, "{}: {:?}", chosen, given.err());
            if may {
                match chosen {
                    0 => model = Model { orders: model.orders + 1, open: true, answered: false, late: false, asked_at: now, ..model },
                    1 => model.answered = true,
                    2 => model = Model { answered: false, late: false, asked_at: now, ..model },
                    3 => model.open = false,
                    4 => model.advised = true,
                    5 => model.advised = false,
                    _ => model.late = true,
                }
            }
            prop_assert_eq!(world.state(), StateKind::Accepted);
            prop_assert_eq!(world.case.supervision.len(), model.orders);
            prop_assert_eq!(world.case.open_order().is_some(), model.open);
            prop_assert!(world.case.supervision.iter().filter(|order| order.is_open()).count() <= 1);
            let told = world.case.supervision_told().map(|told| told.state);
            let expected = match (model.orders, model.open, model.answered, model.late) {
                (0, ..) => None,
                (_, false, ..) => Some(SupervisionState::Concluded),
                (_, true, true, _) => Some(SupervisionState::Answered),
                (_, true, false, true) => Some(SupervisionState::Overdue),
                (_, true, false, false) => Some(SupervisionState::AwaitingAnswer),
            };
            prop_assert_eq!(told, expected);
        }
    }
}
