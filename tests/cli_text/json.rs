//! The fields of machine output, in their order: scripts rely on them.

use lichhop::cli::{flush, meeting as meetings, outbox, week};
use lichhop::domain::outbox::Tally;
use lichhop::domain::time::IsoWeek;
use lichhop::i18n::Lang;
use lichhop::wire::reply::{Answer, FlushReport, ItemView, RelayTrouble, WeekView};

use super::{failure, item, meeting, time, view};

/// The keys of the outermost object, in their order.
fn keys(text: &str) -> Vec<String> {
    text.lines().filter(|line| line.starts_with("  \"")).filter_map(|line| line.split('"').nth(1)).map(str::to_owned).collect()
}

fn json(bytes: &[u8]) -> serde_json::Value {
    serde_json::from_slice(bytes).unwrap()
}

#[test]
fn a_meeting_has_the_fields_of_the_reference_in_its_order() {
    let command = meetings::MeetingCommand::Show { id: "LH-2016-0001".into() };
    let shown = meetings::outcome(&command, Answer::Meeting(Box::new(meeting())), &view(Lang::Vi, true, None)).unwrap();
    let text = String::from_utf8(shown.out).unwrap();
    let expected = "id title start end place room online chair unit invited people prepared_by content agenda urgency mode state number \
                    sequence revision conflicts replies history";
    let found = keys(&text);
    assert_eq!(found.iter().map(String::as_str).take(23).collect::<Vec<_>>(), expected.split_whitespace().collect::<Vec<_>>());
    let document = json(text.as_bytes());
    assert_eq!(document["start"], "2016-05-05T14:00:00+07:00");
    assert_eq!(document["state"], "issued");
    assert_eq!(document["urgency"], "urgent");
    assert_eq!(document["mode"], "own");
    assert_eq!(document["number"], "05/GM-BVHTTDL");
    assert_eq!(document["replaces"], serde_json::json!([{"number": "04/GM-BVHTTDL", "date": "2016-05-02"}]));
    assert_eq!(document["history"][0]["at"], "2016-05-02T01:00:00Z");
    assert_eq!(document["replies"], serde_json::json!({"accepted": 0, "declined": 0, "tentative": 0, "substituted": 0, "pending": 2}));
    let conflict = &document["conflicts"][0];
    assert_eq!((&conflict["kind"], &conflict["severity"], &conflict["with"]), (&"room".into(), &"hard".into(), &"LH-2016-0002".into()));
    assert!(conflict["detail"].as_str().unwrap().contains("Phòng họp tầng 2"));
    assert_eq!(document["warnings"][0]["warning"], "paper_too");
    assert_eq!(document["warnings"][0]["units"], 2);
}

#[test]
fn an_item_has_the_fields_of_the_reference_in_its_order() {
    let shown = outbox::outcome(&Answer::Item(Box::new(item())), &view(Lang::Vi, true, None)).unwrap();
    let text = String::from_utf8(shown.out).unwrap();
    let expected = "id meeting kind to subject state attempts next_attempt last_error bounce message_id queued_at sent_at reason";
    assert_eq!(keys(&text).iter().map(String::as_str).take(14).collect::<Vec<_>>(), expected.split_whitespace().collect::<Vec<_>>());
    let document = json(text.as_bytes());
    assert_eq!(document["reason"], "hết thời hạn gửi");
    assert!(document.get("notice").is_none());
    let put_off = ItemView { kind: "cancel".into(), notice: Some("postponed".into()), ..item() };
    let shown = outbox::outcome(&Answer::Item(Box::new(put_off)), &view(Lang::Vi, true, None)).unwrap();
    assert_eq!((&json(&shown.out)["kind"], &json(&shown.out)["notice"]), (&"cancel".into(), &"postponed".into()));
    assert_eq!(document["next_attempt"], "2016-05-03T02:00:00Z");
    assert_eq!(document["last_error"]["code"], 450);
    assert!(document["sent_at"].is_null() && document["bounce"].is_null());
    let list = outbox::outcome(&Answer::Items(vec![item(), item()]), &view(Lang::En, true, None)).unwrap();
    assert_eq!(json(&list.out).as_array().unwrap().len(), 2);
    assert_eq!(json(&list.out)[0]["reason"], "its time ran out");
}

#[test]
fn a_flush_has_its_seven_fields_whatever_happened() {
    let report = FlushReport {
        tally: Tally { sent: 1, deferred: 2, failed: 3, held: 4 },
        remaining: 5,
        maybe_repeated: 6,
        elapsed_ms: 7,
        due: 8,
        relay: Some(RelayTrouble::Unreachable { failure: failure() }),
    };
    let shown = flush::outcome(&Answer::Flushed(report), &view(Lang::Vi, true, None)).unwrap();
    let text = String::from_utf8(shown.out.clone()).unwrap();
    assert_eq!(keys(&text), ["sent", "deferred", "failed", "held", "remaining", "maybe_repeated", "elapsed_ms"]);
    assert_eq!(
        json(&shown.out),
        serde_json::json!({"sent": 1, "deferred": 2, "failed": 3, "held": 4, "remaining": 5, "maybe_repeated": 6, "elapsed_ms": 7})
    );
    assert!(shown.notes.iter().all(|note| !note.contains('\u{1b}')));
}

#[test]
fn a_week_has_its_five_fields() {
    let week = IsoWeek::of(time("2016-05-05 14:00").day());
    let shown = WeekView { week, from: week.monday(), to: week.sunday(), version: None, meetings: vec![meeting()] };
    let args = week::WeekArgs { week: None, unit: None, format: None, output: None };
    let shown = week::outcome(&args, &Answer::Week(Box::new(shown)), &view(Lang::Vi, true, None)).unwrap();
    let text = String::from_utf8(shown.out.clone()).unwrap();
    assert_eq!(keys(&text), ["week", "from", "to", "version", "meetings"]);
    let document = json(&shown.out);
    assert_eq!(document["week"], "2016-W18");
    assert_eq!(document["from"], "2016-05-02");
    assert!(document["version"].is_null());
    assert_eq!(document["meetings"][0]["id"], "LH-2016-0001");
}
