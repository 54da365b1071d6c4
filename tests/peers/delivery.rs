//! The way of an invitation and its cancellation to Postfix's sink.

use crate::office::{INVITED, ISSUED, Office, SENDER, addresses, ids, invited, relay};
use crate::sink::Sink;
use crate::{Delivered, message_ids};

fn recipients(messages: &[Delivered]) -> Vec<String> {
    messages.iter().map(|message| message.recipient().to_owned()).collect()
}

#[test]
fn fifteen_invitations_and_fifteen_cancellations_arrive_once_each() {
    let sink = Sink::start(&[]);
    let (office, id) = Office::with_issued_meeting(&relay(sink.port));
    let queued = office.outbox_of("queued", 0);
    assert_eq!(queued.iter().map(|item| item.unit.as_str()).collect::<Vec<_>>(), INVITED, "in the order of the invitation");
    for (item, unit) in queued.iter().zip(invited()) {
        assert_eq!(item.to, unit.address, "{}", unit.code);
    }
    assert!(sink.messages().is_empty(), "nothing leaves before the flush");

    office.flush_all(15);
    let invitations = sink.messages();
    assert_eq!(recipients(&invitations), addresses());
    assert_eq!(message_ids(&invitations), ids(&queued));
    for message in &invitations {
        assert_eq!(message.sender, SENDER);
        assert_eq!(message.bytes, office.message(&id, message.recipient()), "what is shown is what was sent");
    }
    let sent = office.outbox_of("sent", 1);
    assert!(sent.iter().all(|item| item.last_error.is_none() && item.next_attempt.is_none() && item.kind == "request"));
    assert!(sent.iter().all(|item| item.sent_at.as_deref() == Some("2016-05-03T02:15:30Z")), "{ISSUED} in UTC");
    office.flush_all(0);
    assert_eq!(sink.messages(), invitations, "once each");
    drop(sink);

    let sink = Sink::start(&[]);
    office.configure(&relay(sink.port));
    office.cancel(&id);
    office.flush_all(15);
    let cancellations = sink.messages();
    assert_eq!(recipients(&cancellations), addresses());
    let mut all = [message_ids(&invitations), message_ids(&cancellations)].concat();
    all.sort();
    let outbox = office.outbox_of("sent", 1);
    assert_eq!(all, ids(&outbox));
    all.dedup();
    assert_eq!(all.len(), 30, "no Message-ID twice");
    office.flush_all(0);
    assert_eq!(sink.messages(), cancellations);
    office.assert_sound();
}

#[test]
fn what_a_relay_does_not_offer_is_not_needed() {
    // 8BITMIME, PIPELINING, ENHANCEDSTATUSCODES, and then everything else that the sink can hide.
    for hidden in [&["-8"][..], &["-p"], &["-E"], &["-8", "-p", "-E", "-a", "-N", "-F", "-C"]] {
        let sink = Sink::start(hidden);
        let (office, _) = Office::with_issued_meeting(&relay(sink.port));
        office.flush_all(15);
        let messages = sink.messages();
        assert_eq!(recipients(&messages), addresses(), "{hidden:?}");
        assert_eq!(message_ids(&messages), ids(&office.outbox()), "{hidden:?}");
    }
}

#[test]
fn a_relay_without_esmtp_gets_nothing_and_nothing_is_lost() {
    // The second one shows the greeting of a firewall that strikes ESMTP out; the third speaks LMTP.
    for without in ["-e", "-P", "-L"] {
        let sink = Sink::start(&[without]);
        let (office, _) = Office::with_issued_meeting(&relay(sink.port));
        let flushed = office.flush();
        assert_eq!((flushed.code, flushed.remaining), (69, 15), "{without}: {flushed:?}");
        assert!(flushed.err.contains("in phase ehlo"), "{without}: {flushed:?}");
        office.outbox_of("queued", 0);
        assert!(sink.messages().is_empty());
        let sink = Sink::start(&[]);
        office.configure(&relay(sink.port));
        office.flush_all(15);
        assert_eq!(message_ids(&sink.messages()), ids(&office.outbox()));
    }
}
