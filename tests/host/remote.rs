//! Several processes on one store: who comes first is the host, the others come by its socket.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use lichhop::client::{self, Changes, Client, Heard, Target};
use lichhop::domain::fault::{Fault, HostFault};
use lichhop::domain::meeting::MeetingId;
use lichhop::domain::request::RequestId;
use lichhop::domain::text::Prose;
use lichhop::wire::change::ChangeKind;
use lichhop::wire::frame::{self, Ask, Assembly, Tell, Welcome};
use lichhop::wire::reply::{Answer, MeetingView, Reply};
use lichhop::wire::request::{EntryChanges, MeetingFilter, RecordKind, ReplaceOrder, Replacing, Request};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;
use tokio_util::codec::Framed;

use super::{House, entry};

const LONG: Duration = Duration::from_mins(1);

async fn served() -> House {
    let house = House::with("relay = \"maildir:mail\"\n").await;
    house.client.serve();
    house
}

fn add() -> Request {
    Request::MeetingAdd { entry: Box::new(entry(&["CDA"])), submit: true }
}

fn meeting(reply: Reply) -> MeetingView {
    match reply.unwrap() {
        Answer::Meeting(meeting) => *meeting,
        other => panic!("{other:?}"),
    }
}

async fn ids(client: &Client) -> Vec<MeetingId> {
    match client.call(Request::MeetingList(MeetingFilter::default())).await.unwrap() {
        Answer::Meetings(meetings) => meetings.into_iter().map(|meeting| meeting.id).collect(),
        other => panic!("{other:?}"),
    }
}

async fn told(changes: &mut Changes) -> Vec<ChangeKind> {
    tokio::time::timeout(LONG, changes.next()).await.expect("nothing is told").expect("it has ended").kinds
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_passes_over_the_socket_as_it_is() {
    let house = served().await;
    let id = house.issued(&["CDA", "VPC"]).await;
    let other = client::open(&house.target).await.unwrap();
    assert!(!other.stop(), "it is not the host");
    assert_eq!(other.now(), house.client.now());
    let item = lichhop::domain::dispatch::ItemId::parse(&house.items().await[0].id).unwrap();
    let text = lichhop::domain::text::Line::parse("hộp thư").unwrap();
    let unit = lichhop::domain::unit::UnitCode::parse("CDA").unwrap();
    let unknown = MeetingId::new(2016, 999);
    for request in [
        Request::UnitList,
        Request::UnitShow(unit.clone()),
        Request::MailboxList,
        Request::MeetingList(MeetingFilter::default()),
        Request::MeetingShow(id.clone()),
        Request::MeetingShow(unknown),
        Request::Week { week: None, unit: Some(unit) },
        Request::WeekCalendar { week: None, unit: None },
        Request::OutboxList { state: None },
        Request::OutboxShow(item),
        Request::OutboxWhy(item),
        Request::OutboxStatus,
        Request::Search { text: text.clone(), kind: None },
        Request::Search { text, kind: Some(RecordKind::Meeting) },
        Request::DraftList,
        Request::AuditVerify,
        Request::Check,
        Request::Invitation { id, format: lichhop::wire::request::InvitationFormat::Eml, to: None },
    ] {
        let what = format!("{request:?}");
        let ours = house.client.call(request.clone()).await;
        assert_eq!(other.call(request).await, ours, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_do_is_told_to_everybody() {
    let house = served().await;
    let other = client::open(&house.target).await.unwrap();
    let third = client::open(&house.target).await.unwrap();
    let mut changes = [house.client.changes(), other.changes(), third.changes()];
    // Whoever was answered follows already.
    third.call(Request::OutboxStatus).await.unwrap();
    let id = meeting(other.call(add()).await).id;
    for changes in &mut changes {
        assert_eq!(told(changes).await, [ChangeKind::Meetings(vec![id.clone()])]);
    }
    assert_eq!(ids(&third).await, [id]);
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_host_goes_another_takes_its_place() {
    let House { folder, client: first, target } = served().await;
    let second = client::open(&target).await.unwrap();
    second.serve();
    let third = client::open(&target).await.unwrap();
    let mut changes = third.changes();
    // Whoever was answered follows already.
    assert_eq!(ids(&third).await, []);
    let id = meeting(second.call(add()).await).id;
    assert_eq!(told(&mut changes).await, [ChangeKind::Meetings(vec![id.clone()])]);
    first.close().await;
    assert_eq!(ids(&second).await, std::slice::from_ref(&id));
    assert!(second.stop(), "now it is the host");
    assert_eq!(told(&mut changes).await, [ChangeKind::Everything]);
    assert_eq!(ids(&third).await, [id]);
    assert!(!third.stop());
    second.close().await;
    third.close().await;
    assert!(!folder.path().join("state/host.sock").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_lies_elsewhere_is_found_by_who_has_the_state() {
    let mut house = House::with("relay = \"maildir:mail\"\n").await;
    let far = house.folder.path().join("a".repeat(120)).join("host.sock");
    house.target.socket = Some(far.clone());
    house.client.close().await;
    let first = client::open(&house.target).await.unwrap();
    first.serve();
    assert!(far.exists());
    let elsewhere = client::Target { socket: None, ..house.target.clone() };
    for target in [&house.target, &elsewhere] {
        assert!(!client::open(target).await.unwrap().stop());
    }
    first.close().await;
    assert!(!far.exists());
    assert!(client::open(&elsewhere).await.unwrap().stop());
}

/// A client of the test's own making.
struct Raw {
    frames: Framed<UnixStream, tokio_util::codec::LengthDelimitedCodec>,
}

impl Raw {
    async fn knocking(state: &Path) -> Self {
        let stream = UnixStream::connect(state.join("host.sock")).await.unwrap();
        Self { frames: Framed::new(stream, frame::codec()) }
    }

    async fn greeted(state: &Path) -> Self {
        let mut raw = Self::knocking(state).await;
        raw.frames.send(frame::hello()).await.unwrap();
        let greeting = raw.next().await.unwrap();
        let welcome: Result<Welcome, Fault> = frame::decode(frame::greeted(&greeting).unwrap()).unwrap();
        assert!(!welcome.unwrap().user.is_empty());
        raw
    }

    async fn next(&mut self) -> Option<Vec<u8>> {
        let next = tokio::time::timeout(LONG, self.frames.next()).await.expect("nothing comes");
        next.and_then(Result::ok).map(|frame| frame.to_vec())
    }

    async fn say(&mut self, ask: &Ask) {
        for piece in frame::pieces(&frame::encode(ask).unwrap()) {
            self.frames.send(piece).await.unwrap();
        }
    }

    async fn call(&mut self, id: RequestId, request: Request) -> Reply {
        self.say(&Ask::Call { call: 7, id, request: Box::new(request) }).await;
        let mut assembly = Assembly::new(frame::MAX_TOLD);
        loop {
            let piece = self.next().await.unwrap();
            let Some(message) = assembly.take(&piece).unwrap() else { continue };
            match frame::decode(&message).unwrap() {
                Tell::Reply { call: 7, reply } => return *reply,
                other => panic!("{other:?}"),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_repeated_is_done_once() {
    let house = served().await;
    let id = RequestId(*b"sixteen bytes of");
    let first = meeting(Raw::greeted(&house.target.state).await.call(id, add()).await);
    let again = meeting(Raw::greeted(&house.target.state).await.call(id, add()).await);
    assert_eq!(again, first);
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/samples");
    let mut rows = lichhop::import::mailboxes(&samples.join("mailboxes.csv")).unwrap().rows;
    rows.truncate(2);
    for row in &mut rows {
        row.quota_mb = Some(77);
    }
    let import = Request::MailboxImport(lichhop::wire::request::Import { rows, source: "m.csv".into(), check_only: false });
    let number = RequestId([9; 16]);
    let imported = Raw::greeted(&house.target.state).await.call(number, import.clone()).await.unwrap();
    assert!(matches!(&imported, Answer::Imported(imported) if imported.changed == 2), "{imported:?}");
    // Also by the next host.
    let house = house.reopened(super::NOW.parse().unwrap()).await;
    house.client.serve();
    let mut raw = Raw::greeted(&house.target.state).await;
    assert_eq!(meeting(raw.call(id, add()).await), first);
    assert_eq!(raw.call(number, import).await, Ok(imported));
    assert_eq!(ids(&house.client).await, [first.id]);
    house.assert_sound().await;
}

/// Whoever asks again for what replaces an invitation, or postpones it, gets the same answer and uses no second number.
#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_is_repeated_is_done_once() {
    let house = served().await;
    let id = house.issued(&["CDA"]).await;
    let replace = Request::MeetingReplace(Box::new(ReplaceOrder {
        id: id.clone(),
        way: Replacing::Replace,
        changes: EntryChanges::default(),
        invited: None,
        without: vec![],
        reason: Prose::parse("Sửa lỗi").unwrap(),
        override_reason: None,
        expected: None,
    }));
    let postpone = Request::MeetingPostpone { id: id.clone(), reason: Prose::parse("Chờ ý kiến").unwrap() };
    for (n, request) in [(1, replace), (2, postpone)] {
        let number = RequestId([n; 16]);
        let first = meeting(Raw::greeted(&house.target.state).await.call(number, request.clone()).await);
        let again = meeting(Raw::greeted(&house.target.state).await.call(number, request).await);
        assert_eq!((again.revision, again.number.as_deref(), again.replaces.len()), (first.revision, Some("02/GM-BVHTTDL"), 1));
        assert!(first.queued.is_some() && again.queued.is_some());
    }
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_version_is_told_which_this_is() {
    let house = served().await;
    let mut raw = Raw::knocking(&house.target.state).await;
    raw.frames.send(Bytes::from_static(b"lichhop/\xff\xff\x059.9.9")).await.unwrap();
    let greeting = raw.next().await.unwrap();
    assert!(frame::greeted(&greeting).is_ok());
    assert_eq!(raw.next().await, None, "nothing else is said");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_nonsense_is_let_go_and_others_do_not_notice() {
    let house = served().await;
    let other = client::open(&house.target).await.unwrap();
    let state = house.target.state.clone();
    for nonsense in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0xff; 64], &[0, 0, 0, 0], &[0, 0, 0, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9]] {
        let mut stream = UnixStream::connect(state.join("host.sock")).await.unwrap();
        stream.write_all(nonsense).await.unwrap();
        let read = tokio::time::timeout(LONG, stream.read(&mut [0; 64])).await.expect("it is not let go");
        assert!(matches!(read, Ok(0) | Err(_)), "{nonsense:?}");
    }
    for nonsense in [&b"\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"[..], b"\x02x", b"", b"\x01"] {
        let mut raw = Raw::greeted(&state).await;
        raw.frames.send(Bytes::copy_from_slice(nonsense)).await.unwrap();
        assert_eq!(raw.next().await, None, "{nonsense:?}");
    }
    // More than a message may have.
    let mut raw = Raw::greeted(&state).await;
    let piece = Bytes::from([vec![0], vec![7; frame::MAX_FRAME - 1]].concat());
    let mut sent = 0;
    while raw.frames.send(piece.clone()).await.is_ok() {
        sent += piece.len();
        assert!(sent < 4 * frame::MAX_ASKED, "nobody stops it");
    }
    meeting(other.call(add()).await);
    assert_eq!(ids(&house.client).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn thousands_who_only_knock_keep_nobody_out() {
    let house = served().await;
    let path = house.target.state.join("host.sock");
    let knocking = tokio::spawn(async move {
        let mut knocked = Vec::new();
        for _ in 0..4_000 {
            // As many as this process may open at once.
            if knocked.len() == 200 {
                knocked.clear();
            }
            knocked.push(UnixStream::connect(&path).await.unwrap());
        }
        knocked
    });
    let other = client::open(&house.target).await.unwrap();
    let mut added = 0;
    while !knocking.is_finished() {
        meeting(other.call(add()).await);
        let fresh = client::open(&house.target).await.unwrap();
        assert!(!fresh.stop());
        added += 1;
        assert_eq!(ids(&fresh).await.len(), added);
    }
    drop(knocking.await.unwrap());
    assert!(added > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_never_reads_holds_nobody_up() {
    let house = served().await;
    let mut deaf = Raw::greeted(&house.target.state).await;
    // Until his own requests are not taken any more.
    let mut said = 0u64;
    loop {
        let ask = Ask::Call { call: said, id: RequestId([0; 16]), request: Box::new(Request::UnitList) };
        let piece = frame::pieces(&frame::encode(&ask).unwrap()).next().unwrap();
        match tokio::time::timeout(Duration::from_secs(1), deaf.frames.send(piece)).await {
            Ok(Ok(())) => said += 1,
            Ok(Err(_)) | Err(_) => break,
        }
        assert!(said < 1_000_000, "everything is taken from who reads nothing");
    }
    let other = client::open(&house.target).await.unwrap();
    meeting(other.call(add()).await);
    assert_eq!(ids(&other).await.len(), 1);
}

/// A host of the test's own making that takes one request and goes away with it; tells its number.
async fn taken_away(listener: &tokio::net::UnixListener) -> RequestId {
    let (stream, _) = tokio::time::timeout(LONG, listener.accept()).await.expect("nobody comes").unwrap();
    let mut raw = Raw { frames: Framed::new(stream, frame::codec()) };
    raw.next().await.unwrap();
    let welcome = Welcome { user: "lan".into(), frozen: None, repairs: vec![] };
    raw.frames.send(frame::welcome(&Ok(welcome)).unwrap()).await.unwrap();
    let mut assembly = Assembly::new(frame::MAX_ASKED);
    loop {
        let piece = raw.next().await.unwrap();
        let Some(message) = assembly.take(&piece).unwrap() else { continue };
        if let Ask::Call { id, .. } = frame::decode(&message).unwrap() {
            return id;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_lost_is_asked_again_under_its_number() {
    let house = served().await;
    let target = service(&house);
    house.client.close().await;
    let mut numbers = Vec::new();
    let mut other: Option<Client> = None;
    for request in [add(), add(), Request::MeetingAdd { entry: Box::new(entry(&["VPC"])), submit: true }] {
        let path = target.socket.clone().unwrap();
        let listener = tokio::net::UnixListener::bind(&path).unwrap();
        let taken = tokio::spawn(async move {
            let id = taken_away(&listener).await;
            // Nobody else is let in, nor finds the door.
            std::fs::remove_file(path).unwrap();
            id
        });
        let client = match other.take() {
            Some(client) => client,
            None => client::open(&target).await.unwrap(),
        };
        let lost = client.call(request).await;
        assert!(matches!(lost, Err(Fault::Host { problem: HostFault::Lost })), "{lost:?}");
        numbers.push(taken.await.unwrap());
        other = Some(client);
    }
    assert_eq!(numbers[0], numbers[1]);
    assert_ne!(numbers[1], numbers[2]);
}

/// As whom may not be the host himself reaches it.
fn service(house: &House) -> Target {
    let mut config = (*house.target.config).clone();
    config.host = lichhop::config::HostMode::Service;
    Target { config: config.into(), socket: Some(house.target.state.join("host.sock")), ..house.target.clone() }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_follows_is_told_at_once_that_the_service_is_away_and_at_once_that_it_is_back() {
    let house = served().await;
    let other = client::open(&service(&house)).await.unwrap();
    let mut changes = other.changes();
    assert_eq!(ids(&other).await, []);
    house.client.close().await;
    let heard = async |changes: &mut Changes| tokio::time::timeout(LONG, changes.heard()).await.expect("nothing is told");
    assert_eq!(heard(&mut changes).await, Some(Heard::Away));
    // Nobody was asked: nothing was done, and that is known.
    let add = other.call(add()).await;
    assert!(matches!(add, Err(Fault::Host { problem: HostFault::Nobody { .. } })), "{add:?}");
    let (following, mut reached) = (tokio::spawn(async move { changes.heard().await }), other.reached());
    let next = client::open(&house.target).await.unwrap();
    next.serve();
    // Whoever reaches it first, all hear of it.
    assert_eq!(ids(&other).await, []);
    tokio::time::timeout(LONG, reached.anew()).await.expect("it is not told");
    let back = tokio::time::timeout(LONG, following).await.unwrap().unwrap();
    assert!(matches!(&back, Some(Heard::Changed(change)) if change.kinds == [ChangeKind::Everything]), "{back:?}");
    other.close().await;
    next.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_ask_while_nobody_is_there_do_not_wait_for_each_other() {
    let house = served().await;
    let other = client::open(&service(&house)).await.unwrap();
    let mut changes = other.changes();
    house.client.close().await;
    assert_eq!(changes.heard().await, Some(Heard::Away));
    let begun = tokio::time::Instant::now();
    let asked = futures_util::future::join_all((0..20).map(|_| other.call(Request::UnitList))).await;
    assert!(asked.iter().all(Result::is_err));
    // One look for a service takes two seconds.
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    other.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_follows_a_service_that_goes_away_hears_of_the_next_one() {
    let house = served().await;
    let other = client::open(&service(&house)).await.unwrap();
    let mut changes = other.changes();
    let following = tokio::spawn(async move {
        let told = changes.next().await;
        (changes, told)
    });
    house.client.close().await;
    // Nobody is there for longer than anybody waits.
    for _ in 0..2 {
        assert!(matches!(other.call(Request::UnitList).await, Err(Fault::Host { .. })));
    }
    assert!(!following.is_finished());
    let next = client::open(&house.target).await.unwrap();
    next.serve();
    let (mut changes, first) = tokio::time::timeout(LONG, following).await.unwrap().unwrap();
    assert_eq!(first.unwrap().kinds, [ChangeKind::Everything]);
    // As whoever is told so does: from before this is answered, he follows.
    assert_eq!(ids(&other).await, []);
    let id = meeting(next.call(add()).await).id;
    while told(&mut changes).await != [ChangeKind::Meetings(vec![id.clone()])] {}
    other.close().await;
    next.close().await;
}
