//! What a caller is told when a command was not carried out.

use huiyin_forms::PressError;
use huiyin_web::{FieldProblem, Problem};

use crate::app::AppError;
use crate::domain::{Gap, Refusal};

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Refused(refusal) => refused(&refusal, fields(&refusal, "")),
            AppError::RefusedSessions(refusals) => {
                let named = refusals
                    .iter()
                    .flat_map(|(id, refusal)| {
                        let at = format!("sessions[{id}]");
                        let own = fields(refusal, &at);
                        if own.is_empty() { vec![whole(&at, refusal)] } else { own }
                    })
                    .collect();
                match refusals.first() {
                    Some((_, first)) => refused(first, named),
                    None => Self::not_found(),
                }
            }
            AppError::NotFound => Self::not_found(),
            AppError::OutsideDistrict(district) => Self::refused(
                "outside_district",
                Some("JD-03"),
                format!("{district} 不在您单位的辖区内。"),
                format!("{district} is not in your unit's district."),
            )
            .next("请由该区划的接访安排员办理。", "Ask that district's schedule editor."),
            AppError::DistrictUnknown(district) => Self::refused(
                "district_unknown",
                None,
                format!("尚不知道区划 {district} 或其办理规则。"),
                format!("district {district}, or its policy pack, is not known yet."),
            )
            .next(
                "请先在组织机构中登记该区划，稍后再试。",
                "Register the district in the directory and try again shortly.",
            ),
            AppError::Conflict => {
                Self::conflict("changed", "内容已被他人更改。", "It has been changed by someone else.")
            }
            AppError::KeyReused => Self::conflict(
                "key_reused",
                "同一 Idempotency-Key 已用于另一请求。",
                "The same Idempotency-Key came with another request.",
            )
            .next("请换一个新的键。", "Use a new key."),
            AppError::Invalid(fields) => Self::bad_request(fields),
            AppError::Table(problems) => Self::bad_request(
                problems
                    .into_iter()
                    .take(200)
                    .map(|p| FieldProblem::new(format!("rows[{}].columns[{}]", p.row, p.column), p.zh, p.en, p.example))
                    .collect(),
            ),
            AppError::NoPaper(why) => {
                let (zh, en) = why.words();
                Self::refused("no_paper", Some("WH-18"), zh, en)
            }
            AppError::Press(PressError::Busy) => Self::unavailable(5),
            AppError::Press(error @ PressError::Fonts(_)) => {
                tracing::error!(%error, "no document can be made");
                Self::fonts_missing()
            }
            AppError::Press(error) => Self::internal(&error),
            AppError::Call(error) => error.into(),
            AppError::Db(error) if error.is_transient() => {
                tracing::warn!(%error, "the store is busy");
                Self::unavailable(2)
            }
            AppError::Db(error) => Self::internal(&error),
            AppError::Record(error) => Self::internal(&error),
        }
    }
}

fn refused(refusal: &Refusal, named: Vec<FieldProblem>) -> Problem {
    let w = refusal.wording();
    let (more_zh, more_en) = particulars(refusal);
    Problem::refused(w.code, Some(w.rule), format!("{}{more_zh}。", w.zh), format!("{}{more_en}.", w.en))
        .next(w.next_zh, w.next_en)
        .naming(named)
}

fn whole(at: &str, refusal: &Refusal) -> FieldProblem {
    let w = refusal.wording();
    let (more_zh, more_en) = particulars(refusal);
    FieldProblem::new(at, format!("{}{more_zh}", w.zh), format!("{}{more_en}", w.en), "")
}

fn fields(refusal: &Refusal, at: &str) -> Vec<FieldProblem> {
    let below = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
    match refusal {
        Refusal::Incomplete(gaps) => gaps
            .iter()
            .map(|Gap(field)| FieldProblem::new(below(field.name()), format!("缺{}", field.zh()), "is missing", ""))
            .collect(),
        Refusal::StreetsNotCovered(streets) => streets
            .iter()
            .map(|s| {
                let code = s.code.as_str();
                FieldProblem::new(
                    below(&format!("streets[{code}]")),
                    format!("{}没有场次", s.name),
                    "has no session",
                    code,
                )
            })
            .collect(),
        Refusal::ConditionsNotMet(names) => names
            .iter()
            .map(|name| {
                FieldProblem::new(below(&format!("outcome.conditions.{name}")), "不具备", "does not hold", "true")
            })
            .collect(),
        Refusal::NotAWorkday { next, .. } => {
            vec![FieldProblem::new(below("starts_at"), "该日不是工作日", "is not on a working day", next.to_string())]
        }
        _ => Vec::new(),
    }
}

fn particulars(refusal: &Refusal) -> (String, String) {
    match refusal {
        Refusal::Incomplete(gaps) => {
            let zh: Vec<&str> = gaps.iter().map(|g| g.0.zh()).collect();
            let en: Vec<&str> = gaps.iter().map(|g| g.0.name()).collect();
            (format!("，缺{}", zh.join("、")), format!(": {}", en.join(", ")))
        }
        Refusal::StreetsNotCovered(streets) => {
            let names: Vec<&str> = streets.iter().map(|s| s.name.as_str()).collect();
            (format!("：{}", names.join("、")), format!(": {}", names.join(", ")))
        }
        Refusal::NotAWorkday { day, next } => (format!("：{day}，建议{next}"), format!(": {day}; suggested: {next}")),
        Refusal::RecordsMissing(n) | Refusal::VisitorsInHall(n) => (format!("（{n}位）"), format!(" ({n})")),
        _ => (String::new(), String::new()),
    }
}
