//! `report`: what became of the messages of some days.

mod sheet;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Map, Value, json};

use crate::card;
use crate::cli::context::{Context, View, unexpected};
use crate::cli::input::{Fields, in_flags};
use crate::cli::json as documents;
use crate::cli::output::{Grid, Outcome, Style, key_values};
use crate::i18n::fault::fault;
use crate::i18n::label::{Column, column};
use crate::i18n::{outbox, report as texts, word};
use crate::report::Report;
use crate::wire::reply::{Answer, ItemView, OutboxReportPart};
use crate::wire::report::{Verdict, Verdicts};
use crate::wire::request::{OutboxReportOrder, Request};

/// The reports.
#[derive(Debug, Subcommand)]
pub enum ReportCommand {
    /// The messages issued in these days by what became of them, and those that did not arrive
    Outbox(OutboxReportArgs),
}

/// Of which days, and in which form.
#[derive(Debug, Args)]
pub struct OutboxReportArgs {
    /// Only from this day on; without, from the first of the month
    #[arg(long, value_name = "DAY")]
    pub from: Option<String>,
    /// Only to the end of this day; without, to the end of this month
    #[arg(long, value_name = "DAY")]
    pub to: Option<String>,
    /// The form
    #[arg(long, value_name = "FORMAT", value_enum)]
    pub format: Option<ReportFormat>,
    /// Write it to this file
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// The forms of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "the words of the command line")]
pub enum ReportFormat {
    Table,
    Csv,
    Json,
}

/// Runs a command of the group.
///
/// # Errors
/// What the host refused, or why it could not be asked; the file cannot be written.
pub async fn run(command: &ReportCommand, context: &Context) -> Result<Outcome, Report> {
    let ReportCommand::Outbox(args) = command;
    let lang = context.view.lang;
    let order = order(args, &context.view)?;
    let asked = context.work(async |client| whole(async |order| client.call(Request::OutboxReport(order)).await, order).await).await?;
    let report = asked.map_err(|why| fault(lang, &in_flags(why)))?.ok_or_else(|| unexpected(lang))?;
    outcome(args, &report, &context.view)
}

/// The first order that the command makes.
///
/// # Errors
/// Every value that is wrong.
pub fn order(args: &OutboxReportArgs, view: &View) -> Result<OutboxReportOrder, Report> {
    let mut fields = Fields::new(view.now);
    let from = args.from.as_deref().and_then(|day| fields.day("--from", day));
    let to = args.to.as_deref().and_then(|day| fields.day("--to", day));
    fields.finish(view.lang, Some(OutboxReportOrder { from, to, after: None }))
}

/// All parts, one after the other; `None`: an answer was of another kind.
async fn whole(
    ask: impl AsyncFn(OutboxReportOrder) -> crate::wire::reply::Reply,
    order: OutboxReportOrder,
) -> Result<Option<OutboxReportPart>, crate::domain::fault::Fault> {
    let Answer::OutboxReport(report) = ask(order).await? else { return Ok(None) };
    let mut report = *report;
    while let Some(after) = report.next {
        // Of the same days, whatever day it is meanwhile.
        let order = OutboxReportOrder { from: Some(report.from), to: Some(report.to), after: Some(after) };
        let Answer::OutboxReport(part) = ask(order).await? else { return Ok(None) };
        report.add(*part);
    }
    Ok(Some(report))
}

/// What the command prints.
///
/// # Errors
/// The file cannot be written.
pub fn outcome(args: &OutboxReportArgs, report: &OutboxReportPart, view: &View) -> Result<Outcome, Report> {
    let format = args.format.unwrap_or(if view.json { ReportFormat::Json } else { ReportFormat::Table });
    // What goes to a file is not cut to the terminal.
    let view = if args.output.is_some() { &View { style: Style::default(), ..view.clone() } } else { view };
    let outcome = match format {
        ReportFormat::Json => documents::document(&document(report))?,
        ReportFormat::Csv => sheet::csv(view.lang, report)?,
        ReportFormat::Table => Outcome::text(table(report, view)),
    };
    outcome.into_file(view.lang, args.output.as_deref())
}

/// Why a message did not arrive, in the user's language.
fn error(item: &ItemView, verdict: Verdict, view: &View) -> String {
    match (&item.bounce, verdict) {
        (Some(words), Verdict::Bounced) => outbox::bounced(view.lang, words),
        _ => card::trouble(view.lang, item).unwrap_or_default(),
    }
}

fn table(report: &OutboxReportPart, view: &View) -> String {
    let lang = view.lang;
    let line = |count: &dyn Fn(&Verdicts) -> u64| {
        let kinds = report.kinds.iter().map(|one| (word::item_kind(lang, &one.kind), count(&one.verdicts)));
        let kinds: Vec<String> = kinds.filter(|(_, count)| *count > 0).map(|(kind, count)| format!("{kind} {count}")).collect();
        let total = count(&report.total());
        if kinds.is_empty() { total.to_string() } else { format!("{total} ({})", kinds.join(", ")) }
    };
    let mut pairs: Vec<(String, String)> =
        Verdict::ALL.iter().map(|one| (texts::verdict(lang, *one).to_owned(), line(&|counts| counts.of(*one)))).collect();
    pairs.push((texts::total(lang).to_owned(), line(&Verdicts::all)));
    let heading = texts::heading(lang, report.from, report.to);
    let text = format!("{}\n{}", view.style.bold(&heading), key_values(&pairs, &view.style));
    if report.troubled.is_empty() {
        return text;
    }
    let columns = [Column::Id, Column::Outcome, Column::Kind, Column::Meeting, Column::Unit, Column::To, Column::LastError];
    let mut grid = Grid::new(columns.map(|name| column(lang, name))).shrink(6);
    for one in &report.troubled {
        grid.row([
            one.item.id.clone(),
            texts::verdict(lang, one.verdict).to_owned(),
            word::item_kind(lang, one.item.said()),
            one.item.meeting.to_string(),
            one.item.unit.to_string(),
            one.item.to.to_string(),
            error(&one.item, one.verdict, view),
        ]);
    }
    format!("{text}\n{}\n{}", view.style.bold(texts::troubled(lang)), grid.print(&view.style))
}

/// The document: each message is counted once, in one of the innermost fields.
fn document(report: &OutboxReportPart) -> Value {
    let counts = |one: &Verdicts| {
        let of = |verdict| one.of(verdict);
        json!({
            "issued": one.all(),
            "sent": of(Verdict::Sent),
            "waiting": of(Verdict::Waiting),
            "failed": {"refused": of(Verdict::Refused), "expired": of(Verdict::Expired)},
            "held": of(Verdict::Held),
            "dropped": {
                "superseded": of(Verdict::Superseded), "never_invited": of(Verdict::NeverInvited), "needless": of(Verdict::Needless),
                "by_person": of(Verdict::ByPerson),
            },
            "bounced": of(Verdict::Bounced),
        })
    };
    let kinds: Map<String, Value> = report.kinds.iter().map(|one| (one.kind.clone(), counts(&one.verdicts))).collect();
    let messages = report.troubled.iter().map(|one| {
        let item = &one.item;
        json!({
            "id": item.id, "meeting": item.meeting, "unit": item.unit, "to": item.to, "kind": item.said(), "verdict": one.verdict,
            "queued_at": item.queued_at, "sent_at": item.sent_at, "last_error": item.last_error, "bounce": item.bounce,
        })
    });
    json!({
        "from": report.from,
        "to": report.to,
        "total": counts(&report.total()),
        "kinds": kinds,
        "messages": messages.collect::<Vec<_>>(),
    })
}
