//! The road of a matter from registration to its end.

use super::*;

fn extend(days: u32) -> Command {
    Command::Extend { days, kind: Grade::Wide, reason: text("须委托鉴定") }
}

#[test]
fn every_document_says_what_the_journal_says() {
    let mut life = Life::of(PetitionClass::Request);
    life.happens(
        "2026-03-03",
        Event::HandedOver { unit: unit(OTHER), from: unit(OFFICE), leader: None, reason: text("属地调整") },
    );
    life.given("2026-03-04", &Command::accept(Grade::Wide));
    let promise = Promise { number: text("CN-1"), issued_at: morning("2026-03-04"), held_by_unit: unit(OTHER) };
    life.happens("2026-03-04", Event::Promised { promise });
    life.given("2026-04-01", &extend(20));
    life.given("2026-04-02", &extend(10));
    let officer = StaffId::from(Uuid::from_u128(1));
    life.happens("2026-04-03", Event::Assigned { officer, unit: unit(OTHER) });
    let proposal = Proposal {
        outcome: Outcome::Supported,
        opinion: text("限期修复"),
        legal_basis: text("《物业管理条例》第三十五条"),
        facts_found: text("管道老化"),
        cause_found: None,
        opinion_summary: None,
        result_summary: None,
        hardship: false,
        proposer: officer,
    };
    life.happens("2026-04-04", Event::Proposed { proposal: Box::new(proposal) });
    life.happens("2026-04-05", Event::Approved);
    let reply = Reply {
        facts_and_reasons: text("管道老化"),
        opinion: text("限期修复"),
        legal_basis: text("《物业管理条例》第三十五条"),
        unit: unit(OTHER),
        issued_at: morning("2026-04-06"),
        manner: crate::domain::ReplyManner::Written,
        paper_given_at: None,
    };
    life.happens("2026-04-06", Event::Replied { reply: Box::new(reply) });
    let delivery = Delivery {
        means: text("当面送达"),
        delivered_at: morning("2026-04-07"),
        receipt: None,
        review_until: "2026-05-07".parse().expect("a date"),
    };
    life.happens("2026-04-07", Event::Delivered { delivery });
    life.happens("2026-04-08", Event::Closed { outcome: Outcome::Supported });
    assert_eq!(
        life.names(),
        [
            "registration_notice",
            "transfer_notice",
            "acceptance_notice",
            "promise_letter",
            "extension_notice",
            "extension_notice-2",
            "reply",
            "delivery_receipt",
            "closing_report",
            "closing_sheet",
        ]
    );

    let Form::TransferNotice(transfer) = life.form("transfer_notice") else { panic!("another form") };
    assert_eq!((&*transfer.imprint.unit, &*transfer.to_unit), ("望桥街道办事处", "井头街道办事处"));
    let Form::AcceptanceNotice(acceptance) = life.form("acceptance_notice") else { panic!("another form") };
    let petition = life.moments[0].case.facts.number.clone();
    assert_eq!(acceptance.imprint.number, format!("SL-{petition}"));
    assert_eq!((&*acceptance.imprint.unit, acceptance.accepted_on.to_string()), ("井头街道办事处", text("2026-03-04")));
    assert_eq!((&*acceptance.matter.petitioner, &*acceptance.matter.request), ("宋婉清", "请求修复三楼渗漏"));
    assert_eq!(acceptance.matter.received_on.to_string(), "2026-03-02");

    // WH-08: one clock. A later extension moves the clock, not what was promised.
    let Form::PromiseLetter(letter) = life.form("promise_letter") else { panic!("another form") };
    assert_eq!((letter.due_on, &*letter.imprint.number), (Some(acceptance.due_on), "CN-1"));

    let (first, second) = (life.form("extension_notice"), life.form("extension_notice-2"));
    let (Form::ExtensionNotice(first), Form::ExtensionNotice(second)) = (first, second) else { panic!("another form") };
    assert_eq!((first.due_before, first.days, second.days), (acceptance.due_on, 20, 10));
    assert_eq!((second.due_before, &*second.reason), (first.due_on, "须委托鉴定"));
    assert!(second.due_on > first.due_on && first.due_on > first.due_before);
    assert_eq!((first.approved_by, second.imprint.number), (None, format!("YQ2-{petition}")));

    let Form::Reply(reply) = life.form("reply") else { panic!("another form") };
    assert_eq!((reply.outcome.as_deref(), &*reply.opinion), (Some("予以支持"), "限期修复"));
    assert_eq!((&*reply.facts_and_reasons, &*reply.legal_basis), ("管道老化", "《物业管理条例》第三十五条"));
    let Form::DeliveryReceipt(receipt) = life.form("delivery_receipt") else { panic!("another form") };
    assert_eq!((receipt.document_number, receipt.means.as_deref()), (reply.imprint.number, Some("当面送达")));
    let Form::ClosingReport(report) = life.form("closing_report") else { panic!("another form") };
    assert_eq!((report.closed_on.to_string(), &*report.result), (text("2026-04-08"), "予以支持。\n限期修复"));
    assert!(report.course.iter().any(|step| step == "2026年4月6日：已出具信访处理意见书。"), "{:?}", report.course);
    assert!(!report.course.iter().any(|step| step.contains("审批")), "what goes on inside stays inside");
}

#[test]
fn a_refusal_names_its_ground_and_where_to_go() {
    let mut ended = Life::of(PetitionClass::Request);
    ended.given("2026-03-03", &Command::Decline { code: text("finally_reviewed"), text: text("已经复核") });
    assert_eq!(
        ended.names(),
        ["registration_notice", "final_refusal_notice"],
        "what was declined has no result to report"
    );
    let Form::RefusalNotice(notice) = ended.form("final_refusal_notice") else { panic!("another form") };
    assert_eq!(notice.refusal, Refusal::NoLonger);
    assert_eq!(notice.article, "《信访工作条例》第三十六条第三款");
    assert!(notice.reason == "已经复核" && notice.where_to_go.contains("新的事实"), "{}", notice.where_to_go);

    let mut elsewhere = Life::of(PetitionClass::Request);
    elsewhere.given("2026-03-03", &Command::Decline { code: text("in_progress_elsewhere"), text: text("正在办理") });
    let Form::RefusalNotice(notice) = elsewhere.form("refusal_notice") else { panic!("another form") };
    assert_eq!(notice.refusal, Refusal::Declined);

    let mut pointed = Life::of(PetitionClass::Request);
    pointed.given("2026-03-03", &Command::Point { to_body: text("区人民法院"), text: text("属诉讼事项"), road: None });
    let Form::RefusalNotice(notice) = pointed.form("pointer_notice") else { panic!("another form") };
    assert_eq!((notice.refusal, &*notice.where_to_go), (Refusal::Pointed, "请向区人民法院提出。"));
}

#[test]
fn an_accusation_has_no_documents_reg_22() {
    let mut life = Life::of(PetitionClass::Accusation);
    life.happens("2026-03-03", Event::Forwarded { unit: unit("990102-discipline") });
    life.happens("2026-03-03", Event::Closed { outcome: Outcome::Forwarded });
    // Whatever a journal holds, nothing of it is printed.
    life.happens(
        "2026-03-04",
        Event::HandedOver { unit: unit(OTHER), from: unit(OFFICE), leader: None, reason: text("-") },
    );
    assert_eq!(life.names(), Vec::<String>::new());
}

/// REG-27, REG-33: an agreement is printed for both sides with its days; whom the petitioner agreed with before a mediator stands in no
/// journal, and is a blank. An answer given on paper later has a receipt of its own.
#[test]
fn reg_27_an_agreement_is_printed_with_its_days_and_paper_given_later_with_a_receipt() {
    use crate::domain::{Settle, SimpleAdmission, SimpleConditions, SimpleGround};
    use huiyin_contracts::casework::SettlementKind;
    for (kind, other) in [(SettlementKind::Mediation, None), (SettlementKind::Settlement, Some("望桥街道办事处"))]
    {
        let mut life = Life::of(PetitionClass::Request);
        let conditions =
            SimpleConditions { first_time: true, no_other_procedure: true, one_unit: true, not_to_be_refused: true };
        let simple = Some(SimpleAdmission { ground: SimpleGround::ClearAndEasy, conditions });
        life.given("2026-03-03", &Command::Accept { grade: Grade::Ordinary, simple });
        let officer = StaffId::from(Uuid::from_u128(1));
        life.happens("2026-03-03", Event::Assigned { officer, unit: unit(OFFICE) });
        let settle = Settle {
            kind,
            agreed_on: "2026-03-03".parse().expect("a date"),
            facts_found: text("三楼管道老化"),
            terms: text("物业公司更换管道；\n费用由双方分担。"),
            duties: vec![(text("更换管道"), "2026-04-10".parse().expect("a date"))],
            signed_by: StaffId::from(Uuid::from_u128(2)),
            signer_heads: Some(unit(OFFICE)),
        };
        life.given("2026-03-03", &Command::RecordSettlement(settle));
        life.given("2026-03-04", &Command::Reply { request: text("修复"), manner: crate::domain::ReplyManner::Phone });
        let delivered_at = morning("2026-03-06");
        life.given(
            "2026-03-06",
            &Command::GivePaper { means: text("挂号信"), delivered_at, receipt: Some(text("回证1")) },
        );
        let names = life.names();
        assert!(names.contains(&"agreement".to_owned()) && names.contains(&"delivery_receipt".to_owned()), "{names:?}");
        let Form::MediationAgreement(agreement) = life.form("agreement") else { panic!("another form") };
        let parties: Vec<Option<&str>> = agreement.parties.iter().map(|party| party.name.as_deref()).collect();
        assert_eq!(parties, [Some("宋婉清"), other]);
        assert_eq!(agreement.terms, ["物业公司更换管道；", "费用由双方分担。"]);
        assert_eq!(agreement.performance.as_deref(), Some("2026年4月10日前：更换管道"));
    }
}
