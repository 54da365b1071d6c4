//! What comes back: what an answer changes, and what it does not.

mod bounds;
mod tagged;

use std::sync::atomic::Ordering;

use lichhop::domain::attendance::{Attendance, Response, Trust};
use lichhop::domain::fault::{Fault, Rule, Why};
use lichhop::domain::incoming::{Outcome, Quarantine, ReceivedId, Source, Unread};
use lichhop::domain::meeting::{Meeting, MeetingId};
use lichhop::domain::outbox::{Fate, Item};
use lichhop::mail::incoming::read;
use lichhop::usecase::attendance::{self, Told};
use lichhop::usecase::incoming::{self, Taken};
use lichhop::usecase::keys;
use lichhop::usecase::outbox::settle;
use lichhop::usecase::ports::Store as _;
use lichhop::usecase::{issue, meeting, table};

use super::{Bench, code, line, prose};
use crate::incoming::{BOUNCE, GMAIL, OUTLOOK, THUNDERBIRD, ZIMBRA, about};

const CDA: &str = "cucdienanh-vhttdl@chinhphu.vn";
const VPC: &str = "vuphapche-vhttdl@chinhphu.vn";
const SERVER: Option<&str> = Some("mx.bo.vn");

impl Bench {
    fn taken(&mut self, message: &[u8]) -> Taken {
        let said = read(message, SERVER);
        incoming::take(&mut self.desk, "thu", &said, message, Source::Pipe).unwrap()
    }

    fn outcome(&mut self, message: &str) -> Outcome {
        let taken = self.taken(message.as_bytes());
        assert!(!taken.repeated);
        taken.received.outcome
    }

    fn record(&self, id: &MeetingId) -> Meeting {
        meeting::read(self.desk.store(), id).unwrap().value
    }

    fn attendance(&self, id: &MeetingId, unit: &str) -> Attendance {
        attendance::find(self.desk.store(), id, &code(unit)).unwrap().1
    }

    fn answer(&self, id: &MeetingId, unit: &str) -> Option<(Response, Trust)> {
        self.attendance(id, unit).answer.map(|answer| (answer.response, answer.trust))
    }

    /// Accepted, declined, tentative, substituted.
    fn counts(&self, id: &MeetingId) -> Vec<u64> {
        attendance::counted(self.desk.store(), &self.record(id)).unwrap().into_iter().map(|(_, count)| count).collect()
    }

    fn items(&self, id: &MeetingId) -> Vec<Item> {
        issue::items_of(self.desk.store(), &self.record(id), None).unwrap()
    }

    /// Issued and sent.
    fn invited(&mut self, units: &[&str]) -> MeetingId {
        let id = self.issued(units);
        self.send();
        id
    }

    fn send(&mut self) {
        let at = self.desk.now();
        let fates: Vec<_> = self.claim().unwrap().items.iter().map(|item| (item.id, Fate::Sent { at })).collect();
        settle(&mut self.desk, &fates).unwrap();
    }

    fn of(&self, sample: &str, id: &MeetingId) -> String {
        about(sample, &self.record(id).uid)
    }
}

/// An answer as a calendar of no special make writes it.
struct Reply<'a> {
    uid: &'a str,
    from: &'a str,
    attendee: &'a str,
    sequence: u32,
    stamp: &'a str,
    more: &'a str,
    method: &'a str,
}

impl Reply<'_> {
    fn text(&self) -> String {
        let Self { uid, from, attendee, sequence, stamp, more, method } = self;
        format!(
            "From: {from}\nMessage-ID: <{stamp}.{sequence}@x>\nContent-Type: text/calendar; method={method}\n\nBEGIN:VCALENDAR\nMETHOD:{method}\nBEGIN:VEVENT\n\
             UID:{uid}\nSEQUENCE:{sequence}\nDTSTAMP:{stamp}\nATTENDEE;{more}:mailto:{attendee}\nEND:VEVENT\nEND:VCALENDAR\n"
        )
    }
}

fn reply<'a>(uid: &'a str, from: &'a str, stamp: &'a str, more: &'a str) -> Reply<'a> {
    Reply { uid, from, attendee: from, sequence: 0, stamp, more, method: "REPLY" }
}

#[test]
fn the_answers_of_the_common_programs_count() {
    let mut bench = Bench::new();
    for (sample, unit, response, trust) in [
        (OUTLOOK, "CDA", Response::Accepted, Trust::Claimed),
        (GMAIL, "VPC", Response::Declined, Trust::Verified),
        (THUNDERBIRD, "CDA", Response::Tentative, Trust::Claimed),
        (ZIMBRA, "CDA", Response::Accepted, Trust::Claimed),
    ] {
        let id = bench.invited(&["CDA", "VPC"]);
        let answer = bench.of(sample, &id);
        assert_eq!(bench.outcome(&answer), Outcome::Answered { meeting: id.clone(), unit: code(unit) });
        assert_eq!(bench.answer(&id, unit), Some((response, trust)));
        assert_eq!(bench.counts(&id).iter().sum::<u64>(), 1);
    }
    bench.assert_sound();
}

#[test]
fn the_same_message_is_taken_once() {
    let mut bench = Bench::new();
    let id = bench.invited(&["CDA"]);
    let answer = bench.of(OUTLOOK, &id);
    let first = bench.taken(answer.as_bytes());
    let before = (bench.memory.revision(), first.received.clone());
    let again = bench.taken(answer.as_bytes());
    assert!(again.repeated && again.received == before.1);
    // The same on another way, with another trace in its header.
    let again = bench.taken(format!("Received: elsewhere\n{answer}").as_bytes());
    assert!(again.repeated && again.received.id == first.received.id);
    assert_eq!(bench.memory.revision(), before.0, "something was written");
    // Another message under the same Message-ID is another message.
    let forged = answer
        .replace("Message-ID", "X")
        .replace("Thread-Topic: Giay moi", "Message-ID: <HK0PR01MB2145A1@HK0PR01MB2145.apcprd01.prod.outlook.com>");
    let other = forged.replace("From: ", "From: x <ai.do@example.vn>\nX-From: ");
    assert!(!bench.taken(other.as_bytes()).repeated);
    bench.assert_sound();
}

#[test]
fn a_later_answer_replaces_an_earlier_one_and_not_the_other_way_round() {
    let mut bench = Bench::new();
    let id = bench.invited(&["CDA"]);
    let uid = bench.record(&id).uid;
    let text = |stamp, more| reply(&uid, CDA, stamp, more).text();
    let answered = Outcome::Answered { meeting: id.clone(), unit: code("CDA") };
    let outdated = Outcome::Outdated { meeting: id.clone(), unit: code("CDA") };
    assert_eq!(bench.outcome(&text("20160503T020500Z", "PARTSTAT=ACCEPTED")), answered);
    assert_eq!(bench.outcome(&text("20160503T020400Z", "PARTSTAT=DECLINED")), outdated);
    assert_eq!(bench.outcome(&text("20160503T020500Z", "PARTSTAT=TENTATIVE")), outdated);
    assert_eq!(bench.counts(&id), [1, 0, 0, 0]);
    assert_eq!(bench.outcome(&text("20160503T020600Z", "PARTSTAT=DECLINED")), answered);
    assert_eq!(bench.counts(&id), [0, 1, 0, 0]);
    // A clock that goes ahead bars no later answer.
    assert_eq!(bench.outcome(&text("20991231T000000Z", "PARTSTAT=ACCEPTED")), outdated.clone());
    bench.wait(chrono::Duration::hours(1));
    assert_eq!(bench.outcome(&text("20991231T000001Z", "PARTSTAT=ACCEPTED")), answered);
    bench.wait(chrono::Duration::hours(1));
    assert_eq!(bench.outcome(&text("20160503T034500Z", "PARTSTAT=DECLINED")), answered);
    assert_eq!(bench.outcome(&text("20160503T035000Z", "PARTSTAT=NEEDS-ACTION")), Outcome::Quarantined { why: Quarantine::NoAnswer });
    assert_eq!(bench.counts(&id), [0, 1, 0, 0]);
    bench.assert_sound();
}

#[test]
fn an_answer_to_an_earlier_invitation_is_kept_and_not_counted() {
    let mut bench = Bench::new();
    let id = bench.invited(&["CDA"]);
    meeting::cancel(&mut bench.desk, "minh", &id, &prose("hoãn")).unwrap();
    bench.send();
    let uid = bench.record(&id).uid;
    let stale = reply(&uid, CDA, "20160503T020500Z", "PARTSTAT=ACCEPTED").text();
    assert_eq!(bench.outcome(&stale), Outcome::Stale { meeting: id.clone(), unit: code("CDA") });
    let known = bench.attendance(&id, "CDA");
    assert_eq!((known.answer, known.stale.unwrap().response), (None, Response::Accepted));
    assert_eq!(bench.counts(&id), [0; 4]);
    bench.assert_sound();
}

#[test]
fn what_is_forged_or_belongs_to_nothing_waits() {
    let mut bench = Bench::new();
    let id = bench.invited(&["CDA"]);
    let uid = bench.record(&id).uid;
    let quarantined = |why| Outcome::Quarantined { why };
    let address = |raw| lichhop::domain::mailbox::MailAddress::parse(raw).unwrap();
    let forged = Reply { attendee: CDA, ..reply(&uid, "ai.do@example.vn", "20160503T020500Z", "PARTSTAT=ACCEPTED") };
    assert_eq!(bench.outcome(&forged.text()), quarantined(Quarantine::Forged { attendee: address(CDA) }));
    let stranger = reply(&uid, "ai.do@example.vn", "20160503T020501Z", "PARTSTAT=ACCEPTED");
    assert_eq!(bench.outcome(&stranger.text()), quarantined(Quarantine::NotInvited { attendee: address("ai.do@example.vn") }));
    // Invited to another meeting is not invited to this one.
    let other = reply(&uid, VPC, "20160503T020502Z", "PARTSTAT=ACCEPTED");
    assert_eq!(bench.outcome(&other.text()), quarantined(Quarantine::NotInvited { attendee: address(VPC) }));
    for unknown in ["lh-2016-0099.0@x", "lh-2016-0001.0000@chinhphu.vn", "x", "LH-2016-0001"] {
        let text = reply(unknown, CDA, "20160503T020503Z", "PARTSTAT=ACCEPTED").text();
        assert_eq!(bench.outcome(&text), quarantined(Quarantine::UnknownMeeting), "{unknown}");
    }
    let instance =
        reply(&uid, CDA, "20160503T020504Z", "PARTSTAT=ACCEPTED").text().replace("SEQUENCE", "RECURRENCE-ID:20160505T140000\nSEQUENCE");
    assert_eq!(bench.outcome(&instance), quarantined(Quarantine::Instance));
    assert_eq!(bench.outcome("\u{0}rubbish"), quarantined(Quarantine::Unread(Unread::NoHeader)));
    assert_eq!(bench.counts(&id), [0; 4]);
    assert_eq!(incoming::list(bench.desk.store(), false).unwrap().len(), 9);
    bench.assert_sound();
}

#[test]
fn a_proven_answer_is_not_replaced_by_one_that_only_says_so() {
    let mut bench = Bench::new();
    let id = bench.invited(&["VPC"]);
    let proven = bench.of(GMAIL, &id);
    bench.wait(chrono::Duration::days(2));
    bench.outcome(&proven);
    let uid = bench.record(&id).uid;
    let claimed = reply(&uid, VPC, "20160504T030000Z", "PARTSTAT=ACCEPTED").text();
    assert_eq!(bench.outcome(&claimed), Outcome::Quarantined { why: Quarantine::LessTrusted });
    assert_eq!(bench.answer(&id, "VPC"), Some((Response::Declined, Trust::Verified)));
}

#[test]
fn whom_a_unit_hands_over_to_answers_for_it_and_is_not_counted_twice() {
    let mut bench = Bench::new();
    let id = bench.invited(&["CDA"]);
    let uid = bench.record(&id).uid;
    let delegate = "pho.cuc.truong@chinhphu.vn";
    let from = format!("PARTSTAT=ACCEPTED;DELEGATED-FROM=\"mailto:{CDA}\"");
    // Before anybody handed over, he is a stranger.
    let early = reply(&uid, delegate, "20160503T020500Z", &from).text();
    assert!(matches!(bench.outcome(&early), Outcome::Quarantined { why: Quarantine::NotInvited { .. } }));
    let to = format!("PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:{delegate}\"");
    bench.outcome(&reply(&uid, CDA, "20160503T020600Z", &to).text());
    assert_eq!(bench.counts(&id), [0, 0, 0, 1]);
    let accepts = reply(&uid, delegate, "20160503T020700Z", &from).text();
    assert_eq!(bench.outcome(&accepts), Outcome::Answered { meeting: id.clone(), unit: code("CDA") });
    assert_eq!(bench.counts(&id), [0, 0, 0, 1]);
    let answer = bench.attendance(&id, "CDA").answer.unwrap();
    assert_eq!(answer.by, CDA);
    let known = answer.delegate.unwrap();
    assert_eq!((known.address.unwrap().as_str(), known.response), (delegate, Some(Response::Accepted)));
    let declines = from.replace("ACCEPTED", "DECLINED");
    bench.outcome(&reply(&uid, delegate, "20160503T020800Z", &declines).text());
    assert_eq!(bench.counts(&id), [0, 1, 0, 0]);
    bench.assert_sound();
}

#[test]
fn a_proposal_is_kept_and_changes_nothing() {
    let mut bench = Bench::new();
    let id = bench.invited(&["CDA"]);
    let uid = bench.record(&id).uid;
    let before = bench.record(&id);
    for (n, method) in ["COUNTER", "REFRESH"].into_iter().enumerate() {
        let stamp = format!("2016050302050{n}Z").replacen("03020", "03T020", 1);
        let text = Reply { method, ..reply(&uid, CDA, &stamp, "PARTSTAT=TENTATIVE") }.text();
        assert_eq!(bench.outcome(&text), Outcome::Proposed { meeting: id.clone(), unit: code("CDA") });
    }
    assert_eq!((bench.attendance(&id, "CDA").proposals.len(), bench.counts(&id)), (2, vec![0; 4]));
    assert_eq!(bench.record(&id), before);
    bench.assert_sound();
}

#[test]
fn a_bounce_stays_with_its_message_which_stays_sent() {
    let mut bench = Bench::new();
    let id = bench.invited(&["CDA", "VPC"]);
    let item = bench.items(&id)[0].clone();
    let bounce = BOUNCE.replace("MESSAGE-ID-STANDS-HERE", item.message_id.trim_matches(['<', '>']));
    let delayed = bounce.replace("Action: failed", "Action: delayed").replace("4A1B2C", "4A1B2D");
    assert!(matches!(bench.outcome(&delayed), Outcome::Noted { item: of, .. } if of == item.id));
    assert_eq!(bench.items(&id)[0].bounce, None);
    assert_eq!(bench.outcome(&bounce), Outcome::Bounced { item: item.id });
    let after = bench.items(&id)[0].clone();
    assert_eq!(after.state, item.state);
    assert_eq!(after.bounce.unwrap().words(), "5.1.1 unknown user: \"cucdienanh-vhttdl\"");
    assert!(bench.items(&id)[1].bounce.is_none());
    // Of another recipient, or of no message of ours: chance in the Message-ID is not guessed.
    let other = bounce.replace("Original-Recipient: rfc822;cucdienanh", "Original-Recipient: rfc822;vuphapche").replace("4A1B2C", "4A1B2E");
    assert_eq!(bench.outcome(&other), Outcome::Quarantined { why: Quarantine::OtherRecipient });
    let guessed = format!("{}.request.{}.1.0000000000000000@chinhphu.vn", id.as_str().to_lowercase(), item.id.dispatch);
    let unknown = BOUNCE.replace("MESSAGE-ID-STANDS-HERE", &guessed).replace("4A1B2C", "4A1B2F");
    assert_eq!(bench.outcome(&unknown), Outcome::Quarantined { why: Quarantine::UnknownMessage });
    bench.assert_sound();
}

#[test]
fn a_letter_confirms_and_never_accepts() {
    let mut bench = Bench::new();
    let id = bench.invited(&["CDA", "VPC"]);
    let item = bench.items(&id)[0].clone();
    let acknowledged = |unit: &str| Outcome::Acknowledged { meeting: id.clone(), unit: code(unit) };
    let answers = format!("From: van.thu@example.vn\nIn-Reply-To: {}\nSubject: Re\n\nĐã nhận, sẽ dự.\n> Kính gửi", item.message_id);
    assert_eq!(bench.outcome(&answers), acknowledged("CDA"));
    let known = bench.attendance(&id, "CDA").acknowledged.unwrap();
    assert_eq!((known.words.unwrap().as_str(), known.by.as_str()), ("Đã nhận, sẽ dự.", "van.thu@example.vn"));
    let signed = format!("From: {VPC}\nSubject: Re: [{id}]\n\nok");
    assert_eq!(bench.outcome(&signed), acknowledged("VPC"));
    assert_eq!(bench.counts(&id), [0; 4]);
    for (text, why) in [
        (format!("From: ai.do@example.vn\nSubject: Re: [{id}]\n\nok"), Quarantine::NotFromInvited { meeting: id.clone() }),
        (format!("From: {CDA}\nSubject: Re: [LH-2016-0099]\n\nok"), Quarantine::Unrelated),
        (format!("Auto-Submitted: auto-replied\n{answers}"), Quarantine::Automatic),
    ] {
        assert_eq!(bench.outcome(&text), Outcome::Quarantined { why });
    }
    bench.assert_sound();
}

fn form(from: &str) -> String {
    format!(
        "From: {from}\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nGửi phiếu\n--x\nContent-Type: text/csv\n\
         Content-Disposition: attachment; filename=\"phieu-dang-ky.csv\"\n\na,b\n--x--\n"
    )
}

#[test]
fn a_form_is_offered_and_its_bytes_are_kept_until_it_is_put_away() {
    let mut bench = Bench::new();
    let text = form(CDA);
    let taken = bench.taken(text.as_bytes()).received;
    assert_eq!(taken.outcome, Outcome::Offered { unit: code("CDA") });
    assert_eq!(incoming::bytes_of(bench.desk.store(), &taken).unwrap().unwrap(), text.as_bytes());
    assert_eq!(bench.outcome(&form("ai.do@example.vn")), Outcome::Quarantined { why: Quarantine::Stranger });
    let away = incoming::discard(&mut bench.desk, "lan", taken.id).unwrap();
    assert!(!away.waits() && away.discarded.as_ref().unwrap().by == "lan");
    assert_eq!(incoming::discard(&mut bench.desk, "minh", taken.id).unwrap(), away, "again it changes nothing");
    assert_eq!(incoming::bytes_of(bench.desk.store(), &away).unwrap(), None);
    assert_eq!(incoming::list(bench.desk.store(), false).unwrap().len(), 1);
    assert_eq!(incoming::list(bench.desk.store(), true).unwrap().len(), 2);
    // What was put away and comes again was there already.
    assert!(bench.taken(text.as_bytes()).repeated);
    assert!(
        matches!(incoming::show(bench.desk.store(), ReceivedId(9)), Err(Fault::Wrong { wrong }) if wrong[0].why == Why::UnknownReceived)
    );
    bench.assert_sound();
}

#[test]
fn a_crash_at_any_moment_leaves_a_long_message_whole_or_nothing() {
    let text = format!("From: {CDA}\n\n{}", "x".repeat(1_500_000));
    let whole = text.as_bytes();
    let mut bench = Bench::new();
    let mut commits = 0;
    loop {
        bench.store.left.store(commits, Ordering::SeqCst);
        let said = read(whole, SERVER);
        let done = incoming::take(&mut bench.desk, "thu", &said, whole, Source::Imap);
        bench = bench.reopened();
        incoming::sweep(&bench.desk).unwrap();
        bench.assert_sound();
        let kept = incoming::list(bench.desk.store(), true).unwrap();
        if done.is_ok() {
            assert_eq!(incoming::bytes_of(bench.desk.store(), &kept[0]).unwrap().unwrap(), whole);
            break;
        }
        assert!(kept.is_empty());
        assert!(table::last(bench.desk.store(), keys::RECEIVED_CHUNK).unwrap().is_none(), "chunks are left");
        commits += 1;
    }
    assert!(commits > 3, "{commits}");
    // And as it is put away.
    for left in 0.. {
        bench.store.left.store(left, Ordering::SeqCst);
        let done = incoming::discard(&mut bench.desk, "lan", ReceivedId(1));
        bench = bench.reopened();
        incoming::sweep(&bench.desk).unwrap();
        bench.assert_sound();
        if done.is_ok() {
            break;
        }
    }
    assert!(table::last(bench.desk.store(), keys::RECEIVED_CHUNK).unwrap().is_none());
}

#[test]
fn the_office_records_what_it_was_told() {
    let mut bench = Bench::new();
    let told = |meeting: &MeetingId, unit: &str, response, name: Option<&str>| Told {
        meeting: meeting.clone(),
        unit: code(unit),
        response,
        name: name.map(line),
        reason: Some(prose("qua điện thoại")),
    };
    let draft = bench.submitted(&["CDA"]);
    let refused = attendance::record(&mut bench.desk, "lan", &told(&draft, "CDA", Response::Accepted, None));
    assert!(matches!(refused, Err(Fault::Refused { rule }) if matches!(*rule, Rule::NotAsked { .. })));
    let id = bench.invited(&["CDA", "VPC"]);
    attendance::record(&mut bench.desk, "lan", &told(&id, "CDA", Response::Declined, None)).unwrap();
    attendance::record(&mut bench.desk, "lan", &told(&id, "VPC", Response::Substituted, Some("Phó Vụ trưởng"))).unwrap();
    assert_eq!(bench.counts(&id), [0, 1, 0, 1]);
    assert_eq!(bench.answer(&id, "CDA"), Some((Response::Declined, Trust::Recorded)));
    let wrong = |bench: &mut Bench, told: &Told| match attendance::record(&mut bench.desk, "lan", told) {
        Err(Fault::Wrong { wrong }) => wrong[0].why.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(wrong(&mut bench, &told(&id, "TCDL", Response::Accepted, None)), Why::NotInvited);
    assert_eq!(wrong(&mut bench, &told(&id, "CDA", Response::Substituted, None)), Why::Required);
    // What comes later by mail counts instead.
    let answer = bench.of(OUTLOOK, &id);
    bench.outcome(&answer);
    assert_eq!(bench.answer(&id, "CDA"), Some((Response::Accepted, Trust::Claimed)));
    bench.assert_sound();
}
