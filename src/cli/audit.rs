//! `audit verify` and `check`: what does not hold, each named.

use crate::cli::context::{Context, View, unexpected};
use crate::cli::json::{self, CheckDocument};
use crate::cli::output::Outcome;
use crate::i18n::finding::{audit_summary, check_summary, finding};
use crate::report::{Exit, Report};
use crate::wire::reply::{Answer, CheckReport};
use crate::wire::request::Request;

/// Which of the two checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The audit chain.
    Audit,
    /// Records, indexes and series.
    Store,
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
    if view.json {
        return Ok(json::document(&CheckDocument::of(view.lang, report))?.exit(exit));
    }
    let mut lines: Vec<String> = report.findings.iter().map(|one| finding(view.lang, one)).collect();
    lines.push(match which {
        Which::Audit => {
            audit_summary(view.lang, report.looked_at, report.head.as_ref().map(|head| head.hash.as_str()), report.findings.len())
        }
        Which::Store => check_summary(view.lang, report.looked_at, report.findings.len()),
    });
    Ok(Outcome::line(lines.join("\n")).exit(exit))
}
