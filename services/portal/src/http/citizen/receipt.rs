use askama::Template;
use axum::extract::State;
use axum::response::Response;
use huiyin_web::{CallError, ClientAddress, FieldProblem, Problem, StatusCode};

use super::{petition, sheet};
use crate::desk::Desk;
use crate::domain::when;
use crate::http::form::Posted;
use crate::http::staff::repeats::Repeats;
use crate::http::{Answer, Frame, ok, page};
use crate::upstream::intake::{self, Receipt};

/// The receipt, for the petitioner and for the counter's printer.
#[derive(Template)]
#[template(path = "citizen/receipt.html")]
pub(in crate::http) struct ReceiptPage {
    pub(in crate::http) frame: Frame,
    pub(in crate::http) receipt: Receipt,
    /// Handed over at the counter.
    pub(in crate::http) is_counter: bool,
    /// For the clerk alone, on the screen: matters that may be the same one.
    pub(in crate::http) repeats: Repeats,
}

impl ReceiptPage {
    fn registered_at(&self) -> String {
        when::moment(self.receipt.registered_at)
    }
}

#[derive(Template)]
#[template(path = "citizen/receipt_lost.html")]
struct Lost {
    frame: Frame,
}

/// Someone came here without handing anything in: a bookmark, or the receipt was closed.
pub(in crate::http) async fn lost() -> Response {
    ok(&Lost { frame: Frame::plain("petition") })
}

/// Registers the petition and shows the receipt: the answer to the form itself, so that number and code stand in no address. The
/// form's key makes a second press of the button, a reload, or a lost answer lead to the same receipt.
pub(in crate::http) async fn hand_in(State(desk): State<Desk>, address: ClientAddress, posted: Posted) -> Answer {
    let known = desk.reference.or_empty(&desk.http).await;
    if let Err(problem) = desk.limits.petitions.check(address.0) {
        return Ok(petition::again(&known, &posted, &problem));
    }
    let Some(key) = posted.some("key") else {
        let mistake = FieldProblem::new("key", "请重新打开页面再提交", "please open the page again", "");
        return Ok(petition::again(&known, &posted, &Problem::bad_request(vec![mistake])));
    };
    match intake::register(&desk.http, &sheet::to_petition(&posted, "net"), key, address, None).await {
        Ok(receipt) => {
            let (frame, repeats) = (Frame::plain("petition"), Repeats::default());
            Ok(page(StatusCode::OK, &ReceiptPage { frame, receipt, is_counter: false, repeats }))
        }
        Err(CallError::Refused { problem, .. }) => Ok(petition::again(&known, &posted, &problem)),
        // Nobody types it all again because a service restarts.
        Err(CallError::Down { .. }) => Ok(petition::again(&known, &posted, &away())),
        Err(error) => Err(error.into()),
    }
}

fn away() -> Problem {
    Problem::unavailable(30).next(
        "您填写的内容还在本页，请过几分钟再点“下一步”。重复提交不会重复登记。",
        "What you wrote is still on this page; please try again in a few minutes. Sending it twice registers it once.",
    )
}
