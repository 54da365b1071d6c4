use lichhop::domain::dispatch::{Dispatch, DispatchKind, Recipient};
use lichhop::domain::meeting::Urgency;
use lichhop::domain::office::{Office, Sender};
use lichhop::domain::text::{Line, Prose};
use lichhop::mail::compose::Composer;
use lichhop::usecase::ports::Compose;
use proptest::prelude::*;

use super::sample::{self, MAILBOX, line};

/// The content lines, unfolded (RFC 5545, section 3.1).
pub(super) fn unfolded(calendar: &str) -> Vec<String> {
    calendar.replace("\r\n ", "").strip_suffix("\r\n").unwrap().split("\r\n").map(str::to_owned).collect()
}

/// The text of the one property of that name, unescaped (RFC 5545, section 3.3.11).
pub(super) fn value(calendar: &str, name: &str) -> String {
    let prefix = format!("{name}:");
    let lines = unfolded(calendar);
    let mut found = lines.iter().filter_map(|line| line.strip_prefix(&prefix));
    let (escaped, other) = (found.next().unwrap(), found.next());
    assert_eq!(other, None);
    let (mut text, mut letters) = (String::new(), escaped.chars());
    while let Some(c) = letters.next() {
        match c {
            '\\' => match letters.next().unwrap() {
                'n' | 'N' => text.push('\n'),
                c @ ('\\' | ',' | ';') => text.push(c),
                c => panic!("\\{c}"),
            },
            ',' | ';' => panic!("not escaped: {escaped}"),
            c => text.push(c),
        }
    }
    text
}

pub(super) fn assert_folded(calendar: &str) {
    for line in calendar.strip_suffix("\r\n").unwrap().split("\r\n") {
        assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{} octets: {line}", line.len());
    }
}

fn calendar(kind: DispatchKind) -> String {
    Composer.invitation_calendar(&sample::dispatch(kind), &sample::recipient()).unwrap()
}

fn golden(name: &str, actual: &str) {
    let path = format!("{}/tests/compose/golden/{name}.ics", env!("CARGO_MANIFEST_DIR"));
    let expected = std::fs::read_to_string(&path).unwrap_or_default().replace('\n', "\r\n");
    assert!(actual == expected, "{name}.ics differs; composed now:\n{actual}");
    assert_folded(actual);
}

#[test]
fn the_request_of_5_may_2016() {
    golden("request", &calendar(DispatchKind::Request));
}

#[test]
fn its_cancellation() {
    golden("cancel", &calendar(DispatchKind::Cancel));
}

#[test]
fn what_becomes_of_it() {
    for (name, dispatch, recipient) in sample::messages() {
        golden(name, &Composer.invitation_calendar(&dispatch, &recipient).unwrap());
    }
}

#[test]
fn a_published_calendar_holds_every_meeting_and_nobody() {
    let office = Office { name: line("Bộ A; B, C"), symbol: line("BVHTTDL"), place: line("Hà Nội"), rehearsal: false };
    let states = [("a@x.vn", "issued"), ("b@x.vn", "cancelled"), ("c@x.vn", "submitted"), ("d@x.vn", "postponed")];
    let meetings = states.map(|(uid, state)| sample::meeting(uid, state));
    let calendar = Composer.published_calendar(&office, &meetings, sample::instant());
    assert_folded(&calendar);
    let lines = unfolded(&calendar);
    let all = |name: &str| lines.iter().filter_map(|line| line.strip_prefix(name)).collect::<Vec<_>>();
    assert_eq!(all("METHOD:"), ["PUBLISH"]);
    assert_eq!(all("X-WR-CALNAME:"), ["Lịch họp - Bộ A\\; B\\, C"]);
    assert_eq!(all("UID:"), ["a@x.vn", "b@x.vn", "c@x.vn", "d@x.vn"]);
    assert_eq!(all("STATUS:"), ["CONFIRMED", "CANCELLED", "TENTATIVE", "CANCELLED"]);
    assert_eq!(all("TRANSP:"), ["OPAQUE", "TRANSPARENT", "OPAQUE", "TRANSPARENT"]);
    assert_eq!(all("DTSTAMP:"), ["20160503T021530Z"; 4]);
    assert_eq!(all("DTEND;"), ["TZID=Asia/Ho_Chi_Minh:20160505T180000"; 4]);
    assert_eq!(all("SUMMARY:"), ["Họp A\\; B\\, C\\\\D"; 4]);
    assert_eq!(all("BEGIN:VTIMEZONE").len(), 1);
    assert!(all("ATTENDEE").is_empty() && all("ORGANIZER").is_empty() && !calendar.contains("mailto:"));
    assert!(Composer.published_calendar(&office, &[], sample::instant()).ends_with("END:VTIMEZONE\r\nEND:VCALENDAR\r\n"));
}

#[test]
fn a_damaged_uid_stays_one_line() {
    let office = Office { name: line("A"), symbol: line("B"), place: line("C"), rehearsal: false };
    let meetings = [sample::meeting("a\r\nATTENDEE:mailto:x@y.vn\0", "issued")];
    let calendar = Composer.published_calendar(&office, &meetings, sample::instant());
    assert_folded(&calendar);
    assert_eq!(value(&calendar, "UID"), "a\nATTENDEE:mailto:x@y.vn");
    assert!(!calendar.contains("\nATTENDEE"));
}

#[test]
fn urgency_is_priority() {
    for (urgency, priority) in [(Urgency::Normal, "5"), (Urgency::Urgent, "3"), (Urgency::VeryUrgent, "2"), (Urgency::Flash, "1")] {
        let mut dispatch = sample::dispatch(DispatchKind::Request);
        dispatch.calendar.urgency = urgency;
        assert_eq!(value(&Composer.invitation_calendar(&dispatch, &sample::recipient()).unwrap(), "PRIORITY"), priority);
    }
}

#[test]
fn names_and_addresses_cannot_leave_their_place() {
    let dispatch = Dispatch {
        sender: Sender { name: line("\"A\":B;RSVP=TRUE,\"C\""), address: sample::address(MAILBOX) },
        ..sample::dispatch(DispatchKind::Request)
    };
    let recipient = Recipient { address: sample::address("a%b?c&d@chinhphu.vn"), name: line("\"X\""), ..sample::recipient() };
    let lines = unfolded(&Composer.invitation_calendar(&dispatch, &recipient).unwrap());
    assert!(lines.contains(&format!("ORGANIZER;CN=\"'A':B;RSVP=TRUE,'C'\":mailto:{MAILBOX}")), "{lines:?}");
    let attendee = "ATTENDEE;CN='X';PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:a%25b%3Fc%26d@chinhphu.vn";
    assert!(lines.contains(&attendee.to_owned()), "{lines:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn lines_are_folded_by_octets_and_values_survive(
        title in super::hostile::text(), place in super::hostile::text(), content in "(?s)[ -~\\n\\tàảộư😀日]{0,400}", padding in 0usize..160,
    ) {
        let mut dispatch = super::hostile::DISPATCH.clone();
        let title = format!("{}{title}", "a".repeat(padding));
        let (Ok(title), Ok(place), Ok(content)) = (Line::parse(&title), Line::parse(&place), Prose::parse(&content)) else { return Ok(()) };
        dispatch.calendar.title = title.clone();
        dispatch.calendar.place = place.clone();
        dispatch.calendar.content = Some(content.clone());
        let calendar = Composer.invitation_calendar(&dispatch, &sample::recipient()).unwrap();
        assert_folded(&calendar);
        prop_assert_eq!(value(&calendar, "SUMMARY"), title.as_str());
        prop_assert_eq!(value(&calendar, "LOCATION"), place.as_str());
        prop_assert!(value(&calendar, "DESCRIPTION").contains(content.as_str()));
    }
}
