//! Texts that a spreadsheet would run.

/// True for the characters with which a cell becomes a formula, full-width forms included: some spreadsheets fold them.
fn begins_formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\0' | '＝' | '＋' | '－' | '＠')
}

/// The text with an apostrophe before it if it would otherwise be run; NUL, which no spreadsheet can show, is left out.
pub(crate) fn defused(text: &str) -> String {
    let text = text.replace('\0', "");
    // An apostrophe that already stands before such a character gets another one, so that reading gives back what was written.
    let first = text.trim_start_matches('\'').chars().next();
    if first.is_some_and(begins_formula) { format!("'{text}") } else { text }
}

/// What was written with [`defused`].
pub(crate) fn restored(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.trim_start_matches('\'').chars().next().is_some_and(begins_formula) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_defused_is_restored() {
        for text in ["=1+1", "'=1+1", "''@x", "'", "", "－5", "普通", "\tx", "it's"] {
            let written = defused(text);
            assert!(!written.chars().next().is_some_and(begins_formula), "{written:?}");
            assert_eq!(restored(&written), text);
        }
    }
}
