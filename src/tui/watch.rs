//! What others change: which revision of a meeting somebody here has looked at, and which meetings are other ones by now.
//!
//! Somebody else is whoever is not this screen: also the same person at another desk. What is done from here is known by the
//! revision that its answer names.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::domain::meeting::MeetingId;
use crate::wire::change::{Change, ChangeKind};
use crate::wire::reply::MeetingView;

/// What is known of others' doings.
#[derive(Debug, Default)]
pub struct Watch {
    /// The revisions that somebody here knows.
    seen: HashMap<MeetingId, u64>,
    /// Those that are other ones by now, by the revision that was told.
    marked: BTreeMap<MeetingId, u64>,
    /// Meetings that were said to have changed and were not loaded since.
    touched: BTreeSet<MeetingId>,
    /// Anything may have changed that is newer than this revision of the store.
    beyond: Option<u64>,
    /// The newest revision of the store that was heard of.
    reached: u64,
}

/// What others have just changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct News {
    /// Who, as far as it may be known.
    pub who: BTreeSet<String>,
    /// Meetings that stood here before.
    pub changed: BTreeSet<MeetingId>,
    /// Meetings that did not.
    pub added: BTreeSet<MeetingId>,
}

impl News {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.added.is_empty()
    }
}

impl Watch {
    /// Takes note of what is said to have changed.
    pub fn told(&mut self, change: &Change) {
        for kind in &change.kinds {
            match kind {
                ChangeKind::Meetings(ids) => self.touched.extend(ids.iter().cloned()),
                ChangeKind::Everything => self.beyond = Some(self.beyond.unwrap_or(self.reached)),
                ChangeKind::Units | ChangeKind::Mailboxes | ChangeKind::Outbox => {}
            }
        }
        self.reached = self.reached.max(change.revision);
    }

    /// Looks through meetings that are loaded, and marks those that are other ones than somebody here knows.
    pub fn find<'a>(&mut self, loaded: impl Iterator<Item = &'a MeetingView>) -> News {
        let mut news = News::default();
        for meeting in loaded {
            let (id, revision) = (&meeting.id, meeting.revision);
            let touched = self.touched.remove(id);
            let known = self.seen.get(id).copied();
            let other = match known {
                Some(known) => revision > known,
                // What is seen for the first time is news when it came to be while somebody was here.
                None => touched || self.beyond.is_some_and(|beyond| revision > beyond),
            };
            if !other {
                self.seen.entry(id.clone()).or_insert(revision);
            } else if self.marked.get(id).is_none_or(|told| *told < revision) {
                // One that stands here twice, or is loaded again, is told once.
                let added = known.is_none() && !self.marked.contains_key(id);
                self.marked.insert(id.clone(), revision);
                if added { &mut news.added } else { &mut news.changed }.insert(id.clone());
                news.who.extend(meeting.history.last().map(|event| event.by.clone()));
            }
            self.reached = self.reached.max(revision);
        }
        news
    }

    /// Takes note that somebody here has looked at a meeting, or has made it what it is.
    pub fn look(&mut self, id: &MeetingId, revision: u64) {
        let seen = self.seen.entry(id.clone()).or_insert(revision);
        *seen = revision.max(*seen);
        if self.marked.get(id).is_some_and(|told| told <= seen) {
            self.marked.remove(id);
        }
    }

    /// Whether others have changed a meeting since somebody here has looked at it.
    #[must_use]
    pub fn marks(&self, id: &MeetingId) -> bool {
        self.marked.contains_key(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::sample::meeting;

    fn at(serial: u32, revision: u64) -> MeetingView {
        MeetingView { revision, ..meeting(serial, "2026-11-27 08:00", None) }
    }

    fn id(serial: u32) -> MeetingId {
        MeetingId::new(2026, serial)
    }

    fn touched(watch: &mut Watch, revision: u64, serials: &[u32]) {
        watch.told(&Change { revision, kinds: vec![ChangeKind::Meetings(serials.iter().map(|serial| id(*serial)).collect())] });
    }

    fn found(watch: &mut Watch, meetings: &[MeetingView]) -> (usize, usize) {
        let news = watch.find(meetings.iter());
        (news.changed.len(), news.added.len())
    }

    #[test]
    fn what_is_there_at_first_is_no_news() {
        let mut watch = Watch::default();
        assert_eq!(found(&mut watch, &[at(1, 5), at(2, 9)]), (0, 0));
        assert_eq!(found(&mut watch, &[at(1, 5), at(2, 9), at(3, 4)]), (0, 0), "nor what is leafed to");
        assert!(![1, 2, 3].iter().any(|serial| watch.marks(&id(*serial))));
    }

    #[test]
    fn what_others_change_or_add_is_marked_until_somebody_looks() {
        let mut watch = Watch::default();
        found(&mut watch, &[at(1, 5), at(2, 6)]);
        touched(&mut watch, 8, &[1, 3]);
        assert_eq!(found(&mut watch, &[at(1, 7), at(2, 6), at(3, 8)]), (1, 1));
        assert_eq!(found(&mut watch, &[at(1, 7), at(2, 6), at(3, 8)]), (0, 0), "told once");
        assert!(watch.marks(&id(1)) && !watch.marks(&id(2)) && watch.marks(&id(3)), "and marked still");
        watch.look(&id(1), 7);
        assert_eq!(found(&mut watch, &[at(1, 7), at(3, 9)]), (1, 0), "changed once more");
        watch.look(&id(3), 8);
        assert!(!watch.marks(&id(1)) && watch.marks(&id(3)), "what was looked at was an older one");
    }

    #[test]
    fn what_is_done_here_is_no_news() {
        let mut watch = Watch::default();
        found(&mut watch, &[at(1, 5)]);
        touched(&mut watch, 7, &[1, 2]);
        watch.look(&id(1), 6);
        watch.look(&id(2), 7);
        assert_eq!(found(&mut watch, &[at(1, 6), at(2, 7)]), (0, 0));
        assert_eq!(found(&mut watch, &[at(1, 5)]), (0, 0), "nor is an answer that comes late");
    }

    #[test]
    fn where_anything_may_have_changed_what_is_newer_is_news() {
        let mut watch = Watch::default();
        found(&mut watch, &[at(1, 5), at(2, 9)]);
        watch.told(&Change { revision: 20, kinds: vec![ChangeKind::Everything] });
        assert_eq!(found(&mut watch, &[at(1, 15), at(2, 9), at(3, 8), at(4, 12)]), (1, 1));
    }
}
