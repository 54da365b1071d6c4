//! What is said when something was done, and what is worth saying besides.

use chrono::NaiveDate;

use crate::domain::meeting::{Event, MeetingId, MeetingState, Replaced};
use crate::domain::outbox::ItemState;
use crate::domain::time::IsoWeek;
use crate::domain::warning::Warning;
use crate::i18n::outbox::instant;
use crate::i18n::{Lang, listed, shown, word};

/// What is worth saying about a meeting although nothing is refused.
#[must_use]
pub fn warning(lang: Lang, warning: &Warning, id: &MeetingId) -> String {
    match warning {
        Warning::Past => say!(lang, "Lưu ý: {id} bắt đầu trong quá khứ.", "Note: {id} begins in the past.", id = shown(id)),
        Warning::NobodyInvited => say!(
            lang,
            "Lưu ý: chưa mời đơn vị nào. Mời: lichhop meeting edit {id} --invite MÃ,MÃ",
            "Note: nobody is invited. Invite: lichhop meeting edit {id} --invite CODE,CODE",
            id = shown(id)
        ),
        Warning::BackForApproval => say!(
            lang,
            "Lưu ý: thời gian, địa điểm, chủ trì hoặc thành phần đã đổi, nên phải duyệt lại: lichhop meeting approve {id}",
            "Note: time, place, chair or invited units changed, so it needs approval again: lichhop meeting approve {id}",
            id = shown(id)
        ),
        Warning::PaperToo { units } => say!(
            lang,
            "Lưu ý: {id} phải gửi cả bản giấy tới {units} đơn vị.",
            "Note: paper must go out too for {id}, to {units} units.",
            id = shown(id),
            units = units
        ),
        Warning::Withdrawn { mailboxes } => say!(
            lang,
            "Lưu ý: giấy mời trước của {id} được thu hồi ở {mailboxes} hộp thư không nhận giấy mời thay thế.",
            "Note: the earlier invitation to {id} is withdrawn from {mailboxes} mailboxes that do not get the new one.",
            id = shown(id),
            mailboxes = mailboxes
        ),
    }
}

/// An account was granted to somebody whom the machine does not know: mostly a name that was mistyped.
#[must_use]
pub fn unknown_user(lang: Lang, user: &str) -> String {
    say!(
        lang,
        "Lưu ý: máy này chưa có người dùng Unix nào tên {user}. Tài khoản đã được cấp, nhưng chưa ai dùng được.\n\
         → Nếu gõ nhầm: lichhop account revoke {user}",
        "Note: this machine has no Unix user {user} yet. The account was granted, but nobody can use it.\n\
         → If it was mistyped: lichhop account revoke {user}",
        user = shown(user)
    )
}

/// A meeting reached a state: `LH-2026-0001 đã duyệt`.
#[must_use]
pub fn reached(lang: Lang, id: &MeetingId, state: MeetingState) -> String {
    say!(lang, "{id} {state}", "{id} {state}", id = shown(id), state = word::meeting_state(lang, state))
}

/// A meeting was given back.
#[must_use]
pub fn returned(lang: Lang, id: &MeetingId) -> String {
    say!(lang, "{id} đã trả lại đơn vị đăng ký", "{id} returned to the registering unit", id = shown(id))
}

/// What was issued last was recalled.
#[must_use]
pub fn recalled(lang: Lang, id: &MeetingId, state: MeetingState) -> String {
    say!(
        lang,
        "{id} đã thu hồi lần phát hành gần nhất; chưa đơn vị nào nhận được ({state})",
        "{id} recalled what was issued last; nobody got it ({state})",
        id = shown(id),
        state = word::meeting_state(lang, state)
    )
}

/// A meeting was changed and is in this state now.
#[must_use]
pub fn changed(lang: Lang, id: &MeetingId, state: MeetingState) -> String {
    say!(lang, "{id} đã sửa ({state})", "{id} changed ({state})", id = shown(id), state = word::meeting_state(lang, state))
}

/// A meeting was issued: its number, and how many invitations wait.
#[must_use]
pub fn issued(lang: Lang, id: &MeetingId, number: &str, queued: u64) -> String {
    say!(
        lang,
        "{id} đã phát hành: số {number}, {queued} giấy mời chờ gửi",
        "{id} issued: number {number}, {queued} invitations queued",
        id = shown(id),
        number = shown(number),
        queued = queued
    )
}

/// Another invitation was issued in the place of an earlier one.
#[must_use]
pub fn replaced(lang: Lang, id: &MeetingId, number: &str, earlier: &str, queued: u64) -> String {
    say!(
        lang,
        "{id} đã phát hành: số {number} thay thế số {earlier}, {queued} thư chờ gửi",
        "{id} issued: number {number} replaces {earlier}, {queued} messages queued",
        id = shown(id),
        number = shown(number),
        earlier = shown(earlier),
        queued = queued
    )
}

/// What an invitation replaces: its number and date.
#[must_use]
pub fn numbered(lang: Lang, replaced: &Replaced) -> String {
    let day = replaced.date.format("%d/%m/%Y");
    say!(lang, "{number} ngày {day}", "{number} of {day}", number = shown(&replaced.number), day = day)
}

/// So many messages were queued by the way.
#[must_use]
pub fn queued(lang: Lang, count: u64) -> String {
    say!(lang, "{count} thư chờ gửi", "{count} messages queued", count = count)
}

/// Nobody has to be told: nothing went out before.
#[must_use]
pub fn nothing_waits(lang: Lang) -> String {
    lang.pick("Không có thư nào chờ gửi.", "No message waits.").to_owned()
}

/// How queued messages are sent.
#[must_use]
pub fn send_with(lang: Lang) -> String {
    lang.pick("Gửi: lichhop flush", "Send them: lichhop flush").to_owned()
}

/// A table was imported.
#[must_use]
pub fn imported(lang: Lang, rows: u64, added: u64, changed: u64, unchanged: u64) -> String {
    say!(
        lang,
        "Đã nhập {rows} dòng: {added} thêm mới, {changed} thay đổi, {unchanged} giữ nguyên",
        "{rows} rows imported: {added} added, {changed} changed, {unchanged} unchanged",
        rows = rows,
        added = added,
        changed = changed,
        unchanged = unchanged
    )
}

/// Columns of a table that mean nothing to the program.
#[must_use]
pub fn ignored_columns(lang: Lang, columns: &[String]) -> String {
    say!(lang, "Bỏ qua các cột: {columns}", "Columns ignored: {columns}", columns = listed(columns))
}

/// Records that somebody else changed while the table was imported.
#[must_use]
pub fn left_alone(lang: Lang, records: &[String]) -> String {
    say!(
        lang,
        "Không ghi đè vì người khác vừa thay đổi: {records}\nXem lại rồi nhập lại bảng nếu cần.",
        "Left alone, because somebody else changed them meanwhile: {records}\nLook at them, and import the table again if needed.",
        records = listed(records)
    )
}

/// A list is empty.
#[must_use]
pub fn empty(lang: Lang) -> String {
    lang.pick("Không có mục nào.", "There is nothing to list.").to_owned()
}

/// One thing that happened to a meeting.
#[must_use]
pub fn event(lang: Lang, event: &Event) -> String {
    let mut line = say!(
        lang,
        "{at}: {who} {action}",
        "{at}: {action} by {who}",
        at = instant(event.at),
        who = shown(&event.by),
        action = word::done(lang, event.action)
    );
    if let Some(reason) = &event.reason {
        line.push_str(" – ");
        line.push_str(&shown(reason.as_str().replace('\n', " ")));
    }
    line
}

/// How the invited answered.
#[must_use]
pub fn replies(lang: Lang, accepted: u64, declined: u64, tentative: u64, substituted: u64, pending: u64) -> String {
    let told = [
        (accepted, lang.pick("tham dự", "accepted")),
        (declined, lang.pick("vắng", "declined")),
        (tentative, lang.pick("chưa chắc", "tentative")),
        (substituted, lang.pick("cử dự thay", "substituted")),
        (pending, lang.pick("chưa trả lời", "pending")),
    ];
    // What nobody answered is not told.
    told.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{word} {count}")).collect::<Vec<_>>().join(", ")
}

/// The heading of a week's schedule.
#[must_use]
pub fn week(lang: Lang, week: IsoWeek, from: NaiveDate, to: NaiveDate) -> String {
    say!(
        lang,
        "Lịch công tác tuần {number} ({from} – {to})",
        "Schedule of week {number} ({from} – {to})",
        number = format!("{}/{}", week.number(), week.year()),
        from = from.format("%d/%m/%Y"),
        to = to.format("%d/%m/%Y")
    )
}

/// The mark of a schedule: its published version, or that it is a draft. The Vietnamese mark stands in both languages,
/// because the schedule is a document of the office.
#[must_use]
pub fn version(lang: Lang, version: Option<u32>) -> String {
    match version {
        None => lang.pick("DỰ THẢO", "DỰ THẢO (draft)").to_owned(),
        Some(version) => say!(lang, "bản {version}", "version {version}", version = version),
    }
}

/// No meeting in a week.
#[must_use]
pub fn empty_week(lang: Lang) -> String {
    lang.pick("Không có cuộc họp.", "There are no meetings.").to_owned()
}

/// The mark of a meeting in the schedule: its number, or what became of it.
#[must_use]
pub fn mark(lang: Lang, state: MeetingState, number: Option<&str>) -> String {
    match (state, number) {
        (MeetingState::Cancelled, _) => lang.pick("HỦY", "HỦY (cancelled)").to_owned(),
        (MeetingState::Postponed, _) => lang.pick("HOÃN", "HOÃN (postponed)").to_owned(),
        (_, Some(number)) => shown(number),
        (_, None) => word::meeting_state(lang, state).to_owned(),
    }
}

/// The number a meeting would get.
#[must_use]
pub fn would_be_number(lang: Lang, number: &str) -> String {
    say!(lang, "{number} (dự kiến)", "{number} (if nothing else is issued before)", number = shown(number))
}

/// A preview wrote nothing.
#[must_use]
pub fn preview_only(lang: Lang, id: &MeetingId) -> String {
    say!(
        lang,
        "Chỉ xem trước, chưa phát hành. Phát hành: lichhop meeting issue {id}",
        "Only a preview: nothing was issued. Issue it: lichhop meeting issue {id}",
        id = shown(id)
    )
}

/// A preview of a replacing invitation wrote nothing.
#[must_use]
pub fn preview_of_replacing(lang: Lang) -> String {
    lang.pick("Chỉ xem trước, chưa phát hành. Phát hành: bỏ --preview.", "Only a preview: nothing was issued. Issue it: without --preview.")
        .to_owned()
}

/// A message with its state, as the first line of why.
#[must_use]
pub fn message(lang: Lang, id: &str, kind: &str, state: ItemState, to: &str) -> String {
    say!(
        lang,
        "{id} ({kind}, gửi {to}): {state}",
        "{id} ({kind}, to {to}): {state}",
        id = shown(id),
        kind = word::item_kind(lang, kind),
        to = shown(to),
        state = word::item_state(lang, state)
    )
}
