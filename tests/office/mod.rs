//! The office's use cases at a desk of their own: a store in memory, a clock that is set, chance that is counted.

mod audit;
mod crash;
mod drafts;
mod due;
mod expanding;
mod intervening;
mod issuing;
mod lists;
mod mended;
mod numbers;
mod older;
mod past;
mod recalling;
mod receiving;
mod reckoning;
mod registry;
mod sending;
mod updating;
mod updating_chance;
mod warning;
mod workflow;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use lichhop::domain::account::Role;
use lichhop::domain::fault::{Fault, Rule};
use lichhop::domain::mailbox::{MailAddress, MailboxKind, MailboxRow, MailboxState};
use lichhop::domain::meeting::{Channel, Entry, InvitationMode, MeetingId, Urgency};
use lichhop::domain::office::{Office, Retry, Rules, Sender};
use lichhop::domain::order::IssueOrder;
use lichhop::domain::policy::Policy;
use lichhop::domain::text::{Line, Prose};
use lichhop::domain::time::WallTime;
use lichhop::domain::unit::{UnitCode, UnitRow};
use lichhop::mail::compose::Composer;
use lichhop::print::Typesetter;
use lichhop::store::MemoryStore;
use lichhop::usecase::access::Caller;
use lichhop::usecase::desk::{Desk, Surroundings};
use lichhop::usecase::ports::{
    Changes, Clock, Commit, Direction, Entry as StoreEntry, Outcome, Page, Random, Range, Rev, Store, StoreError,
};
use lichhop::usecase::{issue, meeting, registry as units};

/// Somebody who sees everything.
pub(crate) fn everything() -> Caller {
    Caller::new("admin", Role::Admin, [])
}

/// A clock that is set by the test, and moves on by so much with each look at it.
pub(crate) struct SetClock(pub(crate) Mutex<DateTime<Utc>>, pub(crate) Mutex<chrono::Duration>);

impl Clock for SetClock {
    fn now(&self) -> DateTime<Utc> {
        let mut now = self.0.lock().unwrap();
        *now += *self.1.lock().unwrap();
        *now
    }
}

/// Chance that is only different each time.
#[derive(Default)]
pub(crate) struct Counted(pub(crate) AtomicU64);

impl Random for Counted {
    fn bits(&self) -> u64 {
        self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed)
    }
}

/// A store that breaks off after so many commits, as a process does that is killed.
pub(crate) struct Fragile {
    pub(crate) inner: Arc<MemoryStore>,
    pub(crate) left: AtomicUsize,
}

impl Store for Fragile {
    fn get(&self, key: &[u8]) -> Result<Option<StoreEntry>, StoreError> {
        self.inner.get(key)
    }
    fn scan(&self, range: &Range, limit: usize, direction: Direction) -> Result<Page, StoreError> {
        self.inner.scan(range, limit, direction)
    }
    fn commit(&self, commit: &Commit) -> Result<Outcome, StoreError> {
        if self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_err() {
            return Err(StoreError::Unknown("killed".into()));
        }
        self.inner.commit(commit)
    }
    fn sync(&self) -> Result<(), StoreError> {
        self.inner.sync()
    }
    fn revision(&self) -> Rev {
        self.inner.revision()
    }
    fn changes(&self, prefix: &[u8], since: Rev, wait: Duration) -> Result<Changes, StoreError> {
        self.inner.changes(prefix, since, wait)
    }
}

/// An office with a desk.
pub(crate) struct Bench {
    pub(crate) memory: Arc<MemoryStore>,
    pub(crate) store: Arc<Fragile>,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) rules: Rules,
    pub(crate) desk: Desk,
}

pub(crate) fn code(raw: &str) -> UnitCode {
    UnitCode::parse(raw).unwrap()
}

pub(crate) fn line(raw: &str) -> Line {
    Line::parse(raw).unwrap()
}

pub(crate) fn prose(raw: &str) -> Prose {
    Prose::parse(raw).unwrap()
}

pub(crate) fn instant(raw: &str) -> DateTime<Utc> {
    raw.parse().unwrap()
}

pub(crate) fn rules() -> Rules {
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    Rules {
        office: Office {
            name: line("Bộ Văn hóa, Thể thao và Du lịch"), symbol: line("BVHTTDL"), place: line("Hà Nội"), rehearsal: false
        },
        unknown: None,
        approve_own: false,
        policy: Policy {
            domains: vec!["chinhphu.vn".into()],
            exceptions: BTreeMap::from([(code("TCDL"), vec!["gov.vn".into()])]),
            paper_until: NaiveDate::from_ymd_opt(2016, 6, 1).unwrap(),
        },
        sender: Sender { name: line("Văn phòng Bộ"), address: MailAddress::parse("congthongtindientu-vhttdl@chinhphu.vn").unwrap() },
        retry: Retry { steps: [1, 2, 5].map(minutes).to_vec(), then: minutes(60), give_up_after: minutes(60 * 24 * 5) },
        hold: Duration::ZERO,
        warn_after: minutes(4 * 60),
        verp: false,
    }
}

fn around(store: Arc<Fragile>, clock: Arc<SetClock>, rules: &Rules) -> Surroundings {
    Surroundings {
        store,
        rules: Arc::new(rules.clone()),
        clock,
        random: Arc::new(Counted::default()),
        typeset: Arc::new(Typesetter),
        compose: Arc::new(Composer),
    }
}

impl Bench {
    /// An office without units, on the morning of 3 May 2016.
    pub(crate) fn empty() -> Self {
        Self::on(Arc::new(MemoryStore::new()), rules())
    }

    pub(crate) fn on(memory: Arc<MemoryStore>, rules: Rules) -> Self {
        let clock = Arc::new(SetClock(Mutex::new(instant("2016-05-03T02:00:00Z")), Mutex::default()));
        let store = Arc::new(Fragile { inner: memory.clone(), left: AtomicUsize::new(usize::MAX) });
        let around = around(store.clone(), clock.clone(), &rules);
        Desk::make(&around).unwrap();
        let desk = Desk::open(around).unwrap();
        Self { memory, store, clock, rules, desk }
    }

    /// An office with a tree of units, each with an active shared mailbox.
    pub(crate) fn new() -> Self {
        let mut office = Self::empty();
        let names = [
            ("VP", "Văn phòng Bộ", ""),
            ("CDA", "Cục Điện ảnh", ""),
            ("VPC", "Vụ Pháp chế", ""),
            ("TCDL", "Tổng cục Du lịch", ""),
            ("TCDL-TTTT", "Trung tâm Thông tin Du lịch", "TCDL"),
        ];
        let rows: Vec<UnitRow> = names.iter().zip(2..).map(|((code, name, parent), line)| unit_row(line, code, name, parent)).collect();
        units::import_units(&mut office.desk, "lan", "units.csv", &rows, false).unwrap();
        let addresses = [
            ("VP", "vanphong-vhttdl@chinhphu.vn"),
            ("CDA", "cucdienanh-vhttdl@chinhphu.vn"),
            ("VPC", "vuphapche-vhttdl@chinhphu.vn"),
            ("TCDL", "vanthu@vietnamtourism.gov.vn"),
            ("TCDL-TTTT", "titc@vietnamtourism.gov.vn"),
        ];
        let rows: Vec<MailboxRow> = addresses.iter().zip(2..).map(|((unit, address), line)| mailbox_row(line, address, unit)).collect();
        units::import_mailboxes(&mut office.desk, "lan", "mailboxes.csv", &rows, false).unwrap();
        office
    }

    /// The same store after the process died: a new desk that finishes what was left.
    pub(crate) fn reopened(&self) -> Self {
        let store = Arc::new(Fragile { inner: self.memory.clone(), left: AtomicUsize::new(usize::MAX) });
        let mut desk = Desk::open(around(store.clone(), self.clock.clone(), &self.rules)).unwrap();
        lichhop::usecase::outbox::recover(&mut desk).unwrap();
        lichhop::usecase::job::recover(&mut desk).unwrap();
        Self { memory: self.memory.clone(), store, clock: self.clock.clone(), rules: self.rules.clone(), desk }
    }

    pub(crate) fn wait(&self, time: chrono::Duration) {
        *self.clock.0.lock().unwrap() += time;
    }

    /// From now on the clock moves by so much, forth or back, whenever it is looked at.
    pub(crate) fn let_time_pass(&self, step: chrono::Duration) {
        *self.clock.1.lock().unwrap() = step;
    }

    /// A meeting of 5 May 2016 in state `approved`.
    pub(crate) fn approved(&mut self, invited: &[&str]) -> MeetingId {
        let id = self.submitted(invited);
        meeting::approve(&mut self.desk, "minh", &id, Some(&prose("cùng phòng, đã thống nhất"))).unwrap();
        id
    }

    pub(crate) fn submitted(&mut self, invited: &[&str]) -> MeetingId {
        meeting::add(&mut self.desk, "lan", &entry(invited), true).unwrap().meeting.value.id
    }

    pub(crate) fn issued(&mut self, invited: &[&str]) -> MeetingId {
        let id = self.approved(invited);
        issue::issue(&mut self.desk, "minh", &order(&id)).unwrap();
        id
    }

    pub(crate) fn claim(&mut self) -> Result<lichhop::usecase::outbox::Claim, Fault> {
        let now = self.desk.now();
        lichhop::usecase::outbox::claim(
            &mut self.desk,
            now,
            lichhop::usecase::outbox::CLAIM_MAX,
            lichhop::usecase::outbox::Looked::default(),
        )
    }

    /// That nothing in the store contradicts anything else.
    pub(crate) fn assert_sound(&self) {
        let report = lichhop::usecase::check::check(self.memory.as_ref()).unwrap();
        assert_eq!(report.findings, [], "the store contradicts itself");
    }
}

pub(crate) fn unit_row(line_number: u32, unit: &str, name: &str, parent: &str) -> UnitRow {
    UnitRow {
        line: line_number,
        code: code(unit),
        name: Some(line(name)),
        parent: UnitCode::parse(parent).ok(),
        kind: None,
        mail_domain: None,
    }
}

pub(crate) fn mailbox_row(line_number: u32, address: &str, unit: &str) -> MailboxRow {
    MailboxRow {
        line: line_number,
        address: MailAddress::parse(address).unwrap(),
        kind: Some(MailboxKind::Shared),
        unit: Some(code(unit)),
        owner: None,
        custodian: None,
        state: Some(MailboxState::Active),
        quota_mb: None,
        primary: None,
    }
}

pub(crate) fn entry(invited: &[&str]) -> Entry {
    Entry {
        title: line("Họp rà soát việc sử dụng hộp thư điện tử công vụ"),
        start: WallTime::parse("2016-05-05 14:00", DateTime::UNIX_EPOCH).unwrap(),
        end: None,
        place: line("Phòng họp tầng 2, số 51 Ngô Quyền"),
        online: None,
        chair: line("Thứ trưởng Đặng Thị Bích Liên"),
        unit: code("VP"),
        invited: invited.iter().map(|unit| code(unit)).collect(),
        prepared_by: vec![],
        content: Some(prose("Đề nghị các đơn vị chuẩn bị báo cáo.")),
        urgency: Urgency::Normal,
        mode: InvitationMode::Own,
    }
}

pub(crate) fn order(id: &MeetingId) -> IssueOrder {
    IssueOrder {
        id: id.clone(),
        without: vec![],
        reason: None,
        override_reason: Some(prose("đã thống nhất")),
        channel: Channel::Electronic,
    }
}

/// The rule that refused.
pub(crate) fn refusal(fault: Fault) -> Rule {
    match fault {
        Fault::Refused { rule } => *rule,
        other => panic!("not refused by a rule: {other:?}"),
    }
}
