//! The forms as values. Every text is printed as it stands; what is absent leaves a blank to be filled in by hand, or no trace where
//! there is nothing to fill in.

mod handling;
mod hearing;
mod notices;
mod opinions;
mod parts;
mod reception;

pub use handling::{
    Approval, AssignmentOrder, ClosingReport, ClosingSheet, DeliveryReceipt, FileCatalogue, FiledPaper, LeaderDuty,
    SupervisionOrder,
};
pub use hearing::{HearingNotice, HearingRecord, HearingStage, HearingTime, Speech};
pub use notices::{
    AcceptanceNotice, Asked, Entrusting, ExtensionNotice, Refusal, RefusalNotice, RegistrationNotice, TransferNotice,
};
pub use opinions::{Agreement, EarlierOpinion, MediationAgreement, Party, Reexamination, Reply, Review, ReviewResult};
pub use parts::{Contact, Imprint, Matter};
pub use reception::{GuaranteeLetter, PromiseLetter, ReceptionRecord, RegistrationSheet, TalkRecord};

macro_rules! forms {
    ($($(#[$doc:meta])* $name:ident($value:ty), $template:literal, $title:literal;)+) => {
        /// An official form, filled in.
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(tag = "form", rename_all = "snake_case")]
        pub enum Form { $($(#[$doc])* $name(Box<$value>),)+ }

        impl Form {
            /// Its title as printed, for lists and file names.
            pub const fn title(&self) -> &'static str {
                match self { $(Self::$name(_) => $title,)+ }
            }

            /// Number, unit and date.
            pub fn imprint(&self) -> &Imprint {
                match self { $(Self::$name(form) => &form.imprint,)+ }
            }

            pub(crate) const fn template(&self) -> &'static str {
                match self { $(Self::$name(_) => $template,)+ }
            }

            pub(crate) fn values(&self) -> Result<serde_json::Value, serde_json::Error> {
                match self { $(Self::$name(form) => serde_json::to_value(form),)+ }
            }
        }

        /// The templates by name.
        pub(crate) const TEMPLATES: &[(&str, &str)] = &[
            ("base.typ", include_str!("../../templates/base.typ")),
            ("review_body.typ", include_str!("../../templates/review_body.typ")),
            $(($template, include_str!(concat!("../../templates/", $template))),)+
        ];
    };
}

forms! {
    /// 承诺书 (C1, WH-05): what the unit promises when a matter cannot be settled on the spot.
    PromiseLetter(PromiseLetter), "promise_letter.typ", "承诺书";
    /// 保证书 (C2, WH-06): voluntary; nothing depends on it, and clauses a and b alone are printed (OOS-03).
    GuaranteeLetter(GuaranteeLetter), "guarantee_letter.typ", "保证书";
    /// 领导接访登记表 (C3, WH-18)
    ReceptionRecord(ReceptionRecord), "reception_record.typ", "领导接访登记表";
    /// 信访事项登记单 (C4)
    RegistrationSheet(RegistrationSheet), "registration_sheet.typ", "信访事项登记单";
    /// 信访事项交办单 (C4, REG-10)
    AssignmentOrder(AssignmentOrder), "assignment_order.typ", "信访事项交办单";
    /// 信访事项督办单 (C4, REG-50)
    SupervisionOrder(SupervisionOrder), "supervision_order.typ", "信访事项督办单";
    /// 信访事项办结单 (C4)
    ClosingSheet(ClosingSheet), "closing_sheet.typ", "信访事项办结单";
    /// 案卷目录 (WH-15)
    FileCatalogue(FileCatalogue), "file_catalogue.typ", "信访事项案卷目录";
    /// 接谈记录 (C4)
    TalkRecord(TalkRecord), "talk_record.typ", "接谈记录";
    /// 包案领导责任书 (C4)
    LeaderDuty(LeaderDuty), "leader_duty.typ", "包案领导责任书";
    /// 登记告知书 (A9, REG-12)
    RegistrationNotice(RegistrationNotice), "registration_notice.typ", "信访事项登记告知书";
    /// 转送（交办）告知书 (A9, REG-12): where the matter went.
    TransferNotice(TransferNotice), "transfer_notice.typ", "信访事项转送（交办）告知书";
    /// 受理告知书 (A9, REG-14)
    AcceptanceNotice(AcceptanceNotice), "acceptance_notice.typ", "信访事项受理告知书";
    /// 不予（不再）受理告知书 (A6, A9)
    RefusalNotice(RefusalNotice), "refusal_notice.typ", "信访事项不予受理告知书";
    /// 延期告知书 (REG-24)
    ExtensionNotice(ExtensionNotice), "extension_notice.typ", "信访事项延期办理告知书";
    /// 信访处理意见书 (REG-25)
    Reply(Reply), "reply.typ", "信访处理意见书";
    /// 复查意见书 (REG-40)
    Review(Review), "review.typ", "信访事项复查意见书";
    /// 复核意见书 (REG-41)
    Reexamination(Reexamination), "reexamination.typ", "信访事项复核意见书";
    /// 调解协议书, 和解协议书 (REG-27)
    MediationAgreement(MediationAgreement), "mediation_agreement.typ", "信访事项调解协议书";
    /// 听证通知书 (REG-23, REG-42)
    HearingNotice(HearingNotice), "hearing_notice.typ", "信访事项听证通知书";
    /// 听证笔录 (REG-23, REG-42)
    HearingRecord(HearingRecord), "hearing_record.typ", "信访事项听证笔录";
    /// 办结报告 (REG-10): the result told to whoever assigned the matter.
    ClosingReport(ClosingReport), "closing_report.typ", "信访事项办结报告";
    /// 送达回证 (A9)
    DeliveryReceipt(DeliveryReceipt), "delivery_receipt.typ", "送达回证";
}
