//! Supervision in the history: what happened, without the words of officials.

use super::{SupervisionEvent, measure_words};
use crate::domain::Naming;
use crate::domain::wording::{day, plain};

/// What happened, in Chinese and in English.
pub(in crate::domain) fn words(event: &SupervisionEvent, naming: &Naming) -> (String, String) {
    match event {
        SupervisionEvent::Ordered { order, clock } => {
            let (unit, last_day) = (naming.unit(&order.target_unit), clock.deadline.last_day);
            let (zh, en) = naming.ground(order.ground.code());
            (
                format!("督办{unit}：{zh}，最迟{}反馈", day(last_day)),
                format!("Supervision of {unit}: {en}; to be answered by {last_day}"),
            )
        }
        SupervisionEvent::Answered { .. } => plain("已反馈督办", "The supervision order was answered"),
        SupervisionEvent::Returned { clock, .. } => (
            format!("督办反馈被退回，最迟{}重新反馈", day(clock.deadline.last_day)),
            format!("The answer was returned; another is due by {}", clock.deadline.last_day),
        ),
        SupervisionEvent::Concluded { .. } => plain("督办办结", "Supervision was concluded"),
        SupervisionEvent::Advised { clock, .. } => (
            format!("提出改进建议，最迟{}反馈", day(clock.deadline.last_day)),
            format!("Advice was given; to be answered by {}", clock.deadline.last_day),
        ),
        SupervisionEvent::AdviceAnswered { answer } => {
            if answer.is_adopted {
                plain("改进建议已采纳", "The advice was adopted")
            } else {
                plain("改进建议未采纳，已说明理由", "The advice was not adopted; reasons were given")
            }
        }
        SupervisionEvent::MeasureTaken { measure, .. } => {
            let ((zh, en), unit) = (measure_words(measure.kind), naming.unit(&measure.unit));
            let (until_zh, until_en) = measure.rectify_by.map_or_else(Default::default, |until| {
                (format!("，最迟{}报告", day(until)), format!("; to be reported by {until}"))
            });
            (format!("联席会议对{unit}{zh}{until_zh}"), format!("The joint conference: {en} of {unit}{until_en}"))
        }
        SupervisionEvent::RectificationReported { .. } => plain("已报送整改报告", "The rectification was reported"),
        SupervisionEvent::SiteVisited { visit } => (
            format!("已登记{}的实地督查", day(visit.visited_on)),
            format!("A supervision visit of {} was recorded", visit.visited_on),
        ),
    }
}
