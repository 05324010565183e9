//! CSV as spreadsheets of every make open it: UTF-8 with a mark, every field quoted, CRLF, nothing that runs (W4).

use crate::{Cell, Sheet, formula::defused};

/// Writes a sheet as CSV.
pub fn write_csv(sheet: &Sheet) -> Vec<u8> {
    let mut text = String::from("\u{FEFF}");
    line(&mut text, sheet.header.iter().map(|name| defused(name)));
    for row in &sheet.rows {
        line(
            &mut text,
            row.iter().map(|cell| match cell {
                Cell::Text(text) => defused(text),
                Cell::Integer(count) => defused(&count.to_string()),
                Cell::Empty => String::new(),
            }),
        );
    }
    text.into_bytes()
}

fn line(text: &mut String, fields: impl Iterator<Item = String>) {
    for (at, field) in fields.enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push('"');
        text.push_str(&field.replace('"', "\"\""));
        text.push('"');
    }
    text.push_str("\r\n");
}
