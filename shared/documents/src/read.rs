//! Reading a table that somebody made in a spreadsheet, within limits.

use std::{
    collections::{BTreeMap, HashSet},
    io::{Cursor, Read as _},
};

use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx};

use crate::formula::restored;

/// How much is read.
#[derive(Clone, Copy, Debug)]
pub struct ReadLimits {
    /// The file, in bytes.
    pub file_bytes: usize,
    /// An XLSX file unpacked, in bytes: a small file can hold a very large one.
    pub unpacked_bytes: u64,
    /// Rows below the header.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
}

impl Default for ReadLimits {
    fn default() -> Self {
        Self { file_bytes: 20 << 20, unpacked_bytes: 200 << 20, rows: 50_000, columns: 200 }
    }
}

/// A table as read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The names in the first row that is not empty.
    pub header: Vec<String>,
    /// The rows below it that are not empty.
    pub rows: Vec<Row>,
}

/// A row as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The number the spreadsheet shows at the left.
    pub number: usize,
    /// Header → text; empty cells are not there.
    pub cells: BTreeMap<String, String>,
}

impl Row {
    /// The text under a header; `None` when the cell is empty or the column is not there.
    pub fn get(&self, header: &str) -> Option<&str> {
        self.cells.get(header).map(String::as_str)
    }
}

/// Why a file is not read at all. Each says where and what to do.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// More bytes than allowed.
    #[error("the file has {bytes} bytes; at most {most} are read")]
    TooLarge {
        /// Bytes given.
        bytes: usize,
        /// Bytes allowed.
        most: usize,
    },
    /// Unpacks to more than allowed.
    #[error("the spreadsheet unpacks to more than {0} bytes")]
    Bomb(u64),
    /// Neither CSV in UTF-8 nor XLSX.
    #[error(
        "this is neither a CSV file in UTF-8 nor an XLSX file; save it as \"CSV UTF-8\" or \"Excel workbook (.xlsx)\", without password"
    )]
    Format,
    /// XLSX on the outside, broken inside.
    #[error("the spreadsheet is damaged; open it, save it again as .xlsx and send that")]
    Damaged,
    /// No row with names.
    #[error("the table is empty; its first row must hold the column names")]
    Empty,
    /// Too many rows.
    #[error("the table has more than {0} rows; split it")]
    TooManyRows(usize),
    /// Too many columns.
    #[error("the table has more than {0} columns")]
    TooManyColumns(usize),
    /// A name given twice.
    #[error("the column name {0:?} stands in the first row twice")]
    DoubleHeader(String),
    /// A value under no name, or a row longer than the header.
    #[error("row {row}, column {column}: there is a value but no column name")]
    NoHeader {
        /// Row number.
        row: usize,
        /// Column number, from 1.
        column: usize,
    },
    /// A cell that cannot be taken exactly.
    #[error("row {row}, column {column}: {why}")]
    Cell {
        /// Row number.
        row: usize,
        /// Column number, from 1.
        column: usize,
        /// Why.
        why: &'static str,
    },
}

/// Reads a CSV or XLSX file (its first sheet); which one, its first bytes tell.
pub fn read_table(bytes: &[u8], limits: ReadLimits) -> Result<Table, ReadError> {
    if bytes.len() > limits.file_bytes {
        return Err(ReadError::TooLarge { bytes: bytes.len(), most: limits.file_bytes });
    }
    let mut grid = Grid { limits, table: Table::default(), columns: BTreeMap::new() };
    if bytes.starts_with(b"PK\x03\x04") {
        check_unpacked(bytes, limits.unpacked_bytes)?;
        read_xlsx(bytes, &mut grid)?;
    } else {
        read_csv(bytes, &mut grid)?;
    }
    if grid.table.header.is_empty() { Err(ReadError::Empty) } else { Ok(grid.table) }
}

struct Grid {
    limits: ReadLimits,
    table: Table,
    columns: BTreeMap<usize, String>,
}

impl Grid {
    /// Takes a row of (column from 1, text); empty texts may be left out.
    fn add(&mut self, number: usize, cells: Vec<(usize, String)>) -> Result<(), ReadError> {
        let cells: Vec<_> = cells.into_iter().filter(|(_, text)| !restored(text).trim().is_empty()).collect();
        if cells.is_empty() {
            return Ok(());
        }
        if cells.iter().any(|(column, _)| *column > self.limits.columns) {
            return Err(ReadError::TooManyColumns(self.limits.columns));
        }
        if let Some((column, _)) = cells.iter().find(|(_, text)| text.contains('\0')) {
            return Err(ReadError::Cell { row: number, column: *column, why: "has the character U+0000; remove it" });
        }
        if self.columns.is_empty() {
            return self.add_header(cells);
        }
        if self.table.rows.len() == self.limits.rows {
            return Err(ReadError::TooManyRows(self.limits.rows));
        }
        let mut row = Row { number, cells: BTreeMap::new() };
        for (column, text) in cells {
            let name = self.columns.get(&column).ok_or(ReadError::NoHeader { row: number, column })?;
            row.cells.insert(name.clone(), restored(&text).to_owned());
        }
        self.table.rows.push(row);
        Ok(())
    }

    fn add_header(&mut self, cells: Vec<(usize, String)>) -> Result<(), ReadError> {
        let mut seen = HashSet::new();
        for (column, name) in cells {
            let name = restored(name.trim()).to_owned();
            if !seen.insert(name.clone()) {
                return Err(ReadError::DoubleHeader(name));
            }
            self.table.header.push(name.clone());
            self.columns.insert(column, name);
        }
        Ok(())
    }
}

fn read_csv(bytes: &[u8], grid: &mut Grid) -> Result<(), ReadError> {
    let text = std::str::from_utf8(bytes).map_err(|_| ReadError::Format)?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut number = 0;
    while reader.read_record(&mut record).map_err(|_| ReadError::Format)? {
        let start = record.position().map_or(0, |at| usize::try_from(at.byte()).unwrap_or(usize::MAX));
        number += 1 + empty_lines_at(text, start);
        grid.add(number, (1..).zip(record.iter().map(str::to_owned)).collect())?;
    }
    Ok(())
}

/// The reader passes over empty lines; the spreadsheet counts them.
fn empty_lines_at(text: &str, start: usize) -> usize {
    let (before, rest) = text.split_at_checked(start).unwrap_or((text, ""));
    let breaks = &rest[..rest.len() - rest.trim_start_matches(['\r', '\n']).len()];
    // Of a CR LF that ends the record before, the LF is still here.
    let breaks = if before.ends_with('\r') { breaks.strip_prefix('\n').unwrap_or(breaks) } else { breaks };
    breaks.replace("\r\n", "\n").len()
}

/// Unpacks every part once, counting: what the archive says of its own sizes is not believed.
fn check_unpacked(bytes: &[u8], most: u64) -> Result<(), ReadError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| ReadError::Damaged)?;
    let mut left = most;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|_| ReadError::Damaged)?;
        let unpacked = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).map_err(|_| ReadError::Damaged)?;
        left = left.checked_sub(unpacked).ok_or(ReadError::Bomb(most))?;
    }
    Ok(())
}

/// Reads cell by cell: a sheet that claims a million columns costs nothing.
fn read_xlsx(bytes: &[u8], grid: &mut Grid) -> Result<(), ReadError> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(|_| ReadError::Damaged)?;
    let name = book.sheet_names().first().cloned().ok_or(ReadError::Empty)?;
    let mut reader = book.worksheet_cells_reader(&name).map_err(|_| ReadError::Damaged)?;
    let (mut number, mut cells) = (0, Vec::new());
    while let Some(cell) = reader.next_cell().map_err(|_| ReadError::Damaged)? {
        let (row, column) = cell.get_position();
        let (row, column) = (row as usize + 1, column as usize + 1);
        if row != number {
            grid.add(number, std::mem::take(&mut cells))?;
            number = row;
        }
        if cells.len() > grid.limits.columns {
            return Err(ReadError::TooManyColumns(grid.limits.columns));
        }
        let text = text_of(cell.get_value()).map_err(|why| ReadError::Cell { row, column, why })?;
        cells.push((column, text));
    }
    grid.add(number, cells)
}

fn text_of(value: &DataRef<'_>) -> Result<String, &'static str> {
    /// 2^53: beyond it a spreadsheet has already forgotten the last digits.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Ok(text.clone()),
        DataRef::SharedString(text) => Ok((*text).to_owned()),
        DataRef::Int(number) => Ok(number.to_string()),
        DataRef::Float(number) if number.abs() >= 1e15 && number.abs() <= EXACT => Ok(format!("{number:.0}")),
        DataRef::Float(number) if number.abs() > EXACT => {
            Err("a number this long has lost its last digits; format the column as text and type it again")
        }
        DataRef::Float(number) => Ok(number.to_string()),
        DataRef::Bool(truth) => Ok(if *truth { "TRUE" } else { "FALSE" }.to_owned()),
        DataRef::DateTime(date) => Ok(date_text(date)),
        DataRef::Error(_) => Err("the cell shows an error such as #N/A"),
        DataRef::Empty => Ok(String::new()),
    }
}

/// `2022-01-05`, `09:30:00` or both.
fn date_text(date: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    let (day, time) = (format!("{year:04}-{month:02}-{day:02}"), format!("{hour:02}:{minute:02}:{second:02}"));
    let number = date.as_f64();
    if number < 1.0 {
        time
    } else if number.fract() == 0.0 {
        day
    } else {
        format!("{day} {time}")
    }
}
