//! `outbox`: messages on their way.

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};

use crate::card;
use crate::cli::context::{Context, View, unexpected};
use crate::cli::input::Fields;
use crate::cli::json::{self, ItemDocument};
use crate::cli::output::{Grid, Outcome, key_values};
use crate::domain::dispatch::ItemId;
use crate::domain::intervention::{ITEMS_MAX, Intervention};
use crate::domain::outbox::ItemState;
use crate::i18n::label::{Column, column};
use crate::i18n::{intervention, notice, outbox as texts, relay, word};
use crate::report::Report;
use crate::wire::reply::{Answer, ItemView, Next};
use crate::wire::request::Request;

/// What can be done with messages.
#[derive(Debug, Subcommand)]
pub enum OutboxCommand {
    /// List messages
    List {
        /// Only in this state
        #[arg(long, value_name = "STATE", value_parser = PossibleValuesParser::new(ItemState::ALL.map(ItemState::word)))]
        state: Option<String>,
    },
    /// Show a message
    Show {
        /// The message's id
        id: String,
    },
    /// Try messages now, also failed ones
    Retry(ItemsArgs),
    /// Hold messages back until they are released
    Hold(ItemsArgs),
    /// Let held messages go
    Release(ItemsArgs),
    /// Drop messages: they are not sent any more
    Drop {
        /// The messages
        #[command(flatten)]
        items: ItemsArgs,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Say what happens next with a message, and why
    Why {
        /// The message's id
        id: String,
    },
}

/// Messages that something is done with.
#[derive(Debug, Args)]
pub struct ItemsArgs {
    /// The messages' ids
    #[arg(value_name = "ID", required = true)]
    pub ids: Vec<String>,
}

/// Runs a command of the group.
///
/// # Errors
/// What the host refused, or why it could not be asked.
pub async fn run(command: &OutboxCommand, context: &Context) -> Result<Outcome, Report> {
    if let Some((items, what)) = decision(command, &context.view)? {
        return decide(&items, &what, context).await;
    }
    let answer = context.ask(request(command, &context.view)?).await?;
    outcome(&answer, &context.view)
}

/// The request that a command makes.
///
/// # Errors
/// Every value that is wrong.
pub fn request(command: &OutboxCommand, view: &View) -> Result<Request, Report> {
    Ok(match command {
        OutboxCommand::List { state } => Request::OutboxList { state: state.as_deref().and_then(ItemState::from_word) },
        OutboxCommand::Show { id } => Request::OutboxShow(item(id, view)?),
        OutboxCommand::Why { id } => Request::OutboxWhy(item(id, view)?),
        OutboxCommand::Retry(_) | OutboxCommand::Hold(_) | OutboxCommand::Release(_) | OutboxCommand::Drop { .. } => {
            let (ids, what) = decision(command, view)?.ok_or_else(|| unexpected(view.lang))?;
            Request::OutboxDecide { ids, what }
        }
    })
}

/// What a command decides about which messages; `None`: it only reads.
fn decision(command: &OutboxCommand, view: &View) -> Result<Option<(Vec<ItemId>, Intervention)>, Report> {
    let mut fields = Fields::new(view.now);
    let (items, what) = match command {
        OutboxCommand::Retry(items) => (items, Some(Intervention::Retry)),
        OutboxCommand::Hold(items) => (items, Some(Intervention::Hold)),
        OutboxCommand::Release(items) => (items, Some(Intervention::Release)),
        OutboxCommand::Drop { items, reason } => (items, fields.prose("--reason", reason).map(|reason| Intervention::Drop { reason })),
        OutboxCommand::List { .. } | OutboxCommand::Show { .. } | OutboxCommand::Why { .. } => return Ok(None),
    };
    let ids: Vec<ItemId> = items.ids.iter().filter_map(|id| fields.item("id", id)).collect();
    fields.finish(view.lang, what.map(|what| (ids, what))).map(Some)
}

/// Decides about messages, as many at once as one request may name. What was decided before one was refused stands and is told.
async fn decide(ids: &[ItemId], what: &Intervention, context: &Context) -> Result<Outcome, Report> {
    let (view, mut decided) = (&context.view, Vec::new());
    let mut refused = None;
    for ids in ids.chunks(ITEMS_MAX) {
        match context.ask(Request::OutboxDecide { ids: ids.to_vec(), what: what.clone() }).await {
            Ok(Answer::Items(items)) => decided.extend(items),
            Ok(_) => return Err(unexpected(view.lang)),
            Err(report) if decided.is_empty() => return Err(report),
            Err(report) => {
                refused = Some(report);
                break;
            }
        }
    }
    let outcome = if view.json {
        json::document(&decided.iter().map(|item| ItemDocument::of(view.lang, item)).collect::<Vec<_>>())?
    } else {
        let told = decided.iter().map(|item| intervention::done(view.lang, what.kind(), &item.id, item.state, item.to.as_str()));
        Outcome::line(told.collect::<Vec<_>>().join("\n"))
    };
    Ok(match refused {
        Some(report) => outcome.note(report.to_string().trim_end().to_owned()).exit(report.exit),
        None => outcome,
    })
}

fn item(id: &str, view: &View) -> Result<ItemId, Report> {
    let mut fields = Fields::new(view.now);
    let id = fields.item("id", id);
    fields.finish(view.lang, id)
}

/// What a command prints about the answer.
///
/// # Errors
/// The answer is of another kind.
pub fn outcome(answer: &Answer, view: &View) -> Result<Outcome, Report> {
    let lang = view.lang;
    match answer {
        Answer::Items(items) if view.json => json::document(&items.iter().map(|item| ItemDocument::of(lang, item)).collect::<Vec<_>>()),
        Answer::Items(items) => Ok(list(items, view)),
        Answer::Item(item) if view.json => json::document(&ItemDocument::of(lang, item)),
        Answer::Item(item) => Ok(Outcome::text(key_values(&card::item(lang, item), &view.style))),
        Answer::Why(next) if view.json => json::document(&serde_json::json!({
            "item": ItemDocument::of(lang, &next.item),
            "next": next.next,
            "text": card::item_next(lang, next),
            "unit_name": next.unit_name,
        })),
        Answer::Why(next) => Ok(why(next, view)),
        _ => Err(unexpected(lang)),
    }
}

fn list(items: &[ItemView], view: &View) -> Outcome {
    let lang = view.lang;
    let columns = [
        Column::Id,
        Column::State,
        Column::Meeting,
        Column::Kind,
        Column::Unit,
        Column::To,
        Column::Attempts,
        Column::NextAttempt,
        Column::LastError,
    ];
    let mut grid = Grid::new(columns.map(|name| column(lang, name))).shrink(8);
    for item in items {
        grid.row([
            item.id.clone(),
            word::item_state(lang, item.state).to_owned(),
            item.meeting.to_string(),
            word::item_kind(lang, item.said()),
            item.unit.to_string(),
            item.to.to_string(),
            item.attempts.to_string(),
            item.next_attempt.map(texts::instant).unwrap_or_default(),
            card::trouble(lang, item).unwrap_or_default(),
        ]);
    }
    let outcome = Outcome::text(grid.print(&view.style));
    if items.is_empty() { outcome.note(notice::empty(lang)) } else { outcome }
}

fn why(next: &Next, view: &View) -> Outcome {
    let lang = view.lang;
    let item = &next.item;
    let to = next.unit_name.as_ref().map_or_else(|| item.to.to_string(), |name| format!("{name} <{}>", item.to));
    let mut lines = vec![notice::message(lang, &item.id, item.said(), item.state, &to)];
    if let Some(reason) = &item.reason {
        lines.push(format!("{}: {}", column(lang, Column::Reason), texts::reason(lang, reason)));
    }
    if let Some(failure) = &item.last_error {
        lines.push(format!("{}: {}", column(lang, Column::LastError), relay::failure(lang, failure)));
    }
    lines.extend(item.bounce.as_ref().map(|words| format!("{}: {}", column(lang, Column::Bounce), texts::bounced(lang, words))));
    lines.push(card::item_next(lang, next));
    Outcome::line(lines.join("\n"))
}
