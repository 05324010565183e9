//! What a petitioner is answered with: pointer, refusal, explanation, written reply.

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_contracts::casework::Outcome;
use huiyin_contracts::scheduling::OnSpotConditions;
use huiyin_kernel::{Role, StaffId, UnitCode};
use serde::{Deserialize, Serialize};

use super::ReplyManner;

/// An opinion as the officer drafts it (拟定处理意见).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// How the matter is decided.
    pub outcome: Outcome,
    /// 处理意见, in full.
    pub opinion: String,
    /// 法律法规依据
    pub legal_basis: String,
    /// 事实和理由: what was found.
    pub facts_found: String,
    /// 产生原因, in de-identified words.
    pub cause_found: Option<String>,
    /// 处理意见, in de-identified words.
    pub opinion_summary: Option<String>,
    /// 办理结果, in de-identified words.
    pub result_summary: Option<String>,
    /// The petitioner is in real hardship, whatever becomes of the request (WH-12, REG-28).
    pub hardship: bool,
    /// Who proposed it; somebody else approves.
    pub proposer: StaffId,
}

/// One approval of an opinion; how many are needed, and by whom, says the pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who approved.
    pub by: StaffId,
    /// In which role.
    pub role: Role,
}

/// The written reply (信访处理意见书). Of the four contents the law asks for (REG-25, A9; Art. 32) the first, 投诉请求, is the petitioner's own
/// words: intake alone keeps those, sealed, so that they can be destroyed one day (S4, S7). They are put in whenever the document is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// 事实和理由
    pub facts_and_reasons: String,
    /// 处理意见
    pub opinion: String,
    /// 法律法规依据
    pub legal_basis: String,
    /// The unit whose seal it bears.
    pub unit: UnitCode,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// In which manner it was given (REG-33).
    #[serde(default, skip_serializing_if = "ReplyManner::is_written")]
    pub manner: ReplyManner,
    /// When the petitioner received on paper what was answered otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper_given_at: Option<DateTime<Utc>>,
}

impl Reply {
    /// The contents that are missing, by name, beside the petitioner's `request`; a reply is issued only when there is none.
    pub fn missing(&self, request: &str) -> Vec<&'static str> {
        [
            ("request", request),
            ("facts_and_reasons", &self.facts_and_reasons),
            ("opinion", &self.opinion),
            ("legal_basis", &self.legal_basis),
        ]
        .into_iter()
        .filter_map(|(name, text)| text.trim().is_empty().then_some(name))
        .collect()
    }

    /// What stands before the petitioner's request in the document.
    pub const BEFORE_REQUEST: &str = "信访处理意见书\n一、投诉请求\n";

    /// What stands after the petitioner's request in the document.
    pub fn after_request(&self) -> String {
        format!(
            "\n二、事实和理由\n{}\n三、处理意见\n{}\n四、法律法规依据\n{}",
            self.facts_and_reasons, self.opinion, self.legal_basis
        )
    }

    /// The text of the document, part by part.
    pub fn text(&self, request: &str) -> String {
        format!("{}{request}{}", Self::BEFORE_REQUEST, self.after_request())
    }
}

/// How the reply reached the petitioner (送达).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// By which means, in the words of the record: in person, registered mail, net.
    pub means: String,
    /// When it reached the petitioner.
    pub delivered_at: DateTime<Utc>,
    /// Number of the receipt (送达回证), if there is one.
    pub receipt: Option<String>,
    /// The last day on which a review can be asked for (REG-40).
    pub review_until: NaiveDate,
}

/// A promise letter (承诺书; WH-05). Its date is the handling deadline's: one clock, one source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// Its number; one per matter.
    pub number: String,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// Who holds the two copies (WH-07): the issuing unit and the petitioner.
    pub held_by_unit: UnitCode,
}

impl Promise {
    /// How many copies there are (一式两份; WH-07).
    pub const COPIES: u8 = 2;
}

/// Settled in front of the petitioner (WH-04).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnSpot {
    /// The five conditions, all true.
    pub conditions: OnSpotConditions,
    /// What was done, in full.
    pub result: String,
    /// The same in de-identified words.
    pub result_summary: String,
}

/// Explained by word of mouth at a reception (XT-08).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The explanation in de-identified words.
    pub summary: String,
    /// When it was given.
    pub given_at: DateTime<Utc>,
}

/// What a closed case was answered with. There is no closed case without one (WH-11).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Answer {
    /// A written reply that reached the petitioner.
    Written {
        /// The opinion behind it.
        proposal: Box<Proposal>,
        /// The document.
        reply: Box<Reply>,
        /// How it got there.
        delivery: Delivery,
    },
    /// Settled on the spot.
    OnSpot(OnSpot),
    /// A suggestion or enquiry answered by word of mouth (A9).
    Explained(Explanation),
    /// Another body is competent (REG-12): which, and what the petitioner was told.
    Pointed {
        /// The competent body.
        to_body: String,
        /// The notice.
        text: String,
    },
    /// Not taken up (A6).
    Declined {
        /// Ground, from the pack's closed list.
        code: String,
        /// The article of that ground.
        article: String,
        /// The notice.
        text: String,
        /// Where to go.
        where_to_go: String,
    },
    /// Sent on to a discipline body (REG-11).
    Forwarded {
        /// Which one.
        unit: UnitCode,
    },
    /// Withdrawn by the petitioner's own act. Never counted as resolved.
    Withdrawn,
}
