//! What was, asked of a host: over its socket too, and by those who do not see everything.

use std::sync::Arc;
use std::time::Duration;

use lichhop::client;
use lichhop::domain::account::{Account, Role};
use lichhop::domain::attendance::Response;
use lichhop::domain::fault::{Fault, Why};
use lichhop::domain::history::{Field, FieldValue, PastVersion, Subject};
use lichhop::domain::meeting::{MeetingId, MeetingState};
use lichhop::domain::order::EntryChanges;
use lichhop::domain::outbox::ItemState;
use lichhop::domain::text::{Line, Prose};
use lichhop::domain::unit::UnitCode;
use lichhop::host::clock::request_id;
use lichhop::host::{Host, answer};
use lichhop::wire::reply::{Answer, Reply};
use lichhop::wire::request::{MeetingFilter, Reading, ReplyOrder, Request};

use super::{House, NOW, entry};

/// Hours after the first one.
fn at(hours: i64) -> chrono::DateTime<chrono::Utc> {
    NOW.parse::<chrono::DateTime<chrono::Utc>>().unwrap() + chrono::Duration::hours(hours)
}

fn as_of(hours: i64, reading: Reading) -> Request {
    Request::AsOf { at: at(hours), reading: Box::new(reading) }
}

fn states(reply: Reply) -> Vec<MeetingState> {
    match reply.unwrap() {
        Answer::Meetings(meetings) => meetings.into_iter().map(|meeting| meeting.state).collect(),
        other => panic!("{other:?}"),
    }
}

fn told(reply: Reply) -> Vec<PastVersion> {
    match reply.unwrap() {
        Answer::History(versions) => versions,
        other => panic!("{other:?}"),
    }
}

fn unknown(reply: &Reply) -> bool {
    matches!(reply, Err(Fault::Wrong { wrong }) if wrong[0].why == Why::UnknownMeeting)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_passes_over_the_socket_as_it_is() {
    let house = House::with("relay = \"maildir:mail\"\n").await;
    let id = house.issued(&["CDA"]).await;
    let house = house.reopened(at(1)).await;
    house.flush().await;
    let house = house.reopened(at(2)).await;
    let reason = Prose::parse("bận việc").unwrap();
    house.meeting(Request::MeetingCancel { id: id.clone(), reason }).await;
    house.client.serve();
    let other = client::open(&house.target).await.unwrap();
    assert!(!other.stop(), "it is not the host");
    let item = lichhop::domain::dispatch::ItemId { dispatch: 1, n: 1 };
    let unit = UnitCode::parse("CDA").unwrap();
    for hours in [-1, 0, 1, 2] {
        for reading in [
            Reading::UnitList,
            Reading::UnitShow(unit.clone()),
            Reading::MailboxList,
            Reading::MeetingList(MeetingFilter { unit: Some(unit.clone()), ..MeetingFilter::default() }),
            Reading::MeetingShow(id.clone()),
            Reading::Week { week: None, unit: None },
            Reading::WeekCalendar { week: None, unit: None },
            Reading::OutboxList { state: None },
            Reading::OutboxShow(item),
            Reading::Search { text: Line::parse("hộp thư").unwrap(), kind: None },
        ] {
            let request = as_of(hours, reading);
            let ours = house.client.call(request.clone()).await;
            // What says itself that nobody was there yet.
            let (there, what) = (ours.is_ok(), format!("{request:?}"));
            assert_eq!(other.call(request).await, ours, "{what}");
            assert!(there || hours < 0, "{what}");
        }
    }
    let items = async |hours| match other.call(as_of(hours, Reading::OutboxList { state: None })).await.unwrap() {
        Answer::Items(items) => items.into_iter().map(|item| item.state).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(items(-1).await, []);
    assert_eq!(items(0).await, [ItemState::Queued]);
    assert_eq!(items(1).await, [ItemState::Sent]);
    for subject in [Subject::Meeting(id), Subject::Outbox(item), Subject::Unit(unit)] {
        let ours = house.client.call(Request::History(subject.clone())).await;
        assert_eq!(other.call(Request::History(subject)).await, ours);
        assert!(!told(ours).is_empty());
    }
    // What has not come yet is nobody's past.
    for client in [&other, &house.client] {
        let refused = client.call(Request::AsOf { at: at(2) + Duration::from_nanos(1), reading: Box::new(Reading::UnitList) }).await;
        assert!(matches!(&refused, Err(Fault::Wrong { wrong }) if wrong[0].why == Why::Future && wrong[0].field == "at"), "{refused:?}");
    }
}

/// A ministry in which a meeting of the unit `CDA` was registered (0), approved (1), given back and changed (2), and approved
/// again (3). What is secret stands in what viewers are not told, and in the title while it was given back.
async fn given_back() -> (Arc<Host>, MeetingId, House) {
    let house = House::with("relay = \"maildir:mail\"\n").await;
    for role in [Role::Viewer, Role::Operator, Role::Clerk] {
        let account = Account { user: role.word().to_owned(), role, units: vec![], revoked: false };
        house.client.call(Request::AccountGrant(account)).await.unwrap();
    }
    let line = |text: &str| Line::parse(text).ok();
    let prose = |text: &str| Prose::parse(text).ok();
    let made = lichhop::domain::meeting::Entry { content: prose("TUYỆT-MẬT"), ..entry(&["CDA"]) };
    let id = house.meeting(Request::MeetingAdd { entry: Box::new(made), submit: true }).await.id;
    let approve = Request::MeetingApprove { id: id.clone(), override_reason: prose("TUYỆT-MẬT") };
    let house = house.reopened(at(1)).await;
    house.meeting(approve.clone()).await;
    let house = house.reopened(at(2)).await;
    house.meeting(Request::MeetingReturn { id: id.clone(), reason: prose("TUYỆT-MẬT").unwrap() }).await;
    let edit = |changes| Request::MeetingEdit { id: id.clone(), changes: Box::new(changes), expected: None };
    house.meeting(edit(EntryChanges { title: line("TUYỆT-MẬT"), ..EntryChanges::default() })).await;
    let house = house.reopened(at(3)).await;
    house.meeting(edit(EntryChanges { title: line("Họp công khai"), ..EntryChanges::default() })).await;
    house.meeting(Request::MeetingSubmit(id.clone())).await;
    house.meeting(approve).await;
    // Of what viewers are told nothing changes by this.
    house.meeting(edit(EntryChanges { content: prose("TUYỆT-MẬT hơn"), ..EntryChanges::default() })).await;
    let mut house = house.reopened(at(4)).await;
    (house.host().await, id, house)
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sees_a_part_sees_that_part_of_what_was() {
    let (host, id, _house) = given_back().await;
    let ask = async |user: &str, request| answer::answer(&host, user, request_id(), request).await;
    let show = |hours| as_of(hours, Reading::MeetingShow(id.clone()));
    let list = |hours| as_of(hours, Reading::MeetingList(MeetingFilter::default()));
    let mut seen = Vec::new();
    for hours in -1..5 {
        assert_eq!(ask("clerk", show(hours)).await.is_ok(), hours >= 0, "{hours}");
        let shown = ask("viewer", show(hours)).await;
        assert!(shown.is_ok() || unknown(&shown), "{shown:?}");
        assert_eq!(states(ask("viewer", list(hours)).await).len(), usize::from(shown.is_ok()));
        assert_eq!(states(ask("operator", list(hours)).await), []);
        assert!(!format!("{shown:?}").contains("TUYỆT-MẬT"), "{hours}: {shown:?}");
        seen.push(shown.is_ok());
    }
    // At the hours 1, 3 and 4: when everybody was told.
    assert_eq!(seen, [false, false, true, false, true, true]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sees_a_part_is_told_what_changed_in_that_part() {
    let (host, id, _house) = given_back().await;
    let ask = async |user: &str| answer::answer(&host, user, request_id(), Request::History(Subject::Meeting(id.clone()))).await;
    assert!(unknown(&ask("operator").await));
    let clerk = told(ask("clerk").await);
    let actions: Vec<&str> = clerk.iter().map(|past| past.action.as_str()).collect();
    let done = ["register", "approve", "return", "edit", "edit", "submit", "approve", "edit"].map(|word| format!("meeting.{word}"));
    assert_eq!(actions, done);
    assert!(clerk.iter().all(|past| past.by.is_some()) && clerk[2].reason.is_some() && clerk.is_sorted_by_key(|past| past.revision));
    let changed = |past: &PastVersion| past.changes.iter().map(|change| change.field).collect::<Vec<_>>();
    assert_eq!(
        (changed(&clerk[1]), changed(&clerk[3]), changed(&clerk[7])),
        (vec![Field::State], vec![Field::Title], vec![Field::Content])
    );
    // Two versions were told to everybody, and what changed between them was the title.
    let viewer = told(ask("viewer").await);
    assert!(!format!("{viewer:?}").contains("TUYỆT-MẬT"), "{viewer:?}");
    assert_eq!(viewer.iter().map(|past| past.at).collect::<Vec<_>>(), [at(1), at(3)]);
    assert_eq!(changed(&viewer[1]), [Field::Title]);
    assert_eq!(viewer[1].changes[0].to, Some(FieldValue::Text("Họp công khai".into())));
    assert!(viewer.iter().all(|past| past.by.is_none() && past.reason.is_none()));
    assert!(!changed(&viewer[0]).contains(&Field::Content));
    assert_eq!(viewer[0].action, "meeting.approve");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_only_told_of_a_meeting_is_told_who_comes_and_not_what_was_said() {
    let mut house = House::with("relay = \"maildir:mail\"\n").await;
    for (user, role) in [("viewer", Role::Viewer), ("operator", Role::Operator)] {
        house.client.call(Request::AccountGrant(Account { user: user.into(), role, units: vec![], revoked: false })).await.unwrap();
    }
    let id = house.issued(&["CDA"]).await;
    let words = ["TUYỆT-MẬT: bận", "TUYỆT-MẬT: vẫn bận"];
    for (response, words) in [(Response::Declined, words[0]), (Response::Declined, words[1]), (Response::Accepted, words[0])] {
        let (unit, reason) = (UnitCode::parse("CDA").unwrap(), Prose::parse(words).ok());
        house.meeting(Request::MeetingReply(Box::new(ReplyOrder { id: id.clone(), unit, response, name: None, reason }))).await;
    }
    let host = house.host().await;
    let ask = async |user: &str| answer::answer(&host, user, request_id(), Request::History(Subject::Meeting(id.clone()))).await;
    assert!(unknown(&ask("operator").await));
    let viewer = told(ask("viewer").await);
    assert!(!format!("{viewer:?}").contains("TUYỆT-MẬT"), "{viewer:?}");
    let replies: Vec<&PastVersion> = viewer.iter().filter(|past| past.unit.is_some()).collect();
    // That something else was said with the same answer is nothing to him.
    let changes =
        replies.iter().map(|past| past.changes.iter().map(|one| (one.field, one.to.clone())).collect::<Vec<_>>()).collect::<Vec<_>>();
    let answer = |response| vec![(Field::Answer, Some(FieldValue::Response(response)))];
    assert_eq!(changes, [answer(Response::Declined), answer(Response::Accepted)]);
    assert!(replies.iter().all(|past| past.by.is_none() && past.reason.is_none() && past.action == "meeting.reply"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meeting_that_changed_hands_is_told_by_both_what_was_and_what_is() {
    let mut house = House::with("relay = \"maildir:mail\"\n").await;
    let unit = |code: &str| UnitCode::parse(code).unwrap();
    let account = Account { user: "registrar".into(), role: Role::Registrar, units: vec![unit("VP")], revoked: false };
    house.client.call(Request::AccountGrant(account)).await.unwrap();
    let mut ids = Vec::new();
    for (from, to) in [("VP", "CDA"), ("CDA", "VP")] {
        let entry = entry(&["VPC"]);
        let made = lichhop::domain::meeting::Entry { unit: unit(from), content: Prose::parse("TUYỆT-MẬT").ok(), ..entry };
        let id = house.meeting(Request::MeetingAdd { entry: Box::new(made), submit: true }).await.id;
        let moved = EntryChanges { unit: Some(unit(to)), ..EntryChanges::default() };
        house.meeting(Request::MeetingEdit { id: id.clone(), changes: Box::new(moved), expected: None }).await;
        house.meeting(Request::MeetingApprove { id: id.clone(), override_reason: Prose::parse("TUYỆT-MẬT").ok() }).await;
        ids.push(id);
    }
    let host = house.host().await;
    let ask = async |id: &MeetingId| answer::answer(&host, "registrar", request_id(), Request::History(Subject::Meeting(id.clone()))).await;
    // Of what is another unit's now he is told what everybody is told, also of the time when it was his.
    let gone = told(ask(&ids[0]).await);
    assert!(!format!("{gone:?}").contains("TUYỆT-MẬT") && gone.iter().all(|past| past.by.is_none()), "{gone:?}");
    assert_eq!(gone.iter().map(|past| past.action.as_str()).collect::<Vec<_>>(), ["meeting.register", "meeting.approve"]);
    // Of what is his now he sees everything since it is.
    let come = told(ask(&ids[1]).await);
    assert_eq!(come.iter().map(|past| past.action.as_str()).collect::<Vec<_>>(), ["meeting.edit", "meeting.approve"]);
    assert!(format!("{come:?}").contains("TUYỆT-MẬT") && come.iter().all(|past| past.by.is_some()));
}
