//! Why a request was not done. Data, not words: the words are made in the reader's language by `i18n`.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::access::Ability;
use crate::domain::account::Role;
use crate::domain::audit::Finding;
use crate::domain::conflict::Conflict;
use crate::domain::dispatch::ItemId;
use crate::domain::intervention::InterventionKind;
use crate::domain::mailbox::{AddressFault, MailAddress, MailboxState};
use crate::domain::meeting::{EntryFault, MeetingId, MeetingState};
use crate::domain::outbox::ItemState;
use crate::domain::policy::Unreachable;
use crate::domain::text::{Line, TextFault};
use crate::domain::time::TimeFault;
use crate::domain::unit::UnitCode;
use crate::domain::workflow::Action;

/// Why a request was not done. Unless it says otherwise, nothing was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The input is wrong: every wrong place, not only the first.
    Wrong {
        /// The wrong places.
        wrong: Vec<Wrong>,
    },
    /// A rule of the office forbids it.
    Refused {
        /// The rule.
        rule: Box<Rule>,
    },
    /// This user may not.
    NotPermitted {
        /// Why not, and who may.
        permission: Permission,
    },
    /// The state changed since it was read.
    Stale {
        /// What changed.
        id: String,
    },
    /// The store failed.
    Store {
        /// Its words.
        detail: String,
    },
    /// Another process holds the store.
    Locked {
        /// The process.
        pid: Option<u32>,
    },
    /// The host cannot be reached, or not be asked.
    Host {
        /// Why.
        problem: HostFault,
    },
    /// No state directory here yet.
    NotInitialised {
        /// Where it was looked for.
        path: String,
    },
    /// The configuration does not fit the store.
    Configuration {
        /// How.
        problem: ConfigurationFault,
    },
    /// A backup cannot be made or taken back.
    Backup {
        /// Why.
        problem: BackupFault,
    },
    /// A mailbox, or a folder of mail, cannot be read.
    Mailbox {
        /// Why.
        problem: MailboxFault,
    },
    /// Something that must not happen.
    Internal {
        /// What.
        detail: String,
    },
    /// What lies in the store is not what was written.
    Damaged {
        /// Where, and what is wrong there.
        detail: String,
    },
    /// The disk takes no more.
    Full,
}

/// Why the host cannot be reached, or not be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostFault {
    /// Nobody serves the store, and only a service may.
    Nobody {
        /// The socket that was looked for.
        socket: String,
    },
    /// There can be no socket to serve others by.
    NoSocket {
        /// Where it should be.
        path: String,
        /// Why not.
        detail: String,
    },
    /// The host is another version of the program.
    OtherVersion {
        /// Its version.
        host: String,
        /// This one.
        own: String,
    },
    /// A host serves the store that this process would have to itself.
    Serving {
        /// Its process.
        pid: Option<u32>,
    },
    /// This user has too many connections to the host.
    Crowded,
    /// The host went away and none came back; whether it was done is not known.
    Lost,
}

/// Why a mailbox, or a folder of mail, cannot be read. What was taken before is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailboxFault {
    /// The configuration names none.
    None {
        /// The setting that names one.
        key: String,
    },
    /// Its server cannot be reached, or does not speak as it must.
    Unreachable {
        /// The words of the server, or of the system.
        detail: String,
    },
    /// Its server refuses user name and password.
    Credentials {
        /// Its words.
        detail: String,
    },
    /// The configuration of it cannot be used.
    Configuration {
        /// What is wrong with it.
        detail: String,
    },
    /// A folder cannot be read.
    Folder {
        /// The folder.
        path: String,
        /// The system's words.
        detail: String,
    },
}

/// Why a backup cannot be made or taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackupFault {
    /// It waits no more to be fetched: the host was another, or others made it go.
    Gone,
    /// The file cannot be read.
    Unreadable {
        /// The file.
        path: String,
        /// The system's words.
        detail: String,
    },
    /// There is something where the file is to be written.
    Exists {
        /// The file.
        path: String,
    },
    /// What was named as the file is a folder.
    IsFolder {
        /// The folder.
        path: String,
        /// A file in it.
        proposed: String,
    },
    /// The file cannot be written.
    Unwritable {
        /// The file.
        path: String,
        /// The system's words.
        detail: String,
    },
    /// What was fetched is not what was made.
    NotAsMade {
        /// The file that is not there.
        path: String,
    },
    /// The file is no backup.
    NotABackup {
        /// The file.
        path: String,
    },
    /// The file is a backup of a newer program.
    OtherFormat {
        /// The file.
        path: String,
    },
    /// The file is not what was written.
    Damaged {
        /// The file.
        path: String,
        /// Where and how.
        detail: String,
    },
    /// What is in the file is whole, but makes no sound store.
    Unsound {
        /// The file.
        path: String,
        /// What is wrong with it; nothing: its audit chain ends elsewhere than it says.
        findings: Vec<Finding>,
    },
    /// The state directory has a store already.
    NotEmpty {
        /// The state directory.
        path: String,
    },
    /// There is surely not room enough for what would be written.
    NoRoom {
        /// Where it would be written.
        path: String,
        /// The bytes that it takes at least.
        needed: u64,
        /// The bytes that are free there.
        free: u64,
        /// Whether that is where the store lies.
        store: bool,
    },
    /// Backups of another store lie in the folder of this one's.
    OtherStore {
        /// The folder.
        folder: String,
        /// One of them.
        file: String,
        /// The other store, as its backup says; empty where it does not.
        whose: String,
    },
    /// The state directory is another user's.
    OtherUser {
        /// The user.
        user: String,
        /// The state directory.
        path: String,
    },
}

/// How the configuration does not fit the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConfigurationFault {
    /// A frozen clock on a store that has real records.
    FrozenClock,
    /// The clock shows a year that nobody believes.
    Clock {
        /// The year.
        year: i32,
    },
    /// The store was written by a newer program.
    NewerStore {
        /// The store's schema.
        found: u32,
        /// The newest this program knows.
        known: u32,
    },
}

/// A rule of the office, with what it hit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The action is not possible in the meeting's state.
    Workflow {
        /// The meeting.
        id: MeetingId,
        /// What was asked.
        action: Action,
        /// Where the meeting is.
        state: MeetingState,
        /// What can be done instead.
        possible: Vec<Action>,
    },
    /// What the units were told cannot be edited.
    IssuedIsFixed {
        /// The meeting.
        id: MeetingId,
    },
    /// Place or chair are taken at that time.
    Conflicts {
        /// The meeting.
        id: MeetingId,
        /// With whom.
        conflicts: Vec<Conflict>,
        /// Whether units were invited to it already.
        #[serde(default)]
        issued: bool,
    },
    /// The meeting's invitation was replaced so often that it cannot be once more.
    ReplacedTooOften {
        /// The meeting.
        id: MeetingId,
        /// How often.
        limit: u64,
    },
    /// Units that cannot be invited.
    Unreachable {
        /// The meeting.
        id: MeetingId,
        /// Each with its name and why.
        units: Vec<(UnitCode, Line, Unreachable)>,
        /// Whether units were invited to it already.
        #[serde(default)]
        issued: bool,
    },
    /// Nobody could grant anything any more.
    LastAdmin {
        /// The last administrator.
        user: String,
    },
    /// Paper has ended.
    PaperEnded {
        /// The first day without.
        since: NaiveDate,
    },
    /// Messages on which what was decided cannot be done in their state.
    Items {
        /// What was decided.
        wanted: InterventionKind,
        /// The messages, with the state in which each is.
        refused: Vec<(ItemId, ItemState)>,
    },
    /// The last thing that happened to the meeting told nobody anything.
    NothingToRecall {
        /// The meeting.
        id: MeetingId,
    },
    /// Some of what was issued may have left.
    TooLateToRecall {
        /// The meeting.
        id: MeetingId,
        /// How many messages.
        left: u64,
    },
    /// There is no use in sending a message any more.
    ItemOverdue {
        /// The message.
        id: ItemId,
        /// The meeting it is about.
        meeting: MeetingId,
        /// The meeting has begun; else the units have been told something else since.
        begun: bool,
    },
    /// Nobody is asked to come to the meeting: it was not issued, or was cancelled.
    NotAsked {
        /// The meeting.
        id: MeetingId,
        /// Where the meeting is.
        state: MeetingState,
    },
    /// So much waits to be looked at that no more is kept.
    QuarantineFull {
        /// The most bytes that are kept.
        limit: u64,
    },
}

/// Why a user may not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Whoever registered or last changed a meeting may not approve it.
    OwnApproval {
        /// The meeting.
        id: MeetingId,
        /// The accounts that may; empty when there is none.
        who_may: Vec<String>,
    },
    /// This user has no account, or it was taken away.
    NoAccount {
        /// The Unix user.
        user: String,
        /// The accounts that may grant one.
        who_may: Vec<String>,
    },
    /// The account's role may not do this.
    Role {
        /// The role.
        role: Role,
        /// What was asked.
        ability: Ability,
        /// The accounts that may.
        who_may: Vec<String>,
    },
    /// The account works for other units.
    OtherUnit {
        /// The unit.
        unit: UnitCode,
        /// The accounts that work for all.
        who_may: Vec<String>,
    },
    /// The host's socket is closed to this user.
    Socket {
        /// The socket.
        path: String,
    },
}

/// A wrong place in the input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrong {
    /// Line of the table, from 1; `None` when the input is not a table.
    pub line: Option<u32>,
    /// Column or flag.
    pub field: String,
    /// What stood there, as it came.
    pub value: String,
    /// What is wrong with it.
    pub why: Why,
}

impl Wrong {
    /// A wrong value outside a table.
    #[must_use]
    pub fn new(field: &str, value: &str, why: Why) -> Self {
        Self { line: None, field: field.to_owned(), value: value.to_owned(), why }
    }

    /// A wrong cell of a table.
    #[must_use]
    pub fn at(line: u32, field: &str, value: &str, why: Why) -> Self {
        Self { line: Some(line), ..Self::new(field, value, why) }
    }
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Not a text that can be kept.
    Text(TextFault),
    /// Not a unit code.
    Code,
    /// Not a mail address.
    Address(AddressFault),
    /// Not a time.
    Time(TimeFault),
    /// The fields contradict each other.
    Entry(EntryFault),
    /// Not one of these words.
    Word {
        /// The words.
        expected: Vec<String>,
    },
    /// Not a whole number up to this.
    Number {
        /// The largest.
        max: u64,
    },
    /// Mandatory and not there.
    Required,
    /// The same as in an earlier line.
    Duplicate {
        /// That line.
        first: u32,
    },
    /// Given twice.
    Twice,
    /// No such unit.
    UnknownUnit,
    /// No such meeting.
    UnknownMeeting,
    /// No such mailbox.
    UnknownMailbox,
    /// No such outbox item.
    UnknownItem,
    /// No such account.
    UnknownAccount,
    /// No such received message.
    UnknownReceived,
    /// Not the name of a Unix user.
    User,
    /// Only registrars work for units.
    OnlyRegistrars,
    /// Not among the invited units.
    NotInvited,
    /// Invited already.
    AlreadyInvited,
    /// The units above each other form a circle.
    Circle {
        /// The units on it.
        units: Vec<UnitCode>,
    },
    /// The policy does not allow the domain.
    Domain {
        /// The unit.
        unit: UnitCode,
        /// What is allowed.
        allowed: Vec<String>,
    },
    /// A unit would have several active shared mailboxes, and not exactly one of them primary.
    Primary {
        /// The unit.
        unit: UnitCode,
        /// The mailboxes.
        addresses: Vec<MailAddress>,
    },
    /// A mailbox that was taken back does not come back.
    Revoked {
        /// The state asked for.
        state: MailboxState,
    },
    /// Not in UTF-8.
    Encoding {
        /// What it looks like, when that can be told: `TCVN3`, `Latin-1`, `UTF-16`.
        looks_like: Option<String>,
    },
    /// A line, file or list beyond what is read.
    TooLarge {
        /// The limit, in the unit of the field.
        limit: u64,
    },
    /// The table has no header with the columns it needs.
    MissingColumn,
    /// The row has more or fewer cells than the header.
    Cells {
        /// In the header.
        expected: u64,
        /// In the row.
        found: u64,
    },
    /// Not a table at all.
    Unreadable {
        /// How the reader put it.
        detail: String,
    },
    /// The same as those who were invited were told.
    Unchanged,
    /// Nothing but white space where something is asked for.
    Empty,
    /// A time that has not come yet, where one is asked for that has.
    Future,
}

impl Fault {
    /// A single wrong value outside a table.
    #[must_use]
    pub fn wrong(field: &str, value: &str, why: Why) -> Self {
        Self::Wrong { wrong: vec![Wrong::new(field, value, why)] }
    }

    /// A rule's refusal.
    #[must_use]
    pub fn refused(rule: Rule) -> Self {
        Self::Refused { rule: Box::new(rule) }
    }
}
