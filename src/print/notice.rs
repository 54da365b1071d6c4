//! Thông báo hủy, hoãn, thu hồi: tells by number and date what became of an invitation (Decree 30/2020/NĐ-CP, article 18.3:
//! what was issued is replaced or recalled by a document, never silently).
//!
//! A notice has no number of its own: it stands and falls with that of the invitation.

use chrono::NaiveDate;

use crate::domain::invitation::Invitation;
use crate::domain::text::Prose;
use crate::print::invitation::{event, facts, recipients};
use crate::print::sheet::{Block, Sheet, acknowledgment, because, dated, reference};

/// The words by which a meeting is put off without a new date. They begin a paragraph, so that no line break divides them.
const POSTPONED: &str = "Cuộc họp tạm hoãn, sẽ có thông báo sau.";

/// The sheet of the notice that `invitation` is taken back on `date`.
pub(super) fn cancellation(invitation: &Invitation, date: NaiveDate, reason: &Prose) -> Sheet {
    let mut content = vec![announced(invitation, "hủy")];
    content.extend(facts(invitation));
    content.extend(because("Lý do hủy", reason));
    content.push(Block::Text(
        "Giấy mời nêu trên hết hiệu lực kể từ ngày ban hành Thông báo này. Đề nghị các cơ quan, đơn vị đưa cuộc họp ra khỏi lịch công tác."
            .to_owned(),
    ));
    sheet(invitation, date, "Về việc hủy cuộc họp", content)
}

/// The sheet of the notice of `date` that the meeting of `invitation` is put off, and that its new date will be told.
pub(super) fn postponement(invitation: &Invitation, date: NaiveDate, reason: &Prose) -> Sheet {
    let mut content = vec![announced(invitation, "hoãn"), Block::Text(POSTPONED.to_owned())];
    content.extend(facts(invitation));
    content.extend(because("Lý do hoãn", reason));
    content.push(Block::Text(
        "Thời gian và địa điểm nêu trên không còn hiệu lực; thời gian họp mới sẽ được báo bằng giấy mời khác, thay thế Giấy mời nêu trên. \
         Đề nghị các cơ quan, đơn vị tạm đưa cuộc họp ra khỏi lịch công tác."
            .to_owned(),
    ));
    sheet(invitation, date, "Về việc hoãn cuộc họp", content)
}

/// The sheet of the notice of `date` that `invitation` is withdrawn from a mailbox which the invitation in its place does not
/// go to: its unit is invited no longer, or by another mailbox.
pub(super) fn withdrawal(invitation: &Invitation, date: NaiveDate, reason: &Prose) -> Sheet {
    let event = named(invitation);
    let mut content =
        vec![Block::Text(format!("{} trân trọng thông báo thu hồi {} về việc mời dự {event}.", invitation.office, reference(invitation)))];
    content.extend(facts(invitation));
    content.extend(because("Lý do thu hồi", reason));
    content.push(Block::Text(
        "Giấy mời nêu trên đã được thay thế; theo thành phần mời và địa chỉ nhận mới, giấy mời thay thế không gửi tới hộp thư này. \
         Đề nghị đưa cuộc họp theo Giấy mời đã thu hồi ra khỏi lịch công tác."
            .to_owned(),
    ));
    // Not those who are invited: whoever is so no longer.
    let recipients = vec!["Như trên (qua thư điện tử);".to_owned(), "Lưu: VT, VP.".to_owned()];
    Sheet { recipients, ..sheet(invitation, date, "Về việc thu hồi giấy mời", content) }
}

fn sheet(invitation: &Invitation, date: NaiveDate, subject: &str, mut content: Vec<Block>) -> Sheet {
    content.push(acknowledgment(invitation, "Thông báo này"));
    Sheet {
        office: invitation.office.as_str().to_uppercase(),
        number: None,
        dated: dated(&invitation.office_place, Some(date)),
        stamp: invitation.urgency.stamp(),
        draft: false,
        kind: "THÔNG BÁO",
        subject: subject.to_owned(),
        content,
        recipients: recipients(invitation.channel),
        annex: None,
    }
}

/// What is done to the meeting, and the invitation that told of it.
fn announced(invitation: &Invitation, done: &str) -> Block {
    let event = named(invitation);
    Block::Text(format!("{} trân trọng thông báo {done} {event}, đã mời tại {}.", invitation.office, reference(invitation)))
}

fn named(invitation: &Invitation) -> String {
    let event = event(&invitation.title);
    if event.starts_with("họp") { format!("cuộc {event}") } else { event }
}
