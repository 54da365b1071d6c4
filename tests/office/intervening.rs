//! What people decide about messages: what is possible when, and what becomes of it.

use chrono::Duration;
use lichhop::domain::dispatch::ItemId;
use lichhop::domain::fault::{Fault, Rule, Why};
use lichhop::domain::intervention::{ITEMS_MAX, Intervention, InterventionKind};
use lichhop::domain::outbox::{Failure, Fate, Item, ItemState, PANICS_MAX, Reason};
use lichhop::usecase::intervene::intervene;
use lichhop::usecase::{meeting, outbox, registry, table};

use super::{Bench, mailbox_row, prose, unit_row};

fn failure() -> Failure {
    Failure { phase: "rcpt".into(), code: Some(550), enhanced: None, text: "no such user".into() }
}

fn item(bench: &Bench, id: ItemId) -> Item {
    table::item(bench.desk.store(), id).unwrap().unwrap().value
}

fn ids(dispatch: u64, count: u32) -> Vec<ItemId> {
    (1..=count).map(|n| ItemId { dispatch, n }).collect()
}

fn dropped() -> Intervention {
    Intervention::Drop { reason: prose("gửi nhầm") }
}

#[test]
fn what_is_held_is_not_sent_until_it_is_released() {
    let mut bench = Bench::new();
    bench.issued(&["CDA", "VPC"]);
    let [first, second] = ids(1, 2)[..] else { panic!() };
    let held = intervene(&mut bench.desk, "lan", &[first, first], &Intervention::Hold).unwrap();
    assert_eq!(held.len(), 1);
    assert_eq!((held[0].1, &held[0].0.reason), (ItemState::Held, &Some(Reason::KeptBack { by: "lan".into() })));
    assert_eq!(bench.claim().unwrap().items.iter().map(|item| item.id).collect::<Vec<_>>(), [second]);
    bench.assert_sound();
    let released = intervene(&mut bench.desk, "lan", &[first], &Intervention::Release).unwrap();
    assert_eq!((released[0].1, released[0].0.next_attempt, &released[0].0.reason), (ItemState::Queued, Some(bench.desk.now()), &None));
    assert_eq!(bench.claim().unwrap().items.iter().map(|item| item.id).collect::<Vec<_>>(), [first]);
    bench.assert_sound();
}

#[test]
fn what_was_given_up_is_tried_again_with_its_full_time() {
    let mut bench = Bench::new();
    bench.issued(&["CDA"]);
    let id = bench.claim().unwrap().items[0].id;
    outbox::settle(&mut bench.desk, &[(id, Fate::Failed { failure: failure() })]).unwrap();
    bench.wait(Duration::hours(1));
    intervene(&mut bench.desk, "lan", &[id], &Intervention::Retry).unwrap();
    let again = item(&bench, id);
    assert_eq!((again.state, again.attempts, again.last_error), (ItemState::Deferred, 1, Some(failure())));
    // An invitation is of no use once its meeting has begun, which is sooner than five days.
    let meeting = meeting::read(bench.desk.store(), &again.meeting).unwrap().value;
    assert_eq!(again.expires_at, meeting.entry.start.instant());
    assert_eq!(bench.claim().unwrap().items[0].id, id);
    bench.assert_sound();
}

#[test]
fn an_invitation_to_a_meeting_that_began_or_was_called_off_is_not_sent_again() {
    let mut bench = Bench::new();
    let meeting = bench.issued(&["CDA", "VPC"]);
    let claimed: Vec<ItemId> = bench.claim().unwrap().items.iter().map(|item| item.id).collect();
    let fates: Vec<(ItemId, Fate)> = claimed.iter().map(|id| (*id, Fate::Failed { failure: failure() })).collect();
    outbox::settle(&mut bench.desk, &fates).unwrap();
    let refusal = |bench: &mut Bench| match intervene(&mut bench.desk, "lan", &claimed[..1], &Intervention::Retry) {
        Err(Fault::Refused { rule }) => *rule,
        other => panic!("{other:?}"),
    };
    let started = meeting::read(bench.desk.store(), &meeting).unwrap().value.entry.start.instant();
    let before = bench.desk.now();
    *bench.clock.0.lock().unwrap() = started;
    assert_eq!(refusal(&mut bench), Rule::ItemOverdue { id: claimed[0], meeting: meeting.clone(), begun: true });
    *bench.clock.0.lock().unwrap() = before;
    meeting::cancel(&mut bench.desk, "minh", &meeting, &prose("hoãn")).unwrap();
    assert_eq!(refusal(&mut bench), Rule::ItemOverdue { id: claimed[0], meeting, begun: false });
    bench.assert_sound();
}

#[test]
fn what_is_decided_while_a_message_is_being_sent_is_done_when_its_attempt_has_failed() {
    let mut bench = Bench::new();
    bench.issued(&["CDA", "VPC", "VP"]);
    let claimed: Vec<ItemId> = bench.claim().unwrap().items.iter().map(|item| item.id).collect();
    let now = bench.desk.now();
    let later = Fate::Deferred { failure: failure(), next: now + Duration::minutes(1), uncertain: false };
    let states = |items: Vec<(Item, ItemState)>| items.into_iter().map(|(_, state)| state).collect::<Vec<_>>();
    assert_eq!(states(intervene(&mut bench.desk, "lan", &claimed[..1], &Intervention::Hold).unwrap()), [ItemState::Sending]);
    assert_eq!(states(intervene(&mut bench.desk, "lan", &claimed[1..], &dropped()).unwrap()), [ItemState::Sending; 2]);
    let fates = [(claimed[0], later.clone()), (claimed[1], later), (claimed[2], Fate::Sent { at: now })];
    assert_eq!(outbox::settle(&mut bench.desk, &fates).unwrap(), [ItemState::Held, ItemState::Dropped, ItemState::Sent]);
    assert_eq!(item(&bench, claimed[0]).reason, Some(Reason::KeptBack { by: "lan".into() }));
    assert_eq!(item(&bench, claimed[1]).reason, Some(Reason::Person { words: prose("gửi nhầm") }));
    // What got through in spite of it is sent, and nothing is left of the wish.
    let through = item(&bench, claimed[2]);
    assert_eq!((through.reason, through.wish), (None, None));
    bench.assert_sound();
}

#[test]
fn what_panicked_too_often_gets_all_its_tries_again_when_it_is_released() {
    let mut bench = Bench::new();
    bench.issued(&["CDA"]);
    let id = ids(1, 1)[0];
    for _ in 0..PANICS_MAX {
        assert_eq!(bench.claim().unwrap().items[0].id, id);
        let next = bench.desk.now();
        outbox::settle(&mut bench.desk, &[(id, Fate::Panicked { words: "boom".into(), next })]).unwrap();
    }
    assert_eq!(item(&bench, id).state, ItemState::Held);
    let released = intervene(&mut bench.desk, "lan", &[id], &Intervention::Release).unwrap();
    assert_eq!((released[0].1, released[0].0.panics), (ItemState::Queued, 0));
    bench.assert_sound();
}

#[test]
fn all_or_nothing_and_each_that_is_wrong_is_named() {
    let mut bench = Bench::new();
    bench.issued(&["CDA", "VPC", "VP"]);
    let all = ids(1, 3);
    intervene(&mut bench.desk, "lan", &all[..1], &Intervention::Hold).unwrap();
    intervene(&mut bench.desk, "lan", &all[1..2], &dropped()).unwrap();
    let revision = bench.desk.store().revision();
    let fault = intervene(&mut bench.desk, "lan", &all, &Intervention::Hold).unwrap_err();
    let refused = vec![(all[0], ItemState::Held), (all[1], ItemState::Dropped)];
    assert_eq!(fault, Fault::refused(Rule::Items { wanted: InterventionKind::Hold, refused }));
    let missing = [ItemId { dispatch: 7, n: 1 }, ItemId { dispatch: 7, n: 2 }];
    match intervene(&mut bench.desk, "lan", &[all[2], missing[0], missing[1]], &Intervention::Hold).unwrap_err() {
        Fault::Wrong { wrong } => assert_eq!(wrong.iter().map(|one| &one.why).collect::<Vec<_>>(), [&Why::UnknownItem; 2]),
        other => panic!("{other:?}"),
    }
    assert!(intervene(&mut bench.desk, "lan", &[], &Intervention::Hold).is_err());
    assert_eq!((bench.desk.store().revision(), item(&bench, all[2]).state), (revision, ItemState::Queued));
}

#[test]
fn as_many_as_a_request_may_name_fit_one_commit() {
    let mut bench = Bench::new();
    let units: Vec<String> = (0..=ITEMS_MAX).map(|n| format!("M{n}")).collect();
    let rows = units.iter().zip(10..).map(|(unit, line)| unit_row(line, unit, unit, "")).collect::<Vec<_>>();
    registry::import_units(&mut bench.desk, "lan", "units.csv", &rows, false).unwrap();
    let rows = units.iter().zip(10..).map(|(unit, line)| mailbox_row(line, &format!("{unit}@chinhphu.vn"), unit)).collect::<Vec<_>>();
    registry::import_mailboxes(&mut bench.desk, "lan", "mailboxes.csv", &rows, false).unwrap();
    bench.issued(&units.iter().map(String::as_str).collect::<Vec<_>>());
    let all = ids(1, u32::try_from(ITEMS_MAX).unwrap() + 1);
    assert!(matches!(intervene(&mut bench.desk, "lan", &all, &Intervention::Hold), Err(Fault::Wrong { .. })));
    let revision = bench.desk.store().revision();
    for what in [Intervention::Hold, Intervention::Release, Intervention::Retry, dropped()] {
        // Of what is due already nothing is written.
        bench.wait(Duration::minutes(1));
        intervene(&mut bench.desk, "lan", &all[..ITEMS_MAX], &what).unwrap();
    }
    assert_eq!(bench.desk.store().revision(), revision + 4);
    bench.assert_sound();
}

#[test]
fn a_cancellation_of_an_invitation_that_somebody_dropped_goes_with_it() {
    let mut bench = Bench::new();
    let meeting = bench.issued(&["CDA", "VPC"]);
    intervene(&mut bench.desk, "lan", &ids(1, 1), &dropped()).unwrap();
    meeting::cancel(&mut bench.desk, "minh", &meeting, &prose("hoãn")).unwrap();
    assert!(bench.claim().unwrap().items.is_empty());
    let cancellation = item(&bench, ItemId { dispatch: 2, n: 1 });
    assert_eq!(cancellation.reason, Some(Reason::NeverInvited { request: ids(1, 1)[0] }));
    bench.assert_sound();
}
