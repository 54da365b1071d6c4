//! How a conversation with the relay fails, in words of people. What the relay or the system said stands behind them as it
//! was: that is what an administrator looks up.

use crate::domain::outbox::Failure;
use crate::i18n::{Lang, shown};

/// How the conversation failed: at which step, and how.
#[must_use]
pub fn failure(lang: Lang, failure: &Failure) -> String {
    let step = match lang {
        Lang::Vi => step(&failure.phase).map_or_else(|| format!("ở bước {}", shown(&failure.phase)), str::to_owned),
        Lang::En => format!("in phase {}", shown(&failure.phase)),
    };
    format!("{step}: {}", how(lang, failure)).trim_end().to_owned()
}

/// How it failed, without the step: in a few columns the first words must tell.
#[must_use]
pub fn how(lang: Lang, failure: &Failure) -> String {
    let code = failure.code.map_or_else(String::new, |code| format!("{code} "));
    let enhanced = failure.enhanced.as_deref().map_or_else(String::new, |code| format!("{} ", shown(code)));
    let said = shown(said(failure));
    // With a code these are the relay's words.
    let known = cause(&failure.text).filter(|_| lang == Lang::Vi && failure.code.is_none());
    match known {
        Some((words, Whose::Systems)) => format!("{words} ({})", bare(&said)),
        Some((words, Whose::Ours)) => words.to_owned(),
        None => format!("{code}{enhanced}{said}").trim_end().to_owned(),
    }
}

/// `Connection refused, os error 111` where the system's words have brackets of their own.
fn bare(said: &str) -> String {
    let number = said.strip_suffix(')').and_then(|said| said.rsplit_once(" (os error "));
    number.map_or_else(|| said.to_owned(), |(said, number)| format!("{said}, os error {number}"))
}

/// The relay's words; a code that it repeats in them is left out.
fn said(failure: &Failure) -> &str {
    let text = failure.text.trim_start();
    let rest = failure.enhanced.as_deref().and_then(|code| text.strip_prefix(code));
    rest.filter(|rest| rest.is_empty() || rest.starts_with(' ')).map_or(text, str::trim_start)
}

/// A step of the conversation in Vietnamese, with the command by which the relay's log calls it.
fn step(phase: &str) -> Option<&'static str> {
    Some(match phase {
        "configuration" => "trong cấu hình",
        "sendmail" => "khi giao thư cho chương trình sendmail",
        "maildir" => "khi ghi vào thư mục Maildir",
        "connect" => "khi kết nối",
        "tls" => "khi bắt tay mã hóa (TLS)",
        "greeting" => "khi chờ lời chào của máy chủ",
        "ehlo" => "khi chào máy chủ (EHLO)",
        "starttls" => "khi bật mã hóa (STARTTLS)",
        "auth" => "khi đăng nhập (AUTH)",
        "check" => "khi kiểm tra thư trước khi gửi",
        "mail" => "khi nêu người gửi (MAIL FROM)",
        "rcpt" => "khi nêu người nhận (RCPT TO)",
        "data" => "khi xin gửi nội dung (DATA)",
        "body" => "khi gửi nội dung thư",
        "dot" => "khi kết thúc thư (dấu chấm cuối)",
        _ => return None,
    })
}

/// Whose words are put into Vietnamese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// The system's or a library's: they are kept.
    Systems,
    /// The program's own.
    Ours,
}

/// The usual causes, by how their words begin: those of C libraries for what the network does, `rustls`'s for certificates, the
/// driver's own.
const CAUSES: &[(&str, &str, Whose)] = &[
    ("Connection refused", "máy chủ từ chối kết nối", Whose::Systems),
    ("Connection timed out", "quá thời gian chờ kết nối", Whose::Systems),
    ("Operation timed out", "quá thời gian chờ kết nối", Whose::Systems),
    ("Network is unreachable", "không có đường mạng đến máy chủ", Whose::Systems),
    ("Network is down", "mạng đang ngắt", Whose::Systems),
    ("No route to host", "không có đường mạng đến máy chủ", Whose::Systems),
    ("Host is down", "máy chủ không chạy", Whose::Systems),
    ("Connection reset", "kết nối bị ngắt giữa chừng", Whose::Systems),
    ("Software caused connection abort", "kết nối bị ngắt giữa chừng", Whose::Systems),
    ("Broken pipe", "kết nối bị ngắt giữa chừng", Whose::Systems),
    ("failed to lookup address", "không tìm thấy tên máy chủ", Whose::Systems),
    ("invalid peer certificate: Expired", "chứng thư của máy chủ đã hết hạn", Whose::Systems),
    ("invalid peer certificate: NotValidYet", "chứng thư của máy chủ chưa có hiệu lực", Whose::Systems),
    ("invalid peer certificate: UnknownIssuer", "chứng thư của máy chủ do nơi không được tin cậy cấp", Whose::Systems),
    ("invalid peer certificate: certificate expired", "chứng thư của máy chủ đã hết hạn", Whose::Systems),
    ("invalid peer certificate: certificate not valid yet", "chứng thư của máy chủ chưa có hiệu lực", Whose::Systems),
    ("invalid peer certificate: certificate not valid for name", "chứng thư không phải của máy chủ này", Whose::Systems),
    ("invalid peer certificate: NotValidForName", "chứng thư không phải của máy chủ này", Whose::Systems),
    ("invalid peer certificate", "chứng thư của máy chủ không hợp lệ", Whose::Systems),
    ("received fatal alert: CertificateRequired", "máy chủ đòi chứng thư của máy này (mail.client_certificate)", Whose::Systems),
    ("received fatal alert: UnknownCA", "máy chủ không tin nơi cấp chứng thư của máy này", Whose::Systems),
    ("received fatal alert: BadCertificate", "máy chủ không nhận chứng thư của máy này", Whose::Systems),
    ("received fatal alert: CertificateExpired", "máy chủ cho rằng chứng thư của máy này đã hết hạn", Whose::Systems),
    ("received fatal alert: CertificateRevoked", "máy chủ cho rằng chứng thư của máy này đã bị thu hồi", Whose::Systems),
    ("received fatal alert: CertificateUnknown", "máy chủ không nhận chứng thư của máy này", Whose::Systems),
    ("received fatal alert: UnsupportedCertificate", "máy chủ không nhận loại chứng thư của máy này", Whose::Systems),
    ("received fatal alert: AccessDenied", "máy chủ không cho chứng thư của máy này vào", Whose::Systems),
    ("received fatal alert", "máy chủ từ chối mã hóa", Whose::Systems),
    ("received corrupt message", "máy chủ không nói TLS ở cổng này", Whose::Systems),
    ("peer is incompatible", "máy chủ không có cách mã hóa chung", Whose::Systems),
    ("Permission denied", "không có quyền ghi", Whose::Systems),
    ("No space left on device", "đĩa đã đầy", Whose::Systems),
    ("No such file or directory", "không có thư mục này", Whose::Systems),
    ("no answer in time", "máy chủ không trả lời kịp", Whose::Ours),
    ("the relay closed the connection", "máy chủ đóng kết nối", Whose::Ours),
    ("the relay does not offer STARTTLS", "máy chủ không cho bật mã hóa (STARTTLS)", Whose::Ours),
    ("the relay does not offer AUTH", "máy chủ không cho đăng nhập (AUTH PLAIN hoặc LOGIN)", Whose::Ours),
    ("the relay does not offer 8BITMIME", "máy chủ không nhận chữ có dấu (8BITMIME)", Whose::Ours),
    ("the relay does not offer SMTPUTF8", "máy chủ không nhận địa chỉ có dấu (SMTPUTF8)", Whose::Ours),
    ("the relay's answer", "máy chủ trả lời không đúng SMTP", Whose::Systems),
    ("a line of the relay's answer", "máy chủ trả lời không đúng SMTP", Whose::Systems),
    ("the lines of the relay's answer", "máy chủ trả lời không đúng SMTP", Whose::Systems),
    ("the relay said something it was not asked", "máy chủ nói điều không được hỏi", Whose::Ours),
    ("bytes in the clear arrived before the TLS handshake", "có dữ liệu không mã hóa chen vào trước khi bật mã hóa", Whose::Ours),
    ("the message has ", "thư lớn hơn mức máy chủ nhận", Whose::Systems),
    ("credentials are not sent without TLS", "không gửi mật khẩu khi chưa mã hóa (TLS)", Whose::Ours),
    ("the credentials hold a NUL character", "tên đăng nhập hoặc mật khẩu có ký tự NUL", Whose::Ours),
    ("the relay's host is no valid name for a certificate", "tên máy chủ không thể có chứng thư", Whose::Ours),
    ("cannot read certificates from", "không đọc được tệp chứng thư tin cậy", Whose::Systems),
    ("no usable certificate in", "tệp chứng thư tin cậy không có chứng thư nào dùng được", Whose::Systems),
    ("this machine trusts no certificates", "máy này không có chứng thư gốc tin cậy nào", Whose::Systems),
    ("cannot read the client certificate or its key", "không đọc được chứng thư của máy này hoặc khóa của nó", Whose::Systems),
    ("there is no client certificate in", "tệp client_certificate không có chứng thư", Whose::Systems),
    ("there is no key in", "tệp client_key không có khóa PEM không đặt mật khẩu", Whose::Systems),
    ("the client key cannot be used", "không dùng được khóa trong client_key", Whose::Systems),
    ("the client certificate cannot be used", "không dùng được chứng thư trong client_certificate", Whose::Systems),
    ("client certificate and key do not belong together", "client_certificate và client_key không thuộc về nhau", Whose::Systems),
    ("a client certificate needs TLS", "chứng thư của máy này chỉ dùng được khi có mã hóa (TLS)", Whose::Ours),
    ("cannot read the secret in", "không đọc được tệp mật khẩu", Whose::Systems),
    ("too large for a secret", "tệp mật khẩu quá lớn", Whose::Systems),
    ("the password is empty", "mật khẩu để trống", Whose::Systems),
    ("the password is not in UTF-8", "mật khẩu không ở dạng UTF-8", Whose::Systems),
    ("no password:", "không có mật khẩu ở đâu cả", Whose::Systems),
    ("the program ended with exit code", "chương trình gửi thư báo lỗi", Whose::Systems),
    ("the program was ended by signal", "chương trình gửi thư bị ngắt giữa chừng", Whose::Systems),
    ("the program did not end in time", "chương trình gửi thư không xong kịp nên bị dừng", Whose::Systems),
    ("nobody knows how the program ended", "không rõ chương trình gửi thư đã kết thúc thế nào", Whose::Systems),
    ("the program ended before it had read the message", "chương trình gửi thư không đọc hết thư", Whose::Systems),
    ("the program could not be started", "không chạy được chương trình gửi thư", Whose::Systems),
    ("the message is not given to the program", "không giao thư này cho chương trình gửi thư", Whose::Systems),
    ("the program ", "không dùng được chương trình gửi thư", Whose::Systems),
    ("no trusted certificates are loaded", "chưa nạp chứng thư gốc tin cậy nào", Whose::Ours),
];

fn cause(text: &str) -> Option<(&'static str, Whose)> {
    CAUSES.iter().find(|(begin, ..)| text.starts_with(begin)).map(|(_, words, whose)| (*words, *whose))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(phase: &str, code: Option<u16>, text: &str) -> Failure {
        Failure { phase: phase.to_owned(), code, enhanced: None, text: text.to_owned() }
    }

    #[test]
    fn a_relay_that_is_not_there_is_told_in_vietnamese_with_the_systems_words_behind() {
        for (phase, text, words) in [
            ("connect", "Connection refused (os error 111)", "khi kết nối: máy chủ từ chối kết nối (Connection refused, os error 111)"),
            ("connect", "no answer in time", "khi kết nối: máy chủ không trả lời kịp"),
            (
                "tls",
                "invalid peer certificate: UnknownIssuer",
                "khi bắt tay mã hóa (TLS): chứng thư của máy chủ do nơi không được tin cậy cấp (invalid peer certificate: UnknownIssuer)",
            ),
            (
                "dot",
                "Connection reset by peer (os error 104)",
                "khi kết thúc thư (dấu chấm cuối): kết nối bị ngắt giữa chừng (Connection reset by peer, os error 104)",
            ),
            ("rcpt", "something of a newer program", "khi nêu người nhận (RCPT TO): something of a newer program"),
            ("wormhole", "no answer in time", "ở bước wormhole: máy chủ không trả lời kịp"),
        ] {
            assert_eq!(failure(Lang::Vi, &met(phase, None, text)), words);
            assert_eq!(failure(Lang::En, &met(phase, None, text)), format!("in phase {phase}: {text}"));
        }
    }

    #[test]
    fn the_relays_own_words_stay_as_they_are() {
        let mut refused = met("rcpt", Some(550), "5.1.1 no answer in time");
        refused.enhanced = Some("5.1.1".to_owned());
        assert_eq!(failure(Lang::Vi, &refused), "khi nêu người nhận (RCPT TO): 550 5.1.1 no answer in time");
        assert_eq!(how(Lang::Vi, &refused), "550 5.1.1 no answer in time");
        let refused = met("connect", Some(421), "Connection refused");
        assert_eq!(how(Lang::Vi, &refused), "421 Connection refused", "not the system's");
        assert!(!how(Lang::Vi, &met("connect", None, "Connection refused\u{1b}[2J")).contains('\u{1b}'));
    }
}
