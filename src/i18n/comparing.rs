//! What is said where several people edit the same meetings.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::domain::meeting::{Event, MeetingId, MeetingState};
use crate::domain::time::WallTime;
use crate::domain::workflow::Action;
use crate::i18n::{Lang, listed, shown, word};

/// What somebody did to a meeting, before its name.
fn did(lang: Lang, action: Action) -> &'static str {
    match action {
        Action::Register => lang.pick("đăng ký", "registered"),
        Action::Edit | Action::Change => lang.pick("sửa", "edited"),
        Action::Submit => lang.pick("trình", "submitted"),
        Action::Approve => lang.pick("duyệt", "approved"),
        Action::Return => lang.pick("trả lại", "returned"),
        Action::Reject => lang.pick("từ chối", "rejected"),
        Action::Issue => lang.pick("phát hành", "issued"),
        Action::Invite => lang.pick("mời thêm đơn vị vào", "invited further units to"),
        Action::Reschedule => lang.pick("đổi lịch", "rescheduled"),
        Action::Replace => lang.pick("thay thế giấy mời của", "replaced the invitation to"),
        Action::Postpone => lang.pick("hoãn", "postponed"),
        Action::Cancel => lang.pick("hủy", "cancelled"),
        Action::Recall => lang.pick("thu hồi giấy mời của", "recalled the invitation to"),
    }
}

/// An hour, with its day unless that is today.
fn hour(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let (at, today) = (WallTime::at(at), WallTime::at(now).day());
    if at.day() == today { at.naive().format("%H:%M").to_string() } else { at.to_string() }
}

/// Who did what to a meeting last, and when; who may not know is told that somebody did.
#[must_use]
pub fn last_change(lang: Lang, last: Option<&Event>, now: DateTime<Utc>) -> String {
    let Some(last) = last else {
        return lang.pick("Người khác đã thay đổi cuộc họp này", "Somebody else has changed this meeting").to_owned();
    };
    let (who, did, at) = (shown(&last.by), did(lang, last.action), hour(last.at, now));
    say!(lang, "{who} đã {did} cuộc họp này lúc {at}", "{who} {did} this meeting at {at}", who = who, did = did, at = at)
}

/// The same in the few columns of a title.
#[must_use]
pub fn last_change_short(lang: Lang, last: Option<&Event>, now: DateTime<Utc>) -> String {
    let Some(last) = last else { return lang.pick("người khác vừa sửa", "changed by others").to_owned() };
    let short = match last.action {
        Action::Invite => lang.pick("mời thêm", "invited"),
        Action::Replace => lang.pick("thay giấy mời", "reissued"),
        action => did(lang, action),
    };
    format!("{} {short} {}", shown(&last.by), hour(last.at, now))
}

/// The meeting of an open form was changed: said before anything is saved.
#[must_use]
pub fn changed_meanwhile(lang: Lang, last: Option<&Event>, now: DateTime<Utc>) -> String {
    let change = last_change(lang, last, now);
    say!(lang, "{change}; khi lưu sẽ so sánh.", "{change}; saving will compare.", change = change)
}

/// What others have changed in the lists.
#[must_use]
pub fn others_changed(lang: Lang, who: &BTreeSet<String>, changed: &BTreeSet<MeetingId>, added: &BTreeSet<MeetingId>) -> String {
    const NAMED: usize = 2;
    let who = if (1..=NAMED).contains(&who.len()) { listed(who) } else { lang.pick("Người khác", "Others").to_owned() };
    let count = |ids: &BTreeSet<MeetingId>| match (ids.first(), ids.len()) {
        (Some(id), 1) => shown(id),
        (_, count) => say!(lang, "{count} cuộc họp", "{count} meetings", count = count),
    };
    match (changed.is_empty(), added.is_empty()) {
        (_, true) => say!(lang, "{who} vừa thay đổi {what}", "{who} changed {what}", who = who, what = count(changed)),
        (true, false) => say!(lang, "{who} vừa thêm {what}", "{who} added {what}", who = who, what = count(added)),
        (false, false) => say!(
            lang,
            "{who} vừa thay đổi {what}, thêm {more}",
            "{who} changed {what}, added {more}",
            who = who,
            what = count(changed),
            more = count(added)
        ),
    }
}

/// The meeting is in another state than when the form was opened.
#[must_use]
pub fn state_moved(lang: Lang, before: MeetingState, now: MeetingState) -> String {
    let (before, now) = (word::meeting_state(lang, before), word::meeting_state(lang, now));
    say!(lang, "Trạng thái: {before} → {now}.", "State: {before} → {now}.", before = before, now = now)
}

/// Something that was typed cannot be saved in the state that the meeting is in.
#[must_use]
pub fn cannot_save(lang: Lang, state: MeetingState) -> String {
    say!(
        lang,
        "Cuộc họp {state} nên không lưu được phần này; nội dung đã gõ vẫn giữ làm bản nháp.",
        "The meeting is {state}, so this cannot be saved; what was typed is kept as a draft.",
        state = word::meeting_state(lang, state)
    )
}

/// A field has no such text to be taken.
#[must_use]
pub fn not_offered(lang: Lang) -> String {
    lang.pick("Ô này không có lựa chọn đó.", "This field has no such choice.").to_owned()
}

/// So many fields have to be chosen before it can be saved.
#[must_use]
pub fn still_open(lang: Lang, count: usize) -> String {
    match count {
        1 => lang.pick("Chưa lưu: còn 1 ô cả hai cùng sửa, hãy chọn.", "Not saved: 1 field that both changed is to be chosen.").to_owned(),
        count => say!(
            lang,
            "Chưa lưu: còn {count} ô cả hai cùng sửa, hãy chọn.",
            "Not saved: {count} fields that both changed are to be chosen.",
            count = count
        ),
    }
}

/// How many fields have to be chosen, in the heading of the comparison.
#[must_use]
pub fn to_choose(lang: Lang, count: usize) -> String {
    match count {
        0 => lang.pick("đã chọn đủ", "all chosen").to_owned(),
        count => say!(lang, "còn {count} ô phải chọn", "{count} to choose", count = count),
    }
}
