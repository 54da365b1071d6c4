//! Who may do what, and who sees what: every request with every role.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use lichhop::domain::access::Ability;
use lichhop::domain::account::{Account, Role};
use lichhop::domain::dispatch::ItemId;
use lichhop::domain::fault::{Fault, Permission, Rule, Why};
use lichhop::domain::mailbox::{MailAddress, MailboxKind, MailboxRow, MailboxState};
use lichhop::domain::meeting::{Channel, Entry, MeetingId};
use lichhop::domain::text::{Line, Prose};
use lichhop::domain::unit::UnitCode;
use lichhop::host::changes::Changes;
use lichhop::host::clock::request_id;
use lichhop::host::{Host, answer};
use lichhop::wire::change::ChangeKind;
use lichhop::wire::reply::{Answer, MeetingView, Reply};
use lichhop::wire::request::{
    AuditFilter, BackupFormat, Delivery, DraftField, EntryChanges, FormKey, Import, Intervention, InvitationFormat, IssueOrder,
    MeetingFilter, OutboxReportOrder, PageDirection, PageOrder, PageStart, Reading, RecordKind, ReplaceOrder, Replacing, ReplyOrder,
    Request, Response, Source, Subject,
};

use super::{House, entry};

/// Marks what not everybody may see.
const SECRET: &str = "TUYỆT-MẬT";

fn line(text: &str) -> Line {
    Line::parse(text).unwrap()
}

fn prose(text: &str) -> Prose {
    Prose::parse(text).unwrap()
}

fn code(text: &str) -> UnitCode {
    UnitCode::parse(text).unwrap()
}

/// A host and everybody who may ask it.
struct Ministry {
    host: Arc<Host>,
    admin: String,
    /// Its folder goes when it does.
    _house: House,
}

impl Ministry {
    async fn new() -> Self {
        let mut house = House::with("relay = \"maildir:mail\"\n[receive]\nmaildir = \"in\"\n").await;
        for name in ["in/new", "in/cur"] {
            std::fs::create_dir_all(house.folder.path().join(name)).unwrap();
        }
        let admin = match house.client.call(Request::AccountList).await.unwrap() {
            Answer::Accounts(accounts) => accounts[0].user.clone(),
            other => panic!("{other:?}"),
        };
        for role in Role::ALL {
            let units = if role == Role::Registrar { vec![code("VP"), code("VPC")] } else { vec![] };
            let account = Account { user: role.word().to_owned(), role, units, revoked: false };
            house.client.call(Request::AccountGrant(account)).await.unwrap();
        }
        Self { host: house.host().await, admin, _house: house }
    }

    async fn ask(&self, user: &str, request: Request) -> Reply {
        answer::answer(&self.host, user, request_id(), request).await
    }

    async fn meeting(&self, user: &str, request: Request) -> MeetingView {
        match self.ask(user, request).await.unwrap() {
            Answer::Meeting(meeting) => *meeting,
            other => panic!("{other:?}"),
        }
    }

    /// A meeting of a unit, taken so far: registered, submitted, approved, issued.
    async fn at(&self, unit: &str, n: usize, steps: usize) -> MeetingId {
        let mut entry = Entry { unit: code(unit), place: line(&format!("Phòng {unit} {n}")), ..entry(&["CDA", "VPC"]) };
        entry.chair = line(&format!("Người chủ trì {unit} {n}"));
        entry.content = Some(prose(SECRET));
        entry.online = Some(line(&format!("https://{SECRET}")));
        if steps < 2 {
            entry.title = line(&format!("Chưa ai biết {SECRET}"));
        }
        let id = self.meeting(&self.admin, Request::MeetingAdd { entry: Box::new(entry), submit: steps > 0 }).await.id;
        if steps > 1 {
            self.meeting(&self.admin, Request::MeetingApprove { id: id.clone(), override_reason: Some(prose(SECRET)) }).await;
        }
        if steps > 2 {
            self.meeting(&self.admin, Request::MeetingIssue(order(&id))).await;
        }
        id
    }
}

fn order(id: &MeetingId) -> IssueOrder {
    IssueOrder { id: id.clone(), without: vec![], reason: None, override_reason: Some(prose("vẫn họp")), channel: Channel::Electronic }
}

fn replacing(id: &MeetingId) -> ReplaceOrder {
    ReplaceOrder {
        id: id.clone(),
        way: Replacing::Replace,
        changes: EntryChanges::default(),
        invited: None,
        without: vec![],
        reason: prose(SECRET),
        override_reason: Some(prose("vẫn họp")),
        expected: None,
    }
}

fn mailbox(quota_mb: Option<u32>) -> MailboxRow {
    MailboxRow {
        line: 2,
        address: MailAddress::parse("rieng.tu@chinhphu.vn").unwrap(),
        kind: Some(MailboxKind::Personal),
        unit: Some(code("CDA")),
        owner: Some(line(SECRET)),
        custodian: Some(line(SECRET)),
        state: Some(MailboxState::Active),
        quota_mb,
        primary: None,
    }
}

/// A message of which nothing can be made.
fn letter(words: &str) -> Delivery {
    let text = format!("From: ai.do@example.vn\r\nSubject: {words}\r\n\r\n{words}\r\n");
    Delivery { source: Source::Pipe, bytes: text.into_bytes(), cut_from: None }
}

/// What a request needs; `None`: whoever has an account may ask, and sees what he may see.
fn needs(request: &Request) -> Option<Ability> {
    match request {
        Request::MeetingAdd { .. } | Request::MeetingSubmit(_) | Request::MeetingEdit { .. } => Some(Ability::Register),
        Request::MeetingApprove { .. } | Request::MeetingReturn { .. } | Request::MeetingReject { .. } => Some(Ability::Decide),
        Request::MeetingPreview(_) | Request::MeetingIssue(_) => Some(Ability::Issue),
        Request::MeetingCancel { .. } => Some(Ability::CallOff),
        Request::OutboxDecide { what: Intervention::Drop { .. }, .. } => Some(Ability::DropMail),
        Request::Flush(_) | Request::FlushPreview { .. } | Request::OutboxDecide { .. } => Some(Ability::Send),
        Request::MeetingRecall { .. } | Request::MeetingPostpone { .. } | Request::MeetingReplace(_) | Request::MeetingReplacePreview(_) => Some(Ability::Update),
        Request::Receive(_) | Request::ReceivePoll(_) | Request::ReceivedList { .. } | Request::ReceivedShow(_) => Some(Ability::Receive),
        Request::ReceivedBytes(_) | Request::ReceivedDiscard(_) => Some(Ability::Sort),
        Request::MeetingReply(_) => Some(Ability::Answer),
        Request::UnitImport(_) | Request::MailboxImport(_) => Some(Ability::KeepRegistry),
        Request::AccountList | Request::AccountGrant(_) | Request::AccountRevoke(_) | Request::History(Subject::Account(_)) => {
            Some(Ability::KeepAccounts)
        }
        Request::AuditList(_) | Request::AuditVerify | Request::Check => Some(Ability::Audit),
        Request::Backup(_) | Request::BackupPiece { .. } | Request::Vacuum => Some(Ability::KeepStore),
        Request::UnitList
        | Request::UnitShow(_)
        | Request::MailboxList
        | Request::MailboxShow(_)
        | Request::MeetingList(_)
        | Request::MeetingPage(_)
        | Request::MeetingShow(_)
        | Request::MeetingReplies(_)
        | Request::Invitation { .. }
        | Request::Week { .. }
        | Request::WeekCalendar { .. }
        | Request::OutboxList { .. }
        | Request::OutboxShow(_)
        | Request::OutboxWhy(_)
        | Request::OutboxStatus
        | Request::OutboxReport(_)
        | Request::Status
        | Request::Search { .. }
        | Request::DraftKeep { .. }
        | Request::DraftShow(_)
        | Request::DraftDrop(_)
        | Request::DraftList
        | Request::History(Subject::Unit(_) | Subject::Mailbox(_) | Subject::Meeting(_) | Subject::Outbox(_))
        // What a reading needs now it needs of the past.
        | Request::AsOf { .. } => None,
    }
}

/// Everything that reads.
fn reading(ids: &[MeetingId], item: ItemId) -> Vec<Request> {
    let search = |text: &str, kind| Request::Search { text: line(text), kind };
    let page =
        |direction| Request::MeetingPage(PageOrder { filter: MeetingFilter::default(), from: PageStart::Edge, direction, limit: 50 });
    let mut requests = vec![
        Request::UnitList,
        Request::UnitShow(code("CDA")),
        Request::MailboxList,
        Request::MailboxShow(MailAddress::parse("rieng.tu@chinhphu.vn").unwrap()),
        Request::MeetingList(MeetingFilter::default()),
        Request::MeetingList(MeetingFilter { search: Some(line(SECRET)), ..MeetingFilter::default() }),
        page(PageDirection::Forward),
        page(PageDirection::Backward),
        Request::Week { week: None, unit: None },
        Request::WeekCalendar { week: None, unit: None },
        Request::OutboxList { state: None },
        Request::OutboxShow(item),
        Request::OutboxWhy(item),
        Request::OutboxStatus,
        Request::OutboxReport(OutboxReportOrder::default()),
        Request::Status,
        search(SECRET, None),
        search("rieng.tu", Some(RecordKind::Mailbox)),
        search("họp", None),
        Request::DraftShow(FormKey::parse("meeting.new").unwrap()),
        Request::DraftList,
    ];
    for id in ids {
        requests.push(Request::MeetingShow(id.clone()));
        requests.push(Request::MeetingReplies(id.clone()));
        requests.push(Request::Invitation { id: id.clone(), format: InvitationFormat::Txt, to: None });
    }
    let then: Vec<Request> = requests.iter().filter_map(|request| as_of(super::NOW, request)).collect();
    assert!(then.len() > 14, "what can be read of the past");
    requests.extend(then);
    requests.extend(ids.iter().map(|id| Request::History(Subject::Meeting(id.clone()))));
    requests.extend(
        [Subject::Unit(code("CDA")), Subject::Mailbox(MailAddress::parse("rieng.tu@chinhphu.vn").unwrap()), Subject::Outbox(item)]
            .map(Request::History),
    );
    requests
}

/// The same request of what stood then; `None`: it is none that reads what was.
fn as_of(at: &str, request: &Request) -> Option<Request> {
    Some(Request::AsOf { at: at.parse().unwrap(), reading: Box::new(Reading::of(request.clone())?) })
}

/// Whether a request is about the registry of mailboxes, which registrars see whole; also of what was.
fn of_mailboxes(request: &Request) -> bool {
    match request {
        Request::AsOf { reading, .. } => of_mailboxes(&Request::from(Reading::clone(reading))),
        Request::MailboxList | Request::MailboxShow(_) | Request::UnitShow(_) | Request::History(Subject::Mailbox(_)) => true,
        _ => false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_with_every_role() {
    let ministry = Ministry::new().await;
    let units = lichhop::import::units(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/samples/units.csv")).unwrap().rows;
    let mut n = 0;
    for role in Role::ALL {
        let user = role.word();
        // Of the unit for which the registrar works; each request meets a meeting in the state for it.
        let mut fresh = async |steps| {
            n += 1;
            ministry.at("VP", n, steps).await
        };
        let (draft, submitted, approved, told) = (fresh(0).await, fresh(1).await, fresh(2).await, fresh(3).await);
        let other = Account { user: "x".into(), role: Role::Viewer, units: vec![], revoked: false };
        let form = FormKey::parse("meeting.new").unwrap();
        let item = ItemId::parse(&ministry.house_item(&told).await).unwrap();
        let reason = || prose("lý do");
        let (due, held, kept) = (fresh(3).await, fresh(3).await, fresh(3).await);
        let kept = ItemId::parse(&ministry.house_item(&kept).await).unwrap();
        let due = ItemId::parse(&ministry.house_item(&due).await).unwrap();
        let held = ItemId::parse(&ministry.house_item(&held).await).unwrap();
        let keeps_back = Request::OutboxDecide { ids: vec![held], what: Intervention::Hold };
        ministry.ask(&ministry.admin, keeps_back).await.unwrap();
        let ticket = match ministry.ask(user, Request::Backup(BackupFormat::Store)).await {
            Ok(Answer::Backup(made)) => made.ticket,
            _ => 0,
        };
        let waiting = match ministry.ask(&ministry.admin, Request::Receive(Box::new(letter(&format!("for {user}"))))).await.unwrap() {
            Answer::Taken(taken) => taken.received.id,
            other => panic!("{other:?}"),
        };
        let mut requests = vec![
            Request::MeetingAdd {
                entry: Box::new(Entry { place: line(&format!("Phòng mới {user}")), chair: line(user), ..entry(&["CDA"]) }),
                submit: false,
            },
            Request::MeetingEdit {
                id: draft.clone(),
                changes: Box::new(EntryChanges { title: Some(line("Họp khác")), ..EntryChanges::default() }),
                expected: None,
            },
            Request::MeetingSubmit(draft.clone()),
            Request::MeetingPreview(order(&approved)),
            Request::MeetingReturn { id: submitted.clone(), reason: reason() },
            Request::MeetingReject { id: fresh(1).await, reason: reason() },
            Request::MeetingApprove { id: fresh(1).await, override_reason: Some(reason()) },
            Request::MeetingIssue(order(&approved)),
            Request::MeetingCancel { id: fresh(1).await, reason: reason() },
            Request::MeetingReplacePreview(Box::new(replacing(&told))),
            // Another one: what it replaces is not held any more.
            Request::MeetingReplace(Box::new(replacing(&fresh(3).await))),
            Request::MeetingPostpone { id: fresh(3).await, reason: reason() },
            Request::MeetingRecall { id: fresh(3).await, reason: reason() },
            Request::OutboxDecide { ids: vec![kept], what: Intervention::Hold },
            Request::OutboxDecide { ids: vec![held], what: Intervention::Release },
            Request::OutboxDecide { ids: vec![due], what: Intervention::Retry },
            Request::OutboxDecide { ids: vec![due], what: Intervention::Drop { reason: reason() } },
            Request::FlushPreview { limit: None },
            Request::flush(),
            Request::UnitImport(Import { rows: units.clone(), source: "u".into(), check_only: false }),
            Request::MailboxImport(Import { rows: vec![mailbox(Some(7))], source: "m".into(), check_only: false }),
            Request::AccountGrant(other.clone()),
            Request::AccountList,
            Request::AccountRevoke("x".into()),
            Request::History(Subject::Account("x".into())),
            Request::AuditList(AuditFilter::default()),
            Request::AuditVerify,
            Request::Check,
            Request::Backup(BackupFormat::Jsonl),
            Request::BackupPiece { ticket, offset: 0 },
            Request::Vacuum,
            Request::Receive(Box::new(letter(&format!("{SECRET} {user}")))),
            Request::ReceivePoll(Source::Maildir),
            Request::ReceivedList { all: true },
            Request::ReceivedShow(waiting),
            Request::ReceivedBytes(waiting),
            Request::ReceivedDiscard(waiting),
            Request::MeetingReply(Box::new(ReplyOrder {
                id: told.clone(),
                unit: code("VPC"),
                response: Response::Accepted,
                name: None,
                reason: None,
            })),
            Request::DraftKeep { form: form.clone(), fields: vec![DraftField { field: "title".into(), text: "x".into() }] },
            Request::DraftDrop(form),
        ];
        requests.extend(reading(&[told], item));
        // So that the administrator has somebody to revoke, whatever came before.
        ministry.ask(&ministry.admin, Request::AccountGrant(other)).await.unwrap();
        for request in requests {
            let (what, needed) = (format!("{user}: {request:?}"), needs(&request));
            let is_document = matches!(request, Request::Invitation { .. });
            let reply = ministry.ask(user, request).await;
            let refused = matches!(&reply, Err(Fault::NotPermitted { permission: Permission::Role { .. } }));
            let hidden = matches!(&reply, Err(Fault::Wrong { wrong }) if matches!(wrong[0].why, Why::UnknownMeeting | Why::UnknownItem | Why::UnknownMailbox));
            match needed {
                Some(ability) if ability.roles().contains(&role) => assert!(reply.is_ok(), "{what}: {reply:?}"),
                // What is not there for him is not refused either.
                Some(_) => assert!(refused || hidden, "{what}: {reply:?}"),
                None if is_document => assert_eq!(reply.is_ok(), !matches!(role, Role::Viewer | Role::Operator), "{what}"),
                None => assert!(!refused, "{what}: {reply:?}"),
            }
        }
    }
}

impl Ministry {
    async fn house_item(&self, meeting: &MeetingId) -> String {
        match self.ask(&self.admin, Request::OutboxList { state: None }).await.unwrap() {
            Answer::Items(items) => items.into_iter().find(|item| item.meeting == *meeting).unwrap().id,
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_for_everybody_passes_to_nobody_else() {
    let ministry = Ministry::new().await;
    let admin = ministry.admin.clone();
    let import = Import { rows: vec![mailbox(None)], source: "m".into(), check_only: false };
    ministry.ask(&admin, Request::MailboxImport(import)).await.unwrap();
    let mut ids = Vec::new();
    for steps in 0..4 {
        ids.push(ministry.at("CDA", steps, steps).await);
    }
    let told = ministry.at("CDA", 9, 2).await;
    ministry.meeting(&admin, Request::MeetingCancel { id: told.clone(), reason: prose(SECRET) }).await;
    ids.push(told);
    let item = ItemId::parse(&ministry.house_item(&ids[3]).await).unwrap();
    let shows = |reply: &Reply| format!("{reply:?}").contains(SECRET);
    let mut seen_by_all = 0;
    for request in reading(&ids, item) {
        let what = format!("{request:?}");
        seen_by_all += usize::from(shows(&ministry.ask(&admin, request.clone()).await));
        // A registrar of another unit sees of these meetings what a viewer sees.
        for user in ["viewer", "operator", "registrar"] {
            let reply = ministry.ask(user, request.clone()).await;
            let own = user == "registrar" && of_mailboxes(&request);
            assert!(own || !shows(&reply), "{user}: {what}: {reply:?}");
        }
    }
    assert!(seen_by_all > 10, "the marks are not where they should be: {seen_by_all}");
    // Of what he may not see a viewer does not learn that it is there.
    for (n, id) in ids.iter().enumerate() {
        let show = Request::MeetingShow(id.clone());
        for request in [as_of(super::NOW, &show).unwrap(), show, Request::History(Subject::Meeting(id.clone()))] {
            let there = ministry.ask("viewer", request.clone()).await.is_ok();
            assert_eq!(there, n == 2 || n == 3, "{n}: {request:?}");
        }
    }
    assert!(matches!(ministry.ask("viewer", Request::OutboxList { state: None }).await.unwrap(), Answer::Items(items) if items.is_empty()));
    match ministry.ask("operator", Request::OutboxList { state: None }).await.unwrap() {
        Answer::Items(items) => assert!(items.len() == 2 && items.iter().all(|item| item.subject.as_str() == "…")),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_feed_tells_nobody_of_what_is_not_there_for_him() {
    let ministry = Ministry::new().await;
    let follow = |user: &str| Changes::of(&ministry.host, user);
    let told = async |changes: &mut Changes| tokio::time::timeout(Duration::from_mins(1), changes.next()).await.unwrap().unwrap().kinds;
    let (mut viewer, mut operator, mut registrar, mut approver) =
        (follow("viewer"), follow("operator"), follow("registrar"), follow("approver"));
    let mut stranger = follow("stranger");
    let hidden = ministry.at("CDA", 0, 1).await;
    let kinds = ChangeKind::Meetings(vec![hidden.clone()]);
    assert_eq!(told(&mut approver).await, std::slice::from_ref(&kinds));
    // Nobody else hears anything until it is approved; an operator never does.
    for changes in [&mut viewer, &mut operator, &mut registrar, &mut stranger] {
        assert!(changes.next().now_or_never().is_none());
    }
    ministry.meeting("approver", Request::MeetingApprove { id: hidden.clone(), override_reason: None }).await;
    for changes in [&mut viewer, &mut registrar] {
        assert_eq!(told(changes).await, std::slice::from_ref(&kinds));
    }
    // What is taken out of sight again is told, so that no screen goes on showing it.
    ministry.meeting("approver", Request::MeetingReturn { id: hidden.clone(), reason: prose(SECRET) }).await;
    assert_eq!(told(&mut viewer).await, [kinds]);
    for changes in [&mut operator, &mut stranger] {
        assert!(changes.next().now_or_never().is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_does_not_tell_what_the_other_meeting_is_about() {
    let ministry = Ministry::new().await;
    let hidden = ministry.at("CDA", 0, 1).await;
    let mut same = Entry { unit: code("VP"), place: line("Phòng CDA 0"), ..entry(&["CDA"]) };
    same.chair = line("Ai đó");
    let added = ministry.meeting("registrar", Request::MeetingAdd { entry: Box::new(same), submit: true }).await;
    assert_eq!(added.conflicts.iter().map(|conflict| &conflict.with).collect::<Vec<_>>(), [&hidden], "that it is taken is told");
    assert!(!format!("{added:?}").contains(SECRET), "{added:?}");
    let seen = ministry.meeting("approver", Request::MeetingShow(added.id)).await;
    assert!(seen.conflicts[0].title.as_str().contains(SECRET));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registrar_works_for_its_units_and_those_below() {
    let ministry = Ministry::new().await;
    let add = |unit: &str| Request::MeetingAdd {
        entry: Box::new(Entry { unit: code(unit), place: line(unit), chair: line(unit), ..entry(&["CDA"]) }),
        submit: true,
    };
    let account = Account { user: "dulich".into(), role: Role::Registrar, units: vec![code("TCDL")], revoked: false };
    ministry.ask(&ministry.admin, Request::AccountGrant(account)).await.unwrap();
    let own = ministry.meeting("dulich", add("TCDL")).await;
    let below = ministry.meeting("dulich", add("TCDL-TTTT")).await;
    for request in [
        add("VP"),
        Request::MeetingEdit {
            id: own.id.clone(),
            changes: Box::new(EntryChanges { unit: Some(code("VP")), ..EntryChanges::default() }),
            expected: None,
        },
    ] {
        let refused = ministry.ask("dulich", request).await.unwrap_err();
        let expected = Permission::OtherUnit { unit: code("VP"), who_may: vec!["admin".into(), "approver".into(), ministry.admin.clone()] };
        assert_eq!(refused, Fault::NotPermitted { permission: expected });
    }
    // Others do not see it before it is approved; then they do.
    let show = || Request::MeetingShow(below.id.clone());
    assert!(ministry.ask("registrar", show()).await.is_err());
    let approve = Request::MeetingApprove { id: below.id.clone(), override_reason: None };
    assert!(matches!(ministry.ask("dulich", approve.clone()).await, Err(Fault::NotPermitted { .. })));
    ministry.meeting("approver", approve).await;
    assert!(ministry.ask("registrar", show()).await.is_ok());
    // Once it was issued it is not the registrar's to cancel.
    ministry.meeting("clerk", Request::MeetingIssue(order(&below.id))).await;
    let cancel = |id: &MeetingId| Request::MeetingCancel { id: id.clone(), reason: prose("lý do") };
    assert!(matches!(ministry.ask("dulich", cancel(&below.id)).await, Err(Fault::NotPermitted { .. })));
    ministry.meeting("dulich", cancel(&own.id)).await;
    ministry.meeting("clerk", cancel(&below.id)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_account_gets_nothing_and_the_last_administrator_stays() {
    let ministry = Ministry::new().await;
    let nobody = |reply: Reply| match reply {
        Err(Fault::NotPermitted { permission: Permission::NoAccount { who_may, .. } }) => who_may,
        other => panic!("{other:?}"),
    };
    assert_eq!(nobody(ministry.ask("stranger", Request::UnitList).await), ["admin".to_owned(), ministry.admin.clone()]);
    ministry.ask("admin", Request::AccountRevoke("viewer".into())).await.unwrap();
    nobody(ministry.ask("viewer", Request::UnitList).await);
    ministry.ask("admin", Request::AccountRevoke(ministry.admin.clone())).await.unwrap();
    nobody(ministry.ask(&ministry.admin, Request::UnitList).await);
    let demoted = Account { user: "admin".into(), role: Role::Viewer, units: vec![], revoked: false };
    for request in [Request::AccountRevoke("admin".into()), Request::AccountGrant(demoted)] {
        let refused = ministry.ask("admin", request).await.unwrap_err();
        assert_eq!(refused, Fault::refused(Rule::LastAdmin { user: "admin".into() }));
    }
    for (account, why) in [
        (Account { user: "a b".into(), role: Role::Viewer, units: vec![], revoked: false }, Why::User),
        (Account { user: "a".into(), role: Role::Registrar, units: vec![], revoked: false }, Why::Required),
        (Account { user: "a".into(), role: Role::Registrar, units: vec![code("KHONGCO")], revoked: false }, Why::UnknownUnit),
        (Account { user: "a".into(), role: Role::Clerk, units: vec![code("VP")], revoked: false }, Why::OnlyRegistrars),
    ] {
        match ministry.ask("admin", Request::AccountGrant(account)).await {
            Err(Fault::Wrong { wrong }) => assert_eq!(wrong.into_iter().map(|wrong| wrong.why).collect::<Vec<_>>(), [why]),
            other => panic!("{other:?}"),
        }
    }
}
