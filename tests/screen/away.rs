//! The host is away for a while, under the eyes of whoever looks at the screen.

use lichhop::domain::fault::{Fault, HostFault};
use lichhop::domain::text::Prose;
use lichhop::tui::ask::{Purpose, Ticket};
use lichhop::tui::effect::Effect;
use lichhop::tui::layer::Layer;
use lichhop::tui::layer::form::draft_name;
use lichhop::tui::msg::Msg;
use lichhop::wire::change::{Change, ChangeKind};
use lichhop::wire::request::{EntryChanges, Request};

use super::driver::Driver;
use super::{assert_screens, told};

const FILLED: [&str; 6] = ["Họp đột xuất", "thứ 6 8h", "", "Phòng 1", "Vụ trưởng", "VP"];
const MARK: &str = "nối lại…";
/// Everybody may have gone on meanwhile.
const FREE: &str = "Họp về kế hoạch tuyển dụng";

fn nobody() -> Fault {
    Fault::Host { problem: HostFault::Nobody { socket: "/run/lichhop/host.sock".into() } }
}

fn lost() -> Fault {
    Fault::Host { problem: HostFault::Lost }
}

/// The host is back, and what the screen asks of it is answered.
fn back(driver: &mut Driver) -> &mut Driver {
    driver.send(Msg::Changed(Change { revision: 0, kinds: vec![ChangeKind::Everything] }));
    driver.settle();
    driver
}

/// Nobody answers what was asked.
fn unanswered(driver: &mut Driver, why: &Fault) {
    while let Some((ticket, _)) = driver.asked.pop_front() {
        driver.send(Msg::Answered { ticket, reply: Box::new(Err(why.clone())) });
    }
}

fn text(driver: &Driver) -> String {
    driver.drawn().text()
}

/// The lines below the panes and layers, without their breaks.
fn said(driver: &mut Driver) -> String {
    let told = driver.screen((100, 30)).text();
    let lines: Vec<_> = told.lines().rev().skip(1).take_while(|line| !line.starts_with(['└', '─'])).collect();
    lines.into_iter().rev().flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_week_and_a_form_while_the_host_is_away() {
    let gone = |driver: &mut Driver| {
        driver.send(Msg::Away);
    };
    assert_screens!(
        "week_away",
        told(|driver| {
            gone(driver);
            driver
        })
    );
    assert_screens!(
        "form_away",
        told(|driver| {
            driver.keys("n").filled(&FILLED);
            gone(driver);
            driver
        })
    );
}

#[test]
fn the_mark_stands_beside_everything_until_the_host_is_back() {
    let mut driver = Driver::ministry();
    assert!(!text(&driver).contains(MARK));
    driver.send(Msg::Away);
    for keys in ["j", "2", "3", "4", "1", "n", "esc", "?", "esc", ":", "esc", "/", "esc", "N", "esc"] {
        driver.keys(keys);
        for size in [(80, 24), (40, 10)] {
            assert!(driver.screen(size).row(0).contains(MARK), "{keys} {size:?}\n{}", text(&driver));
        }
    }
    back(&mut driver);
    let told = driver.screen((160, 50)).text();
    assert!(!told.contains(MARK) && !told.contains("có thể đã cũ") && told.contains("Đã nối lại"), "{told}");
    driver.keys("j");
    assert!(!driver.told().contains("nối lại"), "{}", text(&driver));
}

#[test]
fn what_is_on_the_screen_stays_and_is_read_anew_with_the_selection_where_it_was() {
    let mut driver = Driver::ministry();
    driver.select(FREE);
    let (selected, list) = (driver.model.selected_meeting().unwrap().clone(), driver.model.week.rows.len());
    driver.send(Msg::Away);
    // What the screen asks for by itself fails in silence: the mark says why.
    driver.send(Msg::Changed(Change { revision: 0, kinds: vec![ChangeKind::Outbox] }));
    driver.send(Msg::Away);
    unanswered(&mut driver, &lost());
    assert_eq!((driver.model.week.rows.len(), driver.model.selected_meeting()), (list, Some(&selected)));
    assert_eq!(driver.model.notices.latest().count(), 0, "{}", text(&driver));
    let content = Prose::parse("Họp kín.").ok();
    let changes = Box::new(EntryChanges { content, ..EntryChanges::default() });
    driver.meeting(Request::MeetingEdit { id: selected.id.clone(), changes, expected: None });
    back(&mut driver);
    let now = driver.model.selected_meeting().unwrap();
    assert_eq!((&now.id, now.revision > selected.revision), (&selected.id, true));
    // Also where nobody looked meanwhile.
    driver.keys("2");
    assert!(driver.model.meetings.list.iter().any(|meeting| meeting.id == selected.id && meeting.revision > selected.revision));
}

#[test]
fn what_a_key_asks_to_see_comes_when_the_host_is_back() {
    let mut driver = Driver::ministry();
    driver.send(Msg::Away);
    driver.press("2");
    unanswered(&mut driver, &nobody());
    assert!(said(&mut driver).contains("Chưa đọc được"), "{}", said(&mut driver));
    assert!(!driver.model.meetings.loaded && driver.asked.is_empty(), "it is not asked for again and again");
    back(&mut driver);
    assert!(driver.model.meetings.loaded && !driver.model.meetings.list.is_empty());
}

#[test]
fn a_form_that_was_not_saved_says_so_keeps_everything_and_is_saved_later() {
    for (why, facts) in [
        (nobody(), ["Chưa lưu", "vẫn được giữ", "nhấn ctrl-s để lưu"]),
        (Fault::Locked { pid: Some(7) }, ["Chưa lưu", "vẫn được giữ", "nhấn ctrl-s để lưu"]),
        (lost(), ["Chưa rõ đã lưu hay chưa", "vẫn được giữ", "nếu chưa có thì nhấn ctrl-s"]),
    ] {
        let mut driver = Driver::ministry();
        driver.keys("n").filled(&FILLED);
        driver.send(Msg::Away);
        driver.press("ctrl-s");
        unanswered(&mut driver, &why);
        let told = said(&mut driver);
        assert!(facts.iter().all(|fact| told.contains(fact)), "{told}");
        assert!(!told.contains("systemctl") && driver.asked.is_empty(), "{told}");
        back(&mut driver);
        assert!(text(&driver).contains(FILLED[0]), "it stands in the form");
        driver.keys("ctrl-s");
        assert_eq!(driver.titled(FILLED[0]).place.as_str(), "Phòng 1");
        assert!(driver.model.layers.is_empty() && !said(&mut driver).contains("Chưa lưu"), "{}", said(&mut driver));
    }
}

#[test]
fn what_else_is_not_done_says_whether_it_may_have_been() {
    for (why, facts) in [(nobody(), ["Chưa làm được", "Không có gì được ghi"]), (lost(), ["giữa lúc làm", "Chưa rõ đã làm xong"])]
    {
        let mut driver = Driver::ministry();
        driver.select("Họp rà soát danh mục biểu mẫu");
        driver.send(Msg::Away);
        driver.press("s");
        unanswered(&mut driver, &why);
        driver.model.away = None;
        driver.keys("N");
        let told: String = driver.told().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(facts.iter().all(|fact| told.contains(fact)), "{told}");
    }
}

#[test]
fn a_save_that_gets_through_by_the_next_host_is_all_that_is_said_below() {
    let mut driver = Driver::ministry();
    driver.keys("n").filled(&FILLED);
    driver.send(Msg::Changed(Change { revision: 0, kinds: vec![ChangeKind::Outbox] }));
    let status = driver.asked.pop_front().map(|(ticket, _)| ticket).unwrap();
    driver.press("ctrl-s");
    driver.send(Msg::Away);
    // What the screen asks for by itself meets the gap, the save does not.
    driver.send(Msg::Answered { ticket: status, reply: Box::new(Err(lost())) });
    back(&mut driver);
    let told = said(&mut driver);
    assert!(told.contains("✓ Đã đăng ký") && !told.contains('×') && !told.contains("Chưa rõ"), "{told}");
    assert!(driver.model.layers.is_empty() && !driver.model.asks.changing_meetings());
}

/// What was asked of the host in these effects to be done.
fn deed(effects: &[Effect]) -> Ticket {
    let deed = |effect: &Effect| match effect {
        Effect::Ask { ticket, .. } if ticket.purpose == Purpose::Deed => Some(*ticket),
        _ => None,
    };
    effects.iter().find_map(deed).unwrap()
}

#[test]
fn a_draft_that_waits_is_said_to_until_it_is_kept_or_the_form_is_saved() {
    let form = draft_name(None).unwrap();
    let not_kept = |why| Msg::DraftNotKept { form: form.clone(), why };
    for (settled, why) in [(Msg::DraftKept(form.clone()), nobody()), (Msg::DraftKept(form.clone()), Fault::Full)] {
        let mut driver = Driver::ministry();
        driver.keys("n").filled(&FILLED);
        let before = said(&mut driver);
        driver.send(not_kept(why.clone()));
        driver.send(not_kept(why));
        let told = said(&mut driver);
        assert!(told.matches("bản đang gõ").count() + told.matches("Bản nháp chưa ghi được").count() == 1, "once: {told}");
        driver.send(settled);
        assert_eq!(said(&mut driver), before);
    }
    // A save that gets through by the next host.
    for late in [false, true] {
        let mut driver = Driver::ministry();
        driver.keys("n").filled(&FILLED);
        let saving = driver.press("ctrl-s");
        if !late {
            driver.send(not_kept(lost()));
        }
        assert_eq!(driver.asked.front().map(|(ticket, _)| *ticket), Some(deed(&saving)));
        driver.settle();
        if late {
            driver.send(not_kept(lost()));
        }
        let told = said(&mut driver);
        assert!(told.contains("Đã đăng ký") && !told.contains("Bản nháp") && !told.contains("bản đang gõ"), "{told}");
        assert!(!driver.model.layers.iter().any(|layer| matches!(layer, Layer::Form(_))));
        assert!(!driver.model.notices.latest().any(|notice| notice.text.contains("Bản nháp")), "nor in the list");
    }
}
