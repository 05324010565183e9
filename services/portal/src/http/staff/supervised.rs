//! Supervision on the work list: who owes an answer, who is late, which answers wait, at one look.

use futures::future::join_all;
use huiyin_authz::Permission;
use huiyin_kernel::Role;

use super::work_list::{Figure, PAGE, counted};
use crate::desk::Desk;
use crate::domain::words;
use crate::http::form::{Choice, Field};
use crate::http::seat::Seat;
use crate::upstream::casework::{self, Wanted};
use crate::upstream::succession::{self, Left};

/// The filter.
pub(super) fn states() -> Field {
    let choices =
        ["overdue", "awaiting_answer", "answered"].map(|code| Choice::new(code, words::supervision_state(code)));
    Field::select(choices.to_vec(), "supervision", "督办", "Supervision")
}

/// The figures for this reader: supervisors see their district, those who answer for an office see its own. Nothing to tell, no figure;
/// without casework none, as the rest of the page says.
pub(super) async fn figures(desk: &Desk, seat: &Seat) -> Vec<Figure> {
    let supervises = seat.card().roles.contains(&Role::Supervisor);
    let (scope, wanted): (&str, &[_]) = if supervises {
        let judge = ("answered", "督办待审核", "soon");
        ("district", &[("overdue", "督办超期未反馈", "late"), judge, ("awaiting_answer", "督办待反馈", "calm")])
    } else if seat.may(Permission::AnswerSupervision) {
        ("unit", &[("overdue", "督办超期未反馈", "late"), ("awaiting_answer", "督办待反馈", "soon")])
    } else {
        return Vec::new();
    };
    let asked = wanted.iter().map(|(state, ..)| {
        let wanted = Wanted { scope, supervision: Some(state), limit: PAGE, ..Wanted::default() };
        casework::cases(&desk.http, wanted, seat.token())
    });
    let found = join_all(asked).await;
    let figure = |((state, name, mood), page): (&(&'static str, &'static str, &'static str), _)| {
        let page: crate::upstream::Items<casework::Line> = Result::ok(page)?;
        let address = format!("/staff?scope={scope}&supervision={state}");
        let count = counted(page.items.len(), page.next.is_some());
        (!page.items.is_empty()).then_some(Figure { name, count, mood, address })
    };
    wanted.iter().zip(found).filter_map(figure).collect()
}

/// Abolished units of a supervisor's district that still hold matters; without casework none, as the rest of the page says.
pub(super) async fn left(desk: &Desk, seat: &Seat) -> Vec<Left> {
    if !seat.may(Permission::OrderSupervision) {
        return Vec::new();
    }
    succession::left(&desk.http, seat.token()).await.unwrap_or_default()
}
