use std::time::Instant;

use huiyin_contracts::directory::DistrictSnapshot;
use huiyin_kernel::{Actor, CITY_ZONE, CommandId, DistrictCode};
use huiyin_web::IdempotencyKey;

use super::{Context, Failure, Receipt, Registration, context::LAW};
use crate::domain::{NewPetition, PetitionInput, Rules, Source, Violations};

/// Registers one petition: checked, sealed, numbered, committed, and only then answered.
pub async fn register(
    context: &Context,
    actor: Actor,
    key: &IdempotencyKey,
    input: &PetitionInput,
) -> Result<Receipt, Failure> {
    let came = Instant::now();
    context.writer.expect_in_time(came)?;
    // A key belongs to the district: another district's key is another request (D2).
    let scope = format!("petition/{}", input.district.trim().chars().take(12).collect::<String>());
    let prepared = prepare(context, actor, (scope.clone(), key.hash(&scope)), key.command_id(&scope), input).await?;
    context.writer.register(prepared, came).await
}

/// Checks and seals a petition.
pub(super) async fn prepare(
    context: &Context,
    actor: Actor,
    key: (String, [u8; 32]),
    command: CommandId,
    input: &PetitionInput,
) -> Result<Registration, Failure> {
    let source = match &actor {
        Actor::Staff { unit, .. } => Source::Staff { unit: unit.clone() },
        Actor::Petitioner | Actor::System { .. } => Source::Petitioner,
    };
    let district = served_district(context, input).await?;
    let policy = context.policy(district.as_ref().map_or(LAW, |district| district.policy_pack.as_str()));
    let now = context.clock.now();
    let known = context.known().await?;
    let rules = Rules {
        now,
        today: now.with_timezone(&CITY_ZONE).date_naive(),
        topics: &known.topics,
        max_representatives: policy.petition.max_representatives.value,
        source: &source,
    };
    let parsed = NewPetition::parse(input, &rules);
    let petition = match (parsed, district) {
        (Ok(petition), Some(_)) => petition,
        (parsed, district) => {
            let mut found = parsed.err().unwrap_or_default();
            if district.is_none() && found.iter().all(|violation| violation.field != "district") {
                not_served(&mut found, known.districts.keys().next());
            }
            return Err(Failure::Invalid(found));
        }
    };
    let mut ids = context.ids.for_cause(command.uuid());
    let petition_id = ids.next(now);
    let sealed = context.vault.seal(petition_id, ids.next(now), &petition)?;
    let (hand_over_by, calendar_version) = context.due(now, &policy.petition.handover_watchdog);
    Ok(Registration {
        key,
        body_mac: context.vault.body_mac(&serde_json::to_vec(input)?),
        actor,
        cause: command.uuid(),
        petition_id,
        event_id: ids.next(now),
        timer_id: ids.next(now),
        registered_at: now,
        hand_over_by,
        calendar_version,
        policy_pack: policy.id().to_owned(),
        petition,
        sealed,
        trace: huiyin_telemetry::traceparent(),
    })
}

async fn served_district(context: &Context, input: &PetitionInput) -> Result<Option<DistrictSnapshot>, Failure> {
    let Ok(code) = DistrictCode::parse(input.district.trim()) else { return Ok(None) };
    let known = context.known().await?;
    let found = match known.districts.get(&code) {
        Some(district) => Some(district.clone()),
        // It may have been added a moment ago.
        None => context.known_now().await?.districts.get(&code).cloned(),
    };
    Ok(found.filter(|district| district.active))
}

fn not_served(found: &mut Violations, example: Option<&DistrictCode>) {
    let rule = ("该区划不在本系统受理范围内", "this district is not served here");
    found.add("district", rule, example.map_or("990101001", DistrictCode::as_str));
}
