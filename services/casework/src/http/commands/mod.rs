//! The commands of the case page, one file each.

mod accept;
mod add_to_library;
mod advise;
mod answer_advice;
mod answer_objection;
mod answer_selection;
mod answer_supervision;
mod approve;
mod archive;
mod ask_appointment;
mod assign;
mod close;
mod close_linked;
mod conclude_supervision;
mod consultation;
mod convert_to_ordinary;
mod decide_competence;
mod decline;
mod decline_review;
mod defer;
mod deliver;
mod duty_done;
mod extend;
mod forward;
mod give_part;
mod grade;
mod hand_over;
mod hearing;
mod instruct;
mod link;
mod material;
mod measure;
mod object;
mod paper;
mod part_done;
mod plan;
mod point;
mod propose;
mod propose_review;
mod publish_selection;
mod recuse;
mod refer_competence;
mod remove_from_library;
mod reply;
mod report_rectification;
mod report_result;
mod report_up;
mod return_;
mod return_supervision;
mod return_visit;
mod select_leader;
mod settle_deferred;
mod settle_on_spot;
mod settlement;
mod sign_for;
mod site_visit;
mod steps;
mod supervise;
mod take;
mod take_part_back;
mod transfer;
mod unlink;
mod waive;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use huiyin_kernel::CaseId;
use huiyin_web::{IdempotencyKey, Problem, StaffActor};
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::permissions::needed;
use crate::app::act::Request;
use crate::app::context::Context;
use crate::domain::CommandKind;

/// Their routes.
pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(accept::accept))
        .routes(routes!(convert_to_ordinary::convert_to_ordinary))
        .routes(routes!(paper::paper))
        .routes(routes!(settlement::settlement))
        .routes(routes!(duty_done::duty_done))
        .routes(routes!(refer_competence::refer_competence))
        .routes(routes!(decide_competence::decide_competence))
        .routes(routes!(report_result::report_result))
        .routes(routes!(report_up::report_up))
        .routes(routes!(return_visit::return_visit))
        .routes(routes!(archive::archive))
        .routes(routes!(archive::appraise_file))
        .routes(routes!(archive::destroy_file))
        .routes(routes!(link::link))
        .routes(routes!(unlink::unlink))
        .routes(routes!(close_linked::close_linked))
        .routes(routes!(give_part::give_part))
        .routes(routes!(part_done::part_done))
        .routes(routes!(take_part_back::take_part_back))
        .routes(routes!(defer::defer))
        .routes(routes!(settle_deferred::settle_deferred))
        .routes(routes!(add_to_library::add_to_library))
        .routes(routes!(remove_from_library::remove_from_library))
        .routes(routes!(plan::plan))
        .routes(routes!(instruct::instruct))
        .routes(routes!(ask_appointment::ask_appointment))
        .routes(routes!(material::material))
        .routes(routes!(consultation::consultation))
        .routes(routes!(select_leader::select_leader))
        .routes(routes!(answer_selection::answer_selection))
        .routes(routes!(publish_selection::publish_selection))
        .routes(routes!(point::point))
        .routes(routes!(decline::decline))
        .routes(routes!(forward::forward))
        .routes(routes!(assign::assign))
        .routes(routes!(hand_over::hand_over))
        .routes(routes!(steps::steps))
        .routes(routes!(propose::propose))
        .routes(routes!(approve::approve))
        .routes(routes!(return_::return_))
        .routes(routes!(reply::reply))
        .routes(routes!(deliver::deliver))
        .routes(routes!(close::close))
        .routes(routes!(extend::extend))
        .routes(routes!(grade::grade))
        .routes(routes!(settle_on_spot::settle_on_spot))
        .routes(routes!(supervise::supervise))
        .routes(routes!(answer_supervision::answer_supervision))
        .routes(routes!(return_supervision::return_supervision))
        .routes(routes!(conclude_supervision::conclude_supervision))
        .routes(routes!(advise::advise))
        .routes(routes!(answer_advice::answer_advice))
        .routes(routes!(site_visit::site_visit))
        .routes(routes!(measure::measure))
        .routes(routes!(report_rectification::report_rectification))
        .routes(routes!(transfer::transfer))
        .routes(routes!(recuse::recuse))
        .routes(routes!(sign_for::sign_for))
        .routes(routes!(object::object))
        .routes(routes!(answer_objection::answer_objection))
        .routes(routes!(waive::waive))
        .routes(routes!(take::take))
        .routes(routes!(decline_review::decline_review))
        .routes(routes!(hearing::hearing))
        .routes(routes!(propose_review::propose_review))
}

/// A command with what came along; refused when the actor's roles do not allow it at all.
fn request(
    staff: StaffActor,
    kind: CommandKind,
    case_id: CaseId,
    key: Option<IdempotencyKey>,
    expected_version: Option<i64>,
    body: &impl Serialize,
) -> Result<Request, Problem> {
    if let Some(permission) = needed(kind) {
        staff.require(permission)?;
    }
    let body = serde_json::to_vec(body).map_err(|error| Problem::internal(&error))?;
    Ok(Request { actor: staff.into(), case_id, expected_version, key, body })
}

fn answer(body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}
