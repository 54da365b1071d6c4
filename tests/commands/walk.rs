//! The whole walk: from an empty home to invitations in mailboxes, and back by a cancellation.

use super::{ALONE, House, NOW, check_refusal, sample};

#[test]
fn init_makes_everything_once_and_says_so_again() {
    let house = House::new();
    let first = house.json(&["init"]);
    assert_eq!((&first["created"], &first["config_written"]), (&true.into(), &true.into()));
    assert_eq!(first["state"].as_str(), house.state().to_str());
    assert_eq!(first["config"].as_str(), house.config().to_str());
    let text = std::fs::read_to_string(house.config()).unwrap();
    assert!(text.contains("[office]") && text.lines().any(|line| line.starts_with('#')), "{text}");
    house.ok(&["config", "check"]);
    let again = house.untouched(|| house.json(&["init"]));
    assert_eq!((&again["created"], &again["config_written"]), (&false.into(), &false.into()));
    assert_eq!(std::fs::read_to_string(house.config()).unwrap(), text);
    assert!(house.ok(&["init"]).contains("đã có sẵn"));
    assert!(house.ok(&["init", "--lang", "en"]).contains("is there already"));
    let ignored = house.run(&["init", "--office", "Khác", "--symbol", "KH"]);
    assert!(ignored.code == 0 && ignored.err.contains("--office"), "{}", ignored.err);
    assert_eq!(std::fs::read_to_string(house.config()).unwrap(), text);
}

#[test]
fn init_of_a_store_that_is_there_does_not_name_an_administrator_it_did_not_make() {
    let house = House::new();
    house.ok(&["init", "--admin", "lan"]);
    assert!(!house.ok(&["init", "--admin", "minh"]).contains("minh"));
    assert_eq!(house.json(&["init", "--admin", "minh"])["admin"], "lan");
}

#[test]
fn an_administrator_needs_a_name() {
    for admin in ["", " ", "a\u{1b}[2J", "a\nb", "a b"] {
        let house = House::new();
        house.refused(65, &["init", "--admin", admin], &["--admin"]);
        assert!(!house.state().exists(), "{admin:?}");
    }
}

#[test]
fn what_is_exported_can_be_imported_and_changes_nothing() {
    let house = House::new();
    house.ok(&["init"]);
    let units = house.json(&["unit", "import", &sample("units.csv")]);
    assert_eq!((&units["rows"], &units["added"], &units["changed"]), (&34.into(), &34.into(), &0.into()));
    let mailboxes = house.json(&["mailbox", "import", &sample("mailboxes.csv")]);
    assert_eq!((&mailboxes["rows"], &mailboxes["added"]), (&16.into(), &16.into()));
    for (kind, rows) in [("unit", 34), ("mailbox", 16)] {
        let table = house.ok(&[kind, "export"]);
        assert_eq!(table.lines().count(), rows + 1);
        let file = house.write("export.csv", &table);
        let again = house.untouched(|| house.json(&[kind, "import", &file]));
        assert_eq!((&again["added"], &again["changed"], &again["unchanged"]), (&0.into(), &0.into(), &rows.into()), "{kind}");
        let piped = house.run_with_input(table.as_bytes(), &[kind, "import", "-", "--json"]);
        assert_eq!(piped.code, 0, "{}", piped.err);
        assert_eq!(house.ok(&[kind, "export"]), table);
        assert_eq!(house.ok(&[kind, "list"]).lines().count(), rows);
        assert_eq!(house.json(&[kind, "list"]).as_array().unwrap().len(), rows);
    }
    let noted = house.run(&["unit", "import", &sample("units.csv")]);
    assert_eq!(noted.err.matches("named_in_source").count(), 1, "{}", noted.err);
    let unit = house.json(&["unit", "show", "cda"]);
    assert_eq!((&unit["code"], &unit["name"]), (&"CDA".into(), &"Cục Điện ảnh".into()));
    assert_eq!(house.json(&["mailbox", "show", "VanPhong-vhttdl@chinhphu.vn"])["unit"], "VP");
}

#[test]
fn a_meeting_is_registered_approved_issued_sent_and_cancelled() {
    let house = House::office();
    let id = house.add(&[("--invite", "CDA,CVHCS"), ("--content", "Mang theo báo cáo")]);
    assert_eq!(id, "LH-2016-0001");
    assert!(house.ok(&["meeting", "edit", &id, "--title", "Họp rà soát hộp thư", "--end", "2016-05-05 16:30"]).contains(&id));
    assert!(house.ok(&["meeting", "submit", &id]).contains("đã trình"));
    assert!(house.ok(&["meeting", "return", &id, "--reason", "thiếu nội dung"]).contains("trả lại"));
    house.ok(&["meeting", "submit", &id]);
    assert!(house.ok(&["meeting", "approve", &id]).contains("đã duyệt"));
    let preview = house.untouched(|| house.ok(&["meeting", "issue", &id, "--preview"]));
    assert!(preview.contains("01/GM-BTN") && preview.contains("cucdienanh-vhttdl@chinhphu.vn"), "{preview}");
    let issued = house.run(&["meeting", "issue", &id]);
    assert!(issued.code == 0 && issued.out.contains("01/GM-BTN") && issued.err.contains("lichhop flush"), "{issued:?}");
    assert_eq!(house.ok(&["outbox", "list"]).lines().count(), 2);
    assert!(house.ok(&["outbox", "why", "T1-1"]).contains("lichhop flush"));
    assert!(house.ok(&["flush"]).contains("Đã gửi 2"));
    let sent = house.delivered();
    assert_eq!(sent.len(), 2);
    assert!(sent.iter().all(|message| message.contains("METHOD:REQUEST") || message.contains("method=REQUEST")));
    let shown = house.ok(&["meeting", "show", &id]);
    for fact in ["01/GM-BTN", "Họp rà soát hộp thư", "Mang theo báo cáo", "thiếu nội dung", "CDA, CVHCS", "16:30"] {
        assert!(shown.contains(fact), "{fact}: {shown}");
    }
    assert!(house.ok(&["meeting", "cancel", &id, "--reason", "bận việc đột xuất"]).contains("đã hủy"));
    assert_eq!(house.json(&["flush"])["sent"], 2);
    assert_eq!(house.delivered().iter().filter(|message| message.contains("method=CANCEL")).count(), 2);
    assert!(house.ok(&["week"]).contains("HỦY"));
    assert!(house.ok(&["search", "ra soat hop thu"]).contains(&id));
    assert!(house.ok(&["audit", "verify"]).contains("nguyên vẹn"));
    assert!(house.ok(&["check"]).contains("nguyên vẹn"));
}

#[test]
fn units_can_be_added_to_an_issued_meeting_and_they_alone_are_mailed() {
    let house = House::office();
    let id = house.issued("CDA");
    house.ok(&["flush"]);
    house.ok(&["meeting", "edit", &id, "--invite", "CVHCS"]);
    let queued = house.json(&["outbox", "list", "--state", "queued"]);
    assert_eq!(queued.as_array().unwrap().len(), 1);
    assert_eq!(queued[0]["to"], "cucvanhoacoso-vhttdl@chinhphu.vn");
    let meeting = house.json(&["meeting", "show", &id]);
    assert_eq!((&meeting["number"], &meeting["invited"]), (&"01/GM-BTN".into(), &serde_json::json!(["CDA", "CVHCS"])));
}

#[test]
fn a_material_edit_before_issue_sends_the_meeting_back_for_approval() {
    let house = House::office();
    for (n, change) in
        [["--start", "2016-05-06 14:00"], ["--place", "Hội trường"], ["--chair", "Thứ trưởng"], ["--invite", "CVHCS"]].iter().enumerate()
    {
        let place = format!("Phòng {n}");
        let chair = format!("Ông {n}");
        let id = house.approved(&[("--invite", "CDA"), ("--place", &place), ("--chair", &chair)]);
        house.ok(&["meeting", "edit", &id, "--content", "Mới"]);
        assert_eq!(house.json(&["meeting", "show", &id])["state"], "approved");
        let edited = house.run(&["meeting", "edit", &id, change[0], change[1]]);
        assert_eq!(edited.code, 0, "{}", edited.err);
        assert!(edited.err.contains("lichhop meeting approve"), "{}", edited.err);
        assert_eq!(house.json(&["meeting", "show", &id])["state"], "submitted");
        house.refused(79, &["meeting", "issue", &id], &[&id, "lichhop meeting approve"]);
    }
}

#[test]
fn a_rejected_meeting_is_at_its_end() {
    let house = House::office();
    let id = house.add(&[("--submit", ALONE)]);
    house.ok(&["meeting", "reject", &id, "--reason", "không cần họp"]);
    house.untouched(|| {
        for args in
            [&["submit", &id][..], &["approve", &id], &["issue", &id], &["cancel", &id, "--reason", "x"], &["edit", &id, "--title", "x"]]
        {
            house.refused(79, &[&["meeting"], args].concat(), &[&id, "lichhop meeting add"]);
        }
    });
}

#[test]
fn what_is_done_twice_is_refused_and_names_what_can_be_done() {
    let house = House::office();
    let id = house.issued("CDA");
    house.untouched(|| {
        for args in [&["submit", &id][..], &["approve", &id], &["issue", &id], &["return", &id, "--reason", "x"]] {
            house.refused(79, &[&["meeting"], args].concat(), &[&id, "lichhop meeting cancel"]);
        }
    });
}

#[test]
fn an_edit_without_a_change_changes_nothing_and_does_not_claim_to() {
    let house = House::office();
    let id = house.add(&[]);
    let ran = house.untouched(|| house.run(&["meeting", "edit", &id]));
    assert!(ran.code == 64 || !ran.out.contains("đã sửa"), "{ran:?}");
}

#[test]
fn hours_and_days_are_those_of_vietnam_wherever_the_user_sits() {
    // 01:00 on Monday in Hà Nội is still Sunday in New York, where this process lives.
    let house = House { now: Some("2016-05-01T18:00:00Z"), ..House::office() };
    assert_eq!(house.json(&["week"])["week"], "2016-W18");
    let id = house.add(&[("--start", "14:00")]);
    assert_eq!(house.json(&["meeting", "show", &id])["start"], "2016-05-02T14:00:00+07:00");
    for (start, expected) in [
        ("05/05/2016 14h00", "2016-05-05T14:00:00+07:00"),
        ("2016-05-05T07:00:00Z", "2016-05-05T14:00:00+07:00"),
        ("2016-05-05T09:00:00+02:00", "2016-05-05T14:00:00+07:00"),
    ] {
        let id = house.add(&[("--start", start)]);
        assert_eq!(house.json(&["meeting", "show", &id])["start"], expected, "{start}");
    }
    assert_eq!(NOW.len(), 25);
}

#[test]
fn a_list_is_narrowed_by_week_days_unit_state_words_and_number() {
    let house = House::office();
    let first = house.add(&[("--invite", "CDA"), ("--title", "Họp điện ảnh")]);
    let second = house.add(&[("--start", "2016-05-12 08:00"), ("--unit", "VPC"), ("--submit", ALONE)]);
    let ids = |args: &[&str]| -> Vec<String> {
        let list = house.json(&[&["meeting", "list"], args].concat());
        list.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&[]), [first.clone(), second.clone()]);
    for (args, expected) in [
        (&["--week", "this"][..], &first),
        (&["--week", "next"], &second),
        (&["--week", "2016-05-12"], &second),
        (&["--from", "06/05/2016"], &second),
        (&["--to", "2016-05-05"], &first),
        (&["--from", "2016-05-05", "--to", "2016-05-05"], &first),
        (&["--unit", "CDA"], &first),
        (&["--unit", "vpc"], &second),
        (&["--state", "draft"], &first),
        (&["--state", "submitted"], &second),
        (&["--search", "dien anh"], &first),
        (&["--limit", "1"], &first),
    ] {
        assert_eq!(ids(args), [expected.as_str()], "{args:?}");
    }
    assert_eq!(ids(&["--state", "issued"]), Vec::<String>::new());
    check_refusal(64, &[], &["--week", "--from"], &house.run(&["meeting", "list", "--week", "this", "--from", "2016-05-05"]));
}
