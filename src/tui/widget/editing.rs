//! The text of a field while it is edited: the rules of Vietnamese input over an editing buffer.
//!
//! - Nothing is normalised while a person types. Input methods rewrite a word by backspaces counted on what *they* sent;
//!   composing under them would make those backspaces eat the neighbours. Composed (NFC) is what is pasted, loaded, and left.
//! - Backspace takes one code point of a letter with combining marks, as input methods that send decomposed letters count
//!   on, and the whole of any other cluster (a flag, a family). Every other motion goes by whole letters.

use std::cmp::Ordering;

use tui_textarea::{CursorMove, TextArea};
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation as _;

use super::steps::Steps;
use crate::domain::text::{is_harmful, nfc};
use crate::tui::keymap::{Action, Chord, Key};

/// The most single edits that undo goes back.
const EDITS_MAX: usize = 20_000;
/// How far typing may exceed the limit: a letter typed in parts is three code points, and the form says what is too long.
const TYPED_FACTOR: usize = 4;

/// How much of a paste went in, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[must_use]
pub struct Pasted {
    /// What was inserted.
    pub taken: usize,
    /// What was cut off, because the field would be longer than it may be.
    pub cut: usize,
}

/// How many lines a text may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    /// One; what would break it becomes a space.
    One,
    /// Any number.
    Many,
}

/// A text that is edited.
#[derive(Debug, Clone)]
pub(super) struct Editing {
    buffer: TextArea<'static>,
    steps: Steps,
    lines: Lines,
    limit: usize,
}

impl Editing {
    pub(super) fn new(lines: Lines, limit: usize) -> Self {
        let mut editing = Self { buffer: TextArea::default(), steps: Steps::default(), lines, limit };
        editing.set("");
        editing
    }

    /// Starts anew with a text, the caret at its end. It is taken whole, whatever the limit: a form that loads a record must
    /// not cut it.
    pub(super) fn set(&mut self, text: &str) {
        let text = cleaned(text, self.lines);
        self.buffer = TextArea::new(text.split('\n').map(str::to_owned).collect());
        self.buffer.set_max_histories(EDITS_MAX);
        self.steps = Steps::default();
        self.buffer.move_cursor(CursorMove::Bottom);
        self.buffer.move_cursor(CursorMove::End);
    }

    pub(super) fn lines(&self) -> &[String] {
        self.buffer.lines()
    }

    pub(super) fn text(&self) -> String {
        self.buffer.lines().join("\n")
    }

    pub(super) fn is_empty(&self) -> bool {
        self.buffer.is_empty()
    }

    /// The line of the caret, and its place in that line, in bytes.
    pub(super) fn caret(&self) -> (usize, usize) {
        let cursor = self.buffer.cursor();
        (cursor.0, byte_at(self.line(cursor.0), cursor.1))
    }

    /// The text of a line.
    pub(super) fn line(&self, row: usize) -> &str {
        self.buffer.lines().get(row).map_or("", String::as_str)
    }

    /// Puts the caret to a place in a line, in bytes.
    pub(super) fn go(&mut self, row: usize, byte: usize) -> bool {
        let before = self.buffer.cursor();
        self.jump(row, byte);
        self.steps.moved();
        self.buffer.cursor() != before
    }

    /// Types one character. Controls type nothing.
    pub(super) fn insert(&mut self, c: char) -> bool {
        if c.is_control() || !self.has_room() {
            return false;
        }
        self.buffer.insert_char(c);
        self.steps.typed(c.is_whitespace());
        true
    }

    /// Breaks the line.
    pub(super) fn break_line(&mut self) -> bool {
        if self.lines == Lines::One || !self.has_room() {
            return false;
        }
        self.buffer.insert_newline();
        self.steps.typed(true);
        true
    }

    fn has_room(&self) -> bool {
        self.text().chars().count() < self.limit.saturating_mul(TYPED_FACTOR)
    }

    /// What a key does to any field, whatever the keymap says: letters, and Backspace in both its codes, because the
    /// backspaces of an input method are part of typing.
    pub(super) fn insert_chord(&mut self, chord: Chord) -> bool {
        match chord.types() {
            Some(c) => self.insert(c),
            // Some terminals send 0x08 for Backspace, which is Ctrl-H.
            None if chord == Chord::ctrl('h') || chord == Chord::plain(Key::Backspace) => self.delete_back(),
            None => false,
        }
    }

    /// Does what an action asks of a text; `false` when nothing changed or the action is none of a text.
    pub(super) fn apply(&mut self, action: Action) -> bool {
        let (row, at) = self.caret();
        match action {
            Action::TextLeft => self.go_to(self.left()),
            Action::TextRight => self.go_to(self.right()),
            Action::TextWordLeft => self.go_to(self.word_left()),
            Action::TextWordRight => self.go_to(self.word_right()),
            Action::TextHome => self.go(row, 0),
            Action::TextEnd => self.go(row, self.line(row).len()),
            Action::TextDeleteBack => self.delete_back(),
            Action::TextDelete => self.delete(),
            Action::TextDeleteWord => self.delete_word(),
            Action::TextDeleteToStart => self.remove(row, 0, at) && self.one_step(1),
            Action::TextUndo => self.step(Steps::undo, TextArea::undo),
            Action::TextRedo => self.step(Steps::redo, TextArea::redo),
            _ => false,
        }
    }

    fn go_to(&mut self, place: Option<(usize, usize)>) -> bool {
        place.is_some_and(|(row, byte)| self.go(row, byte))
    }

    /// The place one letter before the caret.
    fn left(&self) -> Option<(usize, usize)> {
        let (row, at) = self.caret();
        let before = self.line(row).grapheme_indices(true).map(|(start, _)| start).take_while(|start| *start < at).last();
        before.map(|start| (row, start)).or_else(|| self.end_above(row))
    }

    /// The place one letter behind the caret.
    fn right(&self) -> Option<(usize, usize)> {
        let (row, at) = self.caret();
        let behind = self.line(row).grapheme_indices(true).map(|(start, letter)| start + letter.len()).find(|end| *end > at);
        behind.map(|end| (row, end)).or_else(|| self.start_below(row))
    }

    /// The start of the word before the caret.
    fn word_left(&self) -> Option<(usize, usize)> {
        let (row, at) = self.caret();
        let before = self.line(row).get(..at).unwrap_or_default();
        if before.is_empty() {
            return self.end_above(row);
        }
        let start = before.split_word_bound_indices().rfind(|(_, part)| is_word(part)).map_or(0, |(start, _)| start);
        Some((row, start))
    }

    /// The end of the word behind the caret.
    fn word_right(&self) -> Option<(usize, usize)> {
        let (row, at) = self.caret();
        let behind = self.line(row).get(at..).unwrap_or_default();
        if behind.is_empty() {
            return self.start_below(row);
        }
        let end =
            behind.split_word_bound_indices().find(|(_, part)| is_word(part)).map_or(behind.len(), |(start, part)| start + part.len());
        Some((row, at + end))
    }

    fn end_above(&self, row: usize) -> Option<(usize, usize)> {
        row.checked_sub(1).map(|above| (above, self.line(above).len()))
    }

    fn start_below(&self, row: usize) -> Option<(usize, usize)> {
        (row + 1 < self.buffer.lines().len()).then_some((row + 1, 0))
    }

    fn delete_back(&mut self) -> bool {
        let (row, at) = self.caret();
        let before = self.line(row).get(..at).unwrap_or_default();
        let Some(letter) = before.graphemes(true).next_back() else {
            return self.buffer.delete_newline() && {
                self.steps.erased(true);
                true
            };
        };
        let length = if is_marked(letter) { letter.chars().next_back().map_or(0, char::len_utf8) } else { letter.len() };
        let white = letter.chars().all(char::is_whitespace);
        self.remove(row, at - length, at) && {
            self.steps.erased(white);
            true
        }
    }

    fn delete(&mut self) -> bool {
        let (row, at) = self.caret();
        let deleted = match self.right() {
            Some((to, end)) if to == row => self.remove(row, at, end),
            Some((to, _)) => {
                self.jump(to, 0);
                self.buffer.delete_newline()
            }
            None => false,
        };
        if deleted {
            self.steps.deleted();
        }
        deleted
    }

    fn delete_word(&mut self) -> bool {
        let (row, at) = self.caret();
        match self.word_left() {
            Some((to, start)) if to == row => self.remove(row, start, at) && self.one_step(1),
            Some(_) => self.buffer.delete_newline() && self.one_step(1),
            None => false,
        }
    }

    /// Takes a part of a line out, as one edit.
    fn remove(&mut self, row: usize, from: usize, to: usize) -> bool {
        let count = self.line(row).get(from..to).unwrap_or_default().chars().count();
        self.jump(row, from);
        self.buffer.delete_str(count)
    }

    /// Puts the caret to a place, in bytes of a line. The buffer jumps as far as 16 bits reach; the rest goes step by step,
    /// from the end where that is nearer.
    fn jump(&mut self, row: usize, byte: usize) {
        let (before, behind) = self.line(row).split_at_checked(byte).unwrap_or_default();
        let (column, left) = (before.chars().count(), behind.chars().count());
        let reach = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
        self.buffer.move_cursor(CursorMove::Jump(reach(row), reach(column)));
        if column.saturating_sub(usize::from(u16::MAX)) > left {
            self.buffer.move_cursor(CursorMove::End);
        }
        loop {
            let at = self.buffer.cursor();
            let step = match (at.0.cmp(&row), at.1.cmp(&column)) {
                (Ordering::Less, _) => CursorMove::Down,
                (Ordering::Equal, Ordering::Less) => CursorMove::Forward,
                (Ordering::Equal, Ordering::Greater) => CursorMove::Back,
                _ => break,
            };
            self.buffer.move_cursor(step);
            if self.buffer.cursor() == at {
                break;
            }
        }
    }

    fn one_step(&mut self, edits: usize) -> bool {
        self.steps.changed(edits);
        true
    }

    /// Inserts what was pasted: one step. What does not fit is cut at a letter and counted.
    pub(super) fn paste(&mut self, text: &str) -> Pasted {
        let text = match self.lines {
            // A line copied with its end is still one line.
            Lines::One => cleaned(text.trim_matches(['\r', '\n']), self.lines),
            Lines::Many => cleaned(text, self.lines),
        };
        let room = self.limit.saturating_sub(nfc(&self.text()).chars().count());
        let mut taken = 0;
        let fitting: String = text
            .graphemes(true)
            .take_while(|letter| {
                let with = taken + letter.chars().count();
                let fits = with <= room;
                if fits {
                    taken = with;
                }
                fits
            })
            .collect();
        if !fitting.is_empty() && self.buffer.insert_str(&fitting) {
            self.one_step(1);
        }
        Pasted { taken, cut: text.chars().count() - taken }
    }

    /// Composes the text (NFC) and takes out what cannot be seen: when the field is left or saved, never while it is typed.
    pub(super) fn normalise(&mut self) {
        let (before, (row, at)) = (self.text(), self.caret());
        let after = cleaned(&before, self.lines);
        if after == before {
            return;
        }
        let column = cleaned(self.line(row).get(..at).unwrap_or_default(), self.lines).len();
        self.jump(0, 0);
        let edits = [self.buffer.delete_str(before.chars().count()), self.buffer.insert_str(&after)];
        self.one_step(edits.into_iter().filter(|edited| *edited).count());
        let line = self.line(row);
        // What is composed of a part may end within a letter of the whole.
        let column = (0..=column.min(line.len())).rev().find(|byte| line.is_char_boundary(*byte)).unwrap_or(0);
        self.jump(row, column);
    }

    /// Goes one step back or forth; a step by which nothing seems to change (composing alone) is passed over.
    fn step(&mut self, next: fn(&mut Steps) -> Option<usize>, edit: fn(&mut TextArea<'static>) -> bool) -> bool {
        let before = nfc(&self.text());
        let mut changed = false;
        while let Some(edits) = next(&mut self.steps) {
            for _ in 0..edits {
                changed |= edit(&mut self.buffer);
            }
            if nfc(&self.text()) != before {
                break;
            }
        }
        changed
    }
}

/// A text that came from elsewhere, as a field takes it: line ends are `\n` (spaces in one line), nothing steers the
/// terminal, composed.
fn cleaned(raw: &str, lines: Lines) -> String {
    let unified = raw.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = unified
        .chars()
        .filter_map(|c| match (c, lines) {
            ('\n' | '\t', Lines::One) => Some(' '),
            ('\n' | '\t', Lines::Many) => Some(c),
            (c, _) => (!is_harmful(c)).then_some(c),
        })
        .collect();
    nfc(&kept)
}

fn byte_at(line: &str, column: usize) -> usize {
    line.char_indices().nth(column).map_or(line.len(), |(byte, _)| byte)
}

/// Whether a cluster is a letter with combining marks, which are taken back one by one.
fn is_marked(cluster: &str) -> bool {
    let mut parts = cluster.chars();
    let selects_or_encloses = |c| matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{20D0}'..='\u{20FF}');
    parts.next().is_some_and(char::is_alphabetic) && parts.all(|c| is_combining_mark(c) && !selects_or_encloses(c))
}

fn is_word(part: &str) -> bool {
    part.chars().any(char::is_alphanumeric)
}
