//! Keys to actions: one table for dispatch, hint bar, help, palette and reference.

pub mod action;
mod chart;
pub mod chord;
mod contract;
mod find;
mod load;
mod trie;

use std::collections::BTreeMap;
use std::path::PathBuf;

pub use action::{Action, Scope};
pub use chart::{Row, chart};
pub use chord::{Chord, Key};
pub use find::{Hit, find};

use crate::tui::screen_file::ScreenFault;
use trie::Node;

/// What the keys pressed so far mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    /// This is done.
    Found(Action),
    /// More keys are waited for.
    Prefix,
    /// Nothing.
    None,
}

/// A key that may follow those pressed, for a popup that tells them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Continuation {
    /// The key.
    pub chord: Chord,
    /// What it does; `None` where still more keys follow.
    pub action: Option<Action>,
}

/// Keys that do something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Where they hold.
    pub scope: Scope,
    /// One after the other; never empty.
    pub chords: Vec<Chord>,
    /// What they do.
    pub action: Action,
}

impl Binding {
    /// The keys as keymap files write them: `g g`, `ctrl-s`.
    #[must_use]
    pub fn keys(&self) -> String {
        sequence(&self.chords)
    }
}

/// A sequence of keys as keymap files write it.
#[must_use]
pub fn sequence(chords: &[Chord]) -> String {
    chords.iter().map(Chord::to_string).collect::<Vec<_>>().join(" ")
}

/// All keys with what they do, scope by scope.
///
/// Every keymap holds to the same contract, whoever wrote it: `:` opens the palette, `?` help, `q` quits, Esc closes the top
/// layer and does nothing else, `y` says yes to a question and Enter takes the marked choice; no letter alone is a command
/// where text is typed.
#[derive(Debug, Clone)]
pub struct Keymap {
    name: String,
    bindings: Vec<Binding>,
    tries: BTreeMap<Scope, Node>,
}

impl Keymap {
    /// The keymap of that name: the user's own in `keymaps/` of one of the `folders`, else one of the program's.
    ///
    /// # Errors
    /// There is none, or everything that is wrong with it and with those it inherits from.
    pub fn load(name: &str, folders: &[PathBuf]) -> Result<Self, ScreenFault> {
        load::load(name, folders)
    }

    /// A keymap of these bindings; those that come first are shown first.
    fn new(name: &str, bindings: Vec<Binding>) -> Self {
        let mut tries: BTreeMap<Scope, Node> = BTreeMap::new();
        for binding in &bindings {
            tries.entry(binding.scope).or_default().insert(&binding.chords, binding.action);
        }
        Self { name: name.to_owned(), bindings, tries }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All keys, in the order in which they are shown.
    #[must_use]
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// What these keys mean, one pressed after the other. The first of the scopes that knows them decides.
    ///
    /// Where one of them is [`Scope::Text`], a key that types a character means nothing in any of them: it is text.
    #[must_use]
    pub fn lookup(&self, scopes: &[Scope], pressed: &[Chord]) -> Lookup {
        let mut nodes = self.nodes(scopes, pressed);
        nodes.next().map_or(Lookup::None, |node| node.action().map_or(Lookup::Prefix, Lookup::Found))
    }

    /// The keys that may follow those pressed, in the order of the keys.
    #[must_use]
    pub fn continuations(&self, scopes: &[Scope], pressed: &[Chord]) -> Vec<Continuation> {
        let mut following: BTreeMap<Chord, Option<Action>> = BTreeMap::new();
        for (chord, next) in self.nodes(scopes, pressed).flat_map(Node::following) {
            following.entry(chord).or_insert(next.action());
        }
        following.into_iter().map(|(chord, action)| Continuation { chord, action }).collect()
    }

    /// The keys of an action, as keymap files write them; the first is the one to tell people.
    pub fn keys_of(&self, action: Action) -> impl Iterator<Item = String> {
        self.bindings.iter().filter(move |binding| binding.action == action).map(Binding::keys)
    }

    /// The keys to tell people for an action in these scopes: the first ones that do it there, and not something else.
    #[must_use]
    pub fn key_for(&self, action: Action, scopes: &[Scope]) -> Option<String> {
        let works = |binding: &&Binding| self.lookup(scopes, &binding.chords) == Lookup::Found(action);
        self.bindings.iter().filter(|binding| binding.action == action).find(works).map(Binding::keys)
    }

    /// The nodes that these keys lead to, of the first scope first.
    fn nodes(&self, scopes: &[Scope], pressed: &[Chord]) -> impl Iterator<Item = &Node> {
        let typed = scopes.contains(&Scope::Text) && pressed.first().is_some_and(|chord| chord.types().is_some());
        let scopes = if typed { &[] } else { scopes };
        scopes.iter().filter_map(|scope| self.tries.get(scope)).filter_map(move |trie| trie.at(pressed))
    }
}

impl Default for Keymap {
    /// The program's own default keymap.
    fn default() -> Self {
        load::load("default", &[]).expect("the program's own keymap is tested")
    }
}

#[cfg(test)]
mod tests;
