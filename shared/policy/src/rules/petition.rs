//! Petitions themselves.

use super::{Clock, Count, Flag, rules};

rules! {
    /// What holds for a petition as it is handed in.
    PetitionRules in "petition" {
        /// The most people a group on one common matter may send (REG-05). Packs can only lower it.
        max_representatives: Count,
        /// Petitions are written (书面形式); in principle, since what is said is recorded (REG-04).
        in_writing: Flag,
        /// How long a withdrawal can be taken back, from the withdrawal.
        withdrawal_reversible: Clock,
        /// After this time from registration a petition without a case raises the alarm.
        handover_watchdog: Clock,
    }
}
