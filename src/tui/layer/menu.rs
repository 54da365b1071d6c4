//! Help on keys and the palette: one list of actions, the nearest scope first, to be filtered and done.

use crate::i18n::Lang;
use crate::tui::keymap::{Hit, Keymap, Scope, find};
use crate::tui::layer::QUERY_MAX;
use crate::tui::pane::Cursor;
use crate::tui::widget::LineField;

/// Which of the two it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `?`
    Help,
    /// `:`
    Palette,
}

/// A list of actions.
#[derive(Debug)]
pub struct Menu {
    /// Which of the two it is.
    pub kind: Kind,
    /// The scopes it was opened in.
    pub scopes: &'static [Scope],
    /// What is typed.
    pub field: LineField,
    /// What matches.
    pub hits: Vec<Hit>,
    /// The selected one.
    pub cursor: Cursor,
}

impl Menu {
    /// All actions, those of `scopes` first.
    #[must_use]
    pub fn new(kind: Kind, scopes: &'static [Scope], lang: Lang, keymap: &Keymap) -> Self {
        let mut menu = Self { kind, scopes, field: LineField::with_limit(QUERY_MAX), hits: Vec::new(), cursor: Cursor::default() };
        menu.filter(lang, keymap);
        menu
    }

    /// Finds what matches what is typed.
    pub fn filter(&mut self, lang: Lang, keymap: &Keymap) {
        self.hits = find(&self.field.text(), lang, self.scopes, keymap);
        self.cursor = Cursor::default();
    }
}
