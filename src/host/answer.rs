//! Requests to use cases: which one answers what. Writing ones decide in the writer, reading ones read beside it.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::audit::CheckReport;
use crate::domain::dispatch::ItemId;
use crate::domain::fault::{Fault, Why};
use crate::domain::mailbox::{MailAddress, Mailbox};
use crate::domain::meeting::{Meeting, MeetingId};
use crate::domain::outbox::{Item, ItemState};
use crate::domain::request::RequestId;
use crate::domain::time::{IsoWeek, WallTime};
use crate::domain::unit::{Unit, UnitCode};
use crate::host::open::Host;
use crate::host::sight::Eyes;
use crate::host::{access, backup, blocking, flusher, history, mailboxes, overview, past, receiving, report, vacuum, view};
use crate::usecase::access::Caller;
use crate::usecase::desk::Desk;
use crate::usecase::listing::Listed;
use crate::usecase::meeting::Done;
use crate::usecase::ports::Store;
use crate::usecase::registry::{self, Tree};
use crate::usecase::request::Did;
use crate::usecase::table::{self, Stored};
use crate::usecase::{
    account, attendance, audit, check, draft, due, incoming, intervene, issue, listing, meeting, message, outbox, preview, recall, request,
    search, update, week,
};
use crate::wire::reply::{Answer, ItemView, MeetingPage, MeetingView, Next, Reply, UnitView, WeekView};
use crate::wire::request::{InvitationFormat, ReplyOrder, Request};

/// Where a reading request is answered: by what stands now, or by what stood at some time.
pub(super) struct Place<'a> {
    /// The host.
    pub(super) host: &'a Host,
    /// What stands there.
    pub(super) store: &'a dyn Store,
    /// What time it is there.
    pub(super) now: DateTime<Utc>,
}

impl<'a> Place<'a> {
    fn present(host: &'a Host) -> Self {
        Self { host, store: host.store.as_ref(), now: host.clock.now() }
    }
}

/// Answers a request of a Unix user, as far as his account may ask and see. What was done under this number before is not done
/// again.
///
/// # Errors
/// Why it was not done.
pub async fn answer(host: &Arc<Host>, user: &str, id: RequestId, request: Request) -> Reply {
    let reply = told(host, user, id, request).await;
    if matches!(reply, Err(Fault::Store { .. } | Fault::Full)) {
        // A store that has stopped is noticed at the desk, where nothing is decided any more then.
        let _ = host.writer.look(|_| Ok(())).await;
    }
    reply
}

async fn told(host: &Arc<Host>, user: &str, id: RequestId, request: Request) -> Reply {
    match (way(&request), request) {
        (_, Request::AsOf { at, reading }) => past::answer(host, user, at, *reading).await,
        (Way::Whole, request) => {
            let caller = Caller::of(host.store.as_ref(), &host.rules, user)?;
            access::permit(host.store.as_ref(), &caller, &request)?;
            whole(host, &caller, request).await
        }
        (Way::Outbox, request) => {
            let claimed = host.writer.look(|desk| Ok(desk.claimed.items.clone())).await?;
            beside(host, user, request, move |host, _, request| read_outbox(&Place::present(host), &claimed, request)).await
        }
        (Way::Desk, request) => {
            let (rules, user) = (host.rules.clone(), user.to_owned());
            let decide = move |desk: &mut Desk| {
                // Here, so that nobody changes the account between the look and the decision.
                let caller = Caller::of(desk.store(), &rules, &user)?;
                access::permit(desk.store(), &caller, &request)?;
                let decided = decide_once(desk, &caller.user, id, request)?;
                Ok((caller, decided))
            };
            let store = host.store.clone();
            host.writer
                .decide_and(decide, move |(caller, decided)| Eyes::of(store.as_ref(), &caller).see(decided.answer(store.as_ref())))
                .await
        }
        (Way::Beside, request) => beside(host, user, request, |host, caller, request| read(&Place::present(host), caller, request)).await,
    }
}

/// Reads beside the writer what a user may ask for, and gives of it what he may see.
async fn beside<F>(host: &Arc<Host>, user: &str, request: Request, read: F) -> Reply
where
    F: FnOnce(&Host, &Caller, Request) -> Reply + Send + 'static,
{
    let (host, user) = (host.clone(), user.to_owned());
    let seen = tokio::task::spawn_blocking(move || {
        let store = host.store.as_ref();
        let caller = Caller::of(store, &host.rules, &user)?;
        access::permit(store, &caller, &request)?;
        Eyes::of(store, &caller).see(read(&host, &caller, request)?)
    });
    seen.await.unwrap_or_else(|error| Err(Fault::Internal { detail: error.to_string() }))
}

/// What looks at everything, copies everything, or sends.
async fn whole(host: &Arc<Host>, caller: &Caller, request: Request) -> Reply {
    match request {
        Request::Flush(order) => flusher::once(host, order).await.map(Answer::Flushed),
        Request::AuditVerify => checked(host, audit::verify).await,
        Request::Check => checked(host, check::check).await,
        Request::Backup(format) => backup::make(host, &caller.user, format).await.map(Answer::Backup),
        Request::Vacuum => vacuum::run(host).await.map(Answer::Vacuumed),
        Request::Receive(delivery) => receiving::take(host, &caller.user, *delivery)
            .await
            .and_then(|taken| Eyes::of(host.store.as_ref(), caller).see(Answer::Taken(Box::new(taken)))),
        Request::ReceivePoll(source) => mailboxes::poll(host, &caller.user, source).await.map(Answer::Polled),
        Request::ReceivedDiscard(id) => {
            let user = caller.user.clone();
            host.writer.decide(move |desk| incoming::discard(desk, &user, id)).await.map(|one| Answer::Received(Box::new(one)))
        }
        other => Err(Fault::Internal { detail: format!("not asked of the whole: {other:?}") }),
    }
}

/// Checks beside the writer, where nobody is kept waiting. Who commits meanwhile can make a sound store look wrong: only then it is
/// checked once more at the desk, while nothing changes.
async fn checked(host: &Arc<Host>, check: fn(&dyn Store) -> Result<CheckReport, Fault>) -> Reply {
    let own = host.clone();
    let report = blocking(move || check(own.store.as_ref())).await?;
    let report = if report.findings.is_empty() { report } else { host.writer.look(move |desk| check(desk.store())).await? };
    Ok(Answer::Checked(report))
}

/// How a request is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// It looks at everything, copies everything, or sends.
    Whole,
    /// It reads the outbox, of which the desk knows what is being sent.
    Outbox,
    /// It reads beside the writer.
    Beside,
    /// It needs the desk: because it writes, or because it shows what the desk would do next.
    Desk,
}

fn way(request: &Request) -> Way {
    match request {
        Request::Flush(_)
        | Request::AuditVerify
        | Request::Check
        | Request::Backup(_)
        | Request::Vacuum
        | Request::Receive(_)
        | Request::ReceivePoll(_)
        | Request::ReceivedDiscard(_) => Way::Whole,
        Request::OutboxList { .. }
        | Request::OutboxShow(_)
        | Request::OutboxWhy(_)
        | Request::OutboxStatus
        | Request::Status
        | Request::FlushPreview { .. } => Way::Outbox,
        Request::AsOf { .. }
        | Request::UnitList
        | Request::UnitShow(_)
        | Request::MailboxList
        | Request::MailboxShow(_)
        | Request::MeetingList(_)
        | Request::MeetingPage(_)
        | Request::MeetingShow(_)
        | Request::Week { .. }
        | Request::WeekCalendar { .. }
        | Request::Search { .. }
        | Request::DraftShow(_)
        | Request::DraftList
        | Request::AccountList
        | Request::OutboxReport(_)
        | Request::AuditList(_)
        | Request::BackupPiece { .. }
        | Request::ReceivedList { .. }
        | Request::ReceivedShow(_)
        | Request::ReceivedBytes(_)
        | Request::MeetingReplies(_)
        | Request::History(_) => Way::Beside,
        _ => Way::Desk,
    }
}

/// Whether a request is decided at the desk, which may block the task that asks for it.
pub(crate) fn decides(request: &Request) -> bool {
    way(request) == Way::Desk
}

/// What was decided at the desk; what it takes to tell of it is read when others can decide already.
enum Decided {
    Meeting(Box<Done>),
    Answer(Answer),
}

impl Decided {
    fn answer(self, store: &dyn Store) -> Answer {
        match self {
            Self::Meeting(done) => Answer::Meeting(Box::new(view::done(*done, store))),
            Self::Answer(answer) => answer,
        }
    }
}

fn decide_once(desk: &mut Desk, actor: &str, id: RequestId, request: Request) -> Result<Decided, Fault> {
    match request::did(desk, actor, id)? {
        Some(Did::Meeting { id, queued }) => {
            let meeting = meeting_view(desk.store(), &id)?;
            Ok(Decided::Answer(Answer::Meeting(Box::new(MeetingView { queued, ..meeting }))))
        }
        Some(Did::Items(ids)) => Ok(Decided::Answer(items(intervene::again(desk, ids)?))),
        Some(Did::Imported(imported)) => Ok(Decided::Answer(Answer::Imported(imported))),
        None => {
            desk.asked = Some(id);
            let reply = decide(desk, actor, request);
            desk.asked = None;
            reply
        }
    }
}

/// A meeting as it stands now.
fn meeting_view(store: &dyn Store, id: &MeetingId) -> Result<MeetingView, Fault> {
    let stored = meeting::read(store, id)?;
    let conflicts = meeting::conflicts_of(store, &stored.value)?;
    let replies = view::replies(store, &stored.value)?;
    Ok(view::meeting(stored, conflicts, replies))
}

fn decide(desk: &mut Desk, actor: &str, request: Request) -> Result<Decided, Fault> {
    let done = match request {
        Request::MeetingAdd { entry, submit } => meeting::add(desk, actor, &entry, submit),
        Request::MeetingEdit { id, changes, expected } => meeting::edit(desk, actor, &id, &changes, expected),
        Request::MeetingSubmit(id) => meeting::submit(desk, actor, &id),
        Request::MeetingApprove { id, override_reason } => meeting::approve(desk, actor, &id, override_reason.as_ref()),
        Request::MeetingReturn { id, reason } => meeting::give_back(desk, actor, &id, &reason),
        Request::MeetingReject { id, reason } => meeting::reject(desk, actor, &id, &reason),
        Request::MeetingCancel { id, reason } => meeting::cancel(desk, actor, &id, &reason),
        Request::MeetingIssue(order) => issue::issue(desk, actor, &order),
        Request::MeetingRecall { id, reason } => recall::recall(desk, actor, &id, &reason),
        Request::MeetingPostpone { id, reason } => update::postpone(desk, actor, &id, &reason),
        Request::MeetingReplace(order) => update::replace(desk, actor, &order),
        other => return decide_other(desk, actor, other).map(Decided::Answer),
    };
    done.map(|done| Decided::Meeting(Box::new(done)))
}

/// Messages of the outbox, each with its state.
fn items(items: Vec<(Item, ItemState)>) -> Answer {
    Answer::Items(items.into_iter().map(|(item, state)| ItemView::of(&item, state)).collect())
}

/// What is decided of other things than meetings.
fn decide_other(desk: &mut Desk, actor: &str, request: Request) -> Reply {
    match request {
        Request::UnitImport(table) => {
            registry::import_units(desk, actor, &table.source, &table.rows, table.check_only).map(Answer::Imported)
        }
        Request::MailboxImport(table) => {
            registry::import_mailboxes(desk, actor, &table.source, &table.rows, table.check_only).map(Answer::Imported)
        }
        Request::MeetingPreview(order) => preview::preview(desk, &order).map(|preview| Answer::Preview(Box::new(preview))),
        Request::OutboxDecide { ids, what } => intervene::intervene(desk, actor, &ids, &what).map(items),
        Request::MeetingReplacePreview(order) => update::preview(desk, &order).map(|preview| Answer::Preview(Box::new(preview))),
        Request::AccountGrant(account) => account::grant(desk, actor, account).map(Answer::Account),
        Request::AccountRevoke(user) => account::revoke(desk, actor, &user).map(Answer::Account),
        Request::DraftKeep { form, fields } => draft::keep(desk, actor, form, fields).map(|draft| Answer::Draft(Some(draft))),
        Request::MeetingReply(order) => {
            let ReplyOrder { id, unit, response, name, reason } = *order;
            let told = attendance::Told { meeting: id.clone(), unit, response, name, reason };
            attendance::record(desk, actor, &told)?;
            meeting_view(desk.store(), &id).map(|meeting| Answer::Meeting(Box::new(meeting)))
        }
        Request::DraftDrop(form) => draft::discard(desk, actor, &form).map(|()| Answer::Draft(None)),
        Request::Invitation { id, format, to } => invitation(desk, &id, format, to.as_ref()).map(Answer::Document),
        other => Err(Fault::Internal { detail: format!("not decided here: {other:?}") }),
    }
}

/// What a reading request finds in its place. Who asks may ask it, but what he sees of the answer is not looked at.
pub(super) fn read(place: &Place, caller: &Caller, request: Request) -> Reply {
    let (store, actor) = (place.store, caller.user.as_str());
    match request {
        Request::UnitList => Ok(Answer::Units(Tree::load(store)?.in_order().into_iter().cloned().collect())),
        Request::UnitShow(code) => unit(place, &code).map(|unit| Answer::Unit(Box::new(unit))),
        Request::MailboxList => Ok(Answer::Mailboxes(table::all::<Mailbox>(store)?.into_iter().map(|mailbox| mailbox.value).collect())),
        Request::MailboxShow(address) => mailbox(store, &address).map(|mailbox| Answer::Mailbox(Box::new(mailbox))),
        Request::MeetingList(filter) => {
            known_unit(place.host, filter.unit.as_ref())?;
            Ok(Answer::Meetings(view::meetings(store, listing::list(store, caller, &filter)?)?))
        }
        Request::MeetingPage(order) => {
            known_unit(place.host, order.filter.unit.as_ref())?;
            let (meetings, more) = listing::page(store, caller, &order)?;
            Ok(Answer::MeetingPage(Box::new(MeetingPage { meetings: view::meetings(store, meetings)?, more })))
        }
        Request::MeetingShow(id) => meeting_view(store, &id).map(|meeting| Answer::Meeting(Box::new(meeting))),
        Request::Week { week, unit } => week_view(place, caller, week, unit.as_ref()).map(|week| Answer::Week(Box::new(week))),
        Request::WeekCalendar { week, unit } => week_calendar(place, caller, week, unit.as_ref()).map(Answer::Document),
        Request::Search { text, kind } => Ok(Answer::Found(search::search(store, caller, text.as_str(), kind)?)),
        Request::DraftShow(form) => Ok(Answer::Draft(draft::show(store, actor, &form, place.now)?)),
        Request::AuditList(filter) => Ok(Answer::Audit(audit::list(store, &filter)?.into_iter().map(Into::into).collect())),
        Request::AccountList => Ok(Answer::Accounts(account::list(store)?)),
        Request::BackupPiece { ticket, offset } => place.host.spools.piece(ticket, actor, offset).map(Answer::Document),
        Request::History(subject) => Ok(Answer::History(history::read(store, caller, &subject)?)),
        Request::DraftList => Ok(Answer::Drafts(draft::list(store, actor, place.now)?)),
        Request::ReceivedList { all } => Ok(Answer::ReceivedList(incoming::list(store, all)?)),
        Request::ReceivedShow(id) => Ok(Answer::Received(Box::new(incoming::show(store, id)?.value))),
        Request::ReceivedBytes(id) => {
            let received = incoming::show(store, id)?.value;
            incoming::bytes_of(store, &received)?
                .map(Answer::Document)
                .ok_or_else(|| Fault::wrong("id", &id.to_string(), Why::UnknownReceived))
        }
        Request::OutboxReport(order) => Ok(Answer::OutboxReport(Box::new(report::part(place, caller, &order)?))),
        Request::MeetingReplies(id) => receiving::replies(store, caller, &id).map(Answer::Replies),
        other => Err(Fault::Internal { detail: format!("not read here: {other:?}") }),
    }
}

fn unit(place: &Place, code: &UnitCode) -> Result<UnitView, Fault> {
    let store = place.store;
    let units = Tree::load(store)?;
    let unit = units.get(code).ok_or_else(|| Fault::wrong("code", code.as_str(), Why::UnknownUnit))?;
    let reach = preview::reach(store, &place.host.rules, &units, [code])?;
    Ok(UnitView {
        unit: unit.clone(),
        mailboxes: registry::mailboxes_of(store, code)?,
        subordinates: registry::units_below(store, code)?,
        unreachable: reach.unreachable.into_iter().next().map(|unit| unit.why),
    })
}

fn mailbox(store: &dyn Store, address: &MailAddress) -> Result<Mailbox, Fault> {
    let stored: Option<Stored<Mailbox>> = table::find(store, address.as_str())?;
    stored.map(|mailbox| mailbox.value).ok_or_else(|| Fault::wrong("address", address.as_str(), Why::UnknownMailbox))
}

/// Refuses a unit that there is not. One that was not there yet has no meetings of that time.
fn known_unit(host: &Host, code: Option<&UnitCode>) -> Result<(), Fault> {
    match code {
        Some(code) if table::find::<Unit>(host.store.as_ref(), code.as_str())?.is_none() => {
            Err(Fault::wrong("unit", code.as_str(), Why::UnknownUnit))
        }
        _ => Ok(()),
    }
}

fn meetings_of_week(
    place: &Place,
    caller: &Caller,
    week: Option<IsoWeek>,
    unit: Option<&UnitCode>,
) -> Result<(IsoWeek, Vec<Listed>), Fault> {
    known_unit(place.host, unit)?;
    let week = week.unwrap_or_else(|| IsoWeek::of(WallTime::at(place.now).day()));
    Ok((week, week::week(place.store, caller, week, unit)?))
}

fn week_view(place: &Place, caller: &Caller, week: Option<IsoWeek>, unit: Option<&UnitCode>) -> Result<WeekView, Fault> {
    let (week, stored) = meetings_of_week(place, caller, week, unit)?;
    Ok(WeekView { week, from: week.monday(), to: week.sunday(), version: None, meetings: view::meetings(place.store, stored)? })
}

fn week_calendar(place: &Place, caller: &Caller, week: Option<IsoWeek>, unit: Option<&UnitCode>) -> Result<Vec<u8>, Fault> {
    let (_, stored) = meetings_of_week(place, caller, week, unit)?;
    let meetings: Vec<Meeting> = stored.into_iter().map(|(meeting, _)| meeting.value).collect();
    Ok(place.host.compose.published_calendar(&place.host.rules.office, &meetings, place.now).into_bytes())
}

/// What a request finds in the outbox of its place; `claimed`: what is being sent there.
pub(super) fn read_outbox(place: &Place, claimed: &HashSet<ItemId>, request: Request) -> Reply {
    let store = place.store;
    let show = |(item, state): (Item, ItemState)| ItemView::of(&item, state);
    match request {
        Request::OutboxList { state } => Ok(items(outbox::list(store, claimed, state)?)),
        Request::FlushPreview { limit } => {
            let due = due::would_be_sent(store, claimed, place.now, limit)?;
            Ok(items(
                due.into_iter()
                    .map(|item| {
                        let state = item.state;
                        (item, state)
                    })
                    .collect(),
            ))
        }
        Request::OutboxShow(id) => Ok(Answer::Item(Box::new(show(outbox::show(store, claimed, id)?)))),
        Request::OutboxWhy(id) => {
            let (item, state, next) = outbox::next_step(store, claimed, id, place.now)?;
            let unit_name = table::find::<Unit>(store, item.unit.as_str())?.map(|unit| unit.value.name);
            Ok(Answer::Why(Box::new(Next { item: ItemView::of(&item, state), next, unit_name })))
        }
        Request::OutboxStatus => overview::outbox(place.host, claimed).map(|status| Answer::OutboxStatus(Box::new(status))),
        Request::Status => overview::status(place.host, claimed).map(|status| Answer::Status(Box::new(status))),
        other => Err(Fault::Internal { detail: format!("not of the outbox: {other:?}") }),
    }
}

/// The invitation in one of its forms. What was sent is shown as it was sent; before that, as it would be.
fn invitation(desk: &Desk, id: &MeetingId, format: InvitationFormat, to: Option<&MailAddress>) -> Result<Vec<u8>, Fault> {
    let stored = meeting::read(desk.store(), id)?;
    let units = Tree::load(desk.store())?;
    if matches!(format, InvitationFormat::Txt | InvitationFormat::Html) {
        if let Some(to) = to {
            issue::gets_it(desk, &stored.value, &units, to)?;
        }
        let rendered = desk.around.typeset.typeset(&preview::invitation(&stored.value, desk.rules(), &units));
        return Ok(if format == InvitationFormat::Txt { rendered.text } else { rendered.html }.into_bytes());
    }
    if let Some(id) = issue::invited_by(desk.store(), &stored.value, to)? {
        let bytes = message::read(desk.store(), id)?;
        return if format == InvitationFormat::Eml { Ok(bytes) } else { issue::calendar_of(desk, id) };
    }
    issue::trial(desk, &stored.value, &units, to, format == InvitationFormat::Ics)
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;
    use crate::host::Options;
    use crate::host::clock::request_id;
    use crate::usecase::keys;
    use crate::usecase::ports::{Commit, Operation};

    fn host(folder: &Path) -> Arc<Host> {
        let frozen = Some("2016-05-03T02:00:00Z".parse().unwrap());
        let config = Arc::new(crate::config::defaults());
        let options = Options { state: folder.join("state"), config, frozen, wait: Duration::ZERO };
        Host::init(&options, "lan").unwrap();
        Arc::new(Host::open(&options).unwrap())
    }

    async fn findings(host: &Arc<Host>, request: Request) -> usize {
        match answer(host, "lan", request_id(), request).await.unwrap() {
            Answer::Checked(report) => report.findings.len(),
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_sound_store_is_checked_while_somebody_sits_at_the_desk() {
        let folder = tempfile::tempdir().unwrap();
        let host = host(folder.path());
        let ((sits, seated), (leaves, may_go)) = (mpsc::sync_channel(1), mpsc::sync_channel(1));
        let own = host.clone();
        let sitting = tokio::spawn(async move {
            let sit = move |_: &mut Desk| {
                sits.send(()).unwrap();
                may_go.recv().unwrap();
                Ok(())
            };
            own.writer.look(sit).await
        });
        blocking(move || seated.recv().map_err(|error| Fault::Internal { detail: error.to_string() })).await.unwrap();
        assert_eq!((findings(&host, Request::Check).await, findings(&host, Request::AuditVerify).await), (0, 0));
        leaves.send(()).unwrap();
        sitting.await.unwrap().unwrap();
        // What is wrong is looked at once more at the desk, and told.
        let stray = Operation::Put { key: keys::under(keys::INDEX, "stray"), value: table::raw(Vec::new()) };
        host.store.commit(&Commit { checks: vec![], operations: vec![stray] }).unwrap();
        assert_eq!(findings(&host, Request::Check).await, 1);
    }
}
