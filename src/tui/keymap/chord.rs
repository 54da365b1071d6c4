//! Keys as the application knows them, whatever the terminal sent.

use std::fmt;

use crate::config::nearest;

/// A key without its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names are those on the keys")]
pub enum Key {
    Char(char),
    Enter,
    Esc,
    Tab,
    Backspace,
    Delete,
    Insert,
    Left,
    Right,
    Up,
    Down,
    Home,
    End,
    PageUp,
    PageDown,
    F(u8),
}

/// A key with what was held down with it. A letter carries its own case and is never marked with shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Chord {
    /// The key.
    pub key: Key,
    /// Whether Ctrl was held; the letter is small then.
    pub ctrl: bool,
    /// Whether Alt was held (or Esc sent before).
    pub alt: bool,
    /// Whether Shift was held, for keys that are no letters.
    pub shift: bool,
}

impl Chord {
    /// A key alone.
    #[must_use]
    pub const fn plain(key: Key) -> Self {
        Self { key, ctrl: false, alt: false, shift: false }
    }

    /// A letter alone.
    #[must_use]
    pub const fn char(c: char) -> Self {
        Self::plain(Key::Char(c))
    }

    /// A letter with Ctrl.
    #[must_use]
    pub const fn ctrl(c: char) -> Self {
        Self { ctrl: true, ..Self::char(c) }
    }

    /// The character that this types into a text field; `None` for a command.
    #[must_use]
    pub fn types(self) -> Option<char> {
        match self {
            Self { key: Key::Char(c), ctrl: false, alt: false, .. } => Some(c),
            _ => None,
        }
    }

    /// Whether no terminal sends this: what it sends instead, `Some(None)` for nothing. `None` for what can be pressed.
    ///
    /// Below the letters a terminal has 32 codes: Ctrl with `i`, `m` and `[` are Tab, Enter and Esc, and Ctrl with `h` is
    /// Backspace for half of the terminals. Ctrl with a digit or a sign has no code at all but for the few here.
    #[must_use]
    pub fn never_sent(self) -> Option<Option<&'static str>> {
        let Self { key: Key::Char(letter), ctrl: true, .. } = self else { return None };
        match letter {
            'h' => Some(Some("backspace")),
            'i' => Some(Some("tab")),
            'm' => Some(Some("enter")),
            '[' => Some(Some("esc")),
            'a'..='z' | ' ' | '4'..='7' => None,
            _ => Some(None),
        }
    }

    /// The chord that looks most like a text which is none, as keymaps write it.
    #[must_use]
    pub fn nearest(text: &str) -> Option<String> {
        let (modifiers, key) = match text.char_indices().rfind(|(at, c)| *c == '-' && *at + 1 < text.len()) {
            Some((at, _)) => (text.get(..at)?, text.get(at + 1..)?),
            None => ("", text),
        };
        let mut guess = String::new();
        for modifier in modifiers.split('-').filter(|modifier| !modifier.is_empty()) {
            let full = MODIFIERS.iter().find(|(_, words)| words.contains(&modifier.to_ascii_lowercase().as_str()));
            let full = full
                .map(|(full, _)| (*full).to_owned())
                .or_else(|| nearest(modifier, MODIFIERS.iter().map(|(full, _)| ((*full).to_owned(), *full))))?;
            // Shift is the letter's own case.
            let in_the_letter = full == "shift" && key.chars().count() == 1;
            if !in_the_letter && !guess.contains(&full) {
                guess.push_str(&full);
                guess.push('-');
            }
        }
        let key = if key.chars().count() == 1 {
            if guess.is_empty() { key.to_uppercase() } else { key.to_lowercase() }
        } else {
            Key::nearest(key)?
        };
        guess.push_str(&key);
        Self::parse(&guess).map(|chord| chord.to_string())
    }

    /// Reads a chord as keymaps write it: `j`, `G`, `:`, `ctrl-s`, `alt-x`, `shift-tab`, `pagedown`, `f5`, `space`.
    /// Names of keys are read without regard to case; letters are not.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (mut rest, mut ctrl, mut alt, mut shift) = (text, false, false, false);
        while let Some((modifier, key)) = rest.split_once('-').filter(|(_, key)| !key.is_empty()) {
            let seen = match modifier.to_ascii_lowercase().as_str() {
                "ctrl" | "c" => &mut ctrl,
                "alt" | "a" => &mut alt,
                "shift" | "s" => &mut shift,
                _ => return None,
            };
            if std::mem::replace(seen, true) {
                return None;
            }
            rest = key;
        }
        let key = Key::parse(rest)?;
        match key {
            // Terminals send Ctrl with a letter without its case; Shift is the letter's own case.
            Key::Char(c) if ctrl && (!c.is_ascii() || c.is_ascii_uppercase()) => None,
            Key::Char(_) if shift => None,
            key => Some(Self { key, ctrl, alt, shift }),
        }
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.ctrl, "ctrl-"), (self.alt, "alt-"), (self.shift, "shift-")] {
            if held {
                f.write_str(name)?;
            }
        }
        match self.key {
            Key::Char(' ') => f.write_str("space"),
            Key::Char(c) => write!(f, "{c}"),
            Key::F(n) => write!(f, "f{n}"),
            key => f.write_str(NAMED.iter().find(|(named, _)| *named == key).map_or("", |(_, name)| name)),
        }
    }
}

/// Keys that have names.
const NAMED: [(Key, &str); 14] = [
    (Key::Enter, "enter"),
    (Key::Esc, "esc"),
    (Key::Tab, "tab"),
    (Key::Backspace, "backspace"),
    (Key::Delete, "delete"),
    (Key::Insert, "insert"),
    (Key::Left, "left"),
    (Key::Right, "right"),
    (Key::Up, "up"),
    (Key::Down, "down"),
    (Key::Home, "home"),
    (Key::End, "end"),
    (Key::PageUp, "pageup"),
    (Key::PageDown, "pagedown"),
];

/// The modifiers, each with the words that people write for it.
const MODIFIERS: [(&str, &[&str]); 3] =
    [("ctrl", &["ctrl", "c", "control", "^"]), ("alt", &["alt", "a", "m", "meta", "option"]), ("shift", &["shift", "s"])];

/// What other programs call keys.
const OTHER_NAMES: [(&str, &str); 12] = [
    ("return", "enter"),
    ("cr", "enter"),
    ("ret", "enter"),
    ("escape", "esc"),
    ("del", "delete"),
    ("ins", "insert"),
    ("bs", "backspace"),
    ("spc", "space"),
    ("pgup", "pageup"),
    ("pgdn", "pagedown"),
    ("pgdown", "pagedown"),
    ("backtab", "shift-tab"),
];

impl Key {
    /// The name of a key that looks most like the text.
    fn nearest(text: &str) -> Option<String> {
        let plain = text.to_ascii_lowercase().replace(['_', ' '], "");
        let other = OTHER_NAMES.iter().find(|(other, _)| *other == plain).map(|(_, name)| (*name).to_owned());
        let named = NAMED.iter().map(|(_, name)| *name).chain(["space"]).map(|name| (name.to_owned(), name));
        other.or_else(|| nearest(&plain, named))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut letters = text.chars();
        if let (Some(letter), None) = (letters.next(), letters.next()) {
            return (!letter.is_control() && letter != ' ').then_some(Self::Char(letter));
        }
        let name = text.to_ascii_lowercase();
        if name == "space" {
            return Some(Self::Char(' '));
        }
        if let Some(number) = name.strip_prefix('f').and_then(|number| number.parse().ok()) {
            return (1..=24).contains(&number).then_some(Self::F(number));
        }
        NAMED.iter().find(|(_, known)| *known == name).map(|(key, _)| *key)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn chords_are_read_as_they_are_printed() {
        for text in ["j", "G", ":", "-", "ctrl-s", "ctrl--", "alt-x", "shift-tab", "ctrl-alt-delete", "pagedown", "f12", "space", "ớ"] {
            assert_eq!(Chord::parse(text).map(|chord| chord.to_string()).as_deref(), Some(text), "{text}");
        }
        assert_eq!(Chord::parse("C-s"), Some(Chord::ctrl('s')));
        for wrong in ["", "ctrl-", "ctrl-S", "shift-a", "ctrl-ctrl-a", "hyper-a", "f0", "f25", "enterr", " ", "\u{1b}"] {
            assert_eq!(Chord::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_letters_type() {
        assert_eq!(Chord::char('ợ').types(), Some('ợ'));
        for command in [Chord::ctrl('s'), Chord::plain(Key::Enter), Chord { alt: true, ..Chord::char('x') }] {
            assert_eq!(command.types(), None, "{command}");
        }
    }

    proptest! {
        #[test]
        fn every_chord_is_read_as_it_is_printed(letter in any::<char>(), named in 0usize..40, ctrl: bool, alt: bool, shift: bool) {
            let functions = (1..=24).map(Key::F);
            let key = NAMED.iter().map(|(key, _)| *key).chain(functions).nth(named).unwrap_or(Key::Char(letter));
            let chord = Chord { key, ctrl, alt, shift };
            let wrong = match key {
                Key::Char(c) => shift || (c.is_control()) || (ctrl && (!c.is_ascii() || c.is_ascii_uppercase())),
                _ => false,
            };
            prop_assert_eq!(Chord::parse(&chord.to_string()), (!wrong).then_some(chord));
        }

        #[test]
        fn no_word_is_too_strange(word in "(ctrl-|alt-|shift-|[a-z^]{0,4}-)?\\PC{0,6}") {
            if let Some(meant) = Chord::nearest(&word) {
                prop_assert!(Chord::parse(&meant).is_some(), "{} for {}", meant, word);
            }
        }
    }
}
