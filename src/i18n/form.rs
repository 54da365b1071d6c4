//! What the form says about its fields, and the choice of units that some are filled from.

use crate::domain::meeting::MeetingId;
use crate::domain::unit::UnitCode;
use crate::i18n::{Lang, listed, screen, shown};

/// What can still be changed of an issued meeting.
#[must_use]
pub fn only_invites(lang: Lang, id: &MeetingId) -> String {
    say!(
        lang,
        "{id} đã phát hành: chỉ mời thêm được đơn vị, các ô khác đã khóa.",
        "{id} is issued: further units can be invited, the other fields are locked.",
        id = shown(id)
    )
}

/// Nothing can be typed into a field.
#[must_use]
pub fn field_locked(lang: Lang) -> String {
    lang.pick("Ô này đã khóa: giấy mời đã phát hành.", "This field is locked: the invitation is issued.").to_owned()
}

/// Beside a locked field in which something else stands than the units were told.
#[must_use]
pub fn locked_otherwise(lang: Lang, discard: Option<&str>) -> String {
    let key = shown(discard.unwrap_or(":"));
    say!(lang, "đã khóa; bỏ bản đang gõ: {key}", "locked; throw it away: {key}", key = key)
}

/// A unit that was invited cannot be taken out.
#[must_use]
pub fn stays_invited(lang: Lang, code: &UnitCode) -> String {
    say!(lang, "{code} đã mời, không bỏ được", "{code} is invited already", code = shown(code))
}

/// A choice of units was closed without taking what is marked.
#[must_use]
pub fn marks_kept(lang: Lang) -> String {
    lang.pick(
        "Chưa nhận đơn vị nào; mở lại danh sách, các dấu vẫn còn.",
        "No unit was taken; the marks are there when the list is opened again.",
    )
    .to_owned()
}

/// A unit that was looked for was not taken, because others are marked and it is not.
#[must_use]
pub fn not_marked(lang: Lang, code: &UnitCode, mark: Option<&str>) -> String {
    say!(
        lang,
        "Không nhận {code} vì chưa đánh dấu; đánh dấu: {key}",
        "{code} was not taken: it is not marked; to mark it: {key}",
        code = shown(code),
        key = shown(mark.unwrap_or(":"))
    )
}

/// What Enter takes: so many marked units.
#[must_use]
pub fn take_units(lang: Lang, count: usize) -> String {
    say!(lang, "nhận {units}", "take {units}", units = screen::units(lang, count))
}

/// What Enter takes: a unit.
#[must_use]
pub fn take_unit(lang: Lang, code: &UnitCode) -> String {
    say!(lang, "nhận {code}", "take {code}", code = shown(code))
}

/// Codes that no unit has; a code that was perhaps meant.
#[must_use]
pub fn no_such_units(lang: Lang, unknown: &[String], like: Option<&UnitCode>) -> String {
    let unknown = listed(unknown);
    match like {
        Some(like) => say!(lang, "không có {unknown}; ý là {like}?", "no {unknown}; is it {like}?", unknown = unknown, like = shown(like)),
        None => say!(lang, "không có đơn vị {unknown}", "there is no unit {unknown}", unknown = unknown),
    }
}

/// A unit stands twice in a field.
#[must_use]
pub fn unit_twice(lang: Lang, code: &UnitCode) -> String {
    say!(lang, "{code} nêu hai lần", "{code} is there twice", code = shown(code))
}

/// More units than a field takes.
#[must_use]
pub fn too_many_units(lang: Lang) -> String {
    lang.pick("quá nhiều đơn vị", "too many units").to_owned()
}
