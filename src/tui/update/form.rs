//! The form: opening it, typing into it, saving it, and what becomes of what was typed.

use crate::domain::draft::Draft;
use crate::i18n::{form as words, screen as texts};
use crate::tui::ask::Deed;
use crate::tui::effect::Effect;
use crate::tui::keymap::{Action, Chord, Key};
use crate::tui::layer::Layer;
use crate::tui::layer::confirm::{Confirm, Then};
use crate::tui::layer::form::{FieldName, Form, Reading, Unsaved, draft_name};
use crate::tui::layer::picker::Picker;
use crate::tui::model::Model;
use crate::tui::notices::Weight;
use crate::tui::pane::Pane;
use crate::tui::update::{comparing, draft, replacing};
use crate::wire::reply::MeetingView;

/// Opens the form for a new meeting, on the selected day of the week.
pub(super) fn open_new(model: &mut Model) -> Vec<Effect> {
    let today = crate::domain::time::WallTime::at(model.now).day();
    let day = model.week.selected_day().filter(|day| model.pane == Pane::Week && *day >= today);
    open(model, None, day)
}

/// Opens the form for a meeting.
pub(super) fn open_edit(model: &mut Model, meeting: MeetingView) -> Vec<Effect> {
    open(model, Some(meeting), None)
}

fn open(model: &mut Model, meeting: Option<MeetingView>, day: Option<chrono::NaiveDate>) -> Vec<Effect> {
    let Some(name) = draft_name(meeting.as_ref().map(|meeting| &meeting.id)) else { return Vec::new() };
    let mut form = Form::new(name.clone(), meeting, model.reading());
    if let Some(day) = day {
        form.begin_on(day);
    }
    if let Some(draft) = model.drafts.get(&name) {
        let at = draft.at;
        form.restore(draft, model.reading());
        draft::say_restored(model, at);
        comparing::say_newer(model, form.newer.as_ref());
    }
    if form.only_invites() {
        form.go(FieldName::Invited, model.reading());
        if let Some(meeting) = &form.editing {
            let note = words::only_invites(model.lang(), &meeting.id);
            model.say(Weight::Info, note);
        }
    }
    model.layers.push(Layer::Form(Box::new(form)));
    Vec::new()
}

/// Says why nothing was typed into a field of the form on top, if that is because the meeting's state allows no change of it.
pub(super) fn say_locked(model: &mut Model) -> bool {
    let locked = matches!(model.layers.last(), Some(Layer::Form(form)) if form.is_locked() && !form.saving);
    if locked {
        model.notices.aside(words::field_locked(model.lang()), model.now);
    }
    locked
}

/// The form on top and what its texts are read by.
pub(super) fn with_form<T>(model: &mut Model, work: impl FnOnce(&mut Form, Reading<'_>) -> T) -> Option<T> {
    let reading = Reading { now: model.now, start: None, day: None, units: &model.units };
    match model.layers.last_mut() {
        Some(Layer::Form(form)) => Some(work(form, reading)),
        _ => None,
    }
}

/// Says where the end went by itself.
fn say_moved(model: &mut Model) {
    if let Some(moved) = with_form(model, |form, _| form.take_moved()).flatten() {
        let note = texts::end_moved(model.lang(), &moved);
        model.say(Weight::Info, note);
    }
}

/// Something was typed: it is read, and kept.
pub(super) fn edited(model: &mut Model) -> Vec<Effect> {
    say_moved(model);
    let kept = with_form(model, |form, by| {
        form.read(by);
        (form.draft.clone(), form.kept_texts())
    });
    let Some((form, fields)) = kept else { return Vec::new() };
    match &fields {
        Some(fields) => {
            let draft = Draft { form: form.clone(), fields: fields.clone(), at: model.now };
            model.drafts.insert(form.clone(), draft);
        }
        None => drop(model.drafts.remove(&form)),
    }
    vec![Effect::Draft { form, fields }]
}

/// Whether the form on top is being saved: what it says is on its way, and nothing is changed until the answer is there.
fn saving(model: &Model) -> bool {
    matches!(model.layers.last(), Some(Layer::Form(form)) if form.saving)
}

/// Does an action of forms.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        _ if saving(model) => Vec::new(),
        Action::FieldNext | Action::FieldPrevious => {
            with_form(model, |form, by| form.step(if action == Action::FieldNext { 1 } else { -1 }, by));
            edited(model)
        }
        Action::FormChoose => choose(model),
        Action::FormSave => save(model, false),
        Action::FormSubmit => save(model, true),
        Action::FormDiscard => ask_discard(model),
        _ => Vec::new(),
    }
}

/// A key alone that no keymap knows.
pub(super) fn raw(model: &mut Model, chord: Chord) -> Vec<Effect> {
    let on_choice = matches!(model.layers.last(), Some(Layer::Form(form)) if form.on_choice());
    match chord.key {
        _ if saving(model) => Vec::new(),
        Key::Enter => match focused(model) {
            Some(name) if name.takes_units() => choose(model),
            Some(_) => act(model, Action::FieldNext),
            None => Vec::new(),
        },
        Key::Left | Key::Right | Key::Char(' ') if on_choice => {
            with_form(model, |form, _| form.choose(if chord.key == Key::Left { -1 } else { 1 }));
            edited(model)
        }
        _ => {
            if chord.types().is_some() {
                say_locked(model);
            }
            Vec::new()
        }
    }
}

fn focused(model: &Model) -> Option<FieldName> {
    match model.layers.last() {
        Some(Layer::Form(form)) => Some(form.focused()),
        _ => None,
    }
}

/// Opens the list that the focused field is chosen from.
fn choose(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Form(form)) = model.layers.last_mut() else { return Vec::new() };
    let name = form.focused();
    if form.on_choice() {
        form.choose(1);
        return edited(model);
    }
    if say_locked(model) {
        return Vec::new();
    }
    let Some(Layer::Form(form)) = model.layers.last_mut() else { return Vec::new() };
    if name.takes_units() {
        let chosen = form.units_in(name, &model.units);
        let kept = form.kept_marks(name);
        let picker = Picker::new(name, &model.units.units, chosen, kept);
        model.layers.push(Layer::Picker(Box::new(picker)));
    }
    Vec::new()
}

/// Puts chosen units into the form below the choice.
pub(super) fn take_units(model: &mut Model, target: FieldName, codes: &[crate::domain::unit::UnitCode]) -> Vec<Effect> {
    with_form(model, |form, by| form.set_units(target, codes, by));
    edited(model)
}

/// A choice was closed without taking anything: the field is as it was, and the marks are there when it is opened again.
pub(super) fn keep_marks(model: &mut Model, picker: &Picker) {
    let marks = picker.unsaved().map(<[_]>::to_vec);
    let kept = marks.is_some();
    with_form(model, |form, _| form.keep_marks(picker.target, marks));
    if kept {
        let note = words::marks_kept(model.lang());
        model.say(Weight::Info, note);
    }
}

/// Saves the form on top.
pub(super) fn save(model: &mut Model, submit: bool) -> Vec<Effect> {
    if with_form(model, |form, _| form.way.is_some()) == Some(true) {
        return replacing::ask_why(model);
    }
    let lang = model.lang();
    let asked = with_form(model, |form, by| {
        let id = form.editing.as_ref().map(|meeting| meeting.id.clone());
        let request = form.request(submit, by);
        form.saving = request.is_ok();
        let (draft, typed) = (form.draft.clone(), form.typed_texts());
        (request, Deed::Save { draft, id, submit: submit && form.can_submit(), typed })
    });
    say_moved(model);
    match asked {
        None => Vec::new(),
        Some((Ok(request), deed)) => {
            // As it is saved: composed.
            let mut effects = edited(model);
            effects.extend(model.asks.deed(deed, request));
            effects
        }
        Some((Err(Unsaved::Field(name)), _)) => {
            model.say(Weight::Warning, texts::form_incomplete(lang, crate::tui::layer::form::label(lang, name)));
            Vec::new()
        }
        Some((Err(Unsaved::Unchanged), Deed::Save { id: Some(id), submit: true, .. })) => {
            // Nothing was changed, but it is to be handed over.
            let mut effects = put_away(model);
            let action = crate::domain::workflow::Action::Submit;
            effects.extend(model.asks.deed(Deed::Move { id: id.clone(), action }, crate::wire::request::Request::MeetingSubmit(id)));
            effects
        }
        Some((Err(Unsaved::Unchanged), _)) => {
            model.say(Weight::Info, texts::form_unchanged(lang));
            put_away(model)
        }
    }
}

/// Closes the form; what was typed is kept and said to be.
pub(super) fn close(model: &mut Model) -> Vec<Effect> {
    let effects = edited(model);
    let kept = matches!(effects.first(), Some(Effect::Draft { fields: Some(_), .. }));
    model.layers.pop();
    if kept {
        let note = texts::draft_kept(model.lang());
        model.say(Weight::Info, note);
    }
    effects
}

fn ask_discard(model: &mut Model) -> Vec<Effect> {
    let typed = with_form(model, |form, _| form.kept_texts().is_some()) == Some(true);
    if !typed {
        return discard(model);
    }
    let lang = model.lang();
    let confirm = Confirm { question: texts::discard(lang), yes: texts::discard_yes(lang), marked: false, then: Then::Discard };
    model.layers.push(Layer::Confirm(Box::new(confirm)));
    Vec::new()
}

/// Closes the form in which nothing is left to be saved. What cannot be saved is kept.
fn put_away(model: &mut Model) -> Vec<Effect> {
    if with_form(model, |form, _| form.leaves_something()) == Some(true) { close(model) } else { discard(model) }
}

/// Closes the form and throws away what was typed.
pub(super) fn discard(model: &mut Model) -> Vec<Effect> {
    match model.layers.pop() {
        Some(Layer::Form(form)) => draft::forget(model, form.draft),
        Some(layer) => {
            model.layers.push(layer);
            Vec::new()
        }
        None => Vec::new(),
    }
}
