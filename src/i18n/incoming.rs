//! What comes back by mail, and what is made of it.

use crate::domain::attendance::{Response, Trust};
use crate::domain::fault::MailboxFault;
use crate::domain::incoming::{Method, Outcome, Quarantine, Received, ReportAction, Source, Unread, What};
use crate::i18n::{Lang, detail, shown};
use crate::report::{Exit, Report};

/// A mailbox, or a folder of mail, cannot be read.
#[must_use]
pub fn mailbox(lang: Lang, exit: Exit, problem: &MailboxFault) -> Report {
    let (what, words, next) = match problem {
        MailboxFault::None { key } => (
            say!(lang, "Cấu hình chưa có {key}.", "The configuration has no {key}.", key = shown(key)),
            None,
            lang.pick("Điền vào tệp cấu hình; xem: lichhop config path", "Put it into the configuration; see: lichhop config path"),
        ),
        MailboxFault::Unreachable { detail } => (
            lang.pick("Không lấy được thư từ hộp thư.", "The mailbox cannot be read.").to_owned(),
            Some(detail),
            lang.pick(
                "Kiểm tra [receive] imap và đường truyền, rồi chạy lại.",
                "Look at [receive] imap and the network, then run it again.",
            ),
        ),
        MailboxFault::Credentials { detail } => (
            lang.pick("Máy chủ hộp thư từ chối tên đăng nhập và mật khẩu.", "The mailbox's server refuses user name and password.")
                .to_owned(),
            Some(detail),
            lang.pick("Kiểm tra [receive] username và password_file.", "Look at [receive] username and password_file."),
        ),
        MailboxFault::Configuration { detail } => (
            lang.pick("Không dùng được phần [receive] của cấu hình.", "The [receive] part of the configuration cannot be used.").to_owned(),
            Some(detail),
            lang.pick("Sửa tệp cấu hình rồi chạy lại.", "Mend the configuration, then run it again."),
        ),
        MailboxFault::Folder { path, detail } => (
            say!(lang, "Không đọc được Maildir {path}.", "Cannot read the Maildir {path}.", path = shown(path)),
            Some(detail),
            lang.pick(
                "Thư mục phải có new và cur, và tiến trình này phải đọc ghi được.",
                "The folder must have new and cur, which this process may read and write.",
            ),
        ),
    };
    let what = words.map_or_else(|| what.clone(), |words| format!("{what}\n{}", detail(lang, words)));
    let kept = lang.pick("Thư đã nhận trước đó vẫn được giữ.", "What was taken before is kept.");
    Report::new(exit, what).kept(kept.to_owned()).next(next.to_owned())
}

/// How a message came.
#[must_use]
pub fn source(lang: Lang, source: Source) -> &'static str {
    match source {
        Source::Pipe => lang.pick("máy chủ thư chuyển vào", "by the mail server's pipe"),
        Source::Maildir => "Maildir",
        Source::Imap => "IMAP",
    }
}

/// How sure it is that an answer is the unit's.
#[must_use]
pub fn trust(lang: Lang, trust: Trust) -> &'static str {
    match trust {
        Trust::Verified => lang.pick("đã xác thực", "verified"),
        Trust::Claimed => lang.pick("tự khai", "claimed"),
        Trust::Recorded => lang.pick("văn phòng ghi", "recorded"),
    }
}

/// What a unit answers; `None`: nothing yet.
#[must_use]
pub fn response(lang: Lang, response: Option<Response>) -> &'static str {
    match response {
        None => lang.pick("chưa trả lời", "pending"),
        Some(Response::Accepted) => lang.pick("sẽ dự", "accepted"),
        Some(Response::Declined) => lang.pick("không dự", "declined"),
        Some(Response::Tentative) => lang.pick("chưa chắc", "tentative"),
        Some(Response::Substituted) => lang.pick("cử người khác", "substituted"),
    }
}

/// What a calendar asks.
#[must_use]
pub fn method(lang: Lang, method: Method) -> &'static str {
    match method {
        Method::Reply => lang.pick("trả lời", "answers"),
        Method::Counter => lang.pick("đề nghị thay đổi", "proposes a change"),
        Method::Refresh => lang.pick("xin bản mới nhất", "asks for the latest version"),
    }
}

/// What became of a message of ours, by the word of others.
#[must_use]
pub fn action(lang: Lang, action: ReportAction) -> &'static str {
    match action {
        ReportAction::Failed => lang.pick("không phát được", "not delivered"),
        ReportAction::Delayed => lang.pick("chậm, còn đang thử", "delayed, still being tried"),
        ReportAction::Delivered => lang.pick("đã phát", "delivered"),
        ReportAction::Relayed => lang.pick("đã chuyển tiếp", "relayed"),
        ReportAction::Expanded => lang.pick("đã phát cho một danh sách", "delivered to a list"),
    }
}

/// What was made of a message, in one sentence.
#[must_use]
pub fn outcome(lang: Lang, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Answered { meeting, unit } => {
            say!(lang, "{unit} trả lời {meeting}", "{unit} answers {meeting}", unit = shown(unit), meeting = shown(meeting))
        }
        Outcome::Stale { meeting, unit } => say!(
            lang,
            "{unit} trả lời giấy mời cũ của {meeting}: ghi lại, không tính",
            "{unit} answers an earlier invitation to {meeting}: kept, not counted",
            unit = shown(unit),
            meeting = shown(meeting)
        ),
        Outcome::Outdated { meeting, unit } => say!(
            lang,
            "{unit} đã có trả lời mới hơn cho {meeting}: bỏ qua",
            "{unit} has answered {meeting} later: nothing came of it",
            unit = shown(unit),
            meeting = shown(meeting)
        ),
        Outcome::Proposed { meeting, unit } => say!(
            lang,
            "{unit} có đề nghị về {meeting}: ghi lại, không áp dụng",
            "{unit} proposes something about {meeting}: kept, not applied",
            unit = shown(unit),
            meeting = shown(meeting)
        ),
        Outcome::Acknowledged { meeting, unit } => say!(
            lang,
            "{unit} xác nhận đã nhận giấy mời {meeting}",
            "{unit} confirms that the invitation to {meeting} has come",
            unit = shown(unit),
            meeting = shown(meeting)
        ),
        Outcome::Bounced { item } => say!(lang, "thư {item} bị trả lại", "message {item} came back", item = shown(item)),
        Outcome::Noted { item, action: what } => {
            say!(lang, "thư {item}: {what}", "message {item}: {what}", item = shown(item), what = action(lang, *what))
        }
        Outcome::Offered { unit } => say!(
            lang,
            "{unit} gửi phiếu đăng ký: chờ người xem, chưa tiếp nhận",
            "{unit} sends a form: offered, not taken",
            unit = shown(unit)
        ),
        Outcome::Quarantined { why } => say!(lang, "chờ xem xét: {why}", "waits: {why}", why = quarantine(lang, why)),
    }
}

/// Why nothing was made of a message.
#[must_use]
pub fn quarantine(lang: Lang, why: &Quarantine) -> String {
    match why {
        Quarantine::Unread(why) => unread(lang, *why).to_owned(),
        Quarantine::Forged { attendee } => say!(
            lang,
            "trả lời thay cho {attendee} nhưng gửi từ hộp thư khác",
            "it answers for {attendee} and comes from another mailbox",
            attendee = shown(attendee)
        ),
        Quarantine::NotInvited { attendee } => {
            say!(lang, "{attendee} không được mời", "{attendee} was not invited", attendee = shown(attendee))
        }
        Quarantine::NotFromInvited { meeting } => say!(
            lang,
            "nhắc đến {meeting} nhưng không gửi từ hộp thư được mời",
            "it names {meeting} and does not come from an invited mailbox",
            meeting = shown(meeting)
        ),
        Quarantine::OtherMessage { item } => say!(
            lang,
            "gửi đến địa chỉ báo lỗi của {item} nhưng thư kèm theo không phải thư đó",
            "it came to the address of {item}, and what it returns is another message",
            item = shown(item)
        ),
        other => plain(lang, other).to_owned(),
    }
}

fn plain(lang: Lang, why: &Quarantine) -> &'static str {
    match why {
        Quarantine::UnknownMeeting => lang.pick("không thuộc cuộc họp nào của văn phòng", "it belongs to no meeting of this office"),
        Quarantine::Instance => lang.pick("nói về một buổi của chuỗi họp định kỳ", "it speaks of one instance of a series"),
        Quarantine::NoAnswer => lang.pick("không có câu trả lời", "it answers nothing"),
        Quarantine::LessTrusted => lang.pick(
            "không xác thực được, mà trả lời đang tính đã được xác thực",
            "nothing proves where it comes from, and the answer that counts is proven",
        ),
        Quarantine::UnknownMessage => lang.pick("báo về một thư không phải của văn phòng", "the report is about no message of this office"),
        Quarantine::OtherRecipient => lang.pick("báo về một nơi nhận khác", "the report names another recipient"),
        Quarantine::Automatic => lang.pick("thư tự động", "a program wrote it"),
        Quarantine::AnswersReport => {
            lang.pick("trả lời báo cáo hoặc cảnh báo của chương trình", "it answers a report or warning of this program")
        }
        Quarantine::Stranger => {
            lang.pick("có phiếu nhưng hộp thư gửi không phải của đơn vị nào", "it has a form, and the mailbox is no unit's")
        }
        _ => lang.pick("không nhắc đến thư hay cuộc họp nào", "it names no message and no meeting"),
    }
}

fn unread(lang: Lang, why: Unread) -> &'static str {
    match why {
        Unread::TooLarge => lang.pick("lớn hơn 25 MiB, chỉ giữ phần đầu", "over 25 MiB, only the beginning is kept"),
        Unread::TooDeep => lang.pick("lồng nhau quá 10 tầng", "more than 10 levels of parts"),
        Unread::TooManyParts => lang.pick("có hơn 200 phần", "more than 200 parts"),
        Unread::LongHeader => lang.pick("phần đầu thư quá dài", "its header is too long"),
        Unread::NoHeader => lang.pick("không phải là thư", "it is no message"),
        Unread::Calendar => lang.pick("mục lịch không đọc được", "its calendar object cannot be read"),
        Unread::Report => lang.pick("thư báo không nêu nơi nhận nào", "the report names no recipient"),
        Unread::Receipt => lang.pick("chỉ báo là thư đã được mở", "it only tells that a message was opened"),
        Unread::Broken => lang.pick("chương trình gặp lỗi khi đọc", "the program failed while reading it"),
    }
}

/// What a message is, in a word.
#[must_use]
pub fn what(lang: Lang, received: &Received) -> &'static str {
    match &received.message.what {
        What::Calendar(_) => lang.pick("trả lời qua lịch", "calendar answer"),
        What::Report(_) => lang.pick("thư báo", "delivery report"),
        What::Letter(letter) if !letter.forms.is_empty() => lang.pick("phiếu đăng ký", "form"),
        What::Letter(_) => lang.pick("thư", "letter"),
        What::Unread(_) => lang.pick("không đọc được", "unreadable"),
    }
}

/// What a look into a mailbox did.
#[must_use]
pub fn polled(lang: Lang, taken: u64, repeated: u64, waiting: u64) -> String {
    say!(
        lang,
        "Đã nhận {taken} thư, {repeated} thư đã có từ trước; {waiting} thư chờ xem xét.",
        "Took {taken} messages, {repeated} were there already; {waiting} wait to be looked at.",
        taken = taken,
        repeated = repeated,
        waiting = waiting
    )
}

/// Files that are no messages were left alone.
#[must_use]
pub fn skipped(lang: Lang, count: u64) -> String {
    say!(
        lang,
        "{count} mục trong Maildir không phải là tệp thư, được để nguyên.",
        "{count} entries of the Maildir are no files and were left alone.",
        count = count
    )
}

/// There is more for the next time.
#[must_use]
pub fn more(lang: Lang) -> String {
    lang.pick("Còn thư chưa lấy: chạy lại để lấy tiếp.", "There is more: run it again.").to_owned()
}

/// A message was taken: `R12: …`.
#[must_use]
pub fn taken(lang: Lang, received: &Received, repeated: bool) -> String {
    let what = outcome(lang, &received.outcome);
    let again = if repeated { lang.pick(" (đã có từ trước)", " (it was there already)") } else { "" };
    format!("{}: {what}{again}", received.id)
}

/// A message was put away.
#[must_use]
pub fn discarded(lang: Lang, received: &Received) -> String {
    say!(lang, "{id} đã cất.", "{id} was put away.", id = shown(received.id))
}

/// An answer was recorded.
#[must_use]
pub fn recorded(lang: Lang, meeting: &impl ToString, unit: &impl ToString, answer: Response) -> String {
    say!(
        lang,
        "{meeting}: {unit} {answer}",
        "{meeting}: {unit} {answer}",
        meeting = shown(meeting.to_string()),
        unit = shown(unit.to_string()),
        answer = response(lang, Some(answer))
    )
}

/// An answer to an earlier invitation.
#[must_use]
pub fn stale(lang: Lang, answer: Response) -> String {
    say!(lang, "giấy mời cũ: {answer}", "earlier invitation: {answer}", answer = response(lang, Some(answer)))
}

/// That the invitation has come.
#[must_use]
pub fn acknowledged(lang: Lang) -> &'static str {
    lang.pick("đã nhận giấy mời", "acknowledged")
}

/// That the invitation came back.
#[must_use]
pub fn came_back(lang: Lang) -> &'static str {
    lang.pick("giấy mời bị trả lại", "the invitation came back")
}
