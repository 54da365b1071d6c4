//! Refusals by a rule of the office.

use crate::domain::conflict::Conflict;
use crate::domain::fault::{Permission, Rule};
use crate::domain::meeting::{MeetingId, MeetingState};
use crate::domain::policy::Unreachable;
use crate::domain::text::Line;
use crate::domain::unit::UnitCode;
use crate::domain::workflow::Action;
use crate::i18n::{Lang, intervention, listed, nothing_written, quoted, shown, word};
use crate::report::{Exit, Report};

/// The refusal of a rule.
#[must_use]
pub fn refused(lang: Lang, rule: &Rule) -> Report {
    let (what, next) = match rule {
        Rule::Workflow { id, action, state, possible } => {
            let what = say!(
                lang,
                "Không thể {action} {id}: cuộc họp đang ở trạng thái “{state}”.",
                "Cannot {action} {id}: the meeting is “{state}”.",
                action = word::action(lang, *action),
                id = shown(id),
                state = word::meeting_state(lang, *state)
            );
            (what, steps(lang, id, possible))
        }
        Rule::IssuedIsFixed { id } => {
            let what = say!(
                lang,
                "{id} đã phát hành: nội dung đã gửi tới các đơn vị thì không sửa được.",
                "{id} is issued: what the units were told cannot be edited.",
                id = shown(id)
            );
            (what, steps(lang, id, &[Action::Invite, Action::Reschedule, Action::Replace, Action::Postpone, Action::Cancel]))
        }
        Rule::Conflicts { id, conflicts, issued } => conflicting(lang, id, conflicts, *issued),
        Rule::ReplacedTooOften { id, limit } => {
            let what = say!(
                lang,
                "Giấy mời của {id} đã thay thế {limit} lần, không thay thế được nữa.",
                "The invitation to {id} was replaced {limit} times; it cannot be once more.",
                id = shown(id),
                limit = limit
            );
            (what, steps(lang, id, &[Action::Cancel]))
        }
        Rule::Unreachable { id, units, .. } if units.is_empty() => {
            (say!(lang, "{id}: chưa mời đơn vị nào.", "{id}: no unit is invited.", id = shown(id)), invite(lang, id))
        }
        Rule::Unreachable { id, units, issued } => unreachable_units(lang, id, units, *issued),
        Rule::LastAdmin { user } => last_admin(lang, user),
        Rule::NothingToRecall { id } => nothing_to_recall(lang, id),
        Rule::TooLateToRecall { id, left } => too_late_to_recall(lang, id, *left),
        Rule::Items { wanted, refused } => intervention::refused(lang, *wanted, refused),
        Rule::ItemOverdue { id, meeting, begun } => intervention::overdue(lang, *id, meeting, *begun),
        Rule::PaperEnded { since } => {
            let day = since.format("%d/%m/%Y");
            let what = say!(
                lang,
                "Từ ngày {day} chỉ gửi giấy mời qua hộp thư điện tử dùng chung, không gửi bản giấy.",
                "From {day} on invitations go to the shared mailboxes only, without paper.",
                day = day
            );
            (what, lang.pick("Bỏ --channel parallel rồi chạy lại.", "Run it again without --channel parallel.").to_owned())
        }
        Rule::NotAsked { id, state } => not_asked(lang, id, *state),
        Rule::QuarantineFull { limit } => quarantine_full(lang, *limit),
    };
    Report::new(Exit::Refused, what).kept(nothing_written(lang)).next(next)
}

/// What is in a meeting's way, and how to get out of it. One that was issued is not edited.
fn conflicting(lang: Lang, id: &MeetingId, conflicts: &[Conflict], issued: bool) -> (String, String) {
    let mut lines = vec![say!(lang, "{id} trùng lịch:", "{id} conflicts with other meetings:", id = shown(id))];
    lines.extend(conflicts.iter().map(|one| format!("  {}", conflict(lang, one))));
    let next = if issued {
        lang.pick(
            "Chọn giờ hoặc địa điểm khác: --start … --place …\nHoặc vẫn làm và ghi rõ lý do: --override 'lý do'",
            "Choose another time or place: --start … --place …\nOr go ahead and say why: --override 'reason'",
        )
        .to_owned()
    } else {
        say!(
            lang,
            "Đổi giờ hoặc địa điểm: lichhop meeting edit {id} --start … --place …\nHoặc vẫn làm và ghi rõ lý do: --override 'lý do'",
            "Change time or place: lichhop meeting edit {id} --start … --place …\nOr go ahead and say why: --override 'reason'",
            id = shown(id)
        )
    };
    (lines.join("\n"), next)
}

fn not_asked(lang: Lang, id: &MeetingId, state: MeetingState) -> (String, String) {
    let what = say!(
        lang,
        "Không ghi nhận trả lời cho {id}: cuộc họp đang ở trạng thái “{state}”, không có đơn vị nào đang được mời.",
        "No answers are recorded for {id}: the meeting is “{state}”, and nobody is invited to it.",
        id = shown(id),
        state = word::meeting_state(lang, state)
    );
    (what, say!(lang, "Xem: lichhop meeting show {id}", "See: lichhop meeting show {id}", id = shown(id)))
}

fn quarantine_full(lang: Lang, limit: u64) -> (String, String) {
    let what = say!(
        lang,
        "Thư đến chờ xem xét đã chiếm hết {size} MiB; thư này chưa được nhận.",
        "Mail that waits to be looked at takes all of {size} MiB; this message was not taken.",
        size = limit / (1024 * 1024)
    );
    let next = lang.pick(
        "Xem và cất bớt: lichhop receive --list, rồi lichhop receive --discard MÃ",
        "Look at it and put some away: lichhop receive --list, then lichhop receive --discard ID",
    );
    (what, next.to_owned())
}

fn nothing_to_recall(lang: Lang, id: &MeetingId) -> (String, String) {
    let what = say!(
        lang,
        "Không có gì để thu hồi: việc gần nhất với {id} không gửi thư cho đơn vị nào.",
        "There is nothing to recall: the last thing that happened to {id} told nobody anything.",
        id = shown(id)
    );
    (what, say!(lang, "Xem: lichhop history meeting {id}", "See: lichhop history meeting {id}", id = shown(id)))
}

fn too_late_to_recall(lang: Lang, id: &MeetingId, left: u64) -> (String, String) {
    let what = say!(
        lang,
        "Không thu hồi được nữa: {left} thư về {id} đã gửi hoặc có thể đã gửi đi.",
        "Too late to recall: {left} messages about {id} have left, or may have.",
        left = left,
        id = shown(id)
    );
    let next = say!(
        lang,
        "Các đơn vị đã được báo thì báo lại: {replace} · {cancel}",
        "Who was told is told again: {replace} · {cancel}",
        replace = command(lang, &shown(id), Action::Replace),
        cancel = command(lang, &shown(id), Action::Cancel)
    );
    (what, next)
}

fn last_admin(lang: Lang, user: &str) -> (String, String) {
    let what = say!(
        lang,
        "{user} là quản trị viên duy nhất: sau đó không ai cấp được tài khoản nữa.",
        "{user} is the only administrator: nobody could grant anything any more.",
        user = shown(user)
    );
    let next = lang.pick("Cấp trước: lichhop account grant USER --role admin", "First: lichhop account grant USER --role admin");
    (what, next.to_owned())
}

/// How units are invited.
#[must_use]
pub fn invite(lang: Lang, id: &MeetingId) -> String {
    command(lang, &shown(id), Action::Invite)
}

fn unreachable_units(lang: Lang, id: &MeetingId, units: &[(UnitCode, Line, Unreachable)], issued: bool) -> (String, String) {
    let mut lines = vec![say!(
        lang,
        "{id}: {count} đơn vị được mời không nhận được giấy mời điện tử:",
        "{id}: {count} invited units cannot receive the invitation:",
        id = shown(id),
        count = units.len()
    )];
    lines.extend(units.iter().map(|(code, name, why)| format!("  {} ({}): {}", shown(code), shown(name), unreachable(lang, why))));
    let mend = mends(lang, units.iter().map(|(_, _, why)| why));
    let all = units.iter().map(|(code, _, _)| shown(code)).collect::<Vec<_>>().join(" --without ");
    if issued {
        let next = say!(
            lang,
            "{mend}\nHoặc không mời: bỏ khỏi --invite; khi đổi lịch hay thay thế: thêm --without {all}",
            "{mend}\nOr leave them out: not in --invite; when rescheduling or replacing: --without {all}",
            mend = mend,
            all = all
        );
        return (lines.join("\n"), next);
    }
    let next = say!(
        lang,
        "{mend}\nHoặc không gửi và ghi rõ lý do: lichhop meeting issue {id} --without {all} --reason 'lý do'",
        "{mend}\nOr leave them out on record: lichhop meeting issue {id} --without {all} --reason 'reason'",
        mend = mend,
        id = shown(id),
        all = all
    );
    (lines.join("\n"), next)
}

/// Why a user may not, and who may.
#[must_use]
pub fn not_permitted(lang: Lang, permission: &Permission) -> Report {
    match permission {
        Permission::OwnApproval { id, who_may } => own_approval(lang, id, who_may),
        Permission::NoAccount { user, who_may } => {
            let what = say!(lang, "{user} chưa có tài khoản ở đây.", "{user} has no account here.", user = shown(user));
            Report::new(Exit::NotPermitted, what).kept(nothing_written(lang)).next(who(
                lang,
                who_may,
                "Người cấp được",
                "Who may grant one",
            ))
        }
        Permission::Role { role, ability, who_may } => {
            let what = say!(
                lang,
                "Vai trò của bạn ({role}) không được {ability}.",
                "Your role ({role}) may not {ability}.",
                role = word::role(lang, *role),
                ability = word::ability(lang, *ability)
            );
            Report::new(Exit::NotPermitted, what).kept(nothing_written(lang)).next(who(lang, who_may, "Người được", "Who may"))
        }
        Permission::OtherUnit { unit, who_may } => {
            let what = say!(
                lang,
                "Bạn không đăng ký thay cho {unit}, chỉ cho các đơn vị của mình.",
                "You do not register for {unit}, only for your own units.",
                unit = shown(unit.as_str())
            );
            Report::new(Exit::NotPermitted, what).kept(nothing_written(lang)).next(who(lang, who_may, "Người được", "Who may"))
        }
        Permission::Socket { path } => {
            let what = say!(lang, "Bạn không được nối tới {path}.", "You may not connect to {path}.", path = shown(path));
            let next = lang.pick(
                "Xin quản trị viên máy cho vào nhóm được dùng lichhop, rồi đăng nhập lại.",
                "Ask the machine's administrator for the group that may use lichhop, then log in again.",
            );
            Report::new(Exit::NotPermitted, what).kept(nothing_written(lang)).next(next.to_owned())
        }
    }
}

fn own_approval(lang: Lang, id: &MeetingId, who_may: &[String]) -> Report {
    let what = say!(
        lang,
        "Bạn là người đăng ký hoặc thay đổi sau cùng {id}, nên không được tự duyệt.",
        "You registered {id} or changed it last, so you may not approve it yourself.",
        id = shown(id)
    );
    let setting = lang.pick(
        "Cơ quan chỉ có một người làm: đặt [workflow] approve_own = true trong config.toml.",
        "In a one-person office: set [workflow] approve_own = true in config.toml.",
    );
    let next = if who_may.is_empty() {
        say!(
            lang,
            "Chưa có tài khoản nào khác được duyệt.\n{setting}",
            "No other account may approve it yet.\n{setting}",
            setting = setting
        )
    } else {
        say!(lang, "Người được duyệt: {who}.\n{setting}", "Who may: {who}.\n{setting}", who = listed(who_may), setting = setting)
    };
    Report::new(Exit::NotPermitted, what).kept(nothing_written(lang)).next(next)
}

/// The accounts that may.
fn who(lang: Lang, who_may: &[String], vi: &'static str, en: &'static str) -> String {
    if who_may.is_empty() {
        return lang.pick("Chưa có tài khoản nào được.", "No account may yet.").to_owned();
    }
    format!("{}: {}.", lang.pick(vi, en), listed(who_may))
}

/// A conflict: what is claimed twice, by which meeting, when, of which unit.
#[must_use]
pub fn conflict(lang: Lang, conflict: &Conflict) -> String {
    // The day stands once, where it is one day.
    let same_day = conflict.start.day() == conflict.until.day();
    let until = if same_day { conflict.until.naive().format("%H:%M").to_string() } else { conflict.until.to_string() };
    say!(
        lang,
        "{kind}: {claimed} – {with} {title} ({state}), {start} đến {until}, đơn vị đăng ký {unit}",
        "{kind}: {claimed} – {with} {title} ({state}), {start} to {until}, registered by {unit}",
        kind = word::conflict_kind(lang, conflict.kind),
        claimed = quoted(&conflict.claimed),
        with = shown(&conflict.with),
        title = quoted(&conflict.title),
        state = word::meeting_state(lang, conflict.state),
        start = conflict.start,
        until = until,
        unit = shown(&conflict.unit)
    )
}

/// Why a unit cannot be invited.
#[must_use]
pub fn unreachable(lang: Lang, why: &Unreachable) -> String {
    match why {
        Unreachable::NoSharedMailbox => say!(lang, "chưa có hộp thư dùng chung", "has no shared mailbox"),
        Unreachable::NotActive { address, state } => say!(
            lang,
            "hộp thư dùng chung {address} {state}",
            "its shared mailbox {address} is {state}",
            address = shown(address),
            state = word::mailbox_state(lang, *state)
        ),
        Unreachable::Domain { address, allowed } => say!(
            lang,
            "hộp thư {address} không thuộc tên miền được phép ({allowed})",
            "its mailbox {address} is not in an allowed domain ({allowed})",
            address = shown(address),
            allowed = listed(allowed)
        ),
        Unreachable::Ambiguous { addresses } => say!(
            lang,
            "có nhiều hộp thư dùng chung đang hoạt động, chưa rõ hộp thư chính: {addresses}",
            "has several active shared mailboxes and not exactly one primary: {addresses}",
            addresses = listed(addresses)
        ),
    }
}

/// How unreachable units are mended, each way once.
fn mends<'a>(lang: Lang, reasons: impl IntoIterator<Item = &'a Unreachable>) -> String {
    let mut ways: Vec<String> = Vec::new();
    for why in reasons {
        let way = match why {
            Unreachable::NoSharedMailbox => say!(
                lang,
                "Thêm hộp thư dùng chung (kind = shared, state = active) vào bảng: lichhop mailbox import FILE",
                "Add a shared mailbox (kind = shared, state = active) to the table: lichhop mailbox import FILE"
            ),
            Unreachable::NotActive { .. } => say!(
                lang,
                "Ghi state = active khi hộp thư đã kích hoạt: lichhop mailbox import FILE",
                "Set state = active once the mailbox is in use: lichhop mailbox import FILE"
            ),
            Unreachable::Domain { .. } => say!(
                lang,
                "Nhập địa chỉ thuộc tên miền được phép (lichhop mailbox import FILE), hoặc bổ sung ngoại lệ ở [policy] exceptions",
                "Import an address in an allowed domain (lichhop mailbox import FILE), or add an exception to [policy] exceptions"
            ),
            Unreachable::Ambiguous { .. } => say!(
                lang,
                "Đánh dấu một hộp thư chính ở cột primary: lichhop mailbox import FILE",
                "Mark one of them in the column primary: lichhop mailbox import FILE"
            ),
        };
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    ways.join("\n")
}

fn steps(lang: Lang, id: &MeetingId, possible: &[Action]) -> String {
    let id = shown(id);
    let mut commands: Vec<String> = Vec::new();
    for action in possible {
        let line = command(lang, &id, *action);
        if !commands.contains(&line) {
            commands.push(line);
        }
    }
    if commands.is_empty() {
        return say!(
            lang,
            "Không còn việc nào làm được với cuộc họp này; cần thì đăng ký cuộc họp mới: lichhop meeting add",
            "Nothing more can be done to this meeting; register a new one if needed: lichhop meeting add"
        );
    }
    say!(lang, "Có thể:\n{commands}", "Possible:\n{commands}", commands = commands.join("\n"))
}

/// The command of an action, with the flags it needs.
fn command(lang: Lang, id: &str, action: Action) -> String {
    let reason = lang.pick("'lý do'", "'reason'");
    let (name, command) = match action {
        Action::Register => (action, "lichhop meeting add …".to_owned()),
        // One command does both; what it does to the approval follows from what is changed.
        Action::Edit | Action::Change => (Action::Edit, format!("lichhop meeting edit {id} …")),
        Action::Submit => (action, format!("lichhop meeting submit {id}")),
        Action::Approve => (action, format!("lichhop meeting approve {id}")),
        Action::Return => (action, format!("lichhop meeting return {id} --reason {reason}")),
        Action::Reject => (action, format!("lichhop meeting reject {id} --reason {reason}")),
        Action::Issue => (action, format!("lichhop meeting issue {id}")),
        Action::Invite => (action, format!("lichhop meeting edit {id} --invite {}", lang.pick("MÃ", "CODE"))),
        Action::Reschedule => (action, format!("lichhop meeting reschedule {id} --start … --reason {reason}")),
        Action::Replace => (action, format!("lichhop meeting replace {id} … --reason {reason}")),
        Action::Postpone => (action, format!("lichhop meeting postpone {id} --reason {reason}")),
        Action::Cancel => (action, format!("lichhop meeting cancel {id} --reason {reason}")),
        Action::Recall => (action, format!("lichhop meeting recall {id} --reason {reason}")),
    };
    format!("{verb}: {command}", verb = word::action_alone(lang, name))
}
