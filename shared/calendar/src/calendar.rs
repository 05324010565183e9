//! The working-day calendar: parsed data, and what each day is.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    path::PathBuf,
};

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::{DayKind, UnknownYear};

pub(crate) const BUNDLED: [(&str, &str); 2] = [
    ("cn-workdays-2004-2026.csv", include_str!("../../../policies/calendars/cn-workdays-2004-2026.csv")),
    ("cn-statutory-2004-2026.csv", include_str!("../../../policies/calendars/cn-statutory-2004-2026.csv")),
];

/// Which days are worked, for the years there is data for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    days: BTreeMap<NaiveDate, Listed>,
    years: BTreeSet<i32>,
    version: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Listed {
    off: bool,
    work: bool,
    statutory: bool,
    festival: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    date: NaiveDate,
    kind: RowKind,
    festival: String,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum RowKind {
    Off,
    Work,
    Statutory,
}

/// Why calendar data cannot be used.
#[derive(Debug, Error)]
pub enum CalendarError {
    /// A line cannot be read.
    #[error(
        "{file}:{line}: 无法读取，应为“日期,off|work|statutory,节日”。 / not readable; expected \"date,off|work|statutory,festival\"."
    )]
    Row {
        /// The file.
        file: String,
        /// Its line, from 1.
        line: u64,
        /// What the reader said.
        #[source]
        source: csv::Error,
    },
    /// Two lines say different things of one day.
    #[error("{file}:{line}: {date} 与另一行矛盾。 / {date} contradicts another line.")]
    Contradiction {
        /// The file of the later line.
        file: String,
        /// The later line.
        line: u64,
        /// The day.
        date: NaiveDate,
    },
    /// A weekday listed as make-up day, which it cannot be.
    #[error(
        "{file}:{line}: {date} 本是工作日，不能列为调休上班。 / {date} is a weekday, so it cannot be a make-up working day."
    )]
    WeekdayMadeUp {
        /// The file.
        file: String,
        /// The line.
        line: u64,
        /// The day.
        date: NaiveDate,
    },
    /// A festival day on which offices would work.
    #[error("{file}:{line}: 法定节假日 {date} 未列为放假。 / statutory holiday {date} is not listed as a day off.")]
    StatutoryButWorked {
        /// The file.
        file: String,
        /// The line.
        line: u64,
        /// The day.
        date: NaiveDate,
    },
    /// A year of which only a part is listed.
    #[error(
        "{year}年的数据不完整：缺元旦或国庆。 / the data for {year} are incomplete: New Year's Day or National Day is missing."
    )]
    IncompleteYear {
        /// The year.
        year: i32,
    },
    /// A file or folder cannot be read.
    #[error("无法读取日历文件 {}。 / cannot read the calendar file {}.", path.display(), path.display())]
    Unreadable {
        /// Which one.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl Calendar {
    /// The calendar compiled in: 2004 to 2026.
    pub fn bundled() -> Self {
        Self::from_sources(&BUNDLED).expect("the bundled calendar is checked by the tests of this crate")
    }

    /// Reads CSV sources, each with the name used in errors. They are taken together: a year may be spread over several.
    pub fn from_sources(sources: &[(&str, &str)]) -> Result<Self, CalendarError> {
        let mut days: BTreeMap<NaiveDate, Listed> = BTreeMap::new();
        let mut statutory_at = Vec::new();
        for (file, text) in sources {
            let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
            let mut rows = reader.deserialize::<Row>();
            while let Some(row) = rows.next() {
                let line = rows.reader().position().line().saturating_sub(1);
                let row = row.map_err(|source| CalendarError::Row {
                    file: (*file).to_owned(),
                    line: source.position().map_or(line, csv::Position::line),
                    source,
                })?;
                let date = row.date;
                if row.kind == RowKind::Work && !is_weekend(date) {
                    return Err(CalendarError::WeekdayMadeUp { file: (*file).to_owned(), line, date });
                }
                let day = days.entry(date).or_default();
                match row.kind {
                    RowKind::Off => day.off = true,
                    RowKind::Work => day.work = true,
                    RowKind::Statutory => {
                        day.statutory = true;
                        statutory_at.push((*file, line, date));
                    }
                }
                if day.work && (day.off || day.statutory) {
                    return Err(CalendarError::Contradiction { file: (*file).to_owned(), line, date });
                }
                if row.kind != RowKind::Statutory || day.festival.is_empty() {
                    day.festival = row.festival;
                }
            }
        }
        let worked = |date: &NaiveDate| !days[date].off && !is_weekend(*date);
        if let Some((file, line, date)) = statutory_at.into_iter().find(|(_, _, date)| worked(date)) {
            return Err(CalendarError::StatutoryButWorked { file: file.to_owned(), line, date });
        }
        let years = complete_years(&days)?;
        let version = version_of(&days, &years);
        Ok(Self { days, years, version })
    }

    /// Names this data: the years and a short hash of the content, as in `cn-2004-2026-9f1c2d3e`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The years there is data for.
    pub fn years(&self) -> impl Iterator<Item = i32> + '_ {
        self.years.iter().copied()
    }

    /// True when the year's data are there.
    pub fn knows(&self, year: i32) -> bool {
        self.years.contains(&year)
    }

    /// What kind of day `date` is.
    pub fn day(&self, date: NaiveDate) -> Result<DayKind, UnknownYear> {
        self.require(date)?;
        Ok(match self.days.get(&date) {
            Some(listed) if listed.work => DayKind::MakeUpWorkday,
            Some(listed) => DayKind::Holiday(listed.festival.clone()),
            None => ordinary(date),
        })
    }

    /// True when offices work on `date`, 调休 included.
    pub fn is_workday(&self, date: NaiveDate) -> Result<bool, UnknownYear> {
        self.require(date)?;
        Ok(self.days.get(&date).map_or(!is_weekend(date), |listed| listed.work))
    }

    /// True when `date` is itself a festival day by law (法定节假日), not a weekend or a day shifted beside one.
    pub fn is_statutory_holiday(&self, date: NaiveDate) -> Result<bool, UnknownYear> {
        self.require(date)?;
        Ok(self.days.get(&date).is_some_and(|listed| listed.statutory))
    }

    /// Working days after `from` up to and including `to`: the first day is not counted, as in a period. 0 when `to ≤ from`.
    pub fn workdays_between(&self, from: NaiveDate, to: NaiveDate) -> Result<u32, UnknownYear> {
        let mut count = 0;
        let mut day = from;
        while day < to {
            let Some(next) = day.checked_add_days(Days::new(1)) else {
                break;
            };
            day = next;
            count += u32::from(self.is_workday(day)?);
        }
        Ok(count)
    }

    /// Working days of a year.
    pub fn workdays_in_year(&self, year: i32) -> Result<u32, UnknownYear> {
        let unknown = UnknownYear { year };
        let eve = NaiveDate::from_ymd_opt(year, 1, 1).and_then(|d| d.pred_opt()).ok_or(unknown)?;
        let last = NaiveDate::from_ymd_opt(year, 12, 31).ok_or(unknown)?;
        self.workdays_between(eve, last)
    }

    fn require(&self, date: NaiveDate) -> Result<(), UnknownYear> {
        if self.knows(date.year()) { Ok(()) } else { Err(UnknownYear { year: date.year() }) }
    }
}

/// What a day is by its weekday alone.
pub(crate) fn ordinary(date: NaiveDate) -> DayKind {
    if is_weekend(date) { DayKind::Weekend } else { DayKind::Workday }
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

/// A year is known when both ends of it are listed, so that a notice's few days of the next year do not pass for that year.
fn complete_years(days: &BTreeMap<NaiveDate, Listed>) -> Result<BTreeSet<i32>, CalendarError> {
    let years: BTreeSet<i32> = days.keys().map(Datelike::year).collect();
    let listed_off = |year, month, day| {
        NaiveDate::from_ymd_opt(year, month, day).and_then(|d| days.get(&d)).is_some_and(|listed| listed.off)
    };
    match years.iter().find(|&&year| !(listed_off(year, 1, 1) && listed_off(year, 10, 1))) {
        Some(&year) => Err(CalendarError::IncompleteYear { year }),
        None => Ok(years),
    }
}

/// Hashes what the rows mean, so that a comment, an order or a repeated line changes nothing.
fn version_of(days: &BTreeMap<NaiveDate, Listed>, years: &BTreeSet<i32>) -> String {
    let mut hash = Sha256::new();
    for (date, day) in days {
        hash.update(format!("{date},{},{},{},{}\n", day.off, day.work, day.statutory, day.festival));
    }
    let mut version = String::from("cn");
    if let (Some(first), Some(last)) = (years.first(), years.last()) {
        write!(version, "-{first}-{last}").expect("writing to a String cannot fail");
    }
    version + "-" + &hex::encode(&hash.finalize()[..4])
}
