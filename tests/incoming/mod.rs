//! Reading what comes back: answers as the common programs write them, and whatever is made of them by chance.
//!
//! The samples were written by hand after what the programs' makers document: MS-OXCMAIL and MS-OXCICAL (Outlook and Exchange), Google
//! Calendar's answers, Thunderbird's itip.js and Zimbra's open source; the bounce after Postfix's bounce(8).

mod imap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lichhop::domain::attendance::Trust;
use lichhop::domain::incoming::{Method, PartStat, ReportAction, Unread, What};
use lichhop::mail::incoming::{read, read_beginning};

pub(crate) const OUTLOOK: &str = include_str!("samples/outlook.eml");
pub(crate) const GMAIL: &str = include_str!("samples/gmail.eml");
pub(crate) const THUNDERBIRD: &str = include_str!("samples/thunderbird.eml");
pub(crate) const ZIMBRA: &str = include_str!("samples/zimbra.eml");
pub(crate) const BOUNCE: &str = include_str!("samples/bounce.eml");

/// A sample about the meeting with this UID, also where the calendar object is encoded.
pub(crate) fn about(sample: &str, uid: &str) -> String {
    const HEAD: &str = "method=REPLY\nContent-Transfer-Encoding: base64\n\n";
    let plain = sample.replace("UID-STANDS-HERE", uid);
    let Some((before, rest)) = plain.split_once(HEAD) else { return plain };
    let (encoded, after) = rest.split_once("\n\n--").unwrap();
    let object = String::from_utf8(STANDARD.decode(encoded.replace('\n', "")).unwrap()).unwrap();
    let encoded = STANDARD.encode(object.replace("UID-STANDS-HERE", uid));
    format!("{before}{HEAD}{encoded}\n\n--{after}")
}

/// Lines as they travel.
fn on_the_wire(sample: &str) -> Vec<u8> {
    sample.replace('\n', "\r\n").into_bytes()
}

#[test]
fn answers_of_the_common_programs_are_read() {
    for (sample, from, status, comment) in [
        (OUTLOOK, "cucdienanh-vhttdl@chinhphu.vn", PartStat::Accepted, Some("Cục sẽ dự.")),
        (GMAIL, "vuphapche-vhttdl@chinhphu.vn", PartStat::Declined, None),
        (THUNDERBIRD, "cucdienanh-vhttdl@chinhphu.vn", PartStat::Tentative, None),
        (ZIMBRA, "cucdienanh-vhttdl@chinhphu.vn", PartStat::Accepted, None),
    ] {
        for bytes in [on_the_wire(sample), sample.as_bytes().to_vec()] {
            let said = read(&bytes, Some("mx.bo.vn"));
            assert_eq!(said.from.as_ref().unwrap().as_str(), from);
            assert!(!said.automatic && said.message_id.is_some() && said.date.is_some() && said.subject.is_some());
            let What::Calendar(answer) = &said.what else { panic!("{:?}", said.what) };
            assert_eq!((answer.method, answer.status, answer.sequence, answer.instance), (Method::Reply, status, 0, false));
            assert_eq!((answer.attendee.as_str(), answer.uid.as_str()), (from, "UID-STANDS-HERE"));
            assert_eq!(answer.comment.as_ref().map(lichhop::domain::text::Prose::as_str), comment);
            let stamp = answer.stamp.unwrap();
            assert!(stamp.to_rfc3339().starts_with("2016-05-04T02:11:"), "{stamp}");
            let expected = if sample == GMAIL { Trust::Verified } else { Trust::Claimed };
            assert_eq!(said.trust, expected);
            // Nobody is believed who is not configured.
            assert_eq!(read(&bytes, None).trust, Trust::Claimed);
        }
    }
}

#[test]
fn a_bounce_names_what_came_back_and_why() {
    let said = read(&on_the_wire(BOUNCE), None);
    assert!(said.automatic);
    let What::Report(report) = &said.what else { panic!("{:?}", said.what) };
    assert_eq!(report.message_id.as_deref(), Some("MESSAGE-ID-STANDS-HERE"));
    let [one] = report.recipients.as_slice() else { panic!("{report:?}") };
    assert_eq!((one.action, one.status.as_deref()), (ReportAction::Failed, Some("5.1.1")));
    assert_eq!(one.original.as_ref().unwrap().as_str(), "cucdienanh-vhttdl@chinhphu.vn");
    assert_eq!(one.diagnostic.as_ref().unwrap().as_str(), "unknown user: \"cucdienanh-vhttdl\"");
}

#[test]
fn what_cannot_be_read_says_why_and_keeps_its_header() {
    let unread = |bytes: &[u8]| match read(bytes, None).what {
        What::Unread(why) => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(unread(b""), Unread::NoHeader);
    assert_eq!(unread(&[0xff; 4096]), Unread::NoHeader);
    assert_eq!(unread(GMAIL.replace("UID:", "UIX:").as_bytes()), Unread::Calendar);
    assert_eq!(unread(BOUNCE.replace("Action: failed", "Action: x").as_bytes()), Unread::Report);
    let receipt = BOUNCE.replace("report-type=delivery-status", "report-type=disposition-notification");
    assert_eq!(unread(receipt.as_bytes()), Unread::Receipt);
    let deep = (0..12).fold(String::from("From: a@b.vn\nSubject: x\n"), |text, n| {
        text + &format!("Content-Type: multipart/mixed; boundary=b{n}x\n\n--b{n}x\n")
    });
    assert_eq!(unread(deep.as_bytes()), Unread::TooDeep);
    assert_eq!(read(deep.as_bytes(), None).from.unwrap().as_str(), "a@b.vn");
    let begun = read_beginning(GMAIL.as_bytes(), 99_000_000, None);
    assert_eq!((begun.what, begun.size), (What::Unread(Unread::TooLarge), 99_000_000));
    assert_eq!(begun.from.unwrap().as_str(), "vuphapche-vhttdl@chinhphu.vn");
}

#[test]
fn who_only_forwards_an_invitation_answers_nothing() {
    let said = read(GMAIL.replace("METHOD:REPLY", "METHOD:REQUEST").as_bytes(), None);
    assert!(matches!(said.what, What::Letter(_)), "{:?}", said.what);
    for automatic in
        ["Auto-Submitted: auto-replied (vacation)\n", "Precedence: bulk\n", "Return-Path: <>\n", "X-Auto-Response-Suppress: All\n"]
    {
        assert!(read(format!("{automatic}From: a@b.vn\n\nx").as_bytes(), None).automatic, "{automatic}");
    }
    assert!(!read(b"Auto-Submitted: no\nFrom: a@b.vn\nReturn-Path: <a@b.vn>\n\nx", None).automatic);
}

/// How many messages are made by chance: 2,000, or as many as `LICHHOP_MUTATIONS` says.
fn mutations() -> u64 {
    std::env::var("LICHHOP_MUTATIONS").map_or(2_000, |count| count.parse().expect("LICHHOP_MUTATIONS is a number"))
}

/// Chance that is the same each time (splitmix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end.max(1) as u64)).unwrap()
    }
}

/// A message with some of it changed, doubled, moved or gone.
fn mutated(sample: &[u8], other: &[u8], chance: &mut Chance) -> Vec<u8> {
    const PIECES: [&[u8]; 16] = [
        b"\r\n\r\n",
        b"\n",
        b"--",
        b";",
        b":",
        b"\"",
        b"=",
        b"\xff\xfe",
        b"\0",
        b"BEGIN:VEVENT\r\n",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n",
        b"=?utf-8?B?",
        b"?=",
        b"<",
        b"(",
        b"Authentication-Results: mx.bo.vn; dmarc=pass\r\n",
    ];
    let mut bytes = sample.to_vec();
    for _ in 0..=chance.below(8) {
        let at = chance.below(bytes.len());
        let end = (at + chance.below(200)).min(bytes.len());
        match chance.below(7) {
            0 => bytes[at] = chance.next().to_le_bytes()[0],
            1 => drop(bytes.drain(at..end)),
            2 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            3 => drop(bytes.splice(at..at, PIECES[chance.below(PIECES.len())].iter().copied())),
            4 => bytes.truncate(at.max(1)),
            5 => {
                let from = chance.below(other.len());
                let piece = other[from..(from + 300).min(other.len())].to_vec();
                bytes.splice(at..end, piece);
            }
            _ => bytes[at] ^= 1 << chance.below(8),
        }
        if bytes.is_empty() {
            bytes.push(b'x');
        }
    }
    bytes
}

#[test]
fn no_message_breaks_the_reader() {
    let samples: Vec<Vec<u8>> = [OUTLOOK, GMAIL, THUNDERBIRD, ZIMBRA, BOUNCE].into_iter().map(on_the_wire).collect();
    let mut chance = Chance(7);
    let mut read_well = 0_u64;
    for n in 0..mutations() {
        let (sample, other) = (&samples[chance.below(samples.len())], &samples[chance.below(samples.len())]);
        let bytes = mutated(sample, other, &mut chance);
        let said = read(&bytes, Some("mx.bo.vn"));
        assert_ne!(said.what, What::Unread(Unread::Broken), "message {n}");
        assert_eq!(said.size, bytes.len() as u64);
        read_well += u64::from(matches!(said.what, What::Calendar(_) | What::Report(_)));
    }
    // Most of them are still what they were: it is not rubbish that is read here.
    assert!(read_well > mutations() / 8, "{read_well}");
}
