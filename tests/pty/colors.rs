//! Who wants no colours gets none, and still sees what is selected.

use super::app::{app, app_with, quit, ready, row, to_meetings};
use super::session::Session;

/// The numbers of every rendition (SGR) that was sent.
fn renditions(text: &str) -> Vec<String> {
    let numbers = |sequence: &str| {
        let (numbers, _) = sequence.split_once('m')?;
        let plain = numbers.chars().all(|c| matches!(c, '0'..='9' | ';' | ':'));
        plain.then(|| numbers.split(';').map(str::to_owned).collect::<Vec<_>>())
    };
    text.split("\x1b[").skip(1).filter_map(numbers).flatten().collect()
}

fn is_color(number: &str) -> bool {
    matches!(number.parse(), Ok(30..=38 | 40..=48 | 58 | 90..=107))
}

/// Whether the selected row is drawn in reverse.
fn selected_in_reverse(session: &Session) -> bool {
    let row = session.screen().cursor_position().0;
    (0..20).any(|column| session.screen().cell(row, column).is_some_and(vt100::Cell::inverse))
}

#[test]
fn without_colours_the_selection_is_in_reverse() {
    let mut session = ready(app().env("NO_COLOR", "1").spawn());
    for pane in ["3", "4", "1"] {
        session.send(pane);
    }
    for (open, sign) in [("?", "gõ để lọc"), ("n", "trích yếu nội dung")] {
        session.send(open);
        session.wait_for(sign);
        session.send("\x1b");
        session.wait_until("what was below", |session| !session.contents().contains(sign));
    }
    to_meetings(&mut session);
    assert!(selected_in_reverse(&session), "{}", row(&session));
    quit(&mut session);
    let numbers = renditions(&session.text_since(0));
    assert!(numbers.iter().any(|number| number == "7"));
    let colors: Vec<_> = numbers.iter().filter(|number| is_color(number)).collect();
    assert!(colors.is_empty(), "{colors:?}");
}

#[test]
fn who_wants_colours_gets_them() {
    // An empty variable says nothing, and what is asked for outranks it.
    let asked_for = app_with(&["--color", "always", "demo"]).env("NO_COLOR", "1");
    for start in [app(), app().env("NO_COLOR", ""), asked_for] {
        let session = ready(start.spawn());
        assert!(renditions(&session.text_since(0)).iter().any(|number| is_color(number)));
    }
}
