//! What is not understood of a time.

use chrono::NaiveDate;

/// Why a phrase names no time: which part of it, so that only that has to be typed again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhenFault {
    /// Nothing in it is a time.
    Form,
    /// A day or a part of it is named, but no hour.
    NoHour,
    /// The day is understood, this is no hour or could be several.
    Hour(String),
    /// The hour is understood, this is no day or could be several.
    Day(String),
    /// Day and hour are understood, this is neither.
    Unread(String),
    /// There is no such hour.
    NoSuchHour(String),
    /// There is no such day.
    NoSuchDay(String),
    /// The named weekday is not that of this day.
    Weekday(NaiveDate),
    /// A year that nobody means.
    Year(i32),
}
