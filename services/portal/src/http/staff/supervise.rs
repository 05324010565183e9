//! The commands of supervision (督办) as forms.

use serde_json::Value;

use super::commands::Choices;
use crate::domain::when;
use crate::http::form::{Choice, Field, Posted};

/// What a command asks for; `None` for one of another kind.
pub(super) fn fields(command: &str, with: &Choices<'_>) -> Option<Vec<Field>> {
    Some(match command {
        "supervise" => {
            let grounds = with.case.supervision_grounds.iter();
            let grounds = grounds.map(|ground| Choice::new(&ground.code, &ground.zh)).collect();
            vec![
                Field::radio(grounds, "ground", "督办理由", "Ground").required(),
                Field::area(4, "demand", "督办要求", "Demand").required().most(2_000),
            ]
        }
        "answer-supervision" => vec![
            Field::area(5, "done", "办理情况；超期的，说明原因", "What was done").required().most(2_000),
            Field::typed("date", "will_be_done_on", "何时办结", "Done by").hint("已经书面答复信访人的，可以不填。"),
        ],
        "return-supervision" => vec![Field::area(3, "reason", "退回理由", "Reason").required().most(2_000)],
        "conclude-supervision" => vec![Field::area(2, "note", "审核意见（可不填）", "Note").most(2_000)],
        "advise" => vec![Field::area(4, "text", "改进建议", "Advice").required().most(2_000)],
        "answer-advice" => {
            let choices = vec![Choice::new("yes", "采纳"), Choice::new("no", "不采纳")];
            vec![
                Field::radio(choices, "is_adopted", "是否采纳", "Adopted").required(),
                Field::area(4, "text", "采纳的，写明措施；不采纳的，必须说明理由", "Measures or reasons").most(2_000),
            ]
        }
        "measure" => {
            let kinds =
                [("summons", "约谈"), ("bulletin", "通报"), ("listing", "挂牌督办"), ("rectification", "限期整改")];
            let kinds = kinds.map(|(code, name)| Choice::new(code, name)).to_vec();
            vec![
                Field::radio(kinds, "kind", "联席会议措施", "Measure").required(),
                Field::area(4, "reason", "理由（单位在办理中的问题）", "Reason").required().most(2_000),
                Field::typed("date", "rectify_by", "整改期限", "Rectify by").hint("限期整改必须填写；其他措施不填。"),
            ]
        }
        "report-rectification" => {
            vec![Field::area(5, "done", "整改情况和防止再发生的措施", "Done").required().most(2_000)]
        }
        "site-visit" => {
            let heads = with.heads.iter().map(|card| {
                let post = card.post.as_deref().map(|post| format!("（{post}）")).unwrap_or_default();
                Choice::new(card.staff_id.to_string(), format!("{}{post}", card.name))
            });
            vec![
                Field::select(heads.collect(), "head", "带队人（督查员或者主要领导）", "Head").required(),
                Field::typed("date", "visited_on", "督查日期", "Day")
                    .value(&when::city_date(with.now).to_string())
                    .required(),
                Field::area(6, "finding", "查到的办理情况", "Finding").required().most(20_000),
            ]
        }
        _ => return None,
    })
}

/// What the button does beyond its name.
pub(super) fn explains(command: &str) -> Option<&'static str> {
    Some(match command {
        "supervise" => "督办的是办理单位，不是信访人；单位须在期限内反馈，事项照常办理。",
        "answer-supervision" => "反馈交督查员审核；不符合要求的会退回。",
        "return-supervision" => "退回后重新计算反馈期限。",
        "conclude-supervision" => "反馈符合要求，督办单办结。",
        "advise" => "单位须在期限内反馈是否采纳，不采纳的说明理由。",
        "site-visit" => "由督查员或者主要领导带队。",
        "measure" => "措施针对办理单位和负有责任的领导，不针对信访人；限期整改的，单位须按期报告。",
        "report-rectification" => "报告交督查员，整改期限随之办结。",
        "answer-advice" => "",
        _ => return None,
    })
}

/// What was done, in words.
pub(super) fn done(command: &str) -> Option<&'static str> {
    Some(match command {
        "supervise" => "已督办，办理单位会收到通知。",
        "answer-supervision" => "督办已反馈，等待审核。",
        "return-supervision" => "督办反馈已退回。",
        "conclude-supervision" => "督办已办结。",
        "advise" => "改进建议已提出。",
        "answer-advice" => "改进建议已反馈。",
        "site-visit" => "实地督查已登记。",
        "measure" => "措施已登记，单位负责人和主要领导会收到通知。",
        "report-rectification" => "整改报告已报送。",
        _ => return None,
    })
}

/// The texts and the other values of a form, as casework reads them; `None` for a command of another kind.
pub(super) fn values(command: &str, form: &Posted) -> Option<Vec<(&'static str, Option<Value>)>> {
    let text = |name: &'static str| (name, Some(Value::from(form.get(name))));
    let given = |name: &'static str| (name, form.some(name).map(Value::from));
    Some(match command {
        "supervise" => vec![text("ground"), text("demand")],
        "answer-supervision" => vec![text("done"), given("will_be_done_on")],
        "return-supervision" => vec![text("reason")],
        "conclude-supervision" => vec![given("note")],
        "advise" => vec![text("text")],
        "answer-advice" => {
            // What is neither goes on as it is, so that casework names the field.
            let is_adopted = match form.get("is_adopted") {
                "yes" => Value::from(true),
                "no" => Value::from(false),
                other => Value::from(other),
            };
            vec![("is_adopted", Some(is_adopted)), given("text")]
        }
        "measure" => vec![text("kind"), text("reason"), given("rectify_by")],
        "report-rectification" => vec![text("done")],
        "site-visit" => vec![text("head"), text("visited_on"), text("finding")],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::commands::body;
    use super::*;

    /// Every command of supervision has its words, its answer and its form; what is left out is not sent.
    #[test]
    fn forms_of_supervision_become_what_casework_reads() {
        let form = |text: &str| Posted::read(text.as_bytes()).expect("a form");
        for (command, typed, sent) in [
            ("supervise", "ground=evasion&demand=d", json!({ "ground": "evasion", "demand": "d" })),
            ("answer-supervision", "done=d&will_be_done_on=", json!({ "done": "d" })),
            (
                "answer-supervision",
                "done=d&will_be_done_on=2026-12-30&expected_version=7",
                json!({ "done": "d", "will_be_done_on": "2026-12-30", "expected_version": 7 }),
            ),
            ("return-supervision", "reason=r", json!({ "reason": "r" })),
            ("conclude-supervision", "note=", json!({})),
            ("advise", "text=t", json!({ "text": "t" })),
            ("answer-advice", "is_adopted=no&text=t", json!({ "is_adopted": false, "text": "t" })),
            ("answer-advice", "is_adopted=yes", json!({ "is_adopted": true })),
            (
                "measure",
                "kind=rectification&reason=r&rectify_by=2026-12-30",
                json!({ "kind": "rectification", "reason": "r", "rectify_by": "2026-12-30" }),
            ),
            ("measure", "kind=summons&reason=r&rectify_by=", json!({ "kind": "summons", "reason": "r" })),
            ("report-rectification", "done=d", json!({ "done": "d" })),
            ("answer-advice", "", json!({ "is_adopted": "" })),
            (
                "site-visit",
                "head=h&visited_on=2026-11-30&finding=f",
                json!({ "head": "h", "visited_on": "2026-11-30", "finding": "f" }),
            ),
        ] {
            assert_eq!(body(command, &form(typed)), Some(sent), "{command}");
            assert!(done(command).is_some() && explains(command).is_some(), "{command}");
        }
        assert_eq!(values("accept", &form("")), None);
    }
}
