use std::collections::BTreeMap;

use super::{PetitionInput, PetitionerInput, RepresentativeInput, Violations};

/// A column of an import file: its name in a header row, and in Chinese.
pub type ImportColumn = (&'static str, &'static str);

/// Columns a file must have; it may leave out every other one.
pub const REQUIRED_COLUMNS: [&str; 8] = ["channel", "class", "topic", "district", "kind", "title", "request", "name"];

/// Every column an import file may have, in the order of the template.
pub const COLUMNS: [ImportColumn; 24] = [
    ("external_ref", "原编号"),
    ("channel", "信访形式"),
    ("received_at", "收到时间"),
    ("class", "信访类别"),
    ("topic", "热点类别"),
    ("district", "区划代码"),
    ("kind", "信访人类别"),
    ("title", "标题"),
    ("request", "请求"),
    ("facts", "事实和理由"),
    ("place", "问题发生地"),
    ("name", "姓名"),
    ("gender", "性别"),
    ("document_kind", "证件类型"),
    ("document_number", "证件号码"),
    ("phone", "联系电话"),
    ("email", "电子邮箱"),
    ("address", "住址"),
    ("people_count", "人数"),
    ("representatives", "代表"),
    ("companions", "随访人"),
    ("concerned_unit", "涉及单位"),
    ("assistance", "所需协助"),
    ("session_id", "接访场次"),
];

/// The words an import file may use for the closed lists, beside the names of the interface.
const WORDS: [(&str, &str); 16] = [
    ("网上信访", "net"),
    ("网上", "net"),
    ("来信", "letter"),
    ("来电", "phone"),
    ("传真", "fax"),
    ("来访", "visit"),
    ("建议意见", "suggestion"),
    ("建议意见类", "suggestion"),
    ("检举控告", "accusation"),
    ("检举控告类", "accusation"),
    ("申诉求决", "request"),
    ("申诉求决类", "request"),
    ("个人", "individual"),
    ("多人", "group"),
    ("单位", "organisation"),
    ("联名信", "joint_letter"),
];

/// The column a header cell names, in English or Chinese; `None` for one that nobody knows.
pub fn column_named(header: &str) -> Option<&'static str> {
    let header = header.trim().trim_start_matches('\u{feff}');
    let header = if header == "ref" { "external_ref" } else { header };
    COLUMNS.iter().find(|(name, chinese)| *name == header || *chinese == header).map(|(name, _)| *name)
}

/// What one row hands in. Cells are still unchecked text, apart from the number of people.
pub fn input_of_row(cells: &BTreeMap<&'static str, String>) -> Result<PetitionInput, Violations> {
    let mut found = Violations::default();
    let text = |column: &str| cells.get(column).map(String::as_str).unwrap_or_default();
    let optional = |column: &str| Some(text(column)).filter(|text| !text.trim().is_empty()).map(str::to_owned);
    let word = |column: &str| {
        let text = text(column).trim();
        WORDS.iter().find(|(chinese, _)| *chinese == text).map_or(text, |(_, name)| *name).to_owned()
    };
    let people_count = match optional("people_count").map(|count| count.trim().parse::<i64>()) {
        None => None,
        Some(Ok(count)) => Some(count),
        Some(Err(_)) => {
            found.add("people_count", ("人数须为整数", "a whole number"), "12");
            None
        }
    };
    let input = PetitionInput {
        channel: word("channel"),
        class: word("class"),
        topic: text("topic").trim().to_owned(),
        district: text("district").trim().to_owned(),
        kind: word("kind"),
        title: text("title").to_owned(),
        request: text("request").to_owned(),
        facts: optional("facts"),
        place: optional("place"),
        petitioner: PetitionerInput {
            name: text("name").to_owned(),
            gender: optional("gender"),
            document_kind: optional("document_kind").unwrap_or_else(|| "none".to_owned()),
            document_number: optional("document_number"),
            phone: optional("phone"),
            email: optional("email"),
            address: optional("address"),
        },
        people_count,
        representatives: optional("representatives").map(|cell| parts(&cell).map(representative).collect()),
        companions: optional("companions").map(|cell| parts(&cell).map(str::to_owned).collect()),
        concerned_unit: optional("concerned_unit"),
        assistance: optional("assistance"),
        received_at: optional("received_at").map(|at| at.trim().to_owned()),
        session_id: optional("session_id"),
        external_ref: optional("external_ref"),
    };
    if found.is_empty() { Ok(input) } else { Err(found) }
}

/// Several values in one cell stand apart by semicolons, Chinese or Western, or line breaks.
fn parts(cell: &str) -> impl Iterator<Item = &str> {
    cell.split([';', '；', '|', '\n']).map(str::trim).filter(|part| !part.is_empty())
}

/// `姓名 电话`: the phone, if any, is what follows the last blank or colon and begins with a digit or a plus.
fn representative(part: &str) -> RepresentativeInput {
    let split = part.rsplit_once([' ', '\u{3000}', ':', '：', '/']);
    let phone = split.filter(|(_, phone)| phone.starts_with(|c: char| c.is_numeric() || c == '+'));
    match phone {
        Some((name, phone)) => {
            RepresentativeInput { name: name.trim().to_owned(), phone: Some(phone.trim().to_owned()) }
        }
        None => RepresentativeInput { name: part.to_owned(), phone: None },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_in_chinese_words_reads_like_one_in_english() {
        let row = |cells: &[(&'static str, &str)]| {
            input_of_row(&cells.iter().map(|(name, value)| (*name, (*value).to_owned())).collect())
        };
        let chinese = row(&[("channel", "来访"), ("class", "申诉求决类"), ("kind", "多人"), ("people_count", " 12 ")]);
        let english = row(&[("channel", "visit"), ("class", "request"), ("kind", "group"), ("people_count", "12")]);
        assert_eq!(chinese, english);
        assert!(row(&[("people_count", "一二")]).is_err());
    }

    #[test]
    fn several_people_stand_in_one_cell() {
        let cells = [("representatives", "李建国 13800001234；欧阳娜；John Smith +44 20".to_owned())];
        let input = input_of_row(&cells.into_iter().collect()).expect("a row");
        let read: Vec<_> = input.representatives.into_iter().flatten().map(|r| (r.name, r.phone)).collect();
        assert_eq!(read[0], ("李建国".to_owned(), Some("13800001234".to_owned())));
        assert_eq!(read[1], ("欧阳娜".to_owned(), None));
    }

    #[test]
    fn headers_are_known_in_both_languages() {
        assert_eq!(column_named("\u{feff}信访形式"), Some("channel"));
        assert_eq!(column_named(" phone "), Some("phone"));
        assert_eq!(column_named("risk"), None);
        assert!(REQUIRED_COLUMNS.iter().all(|column| column_named(column) == Some(*column)));
    }
}
