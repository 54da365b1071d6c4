//! Commits that the engine has not been given yet.
//!
//! For each batch sled writes two buffers to the disk and wakes all its threads for each, however small the batch is. So commits
//! gather here, where readers find them first, and the engine is given many in one batch, of which after a crash all is there or
//! nothing. What had been acknowledged by then lies in slots until the batch is safe.

use std::collections::BTreeMap;
use std::ops::Bound;

use ::sled::Batch;

use super::super::codec::{self, Header};
use super::super::tally::Head;
use super::cells;
use crate::usecase::ports::{Direction, Entry, Page, Range, StoreError};

/// With more bytes than these the engine is given what there is, without a sync: more than one commit may hold, and twice what
/// half of the slots do.
const FULL_BYTES: usize = 2 * 1024 * 1024;

/// What is to be written at a key, or that it is to be removed.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    /// The frame; `None`: the key is to be removed.
    pub(super) frame: Option<Vec<u8>>,
    /// How many parts the engine has behind its first cell of this key; `None`: it does not have the key.
    pub(super) below: Option<u8>,
}

impl Waiting {
    /// The header of the frame, and into how many parts it will go.
    pub(super) fn header(&self, key: &[u8]) -> Result<Option<(Header, u8)>, StoreError> {
        let Some(frame) = &self.frame else { return Ok(None) };
        Ok(Some((codec::header(key, frame)?, cells::parts(frame))))
    }
}

/// Keys with what is to become of them.
#[derive(Debug, Default, Clone)]
pub(super) struct Pending {
    keys: BTreeMap<Vec<u8>, Waiting>,
    bytes: usize,
}

impl Pending {
    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    pub(super) fn is_full(&self) -> bool {
        self.bytes >= FULL_BYTES
    }

    pub(super) fn get(&self, key: &[u8]) -> Option<&Waiting> {
        self.keys.get(key)
    }

    pub(super) fn put(&mut self, key: &[u8], waiting: Waiting) {
        // What replaces another is counted beside it: the engine is given it the sooner.
        self.bytes += key.len() + waiting.frame.as_ref().map_or(0, Vec::len);
        self.keys.insert(key.to_vec(), waiting);
    }

    /// Everything, and the head to which it leads, as one batch.
    pub(super) fn batch(&self, head: &Head) -> Batch {
        let mut batch = Batch::default();
        for (key, waiting) in &self.keys {
            let parts = if let Some(frame) = &waiting.frame {
                cells::put(&mut batch, key, frame)
            } else {
                cells::remove_first(&mut batch, key);
                0
            };
            cells::remove_parts(&mut batch, key, parts..waiting.below.unwrap_or(0));
        }
        cells::put_head(&mut batch, head);
        batch
    }

    /// Part of a range: what waits here before what `below` gives of the engine.
    pub(super) fn scan(
        &self,
        range: &Range,
        limit: usize,
        direction: Direction,
        below: impl FnOnce(usize) -> Result<Page, StoreError>,
    ) -> Result<Page, StoreError> {
        let end = range.end.as_ref().map_or(Bound::Unbounded, Bound::Excluded);
        if range.end.as_ref().is_some_and(|end| *end <= range.start) {
            return Ok(Page { entries: Vec::new(), more: false });
        }
        let waiting: Vec<(&Vec<u8>, &Waiting)> = self.keys.range::<Vec<u8>, _>((Bound::Included(&range.start), end)).collect();
        if waiting.is_empty() {
            return below(limit);
        }
        // Each that waits can take the place of one below: with so many more there are enough of these in any case.
        let Page { mut entries, more } = below(limit.saturating_add(waiting.len()))?;
        entries.retain(|entry| !self.keys.contains_key(&entry.key));
        for (key, waiting) in waiting {
            if let Some(frame) = &waiting.frame {
                entries.push(codec::decode(key, frame)?);
            }
        }
        match direction {
            Direction::Forward => entries.sort_by(|a, b| a.key.cmp(&b.key)),
            Direction::Backward => entries.sort_by(|a, b| b.key.cmp(&a.key)),
        }
        let more = more || entries.len() > limit;
        entries.truncate(limit);
        Ok(Page { entries, more })
    }
}

/// The entry that waits at a key.
pub(super) fn entry(key: &[u8], waiting: &Waiting) -> Result<Option<Entry>, StoreError> {
    waiting.frame.as_deref().map(|frame| codec::decode(key, frame)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usecase::ports::{Format, Value};

    fn frame(key: &[u8], rev: u64) -> Vec<u8> {
        codec::encode(key, rev, &Value { format: Format::Raw, schema: 1, bytes: vec![7] })
    }

    /// The engine's part of a range, of keys of one letter at revision 1.
    fn below(keys: &'static [u8], range: &Range, direction: Direction, limit: usize) -> Page {
        let mut found: Vec<Vec<u8>> = keys.iter().map(|key| vec![*key]).filter(|key| range.contains(key)).collect();
        if direction == Direction::Backward {
            found.reverse();
        }
        let more = found.len() > limit;
        found.truncate(limit);
        Page { entries: found.iter().map(|key| codec::decode(key, &frame(key, 1)).unwrap()).collect(), more }
    }

    #[test]
    fn what_waits_stands_before_what_the_engine_has() {
        let mut pending = Pending::default();
        for (key, rev) in [(b"b", Some(2)), (b"c", None), (b"e", Some(2)), (b"g", None)] {
            pending.put(key, Waiting { frame: rev.map(|rev| frame(key, rev)), below: Some(0) });
        }
        // Of a to f the engine has all but e.
        let scan = |start: &[u8], end: Option<&[u8]>, limit, direction| {
            let range = Range { start: start.to_vec(), end: end.map(<[u8]>::to_vec) };
            let page = pending.scan(&range, limit, direction, |limit| Ok(below(b"abcdf", &range, direction, limit))).unwrap();
            let found: Vec<String> = page.entries.iter().map(|entry| format!("{}{}", char::from(entry.key[0]), entry.rev)).collect();
            (found.concat(), page.more)
        };
        assert_eq!(scan(b"", None, 9, Direction::Forward), ("a1b2d1e2f1".into(), false));
        assert_eq!(scan(b"", None, 5, Direction::Backward), ("f1e2d1b2a1".into(), false));
        assert_eq!(scan(b"", None, 2, Direction::Forward), ("a1b2".into(), true));
        assert_eq!(scan(b"b", Some(b"e"), 1, Direction::Backward), ("d1".into(), true));
        assert_eq!(scan(b"b", Some(b"d"), 1, Direction::Forward), ("b2".into(), false));
        assert_eq!(scan(b"c", Some(b"d"), 1, Direction::Forward), (String::new(), false));
        assert_eq!(scan(b"f", Some(b"b"), 1, Direction::Forward), (String::new(), false));
    }
}
