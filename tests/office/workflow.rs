//! Registering, changing, approving: who may, when, and what is refused.

use lichhop::domain::account::{Account, Role};
use lichhop::domain::fault::{Fault, Permission, Rule, Why};
use lichhop::domain::meeting::{Entry, EntryFault, MeetingId, MeetingState};
use lichhop::domain::order::{EntryChanges, MeetingFilter, OptionalField};
use lichhop::domain::time::{IsoWeek, WallTime};
use lichhop::domain::warning::Warning;
use lichhop::usecase::listing::list;
use lichhop::usecase::meeting::{add, approve, edit, give_back, reject, submit};
use lichhop::usecase::{search, week};

use super::{Bench, code, entry, everything, line, prose, refusal};

#[test]
fn ids_are_counted_within_the_year() {
    let mut bench = Bench::new();
    let first = add(&mut bench.desk, "lan", &entry(&["CDA"]), false).unwrap().meeting.value;
    assert_eq!((first.id, first.state), (MeetingId::new(2016, 1), MeetingState::Draft));
    assert_eq!(bench.submitted(&[]), MeetingId::new(2016, 2));
    bench.assert_sound();
}

#[test]
fn a_wrong_entry_names_every_wrong_field_and_uses_no_id() {
    let mut bench = Bench::new();
    let mut wrong = entry(&["CDA", "KHONGCO", "CDA"]);
    wrong.end = Some(wrong.start);
    let Err(Fault::Wrong { wrong }) = add(&mut bench.desk, "lan", &wrong, true) else { panic!() };
    let found: Vec<_> = wrong.into_iter().map(|wrong| (wrong.field, wrong.why)).collect();
    assert_eq!(
        found,
        [
            ("end".to_owned(), Why::Entry(EntryFault::EndBeforeStart)),
            ("invite".to_owned(), Why::UnknownUnit),
            ("invite".to_owned(), Why::Twice)
        ]
    );
    assert_eq!(bench.submitted(&[]), MeetingId::new(2016, 1));
}

#[test]
fn nobody_approves_their_own_and_the_refusal_names_who_may() {
    let mut bench = Bench::new();
    for user in ["lan", "minh"] {
        let mut change = bench.desk.change("lan", "account.grant", user);
        change.put(None, &Account { user: user.into(), role: Role::Admin, units: vec![], revoked: false }).unwrap();
        bench.desk.commit(change).unwrap();
    }
    let id = bench.submitted(&["CDA"]);
    let refused = approve(&mut bench.desk, "lan", &id, None).unwrap_err();
    assert_eq!(refused, Fault::NotPermitted { permission: Permission::OwnApproval { id: id.clone(), who_may: vec!["minh".into()] } });
    assert_eq!(approve(&mut bench.desk, "minh", &id, None).unwrap().meeting.value.state, MeetingState::Approved);
}

#[test]
fn a_material_change_goes_back_for_approval_and_a_slip_of_the_pen_does_not() {
    let mut bench = Bench::new();
    let id = bench.approved(&["CDA"]);
    let title = EntryChanges { title: Some(line("Họp rà soát hộp thư")), ..EntryChanges::default() };
    assert_eq!(edit(&mut bench.desk, "lan", &id, &title, None).unwrap().meeting.value.state, MeetingState::Approved);
    let place = EntryChanges { place: Some(line("Phòng họp tầng 3")), ..EntryChanges::default() };
    let done = edit(&mut bench.desk, "lan", &id, &place, None).unwrap();
    assert_eq!(done.meeting.value.state, MeetingState::Submitted);
    assert!(done.warnings.contains(&Warning::BackForApproval));
    bench.assert_sound();
}

#[test]
fn what_may_be_empty_can_be_emptied() {
    let mut bench = Bench::new();
    let full = Entry { online: Some(line("https://hop.chinhphu.vn/1")), prepared_by: vec![code("VPC")], ..entry(&["CDA"]) };
    let full = Entry { end: Some(WallTime::parse("2016-05-05 16:00", bench.desk.now()).unwrap()), ..full };
    let shown = add(&mut bench.desk, "lan", &full, true).unwrap().meeting;
    approve(&mut bench.desk, "minh", &shown.value.id, None).unwrap();
    let cleared = |cleared: &[OptionalField]| EntryChanges { cleared: cleared.to_vec(), ..EntryChanges::default() };
    let link = edit(&mut bench.desk, "lan", &shown.value.id, &cleared(&[OptionalField::Online, OptionalField::Content]), None).unwrap();
    assert_eq!(link.meeting.value.state, MeetingState::Approved, "neither is what was approved");
    assert_eq!(link.meeting.value.entry, Entry { online: None, content: None, ..full.clone() });
    let nobody = EntryChanges { prepared_by: Some(vec![]), content: Some(prose("Khác")), ..cleared(&[OptionalField::Content]) };
    let after = edit(&mut bench.desk, "lan", &shown.value.id, &nobody, None).unwrap().meeting.value.entry;
    assert_eq!((after.prepared_by.len(), after.content), (0, Some(prose("Khác"))), "what is given as well is given");
    let end = edit(&mut bench.desk, "lan", &shown.value.id, &cleared(&[OptionalField::End]), None).unwrap();
    assert_eq!((end.meeting.value.entry.end, end.meeting.value.state), (None, MeetingState::Submitted), "the end is");
    bench.assert_sound();
}

#[test]
fn inviting_and_emptying_at_once_is_more_than_inviting() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA"]);
    let both = EntryChanges { invite: vec![code("VPC")], cleared: vec![OptionalField::Content], ..EntryChanges::default() };
    assert!(matches!(refusal(edit(&mut bench.desk, "lan", &id, &both, None).unwrap_err()), Rule::IssuedIsFixed { .. }));
}

#[test]
fn a_stale_form_changes_nothing() {
    let mut bench = Bench::new();
    let shown = add(&mut bench.desk, "lan", &entry(&["CDA"]), false).unwrap().meeting;
    let title = |text: &str| EntryChanges { title: Some(line(text)), ..EntryChanges::default() };
    edit(&mut bench.desk, "minh", &shown.value.id, &title("Một"), Some(shown.rev)).unwrap();
    let stale = edit(&mut bench.desk, "lan", &shown.value.id, &title("Hai"), Some(shown.rev)).unwrap_err();
    assert_eq!(stale, Fault::Stale { id: shown.value.id.to_string() });
}

#[test]
fn one_place_at_one_time_is_approved_once() {
    let mut bench = Bench::new();
    let first = bench.submitted(&["CDA"]);
    approve(&mut bench.desk, "minh", &first, None).unwrap();
    let second = bench.submitted(&["VPC"]);
    let Rule::Conflicts { conflicts, .. } = refusal(approve(&mut bench.desk, "minh", &second, None).unwrap_err()) else { panic!() };
    assert_eq!(conflicts.len(), 2, "place and chair");
    assert!(conflicts.iter().all(|conflict| conflict.with == first));
    let done = approve(&mut bench.desk, "minh", &second, Some(&prose("hai phòng liền nhau"))).unwrap();
    assert_eq!(done.meeting.value.history.last().unwrap().reason, Some(prose("hai phòng liền nhau")));
    assert_eq!(done.conflicts(bench.desk.store()).len(), 2, "kept in sight");
}

#[test]
fn returned_and_rejected_with_a_reason() {
    let mut bench = Bench::new();
    let id = bench.submitted(&["CDA"]);
    let returned = give_back(&mut bench.desk, "minh", &id, &prose("thiếu tài liệu")).unwrap().meeting.value;
    assert_eq!((returned.state, returned.history.last().unwrap().reason.clone()), (MeetingState::Draft, Some(prose("thiếu tài liệu"))));
    submit(&mut bench.desk, "lan", &id).unwrap();
    reject(&mut bench.desk, "minh", &id, &prose("trùng lịch Bộ trưởng")).unwrap();
    let Rule::Workflow { state, possible, .. } = refusal(submit(&mut bench.desk, "lan", &id).unwrap_err()) else { panic!() };
    assert_eq!((state, possible), (MeetingState::Rejected, vec![]));
}

#[test]
fn the_week_shows_what_stands_and_lists_find_what_was_registered() {
    let mut bench = Bench::new();
    let id = bench.approved(&["CDA"]);
    let pending = bench.submitted(&["TCDL"]);
    let w = IsoWeek::parse("2016-05-05", bench.desk.now()).unwrap();
    let ids = |unit: Option<&str>, w| {
        let unit = unit.map(code);
        week::week(bench.desk.store(), &everything(), w, unit.as_ref())
            .unwrap()
            .into_iter()
            .map(|(meeting, _)| meeting.value.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(None, w), std::slice::from_ref(&id));
    assert_eq!(ids(Some("CDA"), w), std::slice::from_ref(&id));
    assert!(ids(Some("VPC"), w).is_empty() && ids(None, w.plus(1)).is_empty());
    let filter = MeetingFilter { unit: Some(code("TCDL")), search: Some(line("ra soat")), ..MeetingFilter::default() };
    let listed = list(bench.desk.store(), &everything(), &filter).unwrap();
    assert_eq!(listed.iter().map(|(meeting, conflicts)| (meeting.value.id.clone(), conflicts.len())).collect::<Vec<_>>(), [(pending, 2)]);
    let found = |text: &str| {
        search::search(bench.desk.store(), &everything(), text, None).unwrap().into_iter().map(|hit| hit.id).collect::<Vec<_>>()
    };
    assert_eq!(found("cuc dien"), ["CDA", "cucdienanh-vhttdl@chinhphu.vn"]);
    assert_eq!(found("Cục điện"), ["CDA"], "letters with marks match only themselves");
    assert_eq!(found("ra soat").len(), 2);
}
