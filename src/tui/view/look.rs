//! How things are drawn: the theme, the language, the hour, and the few shapes that every view is made of.

use chrono::{DateTime, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Widget};

use crate::domain::meeting::MeetingState;
use crate::domain::outbox::ItemState;
use crate::domain::text::{visible, width};
use crate::i18n::Lang;
use crate::print::layout::cut;
use crate::tui::keymap::Keymap;
use crate::tui::theme::{Role, Theme};

/// What views draw with.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// The theme.
    pub theme: &'a Theme,
    /// The language.
    pub lang: Lang,
    /// The present instant.
    pub now: DateTime<Utc>,
    /// The keys.
    pub keymap: &'a Keymap,
    /// Whether the keys go to the pane, not to a layer above it.
    pub focused: bool,
}

impl Look<'_> {
    /// The style of a role.
    #[must_use]
    pub fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    /// Text in a role; what would steer the terminal is written out.
    #[must_use]
    pub fn text(&self, text: &str, role: Role) -> Span<'static> {
        Span::styled(visible(text), self.style(role))
    }

    /// The role of the selected row.
    #[must_use]
    pub fn selected(&self) -> Role {
        if self.focused { Role::Selected } else { Role::SelectedUnfocused }
    }

    /// A border with a title around a layer, on cleared ground.
    pub fn frame(&self, title: &str, area: Rect, buf: &mut Buffer) {
        Clear.render(area, buf);
        buf.set_style(area, self.style(Role::Text));
        let title = format!(" {} ", cut(&visible(title), usize::from(area.width.saturating_sub(6))));
        let block = Block::bordered().border_style(self.style(Role::BorderFocused)).title(Span::styled(title, self.style(Role::Title)));
        block.render(area, buf);
    }
}

/// Text in exactly so many columns: cut with an ellipsis, or filled with blanks.
#[must_use]
pub fn fit(text: &str, columns: u16) -> String {
    let columns = usize::from(columns);
    let mut text = cut(&visible(text), columns);
    let missing = columns.saturating_sub(width(&text));
    text.extend(std::iter::repeat_n(' ', missing));
    text
}

/// Draws a line into the first row of an area.
pub fn put(line: &Line<'_>, area: Rect, buf: &mut Buffer) {
    if area.height > 0 {
        buf.set_line(area.x, area.y, line, area.width);
    }
}

/// The sign and role of a meeting's state. The sign says it where there are no colours.
#[must_use]
pub fn meeting_sign(state: MeetingState) -> (&'static str, Role) {
    match state {
        MeetingState::Draft => ("○", Role::StateDraft),
        MeetingState::Submitted => ("?", Role::StateSubmitted),
        MeetingState::Approved => ("+", Role::StateApproved),
        MeetingState::Rejected => ("-", Role::StateRejected),
        MeetingState::Issued => ("●", Role::StateIssued),
        MeetingState::Postponed => ("~", Role::StatePostponed),
        MeetingState::Cancelled => ("×", Role::StateCancelled),
        MeetingState::Concluded => ("=", Role::StateConcluded),
    }
}

/// The role of a message's state.
#[must_use]
pub fn mail_role(state: ItemState) -> Role {
    match state {
        ItemState::Queued => Role::MailQueued,
        ItemState::Sending => Role::MailSending,
        ItemState::Deferred => Role::MailDeferred,
        ItemState::Sent => Role::MailSent,
        ItemState::Failed => Role::MailFailed,
        ItemState::Held => Role::MailHeld,
        ItemState::Dropped => Role::MailDropped,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_the_width_they_are_given() {
        for text in ["", "Họp", "Họp rà soát việc sử dụng", "e\u{302}\u{301}x", "会议会议会议", "a\u{1b}[2J"] {
            for columns in [0, 1, 5, 12] {
                assert_eq!(width(&fit(text, columns)), usize::from(columns), "{text:?} {columns}");
            }
        }
    }

    #[test]
    fn every_state_has_a_sign_of_its_own() {
        let signs: std::collections::BTreeSet<_> = MeetingState::ALL.into_iter().map(|state| meeting_sign(state).0).collect();
        assert_eq!(signs.len(), MeetingState::ALL.len());
    }
}
