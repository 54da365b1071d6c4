//! A text to read: a whole meeting, the notices.

use crate::domain::meeting::MeetingId;

/// What is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// Everything about a meeting, as it is now.
    Meeting(MeetingId),
    /// What the signs of the lists mean.
    Legend,
    /// What was said so far, the latest first.
    Notices,
}

/// A text to read.
#[derive(Debug)]
pub struct Sheet {
    /// What is read.
    pub subject: Subject,
    /// Lines scrolled out at the top.
    pub top: usize,
}
