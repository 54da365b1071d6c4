//! Reports about messages of ours (RFC 3464): which one they are about, and what became of it.

use super::Judged;
use crate::domain::dispatch;
use crate::domain::incoming::{DeliveryReport, Outcome, Quarantine, ReceivedId, ReportAction, ReportedRecipient};
use crate::domain::outbox::{Bounce, Item};
use crate::usecase::desk::Desk;
use crate::usecase::ports::{Store, StoreError};
use crate::usecase::table::{self, Stored};

/// The message of ours that a Message-ID names. It is believed: it holds chance that only those know who got the message.
///
/// # Errors
/// The store's.
pub(super) fn ours(store: &dyn Store, message_id: &str) -> Result<Option<Stored<Item>>, StoreError> {
    let Some(id) = dispatch::named_by(message_id) else { return Ok(None) };
    let item = table::item(store, id)?;
    Ok(item.filter(|item| item.value.message_id.trim_matches(['<', '>']) == message_id))
}

/// What a report comes to. `tagged` is the message to whose own address it came: what it returns must be that one, if it returns
/// anything.
///
/// # Errors
/// The store's.
pub(super) fn judge(desk: &Desk, id: ReceivedId, report: &DeliveryReport, tagged: Option<Stored<Item>>) -> Result<Judged, StoreError> {
    let found = match &report.message_id {
        Some(message_id) => {
            let returned = ours(desk.store(), message_id)?;
            let own = |item: &Stored<Item>| returned.as_ref().is_some_and(|returned| returned.value.id == item.value.id);
            if let Some(item) = tagged.filter(|item| !own(item)) {
                return Ok(Judged::quarantined(Quarantine::OtherMessage { item: item.value.id }));
            }
            returned
        }
        None => tagged,
    };
    let Some(stored) = found else { return Ok(Judged::quarantined(Quarantine::UnknownMessage)) };
    let Some(recipient) = recipient(report, &stored.value) else { return Ok(Judged::quarantined(Quarantine::OtherRecipient)) };
    if recipient.action != ReportAction::Failed {
        return Ok(Judged::only(Outcome::Noted { item: stored.value.id, action: recipient.action }));
    }
    let bounce = Bounce { at: desk.now(), status: recipient.status.clone(), text: recipient.diagnostic.clone(), message: id };
    Ok(bounced(stored, bounce))
}

/// A message came back; the first news of it stays with it.
pub(super) fn bounced(stored: Stored<Item>, bounce: Bounce) -> Judged {
    let outcome = Outcome::Bounced { item: stored.value.id };
    if stored.value.bounce.is_some() {
        return Judged::only(outcome);
    }
    let value = Item { bounce: Some(bounce), ..stored.value.clone() };
    Judged { outcome, attendance: None, item: Some((stored, value)) }
}

/// What is told of the item's own recipient. A message has one; whoever hands it on may know him by another address, and says so
/// by naming both, or neither.
fn recipient<'a>(report: &'a DeliveryReport, item: &Item) -> Option<&'a ReportedRecipient> {
    let own = report.recipients.iter().find(|one| one.original.as_ref() == Some(&item.to));
    let own = own.or_else(|| report.recipients.iter().find(|one| one.original.is_none() && one.last.as_ref() == Some(&item.to)));
    own.or_else(|| report.recipients.iter().find(|one| one.original.is_none()).filter(|_| report.recipients.len() == 1))
}
