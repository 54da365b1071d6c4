//! The relay fails once, at every step and in every way: what the run counts, where the messages stand, and that in the end each
//! has arrived once; twice at most where nobody could know.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use lichhop::domain::outbox::{ItemState, Tally};
use lichhop::wire::reply::RelayTrouble;

use super::relay::{FakeRelay, Instead};
use super::{House, NOW};

const UNITS: [&str; 8] = ["TCDL", "TCTDTT", "CDA", "CDSVH", "CVHCS", "CNTBD", "VPC", "TTCNTT"];

/// How the first run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    /// The relay's trouble, of this kind; nothing is counted against any message.
    Unreachable,
    Paused,
    Credentials,
    /// One message is put off, and the others arrive.
    Deferred,
    /// One message is refused for good, and the others arrive.
    Failed,
    /// All arrive.
    Sent,
}

/// Flushes eight invitations over one connection to a relay that fails once, then again and again to the same relay.
async fn meet(at: &'static str, instead: Instead, ends: Ends) {
    let what = format!("{at}: {instead:?}");
    let (first, fault) = (AtomicBool::new(true), instead.clone());
    let rule = move |_, line: &str| (line.starts_with(at) && first.swap(false, Ordering::SeqCst)).then(|| fault.clone());
    let relay = FakeRelay::start(rule).await;
    let house = House::with_relay(relay.port, 1).await;
    house.issued(&UNITS).await;
    let ids = |messages: &BTreeMap<String, Vec<String>>| {
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for message in messages.values().flatten() {
            let id = message.lines().find(|line| line.starts_with("Message-ID:")).unwrap();
            found.entry(id.to_owned()).or_default().push(message.clone());
        }
        found
    };

    let report = house.flush().await;
    let tally = |sent, deferred, failed| Tally { sent, deferred, failed, held: 0 };
    let trouble = match &report.relay {
        Some(RelayTrouble::Unreachable { .. }) => Some(Ends::Unreachable),
        Some(RelayTrouble::Paused { .. }) => Some(Ends::Paused),
        Some(RelayTrouble::Credentials { .. }) => Some(Ends::Credentials),
        Some(other) => panic!("{what}: {other:?}"),
        None => None,
    };
    let twice = matches!(instead, Instead::TakeAndClose);
    // After the dot only a 4xx tells that the message is to come again.
    let refused = matches!(instead, Instead::Say(words) if words.starts_with('4'));
    let unknown = at == "dot" && ends == Ends::Deferred && !refused;
    match ends {
        Ends::Deferred => assert_eq!((report.tally, report.remaining, trouble), (tally(7, 1, 0), 1, None), "{what}"),
        Ends::Failed => assert_eq!((report.tally, report.remaining, trouble), (tally(7, 0, 1), 0, None), "{what}"),
        Ends::Sent => assert_eq!((report.tally, report.remaining, trouble), (tally(8, 0, 0), 0, None), "{what}"),
        _ => {
            assert_eq!((trouble, report.tally.deferred, report.tally.failed), (Some(ends), 0, 0), "{what}: {report:?}");
            let items = house.items().await;
            assert!(
                items.iter().all(|item| item.state == ItemState::Sent || (item.state, item.attempts) == (ItemState::Queued, 0)),
                "{what}"
            );
            assert_eq!(report.tally.sent + report.remaining, 8, "{what}");
        }
    }
    let there = ids(&relay.taken());
    assert!(there.values().all(|copies| copies.len() == 1), "{what}: nothing twice within a run");
    assert_eq!(there.len() as u64, report.tally.sent + u64::from(twice), "{what}: what counts as sent is there");

    let now: chrono::DateTime<chrono::Utc> = NOW.parse().unwrap();
    let house = house.reopened(now + chrono::Duration::minutes(130)).await;
    let again = house.flush().await;
    assert_eq!((again.remaining, &again.relay), (0, &None), "{what}");
    assert_eq!(again.tally.sent + report.tally.sent + report.tally.failed, 8, "{what}");
    assert_eq!(again.maybe_repeated, u64::from(unknown), "{what}");
    let there = ids(&relay.taken());
    let failed = u64::from(ends == Ends::Failed);
    assert_eq!(there.len() as u64, 8 - failed, "{what}: none is lost");
    let repeats: Vec<_> = there.values().filter(|copies| copies.len() > 1).collect();
    assert_eq!(repeats.len(), usize::from(twice), "{what}: repeats");
    assert!(repeats.iter().all(|copies| copies.len() == 2 && copies[0] == copies[1]), "{what}: a repeat is the same bytes");
    let states = house.states().await;
    assert_eq!(states.iter().filter(|state| **state == ItemState::Sent).count() as u64, 8 - failed, "{what}");
    assert_eq!(house.flush().await.tally, Tally::default(), "{what}: nothing is left");
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_first_message() {
    for at in ["greeting", "EHLO"] {
        meet(at, Instead::Close, Ends::Unreachable).await;
        meet(at, Instead::Say("554 5.3.2 no service"), Ends::Unreachable).await;
        meet(at, Instead::Say("hello there"), Ends::Unreachable).await;
        meet(at, Instead::SayAndClose("421 4.3.2 closing"), Ends::Paused).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn at_each_step_of_a_message() {
    for at in ["MAIL", "RCPT", "DATA"] {
        meet(at, Instead::Close, Ends::Deferred).await;
        meet(at, Instead::Say("451 4.3.0 later"), Ends::Deferred).await;
        meet(at, Instead::Say("221 bye"), Ends::Deferred).await;
        meet(at, Instead::Say("what"), Ends::Deferred).await;
        meet(at, Instead::SayAndClose("421 4.3.2 closing"), Ends::Paused).await;
        meet(at, Instead::Say("530 5.7.0 who are you"), Ends::Credentials).await;
        let refused = if at == "MAIL" { Ends::Paused } else { Ends::Failed };
        meet(at, Instead::SayAndClose("550 5.1.1 no"), refused).await;
    }
    meet("MAIL", Instead::Say("552 5.3.4 too large"), Ends::Failed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_dot() {
    meet("dot", Instead::Say("451 4.3.0 later"), Ends::Deferred).await;
    meet("dot", Instead::Say("554 5.7.1 no"), Ends::Failed).await;
    meet("dot", Instead::SayAndClose("421 4.3.2 closing"), Ends::Paused).await;
    meet("dot", Instead::Close, Ends::Deferred).await;
    meet("dot", Instead::TakeAndClose, Ends::Deferred).await;
    meet("dot", Instead::Say("354 go on"), Ends::Deferred).await;
    meet("dot", Instead::SayAndClose("25"), Ends::Deferred).await;
}

/// What relays do to a connection that they are tired of: nobody's message pays for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_reply_too_many_behind_an_acceptance_costs_a_connection() {
    meet("dot", Instead::TakeAndSay("250 taken\r\n421 4.3.2 that was enough"), Ends::Sent).await;
}
