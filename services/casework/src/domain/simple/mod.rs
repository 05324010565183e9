//! The simple procedure (简易办理; REG-30…33): for first matters that are clear and easy, a shorter period and an answer in any manner
//! that reaches the petitioner. What makes a matter unfit is either known here or stated by whoever admits it; what is stated is kept.

mod refusal;

use chrono::{DateTime, Utc};
use huiyin_contracts::casework::{Grade, Procedure};
use serde::{Deserialize, Serialize};

use super::{Case, Command, CommandKind};
use huiyin_policy::rules::MatterIs;

pub use refusal::{Hindrance, SimpleRefusal};

macro_rules! grounds {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $zh:literal;)*) => {
        /// Why a matter fits the simple procedure (REG-30).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum SimpleGround { $($(#[$doc])* $name,)* }

        impl SimpleGround {
            /// Every ground with its code.
            pub const ALL: &[(Self, &'static str)] = &[$((Self::$name, $code)),*];

            /// Its code.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            /// In Chinese.
            pub const fn zh(self) -> &'static str {
                match self { $(Self::$name => $zh),* }
            }
        }
    };
}

grounds! {
    /// Clear, undisputed and easily solved.
    ClearAndEasy = "clear_and_easy", "事实清楚、责任明确、争议不大、易于解决";
    /// Consultation, suggestion or thanks that can be answered at once.
    AnswerableAtOnce = "answerable_at_once", "咨询、意见建议或者表达感谢，可以即时反馈";
    /// Of daily life and pressing in time.
    DailyAndPressing = "daily_and_pressing", "涉及群众日常生产生活、时效性强，应当即时处理";
    /// The body has promised or concluded already.
    PromisedOrConcluded = "promised_or_concluded", "有关机关、单位已有明确承诺或者结论";
    /// Other matters fit for it.
    Other = "other", "其他可以适用简易办理的";
}

impl SimpleGround {
    /// The ground of that code.
    pub fn with_code(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == code).map(|(ground, _)| *ground)
    }
}

/// What whoever admits a matter to the simple procedure states of it; all must hold (REG-30, REG-31).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "four answers of yes or no, as they are asked")]
pub struct SimpleConditions {
    /// 初次信访事项: put for the first time.
    pub first_time: bool,
    /// None of the five roads of Art. 31(1)–(5): court, arbitration, Party appeal, reconsideration, penalty (REG-23).
    pub no_other_procedure: bool,
    /// One unit alone is responsible.
    pub one_unit: bool,
    /// It is not a request that may have to be refused.
    pub not_to_be_refused: bool,
}

/// The admission of a matter to the simple procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimpleAdmission {
    /// Why it fits.
    pub ground: SimpleGround,
    /// What was stated of it.
    pub conditions: SimpleConditions,
}

/// The simple procedure of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Simple {
    /// How it was admitted.
    pub admission: SimpleAdmission,
    /// When it was converted to the ordinary procedure, if it was (REG-33).
    pub converted_at: Option<DateTime<Utc>>,
}

impl Case {
    /// Handled by the simple procedure now?
    pub fn is_simple(&self) -> bool {
        self.simple.as_ref().is_some_and(|simple| simple.converted_at.is_none())
    }

    /// The procedure as others are told.
    pub fn procedure(&self) -> Procedure {
        if self.is_simple() { Procedure::Simple } else { Procedure::Ordinary }
    }

    /// What stands in the way of the simple procedure: what is known here first, then what was not stated to hold.
    pub(super) fn hindrances(&self, conditions: SimpleConditions, grade: Grade) -> Vec<Hindrance> {
        let known = [
            (Hindrance::Repeat, self.is_repeat()),
            (Hindrance::HandedDown, self.is(MatterIs::HandedDown)),
            (Hindrance::Joint, self.is(MatterIs::Joint)),
            (Hindrance::Grade, grade != Grade::Ordinary),
            (Hindrance::Reported, !self.reported_up.is_empty()),
            (Hindrance::Assisted, !self.assisting().is_empty()),
        ];
        let stated = [
            (Hindrance::NotFirst, !conditions.first_time),
            (Hindrance::OtherProcedure, !conditions.no_other_procedure),
            (Hindrance::SeveralUnits, !conditions.one_unit),
            (Hindrance::MayBeRefused, !conditions.not_to_be_refused),
        ];
        known.into_iter().chain(stated).filter_map(|(hindrance, holds)| holds.then_some(hindrance)).collect()
    }

    /// May this be asked of a case by the procedure it is in? Inside the simple procedure nothing is extended: whatever takes longer is
    /// not simple.
    pub(super) fn procedure_allows(&self, command: CommandKind) -> Result<(), SimpleRefusal> {
        match command {
            CommandKind::ConvertToOrdinary if !self.is_simple() => Err(SimpleRefusal::NotSimpleNow),
            CommandKind::Extend if self.is_simple() => Err(SimpleRefusal::ConvertFirst),
            CommandKind::GivePaper => match self.state.reply() {
                Some((reply, _)) if reply.manner.is_written() => Err(SimpleRefusal::WrittenAlready),
                Some((reply, _)) if reply.paper_given_at.is_some() => Err(SimpleRefusal::WrittenAlready),
                Some(_) => Ok(()),
                None => Err(SimpleRefusal::NothingAnswered),
            },
            _ => Ok(()),
        }
    }
}

/// In which manner a matter was answered (答复方式; REG-33). Only the simple procedure leaves the choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyManner {
    /// 书面
    #[default]
    Written,
    /// 当面口头
    Oral,
    /// 电话
    Phone,
    /// 网上
    Net,
}

impl ReplyManner {
    /// On paper, as the ordinary procedure asks (REG-25).
    pub const fn is_written(&self) -> bool {
        matches!(self, Self::Written)
    }

    /// Has the petitioner heard it the moment it is given?
    pub const fn is_heard_at_once(self) -> bool {
        matches!(self, Self::Oral | Self::Phone)
    }

    /// In Chinese, as a document or message says it.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Written => "书面",
            Self::Oral => "当面口头",
            Self::Phone => "电话",
            Self::Net => "网上",
        }
    }
}

impl Command {
    /// Acceptance in the ordinary procedure.
    #[cfg(test)]
    pub(crate) const fn accept(grade: Grade) -> Self {
        Self::Accept { grade, simple: None }
    }

    /// A reply in writing.
    #[cfg(test)]
    pub(crate) fn reply(request: &str) -> Self {
        Self::Reply { request: request.to_owned(), manner: ReplyManner::Written }
    }
}
