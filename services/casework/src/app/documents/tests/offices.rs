//! Transfers, reviews, hearings, supervision, leaders.

use huiyin_contracts::casework::ReviewResult as Decided;
use huiyin_forms::{Asked, Entrusting, HearingStage, ReviewResult};

use super::*;
use crate::domain::{AfterReview, Hearing, ReviewDelivery, ReviewOpinion, Supervise};

const BUREAU: &str = "990102-xfj";
const CITY: &str = "990100-xfj";

fn officer() -> StaffId {
    StaffId::from(Uuid::from_u128(1))
}

/// A life up to the delivered reply.
fn answered() -> Life {
    let mut life = Life::of(PetitionClass::Request);
    life.given("2026-03-04", &Command::accept(Grade::Ordinary));
    life.happens("2026-03-05", Event::Assigned { officer: officer(), unit: unit(OFFICE) });
    let proposal = Proposal {
        outcome: Outcome::NotSupported,
        opinion: text("不予修复"),
        legal_basis: text("《物业管理条例》第三十五条"),
        facts_found: text("管道完好"),
        cause_found: None,
        opinion_summary: None,
        result_summary: None,
        hardship: false,
        proposer: officer(),
    };
    life.happens("2026-04-01", Event::Proposed { proposal: Box::new(proposal) });
    life.happens("2026-04-02", Event::ApprovalGiven { by: StaffId::from(Uuid::from_u128(3)), role: Role::UnitHead });
    life.happens("2026-04-02", Event::Approved);
    let reply = Reply {
        facts_and_reasons: text("管道完好"),
        opinion: text("不予修复"),
        legal_basis: text("《物业管理条例》第三十五条"),
        unit: unit(OFFICE),
        issued_at: morning("2026-04-03"),
        manner: crate::domain::ReplyManner::Written,
        paper_given_at: None,
    };
    life.happens("2026-04-03", Event::Replied { reply: Box::new(reply) });
    let delivery = Delivery {
        means: text("当面送达"),
        delivered_at: morning("2026-04-04"),
        receipt: Some(text("SD-7")),
        review_until: "2026-05-04".parse().expect("a date"),
    };
    life.happens("2026-04-04", Event::Delivered { delivery });
    life
}

fn reviewed(life: &mut Life, day: &str, result: Decided, outcome: Option<Outcome>) {
    let opinion = ReviewOpinion {
        result,
        outcome,
        facts_found: text("经查阅案卷"),
        opinion: text("管道应予更换"),
        legal_basis: text("《信访工作条例》第三十五条"),
        proposer: officer(),
    };
    life.happens(day, Event::ReviewProposed { opinion: Box::new(opinion) });
    life.happens(day, Event::ReviewAnswered);
    let delivery = ReviewDelivery {
        means: text("邮寄送达"),
        delivered_at: morning(day),
        receipt: None,
        next_until: Some("2026-06-04".parse().expect("a date")),
    };
    life.happens(day, Event::ReviewDelivered { delivery, then: AfterReview::CarryOut { steps: Vec::new() } });
}

/// REG-40…43: each level's own paper, dated, addressed and grounded by its own body.
#[test]
fn every_level_of_review_has_its_papers() {
    let mut life = answered();
    life.given("2026-04-10", &Command::AskReview { superior: Some(unit(BUREAU)) });
    reviewed(&mut life, "2026-05-06", Decided::Changed, Some(Outcome::Supported));
    life.given("2026-05-20", &Command::AskReview { superior: Some(unit(CITY)) });
    let day = |day: &str| day.parse().expect("a date");
    let hearing = Hearing { from: day("2026-05-28"), to: day("2026-05-29"), note: text("内部安排") };
    life.given("2026-05-21", &Command::HoldHearing(hearing.clone()));
    life.given("2026-05-29", &Command::HoldHearing(Hearing { note: text("双方陈述完毕"), ..hearing }));
    reviewed(&mut life, "2026-06-10", Decided::Upheld, None);
    let names = life.names();
    let reviews =
        ["review", "delivery_receipt-2", "hearing_notice", "hearing_record", "reexamination", "delivery_receipt-3"];
    assert_eq!(names[4..], reviews, "{names:?}");
    let petition = life.moments[0].case.facts.number.clone();

    let Form::Review(review) = life.form("review") else { panic!("another form") };
    assert_eq!((&*review.imprint.unit, &*review.imprint.number), (BUREAU, &*format!("FC-{petition}")));
    assert_eq!((review.result, review.outcome.as_deref()), (ReviewResult::Amended, Some("予以支持")));
    assert_eq!((&*review.matter.request, review.matter.received_on), ("鉴定没有做", day("2026-04-10")));
    let earlier = |form: &[huiyin_forms::EarlierOpinion]| -> Vec<(String, String)> {
        form.iter().map(|opinion| (opinion.title.clone(), opinion.unit.clone())).collect()
    };
    assert_eq!(earlier(&review.earlier), [(text("信访处理意见书"), text("望桥街道办事处"))]);

    let Form::Reexamination(last) = life.form("reexamination") else { panic!("another form") };
    assert_eq!(
        (&*last.imprint.unit, last.heard_on, last.result),
        (CITY, Some(day("2026-05-28")), ReviewResult::Upheld)
    );
    assert_eq!(&*last.matter.request, "复查没有听我说");
    assert_eq!(earlier(&last.earlier)[1], (text("信访事项复查意见书"), text(BUREAU)));

    let Form::DeliveryReceipt(receipt) = life.form("delivery_receipt-2") else { panic!("another form") };
    assert_eq!((&*receipt.document, receipt.document_number), ("信访事项复查意见书", review.imprint.number.clone()));
    assert_eq!((&*receipt.imprint.unit, receipt.means.as_deref()), (BUREAU, Some("邮寄送达")));

    // What the office noted before a hearing is not the petitioner's to read; what came of it stands in the record.
    let Form::HearingNotice(notice) = life.form("hearing_notice") else { panic!("another form") };
    assert_eq!((notice.stage, notice.time.to), (HearingStage::Reexamination, day("2026-05-29")));
    assert!(notice.subject.contains("复查意见书") && !notice.subject.contains("内部安排"), "{}", notice.subject);
    let Form::HearingRecord(record) = life.form("hearing_record") else { panic!("another form") };
    assert_eq!(record.finding.as_deref(), Some("双方陈述完毕"));

    // Carried out is what the reviewing body decided.
    life.happens("2026-06-20", Event::Closed { outcome: Outcome::Supported });
    let Form::ClosingSheet(sheet) = life.form("closing_sheet") else { panic!("another form") };
    assert_eq!(sheet.result, "管道应予更换");
    let approval = sheet.approvals.first().expect("one approval");
    assert_eq!((&*approval.role, sheet.approvals.len()), ("单位负责人", 1));
}

/// A6, REG-43: a review that is not taken up is told with its ground.
#[test]
fn a_review_not_taken_up_is_told_by_the_body_asked() {
    let mut late = answered();
    late.given("2026-06-10", &Command::AskReview { superior: Some(unit(BUREAU)) });
    late.given("2026-06-11", &Command::DeclineReview { code: text("review_too_late"), text: text("超过期限") });
    let Form::RefusalNotice(notice) = late.form("review_refusal_notice") else { panic!("another form") };
    assert_eq!((notice.asked, notice.refusal, &*notice.imprint.unit), (Asked::Review, Refusal::Declined, BUREAU));
    assert_eq!(notice.reason, "超过期限");

    let mut outside = answered();
    outside.given("2026-04-10", &Command::AskReview { superior: None });
    let Form::RefusalNotice(notice) = outside.form("review_refusal_notice") else { panic!("another form") };
    assert_eq!((notice.refusal, &*notice.imprint.unit), (Refusal::Pointed, "望桥街道办事处"));

    let mut ended = answered();
    ended.given("2026-04-10", &Command::AskReview { superior: Some(unit(BUREAU)) });
    reviewed(&mut ended, "2026-04-20", Decided::Upheld, None);
    ended.given("2026-04-25", &Command::AskReview { superior: None });
    let Form::RefusalNotice(notice) = ended.form("reexamination_refusal_notice") else { panic!("another form") };
    assert_eq!(notice.asked, Asked::Reexamination);
}

/// REG-10, REG-12, REG-14: handed down, the petitioner learns where to, the receiver what is demanded, and it counts from its own receipt.
#[test]
fn a_matter_handed_down_has_a_notice_and_an_order() {
    let mut life = Life::of(PetitionClass::Request);
    let (unit, demand) = (unit(OTHER), Some(text("查明原因，报送结果")));
    let report_by = Some("2026-03-31".parse().expect("a date"));
    life.given("2026-03-03", &Command::Transfer { unit, demand, report_by, is_discipline: false });
    life.given("2026-03-06", &Command::accept(Grade::Ordinary));
    assert_eq!(life.names(), ["registration_notice", "assignment_notice", "assignment_order", "acceptance_notice"]);
    let Form::TransferNotice(notice) = life.form("assignment_notice") else { panic!("another form") };
    assert_eq!((notice.entrusting, &*notice.imprint.unit), (Entrusting::Assigned, "望桥街道办事处"));
    assert_eq!((&notice.matter.received_from, notice.matter.received_on.to_string()), (&None, text("2026-03-02")));
    let Form::AssignmentOrder(order) = life.form("assignment_order") else { panic!("another form") };
    assert_eq!(
        (&*order.to_unit, &*order.demand, order.due_on),
        ("井头街道办事处", "查明原因，报送结果", Some("2026-03-31".parse().expect("a date")))
    );
    let printed = serde_json::to_string(&life.form("assignment_order")).expect("plain data");
    assert!(
        !printed.contains("宋婉清") && !printed.contains("渗漏"),
        "the receiver may be the unit complained about: {printed}"
    );
    let Form::AcceptanceNotice(acceptance) = life.form("acceptance_notice") else { panic!("another form") };
    assert_eq!(acceptance.matter.received_from.as_deref(), Some("望桥街道办事处"));
    assert_eq!(acceptance.matter.received_on.to_string(), "2026-03-03");
}

/// REG-50, WH-10: an order with the answer that stands, and a leader's letter, tell nothing of the petitioner.
#[test]
fn orders_and_leaders_letters_name_no_petitioner() {
    let mut life = Life::of(PetitionClass::Request);
    life.given("2026-03-04", &Command::accept(Grade::Ordinary));
    life.given("2026-03-05", &Command::Take);
    let order = Supervise::Order { ground: text("evasion"), demand: text("请限期办理") };
    life.given("2026-03-10", &Command::Supervise(order));
    let Form::SupervisionOrder(first) = life.form("supervision_order") else { panic!("another form") };
    assert_eq!((first.reply, &*first.imprint.unit), (None, "望桥街道办事处"));
    let done = Supervise::Answer {
        done: text("已约施工队"),
        will_be_done_on: Some("2026-03-30".parse().expect("a date")),
    };
    life.given("2026-03-12", &Command::Supervise(done));
    let Form::SupervisionOrder(answered) = life.form("supervision_order") else { panic!("another form") };
    assert_eq!(answered.reply.as_deref(), Some("已约施工队\n预计2026年3月30日办结。\n（2026年3月12日反馈）"));

    let Form::LeaderDuty(duty) = life.form("leader_duty") else { panic!("another form") };
    assert!(duty.matter_summary.contains("申诉求决类") && duty.until.is_some(), "{}", duty.matter_summary);
    for document in kind::of(&life.moments).into_iter().filter(super::super::Document::is_nameless) {
        assert!(!document.is_for_petitioner());
        let form = serde_json::to_string(&life.form(&document.name())).expect("plain data");
        assert!(!form.contains("宋婉清") && !form.contains("渗漏"), "{form}");
    }
}

/// WH-10: a case is taken because it was not done when due; the day that has passed is no term for the leader.
#[test]
fn a_leaders_letter_sets_no_term_that_has_passed() {
    let mut life = Life::of(PetitionClass::Request);
    life.given("2026-03-04", &Command::accept(Grade::Ordinary));
    life.happens("2026-06-12", Event::TakenByLeader { leader: officer(), found_by: None });
    let Form::LeaderDuty(duty) = life.form("leader_duty") else { panic!("another form") };
    assert_eq!(duty.until, None);
}

/// WH-15: the catalogue lists the papers of the file in order, by number and day, and tells nothing of the petitioner.
#[test]
fn wh_15_the_catalogue_of_a_file_lists_its_papers_and_names_no_petitioner() {
    let mut life = answered();
    life.happens("2026-04-20", Event::Closed { outcome: Outcome::Supported });
    life.given("2026-07-01", &Command::Archive { is_petition_office: true, receipt: Some(text("邮寄回执12号")) });
    assert_eq!(life.names().last().map(String::as_str), Some("file_catalogue"));
    let Form::FileCatalogue(catalogue) = life.form("file_catalogue") else { panic!("another form") };
    assert!(catalogue.imprint.number.starts_with("DA-HY-"), "{}", catalogue.imprint.number);
    let titles: Vec<&str> = catalogue.papers.iter().map(|paper| paper.title.as_str()).collect();
    assert_eq!(titles.first(), Some(&"登记告知书"));
    assert!(titles.contains(&"信访处理意见书") && !titles.contains(&"案卷目录"), "{titles:?}");
    let delivery = catalogue.papers.iter().find(|paper| paper.title == "送达回证").expect("filed");
    assert_eq!(delivery.receipt.as_deref(), Some("邮寄回执12号"));
    assert!(catalogue.papers.is_sorted_by_key(|paper| paper.on), "in the order in which they came about");
    let printed = serde_json::to_string(&life.form("file_catalogue")).expect("plain data");
    assert!(!printed.contains("宋婉清") && !printed.contains("渗漏"), "{printed}");
}
