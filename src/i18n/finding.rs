//! What a check found.

use crate::domain::audit::{Finding, OutboxPart};
use crate::i18n::{Lang, detail, shown};

/// One finding: where, and what is wrong there.
#[must_use]
pub fn finding(lang: Lang, finding: &Finding) -> String {
    match finding {
        Finding::Changed { sequence } => say!(
            lang,
            "Nhật ký, mục {n}: nội dung không khớp mã băm của chính nó.",
            "Audit entry {n}: its content does not fit its own hash.",
            n = sequence
        ),
        Finding::Unlinked { sequence } => say!(
            lang,
            "Nhật ký, mục {n}: không nối với mã băm của mục trước.",
            "Audit entry {n}: does not hold the hash of the entry before.",
            n = sequence
        ),
        Finding::Missing { sequence } => say!(lang, "Nhật ký, mục {n}: bị thiếu.", "Audit entry {n}: is missing.", n = sequence),
        Finding::Head { expected, found } => say!(
            lang,
            "Nhật ký kết thúc ở mục {found}, trong khi điểm cuối đã ghi là mục {expected}.",
            "The audit chain ends at entry {found}, while its recorded head is entry {expected}.",
            found = found,
            expected = expected
        ),
        Finding::Versions { sequence } => say!(
            lang,
            "Nhật ký, mục {n}: các bản ghi liên quan không còn như khi niêm phong.",
            "Audit entry {n}: the versions it speaks of are not those it was sealed with.",
            n = sequence
        ),
        Finding::Damaged { detail: words } => say!(
            lang,
            "Một chỗ trong kho dữ liệu không đọc được. {detail}",
            "Something in the store cannot be read. {detail}",
            detail = detail(lang, words)
        ),
        Finding::Index { key } => {
            say!(lang, "Chỉ mục {key}: không khớp bản ghi.", "Index {key}: does not fit its record.", key = shown(key))
        }
        Finding::IndexValue { key } => {
            say!(
                lang,
                "Chỉ mục {key}: nội dung không khớp bản ghi.",
                "Index {key}: what it says does not fit its record.",
                key = shown(key)
            )
        }
        Finding::Record { id } => {
            say!(lang, "Bản ghi {id}: không phải phiên bản mới nhất của nó.", "Record {id}: is not its own latest version.", id = shown(id))
        }
        Finding::Series { series, given, counted } => numbers(lang, series, *given, *counted),
        Finding::Outbox { id, part, found, expected } => outbox(lang, id, *part, *found, *expected),
    }
}

fn numbers(lang: Lang, series: &str, given: u64, counted: u64) -> String {
    say!(
        lang,
        "Dãy số {series}: {given} số đã cấp không phải là mỗi số từ 1 đến {counted} (theo bộ đếm) đúng một lần.",
        "Series {series}: the {given} numbers given are not each number from 1 to {counted} (by the counter) exactly once.",
        series = shown(series),
        given = given,
        counted = counted
    )
}

fn outbox(lang: Lang, id: &str, part: OutboxPart, found: u64, expected: u64) -> String {
    let part = match part {
        OutboxPart::Items => lang.pick("thư trong hộp đi", "messages in the outbox"),
        OutboxPart::Messages => lang.pick("nội dung thư", "messages' bytes"),
    };
    say!(
        lang,
        "Đợt gửi {id}: {part}: có {found}, đúng ra phải là {expected}.",
        "Dispatch {id}: {part}: {found}, where there should be {expected}.",
        id = shown(id),
        found = found,
        part = part,
        expected = expected
    )
}

/// The last line of an audit verification.
#[must_use]
pub fn audit_summary(lang: Lang, entries: u64, head: Option<&str>, findings: usize) -> String {
    let head = head.map(shown).unwrap_or_default();
    if findings > 0 {
        return say!(
            lang,
            "Nhật ký: đã xem {entries} mục, {findings} chỗ sai.",
            "Audit: {entries} entries looked at, {findings} findings.",
            entries = entries,
            findings = findings
        );
    }
    say!(
        lang,
        "Nhật ký nguyên vẹn: {entries} mục. {head}",
        "The audit chain is intact: {entries} entries. {head}",
        entries = entries,
        head = head
    )
    .trim_end()
    .to_owned()
}

/// The last line of a check of the store.
#[must_use]
pub fn check_summary(lang: Lang, records: u64, findings: usize) -> String {
    if findings > 0 {
        return say!(
            lang,
            "Kho dữ liệu: đã xem {records} bản ghi, {findings} chỗ sai.",
            "Store: {records} records looked at, {findings} findings.",
            records = records,
            findings = findings
        );
    }
    say!(lang, "Kho dữ liệu nguyên vẹn: {records} bản ghi.", "The store is sound: {records} records.", records = records)
}
