//! The outbox while the relay is in trouble.

use chrono::{DateTime, Duration, Utc};
use lichhop::domain::outbox::{Failure, ItemState};
use lichhop::i18n::Lang;
use lichhop::wire::reply::{RelayPause, RelayTrouble};

use super::driver::{Driver, NOW, Opening, USUAL};

fn now() -> DateTime<Utc> {
    NOW.parse().unwrap()
}

/// The outbox, its messages due five minutes ago, while nobody listens at the relay's port; tried again after so long.
fn unreachable(lang: Lang, again: Duration) -> Driver {
    let mut driver = Driver::open(Opening::MINISTRY.lang(lang));
    driver.keys("4");
    let failure = Failure { phase: "connect".to_owned(), code: None, enhanced: None, text: "Connection refused (os error 111)".to_owned() };
    for item in &mut driver.model.outbox.items {
        item.next_attempt = item.next_attempt.map(|_| now() - Duration::minutes(5));
    }
    let status = driver.model.outbox.status.as_mut().unwrap();
    "smtp+plain://mailhub.bvhttdl.gov.vn:2525".clone_into(&mut status.relay);
    let since = now() - Duration::minutes(7);
    status.pause = Some(RelayPause { trouble: RelayTrouble::Unreachable { failure }, since, runs: 3, next_probe: Some(now() + again) });
    driver
}

/// The rows of the list that show this word, and those of the details.
fn rows(picture: &str, word: &str) -> Vec<String> {
    picture.lines().skip(2).take_while(|line| !line.contains('─')).filter(|line| line.contains(word)).map(str::to_owned).collect()
}

fn details(picture: &str) -> Vec<String> {
    picture.lines().skip_while(|line| !line.contains('─')).skip(1).take(7).map(|line| line.trim().to_owned()).collect()
}

#[test]
fn what_waits_does_not_look_as_if_it_was_sent() {
    let mut driver = unreachable(Lang::Vi, Duration::seconds(250));
    for size in [USUAL, (120, 40), (40, 10)] {
        let text = driver.screen(size).text();
        let waiting = rows(&text, "chờ gửi");
        assert!(!waiting.is_empty() && waiting.iter().all(|row| row.contains("4 phút nữa")), "{size:?}\n{text}");
        assert!(!text.contains("trước"), "{size:?}\n{text}");
    }
    let text = driver.screen((120, 40)).text();
    let sent = rows(&text, "đã gửi");
    assert!(!sent.is_empty() && sent.iter().all(|row| row.contains("/11 ") && !row.contains("nữa")), "{text}");
    // One that is due later than the relay is tried waits for its own time.
    driver.model.outbox.items.iter_mut().for_each(|item| item.next_attempt = item.next_attempt.map(|_| now() + Duration::hours(3)));
    let text = driver.screen(USUAL).text();
    assert!(rows(&text, "chờ gửi").iter().all(|row| row.contains("3 giờ nữa")), "{text}");
    driver.model.outbox.status.as_mut().unwrap().pause = None;
    driver.model.outbox.items.iter_mut().for_each(|item| item.next_attempt = item.next_attempt.map(|_| now()));
    let text = driver.screen(USUAL).text();
    assert!(rows(&text, "chờ gửi").iter().all(|row| row.contains("đến hạn")), "{text}");
}

#[test]
fn the_trouble_is_told_in_the_readers_language_and_cut_with_a_mark() {
    let mut driver = unreachable(Lang::Vi, Duration::seconds(250));
    let text = driver.screen((139, 40)).text();
    let head = text.lines().nth(1).unwrap();
    assert!(head.contains("! thử lại 4 phút nữa · máy chủ từ chối kết nối (Connection refused, os error 111) · smtp"), "{head}");
    for columns in [40, 60, 80] {
        let text = driver.screen((columns, 24)).text();
        let head = text.lines().nth(1).unwrap();
        assert!(head.trim_end().ends_with('…') && head.contains("thử lại"), "{head}");
    }
    let text = unreachable(Lang::En, Duration::seconds(30)).screen(USUAL).text();
    assert!(text.contains("trying again in under 1 min"), "{text}");
    let text = unreachable(Lang::Vi, Duration::seconds(-20)).screen(USUAL).text();
    assert!(text.contains("sắp thử lại"), "{text}");
}

#[test]
fn when_it_goes_on_and_what_the_trouble_is_stand_in_the_few_rows_below_the_list() {
    for lang in Lang::ALL {
        let mut driver = unreachable(lang, Duration::seconds(370));
        let text = driver.screen(USUAL).text();
        let details = details(&text);
        let (again, whole) = match lang {
            Lang::Vi => ("Thử lại 6 phút nữa (10:06 25/11/2026).", "không thư nào bị tính là gửi hỏng."),
            Lang::En => ("Trying again in 6 min (10:06 25/11/2026).", "none is counted as failed."),
        };
        assert_eq!(details[1], again, "{text}");
        assert!(details.join(" ").contains("Connection refused") && details.join(" ").contains(whole), "{text}");
    }
}

#[test]
fn an_invitation_and_its_cancellation_are_told_apart_in_any_window() {
    for (lang, words) in [(Lang::Vi, [" mời ", " hủy "]), (Lang::En, [" invite ", " cancel "])] {
        let mut driver = Driver::open(Opening::MINISTRY.lang(lang));
        driver.keys("4");
        let kinds: Vec<String> = driver.model.outbox.items.iter().map(|item| item.kind.clone()).collect();
        let (first, last) = (kinds.iter().position(|kind| kind == "cancel").unwrap(), kinds.len() - 1);
        assert!(first < last);
        for size in [USUAL, (120, 40), (40, 10)] {
            // The first cancellation right below the top, with invitations around it.
            driver.model.outbox.cursor.at = first;
            driver.resized(size);
            let text = driver.drawn().text();
            for word in words {
                assert!(text.lines().skip(2).any(|line| line.contains(word)), "{size:?} {word}\n{text}");
            }
        }
    }
}

#[test]
fn a_failed_message_tells_how_in_its_row() {
    let mut driver = Driver::ministry();
    driver.keys("4");
    let item = &mut driver.model.outbox.items[0];
    item.state = ItemState::Deferred;
    let text = "no answer in time".to_owned();
    item.last_error = Some(Failure { phase: "dot".to_owned(), code: None, enhanced: None, text });
    let text = driver.screen((120, 40)).text();
    assert!(text.contains(" máy chủ không trả lời kịp "), "{text}");
    assert!(text.contains("Lỗi gần nhất  khi kết thúc thư (dấu chấm cuối): máy chủ không trả lời kịp"), "{text}");
}
