//! What can be done with a case now, and why the rest cannot.

use chrono::NaiveDate;
use huiyin_contracts::casework::SelectionState;
use huiyin_kernel::Actor;
use huiyin_policy::Policy;
use serde::Serialize;
use utoipa::ToSchema;

use super::permissions::needed;
use crate::domain::{Case, CommandKind, Refusal, Transfer, permit};

/// What can be done now, and why the rest cannot.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActionView {
    /// The last part of the path.
    command: &'static str,
    zh: &'static str,
    en: &'static str,
    allowed: bool,
    reason_zh: Option<String>,
    reason_en: Option<String>,
}

/// Would anybody ask for this here? What belongs to a review is not listed as refused where there is none.
fn concerns(case: &Case, policy: &Policy, kind: CommandKind, today: NaiveDate) -> bool {
    use CommandKind::{
        AddToLibrary, AnswerObjection, AnswerSelection, AppraiseFile, Archive, AskAppointment, ConvertToOrdinary,
        DecideCompetence, DeclineReview, Defer, DestroyFile, GiveMaterial, GivePaper, HoldHearing, Object,
        OrderSupervision, ProposeReview, PublishSelection, RecordConsultation, RecordDutyDone, RecordReturnVisit,
        ReferCompetence, RemoveFromLibrary, ReportPart, ReportRectification, ReportResult, SelectLeader,
        SettleDeferred, SignFor, TakePartBack, UnlinkMatters, Waive,
    };
    match kind {
        DeclineReview | HoldHearing | ProposeReview => case.open_review().is_some(),
        SignFor => case.transfer.as_ref().is_some_and(Transfer::awaits_signing),
        Object => case.transfer.as_ref().is_some_and(|transfer| transfer.objection.is_none()),
        AnswerObjection => case.transfer.as_ref().is_some_and(Transfer::awaits_answer),
        ConvertToOrdinary => case.is_simple(),
        RecordDutyDone => case.settlement.is_some(),
        ReportPart | TakePartBack => case.open_parts().next().is_some(),
        Defer => case.outcome().is_some(),
        SettleDeferred => case.open_deferral().is_some(),
        AskAppointment => policy.scheduling.appointment_steps.is_some(),
        GiveMaterial => case.open_appointment().is_some(),
        RecordConsultation => case.open_appointment().is_some() || case.asks_for_consultation(policy),
        RemoveFromLibrary | SelectLeader => case.listed().is_some(),
        AddToLibrary => case.listed().is_none(),
        AnswerSelection => case.asked_leader().is_some(),
        PublishSelection => case.selection().is_some_and(|asked| asked.state() == SelectionState::Agreed),
        Archive => case.state.closing().is_some() && case.file().is_none(),
        RecordReturnVisit => case.state.closing().is_some(),
        AppraiseFile => case.file().is_some_and(|file| file.keep_until.is_some_and(|until| until < today)),
        DestroyFile => case.file().is_some_and(|file| file.appraisal.is_some()),
        ReferCompetence => case.is_unclaimed() && case.open_competence().is_none(),
        DecideCompetence => case.open_competence().is_some(),
        UnlinkMatters => !case.links.is_empty(),
        ReportResult => case.owes_report(),
        GivePaper => case.state.reply().is_some_and(|(reply, _)| !reply.manner.is_written()),
        Waive => policy.gates.steps.all().any(|step| step.in_principle && case.is_asked(step)),
        ReportRectification => case.open_rectification().is_some(),
        kind if kind.is_supervision() => kind == OrderSupervision || case.newest_order().is_some(),
        _ => true,
    }
}

/// Why none of the steps that are left can be recorded by this actor now: what the first of them waits for.
fn no_step(case: &Case, policy: &Policy, kind: CommandKind, actor: &Actor) -> Option<Refusal> {
    if kind != CommandKind::DoStep {
        return None;
    }
    let (steps, mut first) = (&policy.gates.steps, None);
    let of_their_own = [&steps.opinion, &steps.reply];
    let left =
        steps.all().filter(|step| case.is_asked(step) && step.command.is_none() && !of_their_own.contains(&&step.code));
    for step in left.filter(|step| !case.steps.contains(&step.code) && !case.waived.contains(&step.code)) {
        match case.step_open(&step.code, policy, actor) {
            Ok(()) => return None,
            Err(refusal) => first = first.or(Some(refusal)),
        }
    }
    Some(first.unwrap_or(Refusal::NothingChanges))
}

pub(super) fn actions(case: &Case, policy: &Policy, actor: &Actor, today: NaiveDate) -> Vec<ActionView> {
    let commands = CommandKind::ALL.iter().filter(|kind| concerns(case, policy, **kind, today));
    let commands = commands.filter_map(|kind| Some((*kind, needed(*kind)?)));
    commands
        .map(|(kind, permission)| {
            let reason = match huiyin_authz::require(actor, permission) {
                Err(denied) => Some((
                    format!("您的账号无权“{}”，请由{}办理。", permission.chinese(), denied.ask_chinese()),
                    format!("Your account may not {}; ask {}.", permission.english(), denied.ask_english()),
                )),
                Ok(()) => permit(case, kind, policy, actor).err().or_else(|| no_step(case, policy, kind, actor)).map(
                    |refusal| {
                        let told = refusal.told();
                        (told.zh, told.en)
                    },
                ),
            };
            let (reason_zh, reason_en) = reason.map_or((None, None), |(zh, en)| (Some(zh), Some(en)));
            ActionView {
                command: kind.name(),
                zh: kind.zh(),
                en: kind.en(),
                allowed: reason_zh.is_none(),
                reason_zh,
                reason_en,
            }
        })
        .flat_map(|action| {
            // What is closed together is asked for where one of them can be closed.
            let together =
                (action.command == CommandKind::Close.name() && !case.links.is_empty()).then(|| ActionView {
                    command: "close-linked",
                    zh: "一并办结关联事项",
                    en: "close with those linked",
                    allowed: action.allowed,
                    reason_zh: action.reason_zh.clone(),
                    reason_en: action.reason_en.clone(),
                });
            std::iter::once(action).chain(together)
        })
        .collect()
}
