//! What is wrong with a value.

use crate::domain::fault::{Why, Wrong};
use crate::domain::mailbox::AddressFault;
use crate::domain::meeting::{EntryFault, LONGEST_DAYS};
use crate::domain::text::TextFault;
use crate::domain::time::TimeFault;
use crate::i18n::{Lang, listed, nothing_written, quoted, shown, word};
use crate::report::{Exit, Report};

/// The most characters of a wrong value that are quoted; what follows is not shown.
const QUOTED_MAX: usize = 120;

/// A wrong place: column or flag, value, reason. The table's file and line stand before it, where there is a table.
#[must_use]
pub fn wrong(lang: Lang, wrong: &Wrong) -> String {
    let why = why(lang, &wrong.why);
    // Without a field the line or the file as a whole is meant.
    let field = if wrong.field.is_empty() { String::new() } else { format!("{}: ", shown(&wrong.field)) };
    if wrong.value.is_empty() {
        return format!("{field}{why}");
    }
    let mut value: String = wrong.value.chars().take(QUOTED_MAX).collect();
    if value.len() < wrong.value.len() {
        value.push('…');
    }
    format!("{field}{}: {why}", quoted(value))
}

/// The wrong rows of a table, as `FILE:LINE:` and the place, with what that means for the table.
#[must_use]
pub fn table(lang: Lang, file: &str, wrongs: &[Wrong]) -> Report {
    let file = shown(file);
    let mut lines: Vec<String> = wrongs
        .iter()
        .map(|one| match one.line {
            Some(line) => format!("{file}:{line}: {}", wrong(lang, one)),
            None => format!("{file}: {}", wrong(lang, one)),
        })
        .collect();
    lines.push(say!(lang, "Bảng có {count} chỗ sai.", "The table has {count} wrong places.", count = wrongs.len()));
    Report::new(Exit::Input, lines.join("\n"))
        .kept(nothing_written(lang))
        .next(lang.pick("Sửa các dòng trên rồi nhập lại cả bảng.", "Mend these lines and import the whole table again.").to_owned())
}

/// Why a value was refused.
#[must_use]
#[allow(clippy::too_many_lines, reason = "a table of sentences, one arm each")]
pub fn why(lang: Lang, why: &Why) -> String {
    match why {
        Why::Text(fault) => text(lang, fault),
        Why::Code => say!(
            lang,
            "không phải mã đơn vị: 1 đến 32 chữ cái, chữ số, “-”, “_” hoặc “.”, bắt đầu bằng chữ hoặc số",
            "not a unit code: 1 to 32 letters, digits, “-”, “_” or “.”, a letter or digit first"
        ),
        Why::Address(fault) => address(lang, fault),
        Why::Time(fault) => time(lang, fault),
        Why::Entry(fault) => entry(lang, *fault),
        Why::Word { expected } => {
            say!(lang, "phải là một trong các từ: {words}", "must be one of: {words}", words = listed(expected))
        }
        Why::Number { max } => {
            say!(lang, "phải là số nguyên từ 0 đến {max}", "must be a whole number from 0 to {max}", max = max)
        }
        Why::Required => say!(lang, "bắt buộc phải có", "is required"),
        Why::Duplicate { first } => {
            say!(lang, "trùng với dòng {first}", "is the same as in line {first}", first = first)
        }
        Why::Twice => say!(lang, "nêu hai lần", "is given twice"),
        Why::UnknownUnit => {
            say!(lang, "không có đơn vị này; xem: lichhop unit list", "there is no such unit; see: lichhop unit list")
        }
        Why::UnknownMeeting => {
            say!(lang, "không có cuộc họp này; xem: lichhop meeting list", "there is no such meeting; see: lichhop meeting list")
        }
        Why::UnknownMailbox => {
            say!(lang, "không có hộp thư này; xem: lichhop mailbox list", "there is no such mailbox; see: lichhop mailbox list")
        }
        Why::UnknownItem => {
            say!(lang, "không có thư này; xem: lichhop outbox list", "there is no such message; see: lichhop outbox list")
        }
        Why::UnknownAccount => {
            say!(lang, "không có tài khoản này; xem: lichhop account list", "there is no such account; see: lichhop account list")
        }
        Why::UnknownReceived => {
            say!(
                lang,
                "không có thư đến này; xem: lichhop receive --list",
                "there is no such received message; see: lichhop receive --list"
            )
        }
        Why::User => say!(lang, "không phải tên người dùng Unix", "is not the name of a Unix user"),
        Why::OnlyRegistrars => {
            say!(lang, "chỉ người đăng ký (registrar) mới gắn với đơn vị", "only a registrar works for units")
        }
        Why::NotInvited => say!(lang, "không có trong thành phần mời", "is not among the invited units"),
        Why::AlreadyInvited => say!(lang, "đã có trong thành phần mời", "is invited already"),
        Why::Circle { units } => say!(
            lang,
            "các đơn vị trực thuộc lẫn nhau thành vòng: {units}",
            "these units lie above each other in a circle: {units}",
            units = listed(units)
        ),
        Why::Domain { unit, allowed } => say!(
            lang,
            "tên miền không được phép đối với {unit}; được phép: {allowed}",
            "the domain is not allowed to {unit}; allowed: {allowed}",
            unit = shown(unit),
            allowed = listed(allowed)
        ),
        Why::Primary { unit, addresses } => say!(
            lang,
            "{unit} sẽ có nhiều hộp thư dùng chung đang hoạt động mà không có đúng một hộp thư chính (cột primary): {addresses}",
            "{unit} would have several active shared mailboxes and not exactly one primary (column primary): {addresses}",
            unit = shown(unit),
            addresses = listed(addresses)
        ),
        Why::Revoked { state } => say!(
            lang,
            "hộp thư đã thu hồi không thể trở lại trạng thái “{state}”",
            "a revoked mailbox cannot become “{state}” again",
            state = word::mailbox_state(lang, *state)
        ),
        Why::Encoding { looks_like } => encoding(lang, looks_like.as_deref()),
        Why::TooLarge { limit } => {
            say!(lang, "vượt quá giới hạn {limit}", "is beyond the limit of {limit}", limit = limit)
        }
        Why::Unchanged => {
            say!(lang, "không khác với giấy mời đã phát hành", "is no other than in the invitation that was issued")
        }
        Why::MissingColumn => say!(lang, "dòng tiêu đề thiếu cột này", "the header lacks this column"),
        Why::Cells { expected, found } => say!(
            lang,
            "dòng có {found} ô, tiêu đề có {expected} ô",
            "the row has {found} cells, the header {expected}",
            found = found,
            expected = expected
        ),
        Why::Unreadable { detail } => {
            say!(lang, "không đọc được dưới dạng bảng: {detail}", "cannot be read as a table: {detail}", detail = shown(detail))
        }
        Why::Empty => say!(lang, "không được để trống", "must not be empty"),
        Why::Future => say!(lang, "thời điểm này chưa tới", "this time has not come yet"),
    }
}

/// Why a text was refused.
#[must_use]
pub fn text(lang: Lang, fault: &TextFault) -> String {
    match fault {
        TextFault::Empty => say!(lang, "không được để trống", "must not be empty"),
        TextFault::Control { code, position } => say!(
            lang,
            "có ký tự điều khiển U+{code:04X} ở vị trí {position}",
            "holds the control character U+{code:04X} at position {position}",
            code = code,
            position = position
        ),
        TextFault::TooLong { length, limit } => say!(
            lang,
            "dài {length} ký tự; tối đa {limit}",
            "has {length} characters; at most {limit} are allowed",
            length = length,
            limit = limit
        ),
    }
}

/// Why a mail address was refused.
#[must_use]
pub fn address(lang: Lang, fault: &AddressFault) -> String {
    match fault {
        AddressFault::NotAscii => {
            say!(lang, "địa chỉ thư chỉ gồm chữ không dấu (ASCII)", "a mail address holds plain ASCII characters only")
        }
        AddressFault::Quoted => {
            say!(lang, "phần trước @ không được đặt trong dấu ngoặc kép", "the part before the @ must not stand in quotation marks")
        }
        AddressFault::Form(detail) => {
            // The detail is the address parser's, in English.
            match lang {
                Lang::Vi => "không phải địa chỉ thư; cần dạng ten@ten-mien.vn".to_owned(),
                Lang::En => format!("not a mail address ({})", shown(detail)),
            }
        }
    }
}

/// Why a time was refused.
#[must_use]
pub fn time(lang: Lang, fault: &TimeFault) -> String {
    match fault {
        TimeFault::Form => say!(
            lang,
            "không phải thời gian; viết 2026-12-01 14:00, 01/12/2026 14h00, 14:00 (hôm nay) hoặc RFC 3339",
            "not a time: write 2026-12-01 14:00, 01/12/2026 14h00, 14:00 (today) or RFC 3339"
        ),
        TimeFault::NoSuchTime => say!(lang, "không có ngày, giờ hoặc tuần này", "there is no such day, hour or week"),
        TimeFault::Year(year) => {
            say!(lang, "năm {year} nằm ngoài khoảng 1990–2100", "the year {year} lies outside 1990–2100", year = year)
        }
        TimeFault::Week => say!(
            lang,
            "không phải tuần; viết 2026-W48, một ngày trong tuần, this, next, last hoặc +2",
            "not a week: write 2026-W48, a date in it, this, next, last or +2"
        ),
    }
}

fn entry(lang: Lang, fault: EntryFault) -> String {
    match fault {
        EntryFault::EndBeforeStart => say!(lang, "giờ kết thúc phải sau giờ bắt đầu", "the end must be after the start"),
        EntryFault::TooLong => {
            say!(lang, "cuộc họp dài quá {days} ngày", "the meeting is longer than {days} days", days = LONGEST_DAYS)
        }
    }
}

fn encoding(lang: Lang, looks_like: Option<&str>) -> String {
    match looks_like {
        Some("XLS") => say!(
            lang,
            "là bảng tính kiểu cũ (.xls); lưu lại dạng .xlsx hoặc CSV UTF-8",
            "is a workbook of the old kind (.xls); save it as .xlsx or as CSV in UTF-8"
        ),
        Some(name) => say!(
            lang,
            "không phải UTF-8 (có vẻ là {name}); lưu lại tệp dạng UTF-8",
            "not UTF-8 (it looks like {name}); save the file as UTF-8",
            name = shown(name)
        ),
        None => say!(lang, "không phải UTF-8; lưu lại tệp dạng UTF-8", "not UTF-8; save the file as UTF-8"),
    }
}
