//! What becomes of messages.

use chrono::{DateTime, Utc};

use crate::domain::outbox::{Failure, ItemState, NextStep, Reason, Tally};
use crate::domain::time::WallTime;
use crate::i18n::relay::failure;
use crate::i18n::screen::capital;
use crate::i18n::{Lang, relay, shown, word};
use crate::report::{Exit, Report};

/// Why a message is dropped, held or failed.
#[must_use]
pub fn reason(lang: Lang, reason: &Reason) -> String {
    match reason {
        Reason::Superseded { by } => {
            say!(lang, "đã có thư sau ({by}) thay thế", "replaced by a later message ({by})", by = shown(by))
        }
        Reason::NeverInvited { request } => say!(
            lang,
            "giấy mời ({request}) chưa từng gửi, nên không cần thông báo",
            "the invitation ({request}) was never sent, so nobody needs this notice",
            request = shown(request)
        ),
        Reason::Expired => say!(lang, "hết thời hạn gửi", "its time ran out"),
        Reason::Panicked { words } => say!(
            lang,
            "chương trình gặp lỗi nhiều lần khi gửi: {words}",
            "the program failed several times while sending it: {words}",
            words = shown(words)
        ),
        Reason::Recalled { words } => say!(
            lang,
            "đã thu hồi trước khi gửi: {words}",
            "recalled before it was sent: {words}",
            words = shown(words.as_str().replace('\n', " "))
        ),
        Reason::Needless => say!(
            lang,
            "không cần báo nữa: các thư được báo không còn chờ gửi",
            "nobody needs it any more: the messages that it tells of no longer wait"
        ),
        Reason::KeptBack { by } => say!(lang, "{by} tạm giữ", "held by {by}", by = shown(by)),
        Reason::Person { words } => {
            say!(lang, "theo quyết định: {words}", "by decision: {words}", words = shown(words.as_str().replace('\n', " ")))
        }
    }
}

/// That a message came back, with the words of who refused it.
#[must_use]
pub fn bounced(lang: Lang, words: &str) -> String {
    if words.is_empty() {
        return lang.pick("bị trả lại", "came back").to_owned();
    }
    say!(lang, "bị trả lại: {words}", "came back: {words}", words = shown(words))
}

/// An instant in Vietnam's time, for people.
#[must_use]
pub fn instant(at: DateTime<Utc>) -> String {
    WallTime::at(at).to_string()
}

/// What happens next with a message in `state`.
#[must_use]
pub fn step(lang: Lang, step: &NextStep, state: ItemState) -> String {
    match step {
        NextStep::Due => say!(lang, "Đến hạn: lần “lichhop flush” tới sẽ gửi.", "Due: the next “lichhop flush” sends it."),
        NextStep::Waits { until, expires } => say!(
            lang,
            "Chờ đến {until} sẽ gửi lại; thôi gửi từ {expires}.",
            "Waits until {until}; is given up at {expires}.",
            until = instant(*until),
            expires = instant(*expires)
        ),
        NextStep::Recallable { until } => say!(
            lang,
            "Còn thu hồi được đến {until}, sau đó sẽ gửi.",
            "Can be recalled until {until}, then it is sent.",
            until = instant(*until)
        ),
        NextStep::Behind { earlier } => say!(
            lang,
            "Chờ thư {earlier} về cùng cuộc họp có kết quả trước; xem: lichhop outbox why {earlier}",
            "Waits until message {earlier} about the same meeting has its fate; see: lichhop outbox why {earlier}",
            earlier = shown(earlier)
        ),
        NextStep::BeingSent => say!(lang, "Đang được gửi.", "It is being sent right now."),
        NextStep::Nothing => match state {
            ItemState::Sent => lang.pick("Đã gửi xong.", "It was sent.").to_owned(),
            ItemState::Failed => lang.pick("Không gửi được; không thử lại.", "It could not be sent and is not tried again.").to_owned(),
            ItemState::Dropped => lang.pick("Đã bỏ, không gửi.", "It was dropped and is not sent.").to_owned(),
            ItemState::Queued | ItemState::Sending | ItemState::Deferred | ItemState::Held => {
                say!(lang, "Không gửi nữa ({state}).", "It is not sent ({state}).", state = word::item_state(lang, state))
            }
        },
        NextStep::Decide => {
            say!(lang, "Tạm giữ: không gửi cho đến khi có người quyết định.", "Held: nothing is sent until somebody decides.")
        }
    }
}

/// A flush has to wait for another one.
#[must_use]
pub fn another_run(lang: Lang) -> &'static str {
    lang.pick(
        "Đang có một lượt gửi khác; lệnh này chờ lượt ấy xong, gửi nốt thư còn đến hạn rồi báo kết quả.",
        "Another run is sending already; this one waits for its end, sends what is still due, and then tells what became of it.",
    )
}

/// What a flush did, in one sentence.
#[must_use]
pub fn flushed(lang: Lang, tally: &Tally, remaining: u64, maybe_repeated: u64) -> String {
    let text = say!(
        lang,
        "Đã gửi {sent}, chờ gửi lại {deferred}, không gửi được {failed}, tạm giữ {held}; còn lại {remaining}.",
        "Sent {sent}, deferred {deferred}, failed {failed}, held {held}; {remaining} remain.",
        sent = tally.sent,
        deferred = tally.deferred,
        failed = tally.failed,
        held = tally.held,
        remaining = remaining
    );
    join(text, repeated(lang, maybe_repeated))
}

/// What a flush did, for whoever looks at the outbox meanwhile: only what there is to tell.
#[must_use]
pub fn flushed_here(lang: Lang, tally: &Tally, remaining: u64, maybe_repeated: u64) -> String {
    let told = [
        (tally.sent, lang.pick("đã gửi", "sent")),
        (tally.deferred, lang.pick("chờ gửi lại", "deferred")),
        (tally.failed, lang.pick("không gửi được", "failed")),
        (tally.held, lang.pick("tạm giữ", "held")),
        (remaining, lang.pick("còn lại", "remaining")),
    ];
    let told: Vec<String> = told.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{word} {count}")).collect();
    let text = if told.is_empty() {
        lang.pick("Không có thư nào đến hạn gửi.", "Nothing is due.").to_owned()
    } else {
        format!("{}.", capital(&told.join(", ")))
    };
    join(text, repeated(lang, maybe_repeated))
}

fn repeated(lang: Lang, count: u64) -> Option<String> {
    (count > 0).then(|| {
        say!(
            lang,
            "Có thể {count} thư đã gửi hai lần vì lần chạy trước bị ngắt.",
            "{count} may have been sent twice, because an earlier run was cut off.",
            count = count
        )
    })
}

fn join(text: String, more: Option<String>) -> String {
    match more {
        Some(more) => format!("{text} {more}"),
        None => text,
    }
}

/// A clock that stands brings nothing to its time.
#[must_use]
pub fn no_watch(lang: Lang) -> Report {
    let what = lang.pick(
        "Đồng hồ đang đứng yên (LICHHOP_NOW): không có gì đến hạn để chờ gửi.",
        "The clock stands (LICHHOP_NOW): nothing will become due.",
    );
    Report::new(Exit::Usage, what.to_owned()).next(lang.pick("Gửi một lần: lichhop flush", "Send once: lichhop flush").to_owned())
}

/// The relay could not be reached.
#[must_use]
pub fn relay_unreachable(lang: Lang, how: &Failure) -> String {
    say!(
        lang,
        "Không liên lạc được máy chủ chuyển thư: {how}.\nThư vẫn còn trong hàng đợi; không thư nào bị tính là gửi hỏng.",
        "The relay cannot be reached, {how}.\nThe messages stay in the outbox; none is counted as failed.",
        how = match lang {
            // That it was when connecting is said already.
            Lang::Vi if how.phase == "connect" => relay::how(lang, how),
            _ => failure(lang, how),
        }
    )
}

/// The relay answered, then sent us away for now.
#[must_use]
pub fn relay_paused(lang: Lang, how: &Failure) -> String {
    say!(
        lang,
        "Máy chủ chuyển thư đề nghị tạm dừng: {how}.\nThư vẫn còn trong hàng đợi; chạy lại sau: lichhop flush",
        "The relay sent us away for now, {how}.\nThe messages stay in the outbox; run it again later: lichhop flush",
        how = failure(lang, how)
    )
}

/// The relay refused our credentials.
#[must_use]
pub fn relay_credentials(lang: Lang, how: &Failure) -> String {
    if how.phase == "sendmail" {
        return say!(
            lang,
            "Chương trình gửi thư không được phép gửi: {how}.\nThư vẫn còn trong hàng đợi; xem cấu hình của chương trình đó.",
            "The program that takes the mail is not permitted to send it, {how}.\nThe messages stay in the outbox; see that program's configuration.",
            how = failure(lang, how)
        );
    }
    say!(
        lang,
        "Máy chủ chuyển thư không nhận tên đăng nhập hoặc mật khẩu: {how}.\nXem [mail] username và password_file hoặc LICHHOP_MAIL_PASSWORD.",
        "The relay refused our user name or password, {how}.\nSee [mail] username and password_file or LICHHOP_MAIL_PASSWORD.",
        how = failure(lang, how)
    )
}

/// The configuration names no usable relay.
#[must_use]
pub fn relay_configuration(lang: Lang, how: &Failure) -> String {
    say!(
        lang,
        "Cấu hình máy chủ chuyển thư không dùng được: {how}.\nXem [mail] relay trong config.toml: lichhop config check",
        "The relay's configuration cannot be used, {how}.\nSee [mail] relay in config.toml: lichhop config check",
        how = failure(lang, how)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_the_screen_only_what_there_is_is_told() {
        let told = |tally, remaining, repeated| flushed_here(Lang::Vi, &tally, remaining, repeated);
        assert_eq!(told(Tally { sent: 11, ..Tally::default() }, 0, 0), "Đã gửi 11.");
        assert_eq!(told(Tally { deferred: 2, failed: 1, ..Tally::default() }, 2, 0), "Chờ gửi lại 2, không gửi được 1, còn lại 2.");
        assert_eq!(told(Tally::default(), 0, 0), "Không có thư nào đến hạn gửi.");
        assert!(told(Tally { sent: 1, ..Tally::default() }, 0, 1).starts_with("Đã gửi 1. Có thể 1 thư"));
    }

    #[test]
    fn the_end_of_a_message_is_told_by_its_state() {
        let ends = [ItemState::Sent, ItemState::Failed, ItemState::Dropped].map(|state| step(Lang::Vi, &NextStep::Nothing, state));
        assert_eq!(ends, ["Đã gửi xong.", "Không gửi được; không thử lại.", "Đã bỏ, không gửi."]);
    }
}
