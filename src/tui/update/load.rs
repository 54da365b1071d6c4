//! Loading what is on the screen, and loading it again when it changed.

use crate::domain::dispatch::ItemId;
use crate::tui::ask::Purpose;
use crate::tui::effect::Effect;
use crate::tui::model::Model;
use crate::tui::pane::Pane;
use crate::tui::update::comparing;
use crate::wire::change::{Change, ChangeKind};
use crate::wire::request::Request;

/// What is asked at the start: the week alone, so that it is there at once.
pub fn begin(model: &mut Model) -> Vec<Effect> {
    let request = model.week.request();
    model.asks.ask(Purpose::Week, request)
}

/// What is asked once the first week is there.
pub(super) fn rest(model: &mut Model) -> Vec<Effect> {
    let mut effects = model.asks.ask(Purpose::Drafts, Request::DraftList);
    effects.extend(model.asks.ask(Purpose::Units, Request::UnitList));
    effects.extend(model.asks.ask(Purpose::Status, Request::OutboxStatus));
    effects.extend(model.asks.ask(Purpose::Mailboxes, Request::MailboxList));
    effects
}

/// Loads what a pane shows.
pub(super) fn pane(model: &mut Model, pane: Pane) -> Vec<Effect> {
    model.stale.remove(&pane);
    match pane {
        Pane::Week => {
            let request = model.week.request();
            model.asks.ask(Purpose::Week, request)
        }
        Pane::Meetings => {
            let request = model.meetings.request(model.now);
            model.asks.ask(Purpose::Meetings, request)
        }
        Pane::Units => {
            let mut effects = model.asks.ask(Purpose::Units, Request::UnitList);
            effects.extend(model.asks.ask(Purpose::Mailboxes, Request::MailboxList));
            effects
        }
        Pane::Outbox => {
            let mut effects = model.asks.ask(Purpose::Outbox, Request::OutboxList { state: None });
            effects.extend(model.asks.ask(Purpose::Status, Request::OutboxStatus));
            effects
        }
    }
}

/// Turns to a pane; what changed meanwhile is loaded.
pub(super) fn show(model: &mut Model, wanted: Pane) -> Vec<Effect> {
    model.pane = wanted;
    model.detail_top = 0;
    let loaded = match wanted {
        Pane::Week => model.week.shown.is_some(),
        Pane::Meetings => model.meetings.loaded,
        Pane::Units => model.units.loaded,
        Pane::Outbox => model.outbox.loaded,
    };
    if loaded && !model.stale.contains(&wanted) { Vec::new() } else { pane(model, wanted) }
}

/// Records changed: what is on the screen is loaded again, the rest when it is looked at.
pub(super) fn changed(model: &mut Model, change: &Change) -> Vec<Effect> {
    let meetings = change.touches(|kind| matches!(kind, ChangeKind::Meetings(_)));
    let registry = change.touches(|kind| matches!(kind, ChangeKind::Units | ChangeKind::Mailboxes));
    let outbox = change.touches(|kind| *kind == ChangeKind::Outbox);
    model.watch.told(change);
    let mut effects = comparing::newest(model, change);
    // The registry names units in every pane.
    let touched = [(Pane::Week, meetings), (Pane::Meetings, meetings), (Pane::Units, registry), (Pane::Outbox, outbox)];
    for (of, _) in touched.into_iter().filter(|(_, touched)| *touched) {
        if of == model.pane || of == Pane::Units {
            effects.extend(pane(model, of));
        } else {
            model.stale.insert(of);
        }
    }
    if outbox && model.pane != Pane::Outbox {
        effects.extend(model.asks.ask(Purpose::Status, Request::OutboxStatus));
    }
    effects
}

/// Asks for what the selection needs beside the list: further pages, what happens next with a message, whether a unit can be
/// reached.
pub(super) fn follow(model: &mut Model) -> Vec<Effect> {
    match model.pane {
        Pane::Week => Vec::new(),
        Pane::Meetings => match model.meetings.more() {
            Some(request) => model.asks.ask(Purpose::MoreMeetings, request),
            None => Vec::new(),
        },
        Pane::Units => match model.units.wanted() {
            Some(code) => model.asks.ask(Purpose::Unit, Request::UnitShow(code)),
            None => Vec::new(),
        },
        Pane::Outbox => match model.outbox.wanted().and_then(|id| ItemId::parse(&id)) {
            Some(id) => model.asks.ask(Purpose::Why, Request::OutboxWhy(id)),
            None => Vec::new(),
        },
    }
}
