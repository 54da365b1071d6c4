//! Actions of the panes and of the application. Those of layers are in [`super::layers`].

use crate::domain::time::{IsoWeek, WallTime};
use crate::i18n::screen as texts;
use crate::report::Exit;
use crate::tui::ask::Deed;
use crate::tui::effect::Effect;
use crate::tui::keymap::{Action, Scope};
use crate::tui::layer::menu::{Kind, Menu};
use crate::tui::layer::search::Search;
use crate::tui::layer::sheet::{Sheet, Subject};
use crate::tui::layer::{Layer, QUERY_MAX};
use crate::tui::model::Model;
use crate::tui::notices::Weight;
use crate::tui::pane::Pane;
use crate::tui::update::{form, layers, load, meeting, outbox};
use crate::tui::view;
use crate::tui::widget::LineField;
use crate::wire::request::Request;

/// How many lines the details scroll at once.
const DETAIL_STEP: usize = 3;

/// Does an action.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    if !matches!(action.scope(), Scope::List | Scope::Text) {
        model.notices.seen();
    }
    if !model.layers.is_empty() && !everywhere(action) {
        return layers::act(model, action);
    }
    match action.scope() {
        Scope::App => app(model, action),
        Scope::List => list(model, action),
        Scope::Week => week(model, action),
        Scope::Meetings => meetings(model, action),
        Scope::Meeting => meeting::act(model, action),
        Scope::Units => units(model, action),
        Scope::Outbox => outbox::act(model, action),
        // Without a layer there is nothing for the actions of layers to act on.
        Scope::Layer | Scope::Form | Scope::Text | Scope::Picker | Scope::Confirm | Scope::Preview | Scope::Comparison => Vec::new(),
    }
}

/// Whether there is something for an action to act on: below a layer nothing is done, though its keys are known.
pub(super) fn possible(model: &Model, action: Action) -> bool {
    let below = matches!(action.scope(), Scope::App | Scope::Week | Scope::Meetings | Scope::Meeting | Scope::Units | Scope::Outbox);
    model.layers.is_empty() || !below || everywhere(action) || action == Action::Quit
}

/// What can be done whatever lies on top.
fn everywhere(action: Action) -> bool {
    matches!(action, Action::Help | Action::Notices | Action::Suspend | Action::Redraw)
}

fn app(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Quit if model.pane == Pane::Week => vec![Effect::Quit(Exit::Done)],
        Action::Quit | Action::PaneWeek => load::show(model, Pane::Week),
        Action::PaneMeetings => load::show(model, Pane::Meetings),
        Action::PaneUnits => load::show(model, Pane::Units),
        Action::PaneOutbox => load::show(model, Pane::Outbox),
        Action::PaneNext => load::show(model, model.pane.beside(1)),
        Action::PanePrevious => load::show(model, model.pane.beside(-1)),
        Action::Help => menu(model, Kind::Help),
        Action::Palette => menu(model, Kind::Palette),
        Action::Notices => {
            if !model.reads_notices() {
                model.layers.push(Layer::Sheet(Sheet { subject: Subject::Notices, top: 0 }));
            }
            Vec::new()
        }
        Action::Legend => {
            model.layers.push(Layer::Sheet(Sheet { subject: Subject::Legend, top: 0 }));
            Vec::new()
        }
        Action::Suspend => vec![Effect::Suspend],
        Action::Redraw => vec![Effect::Redraw],
        Action::ThemeNext => {
            model.next_theme();
            let note = crate::i18n::screen::theme(model.lang(), model.theme.name());
            model.say(Weight::Info, note);
            Vec::new()
        }
        Action::MeetingNew => form::open_new(model),
        Action::OutboxFlush => model.asks.deed(Deed::Flush, Request::flush()),
        _ => Vec::new(),
    }
}

fn menu(model: &mut Model, kind: Kind) -> Vec<Effect> {
    // Help does not explain itself.
    if !matches!(model.layers.last(), Some(Layer::Menu(_))) {
        let menu = Menu::new(kind, model.scopes(), model.lang(), &model.setting.keymap);
        model.layers.push(Layer::Menu(Box::new(menu)));
    }
    Vec::new()
}

fn list(model: &mut Model, action: Action) -> Vec<Effect> {
    let page = view::list_height(model).saturating_sub(1).max(1).cast_signed();
    let by = match action {
        Action::Down => 1,
        Action::Up => -1,
        Action::PageDown => page,
        Action::PageUp => -page,
        Action::First => isize::MIN,
        Action::Last => isize::MAX,
        Action::DetailDown => {
            model.detail_top += DETAIL_STEP;
            return Vec::new();
        }
        Action::DetailUp => {
            model.detail_top = model.detail_top.saturating_sub(DETAIL_STEP);
            return Vec::new();
        }
        _ => return Vec::new(),
    };
    model.detail_top = 0;
    match model.pane {
        Pane::Week => model.week.step(by),
        Pane::Meetings => model.meetings.step(by),
        Pane::Units => model.units.cursor.step(by, model.units.rows.len()),
        Pane::Outbox => model.outbox.cursor.step(by, model.outbox.rows.len()),
    }
    Vec::new()
}

fn week(model: &mut Model, action: Action) -> Vec<Effect> {
    let mut effects = load_pane(model, Pane::Week);
    model.detail_top = 0;
    let week = match action {
        Action::WeekNext => model.week.week.plus(1),
        Action::WeekPrevious => model.week.week.plus(-1),
        Action::WeekToday => IsoWeek::of(WallTime::at(model.now).day()),
        Action::DayNext | Action::DayPrevious => {
            model.week.step_day(if action == Action::DayNext { 1 } else { -1 });
            return effects;
        }
        _ => return effects,
    };
    if action == Action::WeekToday {
        model.week.home(model.now);
    }
    model.week.turn(week);
    effects.extend(load::pane(model, Pane::Week));
    effects
}

/// Turns to a pane for an action that the palette offers everywhere.
pub(super) fn load_pane(model: &mut Model, pane: Pane) -> Vec<Effect> {
    if model.pane == pane { Vec::new() } else { load::show(model, pane) }
}

fn meetings(model: &mut Model, action: Action) -> Vec<Effect> {
    let mut effects = load_pane(model, Pane::Meetings);
    match action {
        Action::MeetingsSearch => {
            search(model, Pane::Meetings, &model.meetings.search.clone());
            return effects;
        }
        Action::MeetingsFilter => model.meetings.filter_next(),
        Action::MeetingsClear if no_filter(model, Pane::Meetings) => return effects,
        Action::MeetingsClear => model.meetings.clear(),
        _ => return effects,
    }
    effects.extend(load::pane(model, Pane::Meetings));
    effects
}

/// Whether there is no filter to clear; if so, it is said in passing.
pub(super) fn no_filter(model: &mut Model, pane: Pane) -> bool {
    let none = !model.filtered(pane);
    if none {
        model.notices.aside(texts::no_filter(model.lang()), model.now);
    }
    none
}

fn search(model: &mut Model, pane: Pane, text: &str) {
    let mut field = LineField::with_limit(QUERY_MAX);
    field.set(text);
    model.layers.push(Layer::Search(Box::new(Search { pane, field })));
}

fn units(model: &mut Model, action: Action) -> Vec<Effect> {
    let mut effects = load_pane(model, Pane::Units);
    match action {
        Action::UnitFold => model.units.fold(),
        Action::UnitUnfold => model.units.unfold(),
        Action::UnitToggle => model.units.toggle(),
        Action::UnitsSearch => search(model, Pane::Units, &model.units.search.clone()),
        Action::UnitsClear if no_filter(model, Pane::Units) => {}
        Action::UnitsClear => model.units.search(""),
        Action::UnitMeetings => {
            if let Some(code) = model.units.selected().map(|unit| unit.code.clone()) {
                model.meetings.only(code);
                model.stale.insert(Pane::Meetings);
                effects.extend(load::show(model, Pane::Meetings));
            }
        }
        _ => {}
    }
    effects
}
