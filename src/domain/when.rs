//! Time as people write and say it: `14h 05/12`, `8h30 thứ 5 tuần sau`, `3h chiều mai`, `mai 8h-10h`, `+90'`.
//!
//! What is exact is left to [`WallTime::parse`]; here are the words around it. They are read without regard to marks and
//! case and in any order. What could be meant in two ways is refused: whoever reads a form sees what was understood, but
//! should not have to notice that it was guessed wrongly. What is refused is named, so that only that is typed again.

mod day;
mod fault;
mod length;
mod phrase;
mod session;
mod span;
#[cfg(test)]
mod tests;
mod words;

use chrono::{DateTime, Utc};

pub use fault::WhenFault;

use crate::domain::text::search_key;
use crate::domain::time::{TimeFault, WallTime};
use phrase::{Phrase, within_years};
use words::{Word, words};

/// The most bytes of a phrase; nobody says more about a time.
const LONGEST: usize = 200;

/// From when to when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// When it begins.
    pub start: WallTime,
    /// When it ends, if that was said too. It need not lie after the start.
    pub end: Option<WallTime>,
}

/// Reads when something begins, and when it ends where that is said too: `mai 8h-10h`, `8h đến 10h thứ 5`. A phrase without
/// a day means today; `now` is the present instant.
///
/// # Errors
/// [`WhenFault`]: what is not understood, or could be meant in several ways.
pub fn parse_span(raw: &str, now: DateTime<Utc>) -> Result<Span, WhenFault> {
    let now = WallTime::at(now);
    let words = said(raw)?;
    match (understand(raw, &words, now, now), span::halves(&words)) {
        (Ok(start), _) => Ok(Span { start, end: None }),
        (Err(_), Some((first, last))) => span::read(&first, &last, now),
        (Err(fault), None) => Err(fault),
    }
}

/// Reads when something ends that begins at `start`: as [`parse_span`], where a phrase without a day means the day of the
/// start, and days without a year and weekdays are the next ones after the start; or how long it lasts: `+2h`, `+90'`,
/// `+1h30`, `2 tiếng`, `90 phút`; or the end of a part of the day: `hết buổi`, `hết chiều`. `2h` alone is two o'clock.
///
/// # Errors
/// [`WhenFault`], as [`parse_span`]. That the end lies after the start is not looked at.
pub fn parse_end(raw: &str, start: WallTime, now: DateTime<Utc>) -> Result<WallTime, WhenFault> {
    let words = said(raw)?;
    let key = search_key(raw);
    if let Some(end) = session::parse(&key, start) {
        return Ok(end);
    }
    if let Some(length) = length::parse(&key)? {
        let end = start.naive().checked_add_signed(length).ok_or_else(|| WhenFault::Unread(raw.trim().to_owned()))?;
        return within_years(WallTime::new(end.date(), end.time()));
    }
    // The word before the hour means nothing more.
    let until = words.first().is_some_and(|word| ["den", "until"].contains(&word.plain.as_str()) || word.marked == "tới");
    let (raw, words) = match (raw.trim_start().split_once(char::is_whitespace), words.get(1..)) {
        (Some((_, rest)), Some(words)) if until => (rest, words),
        _ => (raw, words.as_slice()),
    };
    understand(raw, words, start, WallTime::at(now))
}

/// Whether an end said so moves with the start by itself, because it names no hour: `+2h`, `hết buổi`.
#[must_use]
pub fn end_follows_start(raw: &str) -> bool {
    let key = search_key(raw);
    session::named(&key).is_some() || matches!(length::parse(&key), Ok(Some(_)))
}

/// The words of a phrase.
fn said(raw: &str) -> Result<Vec<Word>, WhenFault> {
    if raw.len() > LONGEST { Err(WhenFault::Form) } else { Ok(words(raw)) }
}

/// `from`: gives the day to a bare hour, the year to a day without one, the week to a weekday. `now`: gives `mai` its day.
fn understand(raw: &str, words: &[Word], from: WallTime, now: WallTime) -> Result<WallTime, WhenFault> {
    match WallTime::parse(raw, from.instant()) {
        Ok(time) => within_years(time),
        Err(TimeFault::Year(year)) => Err(WhenFault::Year(year)),
        // Which part of it is wrong is found among the words.
        Err(_) => Phrase::read(words, from, now).time(from, now),
    }
}
