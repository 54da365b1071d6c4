//! The program's own keymaps, and those of users, right and wrong.

use super::contract::RESERVED;
use super::*;
use crate::tui::screen_file::{Kind, Problem, ProblemKind, ScreenFault};

/// The scopes that hold together, the nearest first: each pane with and without a meeting, each layer.
const TOGETHER: &[&[Scope]] = &[
    &[Scope::Meeting, Scope::Week, Scope::List, Scope::App],
    &[Scope::Meeting, Scope::Meetings, Scope::List, Scope::App],
    &[Scope::Units, Scope::List, Scope::App],
    &[Scope::Outbox, Scope::List, Scope::App],
    &[Scope::Preview, Scope::Confirm, Scope::Layer, Scope::List],
    &[Scope::Confirm, Scope::Layer],
    &[Scope::Text, Scope::Form, Scope::Layer],
    &[Scope::Text, Scope::Picker, Scope::Layer, Scope::List],
];

fn own() -> Vec<Keymap> {
    Kind::Keymap.embedded().iter().map(|(name, _)| Keymap::load(name, &[]).unwrap_or_else(|fault| panic!("{name}: {fault:?}"))).collect()
}

fn chords(keys: &str) -> Vec<Chord> {
    keys.split(' ').map(|word| Chord::parse(word).unwrap()).collect()
}

/// The keymap `mine` of this text in a folder of its own.
fn load(text: &str) -> Result<Keymap, ScreenFault> {
    load_files(&[("mine", text)])
}

fn load_files(files: &[(&str, &str)]) -> Result<Keymap, ScreenFault> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("keymaps")).unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join("keymaps").join(name).with_extension("toml"), text).unwrap();
    }
    Keymap::load(files[0].0, &[folder.path().to_owned()])
}

/// What is wrong with a keymap: line, key and kind of every problem.
fn problems(text: &str) -> Vec<(Option<u32>, String, ProblemKind)> {
    let problems = load(text).unwrap_err().problems;
    problems.into_iter().map(|Problem { line, key, kind, .. }| (line, key, kind)).collect()
}

fn word(word: &str) -> String {
    word.to_owned()
}

#[test]
fn the_reserved_keys_do_the_same_in_every_keymap() {
    for keymap in own() {
        for reserved in &RESERVED {
            for scopes in TOGETHER.iter().filter(|scopes| scopes.contains(&reserved.scope) && !scopes.contains(&Scope::Text)) {
                let found = keymap.lookup(scopes, &[reserved.chord]);
                assert_eq!(found, Lookup::Found(reserved.action), "{}: {} in {scopes:?}", keymap.name(), reserved.chord);
            }
        }
        for scopes in TOGETHER.iter().filter(|scopes| scopes.contains(&Scope::Layer)) {
            assert_eq!(keymap.lookup(scopes, &chords("esc")), Lookup::Found(Action::Close), "{}", keymap.name());
        }
    }
}

#[test]
fn no_key_of_the_program_is_hidden_by_another() {
    for keymap in own() {
        for scopes in TOGETHER.iter().filter(|scopes| !scopes.contains(&Scope::Text)) {
            for binding in keymap.bindings().iter().filter(|binding| scopes.contains(&binding.scope)) {
                // Ctrl with letters moves through lists in layers, and Tab goes to the next of what there is.
                let found = keymap.lookup(scopes, &binding.chords);
                assert_eq!(found, Lookup::Found(binding.action), "{}: {} in {scopes:?}", keymap.name(), binding.keys());
            }
        }
    }
}

#[test]
fn most_actions_have_keys() {
    for keymap in own() {
        let without: Vec<&str> =
            Action::ALL.iter().filter(|action| keymap.keys_of(**action).next().is_none()).map(|action| action.name()).collect();
        assert_eq!(without, [""; 0], "{}", keymap.name());
    }
}

#[test]
fn no_letter_is_a_command_where_text_is_typed() {
    for keymap in own() {
        let typed = keymap.bindings().iter().filter(|binding| binding.scope.is_typed_into());
        for binding in typed {
            assert_eq!(binding.chords[0].types(), None, "{}: {}", keymap.name(), binding.keys());
        }
        for scopes in TOGETHER.iter().filter(|scopes| scopes.contains(&Scope::Text)) {
            for letter in "jkgG/?:qynesarx ươ".chars() {
                assert_eq!(keymap.lookup(scopes, &[Chord::char(letter)]), Lookup::None, "{letter}");
            }
        }
    }
}
