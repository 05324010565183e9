//! A year's table of reception days (日程安排表; C7): one row per leader, twelve months of two cells, a cell holding a day
//! number or nothing. Read whole or refused whole; what looks odd but is allowed is reported (QL-15).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use huiyin_calendar::Calendar;
use serde::Serialize;

/// Rows a table may have.
pub const MAX_ROWS: usize = 500;
const CELLS_PER_MONTH: usize = 2;
const LEADING_COLUMNS: usize = 2;
/// 序号, 姓名 and 24 cells.
pub const COLUMNS: usize = LEADING_COLUMNS + 12 * CELLS_PER_MONTH;

/// A leader's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Counted from 1, the header apart.
    pub number: usize,
    /// 姓名 as written; only a label.
    pub name: String,
    /// The dates, in order.
    pub dates: Vec<NaiveDate>,
}

/// A table that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its rows.
    pub rows: Vec<Row>,
    /// Which year.
    pub year: i32,
}

/// A cell that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct CellProblem {
    /// Counted from 1, the header apart; 0 for the header or the file as a whole.
    pub row: usize,
    /// Counted from 1; 0 for the whole row.
    pub column: usize,
    /// What is wrong, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
    /// What would be right.
    pub example: String,
}

/// A date that several rows share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct RowsOnDate {
    /// The date.
    pub date: NaiveDate,
    /// The rows.
    pub rows: Vec<usize>,
}

/// A month without a date for a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct EmptyMonth {
    /// The row.
    pub row: usize,
    /// The month, 1 to 12.
    pub month: u32,
}

/// What the planner should look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Report {
    /// Sessions in all.
    pub sessions: usize,
    /// Different days.
    pub days: usize,
    /// Days that are not worked, by the calendar of that year; a year without data is read as Monday to Friday.
    pub non_workdays: Vec<RowsOnDate>,
    /// Months in which a row has no date.
    pub empty: Vec<EmptyMonth>,
    /// Days on which several rows receive.
    pub doubled: Vec<RowsOnDate>,
}

/// Reads a table. Every fault is told at once.
pub fn parse(text: &str, year: i32) -> Result<Table, Vec<CellProblem>> {
    let mut problems = Vec::new();
    let mut rows = Vec::new();
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(true)
        .trim(csv::Trim::All)
        .from_reader(text.trim_start_matches('\u{FEFF}').as_bytes());
    match reader.headers() {
        Ok(header) if header.len() == COLUMNS => {}
        Ok(header) => problems.push(wrong_width(0, header.len())),
        Err(_) => problems.push(unreadable(0)),
    }
    for (index, record) in reader.records().enumerate() {
        let number = index + 1;
        if number > MAX_ROWS {
            problems.push(problem(
                number,
                0,
                format!("一次最多导入{MAX_ROWS}行。"),
                format!("at most {MAX_ROWS} rows at once."),
                "",
            ));
            break;
        }
        match record {
            Ok(record) if record.len() == COLUMNS => rows.push(read_row(number, &record, year, &mut problems)),
            Ok(record) => problems.push(wrong_width(number, record.len())),
            Err(_) => problems.push(unreadable(number)),
        }
    }
    if rows.is_empty() && problems.is_empty() {
        problems.push(problem(
            0,
            0,
            "表中没有任何一行。".to_owned(),
            "the table has no row.".to_owned(),
            "1,姓名,14,25,…",
        ));
    }
    if problems.is_empty() { Ok(Table { rows, year }) } else { Err(problems) }
}

fn read_row(number: usize, record: &csv::StringRecord, year: i32, problems: &mut Vec<CellProblem>) -> Row {
    let name = record.get(1).unwrap_or_default().to_owned();
    if name.is_empty() || name.chars().count() > 60 {
        problems.push(problem(
            number,
            2,
            "姓名须为1至60个字。".to_owned(),
            "a name has 1 to 60 characters.".to_owned(),
            "领导01",
        ));
    }
    let mut dates = Vec::new();
    for (index, cell) in record.iter().enumerate().skip(LEADING_COLUMNS).filter(|(_, cell)| !cell.is_empty()) {
        let month = u32::try_from((index - LEADING_COLUMNS) / CELLS_PER_MONTH + 1).unwrap_or_default();
        match day_of(cell).and_then(|day| NaiveDate::from_ymd_opt(year, month, day)) {
            Some(date) if dates.contains(&date) => problems.push(problem(
                number,
                index + 1,
                format!("{month}月{cell}日重复。"),
                format!("{date} is there twice."),
                "",
            )),
            Some(date) => dates.push(date),
            None => problems.push(problem(
                number,
                index + 1,
                format!("“{}”不是{year}年{month}月的日期。", shortened(cell)),
                format!("\"{}\" is no day of {year}-{month:02}.", shortened(cell)),
                "14",
            )),
        }
    }
    dates.sort_unstable();
    Row { number, name, dates }
}

fn day_of(cell: &str) -> Option<u32> {
    (cell.len() <= 2 && cell.bytes().all(|b| b.is_ascii_digit())).then(|| cell.parse().ok()).flatten()
}

fn shortened(cell: &str) -> String {
    cell.chars().filter(|c| !c.is_control()).take(20).collect()
}

fn problem(row: usize, column: usize, zh: String, en: String, example: &str) -> CellProblem {
    CellProblem { row, column, zh, en, example: example.to_owned() }
}

fn wrong_width(row: usize, found: usize) -> CellProblem {
    problem(
        row,
        0,
        format!("应有{COLUMNS}列：序号、姓名、1月至12月各两格；现有{found}列。"),
        format!("{COLUMNS} columns are expected: number, name, two cells for each month; there are {found}."),
        "1,领导01,14,25,7,25,…",
    )
}

fn unreadable(row: usize) -> CellProblem {
    problem(row, 0, "无法按CSV读取。".to_owned(), "not readable as CSV.".to_owned(), "1,领导01,14,25,…")
}

impl Table {
    /// What the planner should look at.
    pub fn report(&self, calendar: &Calendar) -> Report {
        let mut by_date: BTreeMap<NaiveDate, Vec<usize>> = BTreeMap::new();
        for row in &self.rows {
            for date in &row.dates {
                by_date.entry(*date).or_default().push(row.number);
            }
        }
        let has_month = |row: &Row, month| row.dates.iter().any(|d| chrono::Datelike::month(d) == month);
        let listed = |dates: Vec<(&NaiveDate, &Vec<usize>)>| {
            dates.into_iter().map(|(date, rows)| RowsOnDate { date: *date, rows: rows.clone() }).collect()
        };
        Report {
            sessions: self.rows.iter().map(|row| row.dates.len()).sum(),
            days: by_date.len(),
            non_workdays: listed(by_date.iter().filter(|(date, _)| !worked(calendar, **date)).collect()),
            empty: self
                .rows
                .iter()
                .flat_map(|row| {
                    (1..=12).filter(|m| !has_month(row, *m)).map(|month| EmptyMonth { row: row.number, month })
                })
                .collect(),
            doubled: listed(by_date.iter().filter(|(_, rows)| rows.len() > 1).collect()),
        }
    }
}

/// Whether a day is worked; Monday to Friday where the year is not known.
fn worked(calendar: &Calendar, date: NaiveDate) -> bool {
    calendar.is_workday(date).unwrap_or_else(|_| chrono::Datelike::weekday(&date).num_days_from_monday() < 5)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    static CALENDAR: std::sync::LazyLock<Calendar> = std::sync::LazyLock::new(Calendar::bundled);
    const TABLE_2022: &str = include_str!("../../tests/data/reception-calendar-2022.csv");

    /// QL-15 and the facts of C7.
    #[test]
    fn the_table_of_2022_gives_143_sessions_and_its_oddities_ql_15() {
        let report = parse(TABLE_2022, 2022).expect("readable").report(&Calendar::bundled());
        assert_eq!((report.sessions, report.days), (143, 130));
        let days: Vec<String> = report.non_workdays.iter().map(|d| d.date.format("%m-%d").to_string()).collect();
        assert_eq!(days, ["01-03", "05-02", "05-03", "05-08", "07-24", "08-07", "08-28", "12-03"]);
        assert_eq!(report.empty, [EmptyMonth { row: 7, month: 5 }]);
        assert_eq!(report.doubled.len(), 13);
        assert!(report.doubled.iter().all(|d| d.rows.len() == 2));
    }

    #[test]
    fn bad_cells_are_named_by_row_and_column_and_nothing_is_read() {
        let bad = TABLE_2022.replacen("1,领导01,14,25,7,25", "1,领导01,14,14,30,２５", 1);
        let problems = parse(&bad, 2022).expect_err("three bad cells");
        let places: Vec<(usize, usize)> = problems.iter().map(|p| (p.row, p.column)).collect();
        assert_eq!(places, [(1, 4), (1, 5), (1, 6)]);
    }

    #[test]
    fn february_29_is_a_day_of_leap_years_only() {
        let table = |year| parse(&format!("{}\n1,甲,,,29,{}", header(), ",".repeat(20)), year);
        assert!(table(2024).is_ok());
        assert!(table(2022).is_err());
    }

    fn header() -> &'static str {
        TABLE_2022.lines().next().expect("a header")
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_panic(text in "\\PC{0,400}", year in -10_i32..12_000) {
            let _ = parse(&text, year);
            let _ = parse(&format!("{}\n{text}", header()), year);
        }

        /// What is written comes back: an independent way from dates to cells.
        #[test]
        fn dates_written_into_a_table_come_back(
            rows in proptest::collection::vec(proptest::collection::btree_map(1_u32..=12, (1_u32..=28, proptest::option::of(1_u32..=28)), 0..12), 1..8),
        ) {
            let mut text = header().to_owned();
            let mut expected = 0;
            for (index, months) in rows.iter().enumerate() {
                let cells: Vec<String> = (1..=12).flat_map(|m| match months.get(&m) {
                    Some((first, second)) => {
                        let second = second.filter(|d| d != first);
                        expected += 1 + usize::from(second.is_some());
                        [first.to_string(), second.map(|d| d.to_string()).unwrap_or_default()]
                    }
                    None => [String::new(), String::new()],
                }).collect();
                text.extend(["\n", &(index + 1).to_string(), ",领导,", &cells.join(",")]);
            }
            let table = parse(&text, 2022).expect("well formed");
            let report = table.report(&CALENDAR);
            prop_assert_eq!(report.sessions, expected);
            prop_assert_eq!(report.empty.len(), rows.iter().map(|m| 12 - m.len()).sum::<usize>());
        }
    }
}
