//! What changes, from whichever host there is, and when there is none.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;

use super::Inner;
use super::link::{Followed, Link};
use crate::wire::change::{Change, ChangeKind};

/// Between two looks for a host, each of which waits for it a while itself; the next pause is twice as long.
const SHORTEST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(4);

/// What whoever follows hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Something changed.
    Changed(Change),
    /// The host is away: nothing is heard until another one, or the same again, is reached. Then everything may have changed.
    /// Told at once and once each time; most hosts are followed by the next within milliseconds.
    Away,
}

/// The changes of a store from some moment on.
pub struct Changes {
    /// Weak, both: following a store keeps nobody from closing it.
    inner: Weak<Inner>,
    link: Weak<Link>,
    followed: Option<Followed>,
    /// It was told that the host is away.
    away: bool,
}

impl Changes {
    pub(super) fn of(inner: &Arc<Inner>) -> Self {
        let link = inner.link();
        let followed = link.as_ref().and_then(|link| link.follow(&inner.user));
        Self { inner: Arc::downgrade(inner), link: link.as_ref().map(Arc::downgrade).unwrap_or_default(), followed, away: false }
    }

    /// The next change, with everything else that changed since the last one. `None`: the store is closed or has failed,
    /// and nothing will be told any more. When another host was reached, everything may have changed.
    ///
    /// Nothing is lost when this is dropped before it is ready. A change may be told although the batch that came after it
    /// is already being written: what is loaded then is newer still.
    pub async fn next(&mut self) -> Option<Change> {
        loop {
            if let Heard::Changed(change) = self.heard().await? {
                return Some(change);
            }
        }
    }

    /// The next change, as [`Self::next`], or that the host is away.
    pub async fn heard(&mut self) -> Option<Heard> {
        match &mut self.followed {
            Some(Followed::Own(changes)) => return changes.next().await.map(Heard::Changed),
            Some(Followed::Remote(changes)) => match changes.recv().await {
                Ok(change) => return Some(Heard::Changed(change)),
                Err(RecvError::Lagged(_)) => return Some(Heard::Changed(everything())),
                Err(RecvError::Closed) => {}
            },
            None => {}
        }
        if !self.away {
            self.away = true;
            return Some(Heard::Away);
        }
        loop {
            let (inner, link) = self.next_link().await?;
            // Taken at once, without waiting in between: who drops this here asks again.
            self.link = Arc::downgrade(&link);
            self.followed = link.follow(&inner.user);
            if self.followed.is_some() {
                self.away = false;
                return Some(Heard::Changed(everything()));
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
            // Before it is looked for: a request that reaches one in the pause is not missed.
            let mut reached = inner.reached();
            match inner.relink(&lost).await {
                Ok(link) => return Some((inner, link)),
                Err(why) => tracing::debug!(?why, "no host yet"),
            }
            drop((inner, lost));
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = reached.anew() => {}
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

fn everything() -> Change {
    Change { revision: 0, kinds: vec![ChangeKind::Everything] }
}
