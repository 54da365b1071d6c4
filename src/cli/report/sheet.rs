//! The report as a table for spreadsheets (RFC 4180).

use crate::cli::context::internal;
use crate::cli::output::Outcome;
use crate::domain::text::visible;
use crate::i18n::Lang;
use crate::report::Report;
use crate::wire::report::{OutboxReportPart, Verdict};

/// The columns. Of a row that counts, those of a message are empty, and the other way round.
const COLUMNS: [&str; 10] = ["row", "kind", "verdict", "count", "id", "meeting", "unit", "to", "queued_at", "error"];

/// One table: a row for each verdict of all messages (`total`) and of each kind (`kind`), then one for each that did not arrive
/// (`message`).
///
/// # Errors
/// Never for text in memory.
pub(super) fn csv(lang: Lang, report: &OutboxReportPart) -> Result<Outcome, Report> {
    let failed = |why: csv::Error| internal(lang, &why.to_string());
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(COLUMNS).map_err(failed)?;
    let total = report.total();
    let sums = std::iter::once(("total", "", &total)).chain(report.kinds.iter().map(|one| ("kind", one.kind.as_str(), &one.verdicts)));
    for (row, kind, verdicts) in sums {
        for verdict in Verdict::ALL {
            let count = verdicts.of(verdict).to_string();
            let cells = [row, kind, verdict.word(), &count, "", "", "", "", "", ""];
            writer.write_record(cells.map(defused)).map_err(failed)?;
        }
    }
    for one in &report.troubled {
        let item = &one.item;
        let failure = item.last_error.as_ref().map(|failure| {
            let code = failure.code.map(|code| code.to_string());
            let words = [code.as_deref(), failure.enhanced.as_deref(), Some(failure.text.as_str())];
            words.into_iter().flatten().collect::<Vec<_>>().join(" ")
        });
        let bounce = item.bounce.clone().filter(|_| one.verdict == Verdict::Bounced);
        let error = bounce.or(failure).unwrap_or_default();
        let (queued, word) = (item.queued_at.format("%Y-%m-%dT%H:%M:%SZ").to_string(), one.verdict.word());
        let cells =
            ["message", item.said(), word, "", &item.id, item.meeting.as_str(), item.unit.as_str(), item.to.as_str(), &queued, &error];
        writer.write_record(cells.map(defused)).map_err(failed)?;
    }
    let bytes = writer.into_inner().map_err(|why| internal(lang, &why.to_string()))?;
    Ok(Outcome::bytes(bytes))
}

/// A cell that no spreadsheet takes for a formula (OWASP, CSV injection): an apostrophe before it makes it text. Nor does it steer
/// the terminal on which it is printed.
fn defused(cell: &str) -> String {
    let shown = visible(cell);
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{shown}") } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_like_a_formula() {
        for cell in ["=1+1", "+84", "-2", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(defused(cell), format!("'{}", visible(cell)));
        }
        for cell in ["", "5.1.1 =x", "a@b.vn", "'=1"] {
            assert_eq!(defused(cell), cell);
        }
    }
}
