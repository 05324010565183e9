//! Whose matter it is.

use super::{Flag, rules};

rules! {
    /// Who answers for a matter.
    OwnershipRules in "ownership" {
        /// The leader who receives first leads the matter (首接负责; WH-09).
        first_receiver_owns: Flag,
        /// Not done when due, that leader takes the case (包案; WH-10).
        first_receiver_takes_overdue: Flag,
        /// A wide, hard matter is taken by the unit's main leader and by nobody else (XT-15).
        wide_needs_main_leader: Flag,
        /// A change of owner needs a reason and a hand-over (WH-09, DW-17).
        change_needs_reason: Flag,
    }
}
