//! Who is told when an abolished unit's part in a matter goes to its successor (REG-16): the successor, and, where it handles or reviews the
//! matter, the petitioner.

use huiyin_contracts::casework::{self, CaseSnapshot};
use huiyin_kernel::{Role, UnitCode};
use serde_json::{Value, json};

use super::message::{Addressee, Planned};
use super::names::Names;
use super::template::Template;

/// The messages of a succession; `None` for any other event.
pub(super) fn planned(type_name: &str, case: &CaseSnapshot, data: &Value, names: &Names) -> Option<Vec<Planned>> {
    if type_name != casework::SUCCEEDED.type_name() {
        return None;
    }
    let part = case.reason_code.as_deref().unwrap_or_default();
    let doing = match part {
        "responsible" => "办理",
        "reviewing" => "复查复核",
        "supervised" => "反馈督办",
        "sender" => "转送、交办",
        "deciding" => "确定管辖",
        "assisting" => "协办",
        _ => return Some(Vec::new()),
    };
    let mut planned = Vec::new();
    for unit in units(part, case) {
        let mut data = data.clone();
        data["unit"] = json!(names.unit(unit));
        data["doing"] = json!(doing);
        if matches!(part, "responsible" | "reviewing") {
            planned.push(Planned::petitioner(Template::CaseSucceeded, data.clone()));
        }
        let head = Addressee::RoleInUnit(Role::UnitHead, unit.clone());
        planned.push(Planned::urgent(Template::StaffSucceeded, head, data));
    }
    Some(planned)
}

/// Who has that part now.
fn units<'a>(part: &str, case: &'a CaseSnapshot) -> Vec<&'a UnitCode> {
    match part {
        "responsible" => vec![&case.responsible_unit],
        "reviewing" => case.review.iter().filter_map(|review| review.unit.as_ref()).collect(),
        "supervised" => case.supervision.iter().map(|order| &order.target_unit).collect(),
        "sender" => case.transfer.iter().map(|sent| &sent.from).collect(),
        "deciding" => case.competence.iter().map(|question| &question.decider).collect(),
        "assisting" => case.competence.iter().flat_map(|question| &question.assisting).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::plan::case_event;
    use super::*;

    /// REG-16: told as a hand-over is. What offices are to each other, the petitioner does not hear.
    #[test]
    fn reg_16_the_successor_is_told_and_the_petitioner_where_it_handles_the_matter() {
        let golden = include_str!("../../../../shared/contracts/tests/golden/CaseSnapshot.v1.supervised.json");
        let case: CaseSnapshot = serde_json::from_str(golden).expect("the golden body decodes");
        let target = case.supervision.as_ref().expect("supervised").target_unit.clone();
        let told = |part: &str| {
            let case = CaseSnapshot { reason_code: Some(part.to_owned()), about: None, ..case.clone() };
            let planned = case_event(&casework::SUCCEEDED.type_name(), &case, &Names::default());
            planned.into_iter().map(|planned| (planned.template, planned.addressee)).collect::<Vec<_>>()
        };
        let head = |unit: &UnitCode| Addressee::RoleInUnit(Role::UnitHead, unit.clone());
        assert_eq!(
            told("responsible"),
            [
                (Template::CaseSucceeded, Addressee::Petitioner),
                (Template::StaffSucceeded, head(&case.responsible_unit))
            ]
        );
        assert_eq!(told("supervised"), [(Template::StaffSucceeded, head(&target))]);
        assert_eq!(told("nothing"), []);
    }
}
