//! Copies and what is around them: whose folder it is, whether there is room, what is left behind, who is in the way.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command};

use super::{House, Ran, finish};

/// What lies in a folder, byte for byte.
fn lying(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let found = fs::read_dir(folder).unwrap().map(|found| found.unwrap());
    found.map(|found| (found.file_name().into_string().unwrap(), fs::read(found.path()).unwrap())).collect()
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
}

/// Serves until all this was said; what was said until then.
fn served_until(house: &House, words: &[&str]) -> String {
    let mut host = house.start(&["-v", "serve"]);
    let mut err = BufReader::new(host.stderr.take().unwrap());
    let mut said = String::new();
    while !words.iter().all(|words| said.contains(words)) {
        assert!(err.read_line(&mut said).unwrap() > 0, "{said}");
    }
    let rest = std::thread::spawn(move || std::io::copy(&mut err, &mut std::io::sink()));
    signal(&host, "-TERM");
    assert_eq!(host.wait().unwrap().code(), Some(143));
    rest.join().unwrap().unwrap();
    said
}

#[test]
fn two_stores_do_not_share_a_folder_of_backups() {
    let (mut one, mut other) = (House::office(), House::office());
    let folder = one.path("shared");
    for house in [&one, &other] {
        house.set("folder = \"\"", &format!("folder = {folder:?}"));
        house.set("keep = 14", "keep = 1");
    }
    served_until(&one, &["nightly backup was made"]);
    let before = lying(&folder);
    assert_eq!(before.len(), 2);
    // Also on the next day, when the first one's would be the oldest.
    for (now, lang) in [("2016-05-02T08:00:00+07:00", "vi"), ("2016-05-03T08:00:00+07:00", "en")] {
        (other.now, other.lang) = (Some(now), lang);
        let said = served_until(&other, &["what is done by itself failed", "[backup] folder"]);
        let place = one.state();
        for fact in [folder.to_str().unwrap(), place.to_str().unwrap(), "lichhop-2016-05-02.lichhop"] {
            let told = said.lines().filter(|line| line.contains(fact)).count();
            assert!(told >= 2, "by the log and by who started it: {fact}: {said}");
        }
        assert_eq!(lying(&folder), before, "{now}");
    }
    one.now = Some("2016-05-03T08:00:00+07:00");
    served_until(&one, &["nightly backup was made"]);
    assert_eq!(lying(&folder).keys().collect::<Vec<_>>(), ["lichhop-2016-05-03.jsonl", "lichhop-2016-05-03.lichhop"]);
}

#[test]
fn a_backup_of_an_older_program_is_known_by_what_is_in_it() {
    let house = House::office();
    let folder = house.state().join("backups");
    fs::create_dir(&folder).unwrap();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/store/golden/schema-2/backup.lichhop");
    fs::copy(golden, folder.join("lichhop-2016-04-01.lichhop")).unwrap();
    let before = lying(&folder);
    let said = served_until(&house, &["what is done by itself failed"]);
    assert!(said.contains("lichhop-2016-04-01.lichhop"), "{said}");
    assert_eq!(lying(&folder), before);
}

#[test]
fn what_cannot_fit_is_refused_before_it_is_begun() {
    let house = House::office();
    house.ok(&["backup", "a.lichhop"]);
    // It says of itself that it is longer than any disk; nobody reads so far.
    fs::File::options().write(true).open(house.path("a.lichhop")).unwrap().set_len(12 << 40).unwrap();
    let other = house.name("other");
    let refused = house.refused(74, &["--data", &other, "restore", "a.lichhop"], &[&other, "12,0 TiB"]);
    assert!(refused.err.contains("còn trống"), "{}", refused.err);
    assert!(!house.path("other").exists());
    house.refused(73, &["--lang", "en", "restore", "a.lichhop", "--dry-run"], &["12.0 TiB", "free"]);
}

#[test]
fn what_is_no_place_for_a_backup_is_told_with_one_that_is() {
    let house = House::office();
    fs::create_dir(house.path("copies")).unwrap();
    for (lang, words) in [("vi", "thư mục"), ("en", "folder")] {
        house.refused(73, &["--lang", lang, "backup", "copies"], &["lichhop backup copies/lichhop-2016-05-02.lichhop", words]);
        house.refused(73, &["--lang", lang, "backup", "none/", "--format", "jsonl"], &["none/lichhop-2016-05-02.jsonl", words]);
        house.refused(64, &["--lang", lang, "backup", "-"], &["stdout", "lichhop backup lichhop-2016-05-02.lichhop", "./-"]);
    }
    assert!(!house.path("none").exists() && !house.path("-").exists() && lying(&house.path("copies")).is_empty());
    house.ok(&["backup", "./-"]);
    assert!(house.path("-").is_file());
}

#[test]
fn a_file_in_the_place_of_the_state_directory_is_called_one() {
    let house = House::office();
    house.ok(&["backup", "a.lichhop"]);
    let file = house.write("file", "no folder");
    let below = house.name("file/below");
    for (lang, words) in [("vi", "không phải thư mục"), ("en", "no folder")] {
        for data in [&file, &below] {
            for command in [&["unit", "list"][..], &["serve"], &["restore", "a.lichhop"], &["backup", "b.lichhop"], &["init"]] {
                let ran = house.run(&[&["--lang", lang, "--data", data], command].concat());
                assert!([74, 78].contains(&ran.code) && ran.err.contains(words) && ran.err.contains(&file), "{command:?}: {ran:?}");
                assert!(!ran.err.contains("os error"), "{command:?}: {ran:?}");
            }
        }
    }
}

/// Sends a signal as soon as something of this name lies in the folder, or the run has ended.
fn interrupted(house: &House, args: &[&str], name: &str, folder: &Path, appears: &str) -> Ran {
    let child = house.command(args).env("TMPDIR", house.path("tmp")).spawn().unwrap();
    let stat = std::path::PathBuf::from(format!("/proc/{}/stat", child.id()));
    let lies =
        || fs::read_dir(folder).is_ok_and(|mut found| found.any(|found| found.unwrap().file_name().to_str().unwrap().contains(appears)));
    while !lies() && !fs::read_to_string(&stat).unwrap().contains(") Z") {
        std::thread::yield_now();
    }
    signal(&child, name);
    finish(args, child)
}

#[test]
fn a_signal_leaves_nothing_behind_and_says_how_things_are() {
    let house = House::office();
    let rows = (0..5000).fold("code,name\n".to_owned(), |rows, n| rows + &format!("U{n},Đơn vị số {n}\n"));
    house.ok(&["unit", "import", &house.write("u.csv", rows)]);
    house.ok(&["backup", "a.lichhop"]);
    fs::create_dir(house.path("tmp")).unwrap();
    fs::create_dir(house.path("copies")).unwrap();
    let other = house.name("other");
    let (mut ended, nothing) = (0, BTreeMap::new());
    for (name, code, lang) in [("-INT", 130, "vi"), ("-TERM", 143, "en"), ("-HUP", 129, "vi")] {
        let words = if lang == "vi" { "Đã dừng theo tín hiệu: " } else { "Ended by a signal: " };
        for (args, folder, appears) in [
            (&["backup", "copies/b.lichhop"][..], "copies", ".part"),
            (&["restore", "a.lichhop", "--dry-run"], "tmp", "lichhop-restore"),
            (&["--data", &other, "restore", "a.lichhop"], "other", "store-2"),
        ] {
            let args = [&["--lang", lang], args].concat();
            let ran = interrupted(&house, &args, name, &house.path(folder), appears);
            // Whatever was done before it came is said as ever.
            if ran.out.is_empty() {
                ended += 1;
                assert!(ran.code == code && ran.err.contains(words), "{args:?}: {ran:?}");
            } else {
                fs::remove_file(house.path("copies/b.lichhop")).ok();
                fs::remove_dir_all(&other).ok();
            }
            let left =
                fs::read_dir(&other).map(|found| found.map(|found| found.unwrap().file_name()).collect::<Vec<_>>()).unwrap_or_default();
            assert!(left.iter().all(|name| name == "lock"), "{args:?}: {left:?}");
            assert_eq!((lying(&house.path("tmp")), lying(&house.path("copies"))), (nothing.clone(), nothing.clone()), "{args:?}");
        }
    }
    assert!(ended >= 3, "most came in the middle: {ended}");
    house.ok(&["check"]);
    house.ok(&["--data", &other, "restore", "a.lichhop"]);
}

#[test]
fn what_a_killed_process_left_goes_with_the_next_and_nothing_else_does() {
    let house = House::office();
    house.ok(&["backup", "a.lichhop"]);
    let (random, copies, tmp) = ("0123456789abcdef", house.path("copies"), house.path("tmp"));
    for folder in
        [&copies, &tmp, &tmp.join(format!("lichhop-restore-{random}")), &tmp.join("lichhop-restore-mine"), &house.path("other/store-2")]
    {
        fs::create_dir_all(folder).unwrap();
    }
    fs::write(house.path("other/store-2/unfinished"), "").unwrap();
    fs::write(house.state().join(".spool-99999-0"), "x").unwrap();
    let files = [
        ("old.lichhop", "lichhop backup 1\nH"),
        ("old.jsonl", "{\"backup\":{"),
        ("empty", ""),
        ("held", "lichhop backup 1\n"),
        ("film", "mp4"),
    ];
    for (name, text) in files {
        fs::write(copies.join(format!("{name}.{random}.part")), text).unwrap();
    }
    fs::write(copies.join("x.part"), "").unwrap();
    let held = fs::File::open(copies.join(format!("held.{random}.part"))).unwrap();
    held.lock().unwrap();
    house.ok(&["backup", "copies/b.lichhop"]);
    let expected = ["b.lichhop".into(), format!("film.{random}.part"), format!("held.{random}.part"), "x.part".to_owned()];
    assert_eq!(lying(&copies).into_keys().collect::<Vec<_>>(), expected);
    assert!(!house.state().join(".spool-99999-0").exists());
    let looked = house.run_in(&[("TMPDIR", tmp.to_str().unwrap())], &["restore", "a.lichhop", "--dry-run"]);
    assert_eq!(looked.code, 0, "{looked:?}");
    assert_eq!(fs::read_dir(&tmp).unwrap().map(|found| found.unwrap().file_name()).collect::<Vec<_>>(), ["lichhop-restore-mine"]);
    house.ok(&["--data", &house.name("other"), "restore", "a.lichhop"]);
    house.ok(&["--data", &house.name("other"), "check"]);
    assert!(
        house.path("other/store-2").exists() && !house.path("other/store-3").exists(),
        "it was made anew in the place of what was left"
    );
}
