//! What every keymap must hold to.

use std::path::{Path, PathBuf};

use crate::tui::keymap::{Action, Binding, Chord, Key, Scope};
use crate::tui::screen_file::{Problem, ProblemKind};

/// A binding with the place at which it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) binding: Binding,
    pub(super) file: PathBuf,
    pub(super) line: u32,
}

/// A key that does the same in every keymap, so that whoever sits down at any desk finds help, the palette and the way out.
pub(super) struct Reserved {
    pub(super) chord: Chord,
    pub(super) action: Action,
    pub(super) scope: Scope,
    /// Where besides the key does nothing else: scopes that come before its own and would hide it.
    also: &'static [Scope],
}

/// The scopes of panes, which lie over the application's.
const PANES: &[Scope] = &[Scope::List, Scope::Week, Scope::Meetings, Scope::Meeting, Scope::Units, Scope::Outbox];

/// The keys that every keymap has.
pub(super) const RESERVED: [Reserved; 6] = [
    Reserved { chord: Chord::char(':'), action: Action::Palette, scope: Scope::App, also: PANES },
    Reserved { chord: Chord::char('?'), action: Action::Help, scope: Scope::App, also: PANES },
    Reserved { chord: Chord::char('q'), action: Action::Quit, scope: Scope::App, also: PANES },
    // Esc arrives in pieces over slow lines: whatever else it did would be done by accident.
    Reserved { chord: Chord::plain(Key::Esc), action: Action::Close, scope: Scope::Layer, also: &Scope::ALL },
    Reserved { chord: Chord::char('y'), action: Action::ConfirmYes, scope: Scope::Confirm, also: &[Scope::Preview] },
    Reserved { chord: Chord::plain(Key::Enter), action: Action::ConfirmTake, scope: Scope::Confirm, also: &[Scope::Preview] },
];

/// Everything in which the bindings break the contract; `asked` is the file that is blamed for what is not there.
pub(super) fn check(asked: &Path, bindings: &[Placed]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (at, placed) in bindings.iter().enumerate() {
        let broken = never_sent(&placed.binding).or_else(|| typed(&placed.binding)).or_else(|| reserved(&placed.binding));
        problems.extend(broken.or_else(|| covers(at, bindings)).map(|kind| Problem {
            file: placed.file.clone(),
            line: Some(placed.line),
            key: format!("{}.{:?}", placed.binding.scope.name(), placed.binding.keys()),
            kind,
        }));
    }
    let missing = RESERVED
        .iter()
        .filter(|reserved| !bindings.iter().any(|placed| reserved.scope == placed.binding.scope && reserved.begins(&placed.binding)));
    problems.extend(missing.map(|reserved| Problem {
        file: asked.to_owned(),
        line: None,
        key: String::new(),
        kind: ProblemKind::Unbound { chord: reserved.chord.to_string(), action: reserved.action, scope: reserved.scope },
    }));
    problems
}

impl Reserved {
    /// Whether a binding begins with this key.
    fn begins(&self, binding: &Binding) -> bool {
        binding.chords.first() == Some(&self.chord)
    }
}

/// A key that does something else than in every other keymap.
fn reserved(binding: &Binding) -> Option<ProblemKind> {
    let broken = RESERVED.iter().find(|reserved| {
        let there = reserved.scope == binding.scope || reserved.also.contains(&binding.scope);
        let own = reserved.scope == binding.scope && binding.chords == [reserved.chord] && reserved.action == binding.action;
        // In the midst of a sequence Esc must do what it does everywhere: it ends the sequence.
        let within = reserved.chord.key == Key::Esc && binding.chords.contains(&reserved.chord);
        there && !own && (reserved.begins(binding) || within)
    })?;
    Some(ProblemKind::Reserved { chord: broken.chord.to_string(), action: broken.action, scope: broken.scope })
}

/// A letter alone where text is typed.
fn typed(binding: &Binding) -> Option<ProblemKind> {
    let types = binding.chords.first().is_some_and(|chord| chord.types().is_some());
    (binding.scope.is_typed_into() && types).then_some(ProblemKind::Types { scope: binding.scope })
}

/// A key that no terminal sends.
fn never_sent(binding: &Binding) -> Option<ProblemKind> {
    binding.chords.iter().find_map(|chord| chord.never_sent().map(|instead| ProblemKind::NeverSent { chord: chord.to_string(), instead }))
}

/// Keys in the same scope of which one begins with the other. The one that was read first is blamed: it is the user's, where
/// the other is inherited.
fn covers(at: usize, bindings: &[Placed]) -> Option<ProblemKind> {
    let binding = &bindings.get(at)?.binding;
    let later = bindings.iter().skip(at + 1).map(|placed| &placed.binding).filter(|other| other.scope == binding.scope);
    later.into_iter().find_map(|other| {
        if other.chords.starts_with(&binding.chords) {
            Some(ProblemKind::Covers { longer: other.keys(), action: other.action })
        } else if binding.chords.starts_with(&other.chords) {
            Some(ProblemKind::Covered { shorter: other.keys(), action: other.action })
        } else {
            None
        }
    })
}
