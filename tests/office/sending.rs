//! Claims and fates: what is sent, in which order, how often, and when it is given up.

use chrono::Duration;
use lichhop::domain::outbox::{Failure, Fate, Item, ItemState, NextStep, PANICS_MAX, Reason};
use lichhop::usecase::issue::items_of;
use lichhop::usecase::outbox::{next_step, settle, waiting};
use lichhop::usecase::ports::Clock as _;
use lichhop::usecase::{due, meeting, message, outbox, registry, strayed};
use proptest::prelude::*;

use super::{Bench, mailbox_row, prose, unit_row};

fn failure() -> Failure {
    Failure { phase: "rcpt".into(), code: Some(451), enhanced: None, text: "try later".into() }
}

fn sent(bench: &Bench) -> Fate {
    Fate::Sent { at: bench.desk.now() }
}

fn items(bench: &Bench, id: &lichhop::domain::meeting::MeetingId) -> Vec<Item> {
    let meeting = meeting::read(bench.desk.store(), id).unwrap().value;
    items_of(bench.desk.store(), &meeting, None).unwrap()
}

#[test]
fn what_is_claimed_is_not_claimed_again_and_is_being_sent() {
    let mut bench = Bench::new();
    bench.issued(&["CDA", "VPC"]);
    let claimed = bench.claim().unwrap().items;
    assert_eq!(claimed.len(), 2);
    assert!(bench.claim().unwrap().items.is_empty());
    let id = claimed[0].id;
    let (_, state, next) = next_step(bench.desk.store(), &bench.desk.claimed.items, id, bench.desk.now()).unwrap();
    assert_eq!((state, next), (ItemState::Sending, NextStep::BeingSent));
    let fate = sent(&bench);
    let states = settle(&mut bench.desk, &[(id, fate)]).unwrap();
    assert_eq!(states, [ItemState::Sent]);
    assert_eq!(waiting(bench.desk.store(), bench.desk.now()).unwrap(), (1, 1));
}

/// What the office's clock said when things were queued and put off has not come yet: nothing goes twice for that, and all of it goes
/// once that time has come again.
#[test]
fn a_clock_that_is_set_back_a_day_sends_nothing_twice_and_loses_nothing() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA", "VPC", "TCDL"]);
    let claimed: Vec<_> =
        outbox::claim(&mut bench.desk, bench.clock.now(), 2, outbox::Looked::default()).unwrap().items.iter().map(|item| item.id).collect();
    let next = bench.desk.now() + Duration::minutes(1);
    let (done, put_off) = (sent(&bench), Fate::Deferred { failure: failure(), next, uncertain: false });
    settle(&mut bench.desk, &[(claimed[0], done), (claimed[1], put_off)]).unwrap();
    bench.wait(-Duration::days(1));
    let mut bench = bench.reopened();
    assert!(bench.claim().unwrap().items.iter().all(|item| !claimed.contains(&item.id)), "sent, or put off, before");
    // What is issued by the new time goes by it.
    let other = bench.issued(&["VP"]);
    let again = bench.claim().unwrap().items;
    assert_eq!(again.iter().map(|item| item.meeting.clone()).collect::<Vec<_>>(), [other]);
    let next = bench.desk.now() + Duration::minutes(72);
    settle(&mut bench.desk, &[(again[0].id, Fate::Deferred { failure: failure(), next, uncertain: false })]).unwrap();
    // The rest waits for tomorrow: that is longer than anybody puts off a message.
    assert_eq!(due::next(&bench.desk, bench.desk.now()), Ok(due::Due::Now));
    strayed::call_back(&mut bench.desk).unwrap();
    let mut rest: Vec<_> = bench.claim().unwrap().items.iter().map(|item| item.id).collect();
    rest.sort_unstable();
    assert_eq!(rest, [items(&bench, &id)[1].id, items(&bench, &id)[2].id]);
    assert!(!strayed::any(bench.desk.store(), bench.desk.rules(), bench.desk.now()).unwrap());
    bench.assert_sound();
}

#[test]
fn a_deferred_item_waits_longer_each_time_and_is_given_up_at_the_end() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA"]);
    let mut attempts = 0;
    while let Some(item) = bench.claim().unwrap().items.pop() {
        attempts += 1;
        let next = lichhop::mail::verdict::next(&item, bench.desk.now(), &bench.rules.retry, 200);
        settle(&mut bench.desk, &[(item.id, Fate::Deferred { failure: failure(), next, uncertain: false })]).unwrap();
        let item = items(&bench, &id).remove(0);
        match item.next_attempt {
            Some(due) => *bench.clock.0.lock().unwrap() = due,
            None => break,
        }
    }
    let item = items(&bench, &id).remove(0);
    assert_eq!((item.state, item.reason, item.last_error), (ItemState::Failed, Some(Reason::Expired), Some(failure())));
    // The meeting begins 53 hours after the issue: 1, 2 and 5 minutes, then every hour.
    assert!((52..58).contains(&attempts), "{attempts}");
    bench.assert_sound();
}

#[test]
fn a_dead_flushers_items_are_sent_again_with_the_same_bytes() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA", "VPC"]);
    let claimed = bench.claim().unwrap().items;
    let fate = sent(&bench);
    settle(&mut bench.desk, &[(claimed[0].id, fate)]).unwrap();
    let bytes = message::read(bench.desk.store(), claimed[1].id).unwrap();
    let mut bench = bench.reopened();
    let again = bench.claim().unwrap().items;
    assert_eq!(again.iter().map(|item| (item.id, item.interrupted, item.attempts)).collect::<Vec<_>>(), [(claimed[1].id, true, 0)]);
    assert_eq!(message::read(bench.desk.store(), claimed[1].id).unwrap(), bytes);
    let fate = sent(&bench);
    settle(&mut bench.desk, &[(claimed[1].id, fate)]).unwrap();
    assert!(items(&bench, &id).iter().all(|item| item.state == ItemState::Sent && !item.interrupted));
    bench.assert_sound();
}

#[test]
fn a_cancellation_follows_what_was_sent_and_waits_for_what_is_being_sent() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA", "VPC"]);
    let claimed = bench.claim().unwrap().items;
    let fate = sent(&bench);
    settle(&mut bench.desk, &[(claimed[0].id, fate.clone())]).unwrap();
    meeting::cancel(&mut bench.desk, "minh", &id, &prose("hoãn")).unwrap();
    let all = items(&bench, &id);
    assert_eq!(
        all.iter().map(|item| item.state).collect::<Vec<_>>(),
        [ItemState::Sent, ItemState::Queued, ItemState::Queued, ItemState::Queued]
    );
    // The second invitation is still in the flusher's hands: only the first cancellation may go.
    assert_eq!(bench.claim().unwrap().items.iter().map(|item| item.id).collect::<Vec<_>>(), [all[2].id]);
    let (_, _, next) = next_step(bench.desk.store(), &bench.desk.claimed.items, all[3].id, bench.desk.now()).unwrap();
    assert_eq!(next, NextStep::Behind { earlier: all[1].id.to_string() });
    settle(&mut bench.desk, &[(all[1].id, fate)]).unwrap();
    assert_eq!(bench.claim().unwrap().items.iter().map(|item| item.id).collect::<Vec<_>>(), [all[3].id]);
    bench.assert_sound();
}

#[test]
fn an_invitation_refused_while_its_cancellation_waited_takes_it_along() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA"]);
    let claimed = bench.claim().unwrap().items;
    meeting::cancel(&mut bench.desk, "minh", &id, &prose("hoãn")).unwrap();
    settle(&mut bench.desk, &[(claimed[0].id, Fate::Failed { failure: failure() })]).unwrap();
    assert!(bench.claim().unwrap().items.is_empty());
    let all = items(&bench, &id);
    assert_eq!(all[1].reason, Some(Reason::NeverInvited { request: all[0].id }));
    bench.assert_sound();
}

#[test]
fn an_invitation_that_may_have_arrived_is_not_repeated_but_its_cancellation_goes() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA"]);
    let claimed = bench.claim().unwrap().items;
    meeting::cancel(&mut bench.desk, "minh", &id, &prose("hoãn")).unwrap();
    let next = bench.desk.now() + Duration::minutes(1);
    settle(&mut bench.desk, &[(claimed[0].id, Fate::Deferred { failure: failure(), next, uncertain: true })]).unwrap();
    let all = items(&bench, &id);
    assert_eq!((all[0].state, all[0].reason.clone()), (ItemState::Dropped, Some(Reason::Superseded { by: all[1].id })));
    assert_eq!(bench.claim().unwrap().items.iter().map(|item| item.id).collect::<Vec<_>>(), [all[1].id]);
}

#[test]
fn what_makes_the_program_panic_is_held_at_the_third_time() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA"]);
    for round in 1..=PANICS_MAX {
        let item = bench.claim().unwrap().items.remove(0);
        let next = bench.desk.now();
        settle(&mut bench.desk, &[(item.id, Fate::Panicked { words: "đổ vỡ".into(), next })]).unwrap();
        let held = items(&bench, &id)[0].state == ItemState::Held;
        assert_eq!(held, round == PANICS_MAX);
    }
    assert!(bench.claim().unwrap().items.is_empty());
    bench.assert_sound();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    /// Whatever the relay answers and whenever the process dies: each item is sent or waits or ended with a reason, a
    /// cancellation is never claimed before its invitation has its fate, and the store stays sound.
    #[test]
    fn nothing_is_lost(steps in proptest::collection::vec((0u8..7, any::<prop::sample::Index>()), 1..40)) {
        let mut bench = Bench::new();
        let (mut in_hand, mut meetings): (Vec<Item>, Vec<_>) = (Vec::new(), Vec::new());
        for (step, index) in steps {
            match step {
                0 => meetings.push(bench.issued(&["CDA", "VPC", "TCDL"])),
                1 => {
                    let claimed = bench.claim().unwrap().items;
                    for item in &claimed {
                        if let Some(earlier) = item.after {
                            let before = outbox::show(bench.desk.store(), &bench.desk.claimed.items, earlier).unwrap().1;
                            prop_assert!(!before.is_waiting() && before != ItemState::Sending);
                        }
                    }
                    in_hand.extend(claimed);
                }
                2..=4 if !in_hand.is_empty() => {
                    let item = in_hand.remove(index.index(in_hand.len()));
                    let fate = match step {
                        2 => sent(&bench),
                        3 => Fate::Deferred { failure: failure(), next: bench.desk.now() + Duration::minutes(1), uncertain: index.index(2) == 1 },
                        _ => Fate::Failed { failure: failure() },
                    };
                    settle(&mut bench.desk, &[(item.id, fate)]).unwrap();
                }
                5 if !meetings.is_empty() => {
                    let id = meetings.remove(index.index(meetings.len()));
                    meeting::cancel(&mut bench.desk, "minh", &id, &prose("hoãn")).unwrap();
                }
                6 => {
                    bench = bench.reopened();
                    in_hand.clear();
                    bench.wait(Duration::minutes(2));
                }
                _ => {}
            }
        }
        for (item, state) in outbox::list(bench.desk.store(), &bench.desk.claimed.items, None).unwrap() {
            let told = item.reason.is_some() || item.last_error.is_some() || item.sent_at.is_some();
            prop_assert!(state.is_waiting() || state == ItemState::Sending || told);
            prop_assert_eq!(item.next_attempt.is_some(), item.state.is_waiting());
        }
        bench.assert_sound();
    }
}

/// More messages than one commit ends are of no use any more: a run ends them all, and what is behind them is sent.
#[test]
fn what_is_of_no_use_keeps_nothing_back_however_much_it_is() {
    const UNITS: usize = 50;
    let mut bench = Bench::new();
    let codes: Vec<String> = (0..UNITS).map(|n| format!("XA{n}")).collect();
    let units: Vec<_> = codes.iter().zip(2..).map(|(code, line)| unit_row(line, code, &format!("Xã {code}"), "")).collect();
    registry::import_units(&mut bench.desk, "lan", "u", &units, false).unwrap();
    let mailbox = |(code, line): (&String, u32)| mailbox_row(line, &format!("{}@chinhphu.vn", code.to_lowercase()), code);
    registry::import_mailboxes(&mut bench.desk, "lan", "m", &codes.iter().zip(2..).map(mailbox).collect::<Vec<_>>(), false).unwrap();
    let id = bench.issued(&codes.iter().map(String::as_str).collect::<Vec<_>>());
    let claimed = bench.claim().unwrap().items;
    meeting::cancel(&mut bench.desk, "minh", &id, &prose("không họp")).unwrap();
    bench.wait(Duration::seconds(1));
    let behind = bench.issued(&["CDA"]);
    let fates: Vec<_> = claimed.iter().map(|item| (item.id, Fate::Failed { failure: failure() })).collect();
    settle(&mut bench.desk, &fates).unwrap();
    let now = bench.desk.now();
    let claim = outbox::claim_several(&mut bench.desk, now, 1_000, outbox::Looked::default()).unwrap();
    assert_eq!(claim.items.iter().map(|item| &item.meeting).collect::<Vec<_>>(), [&behind]);
    assert!(items(&bench, &id).iter().skip(UNITS).all(|item| matches!(item.reason, Some(Reason::NeverInvited { .. }))));
    let again = outbox::claim_several(&mut bench.desk, now, 1_000, outbox::Looked::default()).unwrap();
    assert!(again.nothing && again.items.is_empty(), "{again:?}");
    bench.assert_sound();
}
