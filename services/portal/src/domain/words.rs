//! Codes in plain words. A code nobody here knows is shown as it stands: better an odd word than a missing line.

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($code:literal => $zh:literal),* $(,)? })*) => {
        $($(#[$doc])*
        pub(crate) fn $name(code: &str) -> &str {
            match code { $($code => $zh,)* other => other }
        })*
    };
}

words! {
    /// 信访形式
    channel { "net" => "网上", "letter" => "来信", "phone" => "来电", "fax" => "传真", "visit" => "来访" }

    /// 信访类别
    class { "suggestion" => "建议意见", "accusation" => "检举控告", "request" => "申诉求决" }

    /// 信访人类别
    kind { "individual" => "个人", "group" => "多人共同提出", "organisation" => "单位或组织", "joint_letter" => "联名信" }

    /// 办理类别
    grade { "ordinary" => "一般", "complex" => "复杂", "wide" => "涉及面广、影响较大" }

    /// Where a case stands, for staff.
    case_state {
        "registered" => "已登记", "received" => "待受理", "accepted" => "已受理，待交办", "assigned" => "已交办", "investigating" => "调查核实中",
        "proposed" => "待审批", "approved" => "已审批，待答复", "replied" => "已答复", "delivered" => "已送达，待办结",
        "under_review" => "复查复核办理中", "review_proposed" => "复查复核意见待审批",
        "review_answered" => "复查复核意见待送达", "withdrawn" => "已撤回", "closed" => "已办结",
    }

    /// Where a petition stands, for the petitioner.
    petition_state {
        "registered" => "已登记，正在审核", "received" => "已登记，正在审核", "accepted" => "已受理，正在安排承办人员",
        "assigned" => "承办人员已经接手", "investigating" => "正在调查核实", "proposed" => "处理意见正在审批",
        "approved" => "处理意见已审定，即将书面答复", "replied" => "已经书面答复", "delivered" => "已经书面答复",
        "under_review" => "复查复核正在办理", "review_answered" => "已出具复查复核意见",
        "withdrawn" => "您已撤回", "closed" => "已办结",
    }

    /// What a reviewing body decides.
    review_result {
        "upheld" => "维持原处理意见", "changed" => "变更原处理意见", "withdrawn" => "撤销原处理意见",
        "redo" => "责令重新办理",
    }

    /// 办理结果
    outcome {
        "supported" => "予以支持", "explained" => "解释说明", "not_supported" => "不予支持", "settled_on_spot" => "现场解决",
        "settled" => "达成调解、和解协议",
        "adopted" => "建议已采纳", "partly_adopted" => "建议部分采纳", "not_adopted" => "建议未采纳，已说明",
        "pointed" => "告知向有权机关提出", "declined" => "不予受理", "forwarded" => "已转纪检监察机关", "withdrawn" => "信访人撤回",
    }

    /// Which duty a deadline bounds.
    deadline_kind {
        "acceptance" => "受理告知", "handling" => "书面答复", "review" => "复查答复", "reexamination" => "复核答复",
        "settlement" => "协议履行", "part" => "分解任务", "deferral" => "再次研究", "demanded_report" => "办结报告",
        "supervision" => "督办反馈", "advice" => "改进建议反馈", "rectification" => "限期整改", "return_visit" => "回访", "plan" => "化解方案",
    }

    /// 满意度评价
    rating { "satisfied" => "满意", "basically_satisfied" => "基本满意", "dissatisfied" => "不满意" }

    /// What the petitioner says is not so.
    dispute { "not_carried_out" => "处理意见没有落实", "not_received" => "没有收到答复" }

    /// To whom a major or urgent matter is reported.
    report_level { "own" => "本级党委、政府", "next" => "上一级信访部门", "state" => "国家信访局" }

    /// Where the asking of a leader stands.
    selection_state { "asked" => "待领导答复", "agreed" => "同意，待公示", "declined" => "未同意", "published" => "已公示" }

    /// Where a supervision order stands.
    supervision_state {
        "awaiting_answer" => "待反馈", "overdue" => "超期未反馈", "answered" => "已反馈，待审核", "concluded" => "已办结",
    }

    /// 接访形式
    session_kind {
        "regular" => "定期接访", "appointment" => "定时约访", "immediate" => "及时接访", "field_visit" => "下访",
        "case_visit" => "带案下访",
    }

    /// Where a session stands.
    session_state { "draft" => "草稿（未公布）", "published" => "已公布", "cancelled" => "已取消", "held" => "已举行" }

    /// Where a visit stands.
    visit_state { "booked" => "已预约", "registered" => "已到场，等候接待", "cancelled" => "已取消", "concluded" => "已接待" }

    /// 证件
    document {
        "id_card" => "居民身份证", "passport" => "护照", "hk_macau_permit" => "港澳居民来往内地通行证",
        "taiwan_permit" => "台湾居民来往大陆通行证", "foreign_residence" => "外国人永久居留身份证",
        "organisation_code" => "统一社会信用代码", "none" => "没有带证件",
    }

    /// 性别
    gender { "male" => "男", "female" => "女" }

    /// 机构
    unit_kind { "bureau" => "信访工作机构", "department" => "职能部门", "street_office" => "街道、乡镇", "discipline" => "纪检监察机关" }
}

/// A quarter such as `2026Q4`, as people read it.
pub(crate) fn quarter(code: &str) -> String {
    let read = code.split_once('Q').and_then(|(year, nth)| {
        let nth = ["一", "二", "三", "四"].get(nth.parse::<usize>().ok()?.checked_sub(1)?)?;
        Some(format!("{year}年第{nth}季度"))
    });
    read.unwrap_or_else(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_is_read_as_people_say_it() {
        assert_eq!(quarter("2026Q4"), "2026年第四季度");
        for odd in ["", "2026", "2026Q0", "2026Q5", "Qx"] {
            assert_eq!(quarter(odd), odd);
        }
    }
}
