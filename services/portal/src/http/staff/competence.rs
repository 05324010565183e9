//! Competence and reports between offices as forms (REG-10, REG-15, REG-17).

use serde_json::Value;

use super::commands::{Choices, units};
use crate::domain::{when, words};
use crate::http::form::{Choice, Field, Posted};

/// What a command asks for; `None` for one of another kind.
pub(super) fn fields(command: &str, with: &Choices<'_>) -> Option<Vec<Field>> {
    let ordinary = |name: &str, label: &str| units(with.units, name, label, |unit| unit.kind != "discipline");
    Some(match command {
        "transfer" => vec![
            ordinary("unit", "转送给"),
            Field::area(3, "demand", "要求报告的结果（填写即为交办）", "Demanded result").most(2_000),
            Field::typed("date", "report_by", "办结报告期限（交办时填写）", "Report by")
                .hint("不得晚于本事项的法定办理期限。"),
        ],
        "sign-for" => Vec::new(),
        "refer-competence" => vec![
            ordinary("other", "另一有关单位"),
            Field::area(4, "reason", "争议情况和本单位意见", "What is disputed").required().most(2_000),
        ],
        "decide-competence" => {
            let mut assisting = ordinary("assisting", "协办单位（没有可不选）");
            assisting.required = false;
            vec![
                ordinary("unit", "主办单位"),
                assisting,
                Field::area(4, "reason", "决定理由", "Reason").required().most(2_000),
            ]
        }
        "report-result" => vec![
            Field::area(4, "found", "查明的情况", "What was found").required().most(20_000),
            Field::area(4, "done", "办理结果", "What was done").required().most(20_000),
        ],
        "report-up" => {
            let levels = ["own", "next", "state"].map(|code| Choice::new(code, words::report_level(code))).to_vec();
            vec![
                Field::radio(levels, "level", "报告给", "To whom").required(),
                Field::typed("date", "reported_on", "报告日期", "Day")
                    .value(&when::city_date(with.now).to_string())
                    .required(),
                Field::area(6, "report", "报告内容", "What was reported").required().most(20_000),
            ]
        }
        _ => return None,
    })
}

/// What the button does beyond its name.
pub(super) fn explains(command: &str) -> Option<&'static str> {
    Some(match command {
        "transfer" => {
            "告知信访人去向；对方15日内决定是否受理，5个工作日内可以提出异议。交办的，对方须按期报送办结报告。"
        }
        "sign-for" => "签收后，转送单位能看到由谁收件；期限从转送之日起计算，不因签收早晚改变。",
        "refer-competence" => "由共同的上一级信访机构确定主办和协办单位；期限照常计算。",
        "decide-competence" => "告知信访人由谁办理；期限照常计算。",
        "report-result" => "报给交办单位；信访人不会看到。",
        "report-up" => "首接责任和办理期限不变；简易办理的随即转为普通程序。",
        _ => return None,
    })
}

/// What was done, in words.
pub(super) fn done(command: &str) -> Option<&'static str> {
    Some(match command {
        "transfer" => "已转送，信访人会收到告知。",
        "sign-for" => "已签收，转送单位可以看到。",
        "refer-competence" => "已报请确定管辖，等待上一级决定。",
        "decide-competence" => "管辖已确定，有关单位和信访人会收到告知。",
        "report-result" => "办结报告已报送。",
        "report-up" => "报告已登记。",
        _ => return None,
    })
}

/// The values of a form, as casework reads them; `None` for a command of another kind.
pub(super) fn values(command: &str, form: &Posted) -> Option<Vec<(&'static str, Option<Value>)>> {
    let text = |name: &'static str| (name, Some(Value::from(form.get(name))));
    let given = |name: &'static str| (name, form.some(name).map(Value::from));
    let list = |name: &str| Some(form.some(name).map(Value::from).into_iter().collect::<Value>());
    Some(match command {
        "transfer" => vec![text("unit"), given("demand"), given("report_by")],
        "sign-for" => Vec::new(),
        "refer-competence" => vec![("others", list("other")), text("reason")],
        "decide-competence" => vec![text("unit"), ("assisting", list("assisting")), text("reason")],
        "report-result" => vec![text("found"), text("done")],
        "report-up" => vec![text("level"), text("reported_on"), ("text", Some(Value::from(form.get("report"))))],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::commands::body;
    use super::*;

    #[test]
    fn forms_between_offices_become_what_casework_reads() {
        let form = |text: &str| Posted::read(text.as_bytes()).expect("a form");
        for (command, typed, sent) in [
            ("transfer", "unit=u&demand=&report_by=", json!({ "unit": "u" })),
            (
                "transfer",
                "unit=u&demand=d&report_by=2026-12-30",
                json!({ "unit": "u", "demand": "d", "report_by": "2026-12-30" }),
            ),
            ("sign-for", "expected_version=3", json!({ "expected_version": 3 })),
            ("refer-competence", "other=o&reason=r", json!({ "others": ["o"], "reason": "r" })),
            (
                "decide-competence",
                "unit=u&assisting=&reason=r&expected_version=4",
                json!({ "unit": "u", "assisting": [], "reason": "r", "expected_version": 4 }),
            ),
            ("report-result", "found=f&done=d", json!({ "found": "f", "done": "d" })),
            (
                "report-up",
                "level=own&reported_on=2026-11-30&report=t",
                json!({ "level": "own", "reported_on": "2026-11-30", "text": "t" }),
            ),
        ] {
            assert_eq!(body(command, &form(typed)), Some(sent), "{command}");
            assert!(done(command).is_some() && explains(command).is_some(), "{command}");
        }
    }
}
