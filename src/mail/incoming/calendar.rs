//! Answers of calendars: as much of an iCalendar object (RFC 5545) as an answer needs, read within bounds.
//!
//! Not by a library: those that there are build a tree of whatever comes, and this looks for a dozen properties.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::entity::{Entity, Part};
use crate::domain::incoming::{CalendarAnswer, ID_MAX, Method, PartStat, Unread, prose_of};
use crate::domain::mailbox::MailAddress;

/// So much of an object is read; an answer has some thousand bytes.
const OBJECT_MAX: usize = 256 * 1024;
/// The most characters of a comment that are kept.
const COMMENT_MAX: usize = 1_000;
/// The most attendees of an answer that are looked at: it has one, or two when one was handed over to (RFC 5546, section 3.2.3).
const ATTENDEES_MAX: usize = 20;

/// A property: `ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.vn`.
#[derive(Debug, PartialEq, Eq)]
struct Property {
    name: String,
    parameters: Vec<(String, String)>,
    value: String,
}

impl Property {
    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What stands for the answerer in an object.
struct Attendee {
    address: MailAddress,
    status: PartStat,
    delegated_to: Option<MailAddress>,
    delegated_from: Option<MailAddress>,
}

/// The answer that a message holds; `None`: none of its parts asks anything of an organiser.
///
/// # Errors
/// A part says to be an answer and cannot be read as one.
pub(super) fn answer(entity: &Entity<'_>, from: Option<&MailAddress>) -> Result<Option<CalendarAnswer>, Unread> {
    // The part that calendars read comes first, then the copies that are attached for others.
    let of = |kinds: &'static [&str]| entity.parts.iter().filter(move |part| kinds.contains(&part.kind.as_str()));
    for part in of(&["text/calendar"]).chain(of(&["application/ics", "text/x-vcalendar"])) {
        let object = part.text(OBJECT_MAX);
        let declared = declared(part);
        match read(&object, from) {
            Found::Answer(answer) => return Ok(Some(*answer)),
            // Whoever forwards an invitation sends one along.
            Found::Other => {}
            Found::Broken if declared.as_deref().is_some_and(|method| method_of(method).is_none()) => {}
            Found::Broken => return Err(Unread::Calendar),
        }
    }
    Ok(None)
}

/// The method that a part's type names (RFC 6047, section 2.4).
fn declared(part: &Part<'_>) -> Option<String> {
    part.header.content_type()?.attribute("method").map(str::to_owned)
}

enum Found {
    Answer(Box<CalendarAnswer>),
    Other,
    Broken,
}

fn method_of(word: &str) -> Option<Method> {
    match word.trim().to_ascii_uppercase().as_str() {
        "REPLY" => Some(Method::Reply),
        "COUNTER" => Some(Method::Counter),
        "REFRESH" => Some(Method::Refresh),
        _ => None,
    }
}

/// Reads an object. What its own METHOD says counts.
fn read(object: &str, from: Option<&MailAddress>) -> Found {
    let properties = lines(object).filter_map(|line| property(&line));
    let (mut method, mut within, mut seen) = (None, Vec::<String>::new(), false);
    let mut event = Vec::new();
    for property in properties {
        match property.name.as_str() {
            "BEGIN" if within.len() > 8 => return Found::Broken,
            "BEGIN" => {
                within.push(property.value.trim().to_ascii_uppercase());
                seen |= within.last().is_some_and(|name| name == "VCALENDAR");
            }
            "END" if within.pop().is_some_and(|name| name == "VEVENT") => break,
            "END" => {}
            "METHOD" if within.len() == 1 => method = Some(property.value),
            _ if within.last().is_some_and(|name| name == "VEVENT") => event.push(property),
            _ => {}
        }
    }
    let Some(method) = method else { return if seen { Found::Other } else { Found::Broken } };
    let Some(method) = method_of(&method) else { return Found::Other };
    answer_of(method, &event, from).map_or(Found::Broken, |answer| Found::Answer(Box::new(answer)))
}

fn answer_of(method: Method, event: &[Property], from: Option<&MailAddress>) -> Option<CalendarAnswer> {
    let value = |name: &str| event.iter().find(|property| property.name == name).map(|property| property.value.trim());
    let uid = value("UID").filter(|uid| !uid.is_empty() && uid.len() <= ID_MAX)?.to_owned();
    let sequence = value("SEQUENCE").map_or(Some(0), |number| number.parse().ok())?;
    let attendees: Vec<Attendee> =
        event.iter().filter(|property| property.name == "ATTENDEE").take(ATTENDEES_MAX).filter_map(attendee).collect();
    // Who was handed over to names who handed over beside himself.
    let own = attendees.iter().position(|one| Some(&one.address) == from).unwrap_or(0);
    let Attendee { address, status, delegated_to, delegated_from } = attendees.into_iter().nth(own)?;
    Some(CalendarAnswer {
        method,
        uid,
        instance: value("RECURRENCE-ID").is_some(),
        sequence,
        stamp: value("DTSTAMP").and_then(instant),
        attendee: address,
        status,
        delegated_to,
        delegated_from,
        comment: value("COMMENT").and_then(|text| prose_of(&unescaped(text), COMMENT_MAX)),
    })
}

fn attendee(property: &Property) -> Option<Attendee> {
    let status = match property.parameter("PARTSTAT").unwrap_or("NEEDS-ACTION").to_ascii_uppercase().as_str() {
        "ACCEPTED" => PartStat::Accepted,
        "DECLINED" => PartStat::Declined,
        "TENTATIVE" => PartStat::Tentative,
        "DELEGATED" => PartStat::Delegated,
        "NEEDS-ACTION" => PartStat::NeedsAction,
        _ => PartStat::Other,
    };
    let delegated = |name| property.parameter(name).and_then(mailto);
    Some(Attendee {
        address: mailto(&property.value)?,
        status,
        delegated_to: delegated("DELEGATED-TO"),
        delegated_from: delegated("DELEGATED-FROM"),
    })
}

/// The address of a URI (RFC 6068); some write the address alone.
fn mailto(uri: &str) -> Option<MailAddress> {
    let uri = uri.trim();
    let address = match uri.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => uri.get(7..)?,
        _ => uri,
    };
    let address = address.split('?').next().unwrap_or_default();
    let mut bytes = Vec::with_capacity(address.len().min(ID_MAX));
    let mut rest = address.bytes().take(ID_MAX);
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        bytes.push(digit(rest.next())? * 16 + digit(rest.next())?);
    }
    MailAddress::parse(str::from_utf8(&bytes).ok()?).ok()
}

/// DTSTAMP is in UTC (RFC 5545, section 3.8.7.2).
fn instant(value: &str) -> Option<DateTime<Utc>> {
    NaiveDateTime::parse_from_str(value.strip_suffix('Z')?, "%Y%m%dT%H%M%S").ok().map(|time| time.and_utc())
}

/// The lines of an object, unfolded (RFC 5545, section 3.1).
fn lines(object: &str) -> impl Iterator<Item = String> + '_ {
    let mut rest = object.trim_start_matches('\u{feff}').lines().peekable();
    std::iter::from_fn(move || {
        let mut line = rest.next()?.trim_end_matches('\r').to_owned();
        while let Some(more) = rest.next_if(|next| next.starts_with([' ', '\t'])) {
            line.push_str(more.get(1..).unwrap_or_default().trim_end_matches('\r'));
        }
        Some(line)
    })
}

/// A line as a property; `None`: it is none.
fn property(line: &str) -> Option<Property> {
    let (mut pieces, mut quoted, mut value) = (vec![String::new()], false, None);
    for (at, c) in line.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ';' if !quoted => pieces.push(String::new()),
            ':' if !quoted => {
                value = line.get(at + 1..);
                break;
            }
            _ => {
                if let Some(last) = pieces.last_mut() {
                    last.push(c);
                }
            }
        }
    }
    let mut pieces = pieces.into_iter();
    let name = pieces.next()?.trim().to_ascii_uppercase();
    let parameter = |piece: String| piece.split_once('=').map(|(name, value)| (name.trim().to_ascii_uppercase(), value.trim().to_owned()));
    let named = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    named.then_some(Property { name, parameters: pieces.filter_map(parameter).collect(), value: value?.to_owned() })
}

/// A text without its escapes (RFC 5545, section 3.3.11).
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(c) = letters.next() {
        match (c, c == '\\') {
            (_, true) => match letters.next() {
                Some('n' | 'N') => plain.push('\n'),
                Some(other) => plain.push(other),
                None => {}
            },
            (c, false) => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_have_parameters_in_quotation_marks() {
        let read = property("ATTENDEE;CN=\"Cục; Điện: ảnh\";partstat=ACCEPTED:MAILTO:a@b.vn").unwrap();
        assert_eq!(read.parameter("CN"), Some("Cục; Điện: ảnh"));
        assert_eq!((read.parameter("PARTSTAT"), read.value.as_str()), (Some("ACCEPTED"), "MAILTO:a@b.vn"));
        for wrong in ["", "no value", ":x", "A B:x", "X;Y=\"unended:z"] {
            assert_eq!(property(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn addresses_stand_in_uris() {
        for (uri, address) in [
            ("mailto:a@b.vn", Some("a@b.vn")),
            ("MAILTO:A%40b.vn?subject=x", Some("a@b.vn")),
            (" a@b.vn ", Some("a@b.vn")),
            ("mailto:a%4", None),
            ("mailto:a%0d%0a@b.vn", None),
            ("http://a@b.vn/", None),
            ("mailto:", None),
        ] {
            assert_eq!(mailto(uri).as_ref().map(MailAddress::as_str), address, "{uri}");
        }
    }

    #[test]
    fn lines_are_unfolded_and_texts_unescaped() {
        assert_eq!(lines("A:b\r\n c\r\n\td\nE:f").collect::<Vec<_>>(), ["A:bcd", "E:f"]);
        assert_eq!(unescaped("a\\, b\\n\\\\c\\"), "a, b\n\\c");
    }

    #[test]
    fn who_answers_is_who_sends() {
        let from = MailAddress::parse("moi@chinhphu.vn").ok();
        let object = "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:x\nSEQUENCE:2\nDTSTAMP:20160504T010203Z\n\
            ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:moi@chinhphu.vn\":mailto:cda@chinhphu.vn\n\
            ATTENDEE;PARTSTAT=ACCEPTED;DELEGATED-FROM=\"mailto:cda@chinhphu.vn\":mailto:moi@chinhphu.vn\n\
            BEGIN:VALARM\nATTENDEE:mailto:x@y.vn\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR\n";
        let Found::Answer(answer) = read(object, from.as_ref()) else { panic!("no answer") };
        assert_eq!((answer.status, answer.sequence), (PartStat::Accepted, 2));
        assert_eq!(Some(&answer.attendee), from.as_ref());
        assert_eq!(answer.delegated_from, MailAddress::parse("cda@chinhphu.vn").ok());
        assert_eq!(answer.stamp, Some("2016-05-04T01:02:03Z".parse().unwrap()));
        let Found::Answer(answer) = read(object, None) else { panic!("no answer") };
        assert_eq!((answer.status, answer.delegated_to), (PartStat::Delegated, from));
    }

    #[test]
    fn what_asks_nothing_of_an_organiser_is_no_answer() {
        let object = |method: &str, rest: &str| format!("BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\n{rest}END:VEVENT\r\n");
        let whole = "UID:x\r\nATTENDEE:mailto:a@b.vn\r\n";
        assert!(matches!(read(&object("REPLY", whole), None), Found::Answer(_)));
        assert!(matches!(read(&object("counter", whole), None), Found::Answer(_)));
        assert!(matches!(read(&object("REQUEST", whole), None), Found::Other));
        assert!(matches!(read("BEGIN:VCALENDAR\nEND:VCALENDAR", None), Found::Other));
        for broken in
            ["", "UID:x\r\n", "ATTENDEE:mailto:a@b.vn\r\n", "UID:x\r\nATTENDEE:nobody\r\n", "UID:x\r\nSEQUENCE:-1\r\nATTENDEE:a@b.vn\r\n"]
        {
            assert!(matches!(read(&object("REPLY", broken), None), Found::Broken), "{broken:?}");
        }
        assert!(matches!(read("nonsense", None), Found::Broken));
        assert!(matches!(read(&"BEGIN:VCALENDAR\n".repeat(1000), None), Found::Broken));
    }
}
