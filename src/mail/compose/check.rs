//! What may not be in a message: looked for before it is composed, in the texts, and afterwards, in its bytes.

use std::str::FromStr as _;

use chrono::Datelike as _;

use crate::domain::dispatch::{Dispatch, Recipient};
use crate::domain::mailbox::MailAddress;
use crate::domain::text::is_harmful;
use crate::usecase::ports::ComposeError;

/// The longest line without its CRLF (RFC 5322, section 2.1.1).
const LINE_MAX: usize = 998;
/// The longest identifier that is taken: Message-ID, UID, and number, whose symbol alone may be a whole line.
const ID_MAX: usize = 600;
/// The fields that a message may have. One more, or one twice, would have come out of somebody's text.
const FIELDS: [&str; 12] = [
    "Date",
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "X-Lichhop-Outbox-Id",
    "MIME-Version",
    "Content-Type",
];

fn refuse<T>(words: impl Into<String>) -> Result<T, ComposeError> {
    Err(ComposeError(words.into()))
}

/// Checks what the types of a dispatch leave open. Its lines and addresses were checked when they were made.
pub(super) fn before(dispatch: &Dispatch, recipient: &Recipient) -> Result<(), ComposeError> {
    // chrono writes years of four digits only (RFC 5322, section 3.3).
    if !(1970..=9999).contains(&dispatch.at.year()) {
        return refuse(format!("the year {} cannot stand in a Date field", dispatch.at.year()));
    }
    one_line("the number", &dispatch.number)?;
    dispatch.replaces.as_ref().map_or(Ok(()), |earlier| one_line("the number that is replaced", &earlier.number))?;
    one_line("the calendar entry's UID", &dispatch.calendar.uid)?;
    for (what, text) in [("the text", &dispatch.body.text), ("the page", &dispatch.body.html)] {
        if let Some(c) = text.chars().find(|c| is_harmful(*c) && !matches!(c, '\n' | '\t')) {
            return refuse(format!("{what} holds the control character U+{:04X}", u32::from(c)));
        }
    }
    address(&dispatch.sender.address)?;
    address(&recipient.address)?;
    message_id(&dispatch.message_id(recipient.n))?;
    recipient.references.as_deref().map_or(Ok(()), message_id)
}

fn one_line(what: &str, text: &str) -> Result<(), ComposeError> {
    if text.trim().is_empty() || text.chars().count() > ID_MAX {
        return refuse(format!("{what} is empty or longer than {ID_MAX} characters"));
    }
    match text.chars().find(|c| is_harmful(*c)) {
        Some(c) => refuse(format!("{what} holds the control character U+{:04X}", u32::from(c))),
        None => Ok(()),
    }
}

/// The mail library's opinion of an address, beside the domain's.
fn address(address: &MailAddress) -> Result<(), ComposeError> {
    match lettre::Address::from_str(address.as_str()) {
        Ok(_) => Ok(()),
        Err(fault) => refuse(format!("{address}: {fault}")),
    }
}

/// One identifier in angle brackets (RFC 5322, section 3.6.4), without anything that would have to be quoted.
fn message_id(id: &str) -> Result<(), ComposeError> {
    let inner = id.strip_prefix('<').and_then(|id| id.strip_suffix('>')).and_then(|id| id.split_once('@'));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_graphic() && !b"<>@()[]\\\",:;".contains(&b));
    match inner {
        Some((left, right)) if plain(left) && plain(right) && id.len() <= ID_MAX => Ok(()),
        _ => refuse(format!("not a Message-ID: {}", id.escape_debug())),
    }
}

/// Checks the bytes that will be sent: ASCII, every line ended by CRLF and short enough, no NUL, and no header field but
/// the known ones, each once.
pub(super) fn after(bytes: &[u8]) -> Result<(), ComposeError> {
    let Ok(text) = str::from_utf8(bytes) else { return refuse("bytes that are not text") };
    if let Some(byte) = bytes.iter().find(|byte| !byte.is_ascii() || **byte == 0) {
        return refuse(format!("the byte {byte:#04x}"));
    }
    let Some(body) = text.strip_suffix("\r\n") else { return refuse("the last line has no end") };
    let mut fields: Vec<&str> = Vec::new();
    let mut in_header = true;
    for line in body.split("\r\n") {
        if line.contains(['\r', '\n']) {
            return refuse("a bare CR or LF");
        }
        if line.len() > LINE_MAX {
            return refuse(format!("a line of {} bytes", line.len()));
        }
        in_header = in_header && !line.is_empty();
        if in_header && !line.starts_with(' ') {
            let name = line.split_once(": ").map_or(line, |(name, _)| name);
            if !FIELDS.contains(&name) || fields.contains(&name) {
                return refuse(format!("the header field {name:?}"));
            }
            fields.push(name);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_may_not_be_sent_are_refused() {
        assert_eq!(after(b"Date: x\r\nTo: a\r\n b\r\n\r\nbody: any\r\n"), Ok(()));
        for wrong in [
            "Date: x\r\n\r\nbody",
            "Date: x\r\n\r\na\nb\r\n",
            "Date: x\r\n\r\na\rb\r\n",
            "Date: x\r\n\r\na\0\r\n",
            "Date: x\r\n\r\nộ\r\n",
            "Date: x\r\nBcc: y\r\n\r\n\r\n",
            "Date: x\r\nDate: y\r\n\r\n\r\n",
            "Date: x\r\nwithout a name\r\n\r\n\r\n",
        ] {
            assert!(after(wrong.as_bytes()).is_err(), "{wrong:?}");
        }
        assert!(after(format!("Date: x\r\n\r\n{}\r\n", "a".repeat(999)).as_bytes()).is_err());
        assert!(after(format!("Date: x\r\n\r\n{}\r\n", "a".repeat(998)).as_bytes()).is_ok());
        assert!(after(&[0xff, b'\r', b'\n']).is_err());
    }

    #[test]
    fn identifiers_are_one_token() {
        assert_eq!(message_id("<a.b-1@chinhphu.vn>"), Ok(()));
        for wrong in ["", "a@b", "<a@b", "<a b@c>", "<a@b> <c@d>", "<a@b>\r\nBcc: x", "<@b>", "<a@>", "<a@b@c>", "<\"a\"@b>"] {
            assert!(message_id(wrong).is_err(), "{wrong:?}");
        }
    }
}
