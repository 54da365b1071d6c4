//! Actions by words, for help and the palette.

use crate::domain::text::{matches, search_key};
use crate::i18n::Lang;
use crate::tui::keymap::{Action, Keymap, Scope};

/// An action that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The action.
    pub action: Action,
    /// What people call it, in their language.
    pub title: &'static str,
    /// Its keys as keymap files write them; the first is the one to tell people.
    pub keys: Vec<String>,
    /// Whether it is of one of the present scopes.
    pub in_scope: bool,
}

/// How well a query fits; better is less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It is a title or a name, in the reader's language or the other one.
    Exact,
    /// A title or a name begins with it.
    Begins,
    /// Every word of it is in a title or a name.
    Words,
}

/// The actions that a query finds: by their titles in both languages, with and without marks, and by their names.
///
/// An exact title is first, wherever it can be done. Then those of the present `scopes` come, in the order of the scopes,
/// and behind them the others; among them the better fit first. A query of no words finds everything.
#[must_use]
pub fn find(query: &str, lang: Lang, scopes: &[Scope], keymap: &Keymap) -> Vec<Hit> {
    let mut found: Vec<_> = Action::ALL
        .iter()
        .filter_map(|action| {
            let fit = fit(query, *action)?;
            let near = scopes.iter().position(|scope| *scope == action.scope());
            // What the scopes are to a fit that is not exact, nothing is to one that is.
            let order = (fit != Fit::Exact, near.is_none(), fit, near);
            Some((order, *action))
        })
        .collect();
    // Sorting is stable: what is equal stays in the order of the reference.
    found.sort_by_key(|(order, _)| *order);
    let hit = |action: Action, in_scope| Hit { action, title: action.title(lang), keys: keymap.keys_of(action).collect(), in_scope };
    found.into_iter().map(|((_, elsewhere, _, _), action)| hit(action, !elsewhere)).collect()
}

fn fit(query: &str, action: Action) -> Option<Fit> {
    let key = search_key(query);
    if key.is_empty() {
        return Some(Fit::Words);
    }
    let texts = [action.title(Lang::Vi), action.title(Lang::En), action.name()];
    let known: Vec<&str> = texts.into_iter().filter(|text| matches(query, text)).collect();
    let any = |holds: &dyn Fn(&str) -> bool| known.iter().any(|text| holds(&search_key(text)));
    if any(&|text| text == key) {
        Some(Fit::Exact)
    } else if any(&|text| text.starts_with(&key)) {
        Some(Fit::Begins)
    } else {
        (!known.is_empty()).then_some(Fit::Words)
    }
}
