//! What is done to what was issued, by the commands: another date, no date, other units.

use super::House;

/// A meeting that three units are invited to, the invitations delivered; its id.
fn invited(house: &House) -> String {
    let id = house.add(&[("--invite", "CDA,CVHCS,VKHTC")]);
    house.ok(&["meeting", "submit", &id]);
    house.ok(&["meeting", "approve", &id]);
    house.ok(&["meeting", "issue", &id]);
    house.ok(&["flush"]);
    id
}

/// What lies in the outbox of a dispatch: `cancel queued cucdienanh-vhttdl@chinhphu.vn`.
fn outbox(house: &House, dispatch: u64) -> Vec<String> {
    let of = |item: &&serde_json::Value| item["id"].as_str().unwrap().starts_with(&format!("T{dispatch}-"));
    let told = |item: &serde_json::Value| {
        let [kind, state, to] = ["kind", "state", "to"].map(|field| item[field].as_str().unwrap());
        format!("{kind} {state} {to}")
    };
    house.json(&["outbox", "list"]).as_array().unwrap().iter().filter(of).map(told).collect()
}

#[test]
fn a_meeting_gets_another_date_by_a_new_numbered_invitation() {
    let house = House::office();
    let id = invited(&house);
    let move_it = ["meeting", "reschedule", &id, "--start", "2016-05-06 09:00", "--place", "Phòng 5", "--reason", "Trùng lịch Chính phủ"];
    let preview = house.untouched(|| house.ok(&[&move_it[..], &["--preview"]].concat()));
    assert!(preview.contains("02/GM-BTN") && preview.contains("thay thế Giấy mời số 01/GM-BTN"), "{preview}");
    let moved = house.run(&move_it);
    assert!(moved.code == 0 && moved.out.contains("số 02/GM-BTN thay thế số 01/GM-BTN, 3 thư"), "{moved:?}");
    assert!(moved.err.contains("lichhop flush"), "{moved:?}");
    let shown = house.json(&["meeting", "show", &id]);
    assert_eq!((&shown["number"], &shown["state"], &shown["sequence"]), (&"02/GM-BTN".into(), &"issued".into(), &1.into()));
    assert_eq!((&shown["start"], &shown["place"]), (&"2016-05-06T09:00:00+07:00".into(), &"Phòng 5".into()));
    assert_eq!(shown["replaces"], serde_json::json!([{"number": "01/GM-BTN", "date": "2016-05-02"}]));
    assert_eq!(shown["history"].as_array().unwrap().last().unwrap()["action"], "reschedule");
    let text = house.ok(&["meeting", "show", &id]);
    assert!(text.contains("Thay thế") && text.contains("01/GM-BTN ngày 02/05/2016") && text.contains("đổi lịch – Trùng lịch"), "{text}");
    // The invitation is the one in force, in each of its forms.
    for format in ["txt", "html", "eml", "ics"] {
        let invitation = house.ok(&["meeting", "invitation", &id, "--format", format]);
        assert!(format == "eml" || invitation.replace("\r\n ", "").contains("02/GM-BTN"), "{format}: {invitation}");
    }
    assert_eq!(house.delivered().len(), 3);
    house.ok(&["flush"]);
    assert_eq!(house.delivered().len(), 6);
    let history = house.ok(&["history", "meeting", &id]);
    assert!(history.contains("đổi lịch") && history.contains("02/GM-BTN"), "{history}");
    house.ok(&["check"]);
    house.ok(&["audit", "verify"]);
}

#[test]
fn a_meeting_is_postponed_revived_and_cancelled() {
    let house = House::office();
    let id = invited(&house);
    let postponed = house.run(&["meeting", "postpone", &id, "--reason", "Chờ ý kiến"]);
    assert!(postponed.code == 0 && postponed.out.contains("hoãn") && postponed.err.contains("3 thư"), "{postponed:?}");
    let items = house.json(&["outbox", "list"]);
    let last = items.as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["kind"], &last["notice"]), (&"cancel".into(), &"postponed".into()));
    assert!(house.ok(&["outbox", "why", last["id"].as_str().unwrap()]).contains("thông báo hoãn"));
    house.ok(&["flush"]);
    let sent = house.delivered();
    assert_eq!(sent.iter().filter(|message| message.contains("method=CANCEL")).count(), 3);
    assert_eq!(house.json(&["meeting", "show", &id])["state"], "postponed");
    assert!(house.ok(&["week", "2016-W18"]).contains("HOÃN"));
    assert_eq!(house.json(&["meeting", "list", "--state", "postponed"]).as_array().unwrap().len(), 1);
    // What was told is not edited; what can be done is named.
    house.refused(79, &["meeting", "edit", &id, "--title", "Khác"], &["meeting reschedule", "meeting cancel"]);
    house.refused(79, &["meeting", "postpone", &id, "--reason", "x"], &["meeting reschedule"]);
    house.refused(65, &["meeting", "replace", &id, "--reason", "x"], &["--start"]);
    let revived = house.json(&["meeting", "reschedule", &id, "--start", "2016-05-12 14:00", "--reason", "Đã có ngày"]);
    assert_eq!((&revived["state"], &revived["number"], &revived["queued"]), (&"issued".into(), &"02/GM-BTN".into(), &3.into()));
    house.ok(&["flush"]);
    house.ok(&["meeting", "postpone", &id, "--reason", "Lại chờ"]);
    house.ok(&["flush"]);
    let cancelled = house.json(&["meeting", "cancel", &id, "--reason", "Không họp nữa"]);
    assert_eq!((&cancelled["state"], &cancelled["queued"], &cancelled["sequence"]), (&"cancelled".into(), &3.into(), &4.into()));
    house.ok(&["check"]);
}

#[test]
fn other_units_are_invited_and_those_left_out_are_told() {
    let house = House::office();
    let id = invited(&house);
    let replaced = house.json(&["meeting", "replace", &id, "--invite", "CDA,TCDL", "--title", "Họp mở rộng", "--reason", "Điều chỉnh"]);
    assert_eq!((&replaced["invited"], &replaced["title"]), (&serde_json::json!(["CDA", "TCDL"]), &"Họp mở rộng".into()));
    assert_eq!((&replaced["warnings"][0]["warning"], &replaced["warnings"][0]["mailboxes"]), (&"withdrawn".into(), &2.into()));
    let cda = house.json(&["unit", "show", "CDA"])["mailboxes"][0]["address"].as_str().unwrap().to_owned();
    assert_eq!(outbox(&house, 2)[0], format!("request queued {cda}"));
    assert_eq!((outbox(&house, 2).len(), outbox(&house, 3).len()), (2, 2));
    assert!(outbox(&house, 3).iter().all(|item| item.starts_with("cancel queued ")), "{:?}", outbox(&house, 3));
    // Who is added alone is mailed, under the same number.
    let more = house.json(&["meeting", "edit", &id, "--invite", "VKHTC"]);
    assert_eq!((&more["queued"], &more["number"]), (&1.into(), &"02/GM-BTN".into()));
    house.ok(&["flush"]);
    house.ok(&["check"]);
}

#[test]
fn what_stands_in_the_way_is_refused_with_the_rule() {
    let house = House::office();
    let id = invited(&house);
    let other = house.add(&[("--start", "2016-05-09 14:00"), ("--invite", "TCDL")]);
    house.ok(&["meeting", "submit", &other]);
    let there = ["meeting", "reschedule", &id, "--start", "2016-05-09 14:00", "--reason", "x"];
    house.refused(79, &there, &[&other, "--override"]);
    house.refused(79, &["meeting", "edit", &id, "--place", "Khác"], &["meeting reschedule", "meeting replace", "meeting postpone"]);
    house.refused(79, &["meeting", "reschedule", &other, "--start", "2016-05-10 14:00", "--reason", "x"], &["meeting approve"]);
    house.refused(65, &["meeting", "reschedule", &id, "--start", "2016-05-05 14:00", "--reason", "x"], &["--start"]);
    house.refused(64, &["meeting", "reschedule", &id, "--reason", "x"], &["--start"]);
    house.refused(65, &["meeting", "replace", &id, "--invite", "KHONGCO", "--reason", "x"], &["KHONGCO"]);
    assert!(house.ok(&[&there[..], &["--override", "Đã thống nhất"]].concat()).contains("02/GM-BTN"));
    house.ok(&["check"]);
}
