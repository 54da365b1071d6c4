//! Thông báo hủy: takes an invitation back by its number and date (Decree 30/2020/NĐ-CP, article 18.3: what was issued is
//! replaced or recalled by a document, never silently).

use chrono::NaiveDate;

use crate::domain::invitation::Invitation;
use crate::domain::text::Prose;
use crate::print::invitation::{event, facts, recipients};
use crate::print::sheet::{Block, Sheet, acknowledgment, dated, paragraphs, reference};

/// The sheet of the notice that `invitation` is taken back on `date`. It has no number of its own: it stands and falls with
/// that of the invitation.
pub(super) fn cancellation(invitation: &Invitation, date: NaiveDate, reason: &Prose) -> Sheet {
    Sheet {
        office: invitation.office.as_str().to_uppercase(),
        number: None,
        dated: dated(&invitation.office_place, Some(date)),
        stamp: invitation.urgency.stamp(),
        draft: false,
        kind: "THÔNG BÁO",
        subject: "Về việc hủy cuộc họp".to_owned(),
        content: content(invitation, reason),
        recipients: recipients(invitation.channel),
        annex: None,
    }
}

fn content(invitation: &Invitation, reason: &Prose) -> Vec<Block> {
    let event = event(&invitation.title);
    let event = if event.starts_with("họp") { format!("cuộc {event}") } else { event };
    let mut content =
        vec![Block::Text(format!("{} trân trọng thông báo hủy {event}, đã mời tại {}.", invitation.office, reference(invitation)))];
    content.extend(facts(invitation));
    let mut lines = reason.as_str().lines().map(str::trim).filter(|line| !line.is_empty());
    content.push(Block::Fact("Lý do hủy", lines.next().unwrap_or_default().to_owned()));
    content.extend(lines.flat_map(paragraphs));
    content.push(Block::Text(
        "Giấy mời nêu trên hết hiệu lực kể từ ngày ban hành Thông báo này. Đề nghị các cơ quan, đơn vị đưa cuộc họp ra khỏi lịch công tác."
            .to_owned(),
    ));
    content.push(acknowledgment(invitation, "Thông báo này"));
    content
}
