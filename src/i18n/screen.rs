//! What the terminal application says.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::meeting::{MeetingId, MeetingState};
use crate::domain::time::{IsoWeek, Session, WallTime};
use crate::domain::warning::Warning;
use crate::domain::when::WhenFault;
use crate::domain::workflow::{Action, possible};
use crate::i18n::{Lang, listed, quoted, shown, word};

/// A task in the background panicked.
#[must_use]
pub fn panicked(lang: Lang, words: &str) -> String {
    say!(
        lang,
        "Một tác vụ nền gặp lỗi của chương trình: {words}. Dữ liệu đã xác nhận vẫn nguyên vẹn.",
        "A background task met an error in the program: {words}. What was confirmed is kept.",
        words = shown(words)
    )
}

/// There is no shell to suspend to.
#[must_use]
pub fn no_shell(lang: Lang) -> String {
    lang.pick("Không có dòng lệnh nào để tạm dừng về.", "There is no shell to return to.").to_owned()
}

/// What is typed could not be kept.
#[must_use]
pub fn draft_not_kept(lang: Lang, words: &str) -> String {
    say!(
        lang,
        "Chưa lưu được bản đang gõ: {words}. Hãy lưu biểu mẫu trước khi thoát.",
        "What is being typed could not be kept: {words}. Save the form before leaving.",
        words = shown(words)
    )
}

/// A key that does nothing here, and the one that lists those that do something.
#[must_use]
pub fn unknown_key(lang: Lang, key: &str, help: Option<&str>) -> String {
    say!(
        lang,
        "Phím {key} không dùng ở đây; {help} xem phím",
        "{key} does nothing here; {help} lists the keys",
        key = shown(key),
        help = shown(help.unwrap_or(":"))
    )
}

/// There is no filter to clear.
#[must_use]
pub fn no_filter(lang: Lang) -> String {
    lang.pick("Không có bộ lọc nào để bỏ.", "There is no filter to clear.").to_owned()
}

/// Text was pasted where no text goes.
#[must_use]
pub fn nowhere_to_paste(lang: Lang) -> String {
    lang.pick("Không dán được ở đây: chưa chọn ô nhập chữ nào.", "Nothing was pasted: no text field has the focus.").to_owned()
}

/// A paste was too long for its field.
#[must_use]
pub fn paste_cut(lang: Lang, taken: usize, cut: usize) -> String {
    say!(
        lang,
        "Đoạn dán quá dài: đã nhận {taken} ký tự, bỏ {cut} ký tự cuối.",
        "The pasted text is too long: {taken} characters were taken, the last {cut} left out.",
        taken = taken,
        cut = cut
    )
}

/// The theme in use now: one of the program's own by what it looks like, with the name by which the configuration calls it.
#[must_use]
pub fn theme(lang: Lang, name: &str) -> String {
    let looks = match name {
        "dark" => lang.pick("nền tối", "for dark screens"),
        "light" => lang.pick("nền sáng", "for light screens"),
        "mono" => lang.pick("không màu", "without colours"),
        _ => return say!(lang, "Giao diện màu: {name}", "Theme: {name}", name = shown(name)),
    };
    say!(lang, "Giao diện màu: {looks} ({name})", "Theme: {looks} ({name})", looks = looks, name = name)
}

/// No meeting is selected.
#[must_use]
pub fn no_meeting(lang: Lang) -> String {
    lang.pick("Chưa chọn cuộc họp nào.", "No meeting is selected.").to_owned()
}

/// Nothing is selected that could be decided about.
#[must_use]
pub fn no_message(lang: Lang) -> String {
    lang.pick("Chưa chọn thư nào.", "No message is selected.").to_owned()
}

/// An action is not possible in a meeting's state.
#[must_use]
pub fn not_in_this_state(lang: Lang, id: &MeetingId, state: MeetingState, action: Action) -> String {
    let mut can: Vec<&str> = Vec::new();
    for one in possible(state) {
        // There is one form for all of editing.
        let verb = word::action_alone(lang, if one.is_editing() { Action::Edit } else { one });
        if !can.contains(&verb) {
            can.push(verb);
        }
    }
    let (id, state, verb) = (shown(id), word::meeting_state(lang, state), word::action(lang, action));
    if can.is_empty() {
        return say!(
            lang,
            "Không thể {verb} {id} ({state}); cần thì đăng ký cuộc họp mới.",
            "Cannot {verb} {id} ({state}); register a new meeting if needed.",
            verb = verb,
            id = id,
            state = state
        );
    }
    say!(
        lang,
        "Không thể {verb} {id} ({state}). Có thể: {can}.",
        "Cannot {verb} {id} ({state}). Possible: {can}.",
        verb = verb,
        id = id,
        state = state,
        can = listed(can)
    )
}

/// The question for the reason of a return, a rejection or a cancellation.
#[must_use]
pub fn why(lang: Lang, action: Action, id: &MeetingId, title: &str) -> String {
    say!(
        lang,
        "Lý do {verb} {id} {title}",
        "Why {verb} {id} {title}",
        verb = word::action(lang, action),
        id = shown(id),
        title = quoted(title)
    )
}

/// The question for the reason why a conflict is accepted.
#[must_use]
pub fn why_despite(lang: Lang, action: Action) -> String {
    say!(lang, "Lý do vẫn {verb}:", "Why {verb} all the same:", verb = word::action(lang, action))
}

/// The question for the reason why units are left out.
#[must_use]
pub fn why_without(lang: Lang, units: &[String]) -> String {
    say!(
        lang,
        "{units} không nhận được thư nên sẽ không có trong giấy mời lần này. Lý do ghi lại:",
        "{units} cannot be reached and will not be in this invitation. The reason on record:",
        units = listed(units)
    )
}

/// The button that leads to leaving units out; where there is no room for all of it, its beginning.
#[must_use]
pub fn issue_without(lang: Lang, count: usize) -> [String; 2] {
    let units = units(lang, count);
    [
        say!(lang, "Bớt {units} rồi phát hành", "Leave out {units} and issue", units = units),
        say!(lang, "Bớt {units}", "Leave out {units}", units = units),
    ]
}

/// The question before a rejection or a cancellation: what, and how many will be told.
#[must_use]
pub fn surely(lang: Lang, action: Action, id: &MeetingId, told: usize) -> String {
    let verb = capital(word::action(lang, action));
    if told == 0 {
        return say!(
            lang,
            "{verb} {id}? Chưa đơn vị nào nhận được giấy mời.",
            "{verb} {id}? No unit has been invited yet.",
            verb = verb,
            id = shown(id)
        );
    }
    if action == Action::Postpone {
        return say!(
            lang,
            "{verb} {id}? {told} đơn vị đã được mời sẽ nhận thư báo tạm hoãn.",
            "{verb} {id}? {told} invited units will be told that it is put off.",
            verb = verb,
            id = shown(id),
            told = told
        );
    }
    say!(
        lang,
        "{verb} {id}? {told} đơn vị đã được mời sẽ nhận thư báo hủy.",
        "{verb} {id}? {told} invited units will be sent the cancellation.",
        verb = verb,
        id = shown(id),
        told = told
    )
}

/// A sentence's beginning.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A meeting was registered.
#[must_use]
pub fn registered(lang: Lang, id: &MeetingId, state: MeetingState) -> String {
    say!(lang, "Đã đăng ký {id} ({state})", "Registered {id} ({state})", id = shown(id), state = word::meeting_state(lang, state))
}

/// What is worth saying about a meeting: for those whose hands are on the keys.
#[must_use]
pub fn warning(lang: Lang, warning: &Warning, id: &MeetingId) -> String {
    match warning {
        Warning::NobodyInvited => lang.pick("Chưa mời đơn vị nào.", "Nobody is invited.").to_owned(),
        Warning::BackForApproval => say!(
            lang,
            "Phải duyệt lại {id}: thời gian, địa điểm, chủ trì hoặc thành phần đã đổi.",
            "{id} needs approval again: time, place, chair or invited units changed.",
            id = shown(id)
        ),
        Warning::Past | Warning::PaperToo { .. } | Warning::Withdrawn { .. } => crate::i18n::notice::warning(lang, warning, id),
    }
}

/// A meeting was moved on.
#[must_use]
pub fn moved(lang: Lang, action: Action, id: &MeetingId, state: MeetingState) -> String {
    match action {
        Action::Return => crate::i18n::notice::returned(lang, id),
        Action::Recall => crate::i18n::notice::recalled(lang, id, state),
        _ => crate::i18n::notice::reached(lang, id, state),
    }
}

/// What was typed before stands in the form again.
#[must_use]
pub fn draft_restored(lang: Lang, at: DateTime<Utc>, discard: Option<&str>) -> String {
    let (at, key) = (WallTime::at(at).to_string(), discard.unwrap_or(":"));
    say!(
        lang,
        "Đã mở lại bản đang gõ lúc {at}. Bỏ bản này: {key}",
        "What was typed at {at} is here again. To throw it away: {key}",
        at = at,
        key = key
    )
}

/// What was typed before and is still there, each with the key that opens it: a new meeting's form, and meetings.
#[must_use]
pub fn drafts_left(lang: Lang, new: Option<&str>, edited: &[MeetingId], edit: &str) -> String {
    let new = new.map(|key| say!(lang, "cuộc họp mới ({key})", "a new meeting ({key})", key = key));
    let edited = edited.iter().map(|id| format!("{} ({edit})", shown(id)));
    say!(lang, "Còn bản đang gõ dở: {forms}", "Left unfinished: {forms}", forms = listed(new.into_iter().chain(edited)))
}

/// What was typed is kept.
#[must_use]
pub fn draft_kept(lang: Lang) -> String {
    lang.pick("Đã giữ bản đang gõ; mở lại biểu mẫu để gõ tiếp.", "What was typed is kept; open the form again to go on.").to_owned()
}

/// A field of the form is wrong or missing.
#[must_use]
pub fn form_incomplete(lang: Lang, field: &str) -> String {
    say!(lang, "Chưa lưu: xem lại ô “{field}”.", "Not saved: look at “{field}”.", field = field)
}

/// Nothing in the form differs from what is stored.
#[must_use]
pub fn form_unchanged(lang: Lang) -> String {
    lang.pick("Không có gì thay đổi.", "Nothing was changed.").to_owned()
}

/// The question before what was typed is thrown away.
#[must_use]
pub fn discard(lang: Lang) -> String {
    lang.pick("Bỏ những gì vừa gõ trong biểu mẫu này?", "Throw away what was typed into this form?").to_owned()
}

/// The answer that throws it away.
#[must_use]
pub fn discard_yes(lang: Lang) -> String {
    lang.pick("Bỏ", "Throw away").to_owned()
}

/// A week, in few words: `Tuần 48 (23/11–29/11/2026)`.
#[must_use]
pub fn week(lang: Lang, week: IsoWeek) -> String {
    let (from, to) = (week.monday().format("%d/%m"), week.sunday().format("%d/%m/%Y"));
    say!(lang, "Tuần {n} ({from}–{to})", "Week {n} ({from}–{to})", n = week.number(), from = from, to = to)
}

/// A day as it heads its meetings: `Thứ Hai 23/11`.
#[must_use]
pub fn day(lang: Lang, day: NaiveDate) -> String {
    format!("{} {}", capital(word::weekday(lang, day)), day.format("%d/%m"))
}

/// A part of the day, in a narrow column.
#[must_use]
pub fn session(lang: Lang, session: Session) -> &'static str {
    match (lang, session) {
        (Lang::Vi, session) => word::session(lang, session),
        (Lang::En, Session::Morning) => "AM",
        (Lang::En, Session::Afternoon) => "PM",
        (Lang::En, Session::Evening) => "Eve",
    }
}

/// A meeting's time in full: `thứ Năm 26/11/2026, 14:00–16:00`.
#[must_use]
pub fn time(lang: Lang, start: WallTime, end: Option<WallTime>) -> String {
    let day = |time: WallTime| format!("{} {}", word::weekday(lang, time.day()), time.day().format("%d/%m/%Y"));
    let hour = |time: WallTime| time.naive().format("%H:%M").to_string();
    match end {
        None => format!("{}, {}", day(start), hour(start)),
        Some(end) if end.day() == start.day() => format!("{}, {}–{}", day(start), hour(start), hour(end)),
        Some(end) => format!("{}, {} – {}, {}", day(start), hour(start), day(end), hour(end)),
    }
}

/// So many meetings.
#[must_use]
pub fn meetings(lang: Lang, count: usize) -> String {
    match count {
        1 => say!(lang, "1 cuộc họp", "1 meeting"),
        count => say!(lang, "{count} cuộc họp", "{count} meetings", count = count),
    }
}

/// How many there are; where something is looked for, how many of them were found.
#[must_use]
pub fn of(found: usize, all: usize, looked_for: bool) -> String {
    if looked_for { format!("{found}/{all}") } else { all.to_string() }
}

/// So many conflicts.
#[must_use]
pub fn conflicts(lang: Lang, count: usize) -> String {
    say!(lang, "{count} cuộc họp trùng lịch", "{count} in conflict", count = count)
}

/// So many units.
#[must_use]
pub fn units(lang: Lang, count: usize) -> String {
    match count {
        1 => say!(lang, "1 đơn vị", "1 unit"),
        count => say!(lang, "{count} đơn vị", "{count} units", count = count),
    }
}

/// So many messages.
#[must_use]
pub fn messages(lang: Lang, count: usize) -> String {
    match count {
        1 => say!(lang, "1 thư", "1 message"),
        count => say!(lang, "{count} thư", "{count} messages", count = count),
    }
}

/// The terminal is too small.
#[must_use]
pub fn too_small(lang: Lang) -> String {
    lang.pick("Cửa sổ nhỏ quá: cần ít nhất 40×10.", "Too small: at least 40×10 is needed.").to_owned()
}

/// It is so long until an instant, or since then, in the largest whole unit: `5 phút nữa`, `2 giờ trước`. In minutes at
/// the least, so that nothing on the screen moves more often than once a minute; what is nearer is told to be so.
#[must_use]
pub fn relative(lang: Lang, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let seconds = (at - now).num_seconds();
    match (length(lang, seconds.abs() / 60), seconds > 0) {
        (None, true) => lang.pick("dưới 1 phút nữa", "in under 1 min").to_owned(),
        (None, false) => lang.pick("vừa xong", "just now").to_owned(),
        (Some(length), true) => say!(lang, "{length} nữa", "in {length}", length = length),
        (Some(length), false) => say!(lang, "{length} trước", "{length} ago", length = length),
    }
}

/// So many minutes in the largest whole unit; `None` below one.
fn length(lang: Lang, minutes: i64) -> Option<String> {
    Some(match minutes {
        ..=0 => return None,
        1..60 => say!(lang, "{n} phút", "{n} min", n = minutes),
        60..2880 => say!(lang, "{n} giờ", "{n} h", n = minutes / 60),
        _ => say!(lang, "{n} ngày", "{n} days", n = minutes / 1440),
    })
}

/// When a message that waits is tried next, in a narrow column: never like the hour at which another one was sent.
#[must_use]
pub fn tried_next(lang: Lang, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    if at <= now {
        return lang.pick("đến hạn", "due").to_owned();
    }
    match length(lang, (at - now).num_minutes()) {
        Some(length) => say!(lang, "{length} nữa", "in {length}", length = length),
        None => lang.pick("dưới 1 phút", "under 1 min").to_owned(),
    }
}

/// A time that is not understood: which part of it, with an example that fits beside the field.
#[must_use]
pub fn time_example(lang: Lang, fault: &WhenFault) -> String {
    match fault {
        WhenFault::Form => lang.pick("chưa rõ giờ: thử 26/11 14h", "not a time: try 26/11 14h").to_owned(),
        WhenFault::NoHour => lang.pick("còn thiếu giờ, ví dụ 14h", "no hour yet, e.g. 14h").to_owned(),
        WhenFault::Hour(said) => say!(lang, "chưa rõ giờ {said}: thử 14h", "not an hour: {said}; try 14h", said = quoted(said)),
        WhenFault::Day(said) => say!(lang, "chưa rõ ngày {said}: thử 26/11", "not a day: {said}; try 26/11", said = quoted(said)),
        WhenFault::Unread(said) => say!(lang, "chưa hiểu {said}", "not understood: {said}", said = quoted(said)),
        WhenFault::NoSuchHour(said) => say!(lang, "không có giờ {said}", "there is no hour {said}", said = quoted(said)),
        WhenFault::NoSuchDay(said) => say!(lang, "không có ngày {said}", "there is no day {said}", said = quoted(said)),
        WhenFault::Weekday(day) => {
            say!(lang, "{day} là {weekday}", "{day} is a {weekday}", day = day.format("%d/%m/%Y"), weekday = word::weekday(lang, *day))
        }
        WhenFault::Year(year) => say!(lang, "năm {year}?", "the year {year}?", year = year),
    }
}

/// The end was moved by what was typed as the start.
#[must_use]
pub fn end_moved(lang: Lang, moved: &EndMoved) -> String {
    match moved {
        EndMoved::Followed { end } => say!(lang, "Giờ kết thúc dời theo: {end}", "The end moved along: {end}", end = shown(end)),
        EndMoved::Said { end, before } => say!(
            lang,
            "Giờ kết thúc theo ô Bắt đầu: {end} (trước là {before})",
            "The end is as typed with the start: {end} (it was {before})",
            end = shown(end),
            before = shown(before)
        ),
    }
}

/// How the end was moved by what was typed as the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EndMoved {
    /// The start was moved, and the meeting lasts as long as before.
    Followed {
        /// The end now.
        end: String,
    },
    /// The start said the end too, after another one was typed.
    Said {
        /// The end now.
        end: String,
        /// What was typed before.
        before: String,
    },
}

/// A unit has no mailbox that an invitation could go to.
#[must_use]
pub fn no_mailbox(lang: Lang) -> &'static str {
    lang.pick("chưa có hộp thư", "no mailbox")
}

/// A message that is due goes out by itself.
#[must_use]
pub fn due_now(lang: Lang) -> String {
    lang.pick("Đến hạn: sẽ tự gửi.", "Due: it is sent by itself when its turn comes.").to_owned()
}

/// A message that is due, where nothing goes out by itself.
#[must_use]
pub fn due(lang: Lang, key: Option<&str>) -> String {
    say!(lang, "Đến hạn: nhấn {key} để gửi.", "Due: press {key} to send it.", key = shown(key.unwrap_or(":")))
}

/// A message that waits for another one about the same meeting.
#[must_use]
pub fn behind(lang: Lang, earlier: &str) -> String {
    say!(lang, "Chờ thư {earlier} gửi xong trước.", "Waits until message {earlier} has its fate.", earlier = shown(earlier))
}

/// When a relay in trouble is tried again. Once that is due it is about to happen, whatever the clock on the screen says.
#[must_use]
pub fn next_probe(lang: Lang, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    if at <= now {
        return lang.pick("sắp thử lại", "about to try again").to_owned();
    }
    say!(lang, "thử lại {when}", "trying again {when}", when = relative(lang, at, now))
}

/// When a message that waits for a relay in trouble is tried again: with what, and at which hour.
#[must_use]
pub fn waits_for_relay(lang: Lang, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    format!("{} ({}).", capital(&next_probe(lang, at, now)), WallTime::at(at))
}

/// What stands where there is nothing, with the key that changes that.
#[must_use]
pub fn nothing_here(lang: Lang, what: Nothing, key: Option<&str>) -> String {
    let key = key.unwrap_or(":");
    match what {
        Nothing::Week => say!(lang, "Chưa có cuộc họp. Nhấn {key} để đăng ký.", "No meetings. Press {key} to register one.", key = key),
        Nothing::Meetings => {
            say!(lang, "Không có cuộc họp nào. Nhấn {key} để đăng ký.", "There are no meetings. Press {key} to register one.", key = key)
        }
        Nothing::Found => {
            say!(lang, "Không tìm thấy gì. Nhấn {key} để bỏ lọc.", "Nothing found. Press {key} to clear the filter.", key = key)
        }
        Nothing::Match => lang.pick("Không tìm thấy gì.", "Nothing found.").to_owned(),
        Nothing::Units => {
            lang.pick("Chưa có đơn vị nào. Nhập: lichhop unit import TỆP", "No units yet. Import them: lichhop unit import FILE").to_owned()
        }
        Nothing::Outbox => lang.pick("Chưa phát hành giấy mời nào.", "No invitation was issued yet.").to_owned(),
        Nothing::Notices => lang.pick("Chưa có thông báo nào.", "No notices yet.").to_owned(),
    }
}

/// Where there is nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nothing {
    /// In the week.
    Week,
    /// In the list of meetings.
    Meetings,
    /// Behind a search or a filter.
    Found,
    /// Behind what is typed right above.
    Match,
    /// In the registry.
    Units,
    /// In the outbox.
    Outbox,
    /// Among the notices.
    Notices,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_times_move_in_minutes() {
        let now = DateTime::UNIX_EPOCH;
        let at = |seconds: i64| now + chrono::Duration::seconds(seconds);
        let said = |seconds: i64| Lang::ALL.map(|lang| relative(lang, at(seconds), now)).join(" | ");
        for (seconds, words) in [
            (0, "vừa xong | just now"),
            (1, "dưới 1 phút nữa | in under 1 min"),
            (59, "dưới 1 phút nữa | in under 1 min"),
            (-59, "vừa xong | just now"),
            (60, "1 phút nữa | in 1 min"),
            (-60, "1 phút trước | 1 min ago"),
            (-119, "1 phút trước | 1 min ago"),
            (3600, "1 giờ nữa | in 1 h"),
            (-7300, "2 giờ trước | 2 h ago"),
            (172_800, "2 ngày nữa | in 2 days"),
        ] {
            assert_eq!(said(seconds), words, "{seconds}");
        }
    }

    #[test]
    fn what_is_to_come_is_never_told_to_be_past() {
        let now = DateTime::UNIX_EPOCH;
        let at = |seconds: i64| now + chrono::Duration::seconds(seconds);
        let column = |seconds| tried_next(Lang::Vi, at(seconds), now);
        assert_eq!([-300, 0, 30, 240, 7200].map(column), ["đến hạn", "đến hạn", "dưới 1 phút", "4 phút nữa", "2 giờ nữa"]);
        let probe = |seconds| next_probe(Lang::Vi, at(seconds), now);
        assert_eq!([-40, 0, 30, 240].map(probe), ["sắp thử lại", "sắp thử lại", "thử lại dưới 1 phút nữa", "thử lại 4 phút nữa"]);
    }

    #[test]
    fn themes_are_told_by_what_they_look_like() {
        assert_eq!(theme(Lang::Vi, "light"), "Giao diện màu: nền sáng (light)");
        assert_eq!(theme(Lang::Vi, "cua-toi"), "Giao diện màu: cua-toi", "one of somebody's own");
    }

    #[test]
    fn what_is_not_possible_names_what_is() {
        let id = MeetingId::new(2026, 1);
        let said = not_in_this_state(Lang::Vi, &id, MeetingState::Draft, Action::Approve);
        assert!(said.contains("LH-2026-0001") && said.contains("trình") && said.contains("duyệt"), "{said}");
        assert!(!not_in_this_state(Lang::En, &id, MeetingState::Cancelled, Action::Issue).contains("Possible"));
    }
}
