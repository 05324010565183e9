//! Texts with blanks: what differs from matter to matter is found by its value.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use uuid::Uuid;

/// A stretch of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// The same in every matter.
    Same(Vec<u8>),
    /// The id of that ordinal.
    Id(usize),
    /// The petition number.
    Number,
    /// The sealed contact, base64.
    Contact,
    /// A day, moved with the matter.
    Day(NaiveDate),
}

/// What the blanks of one matter are recognised by.
#[derive(Clone, Debug)]
pub(super) struct Known {
    /// Ids that are the matter's own, each with its ordinal.
    pub(super) ids: BTreeMap<Uuid, usize>,
    pub(super) number: String,
    pub(super) contact: Option<String>,
    /// Days before this one are dates of law and of birth, and stay.
    pub(super) first_day: NaiveDate,
}

/// What the blanks of one new matter are filled with.
#[derive(Clone, Debug, Default)]
pub(super) struct Filling {
    pub(super) ids: Vec<Uuid>,
    pub(super) number: String,
    pub(super) contact: Vec<u8>,
    /// Days later than the pattern.
    pub(super) days: i64,
}

const ID: usize = 36;
const DAY: usize = 10;

impl Known {
    /// Cuts a text where blanks are.
    pub(super) fn cut(&self, text: &[u8]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut same = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            let Some((piece, length)) = self.blank(rest) else {
                same.push(text[at]);
                at += 1;
                continue;
            };
            if !same.is_empty() {
                pieces.push(Piece::Same(std::mem::take(&mut same)));
            }
            pieces.push(piece);
            at += length;
        }
        if !same.is_empty() {
            pieces.push(Piece::Same(same));
        }
        pieces
    }

    fn blank(&self, rest: &[u8]) -> Option<(Piece, usize)> {
        if rest.starts_with(self.number.as_bytes()) {
            return Some((Piece::Number, self.number.len()));
        }
        if let Some(contact) = self.contact.as_ref().filter(|contact| rest.starts_with(contact.as_bytes())) {
            return Some((Piece::Contact, contact.len()));
        }
        if rest.get(8) == Some(&b'-') && rest.get(13) == Some(&b'-') {
            let id = rest.get(..ID).and_then(|id| Uuid::try_parse_ascii(id).ok());
            if let Some(ordinal) = id.and_then(|id| self.ids.get(&id)) {
                return Some((Piece::Id(*ordinal), ID));
            }
        }
        if rest.get(4) == Some(&b'-') && rest.get(7) == Some(&b'-') && rest[0] == b'2' {
            let day = rest.get(..DAY).and_then(|day| std::str::from_utf8(day).ok())?;
            let day = NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?;
            if day >= self.first_day && day.format("%Y-%m-%d").to_string().as_bytes() == &rest[..DAY] {
                return Some((Piece::Day(day), DAY));
            }
        }
        None
    }
}

/// Writes a text with its blanks filled in.
pub(super) fn fill(pieces: &[Piece], with: &Filling, out: &mut Vec<u8>) {
    for piece in pieces {
        match piece {
            Piece::Same(text) => out.extend_from_slice(text),
            Piece::Id(ordinal) => {
                let mut text = Uuid::encode_buffer();
                out.extend_from_slice(with.ids[*ordinal].hyphenated().encode_lower(&mut text).as_bytes());
            }
            Piece::Number => out.extend_from_slice(with.number.as_bytes()),
            Piece::Contact => out.extend_from_slice(&with.contact),
            Piece::Day(day) => {
                let moved = day.checked_add_signed(TimeDelta::days(with.days)).unwrap_or(*day);
                // Every day since the year 1000 and before 10000 has ten characters.
                out.extend_from_slice(moved.format("%Y-%m-%d").to_string().as_bytes());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(ids: &[Uuid]) -> Known {
        Known {
            ids: ids.iter().copied().enumerate().map(|(at, id)| (id, at)).collect(),
            number: "HY-2026-0000-0042-K".to_owned(),
            contact: Some("c2VhbGVk".to_owned()),
            first_day: NaiveDate::from_ymd_opt(2025, 1, 1).expect("a day"),
        }
    }

    #[test]
    fn a_text_filled_with_what_it_was_cut_from_is_the_text() {
        let ids = [Uuid::from_u128(0x0190_a1b2_7c3d_7e4f_8a5b_6c7d_8e9f_0a1b), Uuid::from_u128(7)];
        let text = format!(
            "{{\"a\":\"{}\",\"b\":\"{}\",\"n\":\"HY-2026-0000-0042-K\",\"at\":\"2026-03-04T05:06:07Z\",\"law\":\"2022-05-01\",\
             \"c\":\"c2VhbGVk\",\"other\":\"0190a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1c\"}}",
            ids[0], ids[1]
        );
        let pieces = known(&ids).cut(text.as_bytes());
        let mut filling = Filling {
            ids: ids.to_vec(),
            number: "HY-2026-0000-0042-K".to_owned(),
            contact: b"c2VhbGVk".to_vec(),
            days: 0,
        };
        let mut out = Vec::new();
        fill(&pieces, &filling, &mut out);
        assert_eq!(String::from_utf8(out).expect("text"), text);

        filling = Filling { number: "N".to_owned(), contact: b"C".to_vec(), days: 30, ids: vec![ids[1], ids[0]] };
        let mut out = Vec::new();
        fill(&pieces, &filling, &mut out);
        let filled = String::from_utf8(out).expect("text");
        assert!(filled.contains("\"at\":\"2026-04-03T05:06:07Z\""), "{filled}");
        assert!(filled.contains("\"law\":\"2022-05-01\""), "{filled}");
        assert!(filled.contains("\"n\":\"N\"") && filled.contains("\"c\":\"C\""), "{filled}");
        assert!(filled.contains(&format!("\"a\":\"{}\"", ids[1])), "{filled}");
        assert!(filled.contains("0190a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1c"), "{filled}");
    }
}
