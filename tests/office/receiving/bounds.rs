//! How much of what comes is kept, and for how long.

use chrono::Duration;
use lichhop::domain::audit::Finding;
use lichhop::domain::incoming::Received;
use lichhop::usecase::check::check;
use lichhop::usecase::incoming::forget::{AT_ONCE, forget, outlived};
use lichhop::usecase::incoming::{KEPT_MAX, bytes_of, discard, list};
use lichhop::usecase::ports::{Direction, Operation, Range, Store};

use super::*;

/// A letter of which nothing is known.
fn letter(n: usize) -> Vec<u8> {
    format!("From: a{n}@b.vn\nSubject: {n}\n\nxin chào {n}").into_bytes()
}

impl Bench {
    fn try_to_take(&mut self, bytes: &[u8]) -> Result<Received, Fault> {
        let said = read(bytes, SERVER);
        incoming::take(&mut self.desk, "thu", &said, bytes, Source::Pipe).map(|taken| taken.received)
    }

    /// As if so many bytes waited already.
    fn holds(&self, bytes: u64) {
        let put = Operation::Put { key: keys::counter("received.bytes"), value: table::encode(&bytes).unwrap() };
        self.desk.write_unaudited(vec![put]).unwrap();
    }

    fn held(&self) -> u64 {
        table::get::<u64>(self.desk.store(), &keys::counter("received.bytes")).unwrap().unwrap().value
    }

    /// Forgets what was of no use for a year; gives what is still there.
    fn forgets(&mut self) -> Vec<u64> {
        let before = self.desk.now() - Duration::days(365);
        let old = outlived(self.desk.store(), before).unwrap();
        for some in old.chunks(AT_ONCE) {
            forget(&mut self.desk, some, before).unwrap();
        }
        assert_eq!(outlived(self.desk.store(), before).unwrap(), []);
        list(self.desk.store(), true).unwrap().into_iter().map(|one| one.id.0).collect()
    }
}

#[test]
fn what_waits_has_a_bound_and_the_last_byte_below_it_is_taken() {
    assert_eq!(KEPT_MAX, 1 << 30);
    let mut bench = Bench::new();
    let size = letter(1).len() as u64;
    bench.holds(KEPT_MAX - size + 1);
    let revision = bench.memory.revision();
    let full = Rule::QuarantineFull { limit: KEPT_MAX };
    assert_eq!(crate::office::refusal(bench.try_to_take(&letter(1)).unwrap_err()), full);
    // A long one, which is laid down in pieces before it is kept.
    assert_eq!(crate::office::refusal(bench.try_to_take(&vec![b'x'; 512 * 1024]).unwrap_err()), full);
    assert_eq!(bench.memory.revision(), revision, "nothing is written");
    // What need not be kept as it came is taken all the same.
    let id = bench.invited(&["CDA"]);
    let uid = bench.record(&id).uid;
    let answer = reply(&uid, CDA, "20160503T010101Z", "PARTSTAT=ACCEPTED").text();
    assert_eq!(bench.try_to_take(answer.as_bytes()).unwrap().outcome.word(), "answered");
    bench.holds(KEPT_MAX - size);
    let taken = bench.try_to_take(&letter(1)).unwrap();
    assert_eq!(bench.held(), KEPT_MAX);
    assert!(bench.try_to_take(&letter(2)).is_err());
    // Whoever puts one away makes room.
    discard(&mut bench.desk, "minh", taken.id).unwrap();
    assert_eq!(bench.held(), KEPT_MAX - size);
    bench.try_to_take(&letter(2)).unwrap();
    bench.assert_sound();
}

#[test]
fn what_is_of_no_use_is_forgotten_in_time_and_nothing_else() {
    let mut bench = Bench::new();
    let id = bench.invited(&["CDA", "VPC"]);
    let (uid, message_id) = (bench.record(&id).uid, bench.items(&id)[0].message_id.clone());
    // What the meeting tells of: two answers, of which the first was replaced, and a bounce.
    for stamp in ["20160503T010101Z", "20160503T020202Z"] {
        bench.try_to_take(reply(&uid, CDA, stamp, "PARTSTAT=ACCEPTED").text().as_bytes()).unwrap();
    }
    let bounce = BOUNCE.replace("MESSAGE-ID-STANDS-HERE", message_id.trim_matches(['<', '>']));
    assert_eq!(bench.try_to_take(bounce.as_bytes()).unwrap().outcome.word(), "bounced");
    // What came too late, what waits, and what is put away: more than one commit forgets.
    let late = reply(&uid, CDA, "20160503T010102Z", "PARTSTAT=DECLINED").text();
    assert_eq!(bench.try_to_take(late.as_bytes()).unwrap().outcome.word(), "outdated");
    let waiting = bench.try_to_take(&letter(0)).unwrap();
    let letters: Vec<Received> = (1..=AT_ONCE + 3).map(|n| bench.try_to_take(&letter(n)).unwrap()).collect();
    bench.wait(Duration::days(300));
    for one in &letters {
        discard(&mut bench.desk, "minh", one.id).unwrap();
    }
    let all = 5 + letters.len() as u64;
    assert_eq!(bench.forgets(), (1..=all).collect::<Vec<_>>(), "it is too early");
    bench.wait(Duration::days(66));
    assert_eq!(bench.forgets(), [&[1, 2, 3, 5][..], &(6..=all).collect::<Vec<_>>()].concat(), "they were put away later");
    bench.wait(Duration::days(300));
    assert_eq!(bench.forgets(), [1, 2, 3, 5]);
    bench.assert_sound();
    assert_eq!(bench.answer(&id, "CDA"), Some((Response::Accepted, Trust::Claimed)));
    assert_eq!(bytes_of(bench.desk.store(), &waiting).unwrap().unwrap(), letter(0));
    // Nothing of the others is left but what the audit says.
    for one in &letters {
        let name = format!("/{}/", one.id);
        let left = bench.desk.store().scan(&Range::prefix(b"h/received"), 1000, Direction::Forward);
        assert!(left.unwrap().entries.iter().all(|entry| !entry.key.escape_ascii().to_string().contains(&name)), "{name}");
    }
    // It comes again like one that never came.
    assert!(!bench.taken(&letter(1)).repeated);
    assert_eq!(bench.try_to_take(&letter(2)).unwrap().id.0, all + 2, "no number is given twice");
    bench.assert_sound();
    bench.reopened().assert_sound();
}

#[test]
fn what_vanished_without_a_word_is_missed() {
    let mut bench = Bench::new();
    let taken: Vec<Received> = (0..2).map(|n| bench.try_to_take(&letter(n)).unwrap()).collect();
    for one in &taken {
        discard(&mut bench.desk, "minh", one.id).unwrap();
    }
    bench.wait(Duration::days(400));
    let before = bench.desk.now();
    forget(&mut bench.desk, &[taken[0].id], before).unwrap();
    bench.assert_sound();
    // The other one is taken away behind the audit's back.
    let prefix = Range::prefix(format!("h/received/{}/", taken[1].id).as_bytes());
    let versions = bench.memory.scan(&prefix, 10, Direction::Forward).unwrap().entries;
    let gone = versions.into_iter().map(|entry| Operation::Delete { key: entry.key }).collect();
    bench.desk.write_unaudited(gone).unwrap();
    let findings = check(bench.memory.as_ref()).unwrap().findings;
    let missed = findings.iter().filter(|finding| matches!(finding, Finding::Versions { .. })).count();
    assert_eq!(missed, 2, "{findings:?}");
}
