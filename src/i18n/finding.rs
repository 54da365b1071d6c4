//! What a check found.

use crate::domain::audit::Finding;
use crate::i18n::{Lang, shown};

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
        Finding::Damaged { detail } => {
            say!(lang, "Không đọc được: {detail}", "Cannot be read: {detail}", detail = shown(detail))
        }
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
        Finding::Series { series, detail } => {
            say!(lang, "Dãy số {series}: {detail}", "Series {series}: {detail}", series = shown(series), detail = shown(detail))
        }
        Finding::Outbox { id, detail } => {
            say!(lang, "Thư đi {id}: {detail}", "Outbox message {id}: {detail}", id = shown(id), detail = shown(detail))
        }
    }
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
