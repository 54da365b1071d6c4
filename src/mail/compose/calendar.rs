//! Calendar objects: what a dispatch asks of the recipient's calendar (iTIP, RFC 5546), and a calendar to be published.
//!
//! The `icalendar` crate writes the content lines (escaping, parameters). The components around them are written here: the
//! crate adds the system's time and a random UID to every component without them, a time zone among them.

use chrono::{DateTime, Utc};
use icalendar::Property;

use crate::domain::dispatch::{Dispatch, DispatchKind, Notice, Recipient};
use crate::domain::mailbox::MailAddress;
use crate::domain::meeting::{Meeting, MeetingState, Urgency};
use crate::domain::office::Office;
use crate::domain::text::Line;
use crate::domain::time::{WallTime, ZONE};
use crate::mail::compose::header::percent_encoded;
use crate::mail::compose::mime::Letter;

/// The longest content line, in octets without its CRLF (RFC 5545, section 3.1).
const OCTETS: usize = 75;
/// Who made the object (RFC 5545, section 3.7.3). Without a version: a message has the same bytes after an update.
const PRODID: &str = "-//lichhop//lichhop//VI";
/// The zone: one offset since 13 June 1975, long before any meeting in the store (RFC 5545, section 3.6.5).
const TIMEZONE: [(&str, &str); 9] = [
    ("BEGIN", "VTIMEZONE"),
    ("TZID", ZONE),
    ("BEGIN", "STANDARD"),
    ("DTSTART", "19700101T000000"),
    ("TZOFFSETFROM", "+0700"),
    ("TZOFFSETTO", "+0700"),
    ("TZNAME", "+07"),
    ("END", "STANDARD"),
    ("END", "VTIMEZONE"),
];

/// What the two kinds of objects share of an event.
struct Event<'a> {
    uid: &'a str,
    stamp: DateTime<Utc>,
    sequence: u32,
    start: WallTime,
    until: WallTime,
    title: &'a Line,
    place: &'a Line,
    description: String,
    urgency: Urgency,
    /// STATUS; `None`: it is not said.
    status: Option<&'static str>,
    /// Whether the recipient is to keep the time free.
    busy: bool,
}

/// Lines of a calendar.
struct Writer(String);

impl Writer {
    fn begin(method: &str) -> Self {
        let mut writer = Self(String::with_capacity(4096));
        for (name, value) in [("BEGIN", "VCALENDAR"), ("VERSION", "2.0"), ("PRODID", PRODID), ("CALSCALE", "GREGORIAN"), ("METHOD", method)]
        {
            writer.put(name, value);
        }
        writer
    }

    fn timezone(&mut self) {
        for (name, value) in TIMEZONE {
            self.put(name, value);
        }
    }

    fn put(&mut self, name: &str, value: impl Into<String>) {
        self.line(Property::new(name, value));
    }

    /// Writes a property. Its line is unfolded and folded again: the crate's last line can have 76 octets. Line breaks are
    /// escaped by then; what is left of control characters is none that a content line may hold.
    fn line(&mut self, property: Property) {
        // Writing to a `String` cannot fail.
        let folded: String = property.try_into().unwrap_or_default();
        let whole = folded.replace("\r\n ", "");
        let mut octets = 0;
        for c in whole.chars().filter(|c| !c.is_control() || *c == '\t') {
            if octets + c.len_utf8() > OCTETS {
                self.0.push_str("\r\n ");
                octets = 1;
            }
            self.0.push(c);
            octets += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    /// A point of wall time, with its zone.
    fn time(&mut self, name: &str, time: WallTime) {
        let value = time.naive().format("%Y%m%dT%H%M%S").to_string();
        self.line(Property::new(name, value).add_parameter("TZID", ZONE).done());
    }

    /// Opens a VEVENT; people and the end follow.
    fn event(&mut self, event: &Event<'_>) {
        self.put("BEGIN", "VEVENT");
        self.put("UID", event.uid);
        self.put("DTSTAMP", event.stamp.format("%Y%m%dT%H%M%SZ").to_string());
        self.put("SEQUENCE", event.sequence.to_string());
        self.time("DTSTART", event.start);
        self.time("DTEND", event.until);
        self.put("SUMMARY", event.title.as_str());
        self.put("LOCATION", event.place.as_str());
        self.put("DESCRIPTION", event.description.as_str());
        if let Some(status) = event.status {
            self.put("STATUS", status);
        }
        self.put("PRIORITY", priority(event.urgency).to_string());
        // What is called off takes nobody's time, even in a calendar that goes on showing it.
        self.put("TRANSP", if event.busy { "OPAQUE" } else { "TRANSPARENT" });
    }

    fn end(mut self) -> String {
        self.put("END", "VCALENDAR");
        self.0
    }
}

/// The object of a dispatch for one recipient: REQUEST (RFC 5546, section 3.2.2) or CANCEL (section 3.2.5), with the one
/// attendee whom the message goes to, so that nobody learns the addresses of others. He stands last: what is before him is the
/// same for all.
///
/// `None`: the dispatch asks no calendar for anything.
pub(super) fn invitation(dispatch: &Dispatch, recipient: &Recipient) -> Option<Letter> {
    let cancelled = dispatch.kind == DispatchKind::Cancel;
    let entry = &dispatch.calendar;
    let mut writer = Writer::begin(method(dispatch.kind)?);
    writer.timezone();
    writer.event(&Event {
        uid: &entry.uid,
        stamp: dispatch.at,
        sequence: entry.sequence,
        start: entry.start,
        until: entry.until,
        title: &entry.title,
        place: &entry.place,
        description: request_description(dispatch),
        urgency: entry.urgency,
        status: match (dispatch.kind, dispatch.notice) {
            (DispatchKind::Request, _) => Some("CONFIRMED"),
            // The meeting is held, but without this mailbox (RFC 5546, section 3.2.5).
            (DispatchKind::Cancel, Notice::Withdrawn) | (DispatchKind::Report, _) => None,
            (DispatchKind::Cancel, Notice::Cancelled | Notice::Postponed) => Some("CANCELLED"),
        },
        busy: !cancelled,
    });
    let sender = &dispatch.sender;
    writer.line(Property::new("ORGANIZER", mailto(&sender.address)).add_parameter("CN", &common_name(&sender.name)).done());
    let before = writer.0.len();
    // CUTYPE stays at its default: a shared mailbox answers once, like a person; readers expand a GROUP or skip its buttons.
    let mut attendee = Property::new("ATTENDEE", mailto(&recipient.address));
    attendee.add_parameter("CN", &common_name(&recipient.name)).add_parameter("ROLE", "REQ-PARTICIPANT");
    if !cancelled {
        attendee.add_parameter("PARTSTAT", "NEEDS-ACTION").add_parameter("RSVP", "TRUE");
    }
    writer.line(attendee);
    writer.put("END", "VEVENT");
    let object = writer.end();
    let (before, own) = object.split_at(before);
    Some(Letter::new(before, own, ""))
}

/// The method of a kind of dispatch, which stands in the object and in the Content-Type (RFC 6047, section 2.4); `None`: such
/// messages carry no object.
pub(super) fn method(kind: DispatchKind) -> Option<&'static str> {
    match kind {
        DispatchKind::Request => Some("REQUEST"),
        DispatchKind::Cancel => Some("CANCEL"),
        DispatchKind::Report => None,
    }
}

/// A calendar of meetings (PUBLISH, RFC 5546, section 3.2.1), without the people in them.
pub(super) fn published(office: &Office, meetings: &[Meeting], at: DateTime<Utc>) -> String {
    let mut writer = Writer::begin("PUBLISH");
    // Not the crate's `name`, which writes NAME without escaping it.
    writer.put("X-WR-CALNAME", format!("Lịch họp - {}", office.name));
    writer.put("X-WR-TIMEZONE", ZONE);
    writer.timezone();
    for meeting in meetings {
        let entry = &meeting.entry;
        let number = meeting.issue.as_ref().map(|issue| issue.number.as_str());
        writer.event(&Event {
            uid: &meeting.uid,
            stamp: at,
            sequence: meeting.sequence,
            start: entry.start,
            until: entry.until(),
            title: &entry.title,
            place: &entry.place,
            description: description(number, &entry.chair, entry.online.as_ref(), entry.content.as_ref().map(AsRef::as_ref)),
            urgency: entry.urgency,
            status: Some(status(meeting.state)),
            busy: status(meeting.state) != "CANCELLED",
        });
        writer.put("END", "VEVENT");
    }
    writer.end()
}

/// STATUS (RFC 5545, section 3.8.1.11): only what the office has approved is certain. What is put off without a new date is
/// not held at the old one, as those who were invited were told.
fn status(state: MeetingState) -> &'static str {
    match state {
        MeetingState::Approved | MeetingState::Issued | MeetingState::Concluded => "CONFIRMED",
        MeetingState::Draft | MeetingState::Submitted => "TENTATIVE",
        MeetingState::Rejected | MeetingState::Postponed | MeetingState::Cancelled => "CANCELLED",
    }
}

/// PRIORITY (RFC 5545, section 3.8.1.9): 1 is the highest, 5 the middle.
fn priority(urgency: Urgency) -> u8 {
    match urgency {
        Urgency::Normal => 5,
        Urgency::Urgent => 3,
        Urgency::VeryUrgent => 2,
        Urgency::Flash => 1,
    }
}

fn request_description(dispatch: &Dispatch) -> String {
    let entry = &dispatch.calendar;
    let replaces = dispatch.replaces.as_ref().map(|earlier| format!(", thay thế Giấy mời số {}", earlier.number));
    let number = format!("{}{}", dispatch.number, replaces.unwrap_or_default());
    let facts = description(Some(&number), &entry.chair, entry.online.as_ref(), entry.content.as_ref().map(AsRef::as_ref));
    match (dispatch.kind, dispatch.notice) {
        (DispatchKind::Request, _) => format!("{facts}\n\nKhi trả lời, đề nghị giữ nguyên ký hiệu [{}].", dispatch.meeting),
        (DispatchKind::Cancel, Notice::Cancelled) => format!("Cuộc họp đã hủy.\n{facts}"),
        (DispatchKind::Cancel, Notice::Postponed) => format!("Cuộc họp tạm hoãn, sẽ có thông báo sau.\n{facts}"),
        (DispatchKind::Cancel, Notice::Withdrawn) => format!("Giấy mời đã thu hồi.\n{facts}"),
        (DispatchKind::Report, _) => facts,
    }
}

fn description(number: Option<&str>, chair: &Line, online: Option<&Line>, content: Option<&str>) -> String {
    let mut lines = Vec::new();
    lines.extend(number.map(|number| format!("Giấy mời số {number}")));
    lines.push(format!("Chủ trì: {chair}"));
    lines.extend(online.map(|online| format!("Tham dự trực tuyến: {online}")));
    lines.extend(content.map(|content| format!("\n{content}")));
    lines.join("\n")
}

/// A name as a parameter's value, which no quotation mark may stand in (RFC 5545, section 3.2; the caret of RFC 6868 is
/// not understood by the common readers).
fn common_name(name: &Line) -> String {
    name.as_str().replace('"', "'")
}

/// The address as a URI (RFC 6068, section 2): what a URI would read as its own is percent-encoded.
fn mailto(address: &MailAddress) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$'*+=@".contains(&byte);
    format!("mailto:{}", percent_encoded(address.as_str(), keep))
}
