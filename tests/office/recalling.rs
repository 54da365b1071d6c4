//! Recalling what was issued last, before any of it has left.

use chrono::Duration;
use lichhop::domain::dispatch::ItemId;
use lichhop::domain::fault::{Fault, Rule};
use lichhop::domain::meeting::{Meeting, MeetingId, MeetingState};
use lichhop::domain::order::{EntryChanges, ReplaceOrder, Replacing};
use lichhop::domain::outbox::{Fate, Item, ItemState, Reason};
use lichhop::domain::time::WallTime;
use lichhop::usecase::issue::{issue, items_of};
use lichhop::usecase::recall::recall;
use lichhop::usecase::{meeting, outbox, update};

use super::{Bench, code, order, prose, refusal};

fn stored(bench: &Bench, id: &MeetingId) -> Meeting {
    meeting::read(bench.desk.store(), id).unwrap().value
}

fn items(bench: &Bench, id: &MeetingId) -> Vec<Item> {
    items_of(bench.desk.store(), &stored(bench, id), None).unwrap()
}

fn take_back(bench: &mut Bench, id: &MeetingId) -> Result<MeetingState, Fault> {
    recall(&mut bench.desk, "minh", id, &prose("ghi nhầm giờ")).map(|done| done.meeting.value.state)
}

fn states(bench: &Bench, id: &MeetingId) -> Vec<ItemState> {
    items(bench, id).into_iter().map(|item| item.state).collect()
}

#[test]
fn an_issue_is_taken_back_and_its_number_stays_void() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA", "VPC"]);
    let before = stored(&bench, &id);
    assert_eq!(take_back(&mut bench, &id).unwrap(), MeetingState::Approved);
    let meeting = stored(&bench, &id);
    assert_eq!((meeting.issue.clone(), meeting.sequence, meeting.voided.len()), (None, before.sequence, 1));
    assert_eq!((meeting.voided[0].number.as_str(), &meeting.voided[0].reason), ("01/GM-BVHTTDL", &prose("ghi nhầm giờ")));
    let recalled = Some(Reason::Recalled { words: prose("ghi nhầm giờ") });
    assert!(items(&bench, &id).iter().all(|item| item.state == ItemState::Dropped && item.reason == recalled));
    assert!(bench.claim().unwrap().items.is_empty());
    bench.assert_sound();
    // Nothing is left to recall, and the next number is another one.
    assert_eq!(refusal(take_back(&mut bench, &id).unwrap_err()), Rule::NothingToRecall { id: id.clone() });
    issue(&mut bench.desk, "minh", &order(&id)).unwrap();
    assert_eq!(stored(&bench, &id).issue.unwrap().number, "02/GM-BVHTTDL");
    assert_eq!(bench.claim().unwrap().items.len(), 2);
    bench.assert_sound();
}

#[test]
fn what_may_have_left_is_not_taken_back() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA", "VPC"]);
    let claimed: Vec<ItemId> = bench.claim().unwrap().items.iter().map(|item| item.id).collect();
    let revision = bench.desk.store().revision();
    assert_eq!(refusal(take_back(&mut bench, &id).unwrap_err()), Rule::TooLateToRecall { id: id.clone(), left: 2 });
    let now = bench.desk.now();
    outbox::settle(&mut bench.desk, &[(claimed[0], Fate::Sent { at: now }), (claimed[1], Fate::Released { due: now })]).unwrap();
    assert!(bench.desk.store().revision() > revision);
    assert_eq!(refusal(take_back(&mut bench, &id).unwrap_err()), Rule::TooLateToRecall { id: id.clone(), left: 1 });
    assert_eq!(stored(&bench, &id).state, MeetingState::Issued);
    // One that was never told anything has nothing to be taken back.
    let draft = bench.submitted(&["CDA"]);
    assert_eq!(refusal(take_back(&mut bench, &draft).unwrap_err()), Rule::NothingToRecall { id: draft });
    bench.assert_sound();
}

#[test]
fn a_cancellation_that_is_taken_back_gives_the_invitations_their_place_again() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA", "VPC", "VP"]);
    let claimed: Vec<ItemId> = bench.claim().unwrap().items.iter().map(|item| item.id).collect();
    let now = bench.desk.now();
    // One has arrived, one waits, one is on its way.
    outbox::settle(&mut bench.desk, &[(claimed[0], Fate::Sent { at: now }), (claimed[1], Fate::Released { due: now })]).unwrap();
    let before = stored(&bench, &id);
    meeting::cancel(&mut bench.desk, "minh", &id, &prose("hoãn")).unwrap();
    assert_eq!(states(&bench, &id)[..3], [ItemState::Sent, ItemState::Dropped, ItemState::Queued]);
    assert_eq!(take_back(&mut bench, &id).unwrap(), MeetingState::Issued);
    let meeting = stored(&bench, &id);
    assert_eq!((&meeting.issue, meeting.sequence, meeting.voided.len()), (&before.issue, before.sequence, 0));
    assert_eq!(states(&bench, &id)[..3], [ItemState::Sent, ItemState::Queued, ItemState::Queued]);
    assert!(states(&bench, &id)[3..].iter().all(|state| *state == ItemState::Dropped));
    bench.assert_sound();
    // What is on its way is tried again like any other, should it fail.
    let later = Fate::Released { due: now };
    assert_eq!(outbox::settle(&mut bench.desk, &[(claimed[2], later)]).unwrap(), [ItemState::Queued]);
    assert_eq!(bench.claim().unwrap().items.iter().map(|item| item.id).collect::<Vec<_>>(), claimed[1..]);
}

#[test]
fn another_date_that_is_taken_back_leaves_the_first_invitation_in_force() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA", "VPC"]);
    let before = stored(&bench, &id);
    bench.wait(Duration::minutes(1));
    let changes = EntryChanges { start: WallTime::parse("2016-05-06 09:00", bench.desk.now()).ok(), ..EntryChanges::default() };
    let reschedule = ReplaceOrder {
        id: id.clone(),
        way: Replacing::Reschedule,
        changes,
        invited: None,
        without: vec![],
        reason: prose("đổi giờ"),
        override_reason: Some(prose("đã thống nhất")),
        expected: None,
    };
    update::replace(&mut bench.desk, "minh", &reschedule).unwrap();
    assert_eq!(stored(&bench, &id).issue.unwrap().number, "02/GM-BVHTTDL");
    take_back(&mut bench, &id).unwrap();
    let meeting = stored(&bench, &id);
    assert_eq!((&meeting.entry, &meeting.issue, &meeting.replaced), (&before.entry, &before.issue, &before.replaced));
    assert_eq!(meeting.voided[0].number, "02/GM-BVHTTDL");
    assert_eq!(states(&bench, &id), [ItemState::Queued, ItemState::Queued, ItemState::Dropped, ItemState::Dropped]);
    bench.assert_sound();
}

/// Whatever the clock does between the moments at which things are noted: it moves on, or is set back meanwhile.
#[test]
fn a_replacement_is_taken_back_together_with_its_withdrawals() {
    for step in [Duration::milliseconds(7), Duration::zero(), Duration::milliseconds(-7)] {
        let mut bench = Bench::new();
        let id = bench.issued(&["CDA", "VPC"]);
        let claimed: Vec<ItemId> = bench.claim().unwrap().items.iter().map(|item| item.id).collect();
        let now = bench.desk.now();
        outbox::settle(&mut bench.desk, &claimed.iter().map(|id| (*id, Fate::Sent { at: now })).collect::<Vec<_>>()).unwrap();
        bench.wait(Duration::minutes(1));
        let before = stored(&bench, &id);
        bench.let_time_pass(step);
        update::replace(&mut bench.desk, "minh", &super::updating::instead(&id, &["CDA", "TCDL"])).unwrap();
        let told: Vec<(&str, String)> = items(&bench, &id)[2..].iter().map(|item| (item.kind.word(), item.unit.to_string())).collect();
        assert_eq!(told, [("request", "CDA".into()), ("request", "TCDL".into()), ("cancel", "VPC".into())]);
        take_back(&mut bench, &id).unwrap();
        let meeting = stored(&bench, &id);
        assert_eq!((&meeting.entry, &meeting.issue, meeting.sequence), (&before.entry, &before.issue, before.sequence), "{step}");
        assert_eq!(meeting.voided[0].number, "02/GM-BVHTTDL");
        let expected = [ItemState::Sent, ItemState::Sent, ItemState::Dropped, ItemState::Dropped, ItemState::Dropped];
        assert_eq!(states(&bench, &id), expected, "{step}");
        bench.let_time_pass(Duration::zero());
        bench.wait(Duration::minutes(1));
        assert!(bench.claim().unwrap().items.is_empty(), "{step}");
        bench.assert_sound();
    }
}

#[test]
fn what_told_nobody_takes_nothing_of_what_was_told_before_it() {
    let mut bench = Bench::new();
    let id = bench.issued(&[]);
    bench.let_time_pass(Duration::milliseconds(-7));
    meeting::cancel(&mut bench.desk, "minh", &id, &prose("hoãn")).unwrap();
    assert_eq!(refusal(take_back(&mut bench, &id).unwrap_err()), Rule::NothingToRecall { id: id.clone() });
    // Each of two invitations that follow each other is taken back by itself.
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA"]);
    bench.let_time_pass(Duration::milliseconds(7));
    let old = meeting::read(bench.desk.store(), &id).unwrap();
    lichhop::usecase::issue::invite(&mut bench.desk, "minh", &old, &[code("VPC")]).unwrap();
    take_back(&mut bench, &id).unwrap();
    assert_eq!(states(&bench, &id), [ItemState::Queued, ItemState::Dropped]);
    bench.assert_sound();
}

#[test]
fn who_was_invited_too_late_is_no_longer_and_keeps_no_number_from_anybody() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA"]);
    let claimed = bench.claim().unwrap().items[0].id;
    let now = bench.desk.now();
    outbox::settle(&mut bench.desk, &[(claimed, Fate::Sent { at: now })]).unwrap();
    let old = meeting::read(bench.desk.store(), &id).unwrap();
    lichhop::usecase::issue::invite(&mut bench.desk, "minh", &old, &[code("VPC")]).unwrap();
    take_back(&mut bench, &id).unwrap();
    let meeting = stored(&bench, &id);
    assert_eq!((meeting.entry.invited, meeting.voided.len(), meeting.issue), (vec![code("CDA")], 0, old.value.issue));
    bench.assert_sound();
}

#[test]
fn a_recall_that_is_broken_off_is_whole_or_not_there() {
    for left in 0.. {
        let mut bench = Bench::new();
        let id = bench.issued(&["CDA", "VPC"]);
        bench.store.left.store(left, std::sync::atomic::Ordering::SeqCst);
        let done = take_back(&mut bench, &id);
        let bench = bench.reopened();
        let recalled = stored(&bench, &id).state == MeetingState::Approved;
        let expected = if recalled { ItemState::Dropped } else { ItemState::Queued };
        assert_eq!(states(&bench, &id), [expected; 2], "after {left} commits");
        bench.assert_sound();
        if done.is_ok() {
            assert!(recalled && left > 2);
            return;
        }
    }
}
