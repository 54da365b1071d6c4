//! Tables of units and mailboxes: their way in through `import`, their way out as CSV.

use std::path::Path;

use crate::cli::context::{Context, internal, unexpected};
use crate::cli::json;
use crate::cli::output::Outcome;
use crate::domain::fault::{Fault, Wrong};
use crate::i18n::{Lang, notice, setup as texts, why};
use crate::import::{self, ImportFault, Table};
use crate::report::{Exit, Report};
use crate::wire::reply::{Answer, Imported};
use crate::wire::request::{Import, Request};

/// Why a table was not read at all.
fn refused(lang: Lang, fault: ImportFault) -> Report {
    match fault {
        ImportFault::Missing { path } => texts::unreadable(lang, &path, &texts::no_such_file(lang)),
        ImportFault::Unreadable { path, detail } => texts::unreadable(lang, &path, &detail),
        ImportFault::NotATable { path, why } => why::table(lang, &path.display().to_string(), &[Wrong::new("", "", why)]),
    }
}

/// Imports a table of units.
///
/// # Errors
/// The file cannot be read, or every row that is wrong.
pub async fn import_units(file: &Path, context: &Context) -> Result<Outcome, Report> {
    let table = import::units(file).map_err(|fault| refused(context.view.lang, fault))?;
    take_in(file, table, Request::UnitImport, context).await
}

/// Imports a table of mailboxes.
///
/// # Errors
/// The file cannot be read, or every row that is wrong.
pub async fn import_mailboxes(file: &Path, context: &Context) -> Result<Outcome, Report> {
    let table = import::mailboxes(file).map_err(|fault| refused(context.view.lang, fault))?;
    take_in(file, table, Request::MailboxImport, context).await
}

async fn take_in<Row>(
    file: &Path,
    table: Table<Row>,
    request: impl FnOnce(Import<Row>) -> Request,
    context: &Context,
) -> Result<Outcome, Report> {
    let lang = context.view.lang;
    let source = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
    let check_only = !table.wrong.is_empty();
    let asked = context.reply(request(Import { rows: table.rows, source, check_only })).await?;
    let imported = match asked {
        Ok(Answer::Imported(imported)) => Ok(imported),
        Ok(_) => return Err(unexpected(lang)),
        Err(Fault::Wrong { wrong }) => Err(wrong),
        Err(other) => return Err(crate::i18n::fault::fault(lang, &other)),
    };
    let ignored = (!table.ignored_columns.is_empty()).then(|| notice::ignored_columns(lang, &table.ignored_columns));
    outcome(file, table.wrong, imported, ignored, context)
}

/// What the import prints: the rows that are wrong by the parser and by the host together, or what was done.
fn outcome(
    file: &Path,
    mut wrong: Vec<Wrong>,
    imported: Result<Imported, Vec<Wrong>>,
    ignored: Option<String>,
    context: &Context,
) -> Result<Outcome, Report> {
    let lang = context.view.lang;
    let imported = match imported {
        Ok(mut imported) => {
            wrong.append(&mut imported.wrong);
            imported
        }
        Err(mut more) => {
            wrong.append(&mut more);
            Imported::default()
        }
    };
    if !wrong.is_empty() {
        wrong.sort_by_key(|one| one.line);
        let mut report = why::table(lang, &file.display().to_string(), &wrong);
        if let Some(ignored) = ignored {
            report.what = format!("{ignored}\n{}", report.what);
        }
        return Err(report);
    }
    let done = if context.view.json {
        json::document(&imported)?
    } else {
        Outcome::line(notice::imported(lang, imported.rows, imported.added, imported.changed, imported.unchanged))
    };
    let done = done.notes(ignored);
    if imported.left_alone.is_empty() {
        return Ok(done);
    }
    Ok(done.note(notice::left_alone(lang, &imported.left_alone)).exit(Exit::Stale))
}

/// Records as CSV, as the import takes it.
///
/// # Errors
/// Never for text in memory.
pub fn csv<const N: usize>(lang: Lang, header: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> Result<Outcome, Report> {
    let failed = |why: csv::Error| internal(lang, &why.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header).map_err(failed)?;
    for row in rows {
        writer.write_record(row).map_err(failed)?;
    }
    let bytes = writer.into_inner().map_err(|why| internal(lang, &why.to_string()))?;
    Ok(Outcome::bytes(bytes))
}
