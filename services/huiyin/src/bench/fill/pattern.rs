//! One matter at rest, with blanks: every row of every schema that belongs to it.

use std::collections::BTreeMap;

use anyhow::{Context, bail, ensure};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use huiyin_journal::chain::digest;
use huiyin_kernel::BusinessClock;
use serde_json::Value;
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::blanks::{Known, Piece};
use super::catalogue::Table;
use super::sealed::{Keys, Sealed, ensure_sealed};
use crate::verify::sql;

/// Most matters that are taken as patterns: a city with more has been filled already.
const MOST: i64 = 2000;

/// Columns whose ids are the matter's own.
const OWN: [&str; 9] =
    ["petition_id", "case_id", "aggregate_id", "message_id", "event_id", "timer_id", "key_id", "cause", "about_event"];

/// What a column of a row is filled with.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    Null,
    /// As COPY reads it.
    Text(Vec<Piece>),
    /// The same bytes in every matter.
    Bytes(Vec<u8>),
    /// The body of that ordinal,
    Body(usize),
    /// its digest,
    BodyDigest(usize),
    /// the hash of the journal row of that ordinal.
    Hash(usize),
    /// The sealed field of that ordinal.
    Field(usize),
    /// The matter's key, wrapped.
    WrappedKey,
    /// The blind index of the petitioner's document.
    DocumentIndex,
    /// Of a query code that nobody was given.
    CodeHash,
}

/// What the hash of a journal row covers.
#[derive(Clone, Debug)]
pub(super) struct JournalRow {
    pub(super) previous: Option<usize>,
    pub(super) aggregate: usize,
    pub(super) version: i64,
    pub(super) event: usize,
    pub(super) aggregate_kind: String,
    pub(super) event_type: String,
    pub(super) district: String,
    pub(super) actor: Value,
    pub(super) cause: usize,
    pub(super) occurred_at: DateTime<Utc>,
    pub(super) body: usize,
}

/// A matter to fill in.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pub(super) is_closed: bool,
    /// The pattern's own ids, by ordinal.
    pub(super) ids: Vec<Uuid>,
    pub(super) petition: usize,
    pub(super) key: usize,
    pub(super) bodies: Vec<Vec<Piece>>,
    pub(super) journal: Vec<JournalRow>,
    pub(super) sealed: Sealed,
    /// Rows of the table of that ordinal.
    pub(super) rows: Vec<(usize, Vec<Cell>)>,
}

/// A row as text, column by column.
type Raw = Vec<Option<String>>;
/// Where a body or hash stands, by its digest.
type ByDigest = BTreeMap<Vec<u8>, usize>;

/// Every matter of the city that nothing is under way for.
pub(super) async fn patterns(conn: &mut PgConnection, tables: &[Table], keys: &Keys) -> anyhow::Result<Vec<Pattern>> {
    let row = sql::row(conn, "select count(*) from intake.petition".to_owned()).await?;
    let there: i64 = row.try_get(0)?;
    ensure!(there <= MOST, "the city holds {there} matters already: begin with a new one");
    sql::execute(conn, "set timezone = 'UTC'; set bytea_output = 'hex'; set datestyle = 'ISO'").await?;
    let found = sql::rows(
        conn,
        "select p.petition_id::text, c.case_id::text, p.number, p.district, c.state = 'closed', k.key_id::text, k.wrapped,
             (select n.sealed from notification.contact n where n.petition_id = p.petition_id),
             (select array_agg(m.message_id::text) from notification.message m
              where m.petition_id = p.petition_id or m.case_id = c.case_id)
         from intake.petition p join casework.case c using (petition_id) join intake.data_key k on k.key_id = p.key_id
         where not exists (select from scheduling.visit v where v.petition_id = p.petition_id)
         order by p.petition_id"
            .to_owned(),
    )
    .await?;
    let mut patterns = Vec::with_capacity(found.len());
    for row in found {
        let (petition, case): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let messages: Option<Vec<String>> = row.try_get(8)?;
        let ids: Vec<String> = [petition.clone(), case]
            .into_iter()
            .chain(messages.into_iter().flatten())
            .map(|id| format!("'{id}'"))
            .collect();
        let key_id: Uuid = row.try_get::<String, _>(5)?.parse()?;
        let key = keys.unwrap(key_id, &row.try_get::<Vec<u8>, _>(6)?)?;
        let contact: Option<String> = row.try_get(7)?;
        let sealed = Sealed::new(petition.parse()?, &row.try_get::<String, _>(3)?, &key, contact.as_deref())?;
        let raw = rows_of(conn, tables, &ids.join(", ")).await?;
        let known = Known {
            ids: own_ids(tables, &raw)?,
            number: row.try_get(2)?,
            contact,
            first_day: NaiveDate::from_ymd_opt(BusinessClock::System.now().year() - 1, 1, 1).context("a year")?,
        };
        let draft = Draft { tables, raw: &raw, known: &known };
        let mut pattern = draft.pattern(sealed, &key, key_id)?;
        pattern.is_closed = row.try_get(4)?;
        patterns.push(pattern);
    }
    Ok(patterns)
}

async fn rows_of(conn: &mut PgConnection, tables: &[Table], ids: &str) -> anyhow::Result<Vec<(usize, Raw)>> {
    let mut raw = Vec::new();
    for (ordinal, table) in tables.iter().enumerate() {
        let columns: Vec<String> = table.columns.iter().map(|column| format!("{}::text", column.name)).collect();
        let order = if table.name == "journal" { " order by aggregate_id, version" } else { "" };
        let statement =
            format!("select array[{}] from {} where {}{order}", columns.join(", "), table.path(), table.leads_to(ids));
        for row in sql::rows(conn, statement).await? {
            raw.push((ordinal, row.try_get(0)?));
        }
    }
    Ok(raw)
}

fn own_ids(tables: &[Table], raw: &[(usize, Raw)]) -> anyhow::Result<BTreeMap<Uuid, usize>> {
    let mut ids = BTreeMap::new();
    for (table, row) in raw {
        for (column, value) in tables[*table].columns.iter().zip(row) {
            let is_own = column.kind == "uuid" && OWN.contains(&column.name.as_str());
            if let Some(id) = value.as_ref().filter(|_| is_own) {
                let next = ids.len();
                ids.entry(id.parse()?).or_insert(next);
            }
        }
    }
    Ok(ids)
}

struct Draft<'a> {
    tables: &'a [Table],
    raw: &'a [(usize, Raw)],
    known: &'a Known,
}

impl Draft<'_> {
    fn value<'r>(&self, table: usize, row: &'r [Option<String>], column: &str) -> anyhow::Result<&'r str> {
        let at = self.tables[table].column(column).with_context(|| format!("no column {column}"))?;
        row[at].as_deref().with_context(|| format!("{column} is empty"))
    }

    fn id(&self, table: usize, row: &[Option<String>], column: &str) -> anyhow::Result<usize> {
        let id: Uuid = self.value(table, row, column)?.parse()?;
        self.known.ids.get(&id).copied().context("an id that is not the matter's own")
    }

    fn pattern(&self, mut sealed: Sealed, key: &huiyin_sealing::DataKey, key_id: Uuid) -> anyhow::Result<Pattern> {
        let (bodies, digests) = self.bodies()?;
        let (journal, hashes) = self.journal(&digests)?;
        let mut rows = Vec::with_capacity(self.raw.len());
        for (table, row) in self.raw {
            let mut cells = Vec::with_capacity(row.len());
            for (column, value) in self.tables[*table].columns.iter().zip(row) {
                let cell = match value {
                    None => Cell::Null,
                    Some(value) if column.kind == "bytea" => {
                        let bytes = bytes(value)?;
                        let path = self.tables[*table].path();
                        match column.name.as_str() {
                            "code_hash" => Cell::CodeHash,
                            "wrapped" => Cell::WrappedKey,
                            "document_index" => {
                                sealed.is_indexed = true;
                                Cell::DocumentIndex
                            }
                            name => {
                                let field = sealed.take_up(key, &path, name, &bytes);
                                let digest = digests.get(&digest(&bytes)[..]).filter(|_| name == "body");
                                let of_body = digests.get(&bytes).copied().map(Cell::BodyDigest);
                                let of_row = hashes.get(&bytes).copied().map(Cell::Hash);
                                let body = digest.copied().map(Cell::Body);
                                field.map(Cell::Field).or(body).or(of_row).or(of_body).unwrap_or(Cell::Bytes(bytes))
                            }
                        }
                    }
                    Some(value) => Cell::Text(self.known.cut(value.as_bytes()).into_iter().map(escaped).collect()),
                };
                cells.push(cell);
            }
            rows.push((*table, cells));
        }
        ensure_sealed(&sealed)?;
        let ordinal = |id: &Uuid| self.known.ids.get(id).copied().context("an id that is not the matter's own");
        Ok(Pattern {
            is_closed: false,
            ids: {
                let mut ids: Vec<(usize, Uuid)> = self.known.ids.iter().map(|(id, at)| (*at, *id)).collect();
                ids.sort_unstable();
                ids.into_iter().map(|(_, id)| id).collect()
            },
            petition: ordinal(&sealed.petition)?,
            key: ordinal(&key_id)?,
            bodies,
            journal,
            sealed,
            rows,
        })
    }

    /// Every body of a journal row or publication, once, and where it is found by its digest.
    fn bodies(&self) -> anyhow::Result<(Vec<Vec<Piece>>, ByDigest)> {
        let (mut bodies, mut digests) = (Vec::new(), BTreeMap::new());
        for (table, row) in self.raw {
            let is_told = matches!(self.tables[*table].name.as_str(), "journal" | "publication");
            if !is_told {
                continue;
            }
            let body = bytes(self.value(*table, row, "body")?)?;
            digests.entry(digest(&body).to_vec()).or_insert_with(|| {
                bodies.push(self.known.cut(&body));
                bodies.len() - 1
            });
        }
        Ok((bodies, digests))
    }

    fn journal(&self, digests: &ByDigest) -> anyhow::Result<(Vec<JournalRow>, ByDigest)> {
        let (mut journal, mut hashes) = (Vec::new(), BTreeMap::new());
        for (table, row) in self.raw.iter().filter(|(table, _)| self.tables[*table].name == "journal") {
            let value = |column: &str| self.value(*table, row, column);
            let previous = match value("version")? {
                "1" => None,
                _ => {
                    Some(*hashes.get(&bytes(value("previous_hash")?)?).context("a journal that begins in the middle")?)
                }
            };
            hashes.insert(bytes(value("hash")?)?, journal.len());
            let actor: Value = serde_json::from_str(value("actor")?)?;
            ensure!(self.known.cut(actor.to_string().as_bytes()).len() == 1, "an actor who is part of the matter");
            let body = digest(&bytes(value("body")?)?);
            journal.push(JournalRow {
                previous,
                aggregate: self.id(*table, row, "aggregate_id")?,
                version: value("version")?.parse()?,
                event: self.id(*table, row, "event_id")?,
                aggregate_kind: value("aggregate_kind")?.to_owned(),
                event_type: value("event_type")?.to_owned(),
                district: value("district")?.to_owned(),
                actor,
                cause: self.id(*table, row, "cause")?,
                occurred_at: DateTime::parse_from_str(value("occurred_at")?, "%Y-%m-%d %H:%M:%S%.f%#z")?.to_utc(),
                body: *digests.get(&body[..]).context("a body without a digest")?,
            });
        }
        Ok((journal, hashes))
    }
}

fn bytes(text: &str) -> anyhow::Result<Vec<u8>> {
    match text.strip_prefix("\\x") {
        Some(digits) => Ok(hex::decode(digits)?),
        None => bail!("bytes that are not written as hex"),
    }
}

/// As COPY wants its text.
fn escaped(piece: Piece) -> Piece {
    let Piece::Same(text) = piece else { return piece };
    let mut out = Vec::with_capacity(text.len());
    for byte in text {
        match byte {
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            other => out.push(other),
        }
    }
    Piece::Same(out)
}
