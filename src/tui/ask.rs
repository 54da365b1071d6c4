//! Requests on their way: which of them is still wanted when its answer comes.
//!
//! Each purpose has one request in flight at the most. What is asked meanwhile waits, and only the last of it: a user who
//! leafs through ten weeks causes two requests, not ten, and an answer that nobody waits for any more is dropped.

use std::collections::HashMap;

use crate::domain::dispatch::ItemId;
use crate::domain::intervention::InterventionKind;
use crate::domain::meeting::MeetingId;
use crate::domain::workflow;
use crate::tui::effect::Effect;
use crate::tui::layer::preview::Order;
use crate::wire::request::{DraftField, FormKey, Request};

/// What a request is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// The meetings of the week shown.
    Week,
    /// The list of meetings, from its beginning.
    Meetings,
    /// Further meetings of the list.
    MoreMeetings,
    /// The units.
    Units,
    /// The mailboxes.
    Mailboxes,
    /// The outbox.
    Outbox,
    /// How the flusher fares.
    Status,
    /// The selected unit.
    Unit,
    /// What happens next with the selected message.
    Why,
    /// What issuing would do.
    Preview,
    /// Typed texts that were kept.
    Drafts,
    /// A meeting that was changed while it stands in a form.
    Newest,
    /// Something is to be done; its answer is always wanted.
    Deed,
}

/// What was asked to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// A form is saved, under its draft's name.
    Save {
        /// The form's draft.
        draft: FormKey,
        /// The meeting, when it was there before.
        id: Option<MeetingId>,
        /// Whether it is to be handed over to the office as well.
        submit: bool,
        /// What was typed into it, as it was saved: what is typed later is not.
        typed: Option<Vec<DraftField>>,
    },
    /// A meeting is moved on in its life.
    Move {
        /// The meeting.
        id: MeetingId,
        /// How.
        action: workflow::Action,
    },
    /// It is issued.
    Issue(Box<Order>),
    /// What is due is sent.
    Flush,
    /// Something is decided about a message.
    Decide {
        /// The message.
        id: ItemId,
        /// What.
        kind: InterventionKind,
    },
    /// A meeting is looked up to be shown where it stands.
    Find(MeetingId),
    /// A meeting is looked up that was changed while it stood in a form that was to be saved.
    Again {
        /// The meeting.
        id: MeetingId,
        /// Whether it was to be handed over to the office as well.
        submit: bool,
    },
}

/// The number of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ticket {
    /// What it is for.
    pub purpose: Purpose,
    /// Which one.
    pub number: u64,
}

/// What becomes of an answer.
#[derive(Debug, PartialEq)]
pub enum Fate {
    /// It is wanted.
    Wanted,
    /// It is not; what was asked meanwhile goes out now.
    Stale,
}

/// The requests on their way.
#[derive(Debug, Default)]
pub struct Asks {
    last: u64,
    open: HashMap<Purpose, Slot>,
    deeds: HashMap<u64, Deed>,
}

#[derive(Debug)]
struct Slot {
    number: u64,
    request: Request,
    next: Option<Request>,
}

impl Asks {
    /// Asks, unless a request for the same purpose is on its way: then this one waits for its answer.
    pub fn ask(&mut self, purpose: Purpose, request: Request) -> Vec<Effect> {
        if let Some(slot) = self.open.get_mut(&purpose) {
            slot.next = Some(request);
            return Vec::new();
        }
        vec![self.send(purpose, request)]
    }

    /// Asks for something to be done. What is on its way already is not asked again: a key pressed twice does nothing twice.
    pub fn deed(&mut self, deed: Deed, request: Request) -> Vec<Effect> {
        if self.deeds.values().any(|other| *other == deed) {
            return Vec::new();
        }
        self.last += 1;
        self.deeds.insert(self.last, deed);
        vec![Effect::Ask { ticket: Ticket { purpose: Purpose::Deed, number: self.last }, request }]
    }

    /// Whether a meeting is being changed from here: what is heard of it by then may be one's own doing.
    #[must_use]
    pub fn changing_meetings(&self) -> bool {
        self.deeds.values().any(|deed| matches!(deed, Deed::Save { .. } | Deed::Move { .. } | Deed::Issue(_)))
    }

    /// Nothing is asked that was not answered.
    #[must_use]
    pub fn answered_all(&self) -> bool {
        self.open.is_empty() && self.deeds.is_empty()
    }

    /// What a ticket asked to be done; it is answered now.
    pub fn done(&mut self, ticket: Ticket) -> Option<Deed> {
        self.deeds.remove(&ticket.number)
    }

    /// An answer has come: whether it is wanted, and what is asked next.
    pub fn answered(&mut self, ticket: Ticket) -> (Fate, Vec<Effect>) {
        let Some(slot) = self.open.get(&ticket.purpose).filter(|slot| slot.number == ticket.number) else {
            return (Fate::Stale, Vec::new());
        };
        // The same once more means that something changed: the answer is still better than what is shown.
        let fate = if slot.next.as_ref().is_none_or(|next| *next == slot.request) { Fate::Wanted } else { Fate::Stale };
        let next = self.open.remove(&ticket.purpose).and_then(|slot| slot.next);
        (fate, next.map(|next| self.send(ticket.purpose, next)).into_iter().collect())
    }

    fn send(&mut self, purpose: Purpose, request: Request) -> Effect {
        self.last += 1;
        self.open.insert(purpose, Slot { number: self.last, request: request.clone(), next: None });
        Effect::Ask { ticket: Ticket { purpose, number: self.last }, request }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket(effects: &[Effect]) -> Ticket {
        match effects {
            [Effect::Ask { ticket, .. }] => *ticket,
            other => panic!("one request was expected: {other:?}"),
        }
    }

    #[test]
    fn only_the_last_of_what_was_asked_meanwhile_goes_out() {
        let mut asks = Asks::default();
        let first = ticket(&asks.ask(Purpose::Units, Request::UnitList));
        assert!(asks.ask(Purpose::Units, Request::MailboxList).is_empty());
        assert!(asks.ask(Purpose::Units, Request::Check).is_empty());
        let (fate, next) = asks.answered(first);
        assert_eq!(fate, Fate::Stale);
        assert!(matches!(&next[..], [Effect::Ask { request: Request::Check, .. }]));
        assert_eq!(asks.answered(ticket(&next)), (Fate::Wanted, vec![]));
        assert_eq!(asks.answered(first).0, Fate::Stale, "an answer counts once");
    }

    #[test]
    fn the_same_once_more_refreshes_and_asks_again() {
        let mut asks = Asks::default();
        let first = ticket(&asks.ask(Purpose::Units, Request::UnitList));
        assert!(asks.ask(Purpose::Units, Request::UnitList).is_empty());
        let (fate, next) = asks.answered(first);
        assert_eq!((fate, next.len()), (Fate::Wanted, 1));
    }

    #[test]
    fn what_is_done_is_never_dropped() {
        let mut asks = Asks::default();
        let find = |serial| Deed::Find(MeetingId::new(2026, serial));
        let (one, two) = (ticket(&asks.deed(find(1), Request::flush())), ticket(&asks.deed(find(2), Request::flush())));
        assert_eq!((asks.done(one), asks.answered_all()), (Some(find(1)), false));
        assert_eq!((asks.done(two), asks.answered_all(), asks.done(two)), (Some(find(2)), true, None));
    }

    #[test]
    fn what_is_being_done_is_not_done_twice() {
        let mut asks = Asks::default();
        let one = ticket(&asks.deed(Deed::Flush, Request::flush()));
        assert!(asks.deed(Deed::Flush, Request::flush()).is_empty());
        asks.done(one);
        assert_eq!(asks.deed(Deed::Flush, Request::flush()).len(), 1);
    }
}
