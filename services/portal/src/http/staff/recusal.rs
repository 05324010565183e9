//! Who has an interest in a matter has no part in it (回避; REG-26).

use serde_json::Value;

use super::commands::Choices;
use crate::http::form::{Choice, Field, Posted};

/// What the command asks for; `None` for one of another kind.
pub(super) fn fields(command: &str, with: &Choices<'_>) -> Option<Vec<Field>> {
    if command != "recuse" {
        return None;
    }
    let mut who = vec![Choice::new("", "本人")];
    who.extend(with.case.line.officer.map(|id| Choice::new(id.to_string(), "承办人（由单位负责人决定）")));
    Some(vec![
        Field::radio(who, "person", "谁回避", "Who").value(""),
        Field::area(3, "reason", "与本事项或者信访人有什么利害关系", "Reason").required().most(2_000),
    ])
}

/// What the button does beyond its name.
pub(super) fn explains(command: &str) -> Option<&'static str> {
    (command == "recuse").then_some(
        "与事项或者信访人有直接利害关系的，应当回避，不再参与办理；承办人回避的，请另行交办。理由不告知信访人。",
    )
}

/// What was done, in words.
pub(super) fn done(command: &str) -> Option<&'static str> {
    (command == "recuse").then_some("回避已登记。")
}

/// The values of the form, as casework reads them; `None` for a command of another kind.
pub(super) fn values(command: &str, form: &Posted) -> Option<Vec<(&'static str, Option<Value>)>> {
    let given = |name: &'static str| (name, form.some(name).map(Value::from));
    (command == "recuse").then(|| vec![given("person"), ("reason", Some(Value::from(form.get("reason"))))])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::commands::body;
    use super::*;

    #[test]
    fn a_recusal_becomes_what_casework_reads() {
        let form = |text: &str| Posted::read(text.as_bytes()).expect("a form");
        let own = form("person=&reason=r&expected_version=4");
        assert_eq!(body("recuse", &own), Some(json!({ "reason": "r", "expected_version": 4 })));
        assert_eq!(body("recuse", &form("person=p&reason=r")), Some(json!({ "person": "p", "reason": "r" })));
    }
}
