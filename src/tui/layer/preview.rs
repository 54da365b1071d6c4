//! What issuing a meeting would do: who gets the invitation, who cannot and why, the number, the document.

use crate::wire::reply;
use crate::wire::request::IssueOrder;

/// The preview of an issue.
#[derive(Debug)]
pub struct Preview {
    /// What would be issued.
    pub order: IssueOrder,
    /// What the host says about it.
    pub preview: Box<reply::Preview>,
    /// Whether the meeting can be issued as it stands; else it is only looked at.
    pub issuable: bool,
    /// Whether issuing is marked; at first it is not.
    pub marked: bool,
    /// Lines scrolled out at the top.
    pub top: usize,
}

/// What can be done from a preview.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It can be issued.
    Issue,
    /// So many units cannot be reached: it can be issued when they are left out, and not before.
    Without(usize),
    /// It is only looked at.
    Look,
}

impl Preview {
    /// What can be done.
    #[must_use]
    pub fn next(&self) -> Next {
        match self.preview.unreachable.len() {
            _ if !self.issuable => Next::Look,
            0 => Next::Issue,
            count => Next::Without(count),
        }
    }
}
