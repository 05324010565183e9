//! What may be done at all.

macro_rules! permissions {
    ($($(#[doc = $doc:literal])+ $name:ident = $chinese:literal;)*) => {
        /// A kind of act.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Permission {
            $($(#[doc = $doc])+ $name,)*
        }

        impl Permission {
            /// Every permission, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// What is done, in Chinese.
            pub const fn chinese(self) -> &'static str {
                match self { $(Self::$name => $chinese),* }
            }

            /// What is done, in English.
            pub const fn english(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+).trim_ascii()),* }
            }
        }
    };
}

permissions! {
    // intake
    /// register a petition
    RegisterPetition = "登记信访件";
    /// import petitions in bulk
    ImportPetitions = "批量导入信访件";
    /// read a petition
    ReadPetition = "查看信访件";
    /// complete or correct a petition
    AmendPetition = "补正信访件";
    /// see a petitioner's identity, with a reason that is recorded
    RevealIdentity = "查看信访人身份信息（留痕）";
    /// destroy a petition's personal data for good, two persons together
    EraseIdentity = "销毁信访人个人信息（双人）";
    // casework
    /// read a case and its history
    ReadCase = "查看信访事项";
    /// decide on acceptance: accept, point elsewhere, decline
    AcceptCase = "作出受理或不予受理决定";
    /// transfer a case to another authority
    TransferCase = "转送信访事项";
    /// assign a case to a unit or an officer
    AssignCase = "交办信访事项";
    /// record a step of handling that is yours to do
    RecordStep = "登记办理步骤";
    /// settle a simple case on the spot
    SettleOnTheSpot = "当场办结";
    /// propose an opinion
    ProposeOpinion = "拟定处理意见";
    /// approve an opinion
    ApproveOpinion = "审批处理意见";
    /// review or re-examine another body's opinion
    ReviewOpinion = "办理复查复核";
    /// ask for an extension
    RequestExtension = "申请延期";
    /// approve an extension
    ApproveExtension = "批准延期";
    /// deliver the reply and record its delivery
    DeliverReply = "送达答复并登记";
    /// close a case
    CloseCase = "办结信访事项";
    /// archive a closed case
    ArchiveCase = "归档";
    /// agree to the destruction of a file whose time is over
    DestroyFile = "批准销毁到期案卷";
    /// take a case into personal charge
    TakeCase = "领导包案";
    /// waive a rule that holds in principle, with a reason
    WaiveRule = "对原则性规定作出例外（说明理由）";
    /// order supervision of a case
    OrderSupervision = "督办";
    /// answer a supervision order
    AnswerSupervision = "反馈督办";
    // scheduling
    /// read the reception schedule, drafts included
    ReadSchedule = "查看接访安排（含草稿）";
    /// plan reception sessions
    PlanSessions = "编排接访场次";
    /// publish, move or cancel reception sessions
    PublishSessions = "公布、调整或取消接访场次";
    /// keep the reception places
    ManageVenues = "维护接访场所";
    /// book a petitioner into a session
    BookVisit = "预约接访";
    /// register a visitor at the door
    RegisterVisit = "现场登记来访";
    /// receive visitors
    ReceiveVisitors = "接待来访群众";
    /// write the reception record
    RecordReception = "填写接访登记表";
    // notification
    /// read one's own messages
    ReadMessages = "查看本人消息";
    /// see what was sent and resolve what could not be sent
    ManageDeliveries = "查看发送情况并处理未送达";
    // ledger
    /// read the work ledger
    ReadLedger = "查看工作台账";
    /// export the work ledger, without identities
    ExportLedger = "导出工作台账";
    /// read statistics and reports
    ReadReports = "查看统计报表";
    // directory
    /// look up districts, units and staff
    ReadDirectory = "查看组织机构";
    /// keep districts, units and their competence
    ManageUnits = "维护区划与机构";
    /// keep staff accounts
    ManageStaff = "维护工作人员账号";
    // operation
    /// watch the system: backlog, parked events, late timers
    WatchOperation = "查看运行状况";
    /// repair the system: retry parked events, rebuild read models, load calendars
    RepairOperation = "处理运行故障";
}
