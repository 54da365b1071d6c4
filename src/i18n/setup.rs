//! Files, folders, variables and the configuration.

use std::path::Path;

use crate::i18n::{Lang, nothing_written, quoted, shown};
use crate::report::{Exit, Report};

fn path(path: &Path) -> String {
    shown(path.display())
}

/// A variable of the environment holds what it must not.
#[must_use]
pub fn variable(lang: Lang, name: &str, value: &str, expected: &str) -> Report {
    let what = say!(
        lang,
        "Biến môi trường {name}={value} không hợp lệ; cần: {expected}.",
        "The environment variable {name}={value} is not valid; expected: {expected}.",
        name = name,
        value = quoted(value),
        expected = expected
    );
    let next = say!(lang, "Sửa hoặc bỏ biến này: unset {name}", "Correct or unset it: unset {name}", name = name);
    Report::new(Exit::Configuration, what).kept(nothing_written(lang)).next(next)
}

/// What `LICHHOP_NOW` must hold.
#[must_use]
pub fn an_instant(lang: Lang) -> &'static str {
    lang.pick("thời điểm RFC 3339, ví dụ 2026-11-23T08:00:00+07:00", "an RFC 3339 time such as 2026-11-23T08:00:00+07:00")
}

/// What `LICHHOP_LOG` must hold.
#[must_use]
pub fn a_filter(lang: Lang) -> &'static str {
    lang.pick("bộ lọc nhật ký, ví dụ info hoặc lichhop=debug", "a log filter such as info or lichhop=debug")
}

/// The configuration cannot be used. `problems` are `FILE:LINE:` lines.
#[must_use]
pub fn configuration(lang: Lang, problems: &[String]) -> Report {
    let mut lines = problems.to_vec();
    lines.push(say!(lang, "Cấu hình có {count} chỗ sai.", "The configuration has {count} problems.", count = problems.len()));
    let next = lang.pick("Sửa tệp cấu hình rồi kiểm tra: lichhop config check", "Mend the file and check it: lichhop config check");
    Report::new(Exit::Configuration, lines.join("\n")).kept(nothing_written(lang)).next(next.to_owned())
}

/// A place of the configuration that is wrong: file, line, key, sentence.
#[must_use]
pub fn problem(file: &Path, line: Option<u32>, key: &str, sentence: &str) -> String {
    let line = line.map_or_else(String::new, |line| format!("{line}:"));
    let key = if key.is_empty() { String::new() } else { format!("{}: ", shown(key)) };
    format!("{}:{line} {key}{sentence}", path(file))
}

/// A file cannot be read.
#[must_use]
pub fn unreadable(lang: Lang, file: &Path, detail: &str) -> Report {
    let what = say!(lang, "Không đọc được {file}: {detail}", "Cannot read {file}: {detail}", file = path(file), detail = shown(detail));
    Report::new(Exit::NoInput, what)
        .kept(nothing_written(lang))
        .next(lang.pick("Kiểm tra đường dẫn và quyền đọc.", "Look at the path and its permissions.").to_owned())
}

/// Why a file that is not there cannot be read.
#[must_use]
pub fn no_such_file(lang: Lang) -> String {
    lang.pick("không có tệp này", "there is no such file").to_owned()
}

/// A file cannot be written.
#[must_use]
pub fn unwritable(lang: Lang, file: &Path, detail: &str) -> Report {
    let what = say!(lang, "Không ghi được {file}: {detail}", "Cannot write {file}: {detail}", file = path(file), detail = shown(detail));
    Report::new(Exit::Output, what)
        .next(lang.pick("Kiểm tra đường dẫn, quyền ghi và dung lượng.", "Look at the path, its permissions and the space left.").to_owned())
}

/// Standard output cannot be written.
#[must_use]
pub fn no_stdout(lang: Lang, detail: &str) -> Report {
    let what =
        say!(lang, "Không ghi được kết quả ra stdout: {detail}", "Cannot write the result to stdout: {detail}", detail = shown(detail));
    let kept = lang.pick("Những gì lệnh đã ghi vào kho dữ liệu vẫn được giữ.", "What the command wrote to the store is kept.");
    Report::new(Exit::Output, what).kept(kept.to_owned())
}

/// Ended by a signal.
#[must_use]
pub fn ended(lang: Lang, exit: Exit) -> Report {
    let what = lang.pick("Đã dừng theo tín hiệu.", "Ended by a signal.");
    let kept = lang.pick(
        "Những gì đã biết đều được ghi lại; phần chưa xong sẽ được tiếp tục ở lần chạy sau.",
        "What is known was recorded; what was not finished goes on at the next run.",
    );
    Report::new(exit, what.to_owned()).kept(kept.to_owned())
}

/// The host answered something else than what was asked.
#[must_use]
pub fn unexpected(lang: Lang) -> Report {
    Report::new(
        Exit::Internal,
        lang.pick("Lỗi của chương trình: câu trả lời không đúng loại.", "An error in the program: the answer is of another kind.")
            .to_owned(),
    )
}

/// No home folder can be found to put things in.
#[must_use]
pub fn no_home(lang: Lang) -> Report {
    let what = lang.pick("Không xác định được thư mục dữ liệu: không có HOME.", "No state directory can be found: HOME is not set.");
    Report::new(Exit::Configuration, what.to_owned())
        .kept(nothing_written(lang))
        .next(lang.pick("Chỉ rõ: --data DIR", "Name one: --data DIR").to_owned())
}

/// What `init` did with the state directory.
#[must_use]
pub fn initialised(lang: Lang, state: &Path, admin: &str, created: bool) -> String {
    let (state, admin) = (path(state), shown(admin));
    if created {
        say!(
            lang,
            "Đã tạo thư mục dữ liệu {state}; người quản trị: {admin}",
            "Made the state directory {state}; administrator: {admin}",
            state = state,
            admin = admin
        )
    } else {
        say!(
            lang,
            "Thư mục dữ liệu {state} đã có sẵn; người quản trị: {admin}",
            "The state directory {state} is there already; administrator: {admin}",
            state = state,
            admin = admin
        )
    }
}

/// What `init` did with the configuration file.
#[must_use]
pub fn configured(lang: Lang, file: &Path, written: bool) -> String {
    if written {
        say!(lang, "Đã tạo tệp cấu hình {file}", "Wrote the configuration {file}", file = path(file))
    } else {
        say!(
            lang,
            "Tệp cấu hình {file} đã có sẵn, giữ nguyên",
            "The configuration {file} is there already and was left as it is",
            file = path(file)
        )
    }
}

/// `--office` and `--symbol` have no effect on a configuration that is there already.
#[must_use]
pub fn office_ignored(lang: Lang) -> String {
    lang.pick(
        "Lưu ý: --office và --symbol không đổi tệp cấu hình đã có; sửa [office] trong tệp đó.",
        "Note: --office and --symbol do not change a configuration that is there; edit [office] in it.",
    )
    .to_owned()
}

/// The configuration is right.
#[must_use]
pub fn sound(lang: Lang, file: Option<&Path>) -> String {
    match file {
        Some(file) => say!(lang, "Cấu hình {file} hợp lệ.", "The configuration {file} is valid.", file = path(file)),
        None => say!(
            lang,
            "Không có tệp cấu hình; đang dùng giá trị mặc định. Tạo: lichhop init",
            "There is no configuration file; the defaults are used. Make one: lichhop init"
        ),
    }
}
