//! A ministry of as many meetings as are wanted, written in commits as large as the store takes: each record with its index
//! keys and its version, each commit with its entry of the audit chain, as if they had been registered.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use chrono::{DateTime, Datelike as _, Duration, NaiveDate, NaiveTime, Utc};
use lichhop::client::{self, Client, Target};
use lichhop::config;
use lichhop::domain::mailbox::{MailAddress, MailboxKind, MailboxRow, MailboxState};
use lichhop::domain::meeting::{Entry, Event, InvitationMode, Meeting, MeetingId, MeetingState, Urgency};
use lichhop::domain::text::{Line, Prose};
use lichhop::domain::time::WallTime;
use lichhop::domain::unit::{UnitCode, UnitRow};
use lichhop::domain::workflow::Action;
use lichhop::host::clock::{SystemClock, SystemRandom};
use lichhop::host::identity;
use lichhop::mail::compose::Composer;
use lichhop::print::Typesetter;
use lichhop::store::SledStore;
use lichhop::usecase::desk::{Desk, Surroundings};
use lichhop::usecase::ports::{Clock as _, Store};
use lichhop::usecase::{check, keys, registry};
use lichhop::wire::reply::{Answer, MeetingView};
use lichhop::wire::request::Request;

use super::words::{MATTERS, WORK};

/// Meetings of a day: the same in every store, so that a week has as many in each.
const DAILY: usize = 40;
/// Units, each with its mailbox.
pub(crate) const UNITS: usize = 60;
/// As many records as one commit takes: each has a version and a key in each of two indexes.
const AT_ONCE: usize = 20;
/// Commits between two syncs.
const SYNC: usize = 1_000;

fn line(raw: &str) -> Line {
    Line::parse(raw).unwrap()
}

fn code(n: usize) -> UnitCode {
    UnitCode::parse(&format!("DV{}", n % UNITS + 1)).unwrap()
}

/// What somebody enters: the `of_day`-th meeting of a day, which has a room and a chair of its own.
pub(crate) fn entry(n: usize, day: NaiveDate, of_day: usize) -> Entry {
    let minutes = i64::try_from(480 + 30 * (of_day % 18)).unwrap();
    let start = day.and_time(NaiveTime::MIN) + Duration::minutes(minutes);
    let end = start + Duration::minutes(if n.is_multiple_of(3) { 90 } else { 60 });
    let wall = |time: chrono::NaiveDateTime| WallTime::new(time.date(), time.time());
    Entry {
        title: line(&format!("{} {}", WORK[n % WORK.len()], MATTERS[n / 3 % MATTERS.len()])),
        start: wall(start),
        end: (n % 4 != 3).then(|| wall(end)),
        place: line(&format!("Phòng họp số {of_day}, tầng 2, số 51 Ngô Quyền")),
        online: None,
        chair: line(&format!("Phó Cục trưởng Cục số {of_day}")),
        unit: code(n),
        invited: (1..=3 + n % 5).map(|k| code(n + k)).collect(),
        prepared_by: Vec::new(),
        content: n.is_multiple_of(6).then(|| Prose::parse("Đề nghị các đơn vị chuẩn bị báo cáo bằng văn bản.").unwrap()),
        urgency: Urgency::Normal,
        mode: InvitationMode::Own,
    }
}

/// What somebody enters while figures are taken: spread over the days of two years from next month on.
pub(crate) fn fresh(n: usize) -> Entry {
    const DAYS: usize = 800;
    let day = today() + Duration::days(i64::try_from(30 + n % DAYS).unwrap());
    entry(n, day, DAILY + n / DAYS)
}

pub(crate) fn today() -> NaiveDate {
    WallTime::at(SystemClock.now()).day()
}

fn meeting(n: usize, count: usize, at: DateTime<Utc>, by: &str) -> Meeting {
    let days = i64::try_from(n / DAILY).unwrap() - i64::try_from(count / DAILY / 2).unwrap();
    let id = MeetingId::new(WallTime::at(at).day().year(), u32::try_from(n + 1).unwrap());
    let event = |action| Event { at, by: by.to_owned(), action, reason: None };
    Meeting {
        uid: format!("{}.{n:016x}@bvhttdl.gov.vn", id.as_str().to_ascii_lowercase()),
        id,
        entry: entry(n, today() + Duration::days(days), n % DAILY),
        state: MeetingState::Approved,
        issue: None,
        replaced: Vec::new(),
        voided: Vec::new(),
        sequence: 0,
        registered_by: by.to_owned(),
        changed_by: by.to_owned(),
        history: vec![event(Action::Register), event(Action::Submit), event(Action::Approve)],
    }
}

/// Where a store lies and how it is reached.
pub(crate) fn target(folder: &Path) -> Target {
    let file = folder.join("config.toml");
    // No nightly backup: the first start after a missed night makes one, and reads everything meanwhile.
    let text = "[office]\nname = \"Bộ Văn hóa, Thể thao và Du lịch\"\nsymbol = \"BVHTTDL\"\n[workflow]\napprove_own = true\n[mail]\nrelay = \
                \"maildir:mail\"\n[backup]\nat = \"\"\n";
    fs::create_dir_all(folder).unwrap();
    fs::write(&file, text).unwrap();
    Target { state: folder.join("state"), config: Arc::new(config::load(Some(&file)).unwrap()), frozen: None, socket: None }
}

/// What surrounds a desk at a store.
pub(crate) fn surroundings(target: &Target, store: Arc<dyn Store>) -> Surroundings {
    Surroundings {
        store,
        rules: Arc::new(target.config.rules.clone()),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        typeset: Arc::new(Typesetter),
        compose: Arc::new(Composer),
    }
}

/// The units and their mailboxes.
pub(crate) fn register(desk: &mut Desk) {
    let line_of = |n: usize| u32::try_from(n + 2).unwrap();
    let name = |n: usize| Some(line(&format!("Đơn vị trực thuộc số {}", n + 1)));
    let unit = |n| UnitRow { line: line_of(n), code: code(n), name: name(n), parent: None, kind: None, mail_domain: None };
    let mailbox = |n| MailboxRow {
        line: line_of(n),
        address: MailAddress::parse(&format!("dv{}@chinhphu.vn", n + 1)).unwrap(),
        kind: Some(MailboxKind::Shared),
        unit: Some(code(n)),
        owner: None,
        custodian: None,
        state: Some(MailboxState::Active),
        quota_mb: None,
        primary: None,
    };
    registry::import_units(desk, "bench", "units", &(0..UNITS).map(unit).collect::<Vec<_>>(), false).unwrap();
    registry::import_mailboxes(desk, "bench", "mailboxes", &(0..UNITS).map(mailbox).collect::<Vec<_>>(), false).unwrap();
}

/// Makes a ministry of so many meetings in a folder.
fn make(folder: &Path, count: usize) {
    let target = target(folder);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(client::init(&target, None)).unwrap();
    let (store, _) = SledStore::open(&target.state.join("store")).unwrap();
    let store: Arc<dyn Store> = Arc::new(store);
    let mut desk = Desk::open(surroundings(&target, store.clone())).unwrap();
    register(&mut desk);
    let (by, now) = (identity::current_user(), SystemClock.now());
    for (commit, first) in (0..count).step_by(AT_ONCE).enumerate() {
        let mut change = desk.change(&by, "meeting.register", format!("{} meetings", AT_ONCE.min(count - first)));
        let last = (first + AT_ONCE).min(count);
        for n in first..last {
            change.put(None, &meeting(n, count, now, &by)).unwrap();
        }
        change.write(keys::counter(&format!("{}/LH", WallTime::at(now).day().year())), &last).unwrap();
        desk.commit(change).unwrap();
        if commit % SYNC == SYNC - 1 {
            store.sync().unwrap();
        }
    }
    store.sync().unwrap();
    if count <= 1_000 {
        // What is written in another way than by its use cases is no other store.
        assert_eq!(check::check(store.as_ref()).unwrap().findings, []);
    }
}

/// Ministries that are made once and copied for each use.
pub(crate) struct Ministries {
    folder: PathBuf,
}

impl Ministries {
    pub(crate) fn in_folder(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Where the ministry of so many meetings lies; nobody may write there.
    fn made(&self, count: usize) -> PathBuf {
        let made = self.folder.join(count.to_string());
        if !made.exists() {
            let begun = std::time::Instant::now();
            let half = self.folder.join("half");
            let _ = fs::remove_dir_all(&half);
            make(&half, count);
            fs::rename(&half, &made).unwrap();
            eprintln!("{count} meetings made in {:.1} s", begun.elapsed().as_secs_f64());
        }
        made
    }

    /// A copy of the ministry of so many meetings, and where it lies.
    pub(crate) fn copy(&self, count: usize) -> (tempfile::TempDir, Target) {
        let copy = tempfile::tempdir_in(&self.folder).unwrap();
        let copied = Command::new("cp").arg("-a").arg(self.made(count).join("state")).arg(copy.path()).status().unwrap();
        assert!(copied.success());
        // Otherwise the first sync pays for the copy.
        assert!(Command::new("sync").arg("-f").arg(copy.path()).status().unwrap().success());
        let target = target(copy.path());
        (copy, target)
    }
}

/// Registers the `n`-th meeting that somebody enters now.
pub(crate) async fn add(client: &Client, n: usize) -> MeetingView {
    match client.call(Request::MeetingAdd { entry: Box::new(fresh(n)), submit: true }).await {
        Ok(Answer::Meeting(meeting)) => *meeting,
        other => panic!("{other:?}"),
    }
}
