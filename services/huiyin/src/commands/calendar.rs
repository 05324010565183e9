//! `huiyin calendar check FILE`, `huiyin calendar import FILE` and `huiyin calendar why DATE RULE`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use chrono::{Datelike as _, NaiveDate, TimeDelta};
use clap::{Args, Subcommand};
use huiyin_calendar::{
    Calendar as Days, DayKind, Deadline, FOLDER, Period, deadline_or_provisional, extend_or_provisional,
};
use huiyin_policy::PackLibrary;

use super::say;

#[derive(Debug, Args)]
pub(crate) struct Calendar {
    /// The folder of policies, as `policies` in `[files]` names it.
    #[arg(long, global = true, default_value = "policies")]
    policies: PathBuf,
    #[command(subcommand)]
    work: Work,
}

#[derive(Debug, Subcommand)]
enum Work {
    /// Reads a year's notice and says what it would change; changes nothing.
    Check {
        /// The CSV file: `date,kind,festival` with `off`, `work` or `statutory`.
        file: PathBuf,
    },
    /// Checks it and puts it where the services read it. Started again, they reckon every open deadline anew.
    Import {
        /// The CSV file.
        file: PathBuf,
    },
    /// Says how a deadline is counted, day by day.
    Why {
        /// The day the time begins, such as 2026-04-20; it does not count.
        date: NaiveDate,
        /// The rule of the pack, such as `clocks.handling`.
        rule: String,
        /// The pack.
        #[arg(long, default_value = "national-2022")]
        pack: String,
        /// Calendar days of extension.
        #[arg(long, default_value_t = 0)]
        extended: u32,
    },
}

pub(crate) fn calendar(command: Calendar) -> anyhow::Result<ExitCode> {
    let Calendar { policies, work } = command;
    match work {
        Work::Check { file } => say!("{}", check(&policies, &file)?),
        Work::Import { file } => say!("{}", import(&policies, &file)?),
        Work::Why { date, rule, pack, extended } => say!("{}", why(&policies, date, &rule, &pack, extended)?),
    }
    Ok(ExitCode::SUCCESS)
}

fn check(policies: &Path, file: &Path) -> anyhow::Result<String> {
    let (before, after) = (Days::of_policies(policies)?, Days::with_file(policies, file)?);
    let mut text = format!("{} → {}\n", before.version(), after.version());
    for year in after.years() {
        if before.knows(year) {
            let changed = changes(&before, &after, year);
            if !changed.is_empty() {
                writeln!(
                    text,
                    "{year}年有{}天变动 / {} days change:\n{}",
                    changed.len(),
                    changed.len(),
                    changed.join("\n")
                )?;
            }
        } else {
            let (off, work) =
                (listed(&after, year, is_holiday), listed(&after, year, |kind| *kind == DayKind::MakeUpWorkday));
            writeln!(
                text,
                "{year}年新增：放假{off}天，调休上班{work}天 / new: {off} days off, {work} made-up working days"
            )?;
        }
    }
    if before == after {
        text.push_str("没有变动 / nothing changes\n");
    }
    Ok(text.trim_end().to_owned())
}

fn import(policies: &Path, file: &Path) -> anyhow::Result<String> {
    let report = check(policies, file)?;
    let name = file.file_name().context("a file has a name")?;
    let folder = policies.join(FOLDER);
    let unwritable =
        || format!("无法写入 {}，请检查权限 / cannot write there, check its permissions", folder.display());
    std::fs::create_dir_all(&folder).with_context(unwritable)?;
    let to = folder.join(name);
    if to.extension().is_none_or(|extension| extension != "csv") {
        bail!("文件名须以 .csv 结尾 / the file's name must end in .csv");
    }
    // In one step: a service that starts meanwhile reads the old file or the new one.
    let next = folder.join(format!("{}.next", name.to_string_lossy()));
    std::fs::copy(file, &next).and_then(|_| std::fs::rename(&next, &to)).with_context(unwritable)?;
    Ok(format!(
        "{report}\n已导入 {}。请逐个重启各服务（见 RUNBOOK“日历”），未办结事项的期限随后自动重新计算，期限变动的告知承办人。\n\
         Imported. Restart the services one after the other; open deadlines are then reckoned again, and officers are told of those that moved.",
        to.display()
    ))
}

fn why(policies: &Path, date: NaiveDate, rule: &str, pack: &str, extended: u32) -> anyhow::Result<String> {
    let library = if policies.is_dir() { PackLibrary::load(policies)? } else { PackLibrary::bundled() };
    let policy = library.resolve(pack)?;
    let Some(clock) = policy.clock(rule) else {
        let known: Vec<_> = policy.rule_names().filter(|name| policy.clock(name).is_some()).collect();
        bail!("{pack} 没有期限规则“{rule}”，可用 / has no such clock, there are: {}", known.join(", "));
    };
    let days = Days::of_policies(policies)?;
    let start = huiyin_calendar::start_of_day(date).context("日期超出范围 / the date is out of range")?;
    let mut deadline = deadline_or_provisional(start, &clock, &days)?;
    if extended > 0 {
        let source = policy.extension.total.source();
        deadline = extend_or_provisional(&deadline, Period::CalendarDays(extended), source, &days)?;
    }
    Ok(told(&deadline))
}

fn told(deadline: &Deadline) -> String {
    format!("{}\n{}\n日历 calendar: {}", deadline.to_zh(), deadline.to_en(), deadline.calendar_version)
}

const fn is_holiday(kind: &DayKind) -> bool {
    matches!(kind, DayKind::Holiday(_))
}

fn listed(days: &Days, year: i32, wanted: impl Fn(&DayKind) -> bool) -> usize {
    of_year(year).filter(|date| days.day(*date).is_ok_and(|kind| wanted(&kind))).count()
}

fn of_year(year: i32) -> impl Iterator<Item = NaiveDate> {
    let first = NaiveDate::from_ymd_opt(year, 1, 1);
    std::iter::successors(first, |date| date.checked_add_signed(TimeDelta::days(1)))
        .take_while(move |date| date.year() == year)
}

fn changes(before: &Days, after: &Days, year: i32) -> Vec<String> {
    let kinds = of_year(year).filter_map(|date| Some((date, before.day(date).ok()?, after.day(date).ok()?)));
    kinds
        .filter(|(_, was, is)| was != is)
        .map(|(date, was, is)| format!("  {date} {} → {}", name(&was), name(&is)))
        .collect()
}

fn name(kind: &DayKind) -> String {
    match kind {
        DayKind::Holiday(festival) => format!("{festival}放假"),
        DayKind::Weekend => "周末".to_owned(),
        DayKind::Workday => "工作日".to_owned(),
        DayKind::MakeUpWorkday => "调休上班".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEXT: &str = "date,kind,festival\n2027-01-01,off,元旦\n2027-01-01,statutory,元旦\n2027-02-20,work,春节\n2027-10-01,off,国庆\n";

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    /// T7: a notice is checked without a trace, taken in once, and then counts; a broken one changes nothing.
    #[test]
    fn a_years_notice_is_checked_taken_in_and_counted_with() {
        let policies = tempfile::tempdir().expect("a folder");
        let file = policies.path().join("2027.csv");
        std::fs::write(&file, NEXT.replace("2027-02-20", "2027-02-22")).expect("written");
        let refused = import(policies.path(), &file).expect_err("a Monday made up").to_string();
        assert!(refused.contains("2027.csv:4"), "{refused}");
        assert!(!policies.path().join(FOLDER).exists());
        std::fs::write(&file, NEXT).expect("written");
        let before = why(policies.path(), day("2026-11-23"), "clocks.handling", "national-2022", 0).expect("counts");
        assert!(check(policies.path(), &file).expect("good").contains("2027年新增：放假2天，调休上班1天"));
        assert!(before.contains("cn-2004-2026-"), "{before}");
        import(policies.path(), &file).expect("taken in");
        let after = why(policies.path(), day("2026-11-23"), "clocks.handling", "national-2022", 0).expect("counts");
        assert!(after.contains("cn-2004-2027-") && after.contains("2027年1月22日24时"), "{after}");
        assert!(check(policies.path(), &file).expect("good").contains("没有变动"));
    }

    #[test]
    fn an_unknown_clock_is_answered_with_those_there_are() {
        let refused =
            why(Path::new("none"), day("2026-03-02"), "clocks.none", "street-office", 0).expect_err("unknown");
        assert!(refused.to_string().contains("clocks.local.ordinary"), "{refused}");
    }
}
