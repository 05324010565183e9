//! Which papers a visit has (接访文书; WH-18, C1…C4), and why not.

use huiyin_contracts::scheduling::{VisitOutcome, VisitState};

use super::visit::Visit;

/// A paper of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// 领导接访登记表 (C3): before the record is complete its lower part is for writing in.
    ReceptionRecord,
    /// 信访事项登记单 (C4)
    RegistrationSheet,
    /// 接谈记录 (C4)
    TalkRecord,
    /// 承诺书 (C1; WH-05): printed with the matter, whose handling deadline it names.
    PromiseLetter,
    /// 保证书 (C2; WH-06): voluntary; nothing depends on it.
    GuaranteeLetter,
}

/// Why a paper is not to be had here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPaper {
    /// The turn was given back.
    GivenBack,
    /// The record is not complete.
    NotRecorded,
    /// Nothing was promised.
    NothingPromised,
    /// It is printed on the page of the matter.
    WithTheMatter,
}

impl Paper {
    /// All of them, in the order they are filled in.
    pub const ALL: [Self; 5] =
        [Self::ReceptionRecord, Self::RegistrationSheet, Self::TalkRecord, Self::PromiseLetter, Self::GuaranteeLetter];

    /// In addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReceptionRecord => "reception_record",
            Self::RegistrationSheet => "registration_sheet",
            Self::TalkRecord => "talk_record",
            Self::PromiseLetter => "promise_letter",
            Self::GuaranteeLetter => "guarantee_letter",
        }
    }

    /// At the beginning of its number, before the petition's.
    pub const fn letters(self) -> &'static str {
        match self {
            Self::ReceptionRecord => "JF",
            Self::RegistrationSheet => "DJD",
            Self::TalkRecord => "JT",
            Self::PromiseLetter => "CN",
            Self::GuaranteeLetter => "BZ",
        }
    }

    /// Its title in Chinese and in English.
    pub const fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::ReceptionRecord => ("领导接访登记表", "Reception record"),
            Self::RegistrationSheet => ("信访事项登记单", "Registration sheet"),
            Self::TalkRecord => ("接谈记录", "Record of the talk"),
            Self::PromiseLetter => ("承诺书", "Promise letter"),
            Self::GuaranteeLetter => ("保证书（自愿签署，一式两份）", "Letter of guarantee, voluntary, two copies"),
        }
    }

    /// Holds nothing of the petitioner beyond the matter's number.
    pub const fn is_nameless(self) -> bool {
        matches!(self, Self::GuaranteeLetter)
    }
}

impl NoPaper {
    /// What to do instead, in Chinese and in English.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::GivenBack => ("本次来访已退约。再次来访时请重新登记。", "The turn was given back; register anew."),
            Self::NotRecorded => ("请先填完登记表，再打印。", "Complete the record first."),
            Self::NothingPromised => ("本次接访没有出具承诺书。", "No promise letter came of this visit."),
            Self::WithTheMatter => (
                "承诺书写明办理期限，请在信访事项页面打印。",
                "It names the handling deadline; print it on the page of the matter.",
            ),
        }
    }
}

impl Visit {
    /// May the paper be printed? A letter of guarantee at any time: it changes nothing (DOMAIN part D).
    pub fn has_paper(&self, paper: Paper) -> Result<(), NoPaper> {
        if self.state == VisitState::Cancelled {
            return Err(NoPaper::GivenBack);
        }
        match (paper, &self.record, &self.outcome) {
            (Paper::ReceptionRecord | Paper::RegistrationSheet | Paper::GuaranteeLetter, _, _)
            | (Paper::TalkRecord, Some(_), _) => Ok(()),
            (Paper::TalkRecord | Paper::PromiseLetter, None, _) => Err(NoPaper::NotRecorded),
            (Paper::PromiseLetter, Some(_), Some(VisitOutcome::Promised { .. })) => Err(NoPaper::WithTheMatter),
            (Paper::PromiseLetter, Some(_), _) => Err(NoPaper::NothingPromised),
        }
    }
}
