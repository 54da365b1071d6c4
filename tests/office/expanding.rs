//! What was sealed is queued as it was fixed, whoever does it: a process that died behind the seal is followed by one with another
//! configuration, another clock and other chance, and every message has the same bytes and the same fate before it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use lichhop::domain::dispatch::{Dispatch, ItemId, Recipient};
use lichhop::domain::fault::Fault;
use lichhop::domain::mailbox::MailAddress;
use lichhop::domain::meeting::{Meeting, MeetingId};
use lichhop::domain::office::{Office, Retry, Rules, Sender};
use lichhop::domain::outbox::{Fate, Item};
use lichhop::domain::policy::Policy;
use lichhop::mail::compose::Composer;
use lichhop::print::Typesetter;
use lichhop::store::MemoryStore;
use lichhop::usecase::desk::{Desk, Surroundings};
use lichhop::usecase::issue::{calendar_of, issue, items_of};
use lichhop::usecase::ports::{Compose, ComposeError, Composed};
use lichhop::usecase::{job, meeting, message, outbox, registry, update};

use super::updating::{instead, moved};
use super::{Bench, Counted, Fragile, SetClock, line, mailbox_row, order, prose, rules, unit_row};

/// More than one step of a dispatch queues.
const UNITS: usize = 40;

fn names(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|n| format!("DV{n}")).collect()
}

fn letters(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

/// The rules under which everything is issued: messages come back to addresses of their own, and wait a while.
fn before() -> Rules {
    Rules { hold: Duration::from_mins(3), verp: true, ..rules() }
}

/// Rules of which none is as it was.
fn afterwards() -> Rules {
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    Rules {
        office: Office { name: line("Bộ Nội vụ"), symbol: line("BNV"), place: line("Huế"), rehearsal: true },
        unknown: None,
        approve_own: true,
        policy: Policy {
            domains: vec!["moha.gov.vn".into()],
            exceptions: BTreeMap::new(),
            paper_until: NaiveDate::from_ymd_opt(2001, 1, 1).unwrap(),
        },
        sender: Sender { name: line("Vụ Tổng hợp"), address: MailAddress::parse("khac@moha.gov.vn").unwrap() },
        retry: Retry { steps: vec![minutes(7)], then: minutes(9), give_up_after: minutes(30) },
        hold: minutes(20),
        warn_after: minutes(1),
        verp: false,
    }
}

/// An office of many units under the first rules.
fn bench() -> Bench {
    let mut bench = Bench::on(Arc::new(MemoryStore::new()), before());
    let codes = names(0..UNITS + 1);
    let mut units: Vec<_> = codes.iter().zip(3..).map(|(code, line)| unit_row(line, code, &format!("Đơn vị {code}"), "")).collect();
    units.push(unit_row(2, "VP", "Văn phòng Bộ", ""));
    registry::import_units(&mut bench.desk, "lan", "u", &units, false).unwrap();
    let mailbox = |(code, line): (&String, u32)| mailbox_row(line, &format!("{}@chinhphu.vn", code.to_lowercase()), code);
    registry::import_mailboxes(&mut bench.desk, "lan", "m", &codes.iter().zip(2..).map(mailbox).collect::<Vec<_>>(), false).unwrap();
    bench
}

/// The store after the process died, under other rules, at another time, with other chance; everything left is finished.
fn elsewhere(bench: &Bench) -> Desk {
    let at = "2016-05-04T09:30:00Z".parse().unwrap();
    let around = Surroundings {
        store: Arc::new(Fragile { inner: bench.memory.clone(), left: AtomicUsize::new(usize::MAX) }),
        rules: Arc::new(afterwards()),
        clock: Arc::new(SetClock(std::sync::Mutex::new(at), std::sync::Mutex::new(chrono::Duration::seconds(11)))),
        random: Arc::new(Counted(AtomicU64::new(77))),
        typeset: Arc::new(Typesetter),
        compose: Arc::new(Composer),
    };
    let mut desk = Desk::open(around).unwrap();
    outbox::recover(&mut desk).unwrap();
    job::recover(&mut desk).unwrap();
    desk
}

/// All there is of each message: what the outbox says of it, its bytes, and its calendar entry by itself.
fn messages(desk: &Desk, id: &MeetingId) -> Vec<(Item, String, String)> {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let meeting = meeting::read(desk.store(), id).unwrap().value;
    let items = items_of(desk.store(), &meeting, None).unwrap().into_iter();
    let all = |item: Item| {
        let (bytes, calendar) = (message::read(desk.store(), item.id).unwrap(), calendar_of(desk, item.id).unwrap());
        (item, text(bytes), text(calendar))
    };
    items.map(all).collect()
}

/// Dies behind each commit of `act` in turn. Wherever the seal was there already, another process must make of it what this one
/// would have made.
fn assert_the_same(ready: impl Fn() -> (Bench, MeetingId), act: impl Fn(&mut Bench, &MeetingId) -> Result<(), Fault>) {
    let (mut whole, id) = ready();
    let earlier = messages(&whole.desk, &id);
    act(&mut whole, &id).unwrap();
    let expected = messages(&whole.desk, &id);
    assert!(expected.len() >= earlier.len() + UNITS, "{} {}", earlier.len(), expected.len());
    let (mut absent, mut followed) = (0, 0);
    for left in 0.. {
        let (mut bench, id) = ready();
        bench.store.left.store(left, Ordering::SeqCst);
        let done = act(&mut bench, &id).is_ok();
        let desk = elsewhere(&bench);
        let found = messages(&desk, &id);
        bench.assert_sound();
        if found.len() == earlier.len() {
            absent += 1;
            continue;
        }
        followed += 1;
        assert_eq!(found.len(), expected.len(), "behind commit {left}");
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found.1, expected.1, "the bytes of {} behind commit {left}", expected.0.id);
            assert_eq!(found, expected, "behind commit {left}");
        }
        if done {
            break;
        }
    }
    assert!(absent >= 2 && followed >= 4, "{absent} {followed}");
}

fn approved() -> (Bench, MeetingId) {
    let mut bench = bench();
    let id = bench.approved(&letters(&names(0..UNITS)));
    (bench, id)
}

/// Everybody has the first invitation.
fn sent() -> (Bench, MeetingId) {
    let (mut bench, id) = approved();
    issue(&mut bench.desk, "minh", &order(&id)).unwrap();
    bench.wait(chrono::Duration::minutes(5));
    loop {
        let claimed: Vec<ItemId> = bench.claim().unwrap().items.iter().map(|item| item.id).collect();
        if claimed.is_empty() {
            return (bench, id);
        }
        let at = bench.desk.now();
        outbox::settle(&mut bench.desk, &claimed.iter().map(|id| (*id, Fate::Sent { at })).collect::<Vec<_>>()).unwrap();
    }
}

#[test]
fn an_invitation_is_what_it_was_when_it_was_issued() {
    assert_the_same(approved, |bench, id| issue(&mut bench.desk, "minh", &order(id)).map(drop));
    // What must be in it, so that nothing else can be the same by being absent.
    let (mut bench, id) = approved();
    issue(&mut bench.desk, "minh", &order(&id)).unwrap();
    let (item, message, calendar) = messages(&bench.desk, &id).remove(0);
    let held = bench.desk.now() + chrono::Duration::minutes(3);
    assert_eq!((item.next_attempt, item.from.as_str().contains('+')), (Some(held), true), "{}", item.from);
    for field in ["Message-ID: <lh-2016-0001.request.1.1.", "Date: Tue, 3 May 2016 09:00:00 +0700\r\n", "boundary=\"", "text/calendar"] {
        assert!(message.contains(field), "{field}: {message}");
    }
    assert!(calendar.contains("UID:") && message.contains("congthongtindientu-vhttdl@chinhphu.vn"));
}

#[test]
fn a_replacement_and_its_withdrawals_are_what_they_were() {
    assert_the_same(sent, |bench, id| update::replace(&mut bench.desk, "minh", &instead(id, &letters(&names(1..UNITS + 1)))).map(drop));
}

#[test]
fn another_date_is_what_it_was() {
    assert_the_same(sent, |bench, id| update::replace(&mut bench.desk, "minh", &moved(id, "2016-05-09 09:00")).map(drop));
}

#[test]
fn a_cancellation_is_what_it_was() {
    assert_the_same(sent, |bench, id| meeting::cancel(&mut bench.desk, "minh", id, &prose("hoãn")).map(drop));
}

/// Composes, and counts how often.
#[derive(Default)]
struct Counting(AtomicUsize);

impl Compose for Counting {
    fn message(&self, dispatch: &Dispatch, recipient: &Recipient) -> Result<Composed, ComposeError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Composer.message(dispatch, recipient)
    }

    fn invitation_calendar(&self, dispatch: &Dispatch, recipient: &Recipient) -> Result<String, ComposeError> {
        Composer.invitation_calendar(dispatch, recipient)
    }

    fn published_calendar(&self, office: &Office, meetings: &[Meeting], now: DateTime<Utc>) -> String {
        Composer.published_calendar(office, meetings, now)
    }
}

#[test]
fn an_invitation_is_composed_once_and_what_was_composed_is_kept_for_nobody_else() {
    let counted = |bench: &mut Bench| {
        let counting = Arc::new(Counting::default());
        bench.desk.around.compose = counting.clone();
        counting
    };
    let (mut bench, id) = approved();
    let composed = counted(&mut bench);
    issue(&mut bench.desk, "minh", &order(&id)).unwrap();
    assert_eq!(composed.0.load(Ordering::SeqCst), UNITS);
    // Before the seal it breaks off: what was composed for a dispatch of this number is not that of the next one.
    let (mut bench, id) = approved();
    bench.store.left.store(0, Ordering::SeqCst);
    issue(&mut bench.desk, "minh", &order(&id)).unwrap_err();
    let kept = format!("{:?}", bench.desk.ahead);
    assert_eq!(kept, format!("{:?}", lichhop::usecase::ahead::Ahead::default()));
}
