//! A search typed below a list; the list follows as one types.

use crate::tui::pane::Pane;
use crate::tui::widget::LineField;

/// A search.
#[derive(Debug)]
pub struct Search {
    /// The list.
    pub pane: Pane,
    /// What is typed.
    pub field: LineField,
}
