//! What an account sees of an answer: the one place through which all answers and all changes pass.

use std::collections::HashMap;

use crate::domain::access::{self, Sight};
use crate::domain::fault::{Fault, Why};
use crate::domain::meeting::{Meeting, MeetingId};
use crate::domain::text::Line;
use crate::host::overview;
use crate::usecase::access::Caller;
use crate::usecase::ports::{Store, StoreError};
use crate::usecase::table;
use crate::wire::change::{Change, ChangeKind};
use crate::wire::reply::{Answer, ItemView, MeetingView, Received, Reply, TakenView};

/// What stands where an account does not see a subject.
const HIDDEN: &str = "…";

/// Looks at answers with the eyes of an account.
pub(super) struct Eyes<'a> {
    store: &'a dyn Store,
    caller: &'a Caller,
    /// What is known about meetings, which lists name again and again.
    known: HashMap<MeetingId, Sight>,
}

impl<'a> Eyes<'a> {
    pub(super) fn of(store: &'a dyn Store, caller: &'a Caller) -> Self {
        Self { store, caller, known: HashMap::new() }
    }

    /// An answer as the account may see it.
    pub(super) fn see(&mut self, answer: Answer) -> Reply {
        Ok(match answer {
            Answer::Meeting(meeting) => Answer::Meeting(Box::new(self.meeting(*meeting)?)),
            Answer::Meetings(meetings) => Answer::Meetings(self.meetings(meetings)?),
            Answer::MeetingPage(mut page) => {
                page.meetings = self.meetings(page.meetings)?;
                Answer::MeetingPage(page)
            }
            Answer::Week(mut week) => {
                week.meetings = self.meetings(week.meetings)?;
                Answer::Week(week)
            }
            Answer::Mailboxes(mailboxes) => Answer::Mailboxes(mailboxes.into_iter().filter_map(|one| self.caller.mailbox(one)).collect()),
            Answer::Mailbox(mailbox) => {
                let address = mailbox.address.clone();
                let seen = self.caller.mailbox(*mailbox);
                Answer::Mailbox(Box::new(seen.ok_or_else(|| Fault::wrong("address", address.as_str(), Why::UnknownMailbox))?))
            }
            Answer::Unit(mut unit) => {
                unit.mailboxes = unit.mailboxes.into_iter().filter_map(|one| self.caller.mailbox(one)).collect();
                Answer::Unit(unit)
            }
            Answer::Items(items) => {
                let mut seen = Vec::with_capacity(items.len());
                for item in items {
                    seen.extend(self.item(item)?);
                }
                Answer::Items(seen)
            }
            Answer::Item(item) => {
                let id = item.id.clone();
                Answer::Item(Box::new(self.item(*item)?.ok_or_else(|| unknown_item(&id))?))
            }
            Answer::Why(mut why) => {
                let id = why.item.id.clone();
                why.item = self.item(why.item)?.ok_or_else(|| unknown_item(&id))?;
                Answer::Why(why)
            }
            Answer::OutboxStatus(status) => Answer::OutboxStatus(Box::new(overview::seen_outbox(*status, self.caller))),
            Answer::Status(status) => Answer::Status(Box::new(overview::seen(*status, self.caller))),
            came @ (Answer::Taken(_) | Answer::ReceivedList(_) | Answer::Received(_)) => self.came(came),
            // Asked for by those only who see all of it, of one's own making, or found with these eyes.
            whole @ (Answer::Imported(_)
            | Answer::Found(_)
            | Answer::Units(_)
            | Answer::Preview(_)
            | Answer::Document(_)
            | Answer::Flushed(_)
            | Answer::Draft(_)
            | Answer::Drafts(_)
            | Answer::Accounts(_)
            | Answer::Account(_)
            | Answer::Audit(_)
            | Answer::Checked(_)
            | Answer::Backup(_)
            | Answer::Vacuumed(_)
            | Answer::Polled(_)
            | Answer::Replies(_)
            | Answer::OutboxReport(_)
            | Answer::History(_)) => whole,
        })
    }

    fn came(&self, answer: Answer) -> Answer {
        match answer {
            Answer::Taken(taken) => Answer::Taken(Box::new(TakenView { received: self.received(taken.received), ..*taken })),
            Answer::ReceivedList(list) => Answer::ReceivedList(list.into_iter().map(|one| self.received(one)).collect()),
            Answer::Received(one) => Answer::Received(Box::new(self.received(*one))),
            other => other,
        }
    }

    /// A message that came: from whom and what was made of it; what is in it only for those who see what is in mail.
    fn received(&self, received: Received) -> Received {
        if access::outbox(self.caller.role) == Sight::Everything { received } else { received.without_content() }
    }

    /// A change as the account may see it; `None`: it is nothing to it.
    pub(super) fn change(&mut self, change: Change) -> Result<Option<Change>, Fault> {
        let mut kinds = Vec::with_capacity(change.kinds.len());
        for kind in change.kinds {
            match kind {
                ChangeKind::Meetings(ids) => {
                    let mut seen = Vec::with_capacity(ids.len());
                    for id in ids {
                        if self.hears_of(&id)? {
                            seen.push(id);
                        }
                    }
                    if !seen.is_empty() {
                        kinds.push(ChangeKind::Meetings(seen));
                    }
                }
                ChangeKind::Outbox if access::outbox(self.caller.role) == Sight::Nothing => {}
                other => kinds.push(other),
            }
        }
        Ok((!kinds.is_empty()).then_some(Change { kinds, ..change }))
    }

    fn sight(&mut self, id: &MeetingId) -> Result<Sight, StoreError> {
        // Who sees everything needs no look at each.
        if access::meetings(self.caller.role) == Sight::Everything {
            return Ok(Sight::Everything);
        }
        if let Some(sight) = self.known.get(id) {
            return Ok(*sight);
        }
        let meeting = table::find::<Meeting>(self.store, id.as_str())?;
        let sight = meeting.map_or(Sight::Nothing, |meeting| self.caller.sees(&meeting.value));
        self.known.insert(id.clone(), sight);
        Ok(sight)
    }

    /// Whether a change of a meeting is told: also when it takes out of sight what may stand on a screen.
    fn hears_of(&self, id: &MeetingId) -> Result<bool, StoreError> {
        let meeting = table::find::<Meeting>(self.store, id.as_str())?.map(|meeting| meeting.value);
        let may = access::meetings(self.caller.role) != Sight::Nothing;
        Ok(meeting.is_some_and(|meeting| self.caller.knows(&meeting) || may && access::was_told(&meeting)))
    }

    fn meetings(&mut self, meetings: Vec<MeetingView>) -> Result<Vec<MeetingView>, Fault> {
        meetings.into_iter().map(|meeting| self.meeting(meeting)).collect()
    }

    /// A meeting that is there for the account, with what it sees of it.
    fn meeting(&mut self, meeting: MeetingView) -> Result<MeetingView, Fault> {
        match self.sight(&meeting.id)? {
            Sight::Everything => {
                let mut meeting = meeting;
                for conflict in &mut meeting.conflicts {
                    // That place or chair are taken is told, by whom too; what for is not.
                    if self.sight(&conflict.with)? == Sight::Nothing {
                        conflict.title = hidden(&conflict.title);
                    }
                }
                Ok(meeting)
            }
            Sight::Told => Ok(told(meeting)),
            _ => Err(Fault::wrong("id", meeting.id.as_str(), Why::UnknownMeeting)),
        }
    }

    /// A message that is there for the account, with what it sees of it.
    pub(super) fn item(&mut self, item: ItemView) -> Result<Option<ItemView>, StoreError> {
        Ok(match access::outbox(self.caller.role) {
            Sight::Everything => Some(item),
            Sight::Addresses => Some(ItemView { subject: hidden(&item.subject), ..item }),
            Sight::OwnUnits if self.sight(&item.meeting)? == Sight::Everything => Some(item),
            Sight::OwnUnits | Sight::Told | Sight::Nothing => None,
        })
    }
}

/// What everybody is told of a meeting.
pub(super) fn told(meeting: MeetingView) -> MeetingView {
    MeetingView {
        online: None,
        content: None,
        people: Vec::new(),
        agenda: Vec::new(),
        without: Vec::new(),
        conflicts: Vec::new(),
        history: Vec::new(),
        warnings: Vec::new(),
        ..meeting
    }
}

/// A text in the place of one that is not seen.
fn hidden(text: &Line) -> Line {
    // The constant is a line.
    Line::parse(HIDDEN).unwrap_or_else(|_| text.clone())
}

fn unknown_item(id: &str) -> Fault {
    Fault::wrong("id", id, Why::UnknownItem)
}
