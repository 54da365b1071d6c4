//! What the application wants done in the world. Performed by a [`crate::tui::world::World`]; what comes of it returns as a message.

use crate::report::Exit;
use crate::tui::ask::Ticket;
use crate::wire::request::{DraftField, FormKey, Request};

/// Something to be done in the world.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Make a request of the host.
    Ask {
        /// Under which the answer comes back.
        ticket: Ticket,
        /// The request.
        request: Request,
    },
    /// Keep what stands in a form; without fields, forget what was kept of it. May be asked at each key: whoever performs it
    /// writes at most once a second, and always at the end.
    Draft {
        /// The form.
        form: FormKey,
        /// Its fields as they were typed; `None`: nothing is to be kept any more.
        fields: Option<Vec<DraftField>>,
    },
    /// Go back to the shell until it brings us forward.
    Suspend,
    /// Draw everything anew.
    Redraw,
    /// End.
    Quit(Exit),
}

/// What is asked of the host to keep what stands in a form; without fields, to forget what was kept of it.
#[must_use]
pub fn draft_request(form: FormKey, fields: Option<Vec<DraftField>>) -> Request {
    match fields {
        Some(fields) => Request::DraftKeep { form, fields },
        None => Request::DraftDrop(form),
    }
}
