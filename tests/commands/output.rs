//! Where results go: a reader that left, a disk that is full, a file that cannot be written.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use super::{ALONE, BINARY, House, adding, finish};

const LISTS: &[&[&str]] = &[
    &["unit", "list"],
    &["unit", "list", "--json"],
    &["unit", "export"],
    &["mailbox", "list"],
    &["week"],
    &["config", "show"],
    &["completions", "zsh"],
    &["meeting", "add", "--help"],
    &["--version"],
    &["check"],
    &["flush", "--json"],
];

#[test]
fn a_reader_that_left_is_no_failure() {
    let house = House::office();
    for args in LISTS {
        let mut child = house.start(args);
        drop(child.stdout.take());
        let ran = finish(args, child);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{args:?}");
    }
    // The first line is enough, as for `head -1`.
    let mut child = house.start(&["completions", "bash"]);
    let mut first = String::new();
    BufReader::with_capacity(16, child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(!first.is_empty());
    assert_eq!(finish(&["completions"], child).code, 0);
}

#[test]
fn a_full_disk_is_73_and_said() {
    let house = House::office();
    let full = |args: &[&str]| {
        let child = house.command(args).stdout(File::create("/dev/full").unwrap()).spawn().unwrap();
        finish(args, child)
    };
    for args in LISTS {
        let ran = full(args);
        assert_eq!(ran.code, 73, "{args:?}: {}", ran.err);
        assert!(ran.err.contains("stdout"), "{args:?}: {}", ran.err);
    }
    // What was done is done, and the message says so.
    let ran = full(&adding(&[("--submit", ALONE)]));
    assert_eq!(ran.code, 73);
    assert!(ran.err.contains("vẫn được giữ"), "{}", ran.err);
    assert_eq!(house.json(&["meeting", "list"]).as_array().unwrap().len(), 1);
}

#[test]
fn without_stdout_or_stderr_nothing_panics() {
    let house = House::office();
    for (redirection, args, code) in [
        (">&-", "unit list", 0),
        ("2>&-", "unit list", 0),
        ("2>&-", "meeting show LH-2016-0099", 65),
        ("2>/dev/full", "meeting show LH-2016-0099", 65),
        ("2>/dev/full", "meeting", 64),
        (">&- 2>&- <&-", "flush", 0),
    ] {
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(format!("exec \"$0\" {args} {redirection}")).arg(BINARY).env_clear();
        for (name, value) in house.command(&[]).get_envs() {
            command.env(name, value.unwrap());
        }
        let done = command.stdin(Stdio::null()).output().unwrap();
        assert_eq!(done.status.code(), Some(code), "{args} {redirection}: {}", String::from_utf8_lossy(&done.stderr));
        assert!(!String::from_utf8_lossy(&done.stderr).contains("panicked"));
    }
    house.fingerprint();
}

#[test]
fn a_file_that_cannot_be_written_is_73_and_named() {
    let house = House::office();
    let id = house.issued("CDA");
    let folder = house.name("folder");
    fs::create_dir(&folder).unwrap();
    house.untouched(|| {
        for file in ["/no/such/folder/file", "/dev/full", &folder, "/proc/version"] {
            for args in [
                &["week", "-o", file][..],
                &["week", "--json", "-o", file],
                &["meeting", "invitation", &id, "--format", "eml", "--output", file],
            ] {
                house.refused(73, args, &[file]);
            }
        }
    });
}

#[test]
fn a_refused_command_does_not_touch_the_file() {
    let house = House::office();
    let file = house.write("kept.txt", "cũ");
    house.refused(65, &["meeting", "invitation", "LH-2016-0099", "-o", &file], &["LH-2016-0099"]);
    house.refused(65, &["week", "2016-W99", "-o", &file], &["2016-W99"]);
    house.refused(65, &["week", "--unit", "NOPE", "-o", &file], &["NOPE"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "cũ");
    house.ok(&["week", "-o", &file]);
    assert!(fs::read_to_string(&file).unwrap().contains("DỰ THẢO"));
}

#[test]
fn a_pipe_gets_no_colour_unless_it_is_asked_for() {
    let house = House::office();
    let ran = house.run_in(&[("TERM", "xterm")], &["week", "--color", "auto"]);
    assert_eq!(ran.code, 0);
    let colored = house.command(&["week", "--color", "always"]).output().unwrap();
    assert!(colored.stdout.contains(&0x1b));
    let plain = house.command(&["week", "--color", "never"]).env("NO_COLOR", "").output().unwrap();
    assert_eq!(plain.stdout, ran.out.as_bytes());
    // A file is never coloured.
    let file = house.name("week.txt");
    house.ok(&["week", "--color", "always", "-o", &file]);
    assert!(!fs::read(&file).unwrap().contains(&0x1b));
}
