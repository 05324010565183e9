//! How far leaders are with what they owe in a period.

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_authz::Sight;
use huiyin_calendar::{local_date, start_of_day};
use huiyin_kernel::{DistrictCode, StaffId};
use huiyin_policy::Rule;
use huiyin_policy::rules::{Measure, Quota};

use super::{App, AppError};
use crate::domain::quota::{Span, Standing, standings};
use crate::store;

/// A quota with its period and how far each leader is.
#[derive(Debug)]
pub struct Reckoned {
    /// Its code in the pack.
    pub code: String,
    /// What is owed, with its source.
    pub rule: Rule<Quota>,
    /// The period.
    pub span: Span,
    /// By name.
    pub standings: Vec<Standing>,
}

/// The quotas of a district's pack in the periods of `day`, for the leaders who work in the district or inside it.
pub async fn reckon(
    app: &App,
    sight: &Sight,
    district: &DistrictCode,
    day: Option<NaiveDate>,
) -> Result<Vec<Reckoned>, AppError> {
    let now: DateTime<Utc> = app.clock.now();
    let Some(day) = day.or_else(|| local_date(now)) else { return Ok(Vec::new()) };
    let mut tx = app.db.read_as(sight).await?;
    let around: Vec<DistrictCode> = std::iter::successors(Some(district.clone()), DistrictCode::parent).collect();
    let known = store::directory::packs(&mut tx, &around).await?;
    let nearest = around.iter().find_map(|place| known.iter().find(|(code, _)| code == place.as_str()));
    let Some((_, pack)) = nearest else { return Ok(Vec::new()) };
    let Ok(policy) = app.packs.resolve(pack) else { return Ok(Vec::new()) };
    if policy.quotas.is_empty() {
        return Ok(Vec::new());
    }
    let members = store::quotas::members(&mut tx, district).await?;
    let ids: Vec<StaffId> = members.iter().map(|member| member.staff_id).collect();
    let mut reckoned = Vec::with_capacity(policy.quotas.len());
    for (code, rule) in &policy.quotas {
        let Some(span) = Span::of(rule.per, day) else { continue };
        let until = span.last.succ_opt().and_then(start_of_day);
        let (Some(from), Some(to)) = (start_of_day(span.first), until) else { continue };
        let deeds = match rule.measure {
            Measure::Sessions | Measure::Days => store::quotas::held(&mut tx, &ids, (from, to)).await?,
            Measure::Resolved => store::quotas::resolved(&mut tx, &ids, (from, to)).await?,
        };
        let standings = standings(rule, span, &members, &deeds);
        reckoned.push(Reckoned { code: code.clone(), rule: rule.clone(), span, standings });
    }
    Ok(reckoned)
}
