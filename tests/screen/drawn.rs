//! What holds for every screen, whatever stands on it.

use lichhop::domain::meeting::{Entry, InvitationMode, Urgency};
use lichhop::domain::text::{Line, width};
use lichhop::domain::time::WallTime;
use lichhop::domain::unit::UnitCode;
use lichhop::tui::view::layout::areas;
use lichhop::wire::request::Request;
use ratatui::style::{Color, Modifier};

use super::driver::Driver;
use super::{SIZES, layers};

/// Keys that lead to a list of which one row is selected.
const LISTS: [&str; 8] = ["1", "2", "3", "4", "?", ":", "n f1", "n tab tab tab tab tab enter"];
/// Keys that lead to something else.
const OTHERS: [&str; 8] = ["n", "e", "enter", "N", "x", "2 /", "g", "v"];

#[test]
fn every_screen_fits_and_has_no_colour_where_none_is_wanted() {
    for keys in LISTS.iter().chain(&OTHERS) {
        let mut driver = Driver::ministry();
        driver.keys(keys).theme("mono");
        for size in SIZES {
            let picture = driver.screen(size);
            for cell in picture.buffer.content() {
                assert!(cell.fg == Color::Reset && cell.bg == Color::Reset, "{keys}: {cell:?}");
            }
            for y in 0..size.1 {
                assert_eq!(width(&picture.row(y)), usize::from(size.0), "{keys}: {}", picture.row(y));
            }
            assert!(picture.caret.is_none_or(|(x, y)| x < size.0 && y < size.1), "{keys}: {:?}", picture.caret);
        }
    }
}

#[test]
fn the_selected_row_of_every_list_stands_out_without_colours() {
    for keys in LISTS {
        let mut driver = Driver::ministry();
        driver.keys(keys).theme("mono");
        for after in ["", "down", "down down", "pagedown", "up"] {
            driver.keys(after);
            for size in SIZES {
                let picture = driver.screen(size);
                let rows = picture.reversed_rows();
                assert_eq!(rows.len(), 1, "{keys} {after} {size:?}: {rows:?}\n{}", picture.text());
                assert!(picture.row(rows[0]).contains("> "), "{keys} {after}: the marker too");
            }
        }
    }
}

#[test]
fn the_marked_choice_of_a_question_stands_out_without_colours() {
    for marked in ["", "tab"] {
        let mut driver = Driver::ministry();
        driver.select(layers::UNREACHABLE).keys("x").typed("lý do").keys("enter").keys(marked).theme("mono");
        let picture = driver.screen(SIZES[0]);
        let rows = picture.reversed_rows();
        let text: String =
            picture.runs(rows[0]).iter().filter(|run| run.modifiers.contains(Modifier::REVERSED)).map(|run| &*run.text).collect();
        assert_eq!((rows.len(), text.contains("Không")), (1, marked.is_empty()), "{text}");
    }
}

fn entry(title: &str, hour: usize) -> Entry {
    let line = |text: &str| Line::parse(text).unwrap();
    Entry {
        title: line(title),
        start: WallTime::parse(&format!("2026-11-28 {hour:02}:00"), "2026-11-25T03:00:00Z".parse().unwrap()).unwrap(),
        end: None,
        place: line(&format!("Phòng {hour}")),
        online: None,
        chair: line(&format!("Chủ trì {hour}")),
        unit: UnitCode::parse("VP").unwrap(),
        invited: vec![],
        prepared_by: vec![],
        content: None,
        urgency: Urgency::Normal,
        mode: InvitationMode::Own,
    }
}

#[test]
fn wide_letters_and_marks_of_their_own_shift_no_column() {
    let titles = [
        "plain letters, and enough of them to be cut",
        "Họp về tổ chức Tết và lễ hội đầu năm mới",
        "Ho\u{323}p ve\u{302}\u{300} to\u{302}\u{309} chu\u{31b}\u{301}c Te\u{302}\u{301}t va\u{300} le\u{302}\u{303} ho\u{323}\u{302}i",
        "关于会议室的会议关于会议室的会议关于会议室",
        "a会b议c室d关e于f会g议h室i关j于k会l议m室",
        "👩\u{200d}💼👩\u{200d}💼 họp 👍🏽 ＡＢＣ ｶﾞ ｶﾞ",
        "x\u{334}y\u{20dd}z\u{fe0f} ☎\u{fe0f} ✓\u{fe0f} ①",
    ];
    let mut driver = Driver::ministry();
    for (n, title) in titles.iter().enumerate() {
        driver.meeting(Request::MeetingAdd { entry: Box::new(entry(title, 8 + n)), submit: false });
    }
    driver.settle();
    driver.keys("g g G");
    for size in [(80, 24), (100, 30), (132, 40), (60, 20), (40, 14)] {
        let picture = driver.screen(size);
        let chairs = |y: &u16| {
            let seen: Vec<_> = picture.cells(*y).map(|(x, cell)| (x, cell.symbol().to_owned())).collect();
            let text: String = seen.iter().map(|(_, symbol)| symbol.as_str()).collect();
            let at = text.find("Chủ trì")?;
            let ends = seen.iter().scan(0, |passed, (_, symbol)| {
                *passed += symbol.len();
                Some(*passed)
            });
            ends.zip(&seen).find(|(end, _)| *end > at).map(|(_, (x, _))| *x)
        };
        let columns: Vec<u16> = (2..size.1 - 2).filter(|y| picture.row(*y).contains(":00")).filter_map(|y| chairs(&y)).collect();
        // Beside the list the details name the chair too.
        let list = areas(size).unwrap().list;
        let columns: Vec<u16> = columns.into_iter().filter(|column| *column < list.width).collect();
        assert!(columns.iter().all(|column| *column == columns[0]), "{size:?} {columns:?}\n{}", picture.text());
        assert!(size.0 < 120 || columns.len() >= titles.len().min(usize::from(list.height) - 2), "{size:?}\n{}", picture.text());
    }
}
