//! The library, the plan, and the leaders asked (SZ-07, SZ-08, SZ-14, JX-06), as forms.

use serde_json::Value;

use super::commands::Choices;
use crate::domain::words;
use crate::http::form::{Choice, Field, Posted};
use crate::upstream::leading::Leader;

/// What a command asks for; `None` for one of another kind.
pub(super) fn fields(command: &str, with: &Choices<'_>) -> Option<Vec<Field>> {
    let reason = |label: &str| Field::area(3, "reason", label, "Reason").required().most(2_000);
    Some(match command {
        "add-to-library" => vec![
            Field::line("field", "所属领域", "Field").hint("例如：住建、社保、交通").required().most(200),
            reason("为什么适合领导包案（只写事项，不写信访人）"),
        ],
        "remove-from-library" => vec![reason("移出理由")],
        "plan" => vec![
            Field::area(6, "text", "化解方案：怎么办、谁来办", "Plan").required().most(20_000),
            Field::typed("date", "until", "完成日期", "Until").required(),
        ],
        "select-leader" => {
            let quarters = with.leaders.asked_for.iter().map(|code| Choice::new(code, words::quarter(code)));
            vec![
                Field::select(leaders(with), "leader", "提请哪位领导", "Leader").hint(found(with)).required(),
                Field::radio(quarters.collect(), "quarter", "哪个季度", "Quarter").required(),
            ]
        }
        "instruct" => vec![Field::area(4, "text", "阅批意见：请谁办、怎么办", "Instruction").required().most(2_000)],
        "answer-selection" => {
            let answers = vec![Choice::new("yes", "同意包案"), Choice::new("no", "不同意")];
            vec![
                Field::radio(answers, "agrees", "是否同意", "Answer").required(),
                Field::area(3, "reason", "不同意的理由", "Reason").most(2_000),
            ]
        }
        "publish-selection" => vec![
            Field::area(3, "summary", "公示的事项（不含姓名、住址等个人信息）", "Summary")
                .hint("任何人都能看到，请只写事项。")
                .required()
                .most(2_000),
        ],
        _ => return None,
    })
}

/// Those of the district, after whom the rule finds for the matter, who may be of a district above (QD-01).
fn leaders(with: &Choices<'_>) -> Vec<Choice> {
    let by_rule = with.case.leader_by_rule.as_ref();
    let choice = |leader: &Leader| Choice::new(leader.staff_id.to_string(), told(leader));
    let first = by_rule.map(|found| {
        let known = with.leaders.leaders.iter().find(|leader| leader.staff_id == found.staff_id);
        let name = found.name.clone().unwrap_or_else(|| "按规则确定的领导".to_owned());
        let text = known.map_or(name, told);
        Choice::new(found.staff_id.to_string(), format!("{text}（{}）", found.why_zh))
    });
    let others =
        with.leaders.leaders.iter().filter(|leader| by_rule.is_none_or(|found| found.staff_id != leader.staff_id));
    first.into_iter().chain(others.map(choice)).collect()
}

fn found(with: &Choices<'_>) -> &'static str {
    if with.case.leader_by_rule.is_some() { "排在第一位的，是按制度应当包案的领导。" } else { "" }
}

/// A leader to choose, with what is still owed.
fn told(leader: &Leader) -> String {
    let post = leader.post.as_deref().map(|post| format!("（{post}）")).unwrap_or_default();
    let owes = if leader.owes_in_quarter > 0 {
        format!("，本季度还差{}件", leader.owes_in_quarter)
    } else {
        format!("，本季度已包案{}件", leader.taken)
    };
    format!("{}{post}{owes}", leader.name)
}

/// What the button does beyond its name.
pub(super) fn explains(command: &str) -> Option<&'static str> {
    Some(match command {
        "add-to-library" => "列入后由信访部门提请领导包案；办理期限不变。",
        "plan" => "一件事一个方案；重新填写会替换原来的方案。",
        "select-leader" => "领导会收到通知，同意后才能公示。",
        "instruct" => "办理人员会收到通知；办理期限不变。",
        "answer-selection" => "同意后由您负责包案；不同意的，请写明理由，以便另行提请。",
        "publish-selection" => "在网站上公示领导、季度、办理单位和事项摘要。",
        _ => return None,
    })
}

/// What was done, in words.
pub(super) fn done(command: &str) -> Option<&'static str> {
    Some(match command {
        "add-to-library" => "已列入案件库。",
        "remove-from-library" => "已移出案件库。",
        "plan" => "化解方案已登记。",
        "select-leader" => "已提请，等待领导答复。",
        "instruct" => "阅批已登记，已通知办理人员。",
        "answer-selection" => "答复已登记。",
        "publish-selection" => "已公示。",
        _ => return None,
    })
}

/// The values of a form, as casework reads them; `None` for a command of another kind.
pub(super) fn values(command: &str, form: &Posted) -> Option<Vec<(&'static str, Option<Value>)>> {
    let text = |name: &'static str| (name, Some(Value::from(form.get(name))));
    Some(match command {
        "add-to-library" => ["field", "reason"].map(text).to_vec(),
        "remove-from-library" => vec![text("reason")],
        "plan" => ["text", "until"].map(text).to_vec(),
        "select-leader" => ["leader", "quarter"].map(text).to_vec(),
        "answer-selection" => vec![
            ("agrees", form.some("agrees").map(|answer| Value::from(answer == "yes"))),
            ("reason", form.some("reason").map(Value::from)),
        ],
        "instruct" => vec![text("text")],
        "publish-selection" => vec![text("summary")],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::commands::body;
    use super::*;

    #[test]
    fn forms_of_the_library_become_what_casework_reads() {
        let form = |text: &str| Posted::read(text.as_bytes()).expect("a form");
        assert_eq!(body("answer-selection", &form("agrees=yes&reason=")), Some(json!({ "agrees": true })));
        assert_eq!(
            body("answer-selection", &form("agrees=no&reason=r")),
            Some(json!({ "agrees": false, "reason": "r" }))
        );
        assert_eq!(body("answer-selection", &form("agrees=&reason=")), Some(json!({})), "casework names what lacks");
    }
}
