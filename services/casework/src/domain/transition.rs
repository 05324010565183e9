//! The road of a case as a table: which command is taken up in which state, and where it leads.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::CommandKind::{
    self, Accept, AnswerObjection, AppraiseFile, Approve, Archive, AskReview, Assign, ChangeGrade, Close,
    ConvertToOrdinary, DecideCompetence, Decline, DeclineReview, Defer, Deliver, DestroyFile, DoStep, Evaluate,
    Explain, Extend, Forward, GivePaper, GivePart, HandOver, HoldHearing, Lapse, Mark, Note, Object, Order, Point,
    Promise, Propose, ProposeReview, Reckon, RecordDutyDone, RecordReturnVisit, RecordSettlement, ReferCompetence,
    Reply, ReportPart, Resume, Return, SettleDeferred, SettleOnSpot, SignFor, Take, TakePartBack, Transfer, Waive,
    Withdraw,
};

macro_rules! states {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $zh:literal;)*) => {
        /// A state without its data.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum StateKind { $($(#[$doc])* $name,)* }

        impl StateKind {
            /// Every state, in the order of the road.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its name in answers and in the database.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// In Chinese.
            pub const fn zh(self) -> &'static str {
                match self { $(Self::$name => $zh),* }
            }
        }
    };
}

states! {
    /// Registered, not yet decided.
    Received = "received", "已登记";
    /// Taken up.
    Accepted = "accepted", "已受理";
    /// An officer is named.
    Assigned = "assigned", "已交办";
    /// Steps are being done.
    Investigating = "investigating", "调查核实";
    /// An opinion awaits approval.
    Proposed = "proposed", "待审批";
    /// The opinion is approved.
    Approved = "approved", "已审批";
    /// The reply is issued.
    Replied = "replied", "已答复";
    /// The reply reached the petitioner.
    Delivered = "delivered", "已送达";
    /// A review or re-examination is under way.
    UnderReview = "under_review", "复查复核中";
    /// An opinion on the review awaits approval.
    ReviewProposed = "review_proposed", "复查复核意见待审批";
    /// The opinion on the review is issued.
    ReviewAnswered = "review_answered", "复查复核意见待送达";
    /// Withdrawn, resting.
    Withdrawn = "withdrawn", "已撤回";
    /// Closed.
    Closed = "closed", "已办结";
}

use StateKind::{
    Accepted, Approved, Assigned, Closed, Delivered, Investigating, Proposed, Received, Replied, ReviewAnswered,
    ReviewProposed, UnderReview, Withdrawn,
};

/// Every pair of state and command of the road that is taken up, with the states it may lead to. Supervision and reports go on beside the road
/// ([`StateKind::takes`]); whatever else is not here is refused.
pub const TRANSITIONS: &[(StateKind, CommandKind, StateKind)] = &[
    (Received, Accept, Accepted),
    (Received, Point, Closed),
    (Received, Decline, Closed),
    (Received, Forward, Closed),
    (Received, HandOver, Received),
    (Received, Transfer, Received),
    (Received, SignFor, Received),
    (Received, Object, Received),
    (Received, AnswerObjection, Received),
    (Received, ReferCompetence, Received),
    (Received, DecideCompetence, Received),
    (Received, SettleOnSpot, Closed),
    (Received, Promise, Accepted),
    (Received, Order, Accepted),
    (Received, Explain, Accepted),
    (Received, Explain, Closed),
    (Received, Withdraw, Withdrawn),
    (Received, Mark, Received),
    (Received, Reckon, Received),
    (Received, Note, Received),
    (Accepted, Assign, Assigned),
    (Accepted, HandOver, Accepted),
    (Accepted, Extend, Accepted),
    (Accepted, ConvertToOrdinary, Accepted),
    (Accepted, ChangeGrade, Accepted),
    (Accepted, SettleOnSpot, Closed),
    (Accepted, Promise, Accepted),
    (Accepted, Order, Accepted),
    (Accepted, Explain, Accepted),
    (Accepted, Explain, Closed),
    (Accepted, Withdraw, Withdrawn),
    (Accepted, Take, Accepted),
    (Accepted, GivePart, Accepted),
    (Accepted, ReportPart, Accepted),
    (Accepted, TakePartBack, Accepted),
    (Accepted, Mark, Accepted),
    (Accepted, Reckon, Accepted),
    (Accepted, Note, Accepted),
    (Assigned, Assign, Assigned),
    (Assigned, HandOver, Assigned),
    (Assigned, HandOver, Accepted),
    (Assigned, DoStep, Investigating),
    (Assigned, Waive, Assigned),
    (Assigned, Propose, Proposed),
    (Assigned, RecordSettlement, Approved),
    (Assigned, Extend, Assigned),
    (Assigned, ConvertToOrdinary, Assigned),
    (Assigned, ChangeGrade, Assigned),
    (Assigned, SettleOnSpot, Closed),
    (Assigned, Promise, Assigned),
    (Assigned, Order, Assigned),
    (Assigned, Explain, Assigned),
    (Assigned, Explain, Closed),
    (Assigned, Withdraw, Withdrawn),
    (Assigned, Take, Assigned),
    (Assigned, GivePart, Assigned),
    (Assigned, ReportPart, Assigned),
    (Assigned, TakePartBack, Assigned),
    (Assigned, Mark, Assigned),
    (Assigned, Reckon, Assigned),
    (Assigned, Note, Assigned),
    (Investigating, Assign, Investigating),
    (Investigating, HandOver, Investigating),
    (Investigating, HandOver, Accepted),
    (Investigating, DoStep, Investigating),
    (Investigating, Waive, Investigating),
    (Investigating, Propose, Proposed),
    (Investigating, RecordSettlement, Approved),
    (Investigating, Extend, Investigating),
    (Investigating, ConvertToOrdinary, Investigating),
    (Investigating, ChangeGrade, Investigating),
    (Investigating, SettleOnSpot, Closed),
    (Investigating, Promise, Investigating),
    (Investigating, Order, Investigating),
    (Investigating, Explain, Investigating),
    (Investigating, Explain, Closed),
    (Investigating, Withdraw, Withdrawn),
    (Investigating, Take, Investigating),
    (Investigating, GivePart, Investigating),
    (Investigating, ReportPart, Investigating),
    (Investigating, TakePartBack, Investigating),
    (Investigating, Mark, Investigating),
    (Investigating, Reckon, Investigating),
    (Investigating, Note, Investigating),
    (Proposed, Approve, Proposed),
    (Proposed, Approve, Approved),
    (Proposed, Return, Investigating),
    (Proposed, RecordSettlement, Approved),
    (Proposed, Extend, Proposed),
    (Proposed, ConvertToOrdinary, Proposed),
    (Proposed, Withdraw, Withdrawn),
    (Proposed, Take, Proposed),
    (Proposed, Mark, Proposed),
    (Proposed, Reckon, Proposed),
    (Proposed, Note, Proposed),
    // What the pack puts between opinion and reply (DZ-07).
    (Approved, DoStep, Approved),
    (Approved, Reply, Replied),
    // By word of mouth it arrives as it is given (REG-33).
    (Approved, Reply, Delivered),
    (Approved, Extend, Approved),
    (Approved, ConvertToOrdinary, Approved),
    (Approved, RecordDutyDone, Approved),
    (Approved, Withdraw, Withdrawn),
    (Approved, Take, Approved),
    (Approved, Mark, Approved),
    (Approved, Reckon, Approved),
    (Approved, Note, Approved),
    (Replied, DoStep, Replied),
    (Replied, Waive, Replied),
    (Replied, Deliver, Delivered),
    // Whoever asks for a review of it has received it.
    (Replied, AskReview, UnderReview),
    (Replied, AskReview, Delivered),
    (Replied, RecordDutyDone, Replied),
    (Replied, Defer, Replied),
    (Replied, SettleDeferred, Replied),
    (Replied, Withdraw, Withdrawn),
    (Replied, Mark, Replied),
    (Replied, Reckon, Replied),
    (Replied, Note, Replied),
    (Delivered, DoStep, Delivered),
    (Delivered, Waive, Delivered),
    (Delivered, Close, Closed),
    (Delivered, GivePaper, Delivered),
    (Delivered, AskReview, UnderReview),
    (Delivered, AskReview, Delivered),
    (Delivered, RecordDutyDone, Delivered),
    (Delivered, Defer, Delivered),
    (Delivered, SettleDeferred, Delivered),
    (Delivered, Withdraw, Withdrawn),
    (Delivered, Evaluate, Delivered),
    (Delivered, Mark, Delivered),
    (Delivered, Reckon, Delivered),
    (Delivered, Note, Delivered),
    (UnderReview, DeclineReview, Delivered),
    (UnderReview, DeclineReview, Closed),
    (UnderReview, HoldHearing, UnderReview),
    (UnderReview, ProposeReview, ReviewProposed),
    (UnderReview, RecordDutyDone, UnderReview),
    (UnderReview, SettleDeferred, UnderReview),
    (UnderReview, Withdraw, Withdrawn),
    (UnderReview, Evaluate, UnderReview),
    (UnderReview, Mark, UnderReview),
    (UnderReview, Reckon, UnderReview),
    (UnderReview, Note, UnderReview),
    (ReviewProposed, Approve, ReviewProposed),
    (ReviewProposed, Approve, ReviewAnswered),
    (ReviewProposed, Return, UnderReview),
    (ReviewProposed, RecordDutyDone, ReviewProposed),
    (ReviewProposed, SettleDeferred, ReviewProposed),
    (ReviewProposed, Withdraw, Withdrawn),
    (ReviewProposed, Evaluate, ReviewProposed),
    (ReviewProposed, Mark, ReviewProposed),
    (ReviewProposed, Reckon, ReviewProposed),
    (ReviewProposed, Note, ReviewProposed),
    // Upheld, it stands where it stood; decided otherwise, the unit carries that out; ordered anew, it begins again.
    (ReviewAnswered, Deliver, Delivered),
    (ReviewAnswered, Deliver, Closed),
    (ReviewAnswered, Deliver, Accepted),
    (ReviewAnswered, RecordDutyDone, ReviewAnswered),
    (ReviewAnswered, SettleDeferred, ReviewAnswered),
    (ReviewAnswered, Withdraw, Withdrawn),
    (ReviewAnswered, Evaluate, ReviewAnswered),
    (ReviewAnswered, Mark, ReviewAnswered),
    (ReviewAnswered, Reckon, ReviewAnswered),
    (ReviewAnswered, Note, ReviewAnswered),
    (Withdrawn, Resume, Received),
    (Withdrawn, Resume, Accepted),
    (Withdrawn, Resume, Assigned),
    (Withdrawn, Resume, Investigating),
    (Withdrawn, Resume, Proposed),
    (Withdrawn, Resume, Approved),
    (Withdrawn, Resume, Replied),
    (Withdrawn, Resume, Delivered),
    (Withdrawn, Resume, UnderReview),
    (Withdrawn, Resume, ReviewProposed),
    (Withdrawn, Resume, ReviewAnswered),
    (Withdrawn, Lapse, Closed),
    (Withdrawn, Lapse, Delivered),
    (Withdrawn, Note, Withdrawn),
    (Closed, Evaluate, Closed),
    (Closed, RecordReturnVisit, Closed),
    (Closed, Archive, Closed),
    (Closed, AppraiseFile, Closed),
    (Closed, DestroyFile, Closed),
    (Closed, Mark, Closed),
    (Closed, Reckon, Closed),
    (Closed, AskReview, UnderReview),
    // Not any more after a re-examination (REG-43), or by a body outside the city: answered at once.
    (Closed, AskReview, Closed),
    (Closed, GivePaper, Closed),
    // What was agreed on is carried out after the end, too (REG-27).
    (Closed, RecordDutyDone, Closed),
    // So is what was put off (XT-21).
    (Closed, Defer, Closed),
    (Closed, SettleDeferred, Closed),
    (Closed, Note, Closed),
];

impl StateKind {
    /// Is `command` taken up in this state at all?
    pub fn takes(self, command: CommandKind) -> bool {
        // Supervision (督办), and what offices report to each other, goes on wherever the matter stands, after its end too, and changes no state; a matter that rests is left in peace.
        if command.is_supervision() || command.is_reporting() || command.is_linking() {
            return self != Withdrawn;
        }
        // Who has an interest in it can be kept out as long as something is to be done.
        if command == CommandKind::Recuse {
            return !matches!(self, Withdrawn | Closed);
        }
        // The library and the plan, too, as long as there is something left for a leader.
        if command.is_library() {
            return self.takes_of_library(command);
        }
        if command.is_appointment() {
            return self.takes_of_appointment();
        }
        TRANSITIONS.iter().any(|(from, kind, _)| *from == self && *kind == command)
    }
}

/// The table as a Mermaid drawing; loops that change nothing in the road are left out.
pub fn drawing() -> String {
    let mut arrows: BTreeMap<(StateKind, StateKind), Vec<CommandKind>> = BTreeMap::new();
    for (from, command, to) in TRANSITIONS {
        let told = !matches!(command, Mark | Reckon | Note)
            && (from != to || matches!(command, DoStep | Assign | Approve | Transfer));
        if told {
            arrows.entry((*from, *to)).or_default().push(*command);
        }
    }
    let mut text = String::from("stateDiagram-v2\n    [*] --> received\n");
    for state in StateKind::ALL {
        writeln!(text, "    state \"{}<br>{}\" as {}", state.zh(), state.name(), state.name())
            .expect("writing to a String cannot fail");
    }
    for ((from, to), commands) in &arrows {
        let words: Vec<String> = commands.iter().map(|c| format!("{} {}", c.zh(), c.name())).collect();
        writeln!(text, "    {} --> {}: {}", from.name(), to.name(), words.join(" / "))
            .expect("writing to a String cannot fail");
    }
    text.push_str("    closed --> [*]\n");
    text
}
