//! What changes, from whichever host there is.

use std::sync::{Arc, Weak};

use tokio::sync::broadcast::error::RecvError;

use super::Inner;
use super::link::{Followed, Link};
use crate::wire::change::{Change, ChangeKind};

/// The changes of a store from some moment on.
pub struct Changes {
    /// Weak, both: following a store keeps nobody from closing it.
    inner: Weak<Inner>,
    link: Weak<Link>,
    followed: Option<Followed>,
}

impl Changes {
    pub(super) fn of(inner: &Arc<Inner>) -> Self {
        let link = inner.link();
        let followed = link.as_ref().and_then(|link| link.follow(&inner.user));
        Self { inner: Arc::downgrade(inner), link: link.as_ref().map(Arc::downgrade).unwrap_or_default(), followed }
    }

    /// The next change, with everything else that changed since the last one. `None`: the store is closed or has failed,
    /// and nothing will be told any more. When another host was reached, everything may have changed.
    ///
    /// Nothing is lost when this is dropped before it is ready. A change may be told although the batch that came after it
    /// is already being written: what is loaded then is newer still.
    pub async fn next(&mut self) -> Option<Change> {
        match &mut self.followed {
            Some(Followed::Own(changes)) => return changes.next().await,
            Some(Followed::Remote(changes)) => match changes.recv().await {
                Ok(change) => return Some(change),
                Err(RecvError::Lagged(_)) => return Some(everything()),
                Err(RecvError::Closed) => {}
            },
            None => {}
        }
        let inner = self.inner.upgrade()?;
        // One that is gone was the last thing known: whatever there is now is another.
        let link = match self.link.upgrade() {
            Some(lost) => inner.relink(&lost).await.ok()?,
            None => inner.link()?,
        };
        // Taken at once, without waiting in between: who drops this here asks again.
        self.link = Arc::downgrade(&link);
        self.followed = link.follow(&inner.user);
        self.followed.as_ref()?;
        Some(everything())
    }
}

fn everything() -> Change {
    Change { revision: 0, kinds: vec![ChangeKind::Everything] }
}
