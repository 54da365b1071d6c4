//! What a terminal sends, into keys and pastes, however the line cuts it into pieces.
//!
//! Bytes are decoded here and not by a library's event source, because a line that is lost makes that source turn for ever,
//! and because it has already answered Esc when the rest of an arrow key arrives one packet later.

mod key;

use std::str;

use super::Event;
use crate::tui::keymap::chord::{Chord, Key};

const ESC: u8 = 0x1b;
/// What ends a bracketed paste.
const PASTE_END: &[u8] = b"\x1b[201~";
/// A control sequence that is longer is not one.
const LONGEST_SEQUENCE: usize = 64;
/// How much of one paste is kept, in bytes: far more than any field takes.
const LONGEST_PASTE: usize = 1024 * 1024;

/// Collects bytes until they are a key or a paste.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    /// Bytes that are not a whole key yet.
    pending: Vec<u8>,
    /// The paste that has begun and not ended.
    pasted: Option<Vec<u8>>,
}

/// What the first bytes of a stream are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The beginning of something.
    More,
    /// So many bytes are a key, or nothing that means anything here.
    Took(usize, Option<Chord>),
    /// So many bytes begin a paste.
    Paste(usize),
}

impl Decoder {
    /// Whether the last byte was an Esc that may be a key or the beginning of one: the next piece or [`Self::release`] decides.
    pub(super) fn holds_escape(&self) -> bool {
        self.pasted.is_none() && self.pending == [ESC]
    }

    /// Decides that a held Esc is the key, because nothing followed in time.
    pub(super) fn release(&mut self) -> Option<Event> {
        self.holds_escape().then(|| {
            self.pending.clear();
            Event::Key(Chord::plain(Key::Esc))
        })
    }

    /// Takes what one read brought.
    pub(super) fn feed(&mut self, bytes: &[u8], events: &mut Vec<Event>) {
        // A sequence that was cut after its Esc goes on with one of these two. A letter in a read of its own is a letter that
        // somebody typed after Esc, not Alt with that letter.
        if self.holds_escape() && !matches!(bytes.first(), None | Some(b'[' | b'O')) {
            events.extend(self.release());
        }
        self.pending.extend_from_slice(bytes);
        let mut done = 0;
        loop {
            if self.pasted.is_some() {
                let Some(used) = self.paste(done, events) else { break };
                done = used;
                continue;
            }
            match step(&self.pending[done..]) {
                Step::More => break,
                Step::Took(used, chord) => {
                    done += used;
                    events.extend(chord.map(Event::Key));
                }
                Step::Paste(used) => {
                    done += used;
                    self.pasted = Some(Vec::new());
                }
            }
        }
        // While a paste goes on, `paste` has already taken what it could.
        if self.pasted.is_none() {
            self.pending.drain(..done);
        }
    }

    /// Moves pasted bytes from `from` on out of what is pending; the place behind the paste, if its end has come.
    fn paste(&mut self, from: usize, events: &mut Vec<Event>) -> Option<usize> {
        let pasted = self.pasted.as_mut()?;
        let rest = &self.pending[from..];
        let end = rest.windows(PASTE_END.len()).position(|window| window == PASTE_END);
        // Without an end, its first bytes may be the last ones here.
        let text = end.unwrap_or_else(|| rest.len().saturating_sub(PASTE_END.len() - 1));
        let room = LONGEST_PASTE.saturating_sub(pasted.len());
        pasted.extend_from_slice(&rest[..text.min(room)]);
        if end.is_some() {
            let pasted = self.pasted.take()?;
            events.push(Event::Paste(clean(&pasted)));
            return Some(from + text + PASTE_END.len());
        }
        self.pending.drain(..from + text);
        None
    }
}

/// Pasted text without what could act on a terminal: of the control characters only line ends (as `\n`) and tabs stay.
fn clean(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// What a stream begins with.
fn step(bytes: &[u8]) -> Step {
    match bytes {
        [] | [ESC] => Step::More,
        [ESC, b'[', rest @ ..] => after(2, sequence(rest)),
        [ESC, b'O', rest @ ..] => match rest.first() {
            None => Step::More,
            Some(last) => match key::application(*last) {
                Some(chord) => Step::Took(3, Some(chord)),
                None => Step::Took(2, Some(alt(Chord::char('O')))),
            },
        },
        [ESC, ESC, ..] => Step::Took(1, Some(Chord::plain(Key::Esc))),
        [ESC, rest @ ..] => match letter(rest) {
            Step::Took(used, chord) => Step::Took(used + 1, chord.map(alt)),
            other => other,
        },
        rest => letter(rest),
    }
}

fn alt(chord: Chord) -> Chord {
    Chord { alt: true, ..chord }
}

/// The same step, with the bytes that came before it.
fn after(introducer: usize, step: Step) -> Step {
    match step {
        Step::More => Step::More,
        Step::Took(used, chord) => Step::Took(introducer + used, chord),
        Step::Paste(used) => Step::Paste(introducer + used),
    }
}

/// A control sequence (ECMA-48, 5.4) behind its introducer.
fn sequence(bytes: &[u8]) -> Step {
    // The Linux console's F1 to F5 break the grammar.
    match bytes {
        [b'['] => return Step::More,
        [b'[', last, ..] => return key::console(*last).map_or(Step::Took(1, None), |chord| Step::Took(2, Some(chord))),
        _ => {}
    }
    let Some(end) = bytes.iter().position(|byte| !matches!(byte, 0x20..=0x3f)) else {
        return if bytes.len() < LONGEST_SEQUENCE { Step::More } else { Step::Took(bytes.len(), None) };
    };
    let (body, last) = (&bytes[..end], bytes[end]);
    match last {
        b'~' if body == b"200" => Step::Paste(end + 1),
        0x40..=0x7e => Step::Took(end + 1, str::from_utf8(body).ok().and_then(|body| key::control(body, last))),
        // Something else has begun: what was begun before is given up, and the new is kept.
        _ => Step::Took(end, None),
    }
}

/// One character, or a key that sends a control character.
fn letter(bytes: &[u8]) -> Step {
    let width = match bytes.first() {
        None => return Step::More,
        Some(byte @ (0..=0x1f | 0x7f)) => return Step::Took(1, Some(key::plain(*byte))),
        Some(0x20..=0x7e) => 1,
        Some(0xc2..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf4) => 4,
        Some(_) => return Step::Took(1, None),
    };
    match str::from_utf8(&bytes[..width.min(bytes.len())]) {
        Ok(text) => Step::Took(width, text.chars().next().filter(|c| !c.is_control()).map(Chord::char)),
        Err(broken) => broken.error_len().map_or(Step::More, |wrong| Step::Took(wrong, None)),
    }
}

#[cfg(test)]
mod tests;
