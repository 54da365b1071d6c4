//! Backups: making them, taking them back, writing the store anew.

use std::path::Path;

use crate::domain::audit::Finding;
use crate::domain::fault::BackupFault;
use crate::i18n::finding::finding;
use crate::i18n::{Lang, detail, nothing_written, shown};
use crate::report::{Exit, Report};

/// How many findings are told one by one.
const FINDINGS: usize = 20;

/// Why a backup was not made or taken back.
#[must_use]
pub fn fault(lang: Lang, exit: Exit, problem: &BackupFault) -> Report {
    let (what, next) = match problem {
        BackupFault::Gone => (
            say!(
                lang,
                "Bản sao lưu đang lấy dở không còn nữa: tiến trình giữ kho dữ liệu đã thay đổi, hoặc quá nhiều bản được lấy cùng lúc.",
                "The backup that was being fetched is gone: the process that keeps the store is another one now, or too many are fetched at once."
            ),
            say!(lang, "Chạy lại lệnh này.", "Run this again."),
        ),
        BackupFault::Unreadable { path, detail: words } => (
            say!(
                lang,
                "Không đọc được {path}.\n{detail}",
                "{path} cannot be read.\n{detail}",
                path = shown(path),
                detail = detail(lang, words)
            ),
            say!(lang, "Xem lại tên và quyền của tệp.", "Look at the file's name and permissions."),
        ),
        BackupFault::Exists { path } => (
            say!(lang, "{path} đã có; lichhop không ghi đè.", "{path} is there already; it is not overwritten.", path = shown(path)),
            say!(lang, "Chọn tên khác hoặc chuyển tệp cũ đi.", "Choose another name, or move the old file away."),
        ),
        BackupFault::IsFolder { path, proposed } => is_folder(lang, path, proposed),
        BackupFault::Unwritable { path, detail: words } => (
            say!(
                lang,
                "Không ghi được {path}.\n{detail}",
                "{path} cannot be written.\n{detail}",
                path = shown(path),
                detail = detail(lang, words)
            ),
            say!(lang, "Xem lại thư mục, quyền và dung lượng đĩa.", "Look at the folder, its permissions and the space on the disk."),
        ),
        BackupFault::NotAsMade { path } => (
            say!(
                lang,
                "Bản sao lưu đến {path} không còn nguyên vẹn.",
                "The backup did not reach {path} as it was made.",
                path = shown(path)
            ),
            say!(lang, "Chạy lại lệnh này.", "Run this again."),
        ),
        BackupFault::NotABackup { path } => (
            say!(lang, "{path} không phải là bản sao lưu của lichhop.", "{path} is not a backup of lichhop.", path = shown(path)),
            say!(lang, "Chọn tệp do lichhop backup tạo ra.", "Name a file that lichhop backup made."),
        ),
        BackupFault::OtherFormat { path } => other_format(lang, path),
        BackupFault::Damaged { path, detail } => (damaged(lang, path, detail), another(lang)),
        BackupFault::Unsound { path, findings } => (unsound(lang, path, findings), another(lang)),
        BackupFault::NotEmpty { path } => not_empty(lang, path),
        BackupFault::OtherUser { user, path } => other_user(lang, user, path),
        BackupFault::NoRoom { path, needed, free, store } => no_room(lang, path, (*needed, *free), *store),
        BackupFault::OtherStore { folder, file, whose } => other_store(lang, folder, file, whose),
    };
    Report::new(exit, what).kept(nothing_written(lang)).next(next)
}

fn is_folder(lang: Lang, path: &str, proposed: &str) -> (String, String) {
    (
        say!(lang, "{path} là thư mục; bản sao lưu là một tệp.", "{path} is a folder; a backup is a file.", path = shown(path)),
        say!(lang, "Thêm tên tệp: lichhop backup {proposed}", "Add the file's name: lichhop backup {proposed}", proposed = shown(proposed)),
    )
}

fn other_format(lang: Lang, path: &str) -> (String, String) {
    (
        say!(
            lang,
            "{path} là bản sao lưu của một phiên bản lichhop mới hơn.",
            "{path} is a backup of a newer lichhop.",
            path = shown(path)
        ),
        say!(lang, "Dùng phiên bản lichhop mới hơn.", "Use a newer lichhop."),
    )
}

fn damaged(lang: Lang, path: &str, words: &str) -> String {
    say!(
        lang,
        "Bản sao lưu {path} không nguyên vẹn: nội dung không đúng như khi được ghi.\n{detail}",
        "The backup {path} is not whole: it is not what was written.\n{detail}",
        path = shown(path),
        detail = detail(lang, words)
    )
}

fn unsound(lang: Lang, path: &str, findings: &[Finding]) -> String {
    let head = say!(
        lang,
        "Bản sao lưu {path} không dựng lại được kho dữ liệu hợp lệ: {count} chỗ sai.",
        "The backup {path} makes no sound store: {count} findings.",
        path = shown(path),
        count = findings.len().max(1)
    );
    let lines = findings.iter().take(FINDINGS).map(|one| finding(lang, one));
    std::iter::once(head).chain(lines).collect::<Vec<_>>().join("\n")
}

fn not_empty(lang: Lang, path: &str) -> (String, String) {
    (
        say!(
            lang,
            "Thư mục dữ liệu {path} đã có kho dữ liệu; chỉ phục hồi vào thư mục chưa có gì.",
            "The state directory {path} has a store; a backup is only taken back where there is none.",
            path = shown(path)
        ),
        say!(
            lang,
            "Phục hồi vào thư mục khác: --data DIR\nHoặc dừng lichhop rồi chuyển thư mục cũ đi: mv {path} {path}.cu",
            "Take it back elsewhere: --data DIR\nOr stop lichhop and move the old directory away: mv {path} {path}.old",
            path = shown(path)
        ),
    )
}

fn other_user(lang: Lang, user: &str, path: &str) -> (String, String) {
    (
        say!(
            lang,
            "Thư mục dữ liệu {path} là của người dùng {user}.",
            "The state directory {path} belongs to the user {user}.",
            path = shown(path),
            user = shown(user)
        ),
        say!(
            lang,
            "Chạy với người dùng đó: sudo -u {user} lichhop restore …",
            "Run it as that user: sudo -u {user} lichhop restore …",
            user = shown(user)
        ),
    )
}

fn no_room(lang: Lang, path: &str, (needed, free): (u64, u64), store: bool) -> (String, String) {
    let what = say!(
        lang,
        "Đĩa có {path} không đủ chỗ: cần ít nhất {needed}, còn trống {free}.",
        "The disk of {path} has not room enough: at least {needed} are needed, {free} are free.",
        path = shown(path),
        needed = size(lang, needed),
        free = size(lang, free)
    );
    let next = if store {
        lang.pick(
            "Giải phóng dung lượng trên đĩa có thư mục dữ liệu rồi chạy lại.",
            "Free space on the disk of the state directory, then run this again.",
        )
    } else {
        lang.pick("Giải phóng dung lượng ở đó, hoặc ghi vào đĩa khác.", "Free space there, or write to another disk.")
    };
    (what, next.to_owned())
}

fn other_store(lang: Lang, folder: &str, file: &str, whose: &str) -> (String, String) {
    let whose = if whose.is_empty() { lang.pick("kho dữ liệu khác", "another store").to_owned() } else { shown(whose) };
    (
        say!(
            lang,
            "Thư mục {folder} chứa bản sao lưu của {whose} ({file}): kho này không sao lưu và không xóa gì ở đó.",
            "The folder {folder} holds backups of {whose} ({file}): this store is not backed up there, and nothing is removed.",
            folder = shown(folder),
            whose = whose,
            file = shown(file)
        ),
        say!(
            lang,
            "Đặt cho mỗi kho một thư mục riêng trong cấu hình: [backup] folder",
            "Give each store a folder of its own in the configuration: [backup] folder"
        ),
    )
}

fn another(lang: Lang) -> String {
    say!(lang, "Dùng bản sao lưu khác, ví dụ bản của đêm trước.", "Use another backup, such as that of the night before.")
}

/// Standard output is not where a backup goes.
#[must_use]
pub fn not_to_stdout(lang: Lang, proposed: &str) -> Report {
    let what = say!(
        lang,
        "-: bản sao lưu không ghi ra stdout, vì chỉ có tên tệp khi đã đủ và được kiểm tra.",
        "-: a backup is not written to stdout, because it gets its name only when it is whole and checked."
    );
    let next = say!(
        lang,
        "Ghi vào tệp: lichhop backup {proposed}\nTệp có tên là “-”: ./-",
        "Write it to a file: lichhop backup {proposed}\nA file of the name “-”: ./-",
        proposed = shown(proposed)
    );
    Report::new(Exit::Usage, what).kept(nothing_written(lang)).next(next)
}

/// A signal ended a backup.
#[must_use]
pub fn not_made(lang: Lang, exit: Exit, file: &str) -> Report {
    let what = say!(
        lang,
        "Đã dừng theo tín hiệu: chưa tạo bản sao lưu {file}.",
        "Ended by a signal: no backup was made: {file}.",
        file = shown(file)
    );
    let next = lang.pick("Chạy lại lệnh này khi cần.", "Run this again when it is wanted.");
    Report::new(exit, what).kept(nothing_written(lang)).next(next.to_owned())
}

/// A signal ended what takes a backup back, or looks at it.
#[must_use]
pub fn not_taken_back(lang: Lang, exit: Exit, file: &str, state: &Path) -> Report {
    let what = say!(
        lang,
        "Đã dừng theo tín hiệu: chưa xem hết và chưa phục hồi {file}; vẫn như trước: {state}.",
        "Ended by a signal: not looked through and not taken back: {file}; as it was before: {state}.",
        file = shown(file),
        state = shown(state.display())
    );
    let next = lang.pick("Chạy lại lệnh này khi cần.", "Run this again when it is wanted.");
    Report::new(exit, what).kept(nothing_written(lang)).next(next.to_owned())
}

/// The service runs, and its nightly backups cannot be made.
#[must_use]
pub fn none_made(lang: Lang) -> String {
    lang.pick(
        "Dịch vụ vẫn chạy, nhưng chưa có bản sao lưu hằng đêm nào được tạo cho đến khi sửa xong.",
        "The service runs, but no nightly backup is made until that is mended.",
    )
    .to_owned()
}

/// A backup was made.
#[must_use]
pub fn made(lang: Lang, file: &str, entries: u64, size: &str, sequence: u64, hash: &str) -> String {
    say!(
        lang,
        "Đã sao lưu vào {file}: {entries} mục, {size}; nhật ký đến mục {sequence} {hash}",
        "Backed up to {file}: {entries} entries, {size}; audit chain to entry {sequence} {hash}",
        file = shown(file),
        entries = entries,
        size = size,
        sequence = sequence,
        hash = shown(hash)
    )
}

/// A backup was taken back, or could be.
#[must_use]
pub fn restored(lang: Lang, state: &Path, at: &str, entries: u64, only_looked: bool) -> String {
    if only_looked {
        return say!(
            lang,
            "Bản sao lưu lúc {at} nguyên vẹn và phục hồi được: {entries} mục.",
            "The backup of {at} is whole and can be taken back: {entries} entries.",
            at = at,
            entries = entries
        );
    }
    say!(
        lang,
        "Đã phục hồi bản sao lưu lúc {at} vào {state}: {entries} mục.",
        "The backup of {at} was taken back into {state}: {entries} entries.",
        at = at,
        state = shown(state.display()),
        entries = entries
    )
}

/// What an old state means for what was done since.
#[must_use]
pub fn since(lang: Lang, at: &str, waiting: u64) -> String {
    let mut lines = vec![say!(
        lang,
        "Những gì làm sau {at} không có trong bản này; số giấy mời cấp sau lúc đó sẽ được cấp lại.",
        "What was done after {at} is not in it; numbers of invitations given after that will be given again.",
        at = at
    )];
    if waiting > 0 {
        lines.push(say!(
            lang,
            "{count} thư đang chờ gửi: thư nào đã gửi sau lúc sao lưu sẽ được gửi lại, nguyên nội dung và Message-ID.",
            "{count} messages wait to be sent: those sent since the backup will be sent again, the same bytes under the same Message-ID.",
            count = waiting
        ));
    }
    lines.join("\n")
}

/// The store was written anew.
#[must_use]
pub fn vacuumed(lang: Lang, before: &str, after: &str, entries: u64) -> String {
    say!(
        lang,
        "Đã ghi lại kho dữ liệu: {entries} mục, từ {before} còn {after}.",
        "The store was written anew: {entries} entries, {before} became {after}.",
        entries = entries,
        before = before,
        after = after
    )
}

/// A number of bytes for a person.
#[must_use]
pub fn size(lang: Lang, bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    // In tenths of the unit, as long as there is a larger one.
    let (mut tenths, mut unit) = (bytes * 10 / 1024, 0);
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1024;
        unit += 1;
    }
    format!("{}{}{} {}", tenths / 10, lang.pick(",", "."), tenths % 10, UNITS.get(unit).unwrap_or(&"TiB"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_the_largest_unit_that_fits() {
        let told = [0, 1023, 1024, 1536, 1024 * 1024 - 1, 1 << 20, 5 << 30, 3 << 40, u64::MAX / 10];
        let expected = ["0 B", "1023 B", "1,0 KiB", "1,5 KiB", "1023,9 KiB", "1,0 MiB", "5,0 GiB", "3,0 TiB", "1677721,5 TiB"];
        assert_eq!(told.map(|bytes| size(Lang::Vi, bytes)), expected);
        assert_eq!(told.map(|bytes| size(Lang::En, bytes)), expected.map(|size| size.replace(',', ".")));
    }
}
