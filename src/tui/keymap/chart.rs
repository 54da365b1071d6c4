//! The keymap as a table, for the command line and the reference.

use crate::tui::keymap::{Action, Keymap, Scope};

/// An action with its keys in a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where the keys hold.
    pub scope: Scope,
    /// What they do.
    pub action: Action,
    /// The keys as keymap files write them; empty for what only the palette does.
    pub keys: Vec<String>,
}

/// All actions with their keys, scope by scope. An action has a row in its own scope, and one in every other that has keys
/// for it.
#[must_use]
pub fn chart(keymap: &Keymap) -> Vec<Row> {
    let rows = Scope::ALL.into_iter().flat_map(|scope| Action::ALL.iter().map(move |action| (scope, *action)));
    rows.filter_map(|(scope, action)| {
        let own = keymap.bindings().iter().filter(|binding| binding.scope == scope && binding.action == action);
        let keys: Vec<String> = own.map(super::Binding::keys).collect();
        (action.scope() == scope || !keys.is_empty()).then_some(Row { scope, action, keys })
    })
    .collect()
}
