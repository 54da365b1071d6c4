//! What people write: that an invitation has come, or a form.

use super::{Judged, report};
use crate::domain::attendance::Acknowledgement;
use crate::domain::dispatch::DispatchKind;
use crate::domain::incoming::{Incoming, Letter, Outcome, Quarantine, ReceivedId};
use crate::domain::mailbox::{MailAddress, Mailbox, MailboxKind, MailboxState};
use crate::domain::meeting::{Meeting, MeetingId};
use crate::domain::unit::UnitCode;
use crate::usecase::desk::Desk;
use crate::usecase::ports::{Store, StoreError};
use crate::usecase::table;
use crate::usecase::{attendance, issue};

/// What a letter comes to.
///
/// # Errors
/// The store's.
pub(super) fn judge(desk: &Desk, id: ReceivedId, message: &Incoming, letter: &Letter) -> Result<Judged, StoreError> {
    if message.automatic {
        return Ok(Judged::quarantined(Quarantine::Automatic));
    }
    if !letter.forms.is_empty() {
        let unit = message.from.as_ref().map(|from| unit_of(desk.store(), from)).transpose()?.flatten();
        return Ok(unit.map_or_else(|| Judged::quarantined(Quarantine::Stranger), |unit| Judged::only(Outcome::Offered { unit })));
    }
    match about(desk.store(), message, letter)? {
        Ok((meeting, unit)) => acknowledged(desk, id, message, letter, &meeting, &unit),
        Err(why) => Ok(Judged::quarantined(why)),
    }
}

/// The unit whose shared mailbox an address is.
fn unit_of(store: &dyn Store, address: &MailAddress) -> Result<Option<UnitCode>, StoreError> {
    let mailbox = table::find::<Mailbox>(store, address.as_str())?.map(|mailbox| mailbox.value);
    Ok(mailbox.filter(|mailbox| mailbox.kind == MailboxKind::Shared && mailbox.state == MailboxState::Active).map(|mailbox| mailbox.unit))
}

/// The meeting and the unit that a letter speaks of. Whoever names a message of ours has it before him; the sign of a meeting is
/// known to many, so that it counts from the invited mailbox only.
fn about(store: &dyn Store, message: &Incoming, letter: &Letter) -> Result<Result<(MeetingId, UnitCode), Quarantine>, StoreError> {
    for answered in &letter.answers {
        if let Some(item) = report::ours(store, answered)? {
            // Whoever answers a warning that a message waits says nothing of having got an invitation.
            let told = item.value.kind.tells_units();
            return Ok(if told { Ok((item.value.meeting, item.value.unit)) } else { Err(Quarantine::AnswersReport) });
        }
    }
    let mut named = None;
    for sign in &letter.signs {
        let Some(meeting) = table::find::<Meeting>(store, sign.as_str())? else { continue };
        if let Some(from) = &message.from
            && let Some(item) =
                issue::items_of(store, &meeting.value, Some(from))?.into_iter().rfind(|item| item.kind == DispatchKind::Request)
        {
            return Ok(Ok((item.meeting, item.unit)));
        }
        named.get_or_insert_with(|| sign.clone());
    }
    Ok(Err(named.map_or(Quarantine::Unrelated, |meeting| Quarantine::NotFromInvited { meeting })))
}

fn acknowledged(
    desk: &Desk,
    id: ReceivedId,
    message: &Incoming,
    letter: &Letter,
    meeting: &MeetingId,
    unit: &UnitCode,
) -> Result<Judged, StoreError> {
    let (stored, mut value) = attendance::find(desk.store(), meeting, unit)?;
    value.acknowledged = Some(Acknowledgement {
        at: desk.now(),
        by: message.from.as_ref().map_or_else(String::new, ToString::to_string),
        trust: message.trust,
        words: letter.words.clone(),
        message: id,
    });
    let outcome = Outcome::Acknowledged { meeting: meeting.clone(), unit: unit.clone() };
    Ok(Judged { outcome, attendance: Some((stored, value)), item: None })
}
