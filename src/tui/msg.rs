//! What happened, as the application is told.

use chrono::{DateTime, Utc};

use crate::domain::fault::Fault;
use crate::tui::ask::Ticket;
use crate::tui::keymap::Chord;
use crate::wire::change::Change;
use crate::wire::reply::Reply;
use crate::wire::request::FormKey;

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// A key was pressed.
    Pressed(Chord),
    /// Text was pasted.
    Pasted(String),
    /// The terminal has this size now.
    Resized {
        /// Columns.
        columns: u16,
        /// Rows.
        rows: u16,
    },
    /// The host answered.
    Answered {
        /// What was asked.
        ticket: Ticket,
        /// The answer.
        reply: Box<Reply>,
    },
    /// Records changed.
    Changed(Change),
    /// The host is away, for longer than a blink; when it is back, everything has changed.
    Away,
    /// It is this time now; told once a minute.
    Ticked(DateTime<Utc>),
    /// A task in the background panicked, with these words.
    Panicked(String),
    /// The terminal cannot be left: there is no shell to return to.
    NotSuspended,
    /// A draft could not be kept; it is tried again.
    DraftNotKept {
        /// The form.
        form: FormKey,
        /// Why.
        why: Fault,
    },
    /// One that could not be kept before is kept now.
    DraftKept(FormKey),
}
