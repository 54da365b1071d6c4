//! A reason that somebody must give.

use crate::domain::dispatch::ItemId;
use crate::domain::meeting::{MeetingId, REASON_MAX};
use crate::domain::text::{Prose, TextFault};
use crate::domain::workflow::Action;
use crate::tui::layer::form::Replacement;
use crate::tui::layer::preview::Order;
use crate::tui::widget::LineField;
use crate::wire::request::IssueOrder;

/// What a reason is for.
#[derive(Debug, Clone, PartialEq)]
pub enum Purpose {
    /// A meeting is given back, rejected, postponed or cancelled.
    Move {
        /// The meeting.
        id: MeetingId,
        /// Which of these.
        action: Action,
        /// How many units will be told.
        told: usize,
    },
    /// A meeting is approved although its place or chair is taken.
    ApproveDespite(MeetingId),
    /// It is issued all the same.
    IssueDespite(Order),
    /// Another invitation takes the place of the one before.
    Replace(Box<Replacement>),
    /// A message is given up.
    Drop(ItemId),
    /// Units that cannot be reached are left out on record.
    Without(IssueOrder),
}

/// A reason being typed.
#[derive(Debug)]
pub struct Prompt {
    /// What it is for.
    pub purpose: Purpose,
    /// What is asked.
    pub question: String,
    /// What is typed.
    pub field: LineField,
    /// What is wrong with it.
    pub wrong: Option<TextFault>,
}

impl Prompt {
    /// Asks for a reason.
    #[must_use]
    pub fn new(purpose: Purpose, question: String) -> Self {
        Self { purpose, question, field: LineField::with_limit(REASON_MAX), wrong: None }
    }

    /// The reason, if it can be one; else what is wrong is noted.
    pub fn take(&mut self) -> Option<Prose> {
        self.field.normalise();
        let checked = Prose::parse(&self.field.text()).and_then(|reason| match reason.as_str().chars().count() {
            length if length > REASON_MAX => Err(TextFault::TooLong { length, limit: REASON_MAX }),
            _ => Ok(reason),
        });
        match checked {
            Ok(reason) => Some(reason),
            Err(fault) => {
                self.wrong = Some(fault);
                None
            }
        }
    }
}
