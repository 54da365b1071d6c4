//! What is done to the selected meeting.

use crate::domain::meeting::{Channel, MeetingId, MeetingState};
use crate::domain::workflow;
use crate::i18n::screen as texts;
use crate::tui::ask::Deed;
use crate::tui::effect::Effect;
use crate::tui::keymap::Action;
use crate::tui::layer::Layer;
use crate::tui::layer::preview::Order;
use crate::tui::layer::prompt::{Prompt, Purpose};
use crate::tui::layer::sheet::{Sheet, Subject};
use crate::tui::model::Model;
use crate::tui::notices::Weight;
use crate::tui::pane::Pane;
use crate::tui::update::{form, load, replacing};
use crate::wire::reply::MeetingView;
use crate::wire::request::{IssueOrder, Replacing, Request};

/// Does an action on the selected meeting.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(meeting) = model.selected_meeting().cloned() else {
        model.say(Weight::Info, texts::no_meeting(model.lang()));
        return Vec::new();
    };
    let id = meeting.id.clone();
    match action {
        Action::MeetingShow => {
            model.layers.push(Layer::Sheet(Sheet { subject: Subject::Meeting(id), top: 0 }));
            Vec::new()
        }
        Action::MeetingEdit if workflow::editable(meeting.state) => form::open_edit(model, meeting),
        Action::MeetingEdit => not_possible(model, &meeting, workflow::Action::Edit),
        Action::MeetingSubmit => movement(model, &meeting, workflow::Action::Submit, Request::MeetingSubmit(id)),
        Action::MeetingApprove => {
            movement(model, &meeting, workflow::Action::Approve, Request::MeetingApprove { id, override_reason: None })
        }
        Action::MeetingReturn => ask_why(model, &meeting, workflow::Action::Return),
        Action::MeetingReject => ask_why(model, &meeting, workflow::Action::Reject),
        Action::MeetingRecall => recall(model, &meeting),
        Action::MeetingCancel => ask_why(model, &meeting, workflow::Action::Cancel),
        Action::MeetingPostpone => ask_why(model, &meeting, workflow::Action::Postpone),
        Action::MeetingReschedule if possible(model, &meeting, workflow::Action::Reschedule) => {
            replacing::open(model, meeting, Replacing::Reschedule)
        }
        Action::MeetingReplace if possible(model, &meeting, workflow::Action::Replace) => {
            replacing::open(model, meeting, Replacing::Replace)
        }
        Action::MeetingPreview => replacing::preview(model, order(id)),
        Action::MeetingIssue if possible(model, &meeting, workflow::Action::Issue) => replacing::preview(model, order(id)),
        Action::MeetingOutbox => {
            model.outbox.only(id.to_string());
            load::show(model, Pane::Outbox)
        }
        _ => Vec::new(),
    }
}

/// The usual way to issue a meeting.
fn order(id: MeetingId) -> Order {
    Order::Issue(IssueOrder { id, without: Vec::new(), reason: None, override_reason: None, channel: Channel::default() })
}

/// Whether the meeting's state allows an action; if not, it is said. The host looks again.
fn possible(model: &mut Model, meeting: &MeetingView, action: workflow::Action) -> bool {
    let possible = workflow::next(meeting.state, action).is_some();
    if !possible {
        not_possible(model, meeting, action);
    }
    possible
}

/// Says that the meeting's state does not allow an action, and what it allows.
fn not_possible(model: &mut Model, meeting: &MeetingView, action: workflow::Action) -> Vec<Effect> {
    let note = texts::not_in_this_state(model.lang(), &meeting.id, meeting.state, action);
    model.say(Weight::Warning, note);
    Vec::new()
}

fn movement(model: &mut Model, meeting: &MeetingView, action: workflow::Action, request: Request) -> Vec<Effect> {
    if !possible(model, meeting, action) {
        return Vec::new();
    }
    model.asks.deed(Deed::Move { id: meeting.id.clone(), action }, request)
}

fn ask_why(model: &mut Model, meeting: &MeetingView, action: workflow::Action) -> Vec<Effect> {
    if !possible(model, meeting, action) {
        return Vec::new();
    }
    let told = if matches!(meeting.state, MeetingState::Issued | MeetingState::Postponed) {
        meeting.invited.len().saturating_sub(meeting.without.len())
    } else {
        0
    };
    let question = texts::why(model.lang(), action, &meeting.id, meeting.title.as_str());
    let purpose = Purpose::Move { id: meeting.id.clone(), action, told };
    model.layers.push(Layer::Prompt(Box::new(Prompt::new(purpose, question))));
    Vec::new()
}

/// Asks why what was issued last is recalled. Where the meeting was before is where it goes: no state forbids it.
fn recall(model: &mut Model, meeting: &MeetingView) -> Vec<Effect> {
    let action = workflow::Action::Recall;
    let question = texts::why(model.lang(), action, &meeting.id, meeting.title.as_str());
    let purpose = Purpose::Move { id: meeting.id.clone(), action, told: 0 };
    model.layers.push(Layer::Prompt(Box::new(Prompt::new(purpose, question))));
    Vec::new()
}
