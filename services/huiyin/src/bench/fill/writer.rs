//! One new matter from a pattern, appended to what will be copied.

use anyhow::Context;
use chrono::TimeDelta;
use huiyin_journal::chain::{self, digest};
use huiyin_kernel::PetitionNumber;
use uuid::Uuid;

use super::Numbers;
use super::blanks::{Filling, fill};
use super::pattern::{Cell, Pattern};
use super::sealed::{Keys, Resealed};

const DAY_MS: i64 = 86_400_000;

/// The rows of each table, in the format of COPY.
#[derive(Debug)]
pub(super) struct Buffers {
    pub(super) tables: Vec<Vec<u8>>,
    pub(super) rows: u64,
    scratch: Vec<u8>,
}

impl Buffers {
    pub(super) fn new(tables: usize) -> Self {
        Self { tables: vec![Vec::new(); tables], rows: 0, scratch: Vec::new() }
    }

    /// Adds the matter of that ordinal, `days_ago` days before the pattern.
    pub(super) fn add(
        &mut self,
        pattern: &Pattern,
        keys: &Keys,
        numbers: Numbers,
        ordinal: u64,
        days_ago: i64,
    ) -> anyhow::Result<()> {
        let ids = new_ids(&pattern.ids, days_ago)?;
        let resealed = pattern
            .sealed
            .seal(keys, ids[pattern.petition], ids[pattern.key], ordinal)
            .context("a field cannot be sealed")?;
        let serial = u32::try_from(u64::from(numbers.before) + 1 + ordinal).context("the year has no numbers left")?;
        let number = PetitionNumber::new(numbers.year, serial).as_str().to_owned();
        let filling = Filling { ids, number, contact: resealed.contact.clone(), days: -days_ago };
        let bodies: Vec<Vec<u8>> = pattern
            .bodies
            .iter()
            .map(|body| {
                let mut out = Vec::new();
                fill(body, &filling, &mut out);
                out
            })
            .collect();
        let hashes = chained(pattern, &filling, &bodies);
        for (table, cells) in &pattern.rows {
            for (nth, cell) in cells.iter().enumerate() {
                if nth > 0 {
                    self.tables[*table].push(b'\t');
                }
                self.cell(*table, cell, &filling, &bodies, &hashes, &resealed);
            }
            self.tables[*table].push(b'\n');
            self.rows += 1;
        }
        Ok(())
    }

    fn cell(
        &mut self,
        table: usize,
        cell: &Cell,
        filling: &Filling,
        bodies: &[Vec<u8>],
        hashes: &[chain::Hash],
        resealed: &Resealed,
    ) {
        let code;
        let bytes: &[u8] = match cell {
            Cell::Null => return self.tables[table].extend_from_slice(b"\\N"),
            Cell::Text(pieces) => return fill(pieces, filling, &mut self.tables[table]),
            Cell::Bytes(bytes) => bytes,
            Cell::Body(ordinal) => &bodies[*ordinal],
            Cell::BodyDigest(ordinal) => {
                code = digest(&bodies[*ordinal]);
                &code
            }
            Cell::Hash(ordinal) => &hashes[*ordinal],
            Cell::Field(ordinal) => &resealed.fields[*ordinal],
            Cell::WrappedKey => &resealed.wrapped,
            Cell::DocumentIndex => &resealed.document_index,
            Cell::CodeHash => {
                code = digest(&resealed.wrapped);
                &code
            }
        };
        self.scratch.resize(bytes.len() * 2, 0);
        // The space fits exactly.
        let _ = hex::encode_to_slice(bytes, &mut self.scratch);
        self.tables[table].extend_from_slice(b"\\\\x");
        self.tables[table].extend_from_slice(&self.scratch);
    }
}

fn chained(pattern: &Pattern, filling: &Filling, bodies: &[Vec<u8>]) -> Vec<chain::Hash> {
    let mut hashes: Vec<chain::Hash> = Vec::with_capacity(pattern.journal.len());
    for row in &pattern.journal {
        let hash = chain::Row {
            previous: row.previous.map(|ordinal| hashes[ordinal].as_slice()),
            aggregate_id: filling.ids[row.aggregate],
            version: row.version,
            event_id: filling.ids[row.event],
            aggregate_kind: &row.aggregate_kind,
            event_type: &row.event_type,
            district: &row.district,
            actor: &row.actor,
            cause: filling.ids[row.cause],
            occurred_at: row.occurred_at + TimeDelta::days(filling.days),
            body: &bodies[row.body],
        };
        hashes.push(hash.hash());
    }
    hashes
}

/// Ids of the same make: those that begin with an instant begin with the same one, moved; the rest is random.
fn new_ids(of: &[Uuid], days_ago: i64) -> anyhow::Result<Vec<Uuid>> {
    let mut random = vec![0_u8; of.len() * 16];
    getrandom::fill(&mut random).context("no random bytes")?;
    let ids = of.iter().zip(random.chunks_exact(16)).map(|(old, random)| {
        let mut bytes = [0_u8; 16];
        bytes.copy_from_slice(random);
        if old.get_version_num() == 7 {
            let millis = i64::try_from(old.as_u128() >> 80).unwrap_or_default() - days_ago * DAY_MS;
            bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
        }
        bytes[6] = (old.as_bytes()[6] & 0xF0) | (bytes[6] & 0x0F);
        bytes[8] = (old.as_bytes()[8] & 0xC0) | (bytes[8] & 0x3F);
        Uuid::from_bytes(bytes)
    });
    Ok(ids.collect())
}
