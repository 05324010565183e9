//! Links between matters as forms.

use serde_json::Value;

use super::commands::Choices;
use crate::http::form::{Choice, Field, Posted};

/// What a command asks for; `None` for one of another kind.
pub(super) fn fields(command: &str, with: &Choices<'_>) -> Option<Vec<Field>> {
    let reason = |label: &str| Field::area(3, "reason", label, "Reason").required().most(2_000);
    Some(match command {
        "link" => {
            let kinds =
                vec![Choice::new("same_matter", "同一事项，再次提出"), Choice::new("related", "起因相同的另一事项")];
            vec![
                Field::line("number", "另一件的信访编号", "Number").required().most(40),
                Field::radio(kinds, "kind", "两件是什么关系", "Kind").required(),
                reason("依据（地点、问题、起因；不写是谁提出的）"),
            ]
        }
        "unlink" => {
            let links = with.case.links.iter();
            let choices =
                links.map(|link| Choice::new(link.case_id.to_string(), format!("{}（{}）", link.number, link.kind_zh)));
            vec![
                Field::radio(choices.collect(), "other", "解除与哪一件的关联", "Which").required(),
                reason("解除的理由"),
            ]
        }
        "close-linked" => Vec::new(),
        _ => return None,
    })
}

/// What the button does beyond its name.
pub(super) fn explains(command: &str) -> Option<&'static str> {
    Some(match command {
        "link" => "两件都会记下，随时可以解除；各件的期限、答复和信访人的权利不变。",
        "unlink" => "两件的关联同时解除。",
        "close-linked" => "各件都已送达各自的答复、步骤都已完成，才能一并办结；有一件不能办结的，都不办结。",
        _ => return None,
    })
}

/// What was done, in words.
pub(super) fn done(command: &str) -> Option<&'static str> {
    Some(match command {
        "link" => "已关联。",
        "unlink" => "关联已解除。",
        "close-linked" => "关联的各件已一并办结。",
        _ => return None,
    })
}

/// The values of a form, as casework reads them; `None` for a command of another kind.
pub(super) fn values(command: &str, form: &Posted) -> Option<Vec<(&'static str, Option<Value>)>> {
    let text = |name: &'static str| (name, Some(Value::from(form.get(name).trim())));
    Some(match command {
        "link" => vec![text("number"), text("kind"), text("reason")],
        "unlink" => vec![text("other"), text("reason")],
        "close-linked" => Vec::new(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::commands::body;
    use super::*;

    #[test]
    fn forms_of_links_become_what_casework_reads() {
        let form = |text: &str| Posted::read(text.as_bytes()).expect("a form");
        for (command, typed, sent) in [
            (
                "link",
                "number=+HY-1+&kind=related&reason=r",
                json!({ "number": "HY-1", "kind": "related", "reason": "r" }),
            ),
            ("unlink", "other=o&reason=r", json!({ "other": "o", "reason": "r" })),
            ("close-linked", "expected_version=7", json!({ "expected_version": 7 })),
        ] {
            assert_eq!(body(command, &form(typed)), Some(sent), "{command}");
            assert!(done(command).is_some() && explains(command).is_some(), "{command}");
        }
    }
}
