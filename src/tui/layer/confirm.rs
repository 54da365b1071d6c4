//! A question before something that cannot be taken back, or that reaches many. It names the object and the count.

use crate::tui::ask::Deed;
use crate::wire::request::Request;

/// What saying yes does.
#[derive(Debug, Clone, PartialEq)]
pub enum Then {
    /// Something is asked of the host.
    Ask(Deed, Box<Request>),
    /// What was typed into the form below is thrown away.
    Discard,
}

/// A question.
#[derive(Debug)]
pub struct Confirm {
    /// What is asked.
    pub question: String,
    /// What saying yes does, in a word or two.
    pub yes: String,
    /// Whether yes is marked. At first it is not: Enter pressed once too often does nothing.
    pub marked: bool,
    /// What saying yes does.
    pub then: Then,
}
