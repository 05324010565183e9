//! Text as it can be printed: literally, with what has no shape made visible.

use crate::fonts::Fonts;

/// So many characters without a place to break a line are given one, so that nothing runs over the margin.
const UNBROKEN: usize = 24;
const BREAK_HERE: char = '\u{200B}';

/// The text with every character that cannot be drawn replaced by its code. Controls and marks that turn the direction of the text
/// around would print as nothing, or make the text read as it was not written: they are shown by their code as well.
pub(crate) fn printable(text: &str, fonts: &Fonts) -> String {
    let text = text.replace("\r\n", "\n");
    let mut printed = String::with_capacity(text.len());
    let mut unbroken = 0;
    for character in text.chars() {
        match character {
            '\r' | '\n' | '\u{2028}' | '\u{2029}' => printed.push('\n'),
            '\t' => printed.push(' '),
            // They choose between shapes of the character before them; the font has one.
            '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => continue,
            _ if !is_formatting(character) && fonts.draws(character) => printed.push(character),
            _ => printed.push_str(&format!("〔U+{:04X}〕", u32::from(character))),
        }
        unbroken = if breaks(character) { 0 } else { unbroken + 1 };
        if unbroken == UNBROKEN {
            printed.push(BREAK_HERE);
            unbroken = 0;
        }
    }
    printed
}

const fn is_formatting(character: char) -> bool {
    character.is_ascii_control()
        || matches!(
            character,
            '\u{80}'..='\u{9F}' | '\u{AD}' | '\u{61C}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFB}'
        )
}

/// May a line end after it? Chinese text breaks anywhere; the marks that may not begin a line are few and never many in a row.
fn breaks(character: char) -> bool {
    character.is_whitespace() || ('\u{2E80}'..='\u{A4CF}').contains(&character) || ('\u{20000}'..).contains(&character)
}
