//! An office with a home of its own, worked by real commands.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::Value;

/// The clock stands here: the numbers of a run are all of one year.
pub(crate) const NOW: &str = "2016-06-15T02:00:00Z";

/// A state directory, its configuration, its units.
pub(crate) struct Office {
    folder: tempfile::TempDir,
}

/// What a command line did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) code: Option<i32>,
}

impl Office {
    /// An office of so many units, each with its mailbox, that sends over eight connections to a relay at `port`.
    pub(crate) fn new(units: usize, port: u16) -> Self {
        let office = Self { folder: tempfile::tempdir().unwrap() };
        office.write(
            "config.toml",
            &format!(
                "[office]\nname = \"Bộ Văn hóa, Thể thao và Du lịch\"\nsymbol = \"BVHTTDL\"\nrehearsal = true\n\
                 [workflow]\napprove_own = true\n[mail]\nrelay = \"smtp://127.0.0.1:{port}\"\nconnections = 8\n"
            ),
        );
        let table = |head: &str, row: &dyn Fn(usize) -> String| {
            (1..=units).fold(format!("{head}\n"), |mut table, n| {
                table.push_str(&row(n));
                table.push('\n');
                table
            })
        };
        office.write("units.csv", &table("code,name", &|n| format!("DV{n},Đơn vị số {n}")));
        office.write("mailboxes.csv", &table("address,kind,unit,state", &|n| format!("dv{n}@chinhphu.vn,shared,DV{n},active")));
        office.write("invited", &table("", &|n| format!("DV{n}")));
        office.done(&["init"]);
        office.done(&["unit", "import", "units.csv"]);
        office.done(&["mailbox", "import", "mailboxes.csv"]);
        office
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).unwrap();
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The engine's log, whose syncs are what counts.
    pub(crate) fn log(&self) -> PathBuf {
        self.path().join("state/store/db").canonicalize().unwrap()
    }

    /// A program in this office's surroundings and in a process group of its own.
    pub(crate) fn surround(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.env_clear().env("HOME", self.path()).env("LICHHOP_DATA", self.path().join("state"));
        command.env("LICHHOP_CONFIG", self.path().join("config.toml")).env("LICHHOP_LANG", "en").env("LICHHOP_NOW", NOW);
        command.current_dir(self.path()).process_group(0);
        command
    }

    /// A command line. What it says besides its result is not of interest.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = self.surround(env!("CARGO_BIN_EXE_lichhop"));
        command.args(args).stderr(Stdio::null());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.run_with(&[], args)
    }

    /// As [`Office::run`], with more in its surroundings.
    pub(crate) fn run_with(&self, vars: &[(&str, &str)], args: &[&str]) -> Ran {
        let output = self.command(args).envs(vars.iter().copied()).stdin(Stdio::null()).stderr(Stdio::piped()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ran { out: text(output.stdout), err: text(output.stderr), code: output.status.code() }
    }

    /// Runs a command that must succeed, and gives what it printed.
    pub(crate) fn done(&self, args: &[&str]) -> String {
        let ran = self.run(args);
        assert_eq!(ran.code, Some(0), "{args:?}: {ran:?}");
        ran.out
    }

    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let args = [args, &["--json"]].concat();
        serde_json::from_str(&self.done(&args)).unwrap()
    }

    /// Every record, index, series and the audit chain hold.
    pub(crate) fn assert_sound(&self) {
        self.done(&["check"]);
        self.done(&["audit", "verify"]);
    }

    /// The arguments that register the `n`th meeting: each has a place, a time and a chair of its own.
    pub(crate) fn registration(n: usize) -> [String; 12] {
        let entry = Registered::number(n);
        let flag = |name: &str| name.to_owned();
        [
            flag("meeting"),
            flag("add"),
            format!("--title={}", entry.title),
            format!("--start={}", entry.start),
            format!("--place={}", entry.place),
            format!("--chair={}", entry.chair),
            flag("--unit=DV1"),
            flag("--invite-file=invited"),
            format!("--content={}", entry.content),
            flag("--submit"),
            flag("--color=never"),
            flag("--quiet"),
        ]
    }
}

/// What is entered about a meeting, all of it to be told from its number.
pub(crate) struct Registered {
    pub(crate) title: String,
    pub(crate) start: String,
    pub(crate) place: String,
    pub(crate) chair: String,
    pub(crate) content: String,
}

impl Registered {
    pub(crate) fn number(n: usize) -> Self {
        Self {
            title: format!("Họp số {n}"),
            start: format!("2016-{:02}-{:02} 08:00", 7 + n / 28 % 6, 1 + n % 28),
            place: format!("Phòng {n}"),
            chair: format!("Thứ trưởng {n}"),
            content: format!("Đề nghị các đơn vị chuẩn bị báo cáo số {n}. ").repeat(1 + n % 40).trim_end().to_owned(),
        }
    }
}

/// A process that is going to be killed, and what it prints.
pub(crate) struct Doomed {
    process: Child,
    lines: Receiver<String>,
    reader: Option<JoinHandle<()>>,
}

/// Why a wait for a process ended.
#[derive(Debug, PartialEq)]
pub(crate) enum Heard {
    /// It printed this line.
    Line(String),
    /// It has closed its output.
    End,
    /// The time is over.
    Late,
}

impl Doomed {
    /// Starts a process and listens to it. It can wait for the end of its input, which comes with its own.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let (tell, lines) = sync_channel(65_536);
        let reader = std::thread::spawn(move || {
            let mut line = String::new();
            // A line without its end was cut off by the kill: it acknowledges nothing.
            while output.read_line(&mut line).is_ok() && line.ends_with('\n') {
                if tell.send(line.trim().to_owned()).is_err() {
                    return;
                }
                line.clear();
            }
        });
        Self { process, lines, reader: Some(reader) }
    }

    /// Waits for a line, at most so long.
    pub(crate) fn hear(&self, time: Duration) -> Heard {
        match self.lines.recv_timeout(time) {
            Ok(line) => Heard::Line(line),
            Err(RecvTimeoutError::Disconnected) => Heard::End,
            Err(RecvTimeoutError::Timeout) => Heard::Late,
        }
    }

    /// Its number.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Whether it has ended.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.process.try_wait().unwrap().is_some()
    }

    /// Waits for its end, and gives how it ended and the lines that were not heard yet.
    pub(crate) fn wait(mut self) -> (ExitStatus, Vec<String>) {
        drop(self.process.stdin.take());
        self.end()
    }

    /// Kills it, and gives how it ended and the lines that were not heard yet.
    pub(crate) fn kill(mut self) -> (ExitStatus, Vec<String>) {
        self.process.kill().unwrap();
        self.end()
    }

    fn end(&mut self) -> (ExitStatus, Vec<String>) {
        let status = self.process.wait().unwrap();
        let unheard: Vec<String> = self.lines.iter().collect();
        self.reader.take().unwrap().join().unwrap();
        (status, unheard)
    }
}

impl Drop for Doomed {
    fn drop(&mut self) {
        // A test that failed leaves nobody behind.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
