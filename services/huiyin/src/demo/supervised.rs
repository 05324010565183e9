//! Offices called to account answer when they next take the matter up, and the supervisor of the county reads what they wrote.

use anyhow::Context;
use chrono::TimeDelta;
use huiyin_kernel::{CITY_ZONE, Role};
use serde::Deserialize;
use serde_json::{Value, json};

use super::data::Matter;
use super::life::Life;

/// The newest supervision order, as the case page shows it.
#[derive(Debug, Deserialize)]
pub(crate) struct Supervision {
    state: String,
    target_unit: String,
}

/// What is next for the order: by which login, which command, with what.
pub(crate) fn next(
    life: &Life,
    matter: &Matter,
    order: &Supervision,
) -> anyhow::Result<Option<(String, &'static str, Value)>> {
    let login = |unit: &str, role| {
        let login = life.city.with_role(unit, role);
        login.map(str::to_owned).with_context(|| format!("{unit} has nobody who is {role:?}"))
    };
    Ok(match order.state.as_str() {
        "awaiting_answer" | "overdue" => {
            let day = (life.now() + TimeDelta::days(15)).with_timezone(&CITY_ZONE).date_naive();
            let done = "涉及多个部门，核实用时较长，现已查清，正在拟定处理意见";
            let body = json!({ "done": done, "will_be_done_on": day });
            Some((login(&order.target_unit, Role::Officer)?, "answer-supervision", body))
        }
        "answered" => {
            let county = matter.petition.district.get(..6).unwrap_or(&matter.petition.district);
            let bureau = life.city.petition_unit(county).with_context(|| format!("{county} has no petition bureau"))?;
            Some((login(bureau, Role::Supervisor)?, "conclude-supervision", json!({ "note": "已说明原因和办结时间" })))
        }
        _ => None,
    })
}
