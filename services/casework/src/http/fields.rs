//! Reading words: every field that is wrong is named at once.

use huiyin_kernel::{Text, TextError};
use huiyin_web::{FieldProblem, Problem};

/// Collects what is wrong.
#[derive(Debug, Default)]
pub(super) struct Fields(Vec<FieldProblem>);

/// Words of one line: names, codes, means.
pub(super) const LINE: usize = 200;
/// A paragraph: reasons, notes, summaries.
pub(super) const PARAGRAPH: usize = 2_000;
/// The most units one command names.
pub(super) const MOST_UNITS: usize = 10;
/// A document's part.
pub(super) const DOCUMENT: usize = 20_000;

impl Fields {
    /// A text of 1 to `max` characters.
    pub(super) fn text(&mut self, field: &str, text: &str, max: usize) -> String {
        match Text::parse(text, max) {
            Ok(text) => text.into(),
            Err(error) => {
                let rule = match error {
                    TextError::Empty => "不能为空".to_owned(),
                    TextError::TooLong { max, len } => format!("最多{max}字，现有{len}字"),
                    TextError::Control(code) => format!("含有不可见字符 U+{code:04X}"),
                };
                self.0.push(FieldProblem::new(field, rule, error.to_string(), "经现场查看，情况属实"));
                String::new()
            }
        }
    }

    /// A text that may be left out.
    pub(super) fn maybe(&mut self, field: &str, text: Option<&str>, max: usize) -> Option<String> {
        text.map(|text| self.text(field, text, max))
    }

    /// A list of at most so many.
    pub(super) fn at_most(&mut self, field: &str, len: usize, most: usize) {
        if len > most {
            let (rule, en) = (format!("最多{most}项，现有{len}项"), format!("at most {most}; there are {len}"));
            self.0.push(FieldProblem::new(field, rule, en, "分几项写清"));
        }
    }

    /// Refuses when anything was wrong.
    pub(super) fn done(self) -> Result<(), Problem> {
        if self.0.is_empty() { Ok(()) } else { Err(Problem::bad_request(self.0)) }
    }
}
