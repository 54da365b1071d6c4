//! What is done to the selected message.

use crate::domain::dispatch::ItemId;
use crate::domain::intervention::{Intervention, InterventionKind};
use crate::i18n::{intervention as texts, screen};
use crate::tui::ask::Deed;
use crate::tui::effect::Effect;
use crate::tui::keymap::Action;
use crate::tui::layer::Layer;
use crate::tui::layer::prompt::{Prompt, Purpose};
use crate::tui::model::Model;
use crate::tui::notices::Weight;
use crate::tui::pane::Pane;
use crate::tui::update::{act, load};
use crate::wire::reply::ItemView;
use crate::wire::request::Request;

/// Does an action of the outbox.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let mut effects = act::load_pane(model, Pane::Outbox);
    match action {
        Action::OutboxFilter => model.outbox.filter_next(),
        Action::OutboxClear if act::no_filter(model, Pane::Outbox) => {}
        Action::OutboxClear => model.outbox.clear(),
        Action::OutboxMeeting => {
            if let Some(id) = model.outbox.selected().map(|item| item.meeting.clone()) {
                effects.extend(model.asks.deed(Deed::Find(id.clone()), Request::MeetingShow(id)));
            }
        }
        Action::OutboxHold => effects.extend(intervene(model, &Intervention::Hold)),
        Action::OutboxRelease => effects.extend(intervene(model, &Intervention::Release)),
        Action::OutboxRetry => effects.extend(intervene(model, &Intervention::Retry)),
        Action::OutboxDrop => ask_why(model),
        _ => {}
    }
    effects
}

/// The selected message, if that can be done with it; if not, it is said. The host looks again.
fn possible(model: &mut Model, kind: InterventionKind) -> Option<(ItemId, ItemView)> {
    let lang = model.lang();
    let Some(item) = model.outbox.selected().cloned() else {
        model.say(Weight::Info, screen::no_message(lang));
        return None;
    };
    let id = ItemId::parse(&item.id)?;
    if !kind.possible(item.state) {
        let (what, next) = texts::refused(lang, kind, &[(id, item.state)]);
        model.say(Weight::Warning, format!("{what}\n{next}"));
        return None;
    }
    Some((id, item))
}

fn intervene(model: &mut Model, what: &Intervention) -> Vec<Effect> {
    possible(model, what.kind()).map_or_else(Vec::new, |(id, _)| decide(model, id, what.clone()))
}

/// Asks the host to do what was decided about a message.
pub(super) fn decide(model: &mut Model, id: ItemId, what: Intervention) -> Vec<Effect> {
    model.asks.deed(Deed::Decide { id, kind: what.kind() }, Request::OutboxDecide { ids: vec![id], what })
}

/// A message that is given up needs a reason: its unit never gets it.
fn ask_why(model: &mut Model) {
    if let Some((id, item)) = possible(model, InterventionKind::Drop) {
        let question = texts::why_drop(model.lang(), &item.id, item.to.as_str());
        model.layers.push(Layer::Prompt(Box::new(Prompt::new(Purpose::Drop(id), question))));
    }
}

/// What was decided is done.
pub(super) fn decided(model: &mut Model, kind: InterventionKind, items: &[ItemView]) -> Vec<Effect> {
    for item in items {
        let note = texts::done(model.lang(), kind, &item.id, item.state, item.to.as_str());
        model.say(Weight::Done, note);
    }
    load::pane(model, model.pane)
}
