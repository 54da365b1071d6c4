//! Command lines from end to end, each in a home of its own.

use lichhop::domain::text::width;

use super::Home;

const UNITS: &str = "code,name,parent,kind,mail_domain\nVP,Văn phòng Bộ,,office,\nCĐA,Cục Điện ảnh,,agency,\nTCDL,Tổng cục Du lịch,,general-department,gov.vn\n";
const MAILBOXES: &str = "address,kind,unit,owner,custodian,state,quota_mb,primary\n\
    cda@chinhphu.vn,shared,CĐA,,,active,500,false\nvp@chinhphu.vn,shared,VP,,Trần Thị Lan,active,,false\n";

/// A home with units and mailboxes, in which one person does everything.
fn office(home: Home) -> Home {
    home.done(&["init", "--office", "Bộ Thử nghiệm", "--symbol", "BTN"]);
    let file = home.path().join(".config/lichhop/config.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("\"BTN\""));
    std::fs::write(&file, text.replace("approve_own = false", "approve_own = true")).unwrap();
    home.done(&["unit", "import", &home.write("units.csv", UNITS)]);
    home.done(&["mailbox", "import", &home.write("mailboxes.csv", MAILBOXES)]);
    home
}

fn add(home: &Home, more: &[&str]) -> String {
    let args = ["meeting", "add", "--title", "Họp giao ban", "--start", "2026-12-01 14:00", "--place", "Phòng 2", "--chair", "Thứ trưởng"];
    home.done(&[args.as_slice(), &["--unit", "VP"], more].concat()).trim().to_owned()
}

#[test]
fn help_and_version_are_results_and_a_missing_command_is_wrong_usage() {
    let home = Home::new();
    for (args, code, on_out) in [
        (&["--help"][..], 0, true),
        (&["-V"], 0, true),
        (&["week", "-h"], 0, true),
        (&[], 64, false),
        (&["unit"], 64, false),
        (&["no"], 64, false),
    ] {
        let ran = home.run(args);
        assert_eq!((ran.code, ran.out.is_empty(), ran.err.is_empty()), (code, !on_out, on_out), "{args:?}");
    }
    assert!(home.run(&["--lang", "en", "unit", "--help"]).out.contains("Units of the ministry"));
    assert!(home.run_in(&[("LICHHOP_LANG", "en")], &["unit", "--help"]).out.contains("Units of the ministry"));
    assert!(home.run_in(&[("LICHHOP_LANG", "en")], &["unit", "--help", "--lang=vi"]).out.contains("Các đơn vị của Bộ"));
}

#[test]
fn completions_are_there_for_every_shell() {
    let home = Home::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        assert!(home.done(&["completions", shell]).contains("invitation"), "{shell}");
    }
    assert_eq!(home.run(&["completions", "cmd"]).code, 64);
}

#[test]
fn bad_variables_are_bad_configuration() {
    let home = Home::new();
    for (name, value) in [("LICHHOP_NOW", "tomorrow"), ("LICHHOP_LANG", "fr"), ("LICHHOP_LOG", "[[")] {
        let ran = home.run_in(&[(name, value)], &["week"]);
        assert_eq!(ran.code, 78, "{name}: {}", ran.err);
        assert!(ran.err.contains(name) && ran.err.contains(value), "{}", ran.err);
    }
}

#[test]
fn a_store_elsewhere_is_refused_and_not_repeated() {
    let home = Home::new();
    let url = "etcd://user:secret99@10.0.0.1:2379";
    for args in [&["init"][..], &["week"], &["config", "show"], &["config", "check"]] {
        let by_flag = home.run(&[args, &["--store", url]].concat());
        let by_variable = home.run_in(&[("LICHHOP_STORE", url)], args);
        for (ran, name) in [(by_flag, "--store"), (by_variable, "LICHHOP_STORE")] {
            assert!(ran.code == 78 && ran.err.contains(name) && !ran.err.contains("secret99"), "{args:?}: {}", ran.err);
        }
    }
    assert!(!home.path().join(".local").exists(), "a refusal makes nothing");
    home.done(&["--store", "", "init"]);
    assert_eq!(home.run_in(&[("LICHHOP_STORE", "")], &["week"]).code, 0);
}

#[test]
fn a_configuration_that_cannot_be_written_is_said_with_what_was_made() {
    let home = Home::new();
    let link = home.path().join("link.toml");
    std::os::unix::fs::symlink("nowhere/config.toml", &link).unwrap();
    let ran = home.run(&["init", "--config", link.to_str().unwrap()]);
    assert!(ran.code == 73 && ran.err.contains("link.toml"), "{}", ran.err);
    assert!(home.done(&["init", "--lang", "en"]).contains("Wrote the configuration"));
}

#[test]
fn without_a_state_directory_the_way_to_one_is_named() {
    let ran = Home::new().run(&["unit", "list"]);
    assert_eq!(ran.code, 78);
    assert!(ran.err.contains("lichhop init"), "{}", ran.err);
}

#[test]
fn init_can_be_repeated_and_says_so() {
    let home = Home::new();
    let first = home.done(&["init", "--admin", "lan", "--json"]);
    assert!(first.contains("\"created\": true") && first.contains("\"config_written\": true") && first.contains("\"lan\""), "{first}");
    let second = home.done(&["init", "--json"]);
    assert!(second.contains("\"created\": false") && second.contains("\"config_written\": false"), "{second}");
    assert!(home.done(&["init"]).contains("đã có sẵn"));
    assert_eq!(home.run(&["init", "--office", "A"]).code, 64);
    let ran = Home::new().run(&["init", "--office", "A", "--symbol", "B C"]);
    assert_eq!(ran.code, 65, "{}", ran.err);
    assert!(home.done(&["config", "path"]).contains(".config/lichhop/config.toml"));
    home.done(&["config", "check"]);
    assert!(home.done(&["config", "show", "--json"]).contains("\"approve_own\": false"));
}

#[test]
fn a_wrong_configuration_names_every_place() {
    let home = Home::new();
    let file = home.write("wrong.toml", "[office]\nnam = \"x\"\n[mail]\nconnections = \"many\"\n");
    for lang in ["vi", "en"] {
        let ran = home.run(&["config", "check", "--config", &file, "--lang", lang]);
        assert_eq!(ran.code, 78);
        assert!(ran.err.contains("wrong.toml:2: office.nam") && ran.err.contains("wrong.toml:4: mail.connections"), "{}", ran.err);
    }
}

#[test]
fn what_is_exported_is_what_was_imported() {
    let home = office(Home::new());
    assert_eq!(home.done(&["unit", "export"]), UNITS);
    let exported = home.done(&["mailbox", "export"]);
    assert_eq!(exported, MAILBOXES);
    let again = home.done(&["mailbox", "import", &home.write("again.csv", &exported), "--json"]);
    assert!(again.contains("\"unchanged\": 2"), "{again}");
}

#[test]
fn a_wrong_table_names_every_line_in_order_and_writes_nothing() {
    let home = office(Home::new());
    let table = "code,name,parent,kind,ghi chú\nX Y,A,,office,\nMOI,Mới,NOPE,office,\nVP,Tên khác,,offic,\n";
    let ran = home.run(&["unit", "import", &home.write("wrong.csv", table)]);
    assert_eq!((ran.code, ran.out.as_str()), (65, ""));
    let places: Vec<usize> =
        ["wrong.csv:2: code", "wrong.csv:3: parent", "wrong.csv:4: kind"].iter().filter_map(|place| ran.err.find(place)).collect();
    assert!(places.len() == 3 && places.is_sorted(), "{}", ran.err);
    assert_eq!(ran.err.matches("ghi chú").count(), 1, "{}", ran.err);
    assert_eq!(home.done(&["unit", "export"]), UNITS);
    assert_eq!(home.run(&["unit", "import", "/no/such/file"]).code, 66);
}

#[test]
fn a_meeting_goes_its_way() {
    let home = office(Home::new());
    let id = add(&home, &["--invite", "CĐA,TCDL", "--submit"]);
    assert!(id.starts_with("LH-") && !id.contains(char::is_whitespace));
    assert!(home.done(&["meeting", "approve", &id]).contains("đã duyệt"));
    let preview = home.done(&["meeting", "issue", &id, "--preview"]);
    assert!(preview.contains("01/GM-BTN") && preview.contains("cda@chinhphu.vn") && preview.contains("TCDL"), "{preview}");
    let refused = home.run(&["meeting", "issue", &id]);
    assert_eq!(refused.code, 79);
    assert!(refused.err.contains("TCDL") && refused.err.contains("--without TCDL --reason"), "{}", refused.err);
    let issued = home.done(&["meeting", "issue", &id, "--without", "TCDL", "--reason", "chưa có hộp thư"]);
    assert!(issued.contains("01/GM-BTN, 1 giấy mời"), "{issued}");
    assert_eq!(home.run(&["meeting", "edit", &id, "--place", "Khác"]).code, 79);
    assert_eq!(home.done(&["outbox", "list"]).lines().count(), 1);
    assert!(home.done(&["outbox", "why", "T1-1"]).contains("lichhop flush"));
    assert!(home.done(&["week", "2026-W49"]).contains("DỰ THẢO"));
    assert!(home.done(&["meeting", "invitation", &id]).contains("GIẤY MỜI"));
    let file = home.path().join("w.ics");
    assert_eq!(home.done(&["week", "2026-W49", "--format", "ics", "-o", file.to_str().unwrap()]), "");
    assert!(std::fs::read_to_string(file).unwrap().starts_with("BEGIN:VCALENDAR"));
    assert!(home.done(&["search", "hop giao"]).contains(&id));
    home.done(&["audit", "verify"]);
    home.done(&["check"]);
    home.done(&["meeting", "cancel", &id, "--reason", "trùng việc"]);
    assert!(home.done(&["week", "2026-W49"]).contains("HỦY"));
}

#[test]
fn conflicts_and_warnings_are_said_on_stderr_and_do_not_block() {
    let home = office(Home::new());
    let first = add(&home, &["--submit"]);
    let args = ["meeting", "add", "--title", "B", "--start", "01/12/2026 15h00", "--place", "PHÒNG 2", "--chair", "X", "--unit", "VP"];
    let ran = home.run(&args);
    assert_eq!(ran.code, 0);
    assert_eq!(ran.out.lines().count(), 1);
    assert!(ran.err.contains(&first) && ran.err.contains("--invite"), "{}", ran.err);
}

#[test]
fn every_wrong_value_of_a_meeting_is_named_by_its_flag() {
    let home = office(Home::new());
    let args = ["meeting", "add", "--title", " ", "--start", "soon", "--place", "P", "--chair", "X", "--unit", "V P", "--invite", "A B"];
    let ran = home.run(&args);
    assert_eq!(ran.code, 65);
    for flag in ["--title", "--start", "--unit", "--invite"] {
        assert!(ran.err.contains(flag), "{}", ran.err);
    }
    let args =
        ["meeting", "add", "--title", "A", "--start", "2026-12-01 14:00", "--end", "2026-12-01 13:00", "--place", "P", "--chair", "X"];
    let ran = home.run(&[args.as_slice(), &["--unit", "VP"]].concat());
    assert_eq!(ran.code, 65);
    assert!(ran.err.contains("--end"), "{}", ran.err);
}

#[test]
fn tables_fit_a_terminal_and_are_whole_in_a_pipe() {
    let home = office(Home::with_terminal(48));
    let id = add(&home, &["--content", "Một nội dung", "--submit"]);
    home.done(&["meeting", "approve", &id]);
    for args in [&["unit", "list"][..], &["mailbox", "list"], &["meeting", "list"], &["week", "2026-W49"]] {
        let shown = home.run(&[args, &["--color", "never"]].concat()).out;
        assert!(shown.lines().all(|line| width(line) <= 48), "{args:?}:\n{shown}");
    }
    let piped = Home { columns: None, ..home };
    let list = piped.done(&["meeting", "list"]);
    assert_eq!(list.lines().count(), 1);
    assert!(list.starts_with(&id) && list.contains("Họp giao ban") && !list.contains('…') && !list.contains('\u{1b}'));
}
