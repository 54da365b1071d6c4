//! The flags of `meeting`.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand, ValueEnum};

use crate::cli::meeting::changes::{PapersFlags, SettingFlags, SubjectFlags};
use crate::cli::meeting::update::{ReplaceArgs, RescheduleArgs};
use crate::domain::meeting::{Channel, MeetingState, Urgency};
use crate::wire::request::{InvitationFormat, Response};

/// What can be done with meetings.
#[derive(Debug, Subcommand)]
pub enum MeetingCommand {
    /// Register a meeting; prints its id
    Add(Box<AddArgs>),
    /// Change a meeting, or invite more units to an issued one
    Edit(Box<EditArgs>),
    /// List meetings by start
    List(ListArgs),
    /// Show a meeting with its conflicts and its history
    Show {
        /// The meeting's id
        id: String,
    },
    /// Hand a draft over to the office
    Submit {
        /// The meeting's id
        id: String,
    },
    /// Approve a meeting
    Approve {
        /// The meeting's id
        id: String,
        /// Accept conflicts, for this reason
        #[arg(long = "override", value_name = "TEXT")]
        override_reason: Option<String>,
    },
    /// Give a meeting back to the unit that registered it
    Return(ReasonArgs),
    /// Refuse a meeting for good
    Reject(ReasonArgs),
    /// Give the number and queue the invitations
    Issue(IssueArgs),
    /// Invite to an issued or postponed meeting for another date, under a new number
    Reschedule(RescheduleArgs),
    /// Issue another invitation in the place of the one before, under a new number
    Replace(Box<ReplaceArgs>),
    /// Take back what was issued last, before any of it has left
    Recall(ReasonArgs),
    /// Postpone an issued meeting without a new date; invited units are told
    Postpone(ReasonArgs),
    /// Cancel a meeting; invited units are told
    Cancel(ReasonArgs),
    /// Print the invitation as a document or message
    Invitation(InvitationArgs),
    /// Show what the invited units answered
    Replies {
        /// The meeting's id
        id: String,
    },
    /// Record what an invited unit answered by phone or on paper
    Reply(ReplyArgs),
}

/// A meeting and why something is done to it.
#[derive(Debug, Args)]
pub struct ReasonArgs {
    /// The meeting's id
    pub id: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

/// What is entered about a new meeting.
#[derive(Debug, Args)]
pub struct AddArgs {
    /// What it is about
    #[arg(long, value_name = "TEXT")]
    pub title: String,
    /// When it begins: 2026-12-01 14:00, 01/12/2026 14h00, 14:00 (today)
    #[arg(long, value_name = "TIME")]
    pub start: String,
    /// When it ends; without, the end of that part of the day
    #[arg(long, value_name = "TIME")]
    pub end: Option<String>,
    /// Where
    #[arg(long, value_name = "TEXT")]
    pub place: String,
    /// A link for those who are not there
    #[arg(long, value_name = "URL")]
    pub online: Option<String>,
    /// Who chairs
    #[arg(long, value_name = "TEXT")]
    pub chair: String,
    /// The unit that registers it
    #[arg(long, value_name = "CODE")]
    pub unit: String,
    /// Units to invite
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub invite: Vec<String>,
    /// A file with units to invite, by comma or line
    #[arg(long, value_name = "FILE")]
    pub invite_file: Option<PathBuf>,
    /// Units that prepare the papers
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub prepared_by: Vec<String>,
    /// What the invited should know or bring
    #[arg(long, value_name = "TEXT", conflicts_with = "content_file")]
    pub content: Option<String>,
    /// A file with what the invited should know or bring
    #[arg(long, value_name = "FILE")]
    pub content_file: Option<PathBuf>,
    /// How urgent the invitation is
    #[arg(long, value_name = "URGENCY", value_enum, default_value_t)]
    pub urgency: UrgencyWord,
    /// Hand it over to the office at once
    #[arg(long)]
    pub submit: bool,
}

/// What is changed about a meeting.
#[derive(Debug, Args)]
pub struct EditArgs {
    /// The meeting's id
    pub id: String,
    #[command(flatten)]
    #[allow(missing_docs, reason = "a comment here would be the help of the command")]
    pub subject: SubjectFlags,
    /// When it ends
    #[arg(long, value_name = "TIME")]
    pub end: Option<String>,
    #[command(flatten)]
    #[allow(missing_docs, reason = "a comment here would be the help of the command")]
    pub setting: SettingFlags,
    /// Units to invite in addition; they alone are mailed when the meeting is issued
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub invite: Vec<String>,
    /// A file with units to invite in addition
    #[arg(long, value_name = "FILE")]
    pub invite_file: Option<PathBuf>,
    /// Units to invite no longer, before issue only
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub uninvite: Vec<String>,
    #[command(flatten)]
    #[allow(missing_docs, reason = "a comment here would be the help of the command")]
    pub papers: PapersFlags,
}

/// Which meetings to list.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Only this week: 2026-W48, a date in it, this, next, last, +2
    #[arg(long, value_name = "WEEK", conflicts_with_all = ["from", "to"], allow_hyphen_values = true)]
    pub week: Option<String>,
    /// Only from this day on
    #[arg(long, value_name = "DAY")]
    pub from: Option<String>,
    /// Only up to this day
    #[arg(long, value_name = "DAY")]
    pub to: Option<String>,
    /// Only what this unit registers, prepares or is invited to
    #[arg(long, value_name = "CODE")]
    pub unit: Option<String>,
    /// Only in this state
    #[arg(long, value_name = "STATE", value_parser = PossibleValuesParser::new(MeetingState::ALL.map(MeetingState::word)))]
    pub state: Option<String>,
    /// Only those with these words
    #[arg(long, value_name = "TEXT")]
    pub search: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N")]
    pub limit: Option<u32>,
}

/// How a meeting is issued.
#[derive(Debug, Args)]
pub struct IssueArgs {
    /// The meeting's id
    pub id: String,
    /// Only show what would be sent to whom
    #[arg(long)]
    pub preview: bool,
    /// How the invitations travel
    #[arg(long, value_name = "CHANNEL", value_enum, default_value_t)]
    pub channel: ChannelWord,
    /// Units to leave out on record
    #[arg(long, value_name = "UNIT", value_delimiter = ',')]
    pub without: Vec<String>,
    /// Accept conflicts, for this reason
    #[arg(long = "override", value_name = "TEXT")]
    pub override_reason: Option<String>,
    /// Why units are left out
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

/// What an invited unit answered.
#[derive(Debug, Args)]
pub struct ReplyArgs {
    /// The meeting's id
    pub id: String,
    /// The unit
    #[arg(long, value_name = "CODE")]
    pub unit: String,
    /// Its answer
    #[arg(value_name = "ANSWER", value_enum)]
    pub answer: AnswerWord,
    /// Who comes instead, with `substitute`
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// What was said with it
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

/// What a unit answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "the words of the command line")]
pub enum AnswerWord {
    Accept,
    Decline,
    Tentative,
    Substitute,
}

impl From<AnswerWord> for Response {
    fn from(word: AnswerWord) -> Self {
        match word {
            AnswerWord::Accept => Self::Accepted,
            AnswerWord::Decline => Self::Declined,
            AnswerWord::Tentative => Self::Tentative,
            AnswerWord::Substitute => Self::Substituted,
        }
    }
}

/// Which invitation, and in which form.
#[derive(Debug, Args)]
pub struct InvitationArgs {
    /// The meeting's id
    pub id: String,
    /// The form
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub format: FormatWord,
    /// The recipient whose message is meant; without, the first
    #[arg(long, value_name = "ADDRESS")]
    pub to: Option<String>,
    /// Write it to this file
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// How urgent an invitation is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "the words of the command line")]
pub enum UrgencyWord {
    #[default]
    Normal,
    Urgent,
    VeryUrgent,
    Flash,
}

impl From<UrgencyWord> for Urgency {
    fn from(word: UrgencyWord) -> Self {
        match word {
            UrgencyWord::Normal => Self::Normal,
            UrgencyWord::Urgent => Self::Urgent,
            UrgencyWord::VeryUrgent => Self::VeryUrgent,
            UrgencyWord::Flash => Self::Flash,
        }
    }
}

/// How invitations travel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "the words of the command line")]
pub enum ChannelWord {
    #[default]
    Electronic,
    Parallel,
}

impl From<ChannelWord> for Channel {
    fn from(word: ChannelWord) -> Self {
        match word {
            ChannelWord::Electronic => Self::Electronic,
            ChannelWord::Parallel => Self::Parallel,
        }
    }
}

/// The form of an invitation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "the words of the command line")]
pub enum FormatWord {
    #[default]
    Txt,
    Html,
    Eml,
    Ics,
}

impl From<FormatWord> for InvitationFormat {
    fn from(word: FormatWord) -> Self {
        match word {
            FormatWord::Txt => Self::Txt,
            FormatWord::Html => Self::Html,
            FormatWord::Eml => Self::Eml,
            FormatWord::Ics => Self::Ics,
        }
    }
}
