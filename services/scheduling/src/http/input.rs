//! Reading what was sent into what the domain knows. Every field that is wrong is named at once.

use chrono::{DateTime, Datelike, Utc};
use huiyin_kernel::{DistrictCode, Text};
use huiyin_web::{FieldProblem, Problem};

/// Collects what is wrong.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    wrong: Vec<FieldProblem>,
}

impl Reader {
    pub(crate) fn refuse(&mut self, field: &str, zh: &str, en: &str, example: &str) {
        self.wrong.push(FieldProblem::new(field, zh, en, example));
    }

    pub(crate) fn text(&mut self, field: &str, text: &str, max: usize) -> String {
        match Text::parse(text, max) {
            Ok(text) => text.into(),
            Err(error) => {
                self.refuse(field, &format!("须为1至{max}个可见字符"), &error.to_string(), "文字");
                String::new()
            }
        }
    }

    pub(crate) fn optional_text(&mut self, field: &str, text: Option<&str>, max: usize) -> Option<String> {
        text.map(|text| self.text(field, text, max))
    }

    pub(crate) fn district(&mut self, field: &str, code: &str) -> DistrictCode {
        DistrictCode::parse(code).unwrap_or_else(|error| {
            self.refuse(field, "区划代码为6、9或12位数字", &error.to_string(), "990101001");
            DistrictCode::parse("000000").expect("six digits")
        })
    }

    /// An instant of these centuries: calendars and the database both know it.
    pub(crate) fn instant(&mut self, field: &str, at: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
        let at = at?;
        if !(2000..2100).contains(&at.year()) {
            self.refuse(field, "须在2000至2099年", "must be in the years 2000 to 2099", "2026-03-02T01:00:00Z");
        }
        // The database keeps microseconds.
        DateTime::from_timestamp_micros(at.timestamp_micros())
    }

    pub(crate) fn number(&mut self, field: &str, value: u32, range: std::ops::RangeInclusive<u32>) -> u32 {
        if !range.contains(&value) {
            let (from, to) = (range.start(), range.end());
            self.refuse(field, &format!("须为{from}至{to}"), &format!("must be {from} to {to}"), &from.to_string());
        }
        value
    }

    pub(crate) fn done<T>(self, value: T) -> Result<T, Problem> {
        if self.wrong.is_empty() { Ok(value) } else { Err(Problem::bad_request(self.wrong)) }
    }
}

/// A district in a query.
pub(crate) fn area(code: Option<&str>) -> Result<Option<DistrictCode>, Problem> {
    let mut reader = Reader::default();
    let area = code.map(|code| reader.district("district", code));
    reader.done(area)
}

/// A cursor in a query: what the page before gave, or nothing.
pub(crate) fn cursor<T: std::str::FromStr>(after: Option<&str>) -> Result<Option<T>, Problem> {
    after.map(|text| text.parse().map_err(|_| bad_cursor())).transpose()
}

/// A cursor of two parts.
pub(crate) fn cursor_pair<A: std::str::FromStr, B: std::str::FromStr>(
    after: Option<&str>,
) -> Result<Option<(A, B)>, Problem> {
    let read = |text: &str| {
        let (a, b) = text.split_once('~')?;
        Some((a.parse().ok()?, b.parse().ok()?))
    };
    after.map(|text| read(text).ok_or_else(bad_cursor)).transpose()
}

pub(crate) fn bad_cursor() -> Problem {
    Problem::field("after", "须为上一页给出的 next", "must be the `next` of the page before", "")
}
