//! The templates (通知模板): Simplified Chinese, plain words, one file each under `templates/`.

use std::sync::LazyLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde_json::Value;

macro_rules! templates {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)*) => {
        /// A template; its text stands in `templates/<name>.txt`, the first line being the title.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum Template { $($(#[$doc])* $variant),* }

        impl Template {
            pub(crate) const ALL: &[Self] = &[$(Self::$variant),*];

            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
        }

        const SOURCES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../../templates/", $name, ".txt")))),*];
    };
}

templates! {
    /// Deadlines that a new calendar moved, of all cases of an officer in one message (T7).
    StaffDeadlinesMoved = "staff_deadlines_moved";
    /// Receipt, with the way to ask (REG-12).
    PetitionRegistered = "petition_registered";
    /// Taken up (受理告知, REG-13).
    CaseAccepted = "case_accepted";
    /// Another body is competent (REG-12).
    CasePointed = "case_pointed";
    /// Not taken up, with reason and where to go (A6).
    CaseDeclined = "case_declined";
    /// Sent on to the competent body (REG-11).
    CaseForwarded = "case_forwarded";
    /// Another unit answers now (REG-12).
    CaseHandedOver = "case_handed_over";
    /// Sent on to the competent body, with its name (转送告知; REG-12).
    CaseTransferred = "case_transferred";
    /// A promise letter was issued (WH-05).
    CasePromised = "case_promised";
    /// The period was extended, with the reason (REG-24).
    CaseExtended = "case_extended";
    /// An agreement was reached, with the day of its first duty (REG-27).
    CaseSettlement = "case_settlement";
    /// Put off, with the reason and the day on which it is looked at again (XT-21).
    CaseDeferred = "case_deferred";
    /// What was put off is settled (XT-21).
    CaseDeferredSettled = "case_deferred_settled";
    /// That it was not carried out, or never arrived, was heard, and what follows (REG-51).
    CaseDisputed = "case_disputed";
    /// Decided who handles the matter (REG-15).
    CaseCompetence = "case_competence";
    /// A successor carries on for an abolished unit (REG-16).
    CaseSucceeded = "case_succeeded";
    /// From the simple to the ordinary procedure, with the reason and the new date (REG-33).
    CaseConverted = "case_converted";
    /// A leader has taken the case (WH-10).
    CaseTakenByLeader = "case_taken_by_leader";
    /// The written reply was issued (WH-08, REG-40).
    CaseReplied = "case_replied";
    /// Settled on the spot (WH-04).
    CaseSettledOnSpot = "case_settled_on_spot";
    /// Closed.
    CaseClosed = "case_closed";
    /// A review or re-examination was asked for: who decides, and until when (REG-40).
    ReviewAsked = "review_asked";
    /// It is not taken up, with reason and where to go (A6).
    ReviewDeclined = "review_declined";
    /// A hearing is fixed (REG-42).
    ReviewHearing = "review_hearing";
    /// The opinion on the review is issued (REG-40, REG-41).
    ReviewAnswered = "review_answered";
    /// A withdrawal was noted and can be taken back for 15 days.
    CaseWithdrawn = "case_withdrawn";
    /// Expected at a reception, with time and place (HB-11).
    VisitBooked = "visit_booked";
    /// The reception moved or another leader receives (DW-09).
    SessionChanged = "session_changed";
    /// The reception will not be held.
    SessionCancelled = "session_cancelled";
    /// To the leader: a reception is announced.
    StaffSessionPublished = "staff_session_published";
    /// To the officer: a case is yours.
    StaffCaseAssigned = "staff_case_assigned";
    /// To the new unit's head: a case came over.
    StaffCaseHandedOver = "staff_case_handed_over";
    /// To the receiver's head: a matter was sent to you (REG-14).
    StaffCaseTransferred = "staff_case_transferred";
    /// To the sender's head: the receiver objects (REG-14).
    StaffTransferObjected = "staff_transfer_objected";
    /// To the receiver's head: what the sender says to the objection.
    StaffObjectionAnswered = "staff_objection_answered";
    /// To the office above: units do not agree which of them is competent (REG-15).
    StaffCompetenceReferred = "staff_competence_referred";
    /// To the unit that has the matter, and those that assist it (REG-15).
    StaffCompetenceDecided = "staff_competence_decided";
    /// To the successor of an abolished unit: its part is yours (REG-16).
    StaffSucceeded = "staff_succeeded";
    /// To the sender: the result it demanded was reported (REG-10).
    StaffResultReported = "staff_result_reported";
    /// To head and supervisors: reported upwards as major or urgent (REG-17).
    StaffReportedUp = "staff_reported_up";
    /// To the unit's head: a part of a matter is yours to do (JX-09).
    StaffPartGiven = "staff_part_given";
    /// To that head: it is no longer asked for.
    StaffPartTakenBack = "staff_part_taken_back";
    /// To who leads: a part is done.
    StaffPartDone = "staff_part_done";
    /// To the leader: will you take the case? (SZ-14)
    StaffLeaderSelected = "staff_leader_selected";
    /// To who handles it: a leader read it and gave an instruction (REG-03).
    StaffLeaderInstructed = "staff_leader_instructed";
    /// To the unit's head: an appointment was asked for, give the material (QD-02).
    StaffAppointmentAsked = "staff_appointment_asked";
    /// To who plans receptions: the material is there, fix time and place (QD-02).
    StaffMaterialGiven = "staff_material_given";
    /// To head and supervisors: what the leader said.
    StaffLeaderAnswered = "staff_leader_answered";
    /// To the heads of the units asked: are there matters fit for leaders? (SZ-13)
    StaffCallRaised = "staff_call_raised";
    /// To the heads that have not replied, once before the day.
    StaffCallReminded = "staff_call_reminded";
    /// To the head: an opinion waits for approval.
    StaffCaseProposed = "staff_case_proposed";
    /// To the officer: the opinion came back.
    StaffCaseReturned = "staff_case_returned";
    /// To the officer: approved, the reply can go out.
    StaffCaseApproved = "staff_case_approved";
    /// To the officer: a date comes near.
    StaffCaseDueSoon = "staff_case_due_soon";
    /// To officer, head, leader and supervisor: a date has passed.
    StaffCaseOverdue = "staff_case_overdue";
    /// To the leader: the case is yours to take (WH-10).
    StaffCaseTaken = "staff_case_taken";
    /// To the officer: the petitioner withdrew.
    StaffCaseWithdrawn = "staff_case_withdrawn";
    /// To the reviewing body's head: a review is yours to decide.
    StaffReviewAsked = "staff_review_asked";
    /// To the head whose opinion is reviewed.
    StaffOpinionUnderReview = "staff_opinion_under_review";
    /// To the reviewing body's head: an opinion waits for approval.
    StaffReviewProposed = "staff_review_proposed";
    /// To the reviewing body's officers: the opinion came back.
    StaffReviewReturned = "staff_review_returned";
    /// To the head whose opinion was reviewed: what was decided.
    StaffReviewDecided = "staff_review_decided";
    /// To the office called to account: the order, with ground, demand and day (REG-50).
    StaffSupervisionOrdered = "staff_supervision_ordered";
    /// To the same: the answer did not do.
    StaffSupervisionReturned = "staff_supervision_returned";
    /// To the supervisors: there is an answer to judge (DZ-10).
    StaffSupervisionAnswered = "staff_supervision_answered";
    /// To the office: nothing more is owed.
    StaffSupervisionConcluded = "staff_supervision_concluded";
    /// To the office: advice to answer (REG-51).
    StaffAdvised = "staff_advised";
    /// To head and main leader of the office: a measure of the joint conference (REG-53).
    StaffMeasureTaken = "staff_measure_taken";
    /// To the supervisors: the office reported what it put right.
    StaffRectificationReported = "staff_rectification_reported";
    /// To the supervisors: advice was answered.
    StaffAdviceAnswered = "staff_advice_answered";
    /// To the unit: tell this petitioner by phone, letter or in person.
    StaffTellInPerson = "staff_tell_in_person";
}

impl Template {
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|template| template.name() == name)
    }

    /// True when the template shows words that only casework has (a reason, where to go, the result).
    pub(crate) const fn needs_notice(self) -> bool {
        matches!(
            self,
            Self::CasePointed
                | Self::CaseDeclined
                | Self::CaseForwarded
                | Self::CaseHandedOver
                | Self::CaseExtended
                | Self::CaseConverted
                | Self::CaseSettledOnSpot
                | Self::CaseReplied
                | Self::CaseClosed
                | Self::StaffCaseReturned
                | Self::ReviewDeclined
                | Self::ReviewHearing
                | Self::ReviewAnswered
                | Self::StaffReviewReturned
                | Self::StaffCaseTransferred
                | Self::StaffTransferObjected
                | Self::StaffObjectionAnswered
                | Self::StaffCompetenceReferred
                | Self::StaffCompetenceDecided
                | Self::StaffSupervisionOrdered
                | Self::StaffSupervisionReturned
                | Self::CaseDeferred
                | Self::StaffPartGiven
                | Self::StaffMeasureTaken
        )
    }
}

/// A rendered message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rendered {
    pub(crate) title: String,
    pub(crate) body: String,
}

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.expect("the usual delimiters"));
    for (name, source) in SOURCES {
        environment.add_template(name, source).expect("a test renders every template");
    }
    environment
});

/// Renders a template; a value it needs and does not get is an error, never an empty place on paper.
pub(crate) fn render(template: Template, data: &Value) -> Result<Rendered, minijinja::Error> {
    let text = ENVIRONMENT.get_template(template.name())?.render(Serde(data))?;
    let (title, body) = text.split_once('\n').unwrap_or((&text, ""));
    Ok(Rendered { title: title.trim().to_owned(), body: body.trim().to_owned() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A value for everything any template may ask for.
    fn everything() -> Value {
        let road = json!({
            "number": "HY-2022-0000-0042-F", "unit": "南湖街道办事处", "district": "南湖街道", "last_day": "2022年7月4日（星期一）",
            "deadline": "答复", "days": 30, "leader": "林知远", "post": "副区长", "at": "2022年5月22日（星期日）上午9:20",
            "place": "南湖街道接访大厅（南湖路1号）", "reason": "需要委托第三方鉴定", "where_to_go": "南湖区人民法院", "basis": "信访工作条例第二十三条",
            "result": "已修复并退还费用", "promise_number": "CN-2022-0007", "order": "DB-HY-2022-0000-0042-F-1", "reopen_until": "2022年6月20日", "message": "受理告知",
            "sender": "南湖区信访局", "receiver": "南湖街道办事处", "handed_down": true, "agreed": false, "objection_until": "2022年6月20日（星期一）",
            "level": "复查", "reviewing_unit": "南湖区信访局", "decided": "责令重新办理",
            "decider": "南湖市信访局", "assisting": "南湖区水务局", "settlement": "调解", "duty_until": "2022年7月4日（星期一）",
            "cases": [{ "number": "HY-2022-0000-0042-F", "deadline": "答复", "last_day": "2022年7月4日（星期一）" }],
        });
        let beside = json!({
            "part_unit": "南湖区水务局", "part_due": "2022年6月20日（星期一）", "look_again_on": "2022年9月30日（星期五）", "quarter": "2022年第三季度",
            "disputed": "处理意见未落实", "supervised": true, "evaluate_until": "2022年7月4日（星期一）",
            "office": "南湖市信访局", "platform": "来信办理平台", "reply_by": "2022年7月25日（星期一）",
            "doing": "办理", "measure": "限期整改", "rectify_by": "2022年7月4日（星期一）", "outcome": "予以支持", "remedy": "30日内可向上一级机关申请复查",
        });
        [road, beside].iter().filter_map(Value::as_object).flat_map(Clone::clone).collect()
    }

    /// REG-13, REG-24, WH-08: every template renders whole, in Chinese, and says what it is about.
    #[test]
    fn every_template_renders_with_title_and_body() {
        for template in Template::ALL {
            let rendered =
                render(*template, &everything()).unwrap_or_else(|error| panic!("{}: {error:#}", template.name()));
            assert!((4..=60).contains(&rendered.title.chars().count()), "{}: {}", template.name(), rendered.title);
            assert!(
                rendered.body.contains("HY-2022-0000-0042-F") || rendered.body.contains("接访"),
                "{}",
                template.name()
            );
            assert_eq!(Template::named(template.name()), Some(*template));
        }
    }

    /// REG-33: of a simple matter the petitioner hears that the answer may come by word of mouth, and how to have it on paper; of an
    /// ordinary one, and in a message prepared by an older release, it is in writing.
    #[test]
    fn reg_33_an_answer_by_word_of_mouth_says_how_to_have_it_on_paper() {
        let told = |more: Value| {
            let mut data = everything();
            data.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            [Template::CaseAccepted, Template::CaseReplied].map(|t| render(t, &data).expect("renders").body)
        };
        let [accepted, replied] = told(json!({ "simple": true, "manner": "电话" }));
        assert!(accepted.contains("适用简易办理") && accepted.contains("需要书面答复的"), "{accepted}");
        assert!(replied.contains("本次为电话答复") && replied.contains("需要书面答复的"), "{replied}");
        for written in [told(json!({ "simple": false })), told(json!({}))] {
            assert!(written.iter().all(|text| text.contains("书面") || text.contains("处理意见书")), "{written:?}");
            assert!(!written.concat().contains("需要书面答复的"), "{written:?}");
        }
    }

    #[test]
    fn a_missing_value_is_an_error_and_not_an_empty_place() {
        let mut data = everything();
        data.as_object_mut().expect("an object").remove("reason");
        assert!(render(Template::CaseExtended, &data).is_err());
    }

    /// REG-10, REG-14: the receiver is told of a transfer also when no result is demanded (转送), which then has no such words.
    #[test]
    fn a_transfer_without_a_demanded_result_is_told_too() {
        let mut data = everything();
        let demanded = render(Template::StaffCaseTransferred, &data).expect("a message").body;
        assert!(demanded.contains("要求报告的结果"), "{demanded}");
        data.as_object_mut().expect("an object").remove("result");
        let sent_on = render(Template::StaffCaseTransferred, &data).expect("a message").body;
        assert!(sent_on.contains("提出异议") && !sent_on.contains("要求报告的结果"), "{sent_on}");
    }

    /// REG-06: who booked at a place far above the competent body is told which place is competent and why, and is received all the same; a
    /// message of an ordinary booking has no such words.
    #[test]
    fn reg_06_a_booking_far_above_tells_the_competent_place_and_why() {
        let mut data = everything();
        let ordinary = render(Template::VisitBooked, &data).expect("a message").body;
        assert!(!ordinary.contains("有权处理") && ordinary.contains("请带上相关材料"), "{ordinary}");
        data["competent"] = json!("南湖街道办事处");
        data["competent_places"] = json!(["南湖街道接访大厅（南湖路1号）", "南湖区信访局接待大厅（湖滨路2号）"]);
        let told = render(Template::VisitBooked, &data).expect("a message").body;
        for words in
            ["由 南湖街道办事处 有权处理", "第二十条", "本次预约照常接待", "南湖街道接访大厅", "南湖区信访局接待大厅"]
        {
            assert!(told.contains(words), "{words}: {told}");
        }
        data["competent_places"] = json!([]);
        assert!(render(Template::VisitBooked, &data).expect("a message").body.contains("前往：\n南湖街道办事处"));
    }

    /// REG-12, REG-23: pointed to another body, or led into another procedure with its article.
    #[test]
    fn reg_23_a_pointer_names_the_procedure_where_there_is_one() {
        let mut data = everything();
        let led = render(Template::CasePointed, &data).expect("a message").body;
        assert!(led.contains("其他法定途径") && led.contains("信访工作条例第二十三条"), "{led}");
        data.as_object_mut().expect("an object").remove("basis");
        let pointed = render(Template::CasePointed, &data).expect("a message").body;
        assert!(pointed.contains("不属于") && !pointed.contains("依据"), "{pointed}");
    }

    /// DOMAIN D: no template asks a petitioner to stay away from any body.
    #[test]
    fn templates_speak_of_the_matter_only() {
        for (name, source) in SOURCES {
            for word in ["不得上访", "不要上访", "保证书", "不得再", "越级"] {
                assert!(!source.contains(word), "{name}: {word}");
            }
        }
    }
}
