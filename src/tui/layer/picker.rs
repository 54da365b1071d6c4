//! Choosing units from the registry, by code or name, with and without marks.

use crate::domain::text::{Query, Searchable};
use crate::domain::unit::{Unit, UnitCode};
use crate::tui::layer::QUERY_MAX;
use crate::tui::layer::form::FieldName;
use crate::tui::pane::Cursor;
use crate::tui::widget::LineField;

/// A choice of units.
#[derive(Debug)]
pub struct Picker {
    /// The form's field that it is for.
    pub target: FieldName,
    /// Whether several can be chosen.
    pub several: bool,
    /// What is typed.
    pub field: LineField,
    /// The units: code and name, in the order of the tree.
    units: Vec<(UnitCode, String)>,
    /// Those that match.
    pub hits: Vec<usize>,
    /// The selected one.
    pub cursor: Cursor,
    /// Those that are marked, in the order of marking.
    pub marked: Vec<UnitCode>,
    /// Those that stand in the field.
    chosen: Vec<UnitCode>,
    /// Something was marked among what was looked for: what is typed next looks for something else.
    found: bool,
}

/// What Enter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer<'a> {
    /// So many units: exactly those that are marked.
    Marked(usize),
    /// Nothing is marked: the selected unit.
    One(&'a UnitCode),
    /// All marks of what stands in the field were taken away: no unit.
    Empty,
    /// Nothing matches what is typed.
    Nothing,
}

impl Picker {
    /// A choice of these units, some of which stand in the field already. `kept` are the marks with which it was closed before.
    #[must_use]
    pub fn new(target: FieldName, units: &[Unit], chosen: Vec<UnitCode>, kept: Option<Vec<UnitCode>>) -> Self {
        let several = target.takes_several_units();
        let units: Vec<_> = units.iter().map(|unit| (unit.code.clone(), unit.name.to_string())).collect();
        let hits = (0..units.len()).collect();
        let at = chosen.first().filter(|_| !several).and_then(|code| units.iter().position(|(unit, _)| unit == code));
        let marked = if several { kept.unwrap_or_else(|| chosen.clone()) } else { Vec::new() };
        Self {
            target,
            several,
            field: LineField::with_limit(QUERY_MAX),
            units,
            hits,
            cursor: Cursor { at: at.unwrap_or(0), top: 0 },
            marked,
            chosen,
            found: false,
        }
    }

    /// Finds what matches what is typed.
    pub fn filter(&mut self) {
        let text = self.field.text();
        let query = Query::new(&text);
        let wanted = |n: &usize| {
            let unit = self.units.get(*n);
            text.trim().is_empty() || unit.is_some_and(|(code, name)| query.finds(&Searchable::new(&format!("{code} {name}"))))
        };
        self.hits = (0..self.units.len()).filter(wanted).collect();
        self.cursor = Cursor::default();
    }

    /// A unit that matches, with its name and whether it is marked.
    #[must_use]
    pub fn hit(&self, row: usize) -> Option<(&UnitCode, &str, bool)> {
        let (code, name) = self.units.get(*self.hits.get(row)?)?;
        Some((code, name, self.marked.contains(code)))
    }

    /// Marks the selected unit, or takes its mark away, and goes on to the next.
    pub fn mark(&mut self) {
        if !self.several {
            return;
        }
        let Some(code) = self.hit(self.cursor.at).map(|(code, ..)| code.clone()) else { return };
        match self.marked.iter().position(|marked| *marked == code) {
            Some(at) => {
                self.marked.remove(at);
            }
            None => self.marked.push(code),
        }
        self.cursor.step(1, self.hits.len());
        self.found = true;
    }

    /// Somebody goes on to type or paste: after a mark that is the next unit, and not more of the last one.
    pub fn look_again(&mut self) {
        if std::mem::take(&mut self.found) {
            self.field.set("");
        }
    }

    /// What Enter takes.
    #[must_use]
    pub fn offer(&self) -> Offer<'_> {
        match self.hit(self.cursor.at) {
            _ if !self.marked.is_empty() => Offer::Marked(self.marked.len()),
            _ if self.several && !self.chosen.is_empty() => Offer::Empty,
            Some((code, ..)) => Offer::One(code),
            None => Offer::Nothing,
        }
    }

    /// The units that Enter takes; `None` when there is nothing to take.
    #[must_use]
    pub fn take(&self) -> Option<Vec<UnitCode>> {
        match self.offer() {
            Offer::Marked(_) | Offer::Empty => Some(self.marked.clone()),
            Offer::One(code) => Some(vec![code.clone()]),
            Offer::Nothing => None,
        }
    }

    /// The unit that somebody looked for and did not mark, when taking what is marked changes nothing.
    #[must_use]
    pub fn missed(&self) -> Option<&UnitCode> {
        let (code, _, marked) = self.hit(self.cursor.at)?;
        let looked_for = !self.field.is_empty() && !marked && !self.marked.is_empty();
        (looked_for && self.unsaved().is_none()).then_some(code)
    }

    /// The marks that would be lost if it were closed now: those that differ from what stands in the field.
    #[must_use]
    pub fn unsaved(&self) -> Option<&[UnitCode]> {
        (self.several && self.marked != self.chosen).then_some(self.marked.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::Line;
    use crate::tui::keymap::Chord;

    fn picker(target: FieldName, chosen: &[&str]) -> Picker {
        let unit = |code: &str, name: &str| Unit {
            code: UnitCode::parse(code).unwrap(),
            name: Line::parse(name).unwrap(),
            parent: None,
            kind: None,
            mail_domain: None,
            order: 0,
        };
        let units = [unit("VP", "Văn phòng Bộ"), unit("CDA", "Cục Điện ảnh"), unit("TCDL", "Tổng cục Du lịch")];
        Picker::new(target, &units, chosen.iter().map(|code| UnitCode::parse(code).unwrap()).collect(), None)
    }

    fn typed(picker: &mut Picker, text: &str) {
        for c in text.chars() {
            picker.field.insert_chord(Chord::char(c));
        }
        picker.filter();
    }

    fn codes(chosen: Option<Vec<UnitCode>>) -> Option<Vec<String>> {
        chosen.map(|codes| codes.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn exactly_what_is_marked_is_taken() {
        let mut picker = picker(FieldName::Invited, &[]);
        typed(&mut picker, "c");
        picker.mark();
        assert_eq!(picker.hit(picker.cursor.at).unwrap().0.as_str(), "TCDL", "the cursor has gone on");
        assert_eq!((picker.offer(), codes(picker.take())), (Offer::Marked(1), Some(vec!["CDA".into()])));
        picker.mark();
        assert_eq!(codes(picker.take()), Some(vec!["CDA".into(), "TCDL".into()]));
    }

    #[test]
    fn without_marks_the_selected_one_is_taken() {
        let mut picker = picker(FieldName::Invited, &[]);
        typed(&mut picker, "dien anh");
        assert_eq!(codes(picker.take()), Some(vec!["CDA".into()]));
        picker.mark();
        picker.mark();
        assert_eq!(picker.offer(), Offer::One(&UnitCode::parse("CDA").unwrap()), "a mark set and taken away is none");
        typed(&mut picker, "zzz");
        assert_eq!((picker.offer(), picker.take()), (Offer::Nothing, None));
    }

    #[test]
    fn marks_can_be_taken_away_until_none_is_left() {
        let mut picker = picker(FieldName::Invited, &["VP"]);
        picker.mark();
        assert_eq!((picker.offer(), codes(picker.take())), (Offer::Empty, Some(vec![])));
    }

    #[test]
    fn one_is_taken_at_once() {
        let mut picker = picker(FieldName::Unit, &["CDA"]);
        assert_eq!(picker.hit(picker.cursor.at).unwrap().0.as_str(), "CDA", "it begins at what was chosen");
        typed(&mut picker, "tcdl");
        picker.mark();
        assert_eq!(codes(picker.take()), Some(vec!["TCDL".into()]));
    }
}
