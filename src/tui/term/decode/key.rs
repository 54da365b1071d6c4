//! Which key sends what: xterm's tables, with those of rxvt, the Linux console and the CSI u form.

use crate::tui::keymap::chord::{Chord, Key};

/// A key that sends one control character. `0x08` stays Ctrl-H: terminals send it for Backspace or for Ctrl-H, and only who
/// reads the key can know which is of use.
pub(super) fn plain(byte: u8) -> Chord {
    match byte {
        b'\r' => Chord::plain(Key::Enter),
        b'\t' => Chord::plain(Key::Tab),
        0x1b => Chord::plain(Key::Esc),
        0x7f => Chord::plain(Key::Backspace),
        0 => Chord::ctrl(' '),
        // `^A` is `A` without its sixth and seventh bit, and so on up to `^_`.
        byte => Chord::ctrl(char::from(byte | 0x40).to_ascii_lowercase()),
    }
}

/// A key in application mode (`ESC O x`), as many terminals send F1 to F4 and some the arrows; rxvt's Ctrl with an arrow.
pub(super) fn application(last: u8) -> Option<Chord> {
    match last {
        b'M' => Some(Chord::plain(Key::Enter)),
        b'a'..=b'd' => letter(last.to_ascii_uppercase()).map(|key| Chord { ctrl: true, ..Chord::plain(key) }),
        _ => letter(last).map(Chord::plain),
    }
}

/// The Linux console's F1 to F5 (`ESC [ [ A`).
pub(super) fn console(last: u8) -> Option<Chord> {
    matches!(last, b'A'..=b'E').then(|| Chord::plain(Key::F(last - b'A' + 1)))
}

/// A key that sends a control sequence: what stands between introducer and last byte, and that byte. `None` for answers,
/// reports and keys that this program has no name for, and for a key that is let go.
pub(super) fn control(body: &str, last: u8) -> Option<Chord> {
    let mut parameters = body.split(';').map(|parameter| parameter.split(':'));
    let first = number(parameters.next()?.next(), 1)?;
    let mut second = parameters.next();
    let held = Held::of(number(second.as_mut().and_then(Iterator::next), 1)?)?;
    let released = second.and_then(|mut parts| parts.next()) == Some("3");
    if released {
        return None;
    }
    match last {
        // xterm's modifyOtherKeys: `CSI 27 ; modifiers ; code ~`.
        b'~' if first == 27 => held.with(code(number(parameters.next()?.next(), 0)?)?),
        b'~' => held.with(numbered(first)?),
        b'u' => held.with(code(first)?),
        b'Z' => Some(Chord { shift: true, ..Chord::plain(Key::Tab) }),
        b'a'..=b'd' => Some(Chord { shift: true, ..Chord::plain(letter(last.to_ascii_uppercase())?) }),
        // With any other first number it is where the cursor stands.
        b'R' if first == 1 => held.with(Key::F(3)),
        b'R' => None,
        _ => held.with(letter(last)?),
    }
}

/// A number, or what its absence means; `None` for what is not one, as the marks of private sequences (`?`, `<`, `>`, `=`).
fn number(text: Option<&str>, absent: u32) -> Option<u32> {
    match text {
        None | Some("") => Some(absent),
        Some(text) => text.parse().ok(),
    }
}

fn letter(last: u8) -> Option<Key> {
    Some(match last {
        b'A' => Key::Up,
        b'B' => Key::Down,
        b'C' => Key::Right,
        b'D' => Key::Left,
        b'F' => Key::End,
        b'H' => Key::Home,
        b'P'..=b'S' => Key::F(last - b'P' + 1),
        _ => return None,
    })
}

/// Keys with numbers (`CSI n ~`); the gaps are xterm's.
fn numbered(number: u32) -> Option<Key> {
    let f = |first: u32, name: u8| u8::try_from(number - first).ok().map(|more| Key::F(name + more));
    match number {
        1 | 7 => Some(Key::Home),
        2 => Some(Key::Insert),
        3 => Some(Key::Delete),
        4 | 8 => Some(Key::End),
        5 => Some(Key::PageUp),
        6 => Some(Key::PageDown),
        11..=15 => f(11, 1),
        17..=21 => f(17, 6),
        23..=26 => f(23, 11),
        28..=29 => f(28, 15),
        31..=34 => f(31, 17),
        _ => None,
    }
}

/// A key given by its character's number.
fn code(code: u32) -> Option<Key> {
    match code {
        8 | 127 => Some(Key::Backspace),
        9 => Some(Key::Tab),
        13 => Some(Key::Enter),
        27 => Some(Key::Esc),
        // The private use area holds the names of keys that send no character.
        0xe000..=0xf8ff => None,
        _ => char::from_u32(code).filter(|c| !c.is_control()).map(Key::Char),
    }
}

/// What is held down with a key.
#[derive(Debug, Clone, Copy)]
struct Held {
    ctrl: bool,
    alt: bool,
    shift: bool,
}

impl Held {
    /// xterm's number: one more than the sum of its bits. `None` where a key is held that no chord names.
    fn of(number: u32) -> Option<Self> {
        let bits = number.saturating_sub(1);
        let (shift, alt, ctrl, super_or_hyper, meta) = (1, 2, 4, 8 | 16, 32);
        let has = |mask| bits & mask != 0;
        (!has(super_or_hyper)).then(|| Self { ctrl: has(ctrl), alt: has(alt) || has(meta), shift: has(shift) })
    }

    /// The chord; a letter carries Shift as its case, and is small with Ctrl.
    fn with(self, key: Key) -> Option<Chord> {
        let Self { ctrl, alt, shift } = self;
        let Key::Char(c) = key else { return Some(Chord { key, ctrl, alt, shift }) };
        let c = match (ctrl, shift) {
            (true, _) => c.to_ascii_lowercase(),
            (false, true) => c.to_uppercase().next()?,
            (false, false) => c,
        };
        Some(Chord { key: Key::Char(c), ctrl, alt, shift: false })
    }
}
