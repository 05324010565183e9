//! What is noted of a case and changes nothing.

use huiyin_kernel::VisitId;
use serde::{Deserialize, Serialize};

/// Something worth keeping that changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "note", rename_all = "snake_case")]
pub enum Note {
    /// The petitioner added to or corrected the petition; the text is intake's.
    PetitionAmended,
    /// The petitioner withdrew, but the case was already closed.
    WithdrawnAfterClosing,
    /// The petitioner took a withdrawal back, but the case was already closed.
    RestoredAfterClosing,
    /// The petitioner asked for a review while one was under way, or before there was an answer.
    ReviewAskedOutOfTurn,
    /// An appointment was asked for while none can be (QD-02).
    AppointmentAskedOutOfTurn,
    /// The petitioner rated it when it could not be rated: too late, twice, or not answered any more.
    EvaluatedOutOfTurn,
    /// A visit ended with something the case could no longer take up.
    VisitWithoutEffect {
        /// The visit.
        visit_id: VisitId,
        /// The refusal's code.
        refusal: String,
    },
}
