//! What was put right when the store was opened: what happened, whether anything was lost, and what to do next.

use crate::domain::repair::Repair;
use crate::i18n::{Lang, detail, listed, shown};

/// One thing that was put right, as one paragraph: it stands on a line of the screen, of stderr or of the log.
#[must_use]
pub fn mended(lang: Lang, repair: &Repair) -> String {
    match repair {
        Repair::TornSnapshotRemoved { file, bytes } => say!(
            lang,
            "Lần mở kho dữ liệu trước bị ngắt giữa chừng; tệp chỉ mục viết dở {file} ({bytes} byte) đã được xóa. \
             Không mất gì: tệp đó chưa bao giờ là bản duy nhất. Không phải làm gì thêm.",
            "An earlier start was interrupted; its unfinished index file {file} ({bytes} bytes) was removed. \
             Nothing is lost: that file was never the only copy. There is nothing to do.",
            file = shown(file),
            bytes = bytes
        ),
        Repair::SnapshotsSetAside { folder, files, why } => set_aside(lang, folder, files, why),
        Repair::MarkUnreadable => say!(
            lang,
            "Tệp ghi kho dữ liệu đã đến đâu không đọc được và đã được ghi lại. Mọi bản ghi tìm thấy đều nguyên vẹn; nhưng nếu \
             phần cuối của kho bị mất cùng lúc thì không thể biết. Hãy xem những việc gần nhất có đủ không \
             (lichhop audit list --limit 10) và kiểm tra ổ đĩa.",
            "The note of how far the store had come could not be read and was written anew. Every record that was found is whole; \
             but had the end of the store been lost at the same time, that could not be told. Look whether the latest work is \
             there (lichhop audit list --limit 10), and check the disk."
        ),
        Repair::SlotUnreadable { slot } => say!(
            lang,
            "Một lần ghi bị đứt giữa chừng khi máy hoặc chương trình dừng đột ngột; phần viết dở (ô {slot}) đã được bỏ. Không mất gì mà \
             kho biết là đã xác nhận. Việc nào đang lưu lúc đó mà nay không thấy thì làm lại.",
            "A write broke off when the machine or the program stopped suddenly; what was unfinished (slot {slot}) was left out. Nothing \
             that the store knows to have been confirmed is lost. Repeat what was being saved then and is not there.",
            slot = slot
        ),
    }
}

fn set_aside(lang: Lang, folder: &str, files: &[String], why: &str) -> String {
    say!(
        lang,
        "Chỉ mục của kho dữ liệu bị hỏng; kho đã được đọc lại từ tệp dữ liệu chính. Không mất gì: mọi bản ghi đã được đối chiếu với \
         những gì kho biết là đã ghi xong. Các tệp cũ ({files}) cùng một bản sao của tệp dữ liệu nằm ở {folder}; thư mục này xóa được. \
         Hãy kiểm tra ổ đĩa nếu chuyện này lặp lại. {why}",
        "The store's index was damaged; the store was read from its main file instead. Nothing is lost: every record was compared with \
         what the store knew to be written. The old files ({files}) and a copy of the main file lie in {folder}, which may be deleted. \
         Check the disk if this comes again. {why}",
        files = listed(files),
        folder = shown(folder),
        why = detail(lang, why)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> [Repair; 4] {
        [
            Repair::TornSnapshotRemoved { file: "snap.1.generating".into(), bytes: 4 },
            Repair::SnapshotsSetAside { folder: "/srv/damaged-1".into(), files: vec!["snap.1".into(), "conf".into()], why: "bad\n".into() },
            Repair::MarkUnreadable,
            Repair::SlotUnreadable { slot: 3 },
        ]
    }

    #[test]
    fn every_repair_says_what_happened_what_is_lost_and_what_to_do() {
        let facts = [
            (vec!["snap.1.generating", "4 byte"], "Không mất gì", "Không phải làm gì", "Nothing is lost", "nothing to do"),
            (vec!["/srv/damaged-1", "snap.1, conf", "bad\\u{a}"], "Không mất gì", "xóa được", "Nothing is lost", "may be deleted"),
            (vec!["lichhop audit list"], "không thể biết", "kiểm tra ổ đĩa", "could not be told", "check the disk"),
            (vec!["3"], "Không mất gì", "làm lại", "Nothing that the store knows to have been confirmed is lost", "Repeat"),
        ];
        for (repair, (both, lost_vi, next_vi, lost_en, next_en)) in all().iter().zip(facts) {
            for (lang, own) in [(Lang::Vi, [lost_vi, next_vi]), (Lang::En, [lost_en, next_en])] {
                let told = mended(lang, repair);
                let missing: Vec<_> = both.iter().chain(&own).filter(|fact| !told.contains(**fact)).collect();
                assert!(missing.is_empty() && !told.contains('\n'), "{missing:?}: {told}");
                // No name of a variant or of a field: that is a word for programmers.
                let debug = format!("{repair:?}");
                assert!(!told.contains(debug.split(' ').next().unwrap()) && !told.contains("{ "), "{told}");
            }
        }
    }
}
