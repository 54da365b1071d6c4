//! The outbox: every message with its state, its attempts and the relay's own words, moving as the flusher works.

mod view;

use crate::domain::outbox::ItemState;
use crate::tui::pane::Cursor;
use crate::wire::reply::{ItemView, Next, OutboxStatus};

pub use view::{draw, fields};

/// What the filter steps through: all, then each state that asks for attention first.
const FILTERS: [Option<ItemState>; 8] = [
    None,
    Some(ItemState::Queued),
    Some(ItemState::Sending),
    Some(ItemState::Deferred),
    Some(ItemState::Failed),
    Some(ItemState::Held),
    Some(ItemState::Sent),
    Some(ItemState::Dropped),
];

/// The outbox pane.
#[derive(Debug, Default)]
pub struct Outbox {
    /// All messages, the latest dispatch first.
    pub items: Vec<ItemView>,
    /// Whether they have been loaded.
    pub loaded: bool,
    /// Those that are shown.
    pub rows: Vec<usize>,
    /// The selected row.
    pub cursor: Cursor,
    /// Only messages in this state.
    pub state: Option<ItemState>,
    /// Only messages of this meeting.
    pub meeting: Option<String>,
    /// How the flusher fares.
    pub status: Option<OutboxStatus>,
    /// What happens next with a message.
    pub why: Option<Next>,
    asked: Option<(String, ItemState)>,
}

impl Outbox {
    /// Takes the messages. The selection stays with its message.
    pub fn load(&mut self, mut items: Vec<ItemView>) {
        let selected = self.selected().map(|item| item.id.clone());
        items.reverse();
        self.items = items;
        self.loaded = true;
        // What happens next may have changed with anything.
        self.asked = None;
        self.arrange(selected.as_deref());
    }

    /// The selected message.
    #[must_use]
    pub fn selected(&self) -> Option<&ItemView> {
        self.rows.get(self.cursor.at).and_then(|n| self.items.get(*n))
    }

    /// What happens next with the selected message, if it was asked.
    #[must_use]
    pub fn why_selected(&self) -> Option<&Next> {
        let selected = self.selected()?;
        self.why.as_ref().filter(|why| why.item.id == selected.id && why.item.state == selected.state)
    }

    /// The selected message, when it was not asked yet what happens next with it as it is now.
    pub fn wanted(&mut self) -> Option<String> {
        let selected = self.selected().map(|item| (item.id.clone(), item.state))?;
        let known = self.asked.as_ref() == Some(&selected);
        self.asked = Some(selected.clone());
        (!known).then_some(selected.0)
    }

    /// Steps to the next filter.
    pub fn filter_next(&mut self) {
        let at = FILTERS.iter().position(|state| *state == self.state).unwrap_or(0);
        self.state = FILTERS.get((at + 1) % FILTERS.len()).copied().flatten();
        self.rearrange();
    }

    /// Shows all messages again.
    pub fn clear(&mut self) {
        (self.state, self.meeting) = (None, None);
        self.rearrange();
    }

    /// Shows only the messages of a meeting.
    pub fn only(&mut self, meeting: String) {
        (self.state, self.meeting) = (None, Some(meeting));
        self.cursor = Cursor::default();
        self.rearrange();
    }

    fn rearrange(&mut self) {
        let selected = self.selected().map(|item| item.id.clone());
        self.arrange(selected.as_deref());
    }

    fn arrange(&mut self, selected: Option<&str>) {
        let wanted = |item: &ItemView| {
            self.state.is_none_or(|state| item.state == state)
                && self.meeting.as_ref().is_none_or(|meeting| item.meeting.as_str() == meeting)
        };
        self.rows = (0..self.items.len()).filter(|n| self.items.get(*n).is_some_and(wanted)).collect();
        let found = selected.and_then(|id| self.rows.iter().position(|n| self.items.get(*n).is_some_and(|item| item.id == id)));
        self.cursor.move_to(found.unwrap_or(self.cursor.at).min(self.rows.len().saturating_sub(1)));
    }
}
