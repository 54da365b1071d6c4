//! Headings of columns and names of fields.

use crate::i18n::Lang;

/// A column of a table or a field of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names are the columns; their wordings stand below")]
pub enum Column {
    Address,
    Attempts,
    CanBeInvited,
    Chair,
    Code,
    Conflict,
    Content,
    Custodian,
    End,
    History,
    Id,
    Invited,
    IssuedOn,
    Kind,
    LastError,
    MailDomain,
    Mailbox,
    Meeting,
    MessageId,
    Mode,
    Name,
    NextAttempt,
    Number,
    Online,
    Owner,
    Parent,
    Place,
    PreparedBy,
    Primary,
    QueuedAt,
    Quota,
    Reason,
    Recipients,
    Replies,
    Role,
    SentAt,
    Start,
    State,
    Subject,
    Subordinates,
    Title,
    To,
    Unit,
    Unreachable,
    Urgency,
    User,
    Without,
}

impl Column {
    /// All of them.
    pub const ALL: [Self; 47] = [
        Self::Address,
        Self::Attempts,
        Self::CanBeInvited,
        Self::Chair,
        Self::Code,
        Self::Conflict,
        Self::Content,
        Self::Custodian,
        Self::End,
        Self::History,
        Self::Id,
        Self::Invited,
        Self::IssuedOn,
        Self::Kind,
        Self::LastError,
        Self::MailDomain,
        Self::Mailbox,
        Self::Meeting,
        Self::MessageId,
        Self::Mode,
        Self::Name,
        Self::NextAttempt,
        Self::Number,
        Self::Online,
        Self::Owner,
        Self::Parent,
        Self::Place,
        Self::PreparedBy,
        Self::Primary,
        Self::QueuedAt,
        Self::Quota,
        Self::Reason,
        Self::Recipients,
        Self::Replies,
        Self::Role,
        Self::SentAt,
        Self::Start,
        Self::State,
        Self::Subject,
        Self::Subordinates,
        Self::Title,
        Self::To,
        Self::Unit,
        Self::Unreachable,
        Self::Urgency,
        Self::User,
        Self::Without,
    ];
}

/// The wording of a column.
#[must_use]
pub fn column(lang: Lang, column: Column) -> &'static str {
    match column {
        Column::Role => lang.pick("Vai trò", "Role"),
        Column::User => lang.pick("Người dùng", "User"),
        Column::Address => lang.pick("Địa chỉ", "Address"),
        Column::Attempts => lang.pick("Lần gửi", "Attempts"),
        Column::CanBeInvited => lang.pick("Nhận được giấy mời", "Can be invited"),
        Column::Chair => lang.pick("Chủ trì", "Chair"),
        Column::Code => lang.pick("Mã", "Code"),
        Column::Conflict => lang.pick("Trùng lịch", "Conflict"),
        Column::Content => lang.pick("Nội dung", "Content"),
        Column::Custodian => lang.pick("Người quản lý", "Custodian"),
        Column::End => lang.pick("Kết thúc", "End"),
        Column::History => lang.pick("Quá trình", "History"),
        Column::Id => lang.pick("Mã số", "Id"),
        Column::Invited => lang.pick("Thành phần mời", "Invited"),
        Column::IssuedOn => lang.pick("Ngày phát hành", "Issued on"),
        Column::Kind => lang.pick("Loại", "Kind"),
        Column::LastError => lang.pick("Lỗi gần nhất", "Last error"),
        Column::MailDomain => lang.pick("Tên miền thư", "Mail domain"),
        Column::Mailbox => lang.pick("Hộp thư", "Mailbox"),
        Column::Meeting => lang.pick("Cuộc họp", "Meeting"),
        Column::MessageId => lang.pick("Mã thư", "Message-ID"),
        Column::Mode => lang.pick("Hình thức mời", "Invited by"),
        Column::Name => lang.pick("Tên", "Name"),
        Column::NextAttempt => lang.pick("Gửi lúc", "Next attempt"),
        Column::Number => lang.pick("Số", "Number"),
        Column::Online => lang.pick("Trực tuyến", "Online"),
        Column::Owner => lang.pick("Chủ hộp thư", "Owner"),
        Column::Parent => lang.pick("Trực thuộc", "Parent"),
        Column::Place => lang.pick("Địa điểm", "Place"),
        Column::PreparedBy => lang.pick("Chuẩn bị", "Prepared by"),
        Column::Primary => lang.pick("Hộp thư chính", "Primary"),
        Column::QueuedAt => lang.pick("Phát hành lúc", "Queued at"),
        Column::Quota => lang.pick("Dung lượng", "Quota"),
        Column::Reason => lang.pick("Lý do", "Reason"),
        Column::Recipients => lang.pick("Nơi nhận", "Recipients"),
        Column::Replies => lang.pick("Phản hồi", "Replies"),
        Column::SentAt => lang.pick("Đã gửi lúc", "Sent at"),
        Column::Start => lang.pick("Bắt đầu", "Start"),
        Column::State => lang.pick("Trạng thái", "State"),
        Column::Subject => lang.pick("Tiêu đề thư", "Subject"),
        Column::Subordinates => lang.pick("Đơn vị trực thuộc", "Subordinates"),
        Column::Title => lang.pick("Trích yếu", "Title"),
        Column::To => lang.pick("Gửi đến", "To"),
        Column::Unit => lang.pick("Đơn vị", "Unit"),
        Column::Unreachable => lang.pick("Không nhận được", "Cannot be reached"),
        Column::Urgency => lang.pick("Độ khẩn", "Urgency"),
        Column::Without => lang.pick("Không gửi", "Left out"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_two_wordings() {
        let mut seen = std::collections::BTreeSet::new();
        for one in Column::ALL {
            assert_ne!(column(Lang::Vi, one), column(Lang::En, one), "{one:?}");
            assert!(seen.insert(one), "{one:?} stands twice");
        }
    }
}
