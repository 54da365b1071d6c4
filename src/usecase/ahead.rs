//! Messages that were composed before they are queued.
//!
//! Whether every message of a dispatch can be made must be known before the dispatch is sealed. A message is a function of its
//! dispatch and its recipient and of nothing else, so what was composed to find that out is what will be queued: it is kept until
//! then, as far as memory for it is granted, and composed once more where it is not.

use std::collections::HashMap;

use crate::domain::dispatch::{Dispatch, ItemId, Recipient};
use crate::usecase::message::{Parts, Prepared};
use crate::usecase::ports::{Composed, StoreError};

/// So many bytes are kept of what the messages do not share.
const KEPT_BYTES: usize = 64 * 1024 * 1024;

/// Messages by their place in the dispatch, each with whom it was composed for.
type Messages = HashMap<u32, (Recipient, Prepared)>;

/// Messages that were composed and are not queued yet.
#[derive(Debug, Default)]
pub struct Ahead {
    /// Of each dispatch.
    dispatches: Vec<(Dispatch, Messages)>,
    /// What the messages share.
    parts: Parts,
    bytes: usize,
}

impl Ahead {
    /// Begins with a dispatch.
    pub fn begin(&mut self, dispatch: &Dispatch) {
        self.dispatches.push((dispatch.clone(), Messages::new()));
    }

    /// Keeps a message of the dispatch that was begun last, if there is room.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it is not text.
    pub fn keep(&mut self, recipient: &Recipient, composed: &Composed) -> Result<(), StoreError> {
        let Some((dispatch, messages)) = self.dispatches.last_mut() else { return Ok(()) };
        let prepared = Prepared::of(ItemId { dispatch: dispatch.id, n: recipient.n }, composed, &mut self.parts)?;
        if self.bytes + prepared.own_bytes() <= KEPT_BYTES {
            self.bytes += prepared.own_bytes();
            messages.insert(recipient.n, (recipient.clone(), prepared));
        }
        Ok(())
    }

    /// The message that this dispatch and this recipient make, if it was kept.
    #[must_use]
    pub fn find(&self, dispatch: &Dispatch, recipient: &Recipient) -> Option<&Prepared> {
        let (_, messages) = self.dispatches.iter().find(|(kept, _)| kept == dispatch)?;
        messages.get(&recipient.n).filter(|(kept, _)| kept == recipient).map(|(_, prepared)| prepared)
    }
}
