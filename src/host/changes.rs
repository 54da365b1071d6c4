//! What changed, for whoever keeps something on a screen: told when it is on disk, gathered for whoever is slow.
//!
//! Nobody polls and no thread waits: the writer moves a number when a batch is safe, the flusher moves another when it
//! begins or ends, and whoever follows asks the store's own memory of the last commits what lies between.

use std::collections::BTreeSet;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::watch;

use crate::domain::fault::Fault;
use crate::domain::meeting::MeetingId;
use crate::host::open::Host;
use crate::host::sight::Eyes;
use crate::host::status::FlusherState;
use crate::usecase::access::Caller;
use crate::usecase::keys;
use crate::usecase::ports::{self, Rev};
use crate::wire::change::{Change, ChangeKind};

/// The changes of a store from some moment on.
pub struct Changes {
    /// Weak: following a store keeps nobody from closing it.
    host: Weak<Host>,
    revisions: watch::Receiver<Rev>,
    flusher: watch::Receiver<FlusherState>,
    at: Rev,
    /// Who is told.
    user: String,
}

impl Changes {
    /// What changes from now on, as far as the account of a Unix user may see it.
    #[must_use]
    pub fn of(host: &Arc<Host>, user: &str) -> Self {
        let mut revisions = host.writer.revisions();
        let mut flusher = host.flusher.subscribe();
        flusher.mark_unchanged();
        let at = *revisions.borrow_and_update();
        Self { host: Arc::downgrade(host), revisions, flusher, at, user: user.to_owned() }
    }

    /// The next change, with everything else that changed since the last one. `None`: the store is closed or has failed,
    /// and nothing will be told any more.
    ///
    /// Nothing is lost when this is dropped before it is ready. A change may be told although the batch that came after it
    /// is already being written: what is loaded then is newer still.
    pub async fn next(&mut self) -> Option<Change> {
        loop {
            let of_flusher = tokio::select! {
                moved = self.revisions.changed() => moved.map(|()| false),
                moved = self.flusher.changed() => moved.map(|()| true),
            };
            let of_flusher = of_flusher.ok()?;
            let host = self.host.upgrade()?;
            let (at, mut kinds) = since(&host, self.at)?;
            self.at = at;
            let told = |kind: &ChangeKind| matches!(kind, ChangeKind::Outbox | ChangeKind::Everything);
            if of_flusher && !kinds.iter().any(told) {
                kinds.push(ChangeKind::Outbox);
            }
            if !kinds.is_empty()
                && let Some(change) = seen(&host, &self.user, Change { revision: at, kinds })
            {
                return Some(change);
            }
        }
    }
}

/// The change as the account sees it; where that cannot be told, that there may be something.
fn seen(host: &Host, user: &str, change: Change) -> Option<Change> {
    let revision = change.revision;
    let store = host.store.as_ref();
    let seen = Caller::of(store, &host.rules, user).and_then(|caller| Eyes::of(store, &caller).change(change));
    match seen {
        Ok(seen) => seen,
        // Who is nobody here hears nothing.
        Err(Fault::NotPermitted { .. }) => None,
        Err(_) => Some(Change { revision, kinds: vec![ChangeKind::Everything] }),
    }
}

/// What changed after a revision, and the revision that reaches. `None`: the store has failed.
fn since(host: &Host, at: Rev) -> Option<(Rev, Vec<ChangeKind>)> {
    match host.store.changes(b"", at, Duration::ZERO).ok()? {
        ports::Changes::Lagged { at } => Some((at, vec![ChangeKind::Everything])),
        ports::Changes::Keys { at, keys } => Some((at, kinds(&keys))),
    }
}

fn kinds(changed: &[Vec<u8>]) -> Vec<ChangeKind> {
    let under = |prefix: &[u8]| changed.iter().any(|key| key.starts_with(prefix));
    let id = |key: &Vec<u8>| MeetingId::parse(std::str::from_utf8(key.strip_prefix(keys::MEETING)?).ok()?);
    let attended = changed.iter().filter_map(|key| keys::attended(key));
    let meetings: BTreeSet<MeetingId> = changed.iter().filter_map(id).chain(attended).collect();
    let mut kinds = Vec::new();
    if !meetings.is_empty() {
        kinds.push(ChangeKind::Meetings(meetings.into_iter().collect()));
    }
    if under(keys::UNIT) {
        kinds.push(ChangeKind::Units);
    }
    if under(keys::MAILBOX) {
        kinds.push(ChangeKind::Mailboxes);
    }
    if [keys::ITEM, keys::DUE, keys::CLAIM].into_iter().any(under) {
        kinds.push(ChangeKind::Outbox);
    }
    kinds
}
