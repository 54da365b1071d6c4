//! A warning as people meet it: in the lists, in `why`, in the report, and when it is needless.

use super::relay::relay_that_says;
use super::{House, json};

#[test]
fn a_warning_is_shown_like_any_message_and_dropped_when_nobody_needs_it() {
    let mut house = House::office();
    let id = house.issued("CDA");
    house.set("relay = \"maildir:out\"", &format!("relay = \"{}\"", relay_that_says("220 relay.test", "450 4.2.1 mailbox busy \u{1b}[2J")));
    assert_eq!(house.run(&["flush"]).code, 75);
    house.now = Some("2016-05-02T12:30:00+07:00");
    let ran = house.run(&["flush", "--json"]);
    assert_eq!((ran.code, json(&ran.out)["deferred"].as_u64(), json(&ran.out)["remaining"].as_u64()), (75, Some(2), Some(2)), "{ran:?}");
    let list = house.json(&["outbox", "list"]);
    let facts = |n: usize| [&list[n]["id"], &list[n]["kind"], &list[n]["meeting"], &list[n]["unit"], &list[n]["to"]];
    assert_eq!(facts(1), ["T2-1", "report", id.as_str(), "VP", "vanphong-vhttdl@chinhphu.vn"]);
    assert_eq!(facts(0)[1], "request");
    assert!(house.ok(&["outbox", "list"]).contains("báo cáo"));
    let why = house.ok(&["outbox", "why", "T2-1"]);
    assert!(why.contains("T2-1 (báo cáo, gửi Văn phòng Bộ <vanphong-vhttdl@chinhphu.vn>): chờ gửi lại"), "{why}");
    let report = house.json(&["report", "outbox"]);
    assert_eq!((&report["kinds"]["report"]["waiting"], &report["kinds"]["request"]["waiting"]), (&1.into(), &1.into()));
    assert!(house.ok(&["history", "outbox", "T2-1"]).contains("cảnh báo chậm gửi"));
    assert_eq!(house.json(&["status"])["outbox"]["counts"]["deferred"], 2);
    // The meeting's own messages are what its units were told.
    let refused = house.run(&["meeting", "recall", &id, "--reason", "thử"]);
    assert_eq!(refused.code, 79, "{refused:?}");
    house.ok(&["check"]);

    let relay = std::fs::read_to_string(house.config()).unwrap();
    let relay = relay.lines().find(|line| line.starts_with("relay = ")).unwrap().to_owned();
    house.set(&relay, "relay = \"maildir:out\"");
    house.now = Some("2016-05-02T15:00:00+07:00");
    assert_eq!(house.json(&["flush"])["sent"], 1);
    assert_eq!(house.delivered().len(), 1, "the invitation alone");
    let why = house.ok(&["outbox", "why", "T2-1"]);
    assert!(why.contains("đã bỏ") && why.contains("không cần báo nữa"), "{why}");
    house.lang = "en";
    assert!(house.ok(&["outbox", "why", "T2-1"]).contains("nobody needs it any more"));
    assert_eq!(house.json(&["report", "outbox"])["kinds"]["report"]["dropped"]["needless"], 1);
    assert!(house.ok(&["report", "outbox"]).contains("Dropped: needless"));
    house.ok(&["check"]);
}

#[test]
fn the_warning_lies_in_a_maildir_as_people_read_it() {
    let mut house = House::office();
    house.issued("CDA");
    let relay = relay_that_says("220 relay.test", "450 4.2.1 mailbox busy");
    house.set("relay = \"maildir:out\"", &format!("relay = \"{relay}\""));
    house.run(&["flush"]);
    house.now = Some("2016-05-02T12:30:00+07:00");
    house.run(&["flush"]);
    // The invitation alone is held: it has not gone, and the warning is still true.
    house.ok(&["outbox", "hold", "T1-1"]);
    house.set(&format!("relay = \"{relay}\""), "relay = \"maildir:out\"");
    house.now = Some("2016-05-02T15:00:00+07:00");
    assert_eq!(house.json(&["flush"])["sent"], 1);
    let mails = house.delivered();
    let mail = mail_parser::MessageParser::default().parse(mails[0].as_bytes()).unwrap();
    assert_eq!((mails.len(), mail.attachment_count()), (1, 0));
    let text = mail.body_text(0).unwrap();
    assert!(text.contains("CẢNH BÁO: THƯ CHƯA GỬI ĐƯỢC") && text.contains("mailbox busy"), "{text}");
}

#[test]
fn the_setting_is_shown_and_checked() {
    let house = House::office();
    assert!(house.ok(&["config", "show"]).contains("warn_after = \"4h\""));
    house.set("warn_after = \"4h\"", "warn_after = \"0s\"");
    house.ok(&["config", "check"]);
    assert!(house.ok(&["config", "show"]).contains("warn_after = \"0s\""));
    house.set("warn_after = \"0s\"", "warn_after = \"never again\"");
    house.refused(78, &["config", "check"], &["mail.warn_after", "never again"]);
}
