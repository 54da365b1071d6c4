//! Errors in the program: of the screen's own thread, which end it, and of others, which do not.

use super::app::{FAULT, app, assert_left, quit, ready, still_works};
use super::session::End;

#[test]
fn a_panic_of_the_screen_is_read_on_the_shells_screen() {
    for (fault, words) in [("panic-update", "asked to panic in an update"), ("panic-draw", "asked to panic in a picture")] {
        let mut session = ready(app().env("LICHHOP_FAULT", fault).spawn());
        session.send(FAULT);
        assert_eq!(session.wait_for_end(), End::Code(101), "{fault}");
        assert_left(&session);
        assert!(session.after_leaving().contains(words), "{fault}: {}", session.after_leaving());
        assert!(session.contents().contains(words), "{fault}: {}", session.contents());
    }
}

#[test]
fn any_other_panic_is_said_on_the_screen_that_lives_on() {
    for (fault, words) in [
        ("panic-task", "asked to panic in a task"),
        ("panic-blocking", "asked to panic in blocking work"),
        ("panic-thread", "asked to panic in a thread"),
    ] {
        let mut session = ready(app().size(160, 40).env("LICHHOP_FAULT", fault).spawn());
        let mark = session.mark();
        session.send(FAULT);
        session.wait_for(words);
        still_works(&mut session);
        assert!(session.is_raw(), "{fault}");
        let after = session.text_since(mark);
        assert!(!after.contains("\x1b[2J") && !after.contains("1049") && !after.contains("panicked at"), "{fault}: {after}");
        quit(&mut session);
        assert_left(&session);
    }
}
