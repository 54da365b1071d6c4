//! A durable flush beside Debian's own test sender, which stores nothing, and beside a whole Postfix, whose queue does: all
//! against the same `smtp-sink`, in turn.
//!
//! `cargo bench --bench flush`, with names of figures for these alone (`wire`, `documents`, `distance`, `postfix`, `province`,
//! `dead`, `memory`); `LICHHOP_BENCH=full` for the numbers of messages that the bars are meant for. Needs Debian's `postfix` (for `smtp-sink`
//! and `smtp-source`) and, for the count of syncs, `strace`. Figures are reported, never judged: see `.ci/bench`.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::cast_precision_loss, reason = "a measurement")]

mod office;
mod peers;
#[allow(dead_code, reason = "another bench asks more of a host")]
#[path = "../host/served.rs"]
mod served;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use lichhop::domain::meeting::Channel;
use lichhop::domain::order::IssueOrder;
use lichhop::mail::compose::Composer;
use lichhop::store::SledStore;
use lichhop::wire::request::Request;
use office::{Office, Plain, flush, target, with_host};
use peers::{Postfix, Sink, source};
use served::Served;

/// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Bytes of a small message without its header, and of one with a document.
const SMALL: usize = 4_096;
const DOCUMENT: usize = 61_440;
/// Says to this program, started once more, which store to flush and over how many connections.
const FLUSH_ONLY: &str = "LICHHOP_BENCH_FLUSH";

/// How much is done: enough to see each figure, or as much as the bars are meant for.
struct Size {
    /// Messages of a flush: so many meetings of 2,000 units.
    meetings: usize,
    /// Messages with a document.
    documents: usize,
    /// Messages over a long wire.
    distant: usize,
    /// Messages of a host whose relay is dead, or whose memory is looked at: so many meetings of 5,000 units.
    waiting: usize,
    /// Of each measurement, so many in turn.
    times: usize,
    /// How long a dead relay is looked at.
    dead: Duration,
}

impl Size {
    fn wanted() -> Self {
        if std::env::var_os("LICHHOP_BENCH").is_some_and(|value| value == "full") {
            return Self { meetings: 10, documents: 4_000, distant: 800, waiting: 20, times: 5, dead: Duration::from_mins(1) };
        }
        Self { meetings: 1, documents: 500, distant: 200, waiting: 2, times: 3, dead: Duration::from_secs(10) }
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn all(values: &[f64]) -> String {
    values.iter().map(|value| format!("{value:.2}")).collect::<Vec<_>>().join(" ")
}

fn rate(messages: usize, time: Duration) -> f64 {
    messages as f64 / time.as_secs_f64()
}

/// A line of the table.
fn report(what: &str, figure: &str, bar: &str, beside: &str) {
    println!("| {what:<52} | {figure:<10} | {bar:<9} | {beside}");
}

/// The syncs of one flush, counted in a process of its own.
fn syncs(office: &Office, port: u16, connections: usize) -> Option<usize> {
    let strace = Path::new("/usr/bin/strace");
    if !strace.exists() {
        return None;
    }
    let count = |flushes: usize| {
        let folder = office.copy();
        let trace = folder.path().join("trace");
        let mut command = Command::new(strace);
        command.args(["-f", "--seccomp-bpf", "-e", "trace=fdatasync", "-o"]).arg(&trace).arg(std::env::current_exe().unwrap());
        let order = format!("{} {port} {connections} {flushes}", folder.path().display());
        assert!(command.env(FLUSH_ONLY, order).status().unwrap().success());
        std::fs::read_to_string(&trace).unwrap().lines().filter(|line| line.contains("fdatasync(")).count()
    };
    // What opening and closing need is not the flush's.
    Some(count(office.messages) - count(0))
}

fn flush_only(order: &str) {
    let order: Vec<&str> = order.split(' ').collect();
    let [folder, port, connections, messages] = order.as_slice() else { panic!("{FLUSH_ONLY}: {order:?}") };
    let (folder, messages) = (PathBuf::from(folder), messages.parse().unwrap());
    if messages == 0 {
        SledStore::open(&folder.join("state/store")).unwrap();
    } else {
        let target = target(&folder, port.parse().unwrap(), connections.parse().unwrap());
        with_host(&target, async |client| flush(client, messages).await);
    }
}

/// How long it takes to send what waits in a copy of an office.
fn flushed(office: &Office, port: u16, connections: usize) -> Duration {
    let folder = office.copy();
    with_host(&target(folder.path(), port, connections), async |client| flush(client, office.messages).await.1)
}

/// A flush between two runs of the test sender.
fn beside_source(what: &str, office: &Office, port: u16, connections: usize, bar: &str, size: &Size) {
    let payload = office.size.0 - office.size.1;
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..size.times {
        let before = rate(office.messages, source(port, connections, payload, office.messages));
        let flushed = rate(office.messages, flushed(office, port, connections));
        let after = rate(office.messages, source(port, connections, payload, office.messages));
        ratios.push(flushed / f64::midpoint(before, after));
        ours.push(flushed);
        theirs.extend([before, after]);
    }
    let syncs =
        syncs(office, port, connections).map_or("not counted".to_owned(), |syncs| format!("{:.3}", syncs as f64 / office.messages as f64));
    let beside = format!(
        "{} messages of {} bytes: {:.0}/s beside {:.0}/s ({}); fdatasyncs a message {syncs}",
        office.messages,
        office.size.0,
        median(ours),
        median(theirs),
        all(&ratios)
    );
    report(what, &format!("{:.2}", median(ratios)), bar, &beside);
}

fn wire(port: u16, size: &Size) {
    let plain = Office::new(2_000, size.meetings, Arc::new(Plain { payload: SMALL, shared: false }));
    beside_source("flush of 4 KB, 16 connections / smtp-source", &plain, port, 16, ">= 0.80", size);
    beside_source("flush of 4 KB, 1 connection / smtp-source", &plain, port, 1, ">= 0.70", size);
    let real = Office::new(2_000, size.meetings, Arc::new(Composer));
    beside_source("flush of invitations, 16 connections / smtp-source", &real, port, 16, "", size);
}

fn documents(port: u16, size: &Size) {
    let office = Office::new(size.documents, 1, Arc::new(Plain { payload: DOCUMENT, shared: true }));
    beside_source("flush of 60 KB, 4 connections / smtp-source", &office, port, 4, ">= 0.80", size);
}

/// With 50 ms from a question to its answer: a message needs two of them, one for the envelope and one for the body.
fn distance(port: u16, size: &Size) {
    const ROUND_TRIP: Duration = Duration::from_millis(50);
    const CONNECTIONS: usize = 8;
    let office = Office::new(size.distant, 1, Arc::new(Plain { payload: SMALL, shared: false }));
    let far = peers::long_wire(port, ROUND_TRIP / 2);
    let ours = rate(office.messages, flushed(&office, far, CONNECTIONS));
    let possible = CONNECTIONS as f64 / (2.0 * ROUND_TRIP.as_secs_f64());
    let beside = format!("{} messages: {ours:.0}/s of {possible:.0}/s", office.messages);
    report("flush with 50 ms round trip, 8 connections / possible", &format!("{:.2}", ours / possible), ">= 0.85", &beside);
}

fn postfix(port: u16, size: &Size) {
    let small = Office::new(2_000, size.meetings.min(2), Arc::new(Plain { payload: SMALL, shared: false }));
    let large = Office::new(size.documents.min(1_500), 1, Arc::new(Plain { payload: DOCUMENT, shared: true }));
    let Some(postfix) = Postfix::start(Path::new(env!("CARGO_TARGET_TMPDIR")), port) else {
        return report("flush / Postfix", "-", ">= 8, >= 4", "needs to be root, and Debian's postfix");
    };
    let compare = |what: &str, bar: &str, office: &Office, theirs: &dyn Fn() -> Duration, ours: &dyn Fn() -> Duration| {
        let (mut mine, mut other, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..size.times {
            let (theirs, ours) = (rate(office.messages, theirs()), rate(office.messages, ours()));
            ratios.push(ours / theirs);
            mine.push(ours);
            other.push(theirs);
        }
        let beside = format!("{} messages: {:.0}/s beside {:.0}/s ({})", office.messages, median(mine), median(other), all(&ratios));
        report(what, &format!("{:.1}", median(ratios)), bar, &beside);
    };
    compare("flush of 4 KB / Postfix's drain", ">= 8", &small, &|| postfix.drain(16, small.size.0 - small.size.1, small.messages), &|| {
        flushed(&small, port, 16)
    });
    let (approved, meeting) = Office::with_one_approved(large.messages, Arc::new(Composer));
    compare(
        "issue and flush of 60 KB / inject and drain",
        ">= 4",
        &large,
        &|| postfix.inject_and_drain(16, large.size.0 - large.size.1, large.messages),
        // Composing and queueing an invitation counts, and sending the large message.
        &|| issued(&approved, &meeting, port).0 + flushed(&large, port, 16),
    );
}

/// Issues the meeting of a copy of an office: how long that took, and how long it took to send everything.
fn issued(office: &Office, meeting: &lichhop::domain::meeting::MeetingId, port: u16) -> (Duration, Duration) {
    let folder = office.copy();
    with_host(&target(folder.path(), port, 16), async |client| {
        let order = IssueOrder { id: meeting.clone(), without: vec![], reason: None, override_reason: None, channel: Channel::Electronic };
        let begun = Instant::now();
        client.call(Request::MeetingIssue(order)).await.unwrap();
        let queued = begun.elapsed();
        (queued, flush(client, office.messages).await.1)
    })
}

fn province(port: u16, size: &Size) {
    const UNITS: usize = 6_500;
    let (office, meeting) = Office::with_one_approved(UNITS, Arc::new(Composer));
    let payload = Office::new(1, 1, Arc::new(Composer)).size;
    let (mut queued, mut ratios) = (Vec::new(), Vec::new());
    for _ in 0..size.times {
        let theirs = rate(UNITS, source(port, 16, payload.0 - payload.1, UNITS));
        let (time, sending) = issued(&office, &meeting, port);
        queued.push(time.as_secs_f64());
        ratios.push(rate(UNITS, sending) / theirs);
    }
    report("issue to 6,500 units, until all is durably queued", &format!("{:.2} s", median(queued.clone())), "<= 3 s", &all(&queued));
    report("   and delivered / smtp-source", &format!("{:.2}", median(ratios.clone())), ">= 0.80", &all(&ratios));
}

/// What a process took of the processors so far.
fn processor(pid: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    // The 14th and 15th of proc(5), in hundredths of a second.
    let ticks: u64 = [11, 12].iter().map(|at| fields[*at].parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 10)
}

fn dead(size: &Size) {
    let office = Office::new(5_000, size.waiting, Arc::new(Plain { payload: SMALL, shared: false }));
    let folder = office.copy();
    // Nobody listens there.
    let target = target(folder.path(), 1, 4);
    let host = Served::start(&target, folder.path());
    let rest = |time| std::thread::sleep(time);
    rest(Duration::from_secs(3));
    let (before, begun, at_first) = (processor(host.id()), Instant::now(), host.memory().1);
    rest(size.dead);
    let taken = processor(host.id()).saturating_sub(before).as_secs_f64() / begun.elapsed().as_secs_f64() * 100.0;
    let grown = host.memory().1 - at_first;
    let beside = format!("{} messages, {:.0} s; memory {at_first:.0} MiB, {grown:+.1} MiB", office.messages, size.dead.as_secs_f64());
    report("processor of a host whose relay is dead", &format!("{taken:.2} %"), "< 1 %", &beside);
    host.stop();
}

fn memory(port: u16, size: &Size) {
    let office = Office::new(5_000, size.waiting, Arc::new(Plain { payload: SMALL, shared: false }));
    let folder = office.copy();
    let target = target(folder.path(), port, 16);
    let begun = Instant::now();
    let host = Served::start(&target, folder.path());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut seen = Vec::new();
    runtime.block_on(async {
        let client = host.client().await;
        while let Ok(lichhop::wire::reply::Answer::OutboxStatus(status)) = client.call(Request::OutboxStatus).await {
            seen.push(host.memory().1);
            if status.counts.sent == office.messages as u64 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    });
    let rate = rate(office.messages, begun.elapsed());
    let beside = format!("{} messages, {rate:.0}/s; at most {:.0} MiB", office.messages, host.memory().0);
    report("resident memory of a host that flushes, median", &format!("{:.0} MiB", median(seen)), "<= 80", &beside);
    host.stop();
}

fn main() {
    if let Ok(order) = std::env::var(FLUSH_ONLY) {
        return flush_only(&order);
    }
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let wants = |name: &str| wanted.is_empty() || wanted.iter().any(|word| word == name);
    let (sink, size) = (Sink::start(), Size::wanted());
    if wants("wire") {
        wire(sink.port, &size);
    }
    if wants("documents") {
        documents(sink.port, &size);
    }
    if wants("distance") {
        distance(sink.port, &size);
    }
    if wants("postfix") {
        postfix(sink.port, &size);
    }
    if wants("province") {
        province(sink.port, &size);
    }
    if wants("dead") {
        dead(&size);
    }
    if wants("memory") {
        memory(sink.port, &size);
    }
}
