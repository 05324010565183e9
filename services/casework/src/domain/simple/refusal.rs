//! Why something is not done by the simple procedure, in words the person can act on.

use crate::domain::Told;

/// What keeps a matter out of the simple procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hindrance {
    /// Not put for the first time.
    NotFirst,
    /// Linked as the same matter with one registered earlier.
    Repeat,
    /// One of the roads of Art. 31(1)–(5).
    OtherProcedure,
    /// Handed down by a higher body (交办).
    HandedDown,
    /// Several responsible units.
    SeveralUnits,
    /// A group, or a joint letter.
    Joint,
    /// Marked complex or wide.
    Grade,
    /// Reported upwards as major or urgent (REG-17).
    Reported,
    /// Other units assist (REG-15).
    Assisted,
    /// The request may have to be refused.
    MayBeRefused,
}

impl Hindrance {
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::NotFirst => ("REG-30", "不是初次信访事项", "it is not put for the first time"),
            Self::Repeat => (
                "REG-30",
                "已与先前登记的同一事项关联，不是初次信访事项",
                "it is linked as the same matter with an earlier one",
            ),
            Self::OtherProcedure => (
                "REG-31",
                "属于《信访工作条例》第三十一条第一项至第五项规定的途径",
                "it belongs to one of the roads of Art. 31(1) to (5)",
            ),
            Self::HandedDown => ("REG-31", "属于上级机关交办的事项", "it was handed down by a higher body"),
            Self::SeveralUnits => ("REG-31", "涉及两个以上责任单位", "several units are responsible"),
            Self::Joint => ("REG-31", "属于多人共同提出或者联名信", "it was put by several people together"),
            Self::Grade => ("REG-31", "属于重大、复杂疑难的事项", "it is marked complex or wide"),
            Self::Reported => ("REG-31", "已作为重大、紧急事项报告", "it was reported upwards as major or urgent"),
            Self::Assisted => ("REG-31", "由其他单位协办", "other units assist"),
            Self::MayBeRefused => ("REG-31", "诉求可能不予支持", "the request may have to be refused"),
        }
    }
}

/// A command was refused for the procedure; nothing changed.
#[expect(missing_docs, reason = "the fields are what the message names")]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SimpleRefusal {
    /// The matter does not fit the simple procedure (REG-30, REG-31). Never empty.
    #[error("the matter does not fit the simple procedure")]
    Unfit { hindrances: Vec<Hindrance> },
    /// There is no such ground (REG-30).
    #[error("there is no ground {code}")]
    UnknownGround { code: String, known: Vec<&'static str> },
    /// Nothing is extended inside the simple procedure.
    #[error("the simple procedure is not extended")]
    ConvertFirst,
    /// It is handled by the ordinary procedure already.
    #[error("the case is not handled by the simple procedure")]
    NotSimpleNow,
    /// Outside the simple procedure answers are given in writing (REG-25).
    #[error("the ordinary procedure asks for an answer in writing")]
    InWriting,
    /// The petitioner has the answer on paper.
    #[error("the answer was given on paper already")]
    WrittenAlready,
    /// There is no answer to put on paper.
    #[error("there is no answer to give on paper")]
    NothingAnswered,
}

impl SimpleRefusal {
    /// The refusal in words.
    pub fn told(&self) -> Told {
        let told = |code, rule, zh: String, en: String| Told { code, rule, zh, en };
        match self {
            Self::Unfit { hindrances } => {
                let words: Vec<_> = hindrances.iter().map(|hindrance| hindrance.words()).collect();
                let rule = words.first().map_or("REG-31", |(rule, ..)| *rule);
                let list = |of: fn(&(&'static str, &'static str, &'static str)) -> String| {
                    words.iter().map(of).collect::<Vec<_>>()
                };
                told(
                    "not_simple",
                    rule,
                    format!("不适用简易办理：{}。请按普通程序受理。", list(|(rule, zh, _)| format!("{zh}（{rule}）")).join("；")),
                    format!(
                        "The simple procedure does not fit: {}. Take it up by the ordinary one.",
                        list(|(rule, _, en)| format!("{en} ({rule})")).join("; ")
                    ),
                )
            }
            Self::UnknownGround { code, known } => told(
                "unknown_simple_ground",
                "REG-30",
                format!("没有“{code}”这一简易办理的情形；可用：{}。", known.join("、")),
                format!("There is no ground \"{code}\" for the simple procedure; there are: {}.", known.join(", ")),
            ),
            Self::ConvertFirst => told(
                "convert_first",
                "REG-33",
                "简易办理不能延期。不能按期办结的，请先转为普通程序：期限自受理之日起按普通程序计算。".to_owned(),
                "The simple procedure is not extended. Convert to the ordinary one first; its period counts from the same acceptance."
                    .to_owned(),
            ),
            Self::NotSimpleNow => told(
                "not_simple_now",
                "REG-33",
                "本事项按普通程序办理，无需转换。".to_owned(),
                "The case is handled by the ordinary procedure; there is nothing to convert.".to_owned(),
            ),
            Self::InWriting => told(
                "in_writing",
                "REG-25",
                "普通程序须出具书面的信访处理意见书，只有简易办理可以口头、电话或者网上答复。请选择书面答复。".to_owned(),
                "The ordinary procedure asks for an answer in writing; only the simple one may be answered otherwise. Choose writing."
                    .to_owned(),
            ),
            Self::WrittenAlready => told(
                "written_already",
                "REG-33",
                "信访人已经收到书面答复，无需再出具。".to_owned(),
                "The petitioner has the answer on paper already.".to_owned(),
            ),
            Self::NothingAnswered => told(
                "nothing_answered",
                "REG-33",
                "本事项尚未答复，请先答复。".to_owned(),
                "The matter is not answered yet; answer it first.".to_owned(),
            ),
        }
    }
}
