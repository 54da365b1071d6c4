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

/// What a report comes to.
///
/// # Errors
/// The store's.
pub(super) fn judge(desk: &Desk, id: ReceivedId, report: &DeliveryReport) -> Result<Judged, StoreError> {
    let found = match &report.message_id {
        Some(message_id) => ours(desk.store(), message_id)?,
        None => None,
    };
    let Some(stored) = found else { return Ok(Judged::quarantined(Quarantine::UnknownMessage)) };
    let Some(recipient) = recipient(report, &stored.value) else { return Ok(Judged::quarantined(Quarantine::OtherRecipient)) };
    let item = stored.value.id;
    if recipient.action != ReportAction::Failed {
        return Ok(Judged::only(Outcome::Noted { item, action: recipient.action }));
    }
    let outcome = Outcome::Bounced { item };
    if stored.value.bounce.is_some() {
        return Ok(Judged::only(outcome));
    }
    let (status, text) = (recipient.status.clone(), recipient.diagnostic.clone());
    let bounce = Bounce { at: desk.now(), status, text, message: id };
    let value = Item { bounce: Some(bounce), ..stored.value.clone() };
    Ok(Judged { outcome, attendance: None, item: Some((stored, value)) })
}

/// What is told of the item's own recipient. A message has one; whoever hands it on may know him by another address, and says so
/// by naming both, or neither.
fn recipient<'a>(report: &'a DeliveryReport, item: &Item) -> Option<&'a ReportedRecipient> {
    let own = report.recipients.iter().find(|one| one.original.as_ref() == Some(&item.to));
    let own = own.or_else(|| report.recipients.iter().find(|one| one.original.is_none() && one.last.as_ref() == Some(&item.to)));
    own.or_else(|| report.recipients.iter().find(|one| one.original.is_none()).filter(|_| report.recipients.len() == 1))
}
