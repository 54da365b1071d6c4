use lichhop::domain::dispatch::{Dispatch, DispatchKind, Notice, Recipient};
use lichhop::domain::invitation::Rendered;
use lichhop::domain::meeting::Replaced;
use lichhop::mail::compose::{Composer, FileName};
use lichhop::usecase::ports::Compose;
use mail_parser::{Message, MessageParser, MimeHeaders, PartType};

use super::sample::{self, MAILBOX, line};

fn compose(dispatch: &Dispatch, recipient: &Recipient) -> String {
    String::from_utf8(Composer.message(dispatch, recipient).unwrap().bytes).unwrap()
}

/// A text without the spaces that fill the line of the salutation, and that before it.
fn unfilled(text: &str) -> String {
    let (before, rest) = text.split_once("Kính gửi: ").unwrap();
    let (tag, page) = before.strip_suffix("<p>").map_or((before, ""), |page| (page, "<p>"));
    let (name, rest) = if page.is_empty() { rest.split_once("\r\n").unwrap() } else { rest.split_once("</p>").unwrap() };
    let (start, end) = if page.is_empty() { ("", "\r\n") } else { (tag, "</p>") };
    let start = start.strip_suffix("\r\n").map_or(start.to_owned(), |start| format!("{}\r\n", start.trim_end_matches(' ')));
    format!("{start}{page}Kính gửi: {}{end}{}", name.trim_end_matches(' '), rest.trim_start_matches(' '))
}

fn parse(raw: &str) -> Message<'_> {
    MessageParser::default().parse(raw.as_bytes()).unwrap()
}

/// The tree of content types, in the order of the parts.
fn structure(message: &Message<'_>) -> Vec<String> {
    message.parts.iter().map(|part| part.content_type().map(|t| format!("{}/{}", t.ctype(), t.subtype().unwrap())).unwrap()).collect()
}

#[test]
fn the_parts_stand_in_the_order_that_readers_need() {
    let raw = compose(&sample::dispatch(DispatchKind::Request), &sample::recipient());
    let message = parse(&raw);
    assert_eq!(
        structure(&message),
        ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics"]
    );
    let PartType::Multipart(outer) = &message.parts[0].body else { panic!("{:?}", message.parts[0].body) };
    let PartType::Multipart(inner) = &message.parts[1].body else { panic!("{:?}", message.parts[1].body) };
    assert_eq!((outer.as_slice(), inner.as_slice()), ([1, 5].as_slice(), [2, 3, 4].as_slice()));
    let calendar = &message.parts[4];
    assert_eq!(calendar.content_type().unwrap().attribute("method"), Some("REQUEST"));
    assert_eq!(calendar.content_type().unwrap().attribute("charset"), Some("utf-8"));
    assert!(calendar.content_disposition().is_none() && calendar.content_id().is_none());
    assert_eq!(calendar.contents(), message.parts[5].contents());
    let expected = Composer.invitation_calendar(&sample::dispatch(DispatchKind::Request), &sample::recipient()).unwrap();
    assert_eq!(calendar.contents(), expected.as_bytes());
}

#[test]
fn the_header_says_who_writes_to_whom() {
    let (dispatch, recipient) = (sample::dispatch(DispatchKind::Request), sample::recipient());
    let raw = compose(&dispatch, &recipient);
    let message = parse(&raw);
    let from = message.from().unwrap().first().unwrap();
    assert_eq!((from.name(), from.address()), (Some(dispatch.sender.name.as_str()), Some(MAILBOX)));
    let to = message.to().unwrap().first().unwrap();
    assert_eq!((to.name(), to.address()), (Some(sample::UNITS[6]), Some("cucmtnatl-vhttdl@chinhphu.vn")));
    assert_eq!(message.reply_to().unwrap().first().unwrap().address(), Some(MAILBOX));
    assert_eq!(message.subject(), Some(dispatch.subject.as_str()));
    assert_eq!(format!("<{}>", message.message_id().unwrap()), dispatch.message_id(7));
    assert_eq!(message.date().unwrap().to_rfc3339(), "2016-05-03T09:15:30+07:00");
    assert_eq!(message.header("X-Lichhop-Outbox-Id").unwrap().as_text(), Some("T12-7"));
    assert_eq!(message.header_raw("MIME-Version").map(str::trim), Some("1.0"));
    assert!(message.in_reply_to().is_empty() && message.references().is_empty());
    let names: Vec<_> = message.headers().iter().map(mail_parser::Header::name).collect();
    let expected = ["Date", "From", "To", "Reply-To", "Subject", "Message-ID", "X-Lichhop-Outbox-Id", "MIME-Version", "Content-Type"];
    assert_eq!(names, expected);
}

#[test]
fn a_cancellation_follows_its_invitation() {
    let request = sample::dispatch(DispatchKind::Request);
    let dispatch = sample::dispatch(DispatchKind::Cancel);
    let recipient = Recipient { references: Some(request.message_id(7)), ..sample::recipient() };
    let raw = compose(&dispatch, &recipient);
    let message = parse(&raw);
    let earlier = request.message_id(7).trim_matches(['<', '>']).to_owned();
    assert_eq!(message.in_reply_to().as_text(), Some(earlier.as_str()));
    assert_eq!(message.references().as_text(), Some(earlier.as_str()));
    assert_eq!(message.parts[4].content_type().unwrap().attribute("method"), Some("CANCEL"));
    assert!(message.body_text(0).unwrap().contains("THÔNG BÁO"));
}

#[test]
fn the_body_greets_the_unit_and_carries_the_whole_document() {
    let dispatch = sample::dispatch(DispatchKind::Request);
    let raw = compose(&dispatch, &sample::recipient());
    let message = parse(&raw);
    let text = unfilled(&message.body_text(0).unwrap()).replace("\r\n", "\n");
    assert_eq!(text, format!("Kính gửi: {}\n\n{}", sample::UNITS[6], dispatch.body.text));
    let html = unfilled(&message.body_html(0).unwrap());
    assert!(html.contains("<body>\r\n<p>Kính gửi: Cục Mỹ thuật, Nhiếp ảnh và Triển lãm</p>\r\n<table"), "{html}");
    assert_eq!(html.matches("[LH-2016-0147]").count(), 1);
}

#[test]
fn a_document_without_the_token_gets_it() {
    let body = Rendered { text: "Ngắn".to_owned(), html: "<html><body lang=\"vi\"><p>Ngắn</p></body></html>".to_owned() };
    let dispatch = Dispatch { body, ..sample::dispatch(DispatchKind::Request) };
    let recipient = Recipient { name: line("A & <B>"), ..sample::recipient() };
    let raw = compose(&dispatch, &recipient);
    let message = parse(&raw);
    let request = "Đề nghị xác nhận đã nhận trong ngày: trả lời thư này, giữ nguyên ký hiệu [LH-2016-0147].";
    assert_eq!(unfilled(&message.body_text(0).unwrap()), format!("Kính gửi: A & <B>\r\n\r\nNgắn\r\n\r\n{request}\r\n"));
    assert_eq!(
        unfilled(&message.body_html(0).unwrap()),
        format!("<html><body lang=\"vi\">\r\n<p>Kính gửi: A &amp; &lt;B&gt;</p><p>Ngắn</p><p>{request}</p>\r\n</body></html>")
    );
}

#[test]
fn the_attachment_is_named_for_old_and_new_readers() {
    let request = sample::dispatch(DispatchKind::Request);
    let raw = compose(&request, &sample::recipient());
    let disposition = "Content-Disposition: attachment;\r\n filename*=utf-8''Gi%E1%BA%A5y%20m%E1%BB%9Di%2005-GM-BVHTTDL.ics;\r\n \
                       filename=\"Giay-moi-05-GM-BVHTTDL.ics\"\r\n";
    assert!(raw.contains(disposition), "{raw}");
    assert!(raw.contains("Content-Type: application/ics; name=\"Giay-moi-05-GM-BVHTTDL.ics\"\r\n"), "{raw}");
    let message = parse(&raw);
    assert_eq!(message.parts[5].attachment_name(), Some("Giấy mời 05-GM-BVHTTDL.ics"));
    for (notice, name) in
        [(Notice::Cancelled, "Hủy giấy mời"), (Notice::Postponed, "Hoãn họp theo giấy mời"), (Notice::Withdrawn, "Thu hồi giấy mời")]
    {
        assert_eq!(FileName::of(&sample::notice(notice)).full, format!("{name} 05-GM-BVHTTDL.ics"));
    }
    let number = "../..\\\"%00\r\nx".to_owned();
    let name = FileName::of(&Dispatch { number, ..request });
    assert_eq!((name.full.as_str(), name.ascii.as_str()), ("Giấy mời ..-..---00--x.ics", "Giay-moi-00-x.ics"));
}

#[test]
fn the_bytes_can_travel_anywhere() {
    for (_, dispatch, recipient) in sample::messages() {
        let raw = compose(&dispatch, &recipient);
        let seed = format!("{:016x}", dispatch.seed);
        assert!(raw.is_ascii() && raw.ends_with("\r\n"));
        for line in raw.strip_suffix("\r\n").unwrap().split("\r\n") {
            assert!(line.len() <= 78 && !line.contains(['\r', '\n', '\0']) && line != ".", "{line}");
        }
        for boundary in ["a", "b"].map(|level| format!("=_lichhop.{seed}.7.{level}")) {
            let parts = if boundary.ends_with('a') { 2 } else { 3 };
            // Named once, before each part, and behind the last.
            assert_eq!(raw.matches(&boundary).count(), 1 + parts + 1);
        }
    }
}

#[test]
fn the_same_message_is_the_same_bytes() {
    for (_, dispatch, recipient) in sample::messages() {
        let bytes = Composer.message(&dispatch, &recipient).unwrap();
        let dispatch_again: Dispatch = serde_json::from_str(&serde_json::to_string(&dispatch).unwrap()).unwrap();
        let recipient_again: Recipient = serde_json::from_str(&serde_json::to_string(&recipient).unwrap()).unwrap();
        assert_eq!(Composer.message(&dispatch_again, &recipient_again).unwrap(), bytes);
        let other = Recipient { n: 8, ..recipient };
        assert_ne!(Composer.message(&dispatch, &other).unwrap(), bytes);
    }
}

#[test]
fn what_a_message_shares_with_others_is_the_same_bytes_and_all_of_the_document() {
    for (_, dispatch, _) in sample::messages() {
        let names = ["A", "Vụ Khoa học, Công nghệ và Môi trường", "Ban & <Tổ>", &"ộ".repeat(60)];
        let made: Vec<_> = (1..)
            .zip(names)
            .map(|(n, name)| {
                let recipient = Recipient { n, name: line(name), ..sample::recipient() };
                let composed = Composer.message(&dispatch, &recipient).unwrap();
                let shared: Vec<Vec<u8>> = composed.shared.iter().map(|place| composed.bytes[place.clone()].to_vec()).collect();
                assert!(composed.shared.is_sorted_by(|one, next| one.end <= next.start));
                (shared, composed.bytes.len())
            })
            .collect();
        for (shared, length) in &made {
            assert_eq!(shared, &made[0].0);
            let bytes: usize = shared.iter().map(Vec::len).sum();
            // Both forms of the document, and what two calendar entries have in common, in base64.
            assert!(bytes > (dispatch.body.text.len() + dispatch.body.html.len() + 2 * 600) * 4 / 3, "{bytes}");
            assert!(length - bytes < 6_000, "{length} {bytes}");
        }
    }
}

#[test]
fn what_cannot_be_sent_is_refused_with_the_reason() {
    let (dispatch, recipient) = (sample::dispatch(DispatchKind::Request), sample::recipient());
    let refused = |dispatch: &Dispatch, recipient: &Recipient| Composer.message(dispatch, recipient).unwrap_err().0;
    let number = |number: &str| Dispatch { number: number.to_owned(), ..dispatch.clone() };
    assert_eq!(refused(&number("05/GM\r\nBcc: x@y.vn"), &recipient), "the number holds the control character U+000D");
    let replaces = Replaced { number: "05/GM\u{7}".to_owned(), ..sample::replaced() };
    let replacing = Dispatch { replaces: Some(replaces), ..dispatch.clone() };
    assert_eq!(refused(&replacing, &recipient), "the number that is replaced holds the control character U+0007");
    assert_eq!(refused(&number(" "), &recipient), "the number is empty or longer than 600 characters");
    let mut with_uid = dispatch.clone();
    with_uid.calendar.uid = "a\nATTENDEE:mailto:x@y.vn".to_owned();
    assert_eq!(refused(&with_uid, &recipient), "the calendar entry's UID holds the control character U+000A");
    let body = |text: &str, html: &str| Dispatch { body: Rendered { text: text.to_owned(), html: html.to_owned() }, ..dispatch.clone() };
    assert_eq!(refused(&body("a\rb", "<body></body>"), &recipient), "the text holds the control character U+000D");
    assert_eq!(refused(&body("a", "<p>"), &recipient), "the page has no body");
    assert_eq!(refused(&body("a", "<body>"), &recipient), "the page's body does not end");
    let follows = Recipient { references: Some("<a@b>\r\nBcc: x@y.vn".to_owned()), ..recipient.clone() };
    assert_eq!(refused(&dispatch, &follows), "not a Message-ID: <a@b>\\r\\nBcc: x@y.vn");
    let early = Dispatch { at: "-0001-01-01T00:00:00Z".parse().unwrap_or(chrono::DateTime::<chrono::Utc>::MIN_UTC), ..dispatch.clone() };
    assert!(refused(&early, &recipient).starts_with("the year "));
}
