//! Infrastructure time for pauses between tries. Business time never enters here.

use chrono::{DateTime, Utc};
use huiyin_kernel::InfraClock;

/// The machine's time.
pub(crate) fn now() -> DateTime<Utc> {
    InfraClock::System.now()
}
