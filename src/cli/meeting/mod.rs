//! `meeting`: register, approve, issue, replace, postpone, cancel.

mod args;
mod changes;
mod replies;
mod show;
mod update;

use std::path::Path;

pub use args::{AddArgs, ChannelWord, EditArgs, FormatWord, InvitationArgs, IssueArgs, ListArgs, MeetingCommand, ReasonArgs, UrgencyWord};
pub use changes::{PapersFlags, SettingFlags, SubjectFlags};
pub use update::{HowArgs, ReplaceArgs, RescheduleArgs};

use crate::cli::context::{Context, View, unexpected};
use crate::cli::input::{Fields, codes_file, in_flags, text_file};
use crate::cli::json::{self, MeetingDocument, PreviewDocument};
use crate::cli::output::Outcome;
use crate::domain::fault::{Fault, Why};
use crate::domain::meeting::{Entry, InvitationMode, MeetingId, MeetingState};
use crate::domain::text::Prose;
use crate::domain::time::IsoWeek;
use crate::domain::unit::UnitCode;
use crate::i18n::fault::fault;
use crate::i18n::usage::{self, Usage};
use crate::i18n::{Lang, incoming, notice, rule};
use crate::report::Report;
use crate::wire::reply::{Answer, MeetingView};
use crate::wire::request::{EntryChanges, IssueOrder, MeetingFilter, Request};

/// Runs a command of the group.
///
/// # Errors
/// What the host refused, or why it could not be asked.
pub async fn run(command: &MeetingCommand, context: &Context) -> Result<Outcome, Report> {
    let request = request(command, &context.view)?;
    let id = invited_to(&request);
    let answer = context.reply(request).await?.map_err(|why| refused(id.as_ref(), why, context.view.lang))?;
    outcome(command, answer, &context.view)
}

/// Why something was not done; when nobody is invited to the meeting `id`, with the command that invites.
#[must_use]
pub fn refused(id: Option<&MeetingId>, why: Fault, lang: Lang) -> Report {
    let next = id.filter(|_| nobody_is_invited(&why)).map(|id| rule::invite(lang, id));
    let report = fault(lang, &in_flags(why));
    match next {
        Some(next) => report.next(next),
        None => report,
    }
}

/// The meeting to which units can still be invited when a request finds that there are none.
fn invited_to(request: &Request) -> Option<MeetingId> {
    match request {
        Request::Invitation { id, .. } => Some(id.clone()),
        Request::MeetingIssue(order) | Request::MeetingPreview(order) => Some(order.id.clone()),
        _ => None,
    }
}

fn nobody_is_invited(fault: &Fault) -> bool {
    matches!(fault, Fault::Wrong { wrong } if wrong.iter().any(|one| one.field == "invite" && one.why == Why::Required))
}

/// The request that a command makes.
///
/// # Errors
/// Every value that is wrong.
pub fn request(command: &MeetingCommand, view: &View) -> Result<Request, Report> {
    let lang = view.lang;
    match command {
        MeetingCommand::Add(args) => add(args, view),
        MeetingCommand::Edit(args) => edit(args, view),
        MeetingCommand::List(args) => list(args, view),
        MeetingCommand::Show { id } => Ok(Request::MeetingShow(meeting(id, view)?)),
        MeetingCommand::Submit { id } => Ok(Request::MeetingSubmit(meeting(id, view)?)),
        MeetingCommand::Approve { id, override_reason } => {
            let mut fields = Fields::new(view.now);
            let id = fields.meeting("id", id);
            let override_reason = override_reason.as_deref().and_then(|text| fields.prose("--override", text));
            Ok(Request::MeetingApprove { id: fields.finish(lang, id)?, override_reason })
        }
        MeetingCommand::Return(args) => reasoned(args, view).map(|(id, reason)| Request::MeetingReturn { id, reason }),
        MeetingCommand::Reject(args) => reasoned(args, view).map(|(id, reason)| Request::MeetingReject { id, reason }),
        MeetingCommand::Cancel(args) => reasoned(args, view).map(|(id, reason)| Request::MeetingCancel { id, reason }),
        MeetingCommand::Recall(args) => reasoned(args, view).map(|(id, reason)| Request::MeetingRecall { id, reason }),
        MeetingCommand::Postpone(args) => reasoned(args, view).map(|(id, reason)| Request::MeetingPostpone { id, reason }),
        MeetingCommand::Reschedule(args) => update::reschedule(args, view),
        MeetingCommand::Replace(args) => update::replace(args, view),
        MeetingCommand::Issue(args) => issue(args, view),
        MeetingCommand::Invitation(args) => {
            let mut fields = Fields::new(view.now);
            let id = fields.meeting("id", &args.id);
            let to = args.to.as_deref().and_then(|address| fields.address("--to", address));
            Ok(Request::Invitation { id: fields.finish(lang, id)?, format: args.format.into(), to })
        }
        MeetingCommand::Replies { id } => Ok(Request::MeetingReplies(meeting(id, view)?)),
        MeetingCommand::Reply(args) => replies::request(args, view),
    }
}

fn meeting(id: &str, view: &View) -> Result<MeetingId, Report> {
    let mut fields = Fields::new(view.now);
    let id = fields.meeting("id", id);
    fields.finish(view.lang, id)
}

fn reasoned(args: &ReasonArgs, view: &View) -> Result<(MeetingId, Prose), Report> {
    let mut fields = Fields::new(view.now);
    let (id, reason) = (fields.meeting("id", &args.id), fields.prose("--reason", &args.reason));
    fields.finish(view.lang, id.zip(reason))
}

/// The units of `--invite` and of the file of `--invite-file`, in this order.
fn invited(fields: &mut Fields, lang: Lang, codes: &[String], file: Option<&Path>) -> Result<Vec<UnitCode>, Report> {
    let mut invited = fields.codes("--invite", codes);
    if let Some(file) = file {
        invited.extend(codes_file(lang, "--invite-file", file)?);
    }
    Ok(invited)
}

fn content(fields: &mut Fields, lang: Lang, text: Option<&str>, file: Option<&Path>) -> Result<Option<Prose>, Report> {
    match (text, file) {
        (Some(text), _) => Ok(fields.prose("--content", text)),
        (None, Some(file)) => Ok(fields.prose("--content-file", &text_file(lang, "--content-file", file)?)),
        (None, None) => Ok(None),
    }
}

fn add(args: &AddArgs, view: &View) -> Result<Request, Report> {
    let mut fields = Fields::new(view.now);
    let (title, start) = (fields.line("--title", &args.title), fields.time("--start", &args.start));
    let end = args.end.as_deref().and_then(|end| fields.time("--end", end));
    let place = fields.line("--place", &args.place);
    let online = args.online.as_deref().and_then(|link| fields.line("--online", link));
    let (chair, unit) = (fields.line("--chair", &args.chair), fields.code("--unit", &args.unit));
    let invited = invited(&mut fields, view.lang, &args.invite, args.invite_file.as_deref())?;
    let prepared_by = fields.codes("--prepared-by", &args.prepared_by);
    let content = content(&mut fields, view.lang, args.content.as_deref(), args.content_file.as_deref())?;
    let entry = match (title, start, place, chair, unit) {
        (Some(title), Some(start), Some(place), Some(chair), Some(unit)) => Some(Entry {
            title,
            start,
            end,
            place,
            online,
            chair,
            unit,
            invited,
            prepared_by,
            content,
            urgency: args.urgency.into(),
            mode: InvitationMode::Own,
        }),
        _ => None,
    };
    let entry = Box::new(fields.finish(view.lang, entry)?);
    Ok(Request::MeetingAdd { entry, submit: args.submit })
}

fn edit(args: &EditArgs, view: &View) -> Result<Request, Report> {
    let mut fields = Fields::new(view.now);
    let id = fields.meeting("id", &args.id);
    let changes = changes::read(&mut fields, view, &args.subject, args.end.as_deref(), &args.setting, &args.papers)?;
    let invite = invited(&mut fields, view.lang, &args.invite, args.invite_file.as_deref())?;
    let changes = EntryChanges { invite, uninvite: fields.codes("--uninvite", &args.uninvite), ..changes };
    let id = fields.finish(view.lang, id)?;
    if changes == EntryChanges::default() {
        return Err(usage::report(view.lang, &Usage::NothingToChange, "lichhop meeting edit"));
    }
    Ok(Request::MeetingEdit { id, changes: Box::new(changes), expected: None })
}

fn list(args: &ListArgs, view: &View) -> Result<Request, Report> {
    let mut fields = Fields::new(view.now);
    let week = args.week.as_deref().and_then(|week| fields.week("--week", week));
    let from = args.from.as_deref().and_then(|day| fields.day("--from", day));
    let to = args.to.as_deref().and_then(|day| fields.day("--to", day));
    let filter = MeetingFilter {
        from: week.map(IsoWeek::monday).or(from),
        to: week.map(IsoWeek::sunday).or(to),
        unit: args.unit.as_deref().and_then(|unit| fields.code("--unit", unit)),
        state: args.state.as_deref().and_then(MeetingState::from_word),
        search: args.search.as_deref().and_then(|text| fields.line("--search", text)),
        limit: args.limit,
    };
    fields.finish(view.lang, Some(Request::MeetingList(filter)))
}

fn issue(args: &IssueArgs, view: &View) -> Result<Request, Report> {
    let mut fields = Fields::new(view.now);
    let id = fields.meeting("id", &args.id);
    let without = fields.codes("--without", &args.without);
    let reason = args.reason.as_deref().and_then(|text| fields.prose("--reason", text));
    let override_reason = args.override_reason.as_deref().and_then(|text| fields.prose("--override", text));
    let order = IssueOrder { id: fields.finish(view.lang, id)?, without, reason, override_reason, channel: args.channel.into() };
    Ok(if args.preview { Request::MeetingPreview(order) } else { Request::MeetingIssue(order) })
}

/// What a command prints about the answer.
///
/// # Errors
/// The answer is of another kind, or the file cannot be written.
pub fn outcome(command: &MeetingCommand, answer: Answer, view: &View) -> Result<Outcome, Report> {
    let lang = view.lang;
    match (command, answer) {
        (MeetingCommand::Invitation(args), Answer::Document(bytes)) => Outcome::bytes(bytes).into_file(lang, args.output.as_deref()),
        (_, Answer::Replies(all)) => replies::outcome(&all, view),
        (_, Answer::Preview(preview)) if view.json => json::document(&PreviewDocument::of(lang, &preview)),
        (_, Answer::Preview(preview)) => Ok(show::preview(command, &preview, view)),
        (_, Answer::Meetings(meetings)) if view.json => {
            json::document(&meetings.iter().map(|one| MeetingDocument::of(lang, one)).collect::<Vec<_>>())
        }
        (_, Answer::Meetings(meetings)) => Ok(show::list(&meetings, view)),
        (MeetingCommand::Show { .. }, Answer::Meeting(meeting)) if !view.json => Ok(show::meeting(&meeting, view)),
        (MeetingCommand::Show { .. }, Answer::Meeting(meeting)) => json::document(&MeetingDocument::of(lang, &meeting)),
        (_, Answer::Meeting(meeting)) => {
            let outcome = if view.json {
                json::document(&MeetingDocument::of(lang, &meeting))?
            } else {
                Outcome::line(said(command, &meeting, lang))
            };
            Ok(outcome.notes(show::notes(command, &meeting, lang)))
        }
        _ => Err(unexpected(lang)),
    }
}

/// The one line about what was done. `add` prints the id alone, so that scripts can take it up.
fn said(command: &MeetingCommand, meeting: &MeetingView, lang: Lang) -> String {
    match command {
        MeetingCommand::Add(_) => meeting.id.to_string(),
        MeetingCommand::Edit(_) => notice::changed(lang, &meeting.id, meeting.state),
        MeetingCommand::Return(_) => notice::returned(lang, &meeting.id),
        MeetingCommand::Recall(_) => notice::recalled(lang, &meeting.id, meeting.state),
        MeetingCommand::Issue(_) => {
            notice::issued(lang, &meeting.id, meeting.number.as_deref().unwrap_or_default(), meeting.queued.unwrap_or(0))
        }
        MeetingCommand::Reschedule(_) | MeetingCommand::Replace(_) => {
            let earlier = meeting.replaces.last().map(|earlier| earlier.number.as_str()).unwrap_or_default();
            let number = meeting.number.as_deref().unwrap_or_default();
            notice::replaced(lang, &meeting.id, number, earlier, meeting.queued.unwrap_or(0))
        }
        MeetingCommand::Reply(args) => incoming::recorded(lang, &meeting.id, &args.unit, args.answer.into()),
        MeetingCommand::Submit { .. }
        | MeetingCommand::Approve { .. }
        | MeetingCommand::Reject(_)
        | MeetingCommand::Postpone(_)
        | MeetingCommand::Cancel(_)
        | MeetingCommand::List(_)
        | MeetingCommand::Show { .. }
        | MeetingCommand::Replies { .. }
        | MeetingCommand::Invitation(_) => notice::reached(lang, &meeting.id, meeting.state),
    }
}
