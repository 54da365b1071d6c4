//! The documented rules by which mail programs recognise an invitation, an update and a cancellation: a test for each, which
//! names its source, over every kind of message.

use lichhop::domain::dispatch::{Dispatch, DispatchKind, Notice, Recipient};
use lichhop::mail::compose::Composer;
use lichhop::usecase::ports::Compose;
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::calendar::{assert_folded, unfolded, value};
use super::sample::{self, MAILBOX, messages};

/// A message as it travels, with what it was made of.
struct Sent {
    name: &'static str,
    dispatch: Dispatch,
    recipient: Recipient,
    raw: String,
}

fn sent() -> Vec<Sent> {
    let compose = |(name, dispatch, recipient): (&'static str, Dispatch, Recipient)| {
        let raw = String::from_utf8(Composer.message(&dispatch, &recipient).unwrap().bytes).unwrap();
        Sent { name, dispatch, recipient, raw }
    };
    messages().into_iter().map(compose).collect()
}

impl Sent {
    fn parsed(&self) -> Message<'_> {
        MessageParser::default().parse(self.raw.as_bytes()).unwrap()
    }

    fn asks(&self) -> bool {
        self.dispatch.kind == DispatchKind::Request
    }

    fn method(&self) -> &'static str {
        if self.asks() { "REQUEST" } else { "CANCEL" }
    }

    fn calendar(&self) -> String {
        Composer.invitation_calendar(&self.dispatch, &self.recipient).unwrap()
    }

    /// The values of a property, with its parameters.
    fn properties(&self, name: &str) -> Vec<String> {
        let named = |line: &String| line.strip_prefix(name).filter(|rest| rest.starts_with([':', ';'])).map(str::to_owned);
        unfolded(&self.calendar()).iter().filter_map(named).collect()
    }
}

fn typed<'m>(message: &'m Message<'m>, kind: &str, subtype: &str) -> Vec<&'m MessagePart<'m>> {
    let is = |part: &&MessagePart<'_>| part.content_type().is_some_and(|one| one.ctype() == kind && one.subtype() == Some(subtype));
    message.parts.iter().filter(is).collect()
}

/// Whether a part is `at` or lies below it.
fn below(message: &Message<'_>, at: u32, wanted: u32) -> bool {
    match &message.parts[at as usize].body {
        _ if at == wanted => true,
        PartType::Multipart(inner) => inner.iter().any(|inner| below(message, *inner, wanted)),
        _ => false,
    }
}

/// Outlook: [MS-STANOIMP] 2.2.168, V0343 (<https://msdn.microsoft.com/en-us/library/ee624811(v=exchg.80).aspx>): of a
/// multipart/mixed message only the first child and what lies below it is searched for iMIP data; what stands elsewhere is an
/// attachment.
#[test]
fn outlook_finds_the_calendar_below_the_first_child() {
    for one in sent() {
        let message = one.parsed();
        let PartType::Multipart(children) = &message.parts[0].body else { panic!("{}", one.name) };
        let at = message.parts.iter().position(|part| part.content_type().is_some_and(|kind| kind.subtype() == Some("calendar")));
        assert!(below(&message, children[0], u32::try_from(at.unwrap()).unwrap()), "{}", one.name);
        assert_eq!(typed(&message, "text", "calendar").len(), 1, "{}", one.name);
    }
}

/// Outlook: [MS-STANOIMP] 2.2.168, V0341: only a part whose Content-Type is text/calendar is iMIP data. So the copy for other
/// programs, which is the same object, has another type and stays an attachment.
#[test]
fn outlook_takes_the_attachment_for_no_second_request() {
    for one in sent() {
        let message = one.parsed();
        let [attachment] = typed(&message, "application", "ics")[..] else { panic!("{}", one.name) };
        assert!(attachment.content_disposition().is_some_and(mail_parser::ContentType::is_attachment), "{}", one.name);
        assert_eq!(attachment.contents(), typed(&message, "text", "calendar")[0].contents());
    }
}

/// Outlook: [MS-OXCMAIL], MIME of calendar items and meeting messages
/// (<https://learn.microsoft.com/en-us/openspecs/exchange_server_protocols/ms-oxcmail/8e662849-42e7-4ea3-98d9-8f3b94525a96>):
/// multipart/alternative with the text before the text/calendar.
#[test]
fn outlook_and_gmail_read_the_calendar_as_the_last_alternative() {
    for one in sent() {
        let message = one.parsed();
        let [alternative] = typed(&message, "multipart", "alternative")[..] else { panic!("{}", one.name) };
        let PartType::Multipart(inner) = &alternative.body else { panic!("{}", one.name) };
        let types: Vec<String> = inner
            .iter()
            .map(|at| message.parts[*at as usize].content_type().unwrap())
            .map(|kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap()))
            .collect();
        assert_eq!(types, ["text/plain", "text/html", "text/calendar"], "{}", one.name);
    }
}

/// CalConnect, iMIP best practices (<https://devguide.calconnect.org/iMIP/iMIPBest-Practices>), from tests with many programs:
/// `mixed { alternative { plain, html, calendar;method }, application/ics }`, the attachment in base64 with a name that ends
/// with .ics, and one iMIP object in a message.
#[test]
fn the_structure_is_the_one_that_works_everywhere() {
    for one in sent() {
        let message = one.parsed();
        let PartType::Multipart(children) = &message.parts[0].body else { panic!("{}", one.name) };
        assert_eq!((children.len(), message.parts.len()), (2, 6), "{}", one.name);
        let attachment = &message.parts[children[1] as usize];
        assert_eq!(attachment.attachment_name().unwrap().rsplit('.').next(), Some("ics"));
        assert_eq!(attachment.content_transfer_encoding(), Some("base64"));
        assert_eq!(one.properties("BEGIN").iter().filter(|component| *component == ":VEVENT").count(), 1);
    }
}

/// RFC 6047, section 2.4: the Content-Type has the parameter "method", and its value is that of the METHOD property. Without it
/// Thunderbird shows no invitation (<https://github.com/thunderbird/appointment/issues/773>), nor did Outlook
/// (<https://stackoverflow.com/questions/19523861>); where they differ, Outlook goes by the property ([MS-STANOIMP] V0342).
#[test]
fn the_method_stands_in_the_content_type_and_in_the_object() {
    for one in sent() {
        let message = one.parsed();
        let part = typed(&message, "text", "calendar")[0];
        assert_eq!(part.content_type().unwrap().attribute("method"), Some(one.method()), "{}", one.name);
        assert_eq!(value(&one.calendar(), "METHOD"), one.method());
    }
}

/// RFC 6047, section 2.4, and RFC 5545, section 3.1.4: the charset is said, and it is UTF-8.
#[test]
fn the_charset_is_said() {
    for one in sent() {
        let message = one.parsed();
        for subtype in ["plain", "html", "calendar"] {
            let part = typed(&message, "text", subtype)[0];
            assert_eq!(part.content_type().unwrap().attribute("charset"), Some("utf-8"), "{} {subtype}", one.name);
        }
    }
}

/// Thunderbird: a calendar part with `Content-Disposition: inline` and a Content-ID is shown as no invitation
/// (<https://github.com/PHPMailer/PHPMailer/issues/175>).
#[test]
fn thunderbird_wants_neither_disposition_nor_content_id_on_the_calendar() {
    for one in sent() {
        let message = one.parsed();
        let part = typed(&message, "text", "calendar")[0];
        assert!(part.content_disposition().is_none() && part.content_id().is_none(), "{}", one.name);
    }
}

/// Zimbra (`Invite.createFromCalendar` of <https://github.com/Zimbra/zm-mailbox>): without METHOD it takes an object for a
/// PUBLISH; without a SEQUENCE for the first one; times go by the VTIMEZONE, which is read before them; properties without a
/// value are skipped, and a SUMMARY is one line. ORGANIZER and ATTENDEE make it an invitation of others.
#[test]
fn zimbra_finds_what_its_parser_needs() {
    for one in sent() {
        let lines = unfolded(&one.calendar());
        for name in ["METHOD", "UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "ORGANIZER", "ATTENDEE"] {
            let found = one.properties(name);
            let event = if name == "DTSTART" { 2 } else { 1 };
            assert_eq!(found.len(), event, "{}: {name}", one.name);
            assert!(found.iter().all(|found| !found.ends_with(':')), "{}: {name}: {found:?}", one.name);
        }
        let at = |wanted: &str| lines.iter().position(|line| line == wanted).unwrap();
        assert!(at("BEGIN:VTIMEZONE") < at("BEGIN:VEVENT"), "{}", one.name);
        assert!(!value(&one.calendar(), "SUMMARY").contains(['\r', '\n']), "{}", one.name);
    }
}

/// RFC 5546, sections 3.2.2 and 3.2.5: ORGANIZER is mandatory. Replies go to it (section 3.2.3), so it is the mailbox from which
/// the letter comes; and it is no attendee of its own: whoever organises is not asked, and Gmail lists him by ORGANIZER alone
/// (<https://github.com/tutao/tutanota/issues/3465>).
#[test]
fn the_organizer_writes_and_is_not_invited() {
    for one in sent() {
        let message = one.parsed();
        let [organizer] = &one.properties("ORGANIZER")[..] else { panic!("{}", one.name) };
        assert!(organizer.ends_with(&format!(":mailto:{MAILBOX}")), "{organizer}");
        assert_eq!(message.from().unwrap().first().unwrap().address(), Some(MAILBOX));
        assert_eq!(message.reply_to().unwrap().first().unwrap().address(), Some(MAILBOX));
        assert!(one.properties("ATTENDEE").iter().all(|attendee| !attendee.contains(MAILBOX)), "{}", one.name);
    }
}

/// RFC 5546, section 3.2.2, and RFC 5545, section 3.2.17: whoever is asked is an ATTENDEE by the address to which the letter
/// goes, with PARTSTAT=NEEDS-ACTION and RSVP=TRUE; programs find by it whom to answer for. Of a CANCEL he is an attendee too
/// (section 3.2.5: all who are uninvited), but nothing is asked.
#[test]
fn the_recipient_is_the_attendee_and_is_asked_to_answer() {
    for one in sent() {
        let [attendee] = &one.properties("ATTENDEE")[..] else { panic!("{}", one.name) };
        assert!(attendee.ends_with(&format!(":mailto:{}", one.recipient.address)), "{attendee}");
        let asked = attendee.contains("RSVP=TRUE") && attendee.contains("PARTSTAT=NEEDS-ACTION");
        assert_eq!((asked, attendee.contains("RSVP")), (one.asks(), one.asks()), "{attendee}");
        let to = one.parsed().to().unwrap().first().unwrap().address().unwrap().to_owned();
        assert_eq!(to, one.recipient.address.as_str());
    }
}

/// RFC 5546, section 2.1.4: an update and a CANCEL have the UID of the request and a higher SEQUENCE; section 2.1.5 and RFC 5545,
/// section 3.8.7.2: DTSTAMP tells when the object was made, in UTC, and decides between equal ones.
#[test]
fn what_comes_later_has_the_same_uid_and_a_higher_sequence() {
    let all = sent();
    let (first, later) = all.split_first().unwrap();
    let sequence = |one: &Sent| value(&one.calendar(), "SEQUENCE").parse::<u32>().unwrap();
    for one in later {
        assert_eq!(value(&one.calendar(), "UID"), value(&first.calendar(), "UID"), "{}", one.name);
        assert!(sequence(one) > sequence(first), "{}", one.name);
        let stamp = value(&one.calendar(), "DTSTAMP");
        assert_eq!(stamp, one.dispatch.at.format("%Y%m%dT%H%M%SZ").to_string());
        assert!(stamp >= value(&first.calendar(), "DTSTAMP"), "{}", one.name);
    }
}

/// RFC 5546, section 3.2.5: STATUS of a CANCEL is CANCELLED when the whole event is off; when only some attendees are uninvited
/// there must be none.
#[test]
fn a_cancel_says_whether_the_meeting_is_off_or_only_the_invitation() {
    let expected = |one: &Sent| match (one.dispatch.kind, one.dispatch.notice) {
        (DispatchKind::Request, _) => vec![":CONFIRMED".to_owned()],
        (_, Notice::Withdrawn) => vec![],
        _ => vec![":CANCELLED".to_owned()],
    };
    let all = sent();
    assert_eq!(all.iter().filter(|one| expected(one).is_empty()).count(), 1);
    for one in &all {
        assert_eq!(one.properties("STATUS"), expected(one), "{}", one.name);
    }
}

/// RFC 5545, section 3.8.2.7: what is called off takes nobody's time, also where a program goes on showing it.
#[test]
fn what_is_called_off_leaves_the_time_free() {
    for one in sent() {
        assert_eq!(value(&one.calendar(), "TRANSP"), if one.asks() { "OPAQUE" } else { "TRANSPARENT" }, "{}", one.name);
    }
}

/// RFC 5545, section 3.1: lines end with CRLF and have 75 octets at the most, folded between letters; section 3.3.11: `\`, `;`,
/// `,` and line breaks within a text are escaped.
#[test]
fn lines_are_folded_and_texts_escaped() {
    for one in sent() {
        let calendar = one.calendar();
        assert_folded(&calendar);
        assert!(calendar.lines().any(|line| line.starts_with(' ')), "{}", one.name);
        // Refuses what is not escaped.
        let description = value(&calendar, "DESCRIPTION");
        assert!(description.contains("https://hop.bvhttdl.gov.vn/j/147?pwd=a,b;c") && description.contains('\n'), "{description}");
        assert_eq!(value(&calendar, "SUMMARY"), one.dispatch.calendar.title.as_str());
    }
}

/// RFC 5545, section 3.6.5 and 3.2.19: every TZID that a time names has its VTIMEZONE in the same object.
#[test]
fn every_time_comes_with_its_zone() {
    for one in sent() {
        let zones = one.properties("TZID");
        assert_eq!(zones, [":Asia/Ho_Chi_Minh"], "{}", one.name);
        for name in ["DTSTART", "DTEND"] {
            let of_event: Vec<String> = one.properties(name).into_iter().filter(|time| time.starts_with(';')).collect();
            assert!(of_event.len() == 1 && of_event[0].starts_with(";TZID=Asia/Ho_Chi_Minh:"), "{}: {of_event:?}", one.name);
        }
    }
}

/// RFC 5322, section 3.6.4: a letter about an earlier one names it in In-Reply-To and References; programs show both as one
/// conversation. Each has a Message-ID of its own.
#[test]
fn what_comes_later_follows_the_first_letter() {
    let all = sent();
    let first = all[0].dispatch.message_id(7);
    for one in &all {
        let follows = one.name != "request";
        for field in ["In-Reply-To", "References"] {
            assert_eq!(one.raw.contains(&format!("\r\n{field}: {first}\r\n")), follows, "{} {field}", one.name);
            assert_eq!(one.raw.contains(&format!("\r\n{field}:")), follows, "{} {field}", one.name);
        }
        assert_eq!(one.raw.contains(&format!("\r\nMessage-ID: {first}\r\n")), !follows, "{}", one.name);
    }
}

/// RFC 3834, sections 2 and 5: what answers for a calendar leaves alone what says that it was sent automatically; an official
/// has issued these letters. Neither are they bulk mail.
#[test]
fn no_letter_says_that_a_program_wrote_it() {
    for one in sent() {
        for field in ["Auto-Submitted", "Precedence", "List-", "X-Auto-Response-Suppress"] {
            assert!(!one.raw.contains(&format!("\r\n{field}")), "{} {field}", one.name);
        }
    }
}

/// Whoever reads no calendar reads the same: the notice, and of an invitation in the place of another which one that was.
#[test]
fn the_text_and_the_calendar_say_the_same() {
    let said = [
        ("replacing", "thay thế Giấy mời số 05/GM-BVHTTDL"),
        ("postponed", "tạm hoãn, sẽ có thông báo sau"),
        ("withdrawn", "thu hồi"),
        ("cancel", "hủy"),
    ];
    let all = sent();
    for (name, words) in said {
        let one = all.iter().find(|one| one.name == name).unwrap();
        let message = one.parsed();
        let description = value(&one.calendar(), "DESCRIPTION");
        assert!(description.contains(words), "{name}: {description}");
        assert!(message.body_text(0).unwrap().contains(words), "{name}");
        assert!(message.body_html(0).unwrap().contains(words), "{name}");
    }
    assert!(sample::replacing().body.html.contains("Giấy mời này thay thế Giấy mời số 05/GM-BVHTTDL ngày 03 tháng 5 năm 2016."));
}
