//! Where an entry's bytes lie in sled's one tree.
//!
//! ```text
//! 00              the store's head: revision, count, fingerprint
//! 01 key          [parts u8] first bytes of the frame
//! 02 key [n u8]   further bytes of the frame, n = 0 .. parts
//! ```
//!
//! sled splits a page by the number of its items, not by their size, and spills a page of more than 128 KiB into a file
//! of its own that it never syncs. With at most [`CELL_BYTES`] an item no page grows so large.

use std::ops::Range as Span;

use ::sled::{Batch, IVec};

use super::super::codec::{self, Header};
use super::super::tally::Head;
use super::engine::Engine;
use crate::usecase::ports::{Direction, Entry, Page, Range, StoreError};

/// The key of the store's head.
const HEAD_KEY: &[u8] = &[0];
/// The most bytes of a frame in one item of the tree.
pub(super) const CELL_BYTES: usize = 4096;

pub(super) const FIRST: u8 = 1;
pub(super) const PART: u8 = 2;

/// The beginning of a stored frame.
pub(super) struct First {
    pub(super) header: Header,
    pub(super) parts: u8,
}

/// Adds the cells of `frame` to `batch`; tells into how many parts it went behind the first cell.
pub(super) fn put(batch: &mut Batch, key: &[u8], frame: &[u8]) -> u8 {
    let (first, rest) = frame.split_at(frame.len().min(CELL_BYTES));
    let mut parts = 0;
    for cell in rest.chunks(CELL_BYTES) {
        batch.insert(part_key(key, parts), cell);
        parts += 1;
    }
    let mut cell = Vec::with_capacity(1 + first.len());
    cell.push(parts);
    cell.extend_from_slice(first);
    batch.insert(first_key(key), cell);
    parts
}

/// Into how many parts a frame goes behind its first cell: what [`put`] tells.
pub(super) fn parts(frame: &[u8]) -> u8 {
    let parts = frame.len().saturating_sub(CELL_BYTES).div_ceil(CELL_BYTES);
    // A value is never that long.
    u8::try_from(parts).unwrap_or(u8::MAX)
}

/// Adds the removal of the first cell of `key`.
pub(super) fn remove_first(batch: &mut Batch, key: &[u8]) {
    batch.remove(first_key(key));
}

/// Adds the removal of further cells of `key`.
pub(super) fn remove_parts(batch: &mut Batch, key: &[u8], parts: Span<u8>) {
    for part in parts {
        batch.remove(part_key(key, part));
    }
}

/// Reads the beginning of the frame at `key`.
pub(super) fn first(engine: &Engine, key: &[u8]) -> Result<Option<First>, StoreError> {
    let Some(cell) = engine.read(|db| db.get(first_key(key)))? else { return Ok(None) };
    let (parts, frame) = open_first(key, &cell)?;
    Ok(Some(First { header: codec::header(key, frame)?, parts }))
}

/// Reads one entry.
pub(super) fn get(engine: &Engine, key: &[u8]) -> Result<Option<Entry>, StoreError> {
    let Some(cell) = engine.read(|db| db.get(first_key(key)))? else { return Ok(None) };
    entry(engine, key, &cell).map(Some)
}

/// Reads part of a range, without the keys that are `hidden`: those whose cells may change meanwhile, so that first and further
/// ones would not belong together.
pub(super) fn scan(
    engine: &Engine,
    range: &Range,
    limit: usize,
    direction: Direction,
    hidden: impl Fn(&[u8]) -> bool,
) -> Result<Page, StoreError> {
    let start = first_key(&range.start);
    let end = range.end.as_deref().map_or_else(|| vec![PART], first_key);
    if end <= start {
        return Ok(Page { entries: Vec::new(), more: false });
    }
    let (cells, more) = engine.read(|db| {
        let walk = db.range(start..end);
        let (cells, more) = match direction {
            Direction::Forward => collect(walk, limit)?,
            Direction::Backward => collect(walk.rev(), limit)?,
        };
        note_use(db, &cells)?;
        Ok((cells, more))
    })?;
    let seen = cells.iter().map(|(key, cell)| (user_key(key), cell)).filter(|(key, _)| !hidden(key));
    let entries = seen.map(|(key, cell)| entry(engine, key, cell)).collect::<Result<_, _>>()?;
    Ok(Page { entries, more })
}

/// Adds the head to the commit that leads to it.
pub(super) fn put_head(batch: &mut Batch, head: &Head) {
    batch.insert(HEAD_KEY, head.encode(HEAD_KEY));
}

/// Reads the head; that of an empty store if there is none.
pub(super) fn head(engine: &Engine) -> Result<Head, StoreError> {
    engine.read(|db| db.get(HEAD_KEY))?.map_or_else(|| Ok(Head::default()), |frame| Head::decode(HEAD_KEY, &frame))
}

/// What a walk reads at once.
pub(super) type Cells = Vec<(IVec, IVec)>;

/// Of so many entries of a long walk one is asked for once more.
const NOTED: usize = 2;
/// A walk over so many entries uses few pages.
const LONG: usize = 64;

/// Has sled notice which pages a walk has used.
///
/// It keeps its cache in 256 shards, and each shard counts its pages (and lets go of those that are too many) only after 64
/// uses. A walk uses each page once: as many as 16,384 of them, twice the size of the whole cache, would stay in memory uncounted.
pub(super) fn note_use(db: &::sled::Db, cells: &Cells) -> ::sled::Result<()> {
    if cells.len() > LONG {
        for (key, _) in cells.iter().step_by(NOTED) {
            db.contains_key(key)?;
        }
    }
    Ok(())
}

fn collect(walk: impl Iterator<Item = ::sled::Result<(IVec, IVec)>>, limit: usize) -> ::sled::Result<(Cells, bool)> {
    // sled's walk, asked again after its end, goes on with what was written behind it meanwhile.
    let mut walk = walk.fuse();
    let cells = walk.by_ref().take(limit).collect::<::sled::Result<_>>()?;
    let more = walk.next().transpose()?.is_some();
    Ok((cells, more))
}

fn entry(engine: &Engine, key: &[u8], cell: &[u8]) -> Result<Entry, StoreError> {
    let (parts, first) = open_first(key, cell)?;
    if parts == 0 {
        return codec::decode(key, first);
    }
    codec::decode(key, &whole(engine, key, parts, first)?)
}

/// Reads the frame whose first cell is `cell` for nothing but its checksum; gives its header and how many parts it has.
pub(super) fn check(engine: &Engine, key: &[u8], cell: &[u8]) -> Result<(Header, u8), StoreError> {
    let (parts, first) = open_first(key, cell)?;
    let header = if parts == 0 { codec::check(key, first)? } else { codec::check(key, &whole(engine, key, parts, first)?)? };
    Ok((header, parts))
}

fn whole(engine: &Engine, key: &[u8], parts: u8, first: &[u8]) -> Result<Vec<u8>, StoreError> {
    let mut frame = Vec::with_capacity(first.len() + usize::from(parts) * CELL_BYTES);
    frame.extend_from_slice(first);
    for part in 0..parts {
        let cell = engine.read(|db| db.get(part_key(key, part)))?;
        frame.extend_from_slice(&cell.ok_or_else(|| codec::corrupt(key, &format!("part {part} of {parts} is missing")))?);
    }
    Ok(frame)
}

fn open_first<'a>(key: &[u8], cell: &'a [u8]) -> Result<(u8, &'a [u8]), StoreError> {
    let (&parts, frame) = cell.split_first().ok_or_else(|| codec::corrupt(key, "it is empty"))?;
    Ok((parts, frame))
}

fn first_key(key: &[u8]) -> Vec<u8> {
    [&[FIRST], key].concat()
}

fn part_key(key: &[u8], part: u8) -> Vec<u8> {
    [&[PART], key, &[part]].concat()
}

pub(super) fn user_key(stored: &[u8]) -> &[u8] {
    stored.get(1..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_that_came_to_its_end_has_come_to_it() {
        let cell = |key: u8| Some(Ok((IVec::from(&[FIRST, key]), IVec::from(&[0]))));
        let walked = |limit| {
            // Behind the end another key is written.
            let mut found = [cell(1), cell(2), None, cell(3)].into_iter();
            let (cells, more) = collect(std::iter::from_fn(|| found.next().flatten()), limit).unwrap();
            (cells.len(), more)
        };
        assert_eq!([1, 2, 3, usize::MAX].map(walked), [(1, true), (2, false), (2, false), (2, false)]);
    }
}
