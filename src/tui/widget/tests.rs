use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Style, Stylize as _};
use ratatui::text::Span;

use super::glyph::columns;
use super::{LineField, Pasted, TextField};
use crate::domain::text::{LINE_MAX, Line, Prose, nfc};
use crate::tui::keymap::{Action, Chord, Key, Scope};

const BACKSPACE: Chord = Chord::plain(Key::Backspace);

/// Types a stream as a terminal sends it: `<` stands for Backspace.
fn typed(stream: &str, backspace: Chord) -> LineField {
    let mut field = LineField::new();
    for c in stream.chars() {
        assert!(field.insert_chord(if c == '<' { backspace } else { Chord::char(c) }), "{c:?} in {stream}");
    }
    field
}

fn row(buf: &Buffer, y: u16) -> String {
    let mut text = String::new();
    let mut x = 0;
    while x < buf.area.width {
        let symbol = buf[(x, y)].symbol();
        text.push_str(symbol);
        x += u16::try_from(columns(symbol)).unwrap().max(1);
    }
    text.trim_end().to_owned()
}

fn drawn(field: &LineField, width: u16) -> (String, u16) {
    let area = Rect::new(0, 0, width, 1);
    let mut buf = Buffer::empty(area);
    field.render(area, &mut buf, Style::new(), &Span::default());
    (row(&buf, 0), field.caret(area).unwrap().0)
}

fn lines(field: &TextField, width: u16, height: u16) -> (Vec<String>, (u16, u16)) {
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    field.render(area, &mut buf, Style::new(), &Span::default());
    ((0..height).map(|y| row(&buf, y)).collect(), field.caret(area).unwrap())
}

#[test]
fn an_input_method_that_sends_composed_letters_rewrites_the_word() {
    // Telex: "tieengs Vieetj", each recomposition as backspaces and letters.
    let stream = "tie<êng<<<ếng Vie<êt<<ệt";
    for backspace in [BACKSPACE, Chord::ctrl('h')] {
        let field = typed(stream, backspace);
        assert_eq!(field.text(), "tiếng Việt");
        assert_eq!(drawn(&field, 40), ("tiếng Việt".to_owned(), 10));
    }
}

#[test]
fn an_input_method_that_counts_the_parts_of_decomposed_letters_rewrites_the_word() {
    let field = typed("tie<e\u{302}ng<<<<e\u{302}\u{301}ng Vie<e\u{302}t<<<e\u{323}\u{302}t", BACKSPACE);
    assert_eq!(field.text(), "tie\u{302}\u{301}ng Vie\u{323}\u{302}t");
    assert_eq!(field.committed(), "tiếng Việt");
    assert_eq!(drawn(&field, 40).1, 10);
}

#[test]
fn backspace_takes_a_mark_from_what_was_typed_in_parts() {
    let mut field = typed("Vie\u{323}\u{302}t<", BACKSPACE);
    assert_eq!((field.committed().as_str(), drawn(&field, 40).1), ("Việ", 3));
    field.insert_chord(BACKSPACE);
    assert_eq!((field.committed().as_str(), drawn(&field, 40).1), ("Viẹ", 3));
    // A letter in one piece goes in one piece.
    assert_eq!(typed("Việ<", BACKSPACE).text(), "Vi");
}

#[test]
fn backspace_takes_the_whole_of_what_is_one_picture() {
    let family = "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}";
    for (picture, width) in [(family, 2), ("\u{1F1FB}\u{1F1F3}", 2), ("\u{2764}\u{FE0F}", 2), ("1\u{FE0F}\u{20E3}", 2), ("会", 2)] {
        let mut field = typed(&format!("a{picture}b"), BACKSPACE);
        assert_eq!(drawn(&field, 40).1, 2 + width, "{picture}");
        field.insert_chord(BACKSPACE);
        assert_eq!(drawn(&field, 40), (format!("a{picture}"), 1 + width));
        field.insert_chord(BACKSPACE);
        assert_eq!(field.text(), "a", "{picture}");
    }
}

#[test]
fn what_an_input_method_hides_can_be_taken_back_and_is_never_kept() {
    assert_eq!(typed("a\u{200b}<b", BACKSPACE).text(), "ab");
    let mut field = typed("a\u{200b}b", BACKSPACE);
    assert_eq!((field.committed().as_str(), drawn(&field, 9).1), ("ab", 2));
    field.normalise();
    assert_eq!(field.text(), "ab");
    assert!(!field.insert_chord(Chord::char('\u{1b}')) && !field.insert_chord(Chord::char('\n')));
}

#[test]
fn what_is_left_is_composed_and_the_caret_stays_at_its_letter() {
    let mut field = typed("Vie\u{323}\u{302}t Nam", BACKSPACE);
    field.apply(Action::TextWordLeft);
    field.normalise();
    assert_eq!((field.text().as_str(), drawn(&field, 40).1), ("Việt Nam", 5));
    field.insert_chord(Chord::char('x'));
    assert_eq!(field.text(), "Việt xNam");
    // Composing is no step that anybody would see being undone.
    assert!(field.apply(Action::TextUndo));
    assert_eq!(field.committed(), "Việt Nam");
    assert!(field.apply(Action::TextUndo));
    assert_eq!(field.committed(), "Việt");
}

#[test]
fn the_caret_moves_and_deletes_by_whole_letters_and_words() {
    use Action::{TextDelete, TextDeleteToStart, TextDeleteWord, TextEnd, TextHome, TextLeft, TextRight, TextWordLeft, TextWordRight};
    let mut field = LineField::new();
    let mut step = |text: &str, actions: &[Action]| {
        field.set("");
        for c in text.chars() {
            field.insert_chord(Chord::char(c));
        }
        for action in actions {
            field.apply(*action);
        }
        (field.committed(), drawn(&field, 60).1)
    };
    let decomposed = "Ho\u{323}i đo\u{302}\u{300}ng";
    for text in ["Họi đồng", decomposed] {
        assert_eq!(step(text, &[TextLeft, TextLeft, TextLeft]), ("Họi đồng".into(), 5));
        assert_eq!(step(text, &[TextHome, TextRight, TextRight]), ("Họi đồng".into(), 2));
        assert_eq!(step(text, &[TextHome, TextRight, TextDelete]), ("Hi đồng".into(), 1));
        assert_eq!(step(text, &[TextWordLeft]), ("Họi đồng".into(), 4));
        assert_eq!(step(text, &[TextHome, TextWordRight]), ("Họi đồng".into(), 3));
        assert_eq!(step(text, &[TextHome, TextWordRight, TextWordRight]), ("Họi đồng".into(), 8));
        assert_eq!(step(text, &[TextDeleteWord]), ("Họi".into(), 4));
        assert_eq!(step(text, &[TextLeft, TextDeleteToStart]), ("g".into(), 0));
        assert_eq!(step(text, &[TextHome, TextEnd, TextDelete]), ("Họi đồng".into(), 8));
    }
}

#[test]
fn an_action_that_changes_nothing_says_so() {
    let mut field = LineField::new();
    for action in Action::ALL {
        assert!(!field.apply(*action), "{action:?}");
    }
    assert!(!field.insert_chord(BACKSPACE) && !field.insert_chord(Chord::plain(Key::Enter)));
    field.insert_chord(Chord::char('a'));
    assert!(field.apply(Action::TextLeft) && !field.apply(Action::TextLeft) && !field.apply(Action::TextHome));
    assert!(Action::ALL.iter().filter(|action| action.scope() != Scope::Text).all(|action| !field.apply(*action)));
}

#[test]
fn undo_takes_back_a_word_however_it_was_composed() {
    let mut field = typed("tie<êng<<<ếng Vie<êt<<ệt Nam", BACKSPACE);
    for before in ["tiếng Việt ", "tiếng ", ""] {
        assert!(field.apply(Action::TextUndo));
        assert_eq!(field.text(), before);
    }
    assert!(!field.apply(Action::TextUndo));
    for after in ["tiếng ", "tiếng Việt ", "tiếng Việt Nam"] {
        assert!(field.apply(Action::TextRedo));
        assert_eq!(field.text(), after);
    }
    assert!(!field.apply(Action::TextRedo));
}

#[test]
fn undo_brings_back_what_was_erased() {
    let mut field = typed("Bộ Văn hóa<<<<<<", BACKSPACE);
    assert_eq!(field.text(), "Bộ V");
    assert!(field.apply(Action::TextUndo));
    assert_eq!(field.text(), "Bộ Văn hóa");
    field.apply(Action::TextDeleteToStart);
    field.apply(Action::TextUndo);
    assert_eq!((field.text().as_str(), drawn(&field, 40).1), ("Bộ Văn hóa", 10));
    // Another place, another step.
    field.insert_chord(Chord::char('x'));
    field.apply(Action::TextLeft);
    field.insert_chord(Chord::char('y'));
    field.apply(Action::TextUndo);
    assert_eq!(field.text(), "Bộ Văn hóax");
}

#[test]
fn what_is_pasted_into_a_line_is_one_line() {
    let cases = [
        ("tie\u{302}\u{301}ng Vie\u{323}\u{302}t\r\nx\ny\tz", "tiếng Việt x y z"),
        ("số 5\n", "số 5"),
        ("a\u{1b}[31mb\u{0}c\u{202e}d\u{9b}e", "a[31mbcde"),
        ("a\rb", "a b"),
        ("\r\n\r\n", ""),
    ];
    for (raw, text) in cases {
        let mut field = LineField::new();
        assert_eq!(field.paste(raw), Pasted { taken: text.chars().count(), cut: 0 });
        assert_eq!(field.text(), text);
        if !text.is_empty() {
            assert!(field.apply(Action::TextUndo), "{raw:?}");
        }
        assert!(field.is_empty());
    }
}

#[test]
fn a_paste_beyond_the_limit_is_cut_at_a_letter_and_counted() {
    let mut field = LineField::with_limit(10);
    field.insert_chord(Chord::char('a'));
    assert_eq!(field.paste(&"ệ".repeat(25)), Pasted { taken: 9, cut: 16 });
    assert_eq!(field.paste("x"), Pasted { taken: 0, cut: 1 });
    assert_eq!(field.text(), format!("a{}", "ệ".repeat(9)));
    let mut field = LineField::with_limit(6);
    let family = "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}";
    assert_eq!(field.paste(&family.repeat(2)), Pasted { taken: 5, cut: 5 });
    // Typing goes further: the form says what is too long. It does not go on for ever.
    let taken = std::iter::repeat_with(|| field.insert_chord(Chord::char('x'))).take(100).filter(|taken| *taken).count();
    assert_eq!(taken, 19);
}

#[test]
fn what_is_committed_is_what_the_office_keeps() {
    let mut field = LineField::new();
    field.set("  Ho\u{323}p  giao\u{3000}ban ");
    assert_eq!(field.committed(), Line::parse(&field.text()).unwrap().as_str());
    assert_eq!(field.committed(), "Họp giao ban");
    let mut field = TextField::new();
    field.set("\n Kính mời  \r\n\r\ntới dự\t\n");
    assert_eq!(field.committed(), Prose::parse(&field.text()).unwrap().as_str());
    assert_eq!(field.committed(), "Kính mời\n\ntới dự");
    assert!(LineField::new().committed().is_empty());
}

#[test]
fn a_long_line_scrolls_so_that_the_caret_is_seen() {
    let long: String = (0..LINE_MAX).map(|n| char::from(b'0' + u8::try_from(n % 10).unwrap())).collect();
    for (text, name) in
        [(long.clone(), "ascii"), ("ệ".repeat(500), "nfc"), ("e\u{323}\u{302}".repeat(300), "nfd"), ("会".repeat(250), "cjk")]
    {
        let mut field = typed(&text, BACKSPACE);
        for width in [1, 2, 3, 7, 20, 80] {
            let wide = if name == "cjk" { 2 } else { 1 };
            for action in [Action::TextEnd, Action::TextLeft, Action::TextLeft, Action::TextHome, Action::TextRight, Action::TextEnd] {
                field.apply(action);
                let (seen, x) = drawn(&field, width);
                assert!(x < width, "{name} {width} {action:?}");
                // What stands before the caret on the screen is what stands before it in the text.
                let shown = u16::try_from(columns(&seen)).unwrap();
                assert!(shown >= x.saturating_sub(wide - 1), "{name} {width} {action:?}: {seen:?} {x}");
            }
        }
    }
    let mut field = typed(&long, BACKSPACE);
    let (seen, x) = drawn(&field, 20);
    assert!(long.ends_with(&seen) && usize::from(x) == seen.len() && (10..20).contains(&x), "{seen:?} {x}");
    // Within what is seen the text stands still.
    for back in 1..=x {
        field.apply(Action::TextLeft);
        assert_eq!(drawn(&field, 20), (seen.clone(), x - back));
    }
    field.apply(Action::TextHome);
    assert_eq!(drawn(&field, 20), (long.get(..20).unwrap().to_owned(), 0));
    field.set("ngắn");
    assert_eq!(drawn(&field, 20), ("ngắn".to_owned(), 4));
}

#[test]
fn an_empty_field_shows_what_is_expected_in_it() {
    let area = Rect::new(0, 0, 12, 2);
    let mut buf = Buffer::filled(area, ratatui::buffer::Cell::new("x"));
    LineField::new().render(area, &mut buf, Style::new(), &"14h 05/12".dim());
    assert_eq!((row(&buf, 0), row(&buf, 1)), ("14h 05/12".to_owned(), String::new()));
    assert_eq!(LineField::new().caret(area), Some((0, 0)));
    let mut buf = Buffer::empty(area);
    TextField::new().render(area, &mut buf, Style::new(), &"nội dung cuộc họp".dim());
    assert_eq!((row(&buf, 0), row(&buf, 1)), ("nội dung".to_owned(), "cuộc họp".to_owned()));
}

#[test]
fn a_text_is_wrapped_at_words_and_scrolls_to_the_caret() {
    let mut field = TextField::new();
    let _ = field.paste("Kính mời Lãnh đạo các đơn vị\nĐúng giờ");
    assert_eq!(lines(&field, 13, 4), (vec!["Kính mời".into(), "Lãnh đạo các".into(), "đơn vị".into(), "Đúng giờ".into()], (8, 3)));
    assert_eq!(lines(&field, 13, 2), (vec!["đơn vị".into(), "Đúng giờ".into()], (8, 1)));
    assert_eq!((field.height(13), field.height(80)), (4, 2));
    let up = Chord::plain(Key::Up);
    assert!(field.insert_chord(up) && field.insert_chord(up));
    // The column is kept through a shorter row.
    assert_eq!(lines(&field, 13, 2).1, (8, 0));
    assert!(field.insert_chord(up) && !field.insert_chord(up));
    assert_eq!(lines(&field, 13, 2), (vec!["Kính mời".into(), "Lãnh đạo các".into()], (8, 0)));
    // A word longer than a row is broken within; the caret behind a full row stands in the free column.
    field.set("nghiêngnghiêng");
    assert_eq!(lines(&field, 8, 3), (vec!["nghiêng".into(), "nghiêng".into(), String::new()], (7, 1)));
    field.insert_chord(Chord::char(' '));
    assert_eq!(lines(&field, 8, 3).1, (0, 2));
}

#[test]
fn a_text_has_lines() {
    let mut field = TextField::new();
    for chord in [Chord::char('a'), Chord::plain(Key::Enter), Chord::char('b'), Chord::ctrl('j'), Chord::char('c')] {
        assert!(field.insert_chord(chord));
    }
    assert_eq!(field.text(), "a\nb\nc");
    for action in [Action::TextHome, Action::TextDeleteBack, Action::TextLeft, Action::TextLeft, Action::TextDelete] {
        assert!(field.apply(action), "{action:?}");
    }
    assert_eq!(field.text(), "abc");
    let _ = field.paste("1\r\n\r\n2");
    assert_eq!(field.text(), "a1\n\n2bc");
    while field.apply(Action::TextUndo) {}
    assert!(field.is_empty());
    while field.apply(Action::TextRedo) {}
    assert_eq!(field.text(), "a1\n\n2bc");
}

#[test]
fn no_area_is_too_small() {
    let mut fields = (LineField::new(), TextField::new());
    for text in ["", "会会", "a b c\nd"] {
        fields.0.set(text);
        fields.1.set(text);
        for (width, height) in [(0, 0), (0, 3), (3, 0), (1, 1), (1, 2), (2, 1)] {
            let area = Rect::new(0, 0, width, height);
            let mut buf = Buffer::empty(area);
            let outside = Rect::new(5, 5, 4, 4);
            for area in [area, outside] {
                fields.0.render(area, &mut buf, Style::new(), &Span::raw("会 x"));
                fields.1.render(area, &mut buf, Style::new(), &Span::raw("会 x"));
            }
            assert_eq!(fields.0.caret(area).is_some(), width * height > 0);
            assert!(fields.1.caret(area).is_none_or(|(x, y)| x < width && y < height));
            assert_eq!(fields.1.caret(area).is_some(), width * height > 0);
        }
    }
}

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
        let rows = super::wrap::rows(std::slice::from_ref(&text), width);
        prop_assert_eq!(rows.iter().map(|row| text.get(row.from..row.to).unwrap()).collect::<String>(), text.clone());
        prop_assert!(rows.windows(2).all(|pair| pair[0].from < pair[1].from));
        for row in &rows[..rows.len() - 1] {
            let part = text.get(row.from..row.to).unwrap();
            prop_assert!(columns(part) <= width.max(2), "{part:?}");
        }
    }
}
