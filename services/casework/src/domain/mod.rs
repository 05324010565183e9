//! What a case is and what may happen to it: pure, without clock, chance, database or network.
//!
//! [`TRANSITIONS`] is the source of truth for which command fits which state; [`decide`] says whether a command is taken
//! up and what then happened; [`Case::apply`] carries an event out and never fails, so a journal can always be read back.

mod answer;
mod apply;
mod appointment;
mod archive;
mod call;
mod case;
mod clock;
mod command;
mod command_kind;
mod decide;
mod deferral;
mod evaluation;
mod event;
mod finding;
mod library;
mod link;
mod naming;
mod note;
mod participation;
mod parts;
mod permit;
mod recusal;
mod refusal;
mod return_visit;
mod review;
mod road;
mod routing;
mod settlement;
mod simple;
mod snapshot;
mod steps;
mod supervision;
mod timer;
mod transfer;
mod transition;
mod wording;

#[cfg(test)]
mod tests;

pub use answer::{Answer, Approval, Delivery, Explanation, OnSpot, Promise, Proposal, Reply};
pub use appointment::{Appointment, AppointmentEvent, AppointmentRefusal, Consultation, Fixed, Material};
pub use archive::{
    Appraisal, ArchiveEvent, ArchiveRefusal, Archived, Destruction, Finding, MOST_YEARS, Missing, term_zh,
};
pub use call::{CALL_REMINDER, Call, CallEvent, CallRefusal, Office, Raised, ReplyAnswer, UnitReply};
pub use case::{Case, CaseFacts, Closing, PolicyRef, Resting, State};
pub use clock::{Clock, Extension, Stop, StopReason};
pub use command::{Command, Propose, ProposeReview, Reception};
pub use command_kind::CommandKind;
pub use decide::{Decision, decide, open};
pub use deferral::{Deferral, DeferralEvent, DeferralRefusal, DeferralSettled};
pub use evaluation::{Disputed, Evaluate, Evaluation, EvaluationEvent, EvaluationRefusal};
pub use event::{Event, Opened};
pub use finding::{Candidates, FoundBy};
pub use library::{Instruction, LeaderAnswer, LibraryEntry, LibraryEvent, LibraryRefusal, Plan, Published, Selection};
pub use link::{Link, LinkEvent, LinkKind, LinkRefusal, MOST_LINKS, Other};
pub use naming::Naming;
pub use note::Note;
pub use participation::Part;
pub use parts::{PartEnd, PartEvent, PartRefusal, WorkPart};
pub use permit::permit;
pub use recusal::Recusal;
pub use refusal::{Refusal, Told};
pub use return_visit::{ReturnVisit, ReturnVisitEvent, ReturnVisitRefusal, VisitMeans, finding_words};
pub use review::{
    AfterReview, Hearing, OpenReview, Remedy, Review, ReviewDelivery, ReviewEnd, ReviewGround, ReviewOpinion, clock_of,
    level_words, result_zh,
};
pub use road::Road;
pub use routing::{
    Competence, CompetenceDecided, ReportedUp, ResultReport, RoutingEvent, RoutingRefusal, Succeeded, Successor,
    succeed,
};
pub use settlement::{Duty, DutyDone, Settle, Settlement, SettlementEvent, SettlementRefusal, settlement_words};
pub use simple::{Hindrance, ReplyManner, Simple, SimpleAdmission, SimpleConditions, SimpleGround, SimpleRefusal};
pub use snapshot::{public_type, snapshot};
pub use supervision::{
    Advice, AdviceAnswer, AnswerReturned, IssuedBy, Measure, RectificationReport, SiteVisit, Supervise,
    SupervisionAnswer, SupervisionConclusion, SupervisionEvent, SupervisionOrder, SupervisionRefusal, measure_words,
};
pub use timer::{LAPSE, Mark, TimerPlan, armed_at, plan, read_kind};
pub use transfer::{Objection, Signed, Transfer};
pub use transition::{StateKind, TRANSITIONS, drawing};
pub(crate) use wording::day as day_zh;
pub use wording::words;
