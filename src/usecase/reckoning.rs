//! Walking through the messages that were issued in some days, a part at a time.

use std::ops::ControlFlow;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

use crate::domain::dispatch::ItemId;
use crate::domain::outbox::Item;
use crate::domain::time::WallTime;
use crate::usecase::keys;
use crate::usecase::ports::{Direction, Range, Store, StoreError};
use crate::usecase::table;

/// How many messages are read at once.
const PAGE: usize = 512;
/// How many messages one walk looks at, whatever days they are of: what asks is answered before somebody waits.
const LOOK: usize = 16 * 1024;

/// All that is read of a message of another day.
#[derive(Deserialize)]
struct Issued {
    queued_at: DateTime<Utc>,
}

/// The messages issued from one day to another, both of them included, as days are in Vietnam; by id, behind `after`. Gives
/// behind which message to go on; `None`: there are no more.
///
/// # Errors
/// The store's, and those of `visit`, which also says when it has enough.
pub fn walk<E: From<StoreError>>(
    store: &dyn Store,
    (from, to): (NaiveDate, NaiveDate),
    after: Option<ItemId>,
    mut visit: impl FnMut(Item) -> Result<ControlFlow<()>, E>,
) -> Result<Option<ItemId>, E> {
    let mut range = Range::prefix(keys::ITEM);
    if let Some(after) = after {
        range.start = [keys::item(keys::ITEM, after).as_slice(), &[0]].concat();
    }
    let mut looked = 0;
    loop {
        let page = store.scan(&range, PAGE, Direction::Forward)?;
        for entry in &page.entries {
            looked += 1;
            let day = WallTime::at(table::decode::<Issued>(entry)?.value.queued_at).day();
            let enough = (from..=to).contains(&day) && visit(table::decode::<Item>(entry)?.value)?.is_break();
            if enough || looked == LOOK {
                return Ok(keys::item_id(keys::ITEM, &entry.key));
            }
        }
        match page.entries.last() {
            Some(last) if page.more => range.start = [last.key.as_slice(), &[0]].concat(),
            _ => return Ok(None),
        }
    }
}
