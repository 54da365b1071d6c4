//! Two who edit the same meeting: that it was changed meanwhile is said at once, and compared before anything is saved.

use crate::domain::draft::FormKey;
use crate::domain::fault::Fault;
use crate::domain::meeting::{Event, MeetingId};
use crate::i18n::comparing as words;
use crate::i18n::fault::fault;
use crate::tui::ask::Purpose;
use crate::tui::effect::Effect;
use crate::tui::keymap::Action;
use crate::tui::layer::Layer;
use crate::tui::layer::comparison::Side;
use crate::tui::layer::form::{Form, Newer, Reading};
use crate::tui::model::Model;
use crate::tui::notices::Weight;
use crate::tui::update::form;
use crate::tui::view;
use crate::wire::change::{Change, ChangeKind};
use crate::wire::reply::MeetingView;
use crate::wire::request::Request;

/// The open form of a meeting.
fn form_of<'a>(model: &'a mut Model, id: &MeetingId) -> Option<&'a mut Form> {
    model.layers.iter_mut().find_map(|layer| match layer {
        Layer::Form(form) if form.editing.as_ref().is_some_and(|meeting| meeting.id == *id) => Some(&mut **form),
        _ => None,
    })
}

/// Asks for the meeting of the open form when it may have been changed. While that is saved, what is heard is its own doing.
pub(super) fn newest(model: &mut Model, change: &Change) -> Vec<Effect> {
    let open = model.layers.iter().find_map(|layer| match layer {
        Layer::Form(form) if !form.saving => form.editing.as_ref().map(|meeting| meeting.id.clone()),
        _ => None,
    });
    let touched = |id: &MeetingId| change.touches(|kind| matches!(kind, ChangeKind::Meetings(ids) if ids.contains(id)));
    match open.filter(touched) {
        Some(id) => model.asks.ask(Purpose::Newest, Request::MeetingShow(id)),
        None => Vec::new(),
    }
}

/// Takes what the meeting of a form is by now: that it is another one is said, and stands above the form from then on.
pub(super) fn outdated(model: &mut Model, meeting: &MeetingView) {
    if renewed(model, meeting) {
        return;
    }
    let Some(form) = form_of(model, &meeting.id).filter(|form| !form.saving) else { return };
    if form.outdated(meeting.revision, meeting.history.last().cloned()) {
        say(model, meeting.history.last());
    }
}

/// Lets the form in which the meeting's invitation is replaced show the meeting as it is now, but for what was typed: whatever it
/// orders is looked at before it goes out. `false`: there is no such form, or nothing new.
fn renewed(model: &mut Model, meeting: &MeetingView) -> bool {
    let reading = Reading { now: model.now, start: None, day: None, units: &model.units };
    let replaces = |form: &Form| form.way.is_some() && form.editing.as_ref().is_some_and(|shown| shown.id == meeting.id);
    let open = model.layers.iter_mut().find_map(|layer| match layer {
        Layer::Form(form) if replaces(form) => Some(form),
        _ => None,
    });
    let Some(form) = open else { return false };
    if form.editing.as_ref().is_none_or(|shown| shown.revision < meeting.revision) {
        form.renew(meeting.clone(), reading);
        let note = words::last_change(model.lang(), meeting.history.last(), model.now);
        model.say(Weight::Warning, note);
    }
    true
}

fn say(model: &mut Model, last: Option<&Event>) {
    let note = words::changed_meanwhile(model.lang(), last, model.now);
    model.say(Weight::Warning, note);
}

/// Says it of a form that is opened with what was typed into an earlier state of the meeting.
pub(super) fn say_newer(model: &mut Model, newer: Option<&Newer>) {
    if let Some(newer) = newer {
        say(model, newer.last.as_ref());
    }
}

/// Whether a form waits for the answer to its save.
pub(super) fn waits(model: &Model, draft: &FormKey) -> bool {
    model.layers.iter().any(|layer| matches!(layer, Layer::Form(form) if form.draft == *draft && form.saving))
}

/// The meeting that the comparison was to be made with did not come: the form is as it was.
pub(super) fn not_found(model: &mut Model, id: &MeetingId) {
    if let Some(form) = form_of(model, id) {
        form.saving = false;
    }
}

/// Compares what was typed into the form that was to be saved with what the meeting is now.
pub(super) fn open(model: &mut Model, meeting: MeetingView, submit: bool) {
    let (id, revision, last) = (meeting.id.clone(), meeting.revision, meeting.history.last().cloned());
    let on_top = matches!(model.layers.last(), Some(Layer::Form(_)));
    let compared = form_of(model, &id).filter(|form| form.saving).and_then(|form| {
        form.saving = false;
        let other = revision != form.revision();
        form.outdated(revision, last);
        // Who reads something else above the form is not interrupted: its next save compares.
        (on_top && other).then(|| form.compared(meeting, submit))
    });
    if let Some(comparison) = compared {
        model.notices.seen();
        model.watch.look(&id, revision);
        model.layers.push(Layer::Comparison(Box::new(comparison)));
    } else {
        let report = fault(model.lang(), &Fault::Stale { id: id.to_string() });
        model.notices.report(&report, model.now);
    }
}

/// Does an action of the comparison.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let lang = model.lang();
    let Some(Layer::Comparison(comparison)) = model.layers.last_mut() else { return Vec::new() };
    let taken = match action {
        Action::CompareMine => comparison.take(Side::Mine),
        Action::CompareTheirs => comparison.take(Side::Theirs),
        Action::CompareBoth => comparison.take(Side::Both),
        Action::CompareNext => {
            comparison.take_next();
            true
        }
        Action::CompareAllMine | Action::CompareAllTheirs => {
            comparison.take_all(if action == Action::CompareAllMine { Side::Mine } else { Side::Theirs });
            true
        }
        Action::CompareSave => return save(model),
        _ => true,
    };
    if !taken {
        let note = match comparison.selected() {
            Some(field) if action == Action::CompareMine && field.locked => words::cannot_save(lang, comparison.theirs.state),
            _ => words::not_offered(lang),
        };
        model.notices.aside(note, model.now);
    }
    Vec::new()
}

/// Saves what is chosen, as a change of what it was compared with.
fn save(model: &mut Model) -> Vec<Effect> {
    let lang = model.lang();
    let Some(Layer::Comparison(comparison)) = model.layers.last_mut() else { return Vec::new() };
    let refused = match comparison.open() {
        _ if comparison.saves_nothing() => Some(words::cannot_save(lang, comparison.theirs.state)),
        0 => None,
        open => {
            comparison.go_to_open();
            Some(words::still_open(lang, open))
        }
    };
    if let Some(note) = refused {
        model.notices.aside(note, model.now);
        return Vec::new();
    }
    let Some(Layer::Comparison(comparison)) = model.layers.pop() else { return Vec::new() };
    let reading = Reading { now: model.now, start: None, day: None, units: &model.units };
    if let Some(Layer::Form(form)) = model.layers.last_mut() {
        form.adopt(&comparison, reading);
    }
    let mut effects = form::edited(model);
    effects.extend(form::save(model, comparison.submit));
    effects
}

/// Moves the selection. A field that does not stand whole on the screen is read to its end first.
pub(super) fn scroll(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(place) = view::compared(model) else { return Vec::new() };
    let Some(Layer::Comparison(comparison)) = model.layers.last_mut() else { return Vec::new() };
    let (below, above) = (place.end.saturating_sub(comparison.top + place.height), comparison.top.saturating_sub(place.start));
    let page = place.height.saturating_sub(1).max(1);
    match action {
        Action::Down | Action::PageDown if below > 0 => comparison.top += below.min(page),
        Action::Up | Action::PageUp if above > 0 => comparison.top -= above.min(page),
        Action::DetailDown => comparison.top += below.min(1),
        Action::DetailUp => comparison.top -= above.min(1),
        Action::Down => comparison.step(1),
        Action::Up => comparison.step(-1),
        Action::PageDown => comparison.step(PAGE),
        Action::PageUp => comparison.step(-PAGE),
        Action::First => {
            comparison.step(isize::MIN);
            comparison.top = 0;
        }
        Action::Last => comparison.step(isize::MAX),
        _ => {}
    }
    Vec::new()
}

/// Fields that a page goes on.
const PAGE: isize = 3;
