//! A finished batch as one ZIP, opened and packed piece by piece while it is sent: no more than one document is held at a time.

use std::collections::HashSet;
use std::io::{self, Write};
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures::stream::{BoxStream, StreamExt as _, try_unfold};
use huiyin_authz::Sight;
use huiyin_journal::Db;
use huiyin_kernel::{DistrictCode, StaffId};
use huiyin_sealing::DataKey;
use uuid::Uuid;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

use super::{BatchFailure, State, column, place};
use crate::app::context::Context;
use crate::store::batches as store;

/// The bytes of the ZIP. An error in the middle breaks the answer off, so that nobody takes half an archive for the whole.
type Archive = BoxStream<'static, Result<Bytes, BatchFailure>>;

/// The batch as a ZIP, for whoever asked for it and has the key.
pub(crate) async fn archive(
    ctx: &Context,
    staff: StaffId,
    batch_id: Uuid,
    key: DataKey,
) -> Result<Archive, BatchFailure> {
    let mut tx = ctx.api.look_up_as(&Sight::of_person(staff)).await?;
    let batch = store::find(&mut tx, batch_id).await?.ok_or(BatchFailure::Gone)?;
    match State::of(&batch) {
        State::Running => return Err(BatchFailure::NotYet { done: batch.done, total: batch.total }),
        State::Cancelled | State::Replaced => return Err(BatchFailure::Nothing),
        State::Finished | State::Stopped => {}
    }
    let made = named(store::made(&mut tx, batch_id).await?);
    drop(tx);
    let first = made.first().ok_or(BatchFailure::Nothing)?.0;
    let district = DistrictCode::parse(&batch.district).map_err(|_| BatchFailure::Gone)?;
    let pieces = Pieces { db: ctx.api.clone(), staff, batch_id, district, key };
    // Told before anything is sent.
    pieces.open(first).await?;
    let packer = Packer::new();
    let steps = (pieces, packer, made.into_iter());
    Ok(try_unfold(Some(steps), async |steps| {
        let Some((pieces, mut packer, mut made)) = steps else { return Ok(None) };
        let Some((position, name)) = made.next() else {
            return Ok(Some((packer.end()?, None)));
        };
        packer.add(name, &pieces.open(position).await?)?;
        Ok(Some((packer.drain(), Some((pieces, packer, made)))))
    })
    .boxed())
}

struct Pieces {
    db: Db,
    staff: StaffId,
    batch_id: Uuid,
    district: DistrictCode,
    key: DataKey,
}

impl Pieces {
    async fn open(&self, position: i32) -> Result<Vec<u8>, BatchFailure> {
        let mut tx = self.db.look_up_as(&Sight::of_person(self.staff)).await?;
        let sealed = store::sealed(&mut tx, self.batch_id, position).await?.ok_or(BatchFailure::Gone)?;
        drop(tx);
        let column = column(position);
        let place = place(self.batch_id, &column, &self.district);
        self.key.open(place, &sealed).map(|pdf| pdf.to_vec()).map_err(|_| BatchFailure::WrongKey)
    }
}

/// `number-kind.pdf` for each piece, no name twice.
fn named(made: Vec<store::Made>) -> Vec<(i32, String)> {
    let mut taken = HashSet::new();
    let free = |stem: &str, taken: &HashSet<String>| {
        let others = (2_u32..).map(|nth| format!("{stem}-{nth}.pdf"));
        std::iter::once(format!("{stem}.pdf")).chain(others).find(|name| !taken.contains(name)).unwrap_or_default()
    };
    let name = |made: store::Made| {
        // Numbers are letters, digits and dashes unless an office wrote its own.
        let number: String = made.number.chars().filter(|c| c.is_alphanumeric() || *c == '-').collect();
        let name = free(&format!("{number}-{}", made.kind), &taken);
        taken.insert(name.clone());
        (made.position, name)
    };
    made.into_iter().map(name).collect()
}

/// Writes a ZIP into a buffer that is emptied after each file.
struct Packer {
    zip: ZipWriter<StreamWriter<Buffer>>,
    buffer: Buffer,
}

impl Packer {
    fn new() -> Self {
        let buffer = Buffer::default();
        Self { zip: ZipWriter::new_stream(buffer.clone()), buffer }
    }

    fn add(&mut self, name: String, pdf: &[u8]) -> Result<(), BatchFailure> {
        // What is in a PDF is compressed already; only its frame is not. Not merely stored: some programs cannot read a stored file of a stream.
        let options =
            SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).compression_level(Some(1));
        let added = self.zip.start_file(name, options).map_err(io::Error::from).and_then(|()| self.zip.write_all(pdf));
        added.map_err(BatchFailure::Packing)
    }

    fn drain(&self) -> Bytes {
        Bytes::from(mem::take(&mut *self.buffer.0.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    fn end(self) -> Result<Bytes, BatchFailure> {
        let Self { zip, buffer } = self;
        zip.finish().map_err(io::Error::from).map_err(BatchFailure::Packing)?;
        Ok(Bytes::from(mem::take(&mut *buffer.0.lock().unwrap_or_else(PoisonError::into_inner))))
    }
}

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
