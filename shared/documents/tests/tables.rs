//! W4: what is written runs nothing and reads back the same.

use std::io::{Cursor, Write as _};

use huiyin_documents::{Cell, ReadError, ReadLimits, Sheet, Table, read_table, write_csv, write_xlsx};
use proptest::prelude::*;

fn sheet(header: &[&str], rows: Vec<Vec<Cell>>) -> Sheet {
    Sheet { name: "台账".to_owned(), header: header.iter().map(|name| (*name).to_owned()).collect(), rows }
}

fn read(bytes: &[u8]) -> Result<Table, ReadError> {
    read_table(bytes, ReadLimits::default())
}

/// Texts of the kind people and attackers type.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,40}",
        "['=+@\\-＝＋－＠\t\r\n]{1,3}[a-z(]{0,5}",
        "[0-9]{15,18}[0-9X]",
        "0[0-9]{1,10}",
        Just("𠮷田 👨\u{200D}👩\u{200D}👧 e\u{301}".to_owned()),
        Just("他说\"不\",\r\n第二行".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_csv_reads_back_the_same_and_no_cell_of_it_runs(cells in prop::collection::vec(texts(), 1..6)) {
        let rows = cells.iter().map(|text| vec!["行".into(), text.as_str().into()]).collect();
        let bytes = write_csv(&sheet(&["标记", "内容"], rows));
        let begin = "\u{FEFF}\"标记\",\"内容\"\r\n";
        prop_assert!(bytes.starts_with(begin.as_bytes()));
        let text = std::str::from_utf8(&bytes).expect("UTF-8");
        let mut raw = csv::ReaderBuilder::new().from_reader(text.trim_start_matches('\u{FEFF}').as_bytes());
        for record in raw.records() {
            for field in &record.expect("a record") {
                prop_assert!(!field.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠']), "{field:?}");
            }
        }
        let table = read(&bytes).expect("reads back");
        for (row, text) in table.rows.iter().zip(&cells) {
            let shown = text.replace('\0', "");
            let shown = if shown.trim().is_empty() { None } else { Some(shown.as_str()) };
            prop_assert_eq!(row.get("内容"), shown);
        }
    }

    #[test]
    fn an_xlsx_reads_back_the_same(cells in prop::collection::vec("[ -~一-龥𠮷=+@\\-＝]{1,40}", 1..4)) {
        let rows = cells.iter().map(|text| vec!["行".into(), text.as_str().into()]).collect();
        let bytes = write_xlsx(&[sheet(&["标记", "内容"], rows)]).expect("writes");
        let table = read(&bytes).expect("reads back");
        prop_assert_eq!(table.rows.len(), cells.len());
        for (row, text) in table.rows.iter().zip(&cells) {
            // An apostrophe before a formula sign is how CSV defuses it, so reading takes one away.
            let shown = text.strip_prefix('\'').filter(|rest| rest.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '＝']));
            let shown = shown.unwrap_or(text);
            prop_assert_eq!(row.get("内容"), if text.trim().is_empty() { None } else { Some(shown) });
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes);
        let mut zipped = b"PK\x03\x04".to_vec();
        zipped.extend(&bytes);
        prop_assert!(read(&zipped).is_err());
    }

    #[test]
    fn a_damaged_xlsx_is_read_or_refused_without_panic(at in 0_usize..4000, to: u8) {
        let mut bytes = write_xlsx(&[sheet(&["a"], vec![vec!["b".into()]])]).expect("writes");
        let at = at % bytes.len();
        bytes[at] = to;
        let _ = read(&bytes);
    }
}

#[test]
fn identity_numbers_and_leading_zeros_stay_text_in_xlsx() {
    let rows = vec![vec!["110101199003070000".into(), "007".into(), Cell::Integer(42), Cell::Empty]];
    let table = read(&write_xlsx(&[sheet(&["证件", "编号", "数", "空"], rows)]).expect("writes")).expect("reads");
    let row = &table.rows[0];
    assert_eq!(
        (row.get("证件"), row.get("编号"), row.get("数"), row.get("空")),
        (Some("110101199003070000"), Some("007"), Some("42"), None)
    );
    assert_eq!(row.number, 2, "the number the spreadsheet shows");
}

#[test]
fn a_text_longer_than_a_cell_is_cut_and_says_so() {
    let long = "长".repeat(40_000);
    let table = read(&write_xlsx(&[sheet(&["a"], vec![vec![long.into()]])]).expect("writes")).expect("reads");
    let shown = table.rows[0].get("a").expect("a cell");
    assert_eq!(shown.encode_utf16().count(), 32_767);
    assert!(shown.ends_with("截断；完整内容请在系统中查看）"), "{}", &shown[shown.len() - 60..]);
}

#[test]
fn tables_beyond_the_limits_are_refused_with_the_limit() {
    let csv = write_csv(&sheet(&["a"], (0..11).map(|n| vec![Cell::Integer(n)]).collect()));
    let limits = ReadLimits { rows: 10, ..ReadLimits::default() };
    assert_eq!(read_table(&csv, limits), Err(ReadError::TooManyRows(10)));
    let wide = "a,".repeat(300);
    assert_eq!(read(wide.as_bytes()), Err(ReadError::TooManyColumns(200)));
    let small = ReadLimits { file_bytes: 3, ..ReadLimits::default() };
    assert_eq!(read_table(b"a,b,c", small), Err(ReadError::TooLarge { bytes: 5, most: 3 }));
}

#[test]
fn an_archive_that_unpacks_to_too_much_is_refused_whatever_it_claims() {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    archive.start_file("xl/worksheets/sheet1.xml", options).expect("starts");
    for _ in 0..30 {
        archive.write_all(&vec![b' '; 1 << 20]).expect("writes");
    }
    let bytes = archive.finish().expect("finishes").into_inner();
    assert!(bytes.len() < 1 << 20, "a small file");
    let limits = ReadLimits { unpacked_bytes: 10 << 20, ..ReadLimits::default() };
    assert_eq!(read_table(&bytes, limits), Err(ReadError::Bomb(10 << 20)));
}

#[test]
fn what_is_no_table_is_refused_with_what_to_do() {
    assert_eq!(read(b""), Err(ReadError::Empty));
    assert_eq!(read(b"\r\n , \r\n"), Err(ReadError::Empty));
    assert_eq!(
        read(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
        Err(ReadError::Format),
        "an old or password-protected workbook"
    );
    assert_eq!(read(b"\xD0\xD5\xC3\xFB,\xB5\xE7\xBB\xB0\r\n"), Err(ReadError::Format), "GBK");
    assert_eq!(read(b"a,b,a\r\n1,2,3"), Err(ReadError::DoubleHeader("a".to_owned())));
    assert_eq!(read(b"a,b\r\n1,2,3"), Err(ReadError::NoHeader { row: 2, column: 3 }));
    assert!(matches!(read(b"a\r\nx\0y"), Err(ReadError::Cell { row: 2, column: 1, .. })));
}

#[test]
fn empty_rows_are_passed_over_and_row_numbers_stay_those_of_the_sheet() {
    let table = read("\u{FEFF}姓名,事项\r\n\r\n,,\r\n张三,漏水\r\n".as_bytes()).expect("reads");
    assert_eq!(table.header, ["姓名", "事项"]);
    assert_eq!(table.rows.len(), 1);
    assert_eq!(table.rows[0].number, 4);
}
