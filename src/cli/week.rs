//! `week`: the schedule of a week.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};

use crate::cli::context::{Context, View, unexpected};
use crate::cli::input::Fields;
use crate::cli::json::{self, WeekDocument};
use crate::cli::output::{Grid, Outcome};
use crate::domain::meeting::MeetingState;
use crate::domain::text::width;
use crate::i18n::{notice, word};
use crate::print::layout::cut;
use crate::report::Report;
use crate::wire::reply::{Answer, MeetingView, WeekView};
use crate::wire::request::Request;

/// Which week, and in which form.
#[derive(Debug, Args)]
pub struct WeekArgs {
    /// The week: 2026-W48, a date in it, this, next, last, +2; without, this one
    #[arg(allow_hyphen_values = true)]
    pub week: Option<String>,
    /// Only what this unit registers, prepares or is invited to
    #[arg(long, value_name = "CODE")]
    pub unit: Option<String>,
    /// The form
    #[arg(long, value_name = "FORMAT", value_enum)]
    pub format: Option<WeekFormat>,
    /// Write it to this file
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// The forms of a week's schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "the words of the command line")]
pub enum WeekFormat {
    Table,
    Json,
    Ics,
}

impl WeekArgs {
    /// The form asked for: `--format`, else what `--json` says.
    #[must_use]
    pub fn form(&self, view: &View) -> WeekFormat {
        self.format.unwrap_or(if view.json { WeekFormat::Json } else { WeekFormat::Table })
    }
}

/// Runs the command.
///
/// # Errors
/// What the host refused, or why it could not be asked.
pub async fn run(args: &WeekArgs, context: &Context) -> Result<Outcome, Report> {
    let answer = context.ask(request(args, &context.view)?).await?;
    outcome(args, &answer, &context.view)
}

/// The request that the command makes.
///
/// # Errors
/// Every value that is wrong.
pub fn request(args: &WeekArgs, view: &View) -> Result<Request, Report> {
    let mut fields = Fields::new(view.now);
    let week = args.week.as_deref().and_then(|week| fields.week("week", week));
    let unit = args.unit.as_deref().and_then(|unit| fields.code("--unit", unit));
    let request = match args.form(view) {
        WeekFormat::Ics => Request::WeekCalendar { week, unit },
        WeekFormat::Table | WeekFormat::Json => Request::Week { week, unit },
    };
    fields.finish(view.lang, Some(request))
}

/// What the command prints about the answer.
///
/// # Errors
/// The answer is of another kind, or the file cannot be written.
pub fn outcome(args: &WeekArgs, answer: &Answer, view: &View) -> Result<Outcome, Report> {
    // What goes to a file is not cut to the terminal.
    let view = if args.output.is_some() { &View { style: crate::cli::output::Style::default(), ..view.clone() } } else { view };
    let outcome = match (args.form(view), answer) {
        (WeekFormat::Ics, Answer::Document(bytes)) => Outcome::bytes(bytes.clone()),
        (WeekFormat::Json, Answer::Week(week)) => json::document(&WeekDocument::of(view.lang, week))?,
        (WeekFormat::Table, Answer::Week(week)) => Outcome::text(table(week, view)),
        _ => return Err(unexpected(view.lang)),
    };
    outcome.into_file(view.lang, args.output.as_deref())
}

/// The schedule for people: on a terminal day by day, in a pipe one line a meeting below the heading.
fn table(week: &WeekView, view: &View) -> String {
    let lang = view.lang;
    let mut text = heading(week, view);
    if week.meetings.is_empty() {
        text.push_str(&notice::empty_week(lang));
        text.push('\n');
        return text;
    }
    let by_day = view.style.width.is_some();
    // The days are the headings.
    let mut grid = Grid::new([""; 7]).shrink(3);
    let (mut days, mut last) = (Vec::new(), None);
    for meeting in &week.meetings {
        let day = meeting.start.day().max(week.from);
        let session = word::session(lang, meeting.start.session());
        let part = (day, session);
        let repeated = by_day && last.replace(part) == Some(part);
        grid.row([
            if by_day { String::new() } else { dated(lang, day) },
            if repeated { String::new() } else { session.to_owned() },
            hours(meeting),
            titled(meeting, view),
            meeting.chair.to_string(),
            meeting.place.to_string(),
            notice::mark(lang, meeting.state, meeting.number.as_deref()),
        ]);
        days.push(day);
    }
    let (_, lines) = grid.lines(&view.style);
    let mut shown = None;
    for (day, line) in days.into_iter().zip(lines) {
        if by_day && shown.replace(day) != Some(day) {
            text.push('\n');
            text.push_str(&view.style.bold(&dated(lang, day)));
            text.push('\n');
        }
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// The week and its mark; on a terminal that is too narrow for both, the mark on a line of its own.
fn heading(week: &WeekView, view: &View) -> String {
    let name = notice::week(view.lang, week.week, week.from, week.to);
    let mark = notice::version(view.lang, week.version);
    let line = format!("{name} – {mark}");
    match view.style.width {
        Some(columns) if width(&line) > columns => {
            format!("{}\n{}\n", view.style.bold(&cut(&name, columns)), view.style.bold(&cut(&mark, columns)))
        }
        _ => format!("{}\n", view.style.bold(&line)),
    }
}

fn dated(lang: crate::i18n::Lang, day: NaiveDate) -> String {
    format!("{} {}", word::weekday(lang, day), day.format("%d/%m/%Y"))
}

/// From when to when; with the days, when it ends on another one.
fn hours(meeting: &MeetingView) -> String {
    match meeting.end {
        None => meeting.start.naive().format("%H:%M").to_string(),
        Some(end) if end.day() == meeting.start.day() => {
            format!("{}–{}", meeting.start.naive().format("%H:%M"), end.naive().format("%H:%M"))
        }
        Some(end) => format!("{} – {}", meeting.start.naive().format("%H:%M %d/%m"), end.naive().format("%H:%M %d/%m")),
    }
}

/// The title; before that of a meeting that is off, what became of it.
fn titled(meeting: &MeetingView, view: &View) -> String {
    match meeting.state {
        MeetingState::Cancelled | MeetingState::Postponed => {
            format!("{}: {}", notice::mark(view.lang, meeting.state, None), meeting.title)
        }
        _ => meeting.title.to_string(),
    }
}
