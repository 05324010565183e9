//! Dates and choices as people read them.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc, Weekday};
use huiyin_contracts::casework::{
    DeadlineKind, Dispute, MeasureKind, Outcome, ReviewLevel, ReviewResult, SettlementKind,
};
use huiyin_kernel::CITY_ZONE;

const fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "星期一",
        Weekday::Tue => "星期二",
        Weekday::Wed => "星期三",
        Weekday::Thu => "星期四",
        Weekday::Fri => "星期五",
        Weekday::Sat => "星期六",
        Weekday::Sun => "星期日",
    }
}

/// `2022年7月4日（星期一）`
pub(crate) fn day(day: NaiveDate) -> String {
    format!("{}年{}月{}日（{}）", day.year(), day.month(), day.day(), weekday(day.weekday()))
}

/// `2022年5月22日（星期日）上午9:20`
pub(crate) fn instant(at: DateTime<Utc>) -> String {
    let local = at.with_timezone(&CITY_ZONE);
    let (part, hour) = match local.hour() {
        0..=11 => ("上午", local.hour()),
        12 => ("中午", 12),
        later => ("下午", later - 12),
    };
    format!("{}{part}{hour}:{:02}", day(local.date_naive()), local.minute())
}

/// The duty a deadline bounds.
pub(crate) const fn duty(kind: DeadlineKind) -> &'static str {
    match kind {
        DeadlineKind::Acceptance => "受理告知",
        DeadlineKind::Handling => "答复",
        DeadlineKind::Review => "复查答复",
        DeadlineKind::Reexamination => "复核答复",
        DeadlineKind::Settlement => "协议履行",
        DeadlineKind::Part => "分解任务",
        DeadlineKind::Deferral => "再次研究暂缓事项",
        DeadlineKind::DemandedReport => "办结报告",
        DeadlineKind::Supervision => "督办反馈",
        DeadlineKind::Advice => "改进建议反馈",
        DeadlineKind::Rectification => "限期整改",
        DeadlineKind::ReturnVisit => "回访",
        DeadlineKind::Plan => "化解方案",
    }
}

/// A measure of the joint conference.
pub(crate) const fn measure(kind: MeasureKind) -> &'static str {
    match kind {
        MeasureKind::Summons => "约谈",
        MeasureKind::Bulletin => "通报",
        MeasureKind::Listing => "挂牌督办",
        MeasureKind::Rectification => "限期整改",
    }
}

/// Which remedy.
pub(crate) const fn level(level: ReviewLevel) -> &'static str {
    match level {
        ReviewLevel::Review => "复查",
        ReviewLevel::Reexamination => "复核",
    }
}

/// What a reviewing body decided.
pub(crate) const fn review_result(result: ReviewResult) -> &'static str {
    match result {
        ReviewResult::Upheld => "维持原处理意见",
        ReviewResult::Changed => "变更原处理意见",
        ReviewResult::Withdrawn => "撤销原处理意见",
        ReviewResult::Redo => "责令重新办理",
    }
}

/// How an agreement came about.
pub(crate) const fn settlement(kind: SettlementKind) -> &'static str {
    match kind {
        SettlementKind::Mediation => "调解",
        SettlementKind::Settlement => "和解",
    }
}

/// What the petitioner says is not so.
pub(crate) const fn dispute(dispute: Dispute) -> &'static str {
    match dispute {
        Dispute::NotCarriedOut => "处理意见未落实",
        Dispute::NotReceived => "未收到答复",
    }
}

/// How a case ended.
pub(crate) const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Supported => "予以支持",
        Outcome::Explained => "解释说明",
        Outcome::NotSupported => "不予支持",
        Outcome::SettledOnSpot => "现场解决",
        Outcome::Settled => "达成调解、和解协议",
        Outcome::Adopted => "建议采纳",
        Outcome::PartlyAdopted => "建议部分采纳",
        Outcome::NotAdopted => "建议未采纳，已说明理由",
        Outcome::Pointed => "告知向有权机关提出",
        Outcome::Declined => "不予受理",
        Outcome::Forwarded => "已转有权机关",
        Outcome::Withdrawn => "信访人撤回",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_read_in_the_citys_own_time() {
        let at = |text: &str| instant(text.parse().expect("an instant"));
        assert_eq!(at("2022-05-22T01:20:00Z"), "2022年5月22日（星期日）上午9:20");
        assert_eq!(at("2022-05-22T04:05:00Z"), "2022年5月22日（星期日）中午12:05");
        assert_eq!(at("2022-05-22T16:00:00Z"), "2022年5月23日（星期一）上午0:00");
        assert_eq!(at("2022-05-22T06:30:00Z"), "2022年5月22日（星期日）下午2:30");
    }
}
