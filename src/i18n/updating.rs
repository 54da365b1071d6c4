//! What the screen says where an invitation is replaced.

use crate::domain::meeting::MeetingId;
use crate::domain::order::Replacing;
use crate::i18n::{Lang, shown, word};

/// The question why an invitation is replaced.
#[must_use]
pub fn why_replaced(lang: Lang, way: Replacing, id: &MeetingId) -> String {
    say!(
        lang,
        "Lý do {verb} {id} (ghi trong giấy mời mới):",
        "Why {verb} {id} (it stands in the new invitation):",
        verb = word::action(lang, way.action()),
        id = shown(id)
    )
}

/// A field of the form is wrong or missing.
#[must_use]
pub fn not_taken(lang: Lang, field: &str) -> String {
    say!(lang, "Chưa tiếp tục được: xem ô “{field}”.", "Not yet: look at “{field}”.", field = field)
}

/// Neither time nor place is another one.
#[must_use]
pub fn nothing_moved(lang: Lang) -> String {
    lang.pick("Thời gian và địa điểm chưa đổi.", "Time and place are the same as before.").to_owned()
}

/// The title of the form.
#[must_use]
pub fn form_title(lang: Lang, way: Replacing, id: &MeetingId) -> String {
    match way {
        Replacing::Reschedule => say!(lang, "Đổi lịch {id}", "Reschedule {id}", id = shown(id)),
        Replacing::Replace => say!(lang, "Thay thế giấy mời của {id}", "Replace the invitation to {id}", id = shown(id)),
    }
}
