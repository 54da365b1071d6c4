//! Ways in which mail was once lost, doubled or stuck.

use chrono::Duration;
use lichhop::domain::fault::{Fault, Permission, Why};
use lichhop::domain::mailbox::MailboxRow;
use lichhop::domain::order::EntryChanges;
use lichhop::domain::outbox::{Failure, Fate, ItemState, Reason};
use lichhop::domain::time::WallTime;
use lichhop::usecase::issue::{issue, items_of};
use lichhop::usecase::outbox::{CLAIM_MAX, Looked};
use lichhop::usecase::{job, meeting, outbox, registry};

use super::{Bench, code, order, prose, unit_row};

fn deferred(bench: &Bench) -> Fate {
    let failure = Failure { phase: "rcpt".into(), code: Some(451), enhanced: None, text: "later".into() };
    Fate::Deferred { failure, next: bench.desk.now() + Duration::minutes(1), uncertain: false }
}

fn items(bench: &Bench, id: &lichhop::domain::meeting::MeetingId) -> Vec<lichhop::domain::outbox::Item> {
    let meeting = meeting::read(bench.desk.store(), id).unwrap().value;
    items_of(bench.desk.store(), &meeting, None).unwrap()
}

#[test]
fn a_unit_named_twice_is_not_invited_twice() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA"]);
    let twice = EntryChanges { invite: vec![code("VPC"), code("VPC")], ..EntryChanges::default() };
    let Err(Fault::Wrong { wrong }) = meeting::edit(&mut bench.desk, "lan", &id, &twice, None) else { panic!() };
    assert_eq!(wrong[0].why, Why::Twice);
    assert_eq!(items(&bench, &id).len(), 1);
}

#[test]
fn a_message_that_cannot_be_stored_is_refused_before_its_number_is_given() {
    let mut bench = Bench::new();
    let names: Vec<String> = (0..1900).map(|n| format!("U{n}")).collect();
    let rows: Vec<_> =
        names.iter().zip(2..).map(|(code, line)| unit_row(line, code, "Đơn vị có một tên khá dài để bảng kê thành dài", "")).collect();
    registry::import_units(&mut bench.desk, "lan", "u", &rows, false).unwrap();
    let mut entry = super::entry(&["CDA"]);
    entry.prepared_by = names.iter().map(|name| code(name)).collect();
    let Err(Fault::Wrong { wrong }) = meeting::add(&mut bench.desk, "lan", &entry, true) else { panic!() };
    assert_eq!(wrong[0].field, "prepared-by");
    bench.assert_sound();
}

#[test]
fn many_invited_units_are_counted_and_not_listed() {
    let mut bench = Bench::empty();
    let names: Vec<String> = (0..400).map(|n| format!("XA{n:04}")).collect();
    let rows: Vec<_> = names.iter().zip(2..).map(|(code, line)| unit_row(line, code, "Ủy ban nhân dân xã", "")).collect();
    registry::import_units(&mut bench.desk, "lan", "u", &rows, false).unwrap();
    let rows: Vec<MailboxRow> =
        names.iter().zip(2..).map(|(code, line)| super::mailbox_row(line, &format!("{}@chinhphu.vn", code.to_lowercase()), code)).collect();
    registry::import_mailboxes(&mut bench.desk, "lan", "m", &rows, false).unwrap();
    let mut entry = super::entry(&names.iter().map(String::as_str).collect::<Vec<_>>());
    entry.unit = code("XA0000");
    entry.content = Some(prose(&"Nội dung rất dài. ".repeat(220)));
    let id = meeting::add(&mut bench.desk, "lan", &entry, true).unwrap().meeting.value.id;
    meeting::approve(&mut bench.desk, "minh", &id, None).unwrap();
    let done = issue(&mut bench.desk, "minh", &order(&id)).unwrap();
    assert_eq!(done.queued, Some(400));
    let first = items(&bench, &id).remove(0);
    assert!(first.size < 100_000, "{}", first.size);
    bench.assert_sound();
}

#[test]
fn every_earlier_invitation_to_a_mailbox_is_taken_back() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA"]);
    let claimed = bench.claim().unwrap().items;
    let fate = deferred(&bench);
    outbox::settle(&mut bench.desk, &[(claimed[0].id, fate)]).unwrap();
    // The mailbox moves to another unit, which is invited too.
    let mut row = super::mailbox_row(2, "cucdienanh-vhttdl@chinhphu.vn", "VDT");
    registry::import_units(&mut bench.desk, "lan", "u", &[unit_row(2, "VDT", "Vụ Đào tạo", "")], false).unwrap();
    row.unit = Some(code("VDT"));
    registry::import_mailboxes(&mut bench.desk, "lan", "m", &[row], false).unwrap();
    let more = EntryChanges { invite: vec![code("VDT")], ..EntryChanges::default() };
    meeting::edit(&mut bench.desk, "lan", &id, &more, None).unwrap();
    meeting::cancel(&mut bench.desk, "minh", &id, &prose("hoãn")).unwrap();
    let states: Vec<_> = items(&bench, &id).into_iter().map(|item| item.state).collect();
    assert_eq!(states, [ItemState::Dropped; 3]);
    bench.wait(Duration::minutes(5));
    assert!(bench.claim().unwrap().items.is_empty());
    bench.assert_sound();
}

#[test]
fn a_dead_flushers_invitation_to_a_cancelled_meeting_is_not_repeated() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA"]);
    bench.claim().unwrap();
    meeting::cancel(&mut bench.desk, "minh", &id, &prose("hoãn")).unwrap();
    let mut bench = bench.reopened();
    let claimed = bench.claim().unwrap().items;
    let all = items(&bench, &id);
    assert_eq!(claimed.iter().map(|item| item.id).collect::<Vec<_>>(), [all[1].id], "only the cancellation goes");
    assert_eq!(all[0].reason, Some(Reason::Superseded { by: all[1].id }));
    bench.assert_sound();
}

#[test]
fn a_sealed_job_that_broke_off_goes_before_every_other_decision() {
    use std::sync::atomic::Ordering;
    let mut bench = Bench::new();
    let names: Vec<String> = (0..60).map(|n| format!("DV{n}")).collect();
    let rows: Vec<_> = names.iter().zip(2..).map(|(code, line)| unit_row(line, code, "Đơn vị", "")).collect();
    registry::import_units(&mut bench.desk, "lan", "u", &rows, false).unwrap();
    let rows: Vec<_> =
        names.iter().zip(2..).map(|(code, line)| super::mailbox_row(line, &format!("{}@chinhphu.vn", code.to_lowercase()), code)).collect();
    registry::import_mailboxes(&mut bench.desk, "lan", "m", &rows, false).unwrap();
    let id = bench.approved(&names.iter().map(String::as_str).collect::<Vec<_>>());
    // One chunk, the seal, one step; then the store refuses.
    bench.store.left.store(3, Ordering::SeqCst);
    assert!(issue(&mut bench.desk, "minh", &order(&id)).is_err());
    assert!(bench.desk.unfinished.is_some() && items(&bench, &id).len() < 60);
    bench.store.left.store(usize::MAX, Ordering::SeqCst);
    job::finish_unfinished(&mut bench.desk).unwrap();
    assert_eq!((bench.desk.unfinished, items(&bench, &id).len()), (None, 60));
    bench.assert_sound();
}

#[test]
fn who_registered_a_meeting_does_not_approve_it_after_somebody_elses_change_either() {
    let mut bench = Bench::new();
    let id = bench.submitted(&["CDA"]);
    let later = EntryChanges { start: Some(WallTime::parse("2016-05-05 15:00", bench.desk.now()).unwrap()), ..EntryChanges::default() };
    meeting::edit(&mut bench.desk, "minh", &id, &later, None).unwrap();
    for user in ["lan", "minh"] {
        let refused = meeting::approve(&mut bench.desk, user, &id, None).unwrap_err();
        assert!(matches!(refused, Fault::NotPermitted { permission: Permission::OwnApproval { .. } }), "{user}");
    }
    meeting::approve(&mut bench.desk, "hoa", &id, None).unwrap();
}

#[test]
fn a_run_does_not_come_back_to_what_it_put_off() {
    let mut bench = Bench::new();
    bench.issued(&["CDA"]);
    let began = bench.desk.now();
    let item = outbox::claim(&mut bench.desk, began, CLAIM_MAX, Looked::default()).unwrap().items.remove(0);
    let fate = deferred(&bench);
    outbox::settle(&mut bench.desk, &[(item.id, fate)]).unwrap();
    bench.wait(Duration::minutes(5));
    assert!(outbox::claim(&mut bench.desk, began, CLAIM_MAX, Looked::default()).unwrap().items.is_empty());
    assert_eq!(bench.claim().unwrap().items.len(), 1);
}

#[test]
fn a_damaged_item_stops_no_other() {
    let mut bench = Bench::new();
    bench.issued(&["CDA", "VPC"]);
    let damaged = lichhop::usecase::keys::item(lichhop::usecase::keys::ITEM, lichhop::domain::dispatch::ItemId { dispatch: 1, n: 1 });
    assert!(bench.memory.damage(&damaged, |bytes| bytes[20] ^= 1));
    assert_eq!(bench.claim().unwrap().items.iter().map(|item| item.unit.as_str().to_owned()).collect::<Vec<_>>(), ["VPC"]);
    let report = lichhop::usecase::check::check(bench.memory.as_ref()).unwrap();
    assert!(!report.findings.is_empty());
}

#[test]
fn a_long_history_keeps_its_end() {
    let mut bench = Bench::new();
    let id = bench.submitted(&["CDA"]);
    let reason = prose(&"ờ".repeat(1000));
    for _ in 0..30 {
        meeting::give_back(&mut bench.desk, "minh", &id, &reason).unwrap();
        meeting::submit(&mut bench.desk, "lan", &id).unwrap();
    }
    let history = meeting::read(bench.desk.store(), &id).unwrap().value.history;
    assert_eq!(history.len(), lichhop::domain::meeting::HISTORY_MAX);
    let too_long = meeting::give_back(&mut bench.desk, "minh", &id, &prose(&"x".repeat(1001))).unwrap_err();
    assert!(matches!(too_long, Fault::Wrong { wrong } if wrong[0].field == "reason"));
    bench.assert_sound();
}
