//! `meeting replies` and `meeting reply`: who comes.

use super::args::{AnswerWord, ReplyArgs};
use crate::cli::context::View;
use crate::cli::input::Fields;
use crate::cli::json::{self, ReplyDocument};
use crate::cli::output::{Grid, Outcome};
use crate::i18n::incoming as texts;
use crate::i18n::label::{Column, column};
use crate::i18n::notice;
use crate::i18n::outbox::instant;
use crate::i18n::usage::{self, Usage};
use crate::report::Report;
use crate::wire::reply::ReplyView;
use crate::wire::request::{ReplyOrder, Request};

/// The request that records an answer.
///
/// # Errors
/// Every value that is wrong.
pub(super) fn request(args: &ReplyArgs, view: &View) -> Result<Request, Report> {
    if args.name.is_some() && args.answer != AnswerWord::Substitute {
        let with = vec!["ANSWER".to_owned()];
        return Err(usage::report(view.lang, &Usage::Conflict { argument: "NAME".to_owned(), with }, "lichhop meeting reply"));
    }
    if args.name.is_none() && args.answer == AnswerWord::Substitute {
        return Err(usage::report(view.lang, &Usage::Missing { arguments: vec!["NAME".to_owned()] }, "lichhop meeting reply"));
    }
    let mut fields = Fields::new(view.now);
    let (id, unit) = (fields.meeting("id", &args.id), fields.code("--unit", &args.unit));
    let name = args.name.as_deref().and_then(|name| fields.line("NAME", name));
    let reason = args.reason.as_deref().and_then(|text| fields.prose("--reason", text));
    let (id, unit) = fields.finish(view.lang, id.zip(unit))?;
    Ok(Request::MeetingReply(Box::new(ReplyOrder { id, unit, response: args.answer.into(), name, reason })))
}

/// The answers as a table.
///
/// # Errors
/// JSON cannot hold them: an error in the program.
pub(super) fn outcome(all: &[ReplyView], view: &View) -> Result<Outcome, Report> {
    let lang = view.lang;
    if view.json {
        return json::document(&all.iter().map(ReplyDocument::of).collect::<Vec<_>>());
    }
    let columns = [Column::Unit, Column::Name, Column::Answer, Column::Time, Column::By, Column::Trust, Column::Words];
    let mut grid = Grid::new(columns.map(|name| column(lang, name))).shrink(6);
    for one in all {
        let answer = one.answer.as_ref();
        grid.row([
            one.unit.to_string(),
            one.name.as_ref().map_or_else(String::new, ToString::to_string),
            texts::response(lang, one.state).to_owned(),
            answer.map(|answer| instant(answer.at)).unwrap_or_default(),
            answer.map(|answer| answer.by.clone()).unwrap_or_default(),
            answer.map(|answer| texts::trust(lang, answer.trust).to_owned()).unwrap_or_default(),
            words(one, view),
        ]);
    }
    let outcome = Outcome::text(grid.print(&view.style));
    Ok(if all.is_empty() { outcome.note(notice::empty(lang)) } else { outcome })
}

/// What is to be said of an answer, in one line.
fn words(one: &ReplyView, view: &View) -> String {
    let lang = view.lang;
    let answer = one.answer.as_ref();
    let delegate = answer.and_then(|answer| answer.delegate.as_ref());
    let mut said: Vec<String> = Vec::new();
    said.extend(delegate.and_then(|delegate| delegate.name.as_ref()).map(ToString::to_string));
    said.extend(delegate.and_then(|delegate| delegate.address.as_ref()).map(ToString::to_string));
    said.extend(answer.and_then(|answer| answer.words.as_ref()).map(|words| words.as_str().replace('\n', " ")));
    if one.state.is_none() && one.acknowledged.is_some() {
        said.push(texts::acknowledged(lang).to_owned());
    }
    said.extend(one.stale.as_ref().map(|stale| texts::stale(lang, stale.response)));
    said.extend(one.proposals.last().map(|proposal| texts::method(lang, proposal.method).to_owned()));
    if !one.bounced.is_empty() {
        said.push(texts::came_back(lang).to_owned());
    }
    said.join("; ")
}
