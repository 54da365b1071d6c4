//! Postfix's sink with a fault at every step: what the run says, where the messages stand, and that nothing is lost.

use chrono::{DateTime, Utc};

use crate::office::{Failure, HOURS_LATER, ISSUED, Item, Office, ids, relay};
use crate::sink::{Sink, free_port};
use crate::{Delivered, message_ids};

/// The steps before a message is spoken of, and the phases that the program calls them.
const BEFORE: [(&str, &str); 2] = [("connect", "greeting"), ("ehlo", "ehlo")];
/// The steps of a message.
const STEPS: [(&str, &str); 4] = [("mail", "mail"), ("rcpt", "rcpt"), ("data", "data"), (".", "dot")];

/// An office whose first flush met a relay with a fault.
struct Met {
    office: Office,
    meeting: String,
    /// What the relay wrote down before it failed.
    seen: Vec<Delivered>,
    code: i32,
    err: String,
}

/// Flushes the fifteen invitations to a sink with one fault: nothing may count as sent, and nothing may be missing.
fn meet(option: &str, step: &str) -> Met {
    let sink = Sink::start(&[option, step]);
    let (office, meeting) = Office::with_issued_meeting(&relay(sink.port));
    let before = ids(&office.outbox());
    let flushed = office.flush();
    let items = office.outbox();
    assert_eq!(ids(&items), before, "{option} {step}");
    let count = |states: &[&str]| items.iter().filter(|item| states.contains(&item.state.as_str())).count() as u64;
    assert_eq!(
        (flushed.sent, flushed.deferred, flushed.failed),
        (0, count(&["deferred"]), count(&["failed"])),
        "{option} {step}: {flushed:?}"
    );
    assert_eq!(flushed.remaining, count(&["queued", "deferred"]), "{option} {step}: {flushed:?}");
    Met { office, meeting, seen: sink.messages(), code: flushed.code, err: flushed.err }
}

impl Met {
    /// A sound relay in the place of the one that failed.
    fn mend(&self) -> Sink {
        let sink = Sink::start(&[]);
        self.office.configure(&relay(sink.port));
        sink
    }

    /// Everything arrives now, once each, with the Message-IDs it had from the beginning.
    fn assert_all_arrive(&self, what: &str) {
        let sink = self.mend();
        let before = ids(&self.office.outbox());
        self.office.flush_all(15);
        let messages = sink.messages();
        assert_eq!(message_ids(&messages), before, "{what}");
        for seen in &self.seen {
            assert!(messages.contains(seen), "{what}: a repeat is the same bytes");
        }
        self.office.flush_all(0);
        assert_eq!(sink.messages().len(), 15, "{what}");
        self.office.assert_sound();
    }

    /// Deferred: nothing goes before its time, everything after it.
    fn assert_deferred_and_delivered_later(&mut self, what: &str) {
        for item in self.office.outbox() {
            assert_eq!((item.state.as_str(), item.attempts), ("deferred", 1), "{what}: {item:?}");
            let next: DateTime<Utc> = item.next_attempt.unwrap().parse().unwrap();
            let wait = (next - ISSUED.parse::<DateTime<Utc>>().unwrap()).num_milliseconds();
            assert!((48_000..=72_000).contains(&wait), "{what}: one minute, ± 20 %: {next}");
        }
        let sink = self.mend();
        let early = self.office.flush();
        assert_eq!((early.code, early.sent, early.remaining), (0, 0, 15), "{what}: {early:?}");
        assert!(sink.messages().is_empty());
        self.office.wait_until(HOURS_LATER);
        self.assert_all_arrive(what);
        assert!(self.office.outbox_of("sent", 2).iter().all(|item| item.last_error.is_none()));
    }
}

fn failure(item: &Item) -> &Failure {
    item.last_error.as_ref().unwrap()
}

#[test]
fn a_fault_before_the_first_message_counts_against_none() {
    for (option, exit) in [("-r", 69), ("-f", 69), ("-q", 69), ("-Q", 75)] {
        for (step, phase) in BEFORE {
            let what = format!("{option} {step}");
            let met = meet(option, step);
            assert_eq!(met.code, exit, "{what}: {}", met.err);
            assert!(met.err.contains(&format!("in phase {phase}")), "{what}: {}", met.err);
            assert!(met.office.outbox_of("queued", 0).iter().all(|item| item.last_error.is_none()), "{what}");
            assert!(met.seen.is_empty(), "{what}");
            // No waiting: they are still due.
            met.assert_all_arrive(&what);
            met.office.outbox_of("sent", 1);
        }
    }
}

#[test]
fn nobody_listening_counts_against_none() {
    let (office, meeting) = Office::with_issued_meeting(&relay(free_port()));
    let flushed = office.flush();
    assert_eq!((flushed.code, flushed.remaining), (69, 15), "{flushed:?}");
    office.outbox_of("queued", 0);
    let met = Met { office, meeting, seen: Vec::new(), code: flushed.code, err: flushed.err };
    met.assert_all_arrive("nobody");
}

#[test]
fn a_soft_refusal_is_tried_again_later() {
    for (step, phase) in STEPS {
        let mut met = meet("-r", step);
        assert_eq!(met.code, 75, "{step}: {}", met.err);
        for item in met.office.outbox() {
            let failure = failure(&item);
            assert_eq!((failure.phase.as_str(), failure.code, failure.enhanced.as_deref()), (phase, Some(450), Some("4.3.0")), "{step}");
            assert!(failure.text.contains("Error: command failed"), "{failure:?}");
        }
        assert_eq!(met.seen.len(), if step == "." { 15 } else { 0 }, "{step}");
        met.assert_deferred_and_delivered_later(step);
    }
}

#[test]
fn a_hard_refusal_is_final_and_said() {
    for (step, phase) in STEPS {
        let mut met = meet("-f", step);
        if step == "mail" {
            // The sender is the same for all: refused for one, it would be refused for all. Nothing is given up for that.
            assert_eq!(met.code, 75, "{step}: {}", met.err);
            met.office.outbox_of("queued", 0);
            met.assert_all_arrive(step);
            continue;
        }
        assert_eq!(met.code, 65, "{step}: {}", met.err);
        for item in met.office.outbox_of("failed", 1) {
            let failure = failure(&item);
            assert_eq!((failure.phase.as_str(), failure.code, failure.enhanced.as_deref()), (phase, Some(500), Some("5.3.0")), "{step}");
            assert_eq!(item.next_attempt, None);
        }
        let sink = met.mend();
        met.office.wait_until(HOURS_LATER);
        met.office.flush_all(0);
        // Nobody has the invitation, so nobody is told that it is off.
        met.office.cancel(&met.meeting);
        met.office.flush_all(0);
        assert!(sink.messages().is_empty(), "{step}");
        let outbox = met.office.outbox();
        let cancels: Vec<&Item> = outbox.iter().filter(|item| item.kind == "cancel").collect();
        assert_eq!(cancels.len(), 15);
        assert!(cancels.iter().all(|item| item.state == "dropped" && item.reason.is_some()), "{step}: {cancels:?}");
        met.office.assert_sound();
    }
}

#[test]
fn a_broken_connection_is_tried_again_later_with_the_same_bytes() {
    for (step, phase) in STEPS {
        let mut met = meet("-q", step);
        assert_eq!(met.code, 75, "{step}: {}", met.err);
        for item in met.office.outbox() {
            assert_eq!((failure(&item).phase.as_str(), failure(&item).code), (phase, None), "{step}");
        }
        // After the dot the relay has the message, and only its answer is missing: then it comes twice, the same both times.
        assert_eq!(met.seen.len(), if step == "." { 15 } else { 0 }, "{step}");
        met.assert_deferred_and_delivered_later(step);
    }
}

#[test]
fn being_sent_away_counts_against_none() {
    for (step, phase) in STEPS {
        let met = meet("-Q", step);
        assert_eq!(met.code, 75, "{step}: {}", met.err);
        assert!(met.err.contains(&format!("in phase {phase}: 421")), "{step}: {}", met.err);
        met.office.outbox_of("queued", 0);
        met.assert_all_arrive(step);
        met.office.outbox_of("sent", 1);
    }
}

#[test]
fn a_cancellation_follows_only_an_invitation_that_may_have_arrived() {
    // Refused before the dot: no relay has it. Cut off after the dot: the relay has it, although it never said so.
    for (option, step, told) in [("-r", "rcpt", 0), ("-q", ".", 15)] {
        let mut met = meet(option, step);
        met.office.cancel(&met.meeting);
        let sink = met.mend();
        met.office.wait_until(HOURS_LATER);
        met.office.flush_all(told);
        let outbox = met.office.outbox();
        let of = |kind: &str, state: &str| {
            let items: Vec<Item> = outbox.iter().filter(|item| item.kind == kind && item.state == state).cloned().collect();
            ids(&items)
        };
        assert_eq!(of("request", "dropped").len(), 15, "{option} {step}");
        assert_eq!(of("cancel", if told == 0 { "dropped" } else { "sent" }).len(), 15, "{option} {step}");
        assert_eq!(message_ids(&sink.messages()), of("cancel", "sent"), "{option} {step}");
        met.office.assert_sound();
    }
}

#[test]
fn a_relay_that_refuses_before_it_has_the_message_loses_none() {
    // 550 at once behind the 354, then no more reading: what is read of that depends on who is faster.
    let mut met = meet("-A", "0");
    assert!([65, 75].contains(&met.code), "{}: {}", met.code, met.err);
    let outbox = met.office.outbox();
    let (refused, waiting): (Vec<Item>, Vec<Item>) = outbox.into_iter().partition(|item| item.state == "failed");
    assert!(refused.iter().all(|item| failure(item).code == Some(550)), "{refused:?}");
    assert!(waiting.iter().all(|item| item.state == "deferred"), "{waiting:?}");
    assert!(met.seen.is_empty());
    let sink = met.mend();
    met.office.wait_until(HOURS_LATER);
    met.office.flush_all(waiting.len() as u64);
    assert_eq!(message_ids(&sink.messages()), ids(&waiting));
}
