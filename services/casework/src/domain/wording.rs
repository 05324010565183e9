//! The history in words: what happened, for the case page and for the petitioner.

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_contracts::casework::DeadlineKind;

use super::refusal::role_words;
use super::{AfterReview, Event, Mark, Naming, Note, ReplyManner, level_words};

pub(super) const fn clock_words(kind: DeadlineKind) -> (&'static str, &'static str) {
    match kind {
        DeadlineKind::Acceptance => ("受理告知", "acceptance"),
        DeadlineKind::Handling => ("办理答复", "handling"),
        DeadlineKind::Review => ("复查答复", "review"),
        DeadlineKind::Reexamination => ("复核答复", "re-examination"),
        DeadlineKind::Settlement => ("协议履行", "agreement"),
        DeadlineKind::Part => ("分解任务", "part"),
        DeadlineKind::Deferral => ("再次研究", "look-again"),
        DeadlineKind::DemandedReport => ("办结报告", "report"),
        DeadlineKind::Supervision => ("督办反馈", "supervision"),
        DeadlineKind::Advice => ("改进建议反馈", "advice"),
        DeadlineKind::Rectification => ("限期整改", "rectification"),
        DeadlineKind::ReturnVisit => ("回访", "return visit"),
        DeadlineKind::Plan => ("化解方案", "plan"),
    }
}

/// What happened, in Chinese and in English. Holds no words of officials or petitioners.
pub fn words(event: &Event, naming: &Naming) -> (String, String) {
    match event {
        Event::Opened(opened) => (
            format!("信访事项已登记，由{}负责", naming.unit(&opened.responsible_unit)),
            format!("Registered; {} is responsible", naming.unit(&opened.responsible_unit)),
        ),
        Event::Accepted { handling, simple, .. } => {
            let (zh, en) =
                if simple.is_some() { ("，适用简易办理", " by the simple procedure") } else { ("", "") };
            (
                format!("已受理{zh}，最迟{}答复", day(handling.deadline.last_day)),
                format!("Taken up{en}; to be answered by {}", handling.deadline.last_day),
            )
        }
        Event::ConvertedToOrdinary { handling, .. } => (
            format!("由简易办理转为普通程序，期限自受理之日起计算，最迟{}答复", day(handling.deadline.last_day)),
            format!(
                "Converted to the ordinary procedure, counted from the same acceptance; to be answered by {}",
                handling.deadline.last_day
            ),
        ),
        Event::Pointed { to_body, road: Some(road), .. } => {
            let (zh, en) = road.words();
            (format!("告知通过{zh}途径向{to_body}提出"), format!("Led into {en}, with {to_body}"))
        }
        Event::Pointed { to_body, road: None, .. } => {
            (format!("告知向{to_body}提出"), format!("Pointed to the competent body: {to_body}"))
        }
        Event::Declined { article, .. } => {
            (format!("不予受理，依据{article}"), format!("Not taken up; basis: {article}"))
        }
        Event::Forwarded { .. } => plain("已转送纪检监察机关", "Forwarded to a discipline body"),
        Event::Transferred { unit, from, demand, .. } => {
            let (from, unit) = (naming.unit(from), naming.unit(unit));
            let (zh, en) = if demand.is_some() { ("交办", "Handed down") } else { ("转送", "Transferred") };
            (format!("由{from}{zh}{unit}"), format!("{en} by {from} to {unit}"))
        }
        Event::Objected { .. } => plain("收到转送的单位提出异议", "The receiver objected to the transfer"),
        Event::ObjectionAnswered { agreed: true, .. } => {
            plain("异议成立，退回转送单位", "The objection was agreed to; the sender has it again")
        }
        Event::ObjectionAnswered { agreed: false, .. } => {
            plain("异议不成立，由收到转送的单位办理", "The objection was not agreed to; the receiver handles it")
        }
        Event::Assigned { unit, .. } => {
            let unit = naming.unit(unit);
            (format!("已交{unit}承办人办理"), format!("Assigned to an officer of {unit}"))
        }
        Event::HandedOver { unit, from, .. } => {
            let (from, unit) = (naming.unit(from), naming.unit(unit));
            (format!("由{from}移交{unit}，期限不变"), format!("Handed over from {from} to {unit}; deadlines unchanged"))
        }
        Event::StepDone { step, .. } => {
            let (zh, en) = naming.step(step);
            (format!("已完成：{zh}"), format!("Done: {en}"))
        }
        Event::Recused { recusal } => {
            let name = naming.known(&recusal.person.to_string()).unwrap_or("有关工作人员");
            (format!("{name}因有利害关系回避"), "Somebody with an interest in it was recused".to_owned())
        }
        Event::StepWaived { step, .. } => {
            let (zh, en) = naming.step(step);
            (format!("经说明理由，免除：{zh}"), format!("Left out with a reason: {en}"))
        }
        Event::Proposed { .. } => plain("已拟定处理意见", "An opinion was proposed"),
        Event::ApprovalGiven { role, .. } => {
            let (zh, en) = role_words(*role);
            (format!("{zh}审批同意"), format!("Approved by the {en}"))
        }
        Event::Approved => plain("处理意见已审批", "The opinion was approved"),
        Event::Returned { .. } => plain("处理意见退回修改", "The opinion was sent back"),
        Event::Replied { reply } => match reply.manner {
            ReplyManner::Written => plain("已出具信访处理意见书", "The written reply was issued"),
            ReplyManner::Oral => plain("已当面口头答复", "Answered by word of mouth"),
            ReplyManner::Phone => plain("已电话答复", "Answered by telephone"),
            ReplyManner::Net => plain("已在网上答复", "Answered on the net"),
        },
        Event::PaperGiven { delivery } => (
            format!("书面答复已补送，可在{}前（含当日）申请复查", day(delivery.review_until)),
            format!("The answer was given on paper; a review can be asked for until {}", delivery.review_until),
        ),
        Event::Delivered { delivery } => (
            format!("答复已送达，可在{}前（含当日）申请复查", day(delivery.review_until)),
            format!("The reply was delivered; a review can be asked for until {}", delivery.review_until),
        ),
        Event::ReliefReferred => plain("已转介帮扶救助", "Referred for relief"),
        Event::ReceivedByLeader { .. } => plain("领导接访，首接负责", "Received by a leader, who is responsible"),
        Event::Promised { promise } => (
            format!("已出具承诺书 {}，一式两份", promise.number),
            format!("Promise letter {} issued in duplicate", promise.number),
        ),
        Event::Explained { .. } => plain("接访时已解释说明", "Explained at the reception"),
        Event::SettledOnSpot { .. } => plain("现场解决", "Settled on the spot"),
        Event::Extended { days, handling, .. } => (
            format!("办理期限延长{days}日，至{}", day(handling.deadline.last_day)),
            format!("Extended by {days} days, to {}", handling.deadline.last_day),
        ),
        Event::GradeChanged { handling, .. } => (
            format!("类别调整，最迟{}答复", day(handling.deadline.last_day)),
            format!("Grade changed; to be answered by {}", handling.deadline.last_day),
        ),
        Event::DueSoon { kind, mark } => {
            let nth = match mark {
                Mark::Warning(nth) => u32::from(*nth) + 1,
                Mark::Due => 0,
            };
            let (zh, en) = clock_words(*kind);
            (format!("{zh}期限提醒（第{nth}次）"), format!("Reminder {nth} of the {en} deadline"))
        }
        Event::Overdue { kind } => {
            let (zh, en) = clock_words(*kind);
            (format!("{zh}已超期"), format!("The {en} deadline has passed"))
        }
        Event::TakenByLeader { found_by, .. } => found_by.map_or_else(
            || plain("领导包案", "Taken by a leader"),
            |by| (format!("领导包案（{}）", by.words().0), format!("Taken by a leader: {}", by.words().1)),
        ),
        Event::Withdrawn { .. } => plain("信访人撤回", "Withdrawn by the petitioner"),
        Event::Resumed { .. } => {
            plain("信访人收回撤回，恢复办理", "The petitioner took the withdrawal back; handling goes on")
        }
        Event::DeadlineMoved { from, clock } => {
            let ((zh, en), to) = (clock_words(clock.kind), clock.deadline.last_day);
            let (from_zh, from_en) = from
                .filter(|from| *from != to)
                .map_or_else(Default::default, |from| (format!("由{}", day(from)), format!("from {from} ")));
            (
                format!("{zh}期限按新日历重新计算，{from_zh}至{}", day(to)),
                format!("The {en} deadline was reckoned again with a new calendar: {from_en}to {to}"),
            )
        }
        Event::DeadlineKept { clock } => {
            let (zh, en) = clock_words(clock.kind);
            (
                format!("{zh}期限按新日历核对，仍为{}", day(clock.deadline.last_day)),
                format!("The {en} deadline was reckoned with a new calendar and stays {}", clock.deadline.last_day),
            )
        }
        Event::ReviewAsked { level, unit, clock, .. } => {
            let ((zh, en), unit, last) = (level_words(*level), naming.unit(unit), clock.deadline.last_day);
            (
                format!("已收到{zh}申请，由{unit}{zh}，最迟{}答复", day(last)),
                format!("A {en} was asked for; {unit} answers by {last}"),
            )
        }
        Event::ReviewDeclined { level, ground, .. } => {
            let (zh, en) = level_words(*level);
            (
                format!("{zh}申请不予受理，依据{}", ground.article),
                format!("The {en} is not taken up; basis: {}", ground.article),
            )
        }
        Event::HearingHeld { hearing, clock } => {
            let stops = if clock.is_some() { "，听证时间不计入期限" } else { "" };
            (
                format!("听证：{}至{}{stops}", day(hearing.from), day(hearing.to)),
                format!("Hearing from {} to {}", hearing.from, hearing.to),
            )
        }
        Event::ReviewProposed { .. } => plain("已拟定复查复核意见", "An opinion on the review was proposed"),
        Event::ReviewReturned { .. } => plain("复查复核意见退回修改", "The opinion on the review was sent back"),
        Event::ReviewAnswered => plain("已出具复查复核意见书", "The opinion on the review was issued"),
        Event::ReviewDelivered { delivery, then } => {
            let (then_zh, then_en) = match then {
                AfterReview::AsBefore => ("，原处理意见维持", "; the opinion stands"),
                AfterReview::CarryOut { .. } => ("，按复查复核意见执行", "; it is to be carried out"),
                AfterReview::Anew { .. } => ("，责令重新办理", "; the matter is to be handled anew"),
            };
            let (next_zh, next_en) = delivery.next_until.map_or_else(Default::default, |until| {
                (
                    format!("，可在{}前（含当日）申请复核", day(until)),
                    format!("; a re-examination can be asked for until {until}"),
                )
            });
            (format!("复查复核意见书已送达{then_zh}{next_zh}"), format!("The opinion was delivered{then_en}{next_en}"))
        }
        Event::ReviewWithdrawn => plain("复查复核申请已撤回", "The request for review was withdrawn"),
        Event::Noted { note } => match note {
            Note::PetitionAmended => plain("信访人补充了内容", "The petitioner added to the petition"),
            Note::WithdrawnAfterClosing => plain("办结后信访人提出撤回", "Withdrawn after closing"),
            Note::RestoredAfterClosing => plain("办结后信访人收回撤回", "Withdrawal taken back after closing"),
            Note::ReviewAskedOutOfTurn => {
                plain("信访人再次提出复查复核，已在办理中", "A review was asked for while it could not be opened")
            }
            Note::AppointmentAskedOutOfTurn => {
                plain("信访人申请约访，但目前不能申请", "An appointment was asked for when none could be")
            }
            Note::EvaluatedOutOfTurn => {
                plain("信访人评价，但已不在评价期限内", "The handling was rated when it could not be")
            }
            Note::VisitWithoutEffect { .. } => plain("接访结果未改变事项状态", "A reception changed nothing"),
        },
        Event::Supervision(event) => super::supervision::words(event, naming),
        Event::Settlement(event) => super::settlement::words(event),
        Event::Routing(event) => super::routing::words(event, naming),
        Event::Link(event) => super::link::words(event),
        Event::Part(event) => super::parts::words(event, naming),
        Event::Deferral(event) => super::deferral::words(event),
        Event::Appointment(event) => super::appointment::words(event),
        Event::Library(event) => super::library::words(event),
        Event::Archive(event) => super::archive::words(event),
        Event::Evaluation(event) => super::evaluation::words(event),
        Event::ReturnVisit(event) => super::return_visit::words(event),
        Event::Closed { .. } => plain("已办结", "Closed"),
    }
}

pub(crate) fn day(date: NaiveDate) -> String {
    date.format("%Y年%-m月%-d日").to_string()
}

/// The day in the city.
pub(super) fn local_day(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&huiyin_kernel::CITY_ZONE).date_naive()
}

pub(super) fn plain(zh: &str, en: &str) -> (String, String) {
    (zh.to_owned(), en.to_owned())
}
