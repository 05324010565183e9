//! Reception days as pure functions: no clock, no database, no waiting. Each change is `decide` (may it be done, and
//! what follows) and `apply` (the state after it).

pub mod calendar_table;
mod field;
pub mod matter;
mod naming;
pub mod paper;
pub mod plan;
pub mod quota;
pub mod refusal;
pub mod round;
pub mod scheme;
pub mod session;
pub mod slots;
pub mod visit;

pub use matter::{Application, Below, Matter, ReceivingUnit};
pub use plan::{Announcement, Gap, Leader, Plan, Venue, VenueKind};
pub use refusal::Refusal;
pub use scheme::{Appointments, LowerOpinion, Scheme};
pub use session::{Session, SessionEvent, State};
pub use visit::{Record, Visit, VisitEvent};
