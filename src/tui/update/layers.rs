//! Actions of the layer on top, and what follows when its text was changed.

use crate::domain::intervention::Intervention;
use crate::domain::workflow;
use crate::i18n::{form as words, screen as texts, word};
use crate::tui::ask::Deed;
use crate::tui::effect::Effect;
use crate::tui::keymap::{Action, Scope};
use crate::tui::layer::Layer;
use crate::tui::layer::confirm::{Confirm, Then};
use crate::tui::layer::preview::{Next, Order};
use crate::tui::layer::prompt::{Prompt, Purpose};
use crate::tui::model::Model;
use crate::tui::notices::Weight;
use crate::tui::pane::Pane;
use crate::tui::update::{act, comparing, deed, form, load, outbox, replacing};
use crate::tui::view;
use crate::wire::request::{IssueOrder, Request};

/// Does an action in the layer on top.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action.scope() {
        Scope::Text => edit(model, action),
        Scope::List => scroll(model, action),
        Scope::Form => form::act(model, action),
        Scope::Picker => match action {
            Action::PickerMark => {
                if let Some(Layer::Picker(picker)) = model.layers.last_mut() {
                    picker.mark();
                }
                Vec::new()
            }
            _ => enter(model),
        },
        Scope::Confirm | Scope::Preview => answer(model, action),
        Scope::Comparison => comparing::act(model, action),
        _ if matches!(action, Action::Close | Action::Quit) => close(model),
        _ => Vec::new(),
    }
}

/// Closes the layer on top. A form's text is kept, and so are the marks of a choice.
pub(super) fn close(model: &mut Model) -> Vec<Effect> {
    if let Some(Layer::Form(_)) = model.layers.last() {
        return form::close(model);
    }
    if let Some(Layer::Picker(picker)) = model.layers.pop() {
        form::keep_marks(model, &picker);
    }
    Vec::new()
}

fn edit(model: &mut Model, action: Action) -> Vec<Effect> {
    let changed = model.layers.last_mut().and_then(Layer::typed).is_some_and(|mut field| field.apply(action));
    if changed {
        return edited(model);
    }
    if let Some(Layer::Form(form)) = model.layers.last_mut()
        && form.on_choice()
        && matches!(action, Action::TextLeft | Action::TextRight)
    {
        form.choose(if action == Action::TextRight { 1 } else { -1 });
        return edited(model);
    }
    form::say_locked(model);
    Vec::new()
}

/// The text of the layer on top was changed.
pub(super) fn edited(model: &mut Model) -> Vec<Effect> {
    let lang = model.lang();
    match model.layers.last_mut() {
        Some(Layer::Form(_)) => form::edited(model),
        Some(Layer::Picker(picker)) => {
            picker.filter();
            Vec::new()
        }
        Some(Layer::Menu(menu)) => {
            menu.filter(lang, &model.setting.keymap);
            Vec::new()
        }
        Some(Layer::Prompt(prompt)) => {
            prompt.wrong = None;
            Vec::new()
        }
        Some(Layer::Search(search)) => {
            let (pane, text) = (search.pane, search.field.text());
            searched(model, pane, &text)
        }
        Some(Layer::Comparison(_) | Layer::Confirm(_) | Layer::Preview(_) | Layer::Sheet(_)) | None => Vec::new(),
    }
}

fn searched(model: &mut Model, pane: Pane, text: &str) -> Vec<Effect> {
    if pane == Pane::Units {
        model.units.search(text);
        return Vec::new();
    }
    model.meetings.search(text);
    load::pane(model, Pane::Meetings)
}

/// Moves the selection of the layer on top.
pub(super) fn step(model: &mut Model, by: isize) -> Vec<Effect> {
    match model.layers.last_mut() {
        Some(Layer::Menu(menu)) => menu.cursor.step(by, menu.hits.len()),
        Some(Layer::Picker(picker)) => picker.cursor.step(by, picker.hits.len()),
        Some(Layer::Preview(preview)) => preview.top = preview.top.saturating_add_signed(by),
        Some(Layer::Sheet(sheet)) => sheet.top = sheet.top.saturating_add_signed(by),
        _ => {}
    }
    Vec::new()
}

fn scroll(model: &mut Model, action: Action) -> Vec<Effect> {
    if matches!(model.layers.last(), Some(Layer::Comparison(_))) {
        return comparing::scroll(model, action);
    }
    let page = view::layer_height(model).saturating_sub(1).max(1).cast_signed();
    let by = match action {
        Action::Down | Action::DetailDown => 1,
        Action::Up | Action::DetailUp => -1,
        Action::PageDown => page,
        Action::PageUp => -page,
        Action::First => isize::MIN,
        Action::Last => isize::MAX,
        _ => return Vec::new(),
    };
    step(model, by)
}

/// Enter in a layer with a field of one line: what is selected or typed is taken.
pub(super) fn enter(model: &mut Model) -> Vec<Effect> {
    match model.layers.last_mut() {
        Some(Layer::Menu(menu)) => {
            let Some(action) = menu.hits.get(menu.cursor.at).map(|hit| hit.action) else { return Vec::new() };
            model.layers.pop();
            act::act(model, action)
        }
        Some(Layer::Picker(picker)) => {
            let (target, taken, missed) = (picker.target, picker.take(), picker.missed().cloned());
            let Some(codes) = taken else { return Vec::new() };
            if let Some(code) = missed {
                let mark = model.setting.keymap.key_for(Action::PickerMark, model.scopes());
                let note = words::not_marked(model.lang(), &code, mark.as_deref());
                model.say(Weight::Info, note);
            }
            model.layers.pop();
            form::take_units(model, target, &codes)
        }
        Some(Layer::Prompt(_)) => reason_given(model),
        Some(Layer::Search(search)) => {
            let pane = search.pane;
            model.layers.pop();
            if model.pane == pane { Vec::new() } else { load::show(model, pane) }
        }
        _ => Vec::new(),
    }
}

/// A reason was typed: what it is for goes on.
fn reason_given(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Prompt(prompt)) = model.layers.last_mut() else { return Vec::new() };
    let Some(reason) = prompt.take() else { return Vec::new() };
    let purpose = prompt.purpose.clone();
    let lang = model.lang();
    match purpose {
        Purpose::Move { id, action, told } => {
            let deed = Deed::Move { id: id.clone(), action };
            // What these undo is nobody's loss: they need no second question.
            let at_once = match action {
                workflow::Action::Return => Some(Request::MeetingReturn { id: id.clone(), reason: reason.clone() }),
                workflow::Action::Recall => Some(Request::MeetingRecall { id: id.clone(), reason: reason.clone() }),
                _ => None,
            };
            if let Some(request) = at_once {
                model.layers.pop();
                return model.asks.deed(deed, request);
            }
            let question = texts::surely(lang, action, &id, told);
            let request = match action {
                workflow::Action::Reject => Request::MeetingReject { id, reason },
                workflow::Action::Postpone => Request::MeetingPostpone { id, reason },
                _ => Request::MeetingCancel { id, reason },
            };
            let yes = word::action(lang, action).to_owned();
            let confirm = Confirm { question, yes, marked: false, then: Then::Ask(deed, Box::new(request)) };
            model.layers.push(Layer::Confirm(Box::new(confirm)));
            Vec::new()
        }
        Purpose::ApproveDespite(id) => {
            model.layers.pop();
            let deed = Deed::Move { id: id.clone(), action: workflow::Action::Approve };
            model.asks.deed(deed, Request::MeetingApprove { id, override_reason: Some(reason) })
        }
        Purpose::IssueDespite(order) => {
            model.layers.pop();
            issue(model, order.despite(reason))
        }
        Purpose::Drop(id) => {
            model.layers.pop();
            outbox::decide(model, id, Intervention::Drop { reason })
        }
        Purpose::Without(order) => {
            model.layers.pop();
            replacing::preview(model, Order::Issue(IssueOrder { reason: Some(reason), ..order }))
        }
        Purpose::Replace(replacement) => {
            model.layers.pop();
            replacing::preview(model, Order::Replace(Box::new(replacement.because(reason))))
        }
    }
}

fn issue(model: &mut Model, order: Order) -> Vec<Effect> {
    replacing::sending(model, &order, true);
    model.asks.deed(Deed::Issue(Box::new(order.clone())), order.request())
}

/// An answer to a question, or to the preview of an invitation.
fn answer(model: &mut Model, action: Action) -> Vec<Effect> {
    let marked = match model.layers.last_mut() {
        Some(Layer::Confirm(confirm)) => &mut confirm.marked,
        Some(Layer::Preview(preview)) => &mut preview.marked,
        _ => return Vec::new(),
    };
    match action {
        Action::ConfirmOther => {
            *marked = !*marked;
            Vec::new()
        }
        Action::ConfirmTake if !*marked => close(model),
        Action::ConfirmNo => close(model),
        Action::ConfirmYes | Action::ConfirmTake => yes(model),
        Action::PreviewWithout => without(model),
        _ => Vec::new(),
    }
}

fn yes(model: &mut Model) -> Vec<Effect> {
    match model.layers.pop() {
        Some(Layer::Confirm(confirm)) => {
            // The reason that led here has served.
            if matches!(model.layers.last(), Some(Layer::Prompt(_))) {
                model.layers.pop();
            }
            match confirm.then {
                Then::Ask(deed, request) => model.asks.deed(deed, *request),
                Then::Discard => form::discard(model),
            }
        }
        Some(Layer::Preview(preview)) if preview.issuable => {
            let (order, next) = (preview.order.clone(), preview.next());
            // It stays until the host has said yes: what it refuses can be mended from here.
            model.layers.push(Layer::Preview(preview));
            // What the host would refuse is not asked of it.
            if next == Next::Issue { issue(model, order) } else { without(model) }
        }
        Some(layer) => {
            model.layers.push(layer);
            deed::not_issuable(model)
        }
        None => Vec::new(),
    }
}

/// Leaves out on record who cannot be reached, for a reason that is asked.
fn without(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Preview(preview)) = model.layers.last() else { return Vec::new() };
    if !matches!(preview.next(), Next::Without(_)) {
        return Vec::new();
    }
    let names: Vec<String> = preview.preview.unreachable.iter().map(|unit| unit.unit.to_string()).collect();
    match preview.order.clone().without(preview.preview.unreachable.iter().map(|unit| unit.unit.clone())) {
        Order::Issue(order) => {
            let question = texts::why_without(model.lang(), &names);
            model.layers.push(Layer::Prompt(Box::new(Prompt::new(Purpose::Without(order), question))));
            Vec::new()
        }
        // The reason for the whole is on record with it.
        order @ Order::Replace(_) => replacing::preview(model, order),
    }
}
