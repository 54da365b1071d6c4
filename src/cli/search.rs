//! `search`: find records by words.

use clap::{Args, ValueEnum};

use crate::cli::context::{Context, View, unexpected};
use crate::cli::input::Fields;
use crate::cli::json;
use crate::cli::output::{Grid, Outcome};
use crate::i18n::label::{Column, column};
use crate::i18n::{Lang, notice};
use crate::report::Report;
use crate::wire::reply::Answer;
use crate::wire::request::{RecordKind, Request};

/// What to find.
#[derive(Debug, Args)]
pub struct SearchArgs {
    /// The words; letters without marks match any marks
    pub text: String,
    /// Only this kind
    #[arg(long, value_name = "KIND", value_enum)]
    pub kind: Option<KindWord>,
}

/// What can be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "the words of the command line")]
pub enum KindWord {
    Meeting,
    Unit,
    Mailbox,
}

impl From<KindWord> for RecordKind {
    fn from(word: KindWord) -> Self {
        match word {
            KindWord::Meeting => Self::Meeting,
            KindWord::Unit => Self::Unit,
            KindWord::Mailbox => Self::Mailbox,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// What the host refused, or why it could not be asked.
pub async fn run(args: &SearchArgs, context: &Context) -> Result<Outcome, Report> {
    let answer = context.ask(request(args, &context.view)?).await?;
    outcome(&answer, &context.view)
}

/// The request that the command makes.
///
/// # Errors
/// The words are no text.
pub fn request(args: &SearchArgs, view: &View) -> Result<Request, Report> {
    let mut fields = Fields::new(view.now);
    let text = fields.line("text", &args.text);
    Ok(Request::Search { text: fields.finish(view.lang, text)?, kind: args.kind.map(Into::into) })
}

/// What the command prints about the answer.
///
/// # Errors
/// The answer is of another kind.
pub fn outcome(answer: &Answer, view: &View) -> Result<Outcome, Report> {
    let Answer::Found(hits) = answer else { return Err(unexpected(view.lang)) };
    if view.json {
        return json::document(hits);
    }
    let mut grid = Grid::new([Column::Kind, Column::Id, Column::Title].map(|name| column(view.lang, name))).shrink(2);
    for hit in hits {
        grid.row([kind(view.lang, hit.kind).to_owned(), hit.id.clone(), hit.title.clone()]);
    }
    let outcome = Outcome::text(grid.print(&view.style));
    Ok(if hits.is_empty() { outcome.note(notice::empty(view.lang)) } else { outcome })
}

fn kind(lang: Lang, kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Meeting => column(lang, Column::Meeting),
        RecordKind::Unit => column(lang, Column::Unit),
        RecordKind::Mailbox => column(lang, Column::Mailbox),
    }
}
