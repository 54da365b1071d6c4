//! What changes, from whichever host there is.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;

use super::Inner;
use super::link::{Followed, Link};
use crate::wire::change::{Change, ChangeKind};

/// Between two looks for a host, each of which waits for it a while itself; the next pause is twice as long.
const SHORTEST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

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
        loop {
            let (inner, link) = self.next_link().await?;
            // Taken at once, without waiting in between: who drops this here asks again.
            self.link = Arc::downgrade(&link);
            self.followed = link.follow(&inner.user);
            if self.followed.is_some() {
                return Some(everything());
            }
        }
    }
}

impl Changes {
    /// The next host, however long none is there. `None`: closed.
    async fn next_link(&self) -> Option<(Arc<Inner>, Arc<Link>)> {
        let mut pause = SHORTEST_PAUSE;
        loop {
            let inner = self.inner.upgrade()?;
            // One that is gone was the last thing known: whatever there is now is another.
            let Some(lost) = self.link.upgrade() else { return inner.link().map(|link| (inner, link)) };
            inner.link()?;
            match inner.relink(&lost).await {
                Ok(link) => return Some((inner, link)),
                Err(why) => tracing::debug!(?why, "no host yet"),
            }
            drop((inner, lost));
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

fn everything() -> Change {
    Change { revision: 0, kinds: vec![ChangeKind::Everything] }
}
