//! A durable flush beside Debian's own test sender, which stores nothing: both against the same `smtp-sink`, in turn.
//!
//! `cargo bench --bench flush`; needs Debian's `postfix` (for `smtp-sink` and `smtp-source`) and, for the count of syncs,
//! `strace`. Figures are reported, never judged: see `.ci/bench`.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::cast_precision_loss, reason = "a measurement")]

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use lichhop::client::{self, Target};
use lichhop::config::{self, Config};
use lichhop::domain::account::{Account, Role};
use lichhop::domain::dispatch::{Dispatch, Recipient};
use lichhop::domain::mailbox::{MailAddress, MailboxKind, MailboxRow, MailboxState};
use lichhop::domain::meeting::{Channel, Entry, InvitationMode, Meeting, Urgency};
use lichhop::domain::office::Office;
use lichhop::domain::order::IssueOrder;
use lichhop::domain::text::{Line, Prose};
use lichhop::domain::time::WallTime;
use lichhop::domain::unit::{UnitCode, UnitRow};
use lichhop::host::clock::{SystemClock, SystemRandom};
use lichhop::host::identity;
use lichhop::mail::compose::Composer;
use lichhop::print::Typesetter;
use lichhop::store::SledStore;
use lichhop::usecase::desk::{Desk, Surroundings};
use lichhop::usecase::ports::{Compose, ComposeError, Composed, Store};
use lichhop::usecase::{account, issue, meeting, message, registry, table};
use lichhop::wire::reply::{Answer, FlushReport};
use lichhop::wire::request::Request;

/// Messages of one flush.
const MESSAGES: usize = 2_000;
/// Of each measurement, so many in turn.
const TIMES: usize = 5;
/// Bytes of a small message without its header, as `smtp-source -l` counts them.
const PAYLOAD: usize = 4_096;
/// Says to this program, started once more, which store to flush and over how many connections.
const FLUSH_ONLY: &str = "LICHHOP_BENCH_FLUSH";

/// Composes messages of a given payload: the flusher's work without the document's.
struct Plain;

impl Compose for Plain {
    fn message(&self, dispatch: &Dispatch, recipient: &Recipient) -> Result<Composed, ComposeError> {
        let (from, to, id) = (&dispatch.sender.address, &recipient.address, dispatch.message_id(recipient.n));
        let date = dispatch.at.to_rfc2822();
        let header = format!("From: <{from}>\r\nTo: <{to}>\r\nDate: {date}\r\nSubject: bench\r\nMessage-ID: {id}\r\n\r\n");
        let line = [b"X".repeat(62), b"\r\n".to_vec()].concat();
        // Nothing is shared: each message is read as a whole.
        Ok(Composed { bytes: [header.into_bytes(), line.repeat(PAYLOAD / 64)].concat(), shared: Vec::new() })
    }

    fn invitation_calendar(&self, _: &Dispatch, _: &Recipient) -> Result<String, ComposeError> {
        Ok(String::new())
    }

    fn published_calendar(&self, _: &Office, _: &[Meeting], _: DateTime<Utc>) -> String {
        String::new()
    }
}

fn line(raw: &str) -> Line {
    Line::parse(raw).unwrap()
}

fn code(n: usize) -> UnitCode {
    UnitCode::parse(&format!("DV{n}")).unwrap()
}

fn address(n: usize) -> MailAddress {
    MailAddress::parse(&format!("dv{n}@chinhphu.vn")).unwrap()
}

fn configuration(folder: &Path, port: u16, connections: usize) -> Config {
    let file = folder.join("config.toml");
    let text = format!(
        "[workflow]\napprove_own = true\n[mail]\nrelay = \"smtp://127.0.0.1:{port}\"\nconnections = {connections}\n[office]\nname = \
         \"Bộ Văn hóa, Thể thao và Du lịch\"\nsymbol = \"BVHTTDL\"\n"
    );
    std::fs::write(&file, text).unwrap();
    config::load(Some(&file)).unwrap()
}

/// Makes a store in which one meeting was issued to all units. Gives the size of a message and of its header.
fn issued(folder: &Path, compose: Arc<dyn Compose>) -> (usize, usize) {
    std::fs::create_dir_all(folder.join("state")).unwrap();
    let (store, _) = SledStore::open(&folder.join("state/store")).unwrap();
    let store: Arc<dyn Store> = Arc::new(store);
    let around = Surroundings {
        store: store.clone(),
        rules: Arc::new(configuration(folder, 25, 1).rules),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        typeset: Arc::new(Typesetter),
        compose,
    };
    Desk::make(&around).unwrap();
    let mut desk = Desk::open(around).unwrap();
    // Whoever takes the figures may send.
    let own = Account { user: identity::current_user(), role: Role::Admin, units: Vec::new(), revoked: false };
    account::grant(&mut desk, "bench", own).unwrap();
    let units: Vec<UnitRow> = (1..=MESSAGES).map(unit).collect();
    registry::import_units(&mut desk, "bench", "units", &units, false).unwrap();
    let mailboxes: Vec<MailboxRow> = (1..=MESSAGES).map(mailbox).collect();
    registry::import_mailboxes(&mut desk, "bench", "mailboxes", &mailboxes, false).unwrap();
    let id = meeting::add(&mut desk, "bench", &entry(), true).unwrap().meeting.value.id;
    meeting::approve(&mut desk, "bench", &id, None).unwrap();
    let order = IssueOrder { id, without: Vec::new(), reason: None, override_reason: None, channel: Channel::Electronic };
    issue::issue(&mut desk, "bench", &order).unwrap();
    store.sync().unwrap();
    let items = table::all::<lichhop::domain::outbox::Item>(desk.store()).unwrap();
    let message = message::read(desk.store(), items.first().unwrap().value.id).unwrap();
    let header = message.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 4;
    (message.len(), header)
}

fn unit(n: usize) -> UnitRow {
    let row = u32::try_from(n + 1).unwrap();
    UnitRow { line: row, code: code(n), name: Some(line(&format!("Đơn vị số {n}"))), parent: None, kind: None, mail_domain: None }
}

fn mailbox(n: usize) -> MailboxRow {
    MailboxRow {
        line: u32::try_from(n + 1).unwrap(),
        address: address(n),
        kind: Some(MailboxKind::Shared),
        unit: Some(code(n)),
        owner: None,
        custodian: None,
        state: Some(MailboxState::Active),
        quota_mb: None,
        primary: None,
    }
}

fn entry() -> Entry {
    let tomorrow = WallTime::parse("2099-01-05 14:00", DateTime::UNIX_EPOCH).unwrap();
    Entry {
        title: line("Họp rà soát việc sử dụng hộp thư điện tử công vụ"),
        start: tomorrow,
        end: None,
        place: line("Phòng họp tầng 2, số 51 Ngô Quyền"),
        online: None,
        chair: line("Thứ trưởng Đặng Thị Bích Liên"),
        unit: code(1),
        invited: (1..=MESSAGES).map(code).collect(),
        prepared_by: Vec::new(),
        content: Some(Prose::parse("Đề nghị các đơn vị chuẩn bị báo cáo.").unwrap()),
        urgency: Urgency::Normal,
        mode: InvitationMode::Own,
    }
}

/// A copy of a prepared store, so that each flush begins with the same one.
fn copy(from: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let copied = Command::new("cp").arg("-a").arg(from.join("state")).arg(folder.path()).status().unwrap();
    assert!(copied.success());
    // Otherwise the first sync of the flush pays for the copy.
    assert!(Command::new("sync").arg("-f").arg(folder.path()).status().unwrap().success());
    folder
}

/// Flushes the store in `folder` through the real host, and gives what it reports and how long it took.
fn flush(folder: &Path, port: u16, connections: usize) -> (FlushReport, Duration) {
    let config = Arc::new(configuration(folder, port, connections));
    let target = Target { state: folder.join("state"), config, frozen: None, socket: None };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let client = client::open(&target).await.unwrap();
        let begun = Instant::now();
        let reply = client.call(Request::flush()).await;
        let elapsed = begun.elapsed();
        client.close().await;
        let Ok(Answer::Flushed(report)) = reply else { panic!("{reply:?}") };
        assert_eq!((report.tally.sent, report.remaining), (MESSAGES as u64, 0), "{report:?}");
        (report, elapsed)
    })
}

/// `smtp-source` with the same number of messages over as many connections.
fn source(port: u16, connections: usize, payload: usize) -> Duration {
    let mut command = Command::new("/usr/sbin/smtp-source");
    command.args(["-d", "-s", &connections.to_string(), "-l", &payload.to_string(), "-m", &MESSAGES.to_string()]);
    command.args(["-f", address(1).as_str(), "-t", address(2).as_str(), &format!("127.0.0.1:{port}")]);
    let begun = Instant::now();
    assert!(command.status().unwrap().success());
    begun.elapsed()
}

/// A sink that is ended with the run.
struct Sink(Child);

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Sink {
    fn start() -> (Self, u16) {
        let program = Path::new("/usr/sbin/smtp-sink");
        assert!(program.exists(), "smtp-sink is not installed: apt-get install postfix");
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let mut command = Command::new(program);
        if nix::unistd::geteuid().is_root() {
            command.args(["-u", "nobody"]);
        }
        let sink = Self(command.arg(format!("127.0.0.1:{port}")).arg("1024").stderr(Stdio::inherit()).spawn().unwrap());
        let (_never, pause) = sync_channel::<()>(1);
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            let _ = pause.recv_timeout(Duration::from_millis(5));
        }
        (sink, port)
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn rate(time: Duration) -> f64 {
    MESSAGES as f64 / time.as_secs_f64()
}

/// The syncs of one flush, counted in a process of its own.
fn syncs(prepared: &Path, port: u16, connections: usize) -> Option<usize> {
    let strace = Path::new("/usr/bin/strace");
    if !strace.exists() {
        return None;
    }
    let count = |flush: bool| {
        let folder = copy(prepared);
        let trace = folder.path().join("trace");
        let mut command = Command::new(strace);
        command.args(["-f", "--seccomp-bpf", "-e", "trace=fdatasync", "-o"]).arg(&trace).arg(std::env::current_exe().unwrap());
        let order = format!("{} {port} {} {}", folder.path().display(), connections, usize::from(flush));
        assert!(command.env(FLUSH_ONLY, order).status().unwrap().success());
        std::fs::read_to_string(&trace).unwrap().lines().filter(|line| line.contains("fdatasync(")).count()
    };
    // What opening and closing need is not the flush's.
    Some(count(true) - count(false))
}

fn flush_only(order: &str) {
    let order: Vec<&str> = order.split(' ').collect();
    let [folder, port, connections, flushes] = order.as_slice() else { panic!("{FLUSH_ONLY}: {order:?}") };
    let (folder, port, connections) = (PathBuf::from(folder), port.parse().unwrap(), connections.parse().unwrap());
    if *flushes == "1" {
        flush(&folder, port, connections);
    } else {
        SledStore::open(&folder.join("state/store")).unwrap();
    }
}

fn compare(name: &str, prepared: &Path, payload: usize, connections: usize, port: u16) {
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let before = rate(source(port, connections, payload));
        let folder = copy(prepared);
        let flushed = rate(flush(folder.path(), port, connections).1);
        let after = rate(source(port, connections, payload));
        ratios.push(flushed / f64::midpoint(before, after));
        ours.push(flushed);
        theirs.extend([before, after]);
    }
    let syncs = syncs(prepared, port, connections);
    let syncs = syncs.map_or("not counted".to_owned(), |syncs| format!("{:.3}", syncs as f64 / MESSAGES as f64));
    println!(
        "{name}, {connections:>2} connections: durable flush {:>6.0} msg/s, smtp-source {:>6.0} msg/s, ratio {:.2} (medians of \
         {TIMES}; ratios {}), fdatasyncs a message {syncs}",
        median(ours),
        median(theirs),
        median(ratios.clone()),
        ratios.iter().map(|ratio| format!("{ratio:.2}")).collect::<Vec<_>>().join(" "),
    );
}

fn main() {
    if let Ok(order) = std::env::var(FLUSH_ONLY) {
        return flush_only(&order);
    }
    let (_sink, port) = Sink::start();
    let plain = tempfile::tempdir().unwrap();
    let (size, header) = issued(plain.path(), Arc::new(Plain));
    println!("{MESSAGES} messages of {size} bytes ({header} of them header)");
    compare("4 KB", plain.path(), size - header, 16, port);
    compare("4 KB", plain.path(), size - header, 1, port);
    let real = tempfile::tempdir().unwrap();
    let (size, header) = issued(real.path(), Arc::new(Composer));
    println!("{MESSAGES} invitations of {size} bytes ({header} of them header)");
    compare("invitations", real.path(), size - header, 16, port);
    compare("invitations", real.path(), size - header, 1, port);
}
