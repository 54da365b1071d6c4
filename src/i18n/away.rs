//! What is said while the service that keeps the store is away.

use chrono::{DateTime, Utc};

use crate::domain::time::WallTime;
use crate::i18n::{Lang, nothing_written, shown};
use crate::report::{Exit, Report};

/// The mark that stands on the screen all the while, the longest first.
#[must_use]
pub fn mark(lang: Lang) -> [&'static str; 4] {
    [
        lang.pick("mất kết nối với dịch vụ, đang nối lại…", "the service is away, reconnecting…"),
        lang.pick("mất kết nối, đang nối lại…", "service away, reconnecting…"),
        lang.pick("đang nối lại…", "reconnecting…"),
        lang.pick("nối lại…", "away…"),
    ]
}

/// What the mark means for what is on the screen, the longest first.
#[must_use]
pub fn stale(lang: Lang, since: DateTime<Utc>) -> [String; 3] {
    let at = WallTime::at(since).naive().format("%H:%M");
    [
        say!(
            lang,
            "Mất kết nối với dịch vụ từ {at}: màn hình có thể đã cũ, nối được sẽ tự đọc lại.",
            "The service has been away since {at}: the screen may be old; it is read anew once back.",
            at = at
        ),
        say!(
            lang,
            "Mất kết nối từ {at}: màn hình có thể đã cũ, nối được sẽ tự đọc lại.",
            "Away since {at}: the screen may be old; it is read anew once back.",
            at = at
        ),
        say!(lang, "Từ {at} màn hình có thể đã cũ.", "Since {at} the screen may be old.", at = at),
    ]
}

/// The service is back.
#[must_use]
pub fn back(lang: Lang) -> String {
    lang.pick("Đã nối lại với dịch vụ, màn hình được đọc lại.", "The service is back; the screen is read anew.").to_owned()
}

/// What was to be shown could not be read.
#[must_use]
pub fn not_read(lang: Lang) -> String {
    lang.pick(
        "Chưa đọc được: mất kết nối với dịch vụ; nối được sẽ tự đọc lại.",
        "Not read: the service is away; it is read once the service is back.",
    )
    .to_owned()
}

/// What a form says could not be saved. `perhaps`: it may have been, since the service went away with it.
#[must_use]
pub fn not_saved(lang: Lang, perhaps: bool, key: Option<&str>) -> Report {
    let key = shown(key.unwrap_or(":"));
    let (what, kept, next) = if perhaps {
        (
            lang.pick("Mất kết nối với dịch vụ giữa lúc lưu.", "The service went away in the middle of saving."),
            lang.pick(
                "Chưa rõ đã lưu hay chưa; nội dung đã gõ vẫn được giữ.",
                "Whether it was saved is not known; what was typed is still there.",
            ),
            say!(
                lang,
                "Khi nối lại được, xem danh sách: nếu chưa có thì nhấn {key} để lưu.",
                "Once it is back, look into the list: if it is not there, press {key} to save it.",
                key = key
            ),
        )
    } else {
        (
            lang.pick("Chưa lưu: mất kết nối với dịch vụ.", "Not saved: the service was out of reach."),
            lang.pick("Nội dung đã gõ vẫn được giữ.", "What was typed is still there."),
            say!(lang, "Khi nối lại được, nhấn {key} để lưu.", "Once it is back, press {key} to save it.", key = key),
        )
    };
    Report::new(Exit::Again, what.to_owned()).kept(kept.to_owned()).next(next)
}

/// Something else could not be done, or may not have been.
#[must_use]
pub fn not_done(lang: Lang, perhaps: bool) -> Report {
    let (what, kept, next) = if perhaps {
        (
            lang.pick("Mất kết nối với dịch vụ giữa lúc làm.", "The service went away in the middle of it."),
            lang.pick("Chưa rõ đã làm xong hay chưa.", "Whether it was done is not known.").to_owned(),
            lang.pick(
                "Khi nối lại được, màn hình được đọc lại: chưa có thì làm lại.",
                "Once it is back the screen is read anew: repeat it if it was not done.",
            ),
        )
    } else {
        (
            lang.pick("Chưa làm được: mất kết nối với dịch vụ.", "Not done: the service was out of reach."),
            nothing_written(lang),
            lang.pick("Khi nối lại được thì làm lại.", "Repeat it once the service is back."),
        )
    };
    Report::new(Exit::Again, what.to_owned()).kept(kept).next(next.to_owned())
}

/// What is being typed could not be kept as a draft yet.
#[must_use]
pub fn draft_waits(lang: Lang) -> String {
    lang.pick(
        "Bản nháp chưa ghi được vì mất kết nối; nối được sẽ tự ghi. Đừng thoát trước lúc đó.",
        "The draft is not written yet: the service is away. It will be once it is back; do not quit before.",
    )
    .to_owned()
}
