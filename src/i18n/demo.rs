//! The sample ministry.

use std::path::Path;

use crate::i18n::{Lang, nothing_written, shown};
use crate::report::{Exit, Report};

fn path(path: &Path) -> String {
    shown(path.display())
}

/// A folder of that name is there and holds something else.
#[must_use]
pub fn not_ours(lang: Lang, folder: &Path) -> Report {
    let what = say!(
        lang,
        "{folder} đang chứa những tệp khác, không phải Bộ mẫu.",
        "{folder} holds other files, not the sample ministry.",
        folder = path(folder)
    );
    let next = lang.pick("Chỉ một thư mục khác: lichhop demo --data DIR", "Name another folder: lichhop demo --data DIR");
    Report::new(Exit::Configuration, what).kept(nothing_written(lang)).next(next.to_owned())
}

/// `--config` has no effect: the sample ministry has its own.
#[must_use]
pub fn config_ignored(lang: Lang) -> String {
    lang.pick(
        "Lưu ý: --config không có tác dụng ở đây; Bộ mẫu dùng cấu hình của chính nó.",
        "Note: --config has no effect here; the sample ministry has its own configuration.",
    )
    .to_owned()
}

/// What was done about the sample ministry.
#[must_use]
pub fn ready(lang: Lang, folder: &Path, created: bool) -> String {
    if created {
        say!(lang, "Đã tạo Bộ mẫu trong {folder}", "Made a sample ministry in {folder}", folder = path(folder))
    } else {
        say!(
            lang,
            "Bộ mẫu có sẵn trong {folder}; tạo lại từ đầu: thêm --fresh",
            "The sample ministry is in {folder}; to make it anew, add --fresh",
            folder = path(folder)
        )
    }
}

/// Where its mail goes.
#[must_use]
pub fn mail(lang: Lang, folder: &Path) -> String {
    say!(lang, "Thư gửi vào Maildir {folder}", "Its mail goes to the Maildir {folder}", folder = path(folder))
}

/// What the screen says when it opens on the sample ministry.
#[must_use]
pub fn greeting(lang: Lang, mail: &Path) -> String {
    say!(
        lang,
        "Dữ liệu mẫu: cứ thử mọi thứ. Thư không đi đâu cả, chỉ vào {mail}",
        "Sample data: try anything. No mail leaves this machine; it goes to {mail}",
        mail = path(mail)
    )
}

/// What can be tried, by its purpose.
#[must_use]
pub fn tries(lang: Lang) -> [(&'static str, &'static str); 6] {
    [
        ("lichhop week", lang.pick("lịch công tác tuần này", "this week's schedule")),
        ("lichhop meeting list --state submitted", lang.pick("các cuộc họp chờ duyệt", "the meetings that wait for approval")),
        ("lichhop search \"dich vu cong\"", lang.pick("tìm không cần dấu", "search without marks")),
        ("lichhop outbox list --state queued", lang.pick("thư đang chờ gửi", "messages that wait to be sent")),
        ("lichhop flush", lang.pick("gửi các thư đó vào Maildir", "send them to the Maildir")),
        ("lichhop audit verify", lang.pick("kiểm tra nhật ký thao tác", "check the audit chain")),
    ]
}

/// The heading above what can be tried.
#[must_use]
pub fn to_try(lang: Lang) -> &'static str {
    lang.pick("Để các lệnh dưới đây dùng Bộ mẫu:", "For the commands below to use it:")
}
