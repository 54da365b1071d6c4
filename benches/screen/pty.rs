//! A program in a pseudo-terminal of 120 columns and 40 rows, and a clock beside it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{ErrorKind, Read as _, Write as _};
use std::num::NonZeroU16;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

use pty_process::blocking::{Command, open};
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::termios::Winsize;

/// Columns of the terminal.
pub(crate) const COLUMNS: u16 = 120;
/// Its rows.
pub(crate) const ROWS: u16 = 40;
/// Nothing takes this long but a program that does not answer.
const LIMIT: Duration = Duration::from_secs(20);

/// A program that runs.
pub(crate) struct Program {
    child: Child,
    master: File,
    begun: Instant,
    screen: vt100::Parser,
}

/// What a program wrote in answer to something.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Answer {
    /// Bytes.
    pub(crate) bytes: usize,
    /// Until the last of them.
    pub(crate) time: Duration,
}

impl Program {
    /// Starts a command line in a folder that is its home.
    pub(crate) fn start(command: &[&str], env: &[(String, String)], home: &Path) -> Self {
        let (master, slave) = open().unwrap();
        let master = File::from(OwnedFd::from(master));
        rustix::termios::tcsetwinsize(&master, Winsize { ws_col: COLUMNS, ws_row: ROWS, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
        rustix::io::ioctl_fionbio(&master, true).unwrap();
        let mut start = Command::new(command[0]).args(&command[1..]).env_clear().current_dir(home).env("HOME", home);
        start = start.env("TERM", "xterm-256color").env("LANG", "C.UTF-8");
        start = start.envs(env.iter().map(|(name, value)| (name, value)));
        let size = |n| NonZeroU16::new(n).unwrap();
        let screen = vt100::Parser::new(size(ROWS), size(COLUMNS), 0);
        let begun = Instant::now();
        Self { child: start.spawn(slave).unwrap(), master, begun, screen }
    }

    /// What it writes from its start until it shows `text` and has been silent for so long; and when it showed that first.
    pub(crate) fn settled(&mut self, text: &str, silence: Duration) -> (Answer, Duration) {
        let mut answer = Answer::default();
        let mut shown = None;
        loop {
            let read = self.read(&mut answer, self.begun, silence);
            if shown.is_none() && self.contents().contains(text) {
                shown = Some(answer.time);
            }
            match shown {
                Some(shown) if !read => return (answer, shown),
                _ => assert!(self.begun.elapsed() < LIMIT, "no “{text}” on the screen:\n{}", self.contents()),
            }
        }
    }

    /// Types, and takes what is written until there was silence for so long.
    pub(crate) fn typed(&mut self, keys: &str, silence: Duration) -> Answer {
        let begun = Instant::now();
        self.master.write_all(keys.as_bytes()).unwrap();
        let mut answer = Answer::default();
        // The first byte may take a program longer than the rest.
        if self.read(&mut answer, begun, 4 * silence) {
            while self.read(&mut answer, begun, silence) {}
        }
        answer
    }

    /// What it writes in this time, unasked.
    pub(crate) fn observed(&mut self, time: Duration) -> Answer {
        let begun = Instant::now();
        let mut answer = Answer::default();
        while let Some(left) = time.checked_sub(begun.elapsed()) {
            self.read(&mut answer, begun, left);
        }
        answer
    }

    /// Takes what there is, or waits for it so long; whether there was something.
    fn read(&mut self, answer: &mut Answer, begun: Instant, wait: Duration) -> bool {
        let wait = Timespec::try_from(wait).unwrap();
        let mut buffer = [0; 16384];
        match self.master.read(&mut buffer) {
            Err(why) if why.kind() == ErrorKind::WouldBlock => {
                rustix::event::poll(&mut [PollFd::new(&self.master, PollFlags::IN)], Some(&wait)).unwrap() > 0
            }
            read => {
                let count = read.unwrap_or_else(|why| panic!("{why}; the screen:\n{}", self.screen.screen().contents()));
                answer.time = begun.elapsed();
                answer.bytes += count;
                self.screen.process(&buffer[..count]);
                true
            }
        }
    }

    /// The screen as the person sees it.
    pub(crate) fn contents(&self) -> String {
        self.screen.screen().contents()
    }

    /// Its number in the system.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The most memory it had, in KiB.
    pub(crate) fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// What it has used of the processor, in ticks of 10 ms (proc(5)).
    pub(crate) fn ticks(&self) -> u64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        // utime and stime; the name before them may hold anything.
        let fields = stat.rsplit_once(") ").unwrap().1.split(' ').skip(11).take(2);
        fields.map(|field| field.parse::<u64>().unwrap()).sum()
    }

    /// For how long each of its threads has run, in nanoseconds.
    pub(crate) fn ran(&self) -> BTreeMap<OsString, u64> {
        let threads = fs::read_dir(format!("/proc/{}/task", self.child.id())).unwrap();
        let ran = |thread: fs::DirEntry| {
            let line = fs::read_to_string(thread.path().join("schedstat")).ok()?;
            Some((thread.file_name(), line.split(' ').next()?.parse().ok()?))
        };
        threads.filter_map(|thread| ran(thread.ok()?)).collect()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
