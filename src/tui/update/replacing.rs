//! Another invitation in the place of the one that was issued: what stands in it is typed into the form, the reason is asked,
//! and it is looked at before it goes out.

use crate::i18n::{notice, updating as words};
use crate::tui::ask::Purpose as Asked;
use crate::tui::effect::Effect;
use crate::tui::layer::Layer;
use crate::tui::layer::form::{FieldName, Form, Unsaved, label, replacing_name};
use crate::tui::layer::preview::Order;
use crate::tui::layer::prompt::{Prompt, Purpose};
use crate::tui::model::Model;
use crate::tui::notices::Weight;
use crate::tui::update::{draft, form};
use crate::wire::reply::MeetingView;
use crate::wire::request::Replacing;

/// Opens the form for what replaces a meeting's invitation.
pub(super) fn open(model: &mut Model, meeting: MeetingView, way: Replacing) -> Vec<Effect> {
    let Some(name) = replacing_name(&meeting.id, way) else { return Vec::new() };
    let mut form = Form::replacing(name.clone(), meeting, way, model.reading());
    if let Some(kept) = model.drafts.get(&name) {
        let at = kept.at;
        form.restore(kept, model.reading());
        draft::say_restored(model, at);
    }
    if way == Replacing::Reschedule {
        form.go(FieldName::Start, model.reading());
    }
    model.layers.push(Layer::Form(Box::new(form)));
    Vec::new()
}

/// What stands in the form is taken: why it is so is asked.
pub(super) fn ask_why(model: &mut Model) -> Vec<Effect> {
    let lang = model.lang();
    let Some(taken) = form::with_form(model, Form::replacement) else { return Vec::new() };
    match taken {
        Ok(replacement) => {
            // As it is taken: composed.
            let effects = form::edited(model);
            let question = words::why_replaced(lang, replacement.way, &replacement.id);
            model.layers.push(Layer::Prompt(Box::new(Prompt::new(Purpose::Replace(Box::new(replacement)), question))));
            effects
        }
        Err(Unsaved::Field(name)) => {
            model.say(Weight::Warning, words::not_taken(lang, label(lang, name)));
            Vec::new()
        }
        Err(Unsaved::Unchanged) => {
            model.say(Weight::Info, words::nothing_moved(lang));
            Vec::new()
        }
    }
}

/// Asks what an order would do.
pub(super) fn preview(model: &mut Model, order: Order) -> Vec<Effect> {
    model.previewed = Some(order.clone());
    model.asks.ask(Asked::Preview, order.preview())
}

/// Whether the layer on top is the form from which an order came.
pub(super) fn comes_from_top(model: &Model, order: &Order) -> bool {
    let (Some(Layer::Form(form)), Order::Replace(order)) = (model.layers.last(), order) else { return false };
    form.way == Some(order.way) && form.editing.as_ref().is_some_and(|meeting| meeting.id == order.id)
}

/// Whether an order is on its way: what is heard of the meeting meanwhile is its own doing, and nothing is typed.
pub(super) fn sending(model: &mut Model, order: &Order, sending: bool) {
    let Order::Replace(order) = order else { return };
    let name = replacing_name(&order.id, order.way);
    for layer in &mut model.layers {
        if let Layer::Form(form) = layer
            && Some(&form.draft) == name.as_ref()
        {
            form.saving = sending;
        }
    }
}

/// It was issued: the form from which it came is closed, and its draft forgotten.
pub(super) fn done(model: &mut Model, way: Replacing, meeting: &MeetingView) -> Vec<Effect> {
    let Some(name) = replacing_name(&meeting.id, way) else { return Vec::new() };
    model.layers.retain(|layer| !matches!(layer, Layer::Form(form) if form.draft == name));
    let earlier = meeting.replaces.last().map(|earlier| earlier.number.as_str()).unwrap_or_default();
    let number = meeting.number.clone().unwrap_or_default();
    let note = notice::replaced(model.lang(), &meeting.id, &number, earlier, meeting.queued.unwrap_or(0));
    model.say(Weight::Done, note);
    model.week.find(&meeting.id, meeting.start);
    model.meetings.find(&meeting.id);
    draft::forget(model, name)
}
