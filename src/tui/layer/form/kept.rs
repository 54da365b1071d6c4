//! What is kept of what was typed, and what becomes of it when the meeting is another one by then.
//!
//! A draft holds the fields that were typed into, and no others: brought back into a meeting that somebody else has changed
//! meanwhile, it undoes nothing of that. Beside them it holds the revision that they are a change of, and what their fields
//! said in it, so that also what lay in a drawer for a week is compared before it is saved.

use std::collections::BTreeSet;

use crate::domain::draft::{Draft, DraftField};
use crate::domain::meeting::Event;
use crate::tui::layer::comparison::merge::same;
use crate::tui::layer::comparison::{Comparison, Sides};
use crate::tui::layer::form::input::Field;
use crate::tui::layer::form::{FieldName, Form, Newer, Reading, order};
use crate::wire::reply::MeetingView;

/// The name under which the revision is kept.
const REVISION: &str = "@revision";
/// How the name begins under which it is kept what a field said in it.
const BASE: &str = "@base.";
/// So many bytes of what the fields said are kept at the most: a draft has its bounds, and is worth more than what it changes.
/// Of what is longer it is not known later who has changed it, so that somebody is asked.
const BASE_BYTES_MAX: usize = 16 * 1024;

impl Form {
    /// Brings back what was typed before. Where nobody has changed meanwhile what it is a change of, it is a change of the meeting
    /// as it is now, whatever else happened to that: all of it stands in the form.
    pub fn restore(&mut self, draft: &Draft, by: Reading<'_>) {
        let kept = |name: &str| draft.fields.iter().find(|kept| kept.field == name).map(|kept| kept.text.as_str());
        let of = kept(REVISION).and_then(|revision| revision.parse().ok()).filter(|of| self.editing.is_some() && *of != self.revision);
        let mut changed = false;
        for typed in &draft.fields {
            let Some(name) = FieldName::from_word(&typed.field) else { continue };
            let untouched = |(field, initial): (&Field, &String)| field.name == name && field.text() == *initial;
            // What was typed since is newer.
            if !self.fields.iter().zip(&self.initial).any(untouched) || self.text(name) == typed.text {
                continue;
            }
            if of.is_some() {
                changed |= self.base_was(name, kept(&format!("{BASE}{}", name.word())));
            }
            self.set(name, &typed.text, by);
        }
        self.kept = Some(draft.at);
        if let (Some(of), Some(meeting)) = (of.filter(|_| changed), &self.editing) {
            self.newer = Some(Newer { revision: meeting.revision, last: meeting.history.last().cloned() });
            self.revision = of;
        }
        // It comes back as it was left, whatever moved on the way.
        self.measure_anew();
    }

    /// Takes for a field what it said when it was typed into. Whether that is something else than now, or not known.
    fn base_was(&mut self, name: FieldName, base: Option<&str>) -> bool {
        let initial = self.fields.iter().zip(&mut self.initial).find(|(field, _)| field.name == name).map(|(_, initial)| initial);
        match (initial, base) {
            (Some(initial), Some(base)) if same(name, initial, base) => false,
            (Some(initial), Some(base)) => {
                base.clone_into(initial);
                true
            }
            _ => self.unknown.insert(name),
        }
    }

    /// Takes the meeting as it is after it was saved from here while somebody typed on: fields that were not typed into show
    /// it, the others stay, and what is saved next is a change of that.
    pub fn renew(&mut self, meeting: MeetingView, by: Reading<'_>) {
        let now = Self::new(self.draft.clone(), Some(meeting), by);
        let fields = self.fields.iter_mut().zip(&mut self.initial);
        for ((field, initial), (mut other, wanted)) in fields.zip(now.fields.into_iter().zip(now.initial)) {
            if field.text() == *initial {
                other.visited = field.visited;
                *field = other;
            }
            *initial = wanted;
        }
        (self.editing, self.revision, self.newer) = (now.editing, now.revision, None);
        self.unknown.clear();
        self.read(by);
        // Who moved the start meanwhile has seen the end.
        self.measure_anew();
    }

    /// What was typed: the fields that differ from what it was opened with, with what they are a change of. `None` when
    /// nothing differs.
    #[must_use]
    pub fn typed_texts(&self) -> Option<Vec<DraftField>> {
        let typed: Vec<(FieldName, String, &String)> = (self.fields.iter().zip(&self.initial))
            .map(|(field, initial)| (field.name, field.text(), initial))
            .filter(|(_, text, initial)| text != *initial)
            .collect();
        let mut texts: Vec<DraftField> = typed.iter().map(|(name, text, _)| kept(name.word(), text)).collect();
        if self.editing.is_some() && !texts.is_empty() {
            texts.push(kept(REVISION, &self.revision.to_string()));
            let mut room = BASE_BYTES_MAX;
            for (name, _, initial) in typed.iter().filter(|(name, ..)| !self.unknown.contains(name)) {
                if let Some(left) = room.checked_sub(initial.len()) {
                    room = left;
                    texts.push(kept(&format!("{BASE}{}", name.word()), initial));
                }
            }
        }
        (!texts.is_empty()).then_some(texts)
    }

    /// What is to be kept as a draft: what was typed, and what of it cannot be saved.
    #[must_use]
    pub fn kept_texts(&self) -> Option<Vec<DraftField>> {
        let mut texts = self.typed_texts().unwrap_or_default();
        let typed: BTreeSet<String> = texts.iter().map(|text| text.field.clone()).collect();
        texts.extend(self.left.iter().filter(|left| !typed.contains(&left.field)).cloned());
        (!texts.is_empty()).then_some(texts)
    }

    /// Whether something was typed that cannot be saved in the state that the meeting is in.
    #[must_use]
    pub fn leaves_something(&self) -> bool {
        !self.left.is_empty()
    }

    /// The revision of the meeting that what was typed is a change of.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Takes note that the meeting was changed by now; `false` when that is known, or not so.
    pub fn outdated(&mut self, revision: u64, last: Option<Event>) -> bool {
        let news = revision > self.revision && self.newer.as_ref().is_none_or(|newer| newer.revision < revision);
        if news {
            self.newer = Some(Newer { revision, last });
        }
        news
    }

    /// What was typed beside the meeting as it is now.
    #[must_use]
    pub fn compared(&self, theirs: MeetingView, submit: bool) -> Comparison {
        let before = self.editing.as_ref().map_or(theirs.state, |meeting| meeting.state);
        let sides = self.fields.iter().zip(&self.initial).map(|(field, initial)| Sides {
            name: field.name,
            base: (!self.unknown.contains(&field.name)).then(|| initial.clone()),
            theirs: order::text_of(field.name, &theirs),
            mine: if field.text() == *initial { initial.clone() } else { field.meant() },
        });
        let sides: Vec<Sides> = sides.collect();
        Comparison::new(sides.into_iter(), theirs, before, submit)
    }

    /// Takes what was chosen: it is a change of the meeting as it was compared, from now on.
    pub fn adopt(&mut self, comparison: &Comparison, by: Reading<'_>) {
        for (field, initial) in self.fields.iter_mut().zip(&mut self.initial) {
            if let Some(text) = comparison.text(field.name) {
                field.set(&text);
            }
            *initial = order::text_of(field.name, &comparison.theirs);
        }
        let left = comparison.left();
        self.left.retain(|before| !left.iter().any(|now| now.field == before.field));
        self.left.extend(left);
        (self.revision, self.newer) = (comparison.theirs.revision, None);
        self.editing = Some(comparison.theirs.clone());
        self.unknown.clear();
        self.read(by);
        // Start and end stand as they were chosen.
        self.measure_anew();
    }
}

fn kept(field: &str, text: &str) -> DraftField {
    DraftField { field: field.to_owned(), text: text.to_owned() }
}
