//! The host as its clients meet it: one process, a real store, a relay that answers as the test says.

mod access;
mod background;
mod changes;
mod damaged;
mod drafts;
mod faults;
mod flushing;
mod keeping;
mod life;
mod pacing;
mod past;
mod relay;
mod remote;
mod returning;
mod standing;
mod together;
mod warning;
mod writing;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use lichhop::client::{self, Client, Target};
use lichhop::domain::meeting::{Channel, Entry, InvitationMode, MeetingId, Urgency};
use lichhop::domain::order::IssueOrder;
use lichhop::domain::outbox::ItemState;
use lichhop::domain::text::{Line, Prose};
use lichhop::domain::time::WallTime;
use lichhop::domain::unit::UnitCode;
use lichhop::host::{Host, Options};
use lichhop::wire::reply::{Answer, FlushReport, ItemView, MeetingView};
use lichhop::wire::request::{Import, Request};

/// A state directory with the sample ministry in it.
pub(crate) struct House {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) client: Client,
    pub(crate) target: Target,
}

/// The instant at which the clock of these tests stands.
pub(crate) const NOW: &str = "2016-05-03T02:00:00Z";

impl House {
    /// Opens one whose mail goes to `port` over so many connections.
    pub(crate) async fn with_relay(port: u16, connections: usize) -> Self {
        Self::with(&format!("relay = \"smtp://127.0.0.1:{port}\"\nconnections = {connections}\n")).await
    }

    pub(crate) async fn with(mail: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        std::fs::write(&file, format!("[workflow]\napprove_own = true\n[mail]\n{mail}")).unwrap();
        let config = Arc::new(lichhop::config::load(Some(&file)).unwrap());
        let target = Target { state: folder.path().join("state"), config, frozen: Some(NOW.parse().unwrap()), socket: None };
        assert!(client::init(&target, None).await.unwrap().created);
        let client = client::open(&target).await.unwrap();
        let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/samples");
        let units = lichhop::import::units(&samples.join("units.csv")).unwrap().rows;
        let import = |rows| Import { rows, source: "units.csv".into(), check_only: false };
        client.call(Request::UnitImport(import(units))).await.unwrap();
        let rows = lichhop::import::mailboxes(&samples.join("mailboxes.csv")).unwrap().rows;
        client.call(Request::MailboxImport(Import { rows, source: "mailboxes.csv".into(), check_only: false })).await.unwrap();
        Self { folder, client, target }
    }

    /// Lets go of the store and opens it again, with the clock at another instant.
    pub(crate) async fn reopened(self, now: DateTime<Utc>) -> Self {
        self.client.close().await;
        let target = Target { frozen: Some(now), ..self.target };
        let client = client::open(&target).await.unwrap();
        Self { folder: self.folder, client, target }
    }

    /// The store in the hands of a host that the test asks in the name of anybody; the client has another one from now on.
    pub(crate) async fn host(&mut self) -> Arc<Host> {
        let elsewhere = Target { state: self.folder.path().join("other"), ..self.target.clone() };
        client::init(&elsewhere, None).await.unwrap();
        let other = client::open(&elsewhere).await.unwrap();
        std::mem::replace(&mut self.client, other).close().await;
        let options = Options {
            state: self.target.state.clone(),
            config: self.target.config.clone(),
            frozen: self.target.frozen,
            wait: Duration::ZERO,
        };
        Arc::new(tokio::task::spawn_blocking(move || Host::open(&options)).await.unwrap().unwrap())
    }

    pub(crate) async fn meeting(&self, request: Request) -> MeetingView {
        match self.client.call(request).await.unwrap() {
            Answer::Meeting(meeting) => *meeting,
            other => panic!("{other:?}"),
        }
    }

    /// Issues a meeting to these units; gives its id.
    pub(crate) async fn issued(&self, invited: &[&str]) -> MeetingId {
        let id = self.meeting(Request::MeetingAdd { entry: Box::new(entry(invited)), submit: true }).await.id;
        let reason = Prose::parse("đã thống nhất").ok();
        self.meeting(Request::MeetingApprove { id: id.clone(), override_reason: reason.clone() }).await;
        let order = IssueOrder { id: id.clone(), without: vec![], reason: None, override_reason: reason, channel: Channel::Electronic };
        self.meeting(Request::MeetingIssue(order)).await;
        id
    }

    pub(crate) async fn flush(&self) -> FlushReport {
        match self.client.call(Request::flush()).await.unwrap() {
            Answer::Flushed(report) => report,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn items(&self) -> Vec<ItemView> {
        match self.client.call(Request::OutboxList { state: None }).await.unwrap() {
            Answer::Items(items) => items,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn states(&self) -> Vec<ItemState> {
        self.items().await.into_iter().map(|item| item.state).collect()
    }

    pub(crate) async fn assert_sound(&self) {
        match self.client.call(Request::Check).await.unwrap() {
            Answer::Checked(report) => assert_eq!(report.findings, []),
            other => panic!("{other:?}"),
        }
    }
}

pub(crate) fn entry(invited: &[&str]) -> Entry {
    let line = |text: &str| Line::parse(text).unwrap();
    Entry {
        title: line("Họp rà soát việc sử dụng hộp thư điện tử công vụ"),
        start: WallTime::parse("2016-05-05 14:00", DateTime::UNIX_EPOCH).unwrap(),
        end: None,
        place: line("51 Ngô Quyền"),
        online: None,
        chair: line("Thứ trưởng phụ trách"),
        unit: UnitCode::parse("VP").unwrap(),
        invited: invited.iter().map(|code| UnitCode::parse(code).unwrap()).collect(),
        prepared_by: vec![],
        content: None,
        urgency: Urgency::Normal,
        mode: InvitationMode::Own,
    }
}
