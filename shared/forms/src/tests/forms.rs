//! Every form: what it says, and that it says it whole.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::reader::{FONTS, Pages};
use super::samples::{full, otherwise, sparse};
use crate::fonts::{Fonts, NEEDED, PLACES, RARE};
use crate::form::{Form, TEMPLATES};
use crate::typeset::render;

fn name(form: &Form) -> &str {
    form.template().trim_end_matches(".typ")
}

#[test]
fn there_is_a_sample_of_every_form() {
    let sampled: BTreeSet<&str> = full().iter().map(Form::template).collect();
    let shared = ["base.typ", "review_body.typ"];
    let templates: BTreeSet<&str> =
        TEMPLATES.iter().map(|(name, _)| *name).filter(|name| !shared.contains(name)).collect();
    assert_eq!(sampled, templates);
}

#[test]
fn every_form_says_what_it_must() {
    for form in full() {
        let pages = Pages::of(&form);
        insta::assert_snapshot!(name(&form), pages.text());
        assert_eq!(pages.without_shape(), 0, "{}", name(&form));
        assert_eq!(pages.beyond_margin(), Vec::<&str>::new(), "{}", name(&form));
    }
}

#[test]
fn what_depends_on_the_matter_is_told_as_it_is() {
    for (name, form) in otherwise() {
        let pages = Pages::of(&form);
        insta::assert_snapshot!(name, pages.text());
        assert_eq!(pages.without_shape(), 0, "{name}");
        assert_eq!(pages.beyond_margin(), Vec::<&str>::new(), "{name}");
    }
}

#[test]
fn no_seal_stands_on_a_page_of_its_own() {
    for form in full().into_iter().chain(sparse()) {
        let text = Pages::of(&form).text();
        for page in text.split("────────").filter(|page| page.contains("（盖章）")) {
            let lines = page.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('—'));
            assert!(lines.count() > 2, "{}: {page}", name(&form));
        }
    }
}

#[test]
fn what_is_absent_leaves_no_trace() {
    for form in sparse() {
        let text = Pages::of(&form).text();
        for trace in ["none", "None", "null", "（）", "：。", "，，", "。。"] {
            assert!(!text.contains(trace), "{}: {trace}\n{text}", name(&form));
        }
    }
}

#[test]
fn every_form_cites_the_regulation_in_force_and_its_seal() {
    for form in full() {
        let text = Pages::of(&form).run_on();
        assert!(text.contains("信访工作条例"), "{}", name(&form));
        assert!(!text.replace("信访工作条例", "").contains("信访条例"), "{}", name(&form));
        assert!(text.contains(&form.imprint().number), "{}", name(&form));
        // Records and the petitioner's own paper are signed, not sealed.
        let signed = ["guarantee_letter", "reception_record", "registration_sheet", "talk_record", "hearing_record"];
        assert_eq!(text.contains("（盖章）"), !signed.contains(&name(&form)), "{}", name(&form));
    }
}

#[test]
fn a_guarantee_letter_holds_two_clauses_and_asks_for_nothing_more_wh_06() {
    let forms: Vec<Form> = full().into_iter().filter(|form| matches!(form, Form::GuaranteeLetter(_))).collect();
    let text = Pages::of(&forms[0]).run_on();
    assert!(text.contains("一是所反映的情况客观真实") && text.contains("二是不诬告"), "{text}");
    assert!(text.contains("是否签署，不影响信访事项的受理、办理和答复"), "{text}");
    for forbidden in ["三是", "上访", "武汉", "其他机关", "不再"] {
        assert!(!text.contains(forbidden), "{forbidden}: {text}");
    }
}

#[test]
fn what_is_made_in_duplicate_comes_out_twice_wh_07() {
    for form in full() {
        let pages = Pages::of(&form);
        match form {
            Form::PromiseLetter(_) | Form::GuaranteeLetter(_) => {
                let text = pages.text();
                assert!(text.contains("一式两份　第一份（汉江区信访局存）"), "{text}");
                assert!(text.contains("一式两份　第二份（信访人存）"), "{text}");
                assert_eq!(pages.count(), 2, "{text}");
                assert!(!text.contains("— 1 —"), "one page each: {text}");
            }
            _ => {}
        }
    }
}

/// Whom the petitioner agreed with before a mediator is written in by hand: a blank, a copy, and a line to sign on.
#[test]
fn reg_27_the_side_nobody_named_has_its_blank_its_copy_and_its_line() {
    let mut form = full().into_iter().find(|form| matches!(form, Form::MediationAgreement(_))).expect("an agreement");
    let Form::MediationAgreement(agreement) = &mut form else { return };
    agreement.parties[1].name = None;
    let text = Pages::of(&form).run_on();
    for wanted in ["第二份（当事人乙存）", "当事人乙（签名或盖章）", "当事人甲：宋婉清"] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
}

#[test]
fn a_long_text_flows_over_numbered_pages() {
    let mut form = full().into_iter().find(|form| matches!(form, Form::Reply(_))).expect("a reply");
    let Form::Reply(reply) = &mut form else { return };
    reply.facts_and_reasons = "经查，棚屋两间未取得建设工程规划许可证，占用消防车通道。".repeat(120);
    let pages = Pages::of(&form);
    let text = pages.text();
    assert!(pages.count() >= 5, "{}", pages.count());
    for number in 1..=pages.count() {
        assert!(text.contains(&format!("— {number} —")), "page {number} is not numbered");
    }
    let last = text.rsplit("────────").next().expect("a page");
    assert!(last.contains("（盖章）") && last.contains("2026年12月30日"), "{last}");
}

#[test]
fn equal_forms_are_equal_bytes_and_archival() {
    for form in full() {
        let pdf = render(&form, &FONTS).unwrap_or_else(|error| panic!("{error}"));
        assert!(pdf.starts_with(b"%PDF-1.7"), "{}", name(&form));
        assert_eq!(pdf, render(&form, &FONTS).unwrap_or_else(|error| panic!("{error}")), "{}", name(&form));
        let metadata = String::from_utf8_lossy(&pdf);
        assert!(metadata.contains("pdfaid:part>2<") && metadata.contains("pdfaid:conformance>B<"), "{}", name(&form));
        // What a reader's program and an archive ask for: title and language.
        assert!(metadata.contains(&format!(r#"x-default">{}<"#, pages_title(&form))), "{}", name(&form));
        assert!(metadata.contains("<dc:language><rdf:Bag><rdf:li>zh-CN<"), "{}", name(&form));
        // Fonts are embedded in part: whole ones would be megabytes.
        assert!(pdf.len() < 200_000, "{}: {} bytes", name(&form), pdf.len());
    }
    if let Ok(folder) = std::env::var("HUIYIN_WRITE_FORMS") {
        let otherwise = otherwise().into_iter().map(|(_, form)| form).collect();
        for (kind, forms) in [("full", full()), ("sparse", sparse()), ("otherwise", otherwise)] {
            for (nth, form) in forms.into_iter().enumerate() {
                let pdf = render(&form, &FONTS).unwrap_or_else(|error| panic!("{error}"));
                let file = PathBuf::from(&folder).join(format!("{}.{kind}-{nth}.pdf", name(&form)));
                std::fs::write(file, pdf).expect("a writable folder");
            }
        }
    }
}

/// The titles of some forms say more than the form's name.
fn pages_title(form: &Form) -> &str {
    match form {
        Form::RefusalNotice(_) => "信访事项不再受理告知书",
        Form::TransferNotice(_) => "信访事项交办告知书",
        form => form.title(),
    }
}

#[test]
fn what_installs_fonts_puts_them_where_they_are_looked_for() {
    let bootstrap = include_str!("../../../../script/bootstrap");
    for place in PLACES {
        assert!(bootstrap.contains(place), "script/bootstrap does not know {place}");
    }
    let image = include_str!("../../../../Dockerfile");
    assert!(image.contains(&format!("COPY --from=fonts /fonts {}", PLACES[0])));
    for file in NEEDED.iter().chain([&RARE]) {
        assert!(bootstrap.contains(file) && image.contains(file), "{file} is not installed");
    }
}

#[test]
fn a_missing_font_is_told_with_its_package() {
    let error = Fonts::find_in(&[PathBuf::from("/nowhere")]).expect_err("there is nothing").to_string();
    for part in ["NotoSerifCJK-Regular.ttc", "fonts-noto-cjk", "files.fonts", "/nowhere"] {
        assert!(error.contains(part), "{error}");
    }
}
