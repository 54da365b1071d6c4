//! What others change, as it appears in the lists: marked, told once, and gone when somebody looks.

use crate::domain::time::IsoWeek;
use crate::i18n::comparing as words;
use crate::tui::model::Model;

/// What the lists show: another week, and a list that is filtered otherwise, are others.
pub(super) fn shown(model: &Model) -> (Option<IsoWeek>, bool) {
    (model.week.shown, model.meetings.loaded)
}

/// Looks for what others have changed in the lists as they are loaded now. While something is done to a meeting from here it is
/// not told apart from that: it waits for the answer.
pub(super) fn noticed(model: &mut Model, before: (Option<IsoWeek>, bool)) {
    if model.asks.changing_meetings() {
        return;
    }
    let news = model.watch.find(model.week.meetings.iter().chain(&model.meetings.list));
    // Who types, or reads something else, is not disturbed: the marks stay. Who goes somewhere finds them there.
    if !news.is_empty() && model.layers.is_empty() && shown(model) == before {
        let note = words::others_changed(model.lang(), &news.who, &news.changed, &news.added);
        model.notices.aside(note, model.now);
    }
}

/// A key was pressed and the selection stands where it led to: that meeting has been looked at, unless a layer lay over it.
pub(super) fn looked(model: &mut Model, bare: bool) {
    if let Some((id, revision)) = model.selected_meeting().filter(|_| bare).map(|meeting| (meeting.id.clone(), meeting.revision)) {
        model.watch.look(&id, revision);
    }
}
