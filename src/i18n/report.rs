//! The report of the outbox.

use chrono::NaiveDate;

use crate::domain::verdict::Verdict;
use crate::i18n::Lang;

/// What became of messages.
#[must_use]
pub fn verdict(lang: Lang, verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Sent => lang.pick("Đã gửi", "Sent"),
        Verdict::Waiting => lang.pick("Còn chờ gửi", "Waiting"),
        Verdict::Refused => lang.pick("Bị từ chối hẳn", "Refused for good"),
        Verdict::Expired => lang.pick("Hết thời hạn gửi", "Time ran out"),
        Verdict::Held => lang.pick("Tạm giữ", "Held"),
        Verdict::Superseded => lang.pick("Bỏ: đã có thư thay thế", "Dropped: replaced"),
        Verdict::NeverInvited => lang.pick("Bỏ: giấy mời chưa từng gửi", "Dropped: never invited"),
        Verdict::Needless => lang.pick("Bỏ: không cần báo nữa", "Dropped: needless"),
        Verdict::ByPerson => lang.pick("Bỏ: theo quyết định", "Dropped: by decision"),
        Verdict::Bounced => lang.pick("Bị trả lại", "Came back"),
    }
}

/// All messages together.
#[must_use]
pub fn total(lang: Lang) -> &'static str {
    lang.pick("Tổng số", "Total")
}

/// The days of the report.
#[must_use]
pub fn heading(lang: Lang, from: NaiveDate, to: NaiveDate) -> String {
    let (from, to) = (from.format("%d/%m/%Y"), to.format("%d/%m/%Y"));
    say!(lang, "Thư phát hành từ {from} đến {to}", "Messages issued from {from} to {to}", from = from, to = to)
}

/// What stands above the messages that did not arrive.
#[must_use]
pub fn troubled(lang: Lang) -> &'static str {
    lang.pick("Những thư không đến nơi", "Messages that did not arrive")
}
