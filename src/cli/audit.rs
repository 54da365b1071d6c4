//! `audit verify` and `check`: what does not hold, each named.

use clap::Args;

use crate::cli::context::{Context, View, unexpected};
use crate::cli::input::Fields;
use crate::cli::json::{self, CheckDocument};
use crate::cli::output::{Grid, Outcome};
use crate::domain::time::WallTime;
use crate::i18n::fault::take_back;
use crate::i18n::finding::{audit_summary, check_summary, finding};
use crate::i18n::label::{Column, column};
use crate::i18n::notice;
use crate::report::{Exit, Report};
use crate::wire::reply::{Answer, AuditLine, CheckReport};
use crate::wire::request::{AuditFilter, Request};

/// Which of the two checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The audit chain.
    Audit,
    /// Records, indexes and series.
    Store,
}

/// Which entries are listed.
#[derive(Debug, Args)]
pub struct AuditListArgs {
    /// Not before this day
    #[arg(long, value_name = "DAY")]
    pub from: Option<String>,
    /// Not after this day
    #[arg(long, value_name = "DAY")]
    pub to: Option<String>,
    /// Only what this Unix user did; `lichhop` for what the program does by itself
    #[arg(long, value_name = "USER")]
    pub user: Option<String>,
    /// Only what was done so: meeting.issue, or all of a kind: meeting
    #[arg(long, value_name = "ACTION")]
    pub action: Option<String>,
    /// Only what was done to this: LH-2026-0147
    #[arg(long, value_name = "ID")]
    pub object: Option<String>,
    /// The last ones only
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
}

/// Lists entries of the chain.
///
/// # Errors
/// What the host refused, or why it could not be asked.
pub async fn list(args: &AuditListArgs, context: &Context) -> Result<Outcome, Report> {
    let view = &context.view;
    let mut fields = Fields::new(view.now);
    let filter = AuditFilter {
        from: args.from.as_ref().and_then(|raw| fields.day("--from", raw)),
        to: args.to.as_ref().and_then(|raw| fields.day("--to", raw)),
        actor: args.user.clone(),
        action: args.action.clone(),
        object: args.object.clone(),
        limit: args.limit,
    };
    let filter = fields.finish(view.lang, Some(filter))?;
    match context.ask(Request::AuditList(filter)).await? {
        Answer::Audit(entries) if view.json => json::document(&entries),
        Answer::Audit(entries) => Ok(table(&entries, view)),
        _ => Err(unexpected(view.lang)),
    }
}

fn table(entries: &[AuditLine], view: &View) -> Outcome {
    let columns = [Column::Number, Column::Time, Column::User, Column::Action, Column::Object];
    let mut grid = Grid::new(columns.map(|name| column(view.lang, name)));
    for entry in entries {
        let at = WallTime::zoned(entry.at).format("%d/%m/%Y %H:%M:%S");
        let rehearsal = if entry.rehearsal { " *" } else { "" };
        grid.row([entry.sequence.to_string(), format!("{at}{rehearsal}"), entry.actor.clone(), entry.action.clone(), entry.object.clone()]);
    }
    let outcome = Outcome::text(grid.shrink(4).print(&view.style));
    if entries.is_empty() { outcome.note(notice::empty(view.lang)) } else { outcome }
}

/// Runs a check.
///
/// # Errors
/// Why the host could not be asked.
pub async fn run(which: Which, context: &Context) -> Result<Outcome, Report> {
    let request = match which {
        Which::Audit => Request::AuditVerify,
        Which::Store => Request::Check,
    };
    match context.ask(request).await? {
        Answer::Checked(report) => outcome(which, &report, &context.view),
        _ => Err(unexpected(context.view.lang)),
    }
}

/// What a check prints: every finding, then how much was looked at.
///
/// # Errors
/// Never for the reports that a host makes.
pub fn outcome(which: Which, report: &CheckReport, view: &View) -> Result<Outcome, Report> {
    let exit = if report.findings.is_empty() { Exit::Done } else { Exit::Store };
    let next = (exit == Exit::Store).then(|| take_back(view.lang));
    let next: Vec<String> = next.iter().flat_map(|steps| steps.lines()).map(|step| format!("→ {step}")).collect();
    if view.json {
        return Ok(json::document(&CheckDocument::of(view.lang, report))?.notes(next).exit(exit));
    }
    let mut lines: Vec<String> = report.findings.iter().map(|one| finding(view.lang, one)).collect();
    lines.push(match which {
        Which::Audit => {
            audit_summary(view.lang, report.looked_at, report.head.as_ref().map(|head| head.hash.as_str()), report.findings.len())
        }
        Which::Store => check_summary(view.lang, report.looked_at, report.findings.len()),
    });
    Ok(Outcome::line(lines.join("\n")).notes(next).exit(exit))
}
