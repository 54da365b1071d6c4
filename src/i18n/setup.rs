//! Files, folders, variables and the configuration.

use std::path::Path;

use crate::i18n::{Lang, nothing_written, quoted, shown};
use crate::report::{Exit, Report};

fn path(path: &Path) -> String {
    shown(path.display())
}

/// The store failed while this process kept it.
#[must_use]
pub fn stopped(lang: Lang) -> Report {
    let what = say!(
        lang,
        "Kho dữ liệu không ghi được xuống đĩa: tiến trình này dừng.",
        "The store could not be written to the disk: this process stops."
    );
    let kept = lang.pick("Những gì đã xác nhận trước đó vẫn nguyên vẹn.", "What was confirmed before is kept.");
    let next = lang.pick(
        "Xem dung lượng và tình trạng của đĩa, rồi khởi động lại: systemctl restart lichhop\nKiểm tra: lichhop check",
        "Look at the disk's space and health, then start again: systemctl restart lichhop\nCheck: lichhop check",
    );
    Report::new(Exit::Store, what).kept(kept.to_owned()).next(next.to_owned())
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
    lang.pick(
        "thời điểm RFC 3339 trong các năm 1990–2100, ví dụ 2026-11-23T08:00:00+07:00",
        "an RFC 3339 time in the years 1990–2100 such as 2026-11-23T08:00:00+07:00",
    )
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

/// A signal came; what runs is coming to an end.
#[must_use]
pub fn ending(lang: Lang) -> String {
    lang.pick(
        "Đang dừng, chờ ghi lại kết quả; gửi tín hiệu lần nữa để dừng ngay.",
        "Ending, waiting for what is known to be recorded; a second signal ends at once.",
    )
    .to_owned()
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

/// The terminal application cannot be opened here.
#[must_use]
pub fn no_terminal(lang: Lang, why: &str) -> Report {
    let what = say!(lang, "Không mở được màn hình: {why}", "The screen cannot be opened: {why}", why = shown(why));
    let next = lang.pick(
        "Mở trong một cửa sổ dòng lệnh, hoặc dùng các lệnh: lichhop --help",
        "Open it in a terminal, or use the commands: lichhop --help",
    );
    Report::new(Exit::Usage, what).next(next.to_owned())
}

/// Another process has the store.
#[must_use]
pub fn waiting_for_store(lang: Lang) -> String {
    lang.pick(
        "Một tiến trình khác đang giữ kho dữ liệu; đợi nó xong, nhiều nhất mười giây…",
        "Another process has the store; waiting for it, ten seconds at the most…",
    )
    .to_owned()
}

/// The host serves.
#[must_use]
pub fn serving(lang: Lang, socket: &Path) -> String {
    say!(lang, "Đang phục vụ ở {socket}.", "Serving at {socket}.", socket = shown(socket.display().to_string()))
}

/// What is on the wire is waited for after somebody quit.
#[must_use]
pub fn finishing(lang: Lang) -> String {
    lang.pick("Đang chờ các thư đang gửi dở được ghi lại…", "Waiting until what is on the wire is recorded…").to_owned()
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

/// A store elsewhere was asked for by `--store`.
#[must_use]
pub fn store_by_flag(lang: Lang) -> Report {
    let next = lang.pick("Bỏ --store; chọn thư mục dữ liệu: --data DIR", "Leave out --store; choose the state directory: --data DIR");
    elsewhere(lang, "--store").next(next.to_owned())
}

/// A store elsewhere was asked for by `LICHHOP_STORE`.
#[must_use]
pub fn store_by_variable(lang: Lang) -> Report {
    let next = lang.pick(
        "Bỏ biến này: unset LICHHOP_STORE; chọn thư mục dữ liệu: --data DIR",
        "Unset it: unset LICHHOP_STORE; choose the state directory: --data DIR",
    );
    elsewhere(lang, "LICHHOP_STORE").next(next.to_owned())
}

fn elsewhere(lang: Lang, name: &str) -> Report {
    let what = say!(
        lang,
        "{name}: không dùng được kho ở nơi khác; kho dữ liệu luôn nằm trong thư mục dữ liệu.",
        "{name}: a store elsewhere cannot be used; the store lies in the state directory.",
        name = name
    );
    Report::new(Exit::Configuration, what).kept(nothing_written(lang))
}

/// The state directory cannot be used, and cannot be made either.
#[must_use]
pub fn no_folder(lang: Lang, state: &Path, detail: &str) -> Report {
    let what = say!(
        lang,
        "Không dùng được {state} làm thư mục dữ liệu: {detail}",
        "{state} cannot be used as the state directory: {detail}",
        state = path(state),
        detail = shown(detail)
    );
    let next = lang.pick(
        "Kiểm tra đường dẫn và quyền, hoặc chỉ thư mục khác: --data DIR",
        "Look at the path and its permissions, or name another one: --data DIR",
    );
    Report::new(Exit::Configuration, what).kept(nothing_written(lang)).next(next.to_owned())
}

/// A file lies where the state directory should be, or above it.
#[must_use]
pub fn not_a_folder(lang: Lang, exit: Exit, state: &Path, file: &Path) -> Report {
    let what = say!(
        lang,
        "Không dùng được {state} làm thư mục dữ liệu: {file} là tệp, không phải thư mục.",
        "{state} cannot be the state directory: {file} is a file and no folder.",
        state = path(state),
        file = path(file)
    );
    let next = lang.pick("Chỉ một thư mục: --data DIR", "Name a folder: --data DIR");
    Report::new(exit, what).kept(nothing_written(lang)).next(next.to_owned())
}

/// A value that cannot be the name of a Unix user.
#[must_use]
pub fn not_a_user(lang: Lang, flag: &str, value: &str) -> Report {
    let what = say!(
        lang,
        "{flag}: {value}: không phải tên tài khoản Unix (không để trống, không có dấu cách, ký tự điều khiển, “:”, “/” hoặc “,”).",
        "{flag}: {value}: not the name of a Unix user (not empty, without spaces, control characters, “:”, “/” and “,”).",
        flag = flag,
        value = quoted(value)
    );
    Report::new(Exit::Input, what).kept(nothing_written(lang))
}

/// `init` made the state directory before it failed.
#[must_use]
pub fn state_kept(lang: Lang) -> String {
    lang.pick(
        "Thư mục dữ liệu đã sẵn sàng; chỉ còn thiếu tệp cấu hình.",
        "The state directory is ready; only the configuration is missing.",
    )
    .to_owned()
}

/// `--admin` has no effect on a state directory that is there already.
#[must_use]
pub fn admin_ignored(lang: Lang) -> String {
    lang.pick(
        "Lưu ý: --admin không đổi người quản trị của thư mục dữ liệu đã có.",
        "Note: --admin does not change the administrator of a state directory that is there.",
    )
    .to_owned()
}

/// No place for the configuration can be found.
#[must_use]
pub fn no_configuration(lang: Lang) -> Report {
    let what =
        lang.pick("Không xác định được tệp cấu hình: không có HOME.", "No place for the configuration can be found: HOME is not set.");
    Report::new(Exit::Configuration, what.to_owned())
        .kept(nothing_written(lang))
        .next(lang.pick("Chỉ rõ: --config FILE", "Name one: --config FILE").to_owned())
}

/// No place for the state directory can be found.
#[must_use]
pub fn no_state(lang: Lang) -> Report {
    let what = lang.pick("Không xác định được thư mục dữ liệu: không có HOME.", "No state directory can be found: HOME is not set.");
    Report::new(Exit::Configuration, what.to_owned())
        .kept(nothing_written(lang))
        .next(lang.pick("Chỉ rõ: --data DIR", "Name one: --data DIR").to_owned())
}

/// What `init` did with the state directory.
#[must_use]
pub fn initialised(lang: Lang, state: &Path, admin: Option<&str>, created: bool) -> String {
    let state = path(state);
    let Some(admin) = admin.map(shown) else {
        return say!(
            lang,
            "Thư mục dữ liệu {state} đã có sẵn, đang do một tiến trình khác giữ",
            "The state directory {state} is there already; another process keeps it",
            state = state
        );
    };
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
