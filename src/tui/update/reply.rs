//! Answers of the host.

use crate::domain::workflow;
use crate::i18n::fault::fault;
use crate::tui::ask::{Fate, Purpose, Ticket};
use crate::tui::effect::Effect;
use crate::tui::layer::Layer;
use crate::tui::layer::preview::Preview;
use crate::tui::model::Model;
use crate::tui::update::{away, comparing, deed, draft, load, replacing};
use crate::wire::reply::{self, Answer, Reply};

/// Takes an answer.
pub(super) fn answered(model: &mut Model, ticket: Ticket, reply: Reply) -> Vec<Effect> {
    if ticket.purpose == Purpose::Deed {
        return deed::answered(model, ticket, reply);
    }
    let (fate, mut effects) = model.asks.answered(ticket);
    if fate == Fate::Stale {
        return effects;
    }
    match reply {
        Ok(answer) => effects.extend(take(model, ticket.purpose, answer)),
        Err(why) => {
            if ticket.purpose == Purpose::MoreMeetings {
                model.meetings.more_failed();
            }
            if away::is_why(&why).is_some() {
                away::not_read(model, ticket.purpose);
            } else {
                let report = fault(model.lang(), &why);
                model.notices.report(&report, model.now);
            }
        }
    }
    effects
}

fn take(model: &mut Model, purpose: Purpose, answer: Answer) -> Vec<Effect> {
    match (purpose, answer) {
        (Purpose::Week, Answer::Meetings(meetings)) => {
            let first = model.week.shown.is_none();
            model.week.load(meetings, model.now);
            if first {
                return load::rest(model);
            }
        }
        (Purpose::Meetings, Answer::MeetingPage(page)) => model.meetings.load(*page, model.now),
        (Purpose::MoreMeetings, Answer::MeetingPage(page)) => model.meetings.load_more(*page),
        (Purpose::Units, Answer::Units(units)) => model.units.load(units),
        (Purpose::Mailboxes, Answer::Mailboxes(mailboxes)) => model.units.load_mailboxes(mailboxes),
        (Purpose::Unit, Answer::Unit(unit)) => model.units.shown = Some(*unit),
        (Purpose::Outbox, Answer::Items(items)) => model.outbox.load(items),
        (Purpose::Status, Answer::OutboxStatus(status)) => model.outbox.status = Some(*status),
        (Purpose::Why, Answer::Why(next)) => model.outbox.why = Some(*next),
        (Purpose::Preview, Answer::Preview(preview)) => show_preview(model, preview),
        (Purpose::Newest, Answer::Meeting(meeting)) => comparing::outdated(model, &meeting),
        (Purpose::Drafts, Answer::Drafts(drafts)) => return draft::found(model, drafts),
        _ => model.notices.report(&crate::i18n::setup::unexpected(model.lang()), model.now),
    }
    Vec::new()
}

fn show_preview(model: &mut Model, preview: Box<reply::Preview>) {
    let Some(order) = model.previewed.take().filter(|order| *order.id() == preview.id) else { return };
    let state = model.meeting(order.id()).map(|meeting| meeting.state);
    let issuable = state.is_some_and(|state| workflow::next(state, order.action()).is_some());
    // Who has begun something else meanwhile is not interrupted: the next key would be taken for an answer.
    if !matches!(model.layers.last(), None | Some(Layer::Preview(_))) && !replacing::comes_from_top(model, &order) {
        return;
    }
    // One that is open already shows what it would be now.
    model.layers.retain(|layer| !matches!(layer, Layer::Preview(_)));
    model.layers.push(Layer::Preview(Box::new(Preview { order, preview, issuable, marked: false, top: 0 })));
}
