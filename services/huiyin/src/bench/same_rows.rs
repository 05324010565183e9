//! What the services write for one matter, step by step, as statements for pgbench: rows are read before and after each step, and what was
//! added, changed and removed becomes one statement per step. Only ids and the number differ from run to run.

use std::collections::BTreeMap;

use anyhow::{Context, ensure};
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::fill::{Table, tables};
use crate::verify::sql;

/// Where rows stand that are known by other columns than the primary key. The list of a case is written anew with each deadline; to
/// Postgres that is a changed row all the same.
const KNOWN_BY: [(&str, &[&str]); 1] = [("casework.worklist", &["case_id", "scope"])];

/// Which rows of which schemas are looked at.
#[derive(Debug)]
pub(super) struct Watch {
    tables: Vec<Watched>,
    petition: Uuid,
    case: Option<Uuid>,
    ids: BTreeMap<Uuid, usize>,
    number: Option<String>,
}

#[derive(Debug)]
struct Watched {
    table: Table,
    key: Vec<usize>,
}

/// The rows of one table by their keys; each value as an SQL literal.
type Rows = BTreeMap<Vec<String>, Vec<String>>;

/// Everything at one instant.
#[derive(Debug)]
pub(super) struct Seen(Vec<Rows>);

impl Watch {
    /// Of one petition, in these schemas.
    pub(super) async fn new(conn: &mut PgConnection, petition: Uuid, schemas: &[&str]) -> anyhow::Result<Self> {
        let mut watched = Vec::new();
        for table in tables(conn, true).await? {
            // What consumers write belongs to no command.
            let is_written_for_others = matches!(table.path().as_str(), "intake.case_status" | "intake.inbox_head");
            if !schemas.contains(&table.schema.as_str()) || is_written_for_others {
                continue;
            }
            let key = key(conn, &table).await?;
            watched.push(Watched { table, key });
        }
        Ok(Self { tables: watched, petition, case: None, ids: BTreeMap::new(), number: None })
    }

    /// The case and number, once they are known.
    pub(super) async fn knows(&mut self, conn: &mut PgConnection, case: Uuid) -> anyhow::Result<()> {
        self.case = Some(case);
        let row = sql::row(conn, format!("select number from casework.case where case_id = '{case}'")).await?;
        self.number = Some(row.try_get(0)?);
        Ok(())
    }

    /// Before anything was written.
    pub(super) fn nothing(&self) -> Seen {
        Seen(vec![Rows::new(); self.tables.len()])
    }

    pub(super) async fn look(&self, conn: &mut PgConnection) -> anyhow::Result<Seen> {
        let ids: Vec<String> =
            [Some(self.petition), self.case].into_iter().flatten().map(|id| format!("'{id}'")).collect();
        let mut seen = Vec::with_capacity(self.tables.len());
        for Watched { table, key } in &self.tables {
            let values: Vec<String> = table
                .columns
                .iter()
                .map(|column| format!("quote_nullable({}::text) || '::{}'", column.name, column.kind))
                .collect();
            let condition = if table.name == "idempotency" {
                ids.iter()
                    .map(|id| {
                        let bare = id.trim_matches('\'');
                        format!("scope like '%{bare}%' or convert_from(response, 'UTF8') like '%{bare}%'")
                    })
                    .collect::<Vec<_>>()
                    .join(" or ")
            } else {
                table.leads_to(&ids.join(", "))
            };
            let statement = format!("select array[{}] from {} where {condition}", values.join(", "), table.path());
            let mut rows = Rows::new();
            for row in sql::rows(conn, statement).await? {
                let values: Vec<String> = row.try_get(0)?;
                rows.insert(key.iter().map(|at| values[*at].clone()).collect(), values);
            }
            seen.push(rows);
        }
        Ok(Seen(seen))
    }

    /// One statement that does to other rows what was done between the two looks. `{r}` stands for what makes ids new.
    pub(super) fn statement(&mut self, before: &Seen, after: &Seen, schema: &str) -> anyhow::Result<String> {
        let mut parts = Vec::new();
        for nth in 0..self.tables.len() {
            let table = self.tables[nth].table.clone();
            if table.schema != schema {
                continue;
            }
            let (path, names) = (table.path(), table.names());
            for (key, values) in &after.0[nth] {
                let new: Vec<String> = values
                    .iter()
                    .zip(&table.columns)
                    .map(|(value, column)| self.fresh(&table, &column.name, value))
                    .collect();
                match before.0[nth].get(key) {
                    None => {
                        parts.push(format!("insert into {path} ({names}) values ({})", new.join(", ")));
                        if table.name == "publication" {
                            let of = |name| table.column(name).map(|at| new[at].clone()).unwrap_or_default();
                            let columns = "aggregate_id, audience, sequence";
                            let values = [of("aggregate_id"), of("audience"), of("sequence")].join(", ");
                            parts.push(format!("insert into {schema}.pending ({columns}) values ({values})"));
                        }
                    }
                    Some(old) if old != values => {
                        let changed: Vec<String> = (0..values.len())
                            .filter(|at| old[*at] != values[*at])
                            .map(|at| format!("{} = {}", table.columns[at].name, new[at]))
                            .collect();
                        parts.push(format!(
                            "update {path} set {} where {}",
                            changed.join(", "),
                            self.found_by(nth, &new)
                        ));
                    }
                    Some(_) => {}
                }
            }
            let gone: Vec<Vec<String>> = before.0[nth]
                .iter()
                .filter(|(key, _)| !after.0[nth].contains_key(*key))
                .map(|(_, v)| v.clone())
                .collect();
            for values in gone {
                let new: Vec<String> = values
                    .iter()
                    .zip(&table.columns)
                    .map(|(value, column)| self.fresh(&table, &column.name, value))
                    .collect();
                parts.push(format!("delete from {path} where {}", self.found_by(nth, &new)));
            }
        }
        ensure!(!parts.is_empty(), "a step wrote nothing to {schema}");
        let parts: Vec<String> = parts.iter().enumerate().map(|(at, part)| format!("t{at} as ({part})")).collect();
        Ok(format!("with {} select 1;", parts.join(", ")).replace('\n', " "))
    }

    /// Removes every row whose ids the statements made, in one transaction.
    pub(super) async fn forget(&self, conn: &mut PgConnection) -> anyhow::Result<()> {
        let own: Vec<String> = self.ids.keys().map(|id| format!("'{id}'")).collect();
        let (own, prefix) = (own.join(", "), self.prefix());
        let mut statement = "begin; set local session_replication_role = replica; ".to_owned();
        for Watched { table, .. } in &self.tables {
            for column in table.columns.iter().filter(|column| is_leading(&column.name) && column.kind == "uuid") {
                let mut of = vec![table.path()];
                if table.name == "publication" {
                    of.push(format!("{}.pending", table.schema));
                }
                for path in of {
                    statement.push_str(&format!(
                        "delete from {path} where {name} between '{prefix}000-0000-000000000000' and '{prefix}fff-ffff-ffffffffffff'
                             and {name} not in ({own}); ",
                        name = column.name
                    ));
                }
            }
        }
        statement.push_str("commit");
        sql::execute(conn, statement).await.context("what pgbench wrote cannot be removed")?;
        sql::execute(conn, "checkpoint").await.context("a checkpoint")?;
        Ok(())
    }

    /// What all ids that the statements make begin with: an instant and the mark of version 7.
    fn prefix(&self) -> String {
        format!("{}7", &self.petition.to_string()[..14])
    }

    fn found_by(&self, nth: usize, values: &[String]) -> String {
        let Watched { table, key } = &self.tables[nth];
        let conditions: Vec<String> =
            key.iter().map(|at| format!("{} = {}", table.columns[*at].name, values[*at])).collect();
        conditions.join(" and ")
    }

    /// The same value, unless it must be another one in another matter.
    fn fresh(&mut self, table: &Table, column: &str, literal: &str) -> String {
        if table.name == "idempotency" && column == "key_hash" {
            let kept = format!("{} || {literal}", "uuid_send({i})".replace("{i}", &self.id_of(self.petition)));
            return kept;
        }
        if self.number.as_ref().is_some_and(|number| literal == format!("'{number}'::text")) {
            return "('HY-' || {r})::text".to_owned();
        }
        let own =
            literal.strip_suffix("'::uuid").and_then(|text| text.strip_prefix('\'')).and_then(|id| id.parse().ok());
        match own {
            Some(id) if is_own(column) => self.id_of(id),
            _ => literal.to_owned(),
        }
    }

    fn id_of(&mut self, id: Uuid) -> String {
        let next = self.ids.len();
        let ordinal = *self.ids.entry(id).or_insert(next);
        // All begin with the same instant and go on at random, as those of one millisecond do.
        format!("('{}' || {{r}} || '{:02x}')::uuid", self.prefix(), ordinal % 256)
    }
}

fn is_own(column: &str) -> bool {
    ["petition_id", "case_id", "aggregate_id", "event_id", "timer_id", "key_id", "cause"].contains(&column)
}

fn is_leading(column: &str) -> bool {
    ["petition_id", "case_id", "aggregate_id"].contains(&column)
}

async fn key(conn: &mut PgConnection, table: &Table) -> anyhow::Result<Vec<usize>> {
    let path = table.path();
    let names: Vec<String> = if let Some((_, names)) = KNOWN_BY.iter().find(|(known, _)| *known == path) {
        names.iter().map(|name| (*name).to_owned()).collect()
    } else {
        let statement = format!(
            "select array_agg(a.attname::text order by a.attnum) from pg_index i
                 join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
                 where i.indrelid = '{path}'::regclass and i.indisprimary"
        );
        sql::row(conn, statement)
            .await?
            .try_get::<Option<Vec<String>>, _>(0)?
            .with_context(|| format!("{path} has no key"))?
    };
    names.iter().map(|name| table.column(name).with_context(|| format!("{path} has no column {name}"))).collect()
}

/// A script of pgbench: one new set of ids, then each statement as a transaction of its own.
pub(super) fn script(statements: &[String]) -> String {
    let mut script = "select substr(gen_random_uuid()::text, 16, 19) as r \\gset\n".to_owned();
    for statement in statements {
        script.push_str(&without_variables(statement).replace("{r}", ":r"));
        script.push('\n');
    }
    script
}

/// pgbench takes a colon before a letter for a variable, in a literal too. There the literal is cut: two literals with a line between
/// them are one to SQL.
fn without_variables(statement: &str) -> String {
    let mut out = String::with_capacity(statement.len() + 64);
    let mut before = None;
    let mut letters = statement.chars().peekable();
    while let Some(letter) = letters.next() {
        out.push(letter);
        let begins_name =
            letters.peek().is_some_and(|next| next.is_ascii_alphabetic() || *next == '_' || !next.is_ascii());
        if letter == ':' && before != Some(':') && begins_name {
            out.push_str("'\n'");
        }
        before = Some(letter);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_literal_holds_a_variable_of_pgbench() {
        let cut = without_variables("select '{\"a\":true, \"b\": 1}'::jsonb, '说明:文', '12:30'::text");
        assert_eq!(cut, "select '{\"a\":'\n'true, \"b\": 1}'::jsonb, '说明:'\n'文', '12:30'::text");
    }

    #[test]
    fn a_script_makes_its_ids_anew_each_time() {
        let script = script(&["with t0 as (insert into a values (('x7' || {r} || '00')::uuid)) select 1;".to_owned()]);
        assert!(script.starts_with("select substr(gen_random_uuid()"));
        assert!(script.contains("'x7' || :r || '00'"));
    }
}
