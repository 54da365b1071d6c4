//! Whatever is done to an issued meeting, in whatever order, and however the relay and the process fare.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;

use chrono::Duration;
use lichhop::domain::dispatch::DispatchKind;
use lichhop::domain::meeting::{MeetingId, MeetingState};
use lichhop::domain::number;
use lichhop::domain::order::{EntryChanges, ReplaceOrder};
use lichhop::domain::outbox::{Failure, Fate, Item, ItemState};
use lichhop::usecase::issue::dispatch_of;
use lichhop::usecase::meeting::{cancel, edit};
use lichhop::usecase::outbox::settle;
use lichhop::usecase::update::{postpone, replace};
use proptest::prelude::*;

use super::updating::{instead, items, moved, read};
use super::{Bench, code, prose};

const SETS: [&[&str]; 5] = [&["CDA"], &["CDA", "VPC"], &["VPC", "TCDL"], &["TCDL", "TCDL-TTTT", "CDA"], &["TCDL-TTTT"]];
const DAYS: [&str; 4] = ["2016-05-06 09:00", "2016-05-09 14:00", "2016-05-12 08:30", "2016-05-18 15:00"];

/// Whether a mailbox may hold, and surely holds, that the meeting takes place: by the messages that may have arrived.
fn may_hold(messages: &[&Item]) -> bool {
    messages.iter().rfind(|item| !item.surely_undelivered()).is_some_and(|item| item.kind == DispatchKind::Request)
}

fn by_mailbox(all: &[Item]) -> BTreeMap<String, Vec<&Item>> {
    let mut mailboxes: BTreeMap<String, Vec<&Item>> = BTreeMap::new();
    for item in all {
        mailboxes.entry(item.to.to_string()).or_default().push(item);
    }
    mailboxes
}

/// Lets everything that waits be taken by the relay.
fn send_the_rest(bench: &mut Bench, in_hand: &[Item]) {
    let at = bench.desk.now();
    let fates: Vec<_> = in_hand.iter().map(|item| (item.id, Fate::Sent { at })).collect();
    settle(&mut bench.desk, &fates).unwrap();
    loop {
        let claim = bench.claim().unwrap();
        if claim.nothing {
            return;
        }
        let fates: Vec<_> = claim.items.iter().map(|item| (item.id, Fate::Sent { at })).collect();
        settle(&mut bench.desk, &fates).unwrap();
    }
}

/// What each mailbox must have been told in the end.
fn assert_told(bench: &Bench, id: &MeetingId) -> Result<(), TestCaseError> {
    let (meeting, all) = (read(bench, id), items(bench, id));
    let invited: BTreeSet<_> = meeting.reached().cloned().collect();
    let number = meeting.issue.as_ref().unwrap().number.clone();
    for (mailbox, messages) in by_mailbox(&all) {
        let last = messages.last().unwrap();
        let failed = messages.iter().any(|item| item.state == ItemState::Failed);
        if meeting.state == MeetingState::Issued && invited.contains(&last.unit) {
            let invitation = dispatch_of(bench.desk.store(), last.id.dispatch).unwrap();
            prop_assert_eq!((last.kind, &invitation.number), (DispatchKind::Request, &number), "{} must be invited", mailbox);
            prop_assert!(matches!(last.state, ItemState::Sent | ItemState::Failed), "{}: {:?}", mailbox, last);
        } else if !failed {
            prop_assert!(!may_hold(&messages), "{} still believes in it: {:?}", mailbox, messages);
        }
        let sequences: Vec<u32> =
            messages.iter().map(|item| dispatch_of(bench.desk.store(), item.id.dispatch).unwrap().calendar.sequence).collect();
        prop_assert!(sequences.windows(2).all(|pair| pair[0] < pair[1]), "{}: {:?}", mailbox, sequences);
    }
    Ok(())
}

/// No message to a mailbox is claimed while an earlier one to it may still be sent.
fn assert_in_order(bench: &Bench, id: &MeetingId, claimed: &[Item]) -> Result<(), TestCaseError> {
    let all = items(bench, id);
    for item in claimed {
        let earlier = all.iter().filter(|other| other.to == item.to && other.id < item.id);
        for other in earlier {
            prop_assert!(!other.state.is_waiting(), "{} overtakes {}", item.id, other.id);
        }
    }
    Ok(())
}

fn failure() -> Failure {
    Failure { phase: "dot".into(), code: None, enhanced: None, text: "lost".into() }
}

/// One step; what cannot be done in the meeting's state is refused and changes nothing.
fn step(bench: &mut Bench, id: &MeetingId, in_hand: &mut Vec<Item>, what: u8, index: prop::sample::Index) -> Result<(), TestCaseError> {
    let override_reason = Some(prose("vẫn họp"));
    match what {
        0 => drop(postpone(&mut bench.desk, "minh", id, &prose("chưa rõ ngày"))),
        1 | 2 => {
            let order = ReplaceOrder { override_reason, ..moved(id, DAYS[index.index(DAYS.len())]) };
            drop(replace(&mut bench.desk, "minh", &order));
        }
        3 => {
            let day = moved(id, DAYS[index.index(DAYS.len())]).changes;
            let order = ReplaceOrder { changes: day, override_reason, ..instead(id, SETS[index.index(SETS.len())]) };
            drop(replace(&mut bench.desk, "minh", &order));
        }
        4 => {
            let more = EntryChanges { invite: vec![code(["CDA", "VPC", "TCDL"][index.index(3)])], ..EntryChanges::default() };
            drop(edit(&mut bench.desk, "minh", id, &more, None));
        }
        5..=7 => {
            let claimed = bench.claim().unwrap().items;
            assert_in_order(bench, id, &claimed)?;
            in_hand.extend(claimed);
        }
        8..=11 if !in_hand.is_empty() => {
            let item = in_hand.remove(index.index(in_hand.len()));
            let (at, next) = (bench.desk.now(), bench.desk.now());
            let fate = match what {
                8 | 9 => Fate::Sent { at },
                10 => Fate::Deferred { failure: failure(), next, uncertain: index.index(2) == 1 },
                _ => Fate::Failed { failure: failure() },
            };
            settle(&mut bench.desk, &[(item.id, fate)]).unwrap();
        }
        12 => {
            *bench = bench.reopened();
            in_hand.clear();
        }
        13 => drop(cancel(&mut bench.desk, "minh", id, &prose("không họp"))),
        _ => {}
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]
    /// In the end every mailbox believes what is so: who is invited has the invitation in force, nobody else believes in the
    /// meeting; each message has a higher SEQUENCE than the one before; no number is given twice or left out.
    #[test]
    fn everybody_is_told_what_is_so(steps in proptest::collection::vec((0u8..14, any::<prop::sample::Index>()), 1..40)) {
        let mut bench = Bench::new();
        let id = bench.issued(SETS[1]);
        let mut in_hand = Vec::new();
        for (what, index) in steps {
            step(&mut bench, &id, &mut in_hand, what, index)?;
            bench.wait(Duration::seconds(1));
        }
        send_the_rest(&mut bench, &in_hand);
        assert_told(&bench, &id)?;
        let meeting = read(&bench, &id);
        let numbers = meeting.replaced.iter().map(|one| &one.number).chain(meeting.issue.iter().map(|issue| &issue.number));
        prop_assert!(numbers.map(|one| number::serial(one).unwrap()).eq(1..=u32::try_from(meeting.replaced.len() + 1).unwrap()));
        bench.assert_sound();
    }
}

/// The process dies after any number of commits of a replacement with withdrawals: it is whole or absent.
#[test]
fn a_replacement_is_whole_or_absent() {
    let (mut absent, mut whole, mut left) = (0, 0, 0);
    loop {
        let mut bench = Bench::new();
        let id = bench.issued(&["CDA", "VPC", "TCDL"]);
        bench.store.left.store(left, Ordering::SeqCst);
        let finished = replace(&mut bench.desk, "minh", &instead(&id, &["CDA", "TCDL-TTTT"])).is_ok();
        let after = bench.reopened();
        after.assert_sound();
        let (meeting, all) = (read(&after, &id), items(&after, &id));
        let number = meeting.issue.unwrap().number;
        if meeting.replaced.is_empty() {
            assert_eq!((all.len(), number.as_str()), (3, "01/GM-BVHTTDL"));
            absent += 1;
        } else {
            assert_eq!((all.len(), number.as_str()), (7, "02/GM-BVHTTDL"), "behind commit {left}");
            whole += 1;
        }
        if finished {
            break;
        }
        left += 1;
    }
    assert!(absent >= 1 && whole >= 2, "{absent} {whole}");
}
