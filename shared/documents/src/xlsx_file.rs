//! XLSX with typed cells.

use rust_xlsxwriter::{Format, Workbook, Worksheet};

use crate::{Cell, Sheet, WriteError};

/// A cell holds so many UTF-16 units; what is longer is cut and says so.
const LONGEST_CELL: usize = 32_767;
const CUT: &str = "…（内容过长，此处截断；完整内容请在系统中查看）";
const MOST_ROWS: usize = 1_048_575;

/// Writes sheets as one workbook.
pub fn write_xlsx(sheets: &[Sheet]) -> Result<Vec<u8>, WriteError> {
    let mut workbook = Workbook::new();
    for sheet in sheets {
        fill(workbook.add_worksheet(), sheet)?;
    }
    Ok(workbook.save_to_buffer()?)
}

fn fill(page: &mut Worksheet, sheet: &Sheet) -> Result<(), WriteError> {
    if sheet.rows.len() > MOST_ROWS {
        return Err(WriteError::TooManyRows(sheet.rows.len()));
    }
    page.set_name(&sheet.name)?;
    // "Text" as number format: a value edited later keeps its zeros and its 18 digits too.
    let (text, bold) = (Format::new().set_num_format("@"), Format::new().set_bold().set_num_format("@"));
    for (column, name) in (0..).zip(&sheet.header) {
        page.write_string_with_format(0, column, fitting(name), &bold)?;
        page.set_column_width(column, 18)?;
    }
    page.set_freeze_panes(1, 0)?;
    for (row, cells) in (1..).zip(&sheet.rows) {
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Cell::Text(value) => page.write_string_with_format(row, column, fitting(value), &text)?,
                // A double holds integers exactly up to 2^53; a longer one is written as text.
                Cell::Integer(count) if count.unsigned_abs() <= 1 << 53 => {
                    page.write_number(row, column, *count as f64)?
                }
                Cell::Integer(count) => page.write_string_with_format(row, column, count.to_string(), &text)?,
                Cell::Empty => continue,
            };
        }
    }
    Ok(())
}

fn fitting(text: &str) -> String {
    let text = text.replace('\0', "");
    if text.encode_utf16().count() <= LONGEST_CELL {
        return text;
    }
    let mut left = LONGEST_CELL - CUT.encode_utf16().count();
    let kept: String = text
        .chars()
        .take_while(|c| {
            let fits = c.len_utf16() <= left;
            left = left.saturating_sub(c.len_utf16());
            fits
        })
        .collect();
    kept + CUT
}
