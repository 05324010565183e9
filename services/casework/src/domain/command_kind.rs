//! The commands by name: in paths, in the transition table, on the pages.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $zh:literal, $en:literal;)*) => {
        /// A command without its data.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum CommandKind { $($(#[$doc])* $name,)* }

        impl CommandKind {
            /// Every command, in the order of the road.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its name in paths and answers.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// In Chinese.
            pub const fn zh(self) -> &'static str {
                match self { $(Self::$name => $zh),* }
            }

            /// In English.
            pub const fn en(self) -> &'static str {
                match self { $(Self::$name => $en),* }
            }
        }
    };
}

kinds! {
    /// Take up the petition (REG-12…14).
    Accept = "accept", "受理", "accept";
    /// From the simple to the ordinary procedure (REG-33).
    ConvertToOrdinary = "convert-to-ordinary", "转为普通程序", "convert to the ordinary procedure";
    /// Point to the competent body (REG-12).
    Point = "point", "告知向有权机关提出", "point to the competent body";
    /// Do not take up, for a ground of the closed list (A6).
    Decline = "decline", "不予受理", "decline";
    /// Send an accusation on to a discipline body (REG-11).
    Forward = "forward", "转送纪检监察机关", "forward to a discipline body";
    /// Send on to the competent body (转送), or hand down with a demanded result (交办; REG-10).
    Transfer = "transfer", "转送、交办下级", "transfer to the competent body";
    /// The receiver holds that another body is competent (REG-14).
    /// Sign for what was transferred (签收).
    SignFor = "sign-for", "签收", "sign for a transfer";
    Object = "object", "对转送提出异议", "object to a transfer";
    /// The sender verifies and agrees, or not (REG-14).
    AnswerObjection = "answer-objection", "答复异议", "answer the objection";
    /// Put the question of competence to the office above (REG-15).
    ReferCompetence = "refer-competence", "报请确定管辖", "put the question of competence";
    /// Decide it (REG-15).
    DecideCompetence = "decide-competence", "确定管辖", "decide who is competent";
    /// Report the result demanded with a hand-over (REG-10).
    ReportResult = "report-result", "报送办结报告", "report the demanded result";
    /// Report upwards as major or urgent (REG-17).
    ReportUp = "report-up", "报告重大紧急事项", "report upwards";
    /// Name a handling officer (交办).
    Assign = "assign", "交办", "assign";
    /// Move responsibility (DW-17).
    HandOver = "hand-over", "移交", "hand over";
    /// Record a step (JD-09).
    DoStep = "steps", "记录办理步骤", "record a step";
    /// Leave out, with a reason, a step that holds in principle.
    Waive = "waive", "免除步骤", "waive a step";
    /// A leader takes the case (包案).
    Take = "take", "领导包案", "take the case";
    /// Give a part of the matter to another unit (JX-09).
    GivePart = "give-part", "分解任务", "give a part to another unit";
    /// That unit reports its part done (JX-09).
    ReportPart = "part-done", "反馈分解任务", "report a part done";
    /// The part is no longer asked for (JX-09).
    TakePartBack = "take-part-back", "撤回分解任务", "take a part back";
    /// Settle later what cannot be settled now, with the day on which it is looked at again (XT-21).
    Defer = "defer", "暂缓解决", "settle later";
    /// Settled after all (XT-21).
    SettleDeferred = "settle-deferred", "登记适时解决", "record that it was settled";
    /// The petitioner asks for an appointment with a leader (QD-02).
    AskAppointment = "ask-appointment", "登记约访申请", "record an application for an appointment";
    /// The unit gives its material for it (QD-02).
    GiveMaterial = "material", "提交约访材料", "give the material for an appointment";
    /// Time and place of it are fixed (QD-02).
    FixAppointment = "fix-appointment", "确定约访时间地点", "fix time and place of an appointment";
    /// The turn was given back.
    ReleaseAppointment = "release-appointment", "取消约访时间地点", "release time and place of an appointment";
    /// Consult together (协商会办; QD-02).
    RecordConsultation = "consultation", "登记协商会办", "record a consultation";
    /// Into the library of matters fit for leaders (SZ-07).
    AddToLibrary = "add-to-library", "列入案件库", "take into the library";
    /// Out of it.
    RemoveFromLibrary = "remove-from-library", "移出案件库", "take out of the library";
    /// One plan for one matter (JX-06, QD-10).
    SetPlan = "plan", "制定化解方案", "lay down the plan";
    /// Ask a leader to take the case in a quarter (SZ-08, SZ-14).
    SelectLeader = "select-leader", "提请领导包案", "ask a leader to take the case";
    /// The leader agrees, or not (SZ-14).
    AnswerSelection = "answer-selection", "答复包案提请", "answer whether to take the case";
    /// Publish what the leader agreed to (SZ-08, SZ-14).
    PublishSelection = "publish-selection", "公示包案", "publish the case";
    /// A leader reads the matter and gives an instruction (阅批; REG-03).
    Instruct = "instruct", "领导阅批", "give a leader's instruction";
    /// Propose an opinion.
    Propose = "propose", "拟定处理意见", "propose an opinion";
    /// Both sides agreed, in place of an opinion (REG-27).
    RecordSettlement = "settlement", "登记调解和解协议", "record an agreement";
    /// A duty of the agreement was done (REG-27).
    RecordDutyDone = "duty-done", "登记协议履行", "record that a duty was done";
    /// Approve it.
    Approve = "approve", "审批同意", "approve";
    /// Send it back.
    Return = "return", "退回修改", "return";
    /// Issue the written reply (REG-25).
    Reply = "reply", "出具处理意见书", "issue the reply";
    /// Record its delivery.
    Deliver = "deliver", "登记送达", "record delivery";
    /// Give on paper what was answered otherwise (REG-33).
    GivePaper = "paper", "补送书面答复", "give the answer on paper";
    /// Close.
    Close = "close", "办结", "close";
    /// Extend the handling period (REG-24, JD-10).
    Extend = "extend", "延长办理期限", "extend";
    /// Change the grade (JD-10).
    ChangeGrade = "grade", "调整类别", "change the grade";
    /// Settle in front of the petitioner (WH-04).
    SettleOnSpot = "settle-on-spot", "现场解决", "settle on the spot";
    /// A leader promised handling at a reception (WH-05).
    Promise = "promise", "出具承诺书", "issue a promise letter";
    /// A leader ordered handling at a reception (XT-08).
    Order = "order", "接访交办", "order handling";
    /// A leader explained at a reception (XT-08, WH-12).
    Explain = "explain", "接访解释说明", "explain";
    /// The petitioner asks for a review or re-examination (REG-40, REG-41).
    AskReview = "ask-review", "申请复查复核", "ask for a review";
    /// Do not take the review up (A6).
    DeclineReview = "decline-review", "不予受理复查复核", "decline the review";
    /// Fix, move or record a hearing (REG-42).
    HoldHearing = "hearing", "登记听证", "record a hearing";
    /// Propose an opinion on the review (REG-44).
    ProposeReview = "propose-review", "拟定复查复核意见", "propose an opinion on the review";
    /// The petitioner rates how the matter was handled (REG-07).
    Evaluate = "evaluate", "评价", "rate the handling";
    /// Ask after the end whether the opinion was carried out (XT-10).
    RecordReturnVisit = "return-visit", "登记回访", "record a return visit";
    /// Keep somebody with an interest in it out of it (REG-26).
    Recuse = "recuse", "回避", "recuse somebody";
    /// Archive the file of a closed matter (WH-15).
    Archive = "archive", "归档", "archive";
    /// Look at a file once more when its time is over (A11).
    AppraiseFile = "appraise-file", "鉴定到期案卷", "appraise a file whose time is over";
    /// Agree that a file be destroyed (A11).
    DestroyFile = "destroy-file", "批准销毁案卷", "agree to the destruction of a file";
    /// Link with another matter.
    LinkMatters = "link", "关联事项", "link with another matter";
    /// Undo that.
    UnlinkMatters = "unlink", "解除关联", "undo a link";
    /// The petitioner withdrew.
    Withdraw = "withdraw", "撤回", "withdraw";
    /// The petitioner took the withdrawal back.
    Resume = "resume", "恢复办理", "resume";
    /// The time to take it back has run out.
    Lapse = "lapse", "撤回期满", "let a withdrawal lapse";
    /// A mark of a clock is reached.
    Mark = "mark", "期限提醒", "mark a deadline";
    /// Reckon the deadlines with a new calendar (T7).
    Reckon = "reckon", "重新计算期限", "reckon deadlines again";
    /// Note something that changes nothing.
    Note = "note", "备注", "note";
    /// Call the office to account (REG-50, REG-51).
    OrderSupervision = "supervise", "督办", "order supervision";
    /// Answer for the office (DZ-10).
    AnswerSupervision = "answer-supervision", "反馈督办", "answer a supervision order";
    /// The answer does not do.
    ReturnSupervision = "return-supervision", "退回督办反馈", "return the answer to a supervision order";
    /// The answer does.
    ConcludeSupervision = "conclude-supervision", "办结督办", "conclude a supervision order";
    /// Advise the office to do better (REG-50).
    Advise = "advise", "提出改进建议", "give advice";
    /// Adopt the advice or not (REG-51).
    AnswerAdvice = "answer-advice", "反馈改进建议", "answer advice";
    /// Record a supervision visit (SZ-11).
    RecordSiteVisit = "site-visit", "登记实地督查", "record a supervision visit";
    /// A measure of the joint conference on the office (REG-53).
    TakeMeasure = "measure", "约谈、通报、挂牌督办、限期整改", "take a measure of the joint conference";
    /// Report what was put right (REG-53).
    ReportRectification = "report-rectification", "报送整改报告", "report a rectification";
}

impl fmt::Display for CommandKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
