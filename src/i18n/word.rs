//! Names of states, kinds and actions.

use chrono::{Datelike, NaiveDate, Weekday};

use crate::domain::access::Ability;
use crate::domain::account::Role;
use crate::domain::conflict::{ConflictKind, Severity};
use crate::domain::dispatch::{DispatchKind, Notice};
use crate::domain::mailbox::{MailboxKind, MailboxState};
use crate::domain::meeting::{InvitationMode, MeetingState, Urgency};
use crate::domain::outbox::ItemState;
use crate::domain::time::{self, Session};
use crate::domain::unit::UnitKind;
use crate::domain::workflow::Action;
use crate::i18n::Lang;

/// A meeting's state.
#[must_use]
pub fn meeting_state(lang: Lang, state: MeetingState) -> &'static str {
    match state {
        MeetingState::Draft => lang.pick("dự thảo", "draft"),
        MeetingState::Submitted => lang.pick("đã trình", "submitted"),
        MeetingState::Approved => lang.pick("đã duyệt", "approved"),
        MeetingState::Rejected => lang.pick("bị từ chối", "rejected"),
        MeetingState::Issued => lang.pick("đã phát hành", "issued"),
        MeetingState::Postponed => lang.pick("hoãn", "postponed"),
        MeetingState::Cancelled => lang.pick("đã hủy", "cancelled"),
        MeetingState::Concluded => lang.pick("đã họp", "concluded"),
    }
}

/// What can be done to a meeting, as a verb.
#[must_use]
pub fn action(lang: Lang, action: Action) -> &'static str {
    match action {
        Action::Register => lang.pick("đăng ký", "register"),
        Action::Edit => lang.pick("sửa", "edit"),
        Action::Change => lang.pick("sửa thời gian, địa điểm, chủ trì hoặc thành phần", "change time, place, chair or invited units of"),
        Action::Submit => lang.pick("trình", "submit"),
        Action::Approve => lang.pick("duyệt", "approve"),
        Action::Return => lang.pick("trả lại", "return"),
        Action::Reject => lang.pick("từ chối", "reject"),
        Action::Issue => lang.pick("phát hành", "issue"),
        Action::Invite => lang.pick("mời thêm", "invite more units to"),
        Action::Reschedule => lang.pick("đổi lịch", "reschedule"),
        Action::Replace => lang.pick("thay thế giấy mời của", "replace the invitation to"),
        Action::Postpone => lang.pick("hoãn", "postpone"),
        Action::Cancel => lang.pick("hủy", "cancel"),
        Action::Recall => lang.pick("thu hồi giấy mời của", "recall the invitation to"),
    }
}

/// The same where no meeting stands behind it.
#[must_use]
pub fn action_alone(lang: Lang, named: Action) -> &'static str {
    match named {
        Action::Invite => lang.pick("mời thêm", "invite more"),
        Action::Replace => lang.pick("thay thế giấy mời", "replace the invitation"),
        Action::Recall => lang.pick("thu hồi giấy mời", "recall the invitation"),
        other => action(lang, other),
    }
}

/// What was done to a meeting, for its history.
#[must_use]
pub fn done(lang: Lang, action: Action) -> &'static str {
    match action {
        Action::Register => lang.pick("đăng ký", "registered"),
        Action::Edit => lang.pick("sửa", "edited"),
        Action::Change => lang.pick("thay đổi", "changed"),
        Action::Submit => lang.pick("trình", "submitted"),
        Action::Approve => lang.pick("duyệt", "approved"),
        Action::Return => lang.pick("trả lại", "returned"),
        Action::Reject => lang.pick("từ chối", "rejected"),
        Action::Issue => lang.pick("phát hành", "issued"),
        Action::Invite => lang.pick("mời thêm", "invited more"),
        Action::Reschedule => lang.pick("đổi lịch", "rescheduled"),
        Action::Replace => lang.pick("thay thế giấy mời", "invitation replaced"),
        Action::Postpone => lang.pick("hoãn", "postponed"),
        Action::Cancel => lang.pick("hủy", "cancelled"),
        Action::Recall => lang.pick("thu hồi", "recalled"),
    }
}

/// How urgent a meeting is.
#[must_use]
pub fn urgency(lang: Lang, urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Normal => lang.pick("thường", "normal"),
        Urgency::Urgent => lang.pick("khẩn", "urgent"),
        Urgency::VeryUrgent => lang.pick("thượng khẩn", "very urgent"),
        Urgency::Flash => lang.pick("hỏa tốc", "flash"),
    }
}

/// How the units learn of a meeting.
#[must_use]
pub fn mode(lang: Lang, mode: InvitationMode) -> &'static str {
    match mode {
        InvitationMode::Own => lang.pick("giấy mời riêng", "an invitation of its own"),
    }
}

/// Where a message of the outbox is.
#[must_use]
pub fn item_state(lang: Lang, state: ItemState) -> &'static str {
    match state {
        ItemState::Queued => lang.pick("chờ gửi", "queued"),
        ItemState::Sending => lang.pick("đang gửi", "sending"),
        ItemState::Deferred => lang.pick("chờ gửi lại", "deferred"),
        ItemState::Sent => lang.pick("đã gửi", "sent"),
        ItemState::Failed => lang.pick("không gửi được", "failed"),
        ItemState::Held => lang.pick("tạm giữ", "held"),
        ItemState::Dropped => lang.pick("đã bỏ", "dropped"),
    }
}

/// What a message of the outbox asks, or what notice it is, by the word in its view. A word from a newer program stays as it is.
#[must_use]
pub fn item_kind(lang: Lang, word: &str) -> String {
    if word == DispatchKind::Request.word() {
        lang.pick("giấy mời", "invitation").to_owned()
    } else if word == DispatchKind::Cancel.word() {
        lang.pick("thông báo hủy", "cancellation").to_owned()
    } else if word == DispatchKind::Report.word() {
        lang.pick("báo cáo", "report").to_owned()
    } else if word == Notice::Postponed.word() {
        lang.pick("thông báo hoãn", "postponement").to_owned()
    } else if word == Notice::Withdrawn.word() {
        lang.pick("thông báo thu hồi", "withdrawal").to_owned()
    } else {
        crate::i18n::shown(word)
    }
}

/// The same in a word that fits a narrow column whole: cut, invitations and cancellations look alike.
#[must_use]
pub fn item_kind_short(lang: Lang, word: &str) -> String {
    if word == DispatchKind::Request.word() {
        lang.pick("mời", "invite").to_owned()
    } else if word == DispatchKind::Cancel.word() {
        lang.pick("hủy", "cancel").to_owned()
    } else if word == DispatchKind::Report.word() {
        lang.pick("báo", "report").to_owned()
    } else if word == Notice::Postponed.word() {
        lang.pick("hoãn", "delay").to_owned()
    } else if word == Notice::Withdrawn.word() {
        lang.pick("rút", "recall").to_owned()
    } else {
        crate::i18n::shown(word)
    }
}

/// Who a mailbox belongs to.
#[must_use]
pub fn mailbox_kind(lang: Lang, kind: MailboxKind) -> &'static str {
    match kind {
        MailboxKind::Shared => lang.pick("dùng chung", "shared"),
        MailboxKind::Personal => lang.pick("cá nhân", "personal"),
    }
}

/// Where a mailbox is in its life.
#[must_use]
pub fn mailbox_state(lang: Lang, state: MailboxState) -> &'static str {
    match state {
        MailboxState::Allocated => lang.pick("đã cấp, chưa kích hoạt", "allocated, not activated"),
        MailboxState::Active => lang.pick("đang hoạt động", "active"),
        MailboxState::Suspended => lang.pick("tạm khóa", "suspended"),
        MailboxState::Revoked => lang.pick("đã thu hồi", "revoked"),
    }
}

/// What sort of unit it is.
#[must_use]
pub fn unit_kind(lang: Lang, kind: UnitKind) -> &'static str {
    match kind {
        UnitKind::Leadership => lang.pick("lãnh đạo Bộ", "leadership"),
        UnitKind::Office => lang.pick("văn phòng", "office"),
        UnitKind::Inspectorate => lang.pick("thanh tra", "inspectorate"),
        UnitKind::Department => lang.pick("vụ", "department"),
        UnitKind::Agency => lang.pick("cục", "agency"),
        UnitKind::GeneralDepartment => lang.pick("tổng cục", "general department"),
        UnitKind::Division => lang.pick("phòng", "division"),
        UnitKind::Centre => lang.pick("trung tâm", "centre"),
        UnitKind::Institute => lang.pick("viện", "institute"),
        UnitKind::Museum => lang.pick("bảo tàng", "museum"),
        UnitKind::Library => lang.pick("thư viện", "library"),
        UnitKind::Theatre => lang.pick("nhà hát", "theatre"),
        UnitKind::Press => lang.pick("báo chí, xuất bản", "press"),
        UnitKind::Education => lang.pick("cơ sở đào tạo", "education"),
        UnitKind::Health => lang.pick("cơ sở y tế", "health"),
        UnitKind::Other => lang.pick("khác", "other"),
    }
}

/// What two meetings both claim.
#[must_use]
pub fn conflict_kind(lang: Lang, kind: ConflictKind) -> &'static str {
    match kind {
        ConflictKind::Room => lang.pick("địa điểm", "same place"),
        ConflictKind::Chair => lang.pick("người chủ trì", "same chair"),
    }
}

/// How much a conflict weighs.
#[must_use]
pub fn severity(lang: Lang, severity: Severity) -> &'static str {
    match severity {
        Severity::Hard => lang.pick("Trùng lịch", "Conflict"),
        Severity::Soft => lang.pick("Lưu ý trùng lịch", "Possible conflict"),
    }
}

/// A part of the day.
#[must_use]
pub fn session(lang: Lang, session: Session) -> &'static str {
    match session {
        Session::Morning => lang.pick("Sáng", "Morning"),
        Session::Afternoon => lang.pick("Chiều", "Afternoon"),
        Session::Evening => lang.pick("Tối", "Evening"),
    }
}

/// The name of a weekday: `thứ Hai`, `Monday`.
#[must_use]
pub fn weekday(lang: Lang, day: NaiveDate) -> &'static str {
    match lang {
        Lang::Vi => time::weekday(day),
        Lang::En => match day.weekday() {
            Weekday::Mon => "Monday",
            Weekday::Tue => "Tuesday",
            Weekday::Wed => "Wednesday",
            Weekday::Thu => "Thursday",
            Weekday::Fri => "Friday",
            Weekday::Sat => "Saturday",
            Weekday::Sun => "Sunday",
        },
    }
}

/// Yes or no.
#[must_use]
pub fn yes(lang: Lang, yes: bool) -> &'static str {
    if yes { lang.pick("có", "yes") } else { lang.pick("không", "no") }
}

/// A role.
#[must_use]
pub fn role(lang: Lang, role: Role) -> &'static str {
    match role {
        Role::Viewer => lang.pick("người xem", "viewer"),
        Role::Registrar => lang.pick("người đăng ký", "registrar"),
        Role::Approver => lang.pick("người duyệt", "approver"),
        Role::Clerk => lang.pick("văn thư", "clerk"),
        Role::Operator => lang.pick("người vận hành", "operator"),
        Role::Admin => lang.pick("quản trị viên", "administrator"),
    }
}

/// In the place of a role: the account was taken away.
#[must_use]
pub fn revoked(lang: Lang) -> &'static str {
    lang.pick("đã thu hồi", "revoked")
}

/// What can be done, behind “may not”.
#[must_use]
pub fn ability(lang: Lang, ability: Ability) -> &'static str {
    match ability {
        Ability::Look => lang.pick("xem", "look"),
        Ability::Register => lang.pick("đăng ký, sửa hay trình cuộc họp", "register, edit or submit meetings"),
        Ability::Decide => lang.pick("duyệt, trả lại hay từ chối", "approve, return or reject"),
        Ability::Issue => lang.pick("cấp số và phát hành giấy mời", "give numbers and issue invitations"),
        Ability::CallOff => lang.pick("hủy cuộc họp", "cancel meetings"),
        Ability::Update => lang.pick(
            "hủy, hoãn, đổi lịch, thay thế hay mời thêm khi giấy mời đã phát hành",
            "cancel, postpone, reschedule, replace or invite further once the invitation was issued",
        ),
        Ability::Send => lang.pick("gửi, tạm giữ hay gửi lại thư", "send, hold or retry mail"),
        Ability::DropMail => lang.pick("bỏ thư chưa gửi", "drop mail that was not sent"),
        Ability::Receive => lang.pick("nhận thư đến", "take in mail"),
        Ability::Sort => lang.pick("đọc hay cất thư chờ xem xét", "read or put away mail that waits to be looked at"),
        Ability::Answer => lang.pick("ghi nhận trả lời của đơn vị được mời", "record answers of invited units"),
        Ability::KeepRegistry => lang.pick("cập nhật đơn vị và hộp thư", "change units and mailboxes"),
        Ability::KeepAccounts => lang.pick("xem, cấp hay thu hồi tài khoản", "list, grant or revoke accounts"),
        Ability::Audit => lang.pick("kiểm tra kho và nhật ký", "check the store and the audit"),
        Ability::KeepStore => lang.pick("sao lưu hay ghi lại kho dữ liệu", "back up the store or write it anew"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_between_the_languages() {
        for state in MeetingState::ALL {
            assert_ne!(meeting_state(Lang::Vi, state), meeting_state(Lang::En, state));
        }
        for act in Action::ALL.into_iter().chain([Action::Register]) {
            assert_ne!(action(Lang::Vi, act), action(Lang::En, act));
            assert_ne!(done(Lang::Vi, act), done(Lang::En, act));
        }
        for state in ItemState::ALL {
            assert_ne!(item_state(Lang::Vi, state), item_state(Lang::En, state));
        }
        for state in MailboxState::ALL {
            assert_ne!(mailbox_state(Lang::Vi, state), mailbox_state(Lang::En, state));
        }
        for kind in UnitKind::ALL {
            assert_ne!(unit_kind(Lang::Vi, kind), unit_kind(Lang::En, kind));
        }
        assert_eq!(item_kind(Lang::Vi, "request"), "giấy mời");
        assert_eq!(item_kind(Lang::Vi, "postponed"), "thông báo hoãn");
        assert_eq!((item_kind(Lang::Vi, "report"), item_kind_short(Lang::Vi, "report")), ("báo cáo".into(), "báo".into()));
        assert_eq!(item_kind(Lang::En, "new\u{7}"), "new\\u{7}");
    }
}
