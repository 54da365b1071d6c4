//! Drawing the form.

use chrono::{Datelike as _, Timelike as _};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::fault::Why;
use crate::domain::time::WallTime;
use crate::i18n::label::{Column as Label, column};
use crate::i18n::{Lang, comparing, form as words, screen as texts, updating, why, word};
use crate::print::layout::cut;
use crate::tui::keymap::Action;
use crate::tui::layer::form::input::{Field, Input};
use crate::tui::layer::form::{FieldName, Form, Meaning, Wrong, urgency};
use crate::tui::pane::units::Units;
use crate::tui::theme::Role;
use crate::tui::view::layout::inside;
use crate::tui::view::look::{Look, fit, put};

/// Columns of the fields' names.
const NAMES: u16 = 18;
/// From this inner width what a text means stands beside its field; below, under the field that has the focus.
const BESIDE_FROM: u16 = 88;
/// Below this inner width the field that has the focus stands below its name, and has the whole width.
const ROOMY_FROM: u16 = 50;
/// Columns of what a text means, beside the field.
const NOTES: u16 = 34;
/// Rows of a text of several lines.
const TEXT_ROWS: u16 = 4;

/// What a field is called.
#[must_use]
pub fn label(lang: Lang, name: FieldName) -> &'static str {
    let column_of = match name {
        FieldName::Title => Label::Title,
        FieldName::Start => Label::Start,
        FieldName::End => Label::End,
        FieldName::Place => Label::Place,
        FieldName::Chair => Label::Chair,
        FieldName::Unit => return lang.pick("Đơn vị đăng ký", "Registered by"),
        FieldName::Invited => return lang.pick("Đơn vị được mời", "Invited units"),
        FieldName::PreparedBy => return lang.pick("Đơn vị chuẩn bị", "Prepared by"),
        FieldName::Online => Label::Online,
        FieldName::Urgency => Label::Urgency,
        FieldName::Content => Label::Content,
    };
    column(lang, column_of)
}

/// The rows of the form: for each field its first row and its height, with that of its name where it stands below it, and the row of the note below the focused one.
fn rows(form: &Form, columns: u16) -> (Vec<(usize, usize)>, Option<usize>) {
    let (mut next, mut places, mut note) = (0, Vec::with_capacity(form.fields.len()), None);
    for (n, field) in form.fields.iter().enumerate() {
        let named = u16::from(n == form.focus && columns < ROOMY_FROM);
        let height = usize::from(named + if matches!(field.input, Input::Text(_)) { TEXT_ROWS } else { 1 });
        places.push((next, height));
        next += height;
        if n == form.focus && columns < BESIDE_FROM {
            note = Some(next);
            next += 1;
        }
    }
    (places, note)
}

impl Form {
    /// Keeps the focused field, with its note, within an area.
    pub fn settle(&mut self, area: Rect) {
        let (places, note) = rows(self, area.width);
        let Some((first, height)) = places.get(self.focus).copied() else { return };
        let end = note.map_or(first + height, |note| note + 1);
        let all = places.last().map_or(0, |(first, height)| (first + height).max(note.map_or(0, |note| note + 1)));
        let room = usize::from(area.height);
        self.top = self.top.clamp(end.saturating_sub(room).min(first), first).min(all.saturating_sub(room));
    }
}

/// Draws the form; gives the place of the caret.
pub fn draw(form: &Form, units: &Units, look: &Look<'_>, body: Rect, buf: &mut Buffer) -> Option<(u16, u16)> {
    let lang = look.lang;
    let title = match &form.editing {
        None => lang.pick("Đăng ký cuộc họp", "New meeting").to_owned(),
        Some(meeting) if form.way.is_some() => form.way.map(|way| updating::form_title(lang, way, &meeting.id)).unwrap_or_default(),
        Some(meeting) if form.only_invites() => format!("{} {}", lang.pick("Mời thêm đơn vị vào", "Invite further units to"), meeting.id),
        Some(meeting) => format!("{} {}", lang.pick("Sửa", "Edit"), meeting.id),
    };
    // It stands there until the form is saved: what is said below it goes with the next key.
    let title = match &form.newer {
        Some(newer) => format!("{title} ! {}", comparing::last_change_short(lang, newer.last.as_ref(), look.now)),
        None => title,
    };
    look.frame(&title, body, buf);
    let area = inside(body);
    let (places, note_row) = rows(form, area.width);
    let mut caret = None;
    for ((n, field), (first, height)) in form.fields.iter().enumerate().zip(places) {
        let Some(at) = within(first, height, form.top, area) else { continue };
        let focused = n == form.focus;
        let shown = Shown { field, focused, locked: form.locks(field.name) };
        let place = one(shown, units, look, at, buf);
        if focused {
            caret = place;
        }
    }
    if let Some(at) = note_row.and_then(|row| within(row, 1, form.top, area))
        && let Some(field) = form.fields.get(form.focus)
    {
        let (text, role) = note(Shown { field, focused: true, locked: form.is_locked() }, units, look);
        let indent = if at.width < ROOMY_FROM { 0 } else { NAMES };
        let at = Rect { x: at.x + indent, width: at.width - indent, ..at };
        put(&Line::from(look.text(&cut(&text, usize::from(at.width)), role)), at, buf);
    }
    caret
}

/// Where rows of the form stand on the screen; `None` when they are scrolled out.
fn within(first: usize, height: usize, top: usize, area: Rect) -> Option<Rect> {
    let y = first.checked_sub(top)?;
    let rows = usize::from(area.height).checked_sub(y)?.min(height);
    let (y, rows) = (u16::try_from(y).ok()?, u16::try_from(rows).ok()?);
    (rows > 0).then_some(Rect { y: area.y + y, height: rows, ..area })
}

/// A field with what its looks depend on.
#[derive(Clone, Copy)]
struct Shown<'a> {
    field: &'a Field,
    focused: bool,
    /// Whether it cannot be changed.
    locked: bool,
}

fn one(shown: Shown<'_>, units: &Units, look: &Look<'_>, area: Rect, buf: &mut Buffer) -> Option<(u16, u16)> {
    let lang = look.lang;
    let Shown { field, focused, locked } = shown;
    let said_wrong = field.meaning.as_ref().is_err_and(|wrong| field.visited || *wrong != Wrong::Missing);
    let sign = match (said_wrong, field.name.required()) {
        (true, _) => "!",
        (false, _) if note(shown, units, look).1 == Role::Warning => "?",
        (false, true) => "*",
        (false, false) => " ",
    };
    let below = focused && area.width < ROOMY_FROM;
    let name = fit(&format!("{sign} {}", label(lang, field.name)), if below { area.width } else { NAMES - 1 });
    let role = if said_wrong { Role::Error } else { Role::FieldLabel };
    put(&Line::from(Span::styled(name, look.style(role))), area, buf);
    let notes = if area.width >= BESIDE_FROM { NOTES } else { 0 };
    let place = if below {
        Rect { y: area.y + 1, height: area.height - 1, ..area }
    } else {
        Rect { x: area.x + NAMES, width: area.width.saturating_sub(NAMES + notes), ..area }
    };
    if notes > 0 {
        let (text, role) = note(shown, units, look);
        let at = Rect { x: place.right() + 1, width: notes - 1, height: 1, ..area };
        put(&Line::from(look.text(&cut(&text, usize::from(at.width)), role)), at, buf);
    }
    let style = look.style(if focused { Role::FieldFocused } else { Role::Field });
    let style = if locked { style.patch(look.style(Role::Muted)) } else { style };
    let placeholder = Span::styled(if locked { "–" } else { example(lang, field.name) }, look.style(Role::Placeholder));
    match &field.input {
        Input::Line(input) if focused => {
            input.render(place, buf, style, &placeholder);
            input.caret(place)
        }
        Input::Line(input) => {
            input.render_at_rest(place, buf, style, &placeholder);
            None
        }
        Input::Text(input) => {
            input.render(place, buf, style, &placeholder);
            input.caret(place)
        }
        Input::Choice(word) => {
            let word = word::urgency(lang, urgency(word));
            let (text, at) = if locked { (word.to_owned(), 0) } else { (format!("< {word} >"), 2) };
            put(&Line::from(Span::styled(fit(&text, place.width), style)), place, buf);
            Some((place.x + at, place.y))
        }
    }
}

/// What stands in an empty field: how it may be written.
fn example(lang: Lang, name: FieldName) -> &'static str {
    match name {
        FieldName::Title => lang.pick("trích yếu nội dung cuộc họp", "what the meeting is about"),
        FieldName::Start => lang.pick("mai 14h, thứ 5 8h30-10h, 26/11 14:00", "tomorrow 14h, thu 8h30-10h, 26/11 14:00"),
        FieldName::End => lang.pick("16h30, +2h; để trống: hết buổi", "16h30, +2h; empty: to the end of the session"),
        FieldName::Place => lang.pick("phòng, địa chỉ", "room, address"),
        FieldName::Chair => lang.pick("chức danh người chủ trì", "the chair's office"),
        FieldName::Unit => lang.pick("mã đơn vị; Enter để chọn", "unit code; Enter to choose"),
        FieldName::Invited | FieldName::PreparedBy => {
            lang.pick("các mã, cách nhau dấu phẩy; Enter để chọn", "codes with commas; Enter to choose")
        }
        FieldName::Online => lang.pick("đường dẫn họp trực tuyến", "link for those who are not there"),
        FieldName::Urgency => "",
        FieldName::Content => lang.pick("nội dung, tài liệu cần chuẩn bị", "what the invited should know or bring"),
    }
}

/// What a field's text means, or what is wrong with it.
fn note(shown: Shown<'_>, units: &Units, look: &Look<'_>) -> (String, Role) {
    let lang = look.lang;
    let Shown { field, focused, locked } = shown;
    match &field.meaning {
        Err(Wrong::Locked) => {
            let discard = look.keymap.keys_of(Action::FormDiscard).next();
            (words::locked_otherwise(lang, discard.as_deref()), Role::Error)
        }
        // What the units were told is not judged any more.
        _ if locked => (if focused { lang.pick("đã khóa", "locked") } else { "" }.to_owned(), Role::Muted),
        Err(Wrong::Missing) if !field.visited => (if focused { lang.pick("bắt buộc", "required") } else { "" }.to_owned(), Role::Muted),
        Err(wrong) => (why_wrong(lang, wrong), Role::Error),
        Ok(Meaning::Time(start)) => understood(field.name, *start, None, look),
        Ok(Meaning::Hours(start, end)) => understood(field.name, *start, Some(*end), look),
        Ok(Meaning::Units(codes)) => match (field.name, codes.first().and_then(|code| units.get(code))) {
            (FieldName::Unit, Some(unit)) => (unit.name.to_string(), Role::Success),
            (FieldName::Unit, None) => (String::new(), Role::Muted),
            _ => (texts::units(lang, codes.len()), Role::Success),
        },
        Ok(Meaning::Nothing | Meaning::Line(_) | Meaning::Prose(_) | Meaning::Urgency(_)) => (String::new(), Role::Muted),
    }
}

/// A time as it is understood, behind what makes it doubtful: there is hardly room for both.
fn understood(name: FieldName, start: WallTime, end: Option<WallTime>, look: &Look<'_>) -> (String, Role) {
    let text = texts::time(look.lang, start, end);
    match doubt(name, start, look) {
        Some(doubt) => (format!("{doubt} · {text}"), Role::Warning),
        None => (text, Role::Success),
    }
}

/// What makes it doubtful that a time is meant as it is understood.
fn doubt(name: FieldName, time: WallTime, look: &Look<'_>) -> Option<&'static str> {
    const EARLY: u32 = 6;
    let lang = look.lang;
    if time.instant() < look.now && name == FieldName::Start {
        return Some(lang.pick("đã qua", "past"));
    }
    if time.time().hour() < EARLY {
        return Some(lang.pick("giờ đêm?", "at night?"));
    }
    let year = WallTime::at(look.now).day().year();
    // Around New Year the next one is near.
    let far = time.day().year() > year && time.instant() > look.now + chrono::Duration::days(60);
    far.then(|| lang.pick("năm khác", "another year"))
}

fn why_wrong(lang: Lang, wrong: &Wrong) -> String {
    match wrong {
        Wrong::Missing => why::why(lang, &Why::Required),
        Wrong::Text(fault) => why::text(lang, fault),
        Wrong::Time(fault) => texts::time_example(lang, fault),
        Wrong::End(fault) => why::why(lang, &Why::Entry(*fault)),
        Wrong::Units { unknown, like } => words::no_such_units(lang, unknown, like.as_ref()),
        Wrong::Twice(code) => words::unit_twice(lang, code),
        Wrong::TooMany => words::too_many_units(lang),
        Wrong::Uninvited(code) => words::stays_invited(lang, code),
        Wrong::Locked => words::field_locked(lang),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::width;

    #[test]
    fn names_fit_their_columns_in_both_languages() {
        for name in FieldName::ALL {
            for lang in Lang::ALL {
                assert!(width(label(lang, name)) <= usize::from(NAMES) - 3, "{name:?} {lang:?}");
            }
        }
    }

    #[test]
    fn what_is_scrolled_out_is_not_drawn() {
        let area = Rect::new(2, 5, 40, 4);
        assert_eq!(within(0, 1, 1, area), None);
        assert_eq!(within(1, 1, 1, area), Some(Rect::new(2, 5, 40, 1)));
        assert_eq!(within(4, 4, 1, area), Some(Rect::new(2, 8, 40, 1)));
        assert_eq!(within(5, 1, 1, area), None);
    }
}
