use std::fmt;

/// One thing that is not right with what was sent: which field, which rule, and how it could look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The field, as a path: `petitioner.phone`, `representatives[2].name`.
    pub field: String,
    /// The rule in plain Chinese.
    pub rule_zh: String,
    /// The rule in plain English.
    pub rule_en: String,
    /// A value that would be right; empty when none can be given.
    pub example: String,
}

/// Everything that is not right, in the order of the fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// Adds one.
    pub fn add(
        &mut self,
        field: impl Into<String>,
        (zh, en): (impl Into<String>, impl Into<String>),
        example: impl Into<String>,
    ) {
        self.0.push(Violation { field: field.into(), rule_zh: zh.into(), rule_en: en.into(), example: example.into() });
    }

    /// Adds one found elsewhere.
    pub fn push(&mut self, violation: Violation) {
        self.0.push(violation);
    }

    /// The value, or a note of why there is none.
    pub fn keep<T, E: fmt::Display>(&mut self, field: &str, zh: &str, example: &str, read: Result<T, E>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(error) => {
                self.add(field, (zh, error.to_string()), example);
                None
            }
        }
    }

    /// True when nothing is wrong.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each of them.
    pub fn into_vec(self) -> Vec<Violation> {
        self.0
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Violation> {
        self.0.iter()
    }
}
