//! A failure with one message, as a row of a table: phase, reason, fate, what becomes of the connection, what the relay heard,
//! and what the outbox makes of it.

use chrono::{DateTime, Duration, Utc};
use lichhop::config::defaults;
use lichhop::domain::dispatch::{DispatchKind, ItemId};
use lichhop::domain::mailbox::MailAddress;
use lichhop::domain::meeting::MeetingId;
use lichhop::domain::outbox::{self, Item, ItemState};
use lichhop::domain::text::Line;
use lichhop::domain::unit::UnitCode;
use lichhop::mail::driver::{Fail, Fate, Limits, Phase};
use lichhop::mail::verdict::{self, Trouble, Verdict};

use super::server::{Do, Server};
use super::{MESSAGE, hello, kind, open_and_send, patient, relay, up_to_body};

/// What the outbox makes of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// The same message goes over a new connection at once.
    Again,
    /// Final for this message.
    Failed,
    /// This message is tried again after the first wait; it surely did not arrive.
    Later,
    /// As [`Then::Later`], but it may have arrived.
    LaterPerhapsTwice,
    /// The relay cannot be reached; the message keeps its place.
    Unreachable,
    /// The relay is paused; the message keeps its place, behind the others when it was its turn.
    Paused,
    /// The relay refuses our credentials; the message keeps its place.
    Credentials,
}

/// A message that was tried once before, and the instant at which it is tried again.
pub(super) fn item() -> (Item, DateTime<Utc>) {
    let now = "2016-05-03T02:00:00Z".parse().unwrap();
    let address = |text| MailAddress::parse(text).unwrap();
    let item = Item {
        id: ItemId::parse("T1-1").unwrap(),
        meeting: MeetingId::new(2016, 1),
        kind: DispatchKind::Request,
        unit: UnitCode::parse("CDA").unwrap(),
        unit_name: Line::parse("Cục Điện ảnh").unwrap(),
        to: address("an@vu.gov.vn"),
        from: address("office@bo.gov.vn"),
        subject: Line::parse("Giấy mời").unwrap(),
        message_id: "one@bo.gov.vn".to_owned(),
        state: ItemState::Deferred,
        attempts: 1,
        panics: 0,
        next_attempt: Some(now - Duration::seconds(9)),
        last_error: None,
        uncertain: false,
        interrupted: false,
        queued_at: now - Duration::minutes(2),
        sent_at: None,
        expires_at: now + Duration::days(2),
        reason: None,
        after: None,
        superseded_by: None,
        wish: None,
        notice: lichhop::domain::dispatch::Notice::default(),
        told: false,
        about: None,
        bounce: None,
        size: 45,
    };
    (item, now)
}

/// What the outbox makes of a failure; the places in the queue and the waits are looked at here.
#[track_caller]
pub(super) fn then(fail: &Fail) -> Then {
    let (item, now) = item();
    // Of 401 chances the one in the middle: the wait as it is configured.
    let verdict = verdict::judge(fail, &item, now, &defaults().rules.retry, 200);
    if let Verdict::Relay { fate, .. } = &verdict {
        let due = if fail.phase >= Phase::Check { now + Duration::milliseconds(1) } else { item.next_attempt.unwrap() };
        assert_eq!(*fate, outbox::Fate::Released { due }, "{fail}: its place");
    }
    if let Verdict::Item(outbox::Fate::Deferred { next, failure, .. }) = &verdict {
        assert_eq!(*next, now + Duration::minutes(2), "{fail}: the wait after a second attempt");
        assert_eq!(failure.code, fail.code());
    }
    match verdict {
        Verdict::Reconnect => Then::Again,
        Verdict::Item(outbox::Fate::Failed { .. }) => Then::Failed,
        Verdict::Item(outbox::Fate::Deferred { uncertain: false, .. }) => Then::Later,
        Verdict::Item(outbox::Fate::Deferred { uncertain: true, .. }) => Then::LaterPerhapsTwice,
        Verdict::Relay { trouble: Trouble::Unreachable(_), .. } => Then::Unreachable,
        Verdict::Relay { trouble: Trouble::SentAway(_), .. } => Then::Paused,
        Verdict::Relay { trouble: Trouble::Credentials(_), .. } => Then::Credentials,
        Verdict::Item(other) => panic!("{fail}: {other:?}"),
    }
}

/// Looks at a failure before the first message: it is the relay's in every case.
#[track_caller]
pub(super) fn assert_before(fail: &Fail, phase: Phase, why: &str, expected: Then) {
    assert_eq!((fail.phase, kind(&fail.why).as_str(), fail.fate()), (phase, why, Fate::NotSent), "{fail}");
    assert!(fail.concerns_relay() && !fail.reconnect_at_once(), "{fail}");
    assert_eq!(then(fail), expected, "{fail}");
}

/// What is said before the step that goes wrong.
pub(super) fn before(phase: Phase) -> Vec<Do> {
    let mut steps = hello("");
    let commands = match phase {
        Phase::Mail => 1,
        Phase::Rcpt => 3,
        Phase::Data => 5,
        _ => 6,
    };
    steps.extend(up_to_body().into_iter().take(commands));
    if phase == Phase::Dot {
        steps.push(Do::Body);
    }
    steps
}

/// A row of a table.
pub(super) struct Case {
    name: String,
    script: Vec<Do>,
    message: Vec<u8>,
    limits: fn(&mut Limits),
    expected: (Phase, &'static str, Fate, Then),
    kept: bool,
    /// Commands the relay heard, each by its first word.
    heard: &'static str,
    bodies: usize,
}

/// A failure that ends the connection, after which the relay heard nothing more.
pub(super) fn case(name: &str, script: Vec<Do>, phase: Phase, why: &'static str, fate: Fate, then: Then) -> Case {
    let heard = match phase {
        Phase::Greeting => "",
        Phase::Ehlo | Phase::Check => "EHLO",
        Phase::Mail => "EHLO MAIL",
        Phase::Rcpt => "EHLO MAIL RCPT",
        _ => "EHLO MAIL RCPT DATA",
    };
    let name = format!("{name} ({phase})");
    let (message, bodies) = (MESSAGE.to_vec(), usize::from(phase == Phase::Dot));
    Case { name, script, message, limits: |_| {}, expected: (phase, why, fate, then), kept: false, heard, bodies }
}

impl Case {
    /// The connection comes back; RSET was said when anything was.
    pub(super) fn kept(mut self, heard: &'static str) -> Self {
        self.kept = true;
        self.heard = heard;
        self
    }

    pub(super) fn hearing(mut self, heard: &'static str) -> Self {
        self.heard = heard;
        self
    }

    pub(super) fn limits(mut self, limits: fn(&mut Limits)) -> Self {
        self.limits = limits;
        self
    }

    pub(super) fn message(mut self, message: Vec<u8>, bodies: usize) -> Self {
        self.message = message;
        self.bodies = bodies;
        self
    }

    async fn run(self) {
        let Self { name, script, message, limits: change, expected, kept, heard, bodies } = self;
        let reads_all = !script.iter().any(|step| matches!(step, Do::Taste | Do::Wait | Do::Drip(_)));
        let server = Server::start(vec![script], None);
        let mut limits = patient();
        change(&mut limits);
        let start = tokio::time::Instant::now();
        let (connection, sent) = open_and_send(&relay(server.port, limits), &message).await;
        assert!(start.elapsed() < patient().command / 2, "{name}: waited for something that was not its own limit");
        let fail = sent.expect_err(&name);
        let (phase, why, fate, judged) = expected;
        assert_eq!((fail.phase, kind(&fail.why).as_str(), fail.fate()), (phase, why, fate), "{name}");
        assert_eq!(then(&fail), judged, "{name}");
        // The one trouble of the relay that one message alone does not tell is a refused sender.
        let relays = matches!(judged, Then::Unreachable | Then::Paused | Then::Credentials);
        let senders = phase == Phase::Mail && judged == Then::Paused && fail.code() != Some(421);
        assert_eq!(fail.concerns_relay(), relays && !senders, "{name}: whom it concerns");
        assert_eq!(connection.is_some(), kept, "{name}: the connection");
        assert!(!fail.reconnect_at_once(), "{name}: a first message never asks to reconnect");
        drop(connection);
        server.go();
        let there = server.finish_one().await;
        let words: Vec<&str> = there.lines.iter().map(|line| line.split([' ', ':']).next().unwrap()).collect();
        assert_eq!(words.join(" "), heard, "{name}: what the relay heard");
        assert_eq!(there.bodies.len(), bodies, "{name}: messages at the relay");
        assert!(!reads_all || there.rest.is_empty(), "{name}: no QUIT, no RSET, no dot: {:?}", String::from_utf8_lossy(&there.rest));
    }
}

/// Plays all rows at once.
pub(super) async fn run(cases: Vec<Case>) {
    let cases: Vec<_> = cases.into_iter().map(|case| tokio::spawn(case.run())).collect();
    for case in cases {
        case.await.unwrap();
    }
}
