//! What the command line says: in both languages, in tables and in JSON, and with which exit code.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod commands;
mod exits;
mod json;
mod keys;
pub(crate) mod reference;
mod sentences;

use std::ffi::OsString;
use std::path::Path;

use chrono::{DateTime, Utc};
use lichhop::cli::{self, context::View, env::Env, output::Style};
use lichhop::domain::conflict::{Conflict, ConflictKind, Severity};
use lichhop::domain::mailbox::MailAddress;
use lichhop::domain::meeting::{Event, InvitationMode, MeetingId, MeetingState, Replaced, Urgency};
use lichhop::domain::outbox::{Failure, ItemState, Reason};
use lichhop::domain::text::{Line, Prose};
use lichhop::domain::time::WallTime;
use lichhop::domain::unit::UnitCode;
use lichhop::domain::workflow::Action;
use lichhop::i18n::Lang;
use lichhop::wire::reply::{ItemView, MeetingView, Replies, Warning};

/// An escape sequence as an attacker would put it into a value.
pub(super) const ATTACK: &str = "\u{1b}]0;x\u{7}\u{1b}[2J\u{202e}";

/// What a command line did.
pub(super) struct Ran {
    pub(super) out: String,
    pub(super) err: String,
    pub(super) code: u8,
}

/// A home of its own, in which command lines run.
pub(super) struct Home {
    pub(super) folder: tempfile::TempDir,
    columns: Option<usize>,
}

impl Home {
    pub(super) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), columns: None }
    }

    /// The same with a terminal of so many columns at stdout.
    pub(super) fn with_terminal(columns: usize) -> Self {
        Self { columns: Some(columns), ..Self::new() }
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn write(&self, name: &str, text: &str) -> String {
        let file = self.path().join(name);
        std::fs::write(&file, text).unwrap();
        file.display().to_string()
    }

    pub(super) fn run(&self, args: &[&str]) -> Ran {
        self.run_in(&[], args)
    }

    pub(super) fn run_in(&self, vars: &[(&str, &str)], args: &[&str]) -> Ran {
        let home = ("HOME", self.path().to_str().unwrap());
        let mut env = Env::with([home].iter().chain(vars).copied());
        env.columns = self.columns;
        let args: Vec<OsString> = ["lichhop"].iter().chain(args).map(OsString::from).collect();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let exit = runtime.block_on(cli::run_with(args, &env, &mut out, &mut err));
        Ran { out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap(), code: exit.code() }
    }

    /// As [`Home::run`], for what must be done.
    pub(super) fn done(&self, args: &[&str]) -> String {
        let ran = self.run(args);
        assert_eq!(ran.code, 0, "{args:?}: {}{}", ran.out, ran.err);
        ran.out
    }
}

pub(super) fn line(text: &str) -> Line {
    Line::parse(text).unwrap()
}

pub(super) fn code(text: &str) -> UnitCode {
    UnitCode::parse(text).unwrap()
}

pub(super) fn address(text: &str) -> MailAddress {
    MailAddress::parse(text).unwrap()
}

pub(super) fn time(text: &str) -> WallTime {
    WallTime::parse(text, DateTime::UNIX_EPOCH).unwrap()
}

pub(super) fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(super) fn view(lang: Lang, json: bool, width: Option<usize>) -> View {
    View { lang, json, style: Style { color: false, width }, now: instant("2016-05-02T01:00:00Z") }
}

pub(super) fn conflict() -> Conflict {
    Conflict {
        kind: ConflictKind::Room,
        severity: Severity::Hard,
        with: MeetingId::new(2016, 2),
        state: MeetingState::Approved,
        title: line("Họp giao ban"),
        unit: code("VHCS"),
        start: time("2016-05-05 15:00"),
        until: time("2016-05-05 17:00"),
        claimed: line("Phòng họp tầng 2"),
    }
}

pub(super) fn meeting() -> MeetingView {
    MeetingView {
        id: MeetingId::new(2016, 1),
        title: line("Họp rà soát hộp thư điện tử công vụ"),
        start: time("2016-05-05 14:00"),
        end: Some(time("2016-05-05 16:30")),
        place: line("Phòng họp tầng 2"),
        room: None,
        online: None,
        chair: line("Chánh Văn phòng"),
        unit: code("VP"),
        invited: vec![code("CĐA"), code("VHCS")],
        people: vec![],
        prepared_by: vec![],
        content: Some(Prose::parse("Mang theo báo cáo.\nGửi trước một ngày.").unwrap()),
        agenda: vec![],
        urgency: Urgency::Urgent,
        mode: InvitationMode::Own,
        state: MeetingState::Issued,
        number: Some("05/GM-BVHTTDL".into()),
        issued_on: Some(time("2016-05-03 08:00").day()),
        without: vec![],
        replaces: vec![Replaced { number: "04/GM-BVHTTDL".into(), date: time("2016-05-02 08:00").day() }],
        voided: Vec::new(),
        sequence: 1,
        revision: 4,
        conflicts: vec![conflict()],
        replies: Replies { pending: 2, ..Replies::default() },
        history: vec![Event { at: instant("2016-05-02T01:00:00Z"), by: "lan".into(), action: Action::Register, reason: None }],
        queued: None,
        warnings: vec![Warning::PaperToo { units: 2 }],
    }
}

pub(super) fn failure() -> Failure {
    Failure { phase: "rcpt".into(), code: Some(450), enhanced: Some("4.2.1".into()), text: format!("mailbox busy{ATTACK}") }
}

pub(super) fn item() -> ItemView {
    ItemView {
        id: "T12-3".into(),
        meeting: MeetingId::new(2016, 1),
        kind: "request".into(),
        notice: None,
        unit: code("CĐA"),
        to: address("cda@chinhphu.vn"),
        subject: line("[GIẤY MỜI] 05/GM-BVHTTDL"),
        state: ItemState::Deferred,
        attempts: 2,
        next_attempt: Some(instant("2016-05-03T02:00:00Z")),
        last_error: Some(failure()),
        bounce: None,
        message_id: "<a@chinhphu.vn>".into(),
        queued_at: instant("2016-05-03T01:00:00Z"),
        sent_at: None,
        reason: Some(Reason::Expired),
    }
}
