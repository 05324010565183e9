//! Supervision (督办).

use super::{Clock, Flag, rules};

rules! {
    /// When an office is called to account.
    SupervisionRules in "supervision" {
        /// A missed deadline opens a supervision order (REG-50, REG-51).
        order_when_overdue: Flag,
        /// The office answers the order within (REG-51).
        answer: Clock,
    }
}
