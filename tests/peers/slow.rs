//! Relays that take their time, and words of theirs in several lines: nothing is given up early, and nothing is misread.

use crate::message_ids;
use crate::office::{Office, ids, relay};
use crate::sink::Sink;

#[test]
fn a_relay_that_waits_before_it_answers_or_reads_gets_all() {
    // Before the answer to DATA; before it reads the message; with a window that holds little of it.
    for options in [&["-w", "1"][..], &["-H", "1"], &["-H", "1", "-T", "1024"], &["-w", "1", "-p"]] {
        let sink = Sink::start(options);
        let (office, _) = Office::with_issued_meeting(&format!("{}\nconnections = 15", relay(sink.port)));
        office.flush_all(15);
        assert_eq!(message_ids(&sink.messages()), ids(&office.outbox_of("sent", 1)), "{options:?}");
    }
}

#[test]
fn refusals_in_the_relays_own_words() {
    for (option, words, step, phase, code) in [
        ("-b", "452 4.2.2 hộp thư đầy", "rcpt", "rcpt", 452),
        ("-b", "421 4.7.0 busy", "mail", "mail", 421),
        ("-B", "550 5.1.1 không có hộp thư này", "rcpt", "rcpt", 550),
        ("-B", "552 5.3.4 thư quá lớn", "mail", "mail", 552),
        ("-B", "530 5.7.0 authentication required", "mail", "mail", 530),
    ] {
        let sink = Sink::start(&[option, words, if option == "-b" { "-r" } else { "-f" }, step]);
        let (office, _) = Office::with_issued_meeting(&relay(sink.port));
        let flushed = office.flush();
        assert_eq!((flushed.sent, flushed.remaining + flushed.failed), (0, 15), "{words}: {flushed:?}");
        let (exit, state) = match code {
            452 => (75, "deferred"),
            421 => (75, "queued"),
            530 => (77, "queued"),
            _ => (65, "failed"),
        };
        assert_eq!(flushed.code, exit, "{words}: {flushed:?}");
        for item in office.outbox_of(state, u32::from(state != "queued")) {
            if let Some(error) = item.last_error {
                assert_eq!((error.phase.as_str(), error.code), (phase, Some(code)), "{error:?}");
                assert!(error.text.ends_with(words.split_once(' ').unwrap().1.split_once(' ').unwrap().1), "{error:?}");
            }
        }
        if state == "queued" {
            assert!(flushed.err.contains(&code.to_string()), "{flushed:?}");
        }
        assert!(sink.messages().is_empty());
        let sink = Sink::start(&[]);
        office.configure(&relay(sink.port));
        let left = if state == "queued" { 15 } else { 0 };
        office.flush();
        assert_eq!(sink.messages().len(), left, "{words}");
        office.assert_sound();
    }
}
