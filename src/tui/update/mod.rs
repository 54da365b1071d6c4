//! What happens changes what is known, and asks for what is to be done. Synchronous and pure.

mod act;
mod away;
mod comparing;
mod deed;
mod draft;
mod form;
mod keys;
mod layers;
mod load;
mod meeting;
mod others;
mod outbox;
mod replacing;
mod reply;

use crate::tui::ask::Purpose;
use crate::tui::effect::Effect;
use crate::tui::model::Model;
use crate::tui::msg::Msg;
use crate::tui::notices::Weight;
use crate::tui::view;

pub use load::begin;

/// Takes a message in that comes after somebody has left. Only what was asked to be done still counts: what was saved is no
/// draft any more, what takes two steps takes the second. Nothing is loaded for a screen that is gone.
pub fn left(model: &mut Model, msg: Msg) -> Vec<Effect> {
    if !matches!(&msg, Msg::Answered { ticket, .. } if ticket.purpose == Purpose::Deed) {
        return Vec::new();
    }
    let lasting = |effect: &Effect| match effect {
        Effect::Draft { .. } => true,
        Effect::Ask { ticket, .. } => ticket.purpose == Purpose::Deed,
        Effect::Suspend | Effect::Redraw | Effect::Quit(_) => false,
    };
    update(model, msg).into_iter().filter(lasting).collect()
}

/// Takes a message in.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let lang = model.lang();
    let mut effects = match msg {
        Msg::Pressed(chord) => {
            let bare = model.layers.is_empty();
            let effects = keys::pressed(model, chord);
            others::looked(model, bare);
            effects
        }
        Msg::Pasted(text) => keys::pasted(model, &text),
        Msg::Resized { columns, rows } => {
            model.size = (columns, rows);
            Vec::new()
        }
        Msg::Answered { ticket, reply } => {
            let before = others::shown(model);
            let effects = reply::answered(model, ticket, *reply);
            others::noticed(model, before);
            effects
        }
        Msg::Changed(change) => {
            away::heard(model);
            load::changed(model, &change)
        }
        Msg::Away => {
            away::gone(model);
            Vec::new()
        }
        Msg::Ticked(now) => {
            model.now = now;
            Vec::new()
        }
        Msg::Panicked(words) => {
            model.say(Weight::Error, crate::i18n::screen::panicked(lang, &words));
            Vec::new()
        }
        Msg::NotSuspended => {
            model.say(Weight::Warning, crate::i18n::screen::no_shell(lang));
            Vec::new()
        }
        Msg::DraftNotKept { form, why } => {
            away::draft_not_kept(model, form, &why);
            Vec::new()
        }
        Msg::DraftKept(form) => {
            model.notices.settled(&form);
            Vec::new()
        }
    };
    effects.extend(load::follow(model));
    view::settle(model);
    effects
}
