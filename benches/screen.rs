//! The terminal application beside programs that people know, on the same 10,000 meetings, each in a pseudo-terminal of
//! 120 columns and 40 rows: `calcurse` with them as appointments, `mutt` with them as messages.
//!
//! `cargo bench --bench screen`; needs Debian's `calcurse` and `mutt`. Figures are reported, never judged (see `.ci/bench`);
//! only that nothing is written while nothing happens is asserted.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::cast_precision_loss, reason = "a measurement")]

#[path = "screen/ministry.rs"]
mod ministry;
#[path = "screen/pty.rs"]
mod pty;
#[path = "shared/words.rs"]
mod words;

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Timelike as _, Utc};
use lichhop::domain::time::{IsoWeek, WallTime};
use lichhop::host::clock::SystemClock;
use lichhop::usecase::ports::Clock as _;

use pty::{Answer, Program};

/// Of each program, so many runs in turn.
const RUNS: usize = 7;
/// Moves of the selection, each waited for.
const MOVES: usize = 30;
/// Keys in one write.
const BURST: usize = 50;
/// Who is silent for so long after the start shows all it has.
const SETTLED: Duration = Duration::from_millis(250);
/// Somebody reads what is selected before going on.
const READ: Duration = Duration::from_millis(300);
/// Who is silent for so long after a key has answered it.
const ANSWERED: Duration = Duration::from_millis(60);
/// For so long nothing happens.
const IDLE: Duration = Duration::from_secs(10);
/// A tick of the clock by which the kernel counts a program's time (`sysconf(_SC_CLK_TCK)` is 100 on Linux).
const TICK: Duration = Duration::from_millis(10);

/// A program that is compared.
struct Peer {
    name: &'static str,
    command: Vec<String>,
    env: Vec<(String, String)>,
    home: PathBuf,
    /// What its first screen shows.
    shows: String,
    /// What is typed before the selection is moved.
    before: &'static str,
}

/// The figures of one run.
#[derive(Debug, Default)]
struct Run {
    /// Until the first screen is there, in ms; and until everything on it is.
    first: f64,
    settled: f64,
    start_bytes: f64,
    /// Of each key.
    keys: Vec<Answer>,
    burst: Answer,
    memory: f64,
}

impl Peer {
    fn start(&self) -> Program {
        let command: Vec<&str> = self.command.iter().map(String::as_str).collect();
        Program::start(&command, &self.env, &self.home)
    }

    /// Started, and where the moves begin.
    fn ready(&self) -> (Program, Answer, Duration) {
        let mut program = self.start();
        let (start, first) = program.settled(&self.shows, SETTLED);
        program.typed(self.before, SETTLED);
        (program, start, first)
    }

    /// The bytes of a move, when each is rested on; the mean.
    fn rested(&self) -> f64 {
        let mut program = self.ready().0;
        let bytes: usize = (0..MOVES).map(|_| program.typed("j", READ).bytes).sum();
        bytes as f64 / MOVES as f64
    }

    fn run(&self) -> Run {
        let (mut program, start, first) = self.ready();
        let keys: Vec<Answer> = (0..MOVES).map(|_| program.typed("j", ANSWERED)).collect();
        if std::env::var_os("LICHHOP_BENCH_SHOW").is_some() {
            println!("{}\n{}", self.name, program.contents());
        }
        drop(program);
        // The burst begins where the single keys began.
        let mut program = self.ready().0;
        let burst = program.typed(&"j".repeat(BURST), SETTLED);
        Run {
            first: ms(first),
            settled: ms(start.time),
            start_bytes: start.bytes as f64,
            keys,
            burst,
            memory: program.memory() as f64 / 1024.0,
        }
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The value below which this share of the values lies.
fn quantile(mut values: Vec<f64>, share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
    let at = (values.len() as f64 * share) as usize;
    values[at.min(values.len() - 1)]
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    quantile(values.collect(), 0.5)
}

/// The medians of a program's runs.
struct Figures {
    first: f64,
    settled: f64,
    start_bytes: f64,
    key_bytes: f64,
    burst_bytes: f64,
}

fn figures(name: &str, runs: &[Run]) -> Figures {
    let of = |figure: fn(&Run) -> f64| median(runs.iter().map(figure));
    let mean_bytes = |run: &Run| run.keys.iter().map(|key| key.bytes as f64).sum::<f64>() / run.keys.len() as f64;
    let times: Vec<f64> = runs.iter().flat_map(|run| &run.keys).filter(|key| key.bytes > 0).map(|key| ms(key.time)).collect();
    let figures = Figures {
        first: of(|run| run.first),
        settled: of(|run| run.settled),
        start_bytes: of(|run| run.start_bytes),
        key_bytes: median(runs.iter().map(mean_bytes)),
        burst_bytes: of(|run| run.burst.bytes as f64),
    };
    let still = runs[0].keys.iter().filter(|key| key.bytes == 0).count();
    println!(
        "{name:>8}: first {:.1} ms, settled {:.1} ms, {:.0} bytes; a key {:.0} bytes ({still} of {MOVES} without any), {:.2} ms (p95 \
         {:.2}); {BURST} keys {:.0} bytes, {:.1} ms; {:.1} MB",
        figures.first,
        figures.settled,
        figures.start_bytes,
        figures.key_bytes,
        quantile(times.clone(), 0.5),
        quantile(times, 0.95),
        figures.burst_bytes,
        median(runs.iter().map(|run| ms(run.burst.time))),
        of(|run| run.memory),
    );
    let bytes: Vec<String> = runs[0].keys.iter().map(|key| key.bytes.to_string()).collect();
    println!("          bytes of each key: {}", bytes.join(" "));
    figures
}

fn peers(folder: &Path, now: DateTime<Utc>) -> [Peer; 3] {
    ministry::calcurse(&folder.join("calcurse"), now);
    ministry::mbox(&folder.join("meetings.mbox"), now);
    std::fs::write(folder.join("muttrc"), "").unwrap();
    // Else it asks whether to make it.
    std::fs::create_dir_all(folder.join("Mail")).unwrap();
    let peer = |name, command: &[&str], shows: &str, before| Peer {
        name,
        command: command.iter().map(|&word| word.to_owned()).collect(),
        env: Vec::new(),
        home: folder.to_owned(),
        shows: shows.to_owned(),
        before,
    };
    let week = IsoWeek::of(WallTime::at(now).day());
    let week = week.to_string();
    let week = week.rsplit_once('W').map_or(week.as_str(), |(_, week)| week);
    let shows = format!("Tuần {week}");
    let ours = Peer { env: surroundings(folder, &[]), ..peer("lichhop", &[env!("CARGO_BIN_EXE_lichhop")], &shows, "gg") };
    [
        ours,
        // From the calendar to the appointments.
        peer("calcurse", &["calcurse", "-q", "-D", "calcurse"], "Appointments", "\t"),
        peer("mutt", &["mutt", "-n", "-F", "muttrc", "-R", "-f", "meetings.mbox"], "Msgs:10000", "="),
    ]
}

fn surroundings(folder: &Path, more: &[(&str, &str)]) -> Vec<(String, String)> {
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let own = [("LICHHOP_DATA".to_owned(), path("state")), ("LICHHOP_CONFIG".to_owned(), path("config.toml"))];
    own.into_iter().chain(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))).collect()
}

/// Somebody who does nothing costs nothing: no byte, and less than a tick of the processor.
fn idle(folder: &Path, ours: &Peer, now: DateTime<Utc>) {
    let frozen = now.to_rfc3339();
    for (what, more) in [("with its mail flusher", &[][..]), ("with a clock that stands", &[("LICHHOP_NOW", frozen.as_str())][..])] {
        let peer = Peer {
            env: surroundings(folder, more),
            command: ours.command.clone(),
            home: ours.home.clone(),
            shows: ours.shows.clone(),
            ..*ours
        };
        let mut program = peer.start();
        program.settled(&peer.shows, SETTLED);
        // What is made ready after the first picture; and the turn of the minute is something that happens.
        program.observed(Duration::from_secs(2));
        let left = 60 - u64::from(SystemClock.now().second());
        if left <= IDLE.as_secs() + 1 {
            program.observed(Duration::from_secs(left + 1));
        }
        let (ticks, ran) = (program.ticks(), program.ran());
        let answer = program.observed(IDLE);
        let (ticks, after) = (program.ticks() - ticks, program.ran());
        let ran: u64 = after.iter().map(|(thread, after)| after - ran.get(thread).unwrap_or(&0)).sum();
        // The kernel counts a tick for whoever runs at its end, however short: the time itself is exact.
        let share = Duration::from_nanos(ran).as_secs_f64() / TICK.as_secs_f64();
        println!(
            "idle for {} s {what}: {} bytes, {} µs of CPU ({share:.2} of a clock tick; {ticks} counted)",
            IDLE.as_secs(),
            answer.bytes,
            ran / 1000
        );
        assert_eq!(answer.bytes, 0, "{what}");
    }
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let folder = match std::env::var_os("LICHHOP_BENCH_FOLDER") {
        Some(kept) => PathBuf::from(kept),
        None => folder.path().to_owned(),
    };
    std::fs::create_dir_all(&folder).unwrap();
    let now = SystemClock.now();
    if !folder.join("state").exists() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(ministry::make(&folder, now));
    }
    let peers = peers(&folder, now);
    // The first start of each is not like the others: it maps what was only just written.
    let rested = peers.each_ref().map(Peer::rested);
    let mut runs: [Vec<Run>; 3] = Default::default();
    for _ in 0..RUNS {
        for (peer, runs) in peers.iter().zip(&mut runs) {
            runs.push(peer.run());
        }
    }
    println!("{} meetings, medians of {RUNS} runs", ministry::MEETINGS);
    let [ours, calcurse, mutt] = [0, 1, 2].map(|n| figures(peers[n].name, &runs[n]));
    println!("first complete screen: {:.2} of calcurse's (first {:.2})", ours.settled / calcurse.settled, ours.first / calcurse.first);
    println!("its bytes: {:.2} of calcurse's", ours.start_bytes / calcurse.start_bytes);
    println!(
        "a move, one soon after the other: {:.2} of mutt's bytes, {:.2} of calcurse's",
        ours.key_bytes / mutt.key_bytes,
        ours.key_bytes / calcurse.key_bytes
    );
    let [ours_rested, calcurse_rested, mutt_rested] = rested;
    println!(
        "a move that is rested on: {ours_rested:.0} bytes, {:.2} of mutt's, {:.2} of calcurse's",
        ours_rested / mutt_rested,
        ours_rested / calcurse_rested
    );
    println!("{BURST} moves in one write: {:.2} of calcurse's bytes", ours.burst_bytes / calcurse.burst_bytes);
    idle(&folder, &peers[0], now);
}
