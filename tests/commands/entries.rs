//! What is entered about meetings: every wrong value named, nothing half written.

use super::{ALONE, ATTACK, House, adding, json};

#[test]
fn wrong_values_of_a_new_meeting_are_named_by_their_flags() {
    let house = House::office();
    let long = "x".repeat(501);
    let cases: &[(&str, &str, &[&str])] = &[
        ("--start", "30/02/2016 14:00", &["30/02/2016"]),
        ("--start", "2016-02-30 14:00", &["2016-02-30"]),
        ("--start", "2016-05-05", &["2016-05-05"]),
        ("--start", "2016-05-05 24:00", &["24:00"]),
        ("--start", "2016-05-05 25h00", &["25h00"]),
        ("--start", "31/04/2016 8h00", &["31/04"]),
        ("--start", "mai", &["mai"]),
        ("--start", "", &[]),
        ("--start", "1016-05-05 14:00", &["1016"]),
        ("--start", "9999-05-05 14:00", &["9999"]),
        ("--end", "2016-05-05 13:59", &["13:59"]),
        ("--end", "2016-05-05 14:00", &["14:00"]),
        ("--end", "2016-05-05T06:00:00Z", &["13:00"]),
        ("--end", "30/02/2016 15:00", &["30/02/2016"]),
        ("--end", "2016-08-05 14:00", &[]),
        ("--title", "", &[]),
        ("--title", " \u{a0} ", &[]),
        ("--title", "Họp\r\nBcc: ke@evil.vn", &["U+000D"]),
        ("--title", ATTACK, &["U+001B"]),
        ("--title", "a\u{9b}2J", &["U+009B"]),
        ("--title", "a\u{7f}b", &["U+007F"]),
        ("--title", &long, &["501", "500"]),
        ("--chair", "Ông A\r\nBcc: ke@evil.vn", &["U+000D"]),
        ("--chair", "", &[]),
        ("--place", "Phòng\nX-Header: 1", &["U+000A"]),
        ("--place", "", &[]),
        ("--online", "https://x\r\ny", &["U+000D"]),
        ("--content", "a\u{1b}[2J", &["U+001B"]),
        ("--unit", "NOPE", &["NOPE", "lichhop unit list"]),
        ("--unit", "V P", &["V P"]),
        ("--unit", "", &[]),
        ("--invite", "NOPE", &["NOPE", "lichhop unit list"]),
        ("--invite", "CDA,NOPE,CVHCS", &["NOPE"]),
        ("--invite", "CDA,cda", &["CDA"]),
        ("--invite", "Vụ Kế hoạch, Tài chính", &["Vụ Kế hoạch"]),
        ("--prepared-by", "NOPE", &["NOPE"]),
    ];
    house.untouched(|| {
        for (flag, value, facts) in cases {
            let ran = house.refused(65, &adding(&[(flag, value)]), facts);
            assert!(ran.err.contains(&format!("{flag}: ")), "{flag} {value:?}: {}", ran.err);
            assert!(ran.err.contains("Không có gì được ghi."), "{}", ran.err);
        }
        let all = [("--title", ""), ("--start", "soon"), ("--place", "\n"), ("--chair", ""), ("--unit", "a b"), ("--invite", "x y")];
        house.refused(65, &adding(&all), &all.map(|(flag, _)| flag));
    });
    assert_eq!(house.add(&[]), "LH-2016-0001", "a refused meeting takes no id");
}

#[test]
fn wrong_values_of_an_edit_leave_the_meeting_as_it_was() {
    let house = House::office();
    let id = house.add(&[("--invite", "CDA")]);
    let cases: &[(&[&str], &str)] = &[
        (&["--start", "30/02/2016 14:00"], "--start"),
        (&["--end", "2016-05-05 13:00"], "--end"),
        (&["--title", "a\r\nb"], "--title"),
        (&["--title", "Tốt", "--place", ""], "--place"),
        (&["--unit", "NOPE"], "--unit"),
        (&["--invite", "CDA"], "--invite"),
        (&["--invite", "CVHCS,NOPE"], "--invite"),
        (&["--uninvite", "CVHCS"], "--uninvite"),
        (&["--uninvite", "NOPE"], "--uninvite"),
        (&["--chair", "a\u{1b}"], "--chair"),
    ];
    house.untouched(|| {
        let before = house.json(&["meeting", "show", &id]);
        for (change, flag) in cases {
            house.refused(65, &[&["meeting", "edit", &id], *change].concat(), &[flag]);
        }
        assert_eq!(house.json(&["meeting", "show", &id]), before);
    });
}

#[test]
fn a_start_behind_the_end_that_stays_is_refused() {
    let house = House::office();
    let id = house.add(&[("--end", "2016-05-05 16:00")]);
    house.untouched(|| {
        let ran = house.refused(65, &["meeting", "edit", &id, "--start", "2016-05-05 17:00"], &["--end", "16:00"]);
        assert!(ran.err.lines().count() <= 4, "{}", ran.err);
        house.refused(65, &["meeting", "edit", &id, "--start", "2016-05-05 16:00"], &["--end"]);
    });
    house.ok(&["meeting", "edit", &id, "--start", "2016-05-05 17:00", "--end", "2016-05-05 18:00"]);
}

#[test]
fn values_that_begin_with_a_dash_and_lists_with_spaces_are_taken() {
    let house = House::office();
    let id = house.ok(&[&adding(&[("--invite", "CDA, CVHCS")])[..], &["--content=-1 điểm", "--online=https://hop.example.vn"]].concat());
    let meeting = house.json(&["meeting", "show", id.trim()]);
    assert_eq!((&meeting["content"], &meeting["invited"]), (&"-1 điểm".into(), &serde_json::json!(["CDA", "CVHCS"])));
    assert_eq!(house.json(&["search", "--", "-không"]), serde_json::json!([]));
    house.untouched(|| {
        house.refused(65, &adding(&[("--invite", "CDA,,CVHCS")]), &["--invite"]);
        house.refused(65, &adding(&[("--invite", "CDA CVHCS")]), &["--invite", "CDA CVHCS"]);
    });
}

#[test]
fn what_is_not_there_is_said_with_the_list_to_look_at() {
    let house = House::office();
    let cases: &[(&[&str], &str, &str)] = &[
        (&["meeting", "show"], "LH-2016-0099", "lichhop meeting list"),
        (&["meeting", "show"], "5", "lichhop meeting list"),
        (&["meeting", "submit"], "LH-2016-0099", "lichhop meeting list"),
        (&["meeting", "approve"], "lh-1", "lichhop meeting list"),
        (&["meeting", "issue"], "LH-2016-0099", "lichhop meeting list"),
        (&["meeting", "issue", "--preview"], "LH-2016-0099", "lichhop meeting list"),
        (&["meeting", "return", "--reason", "x"], "LH-2016-0099", "lichhop meeting list"),
        (&["meeting", "reject", "--reason", "x"], "LH-2016-0099", "lichhop meeting list"),
        (&["meeting", "cancel", "--reason", "x"], "LH-2016-0099", "lichhop meeting list"),
        (&["meeting", "edit", "--title", "x"], "LH-2016-0099", "lichhop meeting list"),
        (&["meeting", "invitation"], "LH-2016-0099", "lichhop meeting list"),
        (&["outbox", "show"], "T9-9", "lichhop outbox list"),
        (&["outbox", "why"], "x", "lichhop outbox list"),
        (&["unit", "show"], "NOPE", "lichhop unit list"),
        (&["mailbox", "show"], "nobody@chinhphu.vn", "lichhop mailbox list"),
        (&["week", "--unit"], "NOPE", "lichhop unit list"),
    ];
    house.untouched(|| {
        for (args, name, list) in cases {
            house.refused(65, &[*args, &[name]].concat(), &[name, list]);
        }
    });
}

#[test]
fn a_list_of_a_unit_that_is_not_there_is_refused_as_its_week_is() {
    let house = House::office();
    house.refused(65, &["meeting", "list", "--unit", "NOPE"], &["--unit", "NOPE", "lichhop unit list"]);
}

#[test]
fn reasons_are_needed_and_cannot_smuggle_headers_into_mails() {
    let house = House::office();
    let id = house.issued("CDA");
    house.ok(&["flush"]);
    house.untouched(|| {
        for reason in ["", "  ", "\n", "a\u{1b}[2J"] {
            house.refused(65, &["meeting", "cancel", &id, "--reason", reason], &["--reason"]);
        }
    });
    house.ok(&["meeting", "cancel", &id, "--reason", "bận việc\r\nBcc: ke@evil.vn\r\n\r\nX-Evil: 1"]);
    house.ok(&["flush"]);
    let sent = house.delivered();
    assert_eq!(sent.len(), 2);
    for message in sent {
        let head = message.replace("\r\n", "\n");
        let head = head.split("\n\n").next().unwrap();
        assert!(!head.lines().any(|line| line.starts_with("Bcc:") || line.starts_with("X-Evil:")), "{head}");
    }
    assert!(house.ok(&["meeting", "show", &id]).contains("bận việc"));
}

#[test]
fn text_is_stored_composed_and_found_in_either_form() {
    let house = House::office();
    let (composed, decomposed) = (
        "Tổ chức Tết Nguyên đán ở Huế",
        "To\u{302}\u{309} chu\u{31b}\u{301}c Te\u{302}\u{301}t Nguye\u{302}n đa\u{301}n o\u{31b}\u{309} Hue\u{302}\u{301}",
    );
    assert_ne!(composed, decomposed);
    let first = house.add(&[
        ("--title", decomposed),
        ("--content", decomposed),
        ("--chair", decomposed),
        ("--place", decomposed),
        ("--submit", ALONE),
    ]);
    let meeting = house.json(&["meeting", "show", &first]);
    for field in ["title", "content", "chair", "place"] {
        assert_eq!(meeting[field], composed, "{field}");
    }
    let second = house.add(&[("--title", composed), ("--start", "2016-05-12 09:00")]);
    for text in [composed, decomposed, "to chuc tet nguyen dan", "TẾT NGUYÊN ĐÁN"] {
        for args in [&["search", text, "--kind", "meeting"][..], &["meeting", "list", "--search", text]] {
            let mut found: Vec<_> = house.json(args).as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
            found.sort();
            assert_eq!(found, [first.as_str(), &second], "{args:?}");
        }
    }
    // The folded texts are equal, so the place is the same.
    let third = json(&house.ok(&[adding(&[("--place", composed), ("--chair", "Khác")]), vec!["--json"]].concat()));
    assert_eq!(third["conflicts"][0]["kind"], "room");
}

#[test]
fn files_of_units_and_contents_are_read_whole_or_not_at_all() {
    let house = House::office();
    let good = house.write("units.txt", "\u{feff}CDA; CVHCS # hai cục\r\n\r\n# hết\r\nvpc\n");
    let content = house.write("content.txt", "\u{feff}Dòng một\r\nDòng hai\n");
    let id = house.add(&[("--invite-file", &good), ("--content-file", &content)]);
    let meeting = house.json(&["meeting", "show", &id]);
    assert_eq!(meeting["invited"], serde_json::json!(["CDA", "CVHCS", "VPC"]));
    assert_eq!(meeting["content"], "Dòng một\nDòng hai");
    let bad = house.write("bad.txt", "CDA\nA B\n\u{1b}[2J\n");
    let latin = house.write("latin.txt", b"Th\xf4ng b\xe1o");
    let large = house.write("large.txt", "x".repeat(1024 * 1024 + 1));
    house.untouched(|| {
        house.refused(65, &adding(&[("--invite-file", &bad)]), &["bad.txt:2:", "A B", "bad.txt:3:"]);
        for file in [&latin, &large] {
            house.refused(65, &adding(&[("--content-file", file)]), &["--content-file"]);
            house.refused(65, &adding(&[("--invite-file", file)]), &["--invite-file"]);
        }
        let unknown = house.write("unknown.txt", "CDA\nNOPE\n");
        house.refused(65, &adding(&[("--invite-file", &unknown)]), &["NOPE", "lichhop unit list"]);
        for flag in ["--content-file", "--invite-file"] {
            house.refused(66, &adding(&[(flag, "/no/such/file")]), &["/no/such/file"]);
            house.refused(66, &adding(&[(flag, &house.name(""))]), &[&house.name("")]);
        }
    });
}

#[test]
fn a_text_of_wide_letters_bidi_marks_and_emoji_goes_through_every_form() {
    let house = House::office();
    let title = "Họp \u{202e}gnort\u{202c} 会議 👩‍👩‍👧 và a\u{200b}b";
    let ran = house.run(&adding(&[("--title", title), ("--invite", "CDA")]));
    assert!([0, 65].contains(&ran.code), "{ran:?}");
    if ran.code == 0 {
        let shown = house.ok(&["meeting", "show", ran.out.trim()]);
        assert!(!shown.contains('\u{202e}'), "{shown:?}");
        assert!(!house.ok(&["meeting", "list"]).contains('\u{202e}'));
    }
}
