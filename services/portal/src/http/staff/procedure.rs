//! The simple procedure (简易办理) as forms: choosing it, leaving it, and answers that are not in writing.

use serde_json::{Map, Value, json};

use super::commands::{Choices, grades};
use crate::domain::when;
use crate::http::form::{Choice, Field, Posted};

/// What is stated of a matter that is taken up simply (REG-30, REG-31).
const CONDITIONS: [(&str, &str); 4] = [
    ("first_time", "初次信访事项"),
    ("no_other_procedure", "不属于诉讼、仲裁、复议、申诉、查处等其他法定途径"),
    ("one_unit", "只涉及一个责任单位"),
    ("not_to_be_refused", "诉求不是可能不予支持的"),
];

const MANNERS: [(&str, &str); 4] =
    [("written", "书面（出具信访处理意见书）"), ("oral", "当面口头"), ("phone", "电话"), ("net", "网上")];

/// What a command asks for; `None` for one of another kind.
pub(super) fn fields(command: &str, with: &Choices<'_>) -> Option<Vec<Field>> {
    let simple = &with.case.simple;
    Some(match command {
        "accept" => {
            let mut fields = vec![Field::radio(grades(), "grade", "办理类别", "Grade").value("ordinary").required()];
            if !simple.grounds.is_empty() {
                let by = simple.decide_by.map(|day| format!("拟简易办理的，请在{}前决定。", when::date(day)));
                let hint = format!("简易办理自受理之日起10个工作日内答复。{}", by.unwrap_or_default());
                let procedures = vec![Choice::new("ordinary", "普通程序"), Choice::new("simple", "简易办理")];
                let grounds = simple.grounds.iter().map(|ground| Choice::new(&ground.code, &ground.zh)).collect();
                fields.push(
                    Field::radio(procedures, "procedure", "办理程序", "Procedure")
                        .value("ordinary")
                        .hint(&hint)
                        .required(),
                );
                fields.push(
                    Field::select(grounds, "simple.ground", "适用简易办理的情形", "Ground")
                        .hint("只有选择简易办理时填写。"),
                );
                fields.extend(
                    CONDITIONS.iter().map(|(code, zh)| Field::tick(&format!("simple.conditions.{code}"), zh, "")),
                );
            }
            fields
        }
        "convert-to-ordinary" => {
            vec![Field::area(3, "reason", "为什么不再适用简易办理（会告诉信访人）", "Reason").required().most(2_000)]
        }
        "reply" if with.case.line.procedure == "simple" => {
            let manners = MANNERS.map(|(code, zh)| Choice::new(code, zh)).to_vec();
            vec![Field::radio(manners, "manner", "答复方式", "Manner").value("written").required()]
        }
        "reply" => Vec::new(),
        "paper" => {
            let means = ["当面送达", "挂号邮寄"].map(|means| Choice::new(means, means)).to_vec();
            vec![
                Field::select(means, "means", "送达方式", "Means").required(),
                Field::typed("datetime-local", "delivered_at", "送达时间", "Delivered at")
                    .value(&when::to_type(with.now))
                    .required(),
                Field::line("receipt", "送达回证编号（没有可不填）", "Receipt").most(200),
            ]
        }
        _ => return None,
    })
}

/// What the button does beyond its name.
pub(super) fn explains(command: &str) -> Option<&'static str> {
    Some(match command {
        "convert-to-ordinary" => "期限自受理之日起按普通程序计算；告诉信访人新的期限和理由。",
        "paper" => "信访人要求书面答复的，应当补送；申请复查的期限从收到书面答复之日起算。",
        _ => return None,
    })
}

/// What was done, in words.
pub(super) fn done(command: &str) -> Option<&'static str> {
    Some(match command {
        "convert-to-ordinary" => "已转为普通程序，信访人会收到告知。",
        "paper" => "书面答复已登记补送。",
        _ => return None,
    })
}

/// The values of a form, as casework reads them; `None` for a command of another kind.
pub(super) fn values(command: &str, form: &Posted) -> Option<Vec<(&'static str, Option<Value>)>> {
    let text = |name: &'static str| (name, Some(Value::from(form.get(name))));
    Some(match command {
        "accept" => {
            let simple = (form.get("procedure") == "simple").then(|| {
                let stated = CONDITIONS.iter().map(|(code, _)| {
                    ((*code).to_owned(), Value::from(form.ticked(&format!("simple.conditions.{code}"))))
                });
                json!({ "ground": form.get("simple.ground"), "conditions": stated.collect::<Map<_, _>>() })
            });
            vec![text("grade"), ("simple", simple)]
        }
        "convert-to-ordinary" => vec![text("reason")],
        "reply" => vec![("manner", form.some("manner").map(Value::from))],
        "paper" => vec![
            text("means"),
            ("delivered_at", Some(Value::from(when::typed_or_as_it_is(form.get("delivered_at"))))),
            ("receipt", form.some("receipt").map(Value::from)),
        ],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::commands::body;
    use super::*;

    #[test]
    fn forms_of_the_simple_procedure_become_what_casework_reads() {
        let form = |text: &str| Posted::read(text.as_bytes()).expect("a form");
        let stated =
            json!({ "first_time": true, "no_other_procedure": false, "one_unit": true, "not_to_be_refused": false });
        for (command, typed, sent) in [
            ("accept", "grade=ordinary&procedure=ordinary&simple.ground=", json!({ "grade": "ordinary" })),
            (
                "accept",
                "grade=ordinary&procedure=simple&simple.ground=other&simple.conditions.first_time=yes&simple.conditions.one_unit=yes",
                json!({ "grade": "ordinary", "simple": { "ground": "other", "conditions": stated } }),
            ),
            ("convert-to-ordinary", "reason=r", json!({ "reason": "r" })),
            ("reply", "", json!({})),
            ("reply", "manner=phone&expected_version=7", json!({ "manner": "phone", "expected_version": 7 })),
            (
                "paper",
                "means=m&delivered_at=2026-05-22T09:30&receipt=",
                json!({ "means": "m", "delivered_at": "2026-05-22T09:30:00+08:00" }),
            ),
        ] {
            assert_eq!(body(command, &form(typed)), Some(sent), "{command}");
        }
    }
}
