//! Tables in and out: XLSX and CSV that open rightly in a spreadsheet, run nothing there, and are read back within limits.
//!
//! Written cells are typed text: an identity number keeps its 18 digits, a leading zero stays, and no cell is ever a
//! formula (W4). Read tables are rows of (row number as the spreadsheet shows it, header → text); what cannot be
//! read exactly is an error that names row and column, never a guess.

mod csv_file;
mod formula;
mod read;
mod sheet;
mod xlsx_file;

pub use csv_file::write_csv;
pub use read::{ReadError, ReadLimits, Row, Table, read_table};
pub use sheet::{Cell, Sheet, WriteError};
pub use xlsx_file::write_xlsx;
