//! What happens in the sample ministry: a fortnight of meetings around today, in every state.
//!
//! The units and mailboxes are those of `docs/samples`, the meetings those of `meetings.csv`. Nothing but the dates depends
//! on the clock. What lies in the past was done in the past: the clock stands there in turn, in sittings of the office.

use std::path::Path;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc, Weekday};
use serde::Deserialize;

use crate::cli::context::{Context, internal, unexpected};
use crate::client::{self, Client, Target};
use crate::domain::fault::Fault;
use crate::domain::meeting::{Channel, Entry, InvitationMode, MeetingId, Urgency};
use crate::domain::text::{Line, Prose};
use crate::domain::time::{WallTime, YEARS};
use crate::domain::unit::UnitCode;
use crate::i18n::fault::fault;
use crate::import::{self, Table};
use crate::report::Report;
use crate::wire::reply::Answer;
use crate::wire::request::{Import, IssueOrder, Request};

const UNITS: (&str, &str) = ("units.csv", include_str!("../../../docs/samples/units.csv"));
const MAILBOXES: (&str, &str) = ("mailboxes.csv", include_str!("../../../docs/samples/mailboxes.csv"));
const MEETINGS: &str = include_str!("meetings.csv");

/// When the office sat before today: so many working days ago, at this hour.
const SITTINGS: [(i64, u32, u32); 5] = [(-9, 8, 15), (-6, 9, 10), (-4, 14, 20), (-2, 10, 5), (-1, 16, 30)];
/// The sitting of today.
const TODAY: usize = SITTINGS.len();

/// Makes the ministry in a state directory where nothing is yet.
///
/// # Errors
/// What the host refused.
pub(super) async fn make(context: &Context) -> Result<(), Report> {
    let lang = context.view.lang;
    let today = WallTime::at(context.view.now).day();
    let rows = rows().map_err(|why| internal(lang, &why))?;
    let mut ids: Vec<Option<MeetingId>> = vec![None; rows.len()];
    for sitting in 0..=TODAY {
        let frozen = SITTINGS.get(sitting).map_or(context.target.frozen, |at| Some(instant(today, *at)));
        let target = Target { frozen, ..context.target.clone() };
        if sitting == 0 {
            client::init(&target, None).await.map_err(|why| fault(lang, &why))?;
        }
        let client = client::open(&target).await.map_err(|why| fault(lang, &why))?;
        let office = Office { client: &client, context };
        let done = office.sit(sitting, today, &rows, &mut ids).await;
        client.close().await;
        done?;
    }
    Ok(())
}

/// The instant of a sitting. Before the first year that is believed there were none.
fn instant(today: NaiveDate, (days, hour, minute): (i64, u32, u32)) -> DateTime<Utc> {
    let time = NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
    let day = working_day(today, days);
    let first = NaiveDate::from_ymd_opt(*YEARS.start(), 1, 1).unwrap_or(day);
    WallTime::new(day.max(first), if day < first { NaiveTime::MIN } else { time }).instant()
}

/// The working day so many after today (0: today, or the Monday that follows), or before it.
fn working_day(today: NaiveDate, days: i64) -> NaiveDate {
    let works = |day: &NaiveDate| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let nth = usize::try_from(if days < 0 { -days - 1 } else { days }).unwrap_or_default();
    let found = if days < 0 { today.iter_days().rev().skip(1).filter(works).nth(nth) } else { today.iter_days().filter(works).nth(nth) };
    found.unwrap_or(today)
}

/// How a meeting of the table ends up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Fate {
    Draft,
    /// Submitted and given back: a draft again.
    Returned,
    Submitted,
    Approved,
    Rejected,
    /// Issued, its invitations delivered.
    Delivered,
    /// Issued today, its invitations waiting.
    Queued,
    /// Issued, delivered and cancelled.
    Cancelled,
    /// Approved and cancelled before anybody was invited.
    Dropped,
}

/// What is done about a meeting in one sitting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Register { submit: bool },
    Approve,
    Return,
    Reject,
    Issue,
    Cancel,
}

/// A meeting of the table. Codes of units stand with spaces between them; `day` counts working days from today.
#[derive(Debug, Deserialize)]
struct Row {
    day: i64,
    start: String,
    end: String,
    title: String,
    place: String,
    online: String,
    chair: String,
    unit: String,
    invited: String,
    prepared_by: String,
    content: String,
    urgency: Urgency,
    fate: Fate,
    without: String,
    reason: String,
}

fn rows() -> Result<Vec<Row>, String> {
    csv::Reader::from_reader(MEETINGS.as_bytes()).into_deserialize().collect::<Result<_, _>>().map_err(|why: csv::Error| why.to_string())
}

impl Row {
    /// What is done about it, and in which sitting: invitations go out some days before.
    fn steps(&self) -> Vec<(usize, Step)> {
        let decided = match self.day {
            ..=-4 => 0,
            -3..=-1 => 1,
            0..=1 => 2,
            2..=3 => 3,
            _ => 4,
        };
        let registered = (decided.max(1) - 1, Step::Register { submit: true });
        match self.fate {
            Fate::Draft => vec![(TODAY, Step::Register { submit: false })],
            Fate::Submitted => vec![(TODAY, Step::Register { submit: true })],
            Fate::Returned => vec![registered, (decided, Step::Return)],
            Fate::Approved => vec![registered, (decided, Step::Approve)],
            Fate::Rejected => vec![registered, (decided, Step::Reject)],
            Fate::Delivered => vec![registered, (decided, Step::Approve), (decided, Step::Issue)],
            Fate::Queued => vec![registered, (decided, Step::Approve), (TODAY, Step::Issue)],
            Fate::Cancelled => vec![registered, (decided, Step::Approve), (decided, Step::Issue), (decided + 1, Step::Cancel)],
            Fate::Dropped => vec![registered, (decided, Step::Approve), (decided + 1, Step::Cancel)],
        }
    }

    fn entry(&self, today: NaiveDate) -> Result<Entry, String> {
        let day = working_day(today, self.day);
        let line = |text: &str| Line::parse(text).map_err(|why| format!("{text}: {why}"));
        let time = |text: &str| {
            NaiveTime::parse_from_str(text, "%H:%M").map(|time| WallTime::new(day, time)).map_err(|why| format!("{text}: {why}"))
        };
        let given = |text: &str| !text.is_empty();
        Ok(Entry {
            title: line(&self.title)?,
            start: time(&self.start)?,
            end: Some(self.end.as_str()).filter(|text| given(text)).map(time).transpose()?,
            place: line(&self.place)?,
            online: Some(self.online.as_str()).filter(|text| given(text)).map(line).transpose()?,
            chair: line(&self.chair)?,
            unit: code(&self.unit)?,
            invited: codes(&self.invited)?,
            prepared_by: codes(&self.prepared_by)?,
            content: self.prose(&self.content)?,
            urgency: self.urgency,
            mode: InvitationMode::default(),
        })
    }

    /// A longer text of the table; `|` breaks its lines.
    fn prose(&self, text: &str) -> Result<Option<Prose>, String> {
        let parsed = Some(text).filter(|text| !text.is_empty()).map(|text| Prose::parse(&text.replace('|', "\n")));
        parsed.transpose().map_err(|why| format!("{}: {why}", self.title))
    }

    fn reason(&self) -> Result<Prose, String> {
        self.prose(&self.reason)?.ok_or_else(|| format!("{}: no reason", self.title))
    }

    fn request(&self, step: Step, id: Option<&MeetingId>, today: NaiveDate) -> Result<Request, String> {
        if let Step::Register { submit } = step {
            return Ok(Request::MeetingAdd { entry: Box::new(self.entry(today)?), submit });
        }
        let id = id.cloned().ok_or_else(|| format!("{}: not registered", self.title))?;
        Ok(match step {
            Step::Register { .. } | Step::Approve => Request::MeetingApprove { id, override_reason: None },
            Step::Return => Request::MeetingReturn { id, reason: self.reason()? },
            Step::Reject => Request::MeetingReject { id, reason: self.reason()? },
            Step::Cancel => Request::MeetingCancel { id, reason: self.reason()? },
            Step::Issue => {
                let without = codes(&self.without)?;
                let reason = if without.is_empty() { None } else { Some(self.reason()?) };
                Request::MeetingIssue(IssueOrder { id, without, reason, override_reason: None, channel: Channel::default() })
            }
        })
    }
}

fn code(text: &str) -> Result<UnitCode, String> {
    UnitCode::parse(text).map_err(|_| format!("{text}: not a code"))
}

fn codes(text: &str) -> Result<Vec<UnitCode>, String> {
    text.split_whitespace().map(code).collect()
}

/// The office in one sitting.
struct Office<'a> {
    client: &'a Client,
    context: &'a Context,
}

impl Office<'_> {
    async fn sit(&self, sitting: usize, today: NaiveDate, rows: &[Row], ids: &mut [Option<MeetingId>]) -> Result<(), Report> {
        let lang = self.context.view.lang;
        if sitting == 0 {
            self.import(UNITS.0, import::units_in(Path::new(UNITS.0), UNITS.1.as_bytes()), Request::UnitImport).await?;
            self.import(MAILBOXES.0, import::mailboxes_in(Path::new(MAILBOXES.0), MAILBOXES.1.as_bytes()), Request::MailboxImport).await?;
        }
        for (row, id) in rows.iter().zip(ids) {
            for (_, step) in row.steps().into_iter().filter(|(at, _)| *at == sitting) {
                let request = row.request(step, id.as_ref(), today).map_err(|why| internal(lang, &why))?;
                match self.ask(request).await? {
                    Answer::Meeting(meeting) => *id = Some(meeting.id),
                    _ => return Err(unexpected(lang)),
                }
            }
        }
        // What is issued today waits: there must be something to send.
        if sitting < TODAY {
            self.ask(Request::flush()).await?;
        }
        Ok(())
    }

    async fn import<Row>(
        &self,
        source: &str,
        table: Result<Table<Row>, import::ImportFault>,
        request: impl FnOnce(Import<Row>) -> Request,
    ) -> Result<(), Report> {
        let lang = self.context.view.lang;
        let table = table.map_err(|why| internal(lang, &why.to_string()))?;
        if !table.wrong.is_empty() {
            return Err(fault(lang, &Fault::Wrong { wrong: table.wrong }));
        }
        self.ask(request(Import { rows: table.rows, source: source.to_owned(), check_only: false })).await.map(drop)
    }

    async fn ask(&self, request: Request) -> Result<Answer, Report> {
        self.client.call(request).await.map_err(|why| fault(self.context.view.lang, &why))
    }
}

#[cfg(test)]
mod tests;
