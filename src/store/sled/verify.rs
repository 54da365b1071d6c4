//! Reading everything and comparing it with what the commits recorded: two threads, one from each end, until they meet.

use std::sync::{Mutex, PoisonError};
use std::thread;

use ::sled::IVec;

use super::super::tally::{Head, Standing, Tally};
use super::cells::{self, Cells, FIRST, PART};
use super::engine::Engine;
use crate::usecase::ports::{Direction, Rev, StoreError};

/// Entries read at once.
const CHUNK: usize = 512;

/// How far each has come: the last key that each has taken for itself.
#[derive(Default)]
struct Frontier {
    forward: Option<IVec>,
    backward: Option<IVec>,
}

/// What one of them found.
#[derive(Default)]
struct Found {
    tally: Tally,
    latest: Rev,
}

/// Reads every entry and compares the whole with `head`. Nobody commits meanwhile.
pub(super) fn verify(engine: &Engine, head: Head) -> Result<Standing, StoreError> {
    let frontier = Mutex::default();
    let (forward, backward) = thread::scope(|scope| {
        let other = thread::Builder::new().name("verify".into()).spawn_scoped(scope, || walk(engine, &frontier, Direction::Backward));
        let forward = walk(engine, &frontier, Direction::Forward);
        // Where the system gives no thread, the first has met nobody and read everything.
        let backward = other.map_or_else(
            |_| Ok(Found::default()),
            |thread| thread.join().unwrap_or_else(|_| Err(StoreError::Unknown("verifying broke off".to_owned()))),
        );
        (forward, backward)
    });
    let (forward, backward) = (forward?, backward?);
    head.confirm(forward.tally.and(backward.tally), forward.latest.max(backward.latest), count_parts(engine)?)
}

fn walk(engine: &Engine, frontier: &Mutex<Frontier>, direction: Direction) -> Result<Found, StoreError> {
    let mut found = Found::default();
    let mut walk = engine.read(|db| Ok(db.range(vec![FIRST]..vec![PART])))?;
    loop {
        let mut chunk = engine.read(|db| {
            let chunk: Cells = match direction {
                Direction::Forward => walk.by_ref().take(CHUNK).collect::<::sled::Result<_>>()?,
                Direction::Backward => walk.by_ref().rev().take(CHUNK).collect::<::sled::Result<_>>()?,
            };
            cells::note_use(db, &chunk)?;
            Ok(chunk)
        })?;
        let met = frontier.lock().unwrap_or_else(PoisonError::into_inner).take(&mut chunk, direction);
        for (key, cell) in &chunk {
            let key = cells::user_key(key);
            let (header, parts) = cells::check(engine, key, cell)?;
            found.tally.add(key, header, parts);
            found.latest = found.latest.max(header.rev);
        }
        if met || chunk.is_empty() {
            return Ok(found);
        }
    }
}

impl Frontier {
    /// Takes what nobody has taken; whether the other was met.
    fn take(&mut self, chunk: &mut Cells, direction: Direction) -> bool {
        let read = chunk.len();
        match direction {
            Direction::Forward => {
                let mine = chunk.iter().take_while(|(key, _)| self.backward.as_ref().is_none_or(|met| key < met)).count();
                chunk.truncate(mine);
                self.forward = chunk.last().map(|(key, _)| key.clone()).or(self.forward.take());
            }
            Direction::Backward => {
                let mine = chunk.iter().take_while(|(key, _)| self.forward.as_ref().is_none_or(|met| key > met)).count();
                chunk.truncate(mine);
                self.backward = chunk.last().map(|(key, _)| key.clone()).or(self.backward.take());
            }
        }
        chunk.len() < read
    }
}

/// Counts the cells behind first cells.
fn count_parts(engine: &Engine) -> Result<u64, StoreError> {
    let mut walk = engine.read(|db| Ok(db.range(vec![PART]..)))?;
    let mut count = 0;
    while engine.read(|_| walk.next().transpose())?.is_some() {
        count += 1;
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(keys: impl IntoIterator<Item = u8>) -> Cells {
        keys.into_iter().map(|key| (IVec::from(&[key]), IVec::default())).collect()
    }

    fn taken(chunk: &Cells) -> Vec<u8> {
        chunk.iter().map(|(key, _)| key[0]).collect()
    }

    #[test]
    fn what_one_has_taken_the_other_leaves() {
        let mut frontier = Frontier::default();
        let mut forward = cells(0..4);
        assert!(!frontier.take(&mut forward, Direction::Forward));
        let mut backward = cells([9, 8, 7, 6]);
        assert!(!frontier.take(&mut backward, Direction::Backward));
        // Both have read the middle.
        let (mut middle, mut same) = (cells(4..8), cells([5, 4, 3, 2]));
        assert!(frontier.take(&mut middle, Direction::Forward));
        assert!(frontier.take(&mut same, Direction::Backward));
        let all: Vec<u8> = [forward, middle, same, backward].iter().flat_map(taken).collect();
        assert_eq!(all, [0, 1, 2, 3, 4, 5, 9, 8, 7, 6]);
        assert!(frontier.take(&mut cells([3]), Direction::Backward), "still");
        assert!(frontier.take(&mut cells([7]), Direction::Forward), "still");
    }
}
