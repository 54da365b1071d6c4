//! The state directory, the home and the clock.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use lichhop::store::SledStore;
use lichhop::usecase::keys;
use lichhop::usecase::ports::{Commit, Direction, Operation, Range, Store as _};

use super::{House, NOW, adding, check_refusal, finish};

#[test]
fn without_a_state_directory_the_way_to_one_is_named() {
    let house = House::new();
    let commands: &[&[&str]] = &[
        &["unit", "list"],
        &["mailbox", "export"],
        &["meeting", "list", "--json"],
        &["meeting", "show", "LH-2016-0001"],
        &["week"],
        &["outbox", "list"],
        &["flush"],
        &["search", "x"],
        &["audit", "verify"],
        &["check"],
    ];
    for args in commands {
        house.refused(78, args, &["lichhop init", house.state().to_str().unwrap()]);
    }
    let elsewhere = house.name("elsewhere");
    house.refused(78, &["week", "--data", &elsewhere], &["lichhop init", &elsewhere]);
    check_refusal(78, &["week"], &[&elsewhere], &house.run_in(&[("LICHHOP_DATA", &elsewhere)], &["week"]));
    check_refusal(78, &["week"], &[&elsewhere], &house.run_in(&[("STATE_DIRECTORY", &elsewhere)], &["week"]));
    assert_eq!(fs::read_dir(house.folder.path()).unwrap().count(), 0, "a refusal leaves no folder behind");
}

#[test]
fn the_state_lies_where_it_was_asked_for() {
    let house = House::new();
    let [flag, variable] = ["flag", "variable"].map(|name| house.name(name));
    assert_eq!(house.json(&["--data", &flag, "init"])["state"], *flag);
    house.ok(&["--data", &flag, "unit", "import", &house.write("u.csv", "code,name\nM1,Một\n")]);
    assert_eq!(house.run_in(&[("LICHHOP_DATA", &variable)], &["init"]).code, 0);
    assert_eq!(house.run_in(&[("LICHHOP_DATA", &variable)], &["unit", "list", "--json"]).out.trim(), "[]");
    let ran = house.run_in(&[("LICHHOP_DATA", &variable)], &["unit", "list", "--data", &flag]);
    assert!(ran.out.contains("Một"), "{ran:?}");
    assert!(!house.state().exists());
    assert_eq!(fs::metadata(&flag).unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn a_state_directory_that_cannot_be_made_is_named_with_the_reason() {
    // Nobody, not even root, makes folders there.
    let nowhere = "/proc/lichhop-test";
    let house = House::new();
    let ran = house.refused_by_one_of(&[73, 74], &["--data", nowhere, "init"], &[nowhere]);
    assert!(ran.err.contains("os error"), "{}", ran.err);
}

#[test]
fn an_init_that_fails_leaves_no_configuration_behind() {
    let house = House::new();
    house.refused_by_one_of(&[73, 74], &["--data", "/proc/lichhop-test", "init"], &[]);
    assert!(!house.config().exists());
}

#[test]
fn a_file_in_the_place_of_the_state_directory_stays_as_it_is() {
    let house = House::new();
    house.ok(&["--data", &house.name("other"), "init"]);
    let file = house.write("file", "nội dung");
    house.refused_by_one_of(&[73, 74, 78], &["--data", &file, "init"], &[&file]);
    house.refused_by_one_of(&[74, 78], &["--data", &file, "unit", "list"], &[&file]);
    let below = house.name("file/below");
    house.refused_by_one_of(&[73, 74, 78], &["--data", &below, "init"], &[&below]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "nội dung");
}

#[test]
fn nobody_is_sent_to_init_where_init_cannot_help() {
    let house = House::new();
    let file = house.write("file", "x");
    let ran = house.run(&["--data", &file, "unit", "list"]);
    assert!(!ran.err.contains("lichhop init"), "{}", ran.err);
}

#[test]
fn a_damaged_store_is_74_and_named() {
    let house = House::office();
    let store = house.state().join("store");
    fs::remove_dir_all(&store).unwrap();
    fs::write(&store, "x").unwrap();
    let ran = house.run(&["unit", "list"]);
    assert!([74, 78].contains(&ran.code), "{ran:?}");
    fs::remove_file(&store).unwrap();
    fs::create_dir(&store).unwrap();
    fs::write(store.join("conf"), [0xff; 64]).unwrap();
    fs::write(store.join("db"), [0xff; 4096]).unwrap();
    let ran = house.run(&["unit", "list"]);
    assert!([74, 78].contains(&ran.code), "{ran:?}");
    assert!(ran.err.contains(house.state().to_str().unwrap()) || ran.code == 74, "{}", ran.err);
}

#[test]
fn without_a_home_the_missing_thing_is_named() {
    let house = House::new();
    let bare = |args: &[&str]| {
        let mut command = house.command(args);
        for name in ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"] {
            command.env_remove(name);
        }
        finish(args, command.spawn().unwrap())
    };
    for args in [&["week"][..], &["unit", "list"], &["init"]] {
        check_refusal(78, args, &["HOME", "--data"], &bare(args));
    }
    let (data, config) = (house.name("data"), house.name("config.toml"));
    assert_eq!(bare(&["--data", &data, "--config", &config, "init"]).code, 0);
    assert_eq!(bare(&["--data", &data, "week"]).code, 0);
    for args in [&["completions", "bash"][..], &["--help"], &["--version"]] {
        assert_eq!(bare(args).code, 0, "{args:?}");
    }
}

#[test]
fn without_a_home_nobody_is_told_to_give_what_they_gave() {
    let house = House::new();
    let mut command = house.command(&["--data", "data", "init"]);
    command.env_remove("HOME").env_remove("XDG_CONFIG_HOME");
    let ran = finish(&["init"], command.spawn().unwrap());
    assert!(ran.code == 0 || ran.err.contains("--config"), "{ran:?}");
}

#[test]
fn a_clock_that_stands_is_kept_away_from_real_records() {
    let mut house = House::office();
    // Reading with a clock that runs makes no record real.
    house.now = None;
    house.ok(&["unit", "list"]);
    house.now = Some(NOW);
    house.ok(&["unit", "list"]);
    house.now = None;
    let table = house.write("u.csv", "code,name\nM1,Một\n");
    house.ok(&["unit", "import", &table]);
    let before = house.fingerprint();
    house.now = Some(NOW);
    let commands: &[&[&str]] = &[&["unit", "list"], &["flush"], &["week"], &["check"], &["audit", "verify"], &["unit", "import", &table]];
    for args in commands {
        house.refused(78, args, &["LICHHOP_NOW", "rehearsal"]);
    }
    house.refused(78, &adding(&[]), &["LICHHOP_NOW", "rehearsal"]);
    house.now = None;
    assert_eq!(house.fingerprint(), before);
    house.now = Some(NOW);
    house.set("rehearsal = false", "rehearsal = true");
    assert_eq!(house.add(&[]), "LH-2016-0001");
}

#[test]
fn no_clock_makes_a_store_unreadable() {
    let mut house = House::office();
    for now in ["0000-01-01T00:00:00Z", "1969-12-31T23:00:00Z", "1990-01-01T00:00:00+14:00", "2100-12-31T23:59:59Z", "9999-12-31T23:59:59Z"]
    {
        house.now = Some(now);
        let ran = house.run(&adding(&[("--title", now)]));
        assert!([0, 65, 78].contains(&ran.code), "{now}: {ran:?}");
        house.run(&["week", "next"]);
        house.run(&["flush"]);
        house.now = Some(NOW);
        let readable = house.run(&["meeting", "list"]);
        assert_eq!(readable.code, 0, "{now}: {}", readable.err);
        house.fingerprint();
    }
}

#[test]
fn a_path_that_is_not_text_is_taken_and_printed_harmlessly() {
    let house = House::new();
    let odd = house.folder.path().join(OsStr::from_bytes(b"d\xff\x1b[2J"));
    let in_it = |args: &[&str]| {
        let mut command = house.command(args);
        command.arg("--data").arg(&odd);
        finish(args, command.spawn().unwrap())
    };
    assert_eq!(in_it(&["init"]).code, 0);
    assert_eq!(in_it(&["unit", "list", "--json"]).out.trim(), "[]");
    let again = in_it(&["init", "--json"]);
    assert_eq!((again.code, &super::json(&again.out)["created"]), (0, &false.into()), "{again:?}");
}

#[test]
fn init_on_real_records_refuses_a_clock_that_stands_too() {
    let mut house = House::new();
    house.now = None;
    house.ok(&["init"]);
    let before = house.fingerprint();
    house.now = Some(NOW);
    house.refused(78, &["unit", "list"], &["LICHHOP_NOW"]);
    let again = house.run(&["init"]);
    assert!([0, 78].contains(&again.code), "{again:?}");
    house.now = None;
    assert_eq!(house.fingerprint(), before);
}

#[test]
fn the_host_needs_no_terminal_and_no_input() {
    let house = House::office();
    let mut command = house.command(&["meeting", "list"]);
    command.stdin(Stdio::null()).env("TERM", "xterm-256color").env("COLUMNS", "20").env("CLICOLOR_FORCE", "1");
    assert_eq!(finish(&["meeting", "list"], command.spawn().unwrap()).code, 0);
    let id = house.add(&[("--title", &"Một trích yếu rất dài ".repeat(20))]);
    let list = house.ok(&["meeting", "list"]);
    assert!(list.lines().count() == 1 && list.contains(&id) && !list.contains('…') && list.len() > 400, "{list}");
}

impl House {
    /// What must be refused, where the reference leaves the code open.
    fn refused_by_one_of(&self, codes: &[i32], args: &[&str], facts: &[&str]) -> super::Ran {
        let ran = self.run(args);
        assert!(codes.contains(&ran.code), "{args:?}: {ran:?}");
        check_refusal(ran.code, args, facts, &ran);
        ran
    }
}

/// Changes the store behind the program's back.
fn tamper(house: &House, operation: impl FnOnce(&SledStore) -> Operation) {
    let (store, _) = SledStore::open(&house.state().join("store")).unwrap();
    let operations = vec![operation(&store)];
    store.commit(&Commit { checks: Vec::new(), operations }).unwrap();
    store.sync().unwrap();
}

#[test]
fn a_check_that_finds_something_is_74_and_names_it() {
    let house = House::office();
    house.issued("CDA");
    house.ok(&["audit", "verify"]);
    tamper(&house, |store| {
        let page = store.scan(&Range::prefix(keys::AUDIT), 10, Direction::Forward).unwrap();
        Operation::Delete { key: page.entries[2].key.clone() }
    });
    for (lang, fact) in [("vi", "mục 3: bị thiếu"), ("en", "entry 3: is missing")] {
        let ran = house.run(&["audit", "verify", "--lang", lang]);
        assert!(ran.code == 74 && ran.out.contains(fact), "{ran:?}");
        assert_eq!(house.run(&["check", "--lang", lang]).code, 74);
    }
    let ran = house.run(&["audit", "verify", "--json"]);
    let report = super::json(&ran.out);
    assert!(ran.code == 74 && !report["findings"].as_array().unwrap().is_empty(), "{ran:?}");
    // What was found does not keep the office from working.
    house.ok(&["unit", "list"]);
}

#[test]
fn a_lost_index_is_74_and_named() {
    let house = House::office();
    house.issued("CDA");
    house.ok(&["check"]);
    tamper(&house, |store| {
        let page = store.scan(&Range::prefix(keys::INDEX), 1, Direction::Forward).unwrap();
        Operation::Delete { key: page.entries[0].key.clone() }
    });
    let ran = house.run(&["check"]);
    assert!(ran.code == 74 && ran.out.lines().count() >= 2, "{ran:?}");
    assert_eq!(house.run(&["check", "--json"]).code, 74);
}
