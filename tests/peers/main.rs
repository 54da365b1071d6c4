//! The mail of the real program against peers that are not ours: Postfix's `smtp-sink`, a Postfix of its own, Dovecot, aiosmtpd,
//! msmtp, and the parsers of Python's `email` and `icalendar`; and users of this machine. They are installed by `.ci/peers`, which also
//! runs this.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod certificate;
mod client;
mod delivery;
mod encrypted;
mod faults;
mod full;
mod office;
mod piped;
mod postfix;
mod programs;
mod python;
mod readback;
mod receiving;
mod refusals;
mod server;
mod sink;
mod slow;
mod systemd;
mod users;

/// A message as a peer has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Delivered {
    /// The envelope's sender.
    sender: String,
    /// The envelope's recipients.
    recipients: Vec<String>,
    /// What came between DATA and the final dot.
    bytes: Vec<u8>,
}

impl Delivered {
    /// The only recipient.
    fn recipient(&self) -> &str {
        assert_eq!(self.recipients.len(), 1, "one message for one mailbox: {:?}", self.recipients);
        &self.recipients[0]
    }

    fn message_id(&self) -> String {
        let text = str::from_utf8(&self.bytes).unwrap();
        text.lines().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap().to_owned()
    }
}

/// The Message-IDs of messages, sorted, one for each message.
fn message_ids(messages: &[Delivered]) -> Vec<String> {
    let mut ids: Vec<String> = messages.iter().map(Delivered::message_id).collect();
    ids.sort();
    ids
}
