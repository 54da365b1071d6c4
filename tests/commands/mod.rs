//! The binary as people and scripts run it: what it prints, how it ends, and that nothing is written when it refuses.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod backup;
mod configuration;
mod copying;
mod damage;
mod demo;
mod entries;
mod fields;
mod forms;
mod golden;
mod history;
mod output;
mod receiving;
mod relay;
mod rules;
mod secrets;
mod sending;
mod sendmail;
mod serve;
mod standing;
mod state;
mod tables;
mod together;
mod updates;
mod walk;
mod warning;
mod words;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use serde_json::Value;
use tempfile::TempDir;

/// The program.
const BINARY: &str = env!("CARGO_BIN_EXE_lichhop");
/// A Monday morning in Hà Nội in the days in which paper still goes out.
const NOW: &str = "2016-05-02T08:00:00+07:00";
/// In the place of a value: the flag stands alone.
const ALONE: &str = "\0";
/// An escape sequence as an attacker would put it into a value.
const ATTACK: &str = "\u{1b}]0;x\u{7}\u{1b}[2J";
/// Every exit code of the reference.
const CODES: [i32; 16] = [0, 64, 65, 66, 69, 70, 73, 74, 75, 76, 77, 78, 79, 129, 130, 143];

/// What a run did.
#[derive(Debug)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

/// A home of its own, with its own configuration, state, clock and time zone.
struct House {
    folder: TempDir,
    /// Where the clock stands; `None`: it runs.
    now: Option<&'static str>,
    lang: &'static str,
}

impl House {
    /// A home in which nothing was made yet.
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), now: Some(NOW), lang: "vi" }
    }

    /// An office of one person with the sample ministry, its mail delivered to a Maildir.
    fn office() -> Self {
        let house = Self::new();
        house.ok(&["init", "--office", "Bộ Thử nghiệm", "--symbol", "BTN"]);
        house.set("approve_own = false", "approve_own = true");
        house.set("relay = \"smtp://127.0.0.1:2525\"", "relay = \"maildir:out\"");
        house.ok(&["unit", "import", &sample("units.csv")]);
        house.ok(&["mailbox", "import", &sample("mailboxes.csv")]);
        house
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The path of a file in the home, as an argument.
    fn name(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    /// Writes a file into the home; its path as an argument.
    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        fs::write(self.path(name), bytes).unwrap();
        self.name(name)
    }

    fn config(&self) -> PathBuf {
        self.path("config/lichhop/config.toml")
    }

    fn state(&self) -> PathBuf {
        self.path("state/lichhop")
    }

    /// Changes a line of the configuration.
    fn set(&self, from: &str, to: &str) {
        let text = fs::read_to_string(self.config()).unwrap();
        assert!(text.contains(from), "{from} is not in the configuration");
        fs::write(self.config(), text.replacen(from, to, 1)).unwrap();
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        command.args(args).env_clear().current_dir(self.folder.path());
        command.env("TZ", "America/New_York").env("LICHHOP_LANG", self.lang).env("HOME", self.path("home"));
        for (name, folder) in [("XDG_CONFIG_HOME", "config"), ("XDG_STATE_HOME", "state"), ("XDG_RUNTIME_DIR", "run")] {
            command.env(name, self.path(folder));
        }
        if let Some(now) = self.now {
            command.env("LICHHOP_NOW", now);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn start(&self, args: &[&str]) -> Child {
        self.command(args).spawn().unwrap()
    }

    fn run(&self, args: &[&str]) -> Ran {
        finish(args, self.start(args))
    }

    fn run_in(&self, vars: &[(&str, &str)], args: &[&str]) -> Ran {
        finish(args, self.command(args).envs(vars.iter().copied()).spawn().unwrap())
    }

    fn run_with_input(&self, input: &[u8], args: &[&str]) -> Ran {
        let mut child = self.command(args).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        finish(args, child)
    }

    /// What must be done.
    fn ok(&self, args: &[&str]) -> String {
        let ran = self.run(args);
        assert_eq!(ran.code, 0, "{args:?}: {}{}", ran.out, ran.err);
        ran.out
    }

    /// What must be done, as JSON.
    fn json(&self, args: &[&str]) -> Value {
        json(&self.ok(&[&["--json"], args].concat()))
    }

    /// What must be refused, with the facts that the refusal must name.
    fn refused(&self, code: i32, args: &[&str], facts: &[&str]) -> Ran {
        let ran = self.run(args);
        check_refusal(code, args, facts, &ran);
        ran
    }

    /// What the store holds: the end of the audit chain and the number of records.
    fn fingerprint(&self) -> (String, String) {
        (self.ok(&["audit", "verify", "--json"]), self.ok(&["check", "--json"]))
    }

    /// Does something that must not write anything.
    fn untouched<T>(&self, work: impl FnOnce() -> T) -> T {
        let before = self.fingerprint();
        let done = work();
        assert_eq!(self.fingerprint(), before, "something was written");
        done
    }

    /// Registers a meeting; its id.
    fn add(&self, given: &[(&str, &str)]) -> String {
        let id = self.ok(&adding(given));
        assert!(id.starts_with("LH-") && id.ends_with('\n') && id.lines().count() == 1, "{id:?}");
        id.trim().to_owned()
    }

    /// Registers, submits and approves a meeting; its id.
    fn approved(&self, given: &[(&str, &str)]) -> String {
        let id = self.add(&[given, &[("--submit", ALONE)]].concat());
        self.ok(&["meeting", "approve", &id]);
        id
    }

    /// A meeting with these units that was issued; its id.
    fn issued(&self, invited: &str) -> String {
        let id = self.approved(&[("--invite", invited)]);
        self.ok(&["meeting", "issue", &id]);
        id
    }

    /// The messages that were delivered.
    fn delivered(&self) -> Vec<String> {
        let folder = self.path("config/lichhop/out/new");
        let Ok(files) = fs::read_dir(folder) else { return Vec::new() };
        files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect()
    }
}

/// The arguments that register a meeting: those that must be there, and what is given.
fn adding<'a>(given: &[(&'a str, &'a str)]) -> Vec<&'a str> {
    let required = [
        ("--title", "Họp giao ban"),
        ("--start", "2016-05-05 14:00"),
        ("--place", "Phòng họp tầng 2"),
        ("--chair", "Chánh Văn phòng"),
        ("--unit", "VP"),
    ];
    let mut args = vec!["meeting", "add"];
    let missing = required.iter().filter(|(flag, _)| given.iter().all(|(other, _)| other != flag));
    for (flag, value) in missing.chain(given) {
        args.push(flag);
        if *value != ALONE {
            args.push(value);
        }
    }
    args
}

fn check_refusal(code: i32, args: &[&str], facts: &[&str], ran: &Ran) {
    assert_eq!(ran.code, code, "{args:?}: {}{}", ran.out, ran.err);
    assert_eq!(ran.out, "", "{args:?}");
    for fact in facts {
        assert!(ran.err.contains(fact), "{args:?}: {fact:?} is missing in: {}", ran.err);
    }
}

/// Waits for a run and checks what must hold of every one.
fn finish(args: &[&str], child: Child) -> Ran {
    let done = child.wait_with_output().unwrap();
    let out = String::from_utf8(done.stdout).unwrap();
    let err = String::from_utf8(done.stderr).unwrap();
    let code = done.status.code().unwrap_or_else(|| panic!("{args:?}: ended by a signal: {err}"));
    assert!(CODES.contains(&code), "{args:?}: {code}: {err}");
    assert!(!err.contains("panicked"), "{args:?}: {err}");
    assert!(code == 0 || !err.is_empty() || !out.is_empty(), "{args:?}: ended with {code} and said nothing");
    for text in [&out, &err] {
        let raw = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
        assert_eq!(raw, None, "{args:?}: a raw control character in {text:?}");
    }
    for line in err.lines() {
        assert!(!matches!(line.trim_end(), "" | "→") || code == 64, "{args:?}: an empty line in {err:?}");
        named_commands_exist(line);
    }
    Ran { code, out, err }
}

/// Whatever command a message names is there.
fn named_commands_exist(line: &str) {
    static KNOWN: Mutex<BTreeSet<Vec<String>>> = Mutex::new(BTreeSet::new());
    for named in line.split("lichhop ").skip(1) {
        let mut words = Vec::new();
        for word in named.split(' ') {
            let bare = word.trim_end_matches(|c: char| !c.is_ascii_lowercase());
            if bare.is_empty() || !bare.bytes().all(|byte| byte.is_ascii_lowercase()) {
                break;
            }
            words.push(bare.to_owned());
            if bare != word {
                break;
            }
        }
        if words.is_empty() || KNOWN.lock().unwrap().contains(&words) {
            continue;
        }
        let help = Command::new(BINARY).args(&words).arg("--help").env_clear().output().unwrap();
        assert!(help.status.success(), "no such command: lichhop {} (in: {line})", words.join(" "));
        KNOWN.lock().unwrap().insert(words);
    }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|why| panic!("{why}: {text}"))
}

/// The names of an object's fields.
fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn names(text: &str) -> BTreeSet<&str> {
    text.split_whitespace().collect()
}

/// A table of the sample ministry, as an argument.
fn sample(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/samples").join(name).to_str().unwrap().to_owned()
}
