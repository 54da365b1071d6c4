//! Programs that take mail: Postfix's `sendmail`, and msmtp before Postfix's sink.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use crate::certificate::Certificate;
use crate::office::{HOURS_LATER, Office, addresses, ids};
use crate::postfix::Postfix;
use crate::sink::{Sink, free_port};
use crate::{Delivered, message_ids};

/// A program that is another one with a configuration of its own.
struct Program(tempfile::TempDir);

impl Program {
    /// A script with this line, in which `"$@"` are its arguments.
    fn of(line: &str) -> Self {
        let program = Self(tempfile::tempdir().unwrap());
        let text = program.0.path().join("text");
        fs::write(&text, format!("#!/bin/sh\n{line}\n")).unwrap();
        // Copied by another process: nobody can run a file that a child of this one still holds open.
        assert!(Command::new("cp").arg(text).arg(program.path()).status().unwrap().success());
        fs::set_permissions(program.path(), fs::Permissions::from_mode(0o700)).unwrap();
        program
    }

    /// msmtp for a relay.
    fn msmtp(relay: &str) -> Self {
        let program = Self::of("exec /usr/bin/msmtp -C \"${0%/*}/msmtprc\" \"$@\"");
        let settings = program.0.path().join("msmtprc");
        fs::write(&settings, format!("account default\n{relay}\nfrom nobody@example.vn\n")).unwrap();
        fs::set_permissions(settings, fs::Permissions::from_mode(0o600)).unwrap();
        program
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("program")
    }

    fn relay(&self) -> String {
        format!("relay = \"sendmail:{}\"", self.path().display())
    }
}

fn on(port: u16) -> String {
    format!("host 127.0.0.1\nport {port}")
}

#[test]
fn postfix_takes_all_by_its_sendmail_and_delivers_them_unchanged() {
    let postfix = Postfix::start(&Certificate::of_this_machine(), "", &[]);
    let program = Program::of(&format!("exec /usr/sbin/sendmail -C '{}' \"$@\"", postfix.config().display()));
    let (office, id) = Office::with_issued_meeting(&program.relay());
    office.flush_all(15);
    let letters = postfix.letters();
    assert_eq!(letters.iter().map(|letter| letter.recipient.clone()).collect::<Vec<_>>(), addresses(), "{}", postfix.log());
    for letter in &letters {
        assert_eq!(letter.bytes, office.message(&id, &letter.recipient), "{}", letter.recipient);
    }
    office.assert_sound();
}

#[test]
fn what_postfixs_sendmail_says_of_a_message_that_is_too_large_is_kept() {
    let settings = "message_size_limit = 6000\nvirtual_mailbox_limit = 6000\n";
    let postfix = Postfix::start(&Certificate::of_this_machine(), settings, &[]);
    let program = Program::of(&format!("exec /usr/sbin/sendmail -C '{}' \"$@\"", postfix.config().display()));
    let (office, _) = Office::with_issued_meeting(&program.relay());
    let flushed = office.flush();
    // To the program that is a fault of the moment: it calls it 75, and so the message is tried until it is given up.
    assert_eq!((flushed.code, flushed.sent, flushed.deferred, flushed.failed), (75, 0, 15, 0), "{flushed:?}");
    for item in office.outbox_of("deferred", 1) {
        let error = item.last_error.unwrap();
        assert!(error.phase == "sendmail" && error.text.contains("exit code 75") && error.text.contains("too big"), "{error:?}");
    }
    assert!(postfix.letters().is_empty());
}

#[test]
fn a_sendmail_whose_configuration_is_gone_keeps_everything() {
    let program = Program::of("exec /usr/sbin/sendmail -C /nonexistent-for-lichhop \"$@\"");
    let (office, _) = Office::with_issued_meeting(&program.relay());
    let flushed = office.flush();
    assert_eq!((flushed.sent, flushed.failed, flushed.remaining), (0, 0, 15), "{flushed:?}");
    assert!([69, 75].contains(&flushed.code), "{flushed:?}");
}

#[test]
fn msmtp_hands_all_on() {
    let sink = Sink::start(&[]);
    let program = Program::msmtp(&on(sink.port));
    let (office, _) = Office::with_issued_meeting(&program.relay());
    office.flush_all(15);
    let messages = sink.messages();
    assert_eq!(messages.iter().map(|message| message.recipient().to_owned()).collect::<Vec<_>>(), addresses());
    assert_eq!(message_ids(&messages), ids(&office.outbox_of("sent", 1)));
    assert!(messages.iter().all(|message| message.sender == crate::office::SENDER), "the sender is ours, not the program's");
}

/// What msmtp says of each fault of its relay, and that nothing is lost by it.
#[test]
fn what_msmtp_says_of_a_fault() {
    // The fault, msmtp's codes, and how many messages the relay had all the same.
    for (option, step, codes, taken) in [
        ("-r", "rcpt", &[69][..], 0),
        ("-r", ".", &[69], 15),
        ("-f", ".", &[69], 15),
        // It depends on whether it writes or reads first.
        ("-q", "mail", &[74, 76], 0),
        ("-q", ".", &[74, 76], 15),
        ("-Q", "connect", &[74, 76], 0),
    ] {
        let sink = Sink::start(&[option, step]);
        let program = Program::msmtp(&on(sink.port));
        let (mut office, _) = Office::with_issued_meeting(&program.relay());
        let before = ids(&office.outbox());
        let flushed = office.flush();
        assert_eq!((flushed.code, flushed.deferred, flushed.failed, flushed.remaining), (75, 15, 0, 15), "{option} {step}: {flushed:?}");
        for item in office.outbox_of("deferred", 1) {
            let error = item.last_error.unwrap();
            let told = codes.iter().any(|code| error.text.contains(&format!("exit code {code}: msmtp: ")));
            assert!(error.phase == "sendmail" && told, "{option} {step}: {error:?}");
        }
        let seen = sink.messages();
        assert_eq!(seen.len(), taken, "{option} {step}");
        let sink = Sink::start(&[]);
        let program = Program::msmtp(&on(sink.port));
        office.configure(&program.relay());
        office.wait_until(HOURS_LATER);
        office.flush_all(15);
        let messages = sink.messages();
        assert_eq!(message_ids(&messages), before, "{option} {step}");
        // msmtp writes no line of its own into a message that has a Date and a Message-ID.
        let same = |seen: &Delivered| messages.iter().any(|message| message.bytes == seen.bytes);
        assert!(seen.iter().all(same), "{option} {step}: a repeat is the same bytes");
        office.assert_sound();
    }
}

#[test]
fn a_relay_that_msmtp_does_not_find_costs_an_attempt_and_no_message() {
    for (relay, code) in [(on(free_port()), 75), ("host no-such-host.invalid\nport 25".to_owned(), 68)] {
        let program = Program::msmtp(&relay);
        let (mut office, _) = Office::with_issued_meeting(&program.relay());
        let flushed = office.flush();
        assert_eq!((flushed.code, flushed.deferred, flushed.failed, flushed.remaining), (75, 15, 0, 15), "{relay}: {flushed:?}");
        assert!(office.outbox().iter().all(|item| item.last_error.as_ref().unwrap().text.contains(&format!("exit code {code}"))));
        let sink = Sink::start(&[]);
        let program = Program::msmtp(&on(sink.port));
        office.configure(&program.relay());
        office.wait_until(HOURS_LATER);
        office.flush_all(15);
        assert_eq!(message_ids(&sink.messages()), ids(&office.outbox_of("sent", 2)));
    }
}
