//! A program in a pseudo-terminal, and the person before it.
//!
//! Nothing reads from the terminal but who waits for something, so that a test can also be a person who does not read.
#![allow(dead_code, reason = "each of its users uses a part")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs::File;
use std::io::{ErrorKind, Read as _, Write as _};
use std::num::NonZeroU16;
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

use pty_process::blocking::{Command, open};
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::process::{Pid, PidfdFlags};
use rustix::termios::{InputModes, LocalModes, Termios, Winsize};

use super::process::{child_of, count_of};

/// How long anything may take that has to happen. Far more than it takes: a slow machine is no failure.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);
/// How often a condition is looked at that no byte announces.
const LOOK: Duration = Duration::from_millis(5);

/// What is to be started, and in which surroundings.
pub(crate) struct Start {
    command: Vec<String>,
    env: Vec<(String, String)>,
    size: (u16, u16),
    home: tempfile::TempDir,
}

impl Start {
    /// The program with these arguments, in a home of its own, on a screen of 80 by 24.
    pub(crate) fn lichhop(args: &[&str]) -> Self {
        Self::program(env!("CARGO_BIN_EXE_lichhop"), args)
    }

    /// Another program in the same surroundings.
    pub(crate) fn program(program: &str, args: &[&str]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let in_home = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
        let mut env = vec![
            ("HOME".to_owned(), in_home("")),
            ("LICHHOP_DATA".to_owned(), in_home("state")),
            ("LICHHOP_CONFIG".to_owned(), in_home("config.toml")),
        ];
        let known = [("PATH", std::env::var("PATH").unwrap_or_default().as_str()), ("TERM", "xterm-256color"), ("LANG", "C.UTF-8")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        env.extend(known);
        let command = std::iter::once(program).chain(args.iter().copied()).map(str::to_owned).collect();
        Self { command, env, size: (80, 24), home }
    }

    /// Columns and rows at the start.
    pub(crate) fn size(mut self, columns: u16, rows: u16) -> Self {
        self.size = (columns, rows);
        self
    }

    /// A variable of the environment.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same with SIGHUP ignored, as `nohup` does; still the leader of its session.
    pub(crate) fn ignoring_hang_ups(self) -> Self {
        self.through(&["sh", "-c", "trap '' HUP; exec \"$0\" \"$@\""])
    }

    /// The same as a child of a shell without job control, which passes its exit code on and hears no hang-up.
    pub(crate) fn below_a_deaf_shell(self) -> Self {
        self.through(&["sh", "-c", "trap '' HUP; \"$0\" \"$@\"; exit $?"])
    }

    fn through(mut self, wrapper: &[&str]) -> Self {
        self.command.splice(0..0, wrapper.iter().map(|&word| word.to_owned()));
        self
    }

    /// The folder that is its home.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// What a shell takes as this command.
    pub(crate) fn in_words(&self) -> String {
        self.command.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ")
    }

    /// Starts it as the leader of a session with this terminal.
    pub(crate) fn spawn(self) -> Session {
        let (master, slave) = open().unwrap();
        let master = File::from(OwnedFd::from(master));
        set_size(&master, self.size);
        let before = rustix::termios::tcgetattr(&master).unwrap();
        let mut command = Command::new(&self.command[0]).args(&self.command[1..]).env_clear().current_dir(self.home.path());
        command = command.envs(self.env.iter().map(|(name, value)| (name, value)));
        let child = command.spawn(slave).unwrap();
        rustix::io::ioctl_fionbio(&master, true).unwrap();
        let (rows, columns) = sensible(self.size);
        Session {
            end: rustix::process::pidfd_open(pid_of(&child), PidfdFlags::empty()).unwrap(),
            child,
            master: Some(master),
            before,
            screen: vt100::Parser::new(rows, columns, 0),
            raw: Vec::new(),
            start: Some(self),
        }
    }

    /// Starts an interactive shell with job control in these surroundings, and tells it to run the program.
    pub(crate) fn spawn_below_bash(self) -> Session {
        let words = self.in_words();
        // Without an editor for its lines it leaves the modes of the terminal alone, and what a test sees is the job's doing.
        let mut shell = Self { command: ["bash", "--norc", "--noprofile", "--noediting", "-i"].map(str::to_owned).to_vec(), ..self }
            .env("PS1", "bash> ")
            .spawn();
        shell.wait_for("bash>");
        shell.send(format!("{words}\r"));
        shell
    }
}

/// Rows and columns for the emulator, which needs at least one of each and keeps every cell in memory.
fn sensible((columns, rows): (u16, u16)) -> (NonZeroU16, NonZeroU16) {
    let one = |said: u16, unknown: NonZeroU16| NonZeroU16::new(said.min(1000)).unwrap_or(unknown);
    (one(rows, vt100::Parser::DEFAULT_ROWS), one(columns, vt100::Parser::DEFAULT_COLS))
}

fn set_size(master: &File, (columns, rows): (u16, u16)) {
    let size = Winsize { ws_col: columns, ws_row: rows, ws_xpixel: 0, ws_ypixel: 0 };
    rustix::termios::tcsetwinsize(master, size).unwrap();
}

fn pid_of(child: &Child) -> Pid {
    Pid::from_child(child)
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// With this exit code.
    Code(i32),
    /// By this signal.
    Signal(i32),
}

/// A program that runs, and everything it has written.
pub(crate) struct Session {
    child: Child,
    /// Readable once the child has ended.
    end: OwnedFd,
    /// The person's side; absent after a hang-up.
    master: Option<File>,
    /// The modes that the terminal had before the program.
    before: Termios,
    screen: vt100::Parser,
    raw: Vec<u8>,
    start: Option<Start>,
}

impl Session {
    /// Types; waits where the program does not read.
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let mut rest = bytes.as_ref();
        let begun = Instant::now();
        while !rest.is_empty() {
            match self.master.as_ref().unwrap().write(rest) {
                Ok(count) => rest = &rest[count..],
                Err(why) if why.kind() == ErrorKind::WouldBlock => {
                    assert!(begun.elapsed() < LIMIT, "the program does not read\n{}", self.contents());
                    self.turn(LOOK);
                }
                Err(why) => panic!("{why}\n{}", self.contents()),
            }
        }
    }

    /// Waits until the screen shows this.
    pub(crate) fn wait_for(&mut self, text: &str) {
        self.wait_until(&format!("“{text}” on the screen"), |session| session.contents().contains(text));
    }

    /// Waits until something is so. Half a picture is not looked at: no terminal shows one that is sent as a whole.
    pub(crate) fn wait_until(&mut self, what: &str, so: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while self.private_mode(2026) == Some(true) || !so(self) {
            assert!(begun.elapsed() < LIMIT, "waited in vain for {what}; the screen:\n{}", self.contents());
            self.turn(LOOK);
        }
    }

    /// Types, and waits until the program has read it: what is typed next comes in another read.
    pub(crate) fn send_alone(&mut self, bytes: impl AsRef<[u8]>) {
        let pid = self.pid();
        let wanted = count_of(pid, "rchar: ") + bytes.as_ref().len() as u64;
        self.send(bytes);
        self.wait_until("a program that reads", |_| count_of(pid, "rchar: ") >= wanted);
    }

    /// Waits until something is so, as a person who does not read; whether it was so in time.
    pub(crate) fn wait_unread(&self, limit: Duration, so: impl Fn() -> bool) -> bool {
        let begun = Instant::now();
        loop {
            if so() {
                return true;
            }
            if begun.elapsed() >= limit {
                return false;
            }
            wait(&[PollFd::new(&self.end, PollFlags::IN)], LOOK);
        }
    }

    /// Has the program write, by these keys, until the terminal takes no more and the program waits for it.
    pub(crate) fn fill(&mut self, pid: Pid, redraw: &str) {
        loop {
            let before = count_of(pid, "wchar: ");
            self.send(redraw);
            // A picture is larger than what threads tell each other; and where this is but a slow one, the next key waits.
            if !self.wait_unread(Duration::from_millis(500), || count_of(pid, "wchar: ") >= before + 500) {
                return;
            }
        }
    }

    /// What is written in this time, all of which is waited for: for proofs that nothing is.
    pub(crate) fn observe(&mut self, time: Duration) -> Vec<u8> {
        let (begun, mark) = (Instant::now(), self.mark());
        while let Some(left) = time.checked_sub(begun.elapsed()) {
            self.turn(left);
        }
        self.since(mark).to_vec()
    }

    /// Takes what is written, or waits for that, or for the end, at most this long.
    fn turn(&mut self, limit: Duration) {
        let Some(master) = &mut self.master else {
            wait(&[PollFd::new(&self.end, PollFlags::IN)], limit);
            return;
        };
        wait(&[PollFd::new(master, PollFlags::IN), PollFd::new(&self.end, PollFlags::IN)], limit);
        let mut buffer = [0; 16384];
        match master.read(&mut buffer) {
            Ok(count) => {
                self.raw.extend_from_slice(&buffer[..count]);
                self.screen.process(&buffer[..count]);
            }
            Err(why) if why.kind() == ErrorKind::WouldBlock => {}
            // Nobody has the terminal open: who would, has ended or is about to.
            Err(_) => wait(&[PollFd::new(&self.end, PollFlags::IN)], limit),
        }
    }

    /// Waits for the end of what was started.
    pub(crate) fn wait_for_end(&mut self) -> End {
        self.end_within(LIMIT).unwrap_or_else(|| panic!("it did not end; the screen:\n{}", self.contents()))
    }

    /// The end of what was started, if it comes in this time.
    pub(crate) fn end_within(&mut self, limit: Duration) -> Option<End> {
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if begun.elapsed() >= limit {
                return None;
            }
            self.turn(LOOK);
        };
        // What it wrote before it ended is still there to be read.
        let mut seen = usize::MAX;
        while self.master.is_some() && seen != self.raw.len() {
            seen = self.raw.len();
            self.turn(LOOK);
        }
        Some(status.code().map_or_else(|| End::Signal(status.signal().unwrap()), End::Code))
    }

    /// Closes the person's side, as a window is closed or a line is lost.
    pub(crate) fn hang_up(&mut self) {
        self.master = None;
    }

    /// Gives the window another size.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        set_size(self.master.as_ref().unwrap(), (columns, rows));
        let (rows, columns) = sensible((columns, rows));
        self.screen.screen_mut().set_size(rows, columns);
    }

    /// What was started.
    pub(crate) fn pid(&self) -> Pid {
        pid_of(&self.child)
    }

    /// The child of what was started; waits until there is one with this name.
    pub(crate) fn wait_for_child(&mut self, name: &str) -> Pid {
        let parent = self.pid();
        self.wait_until(&format!("a child called {name}"), |_| child_of(parent, name).is_some());
        child_of(parent, name).unwrap()
    }

    /// Everything that was written so far ends here.
    pub(crate) fn mark(&self) -> usize {
        self.raw.len()
    }

    /// What was written since then.
    pub(crate) fn since(&self, mark: usize) -> &[u8] {
        &self.raw[mark..]
    }

    /// The same as text.
    pub(crate) fn text_since(&self, mark: usize) -> String {
        String::from_utf8_lossy(self.since(mark)).into_owned()
    }

    /// The screen as the person sees it.
    pub(crate) fn screen(&self) -> &vt100::Screen {
        self.screen.screen()
    }

    /// The text of the screen. A blank that was written and one that never was look the same.
    pub(crate) fn contents(&self) -> String {
        let (_, columns) = self.screen().size();
        self.screen().rows(0, columns.get()).map(|row| row.trim_end().to_owned() + "\n").collect()
    }

    /// The modes of the terminal.
    pub(crate) fn modes(&self) -> Termios {
        rustix::termios::tcgetattr(self.master.as_ref().unwrap()).unwrap()
    }

    /// Whether keys come one by one and unseen, as a program for the whole screen needs them.
    pub(crate) fn is_raw(&self) -> bool {
        let modes = self.modes();
        !modes.local_modes.intersects(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG)
            && !modes.input_modes.contains(InputModes::ICRNL)
    }

    /// Whether the modes are those that were there before the program.
    pub(crate) fn has_its_modes_back(&self) -> bool {
        let now = self.modes();
        now.local_modes == self.before.local_modes
            && now.input_modes == self.before.input_modes
            && now.output_modes == self.before.output_modes
    }

    /// How a private mode of the terminal (DECSET) was set last; `None` when it was never touched.
    pub(crate) fn private_mode(&self, number: u16) -> Option<bool> {
        let last = |end: char| last_of(&self.raw, format!("\x1b[?{number}{end}").as_bytes());
        let (set, reset) = (last('h'), last('l'));
        (set.is_some() || reset.is_some()).then_some(set > reset)
    }

    /// What was written after the alternate screen was left for the last time: what the person finds below the prompt.
    pub(crate) fn after_leaving(&self) -> String {
        let leave = b"\x1b[?1049l";
        last_of(&self.raw, leave).map_or_else(String::new, |at| self.text_since(at + leave.len()))
    }

    /// The folder that is its home.
    pub(crate) fn home(&self) -> &Path {
        self.start.as_ref().unwrap().home()
    }

    /// The same once more, in the same home, after this one has ended.
    pub(crate) fn once_more(mut self) -> Self {
        self.wait_for_end();
        self.start.take().unwrap().spawn()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // A stopped or stuck program must not outlive its test; without its terminal nothing of it stays.
        self.master = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until one of these has something.
fn wait(descriptors: &[PollFd<'_>], limit: Duration) {
    // An interrupted wait is only a short one.
    let _ = rustix::event::poll(&mut descriptors.to_vec(), Some(&Timespec::try_from(limit).unwrap()));
}

fn last_of(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).rposition(|window| window == what)
}
