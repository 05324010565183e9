//! Who is told of calls for matters fit for leaders (SZ-13): each unit asked when one is raised, and once before the day whoever has not replied.

use huiyin_contracts::casework::{CALL_RAISED, CALL_REMINDED, CallSnapshot};
use huiyin_kernel::Role;
use serde_json::json;

use super::message::{Addressee, Planned};
use super::names::Names;
use super::template::Template;
use super::wording;

/// The messages of a call. A reply tells nobody: the office that asked reads it in its list.
pub(crate) fn call_event(type_name: &str, call: &CallSnapshot, names: &Names) -> Vec<Planned> {
    let (template, told): (_, fn(&huiyin_contracts::casework::CalledUnit) -> bool) =
        if type_name == CALL_RAISED.type_name() {
            (Template::StaffCallRaised, |_| true)
        } else if type_name == CALL_REMINDED.type_name() {
            (Template::StaffCallReminded, |asked| asked.reply.is_none())
        } else {
            return Vec::new();
        };
    let data = json!({
        "quarter": call.quarter.zh(), "platform": call.platform_name, "office": names.unit(&call.asked_by),
        "reply_by": wording::day(call.reply_by),
    });
    let asked = call.units.iter().filter(|asked| told(asked));
    asked
        .map(|asked| {
            let head = Addressee::RoleInUnit(Role::UnitHead, asked.unit.clone());
            Planned::urgent(template, head, data.clone())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use huiyin_contracts::EventType;
    use huiyin_contracts::casework::CALL_REPLIED;
    use huiyin_kernel::UnitCode;

    use super::super::template::render;
    use super::*;

    fn told(event: EventType) -> Vec<(Template, Addressee)> {
        let golden = include_str!("../../../../shared/contracts/tests/golden/CallSnapshot.v1.json");
        let call: CallSnapshot = serde_json::from_str(golden).expect("the golden body decodes");
        let planned = call_event(&event.type_name(), &call, &Names::default());
        for message in &planned {
            let rendered = render(message.template, &message.data).expect("renders");
            assert!(
                rendered.body.contains("来信办理平台") && rendered.body.contains("2026年4月27日"),
                "{}",
                rendered.body
            );
        }
        planned.into_iter().map(|planned| (planned.template, planned.addressee)).collect()
    }

    /// SZ-13: each unit asked is told by the platform that asks; before the day those alone that have not replied.
    #[test]
    fn sz_13_each_unit_asked_is_told_and_before_the_day_who_has_not_replied() {
        let head = |unit: &str| Addressee::RoleInUnit(Role::UnitHead, UnitCode::parse(unit).expect("a code"));
        let all =
            ["990101-housing", "990101-roads", "990101-water"].map(|unit| (Template::StaffCallRaised, head(unit)));
        assert_eq!(told(CALL_RAISED), all);
        assert_eq!(told(CALL_REMINDED), [(Template::StaffCallReminded, head("990101-water"))]);
        assert_eq!(told(CALL_REPLIED), []);
    }
}
