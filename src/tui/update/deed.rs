//! What was asked to be done is answered.

use crate::card;
use crate::domain::fault::{Fault, Rule};
use crate::domain::meeting::{Event, MeetingId};
use crate::domain::workflow;
use crate::i18n::fault::fault;
use crate::i18n::{notice, outbox, screen as texts};
use crate::tui::ask::{Deed, Ticket};
use crate::tui::effect::Effect;
use crate::tui::layer::Layer;
use crate::tui::layer::form::{FieldName, Form, Reading};
use crate::tui::layer::preview::Order;
use crate::tui::layer::prompt::{Prompt, Purpose};
use crate::tui::model::Model;
use crate::tui::notices::Weight;
use crate::tui::pane::Pane;
use crate::tui::update::{away, comparing, draft, load, replacing};
use crate::wire::reply::{Answer, FlushReport, MeetingView, Reply};
use crate::wire::request::{DraftField, FormKey, Request};

/// Takes the answer to a deed.
pub(super) fn answered(model: &mut Model, ticket: Ticket, reply: Reply) -> Vec<Effect> {
    match (model.asks.done(ticket), reply) {
        (Some(deed), Ok(answer)) => done(model, deed, answer),
        (Some(deed), Err(why)) => refused(model, &deed, &why),
        (None, _) => Vec::new(),
    }
}

fn done(model: &mut Model, deed: Deed, answer: Answer) -> Vec<Effect> {
    let lang = model.lang();
    if let Answer::Meeting(meeting) = &answer
        && matches!(deed, Deed::Save { .. } | Deed::Move { .. } | Deed::Issue(_))
    {
        model.watch.look(&meeting.id, meeting.revision);
    }
    match (deed, answer) {
        (Deed::Save { draft, id, submit, typed }, Answer::Meeting(meeting)) => {
            let mut effects = put_away(model, draft, typed.as_deref(), &meeting);
            effects.extend(saved(model, id.is_some(), submit, &meeting));
            effects
        }
        (Deed::Move { action, .. }, Answer::Meeting(meeting)) => {
            model.say(Weight::Done, texts::moved(lang, action, &meeting.id, meeting.state));
            if matches!(action, workflow::Action::Cancel | workflow::Action::Postpone) && meeting.number.is_some() {
                let queued = meeting.queued.unwrap_or(0);
                let note = if queued > 0 { notice::queued(lang, queued) } else { notice::nothing_waits(lang) };
                model.say(Weight::Info, note);
            }
            remarks(model, &meeting);
            load::pane(model, model.pane)
        }
        (Deed::Issue(order), Answer::Meeting(meeting)) => {
            model.layers.retain(|layer| !matches!(layer, Layer::Preview(preview) if *preview.order.id() == meeting.id));
            let mut effects = Vec::new();
            if let Order::Replace(order) = *order {
                effects = replacing::done(model, order.way, &meeting);
            } else {
                let number = meeting.number.clone().unwrap_or_default();
                model.say(Weight::Done, notice::issued(lang, &meeting.id, &number, meeting.queued.unwrap_or(0)));
            }
            remarks(model, &meeting);
            effects.extend(load::pane(model, model.pane));
            effects
        }
        (Deed::Flush, Answer::Flushed(report)) => flushed(model, &report),
        (Deed::Decide { kind, .. }, Answer::Items(items)) => super::outbox::decided(model, kind, &items),
        (Deed::Again { submit, .. }, Answer::Meeting(meeting)) => {
            comparing::open(model, *meeting, submit);
            Vec::new()
        }
        (Deed::Find(_), Answer::Meeting(meeting)) => {
            model.week.find(&meeting.id, meeting.start);
            model.pane = Pane::Week;
            load::pane(model, Pane::Week)
        }
        _ => {
            model.notices.report(&crate::i18n::setup::unexpected(lang), model.now);
            Vec::new()
        }
    }
}

/// Closes the form that was saved, with what lies on it, and forgets its draft. Who has closed and opened it again while it
/// was on its way, and typed on, keeps it with what is typed now.
fn put_away(model: &mut Model, form: FormKey, typed: Option<&[DraftField]>, meeting: &MeetingView) -> Vec<Effect> {
    let reading = Reading { now: model.now, start: None, day: None, units: &model.units };
    for (at, layer) in model.layers.iter_mut().enumerate() {
        if let Layer::Form(open) = layer
            && open.draft == form
        {
            open.saving = false;
            if open.typed_texts().as_deref() == typed {
                model.layers.truncate(at);
            } else if open.editing.is_some() {
                open.renew(meeting.clone(), reading);
            }
            break;
        }
    }
    let newer = model.drafts.get(&form).is_some_and(|kept| Some(kept.fields.as_slice()) != typed);
    if newer { Vec::new() } else { draft::forget(model, form) }
}

fn saved(model: &mut Model, edited: bool, submit: bool, meeting: &MeetingView) -> Vec<Effect> {
    let lang = model.lang();
    let note = if edited { notice::changed(lang, &meeting.id, meeting.state) } else { texts::registered(lang, &meeting.id, meeting.state) };
    model.say(Weight::Done, note);
    remarks(model, meeting);
    model.week.find(&meeting.id, meeting.start);
    model.meetings.find(&meeting.id);
    let mut effects = load::pane(model, model.pane);
    if edited && submit && workflow::next(meeting.state, workflow::Action::Submit).is_some() {
        let deed = Deed::Move { id: meeting.id.clone(), action: workflow::Action::Submit };
        effects.extend(model.asks.deed(deed, Request::MeetingSubmit(meeting.id.clone())));
    }
    effects
}

/// What is worth saying about a meeting after something was done to it.
fn remarks(model: &mut Model, meeting: &MeetingView) {
    let lang = model.lang();
    for warning in &meeting.warnings {
        let note = texts::warning(lang, warning, &meeting.id);
        model.say(Weight::Warning, note);
    }
    for conflict in &meeting.conflicts {
        model.say(Weight::Warning, card::conflict(lang, conflict));
    }
}

fn flushed(model: &mut Model, report: &FlushReport) -> Vec<Effect> {
    let lang = model.lang();
    model.say(Weight::Done, outbox::flushed_here(lang, &report.tally, report.remaining, report.maybe_repeated));
    if let Some(trouble) = &report.relay {
        model.say(Weight::Error, card::relay(lang, trouble));
    }
    load::pane(model, model.pane)
}

/// What was asked to be done was not done.
fn refused(model: &mut Model, deed: &Deed, why: &Fault) -> Vec<Effect> {
    let lang = model.lang();
    let perhaps = away::is_why(why);
    let report = perhaps.map_or_else(|| fault(lang, why), |perhaps| away::not_done(model, deed, perhaps));
    let layers = model.layers.len();
    if let Deed::Issue(order) = deed {
        replacing::sending(model, order, false);
    }
    match (deed, why) {
        // It waits for what the meeting is now, to be compared with that.
        (Deed::Save { draft, id: Some(id), submit, .. }, Fault::Stale { .. }) if comparing::waits(model, draft) => {
            let mut effects = load::pane(model, model.pane);
            effects.extend(model.asks.deed(Deed::Again { id: id.clone(), submit: *submit }, Request::MeetingShow(id.clone())));
            return effects;
        }
        (Deed::Again { id, .. }, _) => comparing::not_found(model, id),
        (Deed::Save { draft, .. }, _) => not_saved(model, draft, why),
        // Where something else was begun meanwhile, the report alone has to do: what is being typed is no reason.
        (Deed::Move { id, action: workflow::Action::Approve }, Fault::Refused { rule }) if conflicts(rule) && model.layers.is_empty() => {
            override_asked(model, Purpose::ApproveDespite(id.clone()), workflow::Action::Approve, &report.what);
        }
        (Deed::Issue(order), Fault::Refused { rule }) if conflicts(rule) && matches!(model.layers.last(), Some(Layer::Preview(_))) => {
            override_asked(model, Purpose::IssueDespite(order.as_ref().clone()), order.action(), &report.what);
            if let Order::Issue(order) = &**order {
                accepted_before(model, &order.id);
            }
        }
        _ => {}
    }
    model.notices.report(&report, model.now);
    if model.layers.len() > layers {
        // The question says it already.
        model.notices.seen();
    }
    // What was refused may be so because something changed meanwhile. Where no host is, everything is read when one is back.
    if perhaps.is_some() { Vec::new() } else { load::pane(model, model.pane) }
}

fn conflicts(rule: &Rule) -> bool {
    matches!(rule, Rule::Conflicts { .. })
}

fn override_asked(model: &mut Model, purpose: Purpose, action: workflow::Action, conflicts: &str) {
    let question = format!("{conflicts}\n{}", texts::why_despite(model.lang(), action));
    model.layers.push(Layer::Prompt(Box::new(Prompt::new(purpose, question))));
}

/// Who accepted the conflict when the meeting was approved need not think of the reason again.
fn accepted_before(model: &mut Model, id: &MeetingId) {
    let approved = |event: &&Event| event.action == workflow::Action::Approve;
    let before = model.meeting(id).and_then(|meeting| meeting.history.iter().rev().find(approved)).and_then(|event| event.reason.clone());
    if let (Some(reason), Some(Layer::Prompt(prompt))) = (before, model.layers.last_mut()) {
        prompt.field.set(reason.as_str());
    }
}

fn not_saved(model: &mut Model, draft: &crate::domain::draft::FormKey, why: &Fault) {
    let reading = Reading { now: model.now, start: None, day: None, units: &model.units };
    let own = |layer: &&mut Layer| matches!(layer, Layer::Form(form) if form.draft == *draft);
    let Some(Layer::Form(form)) = model.layers.iter_mut().find(own) else { return };
    form.saving = false;
    if let Some(name) = wrong_field(why) {
        Form::go(form, name, reading);
    }
}

/// The first field that the host found wrong.
fn wrong_field(why: &Fault) -> Option<FieldName> {
    match why {
        Fault::Wrong { wrong } => wrong.iter().find_map(|one| FieldName::from_word(&one.field)),
        _ => None,
    }
}

/// Says why the meeting of the preview cannot be issued as it is.
pub(super) fn not_issuable(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Preview(preview)) = model.layers.last() else { return Vec::new() };
    let (id, action) = (preview.order.id().clone(), preview.order.action());
    if let Some(state) = model.meeting(&id).map(|meeting| meeting.state) {
        let note = texts::not_in_this_state(model.lang(), &id, state, action);
        model.say(Weight::Warning, note);
    }
    Vec::new()
}
