//! Invitations and weeks in all their forms, help, completions, both languages.

use std::fs;

use super::{ALONE, House};

#[test]
fn an_invitation_can_be_had_in_every_form() {
    let house = House::office();
    let id =
        house.approved(&[("--invite", "CDA,CVHCS"), ("--title", "Họp <b>& rà soát</b>"), ("--online", "https://hop.example.vn/a?b=1&c=2")]);
    let draft = house.ok(&["meeting", "invitation", &id]);
    assert!(draft.contains("GIẤY MỜI") && draft.contains("DỰ THẢO"), "{draft}");
    house.ok(&["meeting", "issue", &id]);
    let text = house.ok(&["meeting", "invitation", &id, "--format", "txt"]);
    assert!(text.contains("GIẤY MỜI") && text.contains("01/GM-BTN") && !text.contains("DỰ THẢO"), "{text}");
    let page = house.ok(&["meeting", "invitation", &id, "--format", "html"]);
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("Họp &lt;b&gt;&amp; rà soát") && !page.contains("<b>&"), "{page}");
    let mail = house.ok(&["meeting", "invitation", &id, "--format", "eml"]);
    assert!(mail.contains("To: ") && mail.contains("cucdienanh-vhttdl@chinhphu.vn") && !mail.contains("cucvanhoacoso"), "{mail}");
    let other = house.ok(&["meeting", "invitation", &id, "--format", "eml", "--to", "cucvanhoacoso-vhttdl@chinhphu.vn"]);
    assert!(other.contains("cucvanhoacoso-vhttdl@chinhphu.vn"), "{other}");
    let entry = house.ok(&["meeting", "invitation", &id, "--format", "ics", "--to", "CucVanHoaCoSo-vhttdl@chinhphu.vn"]);
    for fact in ["BEGIN:VCALENDAR", "METHOD:REQUEST", "DTSTART;TZID=Asia/Ho_Chi_Minh:20160505T140000"] {
        assert!(entry.contains(fact), "{fact}: {entry}");
    }
    for form in ["txt", "html", "eml", "ics"] {
        let printed = house.ok(&["meeting", "invitation", &id, "--format", form]);
        let file = house.name(&format!("giấy mời.{form}"));
        assert_eq!(house.ok(&["meeting", "invitation", &id, "--format", form, "-o", &file]), "");
        assert_eq!(fs::read_to_string(&file).unwrap(), printed, "{form}");
        assert_eq!(house.ok(&["meeting", "invitation", &id, "--format", form, "-o", "-"]), printed);
    }
}

#[test]
fn an_address_that_is_not_invited_gets_no_message() {
    let house = House::office();
    let id = house.issued("CDA");
    house.untouched(|| {
        for form in ["eml", "ics"] {
            for address in ["khac@chinhphu.vn", "vanphong-vhttdl@chinhphu.vn"] {
                house.refused(65, &["meeting", "invitation", &id, "--format", form, "--to", address], &["--to", address]);
            }
        }
        house.refused(65, &["meeting", "invitation", &id, "--to", "không phải địa chỉ"], &["--to"]);
        house.refused(64, &["meeting", "invitation", &id, "--format", "docx"], &["docx", "eml"]);
    });
}

#[test]
fn an_address_that_is_not_invited_gets_no_document_either() {
    let house = House::office();
    let id = house.issued("CDA");
    for form in ["txt", "html"] {
        house.refused(65, &["meeting", "invitation", &id, "--format", form, "--to", "khac@chinhphu.vn"], &["--to", "khac@chinhphu.vn"]);
    }
}

#[test]
fn an_invitation_that_is_not_issued_yet_is_a_draft_or_refused_but_no_error_of_the_program() {
    let house = House::office();
    let id = house.add(&[("--invite", "CDA")]);
    for form in ["txt", "html", "eml", "ics"] {
        let ran = house.untouched(|| house.run(&["meeting", "invitation", &id, "--format", form]));
        assert!([0, 79].contains(&ran.code), "{form}: {ran:?}");
    }
}

#[test]
fn without_an_invited_unit_there_is_nobody_to_write_to_and_that_is_said() {
    let house = House::office();
    let id = house.approved(&[]);
    for form in ["eml", "ics"] {
        let ran = house.untouched(|| house.run(&["meeting", "invitation", &id, "--format", form]));
        assert!([65, 79].contains(&ran.code), "{form}: {ran:?}");
        assert!(ran.err.contains("--invite") && !ran.err.contains("--without"), "{form}: {}", ran.err);
    }
}

#[test]
fn a_week_is_named_in_every_way() {
    let house = House::office();
    for (name, expected) in [
        ("2016-W18", "2016-W18"),
        ("2016-w19", "2016-W19"),
        ("this", "2016-W18"),
        ("next", "2016-W19"),
        ("last", "2016-W17"),
        ("+2", "2016-W20"),
        ("2016-05-08", "2016-W18"),
        ("09/05/2016", "2016-W19"),
        ("2015-W53", "2015-W53"),
        ("2016-01-01", "2015-W53"),
    ] {
        assert_eq!(house.json(&["week", name])["week"], expected, "{name}");
    }
    house.untouched(|| {
        for name in ["2016-W53", "2016-W00", "30/02/2016", "2016-13-01", "W18", "soon", "+x", "++1", "+99999999999"] {
            house.refused(65, &["week", name], &["week"]);
        }
        house.refused(65, &["week", "--unit", "NOPE"], &["NOPE", "--unit"]);
        house.refused(64, &["week", "this", "next"], &["next"]);
        house.refused(64, &["week", "--format", "docx"], &["docx", "ics"]);
    });
}

#[test]
fn an_empty_word_names_no_week() {
    let house = House::office();
    for name in ["", " "] {
        house.refused(65, &["week", name], &["week"]);
        house.refused(65, &["meeting", "list", "--week", name], &["--week"]);
    }
}

#[test]
fn a_week_can_be_had_in_every_form() {
    let house = House::office();
    let id = house.issued("CDA");
    house.add(&[("--title", "Chưa duyệt"), ("--start", "2016-05-06 08:00")]);
    let off = house.approved(&[("--start", "2016-05-03 08:00"), ("--title", "Họp thôi")]);
    house.ok(&["meeting", "cancel", &off, "--reason", "x"]);
    let table = house.ok(&["week"]);
    assert!(table.contains("DỰ THẢO") && table.contains("Họp giao ban") && table.contains("01/GM-BTN"), "{table}");
    assert!(!table.contains("Chưa duyệt"), "{table}");
    assert_eq!(table.lines().filter(|line| line.contains("Họp giao ban")).count(), 1);
    assert_eq!(house.ok(&["week", "--format", "table"]), table);
    assert_eq!(house.json(&["week"]), super::json(&house.ok(&["week", "--format", "json"])));
    assert_eq!(house.json(&["week"])["meetings"].as_array().unwrap().iter().filter(|one| one["id"] == *id).count(), 1);
    let calendar = house.ok(&["week", "--format", "ics"]);
    assert!(calendar.starts_with("BEGIN:VCALENDAR\r\n") && calendar.ends_with("END:VCALENDAR\r\n"), "{calendar}");
    assert!(calendar.contains("SUMMARY:Họp giao ban") && !calendar.contains("Chưa duyệt"), "{calendar}");
    assert!(calendar.split("\r\n").all(|line| line.len() <= 75), "{calendar}");
    assert!(house.ok(&["week", "--unit", "CDA"]).contains("Họp giao ban"));
    assert!(!house.ok(&["week", "--unit", "VPC"]).contains("Họp giao ban"));
    for form in ["table", "json", "ics"] {
        let printed = house.ok(&["week", "--format", form]);
        let file = house.name("week");
        assert_eq!(house.ok(&["week", "--format", form, "-o", &file]), "");
        assert_eq!(fs::read_to_string(&file).unwrap(), printed, "{form}");
    }
    assert!(house.ok(&["week", "next"]).contains("2016"));
}

#[test]
fn there_are_completions_for_every_shell() {
    let house = House::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = house.ok(&["completions", shell]);
        assert!(script.contains("lichhop") && script.contains("invitation"), "{shell}");
    }
    house.refused(64, &["completions", "tcsh"], &["tcsh", "zsh"]);
    house.refused(64, &["completions"], &["SHELL"]);
}

#[test]
fn the_language_is_chosen_by_flag_or_variable() {
    let house = House::office();
    let id = house.add(&[("--submit", ALONE)]);
    assert!(house.ok(&["meeting", "show", &id]).contains("đã trình"));
    for args in [&["--lang", "en", "meeting", "show", &id][..], &["meeting", "show", &id, "--lang=en"]] {
        assert!(house.ok(args).contains("submitted"), "{args:?}");
    }
    let ran = house.run_in(&[("LICHHOP_LANG", "en_US.UTF-8")], &["meeting", "show", "LH-2016-0099"]);
    assert!(ran.err.contains("there is no such meeting") && ran.err.contains("Nothing was written"), "{}", ran.err);
    let ran = house.run_in(&[("LICHHOP_LANG", "en")], &["meeting", "show", "LH-2016-0099", "--lang", "vi"]);
    assert!(ran.err.contains("không có cuộc họp này"), "{}", ran.err);
    // Documents are Vietnamese always.
    assert!(house.ok(&["meeting", "invitation", &id, "--lang", "en"]).contains("GIẤY MỜI"));
    house.refused(64, &["--lang", "fr", "week"], &["fr", "vi", "en"]);
    assert_eq!(house.run_in(&[("LICHHOP_LANG", "fr")], &["week"]).code, 78);
}

#[test]
fn help_is_there_for_every_command_in_both_languages() {
    let house = House::new();
    let commands: &[&[&str]] = &[
        &[],
        &["init"],
        &["config", "show"],
        &["unit", "import"],
        &["mailbox", "show"],
        &["meeting"],
        &["meeting", "add"],
        &["meeting", "issue"],
        &["week"],
        &["outbox", "why"],
        &["flush"],
        &["search"],
        &["audit", "verify"],
        &["check"],
        &["completions"],
    ];
    for command in commands {
        let [vi, en] = ["vi", "en"].map(|lang| house.ok(&[*command, &["--help", "--lang", lang]].concat()));
        assert!(vi.contains("Cách dùng") && en.contains("Usage") && vi != en, "{command:?}");
        assert_eq!(house.ok(&[*command, &["-h", "--lang", "vi"]].concat()), vi);
    }
    assert!(house.ok(&["--version"]).starts_with("lichhop "));
}

#[test]
fn the_configuration_is_shown_checked_and_named() {
    let house = House::office();
    let shown = house.ok(&["config", "show"]);
    assert!(shown.contains("symbol = \"BTN\"") && shown.contains("paper_until = \"2016-06-01\""), "{shown}");
    let copy = house.write("copy.toml", &shown);
    assert_eq!(house.ok(&["--config", &copy, "config", "show"]), shown);
    assert_eq!(house.json(&["config", "show"])["policy"]["exceptions"]["TCDL"][0], "gov.vn");
    assert!(house.ok(&["config", "check"]).contains("hợp lệ"));
    assert_eq!(house.ok(&["config", "path"]).trim(), house.config().to_str().unwrap());
    assert_eq!(house.ok(&["config", "path", "--config", "other.toml"]).trim(), "other.toml");
    assert_eq!(house.run_in(&[("LICHHOP_CONFIG", &copy)], &["config", "path"]).out.trim(), copy);
}
