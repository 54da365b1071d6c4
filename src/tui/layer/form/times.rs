//! Start and end together.
//!
//! What calendars do: when the start is moved, the end goes along, and the meeting lasts as long as before. In full:
//!
//! - Nothing moves while somebody types; it does when a field is left, or the form is saved.
//! - What is typed last counts. A start that says the end too (`mai 8h-10h`) puts it into the end's field, whatever stood
//!   there; an end typed after the start was changed stays as it was typed.
//! - Otherwise an end goes along with the start by which it was typed. One that was typed before there was a start, or that did
//!   not lie after it, has no length to keep and stays. One that says a length itself (`+2h`, `hết buổi`) needs no help.
//! - An empty end stays empty.
//! - What is brought back from a draft, or changed by somebody else meanwhile, stays as it is.

use crate::domain::meeting::check_end;
use crate::domain::time::WallTime;
use crate::domain::when::{end_follows_start, parse_end};
use crate::i18n::screen::EndMoved;
use crate::tui::layer::form::input::Field;
use crate::tui::layer::form::order::dated;
use crate::tui::layer::form::{FieldName, Form, Meaning, Reading};

/// The end as it was typed last, and the start by which it was meant.
#[derive(Debug, Default)]
pub(super) struct Measured {
    end: String,
    start: Option<WallTime>,
}

impl Form {
    /// Notes by which start an end was typed, when it was typed just now.
    pub(super) fn measure(&mut self) {
        if self.text(FieldName::End) != self.measured.end {
            self.measure_anew();
        }
    }

    /// Takes start and end as they stand for what belongs together.
    pub(super) fn measure_anew(&mut self) {
        let start = self.field(FieldName::Start).and_then(Field::start);
        self.measured = Measured { end: self.text(FieldName::End), start };
    }

    /// Brings the end to the start, as the rules above say, and writes out the day that was meant by the start: tomorrow
    /// "tomorrow" is another day, and what is typed may be kept.
    pub(super) fn settle_times(&mut self, by: Reading<'_>) {
        let (start, end) = match self.field(FieldName::Start).map(|field| &field.meaning) {
            Some(Ok(Meaning::Time(start))) => (*start, self.end_moved_to(*start, by)),
            Some(Ok(Meaning::Hours(start, end))) => (*start, Some(self.end_said_with(*start, *end, by))),
            _ => return,
        };
        self.set(FieldName::Start, &dated(start), by);
        if let Some((end, moved)) = end {
            self.set(FieldName::End, &end, by);
            self.moved = moved;
        }
        self.measured.start = Some(start);
    }

    /// How the end was moved since this was asked last.
    pub fn take_moved(&mut self) -> Option<EndMoved> {
        self.moved.take()
    }

    /// The end's text when the start says the end too; what is to be said where another one stood there.
    fn end_said_with(&self, start: WallTime, end: WallTime, by: Reading<'_>) -> (String, Option<EndMoved>) {
        let (before, text) = (self.text(FieldName::End), written(end, start));
        let other = !before.trim().is_empty() && parse_end(&before, start, by.now) != Ok(end);
        let moved = other.then(|| EndMoved::Said { end: text.clone(), before: before.trim().to_owned() });
        (text, moved)
    }

    /// The end's text when the start was moved here; `None` when it stays.
    fn end_moved_to(&self, start: WallTime, by: Reading<'_>) -> Option<(String, Option<EndMoved>)> {
        let before = self.measured.start.filter(|before| *before != start)?;
        let text = self.text(FieldName::End);
        if text.trim().is_empty() || end_follows_start(&text) {
            return None;
        }
        let was = parse_end(&text, before, by.now).ok()?;
        check_end(before, Some(was)).ok()?;
        let end = start.naive().checked_add_signed(was.naive() - before.naive())?;
        let end = WallTime::new(end.date(), end.time());
        if parse_end(&text, start, by.now) == Ok(end) {
            return None;
        }
        // As it was written: with its day, or without.
        let moved = if text == dated(was) { dated(end) } else { written(end, start) };
        Some((moved.clone(), Some(EndMoved::Followed { end: moved })))
    }
}

/// An end as somebody would type it.
fn written(end: WallTime, start: WallTime) -> String {
    if end.day() == start.day() { end.naive().format("%H:%M").to_string() } else { dated(end) }
}
