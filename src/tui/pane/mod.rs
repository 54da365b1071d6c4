//! The panes: what fills the screen below the tabs, one at a time.

pub mod cursor;
pub mod meetings;
pub mod outbox;
pub mod units;
pub mod week;

pub use cursor::Cursor;

use crate::i18n::Lang;
use crate::tui::keymap::Scope;

/// A pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pane {
    /// The week: home.
    Week,
    /// The list of meetings.
    Meetings,
    /// The tree of units.
    Units,
    /// The outbox.
    Outbox,
}

impl Pane {
    /// All of them, in the order of the tabs.
    pub const ALL: [Self; 4] = [Self::Week, Self::Meetings, Self::Units, Self::Outbox];

    /// The scopes whose keys hold in it, the nearest first.
    #[must_use]
    pub fn scopes(self) -> &'static [Scope] {
        match self {
            Self::Week => &[Scope::Week, Scope::Meeting, Scope::List, Scope::App],
            Self::Meetings => &[Scope::Meetings, Scope::Meeting, Scope::List, Scope::App],
            Self::Units => &[Scope::Units, Scope::List, Scope::App],
            Self::Outbox => &[Scope::Outbox, Scope::List, Scope::App],
        }
    }

    /// What people call it.
    #[must_use]
    pub fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Week => lang.pick("Lịch tuần", "Week"),
            Self::Meetings => lang.pick("Cuộc họp", "Meetings"),
            Self::Units => lang.pick("Đơn vị", "Units"),
            Self::Outbox => lang.pick("Hộp thư đi", "Outbox"),
        }
    }

    /// The pane `by` places on, around the end.
    #[must_use]
    pub fn beside(self, by: isize) -> Self {
        let at = Self::ALL.iter().position(|pane| *pane == self).unwrap_or(0);
        let next = at.cast_signed().saturating_add(by).rem_euclid(Self::ALL.len().cast_signed());
        Self::ALL.get(next.cast_unsigned()).copied().unwrap_or(self)
    }
}
