//! `history`: what became of a record.

use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::Value;

use crate::cli::context::{Context, View, unexpected};
use crate::cli::input::Fields;
use crate::cli::json;
use crate::cli::output::{Grid, Outcome};
use crate::domain::text::{Prose, width};
use crate::domain::time::WallTime;
use crate::domain::unit::UnitCode;
use crate::i18n::label::{Column, column};
use crate::i18n::{Lang, history as texts, outbox};
use crate::print::layout::cut;
use crate::report::Report;
use crate::wire::reply::{Answer, Field, FieldChange, FieldValue, PastVersion};
use crate::wire::request::{Request, Subject};

/// The columns that one side of a change takes on a terminal at most; in a pipe and in the JSON it is whole.
const SIDE_MAX: usize = 60;
/// How much of what two long texts have in common stands before that in which they differ.
const BEFORE_MAX: usize = 12;

/// Which record.
#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// What kind of record
    #[arg(value_enum)]
    pub kind: SubjectWord,
    /// Its id: a unit's code, an address, LH-2026-0147, a Unix user, T12-3
    pub id: String,
}

/// The kinds of records whose history can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "the words of the command line")]
pub enum SubjectWord {
    Unit,
    Mailbox,
    Meeting,
    Account,
    Outbox,
}

/// Runs the command.
///
/// # Errors
/// What the host refused, or why it could not be asked.
pub async fn run(args: &HistoryArgs, context: &Context) -> Result<Outcome, Report> {
    let answer = context.ask(request(args, &context.view)?).await?;
    outcome(&answer, &context.view)
}

/// The request that the command makes.
///
/// # Errors
/// What cannot be an id of that kind.
pub fn request(args: &HistoryArgs, view: &View) -> Result<Request, Report> {
    let mut fields = Fields::new(view.now);
    let id = args.id.as_str();
    let subject = match args.kind {
        SubjectWord::Unit => fields.code("id", id).map(Subject::Unit),
        SubjectWord::Mailbox => fields.address("id", id).map(Subject::Mailbox),
        SubjectWord::Meeting => fields.meeting("id", id).map(Subject::Meeting),
        SubjectWord::Account => Some(Subject::Account(id.to_owned())),
        SubjectWord::Outbox => fields.item("id", id).map(Subject::Outbox),
    };
    fields.finish(view.lang, subject).map(Request::History)
}

/// A version, with everything in it.
#[derive(Debug, Serialize)]
struct PastDocument<'a> {
    revision: u64,
    unit: Option<&'a str>,
    at: chrono::DateTime<chrono::Utc>,
    by: Option<&'a str>,
    action: &'a str,
    changes: Vec<ChangeDocument>,
    reason: Option<&'a str>,
}

/// A field that changed.
#[derive(Debug, Serialize)]
struct ChangeDocument {
    field: Field,
    from: Value,
    to: Value,
}

/// What the command prints about the answer.
///
/// # Errors
/// The answer is of another kind.
pub fn outcome(answer: &Answer, view: &View) -> Result<Outcome, Report> {
    let Answer::History(versions) = answer else { return Err(unexpected(view.lang)) };
    if view.json {
        return json::document(&versions.iter().map(|past| document(view.lang, past)).collect::<Vec<_>>());
    }
    Ok(Outcome::text(table(versions, view)))
}

fn document(lang: Lang, past: &PastVersion) -> PastDocument<'_> {
    let value = |value: &Option<FieldValue>| value.as_ref().map_or(Value::Null, |value| machine(lang, value));
    let change = |change: &FieldChange| ChangeDocument { field: change.field, from: value(&change.from), to: value(&change.to) };
    PastDocument {
        revision: past.revision,
        unit: past.unit.as_ref().map(UnitCode::as_str),
        at: past.at,
        by: past.by.as_deref(),
        action: &past.action,
        changes: past.changes.iter().map(change).collect(),
        reason: past.reason.as_ref().map(Prose::as_str),
    }
}

/// A value as the record's own document has it.
fn machine(lang: Lang, value: &FieldValue) -> Value {
    let plain = match value {
        FieldValue::Text(text) | FieldValue::ItemKind(text) => return Value::from(text.as_str()),
        FieldValue::Number(number) => return Value::from(*number),
        FieldValue::Flag(flag) => return Value::from(*flag),
        FieldValue::Reason(reason) => return Value::from(outbox::reason(lang, reason)),
        FieldValue::Codes(codes) => serde_json::to_value(codes),
        FieldValue::Instant(at) => serde_json::to_value(at),
        FieldValue::Time(time) => serde_json::to_value(time),
        FieldValue::Day(day) => serde_json::to_value(day),
        FieldValue::UnitKind(kind) => serde_json::to_value(kind),
        FieldValue::MailboxKind(kind) => serde_json::to_value(kind),
        FieldValue::MailboxState(state) => serde_json::to_value(state),
        FieldValue::MeetingState(state) => serde_json::to_value(state),
        FieldValue::Urgency(urgency) => serde_json::to_value(urgency),
        FieldValue::Mode(mode) => serde_json::to_value(mode),
        FieldValue::ItemState(state) => serde_json::to_value(state),
        FieldValue::Failure(failure) => serde_json::to_value(failure),
        FieldValue::Role(role) => serde_json::to_value(role),
        FieldValue::Response(response) => serde_json::to_value(response),
        FieldValue::Trust(trust) => serde_json::to_value(trust),
        FieldValue::Method(method) => serde_json::to_value(method),
    };
    // Words, lists of words and flat records: none of them is what JSON cannot hold.
    plain.unwrap_or(Value::Null)
}

/// One line for each field that changed; on a terminal when, who and what stand with the first only.
fn table(versions: &[PastVersion], view: &View) -> String {
    let lang = view.lang;
    let room = if view.style.width.is_some() { SIDE_MAX } else { usize::MAX };
    let [field, change] = texts::headings(lang);
    let heading = [column(lang, Column::Time), column(lang, Column::User), column(lang, Column::Action), field, change];
    let mut grid = Grid::new(heading).shrink(4);
    for past in versions {
        let at = WallTime::zoned(past.at).format("%d/%m/%Y %H:%M:%S").to_string();
        let head = [at, past.by.clone().unwrap_or_else(|| "…".to_owned()), texts::action(lang, &past.action)];
        let mut repeated = false;
        for [field, change] in rows(past, lang, room) {
            let [at, by, action] = if repeated && view.style.width.is_some() { Default::default() } else { head.clone() };
            grid.row([at, by, action, field, change]);
            repeated = true;
        }
    }
    grid.print(&view.style)
}

fn rows(past: &PastVersion, lang: Lang, room: usize) -> Vec<[String; 2]> {
    let mut rows: Vec<[String; 2]> = past.unit.iter().map(|unit| [texts::field(lang, Field::Unit).to_owned(), unit.to_string()]).collect();
    rows.extend(past.changes.iter().map(|change| [texts::field(lang, change.field).to_owned(), changed(lang, change, room)]));
    rows.extend(past.reason.iter().map(|reason| [column(lang, Column::Reason).to_owned(), short(&flat(reason.as_str()), 0, room)]));
    if rows.is_empty() {
        rows.push([String::new(), String::new()]);
    }
    rows
}

/// From what to what; of a list what came and what went.
fn changed(lang: Lang, change: &FieldChange, room: usize) -> String {
    if let (Some(FieldValue::Codes(from)), Some(FieldValue::Codes(to))) = (&change.from, &change.to) {
        let gone = from.iter().filter(|code| !to.contains(code)).map(|code| format!("−{code}"));
        let come = to.iter().filter(|code| !from.contains(code)).map(|code| format!("+{code}"));
        let both: Vec<String> = come.chain(gone).collect();
        if !both.is_empty() {
            return short(&both.join(", "), 0, room);
        }
    }
    let told = |value: &Option<FieldValue>| value.as_ref().map(|value| flat(&texts::value(lang, value))).filter(|text| !text.is_empty());
    let nothing = || texts::nothing(lang).to_owned();
    match (told(&change.from), told(&change.to)) {
        (None, Some(to)) => short(&to, 0, room),
        (from, to) => {
            let (from, to) = (from.unwrap_or_else(nothing), to.unwrap_or_else(nothing));
            let is_long = width(&from).max(width(&to)) > room;
            let common = from.chars().zip(to.chars()).take_while(|(a, b)| a == b).count();
            let skip = if is_long { common.saturating_sub(BEFORE_MAX) } else { 0 };
            format!("{} → {}", short(&from, skip, room), short(&to, skip, room))
        }
    }
}

/// A text on one line.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text without its first letters, as much of it as there is room for.
fn short(text: &str, skip: usize, room: usize) -> String {
    if skip == 0 {
        return cut(text, room);
    }
    cut(&format!("…{}", text.chars().skip(skip).collect::<String>()), room)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(from: &str, to: &str) -> String {
        let value = |text: &str| (!text.is_empty()).then(|| FieldValue::Text(text.to_owned()));
        changed(Lang::Vi, &FieldChange { field: Field::Content, from: value(from), to: value(to) }, SIDE_MAX)
    }

    #[test]
    fn a_change_of_a_long_text_shows_where_it_is() {
        let long = "Đề nghị các đơn vị chuẩn bị báo cáo. ".repeat(40);
        let shown = text(&long, &format!("{long}Mang theo phụ lục."));
        assert!(shown.contains("Mang theo phụ lục") && width(&shown) <= 2 * SIDE_MAX + 3, "{shown}");
        assert_eq!(text("Phòng 1", "Phòng\n2"), "Phòng 1 → Phòng 2");
        assert_eq!((text("", "Phòng 1").as_str(), text("Phòng 1", "").as_str()), ("Phòng 1", "Phòng 1 → (trống)"));
    }

    #[test]
    fn of_a_list_what_came_and_went_is_told() {
        let codes = |raw: &[&str]| Some(FieldValue::Codes(raw.iter().map(|code| UnitCode::parse(code).unwrap()).collect()));
        let told = |from, to| changed(Lang::Vi, &FieldChange { field: Field::Invited, from, to }, SIDE_MAX);
        assert_eq!(told(codes(&["A", "B"]), codes(&["A", "C"])), "+C, −B");
        assert_eq!(told(codes(&["A", "B"]), codes(&["B", "A"])), "A, B → B, A");
        assert_eq!(told(None, codes(&["A"])), "A");
    }
}
