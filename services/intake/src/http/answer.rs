use huiyin_web::{FieldProblem, Problem};

use crate::{
    app::Failure,
    domain::{Refusal, Violations},
};

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Invalid(found) => invalid(found),
            Failure::Unknown => Self::not_found(),
            Failure::Refused(refusal) => refused(&refusal),
            Failure::KeyReused => Self::refused(
                "idempotency_key_reused",
                None,
                "该 Idempotency-Key 已用于另一份内容",
                "This Idempotency-Key came before with another body",
            )
            .next("新的内容请使用新的 Idempotency-Key", "Use a new Idempotency-Key for new content"),
            Failure::Changed => {
                Self::conflict("changed", "该信访件刚被更新，请重试", "The petition was changed just now; try again")
            }
            Failure::Busy => Self::unavailable(1),
            Failure::Db(_) | Failure::Sealed(_) | Failure::Json(_) => Self::internal(&failure),
        }
    }
}

fn invalid(found: Violations) -> Problem {
    let fields = found.into_vec().into_iter();
    Problem::bad_request(fields.map(|v| FieldProblem::new(v.field, v.rule_zh, v.rule_en, v.example)).collect())
}

fn refused(refusal: &Refusal) -> Problem {
    let [title, title_en, next, next_en] = refusal.words();
    Problem::refused(refusal.code(), None, title, title_en).next(next, next_en)
}
