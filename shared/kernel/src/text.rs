//! Free text as people write it, kept exactly, within stated bounds.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Text without control characters, trimmed of nothing, counted in characters (Unicode scalar values).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(String);

/// Why a text is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but blanks.
    #[error("must not be empty")]
    Empty,
    /// Longer than allowed.
    #[error("must have at most {max} characters; this has {len}")]
    TooLong {
        /// Characters allowed.
        max: usize,
        /// Characters given.
        len: usize,
    },
    /// A control character other than a line break or tab, or one that turns the direction of writing.
    #[error("must not contain the invisible character U+{0:04X}")]
    Control(u32),
}

impl Text {
    /// Reads a text of 1 to `max` characters. Line breaks and tabs are kept; other control characters and direction
    /// overrides (U+202A–202E, U+2066–2069) are refused, because they make a page show what is not written.
    pub fn parse(text: &str, max: usize) -> Result<Self, TextError> {
        if let Some(c) = text.chars().find(|c| is_hidden(*c)) {
            return Err(TextError::Control(c as u32));
        }
        if text.chars().all(is_blank) {
            return Err(TextError::Empty);
        }
        let len = text.chars().count();
        if len > max { Err(TextError::TooLong { max, len }) } else { Ok(Self(text.to_owned())) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
}

fn is_hidden(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_is_kept_to_the_letter() {
        for text in ["楼上漏水\r\n三年了", "𠮷田🏠", "e\u{301}", "👨\u{200D}👩\u{200D}👧", " 前后有空格 "]
        {
            assert_eq!(Text::parse(text, 20).map(String::from), Ok(text.to_owned()));
        }
    }

    #[test]
    fn hidden_and_empty_text_is_refused() {
        assert_eq!(Text::parse("a\0b", 9), Err(TextError::Control(0)));
        assert_eq!(Text::parse("a\u{202E}b", 9), Err(TextError::Control(0x202E)));
        assert_eq!(Text::parse("\u{200B} \u{3000}", 9), Err(TextError::Empty));
        assert_eq!(Text::parse("一二三四", 3), Err(TextError::TooLong { max: 3, len: 4 }));
    }
}
