use std::time::Duration;

use huiyin_kernel::Actor;
use huiyin_web::{ClientAddress, Problem, RateLimiter};
use serde::Deserialize;
use tokio::time::Instant;
use utoipa::ToSchema;

use crate::{
    app::{Access, Failure},
    config::Config,
};

const MINUTE: Duration = Duration::from_mins(1);
const QUARTER: Duration = Duration::from_mins(15);

/// Number and code, as they stand on the receipt; case and dashes do not matter.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AccessBody {
    /// 信访编号
    #[schema(example = "HY-2026-0004-9217-K")]
    number: String,
    /// 查询码
    #[schema(example = "7KQM-2XHB-RW9T-C4DN-8")]
    code: String,
}

impl From<AccessBody> for Access {
    fn from(body: AccessBody) -> Self {
        Self { number: body.number, code: body.code }
    }
}

/// When a wrong look-up is answered at the earliest, from its beginning: some times what one takes.
const ANSWERED_AFTER: Duration = Duration::from_millis(4);

/// Waits until then. Finding a row takes some microseconds longer than finding none, and whoever asks often enough could measure that.
#[expect(clippy::disallowed_methods, reason = "the wait is the purpose")]
async fn same_time(begun: Instant) {
    tokio::time::sleep_until(begun + ANSWERED_AFTER).await;
}

/// Budgets of wrong look-ups: by address, by number as it was typed, and altogether (W1).
///
/// A right number and code costs nothing and is always answered, so nobody in a hall of five hundred behind one address
/// can lock out the others, and nobody can lock a petitioner out by guessing at a number that was read over their shoulder.
/// That is safe because a code carries 77 random bits: the budgets keep noise down, the code keeps people out. There is no
/// budget per district: only numbers that exist have one, and a limit that only they can reach would tell that they exist.
#[derive(Debug)]
pub(super) struct LookupLimits {
    by_address: RateLimiter,
    by_number: RateLimiter,
    altogether: RateLimiter,
}

impl LookupLimits {
    pub(super) fn new(config: Config) -> Self {
        Self {
            by_address: RateLimiter::new(config.wrong_lookups_per_address, MINUTE),
            by_number: RateLimiter::new(config.wrong_lookups_per_number, QUARTER),
            altogether: RateLimiter::new(config.wrong_lookups, MINUTE),
        }
    }

    /// What a petitioner is answered: a wrong look-up costs, and beyond the budget is told to wait. Staff are known by name
    /// and do not spend the budget of their hall. The transaction of `look_up` ends with it.
    pub(super) async fn settle<T>(
        &self,
        look_up: impl Future<Output = Result<T, Failure>>,
        number: &str,
        address: ClientAddress,
        staff: Option<&Actor>,
    ) -> Result<T, Problem> {
        let begun = Instant::now();
        match look_up.await {
            Err(Failure::Unknown) if staff.is_none() => {
                metrics::counter!("huiyin_intake_wrong_lookup_total").increment(1);
                let refused = self.spend(number, address).err().unwrap_or_else(Problem::not_found);
                same_time(begun).await;
                Err(refused)
            }
            outcome => outcome.map_err(Problem::from),
        }
    }

    fn spend(&self, number: &str, address: ClientAddress) -> Result<(), Problem> {
        self.altogether.check(())?;
        self.by_address.check(address)?;
        let typed: String = number.chars().filter(|c| c.is_alphanumeric()).take(64).collect();
        self.by_number.check(typed.to_uppercase())
    }
}
