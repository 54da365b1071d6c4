//! Keys and pasted text: to the field that is typed into, or through the keymap to an action.

use crate::tui::effect::Effect;
use crate::tui::keymap::{Action, Chord, Key, Lookup};
use crate::tui::layer::Layer;
use crate::tui::model::Model;
use crate::tui::notices::Weight;
use crate::tui::update::{act, form, layers};

/// A key was pressed.
pub(super) fn pressed(model: &mut Model, chord: Chord) -> Vec<Effect> {
    if model.pending.is_empty() && (chord.types().is_some() || within_text(model, chord)) && types(model, chord) {
        model.notices.seen();
        model.notices.no_aside();
        return layers::edited(model);
    }
    model.pending.push(chord);
    let scopes = model.scopes();
    match model.setting.keymap.lookup(scopes, &model.pending) {
        Lookup::Found(action) => {
            model.pending.clear();
            if !act::possible(model, action) {
                return unknown(model, chord);
            }
            model.notices.no_aside();
            act::act(model, action)
        }
        Lookup::Prefix => Vec::new(),
        Lookup::None => {
            let begun = std::mem::take(&mut model.pending);
            // A sequence that leads nowhere is given up; its last key may mean something by itself.
            if begun.len() > 1 { pressed(model, chord) } else { raw(model, chord) }
        }
    }
}

/// Whether a key belongs to a text of several lines before it belongs to the form: Enter breaks a line, the arrows go from
/// row to row.
fn within_text(model: &Model, chord: Chord) -> bool {
    let moves = [Key::Enter, Key::Up, Key::Down].map(Chord::plain).contains(&chord);
    moves && matches!(model.layers.last(), Some(Layer::Form(form)) if form.on_text())
}

/// Types a key into the field that has the focus.
fn types(model: &mut Model, chord: Chord) -> bool {
    if chord.types().is_some() {
        look_again(model);
    }
    model.layers.last_mut().and_then(Layer::typed).is_some_and(|mut field| field.insert(chord))
}

fn look_again(model: &mut Model) {
    if let Some(Layer::Picker(picker)) = model.layers.last_mut() {
        picker.look_again();
    }
}

/// Text was pasted.
pub(super) fn pasted(model: &mut Model, text: &str) -> Vec<Effect> {
    model.pending.clear();
    look_again(model);
    model.notices.no_aside();
    let Some(pasted) = model.layers.last_mut().and_then(Layer::typed).map(|mut field| field.paste(text)) else {
        if form::say_locked(model) {
            return Vec::new();
        }
        // Outside of fields pasted text is never taken for commands.
        let note = crate::i18n::screen::nowhere_to_paste(model.lang());
        model.say(Weight::Info, note);
        return Vec::new();
    };
    if pasted.cut > 0 {
        let note = crate::i18n::screen::paste_cut(model.lang(), pasted.taken, pasted.cut);
        model.say(Weight::Warning, note);
    }
    layers::edited(model)
}

/// A key that no keymap knows: what it always means in lists and fields.
fn raw(model: &mut Model, chord: Chord) -> Vec<Effect> {
    if types(model, chord) {
        return layers::edited(model);
    }
    match (model.layers.last(), chord.key) {
        // Held down with another it is another key: what the keymap says, and else nothing.
        _ if chord != Chord::plain(chord.key) => unknown(model, chord),
        (Some(Layer::Form(_)), _) => form::raw(model, chord),
        (Some(Layer::Menu(_) | Layer::Picker(_)), Key::Up) => layers::step(model, -1),
        (Some(Layer::Menu(_) | Layer::Picker(_)), Key::Down) => layers::step(model, 1),
        (Some(Layer::Menu(_) | Layer::Picker(_)), Key::PageUp) => layers::step(model, -10),
        (Some(Layer::Menu(_) | Layer::Picker(_)), Key::PageDown) => layers::step(model, 10),
        (Some(Layer::Menu(_) | Layer::Picker(_) | Layer::Prompt(_) | Layer::Search(_)), Key::Enter) => layers::enter(model),
        _ => unknown(model, chord),
    }
}

/// A key that does nothing here. It is said in passing, not remembered: whoever leans on the keyboard fills no list. Where text
/// is typed nothing is said, and Esc is pressed to be sure.
fn unknown(model: &mut Model, chord: Chord) -> Vec<Effect> {
    if model.layers.last_mut().is_none_or(|layer| !layer.is_typed_into()) && chord != Chord::plain(Key::Esc) {
        let help = model.setting.keymap.key_for(Action::Help, model.scopes());
        let text = crate::i18n::screen::unknown_key(model.lang(), &chord.to_string(), help.as_deref());
        model.notices.aside(text, model.now);
    }
    Vec::new()
}
