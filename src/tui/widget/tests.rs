mod chance;
mod drawing;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use super::glyph::columns;
use super::{LineField, Pasted, TextField};
use crate::domain::meeting::INVITED_BYTES_MAX;
use crate::domain::text::{Line, Prose};
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
    for (picture, width) in
        [(family, 2), ("\u{1F1FB}\u{1F1F3}", 2), ("\u{2764}\u{FE0F}", 2), ("1\u{FE0F}\u{20E3}", 2), ("\u{24C2}\u{FE0F}", 2), ("会", 2)]
    {
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
fn a_text_longer_than_the_buffer_can_jump_is_kept_and_edited_where_the_caret_is() {
    let long = "CDA, ".repeat(INVITED_BYTES_MAX / 5);
    let mut field = LineField::with_limit(10);
    field.set(&long);
    assert_eq!(field.text(), long);
    assert!(!field.insert_chord(Chord::char('x')), "a full field takes no more");
    let mut field = LineField::with_limit(INVITED_BYTES_MAX);
    field.set(&long);
    assert!(field.apply(Action::TextDeleteWord) && field.insert_chord(Chord::char('V')) && field.insert_chord(Chord::char('P')));
    let changed = format!("{}VP", long.strip_suffix("CDA, ").unwrap());
    assert_eq!(field.text(), changed);
    assert_eq!(drawn(&field, 40).0.chars().rev().take(2).collect::<String>(), "PV");
    // Where the jump ends, and behind it.
    field.editing().go(0, 65_540);
    assert!(field.insert_chord(Chord::char('x')) && field.apply(Action::TextLeft) && field.apply(Action::TextDelete));
    assert_eq!(field.text(), changed);
    assert!(field.apply(Action::TextUndo) && field.text().get(65_535..65_545) == Some("CDA, xCDA,"));
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
