//! What is done to what was issued: another invitation in its place, a postponement, a cancellation. Who was told is told.

use chrono::Duration;
use lichhop::domain::dispatch::{Dispatch, DispatchKind, Notice};
use lichhop::domain::fault::{Fault, Rule, Why};
use lichhop::domain::mailbox::MailboxState;
use lichhop::domain::meeting::{Channel, Meeting, MeetingId, MeetingState, REPLACED_MAX, Replaced};
use lichhop::domain::order::{EntryChanges, IssueOrder, ReplaceOrder, Replacing};
use lichhop::domain::outbox::{Failure, Fate, Item, ItemState, Reason};
use lichhop::domain::time::WallTime;
use lichhop::domain::warning::Warning;
use lichhop::domain::workflow::Action;
use lichhop::usecase::issue::{dispatch_of, invited_by, issue, items_of};
use lichhop::usecase::meeting::{Done, cancel, edit};
use lichhop::usecase::outbox::settle;
use lichhop::usecase::ports::Store;
use lichhop::usecase::update::{postpone, preview, replace};
use lichhop::usecase::{meeting, message, registry};

use super::{Bench, code, line, mailbox_row, order, prose, refusal};

pub(super) fn time(raw: &str) -> WallTime {
    WallTime::parse(raw, chrono::DateTime::UNIX_EPOCH).unwrap()
}

/// Another day for the meeting.
pub(super) fn moved(id: &MeetingId, start: &str) -> ReplaceOrder {
    ReplaceOrder {
        id: id.clone(),
        way: Replacing::Reschedule,
        changes: EntryChanges { start: Some(time(start)), ..EntryChanges::default() },
        invited: None,
        without: vec![],
        reason: prose("Đồng chí chủ trì đi công tác"),
        override_reason: None,
        expected: None,
    }
}

/// The same meeting for these units.
pub(super) fn instead(id: &MeetingId, invited: &[&str]) -> ReplaceOrder {
    ReplaceOrder {
        way: Replacing::Replace,
        changes: EntryChanges::default(),
        invited: Some(invited.iter().map(|unit| code(unit)).collect()),
        ..moved(id, "2016-05-05 14:00")
    }
}

pub(super) fn items(bench: &Bench, id: &MeetingId) -> Vec<Item> {
    items_of(bench.desk.store(), &read(bench, id), None).unwrap()
}

pub(super) fn read(bench: &Bench, id: &MeetingId) -> Meeting {
    meeting::read(bench.desk.store(), id).unwrap().value
}

fn dispatch(bench: &Bench, item: &Item) -> Dispatch {
    dispatch_of(bench.desk.store(), item.id.dispatch).unwrap()
}

/// The text of a dispatch, its lines put together.
fn unwrapped(dispatch: &Dispatch) -> String {
    dispatch.body.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Sends everything that is due.
fn send_all(bench: &mut Bench) -> Vec<Item> {
    let mut sent = Vec::new();
    loop {
        let claimed = bench.claim().unwrap();
        if claimed.nothing {
            return sent;
        }
        let at = bench.desk.now();
        let fates: Vec<_> = claimed.items.iter().map(|item| (item.id, Fate::Sent { at })).collect();
        settle(&mut bench.desk, &fates).unwrap();
        sent.extend(claimed.items);
    }
}

fn failure() -> Failure {
    Failure { phase: "rcpt".into(), code: Some(550), enhanced: None, text: "no such mailbox".into() }
}

/// Who got what: `request CDA`.
fn went(items: &[Item]) -> Vec<String> {
    items.iter().map(|item| format!("{} {}", item.kind.word(), item.unit)).collect()
}

fn done(bench: &mut Bench, order: &ReplaceOrder) -> Done {
    replace(&mut bench.desk, "minh", order).unwrap()
}

#[test]
fn another_date_is_a_new_numbered_invitation_that_names_the_one_before() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA", "VPC"]);
    let first = send_all(&mut bench);
    bench.wait(Duration::hours(26));
    let place = EntryChanges { place: Some(line("Phòng họp tầng 3")), ..moved(&id, "2016-05-06 09:00").changes };
    let done = done(&mut bench, &ReplaceOrder { changes: place, ..moved(&id, "2016-05-06 09:00") });
    let now = done.meeting.value;
    assert_eq!((done.queued, done.warnings, now.state, now.sequence), (Some(2), vec![], MeetingState::Issued, 1));
    assert_eq!((now.entry.start, now.entry.place.as_str()), (time("2016-05-06 09:00"), "Phòng họp tầng 3"));
    let earlier = Replaced { number: "01/GM-BVHTTDL".into(), date: "2016-05-03".parse().unwrap() };
    let issue = now.issue.clone().unwrap();
    assert_eq!((issue.number.as_str(), issue.date.to_string().as_str()), ("02/GM-BVHTTDL", "2016-05-04"));
    assert_eq!((&now.replaced, issue.because), (&vec![earlier.clone()], Some(prose("Đồng chí chủ trì đi công tác"))));
    let last = now.history.last().unwrap();
    assert_eq!((last.action, last.by.as_str(), last.reason.is_some()), (Action::Reschedule, "minh", true));
    let sent = send_all(&mut bench);
    assert_eq!(went(&sent), ["request CDA", "request VPC"]);
    for (earlier_item, item) in first.iter().zip(&sent) {
        let (before, dispatch) = (dispatch(&bench, earlier_item), dispatch(&bench, item));
        assert_eq!((&dispatch.calendar.uid, dispatch.calendar.sequence), (&before.calendar.uid, 1));
        assert_eq!((before.calendar.sequence, &dispatch.replaces), (0, &Some(earlier.clone())));
        assert!(dispatch.at > before.at && item.message_id != earlier_item.message_id);
        let message = String::from_utf8(message::read(bench.desk.store(), item.id).unwrap()).unwrap();
        for field in ["In-Reply-To", "References"] {
            assert!(message.contains(&format!("\r\n{field}: {}\r\n", earlier_item.message_id)), "{message}");
        }
        assert!(item.subject.as_str().starts_with("[GIẤY MỜI THAY THẾ] 02/GM-BVHTTDL - 09:00 T6 06/05/2016"), "{}", item.subject);
        let words = "Giấy mời này thay thế Giấy mời số 01/GM-BVHTTDL ngày 03 tháng 5 năm 2016.";
        assert!(unwrapped(&dispatch).contains(words) && dispatch.body.html.contains(words), "{}", dispatch.body.text);
        assert!(unwrapped(&dispatch).contains("Lý do thay thế: Đồng chí chủ trì đi công tác"));
    }
    // What is shown as the invitation is the one in force.
    assert_eq!(invited_by(bench.desk.store(), &now, None).unwrap(), Some(sent[0].id));
    assert_eq!(invited_by(bench.desk.store(), &now, Some(&sent[1].to)).unwrap(), Some(sent[1].id));
    bench.assert_sound();
}

#[test]
fn a_meeting_that_is_moved_lasts_as_long_as_before() {
    let mut bench = Bench::new();
    let id = bench.approved(&["CDA"]);
    let end = EntryChanges { end: Some(time("2016-05-05 16:30")), ..EntryChanges::default() };
    edit(&mut bench.desk, "lan", &id, &end, None).unwrap();
    meeting::approve(&mut bench.desk, "minh", &id, Some(&prose("x"))).unwrap();
    issue(&mut bench.desk, "minh", &order(&id)).unwrap();
    let ends = |done: Done| done.meeting.value.entry.end;
    assert_eq!(ends(done(&mut bench, &moved(&id, "2016-05-06 08:00"))), Some(time("2016-05-06 10:30")));
    let longer = EntryChanges { end: Some(time("2016-05-06 11:00")), ..moved(&id, "2016-05-06 08:00").changes };
    assert_eq!(ends(done(&mut bench, &ReplaceOrder { changes: longer, ..moved(&id, "2016-05-06 08:00") })), Some(time("2016-05-06 11:00")));
}

#[test]
fn what_was_not_sent_yet_gives_way_and_the_new_invitation_is_sent_all_the_same() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA"]);
    done(&mut bench, &moved(&id, "2016-05-06 09:00"));
    let all = items(&bench, &id);
    assert_eq!((all[0].state, &all[0].reason), (ItemState::Dropped, &Some(Reason::Superseded { by: all[1].id })));
    // Nobody was told of the first one: nothing is followed.
    let message = String::from_utf8(message::read(bench.desk.store(), all[1].id).unwrap()).unwrap();
    assert!(!message.contains("In-Reply-To") && !message.contains("References"));
    assert_eq!(send_all(&mut bench).iter().map(|item| item.id).collect::<Vec<_>>(), [all[1].id]);
    bench.assert_sound();
}

#[test]
fn what_is_being_sent_has_its_fate_first() {
    for fate in 0..3 {
        let mut bench = Bench::new();
        let id = bench.issued(&["CDA"]);
        let first = bench.claim().unwrap().items.remove(0);
        done(&mut bench, &moved(&id, "2016-05-06 09:00"));
        assert_eq!(bench.claim().unwrap().items, [], "it must not overtake");
        let (at, next) = (bench.desk.now(), bench.desk.now());
        let fate = match fate {
            0 => Fate::Sent { at },
            1 => Fate::Failed { failure: failure() },
            _ => Fate::Deferred { failure: failure(), next, uncertain: false },
        };
        settle(&mut bench.desk, &[(first.id, fate)]).unwrap();
        let sent = send_all(&mut bench);
        assert_eq!(sent.iter().map(|item| (item.kind, item.id.dispatch)).collect::<Vec<_>>(), [(DispatchKind::Request, 2)]);
        bench.assert_sound();
    }
}

#[test]
fn who_is_invited_no_longer_is_told_so_and_who_is_new_is_invited() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA", "VPC"]);
    let first = send_all(&mut bench);
    let done = done(&mut bench, &instead(&id, &["CDA", "TCDL"]));
    assert_eq!((done.queued, &done.warnings), (Some(3), &vec![Warning::Withdrawn { mailboxes: 1 }]));
    let sent = send_all(&mut bench);
    assert_eq!(went(&sent), ["request CDA", "request TCDL", "cancel VPC"]);
    let [kept, new, gone] = &sent[..] else { panic!() };
    let follows = |item: &Item| String::from_utf8(message::read(bench.desk.store(), item.id).unwrap()).unwrap();
    assert!(follows(kept).contains(&format!("In-Reply-To: {}", first[0].message_id)));
    assert!(!follows(new).contains("In-Reply-To") && follows(gone).contains(&format!("In-Reply-To: {}", first[1].message_id)));
    let withdrawn = dispatch(&bench, gone);
    assert_eq!((withdrawn.notice, withdrawn.calendar.sequence, gone.notice), (Notice::Withdrawn, 1, Notice::Withdrawn));
    // It tells of what that mailbox was invited to, under the number that it knows.
    assert_eq!((withdrawn.number.as_str(), withdrawn.calendar.start), ("01/GM-BVHTTDL", time("2016-05-05 14:00")));
    assert!(unwrapped(&withdrawn).contains("thông báo thu hồi Giấy mời số 01/GM-BVHTTDL"), "{}", withdrawn.body.text);
    // What becomes of the meeting is no matter of theirs any more.
    cancel(&mut bench.desk, "minh", &id, &prose("không họp nữa")).unwrap();
    assert_eq!(went(&send_all(&mut bench)), ["cancel CDA", "cancel TCDL"]);
    bench.assert_sound();
}

#[test]
fn who_is_invited_again_takes_the_meeting_up_again() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA", "VPC"]);
    send_all(&mut bench);
    done(&mut bench, &instead(&id, &["CDA"]));
    send_all(&mut bench);
    let more = EntryChanges { invite: vec![code("VPC"), code("TCDL")], ..EntryChanges::default() };
    let done = edit(&mut bench.desk, "minh", &id, &more, None).unwrap();
    // The withdrawal had SEQUENCE 1.
    assert_eq!((done.queued, done.meeting.value.sequence), (Some(2), 2));
    assert_eq!(done.meeting.value.issue.unwrap().number, "02/GM-BVHTTDL");
    let sent = send_all(&mut bench);
    assert_eq!(went(&sent), ["request VPC", "request TCDL"]);
    cancel(&mut bench.desk, "minh", &id, &prose("x")).unwrap();
    assert_eq!(went(&send_all(&mut bench)), ["cancel CDA", "cancel VPC", "cancel TCDL"]);
    bench.assert_sound();
}

#[test]
fn a_withdrawal_that_waits_gives_way_to_a_new_invitation() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA", "VPC"]);
    send_all(&mut bench);
    done(&mut bench, &instead(&id, &["CDA"]));
    let more = EntryChanges { invite: vec![code("VPC")], ..EntryChanges::default() };
    edit(&mut bench.desk, "minh", &id, &more, None).unwrap();
    let waiting: Vec<Item> = items(&bench, &id).into_iter().filter(|item| item.state.is_waiting()).collect();
    assert_eq!(went(&waiting), ["request CDA", "request VPC"]);
    bench.assert_sound();
}

#[test]
fn a_unit_with_another_mailbox_is_invited_there_and_the_old_one_is_told() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA", "VPC"]);
    send_all(&mut bench);
    let mut old = mailbox_row(2, "cucdienanh-vhttdl@chinhphu.vn", "CDA");
    old.state = Some(MailboxState::Suspended);
    let rows = [old, mailbox_row(3, "cda.moi@chinhphu.vn", "CDA")];
    registry::import_mailboxes(&mut bench.desk, "lan", "m", &rows, false).unwrap();
    let preview = preview(&bench.desk, &moved(&id, "2016-05-06 09:00")).unwrap();
    assert_eq!(preview.withdrawn.iter().map(|one| one.address.as_str()).collect::<Vec<_>>(), ["cucdienanh-vhttdl@chinhphu.vn"]);
    done(&mut bench, &moved(&id, "2016-05-06 09:00"));
    let to: Vec<String> = send_all(&mut bench).iter().map(|item| format!("{} {}", item.kind.word(), item.to)).collect();
    let expected = ["request cda.moi@chinhphu.vn", "request vuphapche-vhttdl@chinhphu.vn", "cancel cucdienanh-vhttdl@chinhphu.vn"];
    assert_eq!(to, expected);
    bench.assert_sound();
}

#[test]
fn a_postponement_says_so_and_another_date_revives_the_meeting() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA", "VPC"]);
    let first = send_all(&mut bench);
    let done = postpone(&mut bench.desk, "minh", &id, &prose("Chờ ý kiến Thứ trưởng")).unwrap();
    assert_eq!((done.queued, done.meeting.value.state, done.meeting.value.sequence), (Some(2), MeetingState::Postponed, 1));
    let told = send_all(&mut bench);
    assert_eq!(went(&told), ["cancel CDA", "cancel VPC"]);
    let notice = dispatch(&bench, &told[0]);
    assert_eq!((notice.notice, notice.calendar.sequence, notice.number.as_str()), (Notice::Postponed, 1, "01/GM-BVHTTDL"));
    for words in ["tạm hoãn, sẽ có thông báo sau", "Chờ ý kiến Thứ trưởng", "Giấy mời số 01/GM-BVHTTDL"] {
        assert!(unwrapped(&notice).contains(words) && notice.body.html.contains(words), "{words}: {}", notice.body.text);
    }
    assert!(told[0].subject.as_str().starts_with("[HOÃN HỌP] 01/GM-BVHTTDL"), "{}", told[0].subject);
    // Without a day it is not revived, nor postponed once more.
    let nowhere = ReplaceOrder { changes: EntryChanges::default(), ..instead(&id, &["CDA"]) };
    let Err(Fault::Wrong { wrong }) = replace(&mut bench.desk, "minh", &nowhere) else { panic!() };
    assert_eq!((wrong[0].field.as_str(), &wrong[0].why), ("start", &Why::Required));
    assert!(matches!(refusal(postpone(&mut bench.desk, "minh", &id, &prose("x")).unwrap_err()), Rule::Workflow { .. }));
    let revived = super::updating::done(&mut bench, &moved(&id, "2016-05-12 14:00")).meeting.value;
    assert_eq!((revived.state, revived.sequence, revived.uid == notice.calendar.uid), (MeetingState::Issued, 2, true));
    let sent = send_all(&mut bench);
    assert_eq!(went(&sent), ["request CDA", "request VPC"]);
    let again = dispatch(&bench, &sent[0]);
    assert_eq!((again.calendar.sequence, again.number.as_str()), (2, "02/GM-BVHTTDL"));
    let message = String::from_utf8(message::read(bench.desk.store(), sent[0].id).unwrap()).unwrap();
    assert!(message.contains(&format!("In-Reply-To: {}", first[0].message_id)));
    bench.assert_sound();
}

#[test]
fn a_postponement_that_nobody_was_told_of_gives_way_to_the_new_date() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA"]);
    send_all(&mut bench);
    postpone(&mut bench.desk, "minh", &id, &prose("x")).unwrap();
    done(&mut bench, &moved(&id, "2016-05-12 14:00"));
    let all = items(&bench, &id);
    assert_eq!((all[1].state, &all[1].reason), (ItemState::Dropped, &Some(Reason::Superseded { by: all[2].id })));
    assert_eq!(went(&send_all(&mut bench)), ["request CDA"]);
    bench.assert_sound();
}

#[test]
fn who_never_heard_of_the_meeting_hears_nothing_of_its_postponement_or_end() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA"]);
    let done = postpone(&mut bench.desk, "minh", &id, &prose("x")).unwrap();
    assert_eq!(done.queued, Some(0));
    let done = cancel(&mut bench.desk, "minh", &id, &prose("x")).unwrap();
    assert_eq!((done.queued, done.meeting.value.sequence), (Some(0), 2));
    let all = items(&bench, &id);
    assert!(all.iter().all(|item| item.state == ItemState::Dropped));
    assert!(all[1..].iter().all(|item| item.reason == Some(Reason::NeverInvited { request: all[0].id })), "{all:?}");
    bench.assert_sound();
}

#[test]
fn the_end_of_a_postponed_meeting_is_told_once_more() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA", "VPC"]);
    send_all(&mut bench);
    postpone(&mut bench.desk, "minh", &id, &prose("x")).unwrap();
    send_all(&mut bench);
    cancel(&mut bench.desk, "minh", &id, &prose("không họp nữa")).unwrap();
    let sent = send_all(&mut bench);
    assert_eq!(went(&sent), ["cancel CDA", "cancel VPC"]);
    let notice = dispatch(&bench, &sent[0]);
    assert_eq!((notice.notice, notice.calendar.sequence), (Notice::Cancelled, 2));
    bench.assert_sound();
}

#[test]
fn a_cancellation_goes_although_the_last_invitation_failed_when_an_earlier_one_arrived() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA"]);
    send_all(&mut bench);
    done(&mut bench, &moved(&id, "2016-05-06 09:00"));
    let second = bench.claim().unwrap().items.remove(0);
    cancel(&mut bench.desk, "minh", &id, &prose("x")).unwrap();
    settle(&mut bench.desk, &[(second.id, Fate::Failed { failure: failure() })]).unwrap();
    assert_eq!(went(&send_all(&mut bench)), ["cancel CDA"]);
    bench.assert_sound();
}

#[test]
fn what_is_refused_writes_nothing_and_uses_no_number() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA"]);
    let other = bench.approved(&["VPC"]);
    let elsewhere = EntryChanges { start: Some(time("2016-05-06 14:00")), ..EntryChanges::default() };
    edit(&mut bench.desk, "lan", &other, &elsewhere, None).unwrap();
    let before = bench.memory.revision();
    let refused = |bench: &mut Bench, order: &ReplaceOrder| replace(&mut bench.desk, "minh", order).unwrap_err();
    let Rule::Conflicts { conflicts, issued, .. } = refusal(refused(&mut bench, &moved(&id, "2016-05-06 14:30"))) else { panic!() };
    assert_eq!((conflicts[0].with.clone(), issued), (other.clone(), true));
    let Rule::Workflow { action, .. } = refusal(refused(&mut bench, &moved(&other, "2016-05-07 09:00"))) else { panic!() };
    assert_eq!(action, Action::Reschedule);
    assert!(matches!(refusal(postpone(&mut bench.desk, "minh", &other, &prose("x")).unwrap_err()), Rule::Workflow { .. }));
    let wrong = |fault: Fault| match fault {
        Fault::Wrong { mut wrong } => (wrong[0].field.clone(), wrong.remove(0).why),
        other => panic!("{other:?}"),
    };
    assert_eq!(wrong(refused(&mut bench, &moved(&id, "2016-05-05 14:00"))), ("start".into(), Why::Unchanged));
    assert_eq!(wrong(refused(&mut bench, &instead(&id, &["CDA", "KHONGCO"]))), ("invite".into(), Why::UnknownUnit));
    let long = ReplaceOrder { reason: prose(&"a".repeat(1_001)), ..moved(&id, "2016-05-09 09:00") };
    assert_eq!(wrong(refused(&mut bench, &long)).0, "reason");
    let stranger = ReplaceOrder { without: vec![code("VPC")], ..moved(&id, "2016-05-09 09:00") };
    assert_eq!(wrong(refused(&mut bench, &stranger)), ("without".into(), Why::NotInvited));
    let stale = ReplaceOrder { expected: Some(1), ..moved(&id, "2016-05-09 09:00") };
    assert!(matches!(refused(&mut bench, &stale), Fault::Stale { .. }));
    assert_eq!(bench.memory.revision(), before);
    // What is only in the way is accepted for a reason.
    let despite = ReplaceOrder { override_reason: Some(prose("đã thống nhất")), ..moved(&id, "2016-05-06 14:30") };
    assert_eq!(done(&mut bench, &despite).meeting.value.issue.unwrap().number, "02/GM-BVHTTDL");
    bench.assert_sound();
}

#[test]
fn who_cannot_be_reached_stops_it_unless_he_is_left_out_on_record() {
    let mut bench = Bench::new();
    registry::import_units(&mut bench.desk, "lan", "u", &[super::unit_row(9, "VDT", "Vụ Đào tạo", "")], false).unwrap();
    let id = bench.approved(&["CDA", "VDT"]);
    let without = IssueOrder { without: vec![code("VDT")], reason: Some(prose("đã báo")), ..order(&id) };
    issue(&mut bench.desk, "minh", &without).unwrap();
    // Who was left out is so further.
    let again = done(&mut bench, &moved(&id, "2016-05-06 09:00"));
    assert_eq!((again.queued, again.meeting.value.issue.unwrap().without), (Some(1), vec![code("VDT")]));
    // Unless he is named.
    let named = instead(&id, &["CDA", "VDT"]);
    let Rule::Unreachable { units, issued, .. } = refusal(replace(&mut bench.desk, "minh", &named).unwrap_err()) else { panic!() };
    assert_eq!((units[0].0.as_str(), issued), ("VDT", true));
    let recorded = ReplaceOrder { without: vec![code("VDT")], ..named };
    let shown = preview(&bench.desk, &recorded).unwrap();
    assert_eq!((shown.number.as_str(), shown.recipients.len(), shown.left_out.len(), shown.refusals), ("03/GM-BVHTTDL", 1, 1, vec![]));
    assert_eq!(done(&mut bench, &recorded).meeting.value.issue.unwrap().without, [code("VDT")]);
    bench.assert_sound();
}

#[test]
fn a_preview_writes_nothing_and_names_what_is_in_the_way() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA", "VPC"]);
    let other = bench.approved(&["TCDL"]);
    let before = bench.memory.revision();
    let shown = preview(&bench.desk, &ReplaceOrder { way: Replacing::Replace, ..instead(&id, &["CDA"]) }).unwrap();
    assert_eq!(bench.memory.revision(), before);
    let [Rule::Conflicts { conflicts, .. }] = &shown.refusals[..] else { panic!("{:?}", shown.refusals) };
    assert_eq!((&conflicts[0].with, shown.number.as_str()), (&other, "02/GM-BVHTTDL"));
    assert_eq!((shown.recipients.len(), shown.withdrawn.len()), (1, 1));
    assert!(shown.text.contains("Giấy mời này thay thế Giấy mời số 01/GM-BVHTTDL"), "{}", shown.text);
    assert!(shown.subject.as_str().starts_with("[GIẤY MỜI THAY THẾ] 02/GM-BVHTTDL"));
}

#[test]
fn it_travels_as_before_while_paper_is_allowed() {
    let mut bench = Bench::new();
    let id = bench.approved(&["CDA"]);
    issue(&mut bench.desk, "minh", &IssueOrder { channel: Channel::Parallel, ..order(&id) }).unwrap();
    let again = done(&mut bench, &moved(&id, "2016-05-20 09:00"));
    assert_eq!(again.warnings, [Warning::PaperToo { units: 1 }]);
    bench.wait(Duration::days(29));
    let late = done(&mut bench, &moved(&id, "2016-06-20 09:00"));
    assert_eq!((late.warnings, late.meeting.value.issue.unwrap().channel), (vec![], Channel::Electronic));
}

#[test]
fn an_invitation_is_not_replaced_without_end_but_can_still_be_cancelled() {
    let mut bench = Bench::new();
    let id = bench.issued(&[]);
    for n in 0..REPLACED_MAX {
        done(&mut bench, &moved(&id, if n % 2 == 0 { "2016-05-06 09:00" } else { "2016-05-05 14:00" }));
    }
    let Rule::ReplacedTooOften { limit, .. } = refusal(replace(&mut bench.desk, "minh", &moved(&id, "2016-05-09 09:00")).unwrap_err())
    else {
        panic!()
    };
    assert_eq!((usize::try_from(limit), read(&bench, &id).replaced.len()), (Ok(REPLACED_MAX), REPLACED_MAX));
    cancel(&mut bench.desk, "minh", &id, &prose("x")).unwrap();
    bench.assert_sound();
}
