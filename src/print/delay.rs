//! Cảnh báo: tells whoever registered a meeting which messages about it wait too long, and why.
//!
//! It is no administrative document (Decree 30/2020/NĐ-CP): the program writes it, nobody signs it. So it has neither head nor
//! signature, and its words stay those of the office.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};

use crate::domain::delay::{Delay, Waiting};
use crate::domain::dispatch::{DispatchKind, Notice};
use crate::domain::invitation::Rendered;
use crate::domain::time::WallTime;
use crate::i18n::{Lang, relay};
use crate::print::html::escape;
use crate::print::invitation::{event, time};
use crate::print::layout::paragraph;
use crate::print::text::COLUMNS;

/// What stands above it.
const HEADING: &str = "CẢNH BÁO: THƯ CHƯA GỬI ĐƯỢC";
/// What can be done, behind the commands.
const OTHERWISE: &str = "Nếu đã gần giờ họp: báo cho các đơn vị nêu trên qua kênh khác (điện thoại, văn bản giấy).";
/// Who wrote it.
const CLOSING: &str = "Chương trình vẫn tự gửi lại các thư này cho đến thời hạn của từng thư. Cảnh báo này do chương trình lichhop tự động \
                       gửi, một lần cho mỗi đợt gửi; không cần trả lời.";

/// Sets the warning.
pub(super) fn rendered(delay: &Delay) -> Rendered {
    Rendered { text: text(delay), html: html(delay) }
}

fn text(delay: &Delay) -> String {
    let mut lines = vec![HEADING.to_owned(), String::new()];
    lines.extend(paragraph(&what(delay), 0, 0, COLUMNS));
    lines.push(String::new());
    for (number, waiting) in (1..).zip(&delay.waiting) {
        let own = [format!("{number}. {}", recipient(waiting)), fate(waiting), answer(waiting)];
        for (line, indent) in own.iter().zip([0, 3, 3]) {
            lines.extend(paragraph(line, indent, 3, COLUMNS));
        }
        lines.push(String::new());
    }
    let last = more(delay).into_iter().chain(["Việc có thể làm:".to_owned()]);
    lines.extend(last.flat_map(|line| paragraph(&line, 0, 0, COLUMNS)));
    lines.extend(steps(delay).iter().flat_map(|step| paragraph(&format!("- {step}"), 0, 2, COLUMNS)));
    lines.push(String::new());
    lines.extend(paragraph(CLOSING, 0, 0, COLUMNS));
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

fn html(delay: &Delay) -> String {
    let mut page = String::with_capacity(4 * 1024);
    page.push_str("<!DOCTYPE html>\n<html lang=\"vi\">\n<head>\n<meta charset=\"utf-8\">\n");
    let mut put = |words: std::fmt::Arguments<'_>| {
        // Writing to a `String` cannot fail.
        let _ = page.write_fmt(words);
    };
    put(format_args!("<title>{HEADING}</title>\n</head>\n<body>\n<h1>{HEADING}</h1>\n"));
    put(format_args!("<p>{}</p>\n<ol>\n", escape(&what(delay))));
    for waiting in &delay.waiting {
        let [first, second, third] = [recipient(waiting), fate(waiting), answer(waiting)].map(|line| escape(&line));
        put(format_args!("<li>{first}<br>\n{second}<br>\n{third}</li>\n"));
    }
    put(format_args!("</ol>\n"));
    if let Some(line) = more(delay) {
        put(format_args!("<p>{}</p>\n", escape(&line)));
    }
    put(format_args!("<p>Việc có thể làm:</p>\n<ul>\n"));
    for step in steps(delay) {
        put(format_args!("<li>{}</li>\n", escape(&step)));
    }
    put(format_args!("</ul>\n<p>{}</p>\n</body>\n</html>\n", escape(CLOSING)));
    page
}

/// Which messages wait, about which meeting, since when.
fn what(delay: &Delay) -> String {
    let kind = match (delay.kind, delay.notice) {
        (DispatchKind::Request, _) => "Giấy mời số",
        (DispatchKind::Cancel, Notice::Cancelled) => "Thông báo hủy họp theo Giấy mời số",
        (DispatchKind::Cancel, Notice::Postponed) => "Thông báo hoãn họp theo Giấy mời số",
        (DispatchKind::Cancel, Notice::Withdrawn) => "Thông báo thu hồi Giấy mời số",
        (DispatchKind::Report, _) => "Báo cáo về Giấy mời số",
    };
    let count = delay.waiting.len() as u64 + delay.more;
    format!(
        "{kind} {}: {}; {}; tại {}. Đến {}, {count} thư chưa gửi được, chờ gửi từ {}.",
        delay.number,
        event(&delay.title),
        time(delay.start, None),
        delay.place,
        instant(delay.at),
        instant(delay.since),
    )
}

fn recipient(waiting: &Waiting) -> String {
    format!("{} <{}> (thư {})", waiting.name, waiting.to, waiting.id)
}

/// How often it was tried, when it is tried again and until when.
fn fate(waiting: &Waiting) -> String {
    let tried = match waiting.attempts {
        0 => "Chưa thử gửi".to_owned(),
        attempts => format!("Đã thử gửi {attempts} lần"),
    };
    let next = waiting.next_attempt.map(|next| format!("; lần tới: {}", instant(next))).unwrap_or_default();
    format!("{tried}{next}; thời hạn gửi: {}.", instant(waiting.expires_at))
}

fn answer(waiting: &Waiting) -> String {
    match &waiting.answer {
        Some(failure) => format!("Lần thử gần nhất, {}", relay::failure(Lang::Vi, failure)),
        None => "Máy chủ chuyển thư chưa trả lời về thư này.".to_owned(),
    }
}

/// The messages that are not listed.
fn more(delay: &Delay) -> Option<String> {
    (delay.more > 0).then(|| format!("Và {} thư khác; xem: lichhop outbox list --state deferred", delay.more))
}

fn steps(delay: &Delay) -> Vec<String> {
    let named = |command: &str, first: &Waiting| format!("lichhop outbox {command} {}", first.id);
    let first = delay.waiting.first();
    let commands = first.map(|first| {
        [
            format!("Xem vì sao một thư chưa gửi được: {}", named("why", first)),
            format!("Gửi lại ngay khi đã khắc phục: {}", named("retry", first)),
        ]
    });
    commands.into_iter().flatten().chain([OTHERWISE.to_owned()]).collect()
}

/// An instant as people in Vietnam read it.
fn instant(at: DateTime<Utc>) -> String {
    let wall = WallTime::at(at).naive();
    format!("{} ngày {}", wall.format("%H giờ %M"), wall.format("%d/%m/%Y"))
}
