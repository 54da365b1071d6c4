//! Panics and a standstill on demand, for the tests that watch how the terminal is left. Exists only with the feature `faults`.

use std::env;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::tui::keymap::{Chord, Key};

const VARIABLE: &str = "LICHHOP_FAULT";
/// A key that no keyboard has and no keymap names.
const TRIGGER: Chord = Chord::plain(Key::F(20));

/// Whether the next picture is not finished.
static UNFINISHED: AtomicBool = AtomicBool::new(false);

/// Does what was asked for, once the trigger is pressed.
pub(super) fn pressed(chord: Chord) {
    if chord != TRIGGER {
        return;
    }
    match env::var(VARIABLE).as_deref() {
        Ok("panic-update") => panic!("asked to panic in an update"),
        Ok("panic-draw") => UNFINISHED.store(true, Ordering::SeqCst),
        Ok("panic-task") => {
            tokio::spawn(async { panic!("asked to panic in a task") });
        }
        Ok("panic-blocking") => {
            tokio::task::spawn_blocking(|| panic!("asked to panic in blocking work"));
        }
        Ok("panic-thread") => {
            thread::spawn(|| panic!("asked to panic in a thread"));
        }
        Ok("stuck") => {
            // So that a test knows.
            let _ = fs::write("stuck", "");
            loop {
                thread::park();
            }
        }
        _ => {}
    }
}

/// Panics in the middle of a picture, if that was asked for.
pub(super) fn drawing() {
    assert!(!UNFINISHED.load(Ordering::SeqCst), "asked to panic in a picture");
}
