//! The flags by which a meeting is changed, whichever command changes it.

use std::path::PathBuf;

use clap::Args;

use super::args::UrgencyWord;
use super::content;
use crate::cli::context::View;
use crate::cli::input::Fields;
use crate::report::Report;
use crate::wire::request::EntryChanges;

/// What a meeting is about and when it begins.
#[derive(Debug, Args)]
pub struct SubjectFlags {
    /// What it is about
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// When it begins
    #[arg(long, value_name = "TIME")]
    pub start: Option<String>,
}

/// Where it is held and by whom.
#[derive(Debug, Args)]
pub struct SettingFlags {
    /// Where
    #[arg(long, value_name = "TEXT")]
    pub place: Option<String>,
    /// A link for those who are not there
    #[arg(long, value_name = "URL")]
    pub online: Option<String>,
    /// Who chairs
    #[arg(long, value_name = "TEXT")]
    pub chair: Option<String>,
    /// The unit that registers it
    #[arg(long, value_name = "CODE")]
    pub unit: Option<String>,
}

/// What is to be prepared, and how urgent the invitation is.
#[derive(Debug, Args)]
pub struct PapersFlags {
    /// Units that prepare the papers, instead of those before
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub prepared_by: Vec<String>,
    /// What the invited should know or bring
    #[arg(long, value_name = "TEXT", conflicts_with = "content_file")]
    pub content: Option<String>,
    /// A file with what the invited should know or bring
    #[arg(long, value_name = "FILE")]
    pub content_file: Option<PathBuf>,
    /// How urgent the invitation is
    #[arg(long, value_name = "URGENCY", value_enum)]
    pub urgency: Option<UrgencyWord>,
}

/// What the flags change, but for who is invited; what is wrong with them is noted in `fields`.
///
/// # Errors
/// A file cannot be read.
pub(super) fn read(
    fields: &mut Fields,
    view: &View,
    subject: &SubjectFlags,
    end: Option<&str>,
    setting: &SettingFlags,
    papers: &PapersFlags,
) -> Result<EntryChanges, Report> {
    Ok(EntryChanges {
        title: subject.title.as_deref().and_then(|title| fields.line("--title", title)),
        start: subject.start.as_deref().and_then(|start| fields.time("--start", start)),
        end: end.and_then(|end| fields.time("--end", end)),
        place: setting.place.as_deref().and_then(|place| fields.line("--place", place)),
        online: setting.online.as_deref().and_then(|link| fields.line("--online", link)),
        chair: setting.chair.as_deref().and_then(|chair| fields.line("--chair", chair)),
        unit: setting.unit.as_deref().and_then(|unit| fields.code("--unit", unit)),
        prepared_by: (!papers.prepared_by.is_empty()).then(|| fields.codes("--prepared-by", &papers.prepared_by)),
        content: content(fields, view.lang, papers.content.as_deref(), papers.content_file.as_deref())?,
        urgency: papers.urgency.map(Into::into),
        ..EntryChanges::default()
    })
}
