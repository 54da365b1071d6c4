//! Messages that were composed before they are queued.
//!
//! Whether every message of a dispatch can be made must be known before the dispatch is sealed. A message is a function of its
//! dispatch and its recipient and of nothing else, so what was composed to find that out is what will be queued: it is kept until
//! then, as far as memory for it is granted, and composed once more where it is not.

use std::collections::HashMap;

use crate::domain::dispatch::{Dispatch, Recipient};
use crate::usecase::message::{Parts, Prepared};

/// So many bytes are kept of what the messages do not share: a province with a mailbox for each school needs half of it.
const KEPT_BYTES: usize = 64 * 1024 * 1024;

/// Messages by their place in the dispatch, each with whom it was composed for.
type Messages = HashMap<u32, (Recipient, Prepared)>;

/// Messages that were composed and are not queued yet.
#[derive(Debug, Default)]
pub struct Ahead {
    /// Of each dispatch.
    dispatches: Vec<(Dispatch, Messages)>,
    /// What the messages share.
    pub parts: Parts,
    bytes: usize,
}

impl Ahead {
    /// Begins with a dispatch.
    pub fn begin(&mut self, dispatch: &Dispatch) {
        self.dispatches.push((dispatch.clone(), Messages::new()));
    }

    /// Keeps a message of the dispatch that was begun last.
    pub fn keep(&mut self, recipient: &Recipient, prepared: Prepared) {
        self.bytes += prepared.own_bytes();
        if self.bytes <= KEPT_BYTES
            && let Some((_, messages)) = self.dispatches.last_mut()
        {
            messages.insert(recipient.n, (recipient.clone(), prepared));
        }
    }

    /// The message that this dispatch and this recipient make, if it was kept.
    #[must_use]
    pub fn find(&self, dispatch: &Dispatch, recipient: &Recipient) -> Option<&Prepared> {
        let (_, messages) = self.dispatches.iter().find(|(kept, _)| kept == dispatch)?;
        messages.get(&recipient.n).filter(|(kept, _)| kept == recipient).map(|(_, prepared)| prepared)
    }
}
