//! Keys after keys.

use std::collections::BTreeMap;

use crate::tui::keymap::{Action, Chord};

/// A place between two keys: what is done there, or which keys lead on.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    action: Option<Action>,
    next: BTreeMap<Chord, Node>,
}

impl Node {
    /// Makes a sequence lead to an action.
    pub(super) fn insert(&mut self, chords: &[Chord], action: Action) {
        match chords {
            [] => self.action = Some(action),
            [first, rest @ ..] => self.next.entry(*first).or_default().insert(rest, action),
        }
    }

    /// The place that a sequence leads to.
    pub(super) fn at(&self, chords: &[Chord]) -> Option<&Self> {
        chords.iter().try_fold(self, |node, chord| node.next.get(chord))
    }

    /// What is done here.
    pub(super) fn action(&self) -> Option<Action> {
        self.action
    }

    /// The keys that lead on.
    pub(super) fn following(&self) -> impl Iterator<Item = (Chord, &Self)> {
        self.next.iter().map(|(chord, node)| (*chord, node))
    }
}
