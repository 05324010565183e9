//! Mediation and settlement (调解、和解) as forms.

use serde_json::{Value, json};

use super::commands::Choices;
use crate::domain::when;
use crate::http::form::{Choice, Field, Posted};

/// As many duties as the form has lines for; the interface takes more.
const LINES: usize = 4;

/// What a command asks for; `None` for one of another kind.
pub(super) fn fields(command: &str, with: &Choices<'_>) -> Option<Vec<Field>> {
    let today = when::city_date(with.now).to_string();
    Some(match command {
        "settlement" => {
            let kinds = vec![Choice::new("mediation", "调解"), Choice::new("settlement", "和解")];
            let signers = with.signers.iter().map(|card| {
                let post = card.post.as_deref().map(|post| format!("（{post}）")).unwrap_or_default();
                Choice::new(card.staff_id.to_string(), format!("{}{post}", card.name))
            });
            let mut fields = vec![
                Field::radio(kinds, "kind", "达成协议的方式", "Kind").required(),
                Field::typed("date", "agreed_on", "协议日期", "Day of the agreement").value(&today).required(),
                Field::area(4, "facts_found", "查明的事实", "Facts found").required().most(20_000),
                Field::area(5, "terms", "协议主要内容", "Terms").required().most(20_000),
                Field::select(signers.collect(), "signed_by", "代表单位签署的人", "Signed by").required(),
            ];
            for n in 0..LINES {
                let (text, due_on) = (format!("duties.{n}.text"), format!("duties.{n}.due_on"));
                let nth = n + 1;
                fields.push(Field::line(&text, &format!("约定事项{nth}（由单位或者对方履行的）"), "Duty").most(2_000));
                fields.push(Field::typed("date", &due_on, &format!("约定事项{nth}的履行期限"), "Due on"));
            }
            fields
        }
        "duty-done" => {
            let duties = with.case.agreement.iter().flat_map(|agreed| &agreed.duties);
            let open = duties.filter(|duty| duty.done_on.is_none());
            let choices = open.map(|duty| {
                let words = format!("{}（{}前）", duty.text, when::date(duty.due_on));
                Choice::new(duty.nth.to_string(), words)
            });
            vec![
                Field::radio(choices.collect(), "duty", "履行了哪一项", "Duty").required(),
                Field::typed("date", "done_on", "履行日期", "Done on").value(&today).required(),
                Field::area(3, "note", "怎样履行的", "How").required().most(2_000),
            ]
        }
        _ => return None,
    })
}

/// What the button does beyond its name.
pub(super) fn explains(command: &str) -> Option<&'static str> {
    Some(match command {
        "settlement" => "以协议代替处理意见，随后按协议答复；信访人申请复查的权利不变。只登记单位和对方要做的事。",
        "duty-done" => "到期没有履行的，会提醒承办人、单位负责人和督查员。",
        _ => return None,
    })
}

/// What was done, in words.
pub(super) fn done(command: &str) -> Option<&'static str> {
    Some(match command {
        "settlement" => "协议已登记，可以据此答复。",
        "duty-done" => "履行情况已登记。",
        _ => return None,
    })
}

/// The values of a form, as casework reads them; `None` for a command of another kind.
pub(super) fn values(command: &str, form: &Posted) -> Option<Vec<(&'static str, Option<Value>)>> {
    let text = |name: &'static str| (name, Some(Value::from(form.get(name))));
    Some(match command {
        "settlement" => {
            // A line with a day and no words, or the other way round, goes on as it is, so that casework names the field.
            let duties = (0..LINES).filter_map(|n| {
                let (words, due_on) = (form.get(&format!("duties.{n}.text")), form.get(&format!("duties.{n}.due_on")));
                let is_empty = words.trim().is_empty() && due_on.trim().is_empty();
                (!is_empty).then(|| json!({ "text": words, "due_on": due_on }))
            });
            let duties = Value::Array(duties.collect());
            let texts = ["kind", "agreed_on", "facts_found", "terms", "signed_by"].map(text);
            texts.into_iter().chain([("duties", Some(duties))]).collect()
        }
        "duty-done" => {
            let duty = form.get("duty").trim();
            let duty = duty.parse::<u64>().map_or_else(|_| Value::from(duty), Value::from);
            vec![("duty", Some(duty)), text("done_on"), text("note")]
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::commands::body;
    use super::*;

    #[test]
    fn forms_of_an_agreement_become_what_casework_reads() {
        let form = |text: &str| Posted::read(text.as_bytes()).expect("a form");
        let typed = "kind=mediation&agreed_on=2026-11-30&facts_found=f&terms=t&signed_by=s&duties.0.text=a\
            &duties.0.due_on=2026-12-30&duties.1.text=&duties.1.due_on=&duties.2.text=b&duties.2.due_on=";
        let sent = json!({
            "kind": "mediation", "agreed_on": "2026-11-30", "facts_found": "f", "terms": "t", "signed_by": "s",
            "duties": [{ "text": "a", "due_on": "2026-12-30" }, { "text": "b", "due_on": "" }],
        });
        assert_eq!(body("settlement", &form(typed)), Some(sent));
        let done = body("duty-done", &form("duty=2&done_on=2026-12-01&note=n&expected_version=9"));
        assert_eq!(done, Some(json!({ "duty": 2, "done_on": "2026-12-01", "note": "n", "expected_version": 9 })));
    }
}
