//! Parts that other units do (JX-09), and what is settled later (XT-21), as forms.

use serde_json::Value;

use super::commands::{Choices, units};
use crate::domain::when;
use crate::http::form::{Choice, Field, Posted};

/// What a command asks for; `None` for one of another kind.
pub(super) fn fields(command: &str, with: &Choices<'_>) -> Option<Vec<Field>> {
    let today = when::city_date(with.now).to_string();
    let open = |mine: bool| {
        let parts = with.case.work_parts.iter().filter(move |part| part.open && (!mine || part.unit == with.own_unit));
        let choices = parts.map(|part| {
            let words = format!("{}：{}（{}前）", part.who(), part.text, when::date(part.due_on));
            Choice::new(part.nth.to_string(), words)
        });
        Field::radio(choices.collect(), "part", "哪一项任务", "Part").required()
    };
    Some(match command {
        "give-part" => {
            let leads = with.case.line.responsible_unit.clone();
            vec![
                units(with.units, "unit", "交给哪个单位", |unit| {
                    unit.kind != "discipline" && unit.code.as_str() != leads
                }),
                Field::area(3, "text", "任务内容", "Task").hint("只写要做的事，不写信访人。").required().most(2_000),
                Field::typed("date", "due_on", "完成期限", "Due on").hint("不得晚于本事项的办理期限。").required(),
            ]
        }
        "part-done" => vec![
            open(true),
            Field::typed("date", "done_on", "完成日期", "Done on").value(&today).required(),
            Field::area(4, "result", "完成情况", "Result").required().most(2_000),
        ],
        "take-part-back" => {
            vec![open(false), Field::area(3, "reason", "撤回理由", "Reason").required().most(2_000)]
        }
        "defer" => vec![
            Field::area(3, "reason", "哪些条件暂不具备（会告诉信访人）", "Reason").required().most(2_000),
            Field::typed("date", "look_again_on", "再次研究的日期", "Look again on")
                .hint("明天起一年以内。届时会提醒承办人。")
                .required(),
        ],
        "settle-deferred" => vec![
            Field::typed("date", "done_on", "解决日期", "Settled on").value(&today).required(),
            Field::area(3, "note", "怎样解决的（会告诉信访人）", "How").required().most(2_000),
        ],
        _ => return None,
    })
}

/// What the button does beyond its name.
pub(super) fn explains(command: &str) -> Option<&'static str> {
    Some(match command {
        "give-part" => "本单位仍然牵头负责；各项任务都完成或者撤回后，才能拟定意见。",
        "part-done" => "报给牵头单位；信访人不会看到。",
        "take-part-back" => "不再需要的任务可以撤回，对方会收到通知。",
        "defer" => "只用于诉求合理、条件暂不具备的事项；不影响信访人申请复查。",
        "settle-deferred" => "登记后告知信访人。",
        _ => return None,
    })
}

/// What was done, in words.
pub(super) fn done(command: &str) -> Option<&'static str> {
    Some(match command {
        "give-part" => "任务已交给对方单位。",
        "part-done" => "完成情况已反馈。",
        "take-part-back" => "任务已撤回。",
        "defer" => "已登记，到期会提醒。",
        "settle-deferred" => "解决情况已登记。",
        _ => return None,
    })
}

/// The values of a form, as casework reads them; `None` for a command of another kind.
pub(super) fn values(command: &str, form: &Posted) -> Option<Vec<(&'static str, Option<Value>)>> {
    let text = |name: &'static str| (name, Some(Value::from(form.get(name))));
    let part = || {
        let part = form.get("part").trim();
        ("part", Some(part.parse::<u64>().map_or_else(|_| Value::from(part), Value::from)))
    };
    Some(match command {
        "give-part" => ["unit", "text", "due_on"].map(text).to_vec(),
        "part-done" => vec![part(), text("done_on"), text("result")],
        "take-part-back" => vec![part(), text("reason")],
        "defer" => ["reason", "look_again_on"].map(text).to_vec(),
        "settle-deferred" => ["done_on", "note"].map(text).to_vec(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::commands::body;
    use super::*;

    #[test]
    fn forms_of_parts_become_what_casework_reads() {
        let form = |text: &str| Posted::read(text.as_bytes()).expect("a form");
        let sent = body("part-done", &form("part=2&done_on=2026-12-01&result=r&expected_version=9"));
        assert_eq!(sent, Some(json!({ "part": 2, "done_on": "2026-12-01", "result": "r", "expected_version": 9 })));
        let sent = body("defer", &form("reason=r&look_again_on=2027-03-01"));
        assert_eq!(sent, Some(json!({ "reason": "r", "look_again_on": "2027-03-01" })));
    }
}
