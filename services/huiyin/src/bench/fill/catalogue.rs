//! Which tables hold rows of a matter, and through which columns they lead to it.

use std::collections::BTreeMap;

use anyhow::ensure;
use sqlx::{PgConnection, Row as _};

use crate::verify::{keepers, sql};

/// Columns that name a matter, its case or one of its messages.
const LEADING: [&str; 4] = ["petition_id", "case_id", "aggregate_id", "message_id"];

/// Not of a matter at rest; a signature is of one text, and copied ones would make all matters of a pattern alike.
const PASSING: [&str; 5] = ["pending", "inbox_waiting", "inbox_parked", "early_visit", "likeness"];

/// Set by the database whenever a row is written.
const BY_ITSELF: [&str; 2] = ["recorded_at", "xid"];

/// A table with rows of matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::bench) struct Table {
    pub(in crate::bench) schema: String,
    pub(in crate::bench) name: String,
    /// Every column that is written.
    pub(in crate::bench) columns: Vec<Column>,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::bench) struct Column {
    pub(in crate::bench) name: String,
    /// As `format_type` spells it.
    pub(in crate::bench) kind: String,
}

impl Table {
    /// `schema.table`, as SQL and as the place of a sealed field.
    pub(in crate::bench) fn path(&self) -> String {
        format!("{}.{}", self.schema, self.name)
    }

    pub(in crate::bench) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The names of the columns, for an SQL list.
    pub(in crate::bench) fn names(&self) -> String {
        self.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// A condition that holds for the rows of these ids.
    pub(in crate::bench) fn leads_to(&self, ids: &str) -> String {
        let of = |name: &&str| self.column(name).is_some();
        let any: Vec<String> =
            LEADING.iter().filter(|name| of(name)).map(|name| format!("{name} in ({ids})")).collect();
        any.join(" or ")
    }
}

/// All of them, in the order of their names; the answers given to requests only when asked for.
pub(in crate::bench) async fn tables(conn: &mut PgConnection, with_answers: bool) -> anyhow::Result<Vec<Table>> {
    let schemas: Vec<String> = keepers().map(|service| format!("'{service}'")).collect();
    let statement = format!(
        "select n.nspname::text, c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod)
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
         join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         where n.nspname in ({}) and c.relkind in ('r', 'p') and not c.relispartition
             and a.attidentity = '' and a.attgenerated = ''
         order by 1, 2, a.attnum",
        schemas.join(", ")
    );
    let mut found = BTreeMap::<(String, String), Vec<Column>>::new();
    for row in sql::rows(conn, statement).await? {
        let (schema, table): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let column = Column { name: row.try_get(2)?, kind: row.try_get(3)? };
        let columns = found.entry((schema, table)).or_default();
        if !BY_ITSELF.contains(&column.name.as_str()) {
            columns.push(column);
        }
    }
    let leads = |columns: &[Column]| columns.iter().any(|c| LEADING.contains(&c.name.as_str()) && c.kind == "uuid");
    let tables: Vec<Table> = found
        .into_iter()
        .filter(|((_, name), columns)| {
            let is_answer = name == "idempotency";
            if is_answer { with_answers } else { !PASSING.contains(&name.as_str()) && leads(columns) }
        })
        .map(|((schema, name), columns)| Table { schema, name, columns })
        .collect();
    ensure!(!tables.is_empty(), "the database has no tables yet");
    Ok(tables)
}
