use anyhow::Result;
use axum::http::StatusCode;
use huiyin_documents::{Cell, Sheet, write_xlsx};
use huiyin_kernel::Role;

use crate::world::World;

const HEADER: &str = "ref,channel,received_at,class,topic,district,kind,title,request,name,document_kind,phone";

fn file(rows: &[&str]) -> Vec<u8> {
    let mut text = format!("\u{feff}{HEADER}\r\n");
    for row in rows {
        text.push_str(row);
        text.push_str("\r\n");
    }
    text.into_bytes()
}

const GOOD: [&str; 3] = [
    "A1,letter,2026-02-27T09:30+08:00,request,environment,990101001,individual,烧烤油烟扰民,请求治理油烟,郑𠮷安,none,13800001111",
    "A2,visit,,申诉求决类,劳动社保,990101,individual,拖欠工资,请求支付工资,钱多多,none,",
    "A3,phone,,suggestion,other,990101001,individual,建议增设路灯,请增设路灯,孙有光,none,0571-85000000",
];

#[tokio::test]
async fn a_file_is_registered_whole_and_the_same_file_again_gives_the_same_answer() -> Result<()> {
    let world = World::new().await?;
    let dry = world.upload("/imports?dry_run=true&format=csv", &world.clerk(), file(&GOOD)).await?;
    assert_eq!(
        (dry.status, dry.body["accepted"].as_u64(), dry.body["stored"].as_bool()),
        (StatusCode::OK, Some(3), Some(false)),
        "{dry:?}"
    );
    assert!(world.rows().await?.iter().all(|(_, count)| *count == 0));

    let first = world.upload("/imports?dry_run=false&format=csv", &world.clerk(), file(&GOOD)).await?;
    assert_eq!(first.body["stored"].as_bool(), Some(true), "{first:?}");
    let rows = first.body["results"].as_array().cloned().unwrap_or_default();
    assert!(
        rows.iter().all(|row| row["status"] == "registered"
            && row["query_code"].is_string()
            && row["petition_id"].is_string())
    );
    assert_eq!((rows[0]["row"].as_u64(), rows[0]["ref"].as_str()), (Some(2), Some("A1")));
    world.time.advance(chrono::TimeDelta::days(3));
    let again = world.upload("/imports?dry_run=false", &world.clerk(), file(&GOOD)).await?;
    assert_eq!(again, first);
    assert_eq!(world.count("select count(*) from intake.petition").await?, 3);
    Ok(())
}

#[tokio::test]
async fn one_bad_row_is_named_by_row_field_rule_and_example_and_nothing_of_the_file_is_stored() -> Result<()> {
    let world = World::new().await?;
    let bad = "A9,letter,,request,no_such_topic,990101001,individual,,请求,李四,none,电话";
    let answer =
        world.upload("/imports?dry_run=false", &world.clerk(), file(&[GOOD[0], bad, GOOD[2], GOOD[2]])).await?;
    assert_eq!(
        (answer.status, answer.body["refused"].as_u64(), answer.body["stored"].as_bool()),
        (StatusCode::OK, Some(2), Some(false))
    );
    let row = &answer.body["results"][1];
    assert_eq!((row["row"].as_u64(), row["status"].as_str()), (Some(3), Some("refused")));
    let fields: Vec<&str> =
        row["problems"].as_array().into_iter().flatten().filter_map(|p| p["field"].as_str()).collect();
    assert_eq!(fields, ["topic", "title", "phone"], "{row}");
    assert!(
        row["problems"][2]["example"] == "13800001234"
            && row["problems"][2]["rule"].as_str().is_some_and(|r| r.contains("电话"))
    );
    assert_eq!(answer.body["results"][3]["problems"][0]["field"], "external_ref", "the same number twice");
    assert!(world.rows().await?.iter().all(|(_, count)| *count == 0));
    Ok(())
}

/// W4
#[tokio::test]
async fn a_workbook_reads_like_the_same_table_in_csv() -> Result<()> {
    let world = World::new().await?;
    let cells = |line: &str| line.split(',').map(|cell| Cell::from(cell.to_owned())).collect::<Vec<_>>();
    let sheet = Sheet {
        name: "信访件".to_owned(),
        header: HEADER.split(',').map(str::to_owned).collect(),
        rows: GOOD.iter().map(|row| cells(row)).collect(),
    };
    let answer = world.upload("/imports?dry_run=true&format=xlsx", &world.clerk(), write_xlsx(&[sheet])?).await?;
    assert_eq!(answer.body["accepted"].as_u64(), Some(3), "{answer:?}");
    Ok(())
}

#[tokio::test]
async fn a_file_that_is_no_table_is_refused_and_says_why() -> Result<()> {
    let world = World::new().await?;
    let long = format!("{HEADER}\n{}", format!("{}\n", GOOD[1]).repeat(2_001));
    let bad: [(&[u8], &str); 7] = [
        (b"", "file"),
        (b"PK\x03\x04nonsense", "file"),
        (&[0xff, 0xfe, 0x00], "file"),
        (b"a,b\n1,2\n", "a"),
        (b"channel,channel\n", "file"),
        (b"channel,class\nnet,request\n", "topic"),
        (long.as_bytes(), "file"),
    ];
    for (bytes, field) in bad {
        let refused = world.upload("/imports?dry_run=false", &world.clerk(), bytes.to_vec()).await?;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{field} {refused:?}");
        assert_eq!(refused.body["fields"][0]["field"], field, "{refused:?}");
    }
    let officer = world.token("d1-xfj", "990101", &[Role::Officer]);
    assert_eq!(world.upload("/imports", &officer, file(&GOOD)).await?.status, StatusCode::FORBIDDEN);
    assert_eq!(world.upload("/imports?format=exe", &world.clerk(), file(&GOOD)).await?.status, StatusCode::BAD_REQUEST);
    assert!(world.rows().await?.iter().all(|(_, count)| *count == 0));
    Ok(())
}

/// The demonstration's file is read without a complaint, apart from districts this test does not serve.
#[tokio::test]
async fn the_demonstration_file_has_the_shape_of_an_import() -> Result<()> {
    let world = World::new().await?;
    world.time.advance_to("2026-03-02T01:00:00Z".parse()?);
    let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../demo/petitions.csv"))?;
    let answer = world.upload("/imports?dry_run=true", &world.clerk(), bytes).await?;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    let rows = answer.body["results"].as_array().cloned().unwrap_or_default();
    assert!(rows.len() >= 300);
    for row in rows {
        for problem in row["problems"].as_array().into_iter().flatten() {
            assert_eq!(problem["field"], "district", "{row}");
        }
    }
    Ok(())
}
