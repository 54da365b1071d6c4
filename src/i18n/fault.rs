//! Why a request was not done.

use crate::domain::fault::{ConfigurationFault, Fault, HostFault};
use crate::i18n::{Lang, backup, detail, incoming, nothing_written, rule, shown, why};
use crate::report::{Exit, Report};

/// A fault for a person.
#[must_use]
pub fn fault(lang: Lang, fault: &Fault) -> Report {
    let exit = Exit::of(fault);
    match fault {
        Fault::Wrong { wrong } => {
            let lines: Vec<String> = wrong.iter().map(|one| why::wrong(lang, one)).collect();
            Report::new(exit, lines.join("\n")).kept(nothing_written(lang))
        }
        Fault::Refused { rule } => rule::refused(lang, rule),
        Fault::NotPermitted { permission } => rule::not_permitted(lang, permission),
        Fault::Stale { id } => {
            let what = say!(
                lang,
                "{id} đã được người khác thay đổi trong lúc này.",
                "{id} was changed by somebody else meanwhile.",
                id = shown(id)
            );
            let next = lang.pick("Xem lại rồi làm lại nếu vẫn cần.", "Look at it again, and repeat if it is still wanted.");
            Report::new(exit, what).kept(nothing_written(lang)).next(next.to_owned())
        }
        Fault::Store { detail } => store(lang, detail),
        Fault::Damaged { detail } => damaged(lang, detail),
        Fault::Full => full(lang),
        Fault::Locked { pid } => locked(lang, *pid),
        Fault::Host { problem } => host(lang, exit, problem),
        Fault::NotInitialised { path } => {
            let what = say!(lang, "Chưa có thư mục dữ liệu ở {path}.", "There is no state directory at {path} yet.", path = shown(path));
            let next = lang.pick(
                "Tạo: lichhop init\nHoặc chỉ thư mục khác: --data DIR\nHoặc phục hồi từ bản sao lưu: lichhop restore FILE",
                "Make it: lichhop init\nOr name another one: --data DIR\nOr take a backup back: lichhop restore FILE",
            );
            Report::new(exit, what).kept(nothing_written(lang)).next(next.to_owned())
        }
        Fault::Configuration { problem } => configuration(lang, problem),
        Fault::Backup { problem } => backup::fault(lang, exit, problem),
        Fault::Mailbox { problem } => incoming::mailbox(lang, exit, problem),
        Fault::Internal { detail: words } => {
            let what = lang.pick("Chương trình gặp lỗi của chính nó.", "The program met an error of its own.");
            let next = lang.pick(
                "Kiểm tra dữ liệu: lichhop check\nBáo lỗi kèm nội dung trên và nhật ký (-vv).",
                "Check the store: lichhop check\nReport this with the words above and the log (-vv).",
            );
            let kept = lang.pick("Những gì đã xác nhận trước đó vẫn nguyên vẹn.", "What was confirmed before is kept.");
            Report::new(exit, with_detail(lang, what, words)).kept(kept.to_owned()).next(next.to_owned())
        }
    }
}

/// What happened, and behind it how the engine or the system puts it.
fn with_detail(lang: Lang, what: &str, words: &str) -> String {
    format!("{what}\n{}", detail(lang, words))
}

fn store(lang: Lang, words: &str) -> Report {
    let what = lang.pick("Không đọc hoặc ghi được kho dữ liệu.", "The store failed: it could not be read or written.");
    let kept = lang.pick(
        "Yêu cầu này chưa được xác nhận là đã ghi; những gì đã xác nhận trước đó vẫn nguyên vẹn.",
        "This request was not confirmed as written; what was confirmed before is kept.",
    );
    let next = lang.pick(
        "Kiểm tra dung lượng và quyền của thư mục dữ liệu, rồi: lichhop check",
        "Look at the space and permissions of the state directory, then: lichhop check",
    );
    Report::new(Exit::Store, with_detail(lang, what, words)).kept(kept.to_owned()).next(next.to_owned())
}

fn damaged(lang: Lang, words: &str) -> Report {
    let what = lang.pick(
        "Kho dữ liệu bị hỏng: nội dung trên đĩa không đúng như khi được ghi.",
        "The store is damaged: what lies on the disk is not what was written.",
    );
    let kept = lang.pick("Yêu cầu này chưa được xác nhận là đã ghi.", "This request was not confirmed as written.");
    Report::new(Exit::Store, with_detail(lang, what, words)).kept(kept.to_owned()).next(take_back(lang))
}

/// What to do about a store that is damaged: nothing in the program can tell what stood there, only a backup can.
#[must_use]
pub fn take_back(lang: Lang) -> String {
    say!(
        lang,
        "Dừng chương trình và giữ nguyên thư mục dữ liệu.\n\
         Phục hồi bản sao lưu gần nhất vào thư mục mới: lichhop restore DIR/backups/lichhop-….lichhop --data NEW",
        "Stop the program, and keep the state directory as it is.\n\
         Take the last backup back into a new one: lichhop restore DIR/backups/lichhop-….lichhop --data NEW"
    )
}

fn full(lang: Lang) -> Report {
    let what = lang.pick("Đĩa đã đầy: kho dữ liệu không ghi thêm được.", "The disk is full: the store takes no more.");
    let kept = lang.pick(
        "Yêu cầu này chưa được xác nhận là đã ghi; những gì đã xác nhận trước đó vẫn nguyên vẹn.",
        "This request was not confirmed as written; what was confirmed before is kept.",
    );
    let next = lang.pick(
        "Giải phóng dung lượng trên đĩa có thư mục dữ liệu, rồi: lichhop check",
        "Free space on the disk of the state directory, then: lichhop check",
    );
    Report::new(Exit::Store, what.to_owned()).kept(kept.to_owned()).next(next.to_owned())
}

fn locked(lang: Lang, pid: Option<u32>) -> Report {
    let (what, next) = match pid {
        Some(pid) => (
            say!(lang, "Kho dữ liệu đang do tiến trình {pid} giữ.", "The store is held by process {pid}.", pid = pid),
            say!(
                lang,
                "Đợi tiến trình đó xong rồi chạy lại; xem: ps -p {pid}",
                "Wait for that process to end and run this again; see: ps -p {pid}",
                pid = pid
            ),
        ),
        None => (
            say!(lang, "Kho dữ liệu đang do tiến trình khác giữ.", "The store is held by another process."),
            say!(lang, "Đợi tiến trình đó xong rồi chạy lại.", "Wait for that process to end and run this again."),
        ),
    };
    Report::new(Exit::Again, what).kept(nothing_written(lang)).next(next)
}

fn host(lang: Lang, exit: Exit, problem: &HostFault) -> Report {
    match problem {
        HostFault::Nobody { socket } => {
            let what = say!(lang, "Không ai phục vụ ở {socket}.", "Nobody serves at {socket}.", socket = shown(socket));
            let next = lang.pick(
                "Khởi động dịch vụ: systemctl start lichhop\nHoặc tự chạy: lichhop serve",
                "Start the service: systemctl start lichhop\nOr run it: lichhop serve",
            );
            Report::new(exit, what).kept(nothing_written(lang)).next(next.to_owned())
        }
        HostFault::NoSocket { path, detail: words } => {
            let what = say!(lang, "Không mở được tệp socket {path}.", "The socket {path} cannot be opened.", path = shown(path));
            let next = lang.pick(
                "Xem lại thư mục và quyền, hoặc chỉ chỗ khác: --socket PATH",
                "Look at the folder and its permissions, or name another place: --socket PATH",
            );
            Report::new(exit, with_detail(lang, &what, words)).kept(nothing_written(lang)).next(next.to_owned())
        }
        HostFault::OtherVersion { host, own } => {
            let what = say!(
                lang,
                "Tiến trình đang giữ kho dữ liệu là lichhop {host}; chương trình này là {own}.",
                "The process that keeps the store is lichhop {host}; this one is {own}.",
                host = shown(host),
                own = shown(own)
            );
            let next = lang.pick(
                "Khởi động lại để cùng một phiên bản: systemctl restart lichhop\nHoặc thoát các màn hình lichhop đang mở.",
                "Restart it, so that both are of one version: systemctl restart lichhop\nOr quit the screens that are open.",
            );
            Report::new(exit, what).kept(nothing_written(lang)).next(next.to_owned())
        }
        HostFault::Serving { pid } => serving(lang, exit, *pid),
        HostFault::Crowded => {
            let what = lang.pick("Bạn đang mở quá nhiều kết nối.", "You have too many connections open.");
            let next =
                lang.pick("Đóng bớt các màn hình và lệnh đang chạy, rồi chạy lại.", "Quit some screens and commands, then run this again.");
            Report::new(exit, what.to_owned()).kept(nothing_written(lang)).next(next.to_owned())
        }
        HostFault::Lost => {
            let what = lang.pick(
                "Mất liên lạc với tiến trình giữ kho dữ liệu trước khi có trả lời.",
                "The process that keeps the store went away before it answered.",
            );
            let kept = lang.pick("Chưa rõ việc vừa rồi đã làm xong hay chưa.", "Whether it was done is not known.");
            let next = lang.pick("Xem lại rồi làm lại nếu chưa có.", "Look, and repeat it if it is not there.");
            Report::new(exit, what.to_owned()).kept(kept.to_owned()).next(next.to_owned())
        }
    }
}

fn serving(lang: Lang, exit: Exit, pid: Option<u32>) -> Report {
    let what = match pid {
        Some(pid) => say!(
            lang,
            "Kho dữ liệu này đang được phục vụ: tiến trình {pid} (dịch vụ hoặc màn hình lichhop).",
            "This store is being served by process {pid} (the service, or somebody's screen).",
            pid = pid
        ),
        None => say!(
            lang,
            "Kho dữ liệu này đang được phục vụ bởi một tiến trình khác (dịch vụ hoặc màn hình lichhop).",
            "This store is being served by another process (the service, or somebody's screen)."
        ),
    };
    let next = say!(
        lang,
        "Các lệnh khác dùng được ngay: chúng tự làm việc qua tiến trình đó.\n\
         Nếu cần giữ kho cho riêng lệnh này, dừng dịch vụ trước: systemctl stop lichhop",
        "Other commands can be used at once: they work through that process.\n\
         To have the store to yourself, stop the service first: systemctl stop lichhop"
    );
    Report::new(exit, what).kept(nothing_written(lang)).next(next)
}

fn configuration(lang: Lang, problem: &ConfigurationFault) -> Report {
    let (what, next) = match problem {
        ConfigurationFault::FrozenClock => (
            say!(
                lang,
                "LICHHOP_NOW đặt đồng hồ đứng yên, nhưng kho này đã có dữ liệu thật.",
                "LICHHOP_NOW makes the clock stand still, but this store holds real records."
            ),
            say!(
                lang,
                "Bỏ LICHHOP_NOW, dùng --data khác để diễn tập, hoặc đặt [office] rehearsal = true.",
                "Unset LICHHOP_NOW, rehearse in another --data, or set [office] rehearsal = true."
            ),
        ),
        ConfigurationFault::Clock { year } => (
            say!(lang, "Đồng hồ chỉ năm {year}.", "The clock shows the year {year}.", year = year),
            say!(lang, "Chỉnh lại đồng hồ của máy, hoặc LICHHOP_NOW.", "Set the machine's clock, or LICHHOP_NOW, right."),
        ),
        ConfigurationFault::NewerStore { found, known } => (
            say!(
                lang,
                "Kho dữ liệu do phiên bản mới hơn ghi (lược đồ {found}; chương trình này biết đến {known}).",
                "The store was written by a newer program (schema {found}; this one knows {known}).",
                found = found,
                known = known
            ),
            say!(lang, "Dùng phiên bản lichhop mới hơn.", "Use a newer lichhop."),
        ),
    };
    Report::new(Exit::Configuration, what).kept(nothing_written(lang)).next(next)
}
