//! Keymap files: from the words to the bindings, everything wrong named at once.

use std::path::PathBuf;

use crate::config::nearest;
use crate::tui::keymap::contract::{self, Placed};
use crate::tui::keymap::{Action, Binding, Chord, Keymap, Scope};
use crate::tui::screen_file::{self, Entry, Kind, Problem, ProblemKind, ScreenFault, Source, Value};

/// The word that takes an inherited binding away.
const NONE: &str = "none";

/// The keymap of a name.
pub(super) fn load(name: &str, folders: &[PathBuf]) -> Result<Keymap, ScreenFault> {
    let chain = screen_file::chain(Kind::Keymap, name, folders)?;
    let mut reading = Reading::default();
    for source in &chain {
        reading.source(source);
    }
    let asked = chain.first().map_or_else(PathBuf::new, |source| source.path.clone());
    let bindings: Vec<Placed> = reading.decided.into_iter().filter_map(Decided::binding).collect();
    let mut problems = reading.problems;
    problems.extend(contract::check(&asked, &bindings));
    if problems.is_empty() {
        Ok(Keymap::new(name, bindings.into_iter().map(|placed| placed.binding).collect()))
    } else {
        Err(ScreenFault::new(problems))
    }
}

/// What a file says of keys.
enum Says {
    /// They do this.
    Do(Action),
    /// What they did in a file further back is taken away.
    Nothing,
}

/// A sequence of keys in a scope that a file has decided on; files further back do not change it.
struct Decided {
    scope: Scope,
    chords: Vec<Chord>,
    says: Says,
    file: PathBuf,
    line: u32,
}

impl Decided {
    fn binding(self) -> Option<Placed> {
        let Self { scope, chords, says, file, line } = self;
        match says {
            Says::Do(action) => Some(Placed { binding: Binding { scope, chords, action }, file, line }),
            Says::Nothing => None,
        }
    }
}

#[derive(Default)]
struct Reading {
    decided: Vec<Decided>,
    problems: Vec<Problem>,
}

impl Reading {
    fn source(&mut self, source: &Source) {
        let before = self.decided.len();
        for table in &source.entries {
            let scope = Scope::ALL.into_iter().find(|scope| scope.name() == table.name);
            let known = Scope::ALL.into_iter().map(|scope| (scope.name().to_owned(), scope.name()));
            match (scope, &table.value) {
                (Some(scope), Value::Table(entries)) => {
                    for entry in entries {
                        self.entry(source, scope, entry, before);
                    }
                }
                (Some(_), _) => self.add(source, table, "", ProblemKind::NotATable),
                (None, _) => self.add(source, table, "", ProblemKind::UnknownScope { nearest: nearest(&table.name, known) }),
            }
        }
    }

    fn entry(&mut self, source: &Source, scope: Scope, entry: &Entry, before: usize) {
        let chords = self.chords(source, scope, entry);
        let says = self.says(source, scope, entry);
        let (Some(chords), Some(says)) = (chords, says) else { return };
        match self.decided.iter().position(|other| other.scope == scope && other.chords == chords) {
            Some(at) if at >= before => self.add(source, entry, scope.name(), ProblemKind::Twice),
            Some(_) => {}
            None => self.decided.push(Decided { scope, chords, says, file: source.path.clone(), line: entry.line }),
        }
    }

    /// The keys of an entry.
    fn chords(&mut self, source: &Source, scope: Scope, entry: &Entry) -> Option<Vec<Chord>> {
        let mut chords = Vec::new();
        for word in entry.name.split_whitespace() {
            let Some(chord) = Chord::parse(word) else {
                let kind = ProblemKind::UnknownKey { word: word.to_owned(), nearest: Chord::nearest(word).or_else(|| apart(word)) };
                self.add(source, entry, scope.name(), kind);
                return None;
            };
            chords.push(chord);
        }
        if chords.is_empty() {
            self.add(source, entry, scope.name(), ProblemKind::UnknownKey { word: entry.name.clone(), nearest: None });
            return None;
        }
        Some(chords)
    }

    /// What an entry says.
    fn says(&mut self, source: &Source, scope: Scope, entry: &Entry) -> Option<Says> {
        let Value::Text(word) = &entry.value else {
            self.add(source, entry, scope.name(), ProblemKind::NotText);
            return None;
        };
        if word == NONE {
            return Some(Says::Nothing);
        }
        let Some(action) = Action::from_name(word) else {
            let kind = ProblemKind::UnknownAction { word: word.clone(), nearest: nearest_action(word) };
            self.add(source, entry, scope.name(), kind);
            return None;
        };
        if !scope.offers(action) {
            self.add(source, entry, scope.name(), ProblemKind::Elsewhere { action });
            return None;
        }
        Some(Says::Do(action))
    }

    fn add(&mut self, source: &Source, entry: &Entry, table: &str, kind: ProblemKind) {
        let key = if table.is_empty() { entry.name.clone() } else { format!("{table}.{:?}", entry.name) };
        self.problems.push(Problem { file: source.path.clone(), line: Some(entry.line), key, kind });
    }
}

/// Letters that were meant one after the other: `gg` is written `g g`.
fn apart(word: &str) -> Option<String> {
    let letters: Vec<String> = word.chars().map(String::from).collect();
    let few = (2..=3).contains(&letters.len()) && word.chars().all(char::is_alphabetic);
    few.then(|| letters.join(" "))
}

/// The action whose name looks most like the word, else one whose name without its group does.
fn nearest_action(word: &str) -> Option<String> {
    let whole = Action::ALL.iter().map(|action| (action.name().to_owned(), action.name()));
    let ends = Action::ALL.iter().filter_map(|action| Some((action.name().to_owned(), action.name().rsplit('.').next()?)));
    nearest(word, whole).or_else(|| nearest(word, ends))
}
