//! A relay that takes most recipients and refuses some: each message has its own fate.

use crate::office::{HOURS_LATER, Item, Office, ids, relay};
use crate::server::{Server, Setup};
use crate::{Delivered, message_ids};

const GONE: &str = "vanthu@tdtt.gov.vn";
const FULL: &str = "cucdienanh-vhttdl@chinhphu.vn";

#[test]
fn each_recipient_has_a_fate_of_its_own() {
    let refuse = &[(GONE, "550 5.1.1 No such mailbox"), (FULL, "452 4.2.2 Mailbox full")];
    let server = Server::start(&Setup { refuse, ..Setup::default() });
    let (mut office, id) = Office::with_issued_meeting(&relay(server.port));
    let flushed = office.flush();
    let counts = (flushed.sent, flushed.deferred, flushed.failed, flushed.remaining);
    assert_eq!((flushed.code, counts), (65, (13, 1, 1, 1)), "refused for good comes before tried again: {flushed:?}");
    let outbox = office.outbox();
    for item in &outbox {
        let (state, error) = match item.to.as_str() {
            GONE => ("failed", Some((Some(550), Some("5.1.1")))),
            FULL => ("deferred", Some((Some(452), Some("4.2.2")))),
            _ => ("sent", None),
        };
        assert_eq!((item.state.as_str(), item.attempts), (state, 1), "{item:?}");
        assert_eq!(item.last_error.as_ref().map(|error| (error.code, error.enhanced.as_deref())), error, "{item:?}");
        assert!(item.last_error.as_ref().is_none_or(|error| error.phase == "rcpt"));
    }
    let in_state = |items: &[Item], state: &str| ids(&items.iter().filter(|item| item.state == state).cloned().collect::<Vec<_>>());
    let first = server.messages();
    assert_eq!(message_ids(&first), in_state(&outbox, "sent"));

    // The mailbox has room again; the other one stays away.
    let server = Server::start(&Setup { refuse: &refuse[..1], ..Setup::default() });
    office.configure(&relay(server.port));
    office.wait_until(HOURS_LATER);
    office.flush_all(1);
    let second = server.messages();
    assert_eq!(second.iter().map(Delivered::recipient).collect::<Vec<_>>(), [FULL]);
    let outbox = office.outbox();
    assert_eq!(message_ids(&[first, second].concat()), in_state(&outbox, "sent"));

    // Whoever has an invitation is told; whoever surely has none is not.
    office.cancel(&id);
    office.flush_all(14);
    let told: Vec<Item> = office.outbox().into_iter().filter(|item| item.kind == "cancel").collect();
    assert_eq!(told.len(), 15);
    for item in told {
        assert_eq!(item.state, if item.to == GONE { "dropped" } else { "sent" }, "{item:?}");
    }
    assert!(server.events("refused").is_empty());
    office.assert_sound();
}

#[test]
fn a_message_refused_when_all_of_it_was_there() {
    let refuse_content = &[(GONE, "554 5.7.1 Looks like spam"), (FULL, "452 4.3.1 No room")];
    let server = Server::start(&Setup { refuse_content, ..Setup::default() });
    let (mut office, _) = Office::with_issued_meeting(&relay(server.port));
    let flushed = office.flush();
    assert_eq!((flushed.code, flushed.sent, flushed.deferred, flushed.failed), (65, 13, 1, 1), "{flushed:?}");
    for item in office.outbox() {
        let expected = match item.to.as_str() {
            GONE => Some(("failed", 554)),
            FULL => Some(("deferred", 452)),
            _ => None,
        };
        let met = item.last_error.as_ref().map(|error| (item.state.as_str(), error.code.unwrap()));
        assert_eq!(met, expected, "{item:?}");
        assert!(item.last_error.is_none_or(|error| error.phase == "dot"));
    }
    let server_with_room = Server::start(&Setup::default());
    office.configure(&relay(server_with_room.port));
    office.wait_until(HOURS_LATER);
    office.flush_all(1);
    assert_eq!(server_with_room.messages().iter().map(Delivered::recipient).collect::<Vec<_>>(), [FULL]);
    assert_eq!(server.messages().len(), 13);
    office.assert_sound();
}

#[test]
fn a_message_over_the_size_that_the_relay_tells_is_not_begun() {
    let server = Server::start(&Setup { size: Some(2_000), ..Setup::default() });
    let (office, _) = Office::with_issued_meeting(&relay(server.port));
    let flushed = office.flush();
    assert_eq!((flushed.code, flushed.sent, flushed.failed), (65, 0, 15), "{flushed:?}");
    for item in office.outbox_of("failed", 1) {
        let error = item.last_error.unwrap();
        assert!((error.phase.as_str(), error.code) == ("check", None) && error.text.contains("2000"), "{error:?}");
    }
    assert!(server.messages().is_empty() && server.events("refused").is_empty());
}
