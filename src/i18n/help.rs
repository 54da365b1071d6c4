//! The Vietnamese texts of help pages, by the path of the command and the id of the argument. The English ones are the doc
//! comments of the flags; a test compares the two.

/// The text of each command; the empty path is the program itself.
pub const COMMANDS: &[(&str, &str)] = &[
    ("", "Đăng ký lịch họp, phát hành giấy mời qua mạng và lập lịch công tác tuần"),
    ("init", "Tạo thư mục dữ liệu, người quản trị đầu tiên và tệp cấu hình"),
    ("demo", "Dùng thử trên một Bộ mẫu trong thư mục riêng; thư gửi vào một Maildir bên cạnh"),
    ("config", "Xem và kiểm tra cấu hình"),
    ("config show", "In cấu hình đang có hiệu lực"),
    ("config check", "Kiểm tra tệp cấu hình, nêu mọi chỗ sai"),
    ("config path", "In đường dẫn của tệp cấu hình"),
    ("unit", "Các đơn vị của Bộ"),
    ("unit import", "Nhập bảng đơn vị (CSV hoặc .xlsx): tất cả các dòng hoặc không dòng nào"),
    ("unit export", "In mọi đơn vị dưới dạng CSV, nhập lại được"),
    ("unit list", "Liệt kê các đơn vị"),
    ("unit show", "Xem một đơn vị cùng hộp thư và đơn vị trực thuộc"),
    ("mailbox", "Hộp thư điện tử công vụ"),
    ("mailbox import", "Nhập bảng hộp thư (CSV hoặc .xlsx): tất cả các dòng hoặc không dòng nào"),
    ("mailbox export", "In mọi hộp thư dưới dạng CSV, nhập lại được"),
    ("mailbox list", "Liệt kê các hộp thư"),
    ("mailbox show", "Xem một hộp thư"),
    ("meeting", "Cuộc họp: đăng ký, duyệt, phát hành, hủy"),
    ("meeting add", "Đăng ký cuộc họp; in mã số của cuộc họp"),
    ("meeting edit", "Sửa cuộc họp, hoặc mời thêm đơn vị khi đã phát hành"),
    ("meeting list", "Liệt kê các cuộc họp theo thời gian"),
    ("meeting show", "Xem một cuộc họp, các trùng lịch và quá trình xử lý"),
    ("meeting submit", "Trình dự thảo lên Văn phòng"),
    ("meeting approve", "Duyệt cuộc họp"),
    ("meeting return", "Trả lại đơn vị đăng ký"),
    ("meeting reject", "Từ chối hẳn"),
    ("meeting issue", "Cấp số và đưa giấy mời vào hàng đợi gửi"),
    ("meeting cancel", "Hủy cuộc họp; các đơn vị đã mời được báo"),
    ("meeting invitation", "In giấy mời dưới dạng văn bản hoặc thư"),
    ("meeting replies", "Xem các đơn vị được mời trả lời thế nào"),
    ("meeting reply", "Ghi nhận câu trả lời của một đơn vị qua điện thoại hoặc giấy tờ"),
    ("week", "Lịch công tác tuần"),
    ("receive", "Nhận thư đến (trả lời, thư báo lỗi, phiếu) từ máy chủ thư, Maildir hoặc hộp thư; xem thư chờ"),
    ("outbox", "Thư đi"),
    ("outbox list", "Liệt kê các thư"),
    ("outbox show", "Xem một thư"),
    ("outbox why", "Cho biết việc gì sẽ xảy ra với một thư, và vì sao"),
    ("flush", "Gửi những thư đến hạn, một lượt"),
    ("serve", "Giữ kho dữ liệu cho mọi người trên máy này, và gửi những thư đến hạn"),
    ("search", "Tìm cuộc họp, đơn vị và hộp thư theo từ"),
    ("account", "Tài khoản: ai được làm gì"),
    ("account list", "Liệt kê các tài khoản"),
    ("account grant", "Trao vai trò cho một người dùng Unix, thay cho vai trò cũ"),
    ("account revoke", "Thu hồi tài khoản của một người dùng Unix"),
    ("audit", "Nhật ký thao tác"),
    ("audit list", "Liệt kê những gì đã làm, mới nhất ở cuối"),
    ("audit verify", "Kiểm tra toàn bộ chuỗi nhật ký, nêu chỗ không khớp"),
    ("check", "Kiểm tra mọi bản ghi, chỉ mục và dãy số"),
    ("backup", "Sao lưu toàn bộ vào một tệp, trong khi mọi người vẫn làm việc"),
    ("restore", "Phục hồi bản sao lưu vào thư mục dữ liệu chưa có gì"),
    ("vacuum", "Ghi lại các tệp của kho dữ liệu, bỏ những gì không còn"),
    ("history", "Mọi phiên bản của một bản ghi: lúc nào, ai làm, thay đổi những gì"),
    ("keys", "Các phím của ứng dụng và việc chúng làm"),
    ("completions", "In tập lệnh gợi ý dòng lệnh cho một shell"),
];

/// The text of each argument. A path without its last words stands for all commands below it, the empty path for all.
pub const ARGUMENTS: &[(&str, &str, &str)] = &[
    ("", "data", "Thư mục dữ liệu (LICHHOP_DATA)"),
    ("", "store", "Kho ở nơi khác (LICHHOP_STORE); chưa có kho nào như vậy, nên không được đặt"),
    ("", "config", "Tệp cấu hình (LICHHOP_CONFIG)"),
    ("", "socket", "Tệp socket của tiến trình giữ kho dữ liệu (LICHHOP_SOCKET)"),
    ("", "lang", "Ngôn ngữ của thông báo (LICHHOP_LANG); văn bản và thư luôn bằng tiếng Việt"),
    ("", "json", "In JSON"),
    ("", "at", "Xem đơn vị, hộp thư, cuộc họp, lịch tuần và thư đi như lúc đó: 2026-11-20 10:00, RFC 3339, hoặc một ngày (cuối ngày)"),
    ("", "color", "Khi nào dùng màu (NO_COLOR)"),
    ("", "verbose", "Ghi nhật ký chi tiết hơn ra stderr; hai lần: ghi tất cả (LICHHOP_LOG)"),
    ("", "quiet", "Chỉ ghi nhật ký lỗi"),
    ("", "help", "In hướng dẫn"),
    ("", "version", "In phiên bản"),
    ("init", "admin", "Tài khoản Unix của người quản trị đầu tiên; nếu không nêu: chính bạn"),
    ("init", "office", "Tên cơ quan ban hành, ghi vào tệp cấu hình mới"),
    ("init", "symbol", "Ký hiệu của cơ quan trong số văn bản, ghi vào tệp cấu hình mới"),
    ("demo", "fresh", "Bỏ Bộ mẫu đang có, tạo lại từ đầu"),
    ("unit import", "file", "Bảng có các cột: code,name,parent,kind,mail_domain"),
    ("unit show", "code", "Mã đơn vị"),
    ("mailbox import", "file", "Bảng có các cột: address,kind,unit,owner,custodian,state,quota_mb,primary"),
    ("mailbox show", "address", "Địa chỉ hộp thư"),
    ("audit list", "from", "Từ ngày này"),
    ("audit list", "to", "Đến hết ngày này"),
    ("audit list", "user", "Chỉ những gì người dùng Unix này làm; `lichhop`: chương trình tự làm"),
    ("audit list", "action", "Chỉ thao tác này: meeting.issue, hay cả loại: meeting"),
    ("audit list", "object", "Chỉ đối tượng này: LH-2026-0147"),
    ("audit list", "limit", "Chỉ N thao tác cuối"),
    ("backup", "file", "Tệp sẽ ghi (phải chưa tồn tại)"),
    ("backup", "format", "Dạng: bản để `restore` phục hồi, hay JSON từng dòng cho công cụ khác"),
    ("restore", "file", "Bản sao lưu"),
    ("restore", "dry_run", "Chỉ xem bản sao lưu có nguyên vẹn và phục hồi được không"),
    ("restore", "engine", "Bộ máy giữ kho dữ liệu"),
    ("account grant", "user", "Người dùng Unix"),
    ("account grant", "role", "Được làm gì"),
    ("account grant", "unit", "Đơn vị mà người đăng ký làm thay, cả các đơn vị trực thuộc"),
    ("account revoke", "user", "Người dùng Unix"),
    ("meeting", "id", "Mã số cuộc họp"),
    ("meeting", "reason", "Lý do"),
    ("meeting", "override_reason", "Chấp nhận trùng lịch, vì lý do này"),
    ("meeting", "title", "Trích yếu: họp về việc gì"),
    ("meeting", "start", "Bắt đầu: 2026-12-01 14:00, 01/12/2026 14h00, 14:00 (hôm nay)"),
    ("meeting", "end", "Kết thúc; nếu không nêu khi đăng ký: hết buổi đó"),
    ("meeting", "place", "Địa điểm"),
    ("meeting", "online", "Đường dẫn họp trực tuyến"),
    ("meeting", "chair", "Người chủ trì"),
    ("meeting", "unit", "Đơn vị đăng ký"),
    ("meeting add", "invite", "Đơn vị được mời"),
    ("meeting add", "invite_file", "Tệp ghi mã các đơn vị được mời, cách nhau bằng dấu phẩy hoặc xuống dòng"),
    ("meeting edit", "invite", "Đơn vị mời thêm; nếu đã phát hành thì chỉ các đơn vị này nhận thư"),
    ("meeting edit", "invite_file", "Tệp ghi mã các đơn vị mời thêm"),
    ("meeting edit", "uninvite", "Đơn vị không mời nữa, chỉ trước khi phát hành"),
    ("meeting add", "prepared_by", "Đơn vị chuẩn bị tài liệu"),
    ("meeting edit", "prepared_by", "Đơn vị chuẩn bị tài liệu, thay cho các đơn vị trước đó"),
    ("meeting", "content", "Nội dung, tài liệu người dự cần biết hoặc mang theo"),
    ("meeting", "content_file", "Tệp ghi nội dung, tài liệu người dự cần biết hoặc mang theo"),
    ("meeting", "urgency", "Độ khẩn của giấy mời"),
    ("meeting add", "submit", "Trình Văn phòng ngay"),
    ("meeting list", "week", "Chỉ tuần này: 2026-W48, một ngày trong tuần, this, next, last, +2"),
    ("meeting list", "from", "Chỉ từ ngày này"),
    ("meeting list", "to", "Chỉ đến ngày này"),
    ("meeting list", "unit", "Chỉ những cuộc họp đơn vị này đăng ký, chuẩn bị hoặc được mời"),
    ("meeting list", "state", "Chỉ ở trạng thái này"),
    ("meeting list", "search", "Chỉ những cuộc họp có các từ này"),
    ("meeting list", "limit", "Nhiều nhất bấy nhiêu"),
    ("meeting issue", "preview", "Chỉ xem trước sẽ gửi gì, cho ai"),
    ("meeting issue", "channel", "Cách gửi giấy mời"),
    ("meeting issue", "without", "Đơn vị không gửi, có ghi lại"),
    ("meeting issue", "reason", "Lý do không gửi cho các đơn vị đó"),
    ("meeting invitation", "format", "Dạng giấy mời"),
    ("meeting invitation", "to", "Hộp thư nhận; nếu không nêu: nơi nhận đầu tiên"),
    ("meeting invitation", "output", "Ghi vào tệp này"),
    ("week", "week", "Tuần: 2026-W48, một ngày trong tuần, this, next, last, +2; nếu không nêu: tuần này"),
    ("week", "unit", "Chỉ những cuộc họp đơn vị này đăng ký, chuẩn bị hoặc được mời"),
    ("week", "format", "Dạng lịch"),
    ("week", "output", "Ghi vào tệp này"),
    ("meeting reply", "unit", "Đơn vị trả lời"),
    ("meeting reply", "answer", "Câu trả lời"),
    ("meeting reply", "name", "Người được cử đi thay, khi trả lời là substitute"),
    ("meeting reply", "reason", "Lời nhắn kèm theo"),
    ("receive", "maildir", "Nhận các thư mới trong thư mục Maildir này"),
    ("receive", "imap", "Xem một lần hộp thư nêu trong cấu hình"),
    ("receive", "list", "Liệt kê các thư chờ xem xét"),
    ("receive", "all", "Cùng với --list: mọi thư đã đến"),
    ("receive", "show", "Xem một thư và kết quả xử lý"),
    ("receive", "raw", "Cùng với --show: in nguyên văn thư"),
    ("receive", "discard", "Cất một thư đã xem xong"),
    ("outbox list", "state", "Chỉ ở trạng thái này"),
    ("outbox", "id", "Mã thư"),
    ("flush", "once", "Thử mọi thư đến hạn một lượt rồi kết thúc (mặc định)"),
    ("search", "text", "Các từ cần tìm; chữ không dấu khớp mọi dấu"),
    ("search", "kind", "Chỉ loại này"),
    ("history", "kind", "Loại bản ghi"),
    ("history", "id", "Mã đơn vị, địa chỉ hộp thư, mã số cuộc họp, người dùng Unix hoặc mã thư"),
    ("keys", "keymap", "Bộ phím có sẵn hoặc của riêng bạn; nếu không nêu: bộ phím trong cấu hình"),
    ("completions", "shell", "Loại shell"),
];

/// The text of a command.
#[must_use]
pub fn command(path: &str) -> Option<&'static str> {
    COMMANDS.iter().find(|(known, _)| *known == path).map(|(_, text)| *text)
}

/// The text of a command's argument.
#[must_use]
pub fn argument(path: &str, id: &str) -> Option<&'static str> {
    entry(path, id).map(|(_, _, text)| *text)
}

/// The key under which an argument's text stands.
#[must_use]
pub fn key(path: &str, id: &str) -> Option<(&'static str, &'static str)> {
    entry(path, id).map(|(path, id, _)| (*path, *id))
}

/// The entry of the nearest path: the command's own, else that of the group, else that of all.
fn entry(path: &str, id: &str) -> Option<&'static (&'static str, &'static str, &'static str)> {
    let mut at = path;
    loop {
        let found = ARGUMENTS.iter().find(|(known, name, _)| *known == at && *name == id);
        if found.is_some() || at.is_empty() {
            return found;
        }
        at = at.rsplit_once(' ').map_or("", |(above, _)| above);
    }
}
