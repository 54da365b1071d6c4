//! Where a panic's words go.
//!
//! A panic of the screen's own thread ends the application: the terminal is left first, so that the words can be read. Any
//! other panic leaves the application alive, and words written over its screen would tear it: they become a happening. A task
//! may run on the screen's thread, so the thread alone does not tell the two apart.

use std::fmt::Write as _;
use std::panic::{self, PanicHookInfo};
use std::sync::Arc;

use super::happening::Board;
use super::session::Session;

/// Sets the hook for the rest of the process; outside the session, the one that was set before acts.
pub(super) fn install(session: Arc<Session>, board: Arc<Board>) {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let of_the_screen = session.on_ui_thread() && tokio::task::try_id().is_none();
        if of_the_screen {
            session.leave();
        } else if session.is_inside() {
            board.panicked(words(panic));
            return;
        }
        before(panic);
    }));
}

/// Where and what, on one line.
fn words(panic: &PanicHookInfo<'_>) -> String {
    let mut words = String::new();
    if let Some(place) = panic.location() {
        // Writing to memory does not fail.
        let _ = write!(words, "{}:{}: ", place.file(), place.line());
    }
    words + panic.payload_as_str().unwrap_or("?")
}
