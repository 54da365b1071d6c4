//! Documents: the layout of invitations, notices and schedules.
//!
//! A document becomes a sheet (its parts, in the order of Decree 30/2020/NĐ-CP), and a sheet becomes text and HTML. The
//! documents are Vietnamese whatever the language of the program: they are what the office issues.

mod delay;
mod html;
mod invitation;
pub mod layout;
mod notice;
mod sheet;
mod text;

pub use html::escape;
pub use text::COLUMNS;

use crate::domain::invitation::{Document, Rendered};
use crate::usecase::ports::Typeset;

/// Sets documents by the forms of the decree.
#[derive(Debug, Clone, Copy, Default)]
pub struct Typesetter;

impl Typeset for Typesetter {
    fn typeset(&self, document: &Document) -> Rendered {
        let sheet = match document {
            Document::Invitation(invitation) => invitation::sheet(invitation),
            Document::Cancellation { invitation, date, reason } => notice::cancellation(invitation, *date, reason),
            Document::Postponement { invitation, date, reason } => notice::postponement(invitation, *date, reason),
            Document::Withdrawal { invitation, date, reason } => notice::withdrawal(invitation, *date, reason),
            Document::Delay(delay) => return delay::rendered(delay),
        };
        Rendered { text: text::text(&sheet), html: html::html(&sheet) }
    }
}
