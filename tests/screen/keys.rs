//! What each key does, and what it does not: tables of keys and what is asked of the world.

use lichhop::domain::fault::Fault;
use lichhop::i18n::Lang;
use lichhop::report::Exit;
use lichhop::tui::ask::Purpose;
use lichhop::tui::effect::Effect;
use lichhop::tui::keymap::Action;
use lichhop::tui::layer::Layer;
use lichhop::tui::msg::Msg;
use lichhop::tui::notices::Weight;
use lichhop::tui::pane::Pane;
use lichhop::wire::request::Request;

use super::driver::{Driver, Opening};

fn quits(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Quit(_)))
}

/// The name of a layer, as its debug output begins.
fn layers(driver: &Driver) -> Vec<String> {
    let name = |layer: &Layer| format!("{layer:?}").split(['(', ' ']).next().unwrap().to_lowercase();
    driver.model.layers.iter().map(name).collect()
}

/// Keys that open a layer, with the layers that lie there then.
pub(super) const OPENED: [(&str, &[&str]); 11] = [
    ("?", &["menu"]),
    (":", &["menu"]),
    ("N", &["sheet"]),
    ("enter", &["sheet"]),
    ("n", &["form"]),
    ("n tab tab tab tab tab enter", &["form", "picker"]),
    ("n x ctrl-x", &["form", "confirm"]),
    ("n f1", &["form", "menu"]),
    ("x", &["prompt"]),
    ("v", &["preview"]),
    ("2 /", &["search"]),
];

#[test]
fn keys_open_layers_and_esc_closes_the_top_one_only() {
    for (keys, wanted) in OPENED {
        let mut driver = Driver::ministry();
        driver.keys(keys);
        assert_eq!(layers(&driver), wanted, "{keys}");
        let pane = driver.model.pane;
        for left in (0..wanted.len()).rev() {
            assert!(!quits(&driver.press("esc")), "{keys}");
            assert_eq!(layers(&driver), wanted[..left], "{keys}");
        }
        // With nothing to close it does nothing.
        assert_eq!(driver.press("esc"), [], "{keys}");
        assert_eq!((driver.model.pane, driver.exit), (pane, None), "{keys}");
    }
}

#[test]
fn only_the_week_is_left_for_good() {
    for key in ["q", "ctrl-c"] {
        for pane in ["2", "3", "4"] {
            let mut driver = Driver::ministry();
            driver.keys(pane);
            assert!(!quits(&driver.press(key)), "{pane} {key}");
            assert_eq!(driver.model.pane, Pane::Week, "the first leads home");
            assert_eq!(driver.press(key), [Effect::Quit(Exit::Done)], "{pane} {key}");
        }
        for (keys, _) in OPENED {
            let mut driver = Driver::ministry();
            driver.keys(keys);
            assert!(!quits(&driver.press(key)), "{keys} {key}");
        }
    }
}

#[test]
fn keys_lead_to_panes() {
    let mut driver = Driver::ministry();
    for (key, pane) in [
        ("2", Pane::Meetings),
        ("tab", Pane::Units),
        ("tab", Pane::Outbox),
        ("tab", Pane::Week),
        ("shift-tab", Pane::Outbox),
        ("3", Pane::Units),
        ("m", Pane::Meetings),
        ("4", Pane::Outbox),
        ("m", Pane::Week),
        ("o", Pane::Outbox),
        ("1", Pane::Week),
    ] {
        assert_eq!(driver.keys(key).model.pane, pane, "{key}");
    }
}

#[test]
fn folding_a_leaf_leads_to_what_is_above_it_and_folds_that_next() {
    for key in ["h", "left", "space"] {
        let mut driver = Driver::ministry();
        driver.keys("3");
        let units = &driver.model.units;
        let leaf = units.rows.iter().rposition(|row| row.depth > 0 && !row.parent).unwrap();
        let above = units.units[units.rows[leaf].index].parent.clone();
        let shown = units.rows.len();
        driver.model.units.cursor.at = leaf;
        driver.keys(key);
        let units = &driver.model.units;
        assert_eq!((units.selected().map(|unit| unit.code.clone()), units.rows.len()), (above.clone(), shown), "{key}");
        driver.keys(key);
        let units = &driver.model.units;
        assert_eq!(units.selected().map(|unit| unit.code.clone()), above, "{key}");
        assert!(units.rows.len() < shown, "{key}");
    }
}

#[test]
fn a_further_page_that_fails_is_said_and_tried_again_at_the_end() {
    let mut driver = Driver::ministry();
    driver.press("2");
    driver.answer(0);
    let failed = |driver: &mut Driver| {
        let (ticket, _) = driver.make(0).unwrap();
        assert_eq!((ticket.purpose, driver.asked.len()), (Purpose::MoreMeetings, 0));
        let fault = Fault::Store { detail: "no space left".into() };
        driver.send(Msg::Answered { ticket, reply: Box::new(Err(fault)) })
    };
    assert_eq!(failed(&mut driver), [], "it is not asked for at once again");
    let told = said(&driver);
    assert!(told.contains('×'), "{told}");
    for key in ["k", "j", "j"] {
        assert_eq!(driver.press(key), [], "{key}");
    }
    driver.press("home");
    failed(&mut driver);
    let again = driver.press("k");
    assert!(matches!(&again[..], [Effect::Ask { ticket, .. }] if ticket.purpose == Purpose::MoreMeetings), "{again:?}");
    driver.settle();
    assert_eq!(driver.press("k"), [], "there is nothing more");
}

#[test]
fn what_was_loaded_is_not_asked_for_again() {
    let mut driver = Driver::ministry();
    driver.keys("2 3 4 1");
    for key in ["2", "3", "1"] {
        assert_eq!(driver.press(key), [], "{key}");
    }
}

#[test]
fn text_pasted_where_none_is_typed_does_nothing() {
    for (keys, wanted) in OPENED.iter().filter(|(_, wanted)| matches!(wanted.last(), Some(&"sheet" | &"confirm" | &"preview"))) {
        let mut driver = Driver::ministry();
        driver.keys(keys);
        assert_eq!(driver.send(Msg::Pasted("y\nq\nFx".into())), [], "{keys}");
        assert_eq!(layers(&driver), *wanted, "{keys}");
    }
    let mut driver = Driver::ministry();
    let selected = driver.model.selected_meeting().cloned();
    assert_eq!(driver.send(Msg::Pasted("jjjjq\n".into())), []);
    assert_eq!(driver.model.selected_meeting().cloned(), selected);
    assert!(driver.drawn().row(22).contains("dán"), "it is said: {}", driver.drawn().row(22));
}

#[test]
fn leafing_through_weeks_asks_for_the_last_of_them() {
    let mut driver = Driver::ministry();
    let first = driver.press("l");
    assert!(matches!(&first[..], [Effect::Ask { ticket, .. }] if ticket.purpose == Purpose::Week), "{first:?}");
    for _ in 0..9 {
        assert_eq!(driver.press("l"), [], "while one is on its way");
    }
    assert_eq!(driver.asked.len(), 1);
    let shown = driver.model.week.shown;
    driver.answer(0);
    assert_eq!(driver.model.week.shown, shown, "a week that nobody waits for any more is not shown");
    assert_eq!(driver.asked.len(), 1);
    driver.settle();
    assert_eq!(driver.model.week.shown, Some(driver.model.week.week));
    driver.keys("t");
    assert!(driver.model.selected_meeting().is_some());
}

#[test]
fn the_selection_begins_with_the_next_meeting_of_today() {
    let driver = Driver::ministry();
    let meeting = driver.model.selected_meeting().unwrap();
    assert_eq!(meeting.start.naive().to_string(), "2026-11-25 14:00:00");
    assert_eq!(meeting.title.as_str(), "Họp trực tuyến về chuẩn hóa dữ liệu điểm đến và cơ sở lưu trú du lịch");
}

#[test]
fn an_answer_counts_once() {
    let mut driver = Driver::ministry();
    driver.press("l");
    let (ticket, reply) = driver.make(0).unwrap();
    driver.send(Msg::Answered { ticket, reply: Box::new(reply.clone()) });
    let shown = driver.model.week.shown;
    driver.keys("h");
    assert_eq!(driver.send(Msg::Answered { ticket, reply: Box::new(reply) }), []);
    assert_ne!(driver.model.week.shown, shown);
}

#[test]
fn a_key_pressed_twice_does_nothing_twice() {
    for key in ["F", "s"] {
        let mut driver = Driver::ministry();
        driver.select("Họp rà soát danh mục biểu mẫu");
        assert_eq!(driver.press(key).len(), 1, "{key}");
        assert_eq!(driver.press(key), [], "{key}");
    }
}

#[test]
fn the_palette_does_what_it_names_to_the_selection() {
    let mut driver = Driver::ministry();
    driver.select("Họp rà soát danh mục biểu mẫu");
    let id = driver.model.selected_meeting().unwrap().id.clone();
    driver.keys(":").typed("trinh cuoc hop");
    let effects = driver.press("enter");
    let asked = |effect: &Effect| matches!(effect, Effect::Ask { request: Request::MeetingSubmit(of), .. } if *of == id);
    assert!(effects.iter().any(asked) && driver.model.layers.is_empty(), "{effects:?}");
}

#[test]
fn every_action_can_be_named_in_the_palette_of_every_pane() {
    for pane in ["1", "2", "3", "4"] {
        let mut driver = Driver::ministry();
        driver.keys(pane);
        for action in Action::ALL {
            driver.keys(":").typed(action.title(Lang::Vi));
            let found = matches!(driver.model.layers.last(), Some(Layer::Menu(menu)) if menu.hits[0].action == *action);
            assert!(found, "{pane} {action:?}");
            driver.keys("esc");
        }
    }
}

#[test]
fn help_lies_over_everything_and_does_what_it_lists() {
    let mut driver = Driver::ministry();
    driver.keys("n").typed("Họp").keys("f1").typed("sang o tiep theo").keys("enter");
    assert!(matches!(driver.model.layers.last(), Some(Layer::Form(form)) if form.focused().word() == "start"));
    driver.keys("f1 f1 f1");
    assert_eq!(layers(&driver), ["form", "menu"], "help does not explain itself");
}

#[test]
fn in_a_field_letters_are_letters() {
    let mut driver = Driver::ministry();
    driver.keys("n").typed("qy?:!NFTx12jkgG");
    assert_eq!(layers(&driver), ["form"]);
    assert!(driver.drawn().text().contains("qy?:!NFTx12jkgG"));
}

#[test]
fn the_details_stop_at_their_end() {
    let mut driver = Driver::ministry();
    driver.keys("J J J J J J J J J J J J");
    let end = driver.model.detail_top;
    assert!(end < 12, "{end}");
    driver.keys("K");
    assert!(driver.model.detail_top < end || end == 0);
}

#[test]
fn a_preview_does_not_come_between_a_hand_and_its_form() {
    let mut driver = Driver::ministry();
    driver.press("v");
    driver.press("n");
    driver.settle();
    assert_eq!(layers(&driver), ["form"]);
}

/// The line of what there is to say.
fn said(driver: &Driver) -> String {
    driver.drawn().row(driver.model.size.1 - 2)
}

#[test]
fn a_key_that_means_nothing_says_so_in_passing() {
    let mut driver = Driver::ministry();
    let remembered = driver.model.notices.latest().count();
    for key in ["z", "0", "f9", "alt-x", "z"] {
        driver.press(key);
        assert!(said(&driver).contains(&format!("Phím {key} không dùng ở đây; ? xem phím")), "{}", said(&driver));
        let once = driver.drawn().text();
        driver.press(key);
        assert_eq!(driver.drawn().text(), once, "held, it says nothing new");
    }
    assert_eq!(driver.model.notices.latest().count(), remembered, "nothing of it is remembered");
    driver.resized((40, 10));
    assert!(said(&driver).contains("? xem phím"), "{}", said(&driver));
    driver.press("j");
    assert_eq!(said(&driver).trim(), "", "the next key that means something ends it");
    // Esc does nothing on purpose, and what was said before stays.
    driver.press("esc");
    assert_eq!(said(&driver).trim(), "");
    driver.select("Họp bàn kế hoạch tổ chức Ngày hội").keys("i");
    let before = said(&driver);
    driver.press("z");
    assert_eq!(said(&driver), before);
    driver.model.notices.seen();
    driver.model.say(Weight::Info, "Lời chào dài ".repeat(20));
    assert!(said(&driver).contains("Phím z") && said(&driver).contains("xem hết"), "{}", said(&driver));
}

#[test]
fn where_text_is_typed_no_key_is_called_unknown() {
    for (keys, top) in OPENED {
        let typed = !matches!(top.last(), Some(&"sheet" | &"confirm" | &"preview"));
        let mut driver = Driver::ministry();
        driver.keys(keys).keys("f9 alt-z insert");
        assert_eq!(said(&driver).contains("không dùng ở đây"), !typed, "{keys}: {}", said(&driver));
        if !typed {
            // Known to the panes below, but nothing is done there.
            driver.press("2");
            assert!(said(&driver).contains("Phím 2 không dùng ở đây"), "{keys}: {}", said(&driver));
        }
    }
}

#[test]
fn enter_held_down_with_another_key_is_not_enter() {
    let held = ["ctrl-enter", "alt-enter", "shift-enter", "ctrl-alt-enter"];
    // In each field of the form, and in every layer in which Enter takes something.
    let fields = (0..11).map(|field| format!("n {}", "tab ".repeat(field)));
    let layers = [":", "?", "n tab tab tab tab tab enter", "x", "2 /", "n x ctrl-x", "v"].map(str::to_owned);
    for keys in fields.chain(layers) {
        let mut driver = Driver::ministry();
        driver.keys(&keys);
        let before = format!("{:?}", driver.model.layers);
        for key in held {
            assert_eq!(driver.press(key), [], "{keys} {key}");
            assert_eq!(format!("{:?}", driver.model.layers), before, "{keys} {key}");
        }
        driver.press("enter");
        assert_ne!(format!("{:?}", driver.model.layers), before, "{keys}: alone it does something");
    }
}

#[test]
fn keys_that_mean_nothing_do_nothing() {
    for opening in [Opening::MINISTRY, Opening::EMPTY] {
        let mut driver = Driver::open(opening);
        for key in ["z", "0", "ă", "f9", "insert", "alt-x", "ctrl-space", "backspace", "delete", "space"] {
            assert_eq!(driver.press(key), [], "{key}");
            assert!(driver.model.layers.is_empty() && driver.model.pending.is_empty(), "{key}");
        }
        // Without a meeting nothing is done to one.
        if !opening.ministry {
            for key in ["enter", "e", "s", "a", "r", "R", "v", "i", "x", "o"] {
                assert_eq!(driver.press(key), [], "{key}");
                assert!(driver.model.layers.is_empty() && driver.model.asks.answered_all(), "{key}");
            }
        }
    }
}
