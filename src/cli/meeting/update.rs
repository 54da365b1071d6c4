//! `meeting reschedule`, `meeting replace`: another invitation in the place of the one before.

use std::path::PathBuf;

use clap::Args;

use crate::cli::context::View;
use crate::cli::input::Fields;
use crate::cli::meeting::changes::{self, PapersFlags, SettingFlags, SubjectFlags};
use crate::cli::meeting::invited;
use crate::domain::meeting::MeetingId;
use crate::report::Report;
use crate::wire::request::{EntryChanges, ReplaceOrder, Replacing, Request};

/// Another time or place for an issued meeting.
#[derive(Debug, Args)]
pub struct RescheduleArgs {
    /// The meeting's id
    pub id: String,
    /// When it begins
    #[arg(long, value_name = "TIME")]
    pub start: String,
    /// When it ends; without, it lasts as long as before
    #[arg(long, value_name = "TIME")]
    pub end: Option<String>,
    /// Where; without, at the same place
    #[arg(long, value_name = "TEXT")]
    pub place: Option<String>,
    #[command(flatten)]
    #[allow(missing_docs, reason = "a comment here would be the help of the command")]
    pub how: HowArgs,
}

/// How an invitation is replaced.
#[derive(Debug, Args)]
pub struct HowArgs {
    /// Why; it stands in the new invitation
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Accept conflicts, for this reason
    #[arg(long = "override", value_name = "TEXT")]
    pub override_reason: Option<String>,
    /// Units to leave out on record
    #[arg(long, value_name = "UNIT", value_delimiter = ',')]
    pub without: Vec<String>,
    /// Only show what would be sent to whom
    #[arg(long)]
    pub preview: bool,
}

/// What stands in the invitation that replaces another one; what is not given stays as it was.
#[derive(Debug, Args)]
pub struct ReplaceArgs {
    /// The meeting's id
    pub id: String,
    #[command(flatten)]
    #[allow(missing_docs, reason = "a comment here would be the help of the command")]
    pub subject: SubjectFlags,
    /// When it ends; without, it lasts as long as before
    #[arg(long, value_name = "TIME")]
    pub end: Option<String>,
    #[command(flatten)]
    #[allow(missing_docs, reason = "a comment here would be the help of the command")]
    pub setting: SettingFlags,
    /// All units to invite, instead of those before; who is no longer among them is told so
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub invite: Vec<String>,
    /// A file with all units to invite, by comma or line
    #[arg(long, value_name = "FILE")]
    pub invite_file: Option<PathBuf>,
    #[command(flatten)]
    #[allow(missing_docs, reason = "a comment here would be the help of the command")]
    pub papers: PapersFlags,
    #[command(flatten)]
    #[allow(missing_docs, reason = "a comment here would be the help of the command")]
    pub how: HowArgs,
}

/// The request of `meeting reschedule`.
pub(super) fn reschedule(args: &RescheduleArgs, view: &View) -> Result<Request, Report> {
    let mut fields = Fields::new(view.now);
    let id = fields.meeting("id", &args.id);
    let changes = EntryChanges {
        start: fields.time("--start", &args.start),
        end: args.end.as_deref().and_then(|end| fields.time("--end", end)),
        place: args.place.as_deref().and_then(|place| fields.line("--place", place)),
        ..EntryChanges::default()
    };
    let order = order(fields, id, Replacing::Reschedule, changes, &args.how, view)?;
    Ok(request(order, &args.how))
}

/// The request of `meeting replace`.
pub(super) fn replace(args: &ReplaceArgs, view: &View) -> Result<Request, Report> {
    let mut fields = Fields::new(view.now);
    let id = fields.meeting("id", &args.id);
    let changes = changes::read(&mut fields, view, &args.subject, args.end.as_deref(), &args.setting, &args.papers)?;
    let invited = invited(&mut fields, view.lang, &args.invite, args.invite_file.as_deref())?;
    let named = !args.invite.is_empty() || args.invite_file.is_some();
    let order = order(fields, id, Replacing::Replace, changes, &args.how, view)?;
    Ok(request(ReplaceOrder { invited: named.then_some(invited), ..order }, &args.how))
}

fn order(
    mut fields: Fields,
    id: Option<MeetingId>,
    way: Replacing,
    changes: EntryChanges,
    how: &HowArgs,
    view: &View,
) -> Result<ReplaceOrder, Report> {
    let reason = fields.prose("--reason", &how.reason);
    let override_reason = how.override_reason.as_deref().and_then(|text| fields.prose("--override", text));
    let without = fields.codes("--without", &how.without);
    let (id, reason) = fields.finish(view.lang, id.zip(reason))?;
    Ok(ReplaceOrder { id, way, changes, invited: None, without, reason, override_reason, expected: None })
}

fn request(order: ReplaceOrder, how: &HowArgs) -> Request {
    if how.preview { Request::MeetingReplacePreview(Box::new(order)) } else { Request::MeetingReplace(Box::new(order)) }
}
