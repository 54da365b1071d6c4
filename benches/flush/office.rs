//! Offices whose outboxes are full.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use lichhop::client::{self, Client, Target};
use lichhop::config::{self, Config};
use lichhop::domain::account::{Account, Role};
use lichhop::domain::dispatch::{Dispatch, Recipient};
use lichhop::domain::mailbox::{MailAddress, MailboxKind, MailboxRow, MailboxState};
use lichhop::domain::meeting::{Channel, Entry, InvitationMode, Meeting, MeetingId, Urgency};
use lichhop::domain::office::Office as Organ;
use lichhop::domain::order::IssueOrder;
use lichhop::domain::outbox::Item;
use lichhop::domain::text::{Line, Prose};
use lichhop::domain::time::WallTime;
use lichhop::domain::unit::{UnitCode, UnitRow};
use lichhop::host::clock::{SystemClock, SystemRandom};
use lichhop::host::identity;
use lichhop::print::Typesetter;
use lichhop::store::SledStore;
use lichhop::usecase::desk::{Desk, Surroundings};
use lichhop::usecase::ports::{Compose, ComposeError, Composed, Store};
use lichhop::usecase::{account, issue, meeting, message, registry, table};
use lichhop::wire::reply::{Answer, FlushReport};
use lichhop::wire::request::Request;

/// Composes messages of a given payload, as `smtp-source -l` counts it: the flusher's work without the document's.
pub(crate) struct Plain {
    pub(crate) payload: usize,
    /// The payload is the same for all, as a document is.
    pub(crate) shared: bool,
}

impl Compose for Plain {
    fn message(&self, dispatch: &Dispatch, recipient: &Recipient) -> Result<Composed, ComposeError> {
        let (from, to, id) = (&dispatch.sender.address, &recipient.address, dispatch.message_id(recipient.n));
        let date = dispatch.at.to_rfc2822();
        let header = format!("From: <{from}>\r\nTo: <{to}>\r\nDate: {date}\r\nSubject: bench\r\nMessage-ID: {id}\r\n\r\n");
        let line = [b"X".repeat(62), b"\r\n".to_vec()].concat();
        let bytes = [header.as_bytes(), &line.repeat(self.payload / 64)].concat();
        let shared = header.len()..bytes.len();
        Ok(Composed { bytes, shared: if self.shared { vec![shared] } else { Vec::new() } })
    }

    fn invitation_calendar(&self, _: &Dispatch, _: &Recipient) -> Result<String, ComposeError> {
        Ok(String::new())
    }

    fn published_calendar(&self, _: &Organ, _: &[Meeting], _: DateTime<Utc>) -> String {
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

/// The configuration of an office whose mail goes to `port`.
pub(crate) fn configuration(folder: &Path, port: u16, connections: usize) -> Config {
    let file = folder.join("config.toml");
    let text = format!(
        "[workflow]\napprove_own = true\n[mail]\nrelay = \"smtp://127.0.0.1:{port}\"\nconnections = {connections}\n[office]\nname = \
         \"Bộ Văn hóa, Thể thao và Du lịch\"\nsymbol = \"BVHTTDL\"\n"
    );
    std::fs::write(&file, text).unwrap();
    config::load(Some(&file)).unwrap()
}

/// An office with a store in a folder of its own, copied for each use.
pub(crate) struct Office {
    folder: tempfile::TempDir,
    /// Messages that wait.
    pub(crate) messages: usize,
    /// Bytes of a message, and of its header.
    pub(crate) size: (usize, usize),
}

impl Office {
    /// An office of so many units to all of which so many meetings were issued.
    pub(crate) fn new(units: usize, meetings: usize, compose: Arc<dyn Compose>) -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let mut desk = desk(folder.path(), compose);
        register(&mut desk, units);
        for n in 0..meetings {
            let id = approved(&mut desk, units, n);
            let order = IssueOrder { id, without: Vec::new(), reason: None, override_reason: None, channel: Channel::Electronic };
            issue::issue(&mut desk, "bench", &order).unwrap();
        }
        desk.store().sync().unwrap();
        let first = desk.store().scan(
            &lichhop::usecase::ports::Range::prefix(lichhop::usecase::keys::ITEM),
            1,
            lichhop::usecase::ports::Direction::Forward,
        );
        let size = first.unwrap().entries.first().map_or((0, 0), |entry| {
            let item = table::decode::<Item>(entry).unwrap().value;
            let bytes = message::read(desk.store(), item.id).unwrap();
            let header = bytes.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 4;
            (bytes.len(), header)
        });
        Self { folder, messages: units * meetings, size }
    }

    /// An office in which one meeting waits to be issued to all its units.
    pub(crate) fn with_one_approved(units: usize, compose: Arc<dyn Compose>) -> (Self, MeetingId) {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let mut desk = desk(folder.path(), compose);
        register(&mut desk, units);
        let id = approved(&mut desk, units, 0);
        desk.store().sync().unwrap();
        (Self { folder, messages: units, size: (0, 0) }, id)
    }

    /// A copy of it, so that each flush begins with the same one.
    pub(crate) fn copy(&self) -> tempfile::TempDir {
        let copy = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let copied = Command::new("cp").arg("-a").arg(self.folder.path().join("state")).arg(copy.path()).status().unwrap();
        assert!(copied.success());
        // Otherwise the first sync of the flush pays for the copy.
        assert!(Command::new("sync").arg("-f").arg(copy.path()).status().unwrap().success());
        copy
    }
}

/// A desk at a new store in `folder`.
fn desk(folder: &Path, compose: Arc<dyn Compose>) -> Desk {
    std::fs::create_dir_all(folder.join("state")).unwrap();
    let (store, _) = SledStore::open(&folder.join("state/store")).unwrap();
    let store: Arc<dyn Store> = Arc::new(store);
    let around = Surroundings {
        store,
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
    desk
}

fn register(desk: &mut Desk, units: usize) {
    let rows: Vec<UnitRow> = (1..=units).map(unit).collect();
    registry::import_units(desk, "bench", "units", &rows, false).unwrap();
    let rows: Vec<MailboxRow> = (1..=units).map(mailbox).collect();
    registry::import_mailboxes(desk, "bench", "mailboxes", &rows, false).unwrap();
}

fn approved(desk: &mut Desk, units: usize, n: usize) -> MeetingId {
    let id = meeting::add(desk, "bench", &entry(units, n), true).unwrap().meeting.value.id;
    meeting::approve(desk, "bench", &id, None).unwrap();
    id
}

fn unit(n: usize) -> UnitRow {
    let row = u32::try_from(n + 1).unwrap();
    let name = format!("Ủy ban nhân dân xã, phường, thị trấn số {n}");
    UnitRow { line: row, code: code(n), name: Some(line(&name)), parent: None, kind: None, mail_domain: None }
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

fn entry(units: usize, n: usize) -> Entry {
    let start = WallTime::parse(&format!("2099-01-{:02} {:02}:00", 1 + n / 10 % 28, 8 + n % 10), DateTime::UNIX_EPOCH).unwrap();
    Entry {
        title: line("Họp rà soát việc sử dụng hộp thư điện tử công vụ"),
        start,
        end: None,
        place: line(&format!("Phòng họp số {n}, 51 Ngô Quyền")),
        online: None,
        chair: line(&format!("Thứ trưởng thứ {n}")),
        unit: code(1),
        invited: (1..=units).map(code).collect(),
        prepared_by: Vec::new(),
        content: Some(Prose::parse("Đề nghị các đơn vị chuẩn bị báo cáo.").unwrap()),
        urgency: Urgency::Normal,
        mode: InvitationMode::Own,
    }
}

/// The store in a folder, and where its mail goes.
pub(crate) fn target(folder: &Path, port: u16, connections: usize) -> Target {
    let config = Arc::new(configuration(folder, port, connections));
    Target { state: folder.join("state"), config, frozen: None, socket: None }
}

/// Does something with the store through the real host, in this process.
pub(crate) fn with_host<T>(target: &Target, work: impl AsyncFnOnce(&Client) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let client = client::open(target).await.unwrap();
        let done = work(&client).await;
        client.close().await;
        done
    })
}

/// Sends everything that waits, and gives how long it took.
pub(crate) async fn flush(client: &Client, messages: usize) -> (FlushReport, Duration) {
    let begun = Instant::now();
    let reply = client.call(Request::flush()).await;
    let elapsed = begun.elapsed();
    let Ok(Answer::Flushed(report)) = reply else { panic!("{reply:?}") };
    assert_eq!((report.tally.sent, report.remaining), (messages as u64, 0), "{report:?}");
    (report, elapsed)
}
