use huiyin_contracts::casework::{CaseSnapshot, CaseState};

/// What intake knows of the case behind a petition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseStanding {
    /// None has been heard of yet.
    NotOpened,
    /// It is being handled.
    Open,
    /// It rests or has ended; this is its state.
    Ended,
}

impl CaseStanding {
    /// Where the newest snapshot says the case stands.
    pub fn of(case: Option<&CaseSnapshot>) -> Self {
        match case.map(|case| case.state) {
            None => Self::NotOpened,
            Some(CaseState::Closed) => Self::Ended,
            Some(
                CaseState::Received
                | CaseState::Accepted
                | CaseState::Assigned
                | CaseState::Investigating
                | CaseState::Proposed
                | CaseState::Approved
                | CaseState::Replied
                | CaseState::UnderReview
                | CaseState::ReviewAnswered
                | CaseState::Withdrawn,
            ) => Self::Open,
        }
    }
}
