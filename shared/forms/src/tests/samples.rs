//! Every form filled in, and with everything left out that can be. The people and units are invented.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use crate::form::*;

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn at(text: &str) -> NaiveDateTime {
    text.parse().expect("a date and time")
}

fn text(text: &str) -> String {
    text.to_owned()
}

pub(super) fn imprint() -> Imprint {
    Imprint { number: text("汉信〔2026〕第18号"), unit: text("汉江区信访局"), date: day("2026-12-30") }
}

pub(super) fn matter() -> Matter {
    Matter {
        number: text("HY-2026-0004-9217-K"),
        petitioner: text("宋婉清"),
        organisation: false,
        request: text("请求拆除幸福里12栋北侧违章搭建的棚屋，恢复消防通道。"),
        received_on: day("2026-11-02"),
        received_from: Some(text("汉江市信访局")),
    }
}

fn contact() -> Contact {
    Contact {
        person: Some(text("办信科 罗立")),
        phone: Some(text("027-5555 0123")),
        query: Some(text("凭信访编号和查询码在网上查询")),
    }
}

fn record() -> ReceptionRecord {
    ReceptionRecord {
        imprint: imprint(),
        leader: text("魏长河"),
        received_on: day("2026-12-15"),
        place: text("汉江区人民来访接待中心一号接访室"),
        petitioner: text("宋婉清"),
        gender: Some(text("女")),
        age: Some(47),
        phone: Some(text("139 0000 0000")),
        companions: vec![text("宋一鸣"), text("梅若兰")],
        address: Some(text("汉江区长堤街道幸福里12栋3单元402室")),
        accompanied_by: vec![text("长堤街道办事处"), text("区城市管理局")],
        request: matter().request,
        leader_opinion: Some(text("请城管局牵头，会同街道现场核实，十个工作日内答复。")),
        result: Some(text("已交区城市管理局办理。")),
        petitioner_opinion: None,
    }
}

fn hearing_time() -> HearingTime {
    HearingTime { from: day("2026-12-20"), to: day("2026-12-20"), begins: NaiveTime::from_hms_opt(14, 30, 0) }
}

/// Every form with every field.
pub(super) fn full() -> Vec<Form> {
    let facts = text(
        "2026年11月20日，我单位会同长堤街道办事处到幸福里12栋现场核查，询问了相邻住户，查阅了该地块规划许可档案。\n经查，12栋北侧棚屋两间，面积共28.6平方米，未取得建设工程规划许可证，占用消防车通道1.2米。",
    );
    let opinion = text("责令当事人于2027年1月15日前自行拆除棚屋；逾期不拆除的，依法强制拆除，费用由当事人承担。");
    let basis = text("《中华人民共和国城乡规划法》第六十四条；《中华人民共和国消防法》第二十八条。");
    let earlier = |title: &str, unit: &str| EarlierOpinion {
        title: text(title),
        number: text("汉城管〔2026〕第7号"),
        unit: text(unit),
        on: day("2026-10-10"),
    };
    let boxed = Box::new;
    vec![
        Form::PromiseLetter(Box::new(PromiseLetter {
            imprint: imprint(),
            matter: matter(),
            due_on: Some(day("2027-02-28")),
            contact: contact(),
        })),
        Form::GuaranteeLetter(Box::new(GuaranteeLetter {
            imprint: imprint(),
            matter_number: Some(matter().number),
            phone: Some(text("139 0000 0000")),
        })),
        Form::ReceptionRecord(boxed(record())),
        Form::RegistrationSheet(Box::new(RegistrationSheet {
            imprint: imprint(),
            matter_number: matter().number,
            class: text("申诉求决类"),
            earlier_handling: Some(text("2026年10月曾向街道反映，街道答复正在协调。")),
            record: record(),
        })),
        Form::AssignmentOrder(Box::new(AssignmentOrder {
            imprint: imprint(),
            to_unit: text("区城市管理局"),
            matter_number: matter().number,
            registered_on: matter().received_on,
            demand: text("查清棚屋是否违法建设，依法处理，书面答复信访人，并报送办结报告。"),
            due_on: Some(day("2027-01-29")),
            feedback: Some(text("书面报送办结报告，附处理意见书和送达回证")),
            signer: Some(text("程知远")),
        })),
        Form::FileCatalogue(Box::new(FileCatalogue {
            imprint: imprint(),
            matter_number: matter().number,
            responsible_unit: text("区城市管理局"),
            registered_on: matter().received_on,
            closed_on: day("2027-01-08"),
            retention: text("30年"),
            keep_until: Some(day("2057-12-31")),
            papers: vec![
                FiledPaper {
                    title: text("信访处理意见书"),
                    number: text("CL-HY-2026-0004-9217-K"),
                    receipt: None,
                    on: day("2026-12-28"),
                },
                FiledPaper {
                    title: text("送达回证"),
                    number: text("SD-HY-2026-0004-9217-K"),
                    receipt: Some(text("邮寄回执12号")),
                    on: day("2026-12-30"),
                },
            ],
        })),
        Form::SupervisionOrder(Box::new(SupervisionOrder {
            imprint: imprint(),
            to_unit: text("区城市管理局"),
            matter_number: matter().number,
            ground: text("超过规定期限未办结，未告知延期理由。"),
            demand: text("说明原因，提出办结时间，书面反馈。"),
            reply_due_on: day("2027-01-08"),
            reply: Some(text("已于2027年1月4日答复信访人。")),
        })),
        Form::ClosingSheet(Box::new(ClosingSheet {
            imprint: imprint(),
            matter: matter(),
            result: opinion.clone(),
            legal_basis: Some(basis.clone()),
            replied_on: Some(day("2026-12-28")),
            petitioner_word: Some(text("同意，希望按时拆除。")),
            approvals: vec![
                Approval { role: text("分管领导"), name: text("程知远"), on: Some(day("2026-12-25")) },
                Approval { role: text("主要领导"), name: text("魏长河"), on: None },
            ],
        })),
        Form::TalkRecord(Box::new(TalkRecord {
            imprint: imprint(),
            matter_number: matter().number,
            began_at: at("2026-12-15T09:05:00"),
            place: text("一号接访室"),
            present: vec![text("宋婉清"), text("魏长河"), text("罗立（记录）")],
            statement: text("棚屋占了消防通道，多次反映没有结果。"),
            answers: text("已交区城管局核查，查实将依法处理。"),
            agreed: vec![text("城管局三日内到现场核查；"), text("核查结果当面告知信访人。")],
        })),
        Form::LeaderDuty(Box::new(LeaderDuty {
            imprint: imprint(),
            leader: Some(text("魏长河")),
            post: Some(text("副区长")),
            matter_number: matter().number,
            matter_summary: text("居民楼北侧违法建设占用消防通道。"),
            duties: vec![text("掌握情况；"), text("解决问题；"), text("教育疏导。")],
            until: Some(day("2027-03-31")),
        })),
        Form::RegistrationNotice(Box::new(RegistrationNotice {
            imprint: imprint(),
            matter: matter(),
            road: text("该事项属于申诉求决类，由区城市管理局按信访程序办理。"),
            answer_due_on: Some(day("2026-11-17")),
            query_code: Some(text("7KQM-2XHB-RW9T-C4DN-8")),
            contact: contact(),
        })),
        Form::TransferNotice(Box::new(TransferNotice {
            imprint: imprint(),
            matter: matter(),
            entrusting: Entrusting::Assigned,
            to_unit: text("区城市管理局"),
            on: day("2026-11-05"),
            contact: contact(),
        })),
        Form::AcceptanceNotice(Box::new(AcceptanceNotice {
            imprint: imprint(),
            matter: matter(),
            accepted_on: day("2026-11-10"),
            due_on: day("2027-01-11"),
            contact: contact(),
        })),
        Form::RefusalNotice(Box::new(RefusalNotice {
            imprint: imprint(),
            matter: matter(),
            asked: Asked::Matter,
            refusal: Refusal::NoLonger,
            reason: text("该事项已经复核，复核意见于2025年6月3日送达；本次提出的事实和理由与此前相同。"),
            article: text("《信访工作条例》第三十六条第三款"),
            where_to_go: text("有新的事实和理由的，可以重新提出；生活确有困难的，可以向街道办事处申请社会救助。"),
            contact: contact(),
        })),
        Form::ExtensionNotice(Box::new(ExtensionNotice {
            imprint: imprint(),
            matter: matter(),
            due_before: day("2027-01-11"),
            days: 30,
            due_on: day("2027-02-10"),
            reason: text("需要委托专业机构对棚屋结构进行鉴定，鉴定需要二十日。"),
            approved_by: Some(text("程知远")),
            contact: contact(),
        })),
        Form::Reply(Box::new(Reply {
            imprint: imprint(),
            matter: matter(),
            facts_and_reasons: facts.clone(),
            outcome: Some(text("予以支持")),
            opinion: opinion.clone(),
            legal_basis: basis.clone(),
            review_body: Some(text("汉江市城市管理委员会")),
            copies_to: vec![text("汉江市信访局"), text("长堤街道办事处")],
            contact: contact(),
        })),
        Form::Review(Box::new(Review {
            imprint: imprint(),
            matter: matter(),
            earlier: vec![earlier("信访处理意见书", "区城市管理局")],
            facts: facts.clone(),
            result: ReviewResult::Upheld,
            outcome: None,
            opinion: text("原处理意见认定事实清楚，适用依据正确。"),
            legal_basis: basis.clone(),
            next_body: Some(text("汉江市人民政府")),
            contact: contact(),
        })),
        Form::Reexamination(Box::new(Reexamination {
            imprint: imprint(),
            matter: matter(),
            earlier: vec![
                earlier("信访处理意见书", "区城市管理局"),
                earlier("信访事项复查意见书", "汉江市城市管理委员会"),
            ],
            heard_on: Some(day("2026-12-20")),
            facts,
            result: ReviewResult::Amended,
            outcome: Some(text("予以支持")),
            opinion,
            legal_basis: basis,
            contact: contact(),
        })),
        Form::MediationAgreement(Box::new(MediationAgreement {
            imprint: imprint(),
            matter_number: matter().number,
            agreement: Agreement::Mediated,
            parties: vec![
                Party { name: Some(text("宋婉清")), contact: Some(text("139 0000 0000")) },
                Party { name: Some(text("幸福里物业服务有限公司")), contact: None },
            ],
            dispute: text("棚屋占用消防通道造成的通行不便。"),
            terms: vec![text("物业公司于2027年1月15日前拆除棚屋；"), text("物业公司补偿宋婉清搬运费800元。")],
            performance: Some(text("补偿款于拆除当日以转账方式支付。")),
            mediator: Some(text("沈静")),
        })),
        Form::HearingNotice(Box::new(HearingNotice {
            imprint: imprint(),
            matter_number: matter().number,
            recipient: text("宋婉清"),
            stage: HearingStage::Reexamination,
            subject: text("棚屋是否属于违法建设。"),
            time: hearing_time(),
            place: Some(text("汉江区政务服务中心三楼听证室")),
            chair: Some(text("顾文博")),
            contact: contact(),
        })),
        Form::HearingRecord(Box::new(HearingRecord {
            imprint: imprint(),
            matter_number: matter().number,
            subject: text("棚屋是否属于违法建设"),
            time: hearing_time(),
            place: Some(text("三楼听证室")),
            chair: Some(text("顾文博")),
            clerk: Some(text("罗立")),
            panel: vec![text("沈静"), text("程知远")],
            participants: vec![text("宋婉清"), text("区城市管理局代表")],
            speeches: vec![
                Speech { speaker: text("主持人"), words: text("现在开始听证。") },
                Speech {
                    speaker: text("宋婉清"), words: text("棚屋2024年搭建，没有许可。\n我拍了照片。")
                },
                Speech { speaker: text("区城市管理局代表"), words: text("查无许可档案。") },
            ],
            finding: Some(text("棚屋未取得规划许可，属于违法建设。")),
        })),
        Form::ClosingReport(Box::new(ClosingReport {
            imprint: imprint(),
            to_unit: Some(text("汉江市信访局")),
            matter: matter(),
            course: vec![
                text("2026年11月10日受理；"),
                text("2026年11月20日现场核查；"),
                text("2026年12月28日送达处理意见书。"),
            ],
            facts_found: Some(text("棚屋两间，未取得规划许可。")),
            result: text("予以支持：责令限期拆除。"),
            legal_basis: Some(text("《中华人民共和国城乡规划法》第六十四条。")),
            closed_on: day("2026-12-30"),
        })),
        Form::DeliveryReceipt(Box::new(DeliveryReceipt {
            imprint: imprint(),
            matter_number: matter().number,
            document: text("信访处理意见书"),
            document_number: text("汉信〔2026〕第18号"),
            recipient: text("宋婉清"),
            place: Some(text("幸福里12栋3单元402室")),
            means: Some(text("直接送达")),
            delivered_on: Some(day("2026-12-28")),
            delivered_by: Some(text("罗立")),
            note: Some(text("邮件编号 1234567890")),
        })),
    ]
}

/// Forms whose words depend on what they tell, told otherwise.
pub(super) fn otherwise() -> Vec<(&'static str, Form)> {
    let mut others = Vec::new();
    for form in full() {
        match form {
            Form::RefusalNotice(notice) => {
                let pointed = RefusalNotice { refusal: Refusal::Pointed, ..*notice.clone() };
                others.push(("pointed", Form::RefusalNotice(Box::new(pointed))));
                let asked = Asked::Review;
                let of_review = RefusalNotice { asked, refusal: Refusal::Declined, ..*notice };
                others.push(("review_refused", Form::RefusalNotice(Box::new(of_review))));
            }
            Form::Review(review) => {
                let again = Review { result: ReviewResult::DoneAgain, ..*review };
                others.push(("done_again", Form::Review(Box::new(again))));
            }
            Form::HearingNotice(notice) => {
                let time = HearingTime { to: day("2026-12-22"), begins: None, ..notice.time.clone() };
                let days = HearingNotice { stage: HearingStage::Review, place: None, time, ..*notice };
                others.push(("hearing_of_days", Form::HearingNotice(Box::new(days))));
            }
            Form::SupervisionOrder(order) => {
                let imprint = Imprint { unit: String::new(), ..order.imprint.clone() };
                others.push(("by_rule", Form::SupervisionOrder(Box::new(SupervisionOrder { imprint, ..*order }))));
            }
            _ => {}
        }
    }
    others
}

/// The same forms without any field or list entry that may be absent: whatever the form can be read without.
pub(super) fn sparse() -> Vec<Form> {
    full().into_iter().map(without_what_may_be_absent).collect()
}

fn without_what_may_be_absent(form: Form) -> Form {
    let mut value = serde_json::to_value(&form).expect("a form is plain data");
    let mut fields = Vec::new();
    pointers(&value, "", &mut fields);
    let mut form = form;
    for field in fields {
        let mut less = value.clone();
        let Some(place) = less.pointer_mut(&field) else { continue };
        *place = if place.is_array() { serde_json::json!([]) } else { serde_json::Value::Null };
        if let Ok(read) = serde_json::from_value(less.clone()) {
            (value, form) = (less, read);
        }
    }
    form
}

fn pointers(value: &serde_json::Value, at: &str, found: &mut Vec<String>) {
    if let serde_json::Value::Object(fields) = value {
        for (name, inner) in fields {
            let at = format!("{at}/{name}");
            pointers(inner, &at, found);
            found.push(at);
        }
    } else if value.is_array() {
        found.push(at.to_owned());
    }
}
