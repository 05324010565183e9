//! The commands of a case as forms: what each asks for, and how its answer is written for casework.

use serde_json::{Map, Value, json};

use super::{
    after, appointment, competence, filing, leading, links, parting, procedure, recusal, settlement, supervise,
};
use crate::domain::{when, words};
use crate::http::form::{Choice, Field, Posted, Sheet};
use crate::upstream::casework::Case;
use crate::upstream::directory::{StaffCard, Unit};
use crate::upstream::leading::Leaders;

/// What the forms of a case choose from.
pub(super) struct Choices<'a> {
    pub(super) case: &'a Case,
    /// All units.
    pub(super) units: &'a [Unit],
    /// The unit whose officers may be named.
    pub(super) officers_of: &'a str,
    pub(super) officers: &'a [StaffCard],
    /// Who may have headed a supervision visit (SZ-11).
    pub(super) heads: &'a [StaffCard],
    /// Who may sign an agreement for the responsible unit (REG-27).
    pub(super) signers: &'a [StaffCard],
    /// Who may be asked to take the case, and for which quarters (SZ-08, SZ-14).
    pub(super) leaders: &'a Leaders,
    /// The reader's unit.
    pub(super) own_unit: &'a str,
    /// For dates filled in beforehand.
    pub(super) now: chrono::DateTime<chrono::Utc>,
}

/// The five conditions for settling on the spot (WH-04).
pub(super) const CONDITIONS: [(&str, &str); 5] = [
    ("reasonable", "诉求合理"),
    ("facts_clear", "事实清楚"),
    ("lawful_basis", "有法可依"),
    ("evidence_sufficient", "证据充分"),
    ("solvable_here", "能够现场解决"),
];

/// Why a review is not taken up (A6).
const REVIEW_GROUNDS: [(&str, &str); 3] = [
    ("review_too_late", "无正当理由超过30日提出"),
    ("review_skips_level", "越级提出，应向原办理机关的上一级机关申请"),
    ("other_body", "不属于本机关职权范围"),
];

const REQUEST_OUTCOMES: [&str; 3] = ["supported", "explained", "not_supported"];
const SUGGESTION_OUTCOMES: [&str; 3] = ["adopted", "partly_adopted", "not_adopted"];

pub(super) fn grades() -> Vec<Choice> {
    ["ordinary", "complex", "wide"].map(|code| Choice::new(code, words::grade(code))).to_vec()
}

fn reason(label: &str) -> Field {
    Field::area(3, "reason", label, "Reason").required().most(2_000)
}

pub(super) fn units(given: &[Unit], name: &str, label: &str, fits: impl Fn(&Unit) -> bool) -> Field {
    let mut choices: Vec<Choice> = given
        .iter()
        .filter(|unit| unit.active && fits(unit))
        .map(|unit| Choice::new(unit.code.as_str(), &unit.name).group(words::unit_kind(&unit.kind)))
        .collect();
    choices.sort_by(|a, b| a.group.cmp(&b.group));
    Field::select(choices, name, label, "Unit").required()
}

/// The form of a command; `None` for one that no page offers.
pub(super) fn sheet(command: &str, with: &Choices<'_>) -> Option<Sheet> {
    let case = with.case;
    let fields = match command {
        "point" => vec![
            Field::line("to_body", "应当向哪个机关提出", "Competent body").required().most(200),
            Field::select(roads(), "road", "法定途径（申诉求决应当通过下列途径处理的选填）", "Procedure"),
            Field::area(4, "text", "告知信访人的内容", "Notice").required().most(2_000),
        ],
        "decline" => {
            let grounds: Vec<Choice> =
                case.grounds.iter().map(|ground| Choice::new(&ground.code, &ground.zh)).collect();
            let ground = if grounds.is_empty() {
                Field::line("code", "不予受理的依据（制度中的代码）", "Ground")
                    .hint("例如：finally_reviewed")
                    .required()
                    .most(200)
            } else {
                Field::radio(grounds, "code", "不予受理的依据", "Ground").required()
            };
            vec![ground, Field::area(4, "text", "告知信访人的内容", "Notice").required().most(2_000)]
        }
        "forward" => vec![units(with.units, "unit", "转送给", |unit| unit.kind == "discipline")],
        "assign" => {
            let officers = with.officers.iter().map(|card| {
                let post = card.post.as_deref().map(|post| format!("（{post}）")).unwrap_or_default();
                Choice::new(card.staff_id.to_string(), format!("{}{post}", card.name))
            });
            vec![Field::select(officers.collect(), "officer", "承办人", "Officer").required()]
        }
        "object" => {
            vec![Field::area(4, "reason", "为什么不属于本单位职权，应由谁办理", "Reason").required().most(2_000)]
        }
        "answer-objection" => vec![
            Field::radio(
                vec![Choice::new("yes", "同意，退回本单位"), Choice::new("no", "不同意，由对方办理")],
                "agree",
                "核实意见",
                "Answer",
            )
            .required(),
            reason("核实情况"),
        ],
        "waive" => {
            let open =
                case.steps.iter().filter(|step| step.in_principle && matches!(step.stands.as_str(), "open" | "later"));
            let choices = open.map(|step| Choice::new(&step.code, &step.zh)).collect();
            vec![Field::radio(choices, "step", "免除哪一步", "Step").required(), reason("免除的理由")]
        }
        "hand-over" => vec![units(with.units, "unit", "移交给", |unit| unit.kind != "discipline"), reason("移交理由")],
        "steps" => {
            let open = case.steps.iter().filter(|step| step.stands == "open");
            let by = |step: &crate::upstream::casework::Step| format!("{}（{}）", step.zh, step.by_zh);
            let choices = open.map(|step| Choice::new(&step.code, by(step))).collect();
            vec![
                Field::radio(choices, "step", "完成了哪一步", "Step").required(),
                Field::area(4, "note", "做了什么、结果如何", "Note").required().most(2_000),
            ]
        }
        "propose" => {
            let outcomes = if case.line.class == "suggestion" { SUGGESTION_OUTCOMES } else { REQUEST_OUTCOMES };
            let choices = outcomes.map(|code| Choice::new(code, words::outcome(code))).to_vec();
            vec![
                Field::radio(choices, "outcome", "处理结果", "Outcome").required(),
                Field::area(5, "facts_found", "查明的事实和理由", "Facts found").required().most(20_000),
                Field::area(5, "opinion", "处理意见", "Opinion").required().most(20_000),
                Field::area(3, "legal_basis", "法律法规依据", "Legal basis").required().most(20_000),
                Field::area(2, "cause_found", "产生原因（不含个人信息）", "Cause").most(2_000),
                Field::area(2, "opinion_summary", "处理意见摘要（不含个人信息，用于台账）", "Summary of the opinion")
                    .most(2_000),
                Field::area(2, "result_summary", "办理结果摘要（不含个人信息，用于台账）", "Summary of the result")
                    .most(2_000),
                Field::tick("hardship", "信访人生活确有困难，一并转帮扶救助", "Real hardship"),
            ]
        }
        "return" => vec![reason("退回修改的理由")],
        "deliver" => {
            let means =
                ["当面送达", "挂号邮寄", "网上送达", "留置送达"].map(|means| Choice::new(means, means)).to_vec();
            vec![
                Field::select(means, "means", "送达方式", "Means").required(),
                Field::typed("datetime-local", "delivered_at", "送达时间", "Delivered at")
                    .value(&when::to_type(with.now))
                    .required(),
                Field::line("receipt", "送达回证编号（没有可不填）", "Receipt").most(200),
            ]
        }
        "extend" => vec![
            Field::typed("number", "days", "延长多少天", "Days").keys("numeric").hint("合计不超过30天。").required(),
            reason("延长理由（会告诉信访人）"),
        ],
        "grade" => vec![Field::radio(grades(), "grade", "调整为", "Grade").required(), reason("调整理由")],
        "settle-on-spot" => {
            let mut fields: Vec<Field> =
                CONDITIONS.iter().map(|(code, zh)| Field::tick(&format!("conditions.{code}"), zh, "")).collect();
            fields.push(Field::area(4, "result", "怎样解决的", "What was done").required().most(20_000));
            fields.push(Field::area(2, "result_summary", "结果摘要（不含个人信息）", "Summary").required().most(2_000));
            fields
        }
        "decline-review" => {
            let grounds = REVIEW_GROUNDS.map(|(code, zh)| Choice::new(code, zh)).to_vec();
            vec![
                Field::radio(grounds, "code", "不予受理的依据", "Ground").required(),
                Field::area(4, "text", "告知信访人的内容", "Notice").required().most(2_000),
            ]
        }
        "hearing" => vec![
            Field::typed("date", "from", "听证开始日期", "First day").required(),
            Field::typed("date", "to", "听证结束日期", "Last day").required(),
            Field::area(3, "note", "听证事项，或者听证情况", "Note").required().most(2_000),
        ],
        "propose-review" => {
            let results = ["upheld", "changed", "withdrawn", "redo"];
            let results = results.map(|code| Choice::new(code, words::review_result(code))).to_vec();
            let outcomes = if case.line.class == "suggestion" { SUGGESTION_OUTCOMES } else { REQUEST_OUTCOMES };
            let outcomes = outcomes.map(|code| Choice::new(code, words::outcome(code))).to_vec();
            vec![
                Field::radio(results, "result", "结论", "Result").required(),
                Field::select(outcomes, "outcome", "变更或者撤销后的处理结果", "Outcome")
                    .hint("只有变更、撤销时填写。"),
                Field::area(5, "facts_found", "查明的事实", "Facts found").required().most(20_000),
                Field::area(5, "opinion", "复查复核意见", "Opinion").required().most(20_000),
                Field::area(3, "legal_basis", "法律法规依据", "Legal basis").required().most(20_000),
            ]
        }
        "approve" | "close" | "take" => Vec::new(),
        other => procedure::fields(other, with)
            .or_else(|| links::fields(other, with))
            .or_else(|| competence::fields(other, with))
            .or_else(|| settlement::fields(other, with))
            .or_else(|| parting::fields(other, with))
            .or_else(|| leading::fields(other, with))
            .or_else(|| appointment::fields(other, with))
            .or_else(|| after::fields(other, with))
            .or_else(|| filing::fields(other, with))
            .or_else(|| recusal::fields(other, with))
            .or_else(|| supervise::fields(other, with))?,
    };
    let mut sheet = Sheet::plain(fields).hide("expected_version", &case.line.version.to_string());
    if command == "assign" {
        sheet = sheet.hide("unit", with.officers_of);
    }
    if command == "extend" {
        sheet = sheet.hide("kind", &case.line.grade);
    }
    Some(sheet.prefixed(command))
}

/// What the button does beyond its name, where that is worth saying.
pub(super) fn explains(command: &str) -> &'static str {
    match command {
        "accept" => "受理后开始计算办理期限，并告知信访人。",
        "point" => "告知信访人应当找哪个机关，本件随即办结。",
        "decline" | "decline-review" => "只能依据制度列明的理由；告知信访人理由和去处。",
        "forward" => "检举控告只转纪检监察机关，内容不经其他单位。",
        "approve" => "同意后按顺序进入下一级审批或答复。",
        "reply" => "按审定的意见生成《信访处理意见书》，包括投诉请求、事实和理由、处理意见、法律法规依据。",
        "close" => "答复已送达、各步骤已完成，可以办结。",
        "hand-over" => "责任转移，期限不变。",
        "object" => "收到转送之日起5个工作日内、一次为限；对方核实同意才退回。",
        "answer-objection" => "同意的，事项退回本单位，期限不变。",
        "waive" => "只有“原则上”的步骤可以免除；理由留存。",
        "take" => "包案后由您负责到底；各项包案责任会列入办理步骤。",
        "hearing" => "复核听证所需时间不计入期限；复查听证计入。重新登记会替换原来的日期。",
        "propose-review" => "意见由他人审批后出具复查（复核）意见书；责令重新办理的，原单位不得作出相同意见。",
        "extend" => "须由规定的负责人批准；理由会告诉信访人。",
        other => procedure::explains(other)
            .or_else(|| links::explains(other))
            .or_else(|| competence::explains(other))
            .or_else(|| settlement::explains(other))
            .or_else(|| parting::explains(other))
            .or_else(|| leading::explains(other))
            .or_else(|| appointment::explains(other))
            .or_else(|| after::explains(other))
            .or_else(|| filing::explains(other))
            .or_else(|| recusal::explains(other))
            .or_else(|| supervise::explains(other))
            .unwrap_or_default(),
    }
}

/// What was done, in words.
pub(super) fn done(command: &str) -> Option<&'static str> {
    Some(match command {
        "accept" => "已受理。",
        "point" => "已告知信访人向有权机关提出。",
        "decline" => "已作出不予受理决定。",
        "forward" => "已转送纪检监察机关。",
        "assign" => "已交办。",
        "hand-over" => "已移交。",
        "object" => "异议已提出，等待对方核实。",
        "answer-objection" => "异议已答复。",
        "waive" => "已免除，理由留存。",
        "take" => "已包案。",
        "steps" => "步骤已记录。",
        "propose" => "处理意见已提交审批。",
        "approve" => "已审批同意。",
        "return" => "已退回修改。",
        "reply" => "处理意见书已出具。",
        "deliver" => "送达已登记。",
        "close" => "已办结。",
        "extend" => "期限已延长。",
        "grade" => "类别已调整。",
        "settle-on-spot" => "已现场解决并办结。",
        "decline-review" => "已作出不予受理复查复核的决定。",
        "hearing" => "听证已登记。",
        "propose-review" => "复查复核意见已提交审批。",
        other => {
            return procedure::done(other)
                .or_else(|| links::done(other))
                .or_else(|| competence::done(other))
                .or_else(|| settlement::done(other))
                .or_else(|| parting::done(other))
                .or_else(|| leading::done(other))
                .or_else(|| appointment::done(other))
                .or_else(|| after::done(other))
                .or_else(|| filing::done(other))
                .or_else(|| recusal::done(other))
                .or_else(|| supervise::done(other));
        }
    })
}

/// The form as casework reads it.
pub(super) fn body(command: &str, form: &Posted) -> Option<Value> {
    let mut body = Map::new();
    // Of the commands that have a file of their own.
    let mut own = Vec::new();
    let mut text = |names: &[&str]| {
        for name in names {
            body.insert((*name).to_owned(), Value::from(form.get(name)));
        }
    };
    match command {
        "point" => text(&["to_body", "text"]),
        "decline" | "decline-review" => text(&["code", "text"]),
        "forward" => text(&["unit"]),
        "assign" => text(&["officer", "unit"]),
        "hand-over" => text(&["unit", "reason"]),
        "steps" => text(&["step", "note"]),
        "waive" => text(&["step", "reason"]),
        "propose" => text(&["outcome", "opinion", "legal_basis", "facts_found"]),
        "return" | "object" | "answer-objection" => text(&["reason"]),
        "deliver" => text(&["means"]),
        "extend" => text(&["kind", "reason"]),
        "grade" => text(&["grade", "reason"]),
        "hearing" => text(&["from", "to", "note"]),
        "propose-review" => text(&["result", "facts_found", "opinion", "legal_basis"]),
        "settle-on-spot" => text(&["result", "result_summary"]),
        "approve" | "close" | "take" => {}
        other => {
            own = procedure::values(other, form)
                .or_else(|| links::values(other, form))
                .or_else(|| competence::values(other, form))
                .or_else(|| settlement::values(other, form))
                .or_else(|| parting::values(other, form))
                .or_else(|| leading::values(other, form))
                .or_else(|| appointment::values(other, form))
                .or_else(|| after::values(other, form))
                .or_else(|| filing::values(other, form))
                .or_else(|| recusal::values(other, form))
                .or_else(|| supervise::values(other, form))?;
        }
    }
    let given = |name: &str| form.some(name).map(Value::from);
    let further: Vec<(&str, Option<Value>)> = match command {
        "point" => vec![("road", given("road"))],
        "propose" => vec![
            ("hardship", Some(Value::from(form.ticked("hardship")))),
            ("cause_found", given("cause_found")),
            ("opinion_summary", given("opinion_summary")),
            ("result_summary", given("result_summary")),
        ],
        // What is no instant and no number goes on as it is, so that casework names the field.
        "deliver" => vec![
            ("delivered_at", Some(Value::from(when::typed_or_as_it_is(form.get("delivered_at"))))),
            ("receipt", given("receipt")),
        ],
        "extend" => {
            let days = form.get("days").trim();
            vec![("days", Some(days.parse::<u32>().map_or_else(|_| Value::from(days), Value::from)))]
        }
        "settle-on-spot" => vec![("conditions", Some(conditions(form)))],
        "propose-review" => vec![("outcome", given("outcome"))],
        "answer-objection" => vec![("agree", given("agree").map(|answer| Value::from(answer == "yes")))],
        _ => Vec::new(),
    };
    let further = further.into_iter().chain(own);
    body.extend(further.filter_map(|(name, value)| Some((name.to_owned(), value?))));
    if let Ok(version) = form.get("expected_version").parse::<i64>() {
        body.insert("expected_version".to_owned(), json!(version));
    }
    Some(Value::Object(body))
}

/// The five yes-or-no answers.
pub(super) fn conditions(form: &Posted) -> Value {
    let answers = CONDITIONS
        .iter()
        .map(|(code, _)| ((*code).to_owned(), Value::from(form.ticked(&format!("conditions.{code}")))));
    Value::Object(answers.collect())
}

/// The procedures of other laws that a request is led into (REG-23).
fn roads() -> Vec<Choice> {
    [
        ("judicial", "诉讼、公安司法程序"),
        ("arbitration", "仲裁"),
        ("party_appeal", "党员申诉、复审"),
        ("administrative", "行政复议、裁决、确认、许可、处罚"),
        ("duty", "查处违法、履行职责"),
    ]
    .map(|(code, name)| Choice::new(code, name))
    .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_become_what_casework_reads() {
        let form = |text: &str| Posted::read(text.as_bytes()).expect("a form");
        assert_eq!(body("approve", &form("expected_version=7")), Some(json!({ "expected_version": 7 })));
        assert_eq!(
            body("extend", &form("days=10&kind=wide&reason=r")),
            Some(json!({ "days": 10, "kind": "wide", "reason": "r" }))
        );
        assert_eq!(
            body("deliver", &form("means=m&delivered_at=2022-05-22T09:30")),
            Some(json!({ "means": "m", "delivered_at": "2022-05-22T09:30:00+08:00" }))
        );
        assert_eq!(
            body("answer-objection", &form("agree=no&reason=r")),
            Some(json!({ "agree": false, "reason": "r" }))
        );
        assert_eq!(body("transfer", &form("unit=u&demand=")), Some(json!({ "unit": "u" })), "a plain transfer");
        let settled =
            body("settle-on-spot", &form("result=r&result_summary=s&conditions.reasonable=yes")).expect("a command");
        assert_eq!(settled["conditions"]["reasonable"], true);
        assert_eq!(settled["conditions"]["solvable_here"], false);
        let upheld = body("propose-review", &form("result=upheld&outcome=&facts_found=f&opinion=o&legal_basis=l"));
        assert_eq!(
            upheld,
            Some(json!({ "result": "upheld", "facts_found": "f", "opinion": "o", "legal_basis": "l" })),
            "no outcome unless one was chosen"
        );
        assert_eq!(body("withdraw", &form("")), None, "nobody but the petitioner withdraws");
    }
}
