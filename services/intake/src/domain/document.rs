use chrono::NaiveDate;
use huiyin_kernel::{DocumentKind, IdNumber};

use super::Violations;

/// The document a petitioner showed, its number normalised.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    /// Its kind.
    pub kind: DocumentKind,
    /// Its number in one spelling.
    pub number: Option<String>,
}

/// Every kind by the name it has in requests and in import files.
const KINDS: [(&str, &str, DocumentKind); 7] = [
    ("id_card", "居民身份证", DocumentKind::IdCard),
    ("passport", "护照", DocumentKind::Passport),
    ("hk_macau_permit", "港澳居民来往内地通行证", DocumentKind::HkMacauPermit),
    ("taiwan_permit", "台湾居民来往大陆通行证", DocumentKind::TaiwanPermit),
    ("foreign_residence", "外国人永久居留身份证", DocumentKind::ForeignResidence),
    ("organisation_code", "统一社会信用代码", DocumentKind::OrganisationCode),
    ("none", "未出示证件", DocumentKind::None),
];

impl Document {
    /// Reads kind and number. Only the resident identity number is checked by its check character; other documents are
    /// taken by shape, because anyone may petition (REG-08).
    pub(super) fn parse(kind: &str, number: Option<&str>, today: NaiveDate, found: &mut Violations) -> Option<Self> {
        let Some(kind) = Self::kind_named(kind) else {
            let known: Vec<&str> = KINDS.iter().map(|(name, ..)| *name).collect();
            let rule = ("证件类型须为其中之一", format!("the document kind is one of {}", known.join(", ")));
            found.add("petitioner.document_kind", rule, "id_card");
            return None;
        };
        let field = "petitioner.document_number";
        let number = number.map(str::trim).filter(|number| !number.is_empty());
        let number = match (kind, number) {
            (_, None) => None,
            (DocumentKind::None, Some(_)) => {
                found.add(field, ("未选择证件类型时不填证件号码", "without a document there is no number"), "");
                return None;
            }
            (DocumentKind::IdCard, Some(text)) => {
                let read = IdNumber::parse(text, today);
                let id = found.keep(field, "身份证号码有误，请与证件核对", "11010519491231002X", read)?;
                Some(id.as_str().to_owned())
            }
            (_, Some(text)) => {
                let Some(number) = Self::one_spelling(text) else {
                    let rule = ("证件号码为4至30位字母、数字或短横线", "4 to 30 letters, digits or dashes");
                    found.add(field, rule, "E12345678");
                    return None;
                };
                Some(number)
            }
        };
        Some(Self { kind, number })
    }

    fn kind_named(name: &str) -> Option<DocumentKind> {
        let name = name.trim();
        KINDS.iter().find(|(code, chinese, _)| *code == name || *chinese == name).map(|(.., kind)| *kind)
    }

    /// The one spelling of a document's number: no blanks, half-width, capitals; `None` when it is none.
    pub fn one_spelling(text: &str) -> Option<String> {
        let number: String = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| if ('！'..='～').contains(&c) { char::from_u32(c as u32 - 0xFEE0).unwrap_or(c) } else { c })
            .collect::<String>()
            .to_uppercase();
        let plain = number.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '(' | ')' | '/'));
        ((4..=30).contains(&number.len()) && plain).then_some(number)
    }

    /// The kind's name in requests and in the database.
    pub fn kind_name(kind: DocumentKind) -> &'static str {
        KINDS.iter().find(|(.., known)| *known == kind).map_or("none", |(name, ..)| *name)
    }
}

/// A name of which only the first character shows.
pub type MaskedName = String;

/// Masks a name for display: the first character stays, however many bytes it takes (`𠮷田` → `𠮷*`).
pub fn mask_name(name: &str) -> MaskedName {
    let mut chars = name.chars();
    let first = chars.next().map(String::from).unwrap_or_default();
    format!("{first}{}", "*".repeat(chars.count().clamp(1, 3)))
}

super::redacted!(Document);

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: &str, number: Option<&str>) -> Result<Option<String>, usize> {
        let mut found = Violations::default();
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a date");
        Document::parse(kind, number, today, &mut found).map(|d| d.number).ok_or(found.into_vec().len())
    }

    /// REG-08
    #[test]
    fn foreign_documents_are_taken_by_shape_and_identity_numbers_by_check_character() {
        assert_eq!(read("passport", Some(" e1234 5678 ")), Ok(Some("E12345678".to_owned())));
        assert_eq!(read("护照", Some("Ｅ１２３４５６７８")), Ok(Some("E12345678".to_owned())));
        assert_eq!(read("taiwan_permit", Some("00112233")), Ok(Some("00112233".to_owned())));
        assert_eq!(read("id_card", Some("11010519491231002x")), Ok(Some("11010519491231002X".to_owned())));
        assert_eq!(read("id_card", Some("110105194912310021")), Err(1));
        assert_eq!(read("id_card", None), Ok(None));
        assert_eq!(read("none", Some("X")), Err(1));
        assert_eq!(read("passport", Some("护照号")), Err(1));
        assert_eq!(read("driving_licence", None), Err(1));
    }

    #[test]
    fn a_masked_name_shows_one_character_and_not_its_length() {
        assert_eq!(mask_name("𠮷田"), "𠮷*");
        assert_eq!(mask_name("欧阳某某某某"), "欧***");
        assert_eq!(mask_name("王"), "王*");
    }
}
