//! How the host, its store and the outbox stand.

use chrono::{DateTime, Utc};

use crate::domain::outbox::ItemState;
use crate::i18n::outbox::instant;
use crate::i18n::screen::relative;
use crate::i18n::{Lang, shown, word};

/// What is told, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the lines; their wordings stand below")]
pub enum Told {
    Host,
    Store,
    Outbox,
    Oldest,
    NextDue,
    Relay,
    Sending,
    LastRun,
    Broken,
    Received,
    Meetings,
}

/// The name of a line.
#[must_use]
pub fn label(lang: Lang, told: Told) -> &'static str {
    match told {
        Told::Host => lang.pick("Máy chủ", "Host"),
        Told::Store => lang.pick("Kho dữ liệu", "Store"),
        Told::Outbox => lang.pick("Thư đi", "Outbox"),
        Told::Oldest => lang.pick("Thư chờ lâu nhất", "Oldest waiting"),
        Told::NextDue => lang.pick("Đến hạn tiếp theo", "Next due"),
        Told::Relay => lang.pick("Chuyển thư qua", "Relay"),
        Told::Sending => lang.pick("Gửi thư", "Sending"),
        Told::LastRun => lang.pick("Lần gửi trước", "Last run"),
        Told::Broken => lang.pick("Lần gửi bị ngắt", "Run broken off"),
        Told::Received => lang.pick("Thư đến", "Received"),
        Told::Meetings => lang.pick("Cuộc họp", "Meetings"),
    }
}

/// Who hosts the store, and since when; `here`: only this command, as long as it runs.
#[must_use]
pub fn host(lang: Lang, (version, user, pid): (&str, &str, u32), since: DateTime<Utc>, here: bool) -> String {
    if here {
        return say!(
            lang,
            "không có dịch vụ nào đang chạy; lệnh này tự mở kho (lichhop {version}, {user})",
            "no service runs; this command opened the store itself (lichhop {version}, {user})",
            version = shown(version),
            user = shown(user)
        );
    }
    say!(
        lang,
        "lichhop {version}, người dùng {user}, tiến trình {pid}, từ {since}",
        "lichhop {version}, user {user}, process {pid}, since {since}",
        version = shown(version),
        user = shown(user),
        pid = pid,
        since = instant(since)
    )
}

/// The store.
#[must_use]
pub fn store(lang: Lang, schema: u32, revision: u64) -> String {
    say!(lang, "lược đồ {schema}, lần ghi thứ {revision}", "schema {schema}, revision {revision}", schema = schema, revision = revision)
}

/// How many messages are in which state; those in none are left out.
#[must_use]
pub fn counts(lang: Lang, counts: impl IntoIterator<Item = (ItemState, u64)>) -> String {
    let told =
        counts.into_iter().filter(|(_, count)| *count > 0).map(|(state, count)| format!("{} {count}", word::item_state(lang, state)));
    let told: Vec<String> = told.collect();
    if told.is_empty() { lang.pick("không có thư nào", "no messages").to_owned() } else { told.join(", ") }
}

/// An instant, and how long ago or ahead it is.
#[must_use]
pub fn at(lang: Lang, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    format!("{} ({})", instant(at), relative(lang, at, now))
}

/// Whether what is due is sent by itself, and whether something is being sent.
#[must_use]
pub fn sending(lang: Lang, kept: bool, running: bool) -> String {
    let kept = if kept {
        lang.pick("tự gửi thư đến hạn", "what is due is sent by itself")
    } else {
        lang.pick("không tự gửi; gửi bằng: lichhop flush", "nothing is sent by itself; send with: lichhop flush")
    };
    if running { format!("{}; {kept}", lang.pick("đang gửi", "sending now")) } else { kept.to_owned() }
}

/// A relay that is in trouble.
#[must_use]
pub fn paused(lang: Lang, trouble: &str, since: DateTime<Utc>, next: Option<DateTime<Utc>>) -> String {
    let text = say!(lang, "Từ {since}: {trouble}", "Since {since}: {trouble}", since = instant(since), trouble = trouble);
    match next {
        Some(next) => say!(lang, "{text}\nThử lại lúc {next}.", "{text}\nIt is tried again at {next}.", text = text, next = instant(next)),
        None => text,
    }
}

/// Messages that came and wait for somebody.
#[must_use]
pub fn received(lang: Lang, waiting: u64) -> String {
    match waiting {
        0 => lang.pick("không có thư nào chờ xem xét", "none waits for somebody").to_owned(),
        _ => say!(
            lang,
            "{waiting} thư chờ xem xét; xem: lichhop receive --list",
            "{waiting} wait for somebody; see: lichhop receive --list",
            waiting = waiting
        ),
    }
}

/// Meetings that wait for the office.
#[must_use]
pub fn meetings(lang: Lang, submitted: u64, approved: u64) -> String {
    say!(
        lang,
        "chờ duyệt {submitted}, chờ phát hành {approved}",
        "{submitted} to be approved, {approved} to be issued",
        submitted = submitted,
        approved = approved
    )
}

/// That a message has waited long.
#[must_use]
pub fn waits_since(lang: Lang, oldest: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let since = relative(lang, oldest, now);
    say!(lang, "thư chờ lâu nhất: {since}", "oldest waiting: {since}", since = since)
}
