//! The report: what a reader of the demonstration wants to know, the same text for the same seed.

use std::fmt::Write as _;

use serde_json::Value;

use super::story::Story;
use super::tally::{Line, Tally};
use super::words::{of, role};
use crate::verify;

/// What stands at the head of the report.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) seed: u64,
    pub(crate) days: u64,
    pub(crate) petitions: usize,
    pub(crate) first_day: String,
    pub(crate) last_day: String,
    pub(crate) mails: usize,
    pub(crate) rebuilt: bool,
    pub(crate) open: i64,
}

/// Text that grows section by section.
#[derive(Debug, Default)]
struct Page(String);

impl Page {
    fn line(&mut self, text: &str) {
        self.0.push_str(text);
        self.0.push('\n');
    }

    fn heading(&mut self, nth: usize, zh: &str, en: &str) {
        let _ = writeln!(self.0, "\n{nth}. {zh}  {en}");
    }

    fn counts(&mut self, lines: &[Line]) {
        for (key, count) in lines {
            let key: Vec<String> = key.iter().map(|part| of(part)).collect();
            let _ = writeln!(self.0, "   {count:>6}  {}", key.join(" · "));
        }
        if lines.is_empty() {
            self.line("        0");
        }
    }
}

/// Writes the report.
pub(crate) async fn write(
    head: &Head,
    story: &Story,
    tally: &mut Tally,
    verdict: &verify::Report,
) -> anyhow::Result<String> {
    let mut page = Page::default();
    page.line("回音演示报告  A demonstration of Huiyin");
    page.line(&format!("和安市（虚构）  {} — {}", head.first_day, head.last_day));
    page.line(&format!(
        "种子 seed {}，此轮之后 {} 天 days after the round，信访件 petitions {}",
        head.seed, head.days, head.petitions
    ));

    page.heading(1, "年度接访日程安排表", "The year's table of reception days");
    table(&mut page, &story.table);
    page.heading(2, "规则拦下的操作", "What the rules refused");
    for refused in &story.refused {
        page.line(&format!("   ✓ {}  {}  [{}]", refused.zh, refused.en, refused.code));
    }
    page.heading(3, "来件登记", "Petitions, by channel and class");
    page.counts(&tally.channels().await?);
    page.line(&format!(
        "   当日文件 day files {}，行 rows {}；试填错误均被指出 spoiled cells named:",
        story.files, story.rows
    ));
    for (field, count) in &story.faults {
        page.line(&format!("   {count:>6}  {field}"));
    }
    page.line("   信访人 who petitions");
    page.counts(&tally.kinds().await?);
    page.line(&format!(
        "   补充 amended {}，撤回 withdrawn {}，恢复 restored {}",
        story.amended, story.withdrawn, story.restored
    ));
    page.heading(4, "热点类别", "Topics");
    page.counts(&tally.topics().await?);
    page.heading(5, "办理结果", "Outcomes");
    page.counts(&tally.outcomes().await?);
    let mark = if head.open == 0 { "✓" } else { "✗" };
    page.line(&format!("   {mark} 尚未办结 cases still open {}", head.open));
    page.heading(6, "期限", "Deadlines, by policy pack");
    page.counts(&tally.clocks().await?);
    page.line("   期间发生 what happened on the way");
    page.counts(&tally.happened().await?);
    page.line("   延期批准 extensions, by pack and who approves them there");
    let extended = story.extended.iter().rev().map(|((pack, by), count)| (vec![pack.clone(), role(*by)], *count));
    page.counts(&extended.collect::<Vec<_>>());
    page.heading(7, "转送与复查复核", "Transfers, reviews and re-examinations");
    page.counts(&tally.routed().await?);
    page.line("   复查复核结果 how they ended");
    page.counts(&tally.reviews().await?);
    page.heading(8, "文书", "Documents printed: who fetched them · title · pages");
    for ((by, title), (count, pages)) in &story.printed {
        page.line(&format!("   {count:>6}  {} · {title} · {pages} 页", of(by)));
    }
    if story.unprinted > 0 {
        page.line(&format!(
            "   ✗ 未打印 not printed {}：多半缺少中文字体，请安装 fonts-noto-cjk 后再试  install fonts-noto-cjk and try again",
            story.unprinted
        ));
    }
    page.heading(9, "领导接访", "Receptions");
    page.line(&format!("   街道覆盖 streets covered {}，受邀 matters invited {}", story.streets, story.invited));
    page.counts(&tally.sessions().await?);
    page.line("   接访登记 visits");
    page.counts(&tally.visits().await?);
    page.heading(10, "告知", "Who was told what");
    page.counts(&tally.messages().await?);
    page.line(&format!("   邮件服务器收到 mails taken by the mail server {}", head.mails));
    page.line("   需人工告知或处理 alarms");
    page.counts(&tally.alarms().await?);
    page.heading(11, "工作台账", "The ledger: district · closed / with a missed deadline");
    page.counts(&tally.ledger().await?);
    let equal = if head.rebuilt {
        "✓ 重建后一致 equal after a rebuild"
    } else {
        "✗ 重建后不一致 differs after a rebuild"
    };
    page.line(&format!("   {equal}"));
    page.line("   台账与发布 service · journal rows, publications");
    page.counts(&tally.told().await?);
    page.heading(12, "系统不变量", "Invariants");
    page.0.push_str(&invariants(verdict));
    Ok(page.0)
}

/// What depends on the machine's speed (how often a token was renewed, how many sessions a pool holds) is told as held or
/// broken without its count.
fn invariants(verdict: &verify::Report) -> String {
    let mut text = String::new();
    for check in &verdict.checks {
        let mark = if check.broken == 0 { "✓" } else { "✗" };
        let counted = !(check.check.starts_with("journal.") || check.check.starts_with("sessions."));
        let examined = if counted { check.examined.to_string() } else { "—".to_owned() };
        let _ = writeln!(text, "   {mark} {examined:>6}  {}  {}  [{}]", check.zh, check.en, check.check);
        for violation in &check.violations {
            let _ = writeln!(text, "            {}\n            → {}", violation.what, violation.remedy);
        }
    }
    text
}

fn list<'a>(report: &'a Value, field: &str) -> &'a [Value] {
    report.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn word(value: &Value, field: &str) -> String {
    match value.get(field) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    }
}

fn table(page: &mut Page, report: &Value) {
    page.line(&format!("   {:>6}  场次 sessions", word(report, "sessions")));
    let dated = |value: &Value| {
        let rows: Vec<String> = list(value, "rows").iter().map(Value::to_string).collect();
        format!("{}（第{}行）", word(value, "date"), rows.join("、"))
    };
    let holidays: Vec<String> = list(report, "non_workdays").iter().map(dated).collect();
    page.line(&format!("   {:>6}  非工作日 on days not worked: {}", holidays.len(), holidays.join(" ")));
    let empty: Vec<String> =
        list(report, "empty").iter().map(|e| format!("第{}行{}月", word(e, "row"), word(e, "month"))).collect();
    page.line(&format!("   {:>6}  缺月 months without a date: {}", empty.len(), empty.join(" ")));
    let doubled: Vec<String> = list(report, "doubled").iter().map(dated).collect();
    page.line(&format!("   {:>6}  同日多人 days with several leaders: {}", doubled.len(), doubled.join(" ")));
    page.line(&format!("   {:>6}  不同日期 different days", word(report, "days")));
}
