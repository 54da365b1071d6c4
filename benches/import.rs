//! The wall time of two commands of the real program: `unit import` of a whole ministry, and `week` among 10,000 meetings;
//! and of what the screen asks for first, in this process, among the same meetings.
//!
//! `cargo bench --bench import`. Figures are reported, never judged: see `.ci/bench`.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use lichhop::client;
use lichhop::config;
use lichhop::domain::meeting::{Entry, InvitationMode, Urgency};
use lichhop::domain::text::Line;
use lichhop::domain::time::{IsoWeek, WallTime};
use lichhop::domain::unit::UnitCode;
use lichhop::host::clock::{FrozenClock, SystemRandom};
use lichhop::mail::compose::Composer;
use lichhop::print::Typesetter;
use lichhop::store::SledStore;
use lichhop::usecase::desk::{Desk, Surroundings};
use lichhop::usecase::meeting;
use lichhop::usecase::ports::Store;
use lichhop::wire::request::{MeetingFilter, PageDirection, PageOrder, PageStart, Request};

/// Rows of the table: about the units that the ministries and provinces have together.
const ROWS: usize = 6_500;
/// Meetings of two years.
const MEETINGS: usize = 10_000;
/// Of each measurement, so many.
const TIMES: u32 = 5;
const NOW: &str = "2016-06-15T02:00:00Z";

/// A command line in the surroundings of `home`.
fn command(home: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lichhop"));
    command.args(args).env_clear().env("HOME", home).env("LICHHOP_DATA", home.join("state"));
    command.env("LICHHOP_CONFIG", home.join("config.toml")).env("LICHHOP_LANG", "en").env("LICHHOP_NOW", NOW);
    command.current_dir(home).stdin(Stdio::null());
    command
}

/// Runs a command line, and gives how long it took and what it printed.
fn timed(home: &Path, args: &[&str]) -> (Duration, String) {
    let begun = Instant::now();
    let output = command(home, args).output().unwrap();
    let elapsed = begun.elapsed();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    (elapsed, String::from_utf8(output.stdout).unwrap())
}

fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(
        home.path().join("config.toml"),
        "[office]\nname = \"Bộ Văn hóa, Thể thao và Du lịch\"\nsymbol = \"BVHTTDL\"\nrehearsal = true\n[workflow]\napprove_own = true\n",
    )
    .unwrap();
    timed(home.path(), &["init"]);
    home
}

/// A tree of units, ten below each.
fn units(rows: usize) -> String {
    (1..=rows).fold("code,name,parent\n".to_owned(), |mut table, n| {
        let parent = if n > 10 { format!("DV{}", n / 10) } else { String::new() };
        writeln!(table, "DV{n},Đơn vị số {n},{parent}").unwrap();
        table
    })
}

/// CPU time of this process and all its children so far, in milliseconds: a busy machine stretches the wall time, not this one.
fn cpu() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<u64> = stat.rsplit_once(") ").unwrap().1.split(' ').map(|field| field.trim().parse().unwrap_or(0)).collect();
    // utime, stime, cutime and cstime (proc(5)), in ticks of 10 ms.
    fields[11..=14].iter().sum::<u64>() * 10
}

/// Runs something so often, and reports its wall and CPU time.
fn report(what: &str, times: u32, mut run: impl FnMut() -> Duration) {
    let before = cpu();
    let mut walls: Vec<Duration> = (0..times).map(|_| run()).collect();
    let cpu = (cpu() - before) / u64::from(times);
    walls.sort();
    let ms = |time: &Duration| time.as_secs_f64() * 1000.0;
    let (median, least, most) = (ms(&walls[walls.len() / 2]), ms(&walls[0]), ms(walls.last().unwrap()));
    println!("{what}: {median:.1} ms (median of {times}; {least:.1} to {most:.1}), {cpu} ms of CPU (mean)");
}

fn import() {
    let homes: Vec<_> = (0..TIMES).map(|_| home()).collect();
    let mut fresh = homes.iter();
    report(&format!("unit import, {ROWS} rows"), TIMES, || {
        let home = fresh.next().unwrap().path();
        std::fs::write(home.join("units.csv"), units(ROWS)).unwrap();
        let (time, said) = timed(home, &["unit", "import", "units.csv"]);
        assert!(said.contains(&ROWS.to_string()), "{said}");
        time
    });
}

/// Registers and approves the meetings without the command line: a process for each would take longer than all of the rest.
fn register(home: &Path) {
    let (store, _) = SledStore::open(&home.join("state/store")).unwrap();
    let store: Arc<dyn Store> = Arc::new(store);
    let now: DateTime<Utc> = NOW.parse().unwrap();
    let mut desk = Desk::open(Surroundings {
        store: store.clone(),
        rules: Arc::new(config::load(Some(&home.join("config.toml"))).unwrap().rules),
        clock: Arc::new(FrozenClock(now)),
        random: Arc::new(SystemRandom),
        typeset: Arc::new(Typesetter),
        compose: Arc::new(Composer),
    })
    .unwrap();
    for n in 0..MEETINGS {
        let id = meeting::add(&mut desk, "bench", &entry(n, now), true).unwrap().meeting.value.id;
        meeting::approve(&mut desk, "bench", &id, None).unwrap();
    }
    store.sync().unwrap();
}

/// About a hundred meetings a week, each with a place and a chair of its own.
fn entry(n: usize, now: DateTime<Utc>) -> Entry {
    let line = |text: &str| Line::parse(text).unwrap();
    let start = WallTime::at(now + chrono::Duration::minutes(i64::try_from(n * 100).unwrap()));
    Entry {
        title: line(&format!("Họp số {n}")),
        start,
        end: None,
        place: line(&format!("Phòng {n}")),
        online: None,
        chair: line(&format!("Thứ trưởng {n}")),
        unit: UnitCode::parse(&format!("DV{}", 1 + n % 100)).unwrap(),
        invited: (1..=10).map(|k| UnitCode::parse(&format!("DV{}", 1 + (n + k) % 100)).unwrap()).collect(),
        prepared_by: Vec::new(),
        content: None,
        urgency: Urgency::Normal,
        mode: InvitationMode::Own,
    }
}

fn week() {
    let home = home();
    std::fs::write(home.path().join("units.csv"), units(100)).unwrap();
    timed(home.path(), &["unit", "import", "units.csv"]);
    register(home.path());
    let week = || timed(home.path(), &["week", "2016-W40"]);
    report(&format!("week, {MEETINGS} meetings, the first start after they were registered"), 1, || week().0);
    let rows = week().1.lines().filter(|line| line.contains("Họp số")).count();
    assert!(rows > 50, "{rows} meetings in the week");
    report(&format!("week, {MEETINGS} meetings, {rows} of them in it"), 4 * TIMES, || week().0);
    report("the program's start alone (--version)", 4 * TIMES, || timed(home.path(), &["--version"]).0);
    screen(home.path());
}

/// What the terminal application asks for before its first screen is complete, each from a host that was just opened.
fn screen(home: &Path) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let target = client::Target {
        state: home.join("state"),
        config: Arc::new(config::load(Some(&home.join("config.toml"))).unwrap()),
        frozen: Some(NOW.parse().unwrap()),
        socket: None,
    };
    let week = IsoWeek::parse("2016-W40", NOW.parse().unwrap()).unwrap();
    let between = MeetingFilter { from: Some(week.monday()), to: Some(week.sunday()), ..MeetingFilter::default() };
    let day = PageStart::Day(week.monday());
    let page = PageOrder { filter: MeetingFilter::default(), from: day, direction: PageDirection::Forward, limit: 50 };
    let first = |request: &Request| {
        let begun = Instant::now();
        runtime.block_on(async {
            let client = client::open(&target).await.unwrap();
            let opened = begun.elapsed();
            client.call(request.clone()).await.unwrap();
            let answered = begun.elapsed().saturating_sub(opened);
            client.close().await;
            (opened, answered)
        })
    };
    let asked = [
        ("a week", Request::Week { week: Some(week), unit: None }),
        ("the list of a week", Request::MeetingList(between)),
        ("a page of 50", Request::MeetingPage(page)),
        ("the outbox's status", Request::OutboxStatus),
        ("a list of everything", Request::MeetingList(MeetingFilter::default())),
    ];
    report("opening the host", 4 * TIMES, || first(&Request::OutboxStatus).0);
    for (what, request) in asked {
        report(&format!("{what}, from a host that was just opened"), 4 * TIMES, || first(&request).1);
    }
}

fn main() {
    import();
    week();
}
