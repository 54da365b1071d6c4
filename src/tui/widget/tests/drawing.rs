//! What is seen of a text, and where the cursor stands.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Style, Stylize as _};
use ratatui::text::Span;

use super::{BACKSPACE, drawn, row, typed};
use crate::domain::text::LINE_MAX;
use crate::tui::keymap::{Action, Chord, Key};
use crate::tui::widget::glyph::columns;
use crate::tui::widget::{LineField, TextField};

fn lines(field: &TextField, width: u16, height: u16) -> (Vec<String>, (u16, u16)) {
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    field.render(area, &mut buf, Style::new(), &Span::default());
    ((0..height).map(|y| row(&buf, y)).collect(), field.caret(area).unwrap())
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
    let behind = seen.strip_prefix('…').expect("more before it");
    assert!(long.ends_with(behind) && usize::from(x) == columns(&seen) && (10..20).contains(&x), "{seen:?} {x}");
    assert_eq!(x, 19, "the whole width is used");
    // Within what is seen the text stands still, until the caret would stand on the mark.
    for back in 1..x {
        field.apply(Action::TextLeft);
        assert_eq!(drawn(&field, 20), (seen.clone(), x - back));
    }
    field.apply(Action::TextLeft);
    assert_ne!(drawn(&field, 20).0, seen);
    field.apply(Action::TextHome);
    assert_eq!(drawn(&field, 20), (format!("{}…", long.get(..19).unwrap()), 0));
    // What fits again is seen whole again.
    let mut field = typed(long.get(..20).unwrap(), BACKSPACE);
    assert_ne!(drawn(&field, 20), (long.get(..20).unwrap().to_owned(), 20));
    for _ in 0..2 {
        field.insert_chord(BACKSPACE);
    }
    assert_eq!(drawn(&field, 20), (long.get(..18).unwrap().to_owned(), 18));
    field.set("ngắn");
    assert_eq!(drawn(&field, 20), ("ngắn".to_owned(), 4));
}

#[test]
fn no_room_stays_empty_while_the_beginning_is_out_of_sight() {
    for text in ["0123456789".repeat(9), "Họp về đón Tết Nguyên đán và lễ hội xuân".repeat(2), "会议室a".repeat(20)] {
        let mut field = LineField::new();
        for letter in text.chars() {
            field.insert_chord(Chord::char(letter));
            for width in [9, 20, 36, 58] {
                let (seen, x) = drawn(&field, width);
                // A wide letter may lack one column, and the caret stands behind the last letter.
                assert!(!seen.starts_with('…') || x + 2 >= width, "{width}: {seen:?} {x}");
            }
        }
        for _ in 0..text.chars().count() {
            field.insert_chord(BACKSPACE);
            let (seen, x) = drawn(&field, 20);
            assert!(!seen.starts_with('…') || x + 2 >= 20, "{seen:?} {x}");
        }
    }
}

#[test]
fn where_there_is_more_a_mark_tells() {
    for text in ["0123456789".repeat(4), "Họp về đón Tết Nguyên đán và lễ hội xuân".to_owned(), "会议室".repeat(9), "a会".repeat(12)]
    {
        let mut field = typed(&text, BACKSPACE);
        let letters: Vec<char> = text.chars().collect();
        let total = columns(&text);
        for width in [5, 6, 11, 20, 39, 40, 41] {
            field.apply(Action::TextEnd);
            let whole = total < usize::from(width);
            for at in (0..=letters.len()).rev() {
                let (seen, x) = drawn(&field, width);
                let before: String = letters[..at].iter().collect();
                let under = letters.get(at);
                // On the screen the letter of the caret stands where the cursor does, and is no mark.
                let shown = seen.chars().scan(0, |column, letter| {
                    let here = *column;
                    *column += u16::try_from(columns(&letter.to_string())).unwrap();
                    Some((here, letter))
                });
                let there = shown.filter(|(column, _)| *column == x).map(|(_, letter)| letter).next();
                if under.is_some_and(|letter| *letter != ' ') {
                    assert_eq!(there.as_ref(), under, "{text} {width} {at}: {seen:?} {x}");
                }
                let hidden = columns(&before) > usize::from(x);
                assert_eq!(seen.starts_with('…'), hidden, "{text} {width} {at}: {seen:?} {x}");
                let rest = total - columns(&before);
                assert_eq!(seen.ends_with('…'), usize::from(x) + rest > usize::from(width), "{text} {width} {at}: {seen:?} {x}");
                assert!(!whole || !seen.contains('…'), "{seen:?}");
                field.apply(Action::TextLeft);
            }
        }
    }
}

#[test]
fn a_field_that_nobody_types_into_shows_its_beginning() {
    let field = typed("Họp về việc đón Tết Nguyên đán", BACKSPACE);
    let at_rest = |width| {
        let area = Rect::new(0, 0, width, 1);
        let mut buf = Buffer::empty(area);
        field.render_at_rest(area, &mut buf, Style::new(), &Span::default());
        row(&buf, 0)
    };
    assert_eq!((at_rest(20).as_str(), at_rest(30).as_str()), ("Họp về việc đón Tết…", "Họp về việc đón Tết Nguyên đán"));
    assert_eq!((at_rest(29).as_str(), at_rest(4).as_str()), ("Họp về việc đón Tết Nguyên đ…", "Họp"));
}

#[test]
fn an_empty_field_shows_what_is_expected_in_it() {
    let area = Rect::new(0, 0, 12, 2);
    let mut buf = Buffer::filled(area, Cell::new("x"));
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
