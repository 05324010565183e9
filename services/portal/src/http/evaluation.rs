//! The form with which the handling of a matter is rated (满意度评价; REG-07): by the petitioner, and by a clerk for one who phones or comes.

use serde_json::{Map, Value};

use super::form::{Choice, Field, Posted, Sheet};
use crate::domain::words;
use crate::upstream::intake::Evaluation;

/// Two bodies, each rated once; what is not done; in one's own words.
pub(super) fn sheet(evaluation: &Evaluation) -> Sheet {
    let scale: Vec<Choice> = evaluation.scale.iter().map(|code| Choice::new(code, words::rating(code))).collect();
    let rated = |name: &str, label: &str, en: &str, given: Option<&String>| {
        Field::radio(scale.clone(), name, label, en).value(given.map_or("", String::as_str))
    };
    let disputes = ["not_carried_out", "not_received"].map(|code| Choice::new(code, words::dispute(code)));
    let disputes = std::iter::once(Choice::new("", "没有这种情况")).chain(disputes).collect();
    Sheet::plain(vec![
        rated("unit", "办理单位：事情办得怎么样", "The body that answered", evaluation.unit.as_ref()),
        rated("office", "信访部门：接待、转办、告知怎么样", "The petition office", evaluation.office.as_ref()),
        Field::radio(disputes, "dispute", "有没有下面的情况", "Is something not done"),
        Field::area(3, "words", "想说的话（可不填）", "In your words, optional")
            .hint("只给信访部门看，不给办理单位看。")
            .most(1_000),
        Field::tick("no_return_visit", "不需要回访，请不要再联系我", "No return visit, please"),
    ])
}

/// The form as intake reads it.
pub(super) fn body(form: &Posted) -> Map<String, Value> {
    let mut body = Map::new();
    for name in ["office", "unit", "dispute", "words"] {
        if let Some(value) = form.some(name) {
            body.insert(name.to_owned(), Value::from(value));
        }
    }
    if form.ticked("no_return_visit") {
        body.insert("no_return_visit".to_owned(), Value::from(true));
    }
    body
}
