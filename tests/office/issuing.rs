//! Issuing: one message for each unit's shared mailbox, or none at all; further units; previews; taking back.

use lichhop::domain::audit::Finding;
use lichhop::domain::dispatch::DispatchKind;
use lichhop::domain::dispatch::ItemId;
use lichhop::domain::fault::{Fault, Rule, Why};
use lichhop::domain::meeting::{Channel, Entry, MeetingState};
use lichhop::domain::order::{EntryChanges, IssueOrder};
use lichhop::domain::outbox::{ItemState, Reason};
use lichhop::domain::policy::Unreachable;
use lichhop::domain::warning::Warning;
use lichhop::usecase::issue::{issue, items_of};
use lichhop::usecase::ports::{Commit, Entry as StoreEntry, Operation, Store, StoreError};
use lichhop::usecase::{check, keys, meeting, message, preview, registry, table};

use super::{Bench, code, entry, line, order, prose, refusal};

#[test]
fn each_unit_gets_one_message_to_its_shared_mailbox() {
    let mut bench = Bench::new();
    let id = bench.approved(&["CDA", "VPC", "TCDL-TTTT"]);
    let done = issue(&mut bench.desk, "minh", &order(&id)).unwrap();
    assert_eq!((done.queued, done.meeting.value.state), (Some(3), MeetingState::Issued));
    let items = items_of(bench.desk.store(), &done.meeting.value, None).unwrap();
    let to: Vec<_> = items.iter().map(|item| item.to.as_str()).collect();
    assert_eq!(to, ["cucdienanh-vhttdl@chinhphu.vn", "vuphapche-vhttdl@chinhphu.vn", "titc@vietnamtourism.gov.vn"]);
    for item in &items {
        assert_eq!((item.state, item.attempts, item.kind), (ItemState::Queued, 0, DispatchKind::Request));
        let message = String::from_utf8(message::read(bench.desk.store(), item.id).unwrap()).unwrap();
        assert!(message.contains(&item.message_id) && message.contains(item.to.as_str()));
    }
    bench.assert_sound();
}

#[test]
fn what_messages_share_is_stored_once() {
    const UNITS: u32 = 1_000;
    let mut bench = Bench::new();
    let units: Vec<_> = (1..=UNITS).map(|n| super::unit_row(n, &format!("XA{n}"), &format!("Ủy ban nhân dân xã số {n}"), "")).collect();
    let boxes: Vec<_> = (1..=UNITS).map(|n| super::mailbox_row(n, &format!("xa{n}@chinhphu.vn"), &format!("XA{n}"))).collect();
    registry::import_units(&mut bench.desk, "lan", "u", &units, false).unwrap();
    registry::import_mailboxes(&mut bench.desk, "lan", "b", &boxes, false).unwrap();
    let codes: Vec<String> = (1..=UNITS).map(|n| format!("XA{n}")).collect();
    let invited = Entry { content: Some(prose(&"ộ ".repeat(1_999))), ..entry(&codes.iter().map(String::as_str).collect::<Vec<_>>()) };
    let id = meeting::add(&mut bench.desk, "lan", &invited, true).unwrap().meeting.value.id;
    meeting::approve(&mut bench.desk, "minh", &id, None).unwrap();
    issue(&mut bench.desk, "minh", &order(&id)).unwrap();
    let stored = |prefix: &[u8]| {
        let mut entries = Vec::new();
        table::each(bench.desk.store(), prefix, |entry| {
            entries.push(entry);
            Ok::<_, StoreError>(())
        })
        .unwrap();
        entries
    };
    let bytes = |entries: &[StoreEntry]| entries.iter().map(|entry| entry.key.len() + entry.value.bytes.len()).sum::<usize>();
    let (messages, parts) = (stored(keys::MESSAGE), stored(keys::PART));
    assert_eq!(messages.len(), UNITS as usize);
    // Of each message, what all have in common: the document in its forms.
    let mut document = 0;
    let length = |name: &str| parts.iter().find(|part| part.key == keys::under(keys::PART, name)).unwrap().value.bytes.len();
    message::each_shared(&messages[0], |name| document += length(&name)).unwrap();
    let meeting = meeting::read(bench.desk.store(), &id).unwrap().value;
    let sizes: usize = items_of(bench.desk.store(), &meeting, None).unwrap().iter().map(|item| item.size as usize).sum();
    let heads = sizes - messages.len() * document;
    let all = bytes(&messages) + bytes(&parts);
    assert!(document > 40_000 && heads < messages.len() * 5_000, "{document} {heads}");
    assert!(all * 10 <= (heads + document) * 12, "{all} for {heads} and {document}");
    for item in items_of(bench.desk.store(), &meeting, None).unwrap() {
        assert_eq!(message::read(bench.desk.store(), item.id).unwrap().len(), item.size as usize);
    }
    bench.assert_sound();
    // What is shared is missed, and what is no longer what it was.
    let gone = Operation::Delete { key: parts[0].key.clone() };
    bench.memory.commit(&Commit { checks: vec![], operations: vec![gone] }).unwrap();
    let one = ItemId { dispatch: 1, n: 1 };
    assert!(matches!(message::read(bench.desk.store(), one), Err(StoreError::Corrupt(what)) if what.contains("T1-1")));
    let found = |bench: &Bench| check::check(bench.desk.store()).unwrap().findings;
    let name = parts[0].key.escape_ascii().to_string();
    assert_eq!(found(&bench), [Finding::Record { id: name.clone() }]);
    let other = Operation::Put { key: parts[0].key.clone(), value: table::raw(vec![b'A'; parts[0].value.bytes.len()]) };
    bench.memory.commit(&Commit { checks: vec![], operations: vec![other] }).unwrap();
    assert_eq!(found(&bench), [Finding::Record { id: name }]);
}

#[test]
fn an_unreachable_unit_stops_the_issue_unless_it_is_left_out_on_record() {
    let mut bench = Bench::new();
    let row = super::unit_row(9, "VDT", "Vụ Đào tạo", "");
    lichhop::usecase::registry::import_units(&mut bench.desk, "lan", "u", &[row], false).unwrap();
    let id = bench.approved(&["CDA", "VDT"]);
    let before = bench.memory.revision();
    let Rule::Unreachable { units, .. } = refusal(issue(&mut bench.desk, "minh", &order(&id)).unwrap_err()) else { panic!() };
    assert_eq!(units, [(code("VDT"), line("Vụ Đào tạo"), Unreachable::NoSharedMailbox)]);
    assert_eq!(bench.memory.revision(), before);
    let without = IssueOrder { without: vec![code("VDT")], ..order(&id) };
    let Err(Fault::Wrong { wrong }) = issue(&mut bench.desk, "minh", &without) else { panic!() };
    assert_eq!((wrong[0].field.as_str(), &wrong[0].why), ("reason", &Why::Required));
    let stranger = IssueOrder { without: vec![code("VPC")], reason: Some(prose("x")), ..order(&id) };
    let Err(Fault::Wrong { wrong }) = issue(&mut bench.desk, "minh", &stranger) else { panic!() };
    assert_eq!(wrong[0].why, Why::NotInvited);
    let recorded = IssueOrder { reason: Some(prose("đã báo bằng điện thoại")), ..without };
    let done = issue(&mut bench.desk, "minh", &recorded).unwrap();
    assert_eq!((done.queued, done.meeting.value.issue.unwrap().without), (Some(1), vec![code("VDT")]));
    bench.assert_sound();
}

#[test]
fn paper_accompanies_the_invitation_until_the_day() {
    let mut bench = Bench::new();
    let id = bench.approved(&["CDA"]);
    let parallel = IssueOrder { channel: Channel::Parallel, ..order(&id) };
    let done = issue(&mut bench.desk, "minh", &parallel).unwrap();
    assert_eq!(done.warnings, [Warning::PaperToo { units: 1 }]);
    bench.wait(chrono::Duration::days(29));
    let late = bench.approved(&["CDA"]);
    assert!(matches!(
        refusal(issue(&mut bench.desk, "minh", &IssueOrder { id: late.clone(), ..parallel }).unwrap_err()),
        Rule::PaperEnded { .. }
    ));
    assert!(issue(&mut bench.desk, "minh", &order(&late)).is_ok());
}

#[test]
fn what_the_units_were_told_is_not_edited_but_more_units_can_be_told() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA"]);
    let title = EntryChanges { title: Some(line("Khác")), invite: vec![code("VPC")], ..EntryChanges::default() };
    assert!(matches!(refusal(meeting::edit(&mut bench.desk, "lan", &id, &title, None).unwrap_err()), Rule::IssuedIsFixed { .. }));
    let more = EntryChanges { invite: vec![code("VPC")], ..EntryChanges::default() };
    let done = meeting::edit(&mut bench.desk, "lan", &id, &more, None).unwrap();
    assert_eq!((done.queued, done.meeting.value.entry.invited.len()), (Some(1), 2));
    let items = items_of(bench.desk.store(), &done.meeting.value, None).unwrap();
    assert_eq!(items.iter().map(|item| item.unit.as_str()).collect::<Vec<_>>(), ["CDA", "VPC"]);
    assert_eq!(done.meeting.value.issue.unwrap().number, "01/GM-BVHTTDL");
    let again = meeting::edit(&mut bench.desk, "lan", &id, &more, None).unwrap_err();
    assert!(matches!(again, Fault::Wrong { wrong } if wrong[0].why == Why::AlreadyInvited));
    bench.assert_sound();
}

#[test]
fn a_preview_writes_nothing_and_tells_what_would_happen() {
    let mut bench = Bench::new();
    let id = bench.approved(&["CDA", "VPC"]);
    let before = bench.memory.revision();
    let preview = preview::preview(&bench.desk, &IssueOrder { without: vec![code("VPC")], ..order(&id) }).unwrap();
    assert_eq!(bench.memory.revision(), before);
    assert_eq!((preview.number.as_str(), preview.recipients.len()), ("01/GM-BVHTTDL", 1));
    assert!(preview.text.contains("GIẤY MỜI") && preview.subject.as_str().starts_with("[GIẤY MỜI] 01/GM-BVHTTDL - 14:00 T5 05/05/2016"));
}

#[test]
fn a_preview_shows_whom_it_reaches_whom_not_and_everything_in_the_way() {
    let mut bench = Bench::new();
    let rows = [super::unit_row(9, "VDT", "Vụ Đào tạo", ""), super::unit_row(10, "VKH", "Vụ Khoa học", "")];
    lichhop::usecase::registry::import_units(&mut bench.desk, "lan", "u", &rows, false).unwrap();
    bench.approved(&["TCDL"]);
    let id = bench.submitted(&["VDT", "CDA", "VKH", "VPC"]);
    bench.wait(chrono::Duration::days(40));
    let plain = IssueOrder { override_reason: None, channel: Channel::Parallel, ..order(&id) };
    let all = preview::preview(&bench.desk, &plain).unwrap();
    let units = |codes: &[&str]| codes.iter().map(|one| code(one)).collect::<Vec<_>>();
    assert_eq!(all.recipients.iter().map(|unit| unit.unit.clone()).collect::<Vec<_>>(), units(&["CDA", "VPC"]));
    assert_eq!(all.unreachable.iter().map(|unit| unit.unit.clone()).collect::<Vec<_>>(), units(&["VDT", "VKH"]));
    assert!(all.unreachable.iter().all(|unit| unit.why == Unreachable::NoSharedMailbox));
    let [Rule::Workflow { .. }, Rule::Conflicts { .. }, Rule::PaperEnded { .. }, Rule::Unreachable { units: named, .. }] =
        &all.refusals[..]
    else {
        panic!("{:?}", all.refusals)
    };
    assert_eq!((named.len(), all.warnings), (2, vec![Warning::Past, Warning::PaperToo { units: 2 }]));
    assert_eq!((all.left_out.len(), all.date), (0, chrono::NaiveDate::from_ymd_opt(2016, 6, 12).unwrap()));
    meeting::approve(&mut bench.desk, "minh", &id, Some(&prose("đã thống nhất"))).unwrap();
    let without = IssueOrder { without: units(&["VKH", "VPC", "VDT"]), reason: Some(prose("đã báo")), ..order(&id) };
    let some = preview::preview(&bench.desk, &without).unwrap();
    let left: Vec<_> = some.left_out.iter().map(|unit| (unit.unit.as_str(), unit.name.as_str(), unit.why.is_some())).collect();
    assert_eq!(left, [("VKH", "Vụ Khoa học", true), ("VPC", "Vụ Pháp chế", false), ("VDT", "Vụ Đào tạo", true)]);
    assert_eq!(some.left_out[1].address.as_ref().unwrap().as_str(), "vuphapche-vhttdl@chinhphu.vn");
    assert_eq!((some.refusals, some.unreachable, some.recipients.len(), some.without), (vec![], vec![], 1, without.without.clone()));
    assert!(some.text.contains("Cục Điện ảnh") && !some.text.contains("Vụ Pháp chế"), "{}", some.text);
    issue(&mut bench.desk, "minh", &without).unwrap();
    // After it was issued: as it was issued.
    let then = preview::preview(&bench.desk, &order(&id)).unwrap();
    assert_eq!((then.number, then.recipients.len(), then.left_out.len(), then.unreachable), (some.number, 1, 3, vec![]));
    assert!(matches!(&then.refusals[..], [Rule::Workflow { .. }]), "{:?}", then.refusals);
}

#[test]
fn cancelling_before_anything_was_sent_drops_invitation_and_cancellation() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA", "VPC"]);
    let done = meeting::cancel(&mut bench.desk, "minh", &id, &prose("Thứ trưởng đi công tác")).unwrap();
    assert_eq!((done.meeting.value.state, done.meeting.value.sequence), (MeetingState::Cancelled, 1));
    let items = items_of(bench.desk.store(), &done.meeting.value, None).unwrap();
    assert_eq!(items.len(), 4);
    assert!(items.iter().all(|item| item.state == ItemState::Dropped));
    assert!(matches!(items[0].reason, Some(Reason::Superseded { by }) if by == items[2].id));
    assert!(matches!(items[2].reason, Some(Reason::NeverInvited { request }) if request == items[0].id));
    assert_eq!(bench.claim().unwrap().items, []);
    bench.assert_sound();
}

#[test]
fn a_meeting_that_was_not_issued_is_cancelled_without_mail() {
    let mut bench = Bench::new();
    let id = bench.approved(&["CDA"]);
    let done = meeting::cancel(&mut bench.desk, "minh", &id, &prose("không cần nữa")).unwrap();
    assert_eq!((done.meeting.value.state, done.queued), (MeetingState::Cancelled, None));
    assert!(items_of(bench.desk.store(), &done.meeting.value, None).unwrap().is_empty());
}

#[test]
fn nobody_invited_is_said_and_not_refused() {
    let mut bench = Bench::new();
    let id = bench.approved(&[]);
    let done = issue(&mut bench.desk, "minh", &order(&id)).unwrap();
    assert!(done.warnings.contains(&Warning::NobodyInvited));
    assert_eq!((done.queued, done.meeting.value.issue.unwrap().number.as_str()), (Some(0), "01/GM-BVHTTDL"));
    bench.assert_sound();
}
