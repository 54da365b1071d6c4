//! A field with what is typed into it.

use crate::domain::time::WallTime;
use crate::tui::layer::comparison::merge::joined;
use crate::tui::layer::form::field::{FieldName, Meaning, Wrong, urgency, urgency_word};
use crate::tui::layer::form::order::dated;
use crate::tui::widget::{LineField, TextField};

/// The editing side of a field.
#[derive(Debug)]
pub(super) enum Input {
    Line(LineField),
    Text(TextField),
    /// One of a few words, stepped through.
    Choice(&'static str),
}

/// One field.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: FieldName,
    pub(super) input: Input,
    /// Whether it was left or looked at by a save: from then on it is said when something is missing.
    pub(super) visited: bool,
    /// What its text means.
    pub(super) meaning: Result<Meaning, Wrong>,
}

impl Field {
    /// What stands in it.
    pub(super) fn text(&self) -> String {
        match &self.input {
            Input::Line(field) => field.text(),
            Input::Text(field) => field.text(),
            Input::Choice(word) => (*word).to_owned(),
        }
    }

    /// Its text as the form writes out what it means: two texts that mean the same are the same.
    pub(super) fn meant(&self) -> String {
        match &self.meaning {
            Ok(Meaning::Nothing) => String::new(),
            Ok(Meaning::Line(line)) => line.to_string(),
            Ok(Meaning::Prose(prose)) => prose.to_string(),
            Ok(Meaning::Time(time)) => dated(*time),
            Ok(Meaning::Units(codes)) => joined(codes),
            Ok(Meaning::Hours(..) | Meaning::Urgency(_)) | Err(_) => self.text(),
        }
    }

    /// Puts a text in its place.
    pub(super) fn set(&mut self, text: &str) {
        match &mut self.input {
            Input::Line(field) => field.set(text),
            Input::Text(field) => field.set(text),
            Input::Choice(word) => *word = urgency_word(urgency(text)),
        }
    }

    /// The start that its text names, alone or with an end.
    pub(super) fn start(&self) -> Option<WallTime> {
        match self.meaning {
            Ok(Meaning::Time(start) | Meaning::Hours(start, _)) => Some(start),
            _ => None,
        }
    }

    /// Takes note that somebody left it.
    pub(super) fn leave(&mut self) {
        self.visited = true;
        match &mut self.input {
            Input::Line(field) => field.normalise(),
            Input::Text(field) => field.normalise(),
            Input::Choice(_) => {}
        }
    }
}
