//! What was typed before and is still there, and when it is forgotten.

use chrono::{DateTime, Utc};

use crate::domain::draft::{Draft, FormKey};
use crate::i18n::screen as texts;
use crate::tui::effect::Effect;
use crate::tui::keymap::Action;
use crate::tui::layer::Layer;
use crate::tui::layer::form::{Reading, draft_of};
use crate::tui::model::Model;
use crate::tui::notices::Weight;
use crate::tui::update::comparing;

/// Takes the drafts that were kept before, at the start, and says once which they are.
pub(super) fn found(model: &mut Model, drafts: Vec<Draft>) -> Vec<Effect> {
    let (mut effects, mut waiting) = (Vec::new(), Vec::new());
    for draft in drafts {
        let form = draft.form.clone();
        match offer(model, draft) {
            Some(effect) => effects.push(effect),
            None => waiting.push(form),
        }
    }
    let of: Vec<_> = waiting.iter().filter_map(draft_of).collect();
    if !of.is_empty() {
        let key = |action| model.setting.keymap.key_for(action, model.pane.scopes()).unwrap_or_else(|| ":".to_owned());
        let new = of.contains(&None).then(|| key(Action::MeetingNew));
        let edited: Vec<_> = of.into_iter().flatten().collect();
        let note = texts::drafts_left(model.lang(), new.as_deref(), &edited, &key(Action::MeetingEdit));
        model.say(Weight::Warning, note);
    }
    effects
}

/// Takes a draft that was kept before. Who was quicker and types into its form by now gets it there, where nothing was typed;
/// `None` when nobody is.
fn offer(model: &mut Model, draft: Draft) -> Option<Effect> {
    let reading = Reading { now: model.now, start: None, day: None, units: &model.units };
    let form = model.layers.iter_mut().find_map(|layer| match layer {
        Layer::Form(form) if form.draft == draft.form => Some(form),
        _ => None,
    });
    let Some(form) = form else {
        model.drafts.entry(draft.form.clone()).or_insert(draft);
        return None;
    };
    form.restore(&draft, reading);
    let (fields, newer) = (form.kept_texts(), form.newer.clone());
    let (name, at) = (draft.form, model.now);
    if let Some(fields) = fields.clone() {
        model.drafts.insert(name.clone(), Draft { form: name.clone(), fields, at });
    }
    say_restored(model, draft.at);
    comparing::say_newer(model, newer.as_ref());
    Some(Effect::Draft { form: name, fields })
}

/// Says that what was typed before stands in the form again, and how to be rid of it.
pub(super) fn say_restored(model: &mut Model, at: DateTime<Utc>) {
    let discard = model.setting.keymap.keys_of(Action::FormDiscard).next();
    let note = texts::draft_restored(model.lang(), at, discard.as_deref());
    model.say(Weight::Info, note);
}

/// Nothing is kept of a form any more.
pub(super) fn forget(model: &mut Model, form: FormKey) -> Vec<Effect> {
    model.drafts.remove(&form);
    model.notices.settled(&form);
    vec![Effect::Draft { form, fields: None }]
}
