//! What issuing a meeting would do: who gets the invitation, who cannot and why, the number, the document.

use crate::domain::meeting::MeetingId;
use crate::domain::text::Prose;
use crate::domain::unit::UnitCode;
use crate::domain::workflow::Action;
use crate::wire::reply;
use crate::wire::request::{IssueOrder, ReplaceOrder, Request};

/// What would be issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// The first invitation to a meeting.
    Issue(IssueOrder),
    /// Another one in the place of the one before.
    Replace(Box<ReplaceOrder>),
}

impl Order {
    /// The meeting.
    #[must_use]
    pub fn id(&self) -> &MeetingId {
        match self {
            Self::Issue(order) => &order.id,
            Self::Replace(order) => &order.id,
        }
    }

    /// What is done to it.
    #[must_use]
    pub fn action(&self) -> Action {
        match self {
            Self::Issue(_) => Action::Issue,
            Self::Replace(order) => order.way.action(),
        }
    }

    /// The request that shows what it would do.
    #[must_use]
    pub fn preview(self) -> Request {
        match self {
            Self::Issue(order) => Request::MeetingPreview(order),
            Self::Replace(order) => Request::MeetingReplacePreview(order),
        }
    }

    /// The request that does it.
    #[must_use]
    pub fn request(self) -> Request {
        match self {
            Self::Issue(order) => Request::MeetingIssue(order),
            Self::Replace(order) => Request::MeetingReplace(order),
        }
    }

    /// The same although something is in the way, for a reason.
    #[must_use]
    pub fn despite(self, reason: Prose) -> Self {
        match self {
            Self::Issue(order) => Self::Issue(IssueOrder { override_reason: Some(reason), ..order }),
            Self::Replace(order) => Self::Replace(Box::new(ReplaceOrder { override_reason: Some(reason), ..*order })),
        }
    }

    /// The same without these units too.
    #[must_use]
    pub fn without(mut self, units: impl IntoIterator<Item = UnitCode>) -> Self {
        match &mut self {
            Self::Issue(order) => order.without.extend(units),
            Self::Replace(order) => order.without.extend(units),
        }
        self
    }
}

/// The preview of an issue.
#[derive(Debug)]
pub struct Preview {
    /// What would be issued.
    pub order: Order,
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
