//! Wrong usage: 64, with the word that is wrong and the command whose help tells more.

use std::os::unix::ffi::OsStrExt as _;

use super::{ATTACK, House, adding};

#[test]
fn wrong_usage_is_64_and_names_the_word() {
    let house = House::office();
    let cases: &[(&[&str], &[&str])] = &[
        (&["meting"], &["meting", "meeting"]),
        (&["meeting", "shw"], &["shw", "show"]),
        (&["meeting", "show"], &["ID", "lichhop meeting show --help"]),
        (&["meeting", "show", "LH-2016-0001", "LH-2016-0002"], &["LH-2016-0002"]),
        (&["meeting", "add", "--title", "x"], &["--start", "--place", "--chair", "--unit"]),
        (&["meeting", "add", "--title"], &["--title"]),
        (&["meeting", "return", "LH-2016-0001"], &["--reason"]),
        (&["meeting", "reject", "LH-2016-0001"], &["--reason"]),
        (&["meeting", "cancel", "LH-2016-0001"], &["--reason"]),
        (&["meeting", "list", "--state", "gone"], &["gone", "draft"]),
        (&["meeting", "list", "--limit", "many"], &["many", "--limit"]),
        (&["meeting", "list", "--limit", "-1"], &["-1"]),
        (&["meeting", "issue", "LH-2016-0001", "--channel", "fax"], &["fax", "parallel"]),
        (&["meeting", "approve", "LH-2016-0001", "--override"], &["--override"]),
        (&["unit", "import"], &["FILE"]),
        (&["unit"], &["import"]),
        (&["outbox", "list", "--state", "lost"], &["lost", "queued"]),
        (&["search"], &["TEXT"]),
        (&["search", "x", "--kind", "fish"], &["fish", "unit"]),
        (&["history", "fish", "x"], &["fish", "unit", "mailbox", "meeting", "account", "outbox"]),
        (&["flush", "--at", "2016-05-01"], &["flush", "--at", "week"]),
        (&["init", "--office", "x"], &["--symbol"]),
        (&["--json", "--jsn", "week"], &["--jsn", "--json"]),
        (&["--data", "a", "--data", "b", "week"], &["--data"]),
        (&["-q", "-v", "week"], &["--quiet"]),
        (&["flush", "--soon"], &["--soon"]),
        (&["config"], &["show"]),
        (&["--color", "blue", "week"], &["blue", "never"]),
        (&[], &["meeting"]),
    ];
    house.untouched(|| {
        for (args, facts) in cases {
            house.refused(64, args, facts);
        }
        let both = house.refused(64, &adding(&[("--content", "a"), ("--content-file", "b")]), &["--content-file"]);
        assert!(both.err.contains("lichhop meeting add --help"), "{}", both.err);
    });
}

#[test]
fn an_argument_that_is_not_text_is_wrong_usage() {
    let house = House::office();
    for args in [&["meeting", "show"][..], &["search"], &["meeting", "list", "--search"]] {
        let mut command = house.command(args);
        command.arg(std::ffi::OsStr::from_bytes(b"\xff\xfe"));
        let ran = super::finish(args, command.spawn().unwrap());
        assert_eq!((ran.code, ran.out.as_str()), (64, ""), "{args:?}: {}", ran.err);
        assert!(ran.err.contains("UTF-8"), "{}", ran.err);
    }
}

/// Escape sequences wherever a word can stand, with the code that each ends with.
const ATTACKS: &[(i32, &[&str])] = &[
    (64, &[ATTACK]),
    (64, &["--\u{1b}]0;x\u{7}\u{1b}[2J"]),
    (64, &["meeting", ATTACK]),
    (64, &["meeting", "list", "--state", ATTACK]),
    (64, &["--lang", ATTACK, "week"]),
    (64, &["completions", ATTACK]),
    (65, &["meeting", "show", ATTACK]),
    (65, &["meeting", "cancel", "LH-2016-0001", "--reason", ATTACK]),
    (65, &["meeting", "issue", ATTACK, "--without", ATTACK, "--reason", ATTACK, "--override", ATTACK]),
    (65, &["meeting", "invitation", "LH-2016-0001", "--to", ATTACK]),
    (65, &["meeting", "list", "--search", ATTACK]),
    (65, &["meeting", "list", "--week", ATTACK]),
    (65, &["meeting", "list", "--from", ATTACK]),
    (65, &["meeting", "list", "--unit", ATTACK]),
    (65, &["unit", "show", ATTACK]),
    (65, &["mailbox", "show", ATTACK]),
    (65, &["outbox", "show", ATTACK]),
    (65, &["outbox", "why", ATTACK]),
    (65, &["search", ATTACK]),
    (65, &["week", ATTACK]),
    (65, &["week", "--unit", ATTACK]),
    (64, &["history", ATTACK, "VP"]),
    (65, &["history", "account", ATTACK]),
    (65, &["history", "meeting", ATTACK]),
    (65, &["week", "--at", ATTACK]),
    (66, &["unit", "import", ATTACK]),
    (66, &["mailbox", "import", ATTACK]),
    (66, &["meeting", "add", "--title", "x", "--start", "14:00", "--place", "x", "--chair", "x", "--unit", "VP", "--invite-file", ATTACK]),
    (66, &["meeting", "add", "--title", "x", "--start", "14:00", "--place", "x", "--chair", "x", "--unit", "VP", "--content-file", ATTACK]),
    (78, &["--data", ATTACK, "week"]),
    (78, &["--config", ATTACK, "week"]),
];

/// `finish` looks at every byte that comes back.
#[test]
fn no_word_of_the_command_line_steers_the_terminal() {
    let house = House::office();
    house.untouched(|| {
        for (code, args) in ATTACKS {
            house.refused(*code, args, &["\\u{1b}"]);
        }
    });
}

#[test]
fn no_variable_and_no_path_steers_the_terminal() {
    let house = House::office();
    for name in ["LICHHOP_NOW", "LICHHOP_LANG", "LICHHOP_LOG"] {
        let value = format!("[[{ATTACK}");
        let ran = house.run_in(&[(name, &value)], &["week"]);
        super::check_refusal(78, &[name], &[name, "\\u{1b}"], &ran);
    }
    let folder = house.path(&format!("thư mục{ATTACK}"));
    std::fs::create_dir(&folder).unwrap();
    let folder = folder.to_str().unwrap();
    house.refused(66, &["unit", "import", folder], &["thư mục"]);
    let file = format!("{folder}/week");
    assert_eq!(house.ok(&["week", "-o", &file]), "");
    house.refused(73, &["week", "-o", &format!("{folder}/no/week")], &["thư mục"]);
    assert!(house.ok(&["--data", &format!("{folder}/state"), "init"]).contains("thư mục"));
    assert!(house.ok(&["--config", &file, "config", "path"]).contains("thư mục"));
}
