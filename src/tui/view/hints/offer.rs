//! What the bar of hints offers where the keys go, the most wanted first.

use std::borrow::Cow;

use crate::domain::meeting::MeetingState;
use crate::domain::outbox::ItemState;
use crate::domain::workflow;
use crate::i18n::{Lang, form as words, word};
use crate::tui::keymap::{Action, Chord, Key, Lookup};
use crate::tui::layer::Layer;
use crate::tui::layer::comparison::{Comparison, Side};
use crate::tui::layer::form::Form;
use crate::tui::layer::picker::Offer;
use crate::tui::layer::preview::Next;
use crate::tui::layer::prompt::Purpose;
use crate::tui::model::Model;
use crate::tui::pane::Pane;
use crate::tui::view::hints::Hint;
use crate::tui::view::look::Look;

/// The hints for where the keys go.
pub(super) fn offered(model: &Model, look: &Look<'_>) -> Vec<Hint> {
    let enter = enter(model, look).map(|text| Hint::new(Chord::plain(Key::Enter).to_string(), text));
    let keyed = |action: &Action| look.keymap.key_for(*action, model.scopes()).map(|key| (key, *action));
    let out = |action| matches!(action, Action::Close | Action::ConfirmNo | Action::Quit);
    let hint = |(key, action)| Hint { out: out(action), ..Hint::new(key, text(model, action, look.lang)) };
    let clear = clear(model).filter(|_| model.layers.is_empty());
    let mut actions = actions(model).to_vec();
    // What brings the rest of a list back comes right behind what is always there.
    let at = actions.iter().position(|action| *action == Action::Quit).map_or(actions.len(), |at| at + 1);
    actions.splice(at..at, clear);
    enter.into_iter().chain(actions.iter().filter_map(keyed).map(hint)).collect()
}

/// What Enter does in a field, where no keymap says it: it ends a line, or takes what was typed or chosen.
fn enter(model: &Model, look: &Look<'_>) -> Option<&'static str> {
    let lang = look.lang;
    let on = lang.pick("tiếp tục", "go on");
    let text = match model.layers.last()? {
        Layer::Form(form) if form.on_text() => return Some(lang.pick("xuống dòng", "new line")),
        Layer::Form(form) if form.focused().takes_units() && !form.is_locked() => short(Action::FormChoose, lang),
        Layer::Prompt(prompt) => match &prompt.purpose {
            Purpose::Move { action: action @ (workflow::Action::Return | workflow::Action::Recall), .. } => word::action(lang, *action),
            // A question follows, or the preview again.
            Purpose::Move { .. } | Purpose::Without(_) | Purpose::Replace(_) => on,
            Purpose::Drop(_) => short(Action::OutboxDrop, lang),
            Purpose::ApproveDespite(_) => short(Action::MeetingApprove, lang),
            Purpose::IssueDespite(_) => short(Action::MeetingIssue, lang),
        },
        Layer::Menu(_) => lang.pick("thực hiện", "do it"),
        Layer::Search(_) => lang.pick("xong", "done"),
        _ => return None,
    };
    let own = look.keymap.lookup(model.scopes(), &[Chord::plain(Key::Enter)]) == Lookup::None;
    own.then_some(text)
}

fn actions(model: &Model) -> &'static [Action] {
    match model.layers.last() {
        Some(Layer::Form(form)) => of_form(form),
        Some(Layer::Picker(picker)) if picker.offer() == Offer::Nothing => &[Action::Close],
        Some(Layer::Picker(picker)) if picker.several => &[Action::PickerAccept, Action::PickerMark, Action::Close],
        Some(Layer::Picker(_)) => &[Action::PickerAccept, Action::Close],
        Some(Layer::Comparison(comparison)) => of_comparison(comparison),
        Some(Layer::Confirm(_)) => &[Action::ConfirmYes, Action::ConfirmNo, Action::ConfirmTake, Action::ConfirmOther],
        Some(Layer::Preview(preview)) => match preview.next() {
            Next::Issue => &[Action::ConfirmYes, Action::Down, Action::Up, Action::Close],
            Next::Without(_) => &[Action::PreviewWithout, Action::Down, Action::Up, Action::Close],
            Next::Look => &[Action::Down, Action::Up, Action::Close],
        },
        Some(Layer::Sheet(_)) => &[Action::Down, Action::Up, Action::PageDown, Action::Close],
        // Of what stands in the way the question may leave out a part.
        Some(Layer::Prompt(prompt)) if matches!(prompt.purpose, Purpose::ApproveDespite(_) | Purpose::IssueDespite(_)) => {
            &[Action::Close, Action::Notices]
        }
        Some(Layer::Menu(_) | Layer::Prompt(_) | Layer::Search(_)) => &[Action::Close],
        None => pane(model),
    }
}

/// Handing over is offered where it can be done; choosing, where Enter does not say it already.
fn of_form(form: &Form) -> &'static [Action] {
    use Action::{Close, FieldNext, FormChoose, FormDiscard, FormSave, FormSubmit};
    match (form.can_submit(), form.on_choice()) {
        (true, true) => &[FormSave, FormSubmit, FormChoose, FieldNext, Close, FormDiscard],
        (true, false) => &[FormSave, FormSubmit, FieldNext, Close, FormDiscard],
        (false, true) => &[FormSave, FormChoose, FieldNext, Close, FormDiscard],
        (false, false) => &[FormSave, FieldNext, Close, FormDiscard],
    }
}

/// What is left to be done: choosing, then saving. Both is offered where there is something of both.
fn of_comparison(comparison: &Comparison) -> &'static [Action] {
    use Action::{Close, CompareBoth, CompareMine, CompareSave, CompareTheirs, Down};
    let both = comparison.selected().is_some_and(|field| field.offers(Side::Both));
    match (comparison.open(), both) {
        _ if comparison.saves_nothing() => &[Close, Down, Action::Up],
        (0, true) => &[CompareSave, Close, CompareMine, CompareTheirs, CompareBoth, Down],
        (0, false) => &[CompareSave, Close, CompareMine, CompareTheirs, Down],
        (_, true) => &[CompareMine, CompareTheirs, CompareBoth, Close, Down, Action::CompareAllMine, Action::CompareAllTheirs],
        (_, false) => &[CompareMine, CompareTheirs, Close, Down, Action::CompareAllMine, Action::CompareAllTheirs],
    }
}

/// What clears the filter of the pane, if there is one.
fn clear(model: &Model) -> Option<Action> {
    let action = match model.pane {
        Pane::Week => return None,
        Pane::Meetings => Action::MeetingsClear,
        Pane::Units => Action::UnitsClear,
        Pane::Outbox => Action::OutboxClear,
    };
    model.filtered(model.pane).then_some(action)
}

fn pane(model: &Model) -> &'static [Action] {
    use Action::{Help, MeetingNew, Palette, Quit};
    match (model.pane, model.selected_meeting().map(|meeting| meeting.state)) {
        (Pane::Week | Pane::Meetings, Some(state)) => meeting(model.pane, state),
        (Pane::Week, None) => &[Help, Palette, Quit, MeetingNew, Action::WeekNext, Action::WeekPrevious],
        (Pane::Meetings, None) => &[Help, Palette, Quit, MeetingNew, Action::MeetingsSearch],
        (Pane::Units, _) => &[Help, Palette, Quit, Action::UnitsSearch, Action::UnitToggle, Action::UnitMeetings],
        (Pane::Outbox, _) => message(model.outbox.selected().map(|item| item.state)),
    }
}

/// What a message's state calls for.
fn message(state: Option<ItemState>) -> &'static [Action] {
    use Action::{Help, OutboxDrop, OutboxFilter, OutboxFlush, OutboxHold, OutboxMeeting, OutboxRelease, OutboxRetry, Palette, Quit};
    match state {
        Some(ItemState::Held) => &[Help, Palette, Quit, OutboxFlush, OutboxRelease, OutboxDrop, OutboxFilter, OutboxMeeting],
        Some(ItemState::Failed) => &[Help, Palette, Quit, OutboxFlush, OutboxRetry, OutboxFilter, OutboxMeeting],
        Some(ItemState::Deferred) => &[Help, Palette, Quit, OutboxFlush, OutboxRetry, OutboxHold, OutboxFilter, OutboxMeeting],
        Some(ItemState::Queued | ItemState::Sending) => &[Help, Palette, Quit, OutboxFlush, OutboxHold, OutboxFilter, OutboxMeeting],
        Some(ItemState::Sent | ItemState::Dropped) | None => &[Help, Palette, Quit, OutboxFlush, OutboxFilter, OutboxMeeting],
    }
}

/// What a meeting's state calls for.
fn meeting(pane: Pane, state: MeetingState) -> &'static [Action] {
    use Action::{Help, MeetingCancel, MeetingNew, MeetingReturn, MeetingShow, Palette, Quit};
    let can = |action| workflow::next(state, action).is_some();
    match pane {
        _ if can(workflow::Action::Submit) => {
            &[Help, Palette, Quit, MeetingNew, MeetingShow, Action::MeetingSubmit, Action::MeetingEdit, MeetingCancel]
        }
        _ if can(workflow::Action::Approve) => {
            &[Help, Palette, Quit, MeetingNew, MeetingShow, Action::MeetingApprove, MeetingReturn, Action::MeetingReject]
        }
        _ if can(workflow::Action::Issue) => {
            &[Help, Palette, Quit, MeetingNew, MeetingShow, Action::MeetingIssue, MeetingReturn, MeetingCancel]
        }
        _ if can(workflow::Action::Invite) => {
            &[Help, Palette, Quit, MeetingNew, MeetingShow, Action::MeetingOutbox, Action::MeetingReschedule, MeetingCancel]
        }
        _ if can(workflow::Action::Reschedule) => {
            &[Help, Palette, Quit, MeetingNew, MeetingShow, Action::MeetingReschedule, Action::MeetingOutbox, MeetingCancel]
        }
        Pane::Meetings => &[Help, Palette, Quit, MeetingNew, MeetingShow, Action::MeetingsSearch],
        _ => &[Help, Palette, Quit, MeetingNew, MeetingShow, Action::WeekNext, Action::WeekPrevious],
    }
}

/// What an action does here, in a word or two.
fn text(model: &Model, action: Action, lang: Lang) -> Cow<'static, str> {
    let text = match (action, model.layers.last()) {
        (Action::PickerAccept, Some(Layer::Picker(picker))) => match picker.offer() {
            Offer::Marked(count) => return words::take_units(lang, count).into(),
            Offer::One(code) => return words::take_unit(lang, code).into(),
            Offer::Empty => lang.pick("bỏ hết đơn vị", "take no unit"),
            Offer::Nothing => short(action, lang),
        },
        (Action::ConfirmYes, Some(Layer::Preview(_))) => short(Action::MeetingIssue, lang),
        // Elsewhere it leads home.
        (Action::Quit, None) if model.pane != Pane::Week => lang.pick("về", "back"),
        _ => short(action, lang),
    };
    text.into()
}

/// An action in a word or two; the title where it has no shorter name.
fn short(action: Action, lang: Lang) -> &'static str {
    match action {
        Action::Help => lang.pick("phím", "keys"),
        Action::Palette => lang.pick("lệnh", "commands"),
        Action::Quit => lang.pick("thoát", "quit"),
        Action::Close => lang.pick("đóng", "close"),
        Action::Notices => lang.pick("xem hết", "all of it"),
        Action::MeetingNew => lang.pick("đăng ký", "new"),
        Action::MeetingEdit => lang.pick("sửa", "edit"),
        Action::MeetingSubmit | Action::FormSubmit => lang.pick("trình", "submit"),
        Action::MeetingApprove => lang.pick("duyệt", "approve"),
        Action::MeetingReturn => lang.pick("trả lại", "return"),
        Action::MeetingReject => lang.pick("từ chối", "reject"),
        Action::MeetingIssue => lang.pick("phát hành", "issue"),
        Action::MeetingReschedule => lang.pick("đổi lịch", "reschedule"),
        Action::MeetingPostpone => lang.pick("hoãn", "postpone"),
        Action::MeetingReplace => lang.pick("thay thế", "replace"),
        Action::MeetingCancel => lang.pick("hủy", "cancel"),
        Action::MeetingShow => lang.pick("xem", "show"),
        Action::MeetingOutbox => lang.pick("thư", "messages"),
        Action::WeekNext => lang.pick("tuần sau", "next week"),
        Action::WeekPrevious => lang.pick("tuần trước", "last week"),
        Action::MeetingsSearch | Action::UnitsSearch => lang.pick("tìm", "search"),
        Action::MeetingsClear | Action::UnitsClear | Action::OutboxClear => lang.pick("bỏ lọc", "clear"),
        Action::OutboxFilter => lang.pick("lọc", "filter"),
        Action::OutboxFlush => lang.pick("gửi ngay", "send now"),
        Action::OutboxHold => lang.pick("tạm giữ", "hold"),
        Action::OutboxRelease => lang.pick("thôi giữ", "release"),
        Action::OutboxRetry => lang.pick("gửi lại", "retry"),
        Action::OutboxDrop => lang.pick("bỏ", "drop"),
        Action::OutboxMeeting => lang.pick("cuộc họp", "meeting"),
        Action::UnitToggle => lang.pick("gập/mở", "fold"),
        Action::UnitMeetings => lang.pick("lịch họp", "meetings"),
        Action::FormSave => lang.pick("lưu", "save"),
        Action::FieldNext => lang.pick("ô sau", "next"),
        Action::FormChoose | Action::ConfirmTake => lang.pick("chọn", "choose"),
        Action::FormDiscard => lang.pick("bỏ", "discard"),
        Action::PickerMark => lang.pick("đánh dấu", "mark"),
        Action::PickerAccept => lang.pick("nhận", "take"),
        Action::ConfirmYes => lang.pick("đồng ý", "do it"),
        Action::ConfirmNo => lang.pick("không", "do not"),
        Action::ConfirmOther => lang.pick("đổi", "other"),
        Action::CompareMine => lang.pick("của tôi", "mine"),
        Action::CompareTheirs => lang.pick("của họ", "theirs"),
        Action::CompareBoth => lang.pick("gộp", "both"),
        Action::CompareAllMine => lang.pick("đều của tôi", "all mine"),
        Action::CompareAllTheirs => lang.pick("đều của họ", "all theirs"),
        Action::CompareSave => lang.pick("lưu", "save"),
        Action::PreviewWithout => lang.pick("bớt đơn vị", "skip unreachable"),
        Action::Down => lang.pick("xuống", "down"),
        Action::Up => lang.pick("lên", "up"),
        Action::PageDown => lang.pick("trang sau", "page"),
        action => action.title(lang),
    }
}
