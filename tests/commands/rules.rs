//! Refusals by a rule of the office: the rule is named, and what can be done instead.

use super::{ALONE, House, NOW, sample};

#[test]
fn nobody_approves_their_own_unless_the_office_says_so() {
    let house = House::new();
    house.ok(&["init"]);
    house.ok(&["account", "grant", "lan", "--role", "approver"]);
    house.ok(&["account", "grant", "minh", "--role", "clerk"]);
    house.ok(&["unit", "import", &sample("units.csv")]);
    let id = house.add(&[("--submit", ALONE)]);
    house.untouched(|| house.refused(77, &["meeting", "approve", &id], &[&id, "lan", "approve_own = true"]));
    house.refused(77, &["meeting", "approve", &id, "--json", "--lang", "en"], &[&id, "Who may: lan", "approve_own = true"]);
    house.set("approve_own = false", "approve_own = true");
    house.ok(&["meeting", "approve", &id]);
    let alone = House::new();
    alone.ok(&["init"]);
    alone.ok(&["unit", "import", &sample("units.csv")]);
    let id = alone.add(&[("--submit", ALONE)]);
    alone.refused(77, &["meeting", "approve", &id], &[&id, "approve_own = true"]);
}

#[test]
fn units_that_cannot_be_reached_are_named_each_with_its_reason() {
    let house = House::office();
    let table = "address,kind,unit,state\nvdt@chinhphu.vn,shared,VDT,suspended\nvgd@chinhphu.vn,shared,VGD,allocated\n\
                 p@chinhphu.vn,personal,VTV,active\n";
    house.ok(&["mailbox", "import", &house.write("table.csv", table)]);
    let id = house.approved(&[("--invite", "CDA,VDT,VGD,VTV,LDB")]);
    let facts: &[&str] =
        &["VDT", "vdt@chinhphu.vn", "VGD", "vgd@chinhphu.vn", "VTV", "LDB", "Lãnh đạo Bộ", "--without", "lichhop mailbox import"];
    house.untouched(|| {
        let ran = house.refused(79, &["meeting", "issue", &id], facts);
        assert!(!ran.err.contains("CDA"), "{}", ran.err);
        house.refused(79, &["meeting", "issue", &id, "--without", "VDT,VGD", "--reason", "x"], &["VTV", "LDB"]);
        let without = house.run(&["meeting", "issue", &id, "--without", "VDT,VGD,VTV,LDB"]);
        assert!([64, 65].contains(&without.code) && without.err.contains("--reason"), "{without:?}");
        house.refused(65, &["meeting", "issue", &id, "--without", "VPC", "--reason", "x"], &["--without", "VPC"]);
        house.refused(65, &["meeting", "issue", &id, "--without", "NOPE", "--reason", "x"], &["--without", "NOPE"]);
        house.refused(65, &["meeting", "issue", &id, "--without", "LDB", "--reason", " "], &["--reason"]);
        let preview = house.json(&["meeting", "issue", &id, "--preview"]);
        assert_eq!(preview["unreachable"].as_array().unwrap().len(), 4);
    });
    house.ok(&["meeting", "issue", &id, "--without", "VDT,VGD,VTV", "--without", "LDB", "--reason", "chưa có hộp thư"]);
    let meeting = house.json(&["meeting", "show", &id]);
    assert_eq!((&meeting["number"], &meeting["replies"]["pending"]), (&"01/GM-BTN".into(), &1.into()));
    assert!(house.ok(&["meeting", "show", &id]).contains("chưa có hộp thư"));
}

#[test]
fn a_domain_that_is_allowed_no_longer_keeps_a_unit_out() {
    let house = House::office();
    let id = house.approved(&[("--invite", "TCDL")]);
    house.set("exceptions = { TCDL = [\"gov.vn\"], TCTDTT = [\"gov.vn\"] }", "exceptions = {}");
    house.untouched(|| house.refused(79, &["meeting", "issue", &id], &["TCDL", "vietnamtourism.gov.vn", "chinhphu.vn"]));
}

#[test]
fn the_same_place_or_chair_at_the_same_time_needs_a_word() {
    let house = House::office();
    let first = house.approved(&[("--invite", "CDA"), ("--chair", "Ông A"), ("--end", "2016-05-05 16:00")]);
    let cases = [
        [("--place", "phong hop tang 2"), ("--chair", "Ông B"), ("--start", "2016-05-05 15:59")],
        [("--place", "Nơi khác"), ("--chair", "ÔNG A"), ("--start", "2016-05-05 13:00")],
    ];
    for given in cases {
        let ran = house.run(&super::adding(&[&given[..], &[("--submit", ALONE)]].concat()));
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(ran.err.contains(&first), "{}", ran.err);
        let id = ran.out.trim();
        house.untouched(|| {
            house.refused(79, &["meeting", "approve", id], &[id, &first, "--override", "lichhop meeting edit"]);
            house.refused(65, &["meeting", "approve", id, "--override", " "], &["--override"]);
        });
        let approved = house.run(&["meeting", "approve", id, "--override", "Bộ trưởng đồng ý"]);
        assert!(approved.code == 0 && approved.err.contains(&first), "{approved:?}");
        assert!(house.ok(&["meeting", "show", id]).contains("Bộ trưởng đồng ý"));
        house.ok(&["meeting", "cancel", id, "--reason", "x"]);
    }
    // One after the other is no conflict.
    let after = house.run(&super::adding(&[("--start", "2016-05-05 16:00"), ("--submit", ALONE)]));
    assert!(after.code == 0 && !after.err.contains(&first), "{after:?}");
}

#[test]
fn what_came_in_between_is_seen_when_issuing() {
    let house = House::office();
    let first = house.approved(&[("--invite", "CDA")]);
    let second = house.add(&[("--invite", "CVHCS"), ("--submit", ALONE)]);
    house.ok(&["meeting", "approve", &second, "--override", "x"]);
    house.untouched(|| house.refused(79, &["meeting", "issue", &first], &[&second, "--override"]));
    house.ok(&["meeting", "issue", &first, "--override", "đã bàn"]);
    assert_eq!(house.json(&["meeting", "show", &first])["state"], "issued");
}

#[test]
fn paper_ends_on_its_day() {
    let mut house = House::office();
    let first = house.approved(&[("--invite", "CDA,CVHCS")]);
    let second = house.approved(&[("--invite", "CDA"), ("--start", "2016-06-08 14:00")]);
    // 23:59 on the last day with paper, then the first minute without, in Hà Nội.
    house.now = Some("2016-05-31T16:59:59Z");
    let issued = house.run(&["meeting", "issue", &first, "--channel", "parallel"]);
    assert!(issued.code == 0 && issued.err.contains('2'), "{issued:?}");
    house.now = Some("2016-05-31T17:00:00Z");
    house.untouched(|| house.refused(79, &["meeting", "issue", &second, "--channel", "parallel"], &["01/06/2016", "--channel parallel"]));
    house.ok(&["meeting", "issue", &second, "--channel", "electronic"]);
    assert_eq!(house.json(&["meeting", "show", &second])["number"], "02/GM-BTN");
    assert_ne!(house.now, Some(NOW));
}

#[test]
fn an_issued_meeting_is_not_edited_and_the_commands_named_instead_exist() {
    let house = House::office();
    let id = house.issued("CDA");
    house.untouched(|| {
        for change in [
            &["--title", "x"][..],
            &["--start", "2016-05-06 14:00"],
            &["--place", "x"],
            &["--chair", "x"],
            &["--content", "x"],
            &["--uninvite", "CDA"],
            &["--urgency", "flash"],
            &["--invite", "CVHCS", "--title", "x"],
        ] {
            house.refused(79, &[&["meeting", "edit", &id], change].concat(), &[&id, "lichhop meeting cancel", "--invite"]);
        }
        house.refused(65, &["meeting", "edit", &id, "--invite", "CDA"], &["--invite", "CDA"]);
        house.refused(65, &["meeting", "edit", &id, "--invite", "NOPE"], &["--invite", "NOPE"]);
        house.refused(79, &["meeting", "edit", &id, "--invite", "LDB"], &["LDB", "lichhop mailbox import"]);
    });
}

#[test]
fn a_refused_issue_takes_no_number() {
    let house = House::office();
    let blocked = house.approved(&[("--invite", "LDB")]);
    for _ in 0..3 {
        house.refused(79, &["meeting", "issue", &blocked], &["LDB"]);
    }
    let id = house.approved(&[("--invite", "CDA"), ("--start", "2016-05-12 08:00")]);
    house.ok(&["meeting", "issue", &id]);
    assert_eq!(house.json(&["meeting", "show", &id])["number"], "01/GM-BTN");
}

#[test]
fn what_was_registered_with_the_required_flags_can_be_issued() {
    let house = House::office();
    let id = house.approved(&[]);
    let issued = house.run(&["meeting", "issue", &id]);
    assert_eq!(issued.code, 0, "{}", issued.err);
    assert!(issued.out.contains("01/GM-BTN") && issued.err.contains("--invite"), "{issued:?}");
    assert_eq!(house.json(&["outbox", "list"]), serde_json::json!([]));
    house.ok(&["meeting", "edit", &id, "--invite", "CDA"]);
    assert_eq!(house.json(&["flush"])["sent"], 1);
}

#[test]
fn what_is_worth_saying_is_said_and_blocks_nothing() {
    let house = House::office();
    let ran = house.run(&super::adding(&[("--start", "2016-04-29 14:00")]));
    assert!(ran.code == 0 && ran.err.contains("quá khứ") && ran.err.contains("--invite"), "{ran:?}");
    assert_eq!(ran.out, "LH-2016-0001\n");
}

#[test]
fn an_account_of_a_user_whom_the_machine_does_not_know_is_granted_with_a_warning() {
    let house = House::new();
    house.ok(&["init"]);
    for (lang, words) in [("vi", "chưa có người dùng Unix nào tên khong.ai"), ("en", "no Unix user khong.ai yet")] {
        let ran = house.run(&["account", "grant", "khong.ai", "--role", "clerk", "--lang", lang]);
        assert!(ran.code == 0 && ran.out.contains("khong.ai") && ran.err.contains(words), "{ran:?}");
        assert!(ran.err.contains("lichhop account revoke khong.ai"), "{ran:?}");
    }
    assert!(house.ok(&["account", "list"]).contains("khong.ai"));
    assert_eq!(house.run(&["account", "grant", "daemon", "--role", "clerk"]).err, "");
    assert_eq!(house.run(&["account", "revoke", "khong.ai"]).err, "");
}
