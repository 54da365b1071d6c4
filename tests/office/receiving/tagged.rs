//! Messages that come back to addresses of their own.

use std::sync::atomic::{AtomicUsize, Ordering};

use lichhop::domain::incoming::{Outcome, Quarantine, ReportAction};
use lichhop::domain::mailbox::MailAddress;
use lichhop::domain::meeting::MeetingId;
use lichhop::domain::outbox::Item;
use lichhop::usecase::ports::{Commit, Operation, Store as _};
use lichhop::usecase::{keys, meeting, message};

use super::{Bench, CDA};
use crate::incoming::BOUNCE;
use crate::office::prose;

const OFFICE: &str = "congthongtindientu-vhttdl@chinhphu.vn";

/// An office whose messages come back to addresses of their own.
fn office() -> Bench {
    configured(Bench::new(), true)
}

fn configured(mut bench: Bench, verp: bool) -> Bench {
    bench.rules.verp = verp;
    bench.reopened()
}

/// Numbers bounces, so that each has a Message-ID of its own.
static NUMBER: AtomicUsize = AtomicUsize::new(0);

/// A bounce at an address; `returned`: the Message-ID of what it returns.
fn bounce(at: &str, returned: Option<&str>) -> String {
    let (head, rest) = BOUNCE.split_once("To: congthongtindientu-vhttdl@chinhphu.vn").unwrap();
    let rest = match returned {
        Some(id) => rest.replace("MESSAGE-ID-STANDS-HERE", id.trim_matches(['<', '>'])),
        None => rest.replace("Message-ID: <MESSAGE-ID-STANDS-HERE>", "X: y"),
    };
    let number = format!("{:06X}", NUMBER.fetch_add(1, Ordering::SeqCst));
    format!("Delivered-To: {at}\n{head}To: {at}{rest}").replace("4A1B2C", &number)
}

/// The notice of a server that writes no reports.
fn notice(at: &str, from: &str, subject: &str, words: &str) -> String {
    format!("Return-Path: <>\nDelivered-To: {at}\nFrom: {from}\nTo: {at}\nSubject: {subject}\n\n{words}\n")
}

/// An address whose code is another one.
fn guessed(address: &str) -> String {
    let (local, domain) = address.split_once('@').unwrap();
    let other = if local.ends_with('a') { 'b' } else { 'a' };
    format!("{}{other}@{domain}", &local[..local.len() - 1])
}

impl Bench {
    fn sent(&mut self, units: &[&str]) -> (MeetingId, Vec<Item>) {
        let id = self.invited(units);
        let items = self.items(&id);
        (id, items)
    }

    fn bounced(&self, id: &MeetingId) -> Vec<bool> {
        self.items(id).iter().map(|item| item.bounce.is_some()).collect()
    }
}

#[test]
fn without_the_setting_everything_comes_back_to_the_office() {
    let mut bench = Bench::new();
    let (_, items) = bench.sent(&["CDA", "VPC"]);
    assert!(items.iter().all(|item| item.from.as_str() == OFFICE));
    assert_eq!(bench.memory.get(keys::VERP).unwrap(), None);
    let unmatched = bounce(OFFICE, None);
    assert_eq!(bench.outcome(&unmatched), Outcome::Quarantined { why: Quarantine::UnknownMessage });
    bench.assert_sound();
}

#[test]
fn a_bounce_that_returns_nothing_is_found_by_its_address() {
    let mut bench = office();
    let (id, items) = bench.sent(&["CDA", "VPC"]);
    for item in &items {
        let (local, domain) = item.from.as_str().split_once('@').unwrap();
        let code = local.strip_prefix(&format!("congthongtindientu-vhttdl+t{}-{}-", item.id.dispatch, item.id.n)).unwrap();
        assert_eq!((code.len(), domain), (10, "chinhphu.vn"), "{}", item.from);
        // What is read by people and calendars names the office alone.
        let message = message::read(bench.desk.store(), item.id).unwrap();
        let text = String::from_utf8_lossy(&message).into_owned();
        assert!(text.contains(OFFICE) && !text.contains("vhttdl+t"), "{text}");
    }
    let (cda, vpc) = (&items[0], &items[1]);
    assert_eq!(bench.outcome(&bounce(cda.from.as_str(), None)), Outcome::Bounced { item: cda.id });
    assert_eq!(bench.bounced(&id), [true, false]);
    assert_eq!(bench.items(&id)[0].bounce.as_ref().unwrap().status.as_deref(), Some("5.1.1"));
    // The report of the other recipient at this address is none of this message.
    assert_eq!(bench.outcome(&bounce(vpc.from.as_str(), None)), Outcome::Quarantined { why: Quarantine::OtherRecipient });
    // What returns the message and came to its address says the same twice.
    let (id, items) = bench.sent(&["CDA"]);
    let both = bounce(&items[0].from.as_str().to_uppercase(), Some(&items[0].message_id));
    assert_eq!(bench.outcome(&both), Outcome::Bounced { item: items[0].id });
    assert_eq!(bench.bounced(&id), [true]);
    bench.assert_sound();
}

#[test]
fn a_wrong_code_counts_for_nothing() {
    let mut bench = office();
    let (id, items) = bench.sent(&["CDA"]);
    let wrong = guessed(items[0].from.as_str());
    assert_eq!(bench.outcome(&bounce(&wrong, None)), Outcome::Quarantined { why: Quarantine::UnknownMessage });
    let absent = notice(&wrong, "MAILER-DAEMON@mail.bo.vn", "failure notice", "no mailbox here");
    assert_eq!(bench.outcome(&absent), Outcome::Quarantined { why: Quarantine::Automatic });
    assert_eq!(bench.bounced(&id), [false]);
    // It is not in the way of what the message itself proves, nor of a right one below it.
    let proven = bounce(&wrong, Some(&items[0].message_id));
    assert_eq!(bench.outcome(&proven), Outcome::Bounced { item: items[0].id });
    let (id, items) = bench.sent(&["CDA"]);
    let below = bounce(&guessed(items[0].from.as_str()), None).replace("\nTo: ", &format!("\nX-Original-To: {}\nTo: ", items[0].from));
    assert_eq!(bench.outcome(&below), Outcome::Bounced { item: items[0].id });
    assert_eq!(bench.bounced(&id), [true]);
    // The code of one store is wrong in another.
    let mut other = configured(Bench::empty(), false);
    assert_eq!(other.outcome(&bounce(items[0].from.as_str(), None)), Outcome::Quarantined { why: Quarantine::UnknownMessage });
    bench.assert_sound();
}

#[test]
fn where_address_and_returned_message_disagree_somebody_looks() {
    let mut bench = office();
    let (id, items) = bench.sent(&["CDA", "VPC"]);
    let disagree = Outcome::Quarantined { why: Quarantine::OtherMessage { item: items[0].id } };
    for returned in [items[1].message_id.as_str(), "<somebody.elses@example.vn>"] {
        let text = bounce(items[0].from.as_str(), Some(returned));
        assert_eq!(bench.outcome(&text), disagree);
    }
    assert_eq!(bench.bounced(&id), [false, false]);
    bench.assert_sound();
}

#[test]
fn a_server_that_writes_no_reports_is_understood() {
    let mut bench = office();
    let (id, items) = bench.sent(&["CDA", "VPC"]);
    let (item, at) = (items[0].id, items[0].from.as_str());
    let daemon = "MAILER-DAEMON@mail.bo.vn";
    for (subject, words) in [("Warning: message delayed 24 hours", "x"), ("Mail", "It has not yet been delivered."), ("Thư chậm trễ", "x")]
    {
        let late = notice(at, daemon, subject, words);
        assert_eq!(bench.outcome(&late), Outcome::Noted { item, action: ReportAction::Delayed }, "{subject}");
    }
    // Who is away writes from his own mailbox, without a return path too.
    let away = notice(at, CDA, "Vắng mặt", "Tôi đi công tác.");
    assert_eq!(bench.outcome(&away), Outcome::Quarantined { why: Quarantine::Automatic });
    let refused = notice(at, daemon, "failure notice", "Sorry, no mailbox here by that name.");
    // Without the word of who delivered it that nobody can be answered, anybody may have written it.
    let unproven = refused.replace("Return-Path: <>\n", "Auto-Submitted: auto-replied\n");
    assert_eq!(bench.outcome(&unproven), Outcome::Quarantined { why: Quarantine::Automatic });
    assert_eq!(bench.bounced(&id), [false, false]);
    assert_eq!(bench.outcome(&refused), Outcome::Bounced { item });
    assert_eq!(bench.items(&id)[0].bounce.as_ref().unwrap().words(), "Sorry, no mailbox here by that name.");
    // A second one changes nothing.
    let again = notice(at, daemon, "failure notice", "Gave up.");
    assert_eq!(bench.outcome(&again), Outcome::Bounced { item });
    assert_eq!(bench.items(&id)[0].bounce.as_ref().unwrap().words(), "Sorry, no mailbox here by that name.");
    // At the office's own address it is nobody's.
    let plain = notice(OFFICE, daemon, "failure notice", "Gone.");
    assert_eq!(bench.outcome(&plain), Outcome::Quarantined { why: Quarantine::Automatic });
    // A person who found the address is a person.
    let letter = format!("From: {CDA}\nTo: {at}\nSubject: Re: [{id}]\n\nĐã nhận");
    assert!(matches!(bench.outcome(&letter), Outcome::Acknowledged { .. }));
    bench.assert_sound();
}

#[test]
fn what_was_issued_does_not_change_with_the_configuration() {
    let mut bench = office();
    let (id, items) = bench.sent(&["CDA"]);
    let mut bench = configured(bench, false);
    assert_eq!(bench.outcome(&bounce(items[0].from.as_str(), None)), Outcome::Bounced { item: items[0].id });
    meeting::cancel(&mut bench.desk, "minh", &id, &prose("hoãn")).unwrap();
    assert_eq!(bench.items(&id)[1].from.as_str(), OFFICE, "a notice of today goes by the rules of today");
    let mut bench = configured(bench, true);
    let (_, later) = bench.sent(&["CDA"]);
    assert_ne!(later[0].from, items[0].from);
    bench.assert_sound();
}

/// What is sealed and not yet queued when the process dies is queued as it was issued, whatever is configured afterwards.
#[test]
fn a_crash_between_seal_and_queue_changes_no_address() {
    let mut queued_after = 0;
    for left in 0.. {
        let mut bench = office();
        let id = bench.approved(&["CDA", "VPC"]);
        bench.store.left.store(left, Ordering::SeqCst);
        let done = lichhop::usecase::issue::issue(&mut bench.desk, "minh", &crate::office::order(&id));
        let before = bench.items(&id).len();
        let bench = configured(bench, false);
        let items = bench.items(&id);
        bench.assert_sound();
        assert!(items.iter().all(|item| item.from.as_str().contains("vhttdl+t")), "{left}: {items:?}");
        queued_after += items.len() - before;
        if done.is_ok() {
            break;
        }
    }
    assert!(queued_after > 0, "no crash fell between them");
}

#[test]
fn an_address_that_would_be_too_long_stays_the_offices() {
    let mut bench = Bench::new();
    let long = format!("{}@chinhphu.vn", "v".repeat(60));
    bench.rules.sender.address = MailAddress::parse(&long).unwrap();
    let mut bench = configured(bench, true);
    let (_, items) = bench.sent(&["CDA"]);
    assert_eq!(items[0].from.as_str(), long);
    bench.assert_sound();
}

#[test]
fn a_key_that_is_gone_is_named_by_the_check_and_stops_no_message() {
    let mut bench = office();
    let (id, _) = bench.sent(&["CDA"]);
    let gone = Commit { checks: vec![], operations: vec![Operation::Delete { key: keys::VERP.to_vec() }] };
    bench.memory.commit(&gone).unwrap();
    let report = lichhop::usecase::check::check(bench.memory.as_ref()).unwrap();
    assert_eq!(format!("{:?}", report.findings), "[Record { id: \"s/verp\" }]");
    // The next issue makes another one; what was sent before is still known by its address.
    meeting::cancel(&mut bench.desk, "minh", &id, &prose("hoãn")).unwrap();
    let items = bench.items(&id);
    assert_eq!(bench.outcome(&bounce(items[0].from.as_str(), None)), Outcome::Bounced { item: items[0].id });
    bench.assert_sound();
}
