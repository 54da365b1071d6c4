//! What became of records, and what stood when: `history` and `--at`.

use serde_json::{Value, json};

use super::{ALONE, House, NOW, Ran, adding, check_refusal, json as parsed, keys, names};

/// The instants at which things are done, and one after all of them.
const ADDED: &str = "2016-05-03T09:00:00+07:00";
const EDITED: &str = "2016-05-03T15:30:00+07:00";
const ISSUED: &str = "2016-05-04T10:00:00+07:00";
const SENT: &str = "2016-05-04T10:30:00+07:00";
const CANCELLED: &str = "2016-05-05T08:00:00+07:00";
const AFTER: &str = "2016-05-09T08:00:00+07:00";

impl House {
    /// Runs at an instant.
    fn when(&self, now: &str, args: &[&str]) -> Ran {
        let ran = self.run_in(&[("LICHHOP_NOW", now)], args);
        assert_eq!(ran.code, 0, "{args:?}: {}{}", ran.out, ran.err);
        ran
    }

    fn told(&self, args: &[&str]) -> Value {
        parsed(&self.when(AFTER, &[&["--json"], args].concat()).out)
    }
}

/// A house in which a meeting was registered, changed, issued and cancelled over some days; its id.
fn lived_in() -> (House, String) {
    let house = House::office();
    let long = "Đề nghị các đơn vị chuẩn bị báo cáo bằng văn bản. ".repeat(10);
    let id = house.when(ADDED, &adding(&[("--invite", "CDA"), ("--content", &long), ("--submit", ALONE)])).out.trim().to_owned();
    house.when(EDITED, &["meeting", "edit", &id, "--place", "Hội trường", "--invite", "CVHCS"]);
    house.when(ISSUED, &["meeting", "approve", &id]);
    house.when(ISSUED, &["meeting", "issue", &id]);
    house.when(SENT, &["flush"]);
    house.when(CANCELLED, &["meeting", "cancel", &id, "--reason", "bận việc đột xuất"]);
    let units = "code,name,parent,kind\nCDA,Cục Điện ảnh Việt Nam,,agency\n";
    house.when(CANCELLED, &["unit", "import", &house.write("u.csv", units)]);
    let table = "address,kind,unit,state\ncucdienanh-vhttdl@chinhphu.vn,shared,CDA,suspended\n";
    house.when(CANCELLED, &["mailbox", "import", &house.write("m.csv", table)]);
    house.when(CANCELLED, &["account", "grant", "lan", "--role", "viewer"]);
    house.when(AFTER, &["account", "revoke", "lan"]);
    (house, id)
}

#[test]
fn a_history_tells_when_who_what_and_what_changed() {
    let (house, id) = lived_in();
    let past = house.told(&["history", "meeting", &id]);
    let past = past.as_array().unwrap();
    for version in past {
        assert!(keys(version).is_superset(&names("revision at by action changes")), "{version}");
    }
    let of = |field: &str| past.iter().map(|version| version[field].clone()).collect::<Vec<_>>();
    let actions = ["meeting.register", "meeting.change", "meeting.approve", "meeting.issue", "meeting.cancel"];
    assert_eq!(of("action"), actions);
    let hours = ["2016-05-03T02:00:00Z", "2016-05-03T08:30:00Z", "2016-05-04T03:00:00Z", "2016-05-04T03:00:00Z", "2016-05-05T01:00:00Z"];
    assert_eq!(of("at"), hours);
    assert!(of("revision").is_sorted_by_key(|revision| revision.as_u64().unwrap()));
    assert_eq!(past[4]["revision"], house.told(&["meeting", "show", &id])["revision"]);
    let changes = |n: usize| past[n]["changes"].as_array().unwrap().clone();
    assert!(changes(0).contains(&json!({"field": "title", "from": null, "to": "Họp giao ban"})));
    assert!(changes(0).contains(&json!({"field": "start", "from": null, "to": "2016-05-05T14:00:00+07:00"})));
    assert_eq!(
        changes(1),
        [
            json!({"field": "place", "from": "Phòng họp tầng 2", "to": "Hội trường"}),
            json!({"field": "invited", "from": ["CDA"], "to": ["CDA", "CVHCS"]}),
        ]
    );
    assert_eq!(changes(2), [json!({"field": "state", "from": "submitted", "to": "approved"})]);
    assert!(changes(3).contains(&json!({"field": "number", "from": null, "to": "01/GM-BTN"})));
    assert_eq!(past[4]["reason"], "bận việc đột xuất");
    let content = changes(0).into_iter().find(|change| change["field"] == "content").unwrap();
    assert!(content["to"].as_str().unwrap().len() > 500, "whole in machine output");
}

#[test]
fn the_table_of_a_history_is_in_the_readers_language_and_whole_in_a_pipe() {
    let (house, id) = lived_in();
    let shown = house.when(AFTER, &["history", "meeting", &id]).out;
    for fact in ["03/05/2016 15:30:00", "Phòng họp tầng 2 → Hội trường", "+CVHCS", "đã trình → đã duyệt", "01/GM-BTN", "bận việc đột xuất"]
    {
        assert!(shown.contains(fact), "{fact}: {shown}");
    }
    // A pipe gets it whole, a line each.
    assert!(!shown.contains('…') && shown.lines().any(|line| line.chars().count() > 500), "{shown}");
    let english = house.when(AFTER, &["history", "meeting", &id, "--lang", "en"]).out;
    assert!(english.contains("submitted → approved") && english.contains("cancelled"), "{english}");
}

#[test]
fn every_kind_of_record_has_its_history() {
    let (house, _) = lived_in();
    let last = |kind: &str, id: &str, count: usize| {
        let past = house.told(&["history", kind, id]);
        assert_eq!(past.as_array().unwrap().len(), count, "{past}");
        past[count - 1].clone()
    };
    let unit = last("unit", "cda", 2);
    assert_eq!(unit["changes"], json!([{"field": "name", "from": "Cục Điện ảnh", "to": "Cục Điện ảnh Việt Nam"}]));
    assert_eq!(unit["action"], "import.step");
    let mailbox = last("mailbox", "cucdienanh-vhttdl@chinhphu.vn", 2);
    assert_eq!(mailbox["changes"], json!([{"field": "state", "from": "active", "to": "suspended"}]));
    let account = last("account", "lan", 2);
    assert_eq!(account["action"], "account.revoke");
    assert_eq!(account["changes"], json!([{"field": "revoked", "from": false, "to": true}]));
    let item = last("outbox", "t1-1", 2);
    assert!(item["changes"].as_array().unwrap().contains(&json!({"field": "state", "from": "queued", "to": "sent"})), "{item}");
    assert_eq!((&item["action"], &item["by"]), (&json!("outbox.settle"), &json!("lichhop")));
    for (kind, id) in [("unit", "CDA"), ("account", "lan"), ("outbox", "T1-1"), ("mailbox", "cucdienanh-vhttdl@chinhphu.vn")] {
        assert!(house.when(AFTER, &["history", kind, id]).out.contains("05/2016"), "{kind}");
    }
}

#[test]
fn a_history_of_nothing_is_refused() {
    let house = House::office();
    house.untouched(|| {
        house.refused(64, &["history", "meting", "LH-2016-0001"], &["meting", "meeting", "mailbox", "outbox", "account", "unit"]);
        house.refused(64, &["history", "dispatch", "1"], &["dispatch", "outbox"]);
        house.refused(64, &["history", "meeting"], &["ID"]);
        for (kind, id, fact) in [
            ("meeting", "LH-2016-0099", "lichhop meeting list"),
            ("meeting", "x", "lichhop meeting list"),
            ("unit", "NOPE", "lichhop unit list"),
            ("unit", "A B", "32"),
            ("mailbox", "x@chinhphu.vn", "lichhop mailbox list"),
            ("mailbox", "x", "ten@ten-mien.vn"),
            ("account", "nobody", "lichhop account list"),
            ("outbox", "T9-9", "lichhop outbox list"),
            ("outbox", "9", "lichhop outbox list"),
        ] {
            house.refused(65, &["history", kind, id], &["id", id, fact]);
        }
    });
}

#[test]
fn what_stood_is_read_at_any_time_that_is_written() {
    let (house, id) = lived_in();
    let state = |at: &str| {
        let shown = house.run_in(&[("LICHHOP_NOW", AFTER)], &["--json", "meeting", "list", "--at", at]);
        assert_eq!(shown.code, 0, "{at}: {}", shown.err);
        assert_eq!(shown.err.matches("--at").count(), 1, "{}", shown.err);
        parsed(&shown.out).as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for (at, expected) in [
        ("2016-05-03 08:59", &[][..]),
        ("2016-05-03 09:00", &["submitted"]),
        ("03/05/2016 15h30", &["submitted"]),
        ("2016-05-04T10:00:00+07:00", &["issued"]),
        ("2016-05-04T02:59:59Z", &["submitted"]),
        ("04/05/2016", &["issued"]),
        ("2016-05-02", &[]),
        ("2016-05-09", &["cancelled"]),
        ("8:00", &["cancelled"]),
        ("2015-01-01", &[]),
    ] {
        assert_eq!(state(at), expected, "{at}");
    }
    let place = |at: &str| house.told(&["meeting", "show", &id, "--at", at])["place"].clone();
    assert_eq!((place(ADDED), place(EDITED)), (json!("Phòng họp tầng 2"), json!("Hội trường")));
    let shown = house.when(AFTER, &["meeting", "show", &id, "--at", "2016-05-03 10:00"]);
    assert!(shown.out.contains("Phòng họp tầng 2") && !shown.out.contains("HỦY"), "{}", shown.out);
    assert!(shown.err.contains("10:00:00 03/05/2016"), "{}", shown.err);
    // As the same command showed it then.
    let revision = house.told(&["history", "meeting", &id])[0]["revision"].clone();
    assert_eq!(house.told(&["meeting", "show", &id, "--at", ADDED])["revision"], revision);
}

#[test]
fn registry_week_outbox_and_search_are_read_as_they_stood() {
    let (house, id) = lived_in();
    let at = |at: &str, args: &[&str]| house.told(&[args, &["--at", at]].concat());
    assert_eq!(at(ISSUED, &["unit", "show", "CDA"])["name"], "Cục Điện ảnh");
    assert_eq!(at(AFTER, &["unit", "show", "CDA"])["name"], "Cục Điện ảnh Việt Nam");
    let active = |unit: &Value| unit["mailboxes"][0]["state"].clone();
    assert_eq!(active(&at(ISSUED, &["unit", "show", "CDA"])), "active");
    assert_eq!(at(AFTER, &["mailbox", "show", "cucdienanh-vhttdl@chinhphu.vn"])["state"], "suspended");
    assert_eq!(at(NOW, &["mailbox", "show", "cucdienanh-vhttdl@chinhphu.vn"])["state"], "active");
    let exported = house.when(AFTER, &["unit", "export", "--at", ISSUED]).out;
    assert!(exported.contains("CDA,Cục Điện ảnh,"), "{exported}");
    // As of then, `this` week is the one of that time.
    assert_eq!(house.told(&["week"])["week"], "2016-W19");
    for week in [&["week"][..], &["week", "this"], &["week", "2016-W18"]] {
        let shown = at(ISSUED, week);
        assert_eq!((&shown["week"], &shown["meetings"][0]["state"]), (&json!("2016-W18"), &json!("issued")));
    }
    let table = house.when(AFTER, &["week", "--at", ISSUED]).out;
    assert!(table.contains("01/GM-BTN") && !table.contains("HỦY"), "{table}");
    let feed = house.when(AFTER, &["week", "--format", "ics", "--at", ISSUED]).out;
    assert!(feed.contains("SUMMARY:Họp giao ban") && !feed.contains("CANCELLED"), "{feed}");
    let states = |time: &str| {
        let items = at(time, &["outbox", "list"]);
        items.as_array().unwrap().iter().map(|item| item["state"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((states(EDITED), states(ISSUED), states(SENT)), (vec![], vec!["queued".to_owned(); 2], vec!["sent".to_owned(); 2]));
    assert_eq!(at(ISSUED, &["outbox", "show", "T1-1"])["attempts"], 0);
    assert_eq!(at(ISSUED, &["outbox", "list", "--state", "sent"]), json!([]));
    assert_eq!(at(ADDED, &["search", "hoi truong"]), json!([]));
    assert_eq!(at(EDITED, &["search", "hoi truong"])[0]["id"], id.as_str());
    // A unit of today that was not there yet has no meetings of that time.
    assert_eq!(at("2015-01-01", &["meeting", "list", "--unit", "CDA"]), json!([]));
    for empty in [&["unit", "list"][..], &["mailbox", "list"], &["outbox", "list"], &["search", "a"]] {
        assert_eq!(at("2015-01-01", empty), json!([]));
    }
    assert_eq!(at("2015-01-01", &["week"])["meetings"], json!([]));
}

#[test]
fn conflicts_are_those_of_that_time() {
    let house = House::office();
    let first = house.when(ADDED, &adding(&[("--submit", ALONE)])).out.trim().to_owned();
    let second = house.when(EDITED, &adding(&[("--submit", ALONE)])).out.trim().to_owned();
    house.when(ISSUED, &["meeting", "cancel", &first, "--reason", "x"]);
    let conflicts = |id: &str, at: &str| {
        let shown = house.told(&["meeting", "show", id, "--at", at]);
        shown["conflicts"].as_array().unwrap().iter().map(|one| one["with"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(conflicts(&first, ADDED).is_empty());
    assert!(conflicts(&first, EDITED).contains(&second) && conflicts(&second, EDITED).contains(&first));
    assert!(conflicts(&second, ISSUED).is_empty());
}

#[test]
fn what_was_not_there_yet_and_what_has_not_come_are_told_apart() {
    let (house, id) = lived_in();
    let refused = |code: i32, args: &[&str], facts: &[&str]| {
        let ran = house.run_in(&[("LICHHOP_NOW", AFTER)], args);
        check_refusal(code, args, facts, &ran);
        ran
    };
    for args in [
        &["meeting", "show", &id][..],
        &["unit", "show", "CDA"],
        &["mailbox", "show", "cucdienanh-vhttdl@chinhphu.vn"],
        &["outbox", "show", "T1-1"],
    ] {
        refused(65, &[args, &["--at", "2015-01-01"]].concat(), &[args[2], "23:59:59 01/01/2015"]);
    }
    for future in ["2016-05-09 08:01", "10/05/2016", "2017-01-01T00:00:00Z", "9h"] {
        let ran = refused(65, &["unit", "list", "--at", future], &["--at", "chưa tới"]);
        assert!(!ran.err.contains("không phải hiện tại"), "{}", ran.err);
    }
    for wrong in ["hôm qua", "30/02/2016", "", "0216-01-01", "\u{1b}[2J"] {
        refused(65, &["week", "--at", wrong], &["--at"]);
    }
}

#[test]
fn what_writes_or_speaks_of_now_refuses_another_time() {
    let (house, id) = lived_in();
    let now = House { now: Some(AFTER), ..house };
    now.untouched(|| {
        for args in [
            &["flush"][..],
            &["serve"],
            &["outbox", "why", "T1-1"],
            &["meeting", "cancel", &id, "--reason", "x"],
            &["meeting", "submit", &id],
            &["meeting", "invitation", &id],
            &["meeting", "issue", &id, "--preview"],
            &["unit", "import", "/no/such/file"],
            &["account", "list"],
            &["history", "meeting", &id],
            &["audit", "list"],
            &["check"],
            &["init"],
            &["demo"],
            &["keys"],
            &["config", "show"],
            &["completions", "bash"],
            &[],
        ] {
            now.refused(
                64,
                &[args, &["--at", "2016-05-04"]].concat(),
                &["--at", "unit list", "meeting show", "week", "outbox list", "search"],
            );
        }
        now.refused(64, &["--at"], &["--at"]);
        now.refused(64, &["week", "--at", "2016-05-04", "--at", "2016-05-05"], &["--at"]);
    });
}
