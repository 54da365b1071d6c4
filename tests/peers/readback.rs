//! What others understand of our messages and calendars: Python's `email` and `icalendar`.

use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;

use crate::office::{CHAIR, CONTENT, Invited, Office, PLACE, SENDER, SENDER_NAME, TITLE, invited, relay};
use crate::python::{read_calendar, read_messages};
use crate::server::{Server, Setup};

/// The most octets of a header line (RFC 5322) and of a content line (RFC 5545), without CRLF.
const HEADER_LINE: u64 = 998;
const CONTENT_LINE: u64 = 75;

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

/// A text with its line breaks and indents undone.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is entered here is in the decomposed form of Unicode, as some keyboards and files have it.
fn decomposed(text: &str) -> String {
    let decomposed: String = text.nfd().collect();
    assert_ne!(decomposed, text);
    decomposed
}

/// What a message of the meeting of 5 May 2016 must be.
struct Expected<'a> {
    unit: &'a Invited,
    number: &'a str,
    method: &'a str,
    file: &'a str,
    sequence: u64,
    status: &'a str,
    outbox_id: String,
}

/// The messages of one flush, read back, each with the unit it went to.
fn delivered(server: &Server) -> Vec<(Invited, Value)> {
    let messages = server.messages();
    let read = read_messages(messages.iter().map(|message| message.bytes.as_slice()));
    let unit = |address: &str| invited().into_iter().find(|unit| unit.address == address).unwrap();
    messages.iter().map(|message| unit(message.recipient())).zip(read).collect()
}

#[test]
fn others_understand_invitations_and_cancellations() {
    let server = Server::start(&Setup::default());
    let office = Office::with_relay(server.port);
    let id = office.register(&decomposed(TITLE), &decomposed(PLACE), &decomposed(CHAIR), &decomposed(CONTENT));
    office.issue(&id);
    office.flush_all(15);
    let number = office.number(&id);
    let requests = delivered(&server);
    assert_eq!(requests.len(), 15);
    let place = |unit: &Invited| invited().iter().position(|other| other.code == unit.code).unwrap() + 1;
    let file = format!("Giấy mời {}.ics", number.replace('/', "-"));
    for (unit, message) in &requests {
        let (outbox_id, method, status) = (format!("T1-{}", place(unit)), "REQUEST", "CONFIRMED");
        let expected = Expected { unit, number: &number, method, file: &file, sequence: 0, status, outbox_id };
        assert_message(message, &expected);
        assert_eq!((&message["in_reply_to"], &message["references"]), (&Value::Null, &Value::Null));
        assert_request_text(message, &expected, &id);
    }
    let server = Server::start(&Setup::default());
    office.configure(&relay(server.port));
    office.cancel(&id);
    office.flush_all(15);
    let cancels = delivered(&server);
    assert_eq!(cancels.len(), 15);
    let file = format!("Hủy giấy mời {}.ics", number.replace('/', "-"));
    for ((unit, message), (_, request)) in cancels.iter().zip(&requests) {
        let (outbox_id, method, status) = (format!("T2-{}", place(unit)), "CANCEL", "CANCELLED");
        assert_message(message, &Expected { unit, number: &number, method, file: &file, sequence: 1, status, outbox_id });
        assert_eq!((&message["in_reply_to"], &message["references"]), (&request["message_id"], &request["message_id"]));
        let (event, earlier) = (&message["calendars"][0]["events"][0], &request["calendars"][0]["events"][0]);
        for same in ["uid", "summary", "location", "dtstart", "dtend", "organizer"] {
            assert_eq!(event[same], earlier[same], "{same}");
        }
        let plain = words(text(&message["root"]["parts"][0]["parts"][0]["content"]));
        for said in ["Về việc hủy cuộc họp", crate::office::REASON, PLACE, CHAIR, number.as_str(), "14 giờ 00"] {
            assert!(plain.contains(said), "{said:?}: {plain}");
        }
    }
    let uid = |message: &(Invited, Value)| text(&message.1["calendars"][0]["events"][0]["uid"]).to_owned();
    assert!(requests.iter().chain(&cancels).all(|message| uid(message) == uid(&requests[0])), "one UID for the meeting's life");
    office.assert_sound();
}

/// Another date, no date, other units: what the parsers of others understand of the messages that tell of it.
#[test]
fn others_understand_what_becomes_of_an_invitation() {
    let server = Server::start(&Setup::default());
    let (office, id) = Office::with_issued_meeting(&relay(server.port));
    office.flush_all(15);
    let requests = delivered(&server);
    let first = office.number(&id);
    let event = |message: &Value| message["calendars"][0]["events"][0].clone();
    let told = |args: &[&str], count: u64| {
        let server = Server::start(&Setup::default());
        office.configure(&relay(server.port));
        office.done(&[&["meeting"], args].concat());
        office.flush_all(count);
        delivered(&server)
    };
    // The last invitation that the mailbox has.
    let follows = |earlier: &[(Invited, Value)], unit: &Invited, message: &Value| {
        let (_, request) = earlier.iter().find(|(other, _)| other.code == unit.code).unwrap();
        assert_eq!((&message["in_reply_to"], &message["references"]), (&request["message_id"], &request["message_id"]));
        assert_eq!(event(message)["uid"], event(request)["uid"]);
    };
    let postponed = told(&["postpone", &id, "--reason", "Chờ ý kiến"], 15);
    assert_eq!(postponed.len(), 15);
    let file = format!("Hoãn họp theo giấy mời {}.ics", first.replace('/', "-"));
    for (unit, message) in &postponed {
        let outbox_id = text(&message["outbox_id"]).to_owned();
        let expected = Expected { unit, number: &first, method: "CANCEL", file: &file, sequence: 1, status: "CANCELLED", outbox_id };
        assert_message(message, &expected);
        follows(&requests, unit, message);
        let alternatives = &message["root"]["parts"][0]["parts"];
        for said in [&alternatives[0]["content"], &alternatives[1]["content"], &event(message)["description"]] {
            assert!(words(text(said)).contains("tạm hoãn, sẽ có thông báo sau"), "{said}");
        }
    }
    let revived = told(&["reschedule", &id, "--start", "2016-05-12 08:00", "--end", "2016-05-12 11:00", "--reason", "Đã có ngày"], 15);
    let second = office.number(&id);
    assert_ne!(first, second);
    for (unit, message) in &revived {
        follows(&requests, unit, message);
        let event = event(message);
        assert_eq!((&event["sequence"], &event["status"]), (&json!(2), &json!("CONFIRMED")));
        assert_times(&event, "2016-05-12T08:00:00+07:00", "2016-05-12T11:00:00+07:00");
        assert!(text(&message["subject"]).starts_with("[GIẤY MỜI THAY THẾ]") && text(&message["subject"]).contains(&second));
        let plain = words(text(&message["root"]["parts"][0]["parts"][0]["content"]));
        assert!(plain.contains(&format!("Giấy mời này thay thế Giấy mời số {first} ngày 03 tháng 5 năm 2016.")), "{plain}");
    }
    let kept = &invited()[0].code;
    let replaced = told(&["replace", &id, "--invite", kept, "--reason", "Điều chỉnh thành phần"], 15);
    let (withdrawn, renewed): (Vec<_>, Vec<_>) = replaced.iter().partition(|(unit, _)| unit.code != *kept);
    assert_eq!((withdrawn.len(), renewed.len()), (14, 1));
    for (unit, message) in withdrawn {
        follows(&revived, unit, message);
        let (event, calendar) = (event(message), &message["calendars"][0]);
        // The meeting is held: only the invitation is off.
        assert_eq!((&calendar["method"], &event["status"], &event["sequence"]), (&json!("CANCEL"), &Value::Null, &json!(3)));
        assert_eq!(event["attendees"][0]["uri"], json!(format!("mailto:{}", unit.address)));
    }
    office.assert_sound();
}

/// Structure, header and calendar of one message.
fn assert_message(message: &Value, expected: &Expected<'_>) {
    let what = expected.unit.code;
    assert_eq!(
        (&message["ascii"], &message["header_ascii"], &message["bare_line_ends"], &message["nfc"]),
        (&Value::Bool(true), &Value::Bool(true), &Value::Bool(false), &Value::Bool(true)),
        "{what}"
    );
    assert!(message["longest_header_line"].as_u64().unwrap() <= HEADER_LINE && message["longest_line"].as_u64().unwrap() <= HEADER_LINE);
    assert_eq!(message["from"], json!([SENDER_NAME, SENDER]));
    assert_eq!(message["to"], json!([expected.unit.name, expected.unit.address]), "{what}");
    assert_eq!(message["reply_to"], json!(["", SENDER]));
    let subject = text(&message["subject"]);
    for said in [expected.number, "14:00", "05/05/2016", TITLE] {
        assert!(subject.contains(said), "{said:?}: {subject}");
    }
    assert_eq!(message["date"], "2016-05-03T09:15:30+07:00");
    assert_eq!(message["mime_version"], "1.0");
    assert_eq!(message["outbox_id"], json!(expected.outbox_id));
    let mut names: Vec<&str> = message["names"].as_array().unwrap().iter().map(text).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), message["names"].as_array().unwrap().len(), "no field twice: {names:?}");
    assert_structure(&message["root"], expected);
    let calendars = message["calendars"].as_array().unwrap();
    assert_eq!(calendars.len(), 2);
    assert_eq!(calendars[0], calendars[1], "the alternative and the attachment are one object");
    assert_calendar(&calendars[0], expected.method);
    assert_event(&calendars[0]["events"][0], expected);
}

/// `mixed { alternative { plain, html, calendar }, attachment }`, without defects anywhere.
fn assert_structure(root: &Value, expected: &Expected<'_>) {
    let alternative = &root["parts"][0];
    let attachment = &root["parts"][1];
    let types = |part: &Value| part["parts"].as_array().unwrap().iter().map(|part| text(&part["type"]).to_owned()).collect::<Vec<_>>();
    assert_eq!(root["type"], "multipart/mixed");
    assert_eq!(types(root), ["multipart/alternative", "application/ics"]);
    assert_eq!(types(alternative), ["text/plain", "text/html", "text/calendar"]);
    assert_ne!(root["params"]["boundary"], alternative["params"]["boundary"]);
    assert_eq!((&root["defects"], &alternative["defects"]), (&json!([]), &json!([])));
    for part in alternative["parts"].as_array().unwrap() {
        assert_eq!(part["defects"], json!([]));
        assert_eq!(part["params"]["charset"], "utf-8");
        assert_eq!((&part["disposition"], &part["content_id"], &part["filename"]), (&Value::Null, &Value::Null, &Value::Null));
        assert_eq!(part["bare_line_ends"], false);
    }
    assert_eq!(alternative["parts"][2]["params"], json!({ "method": expected.method, "charset": "utf-8" }));
    assert_eq!(attachment["disposition"], "attachment");
    assert_eq!(attachment["filename"], json!(expected.file), "the form of RFC 2231 is the one that is read");
    let raw = text(&attachment["raw_disposition"]);
    assert!(
        raw.contains("filename*") && raw.contains(&format!("filename=\"{}\"", text(&attachment["params"]["name"]))),
        "both forms: {raw}"
    );
    assert!(text(&attachment["params"]["name"]).is_ascii());
    // Both forms of the name are wanted, for old readers; this parser takes the first and calls the second a duplicate.
    let defects: Vec<&str> = attachment["defects"].as_array().unwrap().iter().map(text).collect();
    assert!(defects.iter().all(|one| one.starts_with("Content-Disposition: ") && one.contains("duplicate parameter name")), "{defects:?}");
}

/// A calendar as a whole.
fn assert_calendar(calendar: &Value, method: &str) {
    assert_eq!((&calendar["method"], &calendar["version"]), (&json!(method), &json!("2.0")));
    assert_eq!(calendar["errors"], json!([]));
    assert!(calendar["longest_line"].as_u64().unwrap() <= CONTENT_LINE);
    assert_eq!((&calendar["bare_line_ends"], &calendar["ends"]), (&Value::Bool(false), &Value::Bool(true)));
    let components: Vec<&str> = calendar["components"].as_array().unwrap().iter().map(text).collect();
    assert_eq!(components[..3], ["VCALENDAR", "VTIMEZONE", "STANDARD"]);
    assert!(components[3..].iter().all(|name| *name == "VEVENT"));
    assert_eq!(calendar["offset_in_1976"], json!(["7:00:00"]), "one offset since 1975");
}

fn assert_times(event: &Value, start: &str, end: &str) {
    for (name, time) in [("dtstart", start), ("dtend", end)] {
        let expected = json!({ "zone": "Asia/Ho_Chi_Minh", "resolved": time, "by_own_zone": time });
        assert_eq!(event[name], expected, "by the reader's zones and by the zone that came with it");
    }
}

fn assert_event(event: &Value, expected: &Expected<'_>) {
    let unit = expected.unit;
    assert_times(event, "2016-05-05T14:00:00+07:00", "2016-05-05T18:00:00+07:00");
    assert_eq!((&event["summary"], &event["location"]), (&json!(TITLE), &json!(PLACE)));
    assert_eq!((&event["sequence"], &event["status"]), (&json!(expected.sequence), &json!(expected.status)));
    assert_eq!(event["stamp"], "2016-05-03T02:15:30+00:00");
    assert!(text(&event["uid"]).contains('@'));
    for said in [expected.number, CHAIR, CONTENT] {
        assert!(text(&event["description"]).contains(said), "{said:?}: {event}");
    }
    assert_eq!(event["organizer"], json!([{ "uri": format!("mailto:{SENDER}"), "params": { "CN": SENDER_NAME } }]));
    let mut params = json!({ "CN": unit.name, "ROLE": "REQ-PARTICIPANT" });
    if expected.method == "REQUEST" {
        params["PARTSTAT"] = "NEEDS-ACTION".into();
        params["RSVP"] = "TRUE".into();
    }
    // Itself and nobody else.
    assert_eq!(event["attendees"], json!([{ "uri": format!("mailto:{}", unit.address), "params": params }]));
}

/// What a person without calendar reads.
fn assert_request_text(message: &Value, expected: &Expected<'_>, id: &str) {
    let alternatives = &message["root"]["parts"][0]["parts"];
    let plain = words(text(&alternatives[0]["content"]));
    let page = words(text(&alternatives[1]["content"]));
    let title = TITLE.trim_start_matches("Họp ");
    let token = format!("[{id}]");
    let when = "14 giờ 00, thứ Năm, ngày 05 tháng 5 năm 2016";
    for said in [title, PLACE, CHAIR, CONTENT, when, expected.number, SENDER, &token, &format!("Kính gửi: {}", expected.unit.name)] {
        assert!(plain.contains(said), "{said:?}: {plain}");
        assert!(page.contains(said), "{said:?}: {page}");
    }
    for (n, unit) in (1..).zip(invited()) {
        assert!(plain.contains(&format!("{n}. {}", unit.name)), "{}: {plain}", unit.name);
        assert!(page.contains(&unit.name), "{}: {page}", unit.name);
    }
}

#[test]
fn what_the_commands_print_is_understood_too() {
    let server = Server::start(&Setup::default());
    let (office, id) = Office::with_issued_meeting(&relay(server.port));
    office.flush_all(15);
    let messages = server.messages();
    for message in &messages {
        assert_eq!(message.bytes, office.message(&id, message.recipient()), "byte for byte");
    }
    let number = office.number(&id);
    for unit in &invited() {
        let printed = office.done(&["meeting", "invitation", &id, "--format", "ics", "--to", &unit.address]);
        let calendar = read_calendar(printed.as_bytes());
        assert_calendar(&calendar, "REQUEST");
        let (file, outbox_id, method, status) = ("", String::new(), "REQUEST", "CONFIRMED");
        assert_event(&calendar["events"][0], &Expected { unit, number: &number, method, file, sequence: 0, status, outbox_id });
    }
    let week = |state: &str, sequence: u64| {
        let calendar = read_calendar(office.done(&["week", "2016-W18", "--format", "ics"]).as_bytes());
        assert_calendar(&calendar, "PUBLISH");
        let event = &calendar["events"][0];
        assert_times(event, "2016-05-05T14:00:00+07:00", "2016-05-05T18:00:00+07:00");
        assert_eq!((&event["summary"], &event["location"], &event["attendees"]), (&json!(TITLE), &json!(PLACE), &json!([])));
        assert_eq!((&event["status"], &event["sequence"]), (&json!(state), &json!(sequence)));
        text(&event["uid"]).to_owned()
    };
    let uid = week("CONFIRMED", 0);
    office.cancel(&id);
    assert_eq!(week("CANCELLED", 1), uid);
}

#[test]
fn awkward_texts_arrive_as_they_were_entered() {
    let long_word = "ộ".repeat(180);
    let titles = [
        r#"Họp "kín"; A, B\C: <b>không</b> & 100 % (=?utf-8?Q?gi=E1=BA=A3?=)"#,
        "=?utf-8?B?SGjDoA==?=",
        "Từ: From dòng này, Bcc: ai@chinhphu.vn \u{1f4c5}\u{1f3fd}",
        &long_word,
    ];
    let content = ".\n..\nFrom đầu dòng\nBEGIN:VEVENT\nEND:VCALENDAR\n\\n không phải xuống dòng; a,b\n=?utf-8?Q?x?=\n--=_lichhop.0.a--";
    let server = Server::start(&Setup::default());
    let office = Office::with_relay(server.port);
    for (n, title) in titles.iter().enumerate() {
        let place = format!("Phòng {n}; \"A\", \\ {title}");
        let chair = format!("Chủ trì {n} \"X\", <y@z>");
        let id = office.register(title, &place, &chair, content);
        office.issue(&id);
        office.flush_all(15);
        let number = office.number(&id);
        let messages: Vec<Value> = delivered(&server)
            .into_iter()
            .map(|(_, message)| message)
            .filter(|message| text(&message["subject"]).contains(&number))
            .collect();
        assert_eq!(messages.len(), 15);
        for message in messages {
            assert!(text(&message["subject"]).ends_with(title), "{message}");
            assert_eq!((&message["ascii"], &message["header_ascii"], &message["nfc"]), (&json!(true), &json!(true), &json!(true)));
            assert!(message["longest_header_line"].as_u64().unwrap() <= HEADER_LINE);
            assert_eq!(message["calendars"][0], message["calendars"][1]);
            assert_calendar(&message["calendars"][0], "REQUEST");
            let event = &message["calendars"][0]["events"][0];
            assert_eq!((&event["summary"], &event["location"]), (&json!(title), &json!(place)));
            assert!(text(&event["description"]).contains(content) && text(&event["description"]).contains(&chair), "{event}");
            let plain = words(text(&message["root"]["parts"][0]["parts"][0]["content"]));
            assert!(plain.contains(&words(content)) && plain.contains(&chair), "{plain}");
        }
    }
    office.assert_sound();
}
