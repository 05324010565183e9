use std::collections::{BTreeMap, BTreeSet};

use huiyin_documents::{ReadLimits, Row, Table, read_table};
use huiyin_kernel::Actor;
use huiyin_web::IdempotencyKey;
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::{Context, Failure, Receipt, Registration, register::prepare, register_batch};
use crate::domain::{COLUMNS, REQUIRED_COLUMNS, Violation, Violations, column_named, input_of_row};

/// Rows one file may have.
const ROWS: usize = 2_000;
/// What an XLSX file may unpack to.
const UNPACKED: u64 = 64 << 20;
/// Keys of imported rows: the file's digest and the row's own number make them.
const SCOPE: &str = "import";

/// What became of one row.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportedRow {
    /// The row's number in the spreadsheet.
    pub row: usize,
    /// The number it had elsewhere, if stated.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// `registered`, `ready` (nothing stands against it), `refused`.
    pub status: &'static str,
    /// 信访编号, once registered.
    pub number: Option<String>,
    /// 查询码, once registered; for the petitioner's receipt.
    pub query_code: Option<String>,
    /// The petition, once registered.
    pub petition_id: Option<String>,
    /// What is not right with it.
    pub problems: Vec<RowProblem>,
}

/// One thing that is not right with a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RowProblem {
    /// Column.
    pub field: String,
    /// The rule, in Chinese.
    pub rule: String,
    /// The rule, in English.
    pub rule_en: String,
    /// What would be right.
    pub example: String,
}

/// What became of a file. When one row is refused, none is stored.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportReport {
    /// Rows in the file.
    pub rows: usize,
    /// Rows nothing stands against.
    pub accepted: usize,
    /// Rows refused.
    pub refused: usize,
    /// The petitions of this file are registered.
    pub stored: bool,
    /// Row by row.
    pub results: Vec<ImportedRow>,
}

/// Reads a file of petitions and registers all of them or none. The same file again gives the same answer.
pub async fn import(context: &Context, actor: &Actor, bytes: &[u8], dry_run: bool) -> Result<ImportReport, Failure> {
    let limits = ReadLimits { file_bytes: bytes.len(), unpacked_bytes: UNPACKED, rows: ROWS, columns: 40 };
    let table = read_table(bytes, limits).map_err(|error| unreadable(&error))?;
    let columns = columns(&table)?;
    let file = hex::encode(Sha256::digest(bytes));
    let mut seen = BTreeSet::new();
    let (mut results, mut ready) = (Vec::with_capacity(table.rows.len()), Vec::new());
    for row in &table.rows {
        let reference = reference(row, &columns);
        let outcome = match &reference {
            Some(reference) if !seen.insert(reference.clone()) => Err(Failure::Invalid(repeated())),
            _ => prepare_row(context, actor, &file, row, reference.as_deref(), &columns).await,
        };
        let (status, problems) = match outcome {
            Ok(registration) => {
                ready.push(registration);
                ("ready", Vec::new())
            }
            Err(Failure::Invalid(found)) => ("refused", found.into_vec().into_iter().map(RowProblem::from).collect()),
            Err(other) => return Err(other),
        };
        results.push(ImportedRow {
            row: row.number,
            reference,
            status,
            number: None,
            query_code: None,
            petition_id: None,
            problems,
        });
    }
    let refused = results.iter().filter(|row| row.status == "refused").count();
    let stored = !dry_run && refused == 0 && !ready.is_empty();
    if stored {
        let receipts = register_batch(&context.inserter, &context.vault, &ready).await?;
        let receipts: Result<Vec<Receipt>, Failure> = receipts.into_iter().collect();
        for (row, receipt) in results.iter_mut().zip(receipts?) {
            row.status = "registered";
            row.number = Some(receipt.number.to_string());
            row.query_code = Some(receipt.query_code.expose());
            row.petition_id = Some(receipt.petition_id.to_string());
        }
    }
    Ok(ImportReport { rows: results.len(), accepted: results.len() - refused, refused, stored, results })
}

impl From<Violation> for RowProblem {
    fn from(found: Violation) -> Self {
        let field = found.field.strip_prefix("petitioner.").unwrap_or(&found.field).to_owned();
        Self { field, rule: found.rule_zh, rule_en: found.rule_en, example: found.example }
    }
}

fn unreadable(error: &huiyin_documents::ReadError) -> Failure {
    let mut found = Violations::default();
    found.add("file", ("文件无法读取，请按所述改正后重新上传", error.to_string()), "petitions.csv");
    Failure::Invalid(found)
}

/// Which of the file's columns is which; unknown and missing ones are named.
fn columns(table: &Table) -> Result<BTreeMap<String, &'static str>, Failure> {
    let mut found = Violations::default();
    let mut columns = BTreeMap::new();
    for header in &table.header {
        match column_named(header) {
            Some(column) if columns.values().any(|known| *known == column) => {
                found.add(header, ("同一列出现两次", "this column stands there twice"), "");
            }
            Some(column) => drop(columns.insert(header.clone(), column)),
            None => {
                let known = COLUMNS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
                found.add(header, ("没有这一列", "there is no such column"), known);
            }
        }
    }
    for column in REQUIRED_COLUMNS {
        if !columns.values().any(|known| *known == column) {
            found.add(column, ("缺少这一列", "this column is missing"), column);
        }
    }
    if found.is_empty() { Ok(columns) } else { Err(Failure::Invalid(found)) }
}

fn reference(row: &Row, columns: &BTreeMap<String, &'static str>) -> Option<String> {
    let header = columns.iter().find(|(_, column)| **column == "external_ref").map(|(header, _)| header)?;
    row.get(header).map(|reference| reference.trim().to_owned())
}

fn repeated() -> Violations {
    let mut found = Violations::default();
    found.add("external_ref", ("文件内编号重复", "this number stands in the file twice"), "");
    found
}

async fn prepare_row(
    context: &Context,
    actor: &Actor,
    file: &str,
    row: &Row,
    reference: Option<&str>,
    columns: &BTreeMap<String, &'static str>,
) -> Result<Registration, Failure> {
    let cells = row.cells.iter().filter_map(|(header, text)| Some((*columns.get(header)?, text.clone()))).collect();
    let input = input_of_row(&cells).map_err(Failure::Invalid)?;
    // A reference is free text; its digest makes a key of any of them.
    let own = reference.map_or_else(|| format!("row-{}", row.number), |text| hex::encode(Sha256::digest(text)));
    let key = format!("{}.{}", &file[..48], &own[..own.len().min(48)]);
    let key = IdempotencyKey::parse(&key).expect("hexadecimal digits and a number are a key");
    prepare(context, actor.clone(), (SCOPE.to_owned(), key.hash(SCOPE)), key.command_id(SCOPE), &input).await
}
