//! Actions by words, for help and the palette.

use std::sync::LazyLock;

use crate::domain::text::{Query, Searchable, search_key};
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
    let (wanted, key) = (Query::new(query), search_key(query));
    let mut found: Vec<_> = Action::ALL
        .iter()
        .zip(KNOWN.iter())
        .filter_map(|(action, known)| {
            let fit = fit(&wanted, &key, known)?;
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

/// The titles of an action in both languages and its name, each ready to be searched and with its search key.
type Known = [(Searchable, String); 3];

/// What is known of each action, in the order of [`Action::ALL`].
static KNOWN: LazyLock<Vec<Known>> = LazyLock::new(|| {
    let ready = |text: &str| (Searchable::new(text), search_key(text));
    Action::ALL.iter().map(|action| [action.title(Lang::Vi), action.title(Lang::En), action.name()].map(ready)).collect()
});

/// How well a query, with its search key, fits an action.
fn fit(query: &Query, key: &str, known: &Known) -> Option<Fit> {
    if key.is_empty() {
        return Some(Fit::Words);
    }
    let mut found = known.iter().filter(|(text, _)| query.finds(text)).map(|(_, known)| known).peekable();
    found.peek()?;
    let fits = found.map(|known| match known.strip_prefix(key) {
        Some("") => Fit::Exact,
        Some(_) => Fit::Begins,
        None => Fit::Words,
    });
    fits.min()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PANE: [Scope; 4] = [Scope::Meeting, Scope::Week, Scope::List, Scope::App];

    fn names(query: &str, lang: Lang) -> Vec<&'static str> {
        find(query, lang, &PANE, &Keymap::default()).into_iter().map(|hit| hit.action.name()).collect()
    }

    #[test]
    fn an_exact_title_is_first_in_both_languages_with_and_without_marks() {
        let keymap = Keymap::default();
        let first = |query: &str, lang, scopes: &[Scope]| find(query, lang, scopes, &keymap).first().map(|hit| hit.action);
        for action in Action::ALL {
            for title in Lang::ALL.map(|lang| action.title(lang)) {
                assert_eq!(first(title, Lang::Vi, &PANE), Some(*action), "{title}");
                assert_eq!(first(&search_key(title), Lang::En, &[Scope::Outbox, Scope::App]), Some(*action), "{title}");
                assert_eq!(first(&format!(" {} ", title.to_uppercase()), Lang::En, &[]), Some(*action), "{title}");
            }
            assert_eq!(first(action.name(), Lang::Vi, &PANE), Some(*action));
        }
    }

    #[test]
    fn words_are_found_in_both_languages_and_without_marks() {
        for (query, found) in [
            ("duyet", &["meeting.submit", "meeting.approve", "form.submit"][..]),
            ("duyệt hop", &["meeting.approve", "meeting.submit"]),
            ("họp duyệt", &["meeting.approve", "meeting.submit"]),
            ("approve", &["meeting.approve"]),
            ("hợp", &[]),
            ("thư đi", &["pane.outbox"]),
            ("theme", &["theme.next"]),
            ("week.day", &["week.day_next", "week.day_previous"]),
            ("zzz", &[]),
        ] {
            for lang in Lang::ALL {
                let mut sorted = names(query, lang);
                sorted.sort_unstable();
                let mut found = found.to_vec();
                found.sort_unstable();
                assert_eq!(sorted, found, "{query}");
            }
        }
    }

    #[test]
    fn the_present_scopes_come_first_and_the_better_fit_among_them() {
        assert_eq!(names("mo", Lang::Vi).first(), Some(&"pane.week"));
        let ranked = find("tuan", Lang::Vi, &[Scope::Week, Scope::App], &Keymap::default());
        let ranked: Vec<_> = ranked.iter().map(|hit| (hit.action.name(), hit.in_scope)).collect();
        assert_eq!(ranked, [("week.next", true), ("week.previous", true), ("pane.week", true)], "what begins with it comes first");
        let ranked = find("tim", Lang::Vi, &[Scope::Units, Scope::List, Scope::App], &Keymap::default());
        let ranked: Vec<_> = ranked.iter().map(|hit| (hit.action.name(), hit.in_scope)).collect();
        let expected = [("units.search", true), ("units.clear", true), ("meetings.search", false), ("meetings.clear", false)];
        assert_eq!(ranked, expected, "what is here comes first, though others fit better");
    }

    #[test]
    fn no_words_find_everything_the_nearest_scope_first() {
        for query in ["", "  "] {
            let hits = find(query, Lang::En, &PANE, &Keymap::default());
            assert_eq!(hits.len(), Action::ALL.len());
            let near: Vec<Scope> = hits.iter().filter(|hit| hit.in_scope).map(|hit| hit.action.scope()).collect();
            let mut in_order = near.clone();
            in_order.sort_by_key(|scope| PANE.iter().position(|known| known == scope));
            assert_eq!(near, in_order);
            assert!(hits.iter().take(near.len()).all(|hit| hit.in_scope) && !hits[near.len()].in_scope);
        }
    }

    #[test]
    fn a_hit_tells_title_and_keys() {
        let hits = find("app.help", Lang::En, &PANE, &Keymap::default());
        let expected = Hit { action: Action::Help, title: "Help on keys", keys: vec!["?".into(), "f1".into()], in_scope: true };
        assert_eq!(hits, [expected]);
    }
}
