//! Machine output: valid JSON with the fields of the reference, whatever the command.

use serde_json::{Value, json};

use super::{ALONE, House, keys, names};

const MEETING: &str = "id title start end place room online chair unit invited people prepared_by content agenda urgency mode state number \
                       sequence revision conflicts replies history";
const ITEM: &str = "id meeting kind to subject state attempts next_attempt last_error bounce message_id queued_at sent_at reason";
const FLUSH: &str = "sent deferred failed held remaining maybe_repeated elapsed_ms";
const WEEK: &str = "week from to version meetings";

/// A meeting as the reference describes it.
fn is_meeting(meeting: &Value) {
    assert!(keys(meeting).is_superset(&names(MEETING)), "{meeting}");
    for field in ["start", "end"] {
        assert!(meeting[field].is_null() || meeting[field].as_str().unwrap().ends_with("+07:00"), "{}", meeting[field]);
    }
    for field in ["invited", "people", "prepared_by", "agenda", "conflicts", "history"] {
        assert!(meeting[field].is_array(), "{field}: {}", meeting[field]);
    }
    assert_eq!(keys(&meeting["replies"]), names("accepted declined tentative substituted pending"));
    for event in meeting["history"].as_array().unwrap() {
        assert!(event["at"].as_str().unwrap().ends_with('Z'), "{event}");
    }
    for conflict in meeting["conflicts"].as_array().unwrap() {
        assert!(keys(conflict).is_superset(&names("kind severity with detail")), "{conflict}");
    }
}

#[test]
fn every_command_about_a_meeting_answers_with_the_whole_meeting() {
    let house = House::office();
    let with_json = |args: &[&str]| {
        let meeting = house.json(args);
        is_meeting(&meeting);
        meeting
    };
    let added = with_json(&super::adding(&[("--invite", "CDA,CVHCS"), ("--end", "2016-05-05 16:30"), ("--urgency", "very-urgent")]));
    let id = added["id"].as_str().unwrap().to_owned();
    assert_eq!((&added["state"], &added["number"], &added["urgency"]), (&json!("draft"), &Value::Null, &json!("very-urgent")));
    assert_eq!((&added["mode"], &added["room"], &added["sequence"]), (&json!("own"), &Value::Null, &json!(0)));
    assert_eq!(with_json(&["meeting", "edit", &id, "--online", "https://hop.example.vn/1"])["online"], "https://hop.example.vn/1");
    assert_eq!(with_json(&["meeting", "submit", &id])["state"], "submitted");
    assert_eq!(with_json(&["meeting", "return", &id, "--reason", "x"])["state"], "draft");
    with_json(&["meeting", "submit", &id]);
    assert_eq!(with_json(&["meeting", "approve", &id])["state"], "approved");
    let issued = with_json(&["meeting", "issue", &id]);
    assert_eq!((&issued["state"], &issued["number"]), (&json!("issued"), &json!("01/GM-BTN")));
    assert_eq!(issued["replies"]["pending"], 2);
    let shown = with_json(&["meeting", "show", &id]);
    assert_eq!((&shown["start"], &shown["end"]), (&json!("2016-05-05T14:00:00+07:00"), &json!("2016-05-05T16:30:00+07:00")));
    assert!(shown["revision"].as_u64() > added["revision"].as_u64());
    assert_eq!(with_json(&["meeting", "cancel", &id, "--reason", "x"])["state"], "cancelled");
    assert_eq!(shown["history"][0]["action"], "register");
    let rejected = house.add(&[("--submit", ALONE)]);
    assert_eq!(with_json(&["meeting", "reject", &rejected, "--reason", "x"])["state"], "rejected");
    for meeting in house.json(&["meeting", "list"]).as_array().unwrap() {
        is_meeting(meeting);
    }
}

#[test]
fn messages_flushes_weeks_and_hits_have_the_fields_of_the_reference() {
    let house = House::office();
    let id = house.issued("CDA,CVHCS");
    let items = house.json(&["outbox", "list"]);
    for item in items.as_array().unwrap() {
        assert!(keys(item).is_superset(&names(ITEM)), "{item}");
        assert_eq!((&item["state"], &item["kind"], &item["attempts"]), (&json!("queued"), &json!("request"), &json!(0)));
        assert!(item["queued_at"].as_str().unwrap().ends_with('Z') && item["sent_at"].is_null(), "{item}");
        assert!(item["last_error"].is_null() && item["bounce"].is_null() && item["reason"].is_null(), "{item}");
        assert_eq!(item["meeting"], id);
    }
    let first = items[0]["id"].as_str().unwrap();
    assert_eq!(house.json(&["outbox", "show", first]), items[0]);
    assert!(house.json(&["outbox", "why", first]).is_object());
    let flush = house.json(&["flush"]);
    assert_eq!(keys(&flush), names(FLUSH));
    assert_eq!((&flush["sent"], &flush["remaining"]), (&json!(2), &json!(0)));
    assert!(flush.as_object().unwrap().values().all(Value::is_u64), "{flush}");
    assert_eq!(house.json(&["flush", "--once"])["sent"], 0);
    let sent = house.json(&["outbox", "show", first]);
    assert_eq!(sent["state"], "sent");
    assert!(sent["sent_at"].as_str().unwrap().ends_with('Z'), "{sent}");
    let week = house.json(&["week"]);
    assert_eq!(keys(&week), names(WEEK));
    assert_eq!((&week["week"], &week["from"], &week["to"]), (&json!("2016-W18"), &json!("2016-05-02"), &json!("2016-05-08")));
    assert!(week["version"].is_null());
    is_meeting(&week["meetings"][0]);
    for hit in house.json(&["search", "điện"]).as_array().unwrap() {
        assert_eq!(keys(hit), names("kind id title"));
    }
    assert_eq!(house.json(&["search", &id, "--kind", "meeting"])[0]["id"], id);
    assert_eq!(house.json(&["search", "dien anh", "--kind", "unit"]), json!([{"kind": "unit", "id": "CDA", "title": "Cục Điện ảnh"}]));
    assert_eq!(house.json(&["search", "cucdienanh", "--kind", "mailbox"])[0]["id"], "cucdienanh-vhttdl@chinhphu.vn");
}

#[test]
fn conflicts_carry_what_and_how_much() {
    let house = House::office();
    let first = house.add(&[("--submit", ALONE)]);
    let second = house.json(&super::adding(&[("--start", "2016-05-05 15:00"), ("--place", "PHÒNG HỌP TẦNG 2"), ("--chair", "Khác")]));
    let conflict = &second["conflicts"][0];
    assert_eq!((&conflict["kind"], &conflict["severity"], &conflict["with"]), (&json!("room"), &json!("hard"), &json!(first)));
    assert_eq!(second["conflicts"].as_array().unwrap().len(), 1);
}

#[test]
fn empty_lists_are_empty_arrays_and_nothing_else_is_on_stdout() {
    let house = House::new();
    house.ok(&["init"]);
    for args in [&["unit", "list"][..], &["mailbox", "list"], &["meeting", "list"], &["outbox", "list"], &["search", "gì"]] {
        assert_eq!(house.ok(&[args, &["--json"]].concat()).trim(), "[]", "{args:?}");
        assert_eq!(house.ok(args), "", "{args:?}");
    }
    assert_eq!(house.json(&["week"])["meetings"], json!([]));
    assert_eq!(house.json(&["flush"])["remaining"], 0);
    assert_eq!(house.ok(&["unit", "export"]), "code,name,parent,kind,mail_domain\n");
}

#[test]
fn whatever_takes_json_prints_one_document() {
    let house = House::office();
    let id = house.approved(&[("--invite", "CDA,LDB")]);
    for args in [
        &["config", "show"][..],
        &["init"],
        &["unit", "list"],
        &["unit", "show", "VP"],
        &["unit", "export"],
        &["mailbox", "list"],
        &["mailbox", "export"],
        &["mailbox", "show", "vanphong-vhttdl@chinhphu.vn"],
        &["meeting", "issue", &id, "--preview"],
        &["audit", "verify"],
        &["check"],
    ] {
        let document = house.json(args);
        assert!(document.is_array() || document.is_object() || document.is_string(), "{args:?}");
    }
    let preview = house.json(&["meeting", "issue", &id, "--preview"]);
    assert_eq!(preview["unreachable"][0]["unit"], "LDB");
    assert_eq!(preview["recipients"][0]["address"], "cucdienanh-vhttdl@chinhphu.vn");
    assert_eq!(house.json(&["check"])["findings"], json!([]));
}

#[test]
fn what_is_said_about_the_configuration_is_a_document_too() {
    let house = House::office();
    for args in [["config", "check"], ["config", "path"]] {
        let printed = house.ok(&[&args[..], &["--json"]].concat());
        assert!(serde_json::from_str::<Value>(&printed).is_ok(), "{args:?}: {printed}");
    }
}

#[test]
fn a_refusal_leaves_stdout_empty_with_json_too() {
    let house = House::office();
    house.refused(65, &["meeting", "show", "LH-2016-0099", "--json"], &["LH-2016-0099"]);
    house.refused(64, &["meeting", "shw", "--json"], &["shw", "show"]);
}
