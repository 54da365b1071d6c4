//! A registrar's and an approver's day, by keys alone, in a terminal: the state is read after leaving.

use std::process::{Command, Stdio};

use serde_json::Value;

use super::app::{NOW, assert_left, open, quit};
use super::session::Session;

/// What the meeting is about, as it is kept.
const TITLE: &str = "Họp về việc đón Tết Nguyên đán";
/// Why it is cancelled.
const REASON: &str = "Đồng chí chủ trì đi công tác đột xuất";

/// Types a text letter by letter, as fingers do.
fn type_slowly(session: &mut Session, text: &str) {
    for letter in text.chars() {
        session.send(letter.to_string());
    }
}

/// Types the title as an input method does: it takes back what it sent and sends it anew, in one go.
fn type_title(session: &mut Session) {
    for piece in [
        "Hop",
        "\x7f\x7fọp",
        " ve",
        "\x7fề",
        " vie",
        "\x7fê",
        "\x7fệ",
        "c d",
        "\x7fđ",
        "on",
        "\x7f\x7fón",
        " Te",
        "\x7fê",
        "t",
        "\x7f\x7fết",
    ] {
        session.send(piece);
    }
    // The rest arrives decomposed, as some do.
    type_slowly(session, " Nguye\u{302}n \u{111}a\u{301}n");
}

/// Runs a command on the same sample ministry.
fn command(session: &Session, args: &[&str]) -> String {
    let demo = session.home().join(".local/state/lichhop-demo");
    let mut program = Command::new(env!("CARGO_BIN_EXE_lichhop"));
    program.env_clear().env("HOME", session.home()).env("LICHHOP_NOW", NOW);
    program.env("LICHHOP_DATA", demo.join("state")).env("LICHHOP_CONFIG", demo.join("config.toml"));
    let output = program.args(args).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn mails(session: &Session) -> usize {
    std::fs::read_dir(session.home().join(".local/state/lichhop-demo/mail/new")).unwrap().count()
}

/// Waits until so many messages of the meeting are sent, looking at the outbox.
fn watch_the_outbox(session: &mut Session, count: usize) {
    session.send("o");
    session.wait_until("all messages sent", |session| session.contents().matches("đã gửi  ").count() == count);
    session.send("1");
    session.wait_for("Tuần 25");
}

fn register(session: &mut Session) {
    session.send("n");
    session.wait_for("trích yếu nội dung");
    type_title(session);
    for text in ["\tthứ 5 8h30", "\t10h", "\tPhòng họp tầng 5", "\tChánh Văn phòng", "\tvp", "\t"] {
        type_slowly(session, text);
    }
    session.send("\r");
    session.wait_for("gõ để lọc");
    for unit in ["dien anh", "Pháp chế"] {
        type_slowly(session, unit);
        session.send("\t");
    }
    session.wait_for("Đơn vị được mời · 2 đơn vị");
    session.send("\r");
    session.wait_for("CDA, VPC");
    session.send("\x13");
    session.wait_for("Đã đăng ký LH-2026-");
}

#[test]
fn a_day_from_registering_to_cancelling() {
    let mut session = open();
    let before = mails(&session);
    register(&mut session);
    session.send("s");
    session.wait_for("đã trình · LH-2026-");
    session.send("a");
    session.wait_for("đã duyệt · LH-2026-");
    session.send("v");
    session.wait_for("Nơi nhận (2)");
    session.send("\x1b");
    session.wait_until("the week", |session| !session.contents().contains("Nơi nhận (2)"));
    session.send("i");
    session.wait_for("Phát hành (2 đơn vị)");
    session.send("y");
    session.wait_for("2 giấy mời chờ gửi");
    watch_the_outbox(&mut session, 2);
    session.send("x");
    session.wait_for("Lý do hủy");
    type_slowly(&mut session, REASON);
    session.send("\r");
    session.wait_for("2 đơn vị đã được mời sẽ nhận thư báo hủy");
    session.send("y");
    session.wait_for("đã hủy");
    watch_the_outbox(&mut session, 4);
    quit(&mut session);
    assert_left(&session);

    let found: Value = serde_json::from_str(&command(&session, &["meeting", "list", "--search", "Nguyên đán", "--json"])).unwrap();
    let meeting = &found.as_array().unwrap().as_slice()[0];
    assert_eq!(found.as_array().unwrap().len(), 1, "registered once");
    assert_eq!((meeting["title"].as_str(), meeting["state"].as_str()), (Some(TITLE), Some("cancelled")));
    assert_eq!(
        (meeting["start"].as_str(), meeting["end"].as_str()),
        (Some("2026-06-18T08:30:00+07:00"), Some("2026-06-18T10:00:00+07:00"))
    );
    assert_eq!(meeting["invited"], serde_json::json!(["CDA", "VPC"]));
    assert!(meeting["number"].as_str().is_some_and(|number| number.ends_with("/GM-BVHTTDL")));
    assert!(meeting["history"].to_string().contains(REASON));
    let items: Value = serde_json::from_str(&command(&session, &["outbox", "list", "--state", "sent", "--json"])).unwrap();
    let own = items.as_array().unwrap().iter().filter(|item| item["meeting"] == meeting["id"]);
    assert_eq!(own.count(), 4, "two invitations and two cancellations");
    assert_eq!(mails(&session) - before, 4);
    for args in [&["check"][..], &["audit", "verify"]] {
        command(&session, args);
    }
}
