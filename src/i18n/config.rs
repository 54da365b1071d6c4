//! What is wrong with a configuration file.

use crate::domain::mailbox::AddressFault;
use crate::domain::text::TextFault;
use crate::domain::time::TimeFault;
use crate::i18n::why;
use crate::i18n::{Lang, listed, quoted, shown};

/// There is no such file.
#[must_use]
pub fn missing(lang: Lang) -> String {
    say!(lang, "không có tệp này; tạo: lichhop init", "there is no such file; make one: lichhop init")
}

/// The file cannot be read.
#[must_use]
pub fn unreadable(lang: Lang, detail: &str) -> String {
    say!(lang, "không đọc được: {detail}", "cannot be read: {detail}", detail = shown(detail))
}

/// The file is too large.
#[must_use]
pub fn too_large(lang: Lang, limit: u64) -> String {
    say!(lang, "tệp lớn hơn {limit} byte", "the file is larger than {limit} bytes", limit = limit)
}

/// The file is not UTF-8.
#[must_use]
pub fn encoding(lang: Lang) -> String {
    say!(lang, "không phải UTF-8; lưu lại tệp dạng UTF-8", "not UTF-8; save the file as UTF-8")
}

/// The file is not TOML.
#[must_use]
pub fn syntax(lang: Lang, column: u32, message: &str) -> String {
    say!(
        lang,
        "cột {column}: không đúng cú pháp TOML: {message}",
        "column {column}: not TOML: {message}",
        column = column,
        message = shown(message)
    )
}

/// There is no such key.
#[must_use]
pub fn unknown_key(lang: Lang, nearest: Option<&str>) -> String {
    match nearest {
        Some(nearest) => {
            say!(lang, "không có khóa này; có phải {nearest}?", "there is no such key; perhaps {nearest}?", nearest = quoted(nearest))
        }
        None => say!(lang, "không có khóa này", "there is no such key"),
    }
}

/// There is no such table.
#[must_use]
pub fn unknown_table(lang: Lang, nearest: Option<&str>) -> String {
    match nearest {
        Some(nearest) => {
            say!(lang, "không có mục này; có phải [{nearest}]?", "there is no such table; perhaps [{nearest}]?", nearest = shown(nearest))
        }
        None => say!(lang, "không có mục này", "there is no such table"),
    }
}

/// A key that must be there is not.
#[must_use]
pub fn missing_key(lang: Lang) -> String {
    say!(lang, "bắt buộc phải có", "is required")
}

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are TOML's types")]
pub enum Type {
    Text,
    Integer,
    Float,
    Boolean,
    Date,
    List,
    Table,
}

fn type_name(lang: Lang, name: Type) -> &'static str {
    match name {
        Type::Text => lang.pick("văn bản trong dấu ngoặc kép", "a text in quotation marks"),
        Type::Integer => lang.pick("số nguyên", "a whole number"),
        Type::Float => lang.pick("số thập phân", "a number with a fraction"),
        Type::Boolean => lang.pick("true hoặc false", "true or false"),
        Type::Date => lang.pick("ngày giờ không có dấu ngoặc kép", "a date without quotation marks"),
        Type::List => lang.pick("danh sách trong dấu ngoặc vuông", "a list in square brackets"),
        Type::Table => lang.pick("mục có các khóa", "a table"),
    }
}

/// The value is of another type.
#[must_use]
pub fn wrong_type(lang: Lang, expected: Type, found: Type) -> String {
    say!(
        lang,
        "phải là {expected}, đang là {found}",
        "must be {expected}, is {found}",
        expected = type_name(lang, expected),
        found = type_name(lang, found)
    )
}

/// The value is of another type, whichever.
#[must_use]
pub fn wrong_type_of(lang: Lang, expected: Type) -> String {
    say!(lang, "phải là {expected}", "must be {expected}", expected = type_name(lang, expected))
}

/// The value is not right.
#[must_use]
pub fn wrong_value(lang: Lang, value: &str, expected: &str) -> String {
    say!(
        lang,
        "giá trị {value} không đúng; cần {expected}",
        "{value} is not right; expected {expected}",
        value = quoted(value),
        expected = expected
    )
}

/// The setting is right, but not there yet.
#[must_use]
pub fn not_yet(lang: Lang, value: &str, accepted: &str) -> String {
    say!(
        lang,
        "{value} chưa dùng được ở phiên bản này; hiện chỉ dùng {accepted}",
        "{value} cannot be used in this version; only {accepted} can",
        value = quoted(value),
        accepted = quoted(accepted)
    )
}

/// A password stands in the file.
#[must_use]
pub fn password_in_file(lang: Lang) -> String {
    say!(
        lang,
        "không ghi mật khẩu trong tệp này; dùng mail.password_file, thông tin xác thực của systemd hoặc LICHHOP_MAIL_PASSWORD",
        "no password belongs into this file; use mail.password_file, a systemd credential or LICHHOP_MAIL_PASSWORD"
    )
}

/// Credentials with a relay that would show them to the network.
#[must_use]
pub fn credentials_in_clear(lang: Lang) -> String {
    say!(
        lang,
        "smtp+plain:// không mã hóa nên không dùng cùng username hoặc password_file; dùng smtps:// hoặc smtp://",
        "smtp+plain:// is not encrypted and never used with username or password_file; use smtps:// or smtp://"
    )
}

/// A key without the other one that it needs.
#[must_use]
pub fn alone(lang: Lang, other: &str) -> String {
    say!(lang, "phải ghi cùng với {other}", "goes only together with {other}", other = other)
}

/// A key that means nothing to this relay.
#[must_use]
pub fn not_with(lang: Lang, relay: &str) -> String {
    say!(lang, "không dùng được với relay dạng {relay}", "cannot be used with a relay of the form {relay}", relay = relay)
}

/// One of these words.
#[must_use]
pub fn one_of(lang: Lang, words: &[String]) -> String {
    say!(lang, "một trong: {words}", "one of: {words}", words = listed(words))
}

/// One line of text.
#[must_use]
pub fn a_text(lang: Lang, fault: &TextFault) -> String {
    say!(lang, "một dòng văn bản ({fault})", "one line of text ({fault})", fault = why::text(lang, fault))
}

/// A symbol.
#[must_use]
pub fn a_symbol(lang: Lang) -> String {
    say!(lang, "ký hiệu không có dấu “/” và khoảng trắng, ví dụ BVHTTDL", "a symbol without “/” and spaces, such as BVHTTDL")
}

/// A relay.
#[must_use]
pub fn a_relay(lang: Lang) -> String {
    say!(
        lang,
        "smtp://MÁY[:CỔNG], smtps://…, smtp+plain://…, maildir:THƯ_MỤC hoặc sendmail:CHƯƠNG_TRÌNH, không kèm tên đăng nhập",
        "smtp://HOST[:PORT], smtps://…, smtp+plain://…, maildir:DIR or sendmail:PATH, without a user name"
    )
}

/// A mailbox's server.
#[must_use]
pub fn a_mail_server(lang: Lang) -> String {
    say!(
        lang,
        "imaps://MÁY[:CỔNG] hoặc imap://MÁY[:CỔNG], không kèm tên đăng nhập",
        "imaps://HOST[:PORT] or imap://HOST[:PORT], without a user name"
    )
}

/// A sender.
#[must_use]
pub fn a_sender(lang: Lang, fault: Option<&AddressFault>) -> String {
    let form = say!(lang, "“Tên <địa chỉ>” hoặc một địa chỉ thư", "“Name <address>” or a mail address");
    match fault {
        Some(fault) => format!("{form} ({})", why::address(lang, fault)),
        None => form,
    }
}

/// A length of time.
#[must_use]
pub fn a_duration(lang: Lang) -> String {
    say!(lang, "khoảng thời gian như 30s, 5m, 2h, 5d", "a length of time such as 30s, 5m, 2h, 5d")
}

/// A length of time within bounds.
#[must_use]
pub fn a_duration_within(lang: Lang, min_seconds: u64, max_seconds: u64) -> String {
    say!(lang, "khoảng thời gian từ {min}s đến {max}s", "a length of time from {min}s to {max}s", min = min_seconds, max = max_seconds)
}

/// A whole number within bounds.
#[must_use]
pub fn within(lang: Lang, min: u64, max: u64) -> String {
    say!(lang, "số nguyên từ {min} đến {max}", "a whole number from {min} to {max}", min = min, max = max)
}

/// A rate.
#[must_use]
pub fn a_rate(lang: Lang) -> String {
    say!(lang, "số thư trong một thời gian như 60/min, hoặc để trống", "a number of messages in a time such as 60/min, or nothing")
}

/// A path.
#[must_use]
pub fn a_path(lang: Lang) -> String {
    say!(lang, "đường dẫn của một tệp", "the path of a file")
}

/// An hour of the day.
#[must_use]
pub fn an_hour(lang: Lang) -> String {
    say!(lang, "giờ trong ngày, ví dụ 02:30; để trống là không bao giờ", "an hour of the day such as 02:30; empty for never")
}

/// The name of a keymap or theme.
#[must_use]
pub fn a_name(lang: Lang) -> String {
    say!(
        lang,
        "một tên chỉ gồm chữ, số, “-” và “_”, không có đường dẫn và đuôi .toml",
        "a name of letters, digits, “-” and “_”, without a path and without .toml"
    )
}

/// A domain.
#[must_use]
pub fn a_domain(lang: Lang) -> String {
    say!(lang, "tên miền như chinhphu.vn", "a domain such as chinhphu.vn")
}

/// A day.
#[must_use]
pub fn a_day(lang: Lang, fault: &TimeFault) -> String {
    say!(lang, "một ngày như 2016-06-01 ({fault})", "a day such as 2016-06-01 ({fault})", fault = why::time(lang, fault))
}

/// A last day that is not before the first.
#[must_use]
pub fn a_later_day(lang: Lang) -> String {
    say!(lang, "ngày cuối không sớm hơn ngày đầu", "a last day that is not before the first")
}

/// A unit's code.
#[must_use]
pub fn a_code(lang: Lang) -> String {
    say!(lang, "mã đơn vị như VP hoặc TCDL", "a unit code such as VP or TCDL")
}

/// A code that does not stand there twice.
#[must_use]
pub fn once(lang: Lang) -> String {
    say!(lang, "mỗi mã một lần, không phân biệt chữ hoa, chữ thường", "each code once, small and capital letters being the same")
}
