//! A table to be written.

/// A cell to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Text, ids and dates included: shown exactly as given.
    Text(String),
    /// A count, on which a spreadsheet may reckon.
    Integer(i64),
    /// Nothing.
    Empty,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Cell {
    fn from(count: i64) -> Self {
        Self::Integer(count)
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(cell: Option<T>) -> Self {
        cell.map_or(Self::Empty, Into::into)
    }
}

/// One sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// The name on its tab, at most 31 characters, without `[ ] : * ? / \`.
    pub name: String,
    /// The first row.
    pub header: Vec<String>,
    /// The rows below it.
    pub rows: Vec<Vec<Cell>>,
}

/// The sheet cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// More rows than a spreadsheet holds.
    #[error("a sheet holds at most 1,048,575 rows below its header; this has {0}")]
    TooManyRows(usize),
    /// The sheet's name, most likely.
    #[error("the spreadsheet cannot be written")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
}
