//! The bar of hints: a few of what can be done here, with their keys. What leads on after a key of a sequence, when one was
//! pressed.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::meeting::MeetingState;
use crate::domain::workflow;
use crate::i18n::Lang;
use crate::tui::keymap::{Action, sequence};
use crate::tui::layer::Layer;
use crate::tui::model::Model;
use crate::tui::pane::Pane;
use crate::tui::theme::Role;
use crate::tui::view::look::{Look, put};

/// Draws the bar.
pub(super) fn draw(model: &Model, look: &Look<'_>, area: Rect, buf: &mut Buffer) {
    let mut spans: Vec<Span<'static>> = Vec::new();
    let mut left = usize::from(area.width);
    let mut hint = |key: &str, text: &str| {
        let parts = [look.text(&format!(" {key}"), Role::HintKey), look.text(&format!(" {text} "), Role::Hint)];
        let columns: usize = parts.iter().map(Span::width).sum();
        let fits = columns <= left;
        if fits {
            left -= columns;
            spans.extend(parts);
        }
        fits
    };
    if model.pending.is_empty() {
        // Help is always the last of what fits.
        for action in offered(model) {
            if let Some(key) = look.keymap.key_for(*action, model.scopes()) {
                hint(&key, short(*action, look.lang));
            }
        }
    } else {
        hint(&sequence(&model.pending), "…");
        for next in look.keymap.continuations(model.scopes(), &model.pending) {
            let text = next.action.map_or("…", |action| action.title(look.lang));
            hint(&next.chord.to_string(), text);
        }
    }
    put(&Line::from(spans), area, buf);
}

/// What is offered where the keys go, the most wanted first.
fn offered(model: &Model) -> &'static [Action] {
    match model.layers.last() {
        Some(Layer::Form(_)) => {
            &[Action::FormSave, Action::FormSubmit, Action::FieldNext, Action::FormChoose, Action::Close, Action::FormDiscard]
        }
        Some(Layer::Picker(picker)) if picker.several => &[Action::PickerMark, Action::PickerAccept, Action::Close],
        Some(Layer::Picker(_)) => &[Action::PickerAccept, Action::Close],
        Some(Layer::Confirm(_)) => &[Action::ConfirmYes, Action::ConfirmNo, Action::ConfirmOther, Action::ConfirmTake],
        Some(Layer::Preview(preview)) if !preview.issuable => &[Action::Down, Action::Up, Action::Close],
        Some(Layer::Preview(preview)) if !preview.preview.unreachable.is_empty() => {
            &[Action::ConfirmYes, Action::PreviewWithout, Action::Down, Action::Up, Action::Close]
        }
        Some(Layer::Preview(_)) => &[Action::ConfirmYes, Action::Down, Action::Up, Action::Close],
        Some(Layer::Sheet(_)) => &[Action::Down, Action::Up, Action::PageDown, Action::Close],
        Some(Layer::Menu(_) | Layer::Prompt(_) | Layer::Search(_)) => &[Action::Close],
        None => pane(model),
    }
}

fn pane(model: &Model) -> &'static [Action] {
    match (model.pane, model.selected_meeting().map(|meeting| meeting.state)) {
        (Pane::Week | Pane::Meetings, Some(state)) => meeting(model.pane, state),
        (Pane::Week, None) => &[Action::Help, Action::Palette, Action::MeetingNew, Action::WeekNext, Action::WeekPrevious, Action::Quit],
        (Pane::Meetings, None) => &[Action::Help, Action::Palette, Action::MeetingNew, Action::MeetingsSearch, Action::MeetingsClear],
        (Pane::Units, _) => {
            &[Action::Help, Action::Palette, Action::UnitsSearch, Action::UnitToggle, Action::UnitMeetings, Action::UnitsClear]
        }
        (Pane::Outbox, _) => {
            &[Action::Help, Action::Palette, Action::OutboxFlush, Action::OutboxFilter, Action::OutboxMeeting, Action::OutboxClear]
        }
    }
}

/// What a meeting's state calls for.
fn meeting(pane: Pane, state: MeetingState) -> &'static [Action] {
    let can = |action| workflow::next(state, action).is_some();
    match pane {
        _ if can(workflow::Action::Submit) => &[
            Action::Help,
            Action::Palette,
            Action::MeetingNew,
            Action::MeetingShow,
            Action::MeetingSubmit,
            Action::MeetingEdit,
            Action::MeetingCancel,
        ],
        _ if can(workflow::Action::Approve) => &[
            Action::Help,
            Action::Palette,
            Action::MeetingNew,
            Action::MeetingShow,
            Action::MeetingApprove,
            Action::MeetingReturn,
            Action::MeetingReject,
        ],
        _ if can(workflow::Action::Issue) => &[
            Action::Help,
            Action::Palette,
            Action::MeetingNew,
            Action::MeetingShow,
            Action::MeetingIssue,
            Action::MeetingReturn,
            Action::MeetingCancel,
        ],
        _ if can(workflow::Action::Invite) => {
            &[Action::Help, Action::Palette, Action::MeetingNew, Action::MeetingShow, Action::MeetingOutbox, Action::MeetingCancel]
        }
        Pane::Meetings => &[Action::Help, Action::Palette, Action::MeetingNew, Action::MeetingShow, Action::MeetingsSearch],
        _ => &[Action::Help, Action::Palette, Action::MeetingNew, Action::MeetingShow, Action::WeekNext, Action::WeekPrevious],
    }
}

/// An action in a word or two; the title where it has no shorter name.
fn short(action: Action, lang: Lang) -> &'static str {
    match action {
        Action::Help => lang.pick("phím", "keys"),
        Action::Palette => lang.pick("lệnh", "commands"),
        Action::MeetingNew => lang.pick("đăng ký", "new"),
        Action::MeetingEdit => lang.pick("sửa", "edit"),
        Action::MeetingSubmit => lang.pick("trình", "submit"),
        Action::MeetingApprove => lang.pick("duyệt", "approve"),
        Action::MeetingReturn => lang.pick("trả lại", "return"),
        Action::MeetingReject => lang.pick("từ chối", "reject"),
        Action::MeetingIssue => lang.pick("phát hành", "issue"),
        Action::MeetingCancel => lang.pick("hủy", "cancel"),
        Action::MeetingShow => lang.pick("xem", "show"),
        Action::MeetingOutbox => lang.pick("thư", "messages"),
        Action::WeekNext => lang.pick("tuần sau", "next week"),
        Action::WeekPrevious => lang.pick("tuần trước", "last week"),
        Action::MeetingsSearch | Action::UnitsSearch => lang.pick("tìm", "search"),
        Action::MeetingsClear | Action::UnitsClear | Action::OutboxClear => lang.pick("bỏ lọc", "clear"),
        Action::OutboxFilter => lang.pick("lọc", "filter"),
        Action::OutboxFlush => lang.pick("gửi ngay", "send now"),
        Action::OutboxMeeting => lang.pick("cuộc họp", "meeting"),
        Action::UnitToggle => lang.pick("gập/mở", "fold"),
        Action::UnitMeetings => lang.pick("lịch họp", "meetings"),
        Action::FormSave => lang.pick("lưu", "save"),
        Action::FormSubmit => lang.pick("lưu và trình", "save and submit"),
        Action::FieldNext => lang.pick("ô sau", "next"),
        Action::FormChoose => lang.pick("chọn", "choose"),
        Action::FormDiscard => lang.pick("bỏ", "discard"),
        Action::PickerMark => lang.pick("đánh dấu", "mark"),
        Action::PickerAccept => lang.pick("nhận", "take"),
        Action::ConfirmOther => lang.pick("đổi", "other"),
        Action::ConfirmTake => lang.pick("chọn", "take"),
        Action::PreviewWithout => lang.pick("bỏ đơn vị không nhận được", "leave out unreachable"),
        Action::Down => lang.pick("xuống", "down"),
        Action::Up => lang.pick("lên", "up"),
        Action::PageDown => lang.pick("trang sau", "page"),
        action => action.title(lang),
    }
}
