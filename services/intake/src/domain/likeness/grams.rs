use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

/// Texts shorter than this say too little: "停水了" is the whole of many a matter.
const LEAST: usize = 6;
/// Texts shorter than this are cut into pairs.
const SHORT: usize = 16;

/// The pieces of a matter's text, by three characters, or by two of a short one; none when it says too little to be compared. Title and request
/// are cut apart, so that no piece spans the border.
pub(super) fn grams(title: &str, request: &str) -> Option<BTreeSet<String>> {
    let parts = [plain(title), plain(request)];
    let length: usize = parts.iter().map(Vec::len).sum();
    if length < LEAST {
        return None;
    }
    let width = if length < SHORT { 2 } else { 3 };
    let pieces = parts.iter().flat_map(|part| {
        // A part shorter than a piece is one.
        let whole = (!part.is_empty() && part.len() < width).then_some(part.as_slice());
        part.windows(width).chain(whole)
    });
    Some(pieces.map(|piece| piece.iter().collect()).collect())
}

/// A text without what changes between one writing and the next: forms of characters and letters, spaces, punctuation, and which numbers.
fn plain(text: &str) -> Vec<char> {
    let mut plain = Vec::new();
    for c in spelling(text).chars() {
        if !c.is_numeric() {
            plain.push(c);
        } else if plain.last() != Some(&'0') {
            plain.push('0');
        }
    }
    plain
}

/// A text in one form of characters and letters, without spaces and punctuation; numbers stay.
pub(super) fn spelling(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_between_two_writings_is_left_out() {
        let one: String = plain("ＡＢ小区，3 号楼\u{3000}欠薪 12,000.50 元！").into_iter().collect();
        assert_eq!(one, "ab小区0号楼欠薪0元");
        assert_eq!(plain("ab 小区 15号楼欠薪８００元"), plain(&one));
    }

    #[test]
    fn short_texts_are_cut_into_pairs_and_very_short_ones_are_not_compared() {
        let cut = |title, request| grams(title, request).map(|grams| grams.into_iter().collect::<Vec<_>>());
        assert_eq!(cut("停水", "！停水了"), None);
        assert_eq!(cut("路灯不亮", "修"), None);
        assert_eq!(cut("路灯不亮", "请修理").map(|grams| grams.len()), Some(5));
        assert_eq!(
            cut("楼道", "楼道里的路灯不亮已经很久了请修理"),
            cut("楼 道", "楼道里的路灯不亮，已经很久了。请修理！")
        );
        assert!(
            cut("楼道", "楼道里的路灯不亮已经很久了请修理").is_some_and(|grams| grams.contains(&"楼道".to_owned()))
        );
    }
}
