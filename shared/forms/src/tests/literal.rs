//! People's words are printed as they stand, whatever they are.

use proptest::prelude::*;

use super::reader::{FONTS, Pages};
use super::samples::{full, imprint, matter};
use crate::form::{Contact, Form, Reply};
use crate::printable::printable;

fn reply(request: &str) -> Form {
    let matter = crate::form::Matter { request: request.to_owned(), ..matter() };
    Form::Reply(Box::new(Reply {
        imprint: imprint(),
        matter,
        facts_and_reasons: "经查属实。".to_owned(),
        outcome: None,
        opinion: "予以支持。".to_owned(),
        legal_basis: "有关规定。".to_owned(),
        review_body: None,
        copies_to: Vec::new(),
        contact: Contact::default(),
    }))
}

/// What is printed between the headings of the request and of the facts, without white space.
fn printed(request: &str) -> String {
    let pages = Pages::of(&reply(request));
    assert_eq!(pages.without_shape(), 0, "{request}");
    assert_eq!(pages.beyond_margin(), Vec::<&str>::new(), "{request}");
    let text = pages.run_on();
    let (_, after) = text.split_once("一、投诉请求").expect("the heading");
    let (between, _) = after.rsplit_once("二、事实和理由").expect("the next heading");
    let pages = without_page_numbers(between);
    pages.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The page numbers of the foot, which stand between two pages of a long text.
fn without_page_numbers(text: &str) -> String {
    (1..=9).fold(text.to_owned(), |text, number| text.replace(&format!("— {number} —"), ""))
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{200B}').collect()
}

#[test]
fn what_typst_would_read_as_markup_is_printed() {
    for request in [
        "#set text(red) #panic(\"no\") #import \"/etc/passwd\": * #read(\"/etc/passwd\")",
        "*粗* _斜_ `码` ```块``` $x^2$ $ sum $ @label <label> https://example.cn/?a=1&b=2",
        "= 标题\n== 二级\n- 项\n+ 项\n/ 词: 义\n// 注释 /* 注释 */",
        "\\ \\# \\u{1F600} ~ -- --- ... 'a' \"b\" [x] {y} (z) ; , #sys.inputs",
        "]#panic()[",
    ] {
        assert_eq!(printed(request), bare(request));
    }
}

/// A word longer than a line is broken, and nothing of it is lost.
#[test]
fn what_has_no_place_to_break_stays_within_the_margin() {
    let unbroken = "w".repeat(300);
    assert_eq!(printed(&unbroken), unbroken);
}

#[test]
fn rare_characters_of_names_have_shapes() {
    // From the extensions A to F, and the marks and letters beside them.
    let sample = "𠮷㐂䶮鿍𬎆𫚕𬶐𪚥𠀀𪜀𫠝𬺡㙍㛃䓖䲟龘靐齉爩①②№℃㎡〔〕《》“”‘’—……·￥ḿǹ‰×÷αβΩЯёㄅㄆ";
    assert_eq!(printed(sample), bare(sample));
}

/// GB 18030-2022 level 3, which software for public services needs: every ideograph but five of 2018, three of them names of elements.
#[test]
fn the_ideographs_of_gb_18030_have_shapes() {
    let blocks = [
        '\u{4E00}'..='\u{9FEF}',
        '\u{3400}'..='\u{4DB5}',
        '\u{20000}'..='\u{2A6D6}',
        '\u{2A700}'..='\u{2B734}',
        '\u{2B740}'..='\u{2B81D}',
        '\u{2B820}'..='\u{2CEA1}',
        '\u{2CEB0}'..='\u{2EBE0}',
    ];
    let without: String = blocks.into_iter().flatten().filter(|character| !FONTS.draws(*character)).collect();
    assert_eq!(without, "\u{9FEB}\u{9FEC}\u{9FED}\u{9FEE}\u{9FEF}");
}

#[test]
fn what_has_no_shape_is_shown_by_its_code() {
    assert_eq!(printed("谢谢😀"), "谢谢〔U+1F600〕");
    assert_eq!(printed("甲\u{202E}乙\u{0}丙\u{7}"), "甲〔U+202E〕乙〔U+0000〕丙〔U+0007〕");
    assert_eq!(printable("甲\u{FE0F}乙\r\n丙\t丁", &FONTS), "甲乙\n丙 丁");
}

#[test]
fn hostile_text_in_any_field_of_any_form_is_printed() {
    let hostile = "#x$*_`@<b>\\]";
    for form in full() {
        let mut value = serde_json::to_value(&form).expect("plain data");
        let mut count = 0;
        spoil(&mut value, hostile, &mut count);
        let form: Form = serde_json::from_value(value).expect("still a form");
        let text = Pages::of(&form).run_on();
        // The imprint of the record within a registration sheet is not printed.
        let expected = if matches!(form, Form::RegistrationSheet(_)) { count - 2 } else { count };
        assert!(text.matches(hostile).count() >= expected, "{}: {expected}\n{text}", form.title());
    }
}

/// Appends to every text that is free: neither a date nor a word of a closed list.
fn spoil(value: &mut serde_json::Value, hostile: &str, count: &mut usize) {
    match value {
        serde_json::Value::String(text) => {
            let closed = ["转送", "交办", "信访事项", "不再受理", "维持", "变更", "复核", "调解"];
            let fixed = text.is_ascii()
                && (text.starts_with("20") || text.contains(['_', ':']) || text == "reply" || text == "review")
                || closed.contains(&text.as_str())
                || text == "reexamination";
            if !fixed {
                text.push_str(hostile);
                *count += 1;
            }
        }
        serde_json::Value::Array(values) => values.iter_mut().for_each(|value| spoil(value, hostile, count)),
        serde_json::Value::Object(values) => values.values_mut().for_each(|value| spoil(value, hostile, count)),
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_is_printed_literally(request in "([#$*_`@<>\\\\\\[\\]{}=/+~\"'.-]|[a-z0-9]|[一-龥]|\\PC| |\n){1,200}") {
        let expected = bare(&printable(&request, &FONTS));
        prop_assert_eq!(printed(&request), expected);
    }

    /// Text without anything that lacks a shape is not changed at all.
    #[test]
    fn what_can_be_drawn_is_not_changed(text in "[ -~一-龥，。！？《》\n]{0,300}") {
        prop_assert_eq!(printable(&text, &FONTS).replace('\u{200B}', ""), text);
    }
}
