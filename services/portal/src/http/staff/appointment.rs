//! An appointment with a leader (精准约访; QD-02), as forms.

use serde_json::Value;

use super::commands::Choices;
use crate::domain::when;
use crate::http::form::{Field, Posted};

/// What a command asks for; `None` for one of another kind.
pub(super) fn fields(command: &str, with: &Choices<'_>) -> Option<Vec<Field>> {
    let today = when::city_date(with.now).to_string();
    Some(match command {
        "ask-appointment" => {
            vec![Field::area(3, "wish", "信访人的希望（想见哪位领导、什么时间、需要什么协助）", "Wish").most(2_000)]
        }
        "material" => vec![
            Field::area(8, "text", "事项经过、以往办理情况、本单位意见、建议共同参加的单位", "Material")
                .hint("供接访领导阅看。")
                .required()
                .most(20_000),
        ],
        "consultation" => vec![
            Field::typed("date", "held_on", "会办日期", "Held on").value(&today).required(),
            Field::area(2, "present", "参加单位和人员", "Present").required().most(2_000),
            Field::area(4, "agreed", "会办商定的意见", "Agreed").required().most(2_000),
        ],
        _ => return None,
    })
}

/// What the button does beyond its name.
pub(super) fn explains(command: &str) -> Option<&'static str> {
    Some(match command {
        "ask-appointment" => "登记后由办理单位准备材料，再确定时间地点；一个月内形成化解方案。",
        "material" => "提交后由接访安排人员为信访人预约时间地点。",
        "consultation" => "会办以后才能登记化解方案。",
        _ => return None,
    })
}

/// What was done, in words.
pub(super) fn done(command: &str) -> Option<&'static str> {
    Some(match command {
        "ask-appointment" => "约访申请已登记，已通知办理单位准备材料。",
        "material" => "约访材料已提交。",
        "consultation" => "协商会办已登记。",
        _ => return None,
    })
}

/// The values of a form, as casework reads them; `None` for a command of another kind.
pub(super) fn values(command: &str, form: &Posted) -> Option<Vec<(&'static str, Option<Value>)>> {
    let text = |name: &'static str| (name, Some(Value::from(form.get(name))));
    Some(match command {
        "ask-appointment" => vec![("wish", form.some("wish").map(Value::from))],
        "material" => vec![text("text")],
        "consultation" => ["held_on", "present", "agreed"].map(text).to_vec(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::commands::body;
    use super::*;

    #[test]
    fn forms_of_an_appointment_become_what_casework_reads_qd_02() {
        let form = |text: &str| Posted::read(text.as_bytes()).expect("a form");
        assert_eq!(body("ask-appointment", &form("wish=")), Some(json!({})));
        assert_eq!(body("material", &form("text=m")), Some(json!({ "text": "m" })));
        let consulted = body("consultation", &form("held_on=2026-02-05&present=p&agreed=a"));
        assert_eq!(consulted, Some(json!({ "held_on": "2026-02-05", "present": "p", "agreed": "a" })));
    }
}
