//! What became of records, and what stood when.

use chrono::{DateTime, Utc};

use crate::domain::history::{Field, FieldValue};
use crate::domain::time::WallTime;
use crate::i18n::label::{Column, column};
use crate::i18n::{Lang, incoming, listed, outbox, relay, shown, word};

/// What is shown stood then.
#[must_use]
pub fn stood(lang: Lang, at: DateTime<Utc>) -> String {
    let at = WallTime::zoned(at).format("%H:%M:%S %d/%m/%Y");
    say!(
        lang,
        "Dữ liệu tại thời điểm {at}, không phải hiện tại (--at).",
        "This is what stood at {at}, not what stands now (--at).",
        at = at
    )
}

/// The headings of the field and of what changed in it.
#[must_use]
pub fn headings(lang: Lang) -> [&'static str; 2] {
    [lang.pick("Mục", "Field"), lang.pick("Thay đổi", "Change")]
}

/// In the place of a value: nothing stands there.
#[must_use]
pub fn nothing(lang: Lang) -> &'static str {
    lang.pick("(trống)", "(empty)")
}

/// What was done, by the word of the audit. A word that is not known stays as it is.
#[must_use]
pub fn action(lang: Lang, action: &str) -> String {
    let words = match action {
        "meeting.register" => lang.pick("đăng ký", "registered"),
        "meeting.edit" => lang.pick("sửa", "edited"),
        "meeting.change" => lang.pick("thay đổi", "changed"),
        "meeting.submit" => lang.pick("trình", "submitted"),
        "meeting.approve" => lang.pick("duyệt", "approved"),
        "meeting.return" => lang.pick("trả lại", "returned"),
        "meeting.reject" => lang.pick("từ chối", "rejected"),
        "meeting.issue" => lang.pick("phát hành", "issued"),
        "meeting.invite" => lang.pick("mời thêm", "invited more"),
        "meeting.reschedule" => lang.pick("đổi lịch", "rescheduled"),
        "meeting.replace" => lang.pick("thay thế giấy mời", "invitation replaced"),
        "meeting.postpone" => lang.pick("hoãn", "postponed"),
        "meeting.recall" => lang.pick("thu hồi", "recalled"),
        "dispatch.recall" => lang.pick("thu hồi", "recalled"),
        "meeting.reply" => lang.pick("ghi nhận trả lời", "reply recorded"),
        "receive.take" => lang.pick("nhận thư", "mail received"),
        "meeting.cancel" => lang.pick("hủy", "cancelled"),
        "import.step" => lang.pick("nhập bảng", "imported"),
        "store.init" => lang.pick("khởi tạo", "set up"),
        "account.grant" => lang.pick("trao vai trò", "granted"),
        "account.revoke" => lang.pick("thu hồi", "revoked"),
        "dispatch.expand" => lang.pick("phát hành", "issued"),
        "outbox.warn" => lang.pick("cảnh báo chậm gửi", "warned of a delay"),
        "outbox.settle" => lang.pick("gửi", "attempted"),
        "outbox.hold" => lang.pick("tạm giữ", "held"),
        "outbox.release" => lang.pick("thôi giữ", "released"),
        "outbox.retry" => lang.pick("cho gửi lại", "retried"),
        "outbox.drop" => lang.pick("bỏ", "dropped"),
        "outbox.end" => lang.pick("kết thúc, không gửi", "ended unsent"),
        "outbox.recover" => lang.pick("khôi phục sau khi bị ngắt", "recovered"),
        other => return shown(other),
    };
    words.to_owned()
}

/// The name of a field.
#[must_use]
pub fn field(lang: Lang, field: Field) -> &'static str {
    let named = match field {
        Field::Acknowledged => return lang.pick("Xác nhận đã nhận", "Acknowledged"),
        Field::Answer => Column::Answer,
        Field::Attempts => Column::Attempts,
        Field::Chair => Column::Chair,
        Field::Content => Column::Content,
        Field::Custodian => Column::Custodian,
        Field::End => Column::End,
        Field::Invited => Column::Invited,
        Field::IssuedOn => Column::IssuedOn,
        Field::Kind => Column::Kind,
        Field::LastError => Column::LastError,
        Field::MailDomain => Column::MailDomain,
        Field::Meeting => Column::Meeting,
        Field::MessageId => Column::MessageId,
        Field::Mode => Column::Mode,
        Field::Name => Column::Name,
        Field::NextAttempt => Column::NextAttempt,
        Field::Number => Column::Number,
        Field::Online => Column::Online,
        Field::Owner => Column::Owner,
        Field::Parent => Column::Parent,
        Field::Place => Column::Place,
        Field::PreparedBy => Column::PreparedBy,
        Field::Primary => Column::Primary,
        Field::Proposal => return lang.pick("Đề nghị", "Proposal"),
        Field::QueuedAt => Column::QueuedAt,
        Field::QuotaMb => Column::Quota,
        Field::Reason => Column::Reason,
        Field::Revoked => return lang.pick("Đã thu hồi", "Revoked"),
        Field::Role => Column::Role,
        Field::SentAt => Column::SentAt,
        Field::Sequence => return lang.pick("Lần cập nhật", "Sequence"),
        Field::Stale => return lang.pick("Trả lời giấy mời cũ", "Answer to an earlier invitation"),
        Field::Start => Column::Start,
        Field::State => Column::State,
        Field::Subject => Column::Subject,
        Field::Substitute => return lang.pick("Người đi thay", "Substitute"),
        Field::Title => Column::Title,
        Field::To => Column::To,
        Field::Trust => Column::Trust,
        Field::Unit => Column::Unit,
        Field::Units => return lang.pick("Các đơn vị", "Units"),
        Field::Urgency => Column::Urgency,
        Field::Without => Column::Without,
    };
    column(lang, named)
}

/// What stands in a field.
#[must_use]
pub fn value(lang: Lang, value: &FieldValue) -> String {
    match value {
        FieldValue::Text(text) => text.clone(),
        FieldValue::Number(number) => number.to_string(),
        FieldValue::Flag(flag) => word::yes(lang, *flag).to_owned(),
        FieldValue::Codes(codes) => listed(codes),
        FieldValue::Instant(at) => outbox::instant(*at),
        FieldValue::Time(time) => time.to_string(),
        FieldValue::Day(day) => day.format("%d/%m/%Y").to_string(),
        FieldValue::UnitKind(kind) => word::unit_kind(lang, *kind).to_owned(),
        FieldValue::MailboxKind(kind) => word::mailbox_kind(lang, *kind).to_owned(),
        FieldValue::MailboxState(state) => word::mailbox_state(lang, *state).to_owned(),
        FieldValue::MeetingState(state) => word::meeting_state(lang, *state).to_owned(),
        FieldValue::Urgency(urgency) => word::urgency(lang, *urgency).to_owned(),
        FieldValue::Mode(mode) => word::mode(lang, *mode).to_owned(),
        FieldValue::ItemKind(kind) => word::item_kind(lang, kind),
        FieldValue::ItemState(state) => word::item_state(lang, *state).to_owned(),
        FieldValue::Failure(failure) => relay::failure(lang, failure),
        FieldValue::Reason(reason) => outbox::reason(lang, reason),
        FieldValue::Role(role) => word::role(lang, *role).to_owned(),
        FieldValue::Response(response) => incoming::response(lang, Some(*response)).to_owned(),
        FieldValue::Trust(trust) => incoming::trust(lang, *trust).to_owned(),
        FieldValue::Method(method) => incoming::method(lang, *method).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_two_wordings() {
        let mut seen = std::collections::BTreeSet::new();
        for one in Field::ALL {
            assert_ne!(field(Lang::Vi, one), field(Lang::En, one), "{one:?}");
            assert!(seen.insert(one), "{one:?} stands twice");
        }
    }

    #[test]
    fn a_word_of_a_newer_program_stays_as_it_is() {
        assert_eq!(action(Lang::Vi, "meeting.issue"), "phát hành");
        assert_eq!(action(Lang::En, "room.add\u{7}"), "room.add\\u{7}");
    }
}
