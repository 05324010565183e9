//! Why a command is not taken up: a state of affairs, in words the person can act on.

mod told;

use huiyin_contracts::casework::{Grade, Outcome};
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::{Role, UnitCode};
use huiyin_policy::rules::StepBy;

use super::{
    AppointmentRefusal, ArchiveRefusal, CommandKind, DeferralRefusal, EvaluationRefusal, LibraryRefusal, LinkRefusal,
    PartRefusal, ReturnVisitRefusal, RoutingRefusal, SettlementRefusal, SimpleRefusal, StateKind, SupervisionRefusal,
};

pub use told::Told;
pub(super) use told::role_words;

/// A command was refused; nothing changed.
#[expect(missing_docs, reason = "the fields are what the message names")]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The state does not take this command.
    #[error("a case in state {} takes no command {command}", state.name())]
    WrongState { command: CommandKind, state: StateKind },
    /// Accusations are forwarded, and nothing else (REG-22).
    #[error("an accusation can only be forwarded to a discipline body")]
    AccusationOnlyForwarded,
    /// Only accusations are forwarded.
    #[error("only accusations are forwarded to discipline bodies")]
    NotAnAccusation,
    /// The unit named is not a discipline body.
    #[error("{unit} is not a discipline body")]
    NotDiscipline { unit: UnitCode },
    /// The unit named is a discipline body, which handles accusations alone.
    #[error("{unit} is a discipline body and handles accusations alone")]
    IsDiscipline { unit: UnitCode },
    /// The actor's unit is not responsible, nor does the actor own the case as a leader.
    #[error("{unit} is responsible for the case")]
    NotResponsible { unit: UnitCode },
    /// Follows from an event or a clock; nobody commands it.
    #[error("{command} follows from events and clocks alone")]
    ByRuleOnly { command: CommandKind },
    /// Another role approves this.
    #[error("this needs another role")]
    RoleNeeded { roles: Vec<Role>, rule: &'static str },
    /// Whoever proposed an opinion does not approve it.
    #[error("the proposer cannot approve")]
    ProposerCannotApprove,
    /// Steps are missing (JD-09).
    #[error("steps are missing: {}", codes.join(", "))]
    StepsMissing { codes: Vec<String>, zh: String, en: String },
    /// No such step in the pack.
    #[error("there is no step {step}")]
    UnknownStep { step: String, known: Vec<String> },
    /// Somebody else records this step.
    #[error("the step is recorded by {}", by.words().1)]
    StepByOther { zh: String, en: String, by: StepBy },
    /// The step is not asked of this matter.
    #[error("the step is not asked of this matter")]
    StepNotAsked { zh: String, en: String },
    /// The step does not hold in principle only, and cannot be left out.
    #[error("the step cannot be left out")]
    StepNotWaivable { zh: String, en: String },
    /// A leader has taken the case already.
    #[error("a leader has taken the case")]
    TakenAlready,
    /// The time to object to a transfer is over, or there is nothing to object to (REG-14).
    #[error("there is no transfer that can still be objected to")]
    NoObjection,
    /// An objection awaits the sender's answer, or there is none to answer (REG-14).
    #[error("there is no objection to answer")]
    NothingObjected,
    /// The unit named is the one that has it already.
    #[error("{unit} has it already")]
    SameUnit { unit: UnitCode },
    /// The step is done by a command of its own.
    #[error("the step is done by {command}")]
    StepHasOwnCommand { command: CommandKind },
    /// Not all conditions for settling on the spot hold (WH-04).
    #[error("conditions do not hold: {}", missing.join(", "))]
    ConditionsMissing { missing: Vec<&'static str> },
    /// The outcome belongs to another class.
    #[error("the outcome does not suit the class")]
    OutcomeDoesNotSuit { outcome: Outcome, class: PetitionClass },
    /// The ground is not in the closed list (A6).
    #[error("there is no ground {code}")]
    UnknownGround { code: String, known: Vec<&'static str> },
    /// A matter of this kind may not be extended (JD-10).
    #[error("matters of this grade may not be extended")]
    NotExtendable { allowed: Vec<Grade>, is: Grade },
    /// All extensions together would pass the cap (REG-24).
    #[error("{left} days are left of {cap}")]
    ExtensionBeyondCap { asked: u32, left: u32, cap: u32 },
    /// The deadline has already passed.
    #[error("the deadline has passed")]
    ExtensionTooLate,
    /// The officer belongs to another unit.
    #[error("the officer belongs to {unit}")]
    OfficerElsewhere { unit: UnitCode },
    /// Nothing would change.
    #[error("nothing would change")]
    NothingChanges,
    /// The actor is recused from the matter (REG-26).
    #[error("the actor is recused from the matter")]
    Recused,
    /// Who is to have it is recused.
    #[error("who is named is recused from the matter")]
    PersonRecused,
    /// Of others the head says it.
    #[error("of others the head of the unit says so")]
    RecusedByHead,
    /// The reply lacks one of its four contents (REG-25).
    #[error("the reply lacks: {}", missing.join(", "))]
    ReplyIncomplete { missing: Vec<&'static str> },
    /// Delivery lies before the reply or in the future.
    #[error("delivery cannot be before the reply or in the future")]
    DeliveryTime,
    /// The time to take the withdrawal back is over.
    #[error("the time to take the withdrawal back is over")]
    RestoreTooLate,
    /// The time to take the withdrawal back is not over.
    #[error("the time to take the withdrawal back is not over")]
    LapseTooEarly,
    /// One promise letter per matter (WH-05).
    #[error("there is a promise letter already")]
    PromiseExists,
    /// The visit has been taken into account.
    #[error("the visit has been taken into account already")]
    VisitKnown,
    /// There is no written answer that could be reviewed.
    #[error("there is no written answer to review")]
    NothingToReview,
    /// The request for review came in time.
    #[error("the review was asked for in time")]
    ReviewInTime,
    /// A reviewing body decides the matter itself exactly when it changes or sets aside.
    #[error("an outcome is given exactly when the opinion is changed or set aside")]
    ReviewOutcome { needed: bool },
    /// Ordered to be handled anew, and the same opinion once more (REG-44).
    #[error("the opinion is the one that was set aside")]
    SameOpinionAgain,
    /// The days of a hearing do not fit.
    #[error("the days of the hearing do not fit")]
    HearingDays { most: u32 },
    /// A clock's mark that no longer holds.
    #[error("the mark no longer holds")]
    StaleMark,
    /// The simple procedure does not fit, or asks for something else (REG-30…33).
    #[error(transparent)]
    Simple(#[from] SimpleRefusal),
    /// A part that another unit does, does not allow it (JX-09).
    #[error(transparent)]
    Part(#[from] PartRefusal),
    /// What is settled later does not allow it (XT-21).
    #[error(transparent)]
    Deferral(#[from] DeferralRefusal),
    /// An appointment does not go on so (QD-02).
    #[error(transparent)]
    Appointment(#[from] AppointmentRefusal),
    /// The library does not allow it (SZ-07).
    #[error(transparent)]
    Library(#[from] LibraryRefusal),
    /// An agreement, or its carrying out, does not allow it (REG-27).
    #[error(transparent)]
    Settlement(#[from] SettlementRefusal),
    /// The handling is not rated so, or not any more (REG-07).
    #[error(transparent)]
    Evaluation(#[from] EvaluationRefusal),
    /// The file is not complete, or archived and read only (WH-15).
    #[error(transparent)]
    Archive(#[from] ArchiveRefusal),
    /// A return visit is not recorded so (XT-10).
    #[error(transparent)]
    ReturnVisit(#[from] ReturnVisitRefusal),
    /// Competence, or what is owed between offices, does not allow it (REG-10, REG-15, REG-17).
    #[error(transparent)]
    Routing(#[from] RoutingRefusal),
    /// The matters are not linked so, or not closed together.
    #[error(transparent)]
    Link(#[from] LinkRefusal),
    /// Supervision (督办) does not allow it.
    #[error(transparent)]
    Supervision(#[from] SupervisionRefusal),
    /// The reckoning leaves the calendar.
    #[error("the date cannot be reckoned")]
    Date(#[from] huiyin_calendar::DeadlineError),
}
