//! Whatever is done in whatever order.

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::domain::text::nfc;
use crate::tui::keymap::{Action, Chord, Key, Scope};
use crate::tui::widget::glyph::{columns, glyphs};
use crate::tui::widget::{LineField, TextField, wrap};

/// What somebody, or chance, may do to a field.
#[derive(Debug, Clone)]
enum Deed {
    Chord(Chord),
    Do(Action),
    Paste(String),
    Normalise,
    Draw(u16, u16),
}

fn deed() -> impl Strategy<Value = Deed> {
    let keys = [Key::Up, Key::Down, Key::Enter, Key::Backspace, Key::Delete, Key::Esc, Key::Tab];
    let texts: Vec<Action> = Action::ALL.iter().copied().filter(|action| action.scope() == Scope::Text).collect();
    let letters = "a \u{301}\u{302}\u{323}eệ会\u{1F468}\u{200D}\u{FE0F}\u{1F1FB}\u{200b}.\t\n\u{1b}\u{ff9e}";
    prop_oneof![
        6 => proptest::sample::select(letters.chars().collect::<Vec<_>>()).prop_map(|c| Deed::Chord(Chord::char(c))),
        1 => any::<char>().prop_map(|c| Deed::Chord(Chord::char(c))),
        2 => proptest::sample::select(keys.to_vec()).prop_map(|key| Deed::Chord(Chord::plain(key))),
        1 => proptest::sample::select(vec!['h', 'j', 'u']).prop_map(|c| Deed::Chord(Chord::ctrl(c))),
        5 => proptest::sample::select(texts).prop_map(Deed::Do),
        1 => proptest::string::string_regex("[aệe\u{301}\u{302} \r\n\t会\u{1F468}\u{200D}]{0,30}").unwrap().prop_map(Deed::Paste),
        1 => Just(Deed::Normalise),
        1 => (0..30u16, 0..6u16).prop_map(|(width, height)| Deed::Draw(width, height)),
    ]
}

macro_rules! whatever_is_done {
    ($field:expr, $initial:expr, $deeds:expr) => {{
        let mut field = $field;
        field.set(&$initial);
        let initial = field.text();
        for deed in $deeds {
            match deed {
                Deed::Chord(chord) => {
                    field.insert_chord(chord);
                }
                Deed::Do(action) => {
                    let (before, changed) = (field.clone(), field.apply(action));
                    prop_assert!(changed || before.text() == field.text());
                }
                Deed::Paste(text) => {
                    let _ = field.paste(&text);
                }
                Deed::Normalise => {
                    field.normalise();
                    prop_assert_eq!(nfc(&field.text()), field.text());
                }
                Deed::Draw(width, height) => {
                    let area = Rect::new(1, 1, width, height);
                    let mut buf = Buffer::empty(Rect::new(0, 0, 32, 8));
                    field.render(area, &mut buf, Style::new(), &Span::raw("…"));
                    prop_assert_eq!(field.caret(area).is_none(), area.is_empty());
                    prop_assert!(field.caret(area).is_none_or(|at| area.contains(at.into())));
                    prop_assert!((0..8).all(|y| buf[(0, y)].symbol() == " "));
                }
            }
        }
        while field.apply(Action::TextRedo) {}
        let text = field.text();
        prop_assert!(!text.chars().any(|c| c.is_control() && c != '\n' && c != '\t'));
        while field.apply(Action::TextUndo) {}
        prop_assert_eq!(field.text(), initial);
        while field.apply(Action::TextRedo) {}
        prop_assert_eq!(nfc(&field.text()), nfc(&text));
    }};
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_done_to_a_line_can_be_undone(initial in "\\PC{0,20}", deeds in proptest::collection::vec(deed(), 0..200)) {
        whatever_is_done!(LineField::new(), initial, deeds);
    }

    #[test]
    fn whatever_is_done_to_a_text_can_be_undone(initial in "[a-zệ\n ]{0,30}", deeds in proptest::collection::vec(deed(), 0..200)) {
        whatever_is_done!(TextField::new(), initial, deeds);
    }

    #[test]
    fn the_rows_of_a_text_are_the_text(text in "[aệ会 \u{302}.\u{1F468}\u{200D}]{0,60}", width in 1..20usize) {
        let rows = wrap::rows(std::slice::from_ref(&text), width);
        prop_assert_eq!(rows.iter().map(|row| text.get(row.from..row.to).unwrap()).collect::<String>(), text.clone());
        prop_assert!(rows.windows(2).all(|pair| pair[0].from < pair[1].from));
        for row in &rows[..rows.len() - 1] {
            let part = text.get(row.from..row.to).unwrap();
            // A single letter may be wider than the row.
            prop_assert!(columns(part) <= width || glyphs(part).filter(|glyph| glyph.columns > 0).count() == 1, "{part:?}");
        }
    }
}
