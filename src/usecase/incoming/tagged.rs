//! What comes to the address of one message: which message that is, and whether it came back although no report says so.

use super::{Judged, report};
use crate::domain::incoming::{Incoming, Letter, Outcome, ReceivedId, ReportAction, line_of};
use crate::domain::outbox::{Bounce, Item};
use crate::domain::text::search_key;
use crate::domain::verp::Tag;
use crate::usecase::desk::Desk;
use crate::usecase::ports::{Store, StoreError};
use crate::usecase::table::{self, Stored};

/// Who writes of mail that came back (RFC 5321, section 4.5.1; RFC 2142, section 5; and the name that servers have used since).
const DAEMONS: [&str; 2] = ["mailer-daemon", "postmaster"];
/// What stands in a notice of mail that may still arrive, as [`search_key`] has it.
const DELAYED: [&str; 10] = [
    "delay",
    "warning",
    "not yet been delivered",
    "still being",
    "will be retried",
    "will retry",
    "will continue",
    "keep trying",
    "cham tre",
    "thu lai",
];

/// The message to whose own address something was delivered. The last hop's word goes before an earlier one's, and a tag is right
/// only if the message that it names was sent with it: a wrong one counts for nothing.
///
/// # Errors
/// The store's.
pub(super) fn item(store: &dyn Store, message: &Incoming) -> Result<Option<Stored<Item>>, StoreError> {
    for tag in &message.tags {
        let found = table::item(store, tag.item())?;
        if let Some(item) = found.filter(|item| Tag::of(&item.value.from).as_ref() == Some(tag)) {
            return Ok(Some(item));
        }
    }
    Ok(None)
}

/// What a bounce comes to that is no report; `None`: it is no bounce of a message of ours. Notices of absence come to the same
/// address and without a return path too: they are told by who writes.
///
/// # Errors
/// The store's.
pub(super) fn judge(desk: &Desk, id: ReceivedId, message: &Incoming, letter: &Letter) -> Result<Option<Judged>, StoreError> {
    let daemon = message.from.as_ref().and_then(|from| from.as_str().split('@').next()).is_some_and(|name| DAEMONS.contains(&name));
    if !(message.automatic && message.unreturnable && daemon) {
        return Ok(None);
    }
    let Some(stored) = item(desk.store(), message)? else { return Ok(None) };
    let words = letter.words.as_ref().map(AsRef::as_ref).unwrap_or_default();
    let subject = message.subject.as_ref().map(AsRef::as_ref).unwrap_or_default();
    let key = search_key(&format!("{subject} {words}"));
    if DELAYED.iter().any(|sign| key.contains(sign)) {
        return Ok(Some(Judged::only(Outcome::Noted { item: stored.value.id, action: ReportAction::Delayed })));
    }
    let bounce = Bounce { at: desk.now(), status: None, text: line_of(words).or_else(|| line_of(subject)), message: id };
    Ok(Some(report::bounced(stored, bounce)))
}
