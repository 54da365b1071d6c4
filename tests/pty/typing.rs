//! Keys and text, as terminals, networks and input methods send them.

use std::time::Duration;

use super::app::{app, open, open_meetings, ready, row};
use super::session::Session;

/// A field that is typed into: the search of the list of meetings.
fn field() -> Session {
    let mut session = open_meetings();
    session.send("/");
    session.wait_until("a field", |session| !row(session).contains("LH-2026-"));
    session
}

/// Types the pieces, each when the one before was shown, or all at once.
fn typed(pieces: &[&str], at_once: bool) -> Session {
    let mut session = field();
    if at_once {
        session.send(pieces.concat());
    } else {
        for piece in pieces {
            let mark = session.mark();
            session.send(piece);
            session.wait_until("an answer", |session| session.mark() > mark);
        }
    }
    session
}

#[test]
fn vietnamese_input_methods_are_understood() {
    // An input method takes back what it sent and sends the word anew: `\x7f`, or `\x08` as some terminals have it.
    let composed = ["tie", "\x7fê", "\x7fế", "ng", " Vie", "\x7fê", "\x7fệ", "t"];
    let other_backspace = ["tie", "\x08ê", "\x08ế", "ng", " Vie", "\x08ê", "\x08ệ", "t"];
    // One that sends letters and marks apart, and counts both.
    let apart = ["tie", "\u{302}", "\x7f\x7fe\u{302}\u{301}", "ng", " Vie", "\u{302}", "\x7f\x7fe\u{323}\u{302}", "t"];
    for (what, pieces) in [("composed", composed), ("the other backspace", other_backspace), ("apart", apart)] {
        for at_once in [false, true] {
            let mut session = typed(&pieces, at_once);
            session.wait_until(&format!("{what}, at once: {at_once}"), |session| in_field(session).ends_with("tiếng Việt"));
            let column = session.screen().cursor_position().1;
            let width = u16::try_from(row(&session).chars().filter(|c| !is_mark(*c)).count()).unwrap();
            assert_eq!(column, width, "{what}: the cursor stands behind the text");
        }
    }
}

/// The text of the field, composed: how it is kept while it is typed is the field's own business.
fn in_field(session: &Session) -> String {
    lichhop::domain::text::nfc(&row(session))
}

fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

#[test]
fn letters_apart_are_taken_back_in_parts() {
    let mut session = typed(&["tie\u{302}\u{301}", "\x7f"], false);
    session.wait_until("one mark less", |session| in_field(session).ends_with("tiê"));
    session.send("\x7f\x7f");
    session.wait_until("the whole letter gone", |session| in_field(session).ends_with("ti"));
}

#[test]
fn the_cursor_stands_behind_what_is_one_sign_on_the_screen() {
    let mut session = field();
    let before = session.screen().cursor_position().1;
    session.send("👩\u{200d}👩\u{200d}👧");
    session.wait_until("a family, two columns wide", |session| session.screen().cursor_position().1 == before + 2);
    session.send("ok");
    session.wait_until("what follows it", |session| session.screen().cursor_position().1 == before + 4);
}

#[test]
fn a_letter_that_comes_in_two_parts_delays_nothing_else() {
    let mut session = field();
    let (first, rest) = "ệ".as_bytes().split_at(2);
    session.send_alone(first);
    session.resize(90, 20);
    session.wait_until("a field in the smaller window", |session| session.screen().cursor_position().0 == 18);
    session.send(rest);
    session.wait_until("the letter", |session| in_field(session).ends_with('ệ'));
}

#[test]
fn a_paste_is_one_text_however_it_comes() {
    let text = "tie\u{302}\u{301}ng Vi\u{1ec7}t\r\nx\ty\u{7}";
    let whole = format!("\x1b[200~{text}\x1b[201~");
    let bytes = whole.as_bytes();
    for cuts in [[bytes.len(), bytes.len()], [1, 30], [9, bytes.len() - 3]] {
        let mut session = field();
        for part in [&bytes[..cuts[0]], &bytes[cuts[0]..cuts[1]], &bytes[cuts[1]..]] {
            session.send_alone(part);
        }
        session.wait_until("the text", |session| row(session).ends_with("tiếng Việt x y"));
    }
}

#[test]
fn a_key_that_the_network_cuts_is_still_that_key() {
    // Locally nothing is cut for long; over a network 50 ms are.
    for (variable, pause) in [("NOTHING", Duration::ZERO), ("SSH_CONNECTION", Duration::from_millis(50))] {
        let mut session = ready(app().env(variable, "1").spawn());
        session.send("?");
        session.wait_for("> l, right");
        session.send_alone("\x1b");
        session.observe(pause);
        session.send("[B");
        session.wait_for("> h, left");
    }
}

#[test]
fn a_lone_escape_closes_and_letters_behind_it_are_letters() {
    let mut session = open();
    let week = session.screen().cursor_position();
    session.send("?");
    session.wait_until("help", |session| session.screen().cursor_position() != week);
    session.send("\x1b");
    session.wait_until("the week again", |session| session.screen().cursor_position() == week);
    session.send_alone("\x1b");
    session.send("2");
    session.wait_until("the list of meetings", |session| row(session).contains("LH-2026-"));
}
