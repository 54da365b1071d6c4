//! What comes back by mail: from bytes to what they say.
//!
//! Reading is a pure function of the bytes and of the one mail server whose word is believed. Everything is bounded before it is
//! looked at, and what cannot be read is told as such, never refused: the message is there, and somebody has to see it.

mod calendar;
mod entity;
pub mod folder;
mod header;
pub mod imap;
mod letter;
mod report;
mod tags;
mod trust;

use std::panic::{AssertUnwindSafe, catch_unwind};

use sha2::{Digest as _, Sha256};

use crate::domain::attendance::Trust;
use crate::domain::audit::Digest;
use crate::domain::incoming::{HEADER_MAX, Incoming, MESSAGE_MAX, Unread, What, line_of};

/// Reads a message. `server` is the one whose `Authentication-Results` are believed (its authserv-id).
#[must_use]
pub fn read(bytes: &[u8], server: Option<&str>) -> Incoming {
    let size = bytes.len() as u64;
    let digest = Digest::of_hash(&Sha256::new_with_prefix(bytes));
    let unread = |why| Incoming {
        digest: digest.clone(),
        size,
        message_id: None,
        from: None,
        date: None,
        subject: None,
        automatic: false,
        unreturnable: false,
        tags: Vec::new(),
        trust: Trust::Claimed,
        what: What::Unread(why),
    };
    if bytes.len() > MESSAGE_MAX {
        return unread(Unread::TooLarge);
    }
    // The library has readers for every field that there is; a message must not end the host, whatever is in it.
    match caught(|| whole(bytes, server)) {
        Some(Ok(said)) => Incoming { digest, size, ..said },
        Some(Err(why)) => {
            let said = caught(|| head(bytes, server)).unwrap_or_else(|| unread(why));
            Incoming { digest, size, what: What::Unread(why), ..said }
        }
        None => unread(Unread::Broken),
    }
}

fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

/// A message of which only the beginning is there, because it is too long: its header is read, and nothing else.
#[must_use]
pub fn read_beginning(bytes: &[u8], size: u64, server: Option<&str>) -> Incoming {
    let begun = read(bytes, server);
    Incoming { size, what: What::Unread(Unread::TooLarge), ..begun }
}

fn whole(bytes: &[u8], server: Option<&str>) -> Result<Incoming, Unread> {
    let entity = entity::read(bytes)?;
    let said = of_header(&entity.header, server);
    let what = if let Some(report) = report::read(&entity)? {
        What::Report(report)
    } else if let Some(answer) = calendar::answer(&entity, said.from.as_ref())? {
        What::Calendar(Box::new(answer))
    } else {
        What::Letter(letter::read(&entity, said.subject.as_ref().map(AsRef::as_ref)))
    };
    Ok(Incoming { what, ..said })
}

/// What the header alone says, of a message whose parts cannot be read.
fn head(bytes: &[u8], server: Option<&str>) -> Incoming {
    let (head, _) = header::split(bytes);
    of_header(&header::Header::read(head.get(..head.len().min(HEADER_MAX)).unwrap_or_default()), server)
}

fn of_header(header: &header::Header<'_>, server: Option<&str>) -> Incoming {
    let from = header.from();
    let verified = trust::is_verified(header, from.as_ref(), server);
    Incoming {
        digest: Digest::zero(),
        size: 0,
        message_id: header.ids("message-id").into_iter().next(),
        date: header.date(),
        subject: header.subject().and_then(|subject| line_of(&subject)),
        automatic: is_automatic(header),
        unreturnable: is_unreturnable(header),
        tags: tags::read(header),
        trust: if verified { Trust::Verified } else { Trust::Claimed },
        from,
        what: What::Unread(Unread::NoHeader),
    }
}

/// Whether it has the empty return path, by the word of who delivered it.
fn is_unreturnable(header: &header::Header<'_>) -> bool {
    header.first("return-path").is_some_and(|path| path.replace([' ', '\t'], "") == "<>")
}

/// Whether a program wrote a message: Auto-Submitted (RFC 3834, section 5), Precedence as mailing lists and old responders use it,
/// or no return path.
fn is_automatic(header: &header::Header<'_>) -> bool {
    let word = |name: &str| {
        let value = header.first(name)?;
        value.split([';', ' ', '\t', '(']).next().map(str::to_ascii_lowercase)
    };
    word("auto-submitted").is_some_and(|word| word != "no")
        || word("precedence").is_some_and(|word| ["bulk", "list", "junk", "auto_reply"].contains(&word.as_str()))
        || is_unreturnable(header)
        || header.first("x-auto-response-suppress").is_some_and(|word| word.eq_ignore_ascii_case("all"))
}
