//! The layers above the panes: a stack, of which the top one gets the keys first.

pub mod comparison;
pub mod confirm;
pub mod form;
pub mod menu;
pub mod picker;
pub mod preview;
pub mod prompt;
pub mod search;
pub mod sheet;

use crate::tui::keymap::{Action, Chord, Scope};
use crate::tui::widget::{LineField, Pasted, TextField};

/// The most that can be pasted where a list is filtered: what is longer was not meant for it.
pub const QUERY_MAX: usize = 200;

/// A layer.
#[derive(Debug)]
pub enum Layer {
    /// Registering or editing a meeting.
    Form(Box<form::Form>),
    /// Choosing units.
    Picker(Box<picker::Picker>),
    /// A reason that somebody must give.
    Prompt(Box<prompt::Prompt>),
    /// What was typed beside what others have made of the meeting.
    Comparison(Box<comparison::Comparison>),
    /// A question before something that cannot be taken back.
    Confirm(Box<confirm::Confirm>),
    /// What issuing would do.
    Preview(Box<preview::Preview>),
    /// Help on keys, or the palette.
    Menu(Box<menu::Menu>),
    /// A text to read.
    Sheet(sheet::Sheet),
    /// A search typed below a list.
    Search(Box<search::Search>),
}

/// A field that text is typed into.
#[derive(Debug)]
pub enum Typed<'a> {
    /// One line.
    Line(&'a mut LineField),
    /// Several lines.
    Text(&'a mut TextField),
}

impl Typed<'_> {
    /// Types what a key types; `false` when it types nothing.
    pub fn insert(&mut self, chord: Chord) -> bool {
        match self {
            Self::Line(field) => field.insert_chord(chord),
            Self::Text(field) => field.insert_chord(chord),
        }
    }

    /// Does an editing action; `false` when there was nothing to do.
    pub fn apply(&mut self, action: Action) -> bool {
        match self {
            Self::Line(field) => field.apply(action),
            Self::Text(field) => field.apply(action),
        }
    }

    /// Inserts pasted text.
    pub fn paste(&mut self, text: &str) -> Pasted {
        match self {
            Self::Line(field) => field.paste(text),
            Self::Text(field) => field.paste(text),
        }
    }
}

impl Layer {
    /// The scopes whose keys hold in it, the nearest first.
    #[must_use]
    pub fn scopes(&self) -> &'static [Scope] {
        match self {
            Self::Form(_) => &[Scope::Form, Scope::Text, Scope::Layer, Scope::App],
            Self::Picker(_) => &[Scope::Picker, Scope::Text, Scope::Layer, Scope::App],
            Self::Prompt(_) | Self::Menu(_) | Self::Search(_) => &[Scope::Text, Scope::Layer, Scope::App],
            Self::Comparison(_) => &[Scope::Comparison, Scope::List, Scope::Layer, Scope::App],
            Self::Confirm(_) => &[Scope::Confirm, Scope::Layer, Scope::App],
            Self::Preview(_) => &[Scope::Preview, Scope::Confirm, Scope::List, Scope::Layer, Scope::App],
            Self::Sheet(_) => &[Scope::List, Scope::Layer, Scope::App],
        }
    }

    /// Whether text is typed in it.
    #[must_use]
    pub fn is_typed_into(&self) -> bool {
        self.scopes().contains(&Scope::Text)
    }

    /// The field that text is typed into, if there is one.
    pub fn typed(&mut self) -> Option<Typed<'_>> {
        match self {
            Self::Form(form) => form.typed(),
            Self::Picker(picker) => Some(Typed::Line(&mut picker.field)),
            Self::Prompt(prompt) => Some(Typed::Line(&mut prompt.field)),
            Self::Menu(menu) => Some(Typed::Line(&mut menu.field)),
            Self::Search(search) => Some(Typed::Line(&mut search.field)),
            Self::Comparison(_) | Self::Confirm(_) | Self::Preview(_) | Self::Sheet(_) => None,
        }
    }
}
