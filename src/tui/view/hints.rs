//! The bar of hints: a few of what can be done here, with their keys. What leads on after a key of a sequence, when one was
//! pressed.

mod offer;

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::text::width;
use crate::tui::keymap::{Chord, Key, sequence};
use crate::tui::model::Model;
use crate::tui::theme::Role;
use crate::tui::view::look::{Look, put};

/// A key and what it does here.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Hint {
    key: String,
    text: Cow<'static, str>,
    /// Whether it leads out of here.
    out: bool,
}

impl Hint {
    fn new(key: String, text: impl Into<Cow<'static, str>>) -> Self {
        Self { key, text: text.into(), out: false }
    }

    /// What is drawn: the key, and what it does.
    fn parts(&self) -> [String; 2] {
        [format!(" {}", self.key), format!(" {} ", self.text)]
    }

    fn columns(&self) -> usize {
        self.parts().iter().map(|part| width(part)).sum()
    }
}

/// Draws the bar.
pub(super) fn draw(model: &Model, look: &Look<'_>, area: Rect, buf: &mut Buffer) {
    let hints = if model.pending.is_empty() { offer::offered(model, look) } else { following(model, look) };
    let hints = fitting(hints, usize::from(area.width));
    let spans = hints.iter().flat_map(|hint| {
        let [key, text] = hint.parts();
        [look.text(&key, Role::HintKey), look.text(&text, Role::Hint)]
    });
    put(&spans.collect(), area, buf);
}

/// The keys that may follow, and the one that gives the sequence up in every keymap.
fn following(model: &Model, look: &Look<'_>) -> Vec<Hint> {
    let mut hints = vec![Hint::new(sequence(&model.pending), "…")];
    for next in look.keymap.continuations(model.scopes(), &model.pending) {
        hints.push(Hint::new(next.chord.to_string(), next.action.map_or("…", |action| action.title(look.lang))));
    }
    hints.push(Hint { out: true, ..Hint::new(Chord::plain(Key::Esc).to_string(), look.lang.pick("thôi", "never mind")) });
    hints
}

/// As many hints as there is room for. The way out always stays; of the others the last go first.
fn fitting(mut hints: Vec<Hint>, columns: usize) -> Vec<Hint> {
    let out: usize = hints.iter().filter(|hint| hint.out).map(Hint::columns).sum();
    let mut left = columns.checked_sub(out);
    hints.retain(|hint| {
        if hint.out {
            return true;
        }
        left = left.and_then(|left| left.checked_sub(hint.columns()));
        left.is_some()
    });
    hints
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXTS: [&str; 4] = ["lưu", "lưu và trình", "bớt đơn vị", "đóng"];

    proptest! {
        #[test]
        fn the_way_out_stays_and_the_last_go_first(
            texts in proptest::collection::vec(0usize..TEXTS.len(), 0..9), at in 0usize..9, columns in 20usize..120
        ) {
            let mut all: Vec<Hint> = texts.iter().map(|n| Hint::new("ctrl-s".to_owned(), TEXTS[*n])).collect();
            all.insert(at.min(all.len()), Hint { out: true, ..Hint::new("esc".to_owned(), "đóng") });
            let shown = fitting(all.clone(), columns);
            prop_assert!(shown.iter().any(|hint| hint.out));
            prop_assert!(shown.iter().map(Hint::columns).sum::<usize>() <= columns);
            let others = |hints: &[Hint]| hints.iter().filter(|hint| !hint.out).cloned().collect::<Vec<_>>();
            prop_assert!(others(&all).starts_with(&others(&shown)));
        }
    }
}
