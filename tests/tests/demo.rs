//! The demonstration in short: a few petitions through the whole hundred days, twice.

use huiyin::demo::{Options, Told, run};

async fn told(seed: u64) -> Told {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("demo");
    let options = Options { seed, days: 100, every: 40, dir, keep: false, is_watched: false };
    run(&options).await.expect("the demonstration runs to its end")
}

/// Every invariant holds, every case is closed, the ledger equals its rebuild; and the same seed gives the same report (D-9).
/// Shows QL-15 (the year's table), WH-01 and WH-13 (a Sunday's round over every street), WH-11 (everything answered), REG-10 and
/// REG-14 (transfer and objection), REG-24 (extension by whoever the pack asks), REG-40, REG-41 and REG-43 (review,
/// re-examination, and that it ends there).
#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_gives_the_same_report_byte_for_byte() {
    let first = told(7).await;
    assert!(first.holds, "{}", first.report);
    for words in [
        "143  场次 sessions",
        "8  非工作日",
        "1  缺月",
        "13  同日多人",
        "缺一个街道的轮次不予公示",
        "街道覆盖 streets covered 16",
        "✓ 尚未办结 cases still open 0",
        "1  street-office · 主要领导 main leader",
        "2  street-office · 领导主动包案 taken by a leader, by hand",
        "2  转送、交办 transferred",
        "1  异议答复 objection answered",
        "1  复查 review · 维持 upheld",
        "1  复查 review · 责令重新办理 ordered anew",
        "1  复查 review · 逾期申请，不予受理 too late, not taken up",
        "1  复核 re-examination · 变更 changed",
        "1  复核 re-examination · 三级终结，即时告知 at an end, answered at once",
        "1  经办机关 by the office · 复核意见书 Opinion on re-examination",
        "1  经办机关 by the office · 听证通知书 Notice of hearing",
        "7  信访人 petitioner · 信访处理意见书 Written reply",
        "✓ 重建后一致 equal after a rebuild",
    ] {
        assert!(first.report.contains(words), "the report lacks {words:?}:\n{}", first.report);
    }
    let second = told(7).await;
    assert_eq!(first.report, second.report);
}
