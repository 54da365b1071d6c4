//! Reports about messages of ours: delivery status notifications (RFC 3464).

use super::entity::Entity;
use super::header::{Header, split};
use crate::domain::incoming::{DeliveryReport, NAMED_MAX, ReportAction, ReportedRecipient, Unread, line_of};
use crate::domain::mailbox::MailAddress;

/// So much of a report is read.
const STATUS_MAX: usize = 64 * 1024;
/// So much of the message that came back.
const RETURNED_MAX: usize = 256 * 1024;
/// The longest status that is kept.
const CODE_MAX: usize = 16;

/// The report that a message is; `None`: it is none.
///
/// # Errors
/// It says to be one and tells nothing, or it tells that somebody opened a message.
pub(super) fn read(entity: &Entity<'_>) -> Result<Option<DeliveryReport>, Unread> {
    if entity.kind != "multipart/report" {
        return Ok(None);
    }
    let about = entity.header.content_type().and_then(|kind| kind.attribute("report-type").map(str::to_ascii_lowercase));
    let has = |kinds: &[&str]| entity.parts.iter().any(|part| kinds.contains(&part.kind.as_str()));
    let notifies = |kind: &str| kind == "disposition-notification";
    if about.as_deref().is_some_and(notifies) || has(&["message/disposition-notification"]) {
        return Err(Unread::Receipt);
    }
    let status =
        entity.parts.iter().find(|part| matches!(part.kind.as_str(), "message/delivery-status" | "message/global-delivery-status"));
    let recipients = status.map(|part| recipients(&part.bytes(STATUS_MAX))).unwrap_or_default();
    if recipients.is_empty() {
        return Err(Unread::Report);
    }
    let returned = entity
        .parts
        .iter()
        .find(|part| matches!(part.kind.as_str(), "message/rfc822" | "text/rfc822-headers" | "message/global" | "message/global-headers"));
    let message_id = returned.and_then(|part| {
        let bytes = part.bytes(RETURNED_MAX);
        Header::read(split(&bytes).0).ids("message-id").into_iter().next()
    });
    Ok(Some(DeliveryReport { message_id, recipients }))
}

/// The groups of fields behind the first one, which is about the message as a whole (RFC 3464, section 2.1).
fn recipients(bytes: &[u8]) -> Vec<ReportedRecipient> {
    let mut found = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() && found.len() < NAMED_MAX {
        let (group, behind) = split(rest);
        found.extend(recipient(&Header::read(group)));
        rest = behind;
    }
    found
}

fn recipient(fields: &Header<'_>) -> Option<ReportedRecipient> {
    let action = match fields.first("action")?.split_whitespace().next()?.to_ascii_lowercase().as_str() {
        "failed" => ReportAction::Failed,
        "delayed" => ReportAction::Delayed,
        "delivered" => ReportAction::Delivered,
        "relayed" => ReportAction::Relayed,
        "expanded" => ReportAction::Expanded,
        _ => return None,
    };
    let status = fields.first("status").and_then(|status| status.split_whitespace().next().map(str::to_owned));
    Some(ReportedRecipient {
        action,
        status: status.filter(|code| code.len() <= CODE_MAX && code.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')),
        original: fields.first("original-recipient").and_then(|value| address(&value)),
        last: fields.first("final-recipient").and_then(|value| address(&value)),
        diagnostic: fields.first("diagnostic-code").and_then(|value| line_of(typed(&value).1)),
    })
}

/// `rfc822; a@b.vn` as its type and what stands behind it.
fn typed(value: &str) -> (&str, &str) {
    value.split_once(';').map_or(("", value.trim()), |(kind, value)| (kind.trim(), value.trim()))
}

fn address(value: &str) -> Option<MailAddress> {
    let (kind, value) = typed(value);
    let known = kind.is_empty() || kind.eq_ignore_ascii_case("rfc822") || kind.eq_ignore_ascii_case("utf-8");
    let bare = value.strip_prefix('<').and_then(|value| value.strip_suffix('>')).unwrap_or(value);
    known.then(|| MailAddress::parse(bare).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_recipients() {
        let status = b"Reporting-MTA: dns; mx.vn\r\nArrival-Date: x\r\n\r\nFinal-Recipient: rfc822; B@c.vn\r\n\
            Original-Recipient: rfc822;a@c.vn\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1\r\n  <b@c.vn>: gone\r\n\r\n\
            Final-Recipient: rfc822; d@c.vn\nAction: DELAYED (again)\nStatus: 4.x\n\nAction: unheard-of\n";
        let read = recipients(status);
        assert_eq!(read.len(), 2);
        assert_eq!((read[0].action, read[0].status.as_deref()), (ReportAction::Failed, Some("5.1.1")));
        assert_eq!(read[0].original, MailAddress::parse("a@c.vn").ok());
        assert_eq!(read[0].last, MailAddress::parse("b@c.vn").ok());
        assert_eq!(read[0].diagnostic.as_ref().unwrap().as_str(), "550 5.1.1 <b@c.vn>: gone");
        assert_eq!((read[1].action, read[1].status.clone(), read[1].original.clone()), (ReportAction::Delayed, None, None));
        assert!(recipients(&b"Action: failed\n\n".repeat(1000)).len() == NAMED_MAX);
    }
}
